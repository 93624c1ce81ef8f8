#!/usr/bin/env python3
"""What a plan of 8 phases costs in tokens sent, as the vendor bills them, against the same calls without its cache.

    tests/bench/model_cache.py BUILD      # BUILD holds pland, for example build/release

The fake server's cache works as the vendor's: by prefix, tools and schema included. Tokens written into it count 1.25, tokens
read from it 0.1. Then one phase is refined: its tokens, sent and received, against those of drafting. Prints rows like
tests/bench/run."""
import json
import sys
import tempfile
from pathlib import Path

from model_wait import PHASES, ROOT, answers, finished, Pland

sys.path.insert(0, str(ROOT / "tests/scenario"))
from fake_anthropic import AnthropicServer  # noqa: E402


def billed(usage):
    return usage["input"] - usage["cached"] - usage["written"] + 1.25 * usage["written"] + 0.1 * usage["cached"]


def refine(pland, plan, folder):
    phase = pland.ask("GET", f"/plans/{plan}/revisions/head")[1]["document"]["phases"][0]
    phase["goal"] = "The rule holds, a test says so, and a refusal is logged."
    (folder / "refine.json").write_text(json.dumps({"phases": [{"id": phase["id"], "after": None, "phase": phase}]}))
    pland.ask("POST", f"/plans/{plan}/refinements", {"instruction": "Log every refusal.", "sections": ["ph1"]})
    pland.wait(plan)


def main():
    build = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pland-cache-") as home:
        home, folder = Path(home), Path(home) / "answers"
        folder.mkdir()
        for name, value in answers().items():
            (folder / f"{name}.json").write_text(json.dumps(value))
        with AnthropicServer(answers=folder) as model:
            pland = Pland(build, home / "one", model.base_url, "anthropic")
            try:
                plan = pland.create(0)
                pland.wait(plan)
                finished(pland, plan, home)
                drafted = pland.ask("GET", f"/plans/{plan}")[1]["usage"]
                refine(pland, plan, folder)
                both = pland.ask("GET", f"/plans/{plan}")[1]["usage"]
            finally:
                pland.stop()
    ratio = billed(drafted) / drafted["input"]
    print(f"{f'billed input of a plan of {PHASES} phases / without cache (bar: 0.45)':<62} {ratio:.3f} "
          f"({billed(drafted):.0f} of {drafted['input']} tokens, {drafted['calls']} calls)")
    tokens = both["input"] + both["output"] - drafted["input"] - drafted["output"]
    print(f"{'refining one phase / drafting the plan, tokens (bar: 0.15)':<62} {tokens / (drafted['input'] + drafted['output']):.3f} "
          f"({tokens} of {drafted['input'] + drafted['output']} tokens)")


if __name__ == "__main__":
    main()
