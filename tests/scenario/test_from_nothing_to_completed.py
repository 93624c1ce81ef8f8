"""The whole conversation: from an empty POST through ticket, questions, options, comments, refinement, edit, approval, handoff,
claims, evidence and verification to `completed`; once over REST, once with planctl on terminals."""
import os
import re
import stat
import time

import pytest

import harness
from harness import BUILD, run
from test_planctl_terminal import Terminal, plain

TICKET = {"title": "Record when a parcel was weighed", "key": "parcels#12", "body": """## Requirements

- Add a column `weighed_at` to the `parcels` table.
- `POST /parcels` accepts `weight_grams` and stores it.
- `GET /parcels/{tracking_number}` returns `weight_grams` and `weighed_at`.

The units are in `docs/units.md`.
"""}


def work(repo, phase):
    """What whoever implements a phase does: its files, in one commit."""
    for change in (f for s in phase["steps"] for f in s["files"]):
        file = repo / change["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text() if file.exists() else "") + "# as the plan says\n")
    harness.git(repo, "add", "-A")
    harness.git(repo, "commit", "-q", "-m", phase["title"])
    return harness.git(repo, "rev-parse", "HEAD")


@pytest.fixture
def place(launch):
    daemon = launch()
    daemon.codebase("python-api")
    return daemon


def token(place, name, role, **fields):
    body = {"name": name, "role": role, "project": "default", **fields}
    return harness.Api(place.url, place.admin.ok("POST", "/tokens", body, status=201)["secret"])


# ---- over REST ---------------------------------------------------------------------------------------------------------

def test_over_rest(place):
    """Every step is what `needs` asks for; nobody does more than his role allows."""
    pat, kim, repo = token(place, "pat", "planner"), token(place, "kim", "approver"), place.code / "python-api"

    # what to plan
    plan = pat("POST", "/plans").json()
    assert plan["state"] == "awaiting_ticket" and plan["needs"]["href"].endswith("/ticket")
    plan = plan["id"]
    pat.verb(plan, "ticket", {"ticket": TICKET, "repository": "python-api", "timeline": "two weeks"})

    # what is understood, asked and offered
    asked = pat.wait_state(plan, "awaiting_answers")
    missing = next(q for q in asked["questions"] if "docs/units.md" in q["text"])
    pat.verb(plan, "answers", {"answers": [{"question": missing["id"], "answer": "Grams, whole numbers."}], "accept_defaults": True,
                               "corrections": ["Parcels are weighed by a machine."]})
    offered = pat.wait_state(plan, "awaiting_choice")
    pat.verb(plan, "choice", {"option": offered["options"]["recommended"], "reason": "As recommended."})
    drafted = pat.wait_state(plan, "awaiting_approval")
    assert drafted["revision"] == 1 and drafted["checks"]["failed"] == 0

    # what people say about it
    head = pat.ok("GET", f"/plans/{plan}/revisions/head")
    overview = head["document"]["overview"].split("\n")[0][:40]
    comment = kim.ok("POST", f"/plans/{plan}/comments", {"anchor": "overview", "quote": overview, "body": "Say that weights are grams."}, status=201)
    other = {s["id"]: s["hash"] for s in head["sections"]}
    pat.verb(plan, "refinements", {"comments": [comment["id"]], "instruction": "Say that weights are grams.", "sections": ["overview"]}, status=202)
    pat.wait_state(plan, "awaiting_approval")
    now = pat.ok("GET", f"/plans/{plan}/revisions/head")
    assert now["revision"] == 2 and {s["id"] for s in now["sections"] if other.get(s["id"]) != s["hash"]} <= {"overview", "header"}
    assert pat.ok("GET", f"/plans/{plan}/comments/{comment['id']}")["state"] == "resolved"

    # an edit in any editor
    text = pat("GET", f"/plans/{plan}/revisions/head", headers={"Accept": "text/markdown"})
    edited = text.text.replace("**Manual verification**\n", "**Manual verification**\n\n- [ ] Weigh one parcel by hand.", 1)
    pat("POST", f"/plans/{plan}/revisions", data=edited.encode(), headers={"If-Match": text.headers["ETag"], "Content-Type": "text/markdown"})
    pat.wait_state(plan, "awaiting_approval")
    diff = pat.ok("GET", f"/plans/{plan}/revisions/3/diff", **{"from": 2})
    assert [s["id"] for s in diff["sections"]] == ["ph1"] and "+- [ ] Weigh one parcel by hand." in diff["diff"]

    # the decision, by who may
    pat.refused("POST", f"/plans/{plan}/approval", 403, headers={"If-Match": pat.head_etag(plan)})
    kim.refused("POST", f"/plans/{plan}/approval", 412, headers={"If-Match": text.headers["ETag"]})
    kim.approve(plan, body={"revision": 3, "note": "Good."})
    pat.verb(plan, "handoff", {"branch": "feature/weights"})
    page = pat.verb(plan, "links", {"note": "for the customer"}, status=201)
    assert harness.Api(place.url)("GET", page["url"][page["url"].index("/links/"):]).status_code == 200

    # the work, phase by phase, by an agent that may do no more
    agent = token(place, "agent", "planner", plan=plan, verbs=["briefs", "claim", "claims", "progress"])
    harness.git(repo, "checkout", "-q", "-b", "feature/weights")
    phases = pat.ok("GET", f"/plans/{plan}/handoff")["phases"]
    for entry in phases:
        claim = agent.verb(plan, "claim", {}, status=201)
        assert claim["number"] == entry["number"]
        brief = agent.ok("GET", f"/plans/{plan}/briefs/{claim['number']}")
        commit = work(repo, brief["phase"])
        criteria = [{"criterion": f"{k}{i + 1}", "status": "passed", "commit": commit}
                    for k, l in (("A", brief["phase"]["automated"]), ("M", brief["phase"]["manual"])) for i in range(len(l))]
        agent.verb(plan, "progress", {"phase": claim["number"], "status": "done", "commit": commit, "criteria": criteria})
    agent.refused("GET", f"/plans/{plan}", 403)
    done = pat.plan(plan)
    assert done["state"] == "completed" and done["activity"] == "ended" and "needs" not in done

    # what was done is what was planned
    found = pat.verb(plan, "verify")
    assert found["ok"] and found["commit"] == commit
    report = pat.ok("GET", f"/plans/{plan}/progress")
    assert {c["status"] for p in report["phases"] for c in p["criteria"]} == {"passed"} and report["finished"]["phases"] == len(phases)
    decisions = [(r["action"], r["detail"].get("hash")) for r in reversed(pat.ok("GET", f"/plans/{plan}/audit")["audit"]) if r["action"] in ("plan.approve", "plan.handoff")]
    assert decisions == [("plan.approve", pat.ok("GET", f"/plans/{plan}/revisions/3")["hash"])] + [("plan.handoff", decisions[0][1])]
    kinds = [e["type"] for e in pat.events(plan)]
    steps = ["plan.created", "plan.ticket_given", "plan.questions_asked", "plan.answered", "plan.options_offered", "plan.chosen", "plan.revision_published",
             "plan.commented", "plan.refinement_applied", "plan.edited", "plan.approved", "plan.handed_off", "phase.claimed", "progress.reported",
             "plan.completed", "plan.verified"]
    assert [k for k in steps if k not in kinds] == [] and sorted(steps, key=kinds.index) == steps


# ---- with planctl ------------------------------------------------------------------------------------------------------

def script(place, name, text):
    path = place.home / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_on_terminals(place):
    """A person plans and approves at a terminal, and implements with the hand-over command."""
    repo, home = place.code / "python-api", place.home
    env = {"PLAND_DATA_DIR": str(place.data), "TMPDIR": str(home), "GIT_CONFIG_GLOBAL": "/dev/null"}

    def terminal(*args, cwd=home, **more):
        return Terminal(BUILD / "planctl", *args, cwd=cwd, env={**env, **more})

    def ctl(*args, code=0, cwd=home):
        return run(BUILD / "planctl", *args, code=code, cwd=cwd, env={"PATH": os.environ["PATH"], "HOME": str(home), **env})

    # new asks for everything, and its questions are answered where they are asked
    t = terminal("new", "--repo", "python-api", "--full")
    t.until("> ")
    t.send("# " + TICKET["title"], *TICKET["body"].replace("\n\n", "\n").splitlines(), "")
    for prompt, answer in (("2. Technical", [""]), ("milestones > ", ["two weeks"]), ("how much > ", [""]), ("4. Links", [""])):
        t.until(prompt)
        t.send(*answer)
    t.until("Start the plan? [Y/n] ")
    t.send("")
    while True:
        t.at = len(t.seen)
        if not t.more(time.monotonic() + harness.PATIENCE):
            break
        if t.seen.endswith("> "):
            t.send("")
    t.end(4)
    plan = re.search(r"plan_[0-9A-Z]{26}", t.seen)[0]
    assert place.admin.plan(plan)["state"] == "awaiting_approval" and "The plan is ready" in plain(t.seen)

    # read, changed in an editor, approved
    assert "docs/units.md" in plain(terminal("show", plan, "--no-pager").end(0))
    editor = script(place, "editor", r'''sed -i '0,/^\*\*Manual verification\*\*$/s//**Manual verification**\n\n- [ ] Weigh one parcel by hand./' "$1"
''')
    terminal("edit", plan, "--watch", EDITOR=editor).end(4)
    assert place.admin.plan(plan)["revision"] == 2
    assert "Weigh one parcel by hand." in plain(terminal("diff", plan).end(0))
    terminal("refine", plan, "Say that weights are grams.", "--section", "overview", "--watch").end(4)
    assert "approved revision 3" in plain(terminal("approve", plan, "--note", "Good.").end(0))

    # handed over and implemented phase by phase
    harness.git(repo, "checkout", "-q", "-b", "feature/weights")
    agent = script(place, "agent", f'cat > "{home}/$PLAND_PHASE.md"\n')
    phases = place.admin.ok("GET", f"/plans/{plan}/revisions/head")["document"]["phases"]
    for i, phase in enumerate(phases):
        seen = plain(terminal("implement", plan, "--branch", "feature/weights", "--with", agent).end(0))
        assert f"P{i + 1} {phase['title']} is yours until" in seen and (home / f"P{i + 1}.md").read_text().startswith(f"# P{i + 1} ")
        commit = work(repo, phase)
        passed = [x for k, l in (("A", phase["automated"]), ("M", phase["manual"])) for j in range(len(l)) for x in ("--passed", f"{k}{j + 1}")]
        ctl("progress", plan, f"P{i + 1}", "done", "--commit", commit, *passed)
    assert place.admin.plan(plan)["state"] == "completed"
    page = plain(terminal("progress", plan).end(0))
    assert "[ ]" not in page and f"{len(phases)} finished" in page
    assert plain(terminal("verify", plan).end(0)).rstrip().endswith("as planned")
    terminal("watch", plan).end(0)
