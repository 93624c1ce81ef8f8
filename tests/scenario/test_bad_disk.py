"""What the disk, the data directory and other processes can do to pland: it says what is wrong, it never loses what it
acknowledged, and it goes on when the trouble is over."""
import contextlib
import os
import re
import resource
import shutil
import socket
import sqlite3
import tempfile
from pathlib import Path

import pytest

import harness
from harness import sqlite_file
from samples import RING

FAULTS = harness.SANITIZED
PLAN = {"ticket": RING}


def database(daemon):
    return sqlite3.connect(daemon.data / "pland.db")


def integrity(daemon):
    with contextlib.closing(database(daemon)) as db, db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.fixture
def for_all(monkeypatch):
    """A folder that everybody may enter, with the program in it, and what the sanitizers read."""
    home = Path(tempfile.mkdtemp(prefix="pland-test-"))
    home.chmod(0o777)
    options = os.environ.get("TSAN_OPTIONS", "")
    if "suppressions=" in options:
        shutil.copy(Path(__file__).parents[1] / "lint/tsan.supp", home / "tsan.supp")
        monkeypatch.setenv("TSAN_OPTIONS", re.sub(r"suppressions=[^:]*", f"suppressions={home}/tsan.supp", options))
    yield home, shutil.copy(harness.PLAND, home / "pland")
    shutil.rmtree(home)


def stopped(launch, *plans):
    """A daemon that has run and holds some plans."""
    daemon = launch()
    for plan in plans:
        daemon.admin.new(**plan)
    daemon.stop()
    return daemon


# ---- starting -------------------------------------------------------------------------------------------------------------

def test_port_in_use(launch):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        code, text = launch("--listen", f"127.0.0.1:{port}", ready=False).refused()
    assert code == 1 and str(port) in text and "in use" in text


def test_a_second_daemon_on_the_data_directory(launch):
    first = launch()
    plan = first.admin.new()
    code, text = launch(home=first.home, ready=False).refused()
    assert code == 1 and "another pland" in text and str(first.data) in text
    assert first.admin.plan(plan)["state"] == "awaiting_ticket"
    for command in (("token", "create", "--role", "viewer"), ("migrate",), ("rekey",)):
        assert first.tool(*command, code=1).stderr
    first.restart()


def test_a_file_in_place_of_the_data_directory(launch):
    daemon = launch(ready=False)
    daemon.data.write_text("not a folder")
    code, text = daemon.refused()
    assert code == 1 and str(daemon.data) in text and daemon.data.read_text() == "not a folder"


@pytest.mark.parametrize("folder", ["/proc/pland", "/proc/self", "/sys", "/dev/null/x"])
def test_a_data_directory_that_cannot_be_written(launch, folder):
    code, text = launch("--data-dir", folder, ready=False).refused()
    assert code == 1 and folder in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start it as somebody else")
def test_a_read_only_data_directory(for_all):
    """For whoever is not root: the folder is another's."""
    home, program = for_all
    daemon = harness.Daemon(home, user=65534, group=65534, extra_groups=[])
    daemon.command = lambda: [program, "--data-dir", str(daemon.data), "--listen", "127.0.0.1:0"]
    daemon.data.mkdir(mode=0o555)
    code, text = daemon.refused()
    assert code == 1 and str(daemon.data) in text, text
    assert list(daemon.data.iterdir()) == []


@sqlite_file
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start it as somebody else")
def test_a_read_only_database(for_all):
    home, program = for_all
    daemon = harness.Daemon(home).start()
    daemon.stop()
    daemon.data.chmod(0o777)
    for file in daemon.data.iterdir():
        file.chmod(0o444)
    (daemon.data / "lock").chmod(0o666)
    daemon.options = {"user": 65534, "group": 65534, "extra_groups": []}
    daemon.command = lambda: [program, "--data-dir", str(daemon.data), "--listen", "127.0.0.1:0"]
    code, text = daemon.refused()
    assert code == 1 and "pland.db" in text, text


@pytest.mark.parametrize("flags, word", [(("--wat",), "--wat"), (("--workers", "many"), "workers"), (("--workers", "-1"), "workers"),
                                         (("--listen", "nowhere"), "listen"), (("--listen", "192.0.2.1:1"), "192.0.2.1"),
                                         (("--roots", "relative"), "relative"), (("--roots", "/does/not/exist"), "/does/not/exist"),
                                         (("--provider", "openai"), "llm-url"), (("--tls-cert", "/x"), "tls-key"),
                                         (("--allow-networks", "everything"), "allow-networks"), (("--config", "/no/file"), "/no/file")])
def test_wrong_settings(launch, flags, word):
    code, text = launch(*flags, ready=False).refused()
    assert code in (1, 2) and word in text


@sqlite_file
def test_a_database_of_a_newer_version(launch):
    daemon = stopped(launch, PLAN)
    with contextlib.closing(database(daemon)) as db, db:
        db.execute("INSERT INTO schema_migrations VALUES (999, 'future', 'x', 0)")
    code, text = daemon.refused()
    assert code == 1 and "999" in text and "newer" in text
    with contextlib.closing(database(daemon)) as db, db:
        db.execute("DELETE FROM schema_migrations WHERE version = 999")
    daemon.start()
    assert len(daemon.admin.ok("GET", "/plans")["plans"]) == 1


@sqlite_file
def test_a_migration_that_was_edited(launch):
    daemon = stopped(launch)
    with contextlib.closing(database(daemon)) as db, db:
        db.execute("UPDATE schema_migrations SET checksum = 'edited' WHERE version = 2")
    code, text = daemon.refused()
    assert code == 1 and "migration 2" in text and "edited" in text


@sqlite_file
def test_migrating_down_and_up(launch):
    """Down loses data on purpose; up again makes a backup first and serves."""
    daemon = stopped(launch)
    daemon.tool("migrate", "3")
    assert daemon.tool("migrate", "99", code=1).stderr
    daemon.start()
    assert daemon.line(lambda line: "copied before migrating" in line["msg"])
    daemon.admin.new(**PLAN)
    assert [f for f in daemon.data.iterdir() if f.name not in ("pland.db", "pland.db-wal", "pland.db-shm") and "pland.db" in f.name]


@sqlite_file
@pytest.mark.parametrize("damage", ["text", "truncated", "header", "first page"])
def test_a_damaged_database_is_refused(launch, damage):
    daemon = stopped(launch, PLAN)
    path = daemon.data / "pland.db"
    data = path.read_bytes()
    path.write_bytes({"text": b"this is no database\n" * 500, "truncated": data[: len(data) // 3], "header": b"\0" * 100 + data[100:],
                      "first page": data[:100] + b"\xff" * 3996 + data[4096:]}[damage])
    code, text = daemon.refused()
    assert code == 1 and ("damaged" in text or "not a database" in text), text
    path.write_bytes(data)
    daemon.start()
    assert len(daemon.admin.ok("GET", "/plans")["plans"]) == 1


@sqlite_file
def test_damage_inside_a_database(launch):
    """A page of data is gone: pland refuses to start, or answers 503 for what is lost; it does not break."""
    daemon = stopped(launch, *[PLAN] * 30)
    path = daemon.data / "pland.db"
    data = bytearray(path.read_bytes())
    for page in range(10, len(data) // 4096, 7):
        data[page * 4096: (page + 1) * 4096] = b"\xee" * 4096
    path.write_bytes(data)
    daemon.spawn()
    if daemon.line(lambda line: line["msg"] == "ready" or line["level"] == "text").get("url"):
        daemon.url = "http://" + daemon.line(lambda line: line["msg"] == "ready")["url"]
        api = harness.Api(daemon.url, (daemon.data / "admin.token").read_text().strip())
        for path in ("/plans", "/events", "/repositories", "/hooks", "/usage", "/audit"):
            assert api("GET", path, unavailable=True).status_code in (200, 401, 503)
        assert api("POST", "/plans", PLAN, unavailable=True).status_code in (201, 401, 503)
        daemon.stop()
    else:
        assert daemon.process.wait(harness.PATIENCE) == 1
        daemon.process = None


def test_a_torn_log(launch):
    """What a power cut leaves at the end of the write-ahead log is not taken for data."""
    daemon = launch()
    plans = [daemon.admin.new(**PLAN) for _ in range(5)]
    daemon.kill9()
    with (daemon.data / "pland.db-wal").open("ab") as log:
        log.write(os.urandom(10_000))
    daemon.start()
    assert {p["id"] for p in daemon.admin.ok("GET", "/plans")["plans"]} == set(plans)
    daemon.stop()
    integrity(daemon)


@sqlite_file
@pytest.mark.parametrize("how", ["another program looks into it", "a backup is made"])
def test_others_may_open_the_database_while_it_is_served(launch, tmp_path, how):
    """Whoever closes a database last takes its log away: pland's own locks must keep others from being the last."""
    daemon = launch()
    plans = [daemon.admin.new(**PLAN)]
    if how == "a backup is made":
        daemon.tool("backup", tmp_path / "backup.tar")
    else:
        with contextlib.closing(database(daemon)) as db:
            assert db.execute("SELECT count(*) FROM plans").fetchone() == (1,)
    assert (daemon.data / "pland.db-wal").exists()
    plans.append(daemon.admin.new(**PLAN))
    daemon.kill9()
    daemon.start()
    assert {p["id"] for p in daemon.admin.ok("GET", "/plans")["plans"]} == set(plans)
    daemon.stop()
    integrity(daemon)


@sqlite_file
def test_files_of_the_data_directory_that_are_gone(launch):
    """Without its key or the first token's file an instance of one daemon still starts; it says what cannot be opened any more."""
    daemon = stopped(launch, PLAN)
    token = (daemon.data / "admin.token").read_text()
    (daemon.data / "secret.key").unlink()
    daemon.start()
    assert daemon.line(lambda line: "secret.key" in line["msg"])["level"] == "warn"
    daemon.stop()
    (daemon.data / "secret.key").write_bytes(b"short")
    code, text = daemon.refused()
    assert code == 1 and "secret.key" in text and (daemon.data / "admin.token").read_text() == token
    (daemon.data / "secret.key").unlink()
    daemon.start()


# ---- a disk that is full ------------------------------------------------------------------------------------------------------

def limit(daemon, size=resource.RLIM_INFINITY):
    """No file of the daemon may grow beyond this size: the disk is full."""
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@sqlite_file
def test_a_disk_that_is_full_at_any_write(launch):
    """At every place of the log where a write can stop: what was acknowledged is there, what was refused is not."""
    daemon = launch("--workers", "0", restore_signals=False)
    api, kept, refused = daemon.admin, [], 0
    for step in range(60):
        limit(daemon, (daemon.data / "pland.db-wal").stat().st_size + 137 * step)
        answer = api("POST", "/plans", {"ticket": {"title": f"Plan {step}", "body": "x" * 3000}}, unavailable=True,
                     headers={"Idempotency-Key": f"full-{step}"})
        if answer.status_code == 201:
            kept.append(answer.json()["id"])
        else:
            refused += 1
            harness.problem(answer, answer.status_code, "disk-full" if answer.status_code == 507 else "io")
            api.ok("GET", "/plans", limit=1)
            limit(daemon)
            again = api.ok("POST", "/plans", {"ticket": {"title": f"Plan {step}", "body": "x" * 3000}}, status=201,
                           headers={"Idempotency-Key": f"full-{step}"})
            kept.append(again["id"])
        limit(daemon)
    assert refused > 10
    daemon.kill9()
    daemon.start()
    assert {p["id"] for p in daemon.admin.ok("GET", "/plans", limit=200)["plans"]} == set(kept)
    daemon.stop()
    integrity(daemon)


@sqlite_file
def test_planning_waits_for_a_full_disk(launch):
    """Steps that cannot be stored are tried again; the plan is neither lost nor failed."""
    daemon = launch("--attempts", "100", "--retry-base", "20ms", restore_signals=False)
    name = daemon.codebase("c-lib")
    limit(daemon, (daemon.data / "pland.db-wal").stat().st_size + 12_000)
    answer = daemon.admin("POST", "/plans", {**PLAN, "repository": name, "mode": "auto"}, unavailable=True)
    limit(daemon)
    plan = answer.json()["id"] if answer.status_code == 201 else daemon.admin.new(**PLAN, repository=name, mode="auto")
    assert daemon.admin.wait_state(plan, "awaiting_approval")["checks"]["failed"] == 0


@sqlite_file
def test_a_codebase_that_the_disk_has_no_room_for(launch):
    """The plan says so and leaves nothing half; with room again it goes on."""
    daemon = launch("--attempts", "2", "--retry-base", "20ms", restore_signals=False)
    code = harness.make_codebase("c-lib", daemon.code / "large")
    for n in range(8):
        (code / f"large{n}.txt").write_text(f"line {n}\n" * 250_000)
    harness.git(code, "add", "."), harness.git(code, "commit", "-qm", "large")
    name = daemon.codebase(name="large")
    limit(daemon, (daemon.data / "pland.db-wal").stat().st_size + 4_000_000)
    plan = daemon.admin.new(**PLAN, repository=name, mode="auto")
    failed = daemon.admin.wait_state(plan, "failed")
    assert "a tree's content" in str(failed) and not list((daemon.data / "trees").iterdir())
    limit(daemon)
    daemon.admin.verb(plan, "retry")
    assert daemon.admin.wait_state(plan, "awaiting_approval")["checks"]["failed"] == 0


@sqlite_file
def test_an_upload_to_a_full_disk(launch):
    daemon = launch(restore_signals=False)
    repository = daemon.admin.ok("POST", "/repositories", {"name": "up", "is_private": True}, status=201)["id"]
    archive = harness.run("tar", "-cf", "-", "-C", harness.CODEBASES / "c-lib", ".", **{"errors": "surrogateescape"}).stdout
    limit(daemon, 500)
    answer = daemon.admin("PUT", f"/repositories/{repository}/snapshot", data=archive.encode("utf-8", "surrogateescape"), unavailable=True,
                          headers={"Content-Type": "application/x-tar"})
    assert answer.status_code in (503, 507), answer.text
    limit(daemon)
    daemon.admin.ok("PUT", f"/repositories/{repository}/snapshot", data=archive.encode("utf-8", "surrogateescape"),
                    headers={"Content-Type": "application/x-tar"})


@pytest.mark.skipif(not FAULTS, reason="this build has no failures on demand (they are in sanitizer builds)")
@pytest.mark.parametrize("kind", ["statement", "commit", "full"])
def test_every_statement_may_fail(launch, tmp_path, kind):
    """From the first start on: pland refuses to start, or refuses a request, and then everything is as if never asked."""
    served = 0
    for n in range(1, 150, 13 if kind != "commit" else 1):
        daemon = launch(home=tmp_path / f"{kind}{n}", ready=False, env={"PLAND_STORE_FAIL": f"{kind}:{n}"})
        daemon.spawn()
        ready = daemon.line(lambda line: line["msg"] == "ready" or line["level"] == "text")
        if not ready or not ready.get("url"):
            assert daemon.process.wait(harness.PATIENCE) == 1
            daemon.process = None
        else:
            served += 1
            daemon.url = "http://" + ready["url"]
            api = harness.Api(daemon.url, (daemon.data / "admin.token").read_text().strip())
            made = [api("POST", "/plans", PLAN, unavailable=True).status_code for _ in range(3)]
            assert set(made) <= {201, 401, 503, 507} and made.count(201) >= 2
            assert len(api.ok("GET", "/plans")["plans"]) == made.count(201)
            daemon.stop()
            if set(made) == {201} and kind == "commit" and n > 12:
                break
        daemon.env = {}
        daemon.start()
        assert daemon.admin.new(**PLAN)
        daemon.stop()
        integrity(daemon)
    assert served
