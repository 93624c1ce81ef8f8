"""Planning through a language model: fake servers of each interface, from outside the daemon."""
import json

import pytest

from samples import ANSWERS, BOTH_PHASES, CLOSING, OPTIONS, PHASE, RING, UNDERSTAND, write_answers

pytestmark = pytest.mark.threads


@pytest.fixture
def drafted(launch, model, tmp_path):
    """drafted(changes, fail=…, flags=…): a daemon that plans with a fake model; (daemon, model)."""
    def start(*flags, api="openai", changes=None, **options):
        server = model(api, answers=write_answers(tmp_path / "answers", **(changes or {})), **options)
        daemon = launch("--provider", api, "--llm-url", server.base_url, "--llm-model", "fake-1", "--retry-base", "10ms", *flags)
        daemon.codebase("c-lib")
        return daemon, server
    return start


def new(daemon, **fields):
    return daemon.admin.new(**{"ticket": RING, "repository": "c-lib", "mode": "auto", **fields})


def ended(daemon, plan):
    return daemon.admin.watch(plan, lambda p: p["activity"] != "working")


def test_a_plan_by_a_model(drafted):
    """The dialogue, the document and the bill."""
    daemon, server = drafted(log_prompts=True)
    api = daemon.admin
    plan = new(daemon, mode="interactive")
    asked = api.wait_state(plan, "awaiting_answers")
    assert asked["provider"] == "openai" and asked["understanding"]["summary"] == UNDERSTAND["summary"]
    assert [q["text"] for q in asked["questions"]] == [UNDERSTAND["questions"][0]["text"]]
    api.verb(plan, "answers", {"answers": [{"question": "Q1", "answer": "Never, it is a lifetime-counter."}]})
    assert [o["title"] for o in api.wait_state(plan, "awaiting_choice")["options"]["options"]] == [o["title"] for o in OPTIONS["options"]]
    api.verb(plan, "choice", {"option": "A"})
    done = api.wait_state(plan, "awaiting_approval")
    assert done["checks"]["failed"] == 0 and done["checks"]["verified"] > 5
    document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    assert [p["title"] for p in document["phases"]] == [p["title"] for p in ANSWERS["outline"]["phases"]]
    assert {p["drafted_by"] for p in document["phases"]} == {"fake-1"} and document["header"]["drafted_by"] == "fake-1"

    requests = server.requests()
    assert [r["step"] for r in requests].count("phase") == 2 and {r["model"] for r in requests} == {"fake-1"}
    assert done["usage"]["calls"] == len(requests) == 6
    assert done["usage"]["input"] > 1000 and done["usage"]["output"] > 100
    assert api.ok("GET", "/usage")["calls"] == 6
    # the code and what was said reach the model, every call with the same beginning
    texts = [[m["content"] for m in r["messages"]] for r in requests]
    assert all("rl_open" in "".join(t) for t in texts)
    assert "lifetime-counter" in "".join(texts[-1]) and len({t[0] for t in texts}) == 1
    api.approve(plan)


def test_nothing_slides_to_the_offline_planner(drafted):
    """A model that is down parks its plans, says why, and they go on when it is back."""
    daemon, server = drafted(fail="503:3")
    plan = new(daemon)
    done = daemon.admin.wait_state(plan, "awaiting_approval")
    assert "waiting_until" not in done and server.stats()["by_step"]["understand"] == 4
    assert "plan.parked" in [e["type"] for e in daemon.admin.events(plan)]
    server.control(fail="429")
    plan = new(daemon)
    parked = daemon.admin.watch(plan, lambda p: p.get("wait_reason"))
    assert parked["state"] == "researching" and parked["waiting_until"] and parked["provider"] == "openai"
    server.control(fail="")
    daemon.admin.wait_state(plan, "awaiting_approval")


@pytest.mark.parametrize("fail", ["reset:1", "cut:1", "error:1", "bad-json:1", "bad-schema:1", "prose:1", "phase=bad-json:1", "outline=bad-schema:2", "closing=cut:2", "429:2,phase=500:2"])
def test_bad_replies_are_repaired(drafted, fail):
    """One bad reply costs a call, never the plan."""
    daemon, server = drafted(fail=fail)
    plan = new(daemon)
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0, done["error"]
    events = [e["type"] for e in daemon.admin.events(plan)]
    assert events.count("phase.drafted") == 2 and server.stats()["requests"] >= 6 + (fail != "prose:1")
    assert done["usage"]["calls"] == server.stats()["requests"]


@pytest.mark.parametrize("fail, words", [("refusal:1", "refusal"), ("too-long:1", "context"), ("quota:1", "quota")])
def test_what_no_repetition_mends(drafted, fail, words):
    """The plan fails at once with what to do; when that is done it goes on."""
    daemon, server = drafted(fail=fail)
    plan = new(daemon)
    failed = ended(daemon, plan)
    assert failed["state"] == "failed" and words in failed["error"]["detail"] and server.stats()["requests"] == 1
    daemon.admin.verb(plan, "retry")
    daemon.admin.wait_state(plan, "awaiting_approval")


def test_a_wrong_answer_is_sent_back_with_its_reason(drafted, tmp_path):
    daemon, server = drafted(log_prompts=True)
    for n, change in enumerate(({"recommended": "Z"}, {})):
        (tmp_path / f"answers/options.{n + 1}.json").write_text(json.dumps({**OPTIONS, **change}))
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    second = [r for r in server.requests() if r["step"] == "options"][1]
    assert "/recommended" in second["messages"][-1]["content"]


def test_a_draft_that_fails_the_checks_is_repaired(drafted, tmp_path):
    """Twice at most; then it is published with what is wrong in it."""
    wrong = {**PHASE, "steps": [{**PHASE["steps"][0], "files": [{"path": "src/rinng.c", "change": "modify", "from": None, "why": "counts"}]}]}
    daemon, server = drafted(changes={"phase": wrong})
    (tmp_path / "answers/repair.1.json").write_text(json.dumps(BOTH_PHASES))
    plan = new(daemon)
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0 and server.stats()["by_step"]["repair"] == 1

    (tmp_path / "answers/repair.json").write_text(json.dumps({"phases": [{"id": "ph1", "after": None, "phase": wrong}]}))
    plan = new(daemon)
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] > 0 and done["revision"] == 1
    assert server.stats()["by_step"]["repair"] == 3


def test_a_model_that_refuses_for_good(drafted):
    """A wrong key fails the plan, says so, keeps everything; retry goes on from the failed step."""
    daemon, server = drafted(fail="closing=401")
    api = daemon.admin
    plan = new(daemon)
    failed = ended(daemon, plan)
    assert failed["state"] == "failed" and failed["activity"] == "ended" and failed["needs"]["action"] == "retry"
    assert failed["error"]["step"] == "closing" and "key" in failed["error"]["detail"]
    before = server.stats()["by_step"]
    server.control(fail="")
    retried = api.verb(plan, "retry")
    assert retried["state"] == "drafting" and retried["error"] is None and retried["generation"] == 2
    done = api.wait_state(plan, "awaiting_approval")
    assert server.stats()["by_step"] == {**before, "closing": before["closing"] + 1}
    drafts = [e["data"]["phase"] for e in api.events(plan) if e["type"] == "phase.drafted"]
    assert sorted(drafts) == ["ph1", "ph2"] and done["checks"]["failed"] == 0


def test_a_failed_sibling_keeps_the_finished_phases(drafted):
    daemon, server = drafted(fail="phase=401:1")
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "failed"
    # the phases beside it end first: a retry takes up again what is still running
    daemon.admin.watch(plan, lambda p: p["progress"]["done"] == p["progress"]["total"] - 2)
    daemon.admin.verb(plan, "retry")
    daemon.admin.wait_state(plan, "awaiting_approval")
    assert server.stats()["by_step"]["phase"] == 3
    drafts = [e["data"]["phase"] for e in daemon.admin.events(plan) if e["type"] == "phase.drafted"]
    assert sorted(drafts) == ["ph1", "ph2"]


def test_cancel_reaches_a_running_step(drafted):
    """The call to the model is cut, not waited for."""
    daemon, server = drafted(fail="outline=hang")
    plan = new(daemon)
    while not (server.stats()["by_step"].get("outline") and server.stats()["active"]):
        daemon.admin.plan(plan)
    daemon.admin.verb(plan, "cancel")
    while server.stats()["gone"] < 1:
        assert daemon.admin.plan(plan)["state"] == "cancelled"
    assert daemon.admin.events(plan)[-1]["type"] == "plan.cancelled"
    assert server.stats()["active"] == 0


def test_the_budget_stops_the_work(drafted):
    """What is finished is kept and readable; more budget goes on from there."""
    daemon, server = drafted()
    api = daemon.admin
    plan = new(daemon, budget={"tokens": 5000})
    stopped = ended(daemon, plan)
    assert stopped["state"] == "awaiting_budget" and stopped["needs"]["method"] == "PATCH"
    used = stopped["usage"]["input"] + stopped["usage"]["output"]
    assert used >= 5000 and stopped["understanding"]["summary"]
    calls = server.stats()["requests"]
    api.refused("PATCH", f"/plans/{plan}", 400, body={"budget": {"tokens": used}})
    api.ok("PATCH", f"/plans/{plan}", {"budget": {"tokens": 0}})
    assert api.wait_state(plan, "awaiting_approval")["checks"]["failed"] == 0
    assert server.stats()["requests"] == 6 and calls < 6
    assert "plan.budget_reached" in [e["type"] for e in api.events(plan)]


def test_a_default_budget(drafted):
    daemon, _ = drafted("--plan-tokens", "100")
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "awaiting_budget" and daemon.admin.plan(plan)["budget"]["tokens"] == 100


@pytest.mark.parametrize("step", ["understand", "phase"])
def test_stopping_while_a_model_thinks(drafted, step):
    """A stop is not kept by a slow model; the next start takes the step up again, and nothing is drafted twice."""
    daemon, server = drafted(fail=f"{step}=silent")
    plan = new(daemon)
    while not server.stats()["by_step"].get(step):
        daemon.admin.plan(plan)
    before = [e["type"] for e in daemon.admin.events(plan)]
    daemon.stop()
    server.control(fail="")
    daemon.start()
    done = daemon.admin.wait_state(plan, "awaiting_approval")
    events = [e["type"] for e in daemon.admin.events(plan)]
    assert done["checks"]["failed"] == 0 and events[: len(before)] == before and events.count("phase.drafted") == 2


def test_many_plans_share_the_model(drafted):
    """No more calls at once than allowed, no worker kept by a waiting call."""
    daemon, server = drafted("--workers", "1", "--llm-concurrency", "5", gather=5)
    plans = [new(daemon) for _ in range(8)]
    for plan in plans:
        assert ended(daemon, plan)["state"] == "awaiting_approval"
    assert server.stats()["peak"] == 5


def test_a_refinement_by_a_model(drafted, tmp_path):
    daemon, server = drafted(log_prompts=True)
    api = daemon.admin
    plan = new(daemon)
    api.wait_state(plan, "awaiting_approval")
    (tmp_path / "answers/refine.json").write_text(json.dumps({"overview": "Overview with the word kumquat.", "risks": []}))
    api.verb(plan, "refinements", {"instruction": "Use the word kumquat.", "sections": ["overview"]}, status=202)
    now = api.wait_state(plan, "awaiting_approval")
    diff = api.ok("GET", f"/plans/{plan}/revisions/2/diff")
    assert now["revision"] == 2 and [s["id"] for s in diff["sections"]] == ["overview"] and "kumquat" in diff["diff"]
    assert "kumquat" in next(r for r in server.requests() if r["step"] == "refine")["messages"][-1]["content"]


def test_a_number_of_a_phase_is_given_out_once(drafted, tmp_path):
    """Also when people added the phase that had it, and took it away again."""
    daemon, _ = drafted()
    api = daemon.admin
    plan = new(daemon)
    api.wait_state(plan, "awaiting_approval")

    def phases():
        return api.ok("GET", f"/plans/{plan}/revisions/head")["document"]["phases"]

    def refine(change):
        (tmp_path / "answers/refine.json").write_text(json.dumps(change))
        api.verb(plan, "refinements", {"instruction": "Change the phases."}, status=202)
        api.wait_state(plan, "awaiting_approval")
        return [p["id"] for p in phases()]

    document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    last = {**document["phases"][-1], "id": "ph3", "depends_on": [], "steps": [{**s, "id": None} for s in document["phases"][-1]["steps"]]}
    api.ok("POST", f"/plans/{plan}/revisions", {**document, "phases": document["phases"] + [last]}, status=201, headers={"If-Match": api.head_etag(plan)})
    api.wait_state(plan, "awaiting_approval")
    assert [p["id"] for p in phases()] == ["ph1", "ph2", "ph3"]
    assert refine({"removed": ["ph3"]}) == ["ph1", "ph2"]
    assert refine({"phases": [{"id": "new1", "after": "ph1", "phase": PHASE}]}) == ["ph1", "ph4", "ph2"]


def test_a_key_from_a_file(launch, model, tmp_path):
    """Read again when it changes; it is in no log and no answer."""
    key = tmp_path / "key"
    key.write_text("sk-old-secret\n")
    server = model(answers=write_answers(tmp_path / "answers"), key="sk-new-secret")
    daemon = launch("--provider", "openai", "--llm-url", server.base_url, "--llm-model", "fake-1", "--llm-key-file", str(key))
    daemon.codebase("c-lib")
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "failed"
    key.write_text("sk-new-secret\n")
    daemon.admin.verb(plan, "retry")
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    shown = json.dumps(daemon.admin.plan(plan)) + json.dumps(daemon.admin.events(plan)) + daemon.tail(10_000)
    assert "secret" not in shown.replace("secret.key", "")


def test_a_key_from_the_environment(launch, model, tmp_path):
    server = model(answers=write_answers(tmp_path / "answers"), key="sk-env")
    daemon = launch("--provider", "openai", "--llm-url", server.base_url, "--llm-model", "fake-1", env={"PLAND_LLM_KEY": "sk-env"})
    daemon.codebase("c-lib")
    assert ended(daemon, new(daemon))["state"] == "awaiting_approval"


def test_a_small_plan_by_a_model(drafted):
    daemon, server = drafted(changes={"understand": {**UNDERSTAND, "size": "small", "questions": []},
                                      "closing": {**CLOSING, "decisions": []}})
    done = ended(daemon, new(daemon, mode="interactive"))
    assert done["state"] == "awaiting_approval" and done["size"] == "small" and "options" not in server.stats()["by_step"]


def test_secrets_stay_here(drafted):
    """Whatever looks like one is cut out of everything that a model is shown, and counted."""
    token, password = "ghp_" + "a1B2c3D4e5" * 4, "s3cr-t9Qz7pLm"
    daemon, server = drafted(log_prompts=True)
    (daemon.code / "c-lib/src/ring.c").open("a").write(f'\n/* {token} */\nconst char *password = "{password}";\n')
    body = RING["body"] + f"\nThe log shows DB_PASSWORD={password}.\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----\n"
    plan = new(daemon, ticket={**RING, "body": body}, repositories=[{"name": "c-lib", "ref": "WORKTREE"}], repository=None)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    sent = json.dumps(server.requests())
    assert token not in sent and password not in sent and "MIIEow" not in sent and "[redacted: a GitHub token]" in sent
    assert daemon.admin.ok("GET", f"/plans/{plan}/context")["context"]["redacted"] == 4
