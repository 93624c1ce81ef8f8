"""What scenario tests start from: daemons, clients, codebases. See harness.py."""
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("PLAND_BIN_DIR", str(Path(__file__).resolve().parents[2] / "build/release"))

import harness  # noqa: E402
from fake_anthropic import AnthropicServer  # noqa: E402
from fake_openai import Server  # noqa: E402
from receiver import Receiver  # noqa: E402

# a test comes back to a connection that was silent for a while: not just when it is being closed
LOCAL = ("--rate", "0", "--allow-networks", "127.0.0.0/8", "--idle-timeout", "1h")


def pytest_configure(config):
    config.addinivalue_line("markers", "sqlite_file: about SQLite's file")
    config.addinivalue_line("markers", "threads: several threads of a daemon meet in it: what ThreadSanitizer looks at")


def pytest_collection_modifyitems(items):
    for item in items:
        if harness.DATABASE_SERVER and item.get_closest_marker("sqlite_file"):
            item.add_marker(pytest.mark.skip(reason="about SQLite's file"))


@pytest.fixture
def launch(tmp_path):
    """launch(*flags) starts a daemon of the test's own; all are stopped at the end and must end well."""
    daemons = []

    def start(*flags, home=None, ready=True, **kwargs):
        daemon = harness.Daemon(home or tmp_path / f"pland{len(daemons)}", *LOCAL, *flags, **kwargs)
        daemons.append(daemon)
        return daemon.start() if ready else daemon

    yield start
    for daemon in daemons:
        daemon.stop()


@pytest.fixture
def daemon(launch):
    """A daemon of the test's own."""
    return launch()


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """One daemon for all cheap tests of a worker, with the codebases c-lib and python-api. Tests leave it working."""
    daemon = harness.Daemon(tmp_path_factory.mktemp("shared"), *LOCAL).start()
    daemon.codebase("c-lib")
    daemon.codebase("python-api")
    yield daemon
    daemon.stop()


@pytest.fixture
def api(shared):
    return shared.admin


@pytest.fixture
def codebase(tmp_path):
    """codebase(kind) copies tests/codebases/<kind> into a git repository."""
    return lambda kind="c-lib", name=None: harness.make_codebase(kind, tmp_path / (name or kind))


@pytest.fixture
def model(tmp_path):
    """model(**options) starts a fake model server; see fake_openai.py. api="anthropic" for the other interface."""
    servers = []

    def start(api="openai", **options):
        options.setdefault("log", tmp_path / f"model{len(servers)}.log")
        servers.append({"openai": Server, "anthropic": AnthropicServer}[api](**options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def receiver():
    """An HTTP server that keeps what it gets."""
    with Receiver() as r:
        yield r
