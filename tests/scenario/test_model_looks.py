"""A model that asks to see more of the code before it answers."""
import json

import pytest
from samples import PHASE, RING, UNDERSTAND
from test_models import drafted, ended, new  # noqa: F401: a fixture

LOOK = {"requests": [{"read": "src/ring.c:1-5", "search": None}, {"read": None, "search": "ringlog_"}]}


def answers(tmp_path, name, *parts):
    for n, part in enumerate(parts):
        (tmp_path / f"answers/{name}.{n + 1}.json").write_text(json.dumps(part))


def prompts(server, step):
    return [r["messages"][-1]["content"] for r in server.requests() if r["step"] == step]


@pytest.fixture
def code(drafted):
    return lambda daemon: daemon.code / "c-lib/src/ring.c"


def test_what_is_asked_for_is_shown_and_listed(drafted, code, tmp_path):
    daemon, server = drafted(log_prompts=True)
    answers(tmp_path, "understand", {**UNDERSTAND, **LOOK}, UNDERSTAND)
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    first, second = prompts(server, "understand")
    lines = code(daemon).read_text().splitlines()
    assert "You may look 3 more times" in first and "What you asked to see" not in first
    shown = second[second.index("What you asked to see"):]
    assert "src/ring.c, lines 1 to 5" in shown and all(line in shown for line in lines[:5]) and "You may look 2 more times" in shown
    assert 'Lines with "ringlog_"' in shown and "include/ringlog/ringlog.h:" in shown
    looked = daemon.admin.ok("GET", f"/plans/{plan}/context")["looked"]
    assert [s["step"] for s in looked] == ["understand"]
    assert [r.get("read") or r.get("search") for r in looked[0]["requests"]] == ["src/ring.c:1-5", "ringlog_"]
    assert all(r["bytes"] > 0 for r in looked[0]["requests"])


def test_what_cannot_be_shown_is_said(drafted, tmp_path):
    daemon, server = drafted(log_prompts=True)
    asked = [{"read": p, "search": None} for p in ("src/rinng.c", "../../etc/passwd", "/etc/passwd", "src/ring.c:99999", "src")]
    answers(tmp_path, "understand", {"requests": [*asked, {"read": None, "search": "no such text anywhere"}]}, UNDERSTAND)
    plan = new(daemon)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    shown = prompts(server, "understand")[1]
    assert "the closest path is src/ring.c" in shown and "nothing has it" in shown and "root:" not in shown
    requests = daemon.admin.ok("GET", f"/plans/{plan}/context")["looked"][0]["requests"]
    assert len(requests) == 6 and all(r["bytes"] == 0 and r["note"] for r in requests)


@pytest.mark.parametrize("rounds", [0, 2])
def test_there_is_an_end_to_it(drafted, tmp_path, rounds):
    """A model that goes on asking is told to answer; when it does not, the step fails with everything kept."""
    daemon, server = drafted("--look-rounds", str(rounds), log_prompts=True)
    (tmp_path / "answers/understand.json").write_text(json.dumps({**UNDERSTAND, **LOOK}))
    failed = ended(daemon, new(daemon))
    assert failed["state"] == "failed" and "answer now" in failed["error"]["detail"]
    assert len(prompts(server, "understand")) == rounds + 3
    assert all(("You may look" in p) == (rounds > 0) for p in prompts(server, "understand"))


@pytest.mark.parametrize("bad, where", [([{"read": None, "search": None}], "/requests/0"), ([{"read": "a", "search": "b"}], "/requests/0"),
                                        (["src/ring.c"], "/requests/0"), ([{"look": "a"}], "/requests/0/look"), ([{"read": "a\nb", "search": None}], "/requests/0")])
def test_a_request_that_says_nothing_is_sent_back(drafted, tmp_path, bad, where):
    daemon, server = drafted(log_prompts=True)
    answers(tmp_path, "understand", {"requests": bad}, UNDERSTAND)
    assert ended(daemon, new(daemon))["state"] == "awaiting_approval"
    assert f"not accepted: {where}" in prompts(server, "understand")[1]


def test_secrets_stay_here(drafted, code, tmp_path):
    daemon, server = drafted(log_prompts=True)
    token = "ghp_" + "a1B2c3D4e5" * 4
    (daemon.code / "c-lib/src/notes.c").write_text(f"/* {token} */\n")
    answers(tmp_path, "phase", {"requests": [{"read": "src/notes.c", "search": None}, {"read": None, "search": "ghp_"}]}, PHASE)
    plan = new(daemon, ticket=RING, repositories=[{"name": "c-lib", "ref": "WORKTREE"}], repository=None)
    assert ended(daemon, plan)["state"] == "awaiting_approval"
    assert not any(token in p for p in prompts(server, "phase")) and any("[redacted" in p for p in prompts(server, "phase"))
    looked = daemon.admin.ok("GET", f"/plans/{plan}/context")["looked"]
    assert [(s["step"], s["subject"] in ("ph1", "ph2")) for s in looked] == [("phase", True)]
