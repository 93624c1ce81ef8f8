"""What people know better than the survey of a codebase: it outranks what is found, and stays for every later plan."""
import harness


def context(api, repository):
    plan = api.new(ticket={"title": "Frames may be empty", "body": "- An empty frame must be accepted by `src/format.c`."},
                   repository=repository, mode="auto")
    api.wait_state(plan, "awaiting_approval")
    [codebase] = api.ok("GET", f"/plans/{plan}/context")["context"]["codebases"]
    return plan, codebase


def test_corrections_outrank_findings_in_every_later_plan(daemon):
    api = daemon.admin
    daemon.codebase("c-lib", name="lib")
    _, before = context(api, "lib")
    assert any(c["name"].startswith("ctest") for c in before["survey"]["commands"])
    assert any(f["path"].startswith("docs/") for f in before["survey"]["docs"])
    said = api.ok("PATCH", "/repositories/lib", {"corrections": {
        "statements": ["cmake3 instead of cmake", "test: ctest --preset release", "Releases are cut by Ann, on Mondays"],
        "exclude": ["docs", "*_test.c"]}})["corrections"]
    assert [s["text"] for s in said["statements"]][2] == "Releases are cut by Ann, on Mondays"
    assert all(s["by"] and s["at"] for s in said["statements"])
    for _ in range(2):
        plan, after = context(api, "lib")
        survey = after["survey"]
        assert [f["text"].split(" (")[0] for f in survey["corrections"]] == [s["text"] for s in said["statements"]]
        assert survey["commands"][0]["name"] == "ctest --preset release" and survey["commands"][0]["kind"] == "test"
        assert not any(c["name"].startswith("cmake ") for c in survey["commands"])
        assert not any(f["path"].startswith("docs/") for f in survey["docs"])
        assert not any(f["path"].endswith("_test.c") for f in after["relevance"]["files"])
        assert after["tree"] == before["tree"], "the base is still the whole tree"
        understanding = api.plan(plan)["understanding"]
        assert any("on Mondays" in f["text"] for f in understanding["stack"])


def test_what_stays_keeps_who_said_it_and_what_goes_is_gone(api):
    api.ok("POST", "/repositories", {"name": "kept", "is_private": False}, status=201)
    patch = lambda **lists: api.ok("PATCH", "/repositories/kept", {"corrections": lists}).get("corrections")  # noqa: E731
    first = patch(statements=["a", "b"], exclude=["x"])
    second = patch(statements=["b", "c", "c"], exclude=["x"])
    assert [s["text"] for s in second["statements"]] == ["b", "c"]
    assert second["statements"][0] == first["statements"][1]
    assert patch() is None
    api.ok("PATCH", "/repositories/kept", {"corrections": {"statements": ["z"]}})
    api.ok("DELETE", "/repositories/kept", status=204)


def test_corrections_that_are_none(api):
    api.ok("POST", "/repositories", {"name": "wrong"}, status=201)
    for lists, pointer in (({"statements": [" "]}, "/corrections/statements/0"), ({"exclude": ["ok", "a\nb"]}, "/corrections/exclude/1"),
                           ({"statements": ["x" * 501]}, "/corrections/statements/0"), ({"statements": "x"}, "/corrections/statements"),
                           ({"findings": []}, "/corrections/findings")):
        refusal = harness.problem(api("PATCH", "/repositories/wrong", {"corrections": lists}), 400)
        assert refusal["errors"][0]["pointer"] == pointer, refusal
    assert "corrections" not in api.ok("GET", "/repositories/wrong")
    assert api("PATCH", "/repositories/wrong", {}).status_code == 400


def test_planctl_repo_correct(daemon, tmp_path):
    daemon.codebase("c-lib", name="lib")
    ctl = lambda *args: harness.run(harness.BUILD / "planctl", "--data-dir", daemon.data, "repo", "correct", "lib", *args).stdout  # noqa: E731
    assert ctl() == ""
    assert ctl("ninja, not make", "--exclude", "docs").startswith("ninja, not make  (20")
    assert "without docs\n" in ctl("test: make check")
    assert ctl().count("\n") == 3
    assert ctl("--clear") == ""
