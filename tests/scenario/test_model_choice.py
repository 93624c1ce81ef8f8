"""Several models: which of them does what, over which interface, and trying them before they are needed."""
import re
import subprocess

import pytest

from harness import PLAND
from samples import RING, write_answers
from test_models import drafted, ended, new  # noqa: F401: a fixture


@pytest.mark.parametrize("api, structured", [("openai", "tool"), ("openai", "json_object"), ("anthropic", "auto"), ("anthropic", "json_schema"),
                                             ("anthropic", "none")])
def test_every_way_of_asking(drafted, api, structured):
    """A whole plan through each interface, however the server is asked for JSON."""
    daemon, server = drafted("--llm-structured", structured, api=api)
    done = ended(daemon, new(daemon))
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0, done["error"]
    assert done["provider"] == api and server.stats()["requests"] == 6 == done["usage"]["calls"]
    assert server.stats()["by_step"] == {"understand": 1, "options": 1, "outline": 1, "phase": 2, "closing": 1}
    document = daemon.admin.ok("GET", f"/plans/{done['id']}/revisions/head")["document"]
    assert {p["drafted_by"] for p in document["phases"]} == {"fake-1"}


def test_what_calls_share_is_read_from_the_cache(drafted):
    """The first call of a plan writes the prefix, all others read it, whatever their step."""
    daemon, server = drafted(api="anthropic", log_prompts=True)
    done = ended(daemon, new(daemon))
    logged = server.requests()
    assert len({str(r["tools"]) + str(r["system"]) for r in logged}) == 1
    assert done["usage"]["cached"] * 2 > done["usage"]["input"]
    assert all(r["headers"]["anthropic-version"] == "2026-10-21" for r in logged)


def test_steps_go_to_their_models(launch, model, tmp_path):
    """Routes hold for plans of the provider; a plan that names its model gets that one."""
    answers = write_answers(tmp_path / "answers")
    strong, cheap = model("anthropic", answers=answers), model("openai", answers=answers)
    file = tmp_path / "pland.conf"
    file.write_text(f"""provider = strong
llm-routes = understand=cheap options=cheap
llm-api.strong = anthropic
llm-url.strong = {strong.base_url}
llm-model.strong = big-1
llm-url.cheap = {cheap.base_url}
llm-model.cheap = small-1
""")
    daemon = launch("--config", str(file))
    daemon.codebase("c-lib")
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    assert cheap.stats()["by_step"] == {"understand": 1, "options": 1}
    assert strong.stats()["by_step"] == {"outline": 1, "phase": 2, "closing": 1}
    document = daemon.admin.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    assert {p["drafted_by"] for p in document["phases"]} == {"big-1"}
    assert ended(daemon, new(daemon, provider="cheap"))["state"] == "awaiting_approval"
    assert strong.stats()["requests"] == 4 and cheap.stats()["requests"] == 8
    refusal = daemon.admin.refused("POST", "/plans", 400, body={"ticket": RING, "provider": "best"})
    assert refusal["errors"][0]["pointer"] == "/provider" and "offline, strong, cheap" in refusal["detail"]


def test_a_model_that_is_configured_no_more(drafted):
    """Its plans do not slide to another: they fail with what to do, and keep what they have."""
    daemon, server = drafted(fail="phase=silent")
    plan = new(daemon)
    while not server.stats()["by_step"].get("phase"):
        daemon.admin.plan(plan)
    daemon.restart("--rate", "0")
    failed = ended(daemon, plan)
    assert failed["state"] == "failed" and "'openai' is configured no more" in failed["error"]["detail"]


def check(*flags, env=None):
    done = subprocess.run([PLAND, *flags, "--check-llm"], capture_output=True, text=True, timeout=60, env=env)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("api, refuse", [("openai", "json_schema"), ("openai", "response_format,tool_choice,stream_options"), ("anthropic", "tool_choice")])
def test_trying_a_server_that_refuses_something(model, api, refuse):
    """What can be asked another way is no reason to complain."""
    server = model(api, refuse=refuse)
    code, said = check("--provider", api, "--llm-url", server.base_url, "--llm-model", "fake-1")
    assert code == 0 and "works" in said, said


@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_trying_a_configuration(model, api, tmp_path):
    server = model(api, key="sk-good")
    key = tmp_path / "key"
    key.write_text("sk-good\n")
    flags = ("--provider", api, "--llm-url", server.base_url, "--llm-model", "fake-1", "--llm-key-file", str(key))
    code, said = check(*flags)
    assert code == 0 and re.fullmatch(rf"{api} \(fake-1\): works: fake-1 answered in \d+ ms, \d+ tokens in, \d+ out\n", said), said
    assert server.stats()["requests"] == 1
    key.write_text("sk-bad\n")
    code, said = check(*flags)
    assert code == 1 and "API key is not accepted" in said and "sk-" not in said
    key.write_text("sk-good\n")
    for fail, words in (("404", "no such model"), ("bad-schema", "llm-structured"), ("html", "not what this kind of server sends"),
                        ("402", "no credit left"), ("529", "busy"), ("refusal", "refusal")):
        server.control(fail=fail)
        code, said = check(*flags)
        assert code == 1 and words in said and f"{api} (fake-1): " in said, said


def test_trying_what_is_not_there():
    code, said = check()
    assert code == 0 and "nothing leaves this machine" in said
    code, said = check("--provider", "openai", "--llm-url", "http://127.0.0.1:1/v1", "--llm-model", "m")
    assert code == 1 and "cannot be reached" in said
    code, said = check("--provider", "openai", "--llm-model", "m")
    assert code == 2 and "llm-url" in said
    code, said = check("--provider", "anthropic", "--llm-model", "m", "--llm-key-file", "/nonexistent")
    assert code == 1 and "/nonexistent" in said
    code, said = check("--provider", "anthropic", "--llm-model", "m", "--llm-routes", "draw=anthropic")
    assert code == 1 and "no step 'draw'" in said


@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_a_tape_gives_the_same_plan(drafted, launch, api, tmp_path):
    """What a server said is recorded as it came; the replay sends nothing, goes the same way and ends with the same bytes."""
    tape = tmp_path / "tape"
    daemon, server = drafted("--llm-record", str(tape), api=api, fail="outline=bad-schema:1,phase=prose:1")
    first = ended(daemon, new(daemon))
    assert first["state"] == "awaiting_approval" and len(tape.read_text().splitlines()) == server.stats()["requests"] == 7
    assert tape.stat().st_mode & 0o777 == 0o600
    again = launch("--provider", api, "--llm-url", "http://127.0.0.1:1/v1", "--llm-model", "fake-1", "--llm-replay", str(tape))
    again.codebase("c-lib")
    second = ended(again, new(again))
    assert second["state"] == "awaiting_approval" and second["usage"] == first["usage"], second["error"]
    one, two = (d.admin.ok("GET", f"/plans/{p['id']}/revisions/head") for d, p in ((daemon, first), (again, second)))
    for document in (one["document"], two["document"]):
        for key in ("created", "base"):  # the commits have times
            document["header"].pop(key)
    assert one["document"] == two["document"]
    other = ended(again, new(again, ticket={**RING, "title": "Something else"}))
    assert other["state"] == "failed" and "not on the tape" in other["error"]["detail"]


def test_a_tape_that_is_none(launch, tmp_path):
    (tmp_path / "tape").write_text("hello\n")
    daemon = launch("--provider", "openai", "--llm-url", "http://127.0.0.1:1/v1", "--llm-model", "m", "--llm-replay", str(tmp_path / "tape"), ready=False)
    code, said = daemon.refused()
    assert code == 1 and "tape:1: this is no line of a tape" in said
