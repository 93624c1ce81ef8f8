"""planctl as a person at a terminal meets it: the questions of `new`, pages and the pager of `show`, the editor of `edit`.
Each terminal is a pseudo-terminal of its own; nothing sleeps: every step waits for what it expects to see."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import stat
import struct
import termios
import time
import unicodedata
from types import SimpleNamespace

import pytest

from harness import BUILD, PATIENCE, make_codebase, run

DONE, REFUSED, USAGE, UNREACHED, WAITS, TIMEOUT = range(6)
TICKET = ["# Count entries that are dropped", "Count dropped entries in `src/ring.c`.", "Existing callers keep compiling."]
SEQUENCE = re.compile(r"\x1b\[[0-9;]*[a-zA-Z]")
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *args, cwd, env=None, size=(30, 80)):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
            os.chdir(cwd)
            os.execve(args[0], [str(a) for a in args], {"PATH": os.environ["PATH"], "HOME": str(cwd), "TERM": "xterm", **(env or {})})
        self.raw = b""

    def more(self, deadline):
        assert select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0], f"nothing more came after:\n{self.seen}"
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # the other side is gone
            data = b""
        self.raw += data
        self.seen = self.raw.decode("utf-8", "replace")
        return bool(data)

    def until(self, text):
        """Waits until text has come since the last time; what came before it."""
        deadline, start = time.monotonic() + PATIENCE, getattr(self, "at", 0)
        while text not in self.seen[start:]:
            assert self.more(deadline), f"{text!r} never came:\n{self.seen}"
        end = self.seen.index(text, start) + len(text)
        self.at = end
        return self.seen[start:end]

    def send(self, *lines):
        os.write(self.fd, "".join(line + "\n" for line in lines).encode())

    def key(self, byte):
        os.write(self.fd, byte)

    def end(self, code):
        """Everything until it ends, which must be with this code."""
        deadline = time.monotonic() + PATIENCE
        while self.more(deadline):
            pass
        got = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        assert got == code, f"{got}\n{self.seen}"
        return self.seen[getattr(self, "at", 0):]


def plain(text):
    return SEQUENCE.sub("", text).replace("\r\n", "\n")


def columns(line):
    return sum(0 if unicodedata.combining(c) or c == "\u200d" else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def fits(text, width):
    wide = [line for line in plain(text).split("\n") if columns(line) > width]
    assert not wide, wide


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A daemon, and a folder to work in with a git repository that is not registered."""
    from harness import Daemon
    home = tmp_path_factory.mktemp("terminal")
    daemon = Daemon(home).start()
    (home / "notes.md").write_text("# Research\n\nOthers count with an atomic.\n")
    (home / "tmp").mkdir()
    make_codebase("c-lib", home / "work")
    daemon.codebase("c-lib", "ringlog")
    yield SimpleNamespace(home=home, daemon=daemon, env={"PLAND_DATA_DIR": str(daemon.data), "TMPDIR": str(home / "tmp")}, api=daemon.admin)
    daemon.stop()


@pytest.fixture
def terminal(place):
    def start(*args, cwd=None, env=None, **kwargs):
        return Terminal(BUILD / "planctl", *args, cwd=cwd or place.home, env={**place.env, **(env or {})}, **kwargs)
    return start


@pytest.fixture
def ctl(place):
    def start(*args, code=DONE, env=None, **kwargs):
        return run(BUILD / "planctl", *args, code=code, cwd=place.home,
                   env={"PATH": os.environ["PATH"], "HOME": str(place.home), **place.env, **(env or {})}, **kwargs)
    return start


def plans(place):
    return [plan["id"] for plan in place.api.ok("GET", "/plans", limit=200)["plans"]]


def ready_plan(place, body="Count dropped entries in `src/ring.c`.", **fields):
    """A plan that waits for its approval."""
    plan = place.api.new(ticket={"title": "Count entries", "body": body}, repository="ringlog", mode="auto", **fields)
    place.api.wait_state(plan, "awaiting_approval")
    return plan


def script(place, name, text):
    """An executable, such as an editor that needs nobody."""
    path = place.home / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


# --- new ---------------------------------------------------------------------------------------------------------------
def test_new_asks_for_the_four_things_and_leads_to_the_approval(place, terminal):
    t = terminal("new", "--repo", "ringlog", "--full")
    opening = plain(t.until("> "))
    for asked in ("What to build", "Technical requirements", "Timeline", "Links"):
        assert asked in opening
    t.send(*TICKET, "")
    t.until("2. Technical")
    t.send("C11, no new dependency", "")
    t.until("Deadline and milestones > ")
    t.send("two weeks")
    t.until("Who works on it, how much > ")
    t.send("")
    t.until("4. Links")
    t.send("https://wiki.example.org/ring", "notes.md", "include/ringlog/ringlog.h", "")
    shown = plain(t.until("Start the plan? [Y/n] "))
    for part in ("Count entries that are dropped", "C11, no new dependency", "two weeks", "https://wiki.example.org/ring",
                 "notes.md, 41 bytes", "include/ringlog/ringlog.h", "ringlog at "):
        assert part in shown.partition("What will be sent")[2], part
    before = plans(place)
    t.send("")
    plan = re.search(r"plan_[0-9A-Z]{26}", t.until("\n") + t.until("\n"))[0]
    assert plan not in before
    while True:
        t.at = len(t.seen)
        if not t.more(time.monotonic() + PATIENCE):
            break
        if t.seen.endswith("> "):
            t.send("")  # every default
    t.end(WAITS)
    made = place.api.plan(plan)
    assert made["state"] == "awaiting_approval" and made["title"] == "Count entries that are dropped"
    assert made["request"]["constraints"] == "C11, no new dependency" and made["request"]["timeline"] == "two weeks"
    assert made["request"]["links"] == ["https://wiki.example.org/ring"]
    assert made["request"]["mentions"] == ["include/ringlog/ringlog.h"]
    assert "The plan is ready" in plain(t.seen) and f"approve {plan}" in t.seen


@pytest.mark.parametrize("steps", range(6))
@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["ctrl-c", "ctrl-d"])
def test_leaving_new_leaves_nothing(place, terminal, key, steps):
    before = plans(place)
    t = terminal("new", "--repo", "ringlog")
    prompts = [("\r\n> ", ["A ticket", ""]), ("\r\n> ", [""]), ("milestones > ", [""]), ("how much > ", [""]), ("\r\n> ", [""]),
               ("[Y/n] ", [])]
    for prompt, answer in prompts[:steps]:
        t.until(prompt)
        t.send(*answer)
    t.until(prompts[steps][0])
    t.key(key)
    assert "left: no plan was made and nothing was sent" in t.end(REFUSED)
    assert plans(place) == before


def test_ctrl_d_in_the_middle_of_a_text(place, terminal):
    t = terminal("new", "--no-repo")
    t.until("\r\n> ")
    t.send("Half a ticket")
    t.until("Half a ticket\r\n  ")
    t.key(b"\x04")
    assert "nothing was sent" in t.end(REFUSED)


def test_no_to_what_will_be_sent(place, terminal):
    before = plans(place)
    t = terminal("new", "--no-repo")
    t.until("\r\n> ")
    t.send("notes.md")  # a file's name stands for its text
    t.until("2. Technical")
    t.send("", "", "", "")
    shown = t.until("[Y/n] ")
    assert "Others count with an atomic." in shown and "none" in shown
    t.send("n")
    assert "nothing was sent" in t.end(REFUSED)
    assert plans(place) == before


def test_the_ticket_from_an_editor(place, terminal):
    editor = script(place, "write-ticket", 'printf "# From the editor\\n\\nCount them.\\n" > "$1"\n')
    t = terminal("new", "--no-repo", env={"EDITOR": editor})
    t.until("\r\n> ")
    t.send("e")
    t.until("2. Technical")
    t.send("", "", "", "")
    assert "From the editor" in t.until("[Y/n] ")
    t.key(b"\x03")
    t.end(REFUSED)


def test_the_repository_of_the_current_directory_is_offered(place, terminal):
    """Files and bytes are said before anything is uploaded; a no plans without a codebase."""
    t = terminal("new", cwd=place.home / "work")
    t.until("\r\n> ")
    t.send("Count entries", "", "", "", "", "")
    offer = plain(t.until("[y/N] "))
    files = int(run("sh", "-c", "git ls-files | wc -l", cwd=place.home / "work").stdout)
    assert re.search(rf"Upload of {files} files, \d+ (bytes|KiB)", offer)
    before = place.api.ok("GET", "/repositories", limit=100)["repositories"]
    t.send("n")
    assert re.search(r"codebase +none", plain(t.until("[Y/n] ")))
    t.key(b"\x04")
    t.end(REFUSED)
    assert place.api.ok("GET", "/repositories", limit=100)["repositories"] == before


def test_an_upload_agreed_to_is_planned_for(place, terminal):
    t = terminal("new", "--auto", cwd=place.home / "work")
    t.until("\r\n> ")
    t.send("Count entries", "", "", "", "", "")
    t.until("[y/N] ")
    t.send("y")
    assert re.search(r"codebase .*work, an upload of \d+ files", plain(t.until("[Y/n] ")))
    t.send("")
    t.end(WAITS)
    newest = place.api.plan(plans(place)[0])
    assert newest["title"] == "Count entries" and len(newest["base"]) == 1


def test_without_a_terminal_new_asks_nothing(place, ctl):
    made = ctl("new", "--no-repo", stdin=None, input="")
    assert place.api.plan(made.stdout.strip())["state"] == "awaiting_ticket"
    assert "What to build" in made.stderr


# --- show --------------------------------------------------------------------------------------------------------------
def test_show_is_a_page(place, terminal):
    plan = ready_plan(place)
    fits(terminal("show", plan, "--no-pager", "--quiet").end(DONE), 80)
    seen = terminal("show", plan, "--no-pager").end(DONE)  # and commands to copy, as long as the program's name makes them
    text = plain(seen)
    assert "\x1b[0;1m" in seen and "│" in text and "☐ " in text
    assert "<!--" not in text and "```" not in text and "**" not in text and "\n## " not in text and "|---" not in text
    assert f"approve {plan}" in text


@pytest.mark.parametrize("width, env, expected", [(60, {}, 60), (200, {}, 100), (80, {"COLUMNS": "50"}, 50)])
def test_a_page_is_as_wide_as_the_terminal(place, terminal, width, env, expected):
    plan = ready_plan(place)
    seen = terminal("show", plan, "--no-pager", "--quiet", size=(30, width), env=env).end(DONE)
    fits(seen, expected)
    assert max(columns(line) for line in plain(seen).split("\n")) > expected - 15


@pytest.mark.parametrize("args, env", [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})])
def test_no_colours(place, terminal, args, env):
    seen = terminal("show", ready_plan(place), "--no-pager", *args, env=env).end(DONE)
    assert "\x1b" not in seen


def test_a_pipe_gets_plain_text(place, ctl):
    plan = ready_plan(place)
    text = ctl("show", plan).stdout
    assert "\x1b" not in text and "```" not in text and "<!--" not in text and "src/ring.c" in text
    assert ctl("show", plan, "--format", "md").stdout == ctl("export", plan).stdout
    assert json.loads(ctl("show", plan, "--json").stdout)["id"] == plan
    assert json.loads(ctl("show", plan, "--json", "--revision", "1").stdout)["revision"] == 1


def test_long_pages_go_through_the_pager(place, terminal):
    plan = ready_plan(place)
    pager = script(place, "pager", 'printf "args %s\\n" "$*"\ngrep -c ring.c\nexit 3\n')
    seen = terminal("show", plan, "--quiet", env={"PAGER": f"{pager}  -x one"}).end(DONE)
    assert re.fullmatch(r"args -x one\n[1-9]\d*\n", plain(seen)), seen
    for env, args in (({"PAGER": "nonesuch-pager"}, []), ({"PAGER": ""}, []), ({"PAGER": "cat"}, []), ({"PAGER": pager}, ["--no-pager"])):
        assert "Count entries" in terminal("show", plan, *args, env=env).end(DONE)
    waiting = place.api.new()
    short = terminal("show", waiting, "--quiet", env={"PAGER": pager}).end(DONE)
    assert "What to build" in short and "args" not in short


def test_a_pager_that_is_left_early(place, terminal):
    plan = ready_plan(place, "\n".join(f"- Count `{i}` in `src/ring.c` and never forget it" for i in range(200)))
    pager = script(place, "early", "head -n 1 >/dev/null\n")
    terminal("show", plan, "--quiet", env={"PAGER": pager}).end(DONE)


def test_less_by_default(place, terminal):
    t = terminal("show", ready_plan(place), env={"LESSHISTFILE": "-"})
    t.until("Count entries")
    t.key(b"q")
    t.end(DONE)


HOSTILE = ["\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;aGk=\x07", "\x9b31m and \x85 and \x7f and \x08\x08 back",
           f"{BIDI}gnp.exe", "&#27;[2J &#x1b;[2J &#155; &#x202e;reversed", "<script>alert(1)</script> <!-- hidden -->",
           "`code \x1b[5m`", "[text](https://example.org/\x1b[2J)", "| a | b |\n|---|---|\n| \x1b[2J | \u202e |", "한국어 中文字 e\u0301\u0301 👩\u200d💻"]


def test_nothing_in_a_ticket_steers_the_terminal(place, terminal):
    ticket = {"title": "Hostile \u202e title [31m", "body": "\n\n".join(f"- must keep {line} in `src/ring.c`" for line in HOSTILE)}
    answer = place.api("POST", "/plans", {"ticket": ticket, "repository": "ringlog"})
    assert answer.status_code == 201, answer.text
    plan = answer.json()["id"]
    for _ in range(4):
        state = place.api.watch(plan, lambda p: p["activity"] != "working")["state"]
        documents = [["show", plan, "--format", "md"], ["checks", plan]] if state == "awaiting_approval" else []
        for args in (["show", plan, "--no-pager"], ["watch", plan], ["list"], ["events", plan], *documents):
            t = terminal(*args)
            seen = t.end(WAITS if args[0] == "watch" else DONE)
            rest = re.sub(r"\x1b\[(0|0(;[123469]|;3[26])+)m|\r\x1b\[K", "", seen).replace("\r\n", "\n")
            bad = [c for c in rest if (unicodedata.category(c) == "Cc" and c != "\n" and c != "\t") or c in BIDI]
            assert not bad, (args, bad, rest[:2000])
        if state == "awaiting_approval":
            return
        place.api.verb(plan, *{"awaiting_answers": ("answers", {"accept_defaults": True}), "awaiting_choice": ("choice", {"option": "A"})}[state])
    raise AssertionError(state)


def test_wide_characters_keep_tables_straight(place, terminal):
    plan = ready_plan(place, "- `src/ring.c` must count 中文字 and 한국어 where e\u0301te\u0301 was\n- `src/format.c` must write 数を数える\n")
    seen = plain(terminal("show", plan, "--no-pager", "--quiet").end(DONE))
    fits(seen, 80)
    tables = re.findall(r"(?:^.*│.*\n|^.*┼.*\n)+", seen, re.M)
    assert tables and any("中" in table for table in tables)
    for table in tables:
        places = {tuple(columns(line[:m.start()]) for m in re.finditer("[│┼]", line)) for line in table.splitlines()}
        assert len(places) == 1, table


# --- edit --------------------------------------------------------------------------------------------------------------
def kept_file(text):
    return re.search(r"your text is in (\S+)", plain(text))[1]


def test_an_edit_becomes_the_next_revision(place, ctl):
    plan = ready_plan(place)
    editor = script(place, "overview", 'sed -i "0,/^- \\*\\*Estimate/s//I looked at this by hand.\\n\\n&/" "$2"\ntest "$1" = --wait\n')
    done = ctl("edit", plan, "--watch", code=WAITS, env={"VISUAL": f"{editor} --wait", "EDITOR": "false"})
    assert "I looked at this by hand." in ctl("export", plan).stdout
    assert place.api.plan(plan)["revision"] == 2 and "your text" not in done.stderr
    assert place.api.ok("GET", f"/plans/{plan}/revisions")["revisions"][0]["reason"] == "edit"


def test_an_edit_of_nothing_sends_nothing(place, ctl):
    plan = ready_plan(place)
    before = list((place.home / "tmp").iterdir())
    done = ctl("edit", plan, env={"EDITOR": "true"})
    assert "unchanged" in done.stderr and place.api.plan(plan)["revision"] == 1
    assert list((place.home / "tmp").iterdir()) == before


REFUSED_TEXT = 'sed -i "s/^| Id | .*/What is this doing here?\\n\\n&/" "$1"\n'


def test_a_refused_edit_names_the_line_and_keeps_the_file(place, ctl):
    plan = ready_plan(place)
    refused = ctl("edit", plan, code=REFUSED, env={"EDITOR": script(place, "rubbish", REFUSED_TEXT)})
    kept = kept_file(refused.stderr)
    lines = open(kept).read().splitlines()
    named = int(re.search(r"line (\d+)", refused.stderr)[1])
    assert "What is this doing here?" in lines[named - 1] and f"> {lines[named - 1]}" in refused.stderr
    assert place.api.plan(plan)["revision"] == 1
    assert stat.S_IMODE(os.stat(os.path.dirname(kept)).st_mode) == 0o700


def test_a_refused_edit_can_be_edited_again(place, terminal):
    plan = ready_plan(place)
    twice = REFUSED_TEXT.replace("sed", 'if grep -q "What is this" "$1"; then sed -i "/^What is this/d; s/^## Out of scope/## Risks/;s/^It/IT/;s/R1/R1/;1s/$/ by hand/" "$1"; exit; fi\nsed', 1)
    t = terminal("edit", plan, env={"EDITOR": script(place, "twice", twice)})
    t.until("Edit again? [Y/n] ")
    t.send("")
    assert re.search("checking|awaiting_approval", t.end(DONE)), "the state it got to, as fast as that was"
    assert place.api.wait_state(plan, "awaiting_approval")["title"].endswith("by hand")


def test_leaving_at_the_question_keeps_the_file(place, terminal):
    t = terminal("edit", ready_plan(place), env={"EDITOR": script(place, "rubbish", REFUSED_TEXT)})
    t.until("Edit again? [Y/n] ")
    t.key(b"\x03")
    assert "What is this doing here?" in open(kept_file(t.end(REFUSED))).read()


def test_a_head_that_moved_meanwhile_is_not_overwritten(place, ctl):
    plan = ready_plan(place)
    other = script(place, "other", f'sed -i "1s/$/ mine/" "$1"\nPATH={os.environ["PATH"]} {BUILD}/planctl refine {plan} "Name the risks" --watch >/dev/null 2>&1\ntrue\n')
    refused = ctl("edit", plan, code=REFUSED, env={"EDITOR": other})
    assert "another revision" in refused.stderr and f"planctl diff {plan}" in refused.stderr
    assert " mine" in open(kept_file(refused.stderr)).readline()
    assert place.api.plan(plan)["revision"] == 2


def test_an_editor_that_fails(place, ctl):
    plan = ready_plan(place)
    spoilt = script(place, "spoilt", 'echo more >> "$1"; exit 1\n')
    assert "more" in open(kept_file(ctl("edit", plan, code=REFUSED, env={"EDITOR": spoilt}).stderr)).read()
    for editor in ("false", "nonesuch-editor"):
        failed = ctl("edit", plan, code=REFUSED, env={"EDITOR": editor})
        assert editor in failed.stderr and "nothing was sent" in failed.stderr and "your text" not in failed.stderr
    assert place.api.plan(plan)["revision"] == 1


def test_what_cannot_be_edited_is_said_at_once(place, ctl):
    plan = place.api.new()
    touched = script(place, "touched", f"touch {place.home}/was-run\n")
    assert "awaiting_ticket" in ctl("edit", plan, code=REFUSED, env={"EDITOR": touched}).stderr
    assert not (place.home / "was-run").exists()


def test_revise_takes_markdown(place, ctl):
    plan = ready_plan(place)
    ctl("export", plan, "-o", "plan.md")
    text = (place.home / "plan.md").read_text()
    (place.home / "plan.md").write_text(text.replace("\n", " by hand\n", 1))
    ctl("revise", plan, "plan.md", "--watch", code=WAITS)
    assert place.api.plan(plan)["title"].endswith("by hand")
