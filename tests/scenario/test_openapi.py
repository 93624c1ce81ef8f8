"""api/openapi.yaml is what the daemon does: routes, roles, parameters, bounds, answers, examples. Every answer of every
other scenario is held against it as well; see openapi_check.py."""
import io
import json
import re
import subprocess
import tarfile
import time

import pytest
import requests

import harness
import openapi_check as check
from fake_openai import Server
from fake_tickets import GitHub
from harness import problem
from receiver import Receiver, sign
from samples import RING, write_answers

DOCUMENT = check.document()
ROUTES = [line.split() for line in subprocess.run([harness.PLAND, "routes"], capture_output=True, text=True).stdout.splitlines()]
OPERATIONS = {(method, path): operation for method, path, _, operation in check.operations()}


def named_examples():
    """(where, schema, value) of every example in the document."""
    def media(where, holder):
        for kind, content in check.resolve(holder or {}).get("content", {}).items():
            for name, example in content.get("examples", {}).items():
                yield f"{where} {kind} {name}", content["schema"], check.resolve(example)["value"]

    for (method, path), operation in OPERATIONS.items():
        yield from media(f"{method} {path}", operation.get("requestBody"))
    for name, response in DOCUMENT["components"]["responses"].items():
        yield from media(f"answer {name}", response)
    for name, item in DOCUMENT["webhooks"].items():
        yield from media(f"webhook {name}", item["post"]["requestBody"])


EXAMPLES = list(named_examples())


# --- the document and the route table --------------------------------------------------------------------------------
def test_same_routes():
    assert sorted((method, path) for method, path, _ in ROUTES) == sorted(OPERATIONS)


def test_same_roles():
    """The least role of each route is the requirement of its operation."""
    for method, path, role in ROUTES:
        security = OPERATIONS[method, path]["security"]
        if role == "none":
            assert all("bearer" not in requirement for requirement in security), (method, path)
        else:
            assert security == [{"bearer": [role]}], (method, path)


def test_served_as_json(api):
    """libyaml's events, written as JSON by the daemon, mean what the file means."""
    assert api.ok("GET", "/openapi.json") == DOCUMENT
    assert requests.get(api.url + "/openapi.json", timeout=60).status_code == 200, "without a token"


def test_ids_and_statuses():
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)
    for (method, path), operation in OPERATIONS.items():
        statuses = operation["responses"]
        assert any(s.startswith("2") for s in statuses) and "400" in statuses and "default" in statuses, (method, path)
        assert ("401" in statuses) == bool(operation["security"]), (method, path)
        assert ("404" in statuses) >= ("{id}" in path), (method, path)


def test_problem_types():
    """The table of problems names each with the status it has."""
    schema = DOCUMENT["components"]["schemas"]["Problem"]
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", schema["description"], re.M))
    assert {uri.rsplit("/", 1)[1].rsplit("#", 1)[-1] for uri in schema["properties"]["type"]["enum"]} == set(listed)
    for where, _, value in EXAMPLES:
        if isinstance(value, dict) and {"type", "request_id"} <= set(value):
            assert listed[re.split("[/#]", value["type"])[-1]] == str(value["status"]), where


def test_states_and_verbs():
    """The enumerations are those of the program's own tables."""
    text = subprocess.run([harness.PLAND, "states"], capture_output=True, text=True, check=True).stdout
    schemas = DOCUMENT["components"]["schemas"]
    assert re.findall(r"^\| `(\w+)` \|", text, re.M) == schemas["PlanState"]["enum"]
    takes = {cell.split(" → ")[0] for line in text.splitlines()[2:] for cell in line.split(" | ")[3].split(", ") if cell.strip()}
    assert takes == set(schemas["Verb"]["enum"])


def concrete(path):
    """A path with ids that nothing has."""
    return re.sub(r"\{\w+\}", lambda m: {"{n}": "7"}.get(m[0], "x_00000000000000000000000000"), path)


@pytest.mark.parametrize("method, path", OPERATIONS)
def test_same_parameters(api, method, path):
    """The daemon names its query parameters when there is one that it does not have."""
    operation, item = OPERATIONS[method, path], DOCUMENT["paths"][path]
    parameters = [check.resolve(p) for p in item.get("parameters", []) + operation["parameters"]]
    assert {p["name"] for p in parameters if p["in"] == "path"} == set(re.findall(r"\{(\w+)\}", path))
    refusal = problem(api(method, concrete(path), no_such_parameter="1"), 400, "syntax")
    named = refusal["detail"].partition("; there is: ")[2].split()
    assert sorted(named) == sorted(p["name"] for p in parameters if p["in"] == "query")


# --- bodies: the bounds of the document are the daemon's -------------------------------------------------------------
def least(schema):
    """The smallest value that a schema takes."""
    schema = check.resolve(schema)
    if "enum" in schema or "type" not in schema:
        return schema.get("enum", [None])[0]
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {name: least(schema["properties"][name]) for name in schema.get("required", ())}
    text = "http://example.org/" if schema.get("format") == "uri" else "2027-01-01T00:00:00Z" if schema.get("format") == "date-time" else "x"
    return {"string": text, "integer": schema.get("minimum", 0), "number": 0, "boolean": False, "array": []}[kind]


def wrong_values(schema):
    """Values that are wrong in one way each, and how; none where any JSON will do."""
    if "type" not in schema:
        return
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    yield ("another type", [[]] if kind != "array" else 7)
    if "enum" in schema:
        yield ("none of the enumeration", "no-such-choice")
    elif "maxLength" in schema:
        yield ("too long", "x" * (schema["maxLength"] + 1))
    if schema.get("pattern") == "\\S":
        yield ("blank", " \t\n")
    elif schema.get("minLength"):
        yield ("too short", "")
    if "maximum" in schema:
        yield ("too large", schema["maximum"] + 1)
    if "minimum" in schema:
        yield ("too small", schema["minimum"] - 1)
    if "maxItems" in schema:
        yield ("too many", [least(schema["items"])] * (schema["maxItems"] + 1))


def faults(schema, pointer=""):
    """(pointer, what, body): everything that a body of this schema can have wrong in one place."""
    schema = check.resolve(schema)
    base = least(schema)
    yield (f"{pointer}/no_such_member", "an unknown member", {**base, "no_such_member": 1})
    for name in schema.get("required", ()):
        yield (f"{pointer}/{name}", "missing", {k: v for k, v in base.items() if k != name})
    for name, member in schema["properties"].items():
        inner = check.resolve(member)
        for what, value in wrong_values(inner):
            yield (f"{pointer}/{name}", what, {**base, name: value})
        item = check.resolve(inner.get("items", {}))
        if inner.get("properties"):
            for at, what, value in faults(inner, f"{pointer}/{name}"):
                yield (at, what, {**base, name: value})
        elif item.get("properties"):
            for at, what, value in faults(item, f"{pointer}/{name}/0"):
                yield (at, what, {**base, name: [value]})
        elif item:
            for what, value in wrong_values(item):
                yield (f"{pointer}/{name}/0", what, {**base, name: [value]})


def bodies():
    for (method, path), operation in OPERATIONS.items():
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content and operation["security"] and "bearer" in operation["security"][0]:
            yield pytest.param(method, path, content["application/json"]["schema"], id=operation["operationId"])


@pytest.mark.parametrize("method, path, schema", bodies())
def test_same_bounds(api, method, path, schema):
    """Whatever the document forbids, the daemon refuses, and says where; no plan needs to be there for that."""
    tried = 0
    for pointer, what, body in faults(schema):
        with pytest.raises(check.Undocumented):
            check.check_value(schema, body, what)
        refusal = problem(api(method, concrete(path), body, headers={"If-Match": '"x"'}), 400, "invalid")
        assert refusal["errors"][0]["pointer"] == pointer, f"{what}: {refusal}"
        tried += 1
    assert tried >= 3


# --- examples --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("schema, value", [pytest.param(s, v, id=w) for w, s, v in EXAMPLES])
def test_example_is_valid(schema, value):
    check.check_value(schema, value, "the example")


def test_every_body_and_main_answer_has_an_example():
    for (method, path), operation in OPERATIONS.items():
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            assert "json" not in kind or content.get("examples"), f"{method} {path}"
    shown = {where.split()[1] for where, _, _ in EXAMPLES if where.startswith("answer")}
    assert shown >= {"Plan", "PlanMade", "Plans", "RevisionDocument", "Refinement", "Checks", "Events", "BadRequest", "Conflict"}


class Walk:
    """Sends every example to a daemon of its own, and asks every route until it has answered with success."""

    def __init__(self, daemon, receiver):
        self.daemon, self.receiver, self.api = daemon, receiver, daemon.admin
        self.answered, self.sent = set(), set()

    def go(self, method, path, status, example=None, body=None, swap=None, ids=(), kind=None, **kwargs):
        """Asks `path` of the document with its parameters replaced by `ids`; `swap` replaces members of the example."""
        if example:
            content = OPERATIONS[method, path]["requestBody"]["content"]["application/json"]
            body = {**content["examples"][example]["value"], **(swap or {})}
            self.sent.add((method, path, example))
        ids = iter((ids,) if isinstance(ids, str) else ids)
        answer = self.api(method, re.sub(r"\{\w+\}", lambda _: next(ids), path), body, **kwargs)
        assert answer.status_code == status, f"{method} {path} {example}: {answer.status_code} {answer.text}"
        assert kind is None or answer.headers["Content-Type"].startswith(kind)
        self.answered.add((method, path))
        return answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else answer

    def head(self, plan, accept="application/json"):
        return self.go("GET", "/plans/{id}/revisions/{n}", 200, ids=(plan, "head"), headers={"Accept": accept}, kind=accept)

    def match(self, plan):
        return {"If-Match": self.api.head_etag(plan)}

    # -- rooms ------------------------------------------------------------------------------------------------------

    def codebases(self):
        folder = harness.make_codebase("c-lib", self.daemon.code / "ringlog")
        self.go("POST", "/repositories", 201, "path", swap={"path": str(folder)})
        upload = self.go("POST", "/repositories", 201, "upload")["id"]
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            tar.add(folder / "src", "src")
        self.go("PUT", "/repositories/{id}/snapshot", 200, ids=upload, data=packed.getvalue(), commit="0" * 40, branch="main", dirty="true",
                headers={"Content-Type": "application/gzip"})
        self.go("GET", "/repositories", 200)
        self.go("GET", "/repositories/{id}", 200, ids="ringlog")
        for example in ("ref", "corrections"):
            self.go("PATCH", "/repositories/{id}", 200, example, ids="ringlog")
        remote = self.go("POST", "/repositories", 201, "git", swap={"name": "ringlog-remote"})["id"]
        self.go("PATCH", "/repositories/{id}", 200, "token", ids=remote)
        self.go("POST", "/repositories/{id}/sync", 202, ids=remote)
        self.go("DELETE", "/repositories/{id}", 204, ids=upload)

    def plans(self):
        for example in ("ticket", "everything", "once"):
            plan = self.go("POST", "/plans", 201, example)["id"]
        assert self.go("POST", "/plans", 200, "once")["id"] == plan, "if_exists: return"
        plan = self.go("POST", "/plans", 201, "nothing")["id"]
        for example in ("title", "budget", "labels"):
            self.go("PATCH", "/plans/{id}", 200, example, ids=plan)
        etag = self.api("GET", f"/plans/{plan}").headers["ETag"]
        assert self.api("GET", f"/plans/{plan}", headers={"If-None-Match": etag, "Prefer": "wait=0"}).status_code == 304
        for example in ("same", "ref"):
            self.go("POST", "/plans/{id}/fork", 201, example, ids=plan)
        self.go("POST", "/plans/{id}/cancel", 200, "reason", ids=plan)
        self.go("DELETE", "/plans/{id}", 204, ids=plan)
        self.api.refused("GET", f"/plans/{plan}", 410, "gone")
        self.go("GET", "/plans", 200, limit=2, activity="waiting", stale="false")
        self.go("GET", "/plans/{id}", 200, ids=self.api.new())

    def dialogue(self):
        """Three plans, so that each way to answer and to choose is gone once; those that are there to approve."""
        plans = []
        for answer, choice in (("answers", "option"), ("corrections", "own"), ("defaults", "more")):
            plan = self.api.new(size="full")
            self.go("POST", "/plans/{id}/ticket", 200, "ticket", ids=plan)
            self.api.wait_state(plan, "awaiting_answers")
            self.go("POST", "/plans/{id}/answers", 200, answer, ids=plan)
            self.api.wait_state(plan, "awaiting_choice")
            self.go("POST", "/plans/{id}/choice", 200, choice, ids=plan)
            self.api.to_state(plan, "awaiting_approval")
            plans.append(plan)
        return plans

    def decisions(self, plan, other, third):
        self.go("POST", "/plans/{id}/approval", 200, "note", ids=other, headers=self.match(other))
        for example in ("whole", "section"):
            queued = self.go("POST", "/plans/{id}/refinements", 202, example, ids=plan)["id"]
            self.api.to_state(plan, "awaiting_approval")
        self.comments(plan)
        self.messages(plan)
        self.go("GET", "/plans/{id}/refinements", 200, ids=plan)
        self.go("GET", "/plans/{id}/refinements/{rid}", 200, ids=(plan, queued))
        self.go("POST", "/plans/{id}/revisions", 201, "document", ids=third, headers=self.match(third))
        self.api.to_state(third, "awaiting_approval")
        route = "POST", "/plans/{id}/revisions"
        text = OPERATIONS[route]["requestBody"]["content"]["text/markdown"]["examples"]["markdown"]["value"]
        self.go(*route, 201, ids=third, data=text.encode(), headers={**self.match(third), "Content-Type": "text/markdown"})
        self.sent.add((*route, "markdown"))
        self.api.to_state(third, "awaiting_approval")
        self.checks(third)
        self.go("POST", "/plans/{id}/reject", 200, "reason", ids=third)
        self.go("POST", "/plans/{id}/approval", 200, "plain", ids=plan, headers=self.match(plan))
        harness.git(self.daemon.code / "ringlog", "branch", "feature/dropped")
        self.go("POST", "/plans/{id}/handoff", 200, "branch", ids=plan)
        self.go("GET", "/plans/{id}/handoff", 200, ids=plan)
        for form, kind in (("markdown", "text/markdown"), ("html", "text/html"), ("tasks", "text/markdown"), ("github", "application/json"),
                           ("gitlab", "application/json"), ("mermaid", "text/plain")):
            self.go("GET", "/plans/{id}/handoff", 200, ids=plan, format=form, kind=kind)
        self.implementing(plan)

    def implementing(self, plan):
        for accept in ("application/json", "text/markdown"):
            self.go("GET", "/plans/{id}/briefs/{phase}", 200, ids=(plan, "P1"), headers={"Accept": accept}, kind=accept)
        claim = self.go("POST", "/plans/{id}/claim", 201, "named", ids=plan)["id"]
        self.go("POST", "/plans/{id}/claim", 200, body={"claim": claim}, ids=plan)
        self.go("GET", "/plans/{id}/claims", 200, ids=plan)
        self.go("GET", "/plans/{id}/claims/{cid}", 200, ids=(plan, claim))
        self.go("DELETE", "/plans/{id}/claims/{cid}", 204, ids=(plan, claim))
        self.go("POST", "/plans/{id}/claim", 201, "next", ids=plan)
        for example in ("started", "done"):
            self.go("POST", "/plans/{id}/progress", 200, example, ids=plan)
        self.go("GET", "/plans/{id}/progress", 200, ids=plan)
        self.go("POST", "/plans/{id}/verify", 200, "branch", ids=plan)
        self.go("POST", "/plans/{id}/verify", 200, "commit", ids=plan, swap={"commit": "HEAD"})
        self.go("GET", "/plans/{id}/verify", 200, ids=plan)
        self.go("GET", "/projects/{id}/effort", 200, ids="default")
        for example in ("week", "named"):
            link = self.go("POST", "/plans/{id}/links", 201, example, ids=plan)
        self.go("GET", "/links/{secret}", 200, ids=link["url"].rsplit("/", 1)[1], kind="text/html")
        self.go("GET", "/plans/{id}/links", 200, ids=plan)
        self.go("GET", "/plans/{id}/links/{lid}", 200, ids=(plan, link["id"]))
        self.go("DELETE", "/plans/{id}/links/{lid}", 204, ids=(plan, link["id"]))

    def messages(self, plan):
        for example in ("words", "form"):
            said = self.go("POST", "/plans/{id}/messages", 201, example, ids=plan)["id"]
            self.api.to_state(plan, "awaiting_approval")
        self.go("GET", "/plans/{id}/messages", 200, ids=plan, limit=1)
        self.go("GET", "/plans/{id}/messages/{mid}", 200, ids=(plan, said))

    def comments(self, plan):
        quote = self.head(plan)["document"]["overview"].split()[0]
        made = self.go("POST", "/plans/{id}/comments", 201, "section", ids=plan)["id"]
        self.go("POST", "/plans/{id}/comments", 201, "quote", ids=plan, swap={"quote": quote})
        self.go("POST", "/plans/{id}/comments", 201, "reply", ids=plan, swap={"reply_to": made})
        for example in ("body", "resolve"):
            self.go("PATCH", "/plans/{id}/comments/{cid}", 200, example, ids=(plan, made))
        self.go("GET", "/plans/{id}/comments", 200, ids=plan, state="open")
        self.go("GET", "/plans/{id}/comments/{cid}", 200, ids=(plan, made))
        self.go("POST", "/plans/{id}/revisions/{n}/restore", 201, ids=(plan, "1"), headers=self.match(plan))
        self.api.to_state(plan, "awaiting_approval")

    def documents(self, plan):
        for accept in ("application/json", "text/markdown", "text/html"):
            self.head(plan, accept)
        self.go("GET", "/plans/{id}/revisions", 200, ids=plan, limit=1)
        self.go("GET", "/plans/{id}/revisions/{n}/diff", 200, ids=(plan, "2"), **{"from": "1"})
        self.go("GET", "/plans/{id}/revisions/{n}/diff", 200, ids=(plan, "head"), headers={"Accept": "text/x-diff"}, kind="text/x-diff")
        self.go("GET", "/plans/{id}/revisions/{n}/diff", 200, ids=(plan, "2"), headers={"Accept": "text/html"}, kind="text/html")
        for path in ("checks", "context", "events", "audit"):
            self.go("GET", "/plans/{id}/" + path, 200, ids=plan)
        for path in ("/events", "/audit", "/usage"):
            self.go("GET", path, 200, project="default")

    def checks(self, plan):
        """A revision with an error, which is waived; then the plan is bound again, twice."""
        self.go("POST", "/checks", 200, "foreign")
        document = self.head(plan)["document"]
        document["phases"][0]["rollback"] = " "
        self.api.ok("POST", f"/plans/{plan}/revisions", document, headers=self.match(plan), status=201)
        self.api.to_state(plan, "awaiting_approval")
        found = self.go("GET", "/plans/{id}/checks", 200, ids=plan)["checks"]["findings"]
        wrong = next(f["id"] for f in found if f["severity"] == "error")
        self.go("POST", "/plans/{id}/waivers", 201, "one", ids=plan, swap={"finding": wrong})
        for example, swap in (("newest", {}), ("ref", {"ref": "main"})):
            self.go("POST", "/plans/{id}/rebase", 200, example, ids=plan, swap=swap)
            self.api.to_state(plan, "awaiting_approval")

    def projects_and_tokens(self):
        project = self.go("POST", "/projects", 201, "project")["id"]
        self.go("GET", "/projects", 200)
        self.go("GET", "/projects/{id}", 200, ids=project)
        self.go("PATCH", "/projects/{id}", 200, "rename", ids=project)
        token = self.go("POST", "/tokens", 201, "token")["id"]
        self.go("GET", "/tokens", 200)
        self.go("DELETE", "/tokens/{id}", 204, ids=token)
        self.go("GET", "/tokens/{id}", 200, ids=token)
        self.go("POST", "/resume", 204)

    def hooks(self):
        spare = self.go("POST", "/hooks", 201, "everything", swap={"url": self.receiver.url})["id"]
        self.go("DELETE", "/hooks/{id}", 204, ids=spare)
        hook = self.go("POST", "/hooks", 201, "hook", swap={"url": self.receiver.url})["id"]
        for example in ("enable", "events"):
            self.go("PATCH", "/hooks/{id}", 200, example, ids=hook)
        self.go("POST", "/hooks/{id}/rotate", 200, "leaked", ids=hook)
        self.go("POST", "/hooks/{id}/test", 202, ids=hook)
        sent = self.receiver.of("hook.test")
        schema = DOCUMENT["webhooks"]["event"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        check.check_value(schema, sent["body"], "what a hook is sent")
        delivery = self.delivered(hook)
        self.go("GET", "/hooks/{id}/deliveries/{did}", 200, ids=(hook, delivery))
        self.go("POST", "/hooks/{id}/deliveries/{did}/redeliver", 202, ids=(hook, delivery))
        self.go("POST", "/hooks/{id}/recover", 202, "outage", ids=hook)
        self.go("GET", "/hooks", 200)
        self.go("GET", "/hooks/{id}", 200, ids=hook)
        self.go("DELETE", "/hooks/{id}", 204, ids=hook)

    def delivered(self, hook):
        """The id of the hook's delivery once it is written down as done."""
        deadline = time.monotonic() + harness.PATIENCE
        while True:
            row = self.go("GET", "/hooks/{id}/deliveries", 200, ids=hook)["deliveries"][0]
            if row["state"] == "done":
                return row["id"]
            assert time.monotonic() < deadline, row

    def sources(self):
        with GitHub() as system:
            asked = self.go("POST", "/sources", 201, "github", swap={"api": system.api})
            self.go("POST", "/sources/{id}/sync", 202, ids=asked["id"])
            self.go("DELETE", "/sources/{id}", 204, ids=asked["id"])
        made = self.go("POST", "/sources", 201, "source")
        self.go("GET", "/sources", 200)
        self.go("GET", "/sources/{id}", 200, ids=made["id"])
        content = OPERATIONS["POST", "/webhooks/{source_id}"]["requestBody"]["content"]["application/json"]
        for name, example in content["examples"].items():
            body = json.dumps(example["value"]).encode()
            now = str(int(time.time()))
            headers = {"webhook-id": name, "webhook-timestamp": now, "webhook-signature": sign(made["secret"], name, now, body)}
            self.go("POST", "/webhooks/{source_id}", 202, ids=made["id"], data=body, headers={**headers, "Content-Type": "application/json"})
            self.sent.add(("POST", "/webhooks/{source_id}", name))
        self.daemon.line(lambda line: line["msg"] == "a webhook was taken")
        assert self.go("GET", "/sources/{id}/deliveries", 200, ids=made["id"])["deliveries"]
        for example in ("label", "people"):
            self.go("PATCH", "/sources/{id}", 200, example, ids=made["id"])
        self.go("DELETE", "/sources/{id}", 204, ids=made["id"])

    def instance(self):
        for path in ("/livez", "/healthz", "/readyz", "/metrics", "/openapi.json"):
            self.go("GET", path, 200)
        assert b"[+]" in self.go("GET", "/readyz", 200, verbose="1").content

    def failures(self, model):
        """A plan that fails for good, and one with two refinements, of which the second may be withdrawn."""
        waiting = self.api.new(ticket={"title": "Count entries"}, repository="ringlog", size="small", mode="auto")
        self.api.to_state(waiting, "awaiting_approval")
        flags = ["--rate", "0", "--provider", "openai", "--llm-url", model.base_url, "--llm-model", "fake"]
        self.api = self.daemon.restart(*flags).admin
        plan = self.api.new(ticket=RING, repository="ringlog", mode="auto")
        self.api.to_state(plan, "awaiting_approval")
        said = self.go("POST", "/plans/{id}/messages", 202, "words", ids=plan)["id"]
        self.api.watch(plan, lambda _: self.api.ok("GET", f"/plans/{plan}/messages/{said}")["state"] == "proposed")
        self.go("POST", "/plans/{id}/messages/{mid}/confirm", 200, ids=(plan, said))
        model.control(fail="401")
        plan = self.api.new(ticket={"title": "Count entries"}, repository="ringlog")
        self.api.wait_state(plan, "failed")
        call = self.go("GET", "/plans/{id}/calls", 200, ids=plan)["calls"][0]
        self.go("GET", "/plans/{id}/calls/{call}", 200, ids=(plan, str(call["n"])))
        self.go("POST", "/plans/{id}/retry", 200, ids=plan)
        self.api = self.daemon.restart(*flags, "--workers", "0").admin
        for example in ("whole", "whole"):
            queued = self.go("POST", "/plans/{id}/refinements", 202, example, ids=waiting)["id"]
        self.go("DELETE", "/plans/{id}/refinements/{rid}", 204, ids=(waiting, queued))


def test_examples_work_and_every_route_answers(launch, tmp_path):
    """Nothing is only written down: each example is sent as it stands, each route is asked until it has succeeded."""
    reading = {"actions": [{"kind": "refine", "quote": "reset", "question": None, "option": None, "text": "Reset the count.", "reason": None,
                            "sections": []}], "ambiguous": True, "doubt": "When is it reset?"}
    answers = write_answers(tmp_path / "answers", message=json.dumps(reading))
    with Receiver() as receiver, Server(answers=answers) as model:
        walk = Walk(launch(), receiver)
        walk.instance()
        walk.codebases()
        walk.plans()
        plan, other, third = walk.dialogue()
        walk.decisions(plan, other, third)
        walk.documents(plan)
        walk.projects_and_tokens()
        walk.hooks()
        walk.sources()
        walk.failures(model)
    assert set(OPERATIONS) == walk.answered
    assert walk.sent == {
        (method, path, name) for (method, path), operation in OPERATIONS.items()
        for content in operation.get("requestBody", {}).get("content", {}).values() for name in content.get("examples", {})}


# --- the check itself ------------------------------------------------------------------------------------------------
def test_the_check_notices(api):
    """An answer that is changed a little is not the documented one any more."""
    answer = api("GET", "/projects")
    parts = ["GET", "/projects", 200, dict(answer.headers), answer.content]
    check.check_response(*parts)
    body, project = answer.json(), answer.json()["projects"][0]
    without = {k: v for k, v in parts[3].items() if k != "API-Version"}
    wrong = {
        "another status": (2, 202), "an unknown address": (1, "/nothing"), "a header less": (3, without),
        "a header more": (3, {**parts[3], "X-New": "1"}), "another value": (3, {**parts[3], "API-Version": "1"}),
        "another media type": (3, {**parts[3], "Content-Type": "text/plain"}),
        "a member more": (4, json.dumps({**body, "new": 1}).encode()), "a member less": (4, b"{}"),
        "a member more inside": (4, json.dumps({"projects": [{**project, "secret": "x"}]}).encode()),
        "another type": (4, json.dumps({"projects": [{**project, "name": 7}]}).encode()),
    }
    for what, (at, value) in wrong.items():
        with pytest.raises(check.Undocumented):
            check.check_response(*[value if i == at else part for i, part in enumerate(parts)])
            pytest.fail(what)
    token = {"id": "tok_" + "0" * 26, "name": "x", "role": "viewer", "created_at": "2026-11-24T00:00:00Z", "secret": "pland_" + "a" * 40}
    check.check_value({"$ref": "#/components/schemas/TokenWithSecret"}, token, "new")
    with pytest.raises(check.Undocumented):
        check.check_value({"$ref": "#/components/schemas/Token"}, token, "a secret that is shown again")
