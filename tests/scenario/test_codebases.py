"""Codebases: by path below the roots, uploaded, as a working tree; and what must never be reached through one."""
import io
import json
import os
import tarfile

import pytest

import harness
from harness import git, make_codebase, problem, run
from samples import approvable


# ---- what is refused ---------------------------------------------------------------------------------------------------

def register(shared, path, *statuses, **fields):
    return refused(shared.admin("POST", "/repositories", {"name": "bad", "path": str(path), **fields}), *statuses)


def refused(answer, *statuses):
    assert answer.status_code in statuses, answer.text
    return problem(answer, answer.status_code)


def test_a_path_outside_the_roots(shared, tmp_path):
    outside = make_codebase("c-lib", tmp_path / "outside")
    for path in (outside, "/", "/etc", shared.code / ".." / "var", f"{shared.code}/../../.."):
        refusal = register(shared, path, 403)
        assert refusal["errors"][0]["pointer"] == "/path" and "roots" in refusal["detail"]
    for path in ("/etc/passwd", str(shared.code) + "x"):
        assert register(shared, path, 400, 403)["errors"][0]["pointer"] == "/path"


def test_paths_that_are_no_codebase(shared):
    (shared.code / "file.txt").write_text("x")
    for path in (shared.code / "missing", shared.code / "file.txt", "relative/path", "", "c-lib", "x" * 5000, "a\nb"):
        register(shared, path, 400)


def test_a_symlink_that_leads_outside(shared, tmp_path):
    make_codebase("c-lib", tmp_path / "outside")
    (shared.code / "link").symlink_to(tmp_path / "outside")
    register(shared, shared.code / "link", 403)
    (shared.code / "git-link").mkdir()
    (shared.code / "git-link/.git").symlink_to(tmp_path / "outside/.git")
    register(shared, shared.code / "git-link", 403)


def test_a_git_file_that_leads_outside(shared, tmp_path):
    make_codebase("c-lib", tmp_path / "outside")
    for n, line in enumerate((f"gitdir: {tmp_path}/outside/.git", "gitdir: ../../../../../../etc", "gitdir: /proc/self/root", "nonsense")):
        folder = shared.code / f"git-file{n}"
        folder.mkdir()
        (folder / ".git").write_text(line + "\n")
        register(shared, folder, 400, 403)


def test_alternates_and_common_directory_that_lead_outside(shared, tmp_path):
    make_codebase("c-lib", tmp_path / "outside")
    borrowed = make_codebase("c-lib", shared.code / "borrowed")
    (borrowed / ".git/objects/info/alternates").write_text(f"{tmp_path}/outside/.git/objects\n")
    register(shared, borrowed, 403)
    worktree = tmp_path / "outside"
    git(worktree, "worktree", "add", "-q", shared.code / "worktree")
    register(shared, shared.code / "worktree", 403)
    objects = make_codebase("c-lib", shared.code / "linked-objects")
    run("mv", objects / ".git/objects", tmp_path / "objects")
    (objects / ".git/objects").symlink_to(tmp_path / "objects")
    register(shared, objects, 403)


def test_links_inside_a_codebase_are_not_followed(shared, tmp_path):
    """What a link in a tree points to is never read, not even when the ticket asks for it."""
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2-is-the-password\n")
    folder = make_codebase("c-lib", shared.code / "with-link")
    (folder / "notes.txt").symlink_to(secret)
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "link")
    for ref in ("main", "WORKTREE"):
        name = f"with-link-{ref}"
        shared.admin.ok("POST", "/repositories", {"name": name, "path": str(folder), "default_ref": ref}, status=201)
        ticket = {"title": "Use the notes", "body": "- Do what `notes.txt` says in `src/ring.c`.\n"}
        plan = shared.admin.new(ticket=ticket, repository=name, mode="auto", mentions=["notes.txt"])
        shared.admin.watch(plan, lambda p: p["activity"] != "working")
        texts = [shared.admin("GET", f"/plans/{plan}{p}").text for p in ("", "/context", "/revisions/head", "/checks")]
        assert "hunter2" not in "".join(texts)


def test_names_and_refs(shared):
    register(shared, shared.code / "c-lib", 400, default_ref="no-such-branch")
    problem(shared.admin("POST", "/repositories", {"name": "c-lib", "path": str(shared.code / "c-lib")}), 409)
    problem(shared.api("planner", "default")("POST", "/repositories", {"name": "p", "path": str(shared.code / "c-lib")}), 403)
    for ref in ("--upload-pack=x", "../x", "main\x00", "a b", "@{-1}", "main:src/ring.c"):
        refusal = shared.admin("POST", "/repositories", {"name": "ref", "path": str(shared.code / "c-lib"), "default_ref": ref})
        assert refusal.status_code == 400, ref


def test_an_upload_for_one_plan_is_its_uploaders(shared):
    """It is in no list; nobody else reads it, replaces it or plans with it; an admin may."""
    mine, other = shared.api("planner", "default"), shared.admin.ok("POST", "/tokens", {"name": "o", "role": "planner", "person": "Somebody else", "project": "default"}, status=201)
    other = harness.Api(shared.url, other["secret"])
    upload = mine.ok("POST", "/repositories", {"name": "for one plan", "is_private": True}, status=201)["id"]
    path = f"/repositories/{upload}"
    for api, there in ((mine, True), (shared.admin, True), (other, False)):
        assert (api("GET", path).status_code == 200) == there
        assert upload not in [row["id"] for row in api.ok("GET", "/repositories", limit=200)["repositories"]]
    assert other("PUT", f"{path}/snapshot", data=b"", headers={"Content-Type": "application/x-tar"}).status_code in (400, 404)
    ticket = {"title": "t", "body": "- Add it."}
    assert problem(other("POST", "/plans", {"ticket": ticket, "snapshot": upload}), 400)["errors"][0]["pointer"] == "/snapshot"
    problem(other("POST", "/plans", {"ticket": ticket, "repository": upload}), 400)
    mine.ok("POST", "/plans", {"ticket": ticket, "snapshot": upload}, status=201)


def test_names_that_stand_before_paths(shared):
    for name in (".", "..", "/a", "a/", "a//b", "a\nb", "\x7f"):
        assert problem(shared.admin("POST", "/repositories", {"name": name}), 400)["errors"][0]["pointer"] == "/name"
    shared.admin.ok("POST", "/repositories", {"name": "acme/names"}, status=201)


def test_a_planner_learns_nothing_about_paths(shared, tmp_path):
    planner = shared.api("planner", "default")
    answers = [problem(planner("POST", "/repositories", {"name": "probe", "path": str(path)}), 403)
               for path in (shared.code / "c-lib", shared.code / "none", tmp_path, "/etc/passwd")]
    assert len({answer["detail"] for answer in answers}) == 1


def test_a_default_ref_must_resolve(shared):
    shared.codebase("c-lib", name="refs")
    for ref in ("no-such-branch", "--upload-pack=x"):
        assert problem(shared.admin("PATCH", "/repositories/refs", {"default_ref": ref}), 400)["errors"][0]["pointer"] == "/default_ref"
    for ref in ("main", "WORKTREE"):
        assert shared.admin.ok("PATCH", "/repositories/refs", {"default_ref": ref})["default_ref"] == ref
    problem(shared.admin("POST", "/repositories", {"name": "no refs", "default_ref": "main"}), 400)
    upload = shared.admin.ok("POST", "/repositories", {"name": "an upload"}, status=201)["id"]
    problem(shared.admin("PATCH", f"/repositories/{upload}", {"default_ref": "main"}), 400)
    problem(shared.admin("PUT", f"/repositories/{upload}/snapshot?dirty=maybe", data=b"", headers={"Content-Type": "application/x-tar"}), 400)


def test_one_codebase_named_twice(shared):
    other = shared.admin.ok("GET", "/repositories/c-lib")["id"]
    body = {"ticket": {"title": "t", "body": "- Add it."}, "repositories": [{"name": "c-lib"}, {"name": other}]}
    assert problem(shared.admin("POST", "/plans", body), 400)["errors"][0]["pointer"] == "/repositories/1/name"
    body["repositories"][1]["alias"] = "again"
    shared.admin.ok("POST", "/plans", body, status=201)


# ---- what is planned for ------------------------------------------------------------------------------------------------

def tar_of(folder):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and ".git" not in path.parts:
                tar.add(path, path.relative_to(folder))
    return data.getvalue()


def test_what_an_upload_left_out_is_said(shared):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for name, kind, link in (("a.c", tarfile.REGTYPE, ""), ("A.c", tarfile.REGTYPE, ""), ("out", tarfile.SYMTYPE, "/etc/passwd"), ("pipe", tarfile.FIFOTYPE, "")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            tar.addfile(info)
    repository = shared.admin.ok("POST", "/repositories", {"name": "noted", "is_private": True}, status=201)["id"]
    stored = shared.admin.ok("PUT", f"/repositories/{repository}/snapshot", data=data.getvalue(), headers={"Content-Type": "application/gzip"})
    assert {n["path"] for n in stored["notes"]} == {"out", "pipe", "a.c"} and "outside" in stored["notes"][0]["why"]
    assert "notes" not in shared.admin.ok("GET", f"/repositories/{repository}")


def test_an_uploaded_codebase(shared, codebase):
    """A planner's own tree, with the commit it came from."""
    folder, api = codebase("go-cli"), shared.api("planner", "default")
    repository = api.ok("POST", "/repositories", {"name": "mine", "is_private": True}, status=201)["id"]
    commit = harness.git(folder, "rev-parse", "HEAD")
    query = f"commit={commit}&branch=main&dirty=true&remote=https://example.com/x.git"
    stored = api.ok("PUT", f"/repositories/{repository}/snapshot?{query}", data=tar_of(folder), headers={"Content-Type": "application/gzip"})
    assert stored["commit"] == commit and stored["branch"] == "main" and stored["dirty"] is True
    plan = api.new(ticket={"title": "Add a flag", "body": "- Add a flag `--json` to `internal/cli/report.go`.\n"}, snapshot=repository, mode="auto")
    done = api.wait_state(plan, "awaiting_approval")
    assert done["base"][0]["tree"] == stored["tree"] and done["checks"]["failed"] == 0 and done["checks"]["verified"] > 3
    assert "internal/cli/report.go" in api("GET", f"/plans/{plan}/revisions/head").text


@pytest.mark.parametrize("name, kind", [("../escape", "file"), ("/absolute", "file"), ("a/../../b", "file"), ("link", "symlink"), ("dev", "device"),
                                        ("hard", "hardlink")])
def test_hostile_uploads(shared, name, kind):
    """Nothing is written outside, no link is followed, no device is made."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        info = tarfile.TarInfo(name)
        content = b"x" if kind == "file" else b""
        info.size = len(content)
        info.type = {"file": tarfile.REGTYPE, "symlink": tarfile.SYMTYPE, "device": tarfile.CHRTYPE, "hardlink": tarfile.LNKTYPE}[kind]
        info.linkname = "/etc/passwd" if kind in ("symlink", "hardlink") else ""
        tar.addfile(info, io.BytesIO(content))
        plain = tarfile.TarInfo("README.md")
        plain.size = 2
        tar.addfile(plain, io.BytesIO(b"hi"))
    repository = shared.admin.ok("POST", "/repositories", {"name": f"evil-{kind}-{len(name)}", "is_private": True}, status=201)["id"]
    answer = shared.admin("PUT", f"/repositories/{repository}/snapshot", data=data.getvalue(), headers={"Content-Type": "application/x-tar"})
    assert answer.status_code in (200, 400), answer.text
    if kind == "file":
        assert answer.status_code == 400, answer.text
    outside = [p for p in (shared.home, shared.home.parent, shared.data) for q in ("escape", "b", "absolute") if (p / q).exists()]
    assert not outside
    if answer.status_code == 200 and kind != "file":
        plan = shared.admin.new(ticket={"title": "Read", "body": f"- Change `{name}`.\n"}, snapshot=repository, mode="auto")
        shared.admin.watch(plan, lambda p: p["activity"] != "working")
        assert "root:" not in shared.admin("GET", f"/plans/{plan}/context").text


def test_garbage_uploads(shared):
    repository = shared.admin.ok("POST", "/repositories", {"name": "garbage", "is_private": True}, status=201)["id"]
    for data in (b"", b"no archive", b"\x1f\x8b garbage", b"\0" * 511, tar_of(shared.code / "c-lib")[:200]):
        answer = shared.admin("PUT", f"/repositories/{repository}/snapshot", data=data, headers={"Content-Type": "application/gzip"})
        assert answer.status_code == 400, (data[:20], answer.text)


def test_a_folder_without_git_and_the_working_tree(shared):
    (shared.code / "plain").mkdir()
    (shared.code / "plain/Makefile").write_text("test:\n\ttrue\n")
    shared.admin.ok("POST", "/repositories", {"name": "plain", "path": str(shared.code / "plain")}, status=201)
    done = approvable(shared.admin, repository="plain", ticket={"title": "Add a target", "body": "- Add a target to `Makefile`.\n"})
    assert done["base"][0].get("commit") is None and done["base"][0]["tree"]
    folder = harness.make_codebase("c-lib", shared.code / "working")
    (folder / "src/fresh.c").write_text("int fresh(void) { return 1; }\n")
    shared.admin.ok("POST", "/repositories", {"name": "working", "path": str(folder)}, status=201)
    ticket = {"title": "Change it", "body": "- Change `src/fresh.c`.\n"}
    seen = {}
    for ref in ("main", "WORKTREE"):
        plan = shared.admin.new(ticket=ticket, repositories=[{"name": "working", "ref": ref}], mode="auto")
        shared.admin.watch(plan, lambda p: p["activity"] != "working")
        seen[ref] = "src/fresh.c" in json.dumps(shared.admin.ok("GET", f"/plans/{plan}/context")["context"]["missing"])
    assert seen == {"main": True, "WORKTREE": False}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_codebase_of_somebody_else(launch):
    """Another user's repository, and a home directory that cannot be read: git's own checks would refuse both."""
    daemon = launch(env={"HOME": "/proc/1/root/nowhere"})
    folder = harness.make_codebase("c-lib", daemon.code / "theirs")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 12345, 12345, follow_symlinks=False)
    daemon.admin.ok("POST", "/repositories", {"name": "theirs", "path": str(folder)}, status=201)
    assert approvable(daemon.admin, repository="theirs")["base"][0]["commit"]


def test_a_plan_keeps_its_commit(shared):
    """What happens to the repository afterwards does not reach a plan: it is bound to its tree."""
    folder = harness.make_codebase("c-lib", shared.code / "moving")
    shared.admin.ok("POST", "/repositories", {"name": "moving", "path": str(folder)}, status=201)
    before = approvable(shared.admin, repository="moving")
    (folder / "src/ring.c").unlink()
    harness.git(folder, "commit", "-qam", "gone")
    shared.admin.verb(before["id"], "refinements", {"instruction": "Say more in the overview."}, status=202)
    after = shared.admin.wait_state(before["id"], "awaiting_approval")
    assert after["base"] == before["base"] and after["checks"]["failed"] == 0
    assert approvable(shared.admin, repository="moving")["base"][0]["commit"] == harness.git(folder, "rev-parse", "HEAD")
    shared.admin.refused("DELETE", "/repositories/moving", 409)


def test_several_codebases(shared):
    done = approvable(shared.admin, repository=None, repositories=[{"name": "c-lib"}, {"name": "python-api", "alias": "api"}],
                      ticket={"title": "Both", "body": "- Change `src/ring.c`.\n- Change `api//parcels/models.py`.\n"})
    assert [b["alias"] for b in done["base"]] == ["c-lib", "api"] and done["checks"]["failed"] == 0
    assert "api//parcels/models.py" in shared.admin("GET", f"/plans/{done['id']}/revisions/head").text
