"""Daemons of two releases on one database: what the previous schema's wrote is worked on, and what it still writes is taken."""
import re
import sqlite3
import subprocess

from harness import DATABASE_SERVER, ROOT, Daemon, make_database, run

UP = sorted((ROOT / "migrations").glob("*.up.sql"))
NEWEST = len(UP)
TICKET = {"title": "Add a flag", "body": "- Add a flag `--json` to `cmd/tally/main.go`.\n- Document it in README.md.\n"}
compatible = re.compile(r"^-- compatible with (\d+)$", re.M)


class Database:
    """The database of a daemon, as somebody else sees it."""

    def __init__(self, home):
        self.file, self.address = home / "var/pland.db", make_database(home) if DATABASE_SERVER else None

    def __call__(self, text):
        """Runs it; the rows, as lists of texts."""
        if self.address:
            out = run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", self.address, "-F", "\t", "-c", text).stdout
            return [line.split("\t") for line in out.splitlines()]
        db = sqlite3.connect(self.file, timeout=60, isolation_level=None)
        try:
            rows = []
            for statement in filter(str.strip, text.split(";\n")):
                rows += [[str(v) for v in row] for row in db.execute(statement)]
            return rows
        finally:
            db.close()

    def columns(self):
        """Of each table: the names and kinds of its columns, but for the key that the database makes itself."""
        tables = {}
        if self.address:
            rows = self("SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
                        " AND column_name <> 'n' ORDER BY 1, ordinal_position")
        else:
            names = [n for n, in self("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
            rows = [(n, c, kind) for n in names for _, c, kind, *_ in self(f"PRAGMA table_info({n})") if c != "n"]
        for table, column, kind in rows:
            if not table.startswith("schema_"):
                tables.setdefault(table, []).append((column, kind.upper()))
        return tables


def value(kind):
    return {"INTEGER": "-7", "BIGINT": "-7", "BLOB": "X'07'", "BYTEA": "'\\x07'"}.get(kind, "'7'")


def old_forms(tables):
    """Statements as a daemon of that schema writes and reads: every column it knows, and no other; all of it is undone."""
    for table, columns in tables.items():
        names, values = ", ".join(c for c, _ in columns), ", ".join(value(kind) for _, kind in columns)
        yield f"INSERT INTO {table} ({names}) VALUES ({values})"
        yield f"UPDATE {table} SET {columns[-1][0]} = {value(columns[-1][1])} WHERE {columns[0][0]} = {value(columns[0][1])}"
        yield f"SELECT {names} FROM {table} WHERE {columns[0][0]} = {value(columns[0][1])} LIMIT 0"


def write_as_before(database, tables):
    alone = ["SET session_replication_role = replica"] if database.address else []  # rows refer to none
    database(";\n".join([*alone, "BEGIN", *old_forms(tables), "ROLLBACK"]))


def keeps(n):
    """Does migration n say that the schema before it may go on? Those from before they said anything: 17 does."""
    said = compatible.search(UP[n - 1].read_text())
    return n == 17 if not said else int(said.group(1)) < n


def test_from_the_previous_schema(tmp_path):
    """What a daemon left at the schema before is taken up; its old forms are taken beside the new one, plans go on meanwhile."""
    daemon = Daemon(tmp_path, "--rate", "0").start()
    database = Database(tmp_path)
    daemon.codebase("go-cli")
    waiting = daemon.admin.new(ticket=TICKET, repository="go-cli")
    daemon.admin.to_state(waiting, "approved")
    hook = daemon.admin.ok("POST", "/hooks", {"url": "https://hooks.example.com/x", "events": ["plan.approved"]}, status=201)["id"]
    daemon.stop()
    older = max(n for n in range(17, NEWEST + 1) if keeps(n)) - 1
    run(*daemon.command("migrate", older))
    tables = database.columns()
    assert len(tables) > 20
    write_as_before(database, tables)
    daemon.start()
    assert database("SELECT max(version) FROM schema_migrations") == [[str(NEWEST)]]
    assert daemon.admin.ok("GET", f"/hooks/{hook}")["events"] == ["plan.approved"]
    made = [daemon.admin.new(ticket=TICKET, repository="go-cli", mode="auto") for _ in range(3)]
    for n in range(3):
        write_as_before(database, tables)
        daemon.admin.wait_state(made[n], "awaiting_approval")
    assert daemon.admin.to_state(waiting, "completed")["state"] == "completed"
    daemon.stop()


def test_an_older_daemon_and_a_newer_database(tmp_path):
    """It runs where the newer release has said that it may, and says why it does not elsewhere."""
    daemon = Daemon(tmp_path, "--rate", "0").start()
    daemon.stop()
    database = Database(tmp_path)
    version = NEWEST + 1
    database(f"INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ({version}, 'later', 'x', 0)")
    database(f"UPDATE meta SET value = '{version} {NEWEST}' WHERE key = 'schema'")
    daemon.start()
    daemon.admin.new()
    database(f"UPDATE meta SET value = '{version} {NEWEST + 1}' WHERE key = 'schema'")
    answer = daemon.admin("GET", "/readyz", verbose="", unavailable=True)
    assert answer.status_code == 503 and "made by a newer pland" in answer.text
    daemon.stop()
    code, said = daemon.refused()
    assert code == 1 and f"versions from {NEWEST + 1} on may run: this one knows {NEWEST}" in said
    assert "made by a newer pland" in subprocess.run(daemon.command("migrate", "3"), text=True, capture_output=True).stderr
