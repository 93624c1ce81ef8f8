#!/usr/bin/python3
"""Webhooks to many receivers of which a third is dead, while the daemon is killed again and again.

    PLAND_BIN_DIR=build/release tests/crash/hooks.py [EVENTS=300] [RECEIVERS=6] [KILL_EVERY=2 s, 0: never] [SEED]
    PLAND_BIN_DIR=build/release tests/crash/hooks.py delay [EVENTS=300] [RECEIVERS=20] [ROUNDS=7]

The first form: every event that the daemon knows in the end has reached every healthy receiver, each with one id of its own
however often it came, and every acknowledged change is an event. The dead ones refuse, hang, reset and redirect in turn.
The second form measures, and judges nothing: how long the events of a round take to all healthy receivers, with the
dead ones switched on and off in turn."""
import asyncio
import collections
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("PLAND_TEST_CONTRACT", "0")  # here only what arrives matters
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenario"))
import requests  # noqa: E402
from harness import Api, Daemon, PATIENCE  # noqa: E402

DEAD = ("refuses", "hangs", "resets", "redirects")
FLAGS = ("--rate", "0", "--allow-networks", "127.0.0.0/8", "--log-level", "warn", "--workers", "2")
CLIENTS = 4


# --- the receivers, in a process of their own --------------------------------------------------------------------------
class Receiver(asyncio.Protocol):
    ANSWERS = {"healthy": b"HTTP/1.1 204 No Content\r\n\r\n", "refuses": b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
               "redirects": b"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"}
    EVENT = re.compile(rb'"plan":"([^"]+)","seq":(\d+)')

    def __init__(self, kind, got):
        self.kind, self.got, self.data = kind, got, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.data += data
        while True:
            head, found, rest = self.data.partition(b"\r\n\r\n")
            size = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            if not found or not size or len(rest) < int(size[1]):
                return
            self.data = rest[int(size[1]):]
            self.request(head, rest[:int(size[1])])

    def request(self, head, body):
        if self.kind == "resets":
            self.transport.abort()
        elif self.kind != "hangs":
            event = self.EVENT.search(body)
            if event:
                self.got[event[1].decode(), int(event[2])].append(re.search(rb"(?i)\r\nwebhook-id: *(\S+)", head)[1].decode())
            self.transport.write(self.ANSWERS[self.kind])


def receive(kinds, pipe):
    """Tells its ports; then, for "count", how many events each receiver has got, for "all" what and under which ids."""
    async def serve():
        loop, got, servers = asyncio.get_running_loop(), [collections.defaultdict(list) for _ in kinds], []
        for kind, mine in zip(kinds, got):
            servers.append(await loop.create_server(lambda kind=kind, mine=mine: Receiver(kind, mine), "127.0.0.1", 0, backlog=1024))
        pipe.send([s.sockets[0].getsockname()[1] for s in servers])
        ended = loop.create_future()

        def asked():
            try:
                what = pipe.recv()
            except EOFError:
                return ended.set_result(None)
            pipe.send([len(mine) for mine in got] if what == "count" else [dict(mine) for mine in got])
        loop.add_reader(pipe.fileno(), asked)
        await ended
    asyncio.run(serve())


class Receivers:
    def __init__(self, n):
        self.kinds = ["healthy" if i % 3 != 2 else DEAD[i // 3 % len(DEAD)] for i in range(n)]
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=receive, args=(self.kinds, other), daemon=True)
        self.process.start()
        self.ports = self.pipe.recv()

    def ask(self, what):
        self.pipe.send(what)
        return self.pipe.recv()

    def healthy(self, what):
        return [value for kind, value in zip(self.kinds, self.ask(what)) if kind == "healthy"]

    def dead(self):
        return [i for i, kind in enumerate(self.kinds) if kind != "healthy"]

    def hooks(self, api):
        return [api.ok("POST", "/hooks", {"url": f"http://127.0.0.1:{port}/{kind}"}, status=201)["id"] for port, kind in zip(self.ports, self.kinds)]

    def until(self, n, patience=120):
        """Every healthy one has got n events; there is nothing to wait for but their count."""
        last, since = None, time.monotonic()
        while True:
            now = self.healthy("count")
            if min(now) >= n:
                return
            if now != last:
                last, since = now, time.monotonic()
            assert time.monotonic() - since < patience, f"{now} of {n} events have arrived, and no more come"
            time.sleep(0.01)


# --- killing ------------------------------------------------------------------------------------------------------------
class Client(threading.Thread):
    """Changes its plan as often as told, whatever becomes of the daemon."""

    def __init__(self, daemon, plan, changes):
        super().__init__(daemon=True)
        self.server, self.plan, self.changes, self.acknowledged, self.failure = daemon, plan, changes, 0, None

    def run(self):
        session = requests.Session()
        session.trust_env = False
        while self.acknowledged < self.changes:
            url = self.server.url
            try:
                answer = session.patch(f"{url}/plans/{self.plan}", json={"title": f"Change {self.acknowledged}"}, timeout=PATIENCE,
                                       headers={"Authorization": f"Bearer {self.server.token}"})
            except (requests.RequestException, TypeError):
                time.sleep(0.02)  # until it is there again
                continue
            if answer.status_code == 200:
                self.acknowledged += 1
            elif answer.status_code not in (404, 503):
                self.failure = f"{answer.status_code} {answer.text}"
                return


def every_event(api, plan):
    found, after = [], 0
    while True:
        page = api.ok("GET", f"/plans/{plan}/events", after=after, limit=200)
        found += [(plan, e["seq"]) for e in page["events"]]
        if "next_cursor" not in page:
            return found
        after = page["next_cursor"]


def check(expected, got):
    """The counts that must be 0."""
    missing = sum(len(expected - set(mine)) for mine in got)
    torn = sum(len(set(ids)) != 1 for mine in got for ids in mine.values())
    shared = sum(n > 1 for mine in got for n in collections.Counter(ids[0] for ids in mine.values()).values())
    return {"missing": missing, "with two ids": torn, "ids of two events": shared}


def kill_test(events, n, every, seed):
    chance = random.Random(seed)
    receivers, kills = Receivers(n), 0
    with tempfile.TemporaryDirectory() as home:
        daemon = Daemon(home, *FLAGS)
        start(daemon)
        receivers.hooks(daemon.admin)
        clients = [Client(daemon, daemon.admin.new(), events // CLIENTS) for _ in range(CLIENTS)]
        begun = time.monotonic()
        for c in clients:
            c.start()
        done = threading.Event()
        total = sum(c.changes + 1 for c in clients)
        waiter = threading.Thread(target=lambda: (receivers.until(total), done.set()), daemon=True)
        waiter.start()
        while waiter.is_alive():
            if not every:
                waiter.join(1)
            elif not done.wait(every * chance.uniform(0.5, 1.5)):
                daemon.kill9()
                start(daemon)
                kills += 1
        for c in clients:
            c.join(PATIENCE)
            assert not c.failure, c.failure
        expected = {event for c in clients for event in every_event(daemon.admin, c.plan)}
        acknowledged = sum(c.acknowledged + 1 for c in clients)
        receivers.until(len(expected))
        seconds = time.monotonic() - begun
        got = receivers.healthy("all")
        daemon.kill9()
    counts = {**check(expected, got), "acknowledged but no event": max(0, acknowledged - len(expected))}
    twice = sum(len(ids) - 1 for mine in got for ids in mine.values())
    print(f"hooks: {len(expected)} events to {n} receivers, {len(got)} of them healthy, {kills} kills, {seconds:.0f} s, "
          f"{twice} came again; " + ", ".join(f"{v} {k}" for k, v in counts.items()))
    return 1 if any(counts.values()) else 0


def start(daemon):
    """Ready without a line of the log, which has only warnings."""
    (daemon.data / "url").unlink(missing_ok=True)
    daemon.spawn()
    deadline = time.monotonic() + PATIENCE
    while not ((daemon.data / "url").exists() and (daemon.data / "url").read_text().endswith("\n")):
        assert daemon.process.poll() is None and time.monotonic() < deadline, daemon.tail()
        time.sleep(0.005)
    daemon.token = (daemon.data / "admin.token").read_text().strip()
    daemon.url = (daemon.data / "url").read_text().strip()
    daemon.admin = Api(daemon.url, daemon.token)


# --- delaying -----------------------------------------------------------------------------------------------------------
def one_round(daemon, receivers, plans, events):
    before = receivers.healthy("count")[0]
    clients = [Client(daemon, plan, events // CLIENTS) for plan in plans]
    begun = time.monotonic()
    for c in clients:
        c.start()
    receivers.until(before + sum(c.changes for c in clients))
    return time.monotonic() - begun


def delay_test(events, n, rounds):
    receivers = Receivers(n)
    with tempfile.TemporaryDirectory() as home:
        daemon = Daemon(home, *FLAGS)
        start(daemon)
        hooks = receivers.hooks(daemon.admin)
        plans = [daemon.admin.new() for _ in range(CLIENTS)]
        receivers.until(CLIENTS)
        took = {"on": [], "off": []}
        for i in range(2 * rounds):
            state = "on" if i % 2 else "off"
            for j in receivers.dead():
                daemon.admin.ok("PATCH", f"/hooks/{hooks[j]}", {"status": "enabled" if state == "on" else "disabled"})
            took[state].append(one_round(daemon, receivers, plans, events))
        daemon.kill9()
    off, on = (statistics.median(took[state]) for state in ("off", "on"))
    print(f"hooks: {events} events to {n - len(receivers.dead())} healthy receivers take {off:.2f} s, with {len(receivers.dead())} dead ones "
          f"beside them {on:.2f} s: {100 * (on / off - 1):+.1f} % (medians of {rounds}; bar: 5 %)")
    return 0


def main(argv):
    if argv[:1] == ["delay"]:
        numbers = [int(a) for a in argv[1:]] + [300, 20, 7][len(argv) - 1:]
        return delay_test(*numbers)
    numbers = [float(a) for a in argv] + [300, 6, 2, random.randrange(1 << 30)][len(argv):]
    return kill_test(int(numbers[0]), int(numbers[1]), numbers[2], int(numbers[3]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
