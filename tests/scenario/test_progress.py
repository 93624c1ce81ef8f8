"""Following the work: the order of phases, evidence of criteria, what it took, and a commit held against the plan."""
import json

import pytest

import harness
from samples import RING, SHIPPING, approvable


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    daemon = harness.Daemon(tmp_path_factory.mktemp("progress"), "--rate", "0").start()
    daemon.codebase("python-api")
    daemon.codebase("c-lib")
    yield daemon
    daemon.stop()


@pytest.fixture
def plan(place):
    """Handed off on the branch feature/weights, which begins at the plan's commit."""
    api, repo = place.admin, place.code / "python-api"
    harness.git(repo, "checkout", "-q", "main")
    plan = approvable(api, ticket=SHIPPING, repository="python-api", size="full")["id"]
    api.approve(plan)
    api.verb(plan, "handoff", {"branch": "feature/weights"})
    harness.git(repo, "checkout", "-q", "-B", "feature/weights", api.plan(plan)["base"][0]["commit"])
    yield plan
    harness.git(repo, "checkout", "-q", "main")


def phases(api, plan):
    return [p["phase"] for p in api.ok("GET", f"/plans/{plan}/handoff")["phases"]]


def implement(repo, phase):
    """Does to every file what the phase says, and commits it."""
    for change in (f for s in phase["steps"] for f in s["files"]):
        file = repo / change["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        if change["change"] == "delete":
            file.unlink()
        else:
            file.write_text((file.read_text() if file.exists() else "") + "# as the plan says\n")
    return commit(repo, phase["title"])


def commit(repo, message):
    harness.git(repo, "add", "-A")
    harness.git(repo, "commit", "-q", "-m", message)
    return harness.git(repo, "rev-parse", "HEAD")


def proven(phase):
    return [{"criterion": f"A{i + 1}", "status": "passed", "output": "ok"} for i in range(len(phase["automated"]))] + [
        {"criterion": f"M{i + 1}", "status": "passed", "note": "looked at it"} for i in range(len(phase["manual"]))]


# ---- order and evidence ------------------------------------------------------------------------------------------------

def test_out_of_order_only_with_a_reason(place, plan):
    api = place.admin
    refused = api.refused("POST", f"/plans/{plan}/progress", 409, body={"phase": "P2", "status": "started"})
    assert "P2 needs P1" in refused["detail"] and refused["errors"][0]["pointer"] == "/reason"
    api.verb(plan, "progress", {"phase": "P2", "status": "started", "reason": "The migration is in review."})
    api.verb(plan, "progress", {"phase": "P1", "status": "done"})
    api.verb(plan, "progress", {"phase": "P2", "status": "done"})
    assert "begun again" in api.refused("POST", f"/plans/{plan}/progress", 409, body={"phase": "P1", "status": "started"})["detail"]
    api.verb(plan, "progress", {"phase": "P1", "status": "started", "reason": "It was taken back."})
    rows = api.ok("GET", f"/plans/{plan}/progress")["phases"]
    assert rows[1]["reason"] == "The migration is in review." and (rows[0]["status"], rows[0]["reason"]) == ("started", "It was taken back.")
    assert [e["data"].get("reason") for e in api.events(plan) if e["type"] == "progress.reported"][0] == "The migration is in review."


def test_criteria_have_states_and_evidence(place, plan):
    api, first = place.admin, phases(place.admin, plan)[0]
    wrong = api.refused("POST", f"/plans/{plan}/progress", 400, body={"phase": "P1", "status": "started", "criteria": [{"criterion": "A99", "status": "passed"}]})
    assert wrong["errors"][0]["pointer"] == "/criteria/0/criterion"
    evidence = {"output": "12 passed", "commit": "c0ffee", "url": "https://ci.example.com/7", "note": "on my machine"}
    api.verb(plan, "progress", {"phase": "P1", "status": "started", "criteria": [
        {"criterion": "A1", "status": "failed", **evidence}, {"criterion": first["manual"][0], "status": "passed"}]})
    rows = {c["id"]: c for c in api.ok("GET", f"/plans/{plan}/progress")["phases"][0]["criteria"]}
    assert rows["A1"]["status"] == "failed" and {k: rows["A1"][k] for k in evidence} == evidence and rows["A1"]["person"] and rows["A1"]["at"]
    assert rows["M1"]["status"] == "passed" and rows["A2"]["status"] == "open" and "at" not in rows["A2"]
    # what failed when it was last run is not done, unless somebody says why
    assert first["automated"][0]["command"] in api.refused("POST", f"/plans/{plan}/progress", 409, body={"phase": "P1", "status": "done"})["detail"]
    api.verb(plan, "progress", {"phase": "P1", "status": "done", "criteria": [{"criterion": "A1", "status": "passed"}]})
    # what planctl ran counts as well
    second = phases(api, plan)[1]
    ran = {"command": second["automated"][0]["command"], "exit": 0, "output": "a" * 64, "commit": "b" * 40, "as_expected": True}
    api.verb(plan, "progress", {"phase": "P2", "status": "started", "evidence": [ran]})
    row = api.ok("GET", f"/plans/{plan}/progress")["phases"][1]["criteria"][0]
    assert (row["status"], row["output"], row["commit"]) == ("passed", "a" * 64, "b" * 40)


def test_evidence_of_other_words_does_not_count(place, plan):
    """A criterion whose text a revision changes has to be shown anew."""
    api = place.admin
    first = phases(api, plan)[0]
    api.verb(plan, "progress", {"phase": "P1", "status": "started", "criteria": [{"criterion": "M1", "status": "passed"}]})
    head = api("GET", f"/plans/{plan}/revisions/head", headers={"Accept": "text/markdown"})
    assert first["manual"][0][:20] in head.text
    assert api.ok("GET", f"/plans/{plan}/progress")["phases"][0]["criteria"][-1]["status"] == "passed"
    api.verb(plan, "refinements", {"instruction": "Say in the overview that the weight is in grams."}, status=202)
    api.to_state(plan, "awaiting_approval")
    document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    document["phases"][0]["manual"][0] = "Weigh a parcel by hand."
    api.ok("POST", f"/plans/{plan}/revisions", document, headers={"If-Match": api.head_etag(plan)}, status=201)
    api.wait_state(plan, "awaiting_approval")
    criteria = api.ok("GET", f"/plans/{plan}/progress")["phases"][0]["criteria"]
    assert {c["criterion"]: c["status"] for c in criteria}["Weigh a parcel by hand."] == "open"


# ---- effort ------------------------------------------------------------------------------------------------------------

def test_ten_finished_phases_calibrate_new_estimates(launch):
    daemon = launch()
    name, api = daemon.codebase(), daemon.admin
    first = approvable(api, repository=name)
    assert "finished phases took" not in first["needs"]["message"]
    finished = 0
    while finished < 10:
        plan = approvable(api, repository=name, ticket={**RING, "key": f"ring#{finished}"})["id"]
        api.to_state(plan, "implementing")
        for phase in phases(api, plan):
            api.verb(plan, "progress", {"phase": phase["id"], "status": "started"})
            api.verb(plan, "progress", {"phase": phase["id"], "status": "done"})
            finished += 1
        report = api.ok("GET", f"/plans/{plan}/progress")
        assert report["finished"]["phases"] == len(report["phases"]) and report["finished"]["estimated"] == sum(p["estimated"] for p in report["phases"])
        assert all(p["actual"] >= 1 and p["done_at"] >= p["started_at"] for p in report["phases"])
    effort = api.ok("GET", "/projects/default/effort")
    assert effort["phases"] == finished and effort["calibrates"] and len(effort["plans"]) >= 1
    assert effort["estimated"] == sum(p["estimated"] for p in effort["plans"])
    later = approvable(api, repository=name)
    assert f"In this project {finished} finished phases took {effort['percent']} % of what was estimated" in later["needs"]["message"]
    other = api.ok("POST", "/projects", {"name": "other"}, status=201)
    assert api.ok("GET", f"/projects/{other['id']}/effort") == {"project": "other", "phases": 0, "estimated": 0, "actual": 0, "calibrates": False, "plans": []}


# ---- verify ------------------------------------------------------------------------------------------------------------

def test_a_branch_that_does_what_was_planned(place, plan):
    api, repo = place.admin, place.code / "python-api"
    for phase in phases(api, plan):
        head = implement(repo, phase)
        api.verb(plan, "progress", {"phase": phase["id"], "status": "done", "commit": head, "criteria": proven(phase)})
    assert api.plan(plan)["state"] == "completed"
    found = api.verb(plan, "verify")
    assert found["ok"], json.dumps(found)
    assert (found["commit"], found["ref"], found["from"]) == (head, "feature/weights", api.plan(plan)["base"][0]["commit"])
    assert not found["missing"] and not found["unplanned"] and not found["unproven"] and found["planned"] >= found["touched"] > 0
    assert api.ok("GET", f"/plans/{plan}/verify") == found
    told = [e["data"] for e in api.events(plan) if e["type"] == "plan.verified"]
    assert told == [{"commit": head, "ok": True, "missing": 0, "unplanned": 0, "unproven": 0}]


def test_what_was_promised_and_not_done(place, plan):
    api, repo = place.admin, place.code / "python-api"
    first, second = phases(api, plan)[:2]
    implement(repo, first)
    left_out = first["steps"][-1]["files"][-1]
    harness.git(repo, "rm", "-q", "-f", left_out["path"]) if left_out["change"] == "create" else harness.git(repo, "checkout", "-q", "main", "--", left_out["path"])
    (repo / "surprise.py").write_text("print('nobody planned this')\n")
    (repo / "README.md").unlink()
    head = commit(repo, "More and less")
    api.verb(plan, "progress", {"phase": "P1", "status": "done", "criteria": [{"criterion": "A1", "status": "passed"}]})
    found = api.verb(plan, "verify", {"commit": head})
    assert not found["ok"]
    missing = {m["path"]: m for m in found["missing"]}
    assert missing[left_out["path"]] == {"path": left_out["path"], "change": left_out["change"], "phase": "P1", "status": "done", "found": "untouched"}
    open_ = {f["path"] for s in second["steps"] for f in s["files"]} - {f["path"] for s in first["steps"] for f in s["files"]}
    assert all(missing[p]["status"] == "open" and missing[p]["phase"] != "P1" for p in open_)
    assert {"path": "surprise.py", "change": "create"} in found["unplanned"] and {"path": "README.md", "change": "delete"} in [
        u for u in found["unplanned"]] + [{"path": m["path"], "change": "delete"} for m in found["missing"] if m["path"] == "README.md"]
    unproven = {(u["phase"], u["criterion"]) for u in found["unproven"]}
    assert ("P1", "M1") in unproven and ("P1", "A2") in unproven and ("P1", "A1") not in unproven and not [u for u in unproven if u[0] != "P1"]


def test_what_was_merged_from_the_trunk_is_not_the_branchs_own(place, plan):
    api, repo = place.admin, place.code / "python-api"
    first = phases(api, plan)[0]
    implement(repo, first)
    harness.git(repo, "checkout", "-q", "main")
    (repo / "OTHERS").write_text("somebody else's\n")
    trunk = commit(repo, "Of others")
    harness.git(repo, "checkout", "-q", "feature/weights")
    harness.git(repo, "merge", "-q", "--no-edit", "main")
    found = api.verb(plan, "verify")
    assert found["from"] == trunk and "OTHERS" not in [u["path"] for u in found["unplanned"]]
    assert not {m["path"] for m in found["missing"]} & {f["path"] for s in first["steps"] for f in s["files"]}


def test_what_cannot_be_held_against_a_plan(place):
    api = place.admin
    plan = approvable(api)["id"]
    api.refused("POST", f"/plans/{plan}/verify", 409, "wrong-state", {"commit": "HEAD"})
    api.refused("GET", f"/plans/{plan}/verify", 404)
    api.to_state(plan, "implementing")
    assert "none was named at the handoff" in api.refused("POST", f"/plans/{plan}/verify", 400)["detail"]
    for body, where in (({"commit": "nowhere"}, "/commit"), ({"commit": "HEAD", "alias": "web"}, "/alias")):
        assert api.refused("POST", f"/plans/{plan}/verify", 400, "invalid", body)["errors"][0]["pointer"] == where


def test_a_second_codebase(place):
    """Paths of the other one are written alias//path; each is held against its own part of the plan."""
    api, repo = place.admin, place.code / "c-lib"
    plan = approvable(api, repository=None, repositories=[{"name": "python-api", "alias": "web"}, {"name": "c-lib", "alias": "lib"}])["id"]
    api.to_state(plan, "implementing")
    files = [f["path"] for p in phases(api, plan) for s in p["steps"] for f in s["files"]]
    theirs = [f.split("//")[1] for f in files if f.startswith("lib//")]
    (repo / "surprise.c").write_text("int x;\n")
    for f in theirs[:1]:
        (repo / f).write_text("/* changed */\n")
    commit(repo, "In the library")
    found = api.verb(plan, "verify", {"commit": "main", "alias": "lib"})
    assert {"path": "surprise.c", "change": "create"} in found["unplanned"] and found["repository"] == "c-lib"
    assert found["planned"] == len([f for f in files if f.startswith("lib//")])
