"""pland copy: an instance moves from PostgreSQL to SQLite, goes on there, and comes back; nothing is lost or changed. A copy
that is killed leaves an empty target."""
import shutil
import signal
import subprocess
import time

import pytest

from harness import DATABASE_SERVER, PATIENCE, PLAND, Daemon, make_database, run
from test_states import STATES, Stock

pytestmark = pytest.mark.skipif(not DATABASE_SERVER, reason="the other engine is needed (tests/postgres)")
TICKET = {"title": "Add a flag", "body": "- Add a flag `--json` to `cmd/tally/main.go`.\n- Document it in README.md.\n"}


def picture(api):
    """All that people see of an instance."""
    seen = {}

    def look(path, **params):
        answer = api("GET", path, **params)
        seen[path, str(params)] = (answer.headers.get("ETag"), answer.text) if answer.status_code == 200 else answer.status_code
        return answer

    for path in ("/repositories", "/projects", "/hooks", "/sources"):
        look(path)
    look("/audit", limit=200)
    look("/events", after=0, limit=200)
    seen["tokens"] = [{**t, "last_used_at": None} for t in api.ok("GET", "/tokens")["tokens"]]
    plans = look("/plans", limit=200).json()["plans"]
    for plan in (p["id"] for p in plans):
        for what in ("", "/events", "/audit", "/comments", "/refinements", "/messages", "/claims", "/progress", "/context", "/calls"):
            look(f"/plans/{plan}{what}")
        for revision in look(f"/plans/{plan}/revisions").json().get("revisions", ()):
            for kind in ("application/json", "text/markdown"):
                look(f"/plans/{plan}/revisions/{revision['number']}", headers={"Accept": kind})
        look(f"/plans/{plan}/revisions/head", headers={"Accept": "text/html"})
    return seen


def psql(database, sql):
    return run("psql", "-qAtd", database, "-c", sql).stdout.strip()


def copy(source, target, code=0):
    return run(PLAND, "copy", "--from", source, "--to", target, code=code)


@pytest.fixture
def another(tmp_path):
    """another(first, store, *flags): a daemon with the code and the key of the first, on a database that is there already."""
    made = []

    def start(first, store, *flags):
        daemon = Daemon(tmp_path / f"another{len(made)}", *flags)
        made.append(daemon)
        daemon.store = ["--store", store] if store else []
        daemon.code.rmdir()
        daemon.code.symlink_to(first.code.resolve())
        daemon.data.mkdir(mode=0o700, exist_ok=True)
        for name in ("secret.key", "admin.token"):
            shutil.copy(first.data / name, daemon.data / name)
        return daemon

    yield start
    for daemon in made:
        daemon.stop()


def test_an_instance_goes_to_the_other_engine_and_back(tmp_path, model, another):
    stock = Stock(tmp_path / "first", model(fail=lambda body: "401"), {state: ("", ()) for state in STATES})
    first, idle = stock.daemon, ["--rate", "0", "--workers", "0"]
    first.restart(*idle)
    first.codebase("go-cli")
    first.admin.ok("POST", "/repositories", {"name": "up"}, status=201)
    packed = tmp_path / "up.tar"
    subprocess.run(["tar", "-C", str(first.code / "go-cli"), "--exclude=.git", "-cf", packed, "."], check=True)
    first.admin.ok("PUT", "/repositories/up/snapshot", data=packed.read_bytes(), headers={"Content-Type": "application/x-tar"})
    first.admin.ok("POST", "/hooks", {"url": "https://hooks.example.com/x", "events": ["plan.failed"]}, status=201)
    gone = first.admin.new()
    first.admin("DELETE", f"/plans/{gone}")
    before = picture(first.admin)
    assert {p["state"] for p in first.admin.ok("GET", "/plans", limit=200)["plans"]} == set(STATES)

    lite = another(first, None, *idle)
    one, two = first.store[1], make_database(tmp_path / "second")
    assert "a daemon uses" in copy(one, f"sqlite:{lite.data}", code=1).stderr
    first.stop()
    told = copy(one, f"sqlite:{lite.data}").stdout
    assert "found equal" in told and "1 trees" in told
    assert "not empty" in copy(one, f"sqlite:{lite.data}", code=1).stderr
    lite.start()
    assert picture(lite.admin) == before
    assert "another pland runs" in copy(f"sqlite:{lite.data}", two, code=1).stderr

    lite.restart("--rate", "0")
    assert lite.admin.ok("GET", f"/plans/{gone}", status=410)
    for state in ("awaiting_answers", "researching", "drafting", "revising"):
        lite.admin.to_state(stock.plans[state][0], "awaiting_approval")
    lite.admin.approve(stock.plans["awaiting_approval"][0])
    plan = lite.admin.new(ticket=TICKET, repository="up", mode="auto")
    done = lite.admin.wait_state(plan, "awaiting_approval")
    assert done["checks"]["failed"] == 0 and done["checks"]["verified"] > 3
    lite.restart(*idle)
    after = picture(lite.admin)
    lite.stop()

    copy(f"sqlite:{lite.data}/pland.db", two)
    assert "not empty, it holds" in copy(f"sqlite:{lite.data}", two, code=1).stderr
    back = another(first, two, *idle).start()
    assert picture(back.admin) == after
    back.restart("--rate", "0")
    again = back.admin.new(ticket=TICKET, repository="up", mode="auto")
    assert back.admin.wait_state(again, "awaiting_approval")["checks"]["verified"] == done["checks"]["verified"]
    numbers = [e["seq"] for e in back.admin.ok("GET", f"/plans/{again}/events")["events"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert not [line for line in back.lines if line and "secret.key" in line["msg"]]


def test_the_key_can_be_changed(launch, another, tmp_path):
    """rekey needs the database for itself; whoever has the old key starts no more until he has the new one."""
    daemon = launch("--workers", "0")
    daemon.admin.ok("POST", "/hooks", {"url": "https://hooks.example.com/x"}, status=201)
    tool = [PLAND, "--data-dir", daemon.data, *daemon.store]
    other = another(daemon, daemon.store[1], "--workers", "0").start()
    daemon.stop()
    assert "a daemon uses" in run(*tool, "rekey", code=1).stderr
    other.stop()
    told = run(*tool, "rekey").stdout
    assert "1 secrets" in told and "other daemons" in told
    code, said = other.refused()
    assert code == 1 and "not the key that this database's secrets are sealed with" in said
    shutil.copy(daemon.data / "secret.key", other.data / "secret.key")
    other.start()
    assert run(*tool, "restore", tmp_path / "x", code=2).stderr and run(*tool, "backup", tmp_path / "x", code=1).stderr


def test_what_is_no_copy_is_refused(tmp_path):
    database = make_database(tmp_path)
    for args in ((), ("--from", database), ("--from", database, "--to", database), ("--from", "x", "--to", database),
                 ("--from", "sqlite:a", "--to", "sqlite:b"), ("--from", database, "--to", "sqlite:a", "more")):
        assert run(PLAND, "copy", *args, code=2).stderr.startswith("pland: ")
    assert "there is no" in copy(f"sqlite:{tmp_path}/nothing", database, code=1).stderr
    (tmp_path / "pland.db").write_text("no database")
    assert "damaged" in copy(f"sqlite:{tmp_path}", database, code=1).stderr


@pytest.mark.parametrize("to", ["postgresql", "sqlite"])
def test_a_killed_copy_leaves_nothing(launch, another, tmp_path, to):
    """Killed in the middle: some tables are written, others are not."""
    first = launch("--workers", "0")
    plans = [first.admin.new() for _ in range(3)]
    lite = another(first, None, "--workers", "0")
    first.stop()
    source, target, held, lock = first.store[1], f"sqlite:{lite.data}", first.store[1], "ACCESS EXCLUSIVE"
    if to == "postgresql":
        copy(source, target)
        source, target, lock = target, make_database(tmp_path / "target"), "SHARE"
        held = target
        run(PLAND, "--data-dir", tmp_path / "tool", "--store", target, "migrate")
    with subprocess.Popen(["psql", "-qAtd", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        holder.stdin.write(f"BEGIN; LOCK TABLE tokens IN {lock} MODE; SELECT 'held';\n")
        holder.stdin.flush()
        assert holder.stdout.readline().strip() == "held"
        process = subprocess.Popen([PLAND, "copy", "--from", source, "--to", target])
        deadline = time.monotonic() + PATIENCE
        while psql(held, "SELECT count(*) FROM pg_locks WHERE NOT granted") != "1":
            assert time.monotonic() < deadline and process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        holder.stdin.write("ROLLBACK;\n")
    copy(source, target)
    home = lite if to == "sqlite" else another(first, target, "--workers", "0")
    home.start()
    assert [home.admin.plan(p)["state"] for p in plans] == ["awaiting_ticket"] * 3
