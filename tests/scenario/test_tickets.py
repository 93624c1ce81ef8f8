"""Ticket systems: a label makes a plan, questions are asked and answered in the ticket, up to the approval."""
import re
import time

import pytest

from fake_tickets import SYSTEMS
from samples import ASKING, RING


def connect(daemon, system, **settings):
    made = daemon.admin.ok("POST", "/sources", {"name": f"tickets {time.monotonic_ns()}", "kind": system.kind, "repository": "c-lib",
                                                **system.settings(), **settings}, status=201)
    system.secret, system.hook_url, system.source = made["secret"], f"{daemon.url}/webhooks/{made['id']}", made["id"]
    return made


@pytest.fixture
def system():
    """system(kind) starts a stand-in; none may have had a reason to complain."""
    made = []

    def start(kind):
        made.append(SYSTEMS[kind]())
        return made[-1]

    yield start
    for s in made:
        s.stop()
        assert s.complaints == []


@pytest.fixture
def tickets(launch):
    daemon = launch("--retry-base", "20ms")
    daemon.codebase("c-lib")
    return daemon


def plan_of(daemon, system, ticket):
    plans = daemon.admin.ok("GET", "/plans", ticket=system.key(ticket))["plans"]
    return plans[0]["id"] if plans else None


def outcomes(daemon, system):
    return [d.get("outcome") for d in daemon.admin.ok("GET", f"/sources/{system.source}/deliveries")["deliveries"]]


def converse(daemon, system, between=lambda: None):
    """From the label to the approval, all in the ticket; `between` is called after every step."""
    ticket = system.new(ASKING["title"], ASKING["body"])
    between()
    system.label(ticket, "plan")
    between()
    text = system.sees("has questions")
    assert "Q1" in text and "Default" in text and "docs/limits.md" in text
    between()
    asked = sorted(set(re.findall(r"\bQ\d+\b(?! ?:)", text)) - {"Q1"})
    system.say(ticket, "bob", "Here you are.\n/plan answer Q1: go on without it\n" + "".join(f"{q}: as you like\n" for q in asked))
    between()
    assert "Option A" in system.sees("offers options")
    between()
    system.say(ticket, "bob", "I like the first.\n\n/plan choose A it is the smallest")
    between()
    assert "/plan approve r1" in system.sees("ready for approval")
    between()
    system.say(ticket, "bob", "/plan refine P1: name the counter `dropped`")
    between()
    system.sees("/plan approve r2")
    between()
    system.say(ticket, "alice", "/plan approve r2")
    between()
    system.sees("is approved")
    return ticket


@pytest.mark.parametrize("kind", SYSTEMS)
def test_from_the_label_to_the_approval(tickets, system, kind):
    """Every step happens in the ticket, in one comment of pland's, and what is decided is on record by name."""
    s = system(kind)
    connect(tickets, s)
    ticket = converse(tickets, s)
    plan = tickets.admin.plan(plan_of(tickets, s, ticket))
    assert plan["state"] == "approved" and plan["approved_revision"] == 2 and plan["base"][0]["name"] == "c-lib"
    assert len([c for c in s.ours() if re.search(r"pland:src_\w+:plan_", c["text"])]) == 1 and s.replies() == []
    audit = tickets.admin.ok("GET", f"/plans/{plan['id']}/audit")["audit"]
    assert any(a["action"] == "plan.approve" and a.get("person") for a in audit)
