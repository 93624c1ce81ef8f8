"""What a plan says when it is a person's turn: one text, the same in `needs.message`, in planctl and in Markdown."""
import os
import re
import subprocess
from pathlib import Path

from samples import ASKING

TICKET = {"title": "Count entries that are dropped", "body": """The ring drops old entries silently when it is full.

- Count dropped entries in `src/ring.c`.
- Give the count out through `include/ringlog/ringlog.h`.
- The count is part of the dump that `src/format.c` writes.
- `rl_dropped` returns the count and sets it back to zero.

The limits are in `docs/limits.md`.
"""}


def planctl(shared, *args):
    """What planctl prints for people, on both streams."""
    home = Path(shared.home)
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PLAND_URL": shared.url, "PLAND_TOKEN": shared.admin.token}
    result = subprocess.run([Path(os.environ["PLAND_BIN_DIR"]) / "planctl", *args], env=env, text=True, capture_output=True, timeout=120)
    return result.stdout + result.stderr


def plain(text):
    """Its words, without the marks of Markdown and of terminals: a rendering for people compares with the text it renders."""
    return " ".join(re.findall(r"\w+", text))


def said(shared, plan, *phrases):
    """The message has the phrases, and planctl shows every sentence of it."""
    message = plan["needs"]["message"]
    for phrase in phrases:
        assert phrase in message, f"{phrase!r} is not in:\n{message}"
    shown = plain(planctl(shared, "show", plan["id"]))
    for line in message.splitlines():
        if len(line) > 20 and not line.startswith("```"):
            assert plain(line) in shown, f"planctl does not say {line!r}:\n{shown}"
    return message


def test_one_text_at_every_stop(api, shared):
    plan = api("POST", "/plans").json()
    said(shared, plan, "I am ready to plan", "**What to build**", "constraints", "**Timeline and resources**", "**Links to research or ticket files**")

    api.verb(plan["id"], "ticket", {"ticket": TICKET, "repository": "c-lib", "timeline": "one week"})
    asked = api.wait_state(plan["id"], "awaiting_answers")
    said(shared, asked, "After research, I understand", "**Stack**", "**Architecture**", "**Testing**", "Clarifications needed", "Why it matters", "Searched first")

    api.verb(plan["id"], "answers", {"accept_defaults": True, "corrections": ["It is used from two threads."]})
    state = api.wait_state(plan["id"], "awaiting_choice", "awaiting_approval")
    if state["state"] == "awaiting_choice":
        said(shared, state, "## Option A", "[~] src/ring.c", "**Recommendation:**", "It is used from two threads", "Which fits best?")
        api.verb(plan["id"], "choice", {"option": state["options"]["recommended"]})
        state = api.wait_state(plan["id"], "awaiting_approval")

    summary = said(shared, state, "The plan is ready", " of work (", "**Key decisions**", "**Open questions:**", "Is the timeline realistic?",
                   "Is a requirement missing?", "Does the testing approach fit?", "Approving binds revision 1")
    document = api.ok("GET", f"/plans/{plan['id']}/revisions/head")["document"]
    assert f"P{len(document['phases'])} {document['phases'][-1]['title']}"[:40] in summary.replace("\\", "")

    api.approve(plan["id"])
    handed = api.plan(plan["id"])["needs"]["message"]
    assert "Revision 1 is approved" in handed and "**First steps**" in handed and "Begin with P1" in handed
    markdown = api("GET", f"/plans/{plan['id']}/handoff?format=markdown").text
    assert handed.partition("**First steps**")[0] in markdown and "Begin with P1" in markdown  # which says them for this codebase


def test_a_plan_that_asks_says_so_in_the_list_too(api):
    """Lists say it in a sentence; the whole text belongs to the plan."""
    plan = api.new(ticket=ASKING, repository="c-lib")
    api.wait_state(plan, "awaiting_answers")
    row = next(p for p in api.ok("GET", "/plans", limit=50)["plans"] if p["id"] == plan)
    assert row["needs"]["action"] == "answers" and len(row["needs"]["message"]) < 200
