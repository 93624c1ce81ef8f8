"""Daemons of several releases on one database: what the previous schema's wrote is worked on, and what it still writes is
taken; beside the next release's schema this one goes on, beside the one after that it does not (tests/later)."""
import re
import shutil
import sqlite3
import subprocess

import pytest

from harness import BUILD, DATABASE_SERVER, ROOT, Daemon, make_codebase, make_database, run

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


# ---- the releases to come ---------------------------------------------------------------------------------------------

NEXT, AFTER_NEXT = BUILD / "pland_next", BUILD / "pland_after_next"


def planned(daemon, done_by=None):
    """A plan from its ticket to its end: made by the daemon, and followed by the one that works."""
    plan = daemon.admin.new(ticket=TICKET, repository="go-cli", mode="auto")
    assert (done_by or daemon).admin.to_state(plan, "completed")["checks"]["failed"] == 0
    return plan


def too_new(daemon):
    code, said = daemon.refused()
    assert code == 1 and f"made by a newer pland, with schema version {NEWEST + 2}" in said
    assert f"versions from {NEWEST + 1} on may run: this one knows {NEWEST}" in said


def test_they_keep_to_the_rules_of_migrations():
    later = BUILD / f"tests/later/{NEWEST}"
    assert len(list(later.glob("*.up.sql"))) == 2
    run(ROOT / "tests/lint/migrations.sh", later)


def test_back_from_the_next_release(tmp_path):
    """The next release was tried, and this one takes up again what it has left: until one has come that takes things away."""
    daemon = Daemon(tmp_path, "--rate", "0").start()
    database = Database(tmp_path)
    daemon.codebase("go-cli")
    plans = [planned(daemon)]
    for program in (NEXT, daemon.program, NEXT):
        daemon.program = program
        daemon.restart()
        plans.append(planned(daemon))
    assert database("SELECT count(*), max(weight), min(weight) FROM plans") == [[str(len(plans)), "7", "7"]]
    daemon.program = AFTER_NEXT
    daemon.restart()
    assert {p["id"] for p in daemon.admin.ok("GET", "/plans")["plans"]} == set(plans)
    daemon.stop()
    too_new(Daemon(tmp_path))
    daemon.program = NEXT
    daemon.start()
    planned(daemon)
    daemon.stop()


@pytest.mark.skipif(not DATABASE_SERVER, reason="several daemons need PostgreSQL (tests/postgres)")
def test_beside_the_next_release(tmp_path):
    """A rolling upgrade with the programs themselves: this one runs while the next one migrates, works on what that one takes
    in and the other way round, may be started again, and is not overtaken by a migration that it would not survive."""
    def node(name, *flags, program):
        daemon = Daemon(tmp_path / name, "--rate", "0", *flags, database_of=tmp_path, program=program)
        daemon.code.rmdir()
        daemon.code.symlink_to(tmp_path / "code")
        daemon.data.mkdir(mode=0o700, exist_ok=True)
        for file in ("secret.key", "admin.token"):
            shutil.copy(ours.data / file, daemon.data / file)
        return daemon

    make_codebase("go-cli", tmp_path / "code/go-cli")
    ours = Daemon(tmp_path, "--rate", "0").start()
    ours.admin.ok("POST", "/repositories", {"name": "go-cli", "path": str(ours.code / "go-cli")}, status=201)
    database, before = Database(tmp_path), planned(ours)
    theirs = node("next", "--workers", "0", program=NEXT).start()
    assert database("SELECT max(version) FROM schema_migrations") == [[str(NEWEST + 1)]]
    assert ours.admin.ok("GET", "/readyz") == "ready\n"
    assert theirs.admin.plan(before) == ours.admin.plan(before)
    planned(theirs, ours)
    planned(ours, theirs)
    ours.restart("--rate", "0", "--workers", "0")
    assert ours.line(lambda line: "made by a newer pland, and may be used by this one" in line["msg"])
    theirs.restart("--rate", "0")
    planned(ours, theirs)
    planned(theirs, ours)
    assert database("SELECT count(*), max(weight), min(weight) FROM plans") == [["5", "7", "7"]]

    last = node("after", program=AFTER_NEXT)
    code, said = last.refused()
    node_of = (ours.data / "node").read_text()
    assert code == 1 and f"pland {node_of} writer with version {NEWEST}" in said and "stop or upgrade them first" in said
    assert (theirs.data / "node").read_text() not in said, "the next one could go on"
    planned(ours)
    ours.stop()
    last.start()
    planned(theirs, last)
    planned(last, theirs)
    too_new(ours)
    theirs.stop()
    last.stop()
