"""Running pland: stopping and starting, backup and restore, health, limits, logs, TLS."""
import json
import re
import shutil
import signal
import subprocess
import threading
import time

import pytest
import requests

import harness
from harness import sqlite_file
from receiver import Receiver
from samples import ASKING, RING, write_answers

pytestmark = pytest.mark.threads


def planned(daemon, state="awaiting_approval", **fields):
    plan = daemon.admin.new(**{"ticket": RING, "repository": "c-lib", "mode": "auto", **fields})
    daemon.admin.to_state(plan, state)
    return plan


# ---- stopping ---------------------------------------------------------------------------------------------------------------

def test_stop_and_start(daemon):
    """Everything is as it was; the ETags still hold."""
    daemon.codebase("c-lib")
    plans = [planned(daemon), planned(daemon, "implementing"), daemon.admin.new()]
    before = [(daemon.admin("GET", f"/plans/{p}").headers["ETag"], daemon.admin.plan(p), daemon.admin.events(p)) for p in plans]
    daemon.restart()
    after = [(daemon.admin("GET", f"/plans/{p}").headers["ETag"], daemon.admin.plan(p), daemon.admin.events(p)) for p in plans]
    for was, is_now in zip(before, after):
        for part, same in zip(was, is_now):
            assert same == part
    assert daemon.admin("GET", f"/plans/{plans[0]}", headers={"If-None-Match": before[0][0]}).status_code == 304


def test_stopping_during_work(launch):
    """Plans that were being worked on go on where they were; nothing is drafted twice."""
    daemon = launch()
    daemon.codebase("c-lib")
    plans = [daemon.admin.new(ticket=RING, repository="c-lib", mode="auto") for _ in range(30)]
    daemon.restart()
    for plan in plans:
        done = daemon.admin.wait_state(plan, "awaiting_approval")
        drafts = [e["data"]["phase"] for e in daemon.admin.events(plan) if e["type"] == "phase.drafted"]
        assert len(drafts) == len(set(drafts)) and done["checks"]["failed"] == 0


def test_stopping_answers_who_waits(daemon):
    """A long poll is answered when the daemon stops, not cut."""
    plan = daemon.admin.new()
    etag = daemon.admin("GET", f"/plans/{plan}").headers["ETag"]
    wires = [harness.Wire(daemon.url) for _ in range(5)]
    for wire in wires:
        wire.send(harness.head("GET", f"/plans/{plan}", daemon.token, "Prefer: wait=50", f"If-None-Match: {etag}"))
    while daemon.metric("pland_http_waiting") < 5:
        time.sleep(0.01)
    started = time.monotonic()
    daemon.stop()
    for wire in wires:
        with wire:
            assert wire.receive().startswith(b"HTTP/1.1 304 ")
    assert time.monotonic() - started < 10


def test_stopping_is_not_kept_by_an_idle_client(daemon):
    wires = [harness.Wire(daemon.url) for _ in range(20)]
    wires[0].send("GET /plans HT")
    daemon.admin.ok("GET", "/plans")
    started = time.monotonic()
    daemon.stop()
    assert time.monotonic() - started < 10
    for wire in wires:
        wire.socket.close()


def test_signals(daemon):
    """SIGHUP and SIGPIPE do no harm; SIGINT stops like SIGTERM."""
    daemon.process.send_signal(signal.SIGHUP)
    daemon.process.send_signal(signal.SIGPIPE)
    daemon.admin.ok("GET", "/plans")
    daemon.process.send_signal(signal.SIGINT)
    assert daemon.process.wait(harness.PATIENCE) == 0
    daemon.reader.join()
    assert [line["msg"] for line in daemon.lines if line and line["msg"] != "request"][-2:] == ["stopping", "stopped"]
    daemon.process = None


def test_a_kill_loses_nothing(daemon):
    daemon.codebase("c-lib")
    plans = {planned(daemon) for _ in range(5)}
    daemon.kill9()
    daemon.start()
    assert {p["id"] for p in daemon.admin.ok("GET", "/plans")["plans"]} == plans


# ---- backup, restore, rekey ---------------------------------------------------------------------------------------------------

@sqlite_file
@pytest.mark.parametrize("running", [True, False])
def test_backup_and_restore_elsewhere(launch, tmp_path, running):
    """On another machine's empty directory: all plans, paused, with a new epoch; nothing goes out before it is resumed."""
    with Receiver() as receiver:
        daemon = launch()
        daemon.codebase("c-lib")
        upload = daemon.admin.ok("POST", "/repositories", {"name": "mine", "is_private": True}, status=201)["id"]
        archive = subprocess.run(["tar", "-cz", "-C", harness.CODEBASES / "go-cli", "."], capture_output=True, check=True).stdout
        daemon.admin.ok("PUT", f"/repositories/{upload}/snapshot", data=archive, headers={"Content-Type": "application/gzip"})
        hook = daemon.admin.ok("POST", "/hooks", {"url": receiver.url, "events": ["plan.cancelled"]}, status=201)
        ours, theirs = planned(daemon), planned(daemon, repository=None, snapshot=upload, ticket={"title": "Flag", "body": "- Change `internal/cli/report.go`.\n"})
        before, events = daemon.admin.plan(ours), daemon.admin.ok("GET", f"/plans/{ours}/events")
        if not running:
            daemon.stop()
        text = daemon.tool("backup", tmp_path / "backup.tar", "--with-key").stdout
        assert "secret.key" in text and (tmp_path / "backup.tar").stat().st_mode & 0o77 == 0
        assert daemon.tool("backup", tmp_path / "backup.tar", code=1).stderr
        if running:
            daemon.admin.new()  # after the backup: not in it
            daemon.stop()

        second = launch(home=tmp_path / "second", ready=False)
        assert "paused" in second.tool("restore", tmp_path / "backup.tar").stdout
        assert second.tool("restore", tmp_path / "backup.tar", code=1).stderr
        shutil.copy(daemon.data / "admin.token", second.data / "admin.token")
        second.start()
        api = second.admin
        assert second.line(lambda line: "paused" in line["msg"])
        assert {p["id"] for p in api.ok("GET", "/plans")["plans"]} == {ours, theirs}
        assert api.plan(ours) == before
        now = api.ok("GET", f"/plans/{ours}/events")
        assert now["events"] == events["events"] and now["epoch"] != events["epoch"]

        api.verb(theirs, "refinements", {"instruction": "Say more in the overview."}, status=202)
        doomed = api.new(ticket=RING, snapshot=upload, mode="auto")
        cancelled = api.new()
        api.verb(cancelled, "cancel")
        assert api("GET", f"/plans/{doomed}", headers={"Prefer": "wait=1", "If-None-Match": api("GET", f"/plans/{doomed}").headers["ETag"]}).status_code == 304
        assert api.plan(theirs)["state"] == "revising" and receiver.got == []
        api.ok("POST", "/resume", status=204)
        assert api.wait_state(theirs, "awaiting_approval")["revision"] == 2
        api.wait_state(doomed, "awaiting_approval")
        assert receiver.of("plan.cancelled")
        from receiver import verified
        assert verified(receiver.got[0], hook["secret"])
        second.restart()
        second.admin.wait_state(second.admin.new(ticket=RING, mode="auto", size="small"), "awaiting_approval")


@sqlite_file
def test_a_restored_plan_needs_no_repository(launch, tmp_path):
    """What a plan rests on is in the backup, also when it came from a git repository that is not there any more."""
    daemon = launch()
    daemon.codebase("c-lib")
    plan = planned(daemon)
    daemon.tool("backup", tmp_path / "backup.tar")
    daemon.stop()
    second = launch(home=tmp_path / "second", ready=False)
    second.tool("restore", tmp_path / "backup.tar")
    shutil.copy(daemon.data / "admin.token", second.data / "admin.token")
    second.start()
    second.admin.ok("POST", "/resume", status=204)
    second.admin.verb(plan, "refinements", {"instruction": "Say more in the overview."}, status=202)
    second.admin.wait_state(plan, "awaiting_approval")


@pytest.mark.parametrize("loss", ["force-push and gc", "moved", "deleted"])
def test_evidence_outlives_the_repository(launch, loss):
    """A plan goes on from the tree it was made from, whatever becomes of the repository; others share what is the same."""
    daemon = launch()
    daemon.codebase("c-lib")
    plan, code = planned(daemon), daemon.code / "c-lib"
    commit = daemon.admin.plan(plan)["base"][0]["commit"]
    if loss == "force-push and gc":
        (code / "README.md").write_text("rewritten\n")
        for command in ("checkout -q --orphan other", "commit -qam anew", "branch -M main", "reflog expire --expire=now --all", "gc -q --prune=now"):
            harness.git(code, *command.split())
        second = planned(daemon)
        assert daemon.admin.plan(second)["base"][0]["commit"] != commit
        sizes = [p.stat().st_size for p in (daemon.data / "trees").glob("*/content")]
        assert len(sizes) == 2 and min(sizes) == len("rewritten\n")
    else:
        code.rename(daemon.code / "elsewhere") if loss == "moved" else shutil.rmtree(code)
    daemon.restart()
    daemon.admin.verb(plan, "refinements", {"instruction": "Say more in the overview."}, status=202)
    now = daemon.admin.watch(plan, lambda p: p["revision"] == 2 and p["activity"] != "working")
    assert now["state"] == "awaiting_approval" and now["base"][0]["commit"] == commit and now["checks"]["failed"] == 0


@sqlite_file
@pytest.mark.parametrize("damage", ["nothing", "garbage", "truncated", "escape"])
def test_bad_backups_are_refused(launch, tmp_path, damage):
    import io
    import tarfile
    daemon = launch()
    daemon.tool("backup", tmp_path / "good.tar")
    good, bad = (tmp_path / "good.tar").read_bytes(), tmp_path / "bad.tar"
    if damage == "escape":
        with tarfile.open(bad, "w") as tar:
            info = tarfile.TarInfo("../escaped")
            info.size = 1
            tar.addfile(info, io.BytesIO(b"x"))
    elif damage != "nothing":
        bad.write_bytes({"garbage": b"no archive" * 100, "truncated": good[: len(good) // 2]}[damage])
    second = launch(home=tmp_path / "second", ready=False)
    assert second.tool("restore", bad, code=1).stderr.startswith("pland: ")
    assert not (second.home / "escaped").exists() and not (tmp_path / "escaped").exists()


@sqlite_file
def test_restore_overwrites_nothing(launch, tmp_path):
    daemon = launch()
    plan = daemon.admin.new()
    daemon.tool("backup", tmp_path / "backup.tar")
    assert daemon.tool("restore", tmp_path / "backup.tar", code=1).stderr
    daemon.stop()
    assert daemon.tool("restore", tmp_path / "backup.tar", code=1).stderr
    daemon.start()
    assert daemon.admin.plan(plan)["state"] == "awaiting_ticket"


def test_rekey(launch, receiver):
    """Every secret is sealed anew, and hooks still sign with theirs, also with one that is on its way out; tokens for other
    systems still open."""
    from receiver import verified
    daemon = launch()
    hook = daemon.admin.ok("POST", "/hooks", {"url": receiver.url}, status=201)
    new = daemon.admin.ok("POST", f"/hooks/{hook['id']}/rotate")["secret"]
    daemon.admin.ok("POST", "/sources", {"name": "acme", "kind": "github", "token": "ghp_x", "api": "http://127.0.0.1:9"}, status=201)
    daemon.stop()
    old = (daemon.data / "secret.key").read_bytes()
    assert "4 secrets" in daemon.tool("rekey").stdout
    assert "4 secrets" in daemon.tool("rekey").stdout  # they open with the key that the first one made
    assert (daemon.data / "secret.key").read_bytes() != old and not (daemon.data / "secret.key.next").exists()
    daemon.start()
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
    assert verified(receiver.of("hook.test"), hook["secret"]) and verified(receiver.of("hook.test"), new)


def test_a_rekey_that_was_interrupted(launch, receiver):
    """The new key was left beside the old one: the one that opens the secrets is taken."""
    from receiver import verified
    daemon = launch()
    hook = daemon.admin.ok("POST", "/hooks", {"url": receiver.url}, status=201)
    daemon.stop()
    old = (daemon.data / "secret.key").read_bytes()
    daemon.tool("rekey")
    (daemon.data / "secret.key").rename(daemon.data / "secret.key.next")
    (daemon.data / "secret.key").write_bytes(old)
    daemon.start()
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
    assert verified(receiver.of("hook.test"), hook["secret"])


def test_a_key_that_is_lost(launch, receiver):
    """rekey refuses to lose anything unless it is told to; then secrets that are set again are as good as new."""
    from receiver import verified
    daemon = launch()
    hook = daemon.admin.ok("POST", "/hooks", {"url": receiver.url}, status=201)["id"]
    daemon.stop()
    (daemon.data / "secret.key").write_bytes(b"x" * 32)
    assert "say --lost" in daemon.tool("rekey", code=1).stderr
    said = daemon.tool("rekey", "--lost").stdout
    assert "0 secrets are sealed" in said and "1 do not open any more" in said
    daemon.start()
    assert not [line for line in daemon.lines if line and "secret.key" in line["msg"]]
    new = daemon.admin.ok("POST", f"/hooks/{hook}/rotate", {"overlap": 0})["secret"]
    daemon.admin.ok("POST", f"/hooks/{hook}/test", status=202)
    assert verified(receiver.of("hook.test"), new)
    daemon.stop()
    assert "1 secrets are sealed" in daemon.tool("rekey").stdout


@sqlite_file
def test_secrets_are_stored_sealed(launch):
    daemon = launch()
    secrets = [daemon.admin.ok("POST", "/hooks", {"url": "https://example.com/"}, status=201)["secret"],
               daemon.admin.ok("POST", "/sources", {"name": "s", "kind": "generic"}, status=201)["secret"],
               daemon.admin.ok("POST", "/tokens", {"name": "t", "role": "viewer"}, status=201)["secret"], daemon.token]
    daemon.stop()
    data = b"".join((daemon.data / f).read_bytes() for f in ("pland.db", "pland.db-wal") if (daemon.data / f).exists())
    log = (daemon.home / "pland.log").read_bytes()
    assert not [s for s in secrets if s.encode() in data or s.removeprefix("whsec_").encode() in data or s.encode() in log]


def test_tokens_from_the_command_line(launch):
    daemon = launch()
    daemon.stop()
    token = daemon.tool("token", "create", "--role", "planner", "--name", "by hand").stdout.strip()
    assert daemon.tool("token", "create", code=2).stderr and daemon.tool("token", "create", "--role", "king", code=2).stderr
    daemon.start()
    api = harness.Api(daemon.url, token)
    api.ok("GET", "/plans")
    api.refused("GET", "/tokens", 403)


# ---- health and limits ------------------------------------------------------------------------------------------------------------

def test_a_token_made_before_the_first_start(launch, tmp_path):
    """The first admin's token is in its file, whichever command came first."""
    daemon = launch(ready=False)
    viewer = daemon.tool("token", "create", "--role", "viewer").stdout.strip()
    daemon.start()
    assert daemon.admin("GET", "/tokens").status_code == 200
    assert harness.Api(daemon.url, viewer)("GET", "/tokens").status_code == 403


def test_health(daemon):
    api = harness.Api(daemon.url)
    assert api("GET", "/livez").text == "ok\n" and api("GET", "/healthz").text == "ok\n"
    assert api("GET", "/readyz").text == "ready\n"
    verbose = api("GET", "/readyz?verbose").text
    assert "[+] store" in verbose and "[+] writer" in verbose
    text = api("GET", "/metrics").text
    for name in ("pland_http_connections", "pland_store_commits_total", "pland_plans", "pland_jobs", "pland_steps_total", "pland_build_info"):
        assert re.search(rf"^# HELP {name} .+\n# TYPE {name} (counter|gauge|histogram)\n{name}[{{ ]", text, re.M), name
    assert re.search(r'^pland_http_requests?_total\{.*route="/livez".*\} \d+$|_count\{.*route="/livez"', text, re.M), text[:2000]


def test_every_answer_can_be_traced(daemon):
    """Request ids and traces are taken over when they are well formed, and stand in the log."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = daemon.admin("GET", "/plans", headers={"X-Request-Id": "mine-1", "traceparent": parent})
    assert answer.headers["X-Request-Id"] == "mine-1" and answer.headers["traceparent"].startswith(parent[:36]) and parent[36:52] not in answer.headers["traceparent"]
    line = daemon.line(lambda line: line.get("request_id") == "mine-1")
    assert (line["status"], line["path"], line["trace_id"]) == (200, "/plans", parent[3:35])
    other = daemon.admin("GET", "/plans", headers={"X-Request-Id": "bad id\x01" * 20, "traceparent": "nonsense"})
    assert other.headers["X-Request-Id"].startswith("req_") and re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]", other.headers["traceparent"])


def test_head_answers_like_get(daemon):
    daemon.codebase("c-lib")
    plan = planned(daemon)
    for path in ("/plans", f"/plans/{plan}", f"/plans/{plan}/revisions/head", "/metrics", "/plans/none"):
        head, get = daemon.admin("HEAD", path), daemon.admin("GET", path)
        assert (head.status_code, head.headers.get("ETag")) == (get.status_code, get.headers.get("ETag")) and not head.content
        assert path == "/metrics" or head.headers["Content-Length"] in (get.headers["Content-Length"], str(len(get.content)))


def test_the_rate_limit(launch):
    """Per token; the answer says when to come back, and health checks are not counted."""
    daemon = launch("--rate", "60")
    answers = [daemon.admin("GET", "/plans") for _ in range(80)]
    refused = [a for a in answers if a.status_code == 429]
    assert 10 <= len(refused) <= 79 and answers[0].status_code == 200
    refusal = harness.problem(refused[-1], 429)
    assert refusal["type"].endswith("quota-exceeded") and int(refused[-1].headers["Retry-After"]) >= 1
    assert re.fullmatch(r'"default";q=60;w=60', answers[0].headers["RateLimit-Policy"]) and "r=" in answers[0].headers["RateLimit"]
    assert harness.Api(daemon.url)("GET", "/readyz").status_code == 200


def test_more_connections_than_allowed(launch):
    """They wait for a place instead of breaking the others."""
    daemon = launch("--max-connections", "8", "--idle-timeout", "1", "--request-timeout", "1")
    wires = [harness.Wire(daemon.url) for _ in range(20)]
    assert harness.Api(daemon.url)("GET", "/livez", timeout=30).status_code == 200
    for wire in wires:
        wire.socket.close()


def test_a_full_write_queue(launch):
    """Refused with 503 and Retry-After, never half done; what was acknowledged is there."""
    daemon = launch("--write-queue", "16", "--workers", "0")
    results, lock = [], threading.Lock()

    def create(n):
        api = harness.Api(daemon.url, daemon.token)
        for i in range(40):
            answer = api("POST", "/plans", {"ticket": {"title": f"{n} {i}"}}, unavailable=True)
            with lock:
                results.append(answer)

    threads = [threading.Thread(target=create, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [a.json()["id"] for a in results if a.status_code == 201]
    assert {a.status_code for a in results} <= {201, 503} and len(set(made)) == len(made)
    assert all("Retry-After" in a.headers for a in results if a.status_code == 503)
    assert daemon.metric("pland_plans") == len(made)


def test_bursts_of_clients(daemon):
    """Many at once, each with its own connection: every plan once, events in order."""
    made, lock = [], threading.Lock()

    def work(n):
        api = harness.Api(daemon.url, daemon.token)
        for i in range(10):
            plan = api.new(ticket={"title": f"{n} {i}"}, mode="auto", size="small")
            api.ok("PATCH", f"/plans/{plan}", {"labels": [str(n)]})
            with lock:
                made.append(plan)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 160
    for plan in made[::10]:
        daemon.admin.wait_state(plan, "awaiting_approval", "awaiting_answers")
        numbers = [e["seq"] for e in daemon.admin.events(plan)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_tls(launch, tmp_path):
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    harness.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=IP:127.0.0.1")
    daemon = launch("--tls-cert", cert, "--tls-key", key)
    secure = daemon.url.replace("http:", "https:")
    answer = requests.get(secure + "/plans", verify=str(cert), headers={"Authorization": f"Bearer {daemon.token}"}, timeout=30)
    assert answer.status_code == 200 and (daemon.data / "url").read_text().strip() == secure
    with pytest.raises(requests.exceptions.RequestException):
        requests.get(daemon.url + "/plans", timeout=30)
    code, text = launch("--tls-cert", key, "--tls-key", cert, ready=False).refused()
    assert code == 1 and "tls-cert" in text


def test_the_log(daemon):
    """One JSON object a line, with the time; hostile text cannot forge a line, tokens are not in it."""
    daemon.admin("GET", "/plans/%0a%7b%22level%22:%22bug%22%7d", headers={"X-Request-Id": "log-1"})
    requests.get(daemon.url + "/plans", headers={"Authorization": "Bearer pland_notatoken"}, timeout=30)
    daemon.admin("GET", "/plans", headers={"X-Request-Id": "log-2"})
    daemon.line(lambda line: line.get("request_id") == "log-2")
    text = (daemon.home / "pland.log").read_text()
    for line in text.splitlines():
        value = json.loads(line)
        assert value["level"] in ("debug", "info", "warn", "error") and value["ts"].endswith("Z") and value["msg"]
    assert "notatoken" not in text and daemon.token not in text


def test_a_readable_log_on_request(launch):
    daemon = launch("--log-format", "text", ready=False)
    daemon.spawn()
    line = daemon.line(lambda line: " ready " in line["msg"])["msg"]
    assert re.match(r"\d{4}-\d\d-\d\dT\S+Z info  ready url=127\.0\.0\.1:\d+ ", line)


def test_settings_come_from_file_environment_and_flags(launch, tmp_path):
    """The later wins, and what is in force can be printed."""
    file = tmp_path / "pland.conf"
    file.write_text("# a comment\n[HTTP]\nwait-max = 7\nrate = 11\nworkers = 3\n")
    env = {**harness.CLEAN_ENV, "PLAND_RATE": "22", "PLAND_WORKERS": "5"}
    text = harness.run(harness.PLAND, "--config", file, "--workers=9", "--print-config", env=env).stdout
    values = dict(re.findall(r"^([a-z-]+) = (.*)$", text, re.M))
    assert (values["wait-max"], values["rate"], values["workers"]) == ("7s", "22", "9")
    again = tmp_path / "again.conf"
    again.write_text(text)
    assert harness.run(harness.PLAND, "--config", again, "--print-config", env=harness.CLEAN_ENV).stdout == text


def test_what_a_restart_finds_after_retention(launch):
    """Old idempotency keys and events go, plans stay."""
    daemon = launch("--workers", "1", "--keep-days", "1", "--lease", "5")
    plan = daemon.admin.ok("POST", "/plans", {"ticket": ASKING}, status=201, headers={"Idempotency-Key": "old"})["id"]
    daemon.stop()
    assert daemon.sql("SELECT count(*) FROM idempotency") == "1"
    daemon.sql("UPDATE idempotency SET at = at - 3 * 86400000")
    daemon.start()
    deadline = time.monotonic() + 30
    while daemon.sql("SELECT count(*) FROM idempotency") != "0":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert daemon.admin.plan(plan)["id"] == plan


def test_a_daemon_without_workers_takes_requests(launch, model, tmp_path):
    daemon = launch("--workers", "0")
    daemon.codebase("c-lib")
    plan = daemon.admin.new(ticket=RING, repository="c-lib", mode="auto")
    assert daemon.admin.plan(plan)["state"] == "researching"
    server = model(answers=write_answers(tmp_path / "answers"))
    daemon.restart(*daemon.flags, "--workers", "2", "--provider", "openai", "--llm-url", server.base_url, "--llm-model", "m")
    assert daemon.admin.wait_state(plan, "awaiting_approval")["provider"] == "offline" and server.stats()["requests"] == 0
