"""A real pland for tests: started on a free port with a data directory of its own, watched through its log, asked over
HTTP. Nothing here sleeps to wait for something: log lines, long polls and child processes say when it has happened."""
import atexit
import contextlib
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
import requests

from openapi_check import check_answer

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PLAND_BIN_DIR", ROOT / "build/release")).resolve()
PLAND = BUILD / "pland"
CODEBASES = ROOT / "tests/codebases"
SANITIZERS = re.compile(r"(Address|Leak|Thread|UndefinedBehavior)Sanitizer|: runtime error: ")
SANITIZED = PLAND.exists() and b"PLAND_STORE_FAIL" in PLAND.read_bytes()  # such a build keeps what is freed, and is slow
DATABASE_SERVER = os.environ.get("PLAND_TEST_DATABASE")  # postgresql://user@host:port: every daemon uses a database there, not SQLite
sqlite_file = pytest.mark.sqlite_file  # not where PostgreSQL is: its files are the server's business (conftest.py)
PATIENCE = int(os.environ.get("PLAND_TEST_PATIENCE", "60"))  # seconds for what takes milliseconds: only a failing test ever waits so long
CLEAN_ENV = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null",
             "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "T", "GIT_AUTHOR_EMAIL": "t@example.org",
             "GIT_COMMITTER_NAME": "T", "GIT_COMMITTER_EMAIL": "t@example.org",
             "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}


def run(*args, code=0, **kwargs):
    """A command; what it printed. Its exit code must be the one expected."""
    result = subprocess.run([str(a) for a in args], text=True, capture_output=True, timeout=120, **kwargs)
    assert result.returncode == code, f"{args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result


def git(folder, *args):
    return run("git", "-C", folder, *args, env=CLEAN_ENV).stdout.strip()


def make_codebase(name, into):
    """A copy of one of tests/codebases as a git repository with one commit."""
    shutil.copytree(CODEBASES / name, into)
    for args in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "first")):
        git(into, *args)
    return into


def server(sql):
    """Runs statements on the server of PLAND_TEST_DATABASE."""
    return run("psql", "-qAtd", DATABASE_SERVER + "/postgres", "-v", "ON_ERROR_STOP=1", input=sql).stdout.strip()


@functools.cache
def template():
    """A database with the newest schema, made once by each worker: copying it is quicker than migrating."""
    name = "pland_template_" + os.environ.get("PYTEST_XDIST_WORKER", "alone")
    server(f"DROP DATABASE IF EXISTS {name};\nCREATE DATABASE {name}")
    with tempfile.TemporaryDirectory() as folder:
        run(PLAND, "--data-dir", folder, "--store", f"{DATABASE_SERVER}/{name}", "migrate")
    return name


def make_database(home, empty=False):
    """A database of its own on the server of PLAND_TEST_DATABASE, the same for each daemon of a home; with the schema, or empty."""
    name = "pland_" + hashlib.sha256(str(home).encode()).hexdigest()[:20]
    server(f"SELECT 'CREATE DATABASE {name} TEMPLATE {'template0' if empty else template()}' WHERE NOT EXISTS"
           f" (SELECT 1 FROM pg_database WHERE datname = '{name}') \\gexec")
    return f"{DATABASE_SERVER}/{name}"


class Daemon:
    """A pland process. `home` holds var (the data directory), code (the root of codebases) and the logs."""

    def __init__(self, home, *flags, env=None, database_of=None, program=PLAND, **options):
        self.home, self.flags, self.env, self.options = Path(home), list(flags), env or {}, options
        self.program = program
        self.data, self.code = self.home / "var", self.home / "code"
        self.code.mkdir(parents=True, exist_ok=True)
        self.process, self.lines, self.url, self.complaints = None, [], None, []
        self.store = ["--store", make_database(database_of or self.home)] if DATABASE_SERVER else []
        self.news = threading.Condition()

    # -- life -----------------------------------------------------------------------------------------------------

    def command(self, *extra):
        return [str(self.program), "--data-dir", str(self.data), "--listen", "127.0.0.1:0", "--roots", str(self.code),
                "--log-format", "json", *self.store, *map(str, self.flags), *map(str, extra)]

    def spawn(self):
        env = {**{k: v for k, v in os.environ.items() if not k.startswith(("PLAND_", "PYTEST_"))}, **self.env}
        self.lines, self.url = [], None
        self.process = subprocess.Popen(self.command(), stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=env,
                                        stdout=subprocess.DEVNULL, **self.options)
        atexit.register(self.process.kill)  # whatever becomes of the test
        self.reader = threading.Thread(target=self.read, args=(self.process.stderr, self.lines), daemon=True)
        self.reader.start()
        return self

    def read(self, pipe, lines):
        """Into the list of this process: the next one has its own, though this may not have ended yet."""
        with open(self.home / "pland.log", "ab") as log:
            for raw in pipe:
                log.write(raw)
                log.flush()
                text = raw.decode("utf-8", "replace")
                try:
                    line = json.loads(text)
                except ValueError:
                    line = {"msg": text.rstrip("\n"), "level": "text"}
                with self.news:
                    lines.append(line)
                    self.news.notify_all()
        with self.news:
            lines.append(None)  # the end
            self.news.notify_all()

    def line(self, found, after=0, timeout=PATIENCE):
        """The first log line that the function `found` likes; None when the process ended before it came."""
        deadline = time.monotonic() + timeout
        with self.news:
            at = after
            while True:
                for at in range(at, len(self.lines)):
                    if self.lines[at] is None or found(self.lines[at]):
                        return self.lines[at]
                at = len(self.lines)
                left = deadline - time.monotonic()
                assert left > 0 and self.news.wait(left), f"no such log line\n{self.tail()}"

    def tail(self, n=40):
        return "\n".join(json.dumps(line) for line in self.lines[-n:])

    def start(self):
        self.spawn()
        ready = self.line(lambda line: line["msg"] == "ready")
        assert ready, f"pland did not start: exit code {self.process.wait(PATIENCE)}\n{self.tail()}"
        self.url = "http://" + ready["url"]
        self.token = (self.data / "admin.token").read_text().strip()
        self.admin = Api(self.url, self.token)
        return self

    def refused(self):
        """Starts what must not start: the exit code and what it said."""
        self.spawn()
        code = self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        text = "\n".join(line["msg"] for line in self.lines if line)
        self.process = None
        assert not SANITIZERS.search(text), text
        return code, text

    def check_log(self):
        bad = [line for line in self.lines if line and (line["level"] == "bug" or SANITIZERS.search(line["msg"]))]
        assert not bad, f"{bad}\n{self.tail(80)}"

    def stop(self, code=0):
        if not self.process:
            return
        process, self.process = self.process, None
        process.send_signal(signal.SIGTERM)
        try:
            ended = process.wait(PATIENCE)
        finally:
            process.kill()
        self.reader.join(PATIENCE)
        self.check_log()
        assert ended == code, f"exit code {ended}\n{self.tail(80)}"

    def kill9(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.check_log()
        self.process = None

    def restart(self, *flags):
        """Stops it and starts it again on the same data, with other flags when some are given."""
        self.stop()
        if flags:
            self.flags = list(flags)
        return self.start()

    def tool(self, *args, code=0, stdin=None):
        """One of pland's own commands on this data directory and its database."""
        return run(self.program, "--data-dir", self.data, *self.store, "--roots", self.code, *args, code=code, input=stdin)

    def sql(self, statement):
        """Looks into its database, or changes it: the first column of the first row."""
        if self.store:
            return run("psql", "-qAtd", self.store[1], "-c", statement).stdout.partition("\n")[0]
        with contextlib.closing(sqlite3.connect(self.data / "pland.db", timeout=30)) as db, db:
            return str((db.execute(statement).fetchone() or [""])[0])

    # -- what tests need again and again ----------------------------------------------------------------------------

    def codebase(self, kind="c-lib", name=None, **fields):
        """Registers a copy of tests/codebases/<kind>; its name."""
        name = name or kind
        if not (self.code / name).exists():
            make_codebase(kind, self.code / name)
        self.admin.ok("POST", "/repositories", {"name": name, "path": str(self.code / name), **fields}, status=201)
        return name

    def api(self, role, project=None):
        """A client with a new token of that role."""
        body = {"name": f"{role} of {project}", "role": role, **({"project": project} if project else {})}
        return Api(self.url, self.admin.ok("POST", "/tokens", body, status=201)["secret"])

    def metric(self, name):
        text = requests.get(self.url + "/metrics", timeout=PATIENCE).text
        return sum(float(v) for v in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.M))


class Api:
    """Requests with one token. Every answer is held against the API document, and none may be pland's fault."""

    def __init__(self, url, token=None):
        self.url, self.token = url, token
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(self, method, path, body=None, headers=None, data=None, timeout=PATIENCE, unavailable=False, **params):
        headers = dict(headers or {})
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            data = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        answer = self.session.request(method, self.url + path, headers=headers, data=data, params=params or None,
                                      timeout=timeout)
        allowed = (503, 507) if unavailable else ()
        assert answer.status_code < 500 or answer.status_code in allowed, f"{method} {path}: {answer.status_code} {answer.text}"
        if os.environ.get("PLAND_TEST_CONTRACT") != "0":
            check_answer(answer)
        return answer

    def ok(self, method, path, body=None, status=200, **kwargs):
        answer = self(method, path, body, **kwargs)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        kind = answer.headers.get("Content-Type", "")
        return answer.json() if kind.startswith("application/json") else answer.text

    def refused(self, method, path, status, slug=None, body=None, **kwargs):
        """The problem with which it is refused."""
        answer = self(method, path, body, **kwargs)
        return problem(answer, status, slug)

    # -- plans ------------------------------------------------------------------------------------------------------

    def plan(self, plan):
        return self.ok("GET", f"/plans/{plan}")

    def new(self, **fields):
        """The id of a new plan."""
        return self.ok("POST", "/plans", fields or None, status=201)["id"]

    def verb(self, plan, verb, body=None, status=200, **kwargs):
        return self.ok("POST", f"/plans/{plan}/{verb}", body, status=status, **kwargs)

    def watch(self, plan, found, timeout=PATIENCE):
        """Long polls until `found` likes the plan."""
        deadline, etag = time.monotonic() + timeout, '"none"'
        while True:
            answer = self("GET", f"/plans/{plan}", headers={"Prefer": "wait=5", "If-None-Match": etag})
            if answer.status_code == 200:
                etag, value = answer.headers["ETag"], answer.json()
                if found(value):
                    return value
            else:
                assert answer.status_code == 304, answer.text
            assert time.monotonic() < deadline, f"{plan} is {value['state']}: {json.dumps(value)[:2000]}"

    def wait_state(self, plan, *states, timeout=PATIENCE):
        """The plan as soon as it is in one of the states; it must not end or wait anywhere else."""
        value = self.watch(plan, lambda p: p["state"] in states or p["activity"] != "working", timeout)
        assert value["state"] in states, f"{value['state']}, not {states}: {json.dumps(value)[:2000]}"
        return value

    def head_etag(self, plan):
        return self("GET", f"/plans/{plan}/revisions/head").headers["ETag"]

    def approve(self, plan, **kwargs):
        return self.verb(plan, "approval", headers={"If-Match": self.head_etag(plan)}, **kwargs)

    def events(self, plan):
        return self.ok("GET", f"/plans/{plan}/events", limit=200)["events"]

    def to_state(self, plan, state):
        """Leads a plan from where it is through the dialogue into a waiting or ended state."""
        moves = {"awaiting_answers": lambda: self.verb(plan, "answers", {"accept_defaults": True}),
                 "awaiting_choice": lambda: self.verb(plan, "choice", {"option": "A"}),
                 "awaiting_approval": lambda: self.approve(plan),
                 "approved": lambda: self.verb(plan, "handoff"),
                 "implementing": lambda: self.finish(plan)}
        for _ in range(12):
            now = self.watch(plan, lambda p: p["activity"] != "working")
            if now["state"] == state:
                return now
            assert now["state"] in moves, f"{now['state']} on the way to {state}: {json.dumps(now)[:2000]}"
            moves[now["state"]]()
        raise AssertionError(f"{plan} does not reach {state}")

    def finish(self, plan):
        for phase in self.ok("GET", f"/plans/{plan}/handoff")["phases"]:
            self.verb(plan, "progress", {"phase": phase["number"], "status": "done"})


def problem(answer, status, slug=None):
    """A refusal in the agreed form."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers
    body = answer.json()
    assert body["status"] == status and body["title"] and body["detail"] and body["request_id"], body
    if slug:
        assert body["type"].endswith("/" + slug), body
    return body


class Wire:
    """A client that speaks HTTP by hand, and badly when asked to."""

    def __init__(self, url):
        host, port = url.split("//")[1].split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False when the other side has closed."""
        try:
            self.socket.sendall(data if isinstance(data, bytes) else data.encode())
            return True
        except OSError:
            return False

    def receive(self):
        """Everything until the other side closes or resets."""
        data = b""
        while True:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                return data
            if not more:
                return data
            data += more

    def answer(self):
        """Status and problem of what came, connection closed by the server."""
        head, _, body = self.receive().partition(b"\r\n\r\n")
        if not head:
            return 0, None
        status = int(head.split(b" ")[1])
        return status, json.loads(body) if body.startswith(b"{") else body


def head(method, path, token, *headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *headers]
    return "\r\n".join(lines) + "\r\n\r\n"
