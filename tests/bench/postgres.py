#!/usr/bin/python3
"""Measures pland on PostgreSQL against the bars it sets itself: POST /plans against Fastify and pg, no-op jobs against
graphile-worker and pg-boss, two daemons against one, and how soon a watcher at one daemon hears of what another did. All on
one throw-away server whose commits are durable; rounds take turns, medians are printed, nothing is judged.
    PLAND_TEST_FSYNC=on tests/postgres tests/bench/postgres.py [BUILD, build/release] [SECONDS, 3] [ROUNDS, 3] [ONLY: post,queue,watch] [JOBS, 20000]"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scenario"))
build, seconds, rounds, only, jobs = (sys.argv[1:] + ["build/release", "3", "3", "post,queue,watch", "20000"][len(sys.argv) - 1:])[:5]
seconds, rounds, JOBS = int(seconds), int(rounds), int(jobs)
os.environ["PLAND_BIN_DIR"], os.environ["PLAND_TEST_CONTRACT"] = build, "0"
import harness  # noqa: E402

harness.PATIENCE = 600  # a machine that others use as well

CONNECTIONS, BATCHES, WATCHED = 64, (32, 500), 100


def row(text, value):
    print(f"{text:<88} {value}", flush=True)


def median(values):
    return statistics.median(values)


def shown(values):
    return f"{median(values):.0f} ({', '.join(f'{v:.0f}' for v in values)})"


def sql(database, text):
    return harness.run("psql", "-qAtd", database, "-c", text).stdout.strip()


def daemons(home, n, *flags):
    """n of them on one database, with one key."""
    made = []
    for i in range(n):
        daemon = harness.Daemon(Path(home) / f"node{i}", "--rate", "0", *flags, database_of=home)
        if i:
            daemon.data.mkdir(mode=0o700)
            for name in ("secret.key", "admin.token"):
                (daemon.data / name).write_bytes((made[0].data / name).read_bytes())
                (daemon.data / name).chmod(0o600)
        made.append(daemon.start())
    return made


# --- POST /plans -------------------------------------------------------------------------------------------------------
def load(targets):
    """Requests a second over all of them together, each with its share of the connections."""
    running = [subprocess.Popen(["wrk", "-t1", f"-c{CONNECTIONS // len(targets)}", f"-d{seconds}s", "--timeout", "20s", "-s", HERE / "post.lua", url + "/plans"],
                                env={**os.environ, "TOKEN": token, "SEED": str(time.time_ns() % 2**31)}, stdout=subprocess.PIPE, text=True) for url, token in targets]
    total = 0
    for process in running:
        out = process.communicate()[0]
        assert "Non-2xx" not in out and "Socket errors" not in out, out
        total += float(next(line.split()[1] for line in out.splitlines() if "Requests/sec" in line))
    return total


def peer(database, port):
    process = subprocess.Popen(["node", HERE / "peer/postgres.js", database, str(port)], stdout=subprocess.PIPE, text=True)
    _, port, token = process.stdout.readline().split()
    return process, (f"http://127.0.0.1:{port}", token)


def posts(home):
    one, two = Path(home) / "one", Path(home) / "two"
    single, pair = daemons(one, 1, "--workers", "0"), daemons(two, 2, "--workers", "0")
    theirs = Path(home) / "peer"
    tables = daemons(theirs, 1, "--workers", "0")[0]  # pland's own tables, for the peer
    tables.stop()
    process, peer_target = peer(harness.make_database(theirs), 0)
    of = [[(d.url, d.token) for d in x] for x in (single, pair)]
    rates = {"pland": [], "peer": [], "two": []}
    for _ in range(rounds):
        rates["pland"].append(load(of[0]))
        rates["peer"].append(load([peer_target]))
        rates["two"].append(load(of[1]))
    process.kill()
    process.wait()
    for daemon in (*single, *pair):
        daemon.stop()
    row("POST /plans on PostgreSQL, requests/s: pland", shown(rates["pland"]))
    row("  Fastify and pg", shown(rates["peer"]))
    row("  pland / peer (bar: 3)", f"{median(rates['pland']) / median(rates['peer']):.2f}")
    row("  two daemons on one database", shown(rates["two"]))
    row("  two / one (bar: 1)", f"{median(rates['two']) / median(rates['pland']):.2f}")
    row("  deadlocks (bar: 0)", sum(int(sql(harness.make_database(x), "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")) for x in (one, two)))


# --- the queue ---------------------------------------------------------------------------------------------------------
def queue(name, *command):
    """Jobs a second of one run, on a database of its own."""
    database = harness.make_database(name)
    out = subprocess.run([str(c).replace("DATABASE", database) for c in command], stdout=subprocess.PIPE, text=True, check=True).stdout
    deadlocks = int(sql(database, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
    sql(harness.DATABASE_SERVER + "/postgres", f"DROP DATABASE {database.rsplit('/', 1)[1]}")
    return float(out.strip()), deadlocks


def queues():
    ours, script = Path(build) / "queue_bench", HERE / "peer/queues.js"
    kinds = {
        **{f"pland, batches of {n}": (ours, "DATABASE", 1, JOBS, n) for n in BATCHES},
        "pland, two nodes": (ours, "DATABASE", 2, JOBS, BATCHES[0]),
        "graphile-worker, default settings": ("node", script, "DATABASE", "graphile", JOBS // 4),
        "graphile-worker, 24 at once": ("node", script, "DATABASE", "graphile", JOBS // 4, 24),
        **{f"pg-boss, batches of {n}": ("node", script, "DATABASE", "pg-boss", JOBS, n) for n in BATCHES},
    }
    rates, deadlocks = {kind: [] for kind in kinds}, 0
    for i in range(rounds):
        for kind, command in kinds.items():
            rate, dead = queue(f"queue {kind} {i}", *command)
            rates[kind].append(rate)
            deadlocks += dead if kind.startswith("pland") else 0
    for kind in kinds:
        row(f"no-op jobs claimed and finished, jobs/s: {kind}", shown(rates[kind]))
    ours = median(rates[f"pland, batches of {BATCHES[0]}"])
    row("  pland / graphile-worker, default settings (bar: 3)", f"{ours / median(rates['graphile-worker, default settings']):.2f}")
    row("  pland / graphile-worker, 24 at once", f"{ours / median(rates['graphile-worker, 24 at once']):.2f}")
    for n in BATCHES:
        row(f"  pland / pg-boss, both in batches of {n} (bar: 1)", f"{median(rates[f'pland, batches of {n}']) / median(rates[f'pg-boss, batches of {n}']):.2f}")
    row("  two nodes / one (bar: 1)", f"{median(rates['pland, two nodes']) / ours:.2f}")
    row("  deadlocks (bar: 0)", deadlocks)


# --- watching ----------------------------------------------------------------------------------------------------------
def watched(home):
    """The other daemon changes a plan; from its answer, or from just before the request, to the event at the stream of the
    first, in milliseconds."""
    near, far = daemons(Path(home) / "watch", 2)
    plan = near.admin.ok("POST", "/plans", {}, status=201)["id"]
    stream = harness.requests.get(near.url + f"/plans/{plan}/events", stream=True, timeout=harness.PATIENCE,
                                  headers={"Accept": "text/event-stream", "Authorization": f"Bearer {near.admin.token}"})
    arrived, seen = {}, threading.Condition()

    def listen():
        for line in stream.iter_lines(chunk_size=1):
            if line.startswith(b"data: "):
                with seen:
                    arrived[json.loads(line[6:])["seq"]] = time.perf_counter()
                    seen.notify()

    threading.Thread(target=listen, daemon=True).start()
    since_request, since_answer = [], []
    for i in range(WATCHED):
        began = time.perf_counter()
        far.admin.ok("PATCH", f"/plans/{plan}", {"title": f"Title {i}"})
        answered, seq = time.perf_counter(), i + 2
        with seen:
            assert seen.wait_for(lambda n=seq: n in arrived, 20), f"event {seq} did not arrive"
        since_request.append(1000 * (arrived[seq] - began))
        since_answer.append(1000 * (arrived[seq] - answered))
    near.stop()
    far.stop()
    for what, values in (("its answer", since_answer), ("its request", since_request)):
        row(f"an event of another daemon reaches a stream, ms after {what}: median, p99",
            f"{median(values):.1f}, {sorted(values)[int(len(values) * 0.99) - 1]:.1f}" + (" (bar: 20 at the median)" if what == "its request" else ""))


def main():
    if not harness.DATABASE_SERVER:
        sys.exit("tests/bench/postgres.py: needs PostgreSQL: run it by PLAND_TEST_FSYNC=on tests/postgres")
    durable = [sql(harness.DATABASE_SERVER + "/postgres", f"SHOW {name}") for name in ("fsync", "synchronous_commit")]
    row("PostgreSQL: fsync, synchronous_commit; load of the machine", f"{', '.join(durable)}; {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="pland-bench-") as home:
        if "post" in only:
            posts(home)
        if "queue" in only:
            queues()
        if "watch" in only:
            watched(home)


if __name__ == "__main__":
    main()
