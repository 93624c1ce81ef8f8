#!/usr/bin/python3
"""kill -9 at random moments while clients create plans, answer and choose; then everything acknowledged must be there.

    PLAND_BIN_DIR=build/release tests/crash/crash.py [ROUNDS=5] [SEED]

Checked after every restart for the plans of that round, and at the end for all: no acknowledged write is lost, events are
numbered without gaps, no phase is drafted twice, every plan reaches a state that waits for people, the database is sound.
Ends with one line of counts; exit code 1 when any of them should be 0 and is not."""
import collections
import os
import random
import sqlite3
import sys
import tempfile
import threading
from pathlib import Path

os.environ.setdefault("PLAND_TEST_CONTRACT", "0")  # here only what is kept matters
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenario"))
import requests  # noqa: E402
from harness import Daemon, PATIENCE  # noqa: E402

TICKET = ("- `GET /answer` must return the answer as JSON.\n- The answer must be cached for 60 seconds.\n"
          "- Add a `hits` column to the `answers` table.\n- See docs/missing.md for the background.\n")
CLIENTS = 6
WAITING = {"awaiting_answers", "awaiting_choice", "awaiting_approval"}


class Ledger:
    """What the daemon has acknowledged: plan id → the events that must therefore be there."""

    def __init__(self):
        self.lock, self.plans, self.acknowledged = threading.Lock(), collections.defaultdict(set), 0

    def note(self, plan, event):
        with self.lock:
            self.plans[plan].add(event)
            self.acknowledged += 1


class Client(threading.Thread):
    """Makes plans and takes them through the dialogue until the daemon is gone. One connection, no patience."""

    def __init__(self, url, token, ledger, seed):
        super().__init__(daemon=True)
        self.url, self.ledger, self.random = url, ledger, random.Random(seed)
        self.session = requests.Session()
        self.session.headers = {"Authorization": f"Bearer {token}"}

    def post(self, path, body, event, plan=None):
        answer = self.session.post(self.url + path, json=body, timeout=PATIENCE)
        if answer.status_code in (200, 201, 202):
            made = plan or answer.json().get("id")
            assert made, f"{path}: {answer.status_code} {answer.headers} {answer.text}"
            self.ledger.note(made, event)
            return answer.json()
        if answer.status_code >= 500 and answer.status_code != 503:
            raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
        return None

    def plan(self):
        plan = self.post("/plans", {"repository": "c-lib", "ticket": {"title": "Answer over HTTP", "body": TICKET},
                                    "mode": self.random.choice(["auto", "interactive", "interactive"])}, "plan.created")
        for _ in range(4):
            if not plan:
                return
            answer = self.session.get(f"{self.url}/plans/{plan['id']}", timeout=PATIENCE)
            assert answer.ok, f"GET {plan['id']}: {answer.status_code} {answer.text}"
            state, tag, path = answer.json()["state"], answer.headers["ETag"], f"/plans/{plan['id']}"
            if state == "awaiting_answers":
                self.post(path + "/answers", {"accept_defaults": True}, "plan.answered", plan["id"])
            elif state == "awaiting_choice":
                self.post(path + "/choice", {"option": "A"}, "plan.chosen", plan["id"])
            elif state == "awaiting_approval":
                self.post(path + "/refinements", {"instruction": "Log every answer."}, "plan.refinement_queued", plan["id"])
                return
            else:
                self.session.get(self.url + path, headers={"If-None-Match": tag, "Prefer": "wait=1"}, timeout=PATIENCE)

    def run(self):
        self.failure = None
        try:
            while True:
                self.plan()
        except requests.RequestException:
            pass  # killed
        except Exception as why:  # an answer that must not be
            self.failure = why


def every_event(api, plan):
    events, after = [], 0
    while True:
        page = api.ok("GET", f"/plans/{plan}/events", after=after, limit=200)["events"]
        events += page
        if len(page) < 200:
            return events
        after = page[-1]["seq"]


def inspect(api, ledger, plans, counts):
    for plan in plans:
        answer = api("GET", f"/plans/{plan}")
        if answer.status_code != 200:
            counts["lost"] += 1
            print(f"{plan} is lost: {answer.status_code} {answer.text}"[:600])
            continue
        events = every_event(api, plan)
        counts["gaps"] += [e["seq"] for e in events] != list(range(1, len(events) + 1))
        lost = ledger.plans[plan] - {e["type"] for e in events}
        counts["lost"] += len(lost)
        if lost:
            print(f"{plan} has lost {lost} of {[(e['seq'], e['type'], e['at']) for e in events]}")
        drafted = collections.Counter(e["data"]["phase"] for e in events if e["type"] == "phase.drafted")
        counts["drafted twice"] += sum(n - 1 for n in drafted.values())


def settle(api, plans, counts):
    """Everything that was going on must end somewhere where people are needed."""
    for plan in plans:
        try:
            api.watch(plan, lambda p: p["activity"] != "working", timeout=PATIENCE)
        except AssertionError as why:
            counts["stuck"] += 1
            print(f"{plan} is stuck: {why}"[:600])
            continue
        counts["failed"] += api("GET", f"/plans/{plan}").json()["state"] not in WAITING


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    dice, ledger, counts, broken = random.Random(seed), Ledger(), collections.Counter(), []
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pland-crash-") as home:
        daemon = Daemon(home, "--rate", "0").start()
        daemon.codebase()
        for n in range(rounds):
            known = set(ledger.plans)
            clients = [Client(daemon.url, daemon.token, ledger, dice.random()) for _ in range(CLIENTS)]
            for client in clients:
                client.start()
            threading.Event().wait(dice.uniform(0.02, 0.6))  # the random moment
            daemon.kill9()
            for client in clients:
                client.join(PATIENCE)
                broken += [client.failure] if client.failure else []
            daemon.start()
            inspect(daemon.admin, ledger, set(ledger.plans) - known, counts)
        settle(daemon.admin, list(ledger.plans), counts)
        inspect(daemon.admin, ledger, list(ledger.plans), counts)
        daemon.stop()
        sound = sqlite3.connect(Path(home) / "var/pland.db").execute("PRAGMA integrity_check").fetchone()[0]
    for why in broken[:5]:
        print(f"an answer that must not be: {why}")
    print(f"rounds {rounds}, plans {len(ledger.plans)}, acknowledged {ledger.acknowledged}, lost {counts['lost']}, "
          f"gaps {counts['gaps']}, drafted twice {counts['drafted twice']}, stuck {counts['stuck']}, "
          f"failed {counts['failed']}, integrity {sound}")
    return 0 if not broken and sound == "ok" and not sum(counts.values()) and ledger.plans else 1


if __name__ == "__main__":
    sys.exit(main())
