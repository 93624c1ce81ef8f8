"""Codebases fetched from a git remote: importing, syncing, credentials, and everything a remote may try."""
import json
import time

import pytest

from git_server import GitServer
from harness import BUILD, CLEAN_ENV, PATIENCE, git, make_codebase, problem, run, sqlite_file

HTTP = ("--git-protocols", "https,ssh,http", "--git-sync", "0", "--retry-base", "10ms")
TICKET = {"title": "Add a flag", "body": "- Add a flag `--json` to `internal/cli/report.go`.\n"}


@pytest.fixture
def server(tmp_path):
    (tmp_path / "remotes").mkdir()
    server = GitServer(tmp_path / "remotes")
    yield server
    server.stop()


@pytest.fixture
def remote(server, tmp_path):
    """A working tree and the URL it is published at: push(work) brings a commit there."""
    work = make_codebase("go-cli", tmp_path / "work")
    url = server.publish(work, "cli.git")
    git(work, "remote", "add", "origin", str(server.root / "cli.git"))
    return work, url


def wait_ready(api, name, found=lambda r: r["state"] != "importing" and "progress" not in r["git"]):
    """The repository as soon as `found` likes it; looked for by asking, as clients do."""
    deadline = time.monotonic() + PATIENCE
    while True:
        repository = api.ok("GET", f"/repositories/{name}")
        if found(repository):
            return repository
        assert time.monotonic() < deadline, json.dumps(repository)


def add(api, name, url, **fields):
    body = {"name": name, "git": {"url": url, **fields}}
    return api.ok("POST", "/repositories", body, status=201)


def commit(work, path, text):
    (work / path).write_text(text)
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", f"change {path}")
    git(work, "push", "-q", "origin", "HEAD:main")
    return git(work, "rev-parse", "HEAD")


def sync(api, name):
    before = api.ok("GET", f"/repositories/{name}")["git"].get("last_tried_at", "")
    api.ok("POST", f"/repositories/{name}/sync", {}, status=202)
    return wait_ready(api, name, lambda r: r["state"] != "importing" and "progress" not in r["git"]
                      and r["git"].get("last_tried_at", "") > before)


# ---- importing ---------------------------------------------------------------------------------------------------------

def test_a_plan_waits_for_its_codebase_and_goes_on(launch, server, remote):
    work, url = remote
    daemon = launch(*HTTP)
    started = add(daemon.admin, "cli", url)
    assert started["state"] == "importing" and started["kind"] == "git" and started["git"]["credential"] == "none"
    plan = daemon.admin.new(ticket=TICKET, repository="cli", mode="auto")
    done = daemon.admin.wait_state(plan, "awaiting_approval")
    ready = wait_ready(daemon.admin, "cli")
    assert ready["commit"] == git(work, "rev-parse", "HEAD") == done["base"][0]["commit"] and ready["branch"] == "main"
    assert ready["git"]["last_synced_at"] and "error" not in ready["git"]
    assert done["checks"]["failed"] == 0 and done["checks"]["verified"] > 3


def test_a_sync_brings_what_was_pushed(launch, remote):
    work, url = remote
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url)
    first = wait_ready(daemon.admin, "cli")
    newest = commit(work, "internal/cli/fresh.go", "package cli\n\nfunc Fresh() {}\n")
    second = sync(daemon.admin, "cli")
    assert second["commit"] == newest != first["commit"] and second["tree"] != first["tree"]
    again = sync(daemon.admin, "cli")
    assert again["tree"] == second["tree"] and again["git"]["last_synced_at"] > second["git"]["last_synced_at"]
    actions = [a["action"] for a in daemon.admin.ok("GET", "/audit")["audit"]]
    assert actions.count("repository.sync") == 2 and "repository.imported" in actions and "repository.moved" in actions


def test_the_default_branch_moves(launch, server, remote):
    """A usual sync is one fetch; which branch is the default one is asked again when it is somewhere else."""
    work, url = remote
    bare = server.root / "cli.git"
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url)
    wait_ready(daemon.admin, "cli")

    def synced():
        server.seen.clear()
        repository = sync(daemon.admin, "cli")
        return repository["commit"], repository["branch"], sum("/info/refs" in path for _, path, _ in server.seen)

    newest = commit(work, "one.txt", "1\n")
    assert synced() == (newest, "main", 1)
    assert synced() == (newest, "main", 1)
    git(work, "checkout", "-q", "-b", "trunk")
    (work / "two.txt").write_text("2\n")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "two")
    git(work, "push", "-q", "origin", "trunk")
    assert synced() == (newest, "main", 1)
    git(bare, "symbolic-ref", "HEAD", "refs/heads/trunk")
    assert synced()[:2] == (git(work, "rev-parse", "trunk"), "trunk")
    git(bare, "branch", "-D", "main")
    assert synced() == (git(work, "rev-parse", "trunk"), "trunk", 1)
    git(bare, "branch", "-m", "trunk", "next")
    assert synced()[:2] == (git(work, "rev-parse", "trunk"), "next")
    git(bare, "symbolic-ref", "HEAD", "refs/heads/nowhere")
    assert synced()[:2] == (git(work, "rev-parse", "trunk"), "next")
    assert daemon.admin.ok("GET", "/repositories/cli")["state"] == "ready"


def test_evidence_survives_a_forced_push(launch, remote):
    """Plans keep the tree they were made of, whatever becomes of its commit."""
    work, url = remote
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url)
    plan = daemon.admin.new(ticket=TICKET, repository="cli", mode="auto")
    before = daemon.admin.wait_state(plan, "awaiting_approval")
    git(work, "checkout", "-q", "--orphan", "other")
    git(work, "commit", "-q", "-m", "history rewritten")
    git(work, "push", "-q", "-f", "origin", "HEAD:main")
    assert sync(daemon.admin, "cli")["commit"] != before["base"][0]["commit"]
    daemon.admin.verb(plan, "refinements", {"instruction": "Log every report."}, status=202)
    after = daemon.admin.wait_state(plan, "awaiting_approval")
    assert after["revision"] == 2 and after["base"] == before["base"]


def test_a_ref_and_a_wrong_one(launch, remote):
    work, url = remote
    daemon = launch(*HTTP)
    git(work, "checkout", "-q", "-b", "release")
    (work / "only-here.txt").write_text("x\n")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "release")
    git(work, "push", "-q", "origin", "release")
    add(daemon.admin, "cli", url, ref="release")
    assert wait_ready(daemon.admin, "cli")["commit"] == git(work, "rev-parse", "release")
    add(daemon.admin, "bad", url, ref="no-such")
    failed = wait_ready(daemon.admin, "bad")
    assert failed["state"] == "failed" and "no-such" in failed["git"]["error"] and "git.ref" in failed["git"]["error"]
    daemon.admin.ok("PATCH", "/repositories/bad", {"git": {"ref": "main"}})
    assert wait_ready(daemon.admin, "bad")["commit"] == git(work, "rev-parse", "main")


def test_a_plan_fails_with_its_import_and_can_be_retried(launch, server, remote):
    _, url = remote
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url.replace("cli.git", "missing.git"))
    plan = daemon.admin.new(ticket=TICKET, repository="cli", mode="auto")
    failed = daemon.admin.wait_state(plan, "failed")
    assert "could not be imported" in failed["error"]["detail"] and "/sync" in failed["error"]["detail"]
    daemon.admin.ok("PATCH", "/repositories/cli", {"git": {"url": url}})
    wait_ready(daemon.admin, "cli")
    daemon.admin.verb(plan, "retry", {})
    daemon.admin.wait_state(plan, "awaiting_approval")


def test_an_empty_repository(launch, server, tmp_path):
    git(tmp_path, "init", "-q", "--bare", str(server.root / "empty.git"))
    daemon = launch(*HTTP)
    add(daemon.admin, "empty", f"{server.url}/empty.git")
    ready = wait_ready(daemon.admin, "empty")
    assert ready["state"] == "ready" and "commit" not in ready
    plan = daemon.admin.new(ticket=TICKET, repository="empty", mode="auto")
    assert "no commit" in daemon.admin.wait_state(plan, "failed")["error"]["detail"]


def test_fetched_by_itself(launch, remote):
    work, url = remote
    daemon = launch("--git-protocols", "http", "--git-sync", "1", "--lease", "5")
    add(daemon.admin, "cli", url)
    assert wait_ready(daemon.admin, "cli")["git"]["next_sync_at"]
    newest = commit(work, "later.txt", "x\n")
    wait_ready(daemon.admin, "cli", lambda r: r["commit"] == newest)
    assert daemon.admin.ok("PATCH", "/repositories/cli", {"git": {"sync": "6h"}})["git"]["sync"] == "360m"
    assert daemon.admin.ok("PATCH", "/repositories/cli", {"git": {"sync": "never"}})["git"].get("next_sync_at") is None


def test_a_killed_import_begins_again(launch, server, remote):
    _, url = remote
    daemon = launch(*HTTP)
    server.bad["cli.git"] = server.hang
    add(daemon.admin, "cli", url)
    wait_ready(daemon.admin, "cli", lambda r: "progress" in r["git"])
    daemon.kill9()
    del server.bad["cli.git"]
    server.released.set()
    daemon.start()
    assert wait_ready(daemon.admin, "cli")["state"] == "ready"


def test_stopping_does_not_wait_for_a_fetch(launch, server, remote):
    _, url = remote
    daemon = launch(*HTTP)
    server.bad["cli.git"] = server.hang
    add(daemon.admin, "cli", url)
    wait_ready(daemon.admin, "cli", lambda r: "progress" in r["git"])
    daemon.stop()


def test_deleting_takes_the_mirror_along(launch, remote):
    _, url = remote
    daemon = launch(*HTTP)
    made = add(daemon.admin, "cli", url)
    wait_ready(daemon.admin, "cli")
    assert (daemon.data / "git" / made["id"] / "HEAD").exists()
    daemon.admin.ok("DELETE", "/repositories/cli", status=204)
    daemon.restart()
    daemon.admin.refused("GET", "/repositories/cli", 404)


@sqlite_file
def test_a_restored_instance_fetches_anew(launch, remote, tmp_path):
    """Mirrors are in no backup: plans wait until they are there again."""
    _, url = remote
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url)
    wait_ready(daemon.admin, "cli")
    daemon.tool("backup", tmp_path / "backup.tar", "--with-key")
    daemon.stop()
    second = launch(*HTTP, "--lease", "5", home=tmp_path / "second", ready=False)
    second.tool("restore", tmp_path / "backup.tar")
    (second.data / "admin.token").write_text(daemon.token)
    second.start()
    assert second.admin.ok("GET", "/repositories/cli")["state"] == "importing"
    second.admin.ok("POST", "/resume", {}, status=204)
    plan = second.admin.new(ticket=TICKET, repository="cli", mode="auto")
    second.admin.wait_state(plan, "awaiting_approval")
    assert wait_ready(second.admin, "cli")["state"] == "ready"


# ---- credentials -------------------------------------------------------------------------------------------------------

TOKEN = "s3cret-t0ken-of-the-forge"


def everything(daemon):
    """All that is stored or said, as text."""
    files = [p for p in daemon.home.rglob("*") if p.is_file() and p.name != "secret.key"]
    return b"".join(p.read_bytes() for p in files)


def test_a_token(launch, server, remote):
    _, url = remote
    server.auth = "x-access-token:" + TOKEN
    daemon = launch(*HTTP)
    made = add(daemon.admin, "cli", url, token=TOKEN)
    assert made["git"]["credential"] == "token" and TOKEN not in json.dumps(made)
    assert wait_ready(daemon.admin, "cli")["state"] == "ready"
    daemon.restart()
    assert sync(daemon.admin, "cli")["state"] == "ready"
    assert TOKEN.encode() not in everything(daemon)


def test_a_wrong_token_is_never_said(launch, server, remote):
    """The server echoes what it got; neither error nor log nor disk show it."""
    _, url = remote
    server.auth = "u:right"
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url, token=TOKEN, username="u")
    failed = wait_ready(daemon.admin, "cli")
    assert failed["state"] == "failed" and "git.token" in failed["git"]["error"]
    daemon.admin.ok("PATCH", "/repositories/cli", {"git": {"token": "right"}})
    assert wait_ready(daemon.admin, "cli")["state"] == "ready"
    assert TOKEN.encode() not in everything(daemon)


def test_a_token_in_a_file(launch, server, remote):
    _, url = remote
    server.auth = "x-access-token:" + TOKEN
    daemon = launch(*HTTP)
    (daemon.data / "secrets").mkdir()
    (daemon.data / "secrets/forge").write_text(TOKEN + "\n")
    made = add(daemon.admin, "cli", url, credential_file="forge")
    assert made["git"]["credential"] == "file" and wait_ready(daemon.admin, "cli")["state"] == "ready"
    for name in ("../secret.key", "/etc/passwd", ".hidden", "a/b"):
        refusal = daemon.admin.refused("POST", "/repositories", 400, body={"name": "x", "git": {"url": url, "credential_file": name}})
        assert refusal["errors"][0]["pointer"] == "/git/credential_file"


def test_a_token_does_not_follow_to_another_host(launch, server, remote, tmp_path):
    _, url = remote
    server.auth = "x-access-token:" + TOKEN
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url, token=TOKEN)
    wait_ready(daemon.admin, "cli")
    (tmp_path / "others").mkdir()
    other = GitServer(tmp_path / "others")
    try:
        moved = daemon.admin.ok("PATCH", "/repositories/cli", {"git": {"url": f"{other.url}/cli.git"}})
        assert moved["git"]["credential"] == "none" and moved["state"] == "importing"
        assert wait_ready(daemon.admin, "cli")["state"] == "failed"
        assert other.seen and not any("Authorization" in headers for _, _, headers in other.seen)
    finally:
        other.stop()


def test_rekeyed_credentials(launch, server, remote):
    _, url = remote
    server.auth = "x-access-token:" + TOKEN
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url, token=TOKEN)
    wait_ready(daemon.admin, "cli")
    daemon.stop()
    assert "1 secrets" in daemon.tool("rekey").stdout
    daemon.start()
    assert sync(daemon.admin, "cli").get("git", {}).get("error") is None


# ---- what is refused ---------------------------------------------------------------------------------------------------

BAD_URLS = [
    "ext::sh -c 'touch /tmp/x'", "ext::touch%20x", "fd::17", "file:///etc", "/etc", "./x", "--upload-pack=touch x", "-x",
    "git://example.com/x.git", "ftp://example.com/x", "https://", "https:///x", "https://example.com", "https://example.com/",
    "https://u:p@example.com/x", "https://token@example.com/x", "ssh://-oProxyCommand=touch/x", "ssh://u:p@example.com/x",
    "-oProxyCommand=touch@example.com:x", "git@-oProxyCommand=x:y", "ssh://git@exa mple.com/x", "ssh://git@example.com:0/x",
    "ssh://git@example.com:99999/x", "https://example.com/x\n", "https://exa$(x)mple.com/x", "https://example.com/x?y", "git@example.com:-x",
    "git@example.com:'x'", "user@host", "http::http://example.com/x", "https://example.com\\x/y", "ssh://git@[::1/x",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_urls_that_are_refused(shared, url):
    refusal = shared.admin.refused("POST", "/repositories", 400, body={"name": "bad", "git": {"url": url}})
    assert refusal["errors"][0]["pointer"] == "/git/url", refusal


def test_what_else_is_refused(shared, remote):
    _, url = remote
    api = shared.admin
    assert "git-protocols" in api.refused("POST", "/repositories", 403, body={"name": "bad", "git": {"url": url}})["detail"]
    for git_part, pointer in (({}, "/git/url"), ({"url": "https://example.com/x", "ref": "--upload-pack=x"}, "/git/ref"),
                              ({"url": "https://example.com/x", "token": "a", "key": "b"}, "/git"), ({"url": "https://example.com/x", "sync": "5s"}, "/git/sync")):
        refusal = api.refused("POST", "/repositories", 400, body={"name": "bad", "git": git_part})
        assert refusal["errors"][0]["pointer"] == pointer, refusal
    planner = shared.api("planner", "default")
    problem(planner("POST", "/repositories", {"name": "bad", "git": {"url": "https://example.com/x"}}), 403)
    name = shared.codebase("c-lib", name="by-path-for-sync")
    problem(api("POST", f"/repositories/{name}/sync", {}), 409)
    problem(api("PATCH", f"/repositories/{name}", {"git": {"url": "https://example.com/x"}}), 409)
    problem(api("PATCH", f"/repositories/{name}", {}), 400)


def test_private_addresses_are_refused(launch, remote):
    """As a literal at once; behind a name when it is fetched."""
    _, url = remote
    daemon = launch(*HTTP, "--allow-networks", "192.0.2.0/24")
    assert "allow-networks" in daemon.admin.refused("POST", "/repositories", 403, body={"name": "a", "git": {"url": url}})["detail"]
    add(daemon.admin, "b", url.replace("127.0.0.1", "localhost"))
    failed = wait_ready(daemon.admin, "b")
    assert failed["state"] == "failed" and "allow-networks" in failed["git"]["error"]


# ---- servers that are bad ----------------------------------------------------------------------------------------------

def test_a_redirect_is_not_followed(launch, server, remote):
    _, url = remote
    server.bad["moved.git"] = server.redirect(url)
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", f"{server.url}/moved.git")
    failed = wait_ready(daemon.admin, "cli")
    assert failed["state"] == "failed" and "redirect" in failed["git"]["error"]
    assert not any("/cli.git/" in path for _, path, _ in server.seen)


def test_a_server_that_hangs(launch, server):
    server.bad["slow.git"] = server.hang
    daemon = launch(*HTTP, "--git-timeout", "1", "--attempts", "1")
    add(daemon.admin, "slow", f"{server.url}/slow.git")
    failed = wait_ready(daemon.admin, "slow")
    assert failed["state"] == "failed" and "git-timeout" in failed["git"]["error"]


def test_a_pack_that_never_ends(launch, server):
    server.bad["endless.git"] = server.endless
    daemon = launch(*HTTP, "--git-max-bytes", "8MiB")
    made = add(daemon.admin, "endless", f"{server.url}/endless.git")
    failed = wait_ready(daemon.admin, "endless")
    assert failed["state"] == "failed" and "git-max-bytes" in failed["git"]["error"]
    kept = sum(p.stat().st_size for p in (daemon.data / "git" / made["id"]).rglob("*") if p.is_file())
    assert kept < 64 << 20


def test_a_pack_that_claims_too_much(launch, server):
    """A billion objects, says its head: the memory for their table is not given."""
    server.bad["vast.git"] = lambda h: server.endless(h, 4_000_000_000)
    daemon = launch(*HTTP)
    add(daemon.admin, "vast", f"{server.url}/vast.git")
    failed = wait_ready(daemon.admin, "vast")
    assert failed["state"] == "failed" and "memory" in failed["git"]["error"]


def test_servers_that_fail_are_asked_again(launch, server, remote):
    _, url = remote
    left = [3]

    def failing(handler):
        left[0] -= 1
        if left[0] < 0:
            del server.bad["cli.git"]
        handler.plain(503, "not now")
    server.bad["cli.git"] = failing
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url)
    assert wait_ready(daemon.admin, "cli", lambda r: r["state"] != "importing")["state"] == "ready"


def test_a_server_with_shallow_history(launch, server, remote, tmp_path):
    """What it has is taken; that there was more does not matter to a plan."""
    work, url = remote
    newest = commit(work, "second.txt", "x\n")
    run("git", "clone", "-q", "--bare", "--depth", "1", f"file://{server.root}/cli.git", server.root / "shallow.git", env=CLEAN_ENV)
    daemon = launch(*HTTP)
    add(daemon.admin, "shallow", f"{server.url}/shallow.git")
    ready = wait_ready(daemon.admin, "shallow")
    assert ready["state"] == "ready" and ready["commit"] == newest, ready
    daemon.admin.wait_state(daemon.admin.new(ticket=TICKET, repository="shallow", mode="auto"), "awaiting_approval")


def test_a_folder_with_shallow_history(launch, remote, server):
    daemon = launch(*HTTP)
    run("git", "clone", "-q", "--depth", "1", f"file://{server.root}/cli.git", daemon.code / "shallow", env=CLEAN_ENV)
    daemon.admin.ok("POST", "/repositories", {"name": "shallow", "path": str(daemon.code / "shallow")}, status=201)
    daemon.admin.wait_state(daemon.admin.new(ticket=TICKET, repository="shallow", mode="auto"), "awaiting_approval")


def test_a_server_of_sha256_objects(launch, server, tmp_path):
    work = tmp_path / "sha256"
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256", str(work))
    (work / "a.txt").write_text("a\n")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "a")
    url = server.publish(work, "sha256.git")
    daemon = launch(*HTTP)
    add(daemon.admin, "new", url)
    failed = wait_ready(daemon.admin, "new")
    assert failed["state"] == "failed" and "sha256" in failed["git"]["error"]


# ---- planctl -----------------------------------------------------------------------------------------------------------

def test_planctl_adds_shows_and_syncs_a_remote(launch, server, remote, tmp_path):
    work, url = remote
    server.auth = "me:" + TOKEN
    daemon = launch(*HTTP)
    (tmp_path / "token").write_text(TOKEN + "\n")

    def ctl(*args, code=0):
        env = {**CLEAN_ENV, "PLAND_URL": daemon.url, "PLAND_TOKEN": daemon.token}
        return run(BUILD / "planctl", *args, env=env, code=code).stdout
    said = ctl("repo", "add", url, "--token-file", tmp_path / "token", "--username", "me")
    assert " cli importing" in said and TOKEN not in said
    wait_ready(daemon.admin, "cli")
    newest = commit(work, "fresh.txt", "x\n")
    before = daemon.admin.ok("GET", "/repositories/cli")["git"]["last_tried_at"]
    ctl("repo", "sync", "cli")
    wait_ready(daemon.admin, "cli", lambda r: r["git"]["last_tried_at"] > before and "progress" not in r["git"])
    shown = ctl("repo", "show", "cli")
    assert newest in shown and url in shown and "token" in shown and TOKEN not in shown
    assert " cli ready" in ctl("repo", "set", "cli", "--sync", "2h")
    assert "never run" not in ctl("repo", "add", "bad", "ext::sh -c x", code=1)
