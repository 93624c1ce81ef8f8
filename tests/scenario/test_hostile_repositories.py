"""What a repository may hold to have something executed or to lead elsewhere: none of it does. Whatever would run a
command runs one that makes a file, the canary; it must not be there afterwards."""
import hashlib
import json
import os
import stat
import subprocess
import zlib

import pytest

from git_server import GitServer
from harness import CLEAN_ENV, git, make_codebase, problem
from test_imports import HTTP, add, wait_ready

TICKET = {"title": "Add a flag", "body": "- Add a flag `--json` to `internal/cli/report.go`.\n"}


class Trap:
    """The canary, and commands that make it."""

    def __init__(self, folder):
        self.file = folder / "canary"
        self.script = folder / "trap.sh"
        self.script.write_text(f"#!/bin/sh\necho \"$0 $*\" >>{self.file}\ncat\n")
        self.script.chmod(0o755)
        self.command = str(self.script)

    def check(self):
        assert not self.file.exists(), self.file.read_text()


@pytest.fixture
def trap(tmp_path):
    (tmp_path / "trap").mkdir()
    trap = Trap(tmp_path / "trap")
    yield trap
    trap.check()


@pytest.fixture
def server(tmp_path):
    (tmp_path / "remotes").mkdir()
    server = GitServer(tmp_path / "remotes")
    yield server
    server.stop()


def configured(*lines):
    """A way to set values in the repository's own configuration."""
    def make(folder, trap):
        with open(folder / ".git/config", "a") as config:
            for line in lines:
                config.write(line.replace("TRAP", trap.command).replace("FOLDER", str(trap.file.parent)) + "\n")
    return make


def hooks(folder, trap):
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman", "query-watchman", "post-merge"):
        hook = folder / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(trap.script.read_text())
        hook.chmod(hook.stat().st_mode | stat.S_IXUSR)


def filters(folder, trap):
    (folder / ".gitattributes").write_text("* filter=evil diff=evil merge=evil\n*.go text eol=crlf working-tree-encoding=UTF-16\n")
    (folder / ".git/info").mkdir(exist_ok=True)
    (folder / ".git/info/attributes").write_text("* filter=evil\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "attributes")
    configured('[filter "evil"]', "  smudge = TRAP", "  clean = TRAP", "  process = TRAP", "  required = true", '[diff "evil"]',
               "  textconv = TRAP", "  command = TRAP", '[merge "evil"]', "  driver = TRAP")(folder, trap)
    (folder / "README.md").write_text("changed, so that a status would clean it\n")


def included(folder, trap):
    more = trap.file.parent / "more.config"
    more.write_text(f"[core]\n  fsmonitor = {trap.command}\n  pager = {trap.command}\n")
    configured(f"[include]\n  path = {more}", f'[includeIf "gitdir:/"]\n  path = {more}')(folder, trap)


def submodules(folder, trap):
    (folder / ".gitmodules").write_text(
        f'[submodule "a"]\n  path = a\n  url = ext::{trap.command}\n  update = !{trap.command}\n'
        f'[submodule "-b"]\n  path = -b\n  url = -u{trap.command}\n[submodule "../../x"]\n  path = c\n  url = ./c\n')
    git(folder, "update-index", "--add", "--cacheinfo", "160000," + "1" * 40 + ",a")
    git(folder, "add", ".gitmodules")
    git(folder, "commit", "-q", "-m", "submodules")
    configured('[submodule "a"]', "  active = true", "  url = ext::TRAP", "  update = !TRAP")(folder, trap)
    (folder / ".git/modules/a").mkdir(parents=True)
    (folder / ".git/modules/a/config").write_text(f"[core]\n  fsmonitor = {trap.command}\n  worktree = /\n")


LOCAL = {
    "hooks": hooks,
    "filters": filters,
    "fsmonitor": configured("[core]", "  fsmonitor = TRAP", "  fsmonitorHookVersion = 2", "  untrackedCache = true"),
    "ssh-command": configured("[core]", "  sshCommand = TRAP", "  gitProxy = TRAP", "  askPass = TRAP", '[remote "origin"]', "  url = ssh://x/y", "  uploadpack = TRAP", "  promisor = true", "  vcs = TRAP"),
    "hooks-path": configured("[core]", "  hooksPath = FOLDER", "  editor = TRAP", "  pager = TRAP"),
    "includes": included,
    "submodules": submodules,
    "instead-of": configured('[url "ext::TRAP "]', "  insteadOf = https://", "  pushInsteadOf = https://", "[protocol]", "  allow = always"),
    "credential-helper": configured("[credential]", "  helper = !TRAP", "[gpg]", "  program = TRAP", "[commit]", "  gpgSign = true"),
    "aliases": configured("[alias]", "  status = !TRAP", "  fetch = !TRAP", "  ls-remote = !TRAP", "[uploadpack]", "  packObjectsHook = TRAP", "[core]", "  alternateRefsCommand = TRAP"),
    "worktree-elsewhere": configured("[core]", "  worktree = /etc", "  bare = false", "  excludesFile = /etc/passwd", "  attributesFile = /etc/passwd"),
    "partial-clone": configured("[extensions]", "  partialClone = origin", '[remote "origin"]', "  url = ext::TRAP", "  promisor = true", "[core]", "  repositoryFormatVersion = 1"),
}


@pytest.mark.parametrize("kind", sorted(LOCAL))
def test_a_registered_repository_executes_nothing(shared, trap, kind):
    """Read as a commit and as a working tree, by everything a plan does."""
    folder = make_codebase("go-cli", shared.code / f"hostile-{kind}")
    LOCAL[kind](folder, trap)
    for ref in ("main", "WORKTREE"):
        name = f"hostile-{kind}-{ref}"
        shared.admin.ok("POST", "/repositories", {"name": name, "path": str(folder), "default_ref": ref}, status=201)
        plan = shared.admin.new(ticket=TICKET, repository=name, mode="auto")
        done = shared.admin.watch(plan, lambda p: p["activity"] != "working")
        assert done["state"] in ("awaiting_approval", "failed"), done["state"]
        texts = "".join(shared.admin("GET", f"/plans/{plan}{p}").text for p in ("", "/context", "/revisions/head"))
        assert "root:x:0" not in texts
        if kind != "filters":
            assert done["state"] == "awaiting_approval", done
    trap.check()


def test_git_files_that_lead_elsewhere(shared, trap, tmp_path):
    """A `.git` file, alternates and a worktree's commondir that point out of the roots (see also test_codebases)."""
    outside = make_codebase("c-lib", tmp_path / "outside")
    inside = shared.code / "pointing"
    inside.mkdir()
    (inside / ".git").write_text(f"gitdir: {outside}/.git\n")
    problem(shared.admin("POST", "/repositories", {"name": "pointing", "path": str(inside)}), 403)
    chain = make_codebase("c-lib", shared.code / "chained")
    middle = make_codebase("c-lib", shared.code / "middle")
    (middle / ".git/objects/info/alternates").write_text(f"{outside}/.git/objects\n")
    (chain / ".git/objects/info/alternates").write_text(f"{middle}/.git/objects\n")
    problem(shared.admin("POST", "/repositories", {"name": "chained", "path": str(chain)}), 403)


# ---- fetched ---------------------------------------------------------------------------------------------------------

def served(server, folder, name="hostile.git"):
    return server.publish(folder, name)


def import_and_plan(daemon, url, **fields):
    add(daemon.admin, "hostile", url, **fields)
    ready = wait_ready(daemon.admin, "hostile")
    plan = daemon.admin.new(ticket=TICKET, repository="hostile", mode="auto")
    return ready, daemon.admin.watch(plan, lambda p: p["activity"] != "working")


def test_hostile_files_in_a_fetched_repository(launch, server, trap, tmp_path):
    """Nothing is checked out: submodules are not fetched, attributes run no filter, links are not followed."""
    work = make_codebase("go-cli", tmp_path / "work")
    submodules(work, trap)
    (work / ".gitattributes").write_text("* filter=evil export-subst\n")
    (work / "passwd").symlink_to("/etc/passwd")
    (work / ".lfsconfig").write_text(f"[lfs]\n  url = ext::{trap.command}\n")
    git(work, "-c", "filter.evil.clean=cat", "add", ".gitattributes", "passwd", ".lfsconfig")
    git(work, "commit", "-q", "-m", "more")
    daemon = launch(*HTTP)
    ready, plan = import_and_plan(daemon, served(server, work))
    assert ready["state"] == "ready" and plan["state"] == "awaiting_approval"
    mirror = daemon.data / "git" / ready["id"]
    assert not (mirror / "modules").exists() and not (mirror / "hooks").exists()
    assert not any("/a/" in path or "/c/" in path for _, path, _ in server.seen)


def test_configuration_of_user_and_environment_is_not_used(launch, server, trap, tmp_path):
    """Neither the HOME of whoever starts the daemon nor its environment steer the child git."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".config/git").mkdir(parents=True)
    evil = (f'[core]\n  fsmonitor = {trap.command}\n  hooksPath = {trap.file.parent}\n  askPass = {trap.command}\n  sshCommand = {trap.command}\n'
            f'[credential]\n  helper = !{trap.command}\n[url "ext::{trap.command} "]\n  insteadOf = {server.url}\n[protocol]\n  allow = always\n'
            f'[http]\n  proxy = http://127.0.0.1:1\n[remote "x"]\n  uploadpack = {trap.command}\n[init]\n  templateDir = {home}/template\n')
    (home / ".gitconfig").write_text(evil)
    (home / ".config/git/config").write_text(evil)
    (home / ".netrc").write_text("machine 127.0.0.1 login me password from-netrc\n")
    hook = home / "template/hooks/reference-transaction"
    hook.parent.mkdir(parents=True)
    hook.write_text(trap.script.read_text())
    hook.chmod(0o755)
    env = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
           "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": trap.command,
           "GIT_SSH_COMMAND": trap.command, "GIT_ASKPASS": trap.command, "GIT_PROXY_COMMAND": trap.command, "GIT_TEMPLATE_DIR": str(home / "template"),
           "GIT_EXEC_PATH": str(trap.file.parent), "GIT_TRACE": str(tmp_path / "trace"), "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/etc",
           "http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1", "GIT_DIR": str(tmp_path)}
    work = make_codebase("go-cli", tmp_path / "work")
    daemon = launch(*HTTP, env=env)
    ready, plan = import_and_plan(daemon, served(server, work))
    assert ready["state"] == "ready", ready
    assert plan["state"] == "awaiting_approval" and not (tmp_path / "trace").exists()
    assert not any("Authorization" in headers for _, _, headers in server.seen)


def write_object(folder, kind, data):
    """An object as git would never make it."""
    whole = f"{kind} {len(data)}".encode() + b"\0" + data
    name = hashlib.sha1(whole).hexdigest()
    path = folder / ".git/objects" / name[:2] / name[2:]
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(zlib.compress(whole))
    return bytes.fromhex(name)


@pytest.mark.parametrize("name", [b"..", b".git", b".GIT", b"a/../../b", b"."])
def test_names_that_lead_out_of_the_tree(launch, server, trap, tmp_path, name):
    work = make_codebase("go-cli", tmp_path / "work")
    blob = write_object(work, "blob", b"evil\n")
    inner = write_object(work, "tree", b"100644 config\0" + blob)
    tree = write_object(work, "tree", b"40000 " + name + b"\0" + inner)
    commit = git(work, "commit-tree", tree.hex(), "-m", "evil")
    git(work, "update-ref", "refs/heads/main", commit)
    daemon = launch(*HTTP)
    add(daemon.admin, "hostile", served(server, work))
    failed = wait_ready(daemon.admin, "hostile")
    assert failed["state"] == "failed" and "leads out of its tree" in failed["git"]["error"], failed


def test_refs_with_names_that_could_be_options(launch, server, trap, tmp_path):
    """A server lists what it likes; names go from git to git and never through a command line."""
    work = make_codebase("go-cli", tmp_path / "work")
    url = served(server, work)
    head = git(work, "rev-parse", "HEAD")
    for ref in ("refs/heads/--upload-pack=touch", "refs/heads/-x", "refs/tags/--exec=x", "refs/heads/$(touch)", "refs/heads/a;b", "refs/heads/HEAD"):
        git(server.root / "hostile.git", "update-ref", ref, head)
    daemon = launch(*HTTP)
    ready, plan = import_and_plan(daemon, url)
    assert ready["state"] == "ready" and plan["state"] == "awaiting_approval", (ready, plan["error"])
    trap.check()


def test_dumb_servers_cannot_send_elsewhere(launch, server, trap, tmp_path):
    """The old protocol lets a server name alternates at other addresses: they are not asked."""
    work = make_codebase("go-cli", tmp_path / "work")
    bare = tmp_path / "remotes/dumb.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(bare)], check=True, env=CLEAN_ENV)
    git(bare, "update-server-info")
    secret = GitServer(tmp_path)
    files = {"info/refs": (bare / "info/refs").read_bytes(), "HEAD": b"ref: refs/heads/main\n",
             "objects/info/http-alternates": f"{secret.url}/x/objects\n".encode(), "objects/info/alternates": b"/etc\n"}

    def dumb(h):
        data = files.get(h.path.partition("?")[0].split("/", 2)[2])
        h.plain(200 if data is not None else 404, (data or b"").decode())
    server.bad["dumb.git"] = dumb
    daemon = launch(*HTTP, "--attempts", "1")
    add(daemon.admin, "hostile", f"{server.url}/dumb.git")
    failed = wait_ready(daemon.admin, "hostile")
    secret.stop()
    assert failed["state"] == "failed" and not secret.seen, json.dumps(failed)


def test_the_mirror_is_not_a_way_out(launch, server, trap, tmp_path):
    """Should a mirror ever lead elsewhere, it is not read."""
    work = make_codebase("go-cli", tmp_path / "work")
    daemon = launch(*HTTP)
    ready, _ = import_and_plan(daemon, served(server, work))
    info = daemon.data / "git" / ready["id"] / "objects/info"
    info.mkdir(exist_ok=True)
    (info / "alternates").write_text(f"{tmp_path}/work/.git/objects\n")
    os.utime(work)
    (work / "new.txt").write_text("x\n")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "new")
    git(work, "push", "-q", str(server.root / "hostile.git"), "HEAD:main")
    daemon.admin.ok("POST", "/repositories/hostile/sync", {}, status=202)
    after = wait_ready(daemon.admin, "hostile", lambda r: "progress" not in r["git"] and "error" in r["git"])
    assert "outside" in after["git"]["error"], after
