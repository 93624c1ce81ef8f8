"""Random conversations about plans: whatever is asked for, in whatever order, what was not meant keeps its hash, the
difference of any two revisions applies, no comment claims a place that it does not have, no number of a phase is given
out twice, and no approval stands for content that its hash does not match. SEQUENCES=1000 is the long form: it tells
how far it is and how often each thing was done, and what came of it."""
import json
import os
import random
import re
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest

import harness
from samples import approvable

pytestmark = pytest.mark.threads

SEQUENCES = int(os.environ.get("SEQUENCES", "3" if harness.SANITIZED else "12"))
SEED = int(os.environ.get("SEED", "1"))
TICKET = {"title": "Sliding sessions", "body": (harness.ROOT / "tests/tickets/sliding_sessions.md").read_text()}
WORDS = "sessions clock expiry audit token retry limit header cookie queue".split()
ANY = None


def words(text):
    return " ".join(re.findall(r"[A-Za-z0-9]+", text))


class Conversation:
    def __init__(self, api, number, folder):
        self.api, self.random, self.folder = api, random.Random(f"{SEED} {number}"), folder
        self.plan = approvable(api, ticket=TICKET, repository="python-api", size="full")["id"]
        self.log, self.used, self.done = [], set(), Counter()
        self.look()

    # -- what is there ----------------------------------------------------------------------------------------------

    def get(self, rest="", **kwargs):
        return self.api.ok("GET", f"/plans/{self.plan}{rest}", **kwargs)

    def look(self):
        """The newest revision, after everything has settled."""
        self.now = self.api.watch(self.plan, lambda p: p["activity"] != "working")
        self.head = self.get("/revisions/head")
        self.hashes = {s["id"]: s["hash"] for s in self.head["sections"]}
        self.phases = [p["id"] for p in self.head["document"]["phases"]]
        self.used |= set(self.phases)

    def markdown(self, n):
        return self.api("GET", f"/plans/{self.plan}/revisions/{n}", headers={"Accept": "text/markdown"}).content

    def match(self):
        return {"If-Match": self.api.head_etag(self.plan)}

    def sentence(self):
        return f"The {self.random.choice(WORDS)} {self.random.choice(WORDS)} must be written down {self.random.randrange(1000)} times"

    # -- what is done: each returns the sections that may change; ANY says nothing --------------------------------------

    def came(self, what, of_it):
        self.done[f"{what}: {of_it}"] += 1
        return of_it

    def refine(self, what, **body):
        made = self.api.verb(self.plan, "refinements", body, status=202)["id"]
        self.api.watch(self.plan, lambda p: p["activity"] != "working")
        return self.came(what, self.get(f"/refinements/{made}")["state"])

    def some_section(self):
        return self.random.choice([*self.phases, "risks", "overview", "scope", "decisions", "tests", "done", "success"])

    def refine_section(self):
        section = self.some_section()
        self.refine("refine a section", instruction=self.sentence() + ".", sections=[section])
        return {section}

    def refine_old(self):
        """Against an older revision: worked in, or a conflict that changes nothing."""
        section, base = self.random.choice(["risks", "overview", "done"]), self.random.randint(1, self.head["revision"])
        old = {s["id"]: s["hash"] for s in self.get(f"/revisions/{base}")["sections"]}
        state = self.refine("refine an older revision", instruction=self.sentence() + ".", sections=[section], base_revision=base)
        assert state == ("applied" if old[section] == self.hashes[section] else "conflicted"), self.log
        return {section} if state == "applied" else set()

    def refine_anywhere(self):
        self.refine("refine anywhere", instruction=self.sentence() + ".")
        phases = set(self.phases)
        return lambda changed: changed <= {"requirements", "tests", *phases} and len(changed & phases) <= 1

    def order(self):
        phases, number, other_number = set(self.phases), *(self.random.randint(1, len(self.phases)) for _ in range(2))
        mine = self.phases[number - 1]

        def fresh(changed):
            return {c for c in changed if c not in phases and c.startswith("ph")}

        text, meant = self.random.choice([
            (f"rename P{number} to {self.sentence()}", {mine}), (f"estimate P{number} {self.random.randint(1, 30)}h", {mine}),
            (f"split P{number}", lambda changed: changed - fresh(changed) <= {mine} and len(fresh(changed)) <= 1),
            (f"add a phase after P{number}: {self.sentence()}", lambda changed: changed == fresh(changed) and len(changed) <= 1),
            (f"move P{number} last", set()), (f"move P{number} before P{other_number}", set()), (f"swap P{number} and P{other_number}", set()),
            (f"merge P{number} and P{other_number}", lambda changed: changed <= phases), (f"drop P{number}", ANY)])
        self.log.append(text)
        return meant if self.refine(text.split()[0] + " a phase", instruction=text) == "applied" else set()

    def edit(self):
        document = json.loads(json.dumps(self.head["document"]))
        if self.random.random() < 0.5:
            document["overview"], meant = self.sentence() + ".\n\n" + document["overview"], {"overview"}
        else:
            phase = self.random.choice(document["phases"])
            phase["goal"], meant = phase["goal"] + " " + self.sentence() + ".", {phase["id"]}
        self.api.ok("POST", f"/plans/{self.plan}/revisions", document, status=201, headers=self.match())
        self.came("edit as JSON", "published")
        return meant

    def edit_markdown(self):
        text, etag = self.markdown("head").decode(), self.match()
        phase, kind, used = self.random.choice(self.phases), self.random.randrange(3), set(self.used)
        if kind == 0:
            text, meant = text.replace("\n", "\r\n"), set()
        elif kind == 1:
            new = f"### {self.sentence()}\n\nSo.\n\n- **Estimate:** 2 h (1 h to 3 h)\n\n#### Do it\n\nSo.\n\n**Manual verification**\n\n- [ ] Look at it\n\n"
            text = text.replace("## Phases\n", "## Phases\n\n" + new, 1)
            meant = lambda changed: len(changed) == 1 and not changed & used  # noqa: E731
        else:
            at = text.index("\n", text.index(f"<!-- {phase} -->")) + 1
            at = text.index("\n", at) + 1 if text[at:].startswith("#") else at
            text, meant = text[:at] + "\n" + self.sentence() + ".\n" + text[at:], {phase}
        self.api.ok("POST", f"/plans/{self.plan}/revisions", data=text.encode(), status=201, headers={**etag, "Content-Type": "text/markdown"})
        self.came("edit as Markdown", ("nothing new", "a phase added", "a phase changed")[kind])
        return meant

    def comment(self):
        section = self.some_section()
        text = self.head["document"]["overview"].split(". ")[0] if section == "overview" else None
        body = {"anchor": section, "body": self.sentence() + ".", **({"quote": text} if text else {})}
        self.came("comment", self.api.verb(self.plan, "comments", body, status=201)["state"])
        return set()

    def refine_comments(self):
        threads = [c for c in self.get("/comments", state="open")["comments"] if not c["outdated"]]
        if not threads:
            return self.comment()
        picked = self.random.sample(threads, min(len(threads), 2))
        state = self.refine("refine with comments", comments=[c["id"] for c in picked])
        settled = [self.get(f"/comments/{c['id']}")["state"] for c in picked]
        assert settled == ["resolved" if state == "applied" else "open"] * len(picked), self.log
        return {c["section"] for c in picked} | ({"requirements", "tests"} if any(c["section"] == "requirements" for c in picked) else set())

    def restore(self):
        if self.head["revision"] < 2:
            return self.edit()
        number = self.random.randint(1, self.head["revision"] - 1)
        wanted = {s["id"]: s["hash"] for s in self.get(f"/revisions/{number}")["sections"]}
        self.api.ok("POST", f"/plans/{self.plan}/revisions/{number}/restore", status=201, headers=self.match())
        self.came("restore", "published")
        self.look()
        assert {**self.hashes, "header": 0} == {**wanted, "header": 0}, self.log
        return ANY

    def answer(self):
        if self.now["state"] != "awaiting_approval" or not self.now.get("questions"):
            return self.comment()
        question = self.random.choice(self.now["questions"])["id"]
        self.api.verb(self.plan, "answers", {"answers": [{"question": question, "answer": self.sentence() + "."}]})
        self.came("answer", "published")
        return {"assumptions", "decisions", "questions"}

    def approve(self):
        answer = self.api("POST", f"/plans/{self.plan}/approval", {}, headers=self.match())
        self.came("approve", {200: "approved", 409: "refused"}[answer.status_code])
        return set()

    OPERATIONS = [refine_section, refine_section, refine_old, refine_anywhere, order, order, order, edit, edit_markdown, comment, refine_comments, restore,
                  answer, approve, approve]

    # -- what must hold ---------------------------------------------------------------------------------------------

    def step(self):
        operation = self.random.choice(self.OPERATIONS)
        self.log.append(operation.__name__)
        before, used, revision = self.hashes, set(self.used), self.head["revision"]
        meant = operation(self)
        self.look()
        changed = {s for s in {*before, *self.hashes} if before.get(s) != self.hashes.get(s)}
        newest = self.get("/revisions", limit=1)["revisions"][0]
        if meant is not ANY and not newest.get("repairs"):
            assert meant(changed) if callable(meant) else changed <= meant, f"{self.log}: {changed} changed"
        if operation is not Conversation.restore:
            again = (set(self.phases) - set(before)) & used
            assert not again, f"{self.log}: {again} were given out before"
        assert self.head["revision"] >= revision
        self.approval_holds()

    def approval_holds(self):
        approved = self.now.get("approved_revision")
        assert (self.now["state"] == "approved") == bool(approved), self.log
        if approved:
            assert approved == self.head["revision"], self.log
            decision = next(a for a in self.get("/audit")["audit"] if a["action"] == "plan.approve")
            assert {name: decision["detail"][name] for name in ("revision", "hash")} == {"revision": approved, "hash": self.head["hash"]}, self.log

    def differences_apply(self):
        last = self.head["revision"]
        for _ in range(2):
            m, n = self.random.randint(1, last), self.random.randint(1, last)
            diff = self.api("GET", f"/plans/{self.plan}/revisions/{n}/diff", headers={"Accept": "text/x-diff"}, **{"from": m}).content
            old, new = self.markdown(m), self.markdown(n)
            if m == n or not diff:
                assert old == new
                continue
            (self.folder / "plan.md").write_bytes(old)
            done = subprocess.run(["patch", "-s", "--no-backup-if-mismatch", "plan.md"], cwd=self.folder, input=diff, capture_output=True)
            assert done.returncode == 0, f"{self.log}: {m} to {n}: {done.stdout}"
            assert (self.folder / "plan.md").read_bytes() == new, f"{self.log}: {m} to {n}"

    def comments_stand(self):
        for thread in self.get("/comments")["comments"]:
            if not thread["outdated"]:
                assert thread["section"] in self.hashes, self.log
                if thread["section"] == "overview" and thread.get("quote"):
                    assert words(thread["quote"]) in words(self.head["document"]["overview"]), self.log


def converse(api, number, folder):
    folder.mkdir()
    c = Conversation(api, number, folder)
    for _ in range(c.random.randint(4, 9)):
        c.step()
    c.differences_apply()
    c.comments_stand()
    return c.done


@pytest.mark.timeout(240 + 10 * SEQUENCES)
def test_random_conversations(shared, tmp_path, capsys):
    total = Counter()
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(converse, harness.Api(shared.url, shared.admin.token), i, tmp_path / str(i)) for i in range(SEQUENCES)]
        for n, job in enumerate(as_completed(jobs), 1):
            if job.exception():
                pool.shutdown(wait=False, cancel_futures=True)
                raise job.exception()
            total += job.result()
            if n % 50 == 0:
                with capsys.disabled():
                    print(f"{n} of {SEQUENCES} conversations, {total.total()} steps", flush=True)
    if SEQUENCES >= 100:
        with capsys.disabled():
            print(*(f"{n:6} {what}" for what, n in sorted(total.items())), sep="\n", flush=True)
