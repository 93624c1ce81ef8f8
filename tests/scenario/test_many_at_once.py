"""Many people at one plan at the same moment: nothing that was acknowledged is lost, and whoever is refused learns which
revision is the newest."""
import threading

import pytest

import harness
from test_conversation import big

pytestmark = pytest.mark.threads

CLIENTS = 16 if harness.SANITIZED else 64


class Crowd:
    """CLIENTS threads that all begin at once; `each` gets a client of its own and the number."""

    def __init__(self, shared, each):
        self.results, self.barrier = [None] * CLIENTS, threading.Barrier(CLIENTS)
        self.threads = [threading.Thread(target=self.run, args=(shared, each, i)) for i in range(CLIENTS)]
        for thread in self.threads:
            thread.start()
        for thread in self.threads:
            thread.join(harness.PATIENCE * 2)
        failed = [r for r in self.results if isinstance(r, BaseException)]
        assert not failed, failed[0]

    def run(self, shared, each, number):
        try:
            api = harness.Api(shared.url, shared.admin.token)
            self.barrier.wait(harness.PATIENCE)
            self.results[number] = each(api, number)
        except BaseException as error:  # noqa: BLE001: told by the test's own thread
            self.results[number] = error


def test_refining_commenting_approving_and_editing_at_once(shared):
    api = shared.admin
    plan = big(api)

    def one(api, number):
        kind = ("refine", "comment", "approve", "edit")[number % 4]
        if kind == "refine":
            return kind, api("POST", f"/plans/{plan}/refinements", {"instruction": f"Note number {number}.", "sections": ["risks"] if number % 8 else ["overview"]})
        if kind == "comment":
            return kind, api("POST", f"/plans/{plan}/comments", {"anchor": "overview", "body": f"Comment number {number}."})
        head = api("GET", f"/plans/{plan}/revisions/head")
        match = {"If-Match": head.headers["ETag"]}
        if kind == "approve":
            return kind, api("POST", f"/plans/{plan}/approval", {}, headers=match)
        mine = head.json()["document"]
        mine["overview"] += f"\n\nEdit number {number}."
        return kind, api("POST", f"/plans/{plan}/revisions", mine, headers=match)

    crowd = Crowd(shared, one)
    api.watch(plan, lambda p: p["activity"] != "working")
    answers = {kind: [(n, a) for n, (k, a) in enumerate(crowd.results) if k == kind] for kind in ("refine", "comment", "approve", "edit")}
    assert all(a.status_code == 201 for _, a in answers["comment"])
    said = {c["body"] for c in api.ok("GET", f"/plans/{plan}/comments")["comments"]}
    assert said == {f"Comment number {n}." for n, _ in answers["comment"]}
    refined, newest = settled(api, plan, answers["refine"])
    taken = [(n, a) for n, a in answers["edit"] if a.status_code == 201]
    revisions = api.ok("GET", f"/plans/{plan}/revisions", limit=200)["revisions"]
    assert len(revisions) == 1 + len(refined) + len(taken), "each refinement that was applied and each edit has a revision"
    assert [r["number"] for r in revisions] == list(range(len(revisions), 0, -1))
    for kind in ("approve", "edit", "refine"):
        for _, answer in answers[kind]:
            if answer.status_code >= 400:
                refusal = harness.problem(answer, answer.status_code)
                assert answer.status_code in (409, 412) and refusal["revision"] >= 1, refusal
    texts = [api.ok("GET", f"/plans/{plan}/revisions/{n}")["document"] for n in range(1, len(revisions) + 1)]
    for number, _ in taken:
        assert any(t["overview"].endswith(f"Edit number {number}.") for t in texts)
    approvals_were_of_the_head(api, plan, revisions)


def settled(api, plan, queued):
    """Every refinement that was acknowledged is applied, or conflicted with a newer revision named."""
    asked = {a.json()["id"]: n for n, a in queued if a.status_code == 202}
    rows = {r["id"]: r for r in api.ok("GET", f"/plans/{plan}/refinements")["refinements"]}
    assert set(asked) <= set(rows)
    applied = [rows[i] for i in asked if rows[i]["state"] == "applied"]
    for i in asked:
        assert rows[i]["state"] in ("applied", "conflicted"), rows[i]
        if rows[i]["state"] == "conflicted":
            assert "and revision" in rows[i]["detail"], rows[i]
    head = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
    everything = str(head["closing"]["risks"]) + head["overview"]
    for i in asked:
        if rows[i]["state"] == "applied" and rows[i]["sections"] == ["risks"]:
            assert f"Note number {asked[i]}." in everything, "a refinement that was applied is in the head"
    return applied, head


def approvals_were_of_the_head(api, plan, revisions):
    """Each approval is of a revision with the hash that it names."""
    hashes = {r["number"]: r["hash"] for r in revisions}
    for entry in api.ok("GET", f"/plans/{plan}/audit", limit=200)["audit"]:
        if entry["action"] == "plan.approve":
            assert entry["detail"]["hash"] == hashes[entry["detail"]["revision"]]


def test_one_of_many_edits_is_taken(shared):
    """All edit the same revision: one is the next, all others are told so."""
    api = shared.admin
    plan = big(api)
    head = api("GET", f"/plans/{plan}/revisions/head")
    document, match = head.json()["document"], {"If-Match": head.headers["ETag"]}

    def edit(api, number):
        return api("POST", f"/plans/{plan}/revisions", {**document, "overview": f"Edit number {number}."}, headers=match)

    answers = Crowd(shared, edit).results
    taken = [n for n, a in enumerate(answers) if a.status_code == 201]
    api.wait_state(plan, "awaiting_approval")
    assert len(taken) == 1
    assert api.ok("GET", f"/plans/{plan}/revisions/head")["document"]["overview"] == f"Edit number {taken[0]}."
    for answer in answers:
        if answer.status_code != 201:
            assert harness.problem(answer, answer.status_code)["revision"] in (1, 2) and answer.status_code in (409, 412)


def test_one_of_many_approvals_is_taken(shared):
    api = shared.admin
    plan = big(api)
    match = {"If-Match": api.head_etag(plan)}
    answers = Crowd(shared, lambda api, _: api("POST", f"/plans/{plan}/approval", {}, headers=match)).results
    assert sorted(a.status_code for a in answers) == [200] + [409] * (CLIENTS - 1)
    assert all(harness.problem(a, 409)["revision"] == 1 for a in answers if a.status_code == 409)
    assert len([a for a in api.ok("GET", f"/plans/{plan}/audit")["audit"] if a["action"] == "plan.approve"]) == 1
