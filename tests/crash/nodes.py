#!/usr/bin/python3
"""Several daemons on one PostgreSQL while clients create plans, answer, choose and refine on whichever answers: each round
one of them is killed, paused for longer than a lease, or cut off from the database, and now and then the database itself
restarts. Then everything acknowledged must be there.

    PLAND_BIN_DIR=build/release tests/postgres tests/crash/nodes.py [ROUNDS=4] [SEED]

Checked at the end: no acknowledged write is lost, events are numbered without gaps, no phase is drafted twice, every plan
reaches a state that waits for people, and one who followed all events, hopping between the daemons, has missed none.
Ends with one line of counts; exit code 1 when any of them should be 0 and is not."""
import collections
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import crash  # noqa: E402
import requests  # noqa: E402
from harness import DATABASE_SERVER, PATIENCE, Daemon, make_codebase, make_database  # noqa: E402

NODES, LEASE, CLIENTS = 3, 5, 4
RESTART_EVERY = 10  # rounds


class Nodes:
    """The daemons: one database, one key, one folder of code. The first is told where clients go; any may be down."""

    def __init__(self, home, dice):
        self.home, self.dice, self.daemons = Path(home), dice, []
        make_codebase("c-lib", self.home / "code/c-lib")
        for i in range(NODES):
            daemon = Daemon(self.home / f"node{i}", "--rate", "0", "--lease", LEASE, database_of=self.home)
            daemon.code.rmdir()
            daemon.code.symlink_to(self.home / "code")
            if i:
                daemon.data.mkdir(mode=0o700)
                for name in ("secret.key", "admin.token"):
                    shutil.copy(self.daemons[0].data / name, daemon.data / name)
            self.daemons.append(daemon.start())
        self.token = self.daemons[0].token
        self.urls = [d.url for d in self.daemons]

    def any(self, dice):
        return dice.choice(self.urls)

    def kill(self, i):
        self.daemons[i].kill9()
        self.daemons[i].start()
        self.urls[i] = self.daemons[i].url

    def pause(self, i):
        self.daemons[i].process.send_signal(signal.SIGSTOP)
        threading.Event().wait(LEASE * self.dice.uniform(1.1, 1.6))  # what the round is about: longer than a lease
        self.daemons[i].process.send_signal(signal.SIGCONT)

    def cut_off(self, _):
        """Some of all connections, in the middle of whatever they do."""
        sql = ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
               " AND pid <> pg_backend_pid() AND random() < 0.5")
        subprocess.run(["psql", "-qAtd", make_database(self.home), "-c", sql], check=True, capture_output=True)

    def all_ready(self):
        """As who sends requests to them would see it."""
        for url in self.urls:
            for _ in range(PATIENCE * 20):
                if requests.get(url + "/readyz", timeout=PATIENCE).ok:
                    break
                threading.Event().wait(0.05)
            else:
                raise AssertionError(f"{url} is not ready after {PATIENCE} seconds")

    def restart_database(self):
        subprocess.run([*shlex.split(os.environ["PLAND_TEST_DATABASE_CTL"]), "-m", self.dice.choice(["fast", "immediate"]), "-w", "restart"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Client(crash.Client):
    """Goes on with another daemon when one is gone."""

    def __init__(self, nodes, ledger, seed, over):
        super().__init__(None, nodes.token, ledger, seed)
        self.nodes, self.over = nodes, over

    def run(self):
        self.failure = None
        while not self.over.is_set() and not self.failure:
            self.url = self.nodes.any(self.random)
            try:
                self.plan()
            except requests.RequestException:
                self.over.wait(0.05)  # it may be down for a while
            except AssertionError as why:
                if "503" not in str(why):  # the database is away: a daemon says so
                    self.failure = why
                self.over.wait(0.05)
            except Exception as why:
                self.failure = why


class Follower(threading.Thread):
    """Reads the feed of all events page by page, each from another daemon."""

    def __init__(self, nodes, seed, over):
        super().__init__(daemon=True)
        self.nodes, self.over, self.random, self.seen, self.after, self.failure = nodes, over, random.Random(seed), set(), None, None
        self.headers = {"Authorization": f"Bearer {nodes.token}"}

    def page(self):
        where = {"after": self.after} if self.after else {}
        answer = requests.get(self.nodes.any(self.random) + "/events", params={"limit": 200, **where}, headers=self.headers, timeout=PATIENCE)
        if answer.status_code == 503:
            return []
        answer.raise_for_status()
        events = answer.json()["events"]
        self.seen |= {(e["plan"], e["seq"]) for e in events}
        if events:
            self.after = events[-1]["n"]
        return events

    def run(self):
        while not self.over.is_set():
            try:
                if not self.page():
                    self.over.wait(0.05)
            except requests.RequestException as why:
                if getattr(why, "response", None) is not None:
                    self.failure = why
                    return
                self.over.wait(0.05)

    def finish(self):
        while self.page():
            pass


def missed(api, follower, plans):
    return sum((plan, e["seq"]) not in follower.seen for plan in plans for e in crash.every_event(api, plan))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    dice, ledger, counts, over, restarts = random.Random(seed), crash.Ledger(), collections.Counter(), threading.Event(), 0
    if not DATABASE_SERVER:
        sys.exit("tests/crash/nodes.py: needs PostgreSQL: run it by tests/postgres")
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pland-nodes-") as home:
        nodes = Nodes(home, dice)
        nodes.daemons[0].admin.ok("POST", "/repositories", {"name": "c-lib", "path": str(Path(home) / "code/c-lib")}, status=201)
        clients = [Client(nodes, ledger, dice.random(), over) for _ in range(CLIENTS)]
        follower = Follower(nodes, dice.random(), over)
        for thread in (*clients, follower):
            thread.start()
        for n in range(rounds):
            threading.Event().wait(dice.uniform(0.1, 0.8))  # the random moment
            dice.choice([nodes.kill, nodes.pause, nodes.cut_off])(dice.randrange(NODES))
            if n % RESTART_EVERY == min(RESTART_EVERY, rounds) - 1:
                nodes.restart_database()
                restarts += 1
        over.set()
        for thread in (*clients, follower):
            thread.join(PATIENCE)
        nodes.all_ready()
        api, plans = nodes.daemons[0].admin, list(ledger.plans)
        crash.settle(api, plans, counts)
        crash.inspect(api, ledger, plans, counts)
        ends = {plan: api("GET", f"/plans/{plan}").json() for plan in plans}
        for plan, end in ends.items():
            if end.get("state") not in crash.WAITING:
                print(f"{plan} ended {end.get('state')}: {end.get('error')}")
        follower.finish()
        counts["missed"] = missed(api, follower, plans)
        for daemon in nodes.daemons:
            daemon.stop()
    broken = [t.failure for t in (*clients, follower) if t.failure]
    for why in broken:
        print(f"an answer that must not be: {why}")
    print(f"rounds {rounds}, restarts {restarts}, plans {len(plans)}, acknowledged {ledger.acknowledged}, lost {counts['lost']}, "
          f"gaps {counts['gaps']}, drafted twice {counts['drafted twice']}, stuck {counts['stuck']}, failed {counts['failed']}, "
          f"missed {counts['missed']}")
    return 0 if not broken and not sum(counts.values()) and plans else 1


if __name__ == "__main__":
    sys.exit(main())
