"""Several daemons on one PostgreSQL: work goes wherever there is a worker, watchers hear of it on every node, and what a
dead or paused node held is taken over."""
import hashlib
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from git_server import GitServer
from harness import DATABASE_SERVER, PATIENCE, Api, Daemon, git, make_codebase, make_database, run
from test_streams import Stream, follow

pytestmark = [pytest.mark.threads, pytest.mark.skipif(not DATABASE_SERVER, reason="several daemons need PostgreSQL (tests/postgres)")]
TICKET = {"title": "Add a flag", "body": "- Add a flag `--json` to `cmd/tally/main.go`.\n- Document it in README.md.\n"}


def commit(work):
    (work / "new.txt").write_text("new\n")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "new")
    git(work, "push", "-q", "origin", "HEAD:main")
    return git(work, "rev-parse", "HEAD")


@pytest.fixture
def nodes(tmp_path):
    """Makes daemons with one database, one key and one folder of code; the first makes the database."""
    made = []
    code = tmp_path / "code"
    make_codebase("go-cli", code / "cli")

    def node(*flags, **options):
        home = tmp_path / f"node{len(made)}"
        daemon = Daemon(home, "--rate", "0", *flags, database_of=tmp_path, **options)
        daemon.code.rmdir()
        daemon.code.symlink_to(code)
        if made:
            daemon.data.mkdir(mode=0o700)
            shutil.copy(made[0].data / "secret.key", daemon.data / "secret.key")
            shutil.copy(made[0].data / "admin.token", daemon.data / "admin.token")
        made.append(daemon)
        return daemon.start()

    yield node
    for daemon in made:
        daemon.stop()


def test_a_plan_is_worked_on_by_another_node(nodes):
    front, back = nodes("--workers", "0"), nodes()
    front.admin.ok("POST", "/repositories", {"name": "cli", "path": str(front.code / "cli")}, status=201)
    plan = front.admin.new(ticket=TICKET, repository="cli", mode="auto")
    done = front.admin.wait_state(plan, "awaiting_approval")
    assert done == back.admin.ok("GET", f"/plans/{plan}")


def test_a_stream_hears_of_every_node(nodes):
    """What one daemon writes comes on another's streams, and a token that one revokes ends them."""
    front, back = nodes("--workers", "0"), nodes("--workers", "0")
    plan = front.admin.new()
    with follow(back.admin, f"/plans/{plan}/events") as stream, follow(back.admin, "/events", after="0") as feed:
        events = iter(stream)
        assert next(events)["event"] == "plan.created"
        front.admin.ok("PATCH", f"/plans/{plan}", {"title": "From the front"})
        assert next(events)["data"]["data"] == {"title": "From the front"}
        assert [e["data"]["seq"] for e in feed.take(2)] == [1, 2]
    made = front.admin.ok("POST", "/tokens", {"name": "reader", "role": "viewer"}, status=201)
    with Stream(back.url, made["secret"], f"/plans/{plan}/events") as stream:
        assert stream.take(2)
        front.admin("DELETE", f"/tokens/{made['id']}")
        assert list(stream) == []


def test_a_revoked_token_ends_everywhere(nodes):
    front, back = nodes("--workers", "0"), nodes("--workers", "0")
    made = front.admin.ok("POST", "/tokens", {"name": "reader", "role": "viewer", "project": "default"}, status=201)
    other = Api(back.url, made["secret"])
    other.ok("GET", "/plans")
    front.admin.ok("DELETE", f"/tokens/{made['id']}", status=204)
    deadline = time.monotonic() + PATIENCE
    while other("GET", "/plans").status_code != 401:
        assert time.monotonic() < deadline


def test_an_upload_is_read_everywhere(nodes, tmp_path):
    front, back = nodes("--workers", "0"), nodes()
    front.admin.ok("POST", "/repositories", {"name": "up"}, status=201)
    packed = tmp_path / "up.tar"
    subprocess.run(["tar", "-C", str(front.code / "cli"), "--exclude=.git", "-cf", packed, "."], check=True)
    front.admin.ok("PUT", "/repositories/up/snapshot", data=packed.read_bytes(), headers={"Content-Type": "application/x-tar"})
    plan = front.admin.new(ticket=TICKET, repository="up", mode="auto")
    done = front.admin.wait_state(plan, "awaiting_approval")
    assert done["checks"]["failed"] == 0 and done["checks"]["verified"] > 3
    tree = done["base"][0]["tree"]
    assert {f.name for f in (back.data / "trees" / tree).iterdir()} >= {"content", "listing"}


def test_a_remote_is_fetched_by_each_node_that_needs_it(nodes, tmp_path):
    (tmp_path / "remotes").mkdir()
    server = GitServer(tmp_path / "remotes")
    url = server.publish(tmp_path / "code/cli", "cli.git")
    http = ("--git-protocols", "http", "--git-sync", "0", "--allow-networks", "127.0.0.0/8")
    first = nodes(*http)
    first.admin.ok("POST", "/repositories", {"name": "far", "git": {"url": url}}, status=201)
    first.admin.wait_state(first.admin.new(ticket=TICKET, repository="far", mode="auto"), "awaiting_approval")
    first.stop()
    second = nodes(*http)
    plan = second.admin.new(ticket=TICKET, repository="far", mode="auto")
    assert second.admin.wait_state(plan, "awaiting_approval")["checks"]["failed"] == 0
    git(tmp_path / "code/cli", "remote", "add", "origin", str(server.root / "cli.git"))
    newest = commit(tmp_path / "code/cli")
    third = nodes("--workers", "0", *http)
    third.admin.ok("POST", "/repositories/far/sync", {}, status=202)
    deadline = time.monotonic() + PATIENCE
    while third.admin.ok("GET", "/repositories/far").get("commit") != newest:
        assert time.monotonic() < deadline
    second.stop()
    fourth = nodes(*http)
    plan = fourth.admin.new(ticket=TICKET, repository="far", mode="auto")
    assert fourth.admin.wait_state(plan, "awaiting_approval")["base"][0]["commit"] == newest
    server.stop()


@pytest.mark.parametrize("how", ["killed", "paused"])
def test_what_a_node_held_is_taken_over(nodes, how):
    front = nodes("--workers", "0")
    front.admin.ok("POST", "/repositories", {"name": "cli", "path": str(front.code / "cli")}, status=201)
    lost = nodes("--lease", "5")
    plans = [front.admin.new(ticket=TICKET, repository="cli", mode="auto") for _ in range(8)]
    if how == "killed":
        lost.kill9()
    else:
        lost.process.send_signal(signal.SIGSTOP)
    nodes("--lease", "5")
    for plan in plans:
        front.admin.wait_state(plan, "awaiting_approval")
    if how == "paused":
        lost.process.send_signal(signal.SIGCONT)
        again = front.admin.new(ticket=TICKET, repository="cli", mode="auto")
        front.admin.wait_state(again, "awaiting_approval")
    events = [e for plan in plans for e in front.admin.ok("GET", f"/plans/{plan}/events")["events"]]
    assert sum(e["type"] == "plan.revision_published" for e in events) == len(plans)


def test_a_limit_holds_over_all_nodes(nodes):
    """A caller that spreads its requests gets what is allowed, not as much again from each daemon. Tolerance: a twentieth
    for the other daemon, and what is on its way between them."""
    limit = 120
    front, back = nodes("--rate", limit, "--workers", "0"), nodes("--rate", limit, "--workers", "0")
    secrets = [front.admin.ok("POST", "/tokens", {"name": "caller", "role": "viewer"}, status=201)["secret"] for _ in range(2)]
    alone, spread = [Api(front.url, secrets[0])], [Api(node.url, secrets[1]) for node in (front, back)]

    def taken(apis):
        start, good, refused = time.monotonic(), 0, 0
        for i in range(3 * limit):
            status = apis[i % len(apis)]("GET", "/projects").status_code
            good, refused = (good + 1, 0) if status == 200 else (good, refused + 1)
            if refused == 2 * len(apis):
                break
        return good - limit * (time.monotonic() - start) / 60

    assert limit * 0.9 <= taken(alone) <= limit + 1
    assert limit * 0.75 <= taken(spread) <= limit * 1.2


def test_a_key_counts_on_all_nodes(nodes):
    """The same request sent to every daemon at once makes one plan."""
    apis = [nodes("--workers", "0").admin for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        for key in range(10):
            made = list(pool.map(lambda api: api("POST", "/plans", {"ticket": {"title": f"No. {key}", "body": "x"}}, headers={"Idempotency-Key": f"k{key}"}), apis * 2))  # noqa: B023
            assert {a.status_code for a in made} == {201} and len({a.json()["id"] for a in made}) == 1
    assert len(apis[0].ok("GET", "/plans")["plans"]) == 10


def test_what_nobody_told_of_is_noticed(nodes):
    """A daemon dies between its commit and telling: as if rows had changed by themselves."""
    node = nodes("--workers", "0")
    plan = node.admin.new()
    made = node.admin.ok("POST", "/tokens", {"name": "reader", "role": "viewer"}, status=201)
    other = Api(node.url, made["secret"])
    with follow(node.admin, f"/plans/{plan}/events") as stream, follow(node.admin, "/events", after="0") as feed:
        events = iter(stream)
        assert next(events)["event"] == "plan.created" and feed.take(1)
        other.ok("GET", "/plans")
        run("psql", "-qd", node.store[1], "-c",
            "INSERT INTO events (plan, seq, at, actor, type, data) SELECT n, seq + 1, updated_at, 0, 'plan.changed', '{}' FROM plans;"
            "UPDATE plans SET seq = seq + 1; UPDATE tokens SET revoked_at = 1 WHERE name = 'reader'")
        assert next(events)["event"] == "plan.changed"
        assert feed.take(1)[0]["event"] == "plan.changed"
    deadline = time.monotonic() + PATIENCE
    while other("GET", "/plans").status_code != 401:
        assert time.monotonic() < deadline


def test_a_moved_instance_resumes_everywhere(nodes):
    node = nodes()
    run("psql", "-qd", node.store[1], "-c", "INSERT INTO meta (key, value) VALUES ('paused', '1')")
    node.restart()
    plan = node.admin.new(ticket=TICKET, mode="auto")
    assert node.admin.plan(plan)["activity"] == "working"
    run("psql", "-qd", node.store[1], "-c", "UPDATE meta SET value = '0' WHERE key = 'paused'")
    node.admin.wait_state(plan, "awaiting_approval")


# ---- one key ----------------------------------------------------------------------------------------------------------

def test_a_daemon_with_another_key_is_refused(nodes, tmp_path):
    """It could not open what the others sealed, nor they what it did. It leaves no key of its own behind."""
    first = nodes("--workers", "0")
    other = Daemon(tmp_path / "other", "--rate", "0", database_of=tmp_path)
    key = other.data / "secret.key"
    code, said = other.refused()
    assert code == 1 and f"{key} is missing" in said and "copy the secret.key of another daemon's data directory" in said
    assert not key.exists()
    other.tool("token", "create", "--role", "viewer")  # opens no secret
    key.write_bytes(b"x" * 32)
    code, said = other.refused()
    assert code == 1 and f"{key} is not the key" in said and "pland rekey --lost" in said and key.read_bytes() == b"x" * 32
    assert "a daemon uses" in other.tool("rekey", "--lost", code=1).stderr
    shutil.copy(first.data / "secret.key", key)
    shutil.copy(first.data / "admin.token", other.data / "admin.token")
    other.start().stop()


@pytest.mark.parametrize("schema", ["none", "newest"])
def test_of_two_first_daemons_the_key_of_one_stays(tmp_path, schema):
    """Both find no fingerprint when they start: one of them writes it, the other sees it."""
    make_database(tmp_path, empty=schema == "none")
    both = [Daemon(tmp_path / f"first{n}", "--rate", "0", database_of=tmp_path) for n in range(2)]
    for daemon in both:
        daemon.spawn()
    ready = [daemon.line(lambda line: line["msg"] == "ready") for daemon in both]
    assert sum(map(bool, ready)) == 1, [d.tail() for d in both]
    winner, loser = sorted(both, key=lambda d: not ready[both.index(d)])
    assert loser.process.wait(PATIENCE) == 1 and "secret.key is missing" in loser.tail()
    assert winner.sql("SELECT value FROM meta WHERE key = 'key'") == hashlib.sha256((winner.data / "secret.key").read_bytes()).hexdigest()
    assert not (loser.data / "secret.key").exists()
    loser.process = None
    winner.stop()
