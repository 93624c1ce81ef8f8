"""planctl for those who implement: handoff in all forms, claims, implement with and without a program, progress, verify, link."""
import json
import os
import re
import stat

import pytest
import requests

import harness
from harness import BUILD, Api, run
from samples import SHIPPING, approvable

DONE, REFUSED, USAGE = 0, 1, 2


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    daemon = harness.Daemon(tmp_path_factory.mktemp("implement"), "--rate", "0").start()
    daemon.codebase("python-api")
    yield daemon
    daemon.stop()


@pytest.fixture
def plan(place):
    plan = approvable(place.admin, ticket=SHIPPING, repository="python-api", size="full")["id"]
    place.admin.approve(plan)
    return plan


@pytest.fixture
def ctl(place, tmp_path):
    def start(*args, code=DONE, token=None, **kwargs):
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PLAND_URL": place.url, "PLAND_TOKEN": token or place.token}
        return run(BUILD / "planctl", *args, code=code, cwd=kwargs.pop("cwd", tmp_path), env=env, **kwargs)
    return start


def script(folder, name, text):
    path = folder / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_handoff_in_every_form(place, plan, ctl, tmp_path):
    api = place.admin
    first = ctl("handoff", plan, "--branch", "feature/weights").stdout
    assert "First steps" in first and "feature/weights" in first and api.plan(plan)["state"] == "implementing"
    for option, form in (("json", "json"), ("html", "html"), ("tasks", "tasks"), ("github", "github"), ("gitlab", "gitlab"), ("mermaid", "mermaid")):
        assert ctl("handoff", plan, "--format", option).stdout.rstrip() == api("GET", f"/plans/{plan}/handoff", format=form).text.rstrip()
    ctl("handoff", plan, "--format", "tasks", "-o", "tasks.md")
    assert (tmp_path / "tasks.md").read_text().startswith("# Tasks: ")
    assert "--format is" in ctl("handoff", plan, "--format", "pdf", code=USAGE).stderr


def test_implement_hands_over(place, plan, ctl, tmp_path):
    """From an approved plan to a brief in the hands of whoever implements it, in one command."""
    api = place.admin
    made = ctl("implement", plan, "--holder", "agent 7", "--lease", "2h", "--branch", "feature/weights")
    assert made.stdout == api("GET", f"/plans/{plan}/briefs/P1", headers={"Accept": "text/markdown"}).text
    assert "P1 " in made.stderr and f"planctl verify {plan} P1 --run --done" in made.stderr
    claim = api.ok("GET", f"/plans/{plan}/claims")["claims"][0]
    assert claim["holder"] == "agent 7" and claim["number"] == "P1"
    assert "no phase is free" in ctl("implement", plan, code=REFUSED).stderr
    assert "claimed by agent 7" in ctl("implement", plan, "P1", code=REFUSED).stderr
    api.verb(plan, "progress", {"phase": "P1", "status": "done"})
    ctl("implement", plan, "-o", "P2.md")
    assert (tmp_path / "P2.md").read_text().startswith("# P2 ")


def test_implement_with_a_program(place, plan, ctl, tmp_path):
    agent = script(tmp_path, "agent", f'cat > "{tmp_path}/read.md"\nprintf "%s %s %s %s" "$PLAND_PLAN" "$PLAND_PHASE" "$PLAND_URL" "$PLAND_TOKEN" > "{tmp_path}/env"\n')
    ctl("implement", plan, "--with", agent)
    told = (tmp_path / "env").read_text().split()
    assert (tmp_path / "read.md").read_text().startswith("# P1 ") and told[:3] == [plan, "P1", place.url]
    narrow = Api(place.url, told[3])  # good for the brief and for telling how it goes, and for nothing else
    narrow.ok("GET", f"/plans/{plan}/briefs/P1")
    narrow.verb(plan, "progress", {"phase": "P1", "status": "started", "criteria": [{"criterion": "A1", "status": "passed"}]})
    for path in ("/plans", f"/plans/{plan}", "/tokens", f"/plans/{plan}/audit"):
        narrow.refused("GET", path, 403)
    claim = place.admin.ok("GET", f"/plans/{plan}/claims")["claims"][0]
    made = next(t for t in place.admin.ok("GET", "/tokens")["tokens"] if t["name"] == f"claim {claim['id']}")
    assert made["plan"] == plan and made["expires_at"] == claim["lease_until"] and "token" not in claim
    again = narrow.verb(plan, "claim", {"claim": claim["id"], "token": True})
    assert "token" not in again and again["lease_until"] == claim["lease_until"]  # it makes no others, and shortens nothing
    seen = ctl("verify", plan, "P1", "--run", token=told[3], cwd=harness.make_codebase("python-api", tmp_path / "checkout"), code=REFUSED)
    assert "UNEXPECTED" in seen.stdout and "token" not in seen.stderr  # it sees the commands, which nothing has made pass
    assert len(place.admin.ok("GET", f"/plans/{plan}/claims")["claims"]) == 1
    place.admin.verb(plan, "progress", {"phase": "P1", "status": "done", "reason": "Its commands are not on this machine."})
    failing = script(tmp_path, "failing", "exit 3\n")
    refused = ctl("implement", plan, "--with", failing, code=REFUSED)
    assert "ended with 3" in refused.stderr and "released" in refused.stderr
    assert place.admin.ok("GET", f"/plans/{plan}/claims")["claims"] == []


def test_claims(place, plan, ctl):
    place.admin.verb(plan, "handoff")
    made = ctl("claim", plan, "P1", "--lease", "30m")
    claim = made.stdout.strip()
    assert re.fullmatch(r"clm_[0-9A-Z]{26}", claim) and "is yours until" in made.stderr
    assert "claimed by" in ctl("claim", plan, "P1", code=REFUSED).stderr
    before = place.admin.ok("GET", f"/plans/{plan}/claims")["claims"][0]["lease_until"]
    assert ctl("claim", plan, "P1", "--renew", "--lease", "2h").stdout.strip() == claim
    assert place.admin.ok("GET", f"/plans/{plan}/claims")["claims"][0]["lease_until"] > before
    ctl("claim", plan, claim, "--release")
    assert "nobody has claimed P1" in ctl("claim", plan, "P1", "--release", code=REFUSED).stderr
    assert "say of which phase" in ctl("claim", plan, "--renew", code=USAGE).stderr
    for wrong in ("x", "0", "8w", "-1h"):
        assert "--lease is a time" in ctl("claim", plan, "--lease=" + wrong, code=USAGE).stderr


def test_progress_and_its_page(place, plan, ctl):
    place.admin.verb(plan, "handoff")
    assert "P2 needs P1" in ctl("progress", plan, "P2", "started", code=REFUSED).stderr
    ctl("progress", plan, "P1", "started")
    ctl("progress", plan, "P1", "done", "--passed", "A1", "--passed", "M1", "--where", "https://ci.example.com/7", "--commit", "c0ffee", "--note", "quick")
    page = ctl("progress", plan).stdout
    assert re.search(r"^P1 +done .*estimated \d+ min, took \d+ min$", page, re.M) and re.search(r"^P2 +open ", page, re.M)
    assert re.search(r"\[x\] A1 .*https://ci.example.com/7", page) and "[ ] A2" in page and "1 finished: estimated" in page
    ctl("progress", plan, "P2", "started", "--failed", "A1")
    assert "[!] A1" in ctl("progress", plan).stdout
    assert json.loads(ctl("progress", plan, "--json").stdout)["phases"][0]["commit"] == "c0ffee"
    assert "started, done or skipped" in ctl("progress", plan, "P1", "finished", code=USAGE).stderr


def test_verify_a_commit(place, plan, ctl):
    place.admin.verb(plan, "handoff")
    assert "--commit" not in ctl("verify", plan, code=REFUSED).stdout
    seen = ctl("verify", plan, "--commit", "main", code=DONE).stdout
    assert "promised and not done" in seen and "P1 " in seen and "as planned" in seen
    place.admin.verb(plan, "progress", {"phase": "P1", "status": "done"})
    seen = ctl("verify", plan, "--commit", "main", code=REFUSED).stdout
    assert "criteria of finished phases without evidence" in seen and "(done)" in seen


def test_links(place, plan, ctl):
    made = ctl("link", plan, "--days", "3", "--note", "for the customer")
    url = made.stdout.strip()
    assert url.startswith(place.url + "/links/") and requests.get(url, timeout=60).status_code == 200
    link = re.search(r"lnk_[0-9A-Z]{26}", made.stderr)[0]
    listed = ctl("link", plan, "--list").stdout
    assert link in listed and "for the customer" in listed and url.rsplit("/", 1)[1] not in listed
    ctl("link", plan, "--revoke", link)
    assert requests.get(url, timeout=60).status_code == 410 and "revoked" in ctl("link", plan, "--list").stdout


def test_a_token_for_one_phase_of_work(place, plan, ctl):
    """What an implementer's token allows is enough for planctl implement after the handoff."""
    place.admin.verb(plan, "handoff")
    verbs = [x for v in ("plan", "briefs", "claim", "claims", "progress", "revisions") for x in ("--verb", v)]
    token = ctl("token", "create", "--role", "planner", "--project", "default", "--name", "agent", "--plan", plan, *verbs).stdout.strip()
    assert ctl("implement", plan, token=token).stdout.startswith("# P1 ")
    ctl("progress", plan, "P1", "done", token=token)
    ctl("link", plan, token=token, code=REFUSED)
    ctl("list", token=token, code=REFUSED)


@pytest.mark.parametrize("verb", "approve reject handoff claim progress verify link implement".split())
def test_help_and_manual(ctl, verb):
    text = ctl(verb, "--help").stdout
    assert f"planctl {verb}" in text and "last" in text
    assert re.search(rf"^\.Cm {verb}$", ctl("man").stdout, re.M)
