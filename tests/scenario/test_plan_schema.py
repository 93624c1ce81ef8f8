"""api/plan.schema.json is what the daemon gives and takes, and what api/openapi.yaml says of the same document. That it is
what the record tables say is shown by tests/unit/plan_schema_test.c."""
import copy
import json
from pathlib import Path

import jsonschema
import pytest

import openapi_check
import samples

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "api/plan.schema.json").read_text(encoding="utf-8"))
DOCUMENT = jsonschema.Draft202012Validator(SCHEMA)
REVISION = jsonschema.Draft202012Validator({"$ref": "#/$defs/revision"}, resolver=jsonschema.RefResolver("", SCHEMA))


def test_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


# --- the same in the API document -------------------------------------------------------------------------------------
def plain(value, find):
    """Without references and words: what is left is what counts."""
    if isinstance(value, list):
        return [plain(v, find) for v in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return plain(find(value["$ref"]), find)
    kept = {k: v for k, v in value.items() if k not in ("description", "title", "$schema", "$defs", "examples", "example")}
    return {k: {n: plain(v, find) for n, v in value[k].items()} if k == "properties" else plain(kept[k], find) for k in kept}


def ours(reference):
    return SCHEMA if reference == "#" else SCHEMA["$defs"][reference.rsplit("/", 1)[1]]


def theirs(reference):
    return openapi_check.resolve({"$ref": reference})


def sorted_sets(value):
    if isinstance(value, dict):
        return {k: sorted(v) if k == "required" else sorted_sets(v) for k, v in value.items()}
    return [sorted_sets(v) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name, component", [("#", "Document"), ("#/$defs/revision", "RevisionDocument")])
def test_same_as_openapi(name, component):
    mine = sorted_sets(plain({"$ref": name}, ours))
    assert mine == sorted_sets(plain({"$ref": f"#/components/schemas/{component}"}, theirs))


# --- the same in the daemon -------------------------------------------------------------------------------------------
def test_served_revisions(api, shared):
    """Drafted ones and published ones; every field is there at least once."""
    seen = set()

    def walk(value, at):
        if isinstance(value, dict):
            for k, v in value.items():
                seen.add((at, k))
                walk(v, k)
        for v in value if isinstance(value, list) else ():
            walk(v, at)

    for fields in ({}, {"repository": "python-api", "ticket": {"title": "Slow list", "body": "`GET /parcels` must take < 100 ms."}},
                   {"ticket": {"title": "Typo", "key": "a#1", "url": "https://a.example/1", "body": "Fix the typo in README.md"}}):
        plan = samples.approvable(api, **fields)["id"]
        revision = api.ok("GET", f"/plans/{plan}/revisions/head")
        REVISION.validate(revision)
        walk(revision["document"], "document")
    edit = fullest(revision["document"])
    DOCUMENT.validate(edit)
    api.ok("POST", f"/plans/{plan}/revisions", edit, status=201, headers={"If-Match": api.head_etag(plan)})
    api.watch(plan, lambda p: p["activity"] != "working" and p["revision"] == 2)
    revision = api.ok("GET", f"/plans/{plan}/revisions/2")
    REVISION.validate(revision)
    walk(revision["document"], "document")
    given = {name for name, definition in SCHEMA["$defs"].items() if name not in ("revision", "totals", "section", "verdict")
             for _ in definition["properties"]}
    fields = {key for name in given for key in SCHEMA["$defs"][name]["properties"]} | set(SCHEMA["properties"])
    assert fields == {key for _, key in seen}


def fullest(document):
    """The document with everything in it that is optional."""
    document = copy.deepcopy(document)
    phase = document["phases"][0]
    phase.update(why="it is small", drafted_by="somebody", uses=[{"kind": "file", "name": "src/ring.c"}])
    phase["provides"] = phase["provides"] or [{"kind": "file", "name": "src/ring.c"}]
    phase["steps"][0]["code"] = [{"path": "src/ring.c", "language": "c", "text": "int x;"}]
    phase["steps"][0]["files"] = [{"path": "src/b.c", "change": "rename", "from": "src/ring.c", "why": "its name"}]
    document["header"].update(ticket_key="a#1", ticket_url="https://a.example/1", ticket_title="x", approach="x", approach_why="x",
                              base=[{"repository": "c-lib", "alias": "c", "ref": "main", "commit": None, "tree": "0" * 40}])
    document["closing"].update(
        stack=[{"choice": "C", "why": "is there", "evidence": [{"path": "src/ring.c", "line": 1, "note": "x"}]}],
        tests=[{"level": "unit", "name": "x", "file": "tests/ring_test.c", "requirement": document["requirements"][0]["id"]}],
        timeline={"deadline": "Friday", "people": 2, "available": 960, "note": "x"}, questions=["Why?"], assumptions=["So."],
        migration="None.", success=[{"text": "x", "measure": "y"}], documentation=[{"target": "README.md", "change": "x"}],
        risks=[{"risk": "x", "likelihood": "low", "impact": "low", "mitigation": "y", "contingency": "z"}],
        rollback={"text": "x", "commands": ["git revert HEAD"]}, done=[{"item": "x", "waived": "y"}],
        decisions=[{"decision": "x", "why": "y", "alternatives": ["z"]}],
        not_applicable=[{"section": "scope", "reason": "x"}])
    document["out_of_scope"] = []
    return document


def broken(value, schema, at=""):
    """(pointer, what is wrong, change) for each thing that the schema forbids, at each place of the value."""
    if "$ref" in schema:
        schema = ours(schema["$ref"])
    if isinstance(value, dict):
        yield at, "unknown field", lambda v: v.__setitem__("nobody_knows", 1)
        for key in schema.get("required", ()):
            yield at + "/" + key, "missing", lambda v, key=key: v.__delitem__(key)
        for key, inner in value.items():
            yield from wrong(value, key, schema["properties"][key], at + "/" + key)
            yield from broken(inner, schema["properties"][key], at + "/" + key)
    elif isinstance(value, list) and value:
        yield from broken(value[0], schema["items"], at + "/0")


def wrong(value, key, schema, at):
    def put(new):
        return lambda v: v.__setitem__(key, new)

    if "$ref" in schema:
        schema = ours(schema["$ref"])
    kind = schema["type"]
    yield at, "another type", put({"string": 7, "integer": "7", "array": {}, "object": []}["string" if isinstance(kind, list) else kind])
    if "enum" in schema:
        yield at, "not of the list", put("nothing of the kind")
    elif "maxLength" in schema:
        yield at, "too long", put("x" * (schema["maxLength"] + 1))
    if schema.get("pattern") == "\\S":
        yield at, "blank", put(" ")
        yield at, "empty", put("")
    if "minimum" in schema:
        yield at, "too small", put(schema["minimum"] - 1)
    if "maximum" in schema:
        yield at, "too large", put(schema["maximum"] + 1)
    if "maxItems" in schema and value[key]:
        yield at, "too many", put(value[key][:1] * (schema["maxItems"] + 1))


def holder(document, at, what):
    """What the change is made in: the object that has the field."""
    parts = [p for p in at.split("/")[1:]]
    for part in parts if what == "unknown field" else parts[:-1]:
        document = document[int(part) if isinstance(document, list) else part]
    return document


def test_refuses_the_same(api):
    """Whatever the schema forbids the daemon refuses, and it names the place."""
    plan = samples.approvable(api)["id"]
    document, etag, n = fullest(api.ok("GET", f"/plans/{plan}/revisions/head")["document"]), api.head_etag(plan), 0
    for at, what, change in broken(document, SCHEMA):
        bad = copy.deepcopy(document)
        change(holder(bad, at, what))
        assert not DOCUMENT.is_valid(bad), (at, what)
        answer = api("POST", f"/plans/{plan}/revisions", bad, headers={"If-Match": etag})
        assert answer.status_code == 400, (at, what, answer.status_code, answer.text[:300])
        pointers = [e["pointer"].lstrip("#") for e in answer.json()["errors"]]
        assert any(p == at or p.startswith(at + "/") for p in pointers), (at, what, pointers)
        n += 1
    assert n > 250
