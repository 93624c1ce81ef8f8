"""What an operator installs: one list of packages, a hardened unit, manual pages, completion, the quickstart."""
import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PLAND_BIN_DIR", ROOT / "build/release"))
QUICKSTART = ROOT / "deploy/quickstart"
whole = pytest.mark.skipif(BUILD.resolve() != ROOT / "build/release", reason="quickstart runs what it builds itself: the release build")


def run(*args, **kwargs):
    return subprocess.run([str(a) for a in args], text=True, capture_output=True, timeout=900, **kwargs)


def packages():
    lines = [line.split() for line in (ROOT / "deploy/packages.txt").read_text().splitlines() if line and line[0] != "#"]
    sections = {"build": [], "run": [], "image": [], "test": []}
    for section, package in lines:
        sections[section].append(package)
    return sections


def needed(program):
    found = re.findall(r"NEEDED\s+(\S+)", run("objdump", "-p", program).stdout)
    return [lib for lib in found if not re.match(r"lib(asan|ubsan|tsan|gcov)", lib)]


def test_packages_are_listed_once():
    every = [p for names in packages().values() for p in names]
    assert len(every) == len(set(every)) and all(packages().values())


def test_the_image_has_every_library_the_programs_load():
    """A library that is linked but not in the section image fails only when the container starts."""
    listed = set(packages()["image"]) | set(packages()["run"]) | {"libc6", "libgcc-s1"}
    for program in (BUILD / "pland", BUILD / "planctl"):
        libraries = needed(program)
        assert libraries
        for library in libraries:
            owners = {line.split(":")[0] for line in run("dpkg-query", "-S", f"*/{library}").stdout.splitlines()}
            assert owners & listed, f"{program.name} loads {library} of {owners}"  # of several architectures, perhaps


def test_the_unit_is_hardened():
    result = run("systemd-analyze", "security", "--offline=true", "--threshold=15", ROOT / "deploy/pland.service")
    assert result.returncode == 0, result.stdout.splitlines()[-1]


def test_the_unit_is_valid(tmp_path):
    """The same unit with a program that exists: everything else must please systemd."""
    text = (ROOT / "deploy/pland.service").read_text().replace("/usr/sbin/pland", "/bin/true").replace("Documentation=man:pland(8)\n", "")
    unit = tmp_path / "pland.service"
    unit.write_text(text)
    result = run("systemd-analyze", "verify", "--man=no", unit)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("program, args", [("planctl", ["man"]), ("pland", ["--man"])])
def test_manual_pages(program, args):
    page = run(BUILD / program, *args).stdout
    lint = run("mandoc", "-Tlint", "-Wwarning", input=page)
    assert (lint.returncode, lint.stdout) == (0, "")
    shown = run("mandoc", "-Tutf8", input=page).stdout
    assert len(shown.splitlines()) > 100 and "SEE ALSO" in re.sub(".\b", "", shown)


def complete(line):
    script = run(BUILD / "planctl", "completion", "bash").stdout
    probe = 'eval "$1"; read -ra COMP_WORDS <<<"$2"; [[ $2 == *" " ]] && COMP_WORDS+=(""); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n' \
            '_planctl; printf "%s\\n" "${COMPREPLY[@]}"'
    return run("bash", "-c", probe, "_", script, line, cwd="/proc/self/fdinfo").stdout.split()


def test_completion():
    assert complete("planctl ref") == ["refine"]
    assert {"add", "list", "delete"} <= set(complete("planctl repo "))
    assert complete("planctl token re") == ["revoke"]
    assert complete("planctl new --bud") == ["--budget-tokens"]
    assert {"bash", "zsh"} <= set(complete("planctl completion "))
    assert run("shellcheck", "-s", "bash", "-", input=run(BUILD / "planctl", "completion", "bash").stdout).stdout == ""
    assert run(BUILD / "planctl", "completion", "fish").returncode == 2


def test_every_verb_explains_itself_with_an_example():
    overview = run(BUILD / "planctl", "--help").stdout
    verbs = re.findall(r"^  ([a-z]+(?: [a-z]+)?) ", overview, re.M)
    assert len(verbs) > 25
    for verb in verbs:
        text = run(BUILD / "planctl", *verb.split(), "--help").stdout
        assert f"\n  planctl {verb}" in text and "Usage: planctl " + verb in text


# ---- quickstart ----

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_quickstart_script():
    assert run("shellcheck", QUICKSTART).stdout == ""
    text = run(QUICKSTART, "--help").stdout
    for package in packages()["build"] + packages()["run"]:
        assert package in text
    assert run(QUICKSTART, "--frob").returncode == 1
    assert run(QUICKSTART, "--port", "http").returncode == 1


@pytest.fixture
def codebase(tmp_path):
    """A small git repository of its own."""
    folder = tmp_path / "shop api"
    shutil.copytree(ROOT / "tests/codebases/c-lib", folder)
    git = ["git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for args in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *args], check=True)
    return folder


def test_quickstart_refuses_without_ticket_and_terminal(codebase):
    result = run(QUICKSTART, codebase, stdin=subprocess.DEVNULL)
    assert result.returncode == 1 and "no ticket" in result.stderr


@whole
@pytest.mark.timeout(900)
def test_quickstart_plans_twice(codebase, tmp_path):
    """From the checkout to a plan; the second time the daemon that runs is left alone and read-only for it."""
    data, ticket = tmp_path / "var", tmp_path / "ticket.md"
    ticket.write_text("# Count dropped entries\n\nThe ring drops old entries silently. Count them in `src/ring.c`.\n")
    args = [QUICKSTART, "--auto", "--port", free_port(), "--data-dir", data, codebase]
    first = run(*args, ticket)
    try:
        assert first.returncode == 0, first.stdout + first.stderr
        commit = run("git", "-C", codebase, "rev-parse", "--short", "HEAD").stdout.strip()
        assert f"commit {commit} (main)" in first.stdout and "Where to look next" in first.stdout
        assert "src/ring.c" in first.stdout
        pid = (data / "pland.pid").read_text()
        second = run(*args, "-", input="# Count read entries\n\nSee `src/ring.c`.\n")
        assert second.returncode == 0, second.stdout + second.stderr
        assert "running already" in second.stdout and (data / "pland.pid").read_text() == pid
        plans = json.loads(run(BUILD / "planctl", "--data-dir", data, "list", "--json").stdout)["plans"]
        assert {p["title"] for p in plans} and len(plans) == 2
        repositories = json.loads(run(BUILD / "planctl", "--data-dir", data, "repo", "list", "--json").stdout)["repositories"]
        assert [r["path"] for r in repositories] == [str(codebase)]
    finally:
        if (data / "pland.pid").exists():
            run("kill", (data / "pland.pid").read_text().strip())


@whole
@pytest.mark.timeout(900)
def test_quickstart_exit_stops_what_it_started(codebase, tmp_path):
    data = tmp_path / "var"
    (tmp_path / "t.md").write_text("# Count dropped entries\n\nIn `src/ring.c`.\n")
    result = run(QUICKSTART, "--auto", "--exit", "--port", free_port(), "--data-dir", data, codebase, tmp_path / "t.md")
    assert result.returncode == 0 and "pland is stopped" in result.stdout
    assert run(BUILD / "planctl", "--data-dir", data, "status").returncode == 3
