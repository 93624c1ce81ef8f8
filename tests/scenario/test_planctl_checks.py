"""planctl check, waive, rebase and verify: with a daemon of its own, and without any."""
import json
import os
import subprocess

import pytest

import harness
from samples import RING

PLANCTL = harness.BUILD / "planctl"
PLAN = "# Plan\n\n- Modify `src/ring.c`\n- Modify `src/rings.c`\n\n```sh\nsh -c true\nno-such-program-at-all\n```\n"


def ctl(*args, code=0, cwd=None, home="/nonexistent", **env):
    result = subprocess.run([PLANCTL, *map(str, args)], cwd=cwd, text=True, capture_output=True, timeout=120,
                            env={"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_GLOBAL": "/dev/null", **env})
    assert result.returncode == code, f"{args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result.stdout


# ---- without a daemon ------------------------------------------------------------------------------------------------------

def test_formats_and_exit_codes(codebase):
    repo = codebase()
    (repo / "plan.md").write_text(PLAN)
    (repo / "good.md").write_text("# Plan\n\nModify `src/ring.c`.\n")
    text = ctl("check", "plan.md", "--repo", ".", cwd=repo, code=1)
    assert "plan.md:4: error    path-exists" in text and "did you mean `src/ring.c`" in text
    assert ctl("check", "good.md", cwd=repo).startswith("1 verified")
    found = json.loads(ctl("check", "plan.md", "--format", "json", cwd=repo, code=1))
    assert found["verdict"]["failed"] == 1
    sarif = json.loads(ctl("check", "good.md", "plan.md", "--format", "sarif", cwd=repo, code=1))
    places = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in sarif["runs"][0]["results"]}
    assert places == {"plan.md"}
    assert ctl("check", "plan.md", "--format", "github", cwd=repo, code=1).startswith("::error file=plan.md,line=4,title=path-exists::")
    ctl("check", "plan.md", "--format", "nothing", cwd=repo, code=2)
    ctl("check", "nowhere.md", cwd=repo, code=2)


def test_a_change_cannot_switch_the_rules_off(codebase):
    repo = codebase()
    harness.git(repo, "checkout", "-q", "-b", "change")
    (repo / "plan.md").write_text(PLAN)
    (repo / ".pland.yml").write_text("checks:\n  rules: {path-exists: off}\n")
    harness.git(repo, "add", ".")
    harness.git(repo, "commit", "-q", "-m", "x")
    ctl("check", "plan.md", cwd=repo, code=1)
    harness.git(repo, "branch", "-f", "main")
    ctl("check", "plan.md", cwd=repo)


def test_dry_run_says_what_is_not_there_and_runs_nothing(codebase):
    repo = codebase()
    (repo / "plan.md").write_text("# Plan\n\n```sh\ntouch made-by-the-plan\n./tools/x.sh\n```\n")
    text = ctl("check", "plan.md", "--dry-run", cwd=repo, code=1)
    assert "found" in text and "missing" in text and "./tools/x.sh" in text
    assert not (repo / "made-by-the-plan").exists()


def test_the_git_hook_refuses_a_plan_that_does_not_hold(codebase):
    repo = codebase()
    hook = repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text((harness.ROOT / "deploy/examples/pre-commit").read_text())
    hook.chmod(0o755)
    env = {**harness.CLEAN_ENV, "PATH": f"{harness.BUILD}:{os.environ['PATH']}"}
    plans = repo / "docs/plans"
    plans.mkdir(parents=True)
    (plans / "a plan.md").write_text("# Plan\n\nModify `src/rings.c`.\n")
    harness.git(repo, "add", ".")
    refused = subprocess.run(["git", "-C", repo, "commit", "-m", "x"], env=env, capture_output=True, text=True)
    assert refused.returncode != 0 and "path-exists" in refused.stdout + refused.stderr
    (plans / "a plan.md").write_text("# Plan\n\nModify `src/ring.c`.\n")
    harness.git(repo, "add", ".")
    assert subprocess.run(["git", "-C", repo, "commit", "-q", "-m", "x"], env=env, capture_output=True).returncode == 0


# ---- with one --------------------------------------------------------------------------------------------------------------

@pytest.fixture
def plan(daemon):
    daemon.codebase("c-lib")
    plan = daemon.admin.ok("POST", "/plans", {"ticket": RING, "repository": "c-lib"}, status=201)["id"]
    daemon.admin.to_state(plan, "awaiting_approval")
    return plan


def test_waive_and_rebase(daemon, plan):
    api = daemon.admin
    document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    document["phases"][0]["rollback"] = " "
    api.ok("POST", f"/plans/{plan}/revisions", document, headers={"If-Match": api.head_etag(plan)}, status=201)
    api.wait_state(plan, "awaiting_approval")
    finding = next(f for f in api.ok("GET", f"/plans/{plan}/checks")["checks"]["findings"] if f["severity"] == "error")
    assert finding["id"] in ctl("checks", plan, "--data-dir", daemon.data)
    ctl("approve", plan, "--data-dir", daemon.data, code=1)
    ctl("waive", plan, finding["id"], "nothing to undo", "--data-dir", daemon.data)
    assert "nothing to undo" in ctl("export", plan, "--data-dir", daemon.data)
    ctl("rebase", plan, "--ref", "main", "--watch", "--data-dir", daemon.data, code=4)
    ctl("approve", plan, "--data-dir", daemon.data)


def test_verify_runs_here_and_reports(daemon, plan, tmp_path):
    api, repo = daemon.admin, daemon.code / "c-lib"
    document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    document["phases"][0]["automated"] = [
        {"command": "git log --oneline -1", "expect": "a commit", "expected_before": "pass", "provided_by": "system"},
        {"command": "test -e made.txt", "expect": "it is there", "expected_before": "fail", "provided_by": "system"}]
    api.ok("POST", f"/plans/{plan}/revisions", document, headers={"If-Match": api.head_etag(plan)}, status=201)
    api.wait_state(plan, "awaiting_approval")
    api.approve(plan)
    api.verb(plan, "handoff")
    assert "test -e made.txt" in ctl("verify", plan, "P1", "--data-dir", daemon.data, cwd=repo)
    assert "evidence" not in api.ok("GET", f"/plans/{plan}/handoff")["phases"][0]
    ctl("verify", plan, "P1", "--run", "--before", "--data-dir", daemon.data, cwd=repo)
    ctl("verify", plan, "P1", "--run", "--data-dir", daemon.data, cwd=repo, code=1)
    (repo / "made.txt").write_text("x")
    ctl("verify", plan, "P1", "--run", "--done", "--data-dir", daemon.data, cwd=repo / "src")
    phase = api.ok("GET", f"/plans/{plan}/handoff")["phases"][0]
    assert phase["status"] == "done" and [e["exit"] for e in phase["evidence"]] == [0, 0]
    assert phase["evidence"][0]["commit"] == harness.git(repo, "rev-parse", "HEAD") and all(e["as_expected"] for e in phase["evidence"])
    ctl("verify", plan, "P9", "--data-dir", daemon.data, cwd=repo, code=1)
