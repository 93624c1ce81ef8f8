"""planctl against a server that misbehaves on purpose: what the client owes its user whatever the daemon does."""
import http.server
import json
import os
import pty
import random
import subprocess
import threading
import time
import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLANCTL = Path(os.environ.get("PLAND_BIN_DIR", ROOT / "build/release")) / "planctl"
PLAN = {"id": "plan_1", "state": "drafting", "activity": "working", "title": "T", "revision": 0,
        "progress": {"step": "drafting", "done": 1, "total": 4}}


class Fake:
    """Answers from a list of rules: (method, path prefix) → function(request) → (status, headers, body)."""

    def __init__(self):
        self.rules, self.seen = {}, []
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else the body of an answer waits until its head is acknowledged: 40 ms

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = SimpleNamespace(command=self.command, path=self.path, headers=self.headers, body=body)
                fake.seen.append(request)
                rules = [r for r in fake.rules if r[0] == self.command and self.path.startswith(r[1])]
                rule = max(rules, key=lambda r: len(r[1]), default=None)
                status, headers, body = fake.rules[rule](request) if rule else (404, {}, {"title": "Not found"})
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def on(self, method, path, status=200, body=None, headers=None):
        self.rules[method, path] = lambda _: (status, headers or {}, {} if body is None else body)

    def requests(self, method, path):
        return [r for r in self.seen if r.command == method and r.path.startswith(path)]


@pytest.fixture
def fake():
    f = Fake()
    yield f
    f.server.shutdown()
    f.server.server_close()


@pytest.fixture
def ctl(fake, tmp_path):
    def run(*args, env=None, cwd=None, stdin=None, timeout=30):
        full = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PLAND_URL": fake.url, "PLAND_TOKEN": "pland_test", **(env or {})}
        full = {k: v for k, v in full.items() if v is not None}
        return subprocess.run([PLANCTL, *map(str, args)], env=full, cwd=cwd or tmp_path, input=stdin, text=True, capture_output=True, timeout=timeout)
    return run


def ticket(tmp_path, text="# Add a cache\n\nIt is slow.\n"):
    path = tmp_path / "ticket.md"
    path.write_text(text)
    return path


def test_hostile_text_never_reaches_the_terminal(fake, ctl):
    evil = "\x1b]0;owned\x07\x9b31m\u202egnp.exe\r\nsecond"
    fake.on("GET", "/plans", body={"plans": [{"id": "plan_1", "state": "drafting", "title": evil}]})
    fake.on("GET", "/plans/plan_1", 404, {"title": evil, "detail": evil, "errors": [{"pointer": evil, "detail": evil}]})
    for result in (ctl("list"), ctl("show", "plan_1")):
        text = result.stdout + result.stderr
        assert "owned" in text
        assert not any(ord(c) < 32 and c not in "\n\t" or 0x7f <= ord(c) < 0xa0 or c == "\u202e" for c in text)


PIECES = ["# ", "## ", "- ", "  - ", "1. ", "123456789. ", "> ", "- [ ] ", "- [x] ", "| a | b |\n|---|:-:|\n| c | d |\n", "|", "```c\n", "```\n",
          "```mermaid\ngantt\n", "    ", "**", "_", "`", "~~", "[x](", "](https://e.org/a_b)", "![i](x)", "<!-- ", " -->", "<details>\n<summary>",
          "</summary>\n", "&amp;", "&#27;", "&#x202e;", "&#9999999999;", "&nope;", "\n", "\n\n", "\t", " ", "word", "中文", "e\u0301", "\u200d", "👩",
          "\x1b[2J", "\x9b2J", "\u202e", "\ufeff", "\x00", "a" * 90, "中" * 60, "a_b/c-d" * 20, "\\", "\r\n", "---\n", "<br>", "\u0301"]


def width_of(line):
    return sum(0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def check_page(result, columns):
    assert result.returncode == 0, result.stderr
    assert "\ufffd" not in result.stderr and "Sanitizer" not in result.stderr
    assert not any(ord(c) < 32 and c != "\n" or 0x7f <= ord(c) < 0xa0 or c in "\u202e\ufeff" for c in result.stdout)
    assert max(map(width_of, result.stdout.split("\n"))) <= columns, max(result.stdout.split("\n"), key=width_of)


def test_any_markdown_makes_a_page(fake, ctl):
    """What a server sends may be anything: a page within its columns comes of it, and nothing that steers a terminal."""
    dice = random.Random(7)
    corpus = [path.read_bytes() for path in sorted((ROOT / "tests/fuzz/corpus/plan_markdown_fuzz").iterdir())]
    texts = corpus + ["".join(dice.choices(PIECES, k=dice.randint(1, 120))).encode() for _ in range(60)] + [
        b"> " * 500 + b"deep", b"".join(b"  " * i + b"- item\n" for i in range(60)), b"\xff\xfe\x80 | \xc0\xaf\n",
        ("|" + "h|" * 40 + "\n|" + "-|" * 40 + "\n|" + "c|" * 40).encode(), b"- \n- [ ] \n1.\n", b"", b"\n",
        ("| " + "中" * 50 + " | b |\n|-|-|\n| " + "x" * 300 + " | " + "y/" * 200 + " |\n").encode()]
    for text in texts:
        columns = dice.choice([40, 60, 80, 100])
        fake.on("GET", "/plans/plan_1/revisions/1", 200, text, {"Content-Type": "text/markdown"})
        result = ctl("show", "plan_1", "--revision", "1", env={"COLUMNS": str(columns)})
        check_page(result, columns)


def test_blocks_of_a_page(fake, ctl):
    text = ("# Title\n\n## What changes <!-- overview -->\nSome **bold** `code` and &lt;text&gt; [here](https://e.org/x), [there](#top)\n"
            "<!-- ph1 -->\n### P1 Phase\n- [ ] open\n- [x] done\n  1. one\n  2. two\n\n> quoted\n\n```c\nint\tx;\n\n```\n"
            "<details>\n<summary>src/a.c &amp; more, 40 lines</summary>\n\n```mermaid\nflowchart LR\n    a --> b\n```\n\n</details>\n\n"
            "| A | B |\n|---|--:|\n| `x` | 12 |\n| y | 3 |\n\n**Label**\ntext below\n")
    fake.on("GET", "/plans/plan_1/revisions/1", 200, text.encode(), {"Content-Type": "text/markdown"})
    shown = ctl("show", "plan_1", "--revision", "1").stdout
    assert shown == """Title
═════

What changes
────────────

Some bold code and <text> here (https://e.org/x), there

P1 Phase
┄┄┄┄┄┄┄┄

☐ open
☑ done
  1. one
  2. two

│ quoted

    int x;

▸ src/a.c & more, 40 lines

[dependency graph: planctl export ID --format graph]

A │  B
──┼───
x │ 12
y │  3

Label
text below
"""


def test_an_export_replaces_a_file_whole_or_not_at_all(fake, ctl, tmp_path):
    fake.on("GET", "/plans/plan_1/revisions/head", 200, b"new\n", {"Content-Type": "text/markdown"})
    old, link = tmp_path / "old.md", tmp_path / "link.md"
    old.write_text("old")
    old.chmod(0o640)
    link.symlink_to("old.md")
    assert ctl("export", "plan_1", "-o", link).returncode == 0
    assert link.is_symlink() and old.read_text() == "new\n" and old.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.md", "old.md"], "nothing else is left"
    assert ctl("export", "plan_1", "-o", "/dev/stdout").stdout.startswith("new\n")
    for nowhere in (tmp_path / "no/such/folder.md", tmp_path, "/proc/nothing"):
        failed = ctl("export", "plan_1", "-o", nowhere)
        assert failed.returncode == 1 and failed.stderr.startswith("planctl: "), failed
    fake.on("GET", "/plans/plan_1/revisions/head", 500, {"title": "Broken"})
    assert ctl("export", "plan_1", "-o", old).returncode == 1 and old.read_text() == "new\n"


def test_export_formats(fake, ctl):
    charts = b"# T\n\n```mermaid\ngantt\n    title X\n```\n\n```mermaid\nflowchart LR\n    a --> b\n```\n"
    fake.on("GET", "/plans/plan_1/revisions/head", 200, charts, {"Content-Type": "text/markdown"})
    fake.on("GET", "/plans/plan_1/handoff", 200, b"# Brief\n", {"Content-Type": "text/markdown"})
    assert ctl("export", "plan_1", "--format", "gantt").stdout == "gantt\n    title X\n"
    assert ctl("export", "plan_1", "--format", "graph").stdout == "flowchart LR\n    a --> b\n"
    assert ctl("export", "plan_1", "--format", "handoff").stdout == "# Brief\n"
    assert fake.seen[-1].path == "/plans/plan_1/handoff?format=markdown"
    ctl("export", "plan_1", "--format", "html", "--code", "interfaces", "--revision", "3")
    assert (fake.seen[-1].path, fake.seen[-1].headers["Accept"]) == ("/plans/plan_1/revisions/3?code=interfaces", "text/html")
    for wrong in (["--format", "pdf"], ["--code", "all"], ["--format", "json", "--code", "none"], ["--format", "gantt", "--code", "none"]):
        assert ctl("export", "plan_1", *wrong).returncode == 2
    fake.on("GET", "/plans/plan_1/revisions/head", 200, b"# T\n", {"Content-Type": "text/markdown"})
    assert ctl("export", "plan_1", "--format", "gantt").returncode == 1


def test_a_page_instead_of_json_is_no_success(fake, ctl):
    fake.on("GET", "/plans", body=b"<html>log in</html>")
    result = ctl("list")
    assert result.returncode == 1 and "no JSON" in result.stderr


def test_exit_codes(fake, ctl):
    assert ctl("frobnicate").returncode == 2
    assert ctl("show").returncode == 2
    assert ctl("list", "--limit", "many").returncode == 2
    assert ctl("list", env={"PLAND_URL": "http://127.0.0.1:9"}).returncode == 3
    assert ctl("list", env={"PLAND_URL": None}).returncode == 3
    assert ctl("list", env={"PLAND_URL": "ftp://x"}).returncode == 2
    assert ctl("show", "plan_0").returncode == 1
    fake.on("GET", "/plans/plan_1", body={**PLAN, "activity": "waiting", "state": "awaiting_answers"})
    assert ctl("watch", "plan_1").returncode == 4
    for state, code in {"approved": 0, "completed": 0, "failed": 1, "cancelled": 1}.items():
        fake.on("GET", "/plans/plan_1", body={**PLAN, "activity": "ended", "state": state})
        assert ctl("watch", "plan_1").returncode == code, state


def test_timeout(fake, ctl):
    def slow(request):
        if request.headers.get("Prefer"):
            time.sleep(1)
            return 304, {"ETag": '"e-1"'}, b""
        return 200, {"ETag": '"e-1"'}, PLAN
    fake.rules["GET", "/plans/plan_1"] = slow
    begin = time.monotonic()
    assert ctl("watch", "plan_1", "--timeout", "2").returncode == 5
    assert time.monotonic() - begin < 10
    polls = [r for r in fake.requests("GET", "/plans/plan_1") if r.headers.get("Prefer")]
    assert polls and all(r.headers["If-None-Match"] == '"e-1"' for r in polls)


def test_a_pipe_gets_one_line_for_each_change(fake, ctl):
    answers = [{**PLAN, "progress": {"done": i, "total": 4}} for i in (1, 1, 2, 4)] + [{**PLAN, "activity": "ended", "state": "completed"}]
    fake.rules["GET", "/plans/plan_1"] = lambda _: (200, {"ETag": '"x"'}, answers.pop(0))
    lines = ctl("watch", "plan_1").stderr.splitlines()
    assert [line for line in lines if line.startswith("drafting")] == ["drafting 1 of 4", "drafting 2 of 4", "drafting 4 of 4"]


def test_problems_are_told_with_their_pointers(fake, ctl):
    fake.on("POST", "/plans/plan_1/choice", 409, {"title": "Wrong state", "detail": "the plan is drafting", "allowed": ["cancel", "fork"],
                                                  "errors": [{"pointer": "/option", "detail": "there is no option Z"}]})
    result = ctl("choose", "plan_1", "Z")
    assert result.returncode == 1
    for word in ("Wrong state", "the plan is drafting", "/option: there is no option Z", "cancel fork"):
        assert word in result.stderr


def test_a_failure_of_the_daemon_names_the_request_for_its_log(fake, ctl):
    fake.on("GET", "/plans", 500, {"title": "A bug of ours", "request_id": "req_7"})
    assert "req_7" in ctl("list").stderr


def test_busy_is_tried_again_with_the_same_key(fake, ctl, tmp_path):
    answers = [(503, {"Retry-After": "1"}, {"title": "Busy"}), (201, {}, PLAN)]
    fake.rules["POST", "/plans"] = lambda _: answers.pop(0)
    result = ctl("new", ticket(tmp_path), "--no-repo")
    assert (result.returncode, result.stdout) == (0, "plan_1\n")
    keys = [r.headers["Idempotency-Key"] for r in fake.requests("POST", "/plans")]
    assert len(keys) == 2 and keys[0] and keys[0] == keys[1]


def test_the_ticket_of_a_file(fake, ctl, tmp_path):
    fake.on("POST", "/plans", 201, PLAN)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/research.md").write_text("numbers")
    text = "intro line\n\n```\n# not this\n```\n\n## Cache the \"list\" ##\n\nIt is slow.\n"
    result = ctl("new", ticket(tmp_path, text), "notes/research.md", "https://example.org/rfc", "--no-repo", "--small", "--auto",
                 "--label", "a", "--label", "b", "--timeline", "two days", "--key", "k1")
    assert result.returncode == 0, result.stderr
    request = fake.requests("POST", "/plans")[0]
    body = json.loads(request.body)
    assert request.headers["Idempotency-Key"] == "k1"
    assert request.headers["Authorization"] == "Bearer pland_test"
    assert body["ticket"] == {"title": 'Cache the "list"', "body": text}
    assert body["files"] == [{"path": "notes/research.md", "content": "numbers"}]
    assert (body["links"], body["labels"], body["timeline"]) == (["https://example.org/rfc"], ["a", "b"], "two days")
    assert (body["mode"], body["size"]) == ("auto", "small")


def test_a_ticket_of_standard_input(fake, ctl):
    fake.on("POST", "/plans", 201, PLAN)
    assert ctl("new", "-", "--no-repo", stdin="# Title\n\nBody\n").returncode == 0
    assert json.loads(fake.requests("POST", "/plans")[0].body)["ticket"] == {"title": "Title", "body": "Body\n"}
    assert ctl("new", "-", "--no-repo", stdin=" \n# \n").returncode == 2
    assert ctl("new", PLANCTL, "--no-repo").returncode == 2, "a binary is no ticket"


def test_approval_names_the_revision_that_was_read(fake, ctl):
    fake.on("GET", "/plans/plan_1/revisions/head", body={"revision": 3}, headers={"ETag": '"abc"'})
    fake.on("POST", "/plans/plan_1/approval", body={**PLAN, "state": "approved", "approved_revision": 3})
    assert ctl("approve", "plan_1", "--note", "fine").returncode == 0
    request = fake.requests("POST", "/plans/plan_1/approval")[0]
    assert request.headers["If-Match"] == '"abc"'
    assert json.loads(request.body) == {"revision": 3, "note": "fine"}


def test_a_token_goes_only_where_it_was_found(fake, ctl, tmp_path):
    fake.on("GET", "/plans", body={"plans": []})
    config = tmp_path / ".config/pland"
    config.mkdir(parents=True)
    (config / "url").write_text("https://plans.example.org\n")
    (config / "token").write_text("pland_secret\n")
    assert ctl("list", env={"PLAND_TOKEN": None}).returncode == 0
    assert fake.seen[-1].headers.get("Authorization") is None
    (config / "url").write_text(fake.url + "/\n")
    assert ctl("list", env={"PLAND_TOKEN": None, "PLAND_URL": None}).returncode == 0
    assert fake.seen[-1].headers["Authorization"] == "Bearer pland_secret"


def test_the_local_data_directory(fake, ctl, tmp_path):
    fake.on("GET", "/plans", body={"plans": []})
    (tmp_path / "var").mkdir()
    (tmp_path / "var/url").write_text(fake.url)
    (tmp_path / "var/admin.token").write_text("pland_admin\n")
    assert ctl("list", env={"PLAND_TOKEN": None, "PLAND_URL": None}).returncode == 0
    assert fake.seen[-1].headers["Authorization"] == "Bearer pland_admin"
    assert ctl("list", "--data-dir", tmp_path / "none").returncode == 3


def test_lists_follow_their_pages(fake, ctl):
    def page(request):
        last = "cursor=c2" in request.path
        return 200, {}, {"plans": [{"id": "plan_b" if last else "plan_a", "state": "drafting", "title": ""}], **({} if last else {"next_cursor": "c2"})}
    fake.rules["GET", "/plans"] = page
    out = ctl("list", "--state", "drafting", "--q", "a b&c").stdout
    assert "plan_a" in out and "plan_b" in out
    assert "state=drafting" in fake.seen[0].path and "q=a%20b%26c" in fake.seen[0].path


def test_an_upload_needs_agreement_and_holds_what_git_does_not_ignore(fake, ctl, tmp_path):
    repo = tmp_path / "work"
    repo.mkdir()
    for name, text in {"a.txt": "a", "secret.key": "s", ".gitignore": "*.key\n"}.items():
        (repo / name).write_text(text)
    subprocess.run(["git", "init", "-q", repo], check=True)
    fake.on("GET", "/repositories", body={"repositories": []})
    fake.on("POST", "/repositories", 201, {"id": "repo_9"})
    fake.on("PUT", "/repositories/repo_9/snapshot", body={})
    fake.on("POST", "/plans", 201, PLAN)
    refused = ctl("new", ticket(tmp_path), cwd=repo)
    assert refused.returncode == 2 and "--yes" in refused.stderr and not fake.requests("POST", "/")
    assert ctl("new", ticket(tmp_path), "--yes", cwd=repo).returncode == 0
    archive = tmp_path / "sent.tar.gz"
    archive.write_bytes(fake.requests("PUT", "/repositories/repo_9")[0].body)
    names = subprocess.run(["tar", "tzf", archive], check=True, text=True, capture_output=True).stdout.split()
    assert names == [".gitignore", "a.txt"]
    assert json.loads(fake.requests("POST", "/plans")[0].body)["snapshot"] == "repo_9"


def test_a_registered_codebase_is_found_by_its_path(fake, ctl, tmp_path):
    repo = tmp_path / "api"
    (repo / "src").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", repo], check=True)
    fake.on("GET", "/repositories", body={"repositories": [{"id": "repo_1", "name": "api", "path": "/etc"}, {"id": "repo_2", "name": "main", "path": str(repo)}]})
    fake.on("POST", "/plans", 201, PLAN)
    assert ctl("new", ticket(tmp_path), "--ref", "v1", cwd=repo / "src").returncode == 0
    assert json.loads(fake.requests("POST", "/plans")[0].body)["repositories"] == [{"name": "main", "ref": "v1"}]
    assert ctl("new", ticket(tmp_path), "--repo", "nothing").returncode == 1


def test_questions_are_asked_on_the_terminal(fake, tmp_path):
    """A person at a terminal: a number chooses an option, Return takes the default."""
    question = {"id": "Q1", "text": "Which?", "why": "speed", "options": ["memory", "disk"], "default": "disk"}
    states = [{**PLAN, "state": "awaiting_answers", "activity": "waiting", "questions": [question, {**question, "id": "Q2"}]},
              {**PLAN, "state": "awaiting_approval", "activity": "waiting", "revision": 1}]
    fake.rules["GET", "/plans/plan_1"] = lambda _: (200, {"ETag": '"x"'}, states[0])

    def answered(_):
        states.pop(0)
        return 200, {}, states[0]
    fake.rules["POST", "/plans/plan_1/answers"] = answered
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(PLAND_URL=fake.url, PLAND_TOKEN="t", HOME=str(tmp_path), TERM="xterm")
        os.execv(PLANCTL, ["planctl", "watch", "plan_1", "--ask"])
    seen = b""
    replies = [b"1\n", b"\n"]
    while True:
        try:
            chunk = os.read(fd, 4096)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
        if replies and seen.count(b"\n  > ") >= 3 - len(replies) and seen.endswith(b"  > "):
            os.write(fd, replies.pop(0))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4, seen.decode()
    body = json.loads(fake.requests("POST", "/plans/plan_1/answers")[0].body)
    assert body == {"answers": [{"question": "Q1", "answer": "memory"}], "accept_defaults": True}


def test_json_is_the_servers(fake, ctl):
    fake.on("GET", "/plans/plan_1", body=b'{"id":"plan_1",   "state":"drafting"}')
    assert ctl("show", "plan_1", "--json").stdout == '{"id":"plan_1",   "state":"drafting"}\n'
    fake.on("GET", "/plans/plan_2", 404, {"title": "Not found"})
    refused = ctl("show", "plan_2", "--json")
    assert refused.returncode == 1 and json.loads(refused.stdout) == {"title": "Not found"}
