"""Tickets about tests/codebases and what a good model would answer to one of them."""
import json

RING = {"title": "Count entries that are dropped", "key": "ring#7", "body": """The ring drops old entries silently when it is full.

- Count dropped entries in `src/ring.c`.
- Give the count out through `include/ringlog/ringlog.h`.
- The count is part of the dump that `src/format.c` writes.
"""}
# docs/limits.md is not in the codebase: a question, even in a small plan
ASKING = {"title": "Count entries that are dropped", "body": RING["body"] + "\nThe limits are in `docs/limits.md`.\n"}

# several phases
SHIPPING = {"title": "Record when a parcel was weighed", "body": """## Requirements

- Add a column `weighed_at` to the `parcels` table.
- `POST /parcels` accepts `weight_grams` and stores it.
- `GET /parcels/{tracking_number}` returns `weight_grams` and `weighed_at`.
- The admin page in `parcels/admin.py` shows the weight.
"""}

def text_of(n):
    return ("The ring keeps the newest entries. " * (n // 35 + 1))[:n]


UNDERSTAND = {
    "summary": "Dropped entries are to be counted. The codebase is a C library with one ring buffer.",
    "stack": [{"text": "C with CMake", "evidence": [{"path": "CMakeLists.txt", "line": None, "note": None}]}],
    "architecture": [{"text": "The ring is in one file", "evidence": [{"path": "src/ring.c", "line": 1, "note": None}]}],
    "testing": [{"text": "CTest", "evidence": [{"path": "tests/ring_test.c", "line": 1, "note": None}]}],
    "deploy": [], "kinds": ["api"], "size": "full", "size_why": "It changes a public header",
    "questions": [{"text": "Is the count reset when it is read?", "why": "The interface depends on it",
                   "options": ["Yes", "No"], "default": "No", "searched": "The ticket and include/ringlog/ringlog.h"}],
}
OPTIONS = {
    "options": [
        {"id": "A", "title": "A counter in the ring", "summary": "src/ring.c counts under its lock.", "diagram": "[caller] -> [ring]",
         "pros": ["Small"], "cons": ["One more field"], "best_for": "this ticket", "effort": "1 day", "risk": "low"},
        {"id": "B", "title": "A module for statistics", "summary": "A new module counts.", "diagram": "[ring] -> [stats]",
         "pros": ["Grows"], "cons": ["More code"], "best_for": "many counters", "effort": "3 days", "risk": "medium"}],
    "recommended": "A", "reason": "The ticket asks for one counter.", "why_single": None,
}
ESTIMATE = {"optimistic": 60, "likely": 120, "pessimistic": 240}
OUTLINE = {
    "title": "Count dropped entries", "approach": "A counter in the ring, read under its lock.",
    "approach_why": "It is the smallest change.", "overview": "src/ring.c counts, the header gives the count out.",
    "requirements": [
        {"id": "R1", "text": "Dropped entries are counted", "quote": "Count dropped entries in `src/ring.c`.", "source": "ticket", "line": 3},
        {"id": "R2", "text": "The count can be read", "quote": "Give the count out through `include/ringlog/ringlog.h`.", "source": "ticket", "line": 4}],
    "out_of_scope": ["Other statistics"],
    "phases": [
        {"title": "Count in the ring", "goal": "The ring knows how many it dropped", "depends_on": [], "requirements": ["R1"],
         "provides": [{"kind": "file", "name": "src/ring.c"}], "uses": [], "estimate": ESTIMATE},
        {"title": "Give the count out", "goal": "Callers can read the count", "depends_on": ["ph1"], "requirements": ["R2"],
         "provides": [{"kind": "file", "name": "include/ringlog/ringlog.h"}], "uses": [], "estimate": ESTIMATE}],
}
PHASE = {
    "title": "Count in the ring", "goal": "The ring knows how many entries it dropped", "provides": [], "uses": [],
    "depends_on": [], "requirements": ["R1"], "why": None, "estimate": ESTIMATE,
    "steps": [{"title": "Count", "text": "Add a counter to the ring and raise it where an entry is overwritten.",
               "files": [{"path": "src/ring.c", "change": "modify", "from": None, "why": "counts"}], "code": []},
              {"title": "Test", "text": "Fill the ring and compare the count.",
               "files": [{"path": "tests/ring_test.c", "change": "modify", "from": None, "why": "tests the count"}], "code": []}],
    "automated": [{"command": "ctest --preset debug", "expect": "all tests pass", "expected_before": "pass", "provided_by": "repository"}],
    "manual": ["A reader of the header understands what is counted"], "rollback": "Revert the commit of this phase.",
}
# Both phases of OUTLINE with the steps of PHASE, as a repair gives them.
BOTH_PHASES = {"phases": [
    {"id": "ph1", "after": None, "phase": PHASE},
    {"id": "ph2", "after": None, "phase": {**PHASE, "title": "Give the count out", "requirements": ["R2"], "depends_on": ["ph1"]}}]}
WAIVED = {"section": "migration", "reason": "no stored data changes"}
CLOSING = {
    "success": [{"text": "The count is right", "measure": "the tests of the ring pass"}],
    "stack": [{"choice": "C", "why": "as it is", "evidence": [{"path": "src/ring.c", "line": 1, "note": None}]}],
    "tests": [{"level": "unit", "name": "a full ring counts what it drops", "file": "tests/ring_test.c", "requirement": "R1"},
              {"level": "unit", "name": "the count is given out", "file": "tests/ring_test.c", "requirement": "R2"}],
    "risks": [{"risk": "The lock is held longer", "likelihood": "low", "impact": "low", "mitigation": "One addition", "contingency": "An atomic counter"}],
    "rollback": {"text": "Revert both commits, the last first.", "commands": ["git revert HEAD~1..HEAD"]},
    "documentation": [{"target": "README.md", "change": "name the counter"}],
    "done": [{"item": "Reviewed", "waived": None}, {"item": "Tests pass", "waived": None}],
    "migration": None,
    "decisions": [{"decision": "A counter in the ring", "why": "smallest", "alternatives": ["A module for statistics"]}],
    "assumptions": ["The count is not reset"], "questions": [],
    "timeline": {"deadline": None, "people": None, "available": None, "note": None},
    "not_applicable": [WAIVED],
}
ANSWERS = {"understand": UNDERSTAND, "options": OPTIONS, "outline": OUTLINE, "phase": PHASE, "closing": CLOSING}


def write_answers(folder, **changes):
    """Canned answers for fake_openai.py --answers; `changes` replaces some, a string stands for itself."""
    folder.mkdir(exist_ok=True)
    for name, value in {**ANSWERS, **changes}.items():
        (folder / f"{name}.json").write_text(value if isinstance(value, str) else json.dumps(value))
    return folder


def approvable(api, **fields):
    """A plan that waits for its approval, made without a stop."""
    fields = {"ticket": RING, "repository": "c-lib", "mode": "auto", **fields}
    return api.wait_state(api.new(**{k: v for k, v in fields.items() if v}), "awaiting_approval")
