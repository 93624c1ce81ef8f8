#!/usr/bin/python3
"""What talking about a plan costs, against a real daemon over HTTP:
the difference of two revisions of 100 sections, every export of a plan of 20 phases (the server's time: metrics are
asked before and after), and how much the database grows by 100 refinements of one section of a plan of 200 KB.
  tests/bench/dialogue.py [--growth] [--tables]    prints the figures, and FAILS beside those above their limits
build/release/diff_bench says what a difference costs the processor, whatever else runs."""
import copy
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenario"))
import harness  # noqa: E402
from samples import approvable  # noqa: E402

TICKET = {"title": "Sliding sessions", "body": (harness.ROOT / "tests/tickets/sliding_sessions.md").read_text()}
failed = 0


def told(what, value, unit, limit):
    global failed
    over = value > limit
    failed += over
    print(f"{what:<58} {value:10.2f} {unit:<3} (limit {limit:g}){'  FAILS' if over else ''}", flush=True)


def grown(document, phases, size=0):
    """The document with so many phases, and at least so many bytes of text."""
    d = copy.deepcopy(document)
    template = d["phases"][1]
    d["phases"] = d["phases"][:1]
    for i in range(2, phases + 1):
        p = copy.deepcopy(template)
        p["id"], p["title"], p["depends_on"] = f"ph{100 + i}", f"{template['title']} {i}", [d["phases"][-1]["id"]] if i % 3 else []
        p["provides"], p["uses"] = [], []
        for n, s in enumerate(p["steps"]):
            s["id"] = f"{p['id']}.s{n + 1}"
        for a in p["automated"]:
            if a["provided_by"].startswith("ph"):
                a["provided_by"] = "repository"
        d["phases"].append(p)
    missing = size - len(json.dumps(d))
    for i, p in enumerate(d["phases"]):
        if missing > 0:
            share = missing // len(d["phases"])
            p["goal"] += "".join(f" In sentence {j} of phase {i} it is said at length what is to be done." for j in range(share // 68 + 1))
    return d


def publish(api, plan, document):
    api.ok("POST", f"/plans/{plan}/revisions", document, status=201, headers={"If-Match": api.head_etag(plan)})
    api.wait_state(plan, "awaiting_approval")
    return api.ok("GET", f"/plans/{plan}/revisions/head")


def median_ms(api, path, accept, times=40, **params):
    took = []
    for _ in range(times):
        start = time.perf_counter()
        answer = api.session.get(api.url + path, headers={"Authorization": f"Bearer {api.token}", "Accept": accept}, params=params)
        took.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, answer.text
    return statistics.median(took)


def used_bytes(daemon):
    with sqlite3.connect(f"file:{daemon.data}/pland.db?mode=ro", uri=True) as db:
        page, count, free = (db.execute(f"PRAGMA {p}").fetchone()[0] for p in ("page_size", "page_count", "freelist_count"))
    return page * (count - free)


def differences(api, document):
    plan = approvable(api, ticket=TICKET, repository="python-api", size="full")["id"]
    head = publish(api, plan, grown(document, 83))
    changed = head["document"]
    for i in range(0, 83, 9):
        changed["phases"][i]["goal"] += " And one more sentence."
        changed["phases"][i]["steps"][0]["text"] += "\n\nAnother paragraph."
    changed["phases"].insert(5, changed["phases"].pop(9)) if not changed["phases"][9]["depends_on"] else None
    head = publish(api, plan, changed)
    print(f"a plan of {len(head['sections'])} sections, {len(api('GET', f'/plans/{plan}/revisions/head', headers={'Accept': 'text/markdown'}).text)} bytes of Markdown")
    for name, accept in (("for patch", "text/x-diff"), ("as JSON", "application/json"), ("as HTML", "text/html")):
        told(f"difference of two revisions of {len(head['sections'])} sections, {name}", median_ms(api, f"/plans/{plan}/revisions/3/diff", accept, **{"from": 2}), "ms", 5)


def exports(api, document):
    plan = approvable(api, ticket=TICKET, repository="python-api", size="full")["id"]
    publish(api, plan, grown(document, 20))
    api.ok("PATCH", f"/plans/{plan}", {"title": "x"})
    api("POST", f"/plans/{plan}/approval", {}, headers={"If-Match": api.head_etag(plan)})
    paths = [(f"{what}, {n}", f"/plans/{plan}/revisions/{n}", accept, params) for n in ("head", "2") for what, accept in
             (("Markdown", "text/markdown"), ("HTML", "text/html"), ("JSON", "application/json"))
             for params in ([{}] if accept == "application/json" else [{}, {"code": "none"}])]
    for name, path, accept, params in paths:
        told(f"export of 20 phases: {name}{' without code' if params else ''}", median_ms(api, path, accept, **params), "ms", 20)


def growth(daemon, document):
    api = daemon.admin
    plan = approvable(api, ticket=TICKET, repository="python-api", size="full")["id"]
    publish(api, plan, grown(document, 20, 200_000))
    before, section = None, 0
    for i in range(101):
        api.verb(plan, "refinements", {"instruction": f"Sentence number {i} is written down.", "sections": ["overview"]}, status=202)
        api.wait_state(plan, "awaiting_approval")
        if i == 0:
            before = used_bytes(daemon)
        else:
            section += len(json.dumps(api.ok("GET", f"/plans/{plan}/revisions/head")["document"]["overview"]))
    size = len(json.dumps(api.ok("GET", f"/plans/{plan}/revisions/head")["document"]))
    per = (used_bytes(daemon) - before) / 100
    print(f"a plan of {size} bytes, its section of {section // 100} bytes on the average")
    told("growth of the database by a refinement", per / 1024, "KB", (3 * section / 100 + 8192) / 1024)
    with sqlite3.connect(f"file:{daemon.data}/pland.db?mode=ro", uri=True) as db:
        for row in db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8").fetchall() if "--tables" in sys.argv else ():
            print("   ", *row)


def main():
    with tempfile.TemporaryDirectory() as home:
        daemon = harness.Daemon(home, "--rate", "0").start()
        daemon.codebase("python-api")
        plan = approvable(daemon.admin, ticket=TICKET, repository="python-api", size="full")["id"]
        document = daemon.admin.ok("GET", f"/plans/{plan}/revisions/head")["document"]
        if "--growth" not in sys.argv:
            differences(daemon.admin, document)
            exports(daemon.admin, document)
        growth(daemon, document)
        daemon.stop()
    return 1 if failed else 0


sys.exit(main())
