#!/usr/bin/python3
"""How long each form of a hand-over takes for a plan of 20 phases: PLAND_BIN_DIR=build/release tests/bench/handoff_forms.py"""
import copy
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenario"))
os.environ.setdefault("PLAND_BIN_DIR", str(Path(__file__).resolve().parents[2] / "build/release"))
os.environ["PLAND_TEST_CONTRACT"] = "0"

import harness  # noqa: E402
from samples import SHIPPING, approvable  # noqa: E402

PHASES, ROUNDS = 20, 30


def twenty(document):
    """The document with its phases again and again, each after the one before."""
    phases = []
    for i in range(PHASES):
        phase = copy.deepcopy(document["phases"][i % len(document["phases"])])
        phase |= {"id": f"ph{100 + i}", "title": f"{phase['title']} {i}", "depends_on": [f"ph{99 + i}"] if i else []}
        for step in phase["steps"]:
            step.pop("id", None)
        for check in phase["automated"]:
            check["provided_by"] = "repository"
        phases.append(phase)
    return {**document, "phases": phases}


def handed_off(api):
    plan = approvable(api, ticket=SHIPPING, repository="python-api", size="full")["id"]
    document = twenty(api.ok("GET", f"/plans/{plan}/revisions/head")["document"])
    api.ok("POST", f"/plans/{plan}/revisions", document, headers={"If-Match": api.head_etag(plan)}, status=201)
    api.wait_state(plan, "awaiting_approval")
    for finding in api.ok("GET", f"/plans/{plan}/checks")["checks"]["findings"]:
        if finding["severity"] == "error":
            api.ok("POST", f"/plans/{plan}/waivers", {"finding": finding["id"], "reason": "measured only"}, status=201)
    api.to_state(plan, "implementing")
    return plan


def main():
    with tempfile.TemporaryDirectory() as home:
        daemon = harness.Daemon(home, "--rate", "0").start()
        daemon.codebase("python-api")
        plan = handed_off(daemon.admin)
        forms = ["json", "markdown", "html", "tasks", "github", "gitlab", "mermaid"]
        for name, path in [(f, f"handoff?format={f}") for f in forms] + [("brief", f"briefs/P{PHASES}")]:
            times = []
            for _ in range(ROUNDS):
                begin = time.perf_counter()
                answer = daemon.admin("GET", f"/plans/{plan}/{path}")
                times.append((time.perf_counter() - begin) * 1000)
            print(f"{name:9} {len(answer.content):8} bytes   median {statistics.median(times):6.2f} ms   max {max(times):6.2f} ms")
        daemon.stop()


if __name__ == "__main__":
    main()
