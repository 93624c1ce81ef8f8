"""planctl in the conversation about a plan: plain words, comments, differences, plans as files."""
import os
import re
import subprocess

import pytest

import harness
from test_conversation import big, head, markdown, publish

DONE, REFUSED, USAGE, WAITS = 0, 1, 2, 4


@pytest.fixture
def ctl(shared, tmp_path):
    def run(*args, code=DONE):
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PLAND_URL": shared.url, "PLAND_TOKEN": shared.admin.token}
        result = subprocess.run([harness.BUILD / "planctl", *args], env=env, text=True, capture_output=True, timeout=120, cwd=tmp_path)
        assert result.returncode == code, f"{args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result
    return run


def test_comments_and_refinement(api, ctl):
    plan = big(api)
    made = ctl("comment", plan, "P2", "Which clock?").stdout.strip()
    ctl("comment", plan, "--reply", made, "The database's.")
    listed = ctl("comment", plan).stdout
    assert made in listed and "ph2" in listed and "Which clock?" in listed and "The database's." in listed
    other = ctl("comment", plan, "overview", "Say who asked.", "--quote", head(api, plan)["document"]["overview"].split("\n")[0][:40]).stdout.strip()
    ctl("comment", plan, "--resolve", other)
    assert other not in ctl("comment", plan).stdout and other in ctl("comment", plan, "--all").stdout
    ctl("comment", plan, "--reopen", other)
    assert ctl("comment", plan, "overview").stdout.startswith(other)
    ctl("comment", plan, "overview", "x", "--quote", "not there at all", code=REFUSED)
    ctl("refine", plan, "--comments", "--watch", code=WAITS)
    assert ctl("comment", plan).stdout == ""
    told = ctl("diff", plan, "--format", "sections").stdout
    assert re.search(r"^changed +ph2 .*revision 2, comments", told, re.M) and "overview" in told
    assert "<html" in ctl("diff", plan, "--format", "html").stdout
    ctl("diff", plan, "--format", "pdf", code=USAGE)
    ctl("refine", plan, code=USAGE)
    ctl("refine", plan, "--comments", code=REFUSED)
    ctl("restore", plan, "1", "--watch", code=WAITS)
    assert head(api, plan)["revision"] == 3
    ctl("restore", plan, "9", code=REFUSED)
    ctl("restore", plan, "x", code=USAGE)


def test_affected_sections_are_worked_over(api, ctl):
    plan = big(api)
    ctl("refine", plan, "--affected", code=REFUSED)
    document = head(api, plan)["document"]
    document["requirements"][0]["text"] = "Something else is wanted."
    publish(api, plan, document)
    ctl("refine", plan, "--affected", "--watch", code=WAITS)
    assert api.ok("GET", f"/plans/{plan}/revisions")["revisions"][0]["reason"] == "affected"


def test_say(api, ctl):
    plan = big(api)
    assert "split" in ctl("say", plan, "split", "P1").stdout.lower()
    api.wait_state(plan, "awaiting_approval")
    ctl("say", plan, "Hm?", code=REFUSED)
    ctl("say", plan, code=USAGE)
    ctl("say", plan, "approve r1", code=REFUSED)
    ctl("say", plan, "approve r2")
    assert api.plan(plan)["state"] == "approved"


# --- plans as files --------------------------------------------------------------------------------------------------
def test_a_plan_is_kept_as_a_file(api, ctl, tmp_path):
    plan = big(api)
    ctl("export", plan, "--to", "docs/plans")
    [path] = (tmp_path / "docs/plans").iterdir()
    text = path.read_text()
    assert text.startswith(f"---\nplan: {plan}\nrevision: 1\nhash: {head(api, plan)['hash']}\n---\n# ")
    assert text.split("---\n", 2)[2] == markdown(api, plan)
    assert "unchanged" in ctl("import", "docs/plans").stderr and head(api, plan)["revision"] == 1
    path.rename(path := path.with_name("mine.md"))
    (path.parent / "README.md").write_text("# Not a plan\n")
    path.write_text(text.replace("### P1 ", "### P1 First: ", 1))
    assert "import" in ctl("export", plan, "--to", "docs/plans", code=REFUSED).stderr
    ctl("import", "docs/plans")
    now = path.read_text()
    assert "revision: 2\n" in now and head(api, plan)["document"]["phases"][0]["title"].startswith("First: ")
    assert now.split("---\n", 2)[2] == markdown(api, plan), "the file holds the new revision"
    ctl("export", plan, "--to", "docs/plans")
    assert sorted(f.name for f in path.parent.iterdir()) == ["README.md", "mine.md"]


def test_an_import_does_not_overwrite_what_came_in_between(api, ctl, tmp_path):
    plan = big(api)
    ctl("export", plan, "--to", "plans")
    [path] = (tmp_path / "plans").iterdir()
    path.write_text(path.read_text().replace("### P1 ", "### P1 Mine: ", 1))
    document = head(api, plan)["document"]
    document["overview"] += "\n\nTheirs."
    publish(api, plan, document)
    refused = ctl("import", str(path), code=REFUSED).stderr
    assert "revision is 2" in refused and "planctl diff" in refused
    assert "Mine: " in path.read_text(), "the file is as it was"
    broken = path.read_text()
    path.write_text(broken.replace("hash: ", "hash: 0", 1))
    ctl("import", str(path), code=REFUSED)
    path.write_text(broken.replace("| Id |", "Words without a place\n\n| Id |", 1))
    assert "nothing of" in ctl("import", "--force", str(path), code=REFUSED).stderr
    path.write_text("# T\n")
    ctl("import", str(path), code=REFUSED)


def test_several_at_once(api, ctl, tmp_path):
    plans = [big(api), big(api)]
    ctl("export", *plans, code=USAGE)
    ctl("export", *plans, "--to", "plans")
    assert len(list((tmp_path / "plans").iterdir())) == 2
    assert {re.search(r"^plan: (.*)$", f.read_text(), re.M)[1] for f in (tmp_path / "plans").iterdir()} == set(plans)
    ctl("export", plans[0], "--to", "plans", "--format", "html", code=USAGE)
