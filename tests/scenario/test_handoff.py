"""What whoever implements a plan is given, in every form, and how it shows how far the work is."""
import re

import pytest

import harness
import mermaid
from samples import SHIPPING, approvable


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    daemon = harness.Daemon(tmp_path_factory.mktemp("handoff"), "--rate", "0").start()
    daemon.codebase("python-api")
    yield daemon
    daemon.stop()


@pytest.fixture
def plan(place):
    return approvable(place.admin, ticket=SHIPPING, repository="python-api", size="full")["id"]


def handed(api, plan, **body):
    api.approve(plan)
    api.verb(plan, "handoff", body or None)
    return api.ok("GET", f"/plans/{plan}/handoff")


def test_the_summary_has_first_steps_with_environment_and_branch(place, plan):
    api = place.admin
    h = handed(api, plan, branch="feature/weights", note="Ask Kim about the scale.")
    commit = api.plan(plan)["base"][0]["commit"]
    assert h["branch"] == "feature/weights" and h["note"] and h["test"] and h["base"][0]["commit"] == commit
    steps = h["first_steps"]
    assert commit in steps[0] and "`feature/weights`" in steps[0]
    assert any(h["test"] in s and "before any change" in s for s in steps) and steps[-1].startswith("Begin with P1")
    assert any("Prepare the environment" in s and h["setup"] in s for s in steps)
    text = api("GET", f"/plans/{plan}/handoff", format="markdown").text
    for part in (*(f"{i + 1}. {s}" for i, s in enumerate(steps)), "test scenario", "risk"):
        assert part in text, part
    assert api.plan(plan)["base"][0].get("ref") != "feature/weights", "staleness follows the codebase's own ref"


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "/a", "a/", "a;rm", "$(x)", "a\x7fb"])
def test_no_branch_is_mistaken_for_something_else(place, plan, branch):
    place.admin.approve(plan)
    assert place.admin.refused("POST", f"/plans/{plan}/handoff", 400, "invalid", {"branch": branch})["errors"][0]["pointer"] == "/branch"


def test_a_brief_needs_nothing_else(place, plan):
    """Goal, files, steps with their text, criteria, requirements in words, and what the phases before leave behind."""
    api = place.admin
    h = handed(api, plan, branch="feature/weights")
    document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    words = {r["id"]: r["text"] for r in document["requirements"]}
    for i, entry in enumerate(h["phases"]):
        phase, number = entry["phase"], entry["number"]
        brief = api.ok("GET", f"/plans/{plan}/briefs/{number}")
        text = brief["brief"]
        assert api("GET", f"/plans/{plan}/briefs/{phase['id']}", headers={"Accept": "text/markdown"}).text == text
        assert entry["brief"].endswith(f"/plans/{plan}/briefs/{number}") and brief["phase"] == phase and brief["hash"] == h["hash"]
        assert text.startswith(f"# {number} ") and phase["goal"].split(".")[0] in text and h["base"][0]["commit"] in text and bool(phase.get("depends_on")) == ("with the work of" in text) and "feature/weights" in text
        for step in phase["steps"]:
            assert all(f["path"] in text for f in step["files"]) and all(c["text"].rstrip("\n") in text for c in step.get("code", []))
        assert all(a["command"] in text for a in phase["automated"]) and text.count("- [ ] ") == len(phase["automated"]) + len(phase["manual"])
        assert all(re.sub(r"[^\w]", "", words[r])[:30] in re.sub(r"[^\w]", "", text) for r in phase["requirements"])
        before = [h["phases"][j]["phase"] for j in range(i) if h["phases"][j]["phase"]["id"] in phase.get("depends_on", [])]
        for other in before:
            assert other["title"] in text and all(f["path"] in text for s in other["steps"] for f in s["files"])
        rest = [s["title"] for j, p in enumerate(h["phases"]) if j != i for s in p["phase"]["steps"]]
        own = [s["title"] for s in phase["steps"]]
        assert not [t for t in rest if t not in own and f". {t}" in text and f" {t} <!--" in text], "steps of other phases"
        assert f"planctl verify {plan} {number} --run" in text
    api.refused("GET", f"/plans/{plan}/briefs/P99", 404)


def test_boxes_are_ticked_by_evidence(place, plan):
    api = place.admin
    phases = handed(api, plan)["phases"]
    first = phases[0]["phase"]
    boxes = lambda text: (text.count("- [x] "), text.count("- [ ] "))
    done, open_ = boxes(api("GET", f"/plans/{plan}/handoff", format="markdown").text)
    assert done == 0
    api.verb(plan, "progress", {"phase": "P1", "status": "started", "criteria": [
        {"criterion": "A1", "status": "passed", "url": "https://ci.example.com/7"}, {"criterion": "M1", "status": "failed"}]})
    text = api("GET", f"/plans/{plan}/handoff", format="markdown").text
    assert boxes(text) == (1, open_ - 1) and re.search(r"- \[x\] .*" + re.escape(first["automated"][0]["command"]), text)
    assert boxes(api("GET", f"/plans/{plan}/briefs/P1", headers={"Accept": "text/markdown"}).text)[0] == 1
    assert boxes(api("GET", f"/plans/{plan}/briefs/P2", headers={"Accept": "text/markdown"}).text)[0] == 0
    # the revision that was approved is what it was
    assert boxes(api("GET", f"/plans/{plan}/revisions/head", headers={"Accept": "text/markdown"}).text)[0] == 0


def test_tasks(place, plan):
    api = place.admin
    phases = [p["phase"] for p in handed(api, plan)["phases"]]
    steps = sum(len(p["steps"]) for p in phases)
    text = api("GET", f"/plans/{plan}/handoff", format="tasks").text
    tasks = re.findall(r"^- \[( |x)\] T(\d{3}) \[P(\d+)\] (.+)$", text, re.M)
    assert [int(n) for _, n, _, _ in tasks] == list(range(1, len(tasks) + 1))
    assert len(tasks) == steps + sum(len(p["automated"]) + len(p["manual"]) for p in phases) and {b for b, *_ in tasks} == {" "}
    assert text.count("\n## P") == len(phases)
    api.verb(plan, "progress", {"phase": "P1", "status": "done"})
    text = api("GET", f"/plans/{plan}/handoff", format="tasks").text
    assert text.count("- [x] ") == len(phases[0]["steps"]) and "State: done" in text


def test_issues(place, plan):
    api = place.admin
    phases = handed(api, plan)["phases"]
    for form, body in (("github", "body"), ("gitlab", "description")):
        issues = api.ok("GET", f"/plans/{plan}/handoff", format=form)
        assert len(issues) == len(phases)
        for issue, phase in zip(issues, phases):
            assert set(issue) == {"title", body, "labels"} and issue["title"].startswith(phase["number"] + ": ") and len(issue["title"]) <= 255
            assert issue[body] == api.ok("GET", f"/plans/{plan}/briefs/{phase['number']}")["brief"] and len(issue[body]) < 65536
            assert issue["labels"] == (["plan", "phase:open"] if form == "github" else "plan,phase::open")


def test_charts(place, plan):
    api = place.admin
    phases = [p["phase"] for p in handed(api, plan)["phases"]]
    wanted = {(d, p["id"]) for p in phases for d in p.get("depends_on", [])}
    nodes, arrows, classes = mermaid.flowchart(api("GET", f"/plans/{plan}/handoff", format="mermaid").text)
    assert list(nodes) == [p["id"] for p in phases] and set(arrows) == wanted and not classes
    api.verb(plan, "progress", {"phase": "P1", "status": "done"})
    assert mermaid.flowchart(api("GET", f"/plans/{plan}/handoff", format="mermaid").text)[2] == {phases[0]["id"]: "done"}
    charts = re.findall(r"```mermaid\n(.*?)```", api("GET", f"/plans/{plan}/handoff", format="markdown").text, re.S)
    rows = mermaid.gantt(charts[0])
    assert list(rows) == [p["id"] for p in phases] and {(a, i) for i, (_, _, after, _) in rows.items() for a in after} == wanted
    assert set(mermaid.flowchart(charts[1])[1]) == wanted


@pytest.mark.parametrize("text", ["graph LR\n", "flowchart LR\n    a[\"x\"]\n    a --> b\n", "flowchart LR\n    a[\"x\"y\"]\n",
                                  "flowchart LR\n    a[x]\n", "flowchart LR\n    a[\"x\"]\n    a -> a\n"])
def test_the_reader_of_charts_is_strict(text):
    with pytest.raises(mermaid.NotMermaid):
        mermaid.flowchart(text)


def test_a_page(place, plan):
    api = place.admin
    handed(api, plan, note="<script>alert(1)</script>")
    answer = api("GET", f"/plans/{plan}/handoff", headers={"Accept": "text/html"})
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"] and "<script" not in answer.text
    assert "First steps" in answer.text and answer.text.lower().startswith("<!doctype html")
    api.refused("GET", f"/plans/{plan}/handoff", 400, "syntax", format="pdf")
