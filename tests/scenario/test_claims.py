"""Claims: two never work on the same phase. Tokens of one plan and some verbs: an implementer gets no further than his work."""
import json
import threading

import pytest

import harness
from samples import SHIPPING, approvable

pytestmark = pytest.mark.threads

LEASE = 3600


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    daemon = harness.Daemon(tmp_path_factory.mktemp("claims"), "--rate", "0").start()
    daemon.codebase("python-api")
    yield daemon
    daemon.stop()


@pytest.fixture
def plan(place):
    """Handed off, with several phases; the second depends on the first."""
    plan = approvable(place.admin, ticket=SHIPPING, repository="python-api", size="full")["id"]
    place.admin.to_state(plan, "implementing")
    return plan


def worker(place, name, role="planner", **fields):
    body = {"name": name, "role": role, "project": "default", **fields}
    return harness.Api(place.url, place.admin.ok("POST", "/tokens", body, status=201)["secret"])


def event(api, plan, kind):
    """Waits for the first event of that type."""
    seen = api.watch(plan, lambda _: any(e["type"] == kind for e in api.events(plan)))
    assert seen
    return next(e for e in api.events(plan) if e["type"] == kind)


def test_a_claim_from_its_making_to_its_end(place, plan):
    kim, lou = worker(place, "kim"), worker(place, "lou")
    answer = kim("POST", f"/plans/{plan}/claim", {"lease": LEASE})
    claim = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"] == f"/plans/{plan}/claims/{claim['id']}"
    assert (claim["number"], claim["holder"]) == ("P1", "kim") and claim["lease_until"] > claim["at"] and claim["brief"].endswith("/briefs/ph1")
    assert kim.ok("GET", f"/plans/{plan}/claims")["claims"] == [claim]
    row = place.admin.ok("GET", f"/plans/{plan}/progress")["phases"][0]
    assert (row["status"], row["holder"], row["started_at"]) == ("started", "kim", claim["at"])
    taken = lou.refused("POST", f"/plans/{plan}/claim", 409, body={"phase": "P1"})
    assert f"P1 is claimed by kim until {claim['lease_until']}" == taken["detail"]
    waiting = lou.refused("POST", f"/plans/{plan}/claim", 409)
    assert "P1 is claimed by kim" in waiting["detail"] and "P2 waits for P1" in waiting["detail"]
    assert "P1 is claimed by kim" in lou.refused("POST", f"/plans/{plan}/progress", 409, body={"phase": "P1", "status": "done"})["detail"]
    renewed = kim.ok("POST", f"/plans/{plan}/claim", {"claim": claim["id"], "lease": 2 * LEASE})
    assert renewed["id"] == claim["id"] and renewed["lease_until"] > claim["lease_until"]
    lou.refused("POST", f"/plans/{plan}/claim", 403, body={"claim": claim["id"]})
    lou.refused("DELETE", f"/plans/{plan}/claims/{claim['id']}", 403)
    kim.verb(plan, "progress", {"phase": "P1", "status": "done"})
    assert kim.ok("GET", f"/plans/{plan}/claims")["claims"] == []
    done = place.admin.ok("GET", f"/plans/{plan}/progress")["phases"][0]
    assert done["status"] == "done" and done["actual"] >= 1 and "holder" not in done
    kim.refused("POST", f"/plans/{plan}/claim", 409, body={"claim": claim["id"]})
    assert "P1 is done" in lou.refused("POST", f"/plans/{plan}/claim", 409, body={"phase": "P1"})["detail"]
    assert lou.verb(plan, "claim", {"holder": "agent 7"}, status=201)["holder"] == "agent 7"
    kinds = [e["type"] for e in place.admin.events(plan)]
    assert [k for k in kinds if k.startswith("phase.claim")] == ["phase.claimed", "phase.claim_renewed", "phase.claimed"]


def test_releasing_lets_another_go_on(place, plan):
    kim, lou = worker(place, "kim"), worker(place, "lou")
    claim = kim.verb(plan, "claim", {}, status=201)["id"]
    kim.ok("DELETE", f"/plans/{plan}/claims/{claim}", status=204)
    kim.refused("DELETE", f"/plans/{plan}/claims/{claim}", 404)
    assert lou.verb(plan, "claim", {"phase": "P1"}, status=201)["holder"] == "lou"
    assert place.admin.ok("GET", f"/plans/{plan}/progress")["phases"][0]["actual"] >= 1, "the time before the release counts"


def test_a_lease_that_runs_out(place, plan):
    """Others may have the phase from that moment on; the janitor says so."""
    kim, lou = worker(place, "kim"), worker(place, "lou")
    claim = kim.verb(plan, "claim", {"lease": 1}, status=201)
    assert event(place.admin, plan, "phase.claim_expired")["data"]["claim"] == claim["id"]
    assert kim.ok("GET", f"/plans/{plan}/claims")["claims"] == []
    kim.refused("POST", f"/plans/{plan}/claim", 409, body={"claim": claim["id"]})
    assert lou.verb(plan, "claim", {"phase": "P1"}, status=201)["number"] == "P1"


def test_before_what_it_depends_on_only_with_a_reason(place, plan):
    kim = worker(place, "kim")
    refused = kim.refused("POST", f"/plans/{plan}/claim", 409, body={"phase": "P2"})
    assert "P2 needs P1" in refused["detail"] and refused["errors"][0]["pointer"] == "/reason"
    kim.verb(plan, "claim", {"phase": "P2", "reason": "The migration is in review."}, status=201)
    assert place.admin.ok("GET", f"/plans/{plan}/progress")["phases"][1]["reason"] == "The migration is in review."


def test_many_at_once_get_each_phase_once(place):
    """Independent phases: as many claims succeed as there are phases, and no two for the same."""
    document = {"header": {"title": "Six corners", "approach": "One after the other", "base": []}, "overview": "Six independent changes.",
                "requirements": [{"id": "R1", "text": "Six files say more"}], "out_of_scope": [], "closing": {},
                "phases": [{"id": f"ph{i}", "title": f"Corner {i}", "goal": "It is there.", "requirements": ["R1"],
                            "estimate": {"optimistic": 10, "likely": 20, "pessimistic": 30}, "rollback": "Revert it.",
                            "steps": [{"title": "Write", "text": "Write it.", "files": [{"path": f"corner{i}.md", "change": "create", "why": "new"}], "code": []}],
                            "automated": [{"command": "test -s README.md", "expect": "it is there", "expected_before": "pass", "provided_by": "system"}],
                            "manual": ["It reads well"]} for i in range(1, 7)]}
    api = place.admin
    plan = approvable(api, ticket=SHIPPING, repository="python-api", size="full")["id"]
    api.ok("POST", f"/plans/{plan}/revisions", document, headers={"If-Match": api.head_etag(plan)}, status=201)
    api.wait_state(plan, "awaiting_approval")
    for finding in api.ok("GET", f"/plans/{plan}/checks")["checks"]["findings"]:
        if finding["severity"] == "error":
            api.ok("POST", f"/plans/{plan}/waivers", {"finding": finding["id"], "reason": "made for a test"}, status=201)
    api.to_state(plan, "implementing")
    workers, got, gate = [worker(place, f"agent {i}") for i in range(16)], [], threading.Barrier(16)

    def run(one):
        gate.wait()
        answer = one("POST", f"/plans/{plan}/claim", {"lease": LEASE})
        got.append((answer.status_code, answer.json().get("number")))

    threads = [threading.Thread(target=run, args=(w,)) for w in workers]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(n for status, n in got if status == 201) == [f"P{i}" for i in range(1, 7)]
    assert [status for status, _ in got].count(409) == 10
    assert len(api.ok("GET", f"/plans/{plan}/claims")["claims"]) == 6


def with_token(place, api, plan, **fields):
    """A claim, and who works with the token that was made with it."""
    claim = api.verb(plan, "claim", {"token": True, **fields}, status=200 if "claim" in fields else 201)
    return claim["id"], harness.Api(place.url, claim["token"])


def test_the_tokens_of_a_claim_end_when_it_is_released(place, plan):
    """At once, not when the lease would have; on record like any other. Tokens of other claims go on."""
    kim = worker(place, "kim")
    claim, agent = with_token(place, kim, plan, lease=LEASE)
    _, second = with_token(place, kim, plan, claim=claim)
    _, other = with_token(place, kim, plan, phase="P2", reason="It does not need the first one.")
    for one in (agent, second, other):
        one.ok("GET", f"/plans/{plan}/briefs/P1")
    kim.ok("DELETE", f"/plans/{plan}/claims/{claim}", status=204)
    for one in (agent, second):
        assert "revoked" in one.refused("GET", f"/plans/{plan}/briefs/P1", 401)["detail"]
        one.refused("POST", f"/plans/{plan}/progress", 401, body={"phase": "P1", "status": "done"})
    other.ok("GET", f"/plans/{plan}/briefs/P2")
    ended = [t["id"] for t in place.admin.ok("GET", "/tokens")["tokens"] if t["name"] == f"claim {claim}" and t["revoked_at"]]
    assert len(ended) == 2
    revoked = {row["object"] for row in place.admin.ok("GET", "/audit", limit=200)["audit"] if row["action"] == "token.revoke"}
    assert revoked >= set(ended)


def test_an_agent_that_releases_its_claim_has_done_its_last(place, plan):
    claim, agent = with_token(place, worker(place, "kim"), plan)
    agent.ok("DELETE", f"/plans/{plan}/claims/{claim}", status=204)
    agent.refused("GET", f"/plans/{plan}/claims", 401)


def test_a_lease_that_is_shortened_takes_its_token_along(place, plan):
    kim = worker(place, "kim")
    claim, agent = with_token(place, kim, plan, lease=LEASE)
    agent.ok("GET", f"/plans/{plan}/briefs/P1")
    kim.ok("POST", f"/plans/{plan}/claim", {"claim": claim, "lease": 1})
    event(place.admin, plan, "phase.claim_expired")
    assert "expired" in agent.refused("GET", f"/plans/{plan}/briefs/P1", 401)["detail"]


def test_a_token_lasts_when_its_phase_is_done(place, plan):
    """Within its lease the agent may say more about it, and take the next one."""
    _, agent = with_token(place, worker(place, "kim"), plan, lease=LEASE)
    agent.verb(plan, "progress", {"phase": "P1", "status": "done"})
    assert agent.verb(plan, "claim", {"phase": "P2"}, status=201)["number"] == "P2"


# ---- tokens of one plan ------------------------------------------------------------------------------------------------

AGENT = ["briefs", "claim", "claims", "progress"]


def test_an_agent_reads_its_brief_and_reports_progress_no_more(place, plan):
    agent = worker(place, "agent", plan=plan, verbs=AGENT)
    claim = agent.verb(plan, "claim", {"phase": "P1"}, status=201)
    assert agent.ok("GET", f"/plans/{plan}/briefs/P1")["number"] == "P1"
    agent.verb(plan, "progress", {"phase": "P1", "status": "started"})
    agent.ok("GET", f"/plans/{plan}/progress")
    agent.ok("DELETE", f"/plans/{plan}/claims/{claim['id']}", status=204)
    for method, path, body in (("GET", "", None), ("GET", "/revisions/head", None), ("GET", "/handoff", None), ("GET", "/audit", None),
                               ("PATCH", "", {"title": "x"}), ("DELETE", "", None), ("POST", "/refinements", {"instruction": "x"}),
                               ("POST", "/links", {}), ("POST", "/fork", {}), ("POST", "/cancel", {}), ("POST", "/rebase", {}),
                               ("POST", "/messages", {"text": "approve"})):
        agent.refused(method, f"/plans/{plan}{path}", 403, "forbidden", body)
    for method, path, body in (("GET", "/plans", None), ("POST", "/plans", {}), ("GET", "/events", None), ("GET", "/usage", None),
                               ("GET", "/repositories", None), ("GET", "/projects", None)):
        agent.refused(method, path, 403, "forbidden", body)
    assert place.admin.plan(plan)["state"] == "implementing"


def test_a_token_of_one_plan_sees_no_other(place, plan):
    other = place.admin.new()
    mine = worker(place, "guest", role="admin", plan=plan)
    assert mine.plan(plan)["id"] == plan and mine.ok("PATCH", f"/plans/{plan}", {"labels": ["x"]})
    refused, missing = (mine.refused("GET", f"/plans/{p}", 404) for p in (other, other[:-4] + "ZZZZ"))
    assert refused["detail"].replace(other, "") == missing["detail"].replace(other[:-4] + "ZZZZ", "")
    mine.refused("POST", f"/plans/{plan}/fork", 403)
    mine.refused("POST", "/tokens", 403, body={"name": "n", "role": "viewer"})
    mine.refused("GET", "/audit", 403)


def test_narrowing_makes_sense_or_is_refused(place, plan):
    api = place.admin
    made = api.ok("POST", "/tokens", {"name": "n", "role": "planner", "plan": plan, "verbs": AGENT}, status=201)
    shown = api.ok("GET", f"/tokens/{made['id']}")
    assert shown["plan"] == plan and shown["verbs"] == AGENT and "secret" not in shown
    for fields, where in (({"verbs": AGENT}, "/plan"), ({"plan": plan, "verbs": ["everything"]}, "/verbs/0"), ({"plan": plan, "verbs": ["fork"]}, "/verbs/0"),
                          ({"plan": "plan_00000000000000000000000000"}, "/plan")):
        refused = api.refused("POST", "/tokens", 400, "invalid", {"name": "n", "role": "planner", **fields})
        assert refused["errors"][0]["pointer"] == where, json.dumps(refused)
