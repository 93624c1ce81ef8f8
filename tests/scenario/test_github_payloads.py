"""Every payload that GitHub's own library has of issues, comments, labels and pings, delivered as GitHub does."""
import hashlib
import hmac
import json
import subprocess
import time
from pathlib import Path

import pytest
import requests

from harness import PATIENCE

NPM = Path(__file__).parent / "npm"
EVENTS = ("issues", "issue_comment", "label", "ping")
MAKES = {"opened", "reopened", "labeled"}
SECRET = "It's a Secret to Everybody"


@pytest.fixture(scope="module")
def examples():
    """(folder, event, payload) of the package, in the version of the lock file."""
    package = NPM / "node_modules/@octokit/webhooks-examples"
    if not package.exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=NPM, check=True, capture_output=True, timeout=300)
    found = [(index.parent.name, event["name"], payload) for index in sorted(package.glob("*/index.json"))
             for event in json.loads(index.read_text()) if event["name"] in EVENTS for payload in event["examples"]]
    assert len(found) > 48 and {f[1] for f in found} == set(EVENTS)
    return found


def expected(event, payload):
    if event == "issues":
        return "created plan_" if payload["action"] in MAKES and payload["issue"]["state"] == "open" else "ignored: "
    return "ignored: "


def test_none_is_refused_and_the_right_ones_make_plans(daemon, examples):
    """Each into a source and a project of its own, so that none depends on another."""
    sources = []
    for i, (folder, event, payload) in enumerate(examples):
        daemon.admin.ok("POST", "/projects", {"name": f"p{i}"}, status=201)
        made = daemon.admin.ok("POST", "/sources", {"name": f"{folder} {event}", "kind": "github", "start": "created", "secret": SECRET, "project": f"p{i}"}, status=201)
        raw = json.dumps(payload).encode()
        mac = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        answer = requests.post(f"{daemon.url}/webhooks/{made['id']}", data=raw, timeout=PATIENCE, headers={
            "Content-Type": "application/json", "X-GitHub-Event": event, "X-GitHub-Delivery": f"{i}", "X-Hub-Signature-256": f"sha256={mac}"})
        assert answer.status_code == 202, (folder, event, payload.get("action"), answer.text)
        sources.append(made["id"])
    made = 0
    for source, (folder, event, payload) in zip(sources, examples):
        deadline, outcome = time.monotonic() + PATIENCE, None
        while outcome is None:
            assert time.monotonic() < deadline
            outcome = daemon.admin.ok("GET", f"/sources/{source}/deliveries")["deliveries"][0].get("outcome")
        assert outcome.startswith(expected(event, payload)), (folder, event, payload.get("action"), outcome)
        made += outcome.startswith("created")
    assert made >= 6
