"""The checks from outside: any plan against a codebase, the gate and its waivers, what a moving codebase does to a plan."""
import hashlib
import json

import pytest

import harness
from samples import RING

FOREIGN = """# Plan

- Modify `src/ring.c`
- Modify `src/rings.c`
- Create `src/count.c`, then call it from `src/ring.c:9999`

```sh
ctest --preset debug
make count
```
"""


def rules(findings):
    return sorted(f["rule"] for f in findings if f["severity"] == "error")


@pytest.fixture
def plan(daemon):
    """A plan for c-lib that waits for approval: (daemon, id)."""
    daemon.codebase("c-lib")
    api = daemon.admin
    plan = api.ok("POST", "/plans", {"ticket": RING, "repository": "c-lib"}, status=201)["id"]
    api.to_state(plan, "awaiting_approval")
    return plan


def head(api, plan):
    answer = api("GET", f"/plans/{plan}/revisions/head")
    return answer.json(), answer.headers["ETag"]


def edit(api, plan, change):
    """A revision of one's own: the head's document with something changed."""
    document, etag = head(api, plan)
    document = document["document"]
    change(document)
    api.ok("POST", f"/plans/{plan}/revisions", document, headers={"If-Match": etag}, status=201)
    return api.wait_state(plan, "awaiting_approval")


# ---- any plan ---------------------------------------------------------------------------------------------------------

def test_a_foreign_plan_is_checked_without_a_session(api):
    before = len(api.ok("GET", "/plans")["plans"])
    answer = api.ok("POST", "/checks", {"repository": "c-lib", "plan": FOREIGN, "file": "docs/plan.md"})
    findings = answer["checks"]["findings"]
    assert rules(findings) == ["evidence-line", "path-exists", "text-command"]
    wrong = next(f for f in findings if f["rule"] == "path-exists")
    assert wrong["evidence"] == "src/rings.c" and wrong["suggestion"] == "src/ring.c" and wrong["line"] == 4 and wrong["anchor"] == "Plan"
    assert answer["checks"]["verdict"]["to_create"] == 1 and answer["commit"]
    assert len(api.ok("GET", "/plans")["plans"]) == before


def test_findings_for_code_scanning_and_workflows(api):
    body = {"repository": "c-lib", "plan": FOREIGN, "file": "docs/plan.md"}
    sarif = api("POST", "/checks", body, format="sarif")
    assert sarif.headers["Content-Type"] == "application/sarif+json"
    run = sarif.json()["runs"][0]
    assert sarif.json()["version"] == "2.1.0" and len(run["results"]) == 3
    ids = {r["id"] for r in run["tool"]["driver"]["rules"]}
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert result["ruleId"] in ids and place["artifactLocation"]["uri"] == "docs/plan.md" and place["region"]["startLine"] > 1
    lines = api("POST", "/checks", body, format="github").text.splitlines()
    assert lines[0].startswith("::error file=docs/plan.md,line=") and "title=" in lines[0]


@pytest.mark.parametrize("body, at", [
    ({"plan": "x"}, "/repository"), ({"repository": "c-lib"}, "/plan"),
    ({"repository": "c-lib", "plan": "{\"header\": 7}"}, "/plan"), ({"repository": "c-lib", "plan": "x", "ref": "nowhere"}, "/ref")])
def test_what_cannot_be_checked_is_named(api, body, at):
    answer = api("POST", "/checks", body)
    assert answer.status_code == 400 and at in [e["pointer"] for e in answer.json()["errors"]], answer.text


def test_a_codebase_that_is_not_there(api):
    assert api("POST", "/checks", {"repository": "nowhere", "plan": "x"}).status_code == 404


def test_settings_come_from_the_default_branch_only(daemon):
    daemon.codebase("c-lib", default_ref="main")
    repo = daemon.code / "c-lib"
    body = {"repository": "c-lib", "plan": "# Plan\n\nModify `src/rings.c`. Run `git push origin main`.\n"}
    harness.git(repo, "checkout", "-q", "-b", "change")
    (repo / ".pland.yml").write_text("checks:\n  rules: {path-exists: off}\n")
    harness.git(repo, "add", ".")
    harness.git(repo, "commit", "-q", "-m", "switch off what would find me")
    found = daemon.admin.ok("POST", "/checks", {**body, "ref": "change"})["checks"]["findings"]
    assert rules(found) == ["path-exists"]
    harness.git(repo, "checkout", "-q", "main")
    (repo / ".pland.yml").write_text("checks:\n  rules: {path-exists: warning, nonsense: off}\n  forbidden: [git push]\n")
    harness.git(repo, "add", ".")
    harness.git(repo, "commit", "-q", "-m", "settings")
    found = daemon.admin.ok("POST", "/checks", body)["checks"]["findings"]
    assert rules(found) == ["command-forbidden"]
    assert {f["rule"] for f in found if f["severity"] == "warning"} == {"path-exists", "settings-known"}


# ---- the gate ----------------------------------------------------------------------------------------------------------

def test_errors_block_approval_until_each_is_waived(daemon, plan):
    api = daemon.admin

    def spoil(document):
        document["phases"][0]["steps"][0]["files"][0]["path"] = "src/rings.c"
        document["phases"][0]["steps"][0]["files"][0]["change"] = "modify"

    edit(api, plan, spoil)
    _, etag = head(api, plan)
    refused = api("POST", f"/plans/{plan}/approval", {}, headers={"If-Match": etag})
    assert refused.status_code == 409 and "path-exists" in [f["rule"] for f in refused.json()["findings"]]
    wrong = [f for f in api.ok("GET", f"/plans/{plan}/checks")["checks"]["findings"] if f["severity"] == "error"]
    assert refused.json()["failed"] == len(wrong)

    assert daemon.api("planner")("POST", f"/plans/{plan}/waivers", {"finding": wrong[0]["id"], "reason": "x"}).status_code == 403
    assert api("POST", f"/plans/{plan}/waivers", {"finding": "0123456789abcdef", "reason": "x"}).status_code == 400
    for f in wrong:
        shown = api.ok("POST", f"/plans/{plan}/waivers", {"finding": f["id"], "reason": "Made by the release job"}, status=201)
    assert [w["finding"] for w in shown["waivers"]] == [f["id"] for f in wrong]
    assert api("POST", f"/plans/{plan}/waivers", {"finding": wrong[0]["id"], "reason": "again"}).status_code == 409

    # what was read before the waivers is not what is approved now
    assert api("POST", f"/plans/{plan}/approval", {}, headers={"If-Match": etag}).status_code == 412
    document, etag = head(api, plan)
    assert document["waivers"][0]["reason"] == "Made by the release job" and document["waivers"][0]["by"]
    for kind in ("text/markdown", "text/html"):
        text = api("GET", f"/plans/{plan}/revisions/head", headers={"Accept": kind}).text
        assert "Waived findings" in text and "Made by the release job" in text

    # they last over a revision that leaves the sections alone, and are shown by it
    edit(api, plan, lambda d: d.update(overview=d["overview"] + " Nothing else changes."))
    document, etag = head(api, plan)
    assert len(document["waivers"]) == len(wrong)
    api.ok("POST", f"/plans/{plan}/approval", {}, headers={"If-Match": etag})
    assert "plan.waive" in [a["action"] for a in api.ok("GET", f"/plans/{plan}/audit")["audit"]]


def test_markdown_with_waivers_reads_back(daemon, plan):
    api = daemon.admin
    edit(api, plan, lambda d: d["phases"][0].update(rollback=" "))
    wrong = next(f for f in api.ok("GET", f"/plans/{plan}/checks")["checks"]["findings"] if f["severity"] == "error")
    api.ok("POST", f"/plans/{plan}/waivers", {"finding": wrong["id"], "reason": "A | in *it*"}, status=201)
    answer = api("GET", f"/plans/{plan}/revisions/head", headers={"Accept": "text/markdown"})
    again = api("POST", f"/plans/{plan}/revisions", data=answer.text.encode(), headers={"If-Match": answer.headers["ETag"], "Content-Type": "text/markdown"})
    assert again.status_code == 201, again.text


def test_traceability_in_every_format(daemon, plan):
    document, _ = head(daemon.admin, plan)
    wanted = [r["id"] for r in document["document"]["requirements"]]
    assert [t["requirement"] for t in document["traceability"]] == wanted
    for t in document["traceability"]:
        assert t["phases"] and all(p["phase"].startswith("ph") and p["checks"] for p in t["phases"])


# ---- the codebase moves ------------------------------------------------------------------------------------------------

def commit(repo, message):
    harness.git(repo, "add", "-A")
    harness.git(repo, "commit", "-q", "-m", message)
    return harness.git(repo, "rev-parse", "HEAD")


def event(api, plan, kind):
    """Waits for an event of that type with a long poll on the plan."""
    for _ in range(60):
        found = [e for e in api.events(plan) if e["type"] == kind]
        if found:
            return found[-1]["data"]
        etag = api("GET", f"/plans/{plan}").headers["ETag"]
        if [e for e in api.events(plan) if e["type"] == kind]:
            continue
        api("GET", f"/plans/{plan}", headers={"If-None-Match": etag, "Prefer": "wait=2"})
    raise AssertionError(f"no {kind}: {[e['type'] for e in api.events(plan)]}")


def touch_default(api):
    """Tells pland that the codebase may have moved."""
    api.ok("PATCH", "/repositories/c-lib", {"default_ref": "main"})


def test_only_what_is_broken_makes_a_plan_stale_and_a_rebase_binds_it_again(daemon, plan):
    api, repo = daemon.admin, daemon.code / "c-lib"
    before = api.plan(plan)["base"][0]["commit"]

    # a file that nothing cites: not a word
    (repo / "NEWS").write_text("news\n")
    commit(repo, "Write the news")
    touch_default(api)

    # cited code moves down by two lines: told, not stale
    ring = (repo / "src/ring.c").read_text()
    (repo / "src/ring.c").write_text("/* moved */\n\n" + ring)
    commit(repo, "Move the ring")
    touch_default(api)
    moved = event(api, plan, "plan.moved")
    assert not api.plan(plan)["stale"] and moved["what"]["sections"] and not moved["what"]["broken"]
    assert any("Move the ring" in c for c in moved["commits"]) and not any("news" in c for c in moved["commits"])

    # a file that the plan modifies goes away: stale, with the commit and the file at fault
    harness.git(repo, "mv", "src/ring.c", "src/circle.c")
    after = commit(repo, "Rename the ring")
    touch_default(api)
    stale = event(api, plan, "plan.stale")
    assert stale["from"] == before and stale["to"] == after and any("Rename the ring" in c for c in stale["commits"])
    broken = [m for m in stale["what"]["moves"] if m["fate"] == "broken"]
    assert broken and all("src/ring.c" in json.dumps(m) for m in broken)
    shown = api.plan(plan)
    assert shown["stale"] and shown["offer"][1]["body"]["sections"] == sorted({m["section"] for m in broken}, key=[m["section"] for m in broken].index)
    _, etag = head(api, plan)
    assert api("POST", f"/plans/{plan}/approval", {}, headers={"If-Match": etag}).status_code == 409
    assert [p["id"] for p in api.ok("GET", "/plans", stale="true")["plans"]] == [plan]

    # bound to where the code is now: the same sections, with findings
    sections = {s["id"]: s["hash"] for s in head(api, plan)[0]["sections"]}
    assert api("POST", f"/plans/{plan}/rebase", {"ref": "nowhere"}).status_code == 400
    api.ok("POST", f"/plans/{plan}/rebase", {"ref": "main"})
    rebased = api.wait_state(plan, "awaiting_approval")
    assert not rebased["stale"] and rebased["base"][0]["commit"] == after and rebased["checks"]["failed"] > 0
    now = {s["id"]: s["hash"] for s in head(api, plan)[0]["sections"]}
    assert {k for k in sections if sections[k] != now.get(k)} == {"header"}

    # the code comes back: a rebase is clean
    harness.git(repo, "mv", "src/circle.c", "src/ring.c")
    commit(repo, "Take it back")
    api.ok("POST", f"/plans/{plan}/rebase")
    assert api.wait_state(plan, "awaiting_approval")["checks"]["failed"] == 0


def test_an_approval_stays_through_a_clean_rebase_where_the_project_says_so(daemon, plan):
    api, repo = daemon.admin, daemon.code / "c-lib"
    setting = "approval_survives_rebase"
    assert "/settings/" + setting in api("PATCH", "/projects/default", {"settings": {setting: "yes"}}).text

    def rebase(state):
        api.ok("POST", f"/plans/{plan}/rebase", {"ref": "main"})
        return api.wait_state(plan, state)

    # by itself it does not stay
    api.approve(plan)
    (repo / "NEWS").write_text("news\n")
    commit(repo, "Write the news")
    assert not rebase("awaiting_approval").get("approved_revision")

    api.ok("PATCH", "/projects/default", {"settings": {setting: True}})
    api.approve(plan)
    (repo / "NEWS").write_text("more news\n")
    after = commit(repo, "Write more news")
    kept = rebase("approved")
    assert kept["base"][0]["commit"] == after and kept["approved_revision"] == kept["revision"] == 3
    assert [e["type"] for e in api.events(plan)][-2:] == ["plan.revision_published", "plan.approved"]

    # what fails there needs somebody again
    harness.git(repo, "mv", "src/ring.c", "src/circle.c")
    commit(repo, "Rename the ring")
    broken = rebase("awaiting_approval")
    assert broken["checks"]["failed"] > 0 and not broken.get("approved_revision")


def test_a_plan_does_not_turn_stale_by_being_followed(daemon, plan):
    api, repo = daemon.admin, daemon.code / "c-lib"
    api.approve(plan)
    api.verb(plan, "handoff")
    document = head(api, plan)[0]["document"]
    for phase in document["phases"][:1]:
        api.verb(plan, "progress", {"phase": phase["id"], "status": "started"})
        for step in phase["steps"]:
            for change in step["files"]:
                file = repo / change["path"]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("/* as the plan says */\n" + (file.read_text() if file.exists() else ""))
    commit(repo, "Phase 1 as planned")
    seen = len(api.events(plan))
    touch_default(api)
    (repo / "README.md").write_text("# Something else\n")  # so that there is something to wait for
    commit(repo, "Another readme")
    touch_default(api)
    api.ok("PATCH", "/repositories/c-lib", {"default_ref": "main"})
    other = api.ok("POST", "/plans", {"ticket": RING, "repository": "c-lib"}, status=201)["id"]
    api.to_state(other, "awaiting_approval")
    assert not api.plan(plan)["stale"] and "plan.stale" not in [e["type"] for e in api.events(plan)[seen:]]


def test_evidence_of_criteria_is_kept(daemon, plan):
    api = daemon.admin
    api.approve(plan)
    api.verb(plan, "handoff")
    ran = {"command": "ctest --preset debug", "exit": 0, "output": hashlib.sha256(b"ok").hexdigest(), "commit": "a" * 40, "as_expected": True}
    api.verb(plan, "progress", {"phase": "P1", "status": "started", "evidence": [ran]})
    assert api.ok("GET", f"/plans/{plan}/handoff")["phases"][0]["evidence"] == [ran]
