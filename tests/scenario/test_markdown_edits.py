"""The document as Markdown over HTTP: taken back as an own revision, and shown with more or less of its code."""
import re

import pytest

CODEBASE = "c-lib"
TICKET = {"title": "Count entries", "body": "- Count dropped entries in `src/ring.c`.\n- The dump of `src/format.c` must write the count.\n"}


CODE = [{"path": "src/short.c", "language": "c", "text": "int short_one(void);\n"},
        {"path": "src/long.c", "language": "c", "text": "".join(f"int long_{i}(void);\n" for i in range(40))}]


def drafted(api, **fields):
    """A plan that waits for its approval, with a short and a long block of code in its first step."""
    made = api.new(ticket=TICKET, repository=CODEBASE, mode="auto", size="full", **fields)
    api.wait_state(made, "awaiting_approval")
    document = head(api, made)["document"]
    document["phases"][0]["steps"][0]["code"] = CODE
    api.ok("POST", f"/plans/{made}/revisions", document, status=201, headers={"If-Match": api.head_etag(made)})
    api.wait_state(made, "awaiting_approval")
    return made


@pytest.fixture(scope="module")
def plan(shared):
    """One plan for most tests; they add revisions to it."""
    return drafted(shared.admin)


def markdown(api, plan, revision="head", **params):
    answer = api("GET", f"/plans/{plan}/revisions/{revision}", headers={"Accept": "text/markdown"}, **params)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/markdown; charset=utf-8", answer.text
    return answer.content.decode()


def head(api, plan):
    return api.ok("GET", f"/plans/{plan}/revisions/head")


def edit(api, plan, text, etag=None, kind="text/markdown", **kwargs):
    headers = {"If-Match": etag or api.head_etag(plan), "Content-Type": kind}
    return api("POST", f"/plans/{plan}/revisions", data=text.encode(), headers=headers, **kwargs)


def publish(api, plan, text, **kwargs):
    answer = edit(api, plan, text, **kwargs)
    assert answer.status_code == 201, answer.text
    return api.wait_state(plan, "awaiting_approval")


def fences(text):
    """Bodies of the blocks of code, without the charts."""
    return [block for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S) if language not in ("mermaid", "sh", "text")]


# --- own revisions as Markdown -------------------------------------------------------------------------------------------
def test_what_comes_back_unchanged_is_the_same(api, plan):
    before = head(api, plan)
    publish(api, plan, markdown(api, plan))
    after = head(api, plan)
    assert after["hash"] == before["hash"] and after["revision"] == before["revision"] + 1
    assert after["checks"] == before["checks"]


def test_line_ends_and_white_space_do_not_matter(api, plan):
    before = head(api, plan)
    text = markdown(api, plan).replace("\n\n", "\n\n\n")
    publish(api, plan, text.replace("\n", "\r\n"), kind="Text/Markdown; charset=utf-8")
    assert head(api, plan)["hash"] == before["hash"]


def test_only_the_section_that_was_edited_changes(api, plan):
    before = {s["id"]: s["hash"] for s in head(api, plan)["sections"]}
    text = markdown(api, plan)
    at = text.index("- **Estimate", text.index("<!-- ph1 -->"))
    publish(api, plan, text[:at] + "Agreed with the people of the ring.\n\n" + text[at:])
    after = head(api, plan)
    assert {s["id"] for s in after["sections"] if before[s["id"]] != s["hash"]} == {"ph1"}
    assert after["document"]["phases"][0]["goal"].endswith("Agreed with the people of the ring.")
    newest = api.ok("GET", f"/plans/{plan}/revisions")["revisions"][0]
    assert newest["reason"] == "edit"


def test_text_without_a_place_is_refused_with_its_line(api, plan):
    lines = markdown(api, plan).split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("| Id |"))
    lines[at:at] = ["What is this doing here?", ""]
    before = api.plan(plan)
    answer = edit(api, plan, "\n".join(lines))
    problem = answer.json()
    assert answer.status_code == 400 and problem["type"].endswith("/invalid"), problem
    assert [(e["pointer"], e["line"]) for e in problem["errors"]] == [("", at + 1)]
    assert api.plan(plan)["revision"] == before["revision"] and api.plan(plan)["state"] == "awaiting_approval"


@pytest.mark.parametrize("text", ["", "\n\n", "no heading\n", "{\"header\": {}}", "# T\n\n## Phases\n\n### P1 Nothing else\n"])
def test_what_is_no_plan_is_refused(api, plan, text):
    answer = edit(api, plan, text)
    assert answer.status_code == 400 and (not text.strip() or answer.json()["errors"]), answer.text


def test_what_is_not_text_is_refused(api, plan):
    for body in (b"# T\n\0", b"# T \xff\xfe\n", b"# T\n" + b"x" * (5 << 20)):
        answer = api("POST", f"/plans/{plan}/revisions", data=body, headers={"If-Match": api.head_etag(plan), "Content-Type": "text/markdown"})
        assert answer.status_code in (400, 413), answer.text


def test_the_bounds_are_those_of_json(api, plan):
    first, _, rest = markdown(api, plan).partition("\n")
    answer = edit(api, plan, first + "x" * 5000 + "\n" + rest)
    assert answer.status_code == 400 and answer.json()["errors"][0]["pointer"] == "/header/title", answer.text


def test_the_head_must_be_the_one_that_was_read(api, plan):
    text, old = markdown(api, plan), api.head_etag(plan)
    publish(api, plan, text.replace("\n", " again\n", 1))
    api.refused("POST", f"/plans/{plan}/revisions", 412, "precondition-failed", data=text.encode(),
                headers={"If-Match": old, "Content-Type": "text/markdown"})
    api.refused("POST", f"/plans/{plan}/revisions", 428, data=text.encode(), headers={"Content-Type": "text/markdown"})


def test_other_types_are_refused(api, plan):
    answer = edit(api, plan, "<p>", kind="text/html")
    assert answer.status_code == 415


def test_where_it_cannot_be_edited(api):
    waiting = api.new()
    for plan, status in ((waiting, 409), ("plan_00000000000000000000000000", 404)):
        answer = edit(api, plan, "# T\n", etag='"x"')
        assert answer.status_code == status, answer.text


def test_a_viewer_may_not(shared, plan):
    assert edit(shared.api("viewer"), plan, "# T\n", etag='"x"').status_code == 403


# --- code ------------------------------------------------------------------------------------------------------------------
def test_code_is_shown_as_asked(api, plan):
    full, some, none = (markdown(api, plan, code=code) for code in ("full", "interfaces", "none"))
    short, long = (block["text"] for block in CODE)
    assert short in full and long in full and full == markdown(api, plan)
    assert short in some and "long_" not in some and "src/long.c" in some and "40 lines" in some
    assert not fences(none) and "src/short.c" in none and "src/long.c" in none
    pages = [api("GET", f"/plans/{plan}/revisions/head", headers={"Accept": "text/html"}, code=code).text for code in ("full", "none")]
    assert len(pages[0]) > len(pages[1])
    number = api.plan(plan)["revision"]
    assert markdown(api, plan, number, code="none") == none


def test_code_that_was_not_shown_is_kept_by_an_edit(api, plan):
    before = head(api, plan)
    publish(api, plan, markdown(api, plan, code="none"))
    assert head(api, plan)["hash"] == before["hash"]


@pytest.mark.parametrize("accept, params", [("text/markdown", {"code": "some"}), ("application/json", {"code": "none"}), ("text/markdown", {"codes": "none"})])
def test_wrong_code_parameters(api, plan, accept, params):
    api.refused("GET", f"/plans/{plan}/revisions/head", 400, "syntax", headers={"Accept": accept}, **params)


def test_code_belongs_to_the_plan(api, shared):
    """Asked for with the plan, it is the default of all its renderings; a parameter still has its say."""
    plan = drafted(api, code="none")
    assert api.plan(plan)["request"]["code"] == "none"
    assert not fences(markdown(api, plan)) and fences(markdown(api, plan, code="full"))
    assert any(step["code"] for phase in head(api, plan)["document"]["phases"] for step in phase["steps"])
    publish(api, plan, markdown(api, plan, code="full").replace("\n", " by hand\n", 1))
    assert not fences(markdown(api, plan)) and not fences(markdown(api, plan, 2)) and fences(markdown(api, plan, 2, code="full"))
    api.refused("POST", "/plans", 400, "invalid", {"ticket": TICKET, "code": "some"})
