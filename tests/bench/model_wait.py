#!/usr/bin/env python3
"""Plans whose model takes a fixed time for each answer: how much of the time is the model's, how much is pland's own.

    tests/bench/model_wait.py BUILD [PLANS, 500]      # BUILD holds pland, for example build/release

One plan of 8 independent phases against its critical path: understanding, options, outline, all phases at once, closing
are five answers in a row. Then many such plans at once against the bound set by the allowed concurrency: the time of
all answers together, divided by the calls that are allowed at once. Prints rows like tests/bench/run."""
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/scenario"))
from fake_openai import Server  # noqa: E402

PHASES, CONCURRENCY, IN_A_ROW = 8, 64, 5
CALLS = IN_A_ROW - 1 + PHASES  # understanding, options, outline, closing and the phases
ONE_MS, MANY_MS = 1000, 400
FILES = ["parcels/api/parcels.py", "parcels/models.py", "parcels/services/tracking.py", "README.md"]  # of tests/codebases/python-api


def estimate(likely):
    return {"optimistic": likely // 2, "likely": likely, "pessimistic": likely * 2}


def outline():
    requirements = [{"id": f"R{i}", "text": f"Rule {i} holds.", "quote": f"Rule {i} must hold.", "source": "ticket", "line": i}
                    for i in range(1, PHASES + 1)]
    phases = [{"id": f"ph{i}", "title": f"Rule {i}", "goal": f"Rule {i} holds, and a test says so.", "depends_on": [],
               "requirements": [f"R{i}"], "provides": [], "uses": [], "estimate": estimate(120)} for i in range(1, PHASES + 1)]
    return {"title": "Eight rules", "approach": "One phase for each rule.", "approach_why": "The rules do not touch each other.",
            "overview": "Eight rules, each by itself.", "requirements": requirements, "out_of_scope": [], "phases": phases}


def phase():
    steps = [{"title": f"Change {file}", "text": "The rule is checked where the parcel comes in, and refused by name.",
              "files": [{"path": file, "change": "modify", "why": "the rule belongs here"}], "code": []} for file in FILES]
    return {"title": "Rule", "goal": "The rule holds, and a test says so.", "provides": [], "uses": [], "depends_on": [],
            "requirements": [], "estimate": estimate(120), "steps": steps,
            "automated": [{"command": "git diff --check", "expect": "nothing is printed", "expected_before": "pass",
                           "provided_by": "system"}],
            "manual": ["Somebody who knows the rule tries a parcel that breaks it."],
            "rollback": "Revert the commits of this phase: `git revert`."}


def closing():
    return {"success": [{"text": "All eight rules hold.", "measure": "their tests pass"}],
            "stack": [{"choice": "Python", "why": "the codebase is written in it", "evidence": []}],
            "tests": [{"level": "unit", "name": f"rule {i} holds", "file": "tests/test_tracking.py", "requirement": f"R{i}"}
                      for i in range(1, PHASES + 1)],
            "risks": [{"risk": "A rule is too strict.", "likelihood": "low", "impact": "medium",
                       "mitigation": "Each is a commit of its own.", "contingency": "Revert that commit."}],
            "rollback": {"text": "Revert the commits, the last one first.", "commands": ["git revert --no-edit HEAD"]},
            "documentation": [{"target": "README.md", "change": "names the rules"}],
            "done": [{"item": "Reviewed by somebody who did not write it"}],
            "decisions": [{"decision": "One phase for each rule", "why": "They are independent.", "alternatives": ["All at once"]}],
            "assumptions": [], "questions": [], "timeline": {},
            "not_applicable": [{"section": name, "reason": "nothing of the kind is touched"}
                               for name in ("migration", "questions", "timeline", "scope", "assumptions")]}


def answers():
    option = {"id": "A", "title": "Rule by rule", "summary": "Each rule in a commit of its own.", "diagram": "[api] -> [rules]",
              "pros": ["small steps"], "cons": ["eight of them"], "best_for": "independent rules", "effort": "two days", "risk": "low"}
    return {"understand": {"summary": "Eight independent rules.", "stack": [], "architecture": [], "testing": [], "deploy": [],
                           "kinds": [], "size": "full", "size_why": "eight requirements", "questions": []},
            "options": {"options": [option], "recommended": "A", "reason": "It is the only sensible one.",
                        "why_single": "The rules do not touch each other."},
            "outline": outline(), "phase": phase(), "closing": closing()}


class Pland:
    """A daemon of its own below `home`, asked over one connection."""

    def __init__(self, build, home, model_url, api="openai"):
        home.mkdir(exist_ok=True)
        self.data, self.log = home / "var", open(home / "pland.log", "wb")
        shutil.copytree(ROOT / "tests/codebases/python-api", home / "code")
        command = [build / "pland", "--data-dir", self.data, "--listen", "127.0.0.1:0", "--roots", home, "--rate", "0",
                   "--provider", api, "--llm-url", model_url, "--llm-model", "fake", "--log-format", "json",
                   "--llm-concurrency", CONCURRENCY, "--steps", 4 * CONCURRENCY, "--log-level", "warn"]
        self.process = subprocess.Popen([str(c) for c in command], stderr=self.log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not (self.data / "url").exists() and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        self.at = http.client.HTTPConnection(urllib.parse.urlsplit((self.data / "url").read_text().strip()).netloc, timeout=60)
        self.token = (self.data / "admin.token").read_text().strip()
        self.ask("POST", "/repositories", {"name": "code", "path": str(home / "code")})

    def ask(self, method, path, body=None, **headers):
        headers = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json",
                   **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.at.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.at.getresponse()
        data = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"bench: {method} {path}: {answer.status} {data.decode()}")
        return answer, json.loads(data) if data else None

    def create(self, i):
        rules = "\n".join(f"- Rule {n} must hold." for n in range(1, PHASES + 1))
        ticket = {"title": f"Eight rules for parcels, {i}", "body": rules}
        return self.ask("POST", "/plans", {"mode": "auto", "size": "full", "repository": "code", "ticket": ticket})[1]["id"]

    def wait(self, plan):
        tag, seen = '"none"', {"activity": "working"}
        while seen["activity"] == "working":
            answer, body = self.ask("GET", f"/plans/{plan}", If_None_Match=tag, Prefer="wait=20")
            tag, seen = answer.headers.get("ETag", tag), body or seen
        return seen

    def wait_all(self):
        while self.ask("GET", "/plans?activity=working&limit=1")[1]["plans"]:
            time.sleep(0.02)

    def stop(self):
        self.at.close()
        self.process.terminate()
        self.process.wait(30)
        self.log.close()


def finished(pland, plan, where):
    """The plan must be what the model said: 8 phases without a repair, or the figure would mean something else."""
    body = pland.ask("GET", f"/plans/{plan}")[1]
    if body["state"] != "awaiting_approval":
        raise SystemExit(f"bench: the plan is {body['state']}: {body.get('error')}; see {where}")


def count_calls(model, plans):
    steps = model.stats()["by_step"]
    if sum(steps.values()) != plans * CALLS:
        raise SystemExit(f"bench: {plans * CALLS} calls to the model were expected, not {steps}")


def row(what, ratio, seconds, bound):
    print(f"{what:<62} {ratio:.3f} ({seconds:.2f} s of {bound:.2f} s)", flush=True)


def one(build, home, folder):
    home.mkdir()
    with Server(answers=folder, delay_ms=ONE_MS) as model:
        pland = Pland(build, home, model.base_url)
        try:
            began = time.monotonic()
            plan = pland.create(0)
            pland.wait(plan)
            took = time.monotonic() - began
            finished(pland, plan, home)
            count_calls(model, 1)
        finally:
            pland.stop()
    bound = IN_A_ROW * ONE_MS / 1000
    row(f"a plan of {PHASES} phases / its critical path (bar: 1.05)", took / bound, took, bound)


def many(build, home, folder, plans):
    home.mkdir()
    with Server(answers=folder, delay_ms=MANY_MS) as model:
        pland = Pland(build, home, model.base_url)
        try:
            began = time.monotonic()
            ids = [pland.create(i) for i in range(plans)]
            pland.wait_all()
            took = time.monotonic() - began
            for plan in (ids[0], ids[-1]):
                finished(pland, plan, home)
            count_calls(model, plans)
        finally:
            pland.stop()
    bound = plans * CALLS * MANY_MS / 1000 / CONCURRENCY
    row(f"{plans} such plans at once / the bound of {CONCURRENCY} calls (bar: 1.05)", took / bound, took, bound)


def main():
    build, plans = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500
    home = Path(tempfile.mkdtemp(prefix="pland-wait-"))
    try:
        folder = home / "answers"
        folder.mkdir()
        for name, value in answers().items():
            (folder / f"{name}.json").write_text(json.dumps(value))
        one(build, home / "one", folder)
        many(build, home / "many", folder, plans)
    finally:
        if os.environ.get("KEEP") is None:
            shutil.rmtree(home)
        else:
            print(f"bench: kept {home}", file=sys.stderr)


if __name__ == "__main__":
    main()
