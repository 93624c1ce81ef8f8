"""Other people's clients: npm's standardwebhooks takes our deliveries, npm's eventsource follows our streams."""
import json
import os
import re
import socket
import subprocess

import pytest

import harness
from receiver import verified

pytestmark = pytest.mark.threads

CLIENTS = harness.ROOT / "tests/clients"
ENV = {**os.environ, "npm_config_update_notifier": "false"}


@pytest.fixture(scope="session")
def clients():
    """Installed in the versions of the lock file; once they are there no network is needed."""
    have, lock = CLIENTS / "node_modules/.package-lock.json", CLIENTS / "package-lock.json"
    if not have.exists() or have.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=CLIENTS, env=ENV, check=True)
    return CLIENTS


def test_standardwebhooks_takes_our_deliveries(clients, launch, receiver):
    """Before and after a rotation, by either secret while both sign; a body that was touched is refused."""
    daemon = launch()
    hook = daemon.admin.ok("POST", "/hooks", {"url": receiver.url}, status=201)
    plan = daemon.admin.new(ticket={"title": "Grüße, 世界", "body": "- `é` must stay."})
    daemon.admin.verb(plan, "cancel", {"reason": "Straße"})
    receiver.of("plan.cancelled")
    rotated = daemon.admin.ok("POST", f"/hooks/{hook['id']}/rotate")["secret"]
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
    test = receiver.of("hook.test")
    rows = [(d, hook["secret"], d["raw"].decode(), True) for d in receiver.got]
    rows += [(test, rotated, test["raw"].decode(), True), (test, rotated, test["raw"].decode() + " ", False),
             (receiver.got[0], rotated, receiver.got[0]["raw"].decode(), False)]
    asked = [{"secret": secret, "headers": d["headers"], "body": body} for d, secret, body, _ in rows]
    answer = harness.run("node", clients / "verify.mjs", input=json.dumps(asked), env=ENV)
    assert json.loads(answer.stdout) == [genuine for *_, genuine in rows]
    assert verified(test, rotated)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_eventsource_follows_over_restarts(clients, launch):
    """Killed, and stopped in good order: it comes again by itself, misses nothing and gets nothing twice."""
    daemon = launch("--listen", f"127.0.0.1:{free_port()}")
    plan = daemon.admin.new()
    types = ("plan.created", "plan.updated", "plan.cancelled")
    node = subprocess.Popen(["node", clients / "stream.mjs", f"{daemon.url}/plans/{plan}/events", daemon.token, *types], env=ENV,
                            stdout=subprocess.PIPE, text=True)
    seen = []

    def take(kind):
        """Until an event of that kind has come."""
        while not seen or seen[-1]["type"] != kind:
            line = node.stdout.readline()
            assert line, seen
            seen.append(json.loads(line))
            assert seen[-1]["type"] != "failed", seen

    def change(n):
        for i in range(n):
            daemon.admin.ok("PATCH", f"/plans/{plan}", {"title": f"Change {i}"})

    try:
        take("plan.created")
        change(5)
        take("plan.updated")
        daemon.kill9()
        daemon.start()
        change(5)
        take("open")
        daemon.restart()
        change(3)
        daemon.admin.verb(plan, "cancel")
        take("end")
        assert node.wait(harness.PATIENCE) == 0
    finally:
        node.kill()
    events = [e for e in seen if e["type"] not in ("open", "end")]
    assert [e["data"] for e in events] == daemon.admin.events(plan) and len(events) == 15
    assert all(re.fullmatch(rf"[0-9A-Z]+-{e['data']['seq']}", e["id"]) for e in events)
    assert len([e for e in seen if e["type"] == "open"]) >= 3
