"""Codebases at the edge of what there is: bounded time and memory, and a finding or a refusal that says what it is about.
Short by default; PLAND_EXTREMES=full takes the real sizes (a million files, 2 GB, 100 MB: about 15 minutes and 8 GB of
disk) and prints what each took."""
import gzip
import io
import os
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from harness import CLEAN_ENV, SANITIZED, git

FULL = os.environ.get("PLAND_EXTREMES") == "full"
FILES = 1_000_000 if FULL else 20_000
LARGE = 2 << 30 if FULL else 64 << 20
LINE = 100 << 20 if FULL else 8 << 20
PATIENCE = 1500 if FULL else 120
ANON_MAX = 1500 << 10 if FULL else 300 << 10  # KiB; a million names and their records have to be held
TICKET = {"title": "Add a flag", "body": "- Add a flag `--json` to `src/main.c`.\n"}
ROOMY = ("--max-tree-bytes", "8GiB", "--max-upload", "4GiB", "--max-files", "2000000", "--request-timeout", "600")
pytestmark = [pytest.mark.timeout(PATIENCE * 2)]


def peak(daemon):
    return int(next(line for line in Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines() if line.startswith("VmHWM")).split()[1])


def anon(daemon):
    return int(next(line for line in Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines() if line.startswith("RssAnon")).split()[1])


def plan_for(daemon, name, **fields):
    """Plans for a codebase; how it ended. The daemon stays within its memory and answers meanwhile."""
    start = time.monotonic()
    plan = daemon.admin.new(ticket=TICKET, repository=name, mode="auto", **fields)
    done = daemon.admin.watch(plan, lambda p: p["activity"] != "working", timeout=PATIENCE)
    daemon.admin.ok("GET", f"/plans/{plan}/context")
    if FULL:
        print(f"\n{name}: {done['state']} in {time.monotonic() - start:.1f} s, RssAnon {anon(daemon) >> 10} MiB, peak {peak(daemon) >> 10} MiB")
    assert SANITIZED or anon(daemon) < ANON_MAX, f"RssAnon {anon(daemon)} KiB"
    return done


def fast_import(folder, pieces):
    """A repository made of a stream for git fast-import; the working tree is not checked out."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    importer = subprocess.Popen(["git", "-C", str(folder), "fast-import", "--quiet"], stdin=subprocess.PIPE, env=CLEAN_ENV)
    importer.stdin.write(b"feature done\ncommit refs/heads/main\ncommitter T <t@example.org> 1700000000 +0000\ndata 1\nx\n")
    for piece in pieces:
        importer.stdin.write(piece)
    importer.stdin.write(b"M 100644 inline src/main.c\ndata 29\nint main(void) { return 0; }\n\ndone\n")
    importer.stdin.close()
    assert importer.wait() == 0
    return folder


def inline(path, data):
    quoted = b'"' + path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
    return b"M 100644 inline " + quoted + b"\ndata %d\n" % len(data) + data + b"\n"


def register(daemon, folder, **fields):
    daemon.admin.ok("POST", "/repositories", {"name": folder.name, "path": str(folder), **fields}, status=201)
    return folder.name


def upload(daemon, name, data, status=200):
    """Sends an archive; the repository, or the refusal."""
    repository = daemon.admin.ok("POST", "/repositories", {"name": name}, status=201)["id"]
    start = time.monotonic()
    answer = daemon.admin("PUT", f"/repositories/{repository}/snapshot", data=data, headers={"Content-Type": "application/gzip"}, timeout=PATIENCE)
    if FULL:
        print(f"\nupload {name}: {answer.status_code} in {time.monotonic() - start:.1f} s, RssAnon {anon(daemon) >> 10} MiB")
    assert answer.status_code == status, answer.text
    return answer.json()


class Zeros(io.RawIOBase):
    """Many zeros, or any other byte, without holding them."""

    def __init__(self, n, byte=b"\0"):
        self.left, self.block = n, byte * (1 << 16)

    def read(self, n=-1):
        n = min(len(self.block), self.left if n < 0 else n, self.left)
        self.left -= n
        return self.block[:n]


def archive(*members):
    """A tar.gz of (name, size, file) members."""
    data = io.BytesIO()
    with gzip.GzipFile(fileobj=data, mode="wb", compresslevel=1) as packed, tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, size, file in members:
            info = tarfile.TarInfo(name)
            info.size = size
            tar.addfile(info, file)
    return data.getvalue()


def main_c():
    return ("src/main.c", 29, io.BytesIO(b"int main(void) { return 0; }\n"))


# ---- many files --------------------------------------------------------------------------------------------------------

def test_a_commit_of_many_files(launch):
    daemon = launch(*ROOMY)
    folder = fast_import(daemon.code / "many", (inline(b"d%d/e%d/f%d.c" % (i % 97, i // 97 % 101, i), b"int f%d;\n" % (i % 50)) for i in range(FILES)))
    assert plan_for(daemon, register(daemon, folder))["state"] == "awaiting_approval"


def test_an_upload_of_many_files(launch):
    daemon = launch(*ROOMY)
    data = archive(main_c(), *((f"d{i % 97}/e{i // 97 % 101}/f{i}.c", 4, io.BytesIO(b"int\n")) for i in range(FILES)))
    upload(daemon, "many", data)
    assert plan_for(daemon, "many")["state"] == "awaiting_approval"


def test_too_many_files_are_refused_by_number(launch):
    daemon = launch("--max-files", "1000")
    folder = fast_import(daemon.code / "many", (inline(b"f%d" % i, b"x\n") for i in range(1500)))
    failed = plan_for(daemon, register(daemon, folder))
    assert failed["state"] == "failed" and "1000 files" in failed["error"]["detail"]
    refusal = upload(daemon, "too-many", archive(*((f"f{i}", 0, None) for i in range(1500))), status=413)
    assert "1000 files" in refusal["detail"]


# ---- large files -------------------------------------------------------------------------------------------------------

def test_a_large_file_in_a_folder(launch):
    """Its name is known, its content is not; a ticket that mentions it is told."""
    daemon = launch(*ROOMY)
    folder = daemon.code / "large"
    (folder / "src").mkdir(parents=True)
    (folder / "src/main.c").write_text("int main(void) { return 0; }\n")
    with open(folder / "dump.sql", "wb") as file:
        file.truncate(LARGE)
    done = plan_for(daemon, register(daemon, folder), mentions=["dump.sql"])
    assert done["state"] in ("awaiting_approval", "awaiting_answers")
    assert "dump.sql" in daemon.admin("GET", f"/plans/{done['id']}/context").text


def test_a_large_file_in_an_upload(launch):
    daemon = launch(*ROOMY)
    upload(daemon, "large", archive(main_c(), ("dump.sql", LARGE, Zeros(LARGE))))
    assert plan_for(daemon, "large")["state"] == "awaiting_approval"


def test_a_large_blob_in_a_commit(launch):
    daemon = launch(*ROOMY)
    size = LARGE // 8  # git holds it as a whole to store it

    def pieces():
        yield b"M 100644 inline dump.sql\ndata %d\n" % size
        for _ in range(size >> 20):
            yield b"a line of a dump\n".ljust(64) * (1 << 14)
        yield b"\n"
    assert plan_for(daemon, register(daemon, fast_import(daemon.code / "blob", pieces())))["state"] == "awaiting_approval"


def test_a_bomb_is_refused_at_the_limit(launch):
    daemon = launch("--max-tree-bytes", "16MiB")
    refusal = upload(daemon, "bomb", archive(("zeros", 256 << 20, Zeros(256 << 20))), status=413)
    assert "zeros" in refusal["detail"] and not list((daemon.data / "trees").glob("*"))


# ---- long lines --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("limit", ["2MiB", "256MiB"])
def test_a_long_line(launch, limit):
    """Once beyond what is kept of a file, once within it."""
    daemon = launch(*ROOMY, "--max-file-bytes", limit)
    folder = daemon.code / "line"
    (folder / "src").mkdir(parents=True)
    (folder / "src/main.c").write_text("int main(void) { return 0; }\n")
    for name in ("bundle.js", "package.json", "Makefile", "notes.md", "ci.yml"):
        with open(folder / name, "wb") as file:
            for _ in range((LINE if name == "bundle.js" else LINE // 16) >> 16):
                file.write(b"x" * (1 << 16))
    assert plan_for(daemon, register(daemon, folder))["state"] in ("awaiting_approval", "awaiting_answers")


# ---- names -------------------------------------------------------------------------------------------------------------

NAMES = {"latin1": b"caf\xe9/na\xefve.c", "broken": b"\xff\xfe\xc0\x80.c", "cut": b"a\xe2\x82", "quotes": b"a\"b\\c'd.c", "newline": b"line\nbreak.c", "escape": b"\x1b[31mred.c"}


def test_names_that_are_not_utf8(launch):
    """They are listed; what is shown of them is valid JSON."""
    daemon = launch()
    folder = fast_import(daemon.code / "names", (inline(name, b"int x;\n") for name in NAMES.values()))
    done = plan_for(daemon, register(daemon, folder))
    assert done["state"] == "awaiting_approval"
    plain = daemon.code / "plain"
    plain.mkdir()
    for name in NAMES.values():
        path = os.path.join(os.fsencode(plain), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"int x;\n")
    assert plan_for(daemon, register(daemon, plain))["state"] in ("awaiting_approval", "awaiting_answers")


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_an_upload_of_names_that_are_not_utf8(launch, kind):
    """Taken as they are, or refused with a reason where a line would break; never a crash."""
    daemon = launch()
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz", format=tarfile.GNU_FORMAT, encoding="utf-8", errors="surrogateescape") as tar:
        info = tarfile.TarInfo(os.fsdecode(NAMES[kind]))
        info.size = 4
        tar.addfile(info, io.BytesIO(b"int\n"))
    repository = daemon.admin.ok("POST", "/repositories", {"name": "names"}, status=201)["id"]
    answer = daemon.admin("PUT", f"/repositories/{repository}/snapshot", data=data.getvalue(), headers={"Content-Type": "application/gzip"})
    if kind in ("newline", "escape"):
        assert answer.status_code == 400 and "control character" in answer.json()["detail"], answer.text
    else:
        assert answer.status_code == 200, answer.text
        assert plan_for(daemon, "names")["state"] in ("awaiting_approval", "awaiting_answers")


def test_names_of_four_thousand_bytes(launch):
    daemon = launch()
    long = b"/".join([b"n" * 200] * 19) + b"/" + b"m" * 180  # 3,999 bytes
    folder = fast_import(daemon.code / "long", [inline(long, b"x\n")])
    assert plan_for(daemon, register(daemon, folder))["state"] == "awaiting_approval"
    one = fast_import(daemon.code / "one", [inline(b"n" * 4000, b"x\n")])
    assert plan_for(daemon, register(daemon, one))["state"] == "awaiting_approval"
    over = fast_import(daemon.code / "over", [inline(b"n" * 5000, b"x\n")])
    failed = plan_for(daemon, register(daemon, over))
    assert failed["state"] == "failed" and "longer than" in failed["error"]["detail"]
    upload(daemon, "long-upload", archive(main_c(), (long.decode(), 0, None)))
    assert "too long" in upload(daemon, "over-upload", archive(("n" * 5000, 0, None)), status=400)["detail"]


def test_deep_nesting(launch):
    daemon = launch()
    folder = fast_import(daemon.code / "deep", [inline(b"/".join([b"d"] * 200) + b"/x.c", b"x\n")])
    assert plan_for(daemon, register(daemon, folder))["state"] == "awaiting_approval"
    abyss = fast_import(daemon.code / "abyss", [inline(b"/".join([b"d"] * 1500) + b"/x.c", b"x\n")])
    failed = plan_for(daemon, register(daemon, abyss))
    assert failed["state"] == "failed" and "nested too deep" in failed["error"]["detail"]
    upload(daemon, "deep-upload", archive(main_c(), ("/".join(["d"] * 1500) + "/x.c", 0, None)))
    assert plan_for(daemon, "deep-upload")["state"] == "awaiting_approval"
    folders = daemon.code / "folders"
    folders.mkdir()
    at = os.open(folders, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=at)
        at, before = os.open("d", os.O_RDONLY, dir_fd=at), at
        os.close(before)
    os.close(at)
    failed = plan_for(daemon, register(daemon, folders))
    assert failed["state"] == "failed" and "nested too deep" in failed["error"]["detail"]
