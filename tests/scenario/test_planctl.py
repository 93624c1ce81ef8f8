"""planctl with a daemon of its own: the whole life of a plan from a shell, and what scripts may rely on."""
import json
import os
import pty
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PLAND_BIN_DIR", ROOT / "build/release"))
TICKET = """# Count entries that are dropped

The ring drops old entries silently when it is full; nobody can tell how many were lost.

- Count dropped entries in `src/ring.c` and give the count out through `include/ringlog/ringlog.h`.
- The count is part of the dump that `src/format.c` writes.
- Existing callers keep compiling.
"""
DONE, REFUSED, USAGE, UNREACHED, WAITS, TIMEOUT = range(6)


def make_repository(folder):
    shutil.copytree(ROOT / "tests/codebases/c-lib", folder)
    git = ["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for args in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *args], check=True)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A daemon with one registered codebase; planctl finds it by the data directory alone."""
    home = tmp_path_factory.mktemp("planctl")
    make_repository(home / "code/ringlog")
    (home / "ticket.md").write_text(TICKET)
    log = (home / "pland.log").open("w")
    daemon = subprocess.Popen([BUILD / "pland", "--data-dir", home / "var", "--listen", "127.0.0.1:0", "--roots", home / "code"],
                              stderr=log, stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not (home / "var/url").exists():
        assert daemon.poll() is None and time.monotonic() < deadline, (home / "pland.log").read_text()
        time.sleep(0.05)
    yield home
    daemon.terminate()
    assert daemon.wait(30) == 0, (home / "pland.log").read_text()[-2000:]


@pytest.fixture
def ctl(home):
    def run(*args, code=DONE, cwd=home, stdin=None, token=None):
        env = {"PATH": os.environ["PATH"], "HOME": str(home), **({"PLAND_TOKEN": token} if token else {})}
        result = subprocess.run([BUILD / "planctl", *map(str, args)], env=env, cwd=cwd, input=stdin, text=True, capture_output=True, timeout=120)
        assert result.returncode == code, f"{args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result
    return run


@pytest.fixture(scope="module")
def registered(home):
    subprocess.run([BUILD / "planctl", "repo", "add", "ringlog", "code/ringlog"], cwd=home, check=True)
    return "ringlog"


def new_plan(ctl, *args, code=WAITS):
    """A plan that waits for its approval."""
    return ctl("new", "ticket.md", "--repo", "ringlog", "--auto", "--watch", *args, code=code).stdout.strip()


def plan_of(ctl, plan):
    return json.loads(ctl("show", plan, "--json").stdout)


def test_from_ticket_to_completion(ctl, registered):
    plan = ctl("new", "ticket.md", "--repo", "ringlog").stdout.strip()
    assert re.fullmatch("plan_[0-9A-Z]{26}", plan)
    seen = []
    for _ in range(6):
        ctl("watch", plan, code=WAITS)
        seen.append(plan_of(ctl, plan)["state"])
        if seen[-1] == "awaiting_answers":
            assert "Q1" in ctl("show", plan).stdout
            ctl("answer", plan, "Q1=the smallest thing that works", "--defaults")
        elif seen[-1] == "awaiting_choice":
            ctl("choose", plan, plan_of(ctl, plan)["options"]["options"][0]["id"])
        else:
            break
    assert seen[-1] == "awaiting_approval"
    shown = ctl("show", plan).stdout
    assert "verified" in shown and "src/ring.c" in shown
    ctl("approve", plan, "--note", "go")
    ctl("watch", plan)
    brief = ctl("handoff", plan).stdout
    assert "src/ring.c" in brief and ctl("handoff", plan).stdout == brief
    phases = json.loads(ctl("export", plan, "--format", "json").stdout)["document"]["phases"]
    for phase in phases:
        ctl("progress", plan, phase["id"], "done", "--note", "reviewed")
    assert plan_of(ctl, plan)["state"] == "completed"
    assert ctl("cancel", plan, code=REFUSED).stderr.count("completed") >= 1


def test_documents_and_checks(ctl, home, registered):
    plan = new_plan(ctl)
    markdown, html = ctl("export", plan).stdout, ctl("export", plan, "--format", "html").stdout
    assert markdown.splitlines()[0] and "<html" in html
    ctl("export", plan, "--format", "json", "-o", "plan.json")
    verdict = plan_of(ctl, plan)["checks"]
    assert f"{verdict['verified']} verified" in ctl("checks", plan).stdout
    assert "plan.revision_published" in ctl("events", plan).stdout
    offline = json.loads(ctl("check", "plan.json", "--repo", "code/ringlog", "--json").stdout)
    assert offline["verdict"] == verdict, "the same rules without a daemon"


def test_a_document_that_lies_fails_the_offline_check(ctl, home, registered):
    plan = new_plan(ctl)
    document = json.loads(ctl("export", plan, "--format", "json").stdout)["document"]
    document["phases"][0]["steps"][0]["files"] = [{"path": "src/rnig.c", "change": "modify", "why": "typo"}]
    (home / "wrong.json").write_text(json.dumps(document))
    result = ctl("check", "wrong.json", "--repo", "code/ringlog", code=REFUSED)
    assert "src/rnig.c" in result.stdout and "src/ring.c" in result.stdout


def test_refinement_diff_and_stale_approval(ctl, registered):
    plan = new_plan(ctl)
    ctl("refine", plan, "Keep the old function names.", "--watch", code=WAITS)
    assert plan_of(ctl, plan)["revision"] == 2
    assert ctl("diff", plan).stdout.startswith("---")
    refused = ctl("approve", plan, "--revision", "1", code=REFUSED)
    assert refused.stderr.startswith("planctl: ")
    ctl("approve", "last", "--revision", "2")
    assert plan_of(ctl, plan)["approved_revision"] == 2


def test_an_own_edit_goes_through_the_checks(ctl, home, registered):
    plan = new_plan(ctl)
    exported = json.loads(ctl("export", plan, "--format", "json").stdout)
    exported["document"]["overview"] += "\n\nReviewed by hand."
    (home / "edited.json").write_text(json.dumps(exported))
    ctl("revise", plan, "edited.json", "--watch", code=WAITS)
    assert "Reviewed by hand." in ctl("export", plan).stdout
    assert plan_of(ctl, plan)["revision"] == 2


def test_without_a_ticket_the_plan_asks_for_one(ctl, registered):
    created = ctl("new", "--repo", "ringlog")
    plan = created.stdout.strip()
    ctl("watch", plan, code=WAITS)
    assert "planctl ticket" in created.stderr
    ctl("ticket", plan, "-", "--watch", stdin=TICKET, code=WAITS)
    assert plan_of(ctl, plan)["title"] == "Count entries that are dropped"


def test_the_codebase_of_the_current_directory(ctl, home, registered):
    result = ctl("new", home / "ticket.md", "--auto", "--watch", "--data-dir", home / "var", cwd=home / "code/ringlog/src", code=WAITS)
    assert "codebase ringlog" in result.stderr


def test_an_upload_is_planned_for(ctl, home):
    """A folder outside the roots: uploaded, readable only by its plan, checked like any other."""
    folder = make_repository(home / "elsewhere")
    (folder / "src/not-committed.c").write_text("int x;\n")
    result = ctl("new", "ticket.md", "--repo", folder, "--yes", "--auto", "--watch", code=WAITS)
    assert "uncommitted changes included" in result.stderr
    plan = plan_of(ctl, result.stdout.strip())
    assert plan["checks"]["failed"] == 0 and len(plan["base"]) == 1
    assert "elsewhere" not in ctl("repo", "list").stdout


def test_lists(ctl, registered):
    plan = new_plan(ctl, "--label", "nightly", "--ticket-key", "acme/ring#7")
    assert plan in ctl("list").stdout
    assert plan in ctl("list", "--label", "nightly", "--state", "awaiting_approval", "--ticket", "acme/ring#7").stdout
    assert plan not in ctl("list", "--state", "failed").stdout
    assert json.loads(ctl("list", "--json", "--limit", "1").stdout)["plans"][0]["id"] == plan
    ctl("list", "--state", "asleep", code=REFUSED)
    ctl("delete", plan)
    ctl("show", plan, code=REFUSED)


def test_the_same_key_makes_one_plan(ctl, registered):
    first, second = (ctl("new", "ticket.md", "--repo", "ringlog", "--key", "once").stdout for _ in range(2))
    assert first == second


def test_roles(ctl, home):
    made = ctl("token", "create", "--role", "planner", "--name", "ci", "--days", "2")
    secret, token = made.stdout.strip(), made.stderr.split(",")[0]
    assert secret.startswith("pland_") and secret not in ctl("token", "list").stdout
    url = (home / "var/url").read_text().strip()
    assert "ci" in ctl("token", "list").stdout
    refused = ctl("repo", "add", "other", "code/ringlog", "--url", url, token=secret, code=REFUSED)
    assert "admin" in refused.stderr
    ctl("token", "revoke", token)
    ctl("list", "--url", url, token=secret, code=REFUSED)


def test_registering_twice_and_outside_the_roots(ctl, home, registered):
    again = ctl("repo", "add", "ringlog", "code/ringlog")
    assert "registered already" in again.stderr
    refused = ctl("repo", "add", "etc", "/etc", code=REFUSED)
    assert "roots" in refused.stderr


def test_a_person_at_a_terminal(home, registered):
    """new --ask: questions and choice on the terminal, Return takes what is recommended; ends where approval is needed.
    Standard output has the id alone, so that a script may ask."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(home)
        os.environ.update(HOME=str(home), TERM="xterm")
        script = 'id=$("$0" new ticket.md --repo ringlog --full --ask); code=$?; echo "<$id>"; exit $code'
        os.execv("/bin/sh", ["sh", "-c", script, str(BUILD / "planctl")])
    seen, answered = b"", 0
    while True:
        try:
            chunk = os.read(fd, 4096)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
        if seen.endswith(b"> "):
            answered += 1
            os.write(fd, b"\n")
    text = seen.decode(errors="replace")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == WAITS, text
    assert answered and "awaiting_approval" in text and re.search("<plan_[0-9A-Z]{26}>", text)
