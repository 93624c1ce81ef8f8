"""A plan is talked about: comments that keep their place, refinements that change what was meant and nothing else,
revisions that say why they exist, differences that can be applied, older revisions again."""
import json
import subprocess

import pytest

import harness
from samples import ASKING, approvable


def head(api, plan):
    return api.ok("GET", f"/plans/{plan}/revisions/head")


def hashes(api, plan, n="head"):
    return {s["id"]: s["hash"] for s in api.ok("GET", f"/plans/{plan}/revisions/{n}")["sections"]}


def markdown(api, plan, n="head"):
    answer = api("GET", f"/plans/{plan}/revisions/{n}", headers={"Accept": "text/markdown"})
    assert answer.status_code == 200, answer.text
    return answer.content.decode()


def refine(api, plan, instruction=None, **fields):
    """The refinement once it is settled."""
    body = {**({"instruction": instruction} if instruction else {}), **fields}
    made = api.verb(plan, "refinements", body, status=202)["id"]
    api.wait_state(plan, "awaiting_approval")
    return api.ok("GET", f"/plans/{plan}/refinements/{made}")


def publish(api, plan, document):
    api.ok("POST", f"/plans/{plan}/revisions", document, status=201, headers={"If-Match": api.head_etag(plan)})
    api.wait_state(plan, "awaiting_approval")
    return head(api, plan)


def comment(api, plan, anchor, body, quote=None, **fields):
    return api.verb(plan, "comments", {"anchor": anchor, "body": body, **({"quote": quote} if quote else {}), **fields}, status=201)


def thread(api, plan, made):
    return api.ok("GET", f"/plans/{plan}/comments/{made['id']}")


def newest(api, plan):
    return api.ok("GET", f"/plans/{plan}/revisions")["revisions"][0]


def big(api):
    """A plan of several phases."""
    ticket = {"title": "Sliding sessions", "body": (harness.ROOT / "tests/tickets/sliding_sessions.md").read_text()}
    return approvable(api, ticket=ticket, repository="python-api", size="full")["id"]


# --- comments --------------------------------------------------------------------------------------------------------
def test_a_comment_keeps_its_place(api):
    """It follows its text through edits and to another section, is outdated when the text goes, and comes back with it."""
    plan = big(api)
    document = head(api, plan)["document"]
    sentence = "The ring is read from an interrupt."
    document["closing"]["assumptions"] = [*document["closing"].get("assumptions", []), sentence]
    first = publish(api, plan, document)["revision"]
    made = comment(api, plan, "assumptions", "Is that so?", "read from an *interrupt*")
    assert (made["section"], made["outdated"], made["state"], made["revision"]) == ("assumptions", False, "open", first)
    document["closing"]["assumptions"].insert(0, "Something else.")
    publish(api, plan, document)
    assert thread(api, plan, made)["section"] == "assumptions"
    document["closing"]["assumptions"].remove(sentence)
    document["overview"] += "\n\n" + sentence
    publish(api, plan, document)
    assert thread(api, plan, made)["section"] == "overview"
    document["overview"] = document["overview"].replace("interrupt", "thread")
    gone = publish(api, plan, document)["revision"]
    now = thread(api, plan, made)
    assert now["outdated"] and now["outdated_in"] == gone and "section" not in now and now["quote"] == "read from an *interrupt*"
    api.ok("POST", f"/plans/{plan}/revisions/{first}/restore", status=201, headers={"If-Match": api.head_etag(plan)})
    api.wait_state(plan, "awaiting_approval")
    assert thread(api, plan, made)["section"] == "assumptions" and not thread(api, plan, made)["outdated"]
    told = [(e["type"], e["data"]["section"]) for e in api.events(plan) if e["type"].startswith("plan.comment_")]
    assert told == [("plan.comment_moved", "overview"), ("plan.comment_outdated", "overview"), ("plan.comment_moved", "assumptions")]


def test_threads(api, shared):
    plan = big(api)
    made = comment(api, plan, "P1", "Why first?")
    assert made["anchor"] == made["section"] == "ph1" and made["replies"] == []
    other = shared.api("planner")
    reply = other.verb(plan, "comments", {"reply_to": made["id"], "body": "Because of the lock."}, status=201)
    again = api.verb(plan, "comments", {"reply_to": reply["id"], "body": "I see."}, status=201)
    assert [r["body"] for r in thread(api, plan, made)["replies"]] == ["Because of the lock.", "I see."]
    assert again["reply_to"] == made["id"], "a thread has one level"
    api.refused("PATCH", f"/plans/{plan}/comments/{reply['id']}", 403, body={"body": "No."})
    api.refused("PATCH", f"/plans/{plan}/comments/{reply['id']}", 400, body={"state": "resolved"})
    other.ok("PATCH", f"/plans/{plan}/comments/{reply['id']}", {"body": "Because of the mutex."})
    assert thread(api, plan, made)["replies"][0]["changed_at"]
    assert api.ok("PATCH", f"/plans/{plan}/comments/{made['id']}", {"state": "resolved"})["resolved_by"]
    assert api.ok("GET", f"/plans/{plan}/comments", state="open")["comments"] == []
    assert len(api.ok("GET", f"/plans/{plan}/comments", section="ph1")["comments"]) == 1
    assert "resolved_at" not in api.ok("PATCH", f"/plans/{plan}/comments/{made['id']}", {"state": "open"})
    actions = [a["action"] for a in api.ok("GET", f"/plans/{plan}/audit")["audit"]]
    assert actions == ["plan.comment_reopened", "plan.comment_resolved", "plan.comment_changed", *["plan.commented"] * 3]


@pytest.mark.parametrize("body, pointer", [
    ({"anchor": "ph99", "body": "x"}, "/anchor"), ({"body": "x"}, "/anchor"), ({"anchor": "overview", "body": "x", "quote": "not there at all"}, "/quote"),
    ({"anchor": "overview", "body": "x", "quote": "** …"}, "/quote"), ({"reply_to": "cmt_00000000000000000000000000", "body": "x"}, "/reply_to"),
    ({"anchor": "overview", "reply_to": "cmt_00000000000000000000000000", "body": "x"}, "/anchor"), ({"anchor": "overview", "body": "x", "revision": 9}, "/revision")])
def test_comments_that_are_refused(api, body, pointer):
    plan = approvable(api)["id"]
    assert api.refused("POST", f"/plans/{plan}/comments", 400, body=body)["errors"][0]["pointer"] == pointer
    assert api.ok("GET", f"/plans/{plan}/comments")["comments"] == []


def test_a_plan_without_a_revision_takes_no_comment(api):
    api.refused("POST", f"/plans/{api.new()}/comments", 409, body={"anchor": "overview", "body": "x"})


def test_a_comment_on_an_older_revision_is_carried_forward(api):
    plan = big(api)
    document = head(api, plan)["document"]
    document["closing"]["assumptions"] = ["Nobody resizes the ring while it is read."]
    old = publish(api, plan, document)["revision"]
    document["closing"]["assumptions"], document["overview"] = ["It is small."], "Nobody resizes the ring while it is read."
    publish(api, plan, document)
    made = comment(api, plan, "assumptions", "Nobody?", "resizes the ring while it is read", revision=old)
    assert (made["revision"], made["anchor"], made["section"]) == (old, "assumptions", "overview")


# --- refinements -----------------------------------------------------------------------------------------------------
def test_refine_with_comments(api):
    """Each is worked in where it stands; the revision names them and resolves them; no other section changes."""
    plan = big(api)
    made = [comment(api, plan, "overview", "Say who reads the count."), comment(api, plan, "ph2", "Name the unit of the count.")]
    api.verb(plan, "comments", {"reply_to": made[1]["id"], "body": "Entries, not bytes."}, status=201)
    before = hashes(api, plan)
    done = refine(api, plan, comments=[m["id"] for m in made])
    assert (done["state"], done["cause"], done["comments"]) == ("applied", "comments", [m["id"] for m in made]) and "instruction" not in done
    after = hashes(api, plan)
    assert {s for s in after if before.get(s) != after[s]} == {"overview", "ph2"}
    revision = newest(api, plan)
    assert revision["reason"] == "comments" and revision["comments"] == done["comments"] and revision["refinement"] == done["id"]
    assert "Say who reads the count." in revision["detail"] and revision["author"]
    for m in made:
        now = thread(api, plan, m)
        assert now["state"] == "resolved" and now["resolved_in"] == revision["number"]
    assert "Entries, not bytes" in markdown(api, plan)
    refused = api.refused("POST", f"/plans/{plan}/refinements", 400, body={"comments": [made[0]["id"]]})
    assert refused["errors"][0]["pointer"] == "/comments/0"
    api.refused("POST", f"/plans/{plan}/refinements", 400, body={"sections": ["ph1"]})


@pytest.mark.parametrize("order, meant", [
    ("split P1 after 1.1", lambda old, new: {"ph1", *new}), ("rename P2 to Counting", lambda old, new: {"ph2"}), ("estimate P2 6h", lambda old, new: {"ph2"}),
    ("add a phase after P1: Measure what is dropped today", lambda old, new: set(new)), ("move P1 first", lambda old, new: set())])
def test_orders_on_phases(api, order, meant):
    plan = big(api)
    before = hashes(api, plan)
    done = refine(api, plan, order)
    assert done["state"] == "applied", done
    after = hashes(api, plan)
    new = [s for s in after if s not in before]
    assert {s for s in after if before.get(s) != after[s]} <= meant(before, new)
    assert not set(before) - set(after)
    assert api.plan(plan)["checks"]["failed"] == 0, api.ok("GET", f"/plans/{plan}/checks")


def test_what_uses_a_change_is_named_and_included(api):
    """A requirement's new text: the phases and tests that serve it are affected until one action works them over."""
    plan = big(api)
    document = head(api, plan)["document"]
    document["requirements"][0]["text"] = "Entries that are dropped are counted per reader."
    publish(api, plan, document)
    now = api.plan(plan)
    users = {a["section"] for a in now["affected"]["sections"]}
    serving = {p["id"] for p in document["phases"] if document["requirements"][0]["id"] in p["requirements"]}
    assert serving and serving <= users and all(a["because"] == "requirements" and a["why"] for a in now["affected"]["sections"])
    assert "Not changed along" in now["needs"]["message"]
    action = now["affected"]["include"]
    api.ok(action["method"], action["href"], action["body"], status=202)
    after = api.wait_state(plan, "awaiting_approval")
    assert "affected" not in after or not serving & {a["section"] for a in after["affected"]["sections"]}
    assert newest(api, plan)["reason"] == "affected"


def test_a_refinement_conflicts_only_where_its_own_section_changed(api):
    plan = big(api)
    base = head(api, plan)["revision"]
    refine(api, plan, "Name the owner of the counter.", sections=["risks"])
    ok = refine(api, plan, "Say what happens when it wraps.", sections=["ph1"], base_revision=base)
    clash = refine(api, plan, "Name the owner again.", sections=["risks"], base_revision=base)
    assert ok["state"] == "applied" and clash["state"] == "conflicted"
    assert f"revision {base}," in clash["detail"] and f"revision {ok['revision']}" in clash["detail"]


def test_an_answer_after_the_draft(api):
    """The default that was assumed goes, the decision is there, and nothing else changes."""
    plan = approvable(api, ticket=ASKING, size="full")
    q = plan["questions"][0]
    before = hashes(api, plan["id"])
    api.verb(plan["id"], "answers", {"answers": [{"question": q["id"], "answer": "There are at most 512 entries."}]})
    api.wait_state(plan["id"], "awaiting_approval")
    after = hashes(api, plan["id"])
    assert {s for s in after if before[s] != after[s]} == {"assumptions", "decisions"}
    assert "There are at most 512 entries" in json.dumps(head(api, plan["id"])["document"]["closing"]["decisions"])
    assert newest(api, plan["id"])["reason"] == "answers"


def test_another_option_is_drafted_anew(api):
    """The plan goes on as the next revision; ids of the phases that were are not given out again."""
    plan = api.new(ticket=ASKING, repository="c-lib", size="full")
    offered = api.to_state(plan, "awaiting_choice")["options"]
    api.verb(plan, "choice", {"option": offered["options"][0]["id"]})
    api.wait_state(plan, "awaiting_approval")
    before = [p["id"] for p in head(api, plan)["document"]["phases"]]
    api.approve(plan)
    api.refused("POST", f"/plans/{plan}/choice", 400, body={"option": offered["options"][0]["id"]})  # it is what there is
    said = api.refused("POST", f"/plans/{plan}/messages", 400, body={"text": f"choose {offered['options'][0]['id']}"})
    assert [e["pointer"] for e in said["errors"]] == ["/text"] and api.plan(plan)["state"] == "approved"
    api.verb(plan, "choice", {"option": offered["options"][1]["id"], "reason": "It grows better."})
    now = api.wait_state(plan, "awaiting_approval")
    assert now["revision"] == 2 and "approved_revision" not in now and now["choice"]["option"] == offered["options"][1]["id"]
    after = [p["id"] for p in head(api, plan)["document"]["phases"]]
    assert not set(before) & set(after)
    assert newest(api, plan)["reason"] == "choice" and "It grows better." in newest(api, plan)["detail"]
    api.refused("POST", f"/plans/{plan}/choice", 400, body={"more": "Others."})


def test_a_refinement_that_asks_for_too_much(api):
    """A list has its bounds: the refinement is refused, the plan goes on."""
    plan = big(api)
    document = head(api, plan)["document"]
    document["closing"]["risks"] = [document["closing"]["risks"][0]] * 100
    publish(api, plan, document)
    done = refine(api, plan, "Name one more risk.", sections=["risks"])
    assert done["state"] == "conflicted" and "/closing/risks" in done["detail"] or "100" in done["detail"], done
    assert refine(api, plan, "Say who reads it.", sections=["overview"])["state"] == "applied"


# --- ids -------------------------------------------------------------------------------------------------------------
def test_the_number_of_a_removed_phase_is_not_used_again(api):
    """By a refinement, nor by somebody who writes a new phase into the Markdown after the last one was dropped."""
    plan = big(api)
    phases = head(api, plan)["document"]["phases"]
    last = phases[-1]["id"]
    refine(api, plan, f"drop P{len(phases)}")
    text = markdown(api, plan)
    new = "### Measure first\n\nNumbers exist.\n\n- **Estimate:** 2 h (1 h to 3 h)\n\n#### Write them down\n\nSo.\n\n**Manual verification**\n\n- [ ] Read them\n\n"
    text = text.replace("## Phases\n", "## Phases\n\n" + new, 1)
    answer = api("POST", f"/plans/{plan}/revisions", data=text.encode(), headers={"If-Match": api.head_etag(plan), "Content-Type": "text/markdown"})
    assert answer.status_code == 201, answer.text
    api.wait_state(plan, "awaiting_approval")
    added = head(api, plan)["document"]["phases"][0]
    assert added["title"] == "Measure first" and int(added["id"][2:]) > int(last[2:])
    refine(api, plan, "drop P1")
    refine(api, plan, "add a phase: Look at it once more")
    assert int(head(api, plan)["document"]["phases"][-1]["id"][2:]) > int(added["id"][2:])


def test_a_phase_that_was_removed_comes_back_as_itself_only(api):
    """Its id in an edit, as Markdown or JSON, under another title is refused in words that say what to do; under its own it is back."""
    plan = big(api)
    phases = head(api, plan)["document"]["phases"]
    gone, other = phases[-1], {**phases[0], "id": phases[-1]["id"], "steps": [{**s, "id": f"{phases[-1]['id']}.s{n}"} for n, s in enumerate(phases[0]["steps"], 1)]}
    document = {**head(api, plan)["document"], "phases": [other, *phases[:-1]]}
    refine(api, plan, f"drop P{len(phases)}")
    match = {"If-Match": api.head_etag(plan)}
    text = markdown(api, plan).replace("## Phases\n", f"## Phases\n\n<!-- {gone['id']} -->\n### Measure first\n\nSo.\n\n- **Estimate:** 2 h (1 h to 3 h)\n\n"
                                       "#### Do it\n\nSo.\n\n**Manual verification**\n\n- [ ] Look at it\n\n", 1)
    for sent in ({"data": text.encode(), "headers": {**match, "Content-Type": "text/markdown"}}, {"body": document, "headers": match}):
        refusal = api.refused("POST", f"/plans/{plan}/revisions", 400, "invalid", **sent)
        assert refusal["errors"][0]["pointer"] == "/phases/0/id" and gone["title"][:40] in refusal["detail"] and "until revision 1" in refusal["detail"]
    document = head(api, plan)["document"]
    back = publish(api, plan, {**document, "phases": [*document["phases"], gone]})
    assert [p["id"] for p in back["document"]["phases"]] == [p["id"] for p in phases]


# --- differences -----------------------------------------------------------------------------------------------------
def patched(text, diff, folder):
    (folder / "plan.md").write_bytes(text.encode())
    (folder / "plan.diff").write_bytes(diff.encode())
    done = subprocess.run(["patch", "-s", "--no-backup-if-mismatch", "plan.md", "plan.diff"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "plan.md").read_bytes().decode()


def test_differences(api, tmp_path):
    plan = big(api)
    refine(api, plan, "Name the owner of the counter.", sections=["risks"])
    made = comment(api, plan, "overview", "Say who reads it.")
    refine(api, plan, comments=[made["id"]])
    document = head(api, plan)["document"]
    document["phases"][0]["steps"][0]["text"] += "\n\nBoth ways."
    last = publish(api, plan, document)["revision"]
    for m, n in ((1, last), (last, 1), (2, 3), (1, 2)):
        diff = api("GET", f"/plans/{plan}/revisions/{n}/diff", headers={"Accept": "text/x-diff"}, **{"from": m}).text
        assert patched(markdown(api, plan, m), diff, tmp_path) == markdown(api, plan, n)
    told = api.ok("GET", f"/plans/{plan}/revisions/{last}/diff", **{"from": 1})
    why = {s["id"]: s["why"] for s in told["sections"]}
    assert why["risks"]["revision"] == 2 and why["risks"]["detail"] == "Name the owner of the counter." and why["risks"]["reason"] == "refinement"
    assert why["overview"]["revision"] == 3 and why["overview"]["reason"] == "comments"
    assert why["ph1"]["reason"] == "edit" and set(why) == {"risks", "overview", "ph1"}
    page = api("GET", f"/plans/{plan}/revisions/{last}/diff", headers={"Accept": "text/html"}, **{"from": 1})
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'") and "Name the owner of the counter." in page.text
    assert "<ins>" in page.text and "<script" not in page.text


def test_moved_phases_are_shown_as_moved(api):
    plan = big(api)
    refine(api, plan, "add a phase: Look at it with whoever reads the dump, on a machine of theirs")
    count = len(head(api, plan)["document"]["phases"])
    moved = head(api, plan)["document"]["phases"][-1]["id"]
    refine(api, plan, f"move P{count} to the front")
    told = api.ok("GET", f"/plans/{plan}/revisions/head/diff")
    assert [(s["id"], s["change"]) for s in told["sections"]] == [(moved, "moved")]
    assert any(m["from_section"] == m["to_section"] == moved for m in told["moves"])
    page = api("GET", f"/plans/{plan}/revisions/head/diff", headers={"Accept": "text/html"}).text
    assert 'class="mov"' in page and "moved from" in page


# --- again -----------------------------------------------------------------------------------------------------------
def test_restore(api):
    plan = big(api)
    first, text = hashes(api, plan), head(api, plan)
    refine(api, plan, "Name the owner of the counter.", sections=["risks"])
    refine(api, plan, "drop P1")
    api.approve(plan)
    etag = api.head_etag(plan)
    api.refused("POST", f"/plans/{plan}/revisions/1/restore", 428)
    assert api.refused("POST", f"/plans/{plan}/revisions/1/restore", 412, headers={"If-Match": '"r1-0"'})["revision"] == 3
    for n, status in (("3", 409), ("4", 404), ("head", 404)):
        api.refused("POST", f"/plans/{plan}/revisions/{n}/restore", status, headers={"If-Match": etag})
    api.ok("POST", f"/plans/{plan}/revisions/1/restore", status=201, headers={"If-Match": etag})
    now = api.wait_state(plan, "awaiting_approval")
    assert now["revision"] == 4 and "approved_revision" not in now
    assert hashes(api, plan) == first and head(api, plan)["hash"] == text["hash"]
    assert (newest(api, plan)["reason"], newest(api, plan)["detail"]) == ("restore", "revision 1")


def test_a_fork_takes_answers_and_comments_along(api):
    plan = approvable(api, ticket=ASKING, size="full")
    made = comment(api, plan["id"], "overview", "Who reads it?")
    api.verb(plan["id"], "comments", {"reply_to": made["id"], "body": "The dump."}, status=201)
    api.verb(plan["id"], "answers", {"answers": [{"question": plan["questions"][0]["id"], "answer": "At most 512."}]})
    api.wait_state(plan["id"], "awaiting_approval")
    fork = api.ok("POST", f"/plans/{plan['id']}/fork", status=201)["id"]
    now = api.to_state(fork, "awaiting_approval")
    assert [q["answer"] for q in now["questions"] if q["text"] == plan["questions"][0]["text"]] == ["At most 512."]
    carried = api.ok("GET", f"/plans/{fork}/comments")["comments"]
    assert [(c["body"], c["section"], c["replies"][0]["body"]) for c in carried] == [("Who reads it?", "overview", "The dump.")]
    assert carried[0]["id"] != made["id"] and carried[0]["replies"][0]["reply_to"] == carried[0]["id"] and "revision" not in carried[0]


def test_refusals_name_the_newest_revision(api):
    plan = approvable(api)["id"]
    etag = api.head_etag(plan)
    refine(api, plan, "Name the owner of the counter.", sections=["overview"])
    body = head(api, plan)["document"]
    stale = {"If-Match": etag}
    assert api.refused("POST", f"/plans/{plan}/approval", 412, headers=stale)["revision"] == 2
    assert api.refused("POST", f"/plans/{plan}/revisions", 412, body=body, headers=stale)["revision"] == 2
    assert api.refused("POST", f"/plans/{plan}/approval", 409, body={"revision": 1}, headers={"If-Match": api.head_etag(plan)})["revision"] == 2
    api.approve(plan)
    assert api.refused("POST", f"/plans/{plan}/approval", 409, headers={"If-Match": api.head_etag(plan)})["revision"] == 2


# --- plain words -----------------------------------------------------------------------------------------------------
def say(api, plan, text, status=201):
    return api.verb(plan, "messages", {"text": text}, status=status)


def test_a_whole_dialogue_in_plain_words(api):
    plan = api.new(repository="c-lib", size="full")
    said = say(api, plan, ASKING["title"] + "\n\n" + ASKING["body"])
    assert said["state"] == "done" and said["understood"]["actions"][0]["kind"] == "ticket"
    asked = api.wait_state(plan, "awaiting_answers")
    say(api, plan, f"defaults except {asked['questions'][0]['id']}: at most 512 entries")
    offered = api.wait_state(plan, "awaiting_choice")
    assert [q["answer"] for q in offered["questions"]][0] == "at most 512 entries"
    assert say(api, plan, f"choose {offered['options']['options'][1]['id']}")["state"] == "done"
    api.wait_state(plan, "awaiting_approval")
    assert say(api, plan, "refine overview: say who reads the count\nrefine risks: name the owner")["state"] == "done"
    now = api.wait_state(plan, "awaiting_approval")
    assert now["revision"] == 3 and [r["sections"] for r in api.ok("GET", f"/plans/{plan}/refinements")["refinements"]] == [["overview"], ["risks"]]
    stale = api.refused("POST", f"/plans/{plan}/messages", 400, body={"text": "approve r2"})
    assert "3" in stale["errors"][0]["detail"]
    assert say(api, plan, "approve r3")["state"] == "done"
    assert api.plan(plan)["state"] == "approved" and api.plan(plan)["approved_revision"] == 3
    assert [m["state"] for m in api.ok("GET", f"/plans/{plan}/messages")["messages"]] == ["done"] * 5


def test_words_in_no_form(api):
    """Without a model they are kept, nothing happens, and the answer says how to say it."""
    plan = big(api)
    before = api.plan(plan)
    shown = say(api, plan, "Hm, could you have a look at the second part once more?")
    assert shown["state"] == "unclear" and "refine" in shown["why"] and shown["understood"]["actions"] == []
    after = api.plan(plan)
    assert (after["state"], after["revision"]) == (before["state"], before["revision"])


def test_an_approval_in_words_needs_its_role(shared):
    plan = big(shared.admin)
    shared.api("planner").refused("POST", f"/plans/{plan}/messages", 403, body={"text": "approve r1"})
    assert shared.admin.plan(plan)["state"] == "awaiting_approval"


READING = {"actions": [{"kind": "refine", "quote": "the risks are too vague", "question": None, "option": None, "text": "Make the risks concrete.",
                        "reason": None, "sections": ["risks"]}], "ambiguous": False, "doubt": None}


@pytest.mark.parametrize("ambiguous", [False, True])
def test_a_model_reads_other_words(launch, tmp_path, ambiguous):
    """What it reads clearly is done in the name of who wrote it; what it doubts is shown first."""
    from fake_openai import Server
    from samples import write_answers
    reading = {**READING, "ambiguous": ambiguous, "doubt": "Which of the risks?" if ambiguous else None}
    with Server(answers=write_answers(tmp_path / "answers", message=json.dumps(reading))) as model:
        daemon = launch("--provider", "openai", "--llm-url", model.base_url, "--llm-model", "fake")
        daemon.codebase("c-lib")
        api = daemon.admin
        plan = approvable(api)["id"]
        said = say(api, plan, "I think the risks are too vague", status=202)
        assert said["state"] in ("reading", "proposed", "done")
        api.watch(plan, lambda p: thread_of(api, plan, said)["state"] != "reading")
        read = thread_of(api, plan, said)
        assert read["understood"]["actions"][0]["sections"] == ["risks"]
        if ambiguous:
            approved = api.approve(plan)
            assert approved["state"] == "approved"
            assert api.refused("POST", read["confirm"]["href"], 409)["revision"] == 1, "the plan is another one now"
            plan = approvable(api)["id"]
            said = say(api, plan, "I think the risks are too vague", status=202)
            api.watch(plan, lambda p: thread_of(api, plan, said)["state"] != "reading")
            read = thread_of(api, plan, said)
            assert read["state"] == "proposed" and api.ok("GET", f"/plans/{plan}/refinements")["refinements"] == []
            api.ok("POST", read["confirm"]["href"])
        made = api.ok("GET", f"/plans/{plan}/refinements")["refinements"]
        assert [(r["instruction"], r["sections"]) for r in made] == [("Make the risks concrete.", ["risks"])]
        assert made[0]["author"] == read["author"]


def thread_of(api, plan, said):
    return api.ok("GET", f"/plans/{plan}/messages/{said['id']}")
