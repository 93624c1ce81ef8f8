#!/usr/bin/python3
"""Measures event streams: what 10,000 idle ones cost in memory, and how long one event takes to all of them, against a bare
epoll broadcaster that does nothing else; and how soon a long poll hears of a change. Both have their streams open at the
same time and take turns.
    tests/bench/streams.py [BUILD, build/release] [STREAMS, 10000] [ROUNDS, 11]"""
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenario"))
build = Path(sys.argv[1] if len(sys.argv) > 1 else "build/release")
count, rounds = (int(sys.argv[i]) if len(sys.argv) > i else preset for i, preset in ((2, 10000), (3, 11)))
os.environ["PLAND_BIN_DIR"] = str(build)
import harness  # noqa: E402


def resident(pid, what="VmRSS"):
    text = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(what + ":")) / 1024


class Followers:
    def __init__(self, tool, port, head):
        self.process = subprocess.Popen([tool, "follow", str(port), str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.send(head)
        assert self.process.stdout.readline() == "open\n"

    def send(self, text):
        self.process.stdin.write(text + "\n.\n")
        self.process.stdin.flush()

    def round(self, request):
        self.send(request)
        return [int(x) / 1000 for x in self.process.stdout.readline().split()]

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)


def row(text, value):
    print(f"{text:<88} {value}", flush=True)


def long_polls(daemon, plan, turns=50):
    """From just before the change is sent until the poll has its answer, and until the change has its own; milliseconds."""
    poll, change = harness.Api(daemon.url, daemon.token), daemon.admin
    waits, changes = [], []
    for i in range(turns):
        etag = change("GET", f"/plans/{plan}").headers["ETag"]
        heard = []

        def wait(etag=etag):
            poll("GET", f"/plans/{plan}", headers={"If-None-Match": etag, "Prefer": "wait=20"})
            heard.append(time.perf_counter())

        thread = threading.Thread(target=wait)
        thread.start()
        while daemon.metric("pland_http_waiting") < 1:
            time.sleep(0.001)
        since = time.perf_counter()
        change("PATCH", f"/plans/{plan}", {"title": f"Turn {i}"})
        changes.append((time.perf_counter() - since) * 1000)
        thread.join()
        waits.append((heard[0] - since) * 1000)
    return statistics.median(waits), sorted(waits)[-1], statistics.median(changes)


def main():
    os.environ["PLAND_TEST_CONTRACT"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        tool = f"{folder}/streams"
        subprocess.run(["cc", "-O2", "-o", tool, Path(__file__).with_suffix(".c")], check=True)
        daemon = harness.Daemon(folder, "--rate", "0", "--log-level", "warn", "--max-connections", str(count + 500),
                                "--max-streams", str(count), "--max-streams-per-token", str(count))
        daemon.spawn()
        while not (daemon.data / "url").exists() or not (daemon.data / "url").read_text():
            time.sleep(0.05)
        daemon.url = (daemon.data / "url").read_text().strip()
        daemon.token = (daemon.data / "admin.token").read_text().strip()
        daemon.admin = harness.Api(daemon.url, daemon.token)
        plan = daemon.admin.new()
        row("long poll: median and longest ms to its answer; median ms to the change's own", "%.1f, %.1f; %.1f" % long_polls(daemon, plan))
        bare = subprocess.Popen([tool, "serve"], stdout=subprocess.PIPE, text=True)
        bare_port, port = bare.stdout.readline().strip(), daemon.url.rsplit(":", 1)[1]
        time.sleep(1)
        idle = resident(daemon.process.pid)
        auth = f"Host: x\nAuthorization: Bearer {daemon.token}"
        etag = daemon.admin("GET", f"/plans/{plan}").headers["ETag"].strip('"')
        ours = Followers(tool, port, f"GET /plans/{plan}/events HTTP/1.1\n{auth}\nAccept: text/event-stream\nLast-Event-ID: {etag}\n")
        time.sleep(2)
        row(f"memory of {count} idle streams, MB above idle (bar: 110)", "%.1f" % (resident(daemon.process.pid) - idle))
        assert daemon.metric("pland_streams") == count
        long = daemon.admin("GET", f"/plans/{plan}", headers={"X-Long": "h" * 6000})
        row("a request with 6,000 bytes of headers meanwhile (200)", long.status_code)
        theirs = Followers(tool, bare_port, "GET / HTTP/1.1\nHost: x\n")
        p99 = {"ours": [], "theirs": []}
        for i in range(rounds):
            body = f'{{"title":"Round {i}"}}'
            p99["ours"].append(ours.round(f"PATCH /plans/{plan} HTTP/1.1\n{auth}\nContent-Type: application/json\n"
                                          f"Content-Length: {len(body) + 2}\n\n{body}"))
            p99["theirs"].append(theirs.round("GET /fire HTTP/1.1\nHost: x\n"))
        for who, name in (("ours", "pland"), ("theirs", "bare")):
            median = [statistics.median(r[k] for r in p99[who]) for k in range(3)]
            row(f"one event to {count} streams, {name}: p50, p99, last in ms", "%.0f, %.0f, %.0f" % tuple(median))
        a, b = (statistics.median(r[1] for r in p99[who]) for who in ("ours", "theirs"))
        row("  p99 of pland / p99 of a bare broadcaster (bar: 1.4)", "%.2f" % (a / b))
        row("memory after the rounds, MB above idle", "%.1f" % (resident(daemon.process.pid) - idle))
        ours.end()
        theirs.end()
        bare.kill()
        bare.wait()
        daemon.stop()


main()
