"""Every call to a model is on record: what it was made with, what it cost, and, where a project wants it, what was said."""
import json

import pytest

from samples import RING
from test_models import drafted, ended, new  # noqa: F401: a fixture

TOKEN = "ghp_" + "Ab3dE6gH9kLmNpQ2rStU" * 2


@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_every_attempt_is_listed(drafted, api):
    daemon, _ = drafted("--llm-price-input", "3", "--llm-price-output", "15", api=api, fail="outline=503:1,phase=bad-json:1")
    plan = new(daemon)
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval"
    calls = daemon.admin.ok("GET", f"/plans/{plan}/calls")["calls"]
    assert [c["n"] for c in calls] == sorted(c["n"] for c in calls) and len(calls) == done["usage"]["calls"] == 8
    assert {c["model"] for c in calls} == {api} and not any("until" in c for c in calls)
    look = {"openai": "look", "anthropic": "look_tool"}[api]
    failed = [c for c in calls if c["status"] != 200]
    assert [c["step"] for c in failed] == ["outline"] and failed[0]["status"] == 503 and failed[0]["error"]
    for call in calls:
        assert f"{call['step']}/1" in call["prompt"].split() and call["prompt"].startswith(f"system/1 {look}/1 ")
        assert call["request_id"].startswith("req_") and call["latency_ms"] >= 0
    assert sum("again/1" in c["prompt"] for c in calls) == 1
    for member in ("input", "output", "cached", "written"):
        assert sum(c[member] for c in calls) == done["usage"][member]
    assert sum(c["usd"] for c in calls) == pytest.approx(done["usage"]["usd"], abs=1e-9)
    first = daemon.admin.ok("GET", f"/plans/{plan}/calls", limit=3)
    assert [c["n"] for c in first["calls"]] == [c["n"] for c in calls[:3]]
    rest = daemon.admin.ok("GET", f"/plans/{plan}/calls", cursor=first["next_cursor"])
    assert first["calls"] + rest["calls"] == calls
    said = daemon.admin.ok("GET", f"/plans/{plan}/calls/{calls[0]['n']}")
    assert said["request"] is None and said["answer"] is None  # nobody asked for it


def test_what_was_said_is_kept_where_a_project_asks(drafted):
    daemon, server = drafted(log_prompts=True)
    admin = daemon.admin
    ticket = {**RING, "body": RING["body"] + f"\nThe old key was {TOKEN}.\n"}
    refusal = admin.refused("PATCH", "/projects/default", 400, body={"settings": {"keep_calls": -1}})
    assert refusal["errors"][0]["pointer"] == "/settings/keep_calls"
    admin.ok("PATCH", "/projects/default", {"settings": {"keep_calls": 7}})
    plan = new(daemon, ticket=ticket)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    calls = admin.ok("GET", f"/plans/{plan}/calls")["calls"]
    assert all(c["until"] > c["at"] for c in calls)
    sent = server.requests()[0]["messages"]
    said = admin.ok("GET", f"/plans/{plan}/calls/{calls[0]['n']}")
    assert said["request"]["system"] in sent[0]["content"] and said["request"]["task"] in "".join(m["content"] for m in sent)
    assert "Count dropped entries" in said["request"]["context"] and "[redacted: " in said["request"]["context"]
    assert TOKEN not in json.dumps(said) and json.loads(said["answer"])["size"] == "full" and said["request"]["schema"] == "understand"
    for role in ("viewer", "planner", "approver"):
        other = daemon.api(role)
        assert other.ok("GET", f"/plans/{plan}/calls")["calls"] == calls
        other.refused("GET", f"/plans/{plan}/calls/{calls[0]['n']}", 403)
    other = new(daemon)
    ended(daemon, other)
    admin.refused("GET", f"/plans/{other}/calls/{calls[0]['n']}", 404)
    admin.refused("GET", f"/plans/{plan}/calls/x", 404)
