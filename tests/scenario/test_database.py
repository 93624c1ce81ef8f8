"""PostgreSQL as its operators have it: addresses and passwords by libpq's means, roles that may little, poolers, migrations
by several at once, a database that goes away and comes back."""
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from urllib.parse import urlsplit

import pytest
import requests

from harness import DATABASE_SERVER, PATIENCE, PLAND, Daemon, make_database, problem, run

pytestmark = pytest.mark.skipif(not DATABASE_SERVER, reason="needs PostgreSQL (tests/postgres)")
SERVER = urlsplit(DATABASE_SERVER or "postgresql://")
OURS = ("PLAND_", "PG")


@pytest.fixture
def database(tmp_path):
    return make_database(tmp_path, empty=True)


def name(database):
    return database.rsplit("/", 1)[1]


def sql(database, text):
    return run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", text).stdout.strip()


def migrate(tmp_path, store, *args, code=0, env=None, data="var"):
    """pland migrate with nothing in its environment about the database but what is given: what it said."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    result = run(PLAND, "--data-dir", tmp_path / data, "--store", store, "migrate", *args, code=code, env={**clean, **(env or {})})
    return result.stdout + result.stderr


def until(found):
    deadline = time.monotonic() + PATIENCE
    while not (value := found()):
        assert time.monotonic() < deadline
    return value


def login(database, role, grants=""):
    """A new role with a password, which the server asks for; its address."""
    role = f"{role}_{name(database)}"
    sql(database, f"CREATE ROLE {role} LOGIN PASSWORD 'sesame' IN ROLE locked; {grants.format(role=role)}")
    return f"postgresql://{role}@{SERVER.hostname}:{SERVER.port}/{name(database)}"


def pgpass(tmp_path, database, password="sesame"):
    file = tmp_path / "pgpass"
    file.write_text(f"{SERVER.hostname}:{SERVER.port}:{name(database)}:*:{password}\n")
    file.chmod(0o600)
    return {"PGPASSFILE": str(file)}


# ---- the address ----

def by_variables(tmp_path, database):
    return "postgresql://", {"PGHOST": SERVER.hostname, "PGPORT": str(SERVER.port), "PGUSER": SERVER.username, "PGDATABASE": name(database)}


def by_service(tmp_path, database):
    (tmp_path / "services").write_text(f"[plans]\nhost={SERVER.hostname}\nport={SERVER.port}\nuser={SERVER.username}\ndbname={name(database)}\n")
    return "postgresql://?service=plans", {"PGSERVICEFILE": str(tmp_path / "services")}


def by_password_file(tmp_path, database):
    return login(database, "filed", "GRANT CREATE ON SCHEMA public TO {role}"), pgpass(tmp_path, database)


def by_tls(tmp_path, database):
    return database + "?sslmode=verify-full&sslrootcert=" + os.environ["PLAND_TEST_DATABASE_CA"], {}


@pytest.mark.parametrize("means", [by_variables, by_service, by_password_file, by_tls])
def test_the_address_by_libpqs_means(tmp_path, database, means):
    store, env = means(tmp_path, database)
    assert migrate(tmp_path, store, env=env) == "schema of the database is up to date\n"
    assert int(sql(database, "SELECT count(*) FROM schema_migrations")) > 16


@pytest.mark.parametrize("store, env, words", [
    ("postgresql://127.0.0.1:1/x", {}, "Connection refused"),
    (f"{DATABASE_SERVER}/nothing_here", {}, 'database "nothing_here" does not exist'),
    (f"{DATABASE_SERVER}/pland?sslmode=verify-full&sslrootcert=/dev/null", {}, "certificate"),
    ("postgresql://?service=nowhere", {}, 'definition of service "nowhere" not found')])
def test_what_is_wrong_with_an_address_is_said(tmp_path, store, env, words):
    assert words in migrate(tmp_path, store, code=1, env=env)


def test_a_wrong_password_is_refused_and_never_shown(tmp_path, database):
    store = login(database, "wrong").replace("@", ":hush@")
    said = migrate(tmp_path, store, code=1)
    assert "password authentication failed" in said and "hush" not in said


# ---- roles ----

def test_a_role_that_may_not_make_tables_migrates_nothing(tmp_path, database):
    said = migrate(tmp_path, login(database, "poor"), code=1, env=pgpass(tmp_path, database))
    assert "the database's user may not do this" in said and "permission denied for schema public" in said


def test_a_user_that_may_only_read_is_told(tmp_path, database):
    store = login(database, "reader", "GRANT CREATE ON SCHEMA public TO {role}; ALTER ROLE {role} SET default_transaction_read_only = on")
    assert "read-only" in migrate(tmp_path, store, code=1, env=pgpass(tmp_path, database))


def test_a_daemon_needs_no_more_than_rows(tmp_path, database):
    """One role migrates; the daemons' may read, write and number rows, and no more."""
    migrate(tmp_path, database)
    store = login(database, "worker", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};"
                   "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    daemon = Daemon(tmp_path / "node", "--rate", "0", env=pgpass(tmp_path, database))
    daemon.store = ["--store", store]
    daemon.start()
    daemon.codebase("go-cli")
    plan = daemon.admin.new(ticket={"title": "Add a flag", "body": "Add `--json` to `cmd/tally/main.go`."}, repository="go-cli", mode="auto")
    daemon.admin.wait_state(plan, "awaiting_approval")
    daemon.stop()


# ---- poolers ----

@pytest.fixture
def pooler(tmp_path):
    """pooler(database, mode): the address of a PgBouncer before the server."""
    program = shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")
    started = []

    def start(database, mode):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        file = tmp_path / "pgbouncer.ini"
        (tmp_path / "users").write_text(f'"{SERVER.username}" ""\n')
        file.write_text(f"[databases]\n* = host={SERVER.hostname} port={SERVER.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
                        f"auth_type = trust\nauth_file = {tmp_path}/users\npool_mode = {mode}\nunix_socket_dir =\n")
        as_user = {"user": "nobody"} if os.getuid() == 0 else {}
        for folder in (tmp_path, *tmp_path.parents):
            if os.getuid() == 0 and folder.stat().st_uid == 0 and folder != folder.parent and str(folder).startswith("/tmp/"):
                folder.chmod(folder.stat().st_mode | 0o055)
        started.append(subprocess.Popen([program, file], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, **as_user))
        assert any("process up" in line for line in started[-1].stderr)
        return f"postgresql://{SERVER.username}@127.0.0.1:{port}/{name(database)}"

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("mode", ["transaction", "statement"])
def test_a_pooler_that_shares_sessions_is_refused(tmp_path, database, pooler, mode):
    assert "pool_mode session" in migrate(tmp_path, pooler(database, mode), code=1)


def test_a_pooler_with_sessions_is_welcome(tmp_path, database, pooler):
    daemon = Daemon(tmp_path / "node", "--rate", "0")
    daemon.store = ["--store", pooler(database, "session")]
    daemon.start()
    daemon.codebase("go-cli")
    plan = daemon.admin.new(ticket={"title": "Add a flag", "body": "Add `--json` to `cmd/tally/main.go`."}, repository="go-cli", mode="auto")
    daemon.admin.wait_state(plan, "awaiting_approval")
    daemon.stop()


# ---- migrating ----

def start_migrating(tmp_path, store, data):
    return subprocess.Popen([PLAND, "--data-dir", tmp_path / data, "--store", store, "migrate"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_of_two_who_migrate_one_waits(tmp_path, database):
    both = [start_migrating(tmp_path, database, f"var{n}") for n in range(2)]
    for process in both:
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, said
    assert sql(database, "SELECT count(*) = max(version) FROM schema_migrations") == "t"


def test_a_migration_that_is_killed_leaves_whole_ones(tmp_path, database):
    """It stands still at a table that somebody has locked, and is killed there."""
    migrate(tmp_path, database, "15")
    with subprocess.Popen(["psql", "-qAtXd", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        other.stdin.write("BEGIN; LOCK TABLE approvals; SELECT 'locked';\n")
        other.stdin.flush()
        assert other.stdout.readline() == "locked\n"
        migrating = start_migrating(tmp_path, database, "var1")
        waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        until(lambda: sql(database, waits) == "1")
        migrating.send_signal(signal.SIGKILL)
        migrating.communicate(timeout=PATIENCE)
        other.stdin.close()
    assert sql(database, "SELECT max(version) FROM schema_migrations") == "15"
    migrate(tmp_path, database)
    assert sql(database, "SELECT count(*) = max(version) FROM schema_migrations") == "t"


# ---- away and back ----

class Load(threading.Thread):
    """Plans, one after the other; what else was answered than that they are made."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.url, self.headers = daemon.url + "/plans", {"Authorization": f"Bearer {daemon.token}"}
        self.over, self.made, self.others = threading.Event(), [], []

    def run(self):
        while not self.over.is_set():
            answer = requests.post(self.url, headers=self.headers, timeout=PATIENCE)
            if answer.status_code == 201:
                self.made.append(answer.headers["Location"])
            else:
                self.others.append(answer)


def test_the_database_goes_away_and_comes_back(tmp_path, database):
    """Nobody is let in for a while: the daemon says so, and goes on by itself afterwards."""
    daemon = Daemon(tmp_path / "node", "--rate", "0", "--readers", "2", database_of=tmp_path).start()
    loads = [Load(daemon) for _ in range(4)]
    ready = lambda: requests.get(daemon.url + "/readyz", params={"verbose": ""}, timeout=PATIENCE)  # noqa: E731
    for load in loads:
        load.start()
    until(lambda: all(load.made for load in loads))
    sessions = sql(database, "SELECT application_name FROM pg_stat_activity WHERE datname = current_database()").split("\n")
    ours = [s for s in sessions if re.fullmatch(r"pland node_\w+ (reader|writer|tool)", s)]
    assert len(ours) <= 2 + 2 and sum(s.endswith("reader") for s in ours) <= 2, sessions
    assert sum(s.endswith("writer") for s in ours) == 1
    server = DATABASE_SERVER + "/postgres"
    sql(server, f"ALTER DATABASE {name(database)} ALLOW_CONNECTIONS false")
    sql(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name(database)}'")
    away = until(lambda: (answer := ready()).status_code == 503 and answer.text)
    assert "[-] store: the database cannot be reached at the moment" in away
    assert requests.get(daemon.url + "/livez", timeout=PATIENCE).status_code == 200
    until(lambda: any(load.others for load in loads))
    sql(server, f"ALTER DATABASE {name(database)} ALLOW_CONNECTIONS true")
    until(lambda: ready().status_code == 200)
    until(lambda: daemon.admin("POST", "/plans", unavailable=True).status_code == 201)
    for load in loads:
        load.over.set()
        load.join(PATIENCE)
        for answer in load.others:
            problem(answer, 503)
            assert int(answer.headers["Retry-After"]) > 0
        for plan in load.made:
            daemon.admin.ok("GET", plan)
    daemon.stop()


# ---- a server that stands still ---------------------------------------------------------------------------------------
# Its kernel takes and acknowledges what is sent, and nothing ever comes back: stopped processes are what that looks like.

LIMITS = "?options=-c%20statement_timeout%3D1s%20-c%20lock_timeout%3D1s"
BOUND = 1 + 5  # seconds: what a statement may take, and a while longer (README, Limits)
SLACK = 15  # of a machine that is busy


class Stopped:
    """The server's processes of a daemon's sessions that are named so stand still, until it is over."""

    def __init__(self, database, *kinds):
        rows = sql(database, "SELECT pid, application_name FROM pg_stat_activity WHERE application_name LIKE 'pland node%'"
                   " AND datname = current_database()").split("\n")
        self.pids = [int(row.partition("|")[0]) for row in rows if row.endswith(kinds)]
        assert len(self.pids) == len(kinds), rows

    def __enter__(self):
        for pid in self.pids:
            os.kill(pid, signal.SIGSTOP)

    def __exit__(self, *_):
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def node(tmp_path, database):
    daemon = Daemon(tmp_path / "node", "--rate", "0", "--readers", "1", "--workers", "0")
    daemon.store = ["--store", database + LIMITS]
    yield daemon.start()
    daemon.stop()


def given_up(daemon):
    return {line["pid"] for line in daemon.lines if line and "its connection is given up" in line["msg"]}


def test_a_session_that_stands_still_is_left_for_another(node, database):
    """What was asked of it is done on a new connection. A daemon that waits for one stops nevertheless."""
    plan = node.admin.new()
    stopped = Stopped(database, "reader", "writer", "tool")
    with stopped:
        assert node.admin.ok("GET", f"/plans/{plan}", timeout=BOUND + SLACK)
        other = node.admin.ok("POST", "/plans", status=201, timeout=BOUND + SLACK)["id"]
        assert len(given_up(node) & set(stopped.pids)) >= 2
        node.stop()  # others were just told of the new plan, on a connection that takes it and says nothing
    node.start()
    assert {p["id"] for p in node.admin.ok("GET", "/plans")["plans"]} == {plan, other}


@pytest.mark.parametrize("kind", ["reader", "writer"])
def test_a_server_that_stands_still_is_told_in_time(node, database, kind):
    """A session does not answer and no other can be had: requests are refused when the time is over, and taken again afterwards."""
    plan, server = node.admin.new(), DATABASE_SERVER + "/postgres"
    ask = {"reader": ("GET", f"/plans/{plan}"), "writer": ("POST", "/plans")}[kind]
    stopped = Stopped(database, kind)
    sql(server, f"ALTER DATABASE {name(database)} ALLOW_CONNECTIONS false")
    try:
        with stopped:
            answer = node.admin(*ask, timeout=BOUND + SLACK, unavailable=True)
            problem(answer, 503)
            assert int(answer.headers["Retry-After"]) > 0 and given_up(node) == set(stopped.pids)
            assert requests.get(node.url + "/livez", timeout=PATIENCE).status_code == 200
            assert requests.get(node.url + "/readyz", timeout=PATIENCE).status_code == 503 or kind == "writer"
    finally:
        sql(server, f"ALTER DATABASE {name(database)} ALLOW_CONNECTIONS true")
    until(lambda: requests.get(node.url + "/readyz", timeout=PATIENCE).status_code == 200)
    until(lambda: node.admin(*ask, unavailable=True).status_code in (200, 201))


HOLD = """
    CREATE SEQUENCE holds;
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.title = 'Hold' AND nextval('holds') = 1 THEN
            EXECUTE format('COPY (SELECT 1) TO PROGRAM ''kill -STOP %s''', pg_backend_pid());
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON plans DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold()"""


def test_a_commit_that_stands_still_may_be_asked_for_again(node, database):
    """The server's process stops itself in the middle of a COMMIT, holding the lock of all writers: nobody can know what
    becomes of it, and it is said so. With its key the request is done once, whatever has become of the first one."""
    sql(database, HOLD)
    ask = lambda: node.admin("POST", "/plans", {"ticket": {"title": "Hold"}}, headers={"Idempotency-Key": "once"},  # noqa: E731
                             timeout=BOUND + SLACK, unavailable=True)
    stopped = Stopped(database, "writer")
    try:
        answer = ask()
        problem(answer, 503)
        assert "it is not known whether it was done" in answer.json()["detail"] and given_up(node) == set(stopped.pids)
        assert ask().status_code == 503  # the lock is still held
    finally:
        stopped.__exit__()
    plan = until(lambda: (answer := ask()).status_code == 201 and answer.json()["id"])
    assert [p["id"] for p in node.admin.ok("GET", "/plans")["plans"]] == [plan]
