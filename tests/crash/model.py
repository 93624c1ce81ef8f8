#!/usr/bin/python3
"""kill -9 while a model's answers stream in; then every plan is completed, and no phase that was committed is paid for again.

    PLAND_BIN_DIR=build/release tests/crash/model.py [ROUNDS=5] [SEED]

What was committed is read after each kill; the fake server's log says what is asked for from then on. Ends with one line
of counts; exit code 1 when any of them should be 0 and is not."""
import collections
import contextlib
import json
import os
import random
import re
import sqlite3
import sys
import tempfile
import threading
from pathlib import Path

os.environ.setdefault("PLAND_TEST_CONTRACT", "0")  # here only what is asked for matters
TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "scenario"), str(TESTS / "bench")]
from fake_anthropic import AnthropicServer  # noqa: E402
from fake_openai import Server  # noqa: E402
from harness import Daemon, PATIENCE  # noqa: E402
from model_wait import PHASES, answers  # noqa: E402

EACH_ROUND = 2


def create(api, number):
    rules = "\n".join(f"- Rule {n} must hold." for n in range(1, PHASES + 1))
    return api.new(mode="auto", size="full", repository="python-api", ticket={"title": f"Ticket number {number}.", "body": rules})


def asked(line):
    """(number of the ticket, phase) of a logged request, or None."""
    text = json.dumps(line.get("system", [])) + "".join(m["content"] for m in line["messages"])
    phase = re.search(r'## The phase to write.*?"id":"(ph\d+)"', text, re.S)
    return (int(re.search(r"Ticket number (\d+)\.", text).group(1)), phase.group(1)) if phase else None


def committed(daemon, plans):
    """Read while no daemon runs: a phase that the next one asks for and commits is none of these."""
    number = {plan: i for i, plan in enumerate(plans)}
    with contextlib.closing(sqlite3.connect(daemon.data / "pland.db")) as db:
        rows = db.execute("SELECT p.id, e.data FROM events e JOIN plans p ON p.n = e.plan WHERE e.type = 'phase.drafted'").fetchall()
    return {(number[plan], json.loads(data)["phase"]) for plan, data in rows}


def run_rounds(home, model, rounds, dice):
    """(plans, [(how much had been asked, what was committed by then)], daemon) after the last round."""
    daemon = Daemon(home, "--rate", "0", "--provider", model.API, "--llm-url", model.base_url, "--llm-model", "fake", "--retry-base", "5ms").start()
    daemon.codebase("python-api")
    plans, marks = [], []
    for _ in range(rounds):
        plans += [create(daemon.admin, len(plans) + i) for i in range(EACH_ROUND)]
        threading.Event().wait(dice.uniform(0.02, 1.2))  # the random moment
        daemon.kill9()
        marks.append((len(model.requests()), committed(daemon, plans)))
        daemon.start()
    return plans, marks, daemon


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    dice, counts = random.Random(seed), collections.Counter()
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pland-crash-model-") as home:
        folder = Path(home) / "answers"
        folder.mkdir()
        for name, value in answers().items():
            (folder / f"{name}.json").write_text(json.dumps(value))
        kind = dice.choice([Server, AnthropicServer])
        with kind(answers=folder, chunk_delay_ms=2, log=Path(home) / "model.log", log_prompts=True) as model:
            plans, marks, daemon = run_rounds(Path(home) / "pland", model, rounds, dice)
            for plan in plans:
                state = daemon.admin.watch(plan, lambda p: p["activity"] != "working", timeout=10 * PATIENCE)["state"]
                counts["not completed"] += state != "awaiting_approval"
            log = [asked(line) for line in model.requests()]
            daemon.stop()
    for at, done in marks:
        counts["asked for again"] += sum(what in done for what in log[at:])
    print(f"rounds {rounds}, plans {len(plans)}, over {kind.API}, calls {len(log)}, phases committed at a kill {len(marks[-1][1])}, "
          f"asked for again {counts['asked for again']}, not completed {counts['not completed']}")
    return 1 if sum(counts.values()) or not any(log) else 0


if __name__ == "__main__":
    sys.exit(main())
