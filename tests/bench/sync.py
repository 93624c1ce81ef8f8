#!/usr/bin/python3
"""How long a sync takes after a commit that touches ten files, from POST …/sync to the new snapshot, on a repository of
so many files: tests/bench/sync.py [FILES] [ROUNDS]. Prints the first import, every sync, and the least and median."""
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scenario"))
os.environ["PLAND_TEST_CONTRACT"] = "0"
from git_server import GitServer  # noqa: E402
from harness import CLEAN_ENV, Daemon  # noqa: E402

FLAGS = ("--git-protocols", "http", "--git-sync", "0", "--allow-networks", "127.0.0.0/8", "--rate", "0", "--max-tree-bytes", "8GiB")


def path_of(i):
    return f"d{i % 61}/s{i // 61 % 67}/f{i}.c"


def stream(files, message, parent):
    """A commit for git fast-import."""
    words = [f"word{i}" for i in range(3000)]
    yield f"feature done\ncommit refs/heads/main\ncommitter T <t@example.org> 1700000000 +0000\ndata {len(message)}\n{message}\n{parent}"
    for i in files:
        text = "\n".join(" ".join(random.choices(words, k=9)) for _ in range(random.randint(20, 140))) + f"\nfile {i} {message}\n"
        yield f"M 100644 inline {path_of(i)}\ndata {len(text)}\n{text}\n"
    yield "done\n"


def commit(bare, files, message, parent=""):
    importer = subprocess.Popen(["git", "--git-dir", bare, "fast-import", "--quiet"], stdin=subprocess.PIPE, env=CLEAN_ENV)
    for piece in stream(files, message, parent):
        importer.stdin.write(piece.encode())
    importer.stdin.close()
    assert importer.wait() == 0
    return subprocess.run(["git", "--git-dir", bare, "rev-parse", "main"], capture_output=True, text=True, check=True).stdout.strip()


def wait(daemon, found):
    while True:
        repository = daemon.admin.ok("GET", "/repositories/big")
        if found(repository) and repository["state"] != "importing" and "progress" not in repository["git"]:
            return repository
        time.sleep(0.002)


def cpu_ms(pid):
    """Processor time of the daemon and of the children it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) * 1000 / os.sysconf("SC_CLK_TCK")


def main(files=80000, rounds=7):
    random.seed(1)
    with tempfile.TemporaryDirectory(prefix="pland-sync-") as top:
        top = Path(top)
        (top / "remotes").mkdir()
        bare = str(top / "remotes/big.git")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", bare], check=True, env=CLEAN_ENV)
        commit(bare, range(files), "first")
        server, daemon = GitServer(top / "remotes"), Daemon(top / "pland", *FLAGS).start()
        start = time.monotonic()
        daemon.admin.ok("POST", "/repositories", {"name": "big", "git": {"url": server.url + "/big.git"}}, status=201)
        assert wait(daemon, lambda r: True)["state"] == "ready"
        print(f"{files} files: imported in {time.monotonic() - start:.2f} s")
        took, cpu = [], cpu_ms(daemon.process.pid)
        for n in range(rounds):
            newest = commit(bare, random.sample(range(files), 10), f"change {n}", "from refs/heads/main^0\n")
            start = time.monotonic()
            daemon.admin.ok("POST", "/repositories/big/sync", {}, status=202)
            wait(daemon, lambda r: r.get("commit") == newest)
            took.append((time.monotonic() - start) * 1000)
            print(f"sync {n + 1}: {took[-1]:.0f} ms")
        cpu = (cpu_ms(daemon.process.pid) - cpu) / rounds
        anon = int(next(line for line in Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines() if line.startswith("RssAnon")).split()[1])
        print(f"sync of 10 changed files: least {min(took):.0f} ms, median {statistics.median(took):.0f} ms, "
              f"processor time {cpu:.0f} ms (pland and its git); load {os.getloadavg()[0]:.1f}; RssAnon {anon >> 10} MiB")
        daemon.stop()
        server.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
