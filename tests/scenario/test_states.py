"""Every (state, verb) pair answers as the table of `pland states` says: plans are really led into each state, and each
verb that people have is tried on them."""
import re
import subprocess

import pytest

import harness
from samples import ASKING, RING, write_answers

pytestmark = pytest.mark.xdist_group("states")

STATES = ["awaiting_ticket", "researching", "awaiting_answers", "designing", "awaiting_choice", "drafting", "checking",
          "awaiting_approval", "revising", "awaiting_budget", "approved", "implementing", "completed", "failed", "cancelled"]
VERBS = ["ticket", "answers", "choice", "refinements", "revisions", "approval", "reject", "budget", "handoff", "progress",
         "cancel", "retry", "fork", "rebase", "claim", "verify", "messages"]


def table():
    """{state: {verb: next state, None where the plan stays, "" where it goes back to where it stopped}}"""
    text = subprocess.run([harness.PLAND, "states"], capture_output=True, text=True, check=True).stdout
    rows = {}
    for line in text.splitlines()[2:]:
        state, activity, _, takes, _ = [cell.strip() for cell in line.strip("|").split(" | ")[:5]]
        verbs = {}
        for item in filter(None, takes.split(", ")):
            verb, _, after = item.partition(" → ")
            verbs[verb] = None if not after else after.strip("`") if after.startswith("`") else ""
        rows[state.strip("`")] = (activity, verbs)
    return rows


def body_of(plan, verb, document):
    """A body that is right wherever the verb is possible."""
    return {"ticket": {"ticket": RING}, "answers": {"accept_defaults": True, "corrections": ["Two threads use it."]}, "choice": {"option": "A", "reason": "It is enough."},
            "refinements": {"instruction": "Say in the overview that the count wraps around."}, "revisions": document,
            "reject": {"reason": "not now"}, "budget": {"budget": {"tokens": 0}},
            "messages": {"text": "?"}, "progress": {"phase": "P1", "status": "started"}, "verify": {"commit": "HEAD"}}.get(verb)


# How plans come to each state: (where the dialogue leads them first, the verb that then meets no worker).
WAYS = {state: (state, None) for state in STATES} | {
    "researching": ("awaiting_ticket", "ticket"), "designing": ("awaiting_answers", "answers"),
    "drafting": ("awaiting_choice", "choice"), "checking": ("awaiting_approval", "revisions"),
    "revising": ("awaiting_approval", "refinements")}


class Stock:
    """Enough plans in every state; the daemon has no workers, so that they stay there."""

    def __init__(self, home, model, table):
        flags = ["--rate", "0", "--provider", "openai", "--llm-url", model.base_url, "--llm-model", "fake"]
        self.daemon = harness.Daemon(home, *flags).start()
        self.api, self.model, self.plans = self.daemon.admin, model, {}
        self.daemon.codebase("c-lib")
        for state in STATES:
            self.plans[state] = [self.make(WAYS[state][0]) for _ in range(1 + len(table[state][1]))]
        self.document = self.api.ok("GET", f"/plans/{self.plans['awaiting_approval'][0]}/revisions/head")["document"]
        self.daemon.restart(*flags, "--workers", "0")
        self.api = self.daemon.admin
        for state in STATES:
            verb = WAYS[state][1]
            for plan in self.plans[state] if verb else ():
                assert self.ask(plan, verb).status_code < 300
                assert self.api.plan(plan)["state"] == state

    def make(self, state):
        if state == "awaiting_ticket":
            return self.api.new(repository="c-lib", provider="offline")
        if state == "failed":
            return self.broken("401", state)
        if state == "awaiting_budget":
            return self.broken("", state, budget={"tokens": 1})
        if state == "cancelled":
            plan = self.api.new()
            self.api.verb(plan, "cancel")
            return plan
        plan = self.api.new(ticket=ASKING, size="full", repository="c-lib", provider="offline")
        self.api.to_state(plan, state)
        return plan

    def broken(self, fail, state, **fields):
        self.model.control(fail=fail)
        plan = self.api.new(ticket=RING, repository="c-lib", **fields)
        self.api.wait_state(plan, "awaiting_answers", state)
        if state == "awaiting_budget":
            self.api.verb(plan, "answers", {"accept_defaults": True})
            self.api.wait_state(plan, state)
        return plan

    def ask(self, plan, verb):
        body = body_of(plan, verb, getattr(self, "document", None))
        if verb == "budget":
            return self.api("PATCH", f"/plans/{plan}", body)
        headers = {}
        if verb in ("approval", "revisions"):
            answer = self.api("GET", f"/plans/{plan}/revisions/head")
            headers["If-Match"] = answer.headers["ETag"] if answer.ok else '"r1-none"'
        return self.api("POST", f"/plans/{plan}/{verb}", body, headers=headers)


@pytest.fixture(scope="module")
def rules():
    return table()


@pytest.fixture(scope="module")
def stock(tmp_path_factory, rules):
    from fake_openai import Server
    home = tmp_path_factory.mktemp("states")
    with Server(answers=write_answers(home / "answers")) as model:
        stock = Stock(home, model, rules)
        yield stock
        stock.daemon.stop()


def test_the_table_is_whole(rules):
    assert list(rules) == STATES
    assert {verb for _, verbs in rules.values() for verb in verbs} == set(VERBS)
    assert {activity for activity, _ in rules.values()} == {"working", "waiting", "ended"}


@pytest.mark.parametrize("state", STATES)
def test_refused(stock, rules, state):
    """What is not in the table is refused, names state and possibilities, and changes nothing."""
    plan, (activity, allowed) = stock.plans[state][0], rules[state]
    before = stock.api.plan(plan)
    assert (before["state"], before["activity"]) == (state, activity)
    for verb in set(VERBS) - set(allowed):
        refusal = harness.problem(stock.ask(plan, verb), 409, "wrong-state")
        assert refusal["state"] == state and set(refusal["allowed"]) == set(allowed), f"{verb}: {refusal}"
        assert state in refusal["detail"] and verb in refusal["detail"]
    assert stock.api.plan(plan) == before


@pytest.mark.parametrize("state", STATES)
def test_allowed(stock, rules, state):
    """What is in the table is possible and leads where the table says."""
    plans = iter(stock.plans[state][1:])
    for verb, after in rules[state][1].items():
        plan = next(plans)
        assert stock.api.plan(plan)["state"] == state
        answer = stock.ask(plan, verb)
        assert answer.status_code in (200, 201, 202), f"{state}, {verb}: {answer.status_code} {answer.text}"
        now = stock.api.plan(plan)
        expected = state if after is None else after or {"failed": "researching", "awaiting_budget": "designing"}[state]
        assert now["state"] == expected, f"{state}, {verb}"
        if verb == "fork":
            assert answer.json()["id"] != plan and answer.json()["forked_from"] == plan


@pytest.mark.parametrize("state", STATES)
def test_needs(stock, rules, state):
    """A tool that polls knows from `needs` what to send: it is one of the verbs that the state takes."""
    plan = stock.api.plan(stock.plans[state][0])
    activity, allowed = rules[state]
    if activity == "waiting":
        assert plan["needs"]["action"] in allowed and plan["needs"]["message"]
        assert re.fullmatch(rf".*/plans/{plan['id']}(/\w+)?", plan["needs"]["href"])
        assert plan["needs"]["method"] in ("POST", "PATCH")
    elif activity == "working":
        assert "needs" not in plan
