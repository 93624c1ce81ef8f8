"""Everything a model server can do wrong, one scenario each, over each interface: how the plan ends and what it says."""
import json

import pytest

import harness
from samples import ANSWERS, write_answers
from test_models import drafted, ended, new  # noqa: F401: a fixture

APIS = pytest.mark.parametrize("api", ["openai", "anthropic"])
# one bad answer costs a call, never the plan
ONE_CALL = ("reset", "cut", "error", "html", "empty", "long-line", "bad-json", "bad-schema", "408", "409", "429", "500", "503", "529", "skew", "hang", "silent")
# odd, but an answer
NO_CALL = ("bytes", "utf8", "crlf", "comments", "gzip", "prose", "no-type")
# nobody is at fault: the plan waits for the server
PARKED = ("error", "hang", "silent", "429", "500", "503", "529", "408")
OUTLINE = {**ANSWERS["outline"], "approach": "Na\u00efve at first sight: \u6f22\u5b57, \U0001f600 and \u20ac are counted as well."}


@APIS
@pytest.mark.parametrize("fail", ONE_CALL + NO_CALL)
def test_a_fault_that_passes(drafted, api, fail):
    timeout = "1s" if fail == "silent" else "60s"
    daemon, server = drafted("--llm-idle", "1s", "--llm-timeout", timeout, "--llm-structured", "none", api=api, fail=f"outline={fail}:1", changes={"outline": OUTLINE})
    plan = new(daemon)
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0, done["error"]
    assert daemon.admin.ok("GET", f"/plans/{plan}/revisions/head")["document"]["header"]["approach"] == OUTLINE["approach"]
    assert server.stats()["by_step"] == {"understand": 1, "options": 1, "outline": 1 + (fail in ONE_CALL), "phase": 2, "closing": 1}
    assert done["usage"]["calls"] == server.stats()["requests"]


@APIS
@pytest.mark.parametrize("fail, words", [("401", "llm-key-file"), ("402", "no credit left; add some"), ("403", "may not use this model"),
                                         ("404", "check llm-model and llm-url"), ("413", "give the model a larger context"), ("400", "does not take the request"),
                                         ("quota", "no credit left"), ("too-long", "longer than the model's context"), ("refusal", "did not answer (refusal)")])
def test_a_fault_that_stays(drafted, api, fail, words):
    """The plan fails after one call and says what to do; when that is done it goes on, and nothing finished is asked for again."""
    daemon, server = drafted(api=api, fail=f"closing={fail}:1")
    plan = new(daemon)
    failed = ended(daemon, plan)
    assert failed["state"] == "failed" and failed["error"]["step"] == "closing" and words in failed["error"]["detail"], failed["error"]
    daemon.admin.verb(plan, "retry")
    daemon.admin.wait_state(plan, "awaiting_approval")
    assert server.stats()["by_step"] == {"understand": 1, "options": 1, "outline": 1, "phase": 2, "closing": 2}


@APIS
@pytest.mark.parametrize("fail, words", [
    ("reset", "the server's own log"), ("cut", "the server's own log"), ("error", "the model server"), ("html", "llm-url"), ("empty", "the server's own log"),
    ("long-line", "llm-api and llm-url"), ("bad-json", "llm-routes"), ("bad-schema", "llm-routes"), ("hang", "llm-idle"), ("silent", "llm-timeout"),
    ("429", "limits our rate"), ("500", "its own log"), ("503", "busy or still loading"), ("529", "busy or still loading"), ("408", "HTTP 408")])
def test_a_fault_that_lasts(drafted, api, fail, words):
    """The plan fails, or waits where that helps, and says what a person can look at; what was finished is kept and not asked for again."""
    daemon, server = drafted("--llm-idle", "1s", "--llm-timeout", "1s", "--llm-structured", "none", "--attempts", "2", api=api, fail=f"outline={fail}",
                             retry_after_ms=0)
    plan = new(daemon)
    parked = fail in PARKED
    stopped = daemon.admin.watch(plan, lambda p: p.get("wait_reason") if parked else p["activity"] != "working")
    said = stopped["wait_reason"] if parked else stopped["error"]["detail"]
    assert words in said and (parked or stopped["state"] == "failed"), stopped
    assert not parked or (stopped["state"] == "drafting" and stopped["waiting_until"])
    server.control(fail="")
    if not parked:
        daemon.admin.verb(plan, "retry")
    daemon.admin.wait_state(plan, "awaiting_approval")
    steps = server.stats()["by_step"]
    assert {k: v for k, v in steps.items() if k != "outline"} == {"understand": 1, "options": 1, "phase": 2, "closing": 1}


@APIS
def test_a_rate_limit_without_a_time(drafted, api):
    daemon, server = drafted(api=api, fail="outline=429:1", retry_after_ms=0)
    done = ended(daemon, new(daemon))
    assert done["state"] == "awaiting_approval" and server.stats()["by_step"]["outline"] == 2


@APIS
@pytest.mark.parametrize("structured", ["auto", "none"])
def test_a_cut_answer_is_gone_on_with(drafted, api, structured):
    daemon, server = drafted("--llm-structured", structured, api=api, fail="outline=length:1")
    done = ended(daemon, new(daemon))
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0, done["error"]
    assert server.stats()["by_step"]["outline"] == 2 and server.stats()["by_step"]["phase"] == 2


@APIS
def test_what_cannot_be_reached(launch, model, tmp_path, api):
    """Refused connections: the plan waits and says for what; it goes on when the server is there."""
    server = model(api, answers=write_answers(tmp_path / "answers"))
    port = server.port
    daemon = launch("--provider", api, "--llm-url", server.base_url, "--llm-model", "m", "--retry-base", "10ms")
    daemon.codebase("c-lib")
    server.stop()
    plan = new(daemon)
    parked = daemon.admin.watch(plan, lambda p: p.get("wait_reason"))
    assert parked["state"] == "researching" and "cannot be reached (llm-url)" in parked["wait_reason"] and parked["waiting_until"]
    model(api, answers=tmp_path / "answers", port=port)
    daemon.admin.wait_state(plan, "awaiting_approval")


@APIS
def test_a_server_without_tls(drafted, launch, api):
    _, server = drafted(api=api)
    daemon = launch("--provider", api, "--llm-url", server.base_url.replace("http:", "https:"), "--llm-model", "m", "--retry-base", "10ms")
    daemon.codebase("c-lib")
    parked = daemon.admin.watch(new(daemon), lambda p: p.get("wait_reason"))
    assert "cannot be reached" in parked["wait_reason"] and "SSL" in parked["wait_reason"]


@APIS
def test_a_certificate_that_nobody_trusts(launch, model, tmp_path, api):
    """The plan fails at once and names the setting; with the authority it goes on."""
    pem, key = tmp_path / "server.pem", tmp_path / "key.pem"
    harness.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=IP:127.0.0.1")
    pem.write_bytes(pem.read_bytes() + key.read_bytes())
    server = model(api, answers=write_answers(tmp_path / "answers"), tls=pem)
    flags = ["--provider", api, "--llm-url", server.base_url, "--llm-model", "m", "--retry-base", "10ms"]
    daemon = launch(*flags)
    daemon.codebase("c-lib")
    plan = new(daemon)
    failed = ended(daemon, plan)
    assert failed["state"] == "failed" and "certificate" in failed["error"]["detail"] and "ca-file" in failed["error"]["detail"]
    assert server.stats()["requests"] == 0
    daemon.stop()
    daemon.flags += ["--ca-file", str(pem)]
    daemon.start()
    daemon.admin.verb(plan, "retry")
    daemon.admin.wait_state(plan, "awaiting_approval")


@APIS
def test_a_server_that_asks_for_time(drafted, api):
    """Retry-After is obeyed for all calls to that model: nobody knocks before."""
    daemon, server = drafted(api=api, fail="429:1", retry_after_ms=600_000)
    first, second = new(daemon), new(daemon)
    for plan in (first, second):
        parked = daemon.admin.watch(plan, lambda p: p.get("wait_reason"))
        assert parked["waiting_until"] > parked["created_at"]
    assert server.stats()["requests"] <= 2  # both may have been sent before the first answer


def two(launch, model, tmp_path, *flags, **options):
    answers = write_answers(tmp_path / "answers")
    first, second = model("anthropic", answers=answers, **options), model(answers=answers)
    file = tmp_path / "pland.conf"
    file.write_text(f"""provider = first
llm-fallback.first = second
llm-api.first = anthropic
llm-url.first = {first.base_url}
llm-model.first = first-1
llm-url.second = {second.base_url}
llm-model.second = second-1
retry-base = 10ms
""")
    daemon = launch("--config", str(file), *flags)
    daemon.codebase("c-lib")
    return daemon, first, second


@pytest.mark.parametrize("fail", ["529", "401", "402", "404"])
def test_the_next_of_the_chain(launch, model, tmp_path, fail):
    """A model that is out of order, or cannot be used at all, is passed over; the plan says who drafted what."""
    daemon, first, second = two(launch, model, tmp_path, fail=f"{fail}", retry_after_ms=0)
    plan = new(daemon)
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval", done["error"]
    document = daemon.admin.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    assert {p["drafted_by"] for p in document["phases"]} == {"second-1"}
    assert second.stats()["requests"] == 6 and first.stats()["requests"] >= 3


def test_back_to_the_first_when_it_works_again(launch, model, tmp_path):
    daemon, first, second = two(launch, model, tmp_path, fail="529:3", retry_after_ms=0)
    assert ended(daemon, new(daemon))["state"] == "awaiting_approval"
    before = second.stats()["requests"]
    assert before > 0
    while second.stats()["requests"] > before or first.stats()["requests"] < 9:  # one call tries whether it works again
        before = second.stats()["requests"]
        assert ended(daemon, new(daemon))["state"] == "awaiting_approval"


def test_a_chain_never_ends_offline(launch, tmp_path):
    daemon = launch("--provider", "openai", "--llm-url", "http://127.0.0.1:1/v1", "--llm-model", "m", "--llm-fallback", "offline", ready=False)
    code, said = daemon.refused()
    assert code == 2 and "no model 'offline'" in said


def test_too_many_at_once(drafted):
    """A server that says so is called less often at once; the plans all get there."""
    daemon, server = drafted("--llm-concurrency", "8", delay_ms=30, fail="429:6")
    plans = [new(daemon) for _ in range(6)]
    for plan in plans:
        assert ended(daemon, plan)["state"] == "awaiting_approval"
    assert server.stats()["peak"] <= 8
    events = [e["type"] for e in daemon.admin.events(plans[0])]
    assert events.count("phase.drafted") == 2


@APIS
def test_repair_through_each_interface(drafted, api, tmp_path):
    """A draft that fails the checks goes back and comes out right; the same through both interfaces."""
    from samples import BOTH_PHASES, PHASE
    wrong = {**PHASE, "steps": [{**PHASE["steps"][0], "files": [{"path": "src/rinng.c", "change": "modify", "from": None, "why": "counts"}]}]}
    daemon, server = drafted(api=api, changes={"phase": wrong})
    (tmp_path / "answers/repair.1.json").write_text(json.dumps(BOTH_PHASES))
    done = ended(daemon, new(daemon))
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0 and server.stats()["by_step"]["repair"] == 1


@pytest.mark.parametrize("api, refuse, calls", [("openai", "json_schema", 1), ("openai", "json_schema,tool_choice", 2), ("openai", "response_format,tool_choice", 3),
                                                ("openai", "max_tokens", 1), ("openai", "stream_options", 1), ("anthropic", "tool_choice", 1)])
def test_what_a_server_refuses_is_asked_another_way(drafted, api, refuse, calls):
    """It costs a call that bills nothing, once; the plan is as good as any."""
    daemon, server = drafted(api=api, refuse=refuse)
    done = ended(daemon, new(daemon))
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0, done["error"]
    assert server.stats()["requests"] == 6 and done["usage"]["calls"] == 6 + calls
    again = ended(daemon, new(daemon))
    assert again["state"] == "awaiting_approval" and again["usage"]["calls"] == 6
