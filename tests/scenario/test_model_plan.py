"""A complete plan through each kind of model server: the dialogue, phases in parallel, a repair, every check; and the same
plan again from the tape, without a server, to the byte."""
import json
import re

import pytest

from samples import CLOSING, OUTLINE, PHASE
from test_models import drafted, ended, new  # noqa: F401: a fixture

pytestmark = pytest.mark.threads

TITLES = ["Count in the ring", "Give the count out", "Show the count in the dump", "Say so in the header"]
REQUIREMENTS = [["R1"], ["R2"], ["R2"], ["R2"]]
ROWS = [{**OUTLINE["phases"][0], "title": t, "requirements": r, "depends_on": ["ph1"] * (n > 0)}
        for n, (t, r) in enumerate(zip(TITLES, REQUIREMENTS))]
REPAIRED = {"phases": [{"id": f"ph{n + 1}", "after": None, "phase": {**PHASE, "title": row["title"], "requirements": row["requirements"],
                                                                    "depends_on": row["depends_on"]}} for n, row in enumerate(ROWS)]}
WRONG = {**PHASE, "steps": [{**PHASE["steps"][0], "files": [{"path": "src/rinng.c", "change": "modify", "from": None, "why": "counts"}]}]}
CHANGES = {"outline": {**OUTLINE, "phases": ROWS}, "phase.1": WRONG, "repair": REPAIRED, "closing": CLOSING}


def planned(daemon):
    """The dialogue to its end; the plan's document as JSON and Markdown, without the time it was made."""
    admin = daemon.admin
    plan = new(daemon, mode="interactive", size="full")
    admin.wait_state(plan, "awaiting_answers")
    admin.verb(plan, "answers", {"answers": [{"question": "Q1", "answer": "Never."}]})
    admin.wait_state(plan, "awaiting_choice")
    admin.verb(plan, "choice", {"option": "A", "reason": "It is enough."})
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval", done["error"] or done.get("wait_reason")
    revision = admin.ok("GET", f"/plans/{plan}/revisions/1")
    markdown = admin.ok("GET", f"/plans/{plan}/revisions/1", headers={"Accept": "text/markdown"})
    return plan, done, revision, re.sub(r"(?m)^- \*\*Created:\*\* .*\n", "", markdown)


@pytest.mark.parametrize("api", ["openai", "anthropic"])
def test_a_complete_plan_and_the_same_from_its_tape(drafted, launch, tmp_path, api):
    tape = tmp_path / "tape"
    daemon, server = drafted("--llm-record", str(tape), api=api, changes=CHANGES, delay_ms=200)
    plan, done, revision, markdown = planned(daemon)
    stats = server.stats()
    assert stats["by_step"] == {"understand": 1, "options": 1, "outline": 1, "phase": 4, "closing": 1, "repair": 1}
    assert stats["peak"] > 1, "phases are asked for side by side"  # all four, where starting them takes no longer than an answer
    assert done["checks"]["failed"] == 0 and done["checks"]["verified"] > 10
    found = daemon.admin.ok("GET", f"/plans/{plan}/checks")["checks"]["findings"]
    assert not [f for f in found if f["severity"] == "error"]
    phases = revision["document"]["phases"]
    assert [p["title"] for p in phases] == TITLES and "src/rinng.c" not in markdown
    assert all(p["automated"] and p["manual"] and p["rollback"] for p in phases)
    assert {p["drafted_by"] for p in phases} == {"fake-1"}
    assert len(tape.read_text().splitlines()) == stats["requests"] == done["usage"]["calls"] == 9

    lines = [json.loads(line) for line in tape.read_text().splitlines()]
    assert len({line["request"] for line in lines}) == 9
    again = launch("--provider", api, "--llm-url", "http://127.0.0.1:1/v1", "--llm-model", "fake-1", "--llm-replay", str(tape), "--retry-base", "10ms")
    again.codebase("c-lib")
    _, done2, revision2, markdown2 = planned(again)
    assert revision2["hash"] == revision["hash"] and markdown2 == markdown
    assert {k: v for k, v in done2["usage"].items() if k != "estimate"} == {k: v for k, v in done["usage"].items() if k != "estimate"}
    assert stats["requests"] == server.stats()["requests"]
