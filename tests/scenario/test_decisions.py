"""Approvals: what they bind, who has to give them, what ends them, and that each decision is on record."""
import json
import threading

import pytest

import harness
from samples import ASKING, SHIPPING, approvable


def commit(repo, path, text):
    (repo / path).write_text(text)
    harness.git(repo, "add", "-A")
    harness.git(repo, "commit", "-q", "-m", f"Change {path}")
    return harness.git(repo, "rev-parse", "HEAD")


def audit(api, plan, *actions):
    """The plan's decisions of these kinds, oldest first."""
    rows = api.ok("GET", f"/plans/{plan}/audit")["audit"]
    return [row for row in reversed(rows) if not actions or row["action"] in actions]


def content(api, plan):
    head = api.ok("GET", f"/plans/{plan}/revisions/head")
    return head["revision"], head["hash"]


@pytest.fixture
def place(daemon):
    daemon.codebase("c-lib")
    daemon.admin.ok("PATCH", "/projects/default", {"settings": {"approval_survives_rebase": True}})
    return daemon


def settings(api, **approvals):
    api.ok("PATCH", "/projects/default", {"settings": {"approvals": approvals}})


def person(daemon, name, role="approver"):
    return harness.Api(daemon.url, daemon.admin.ok("POST", "/tokens", {"name": f"{name}'s", "role": role, "person": name}, status=201)["secret"])


# ---- on record ---------------------------------------------------------------------------------------------------------

def test_every_decision_says_who_when_and_which_hash(place):
    kim, api = person(place, "kim"), place.admin
    plan = approvable(api)["id"]
    kim.approve(plan, body={"note": "Good."})
    api.verb(plan, "handoff")
    number, hash_ = content(api, plan)
    given, handed = audit(api, plan, "plan.approve", "plan.handoff")
    assert (given["detail"]["revision"], given["detail"]["hash"]) == (number, hash_) == (handed["detail"]["revision"], handed["detail"]["hash"])
    assert given["person"] != handed["person"] and given["at"] <= handed["at"]
    base = api.plan(plan)["base"]
    assert [(b["commit"], b["tree"]) for b in given["detail"]["base"]] == [(b["commit"], b["tree"]) for b in base]
    api.verb(plan, "refinements", {"instruction": "Say that the count wraps around."}, status=202)
    api.wait_state(plan, "awaiting_approval")
    assert audit(api, plan, "plan.approval_voided")[0]["detail"] == {"why": "refinement"}


def test_other_decisions_are_on_record_as_well(place):
    api = place.admin
    plan = api.new(ticket=ASKING, repository="c-lib", size="full")
    api.to_state(plan, "awaiting_choice")
    api.verb(plan, "choice", {"option": "B", "reason": "It will grow."})
    api.wait_state(plan, "awaiting_approval")
    number, hash_ = content(api, plan)
    api.verb(plan, "reject", {"reason": "We buy it instead."})
    chosen, rejected = audit(api, plan, "plan.choose", "plan.rejected")
    assert chosen["detail"] == {"option": "B", "reason": "It will grow."}
    assert rejected["detail"] == {"reason": "We buy it instead.", "revision": number, "hash": hash_}


def test_many_approve_at_once(place):
    """No approval is lost, and the last one needed decides."""
    settings(place.admin, needed=8)
    people, api = [person(place, f"person {i}") for i in range(8)], place.admin
    plan = approvable(api)["id"]
    etag, gate, statuses = {"If-Match": api.head_etag(plan)}, threading.Barrier(8), []

    def approve(one):
        gate.wait()
        statuses.append(one("POST", f"/plans/{plan}/approval", headers=etag).status_code)

    threads = [threading.Thread(target=approve, args=(p,)) for p in people]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert statuses == [200] * 8 and api.plan(plan)["approved_revision"] == 1
    given = [r["detail"]["given"] for r in audit(api, plan, "plan.approve")]
    assert given == list(range(1, 9)) and len({r["person"] for r in audit(api, plan, "plan.approve")}) == 8


def test_an_approval_binds_every_codebase(place):
    place.codebase("python-api")
    api = place.admin
    plan = approvable(api, repository=None, repositories=[{"name": "c-lib"}, {"name": "python-api", "alias": "web"}])["id"]
    api.approve(plan)
    bound = audit(api, plan, "plan.approve")[0]["detail"]["base"]
    trees = [harness.git(place.code / name, "rev-parse", "HEAD^{tree}") for name in ("c-lib", "python-api")]
    assert [b["tree"] for b in bound] == trees and bound[1]["alias"] == "web"


# ---- a rebase ----------------------------------------------------------------------------------------------------------

def test_a_kept_approval_is_in_the_audit(place):
    api, plan = place.admin, approvable(place.admin)["id"]
    api.approve(plan)
    after = commit(place.code / "c-lib", "NEWS", "news\n")
    api.verb(plan, "rebase", {"ref": "main"})
    kept = api.wait_state(plan, "approved")
    number, hash_ = content(api, plan)
    first, row = audit(api, plan, "plan.approve", "plan.approval_kept")
    assert row["detail"]["revision"] == number == kept["approved_revision"] == 2 and row["detail"]["hash"] == hash_
    assert row["detail"]["stays_from"] == 1 and row["person"] == first["person"] and row["detail"]["base"][0]["commit"] == after
    assert [e["type"] for e in api.events(plan)][-1] == "plan.approved"


def test_a_refinement_during_a_rebase_ends_the_approval_also_when_it_is_withdrawn(place):
    api, plan = place.admin, approvable(place.admin)["id"]
    api.approve(plan)
    commit(place.code / "c-lib", "NEWS", "news\n")
    place.restart(*place.flags, "--workers", "0")
    api = place.admin
    api.verb(plan, "rebase", {"ref": "main"})
    asked = api.verb(plan, "refinements", {"instruction": "Say that the count wraps around."}, status=202)["id"]
    api.ok("DELETE", f"/plans/{plan}/refinements/{asked}", status=204)
    place.restart(*place.flags, "--workers", "2")
    api = place.admin
    now = api.wait_state(plan, "awaiting_approval", "approved")
    assert now["state"] == "awaiting_approval" and "approved_revision" not in now
    api.approve(plan)
    assert api.plan(plan)["approved_revision"] == 2


def test_what_is_being_implemented_goes_on_through_a_clean_rebase(place):
    """Only the commit has changed, so that the same people have approved the same work: nobody hands it off again."""
    place.codebase("python-api")
    api, plan = place.admin, approvable(place.admin, ticket=SHIPPING, repository="python-api", size="full")["id"]
    api.to_state(plan, "implementing")
    phases = api.ok("GET", f"/plans/{plan}/handoff")["phases"]
    api.verb(plan, "progress", {"phase": "P1", "status": "done"})
    claim = api.verb(plan, "claim", {"phase": "P2"}, status=201)
    commit(place.code / "python-api", "NEWS", "news\n")
    api.verb(plan, "rebase", {"ref": "main"})
    now = api.wait_state(plan, "implementing")
    assert now["approved_revision"] == 2 and now["progress"] == {"step": "implementing", "done": 1, "total": len(phases)}
    assert [c["id"] for c in api.ok("GET", f"/plans/{plan}/claims")["claims"]] == [claim["id"]]
    assert [e["type"] for e in api.events(plan)][-2:] == ["plan.approved", "plan.handed_off"]
    api.verb(plan, "progress", {"phase": "P2", "status": "done"})


def test_what_has_changed_is_handed_off_again(place):
    api, plan = place.admin, approvable(place.admin)["id"]
    api.to_state(plan, "implementing")
    api.verb(plan, "refinements", {"instruction": "Say that the count wraps around."}, status=202)
    api.wait_state(plan, "awaiting_approval")
    api.refused("POST", f"/plans/{plan}/progress", 409, "wrong-state", {"phase": "P1", "status": "done"})
    api.approve(plan)
    assert api.plan(plan)["state"] == "approved"
    api.verb(plan, "handoff")
    assert api.ok("GET", f"/plans/{plan}/handoff")["revision"] == 2


# ---- several people ----------------------------------------------------------------------------------------------------

def test_two_people(place):
    settings(place.admin, needed=2)
    kim, lou, api = person(place, "kim"), person(place, "lou"), place.admin
    plan = approvable(api)["id"]
    kim.approve(plan)
    waiting = api.plan(plan)
    assert waiting["state"] == "awaiting_approval" and "approved_revision" not in waiting
    assert waiting["approvals"] == {"revision": 1, "needed": 2, "given": 1, "missing": []}
    refused = kim.refused("POST", f"/plans/{plan}/approval", 409, headers={"If-Match": api.head_etag(plan)})
    assert "already" in refused["detail"]
    api.refused("POST", f"/plans/{plan}/handoff", 409, "wrong-state")
    lou.approve(plan)
    now = api.plan(plan)
    assert now["state"] == "approved" and now["approved_revision"] == 1 and "approvals" not in now
    assert [(r["detail"]["given"], r["detail"]["needed"]) for r in audit(api, plan, "plan.approve")] == [(1, 2), (2, 2)]

    # a clean rebase keeps both of them
    api.ok("PATCH", "/projects/default", {"settings": {"approval_survives_rebase": True, "approvals": {"needed": 2}}})
    commit(place.code / "c-lib", "NEWS", "news\n")
    api.verb(plan, "rebase", {"ref": "main"})
    api.wait_state(plan, "approved")


def test_one_of_two_approvals_does_not_outlive_its_revision(place):
    settings(place.admin, needed=2)
    kim, lou, api = person(place, "kim"), person(place, "lou"), place.admin
    plan = approvable(api)["id"]
    kim.approve(plan)
    api.verb(plan, "refinements", {"instruction": "Say that the count wraps around."}, status=202)
    api.wait_state(plan, "awaiting_approval")
    assert "approvals" not in api.plan(plan) and audit(api, plan, "plan.approval_voided")
    lou.approve(plan)
    assert api.plan(plan)["state"] == "awaiting_approval" and api.plan(plan)["approvals"]["given"] == 1
    kim.approve(plan)
    assert api.plan(plan)["approved_revision"] == 2


def test_nobody_approves_what_he_wrote(place):
    settings(place.admin, not_author=True)
    kim, lou, api = person(place, "kim"), person(place, "lou"), place.admin
    plan = approvable(kim)["id"]
    etag = {"If-Match": api.head_etag(plan)}
    assert "made or changed" in kim.refused("POST", f"/plans/{plan}/approval", 403, headers=etag)["detail"]
    lou.verb(plan, "refinements", {"instruction": "Say that the count wraps around."}, status=202)
    api.wait_state(plan, "awaiting_approval")
    lou.refused("POST", f"/plans/{plan}/approval", 403, headers={"If-Match": api.head_etag(plan)})
    api.approve(plan)
    assert api.plan(plan)["state"] == "approved"


def test_the_owners_of_the_files(place):
    repo, api = place.code / "c-lib", place.admin
    (repo / ".github").mkdir()
    commit(repo, ".github/CODEOWNERS", "* @acme/all\n/src/ @acme/core\n/include/ @kim\n/docs/ @nobody\n")
    settings(api, owners=True, people={"@acme/core": ["lou"], "@acme/all": ["lou", "kim", "max"]})
    kim, lou, other = person(place, "kim"), person(place, "lou"), person(place, "max")
    plan = approvable(api)["id"]
    document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    files = {f["path"] for p in document["phases"] for s in p["steps"] for f in s["files"]}
    assert any(f.startswith("src/") for f in files) and any(f.startswith("include/") for f in files)
    other.approve(plan)
    missing = {tuple(m["owners"]): set(m["files"]) for m in api.plan(plan)["approvals"]["missing"]}
    assert missing[("@acme/core",)] == {f for f in files if f.startswith("src/")}
    assert missing[("@kim",)] == {f for f in files if f.startswith("include/")} and ("@acme/all",) not in missing
    lou.verb(plan, "messages", {"text": "approve r1"}, status=201)  # said, it is the same
    assert [m["owners"] for m in api.plan(plan)["approvals"]["missing"] if m["owners"] != ["@nobody"]] == [["@kim"]]
    kim.approve(plan)
    if any(f.startswith("docs/") for f in files):
        assert [m["owners"] for m in api.plan(plan)["approvals"]["missing"]] == [["@nobody"]]
        person(place, "nobody").approve(plan)
    assert api.plan(plan)["state"] == "approved"


@pytest.mark.parametrize("approvals, where", [
    ({"needed": 0}, "/settings/approvals/needed"), ({"owners": "yes"}, "/settings/approvals/owners"), ({"more": 1}, "/settings/approvals/more"),
    ({"people": ["kim"]}, "/settings/approvals/people"), ({"people": {"@a": "kim"}}, "/settings/approvals/people"), (7, "/settings/approvals")])
def test_settings_that_mean_nothing_are_refused(api, approvals, where):
    refused = api.refused("PATCH", "/projects/default", 400, "invalid", {"settings": {"approvals": approvals}})
    assert refused["errors"][0]["pointer"] == where


def test_too_low_a_role_an_old_etag_a_stale_plan(place):
    """The other refusals, in one place; errors of the checks and pending refinements are told elsewhere."""
    api, planner = place.admin, person(place, "pat", "planner")
    plan = approvable(api)["id"]
    old = {"If-Match": api.head_etag(plan)}
    planner.refused("POST", f"/plans/{plan}/approval", 403, headers=old)
    api.refused("POST", f"/plans/{plan}/approval", 428)
    api.verb(plan, "refinements", {"instruction": "Say that the count wraps around."}, status=202)
    api.wait_state(plan, "awaiting_approval")
    newest = api.refused("POST", f"/plans/{plan}/approval", 412, headers=old)
    assert "newest revision is 2" in newest["detail"]
    api.refused("POST", f"/plans/{plan}/approval", 409, body={"revision": 1}, headers={"If-Match": api.head_etag(plan)})
    assert json.dumps(audit(api, plan, "plan.approve")) == "[]"
