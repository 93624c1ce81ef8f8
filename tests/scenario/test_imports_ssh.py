"""Codebases fetched by ssh: a real sshd on loopback, with a deploy key and known hosts."""
import getpass
import os
import shutil
import socket
import subprocess

import pytest

from harness import CLEAN_ENV, PATIENCE, git, make_codebase, run
from test_imports import HTTP, add, everything, wait_ready

SSHD = "/usr/sbin/sshd"
pytestmark = pytest.mark.skipif(not os.path.exists(SSHD), reason="openssh-server is not installed")


class Sshd:
    """Takes the key `login`; only git's own program can be run with it."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("host", "login", "stranger"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name)
        (folder / "authorized").write_text((folder / "login.pub").read_text())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (folder / "config").write_text("\n".join((
            f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {folder}/host", f"AuthorizedKeysFile {folder}/authorized",
            "PasswordAuthentication no", "KbdInteractiveAuthentication no", "UsePAM no", "StrictModes no", "PermitRootLogin prohibit-password",
            f"PidFile {folder}/pid")) + "\n")
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "config")], stderr=subprocess.PIPE, env=CLEAN_ENV)
        while b"listening on" not in (line := self.process.stderr.readline()):
            assert line, "sshd did not start"

    def known(self, name="localhost"):
        kind, key = (self.folder / "host.pub").read_text().split()[:2]
        return f"[{name}]:{self.port} {kind} {key}\n"

    def key(self, name="login"):
        return (self.folder / name).read_text()

    def stop(self):
        self.process.kill()
        self.process.wait(PATIENCE)


@pytest.fixture
def sshd(tmp_path):
    (tmp_path / "sshd").mkdir()
    server = Sshd(tmp_path / "sshd")
    yield server
    server.stop()


@pytest.fixture
def url(sshd, tmp_path):
    work = make_codebase("go-cli", tmp_path / "work")
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(tmp_path / "cli.git")], check=True, env=CLEAN_ENV)
    return f"ssh://{getpass.getuser()}@localhost:{sshd.port}{tmp_path}/cli.git"


def test_a_deploy_key(launch, sshd, url, tmp_path):
    """The host must be known, under its name although its address was pinned; the key is on no disk of pland's."""
    daemon = launch(*HTTP)
    (daemon.data / "known_hosts").write_text(sshd.known())
    made = add(daemon.admin, "cli", url, key=sshd.key())
    assert made["git"]["credential"] == "key"
    ready = wait_ready(daemon.admin, "cli")
    assert ready["state"] == "ready", ready
    assert ready["commit"] == git(tmp_path / "work", "rev-parse", "HEAD")
    lines = [line for line in sshd.key().splitlines() if not line.startswith("-----")]
    assert not any(line.encode() in everything(daemon) for line in lines)


def test_a_host_that_is_not_known(launch, sshd, url):
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url, key=sshd.key())
    failed = wait_ready(daemon.admin, "cli")
    assert failed["state"] == "failed" and "git-known-hosts" in failed["git"]["error"]
    (daemon.data / "known_hosts").write_text(sshd.known("another.example"))
    daemon.admin.ok("POST", "/repositories/cli/sync", {}, status=202)
    assert "git-known-hosts" in wait_ready(daemon.admin, "cli")["git"]["error"]


def test_a_host_whose_key_has_changed(launch, sshd, url):
    daemon = launch(*HTTP)
    kind, key = (sshd.folder / "stranger.pub").read_text().split()[:2]
    (daemon.data / "known_hosts").write_text(f"[localhost]:{sshd.port} {kind} {key}\n")
    add(daemon.admin, "cli", url, key=sshd.key())
    failed = wait_ready(daemon.admin, "cli")
    assert failed["state"] == "failed" and "not the known one" in failed["git"]["error"]


def test_keys_that_do_not_open(launch, sshd, url):
    daemon = launch(*HTTP)
    (daemon.data / "known_hosts").write_text(sshd.known())
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", sshd.folder / "locked")
    for name, key in (("stranger", sshd.key("stranger")), ("none", None), ("locked", sshd.key("locked")), ("junk", "-----junk-----\n")):
        add(daemon.admin, name, url, **({"key": key} if key else {}))
        failed = wait_ready(daemon.admin, name)
        assert failed["state"] == "failed" and "git.key" in failed["git"]["error"], failed


def test_a_key_in_a_file(launch, sshd, url):
    daemon = launch(*HTTP)
    (daemon.data / "known_hosts").write_text(sshd.known())
    (daemon.data / "secrets").mkdir()
    shutil.copy(sshd.folder / "login", daemon.data / "secrets/deploy")
    add(daemon.admin, "cli", url, credential_file="deploy")
    assert wait_ready(daemon.admin, "cli")["state"] == "ready"


def test_a_token_is_not_for_ssh(launch, sshd, url):
    daemon = launch(*HTTP)
    add(daemon.admin, "cli", url, token="x-token-for-ssh")
    assert "takes a key" in wait_ready(daemon.admin, "cli")["git"]["error"]
