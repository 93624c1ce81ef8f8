"""What models cost: counted for every call, kept within budgets, shown to those who pay."""
import os
import re
import subprocess

import pytest
import requests

import harness
from harness import PATIENCE
from samples import OUTLINE, RING, write_answers
from test_models import drafted, ended, new  # noqa: F401: a fixture

pytestmark = pytest.mark.threads

PRICES = ("--llm-price-input", "3", "--llm-price-output", "15", "--llm-price-cached", "0.3", "--llm-price-written", "3.75")


def cost(usage):
    fresh = usage["input"] - usage["cached"] - usage["written"]
    return (fresh * 3 + usage["cached"] * 0.3 + usage["written"] * 3.75 + usage["output"] * 15) / 1e6


@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_every_call_has_a_cost(drafted, api):
    daemon, server = drafted(*PRICES, api=api, fail="outline=bad-json:1")
    plan = new(daemon)
    done = ended(daemon, plan)
    usage = done["usage"]
    assert usage.pop("estimate")["calls"] >= 7
    assert done["state"] == "awaiting_approval" and usage["calls"] == 7
    assert usage["usd"] == pytest.approx(cost(usage), abs=7e-6)  # each call is rounded up
    assert (usage["cached"] > 0) == (usage["written"] > 0) == (api == "anthropic")
    total = daemon.admin.ok("GET", "/usage", by="step")
    assert {g["key"]: g["usage"]["calls"] for g in total.pop("groups")} == {"understand": 1, "options": 1, "outline": 2, "phase": 2, "closing": 1}
    assert total == usage
    for by, key in (("plan", plan), ("model", api), ("day", done["created_at"][:10])):
        groups = daemon.admin.ok("GET", "/usage", by=by)["groups"]
        assert groups == [{"key": key, "usage": usage}] or by == "day" and len(groups) == 2  # midnight
    daemon.admin.refused("GET", "/usage", 400, by="moon")


def test_metrics_by_the_conventions_names(drafted):
    daemon, server = drafted(fail="outline=503:1")
    assert ended(daemon, new(daemon))["state"] == "awaiting_approval"
    text = requests.get(daemon.url + "/metrics", timeout=PATIENCE).text
    same = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="fake-1",pland_model="openai"'
    assert f"gen_ai_client_operation_duration_seconds_count{{{same}}} 6\n" in text
    assert f'gen_ai_client_operation_duration_seconds_count{{{same},error_type="overloaded"}} 1\n' in text
    assert f'gen_ai_client_token_usage_count{{{same},gen_ai_token_type="input"}} 6\n' in text
    assert re.search(r'gen_ai_client_operation_duration_seconds_bucket\{[^}]*,le="655.360"\} 6', text)


def test_a_budget_in_dollars(drafted):
    """It warns at four fifths, stops when it is used up, keeps what is finished, and goes on when it is raised."""
    daemon, server = drafted(*PRICES)
    first = new(daemon)
    usd = ended(daemon, first)["usage"]["usd"]
    plan = new(daemon, budget={"usd": round(usd * 0.7, 6)})
    stopped = ended(daemon, plan)
    assert stopped["state"] == "awaiting_budget" and "dollars of the plan are spent" in stopped["wait_reason"]
    types = [e["type"] for e in daemon.admin.events(plan)]
    assert [e["data"]["reason"] for e in daemon.admin.events(plan) if e["type"] == "plan.budget_warned"] == ["four fifths of the budget of the plan are used"]
    assert types.index("plan.budget_warned") < types.index("plan.budget_reached")
    drafts = types.count("phase.drafted")
    daemon.admin.refused("PATCH", f"/plans/{plan}", 400, body={"budget": {"usd": 0.000001}})
    daemon.admin.ok("PATCH", f"/plans/{plan}", {"budget": {"usd": usd * 2}})
    done = daemon.admin.wait_state(plan, "awaiting_approval")
    assert "wait_reason" not in done and server.stats()["requests"] == 12 and drafts <= 2


def test_what_a_budget_leaves_out_stays(drafted):
    """Raising the dollars takes no limit of tokens away, at no level; 0 does."""
    daemon, server = drafted(*PRICES)
    api = daemon.admin
    plan = new(daemon, budget={"usd": 3})
    assert api.plan(plan)["budget"] == {"usd": 3, "tokens": 2000000}
    assert api.ok("PATCH", f"/plans/{plan}", {"budget": {"usd": 4.5}})["budget"] == {"usd": 4.5, "tokens": 2000000}
    assert api.ok("PATCH", f"/plans/{plan}", {"budget": {"tokens": 700000}})["budget"] == {"usd": 4.5, "tokens": 700000}
    assert api.ok("PATCH", f"/plans/{plan}", {"budget": {}})["budget"] == {"usd": 4.5, "tokens": 700000}
    assert api.ok("PATCH", f"/plans/{plan}", {"budget": {"usd": 0}})["budget"] == {"tokens": 700000}
    api.ok("PATCH", "/projects/default", {"settings": {"budgets": {"plan": {"usd": 2}, "day": {"usd": 50}}}})
    assert api.plan(new(daemon))["budget"] == {"usd": 2, "tokens": 2000000}
    assert api.plan(new(daemon, budget={"tokens": 0}))["budget"] == {"usd": 2}


def test_a_model_without_prices(drafted):
    daemon, server = drafted()
    refusal = daemon.admin.refused("POST", "/plans", 400, body={"ticket": RING, "repository": "c-lib", "budget": {"usd": 1}})
    assert refusal["errors"][0]["pointer"] == "/budget/usd" and "'openai' has no prices" in refusal["detail"]
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    daemon.admin.refused("PATCH", f"/plans/{plan}", 400, body={"budget": {"usd": 1}})
    daemon.admin.ok("PATCH", "/projects/default", {"settings": {"budgets": {"day": {"usd": 1}}}})
    stopped = ended(daemon, new(daemon))
    assert stopped["state"] == "awaiting_budget" and "'openai' has no prices" in stopped["wait_reason"]


@pytest.mark.parametrize("which, fraction", [("day", 0.75), ("total", 0.75), ("day", 1), ("total", 1)])
def test_a_projects_budget(drafted, which, fraction):
    daemon, server = drafted()
    api = daemon.admin
    usage = ended(daemon, new(daemon))["usage"]
    used = usage["input"] + usage["output"]
    api.ok("PATCH", "/projects/default", {"settings": {"budgets": {which: {"tokens": int(used / fraction) + 10}}}})
    plan = new(daemon)
    stopped = ended(daemon, plan)
    whose = {"day": "the project's day", "total": "the project"}[which]
    warned = [e["data"]["reason"] for e in api.events(plan) if e["type"] == "plan.budget_warned"]
    assert warned == [f"four fifths of the budget of {whose} are used"] * (fraction < 1)
    assert stopped["state"] == "awaiting_budget" and ("day" in stopped["wait_reason"]) == (which == "day")
    api.ok("PATCH", f"/plans/{plan}", {"budget": {"tokens": 0}})  # its own was not the reason
    assert ended(daemon, plan)["state"] == "awaiting_budget"
    api.ok("PATCH", "/projects/default", {"settings": {"budgets": {which: {"tokens": used * 3}}}})
    api.watch(plan, lambda p: p["state"] == "awaiting_approval")  # by itself
    assert server.stats()["requests"] in (12, 13)  # going on voids a call of a sibling that is still out: it is made again


def test_a_projects_budget_for_each_plan(drafted):
    daemon, _ = drafted()
    daemon.admin.ok("PATCH", "/projects/default", {"settings": {"budgets": {"plan": {"tokens": 100}}, "of ours": [1]}})
    stopped = ended(daemon, new(daemon))
    assert stopped["state"] == "awaiting_budget" and stopped["budget"]["tokens"] == 100
    for settings, pointer in (({"budgets": {"plan": {"usd": -1}}}, "/settings/budgets/plan/usd"), ({"budgets": {"week": {}}}, "/settings/budgets/week"),
                              ({"budgets": 7}, "/settings/budgets"), ({"models": ["x"]}, "/settings/models"), ({"models": {"*": "x"}}, "/settings/models")):
        refusal = daemon.admin.refused("PATCH", "/projects/default", 400, body={"settings": settings})
        assert refusal["errors"][0]["pointer"] == pointer


def test_defaults_without_any_budget(drafted):
    """Nobody plans without a limit unless they say so; offline costs nothing and has none."""
    daemon, _ = drafted(*PRICES)
    assert daemon.admin.plan(new(daemon))["budget"] == {"usd": 10, "tokens": 2000000}
    assert "budget" not in daemon.admin.plan(new(daemon, provider="offline"))


def test_which_models_may_see_a_codebase(launch, model, tmp_path):
    answers = write_answers(tmp_path / "answers")
    one, two = model(answers=answers), model(answers=answers)
    daemon = launch("--provider", "one", "--llm-url.one", one.base_url, "--llm-model.one", "m1", "--llm-fallback.one", "two",
                    "--llm-url.two", two.base_url, "--llm-model.two", "m2")
    daemon.codebase("c-lib")
    api = daemon.admin
    api.ok("PATCH", "/projects/default", {"settings": {"models": {"c-lib": ["two"]}}})
    assert ended(daemon, new(daemon))["state"] == "awaiting_approval"  # the next of the chain may
    assert one.stats()["requests"] == 0 and two.stats()["requests"] == 6
    api.ok("PATCH", "/projects/default", {"settings": {"models": {"*": ["none-of-ours"]}}})
    failed = ended(daemon, new(daemon))
    assert failed["state"] == "failed" and "settings let no model" in failed["error"]["detail"]
    api.ok("PATCH", "/projects/default", {"settings": {"models": {"other": []}}})
    assert ended(daemon, new(daemon))["state"] == "awaiting_approval"
    assert one.stats()["requests"] == 6 and two.stats()["requests"] == 6


# --- the estimate -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_the_estimate_is_right_within_a_factor_of_two(drafted, api):
    """From the end of research on, for tokens and dollars; after a first plan much closer, as it is measured."""
    daemon, _ = drafted(*PRICES, api=api)
    admin = daemon.admin
    for measured, factor in ((False, 2), (True, 1.2)):
        plan, seen = new(daemon, mode="interactive"), []
        seen.append(admin.wait_state(plan, "awaiting_answers")["usage"]["estimate"])
        admin.verb(plan, "answers", {"accept_defaults": True})
        seen.append(admin.wait_state(plan, "awaiting_choice")["usage"]["estimate"])
        admin.verb(plan, "choice", {"option": "A"})
        usage = ended(daemon, plan)["usage"]
        seen.append(usage["estimate"])
        used = usage["input"] + usage["output"]
        for estimate in seen:
            assert used / factor <= estimate["input"] + estimate["output"] <= used * factor, (estimate, usage)
            assert usage["usd"] / 2 <= estimate["usd"] <= usage["usd"] * 2, (estimate, usage)
            assert (estimate["cached"] > 0) == (api == "anthropic")
        assert seen[0]["measured"] == measured and seen[-1]["phases"] == 2


@pytest.mark.parametrize("unit", ["tokens", "usd"])
def test_drafting_does_not_begin_when_it_cannot_be_paid(drafted, unit):
    """Not even half of what is still to come fits: nothing more is spent, and a budget, once given, is taken at its word."""
    daemon, server = drafted(*PRICES)
    admin = daemon.admin
    ended(daemon, new(daemon))
    plan = new(daemon, mode="interactive")
    usage = admin.wait_state(plan, "awaiting_answers")["usage"]
    whole = usage["estimate"]["usd"] if unit == "usd" else usage["estimate"]["input"] + usage["estimate"]["output"]
    admin.ok("PATCH", f"/plans/{plan}", {"budget": {unit: whole * 0.6 if unit == "usd" else int(whole * 0.6)}})
    admin.verb(plan, "answers", {"accept_defaults": True})
    admin.wait_state(plan, "awaiting_choice")
    admin.ok("PATCH", f"/plans/{plan}", {"budget": {unit: whole * 0.45 if unit == "usd" else int(whole * 0.45)}})
    before = server.stats()["requests"]
    admin.verb(plan, "choice", {"option": "A"})
    stopped = admin.wait_state(plan, "awaiting_budget")
    assert "drafting is expected to take about" in stopped["wait_reason"] and server.stats()["requests"] == before
    admin.ok("PATCH", f"/plans/{plan}", {"budget": {unit: whole * 0.5 if unit == "usd" else int(whole * 0.5)}})
    again = admin.wait_state(plan, "awaiting_budget")  # used up, not refused ahead: what was asked for is done
    assert "drafting is expected" not in again["wait_reason"] and again["usage"]["calls"] > usage["calls"] + 1
    admin.ok("PATCH", f"/plans/{plan}", {"budget": {"tokens": 0, "usd": 0}})
    assert admin.wait_state(plan, "awaiting_approval")["usage"]["estimate"]["accepted"]


def test_phases_in_parallel_share_the_rest_of_a_budget(drafted):
    """Eight phases that are asked for at once exceed a budget by one call at most, not by seven."""
    phases = [{**OUTLINE["phases"][0], "title": f"Part {n}"} for n in range(7)] + [{**OUTLINE["phases"][1], "depends_on": []}]
    daemon, server = drafted("--steps", "16", changes={"outline": {**OUTLINE, "phases": phases}}, delay_ms=150)
    admin = daemon.admin
    plan = new(daemon)
    usage = ended(daemon, plan)["usage"]
    assert server.stats()["by_step"]["phase"] == 8
    calls = admin.ok("GET", f"/plans/{plan}/calls")["calls"]
    spent = [c["input"] + c["output"] for c in calls]
    limit = sum(spent[:3]) + spent[3] + spent[4] // 2  # two phases
    plan = new(daemon, budget={"tokens": limit})
    stopped = ended(daemon, plan)
    if "drafting is expected" in stopped["wait_reason"]:
        admin.ok("PATCH", f"/plans/{plan}", {"budget": {"tokens": limit}})
        stopped = ended(daemon, plan)
    assert stopped["state"] == "awaiting_budget" and limit <= stopped["usage"]["input"] + stopped["usage"]["output"]
    assert stopped["usage"]["input"] + stopped["usage"]["output"] <= limit + max(spent)
    assert usage["calls"] == 12
    admin.ok("PATCH", f"/plans/{plan}", {"budget": {"tokens": 0}})
    done = admin.wait_state(plan, "awaiting_approval")
    assert server.stats()["by_step"]["phase"] == 16, "no phase is paid for twice"
    assert [e["type"] for e in admin.events(plan)].count("phase.drafted") == 8 and done["checks"]["failed"] == 0


def test_planctl_says_what_it_costs(drafted):
    daemon, _ = drafted(*PRICES)
    env = {**os.environ, "PLAND_URL": daemon.url, "PLAND_TOKEN": daemon.admin.token}

    def planctl(*args, code=0):
        done = subprocess.run([harness.BUILD / "planctl", *args], env=env, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    plan = new(daemon, mode="interactive")
    daemon.admin.wait_state(plan, "awaiting_answers")
    said = " ".join(planctl("show", plan).split())
    assert re.search(r"cost \d+ tokens, \$0\.\d\d; about \d+ tokens, \$0\.\d\d expected until approval; budget 2000000 tokens, \$10\.00 ", said), said
    planctl("budget", plan, "$2.50")
    planctl("budget", plan, "700000")
    assert daemon.admin.plan(plan)["budget"] == {"usd": 2.5, "tokens": 700000}
    for wrong in ("$", "$1.", "2.5", "x"):
        assert "a budget is a number" in planctl("budget", plan, wrong, code=2)
