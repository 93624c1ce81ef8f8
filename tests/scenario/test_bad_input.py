"""Bad input: each kind has its clear answer, never a 5xx, and no plan is lost by it. Disks and start-up: test_bad_disk.py."""
import concurrent.futures
import json
import socket
import threading

import pytest

from harness import Wire, head, problem
from samples import ASKING, RING

PLAN = {"ticket": RING}


@pytest.fixture
def untouched(shared):
    """A plan that is there before and unchanged after, and no plan more; the daemon still answers."""
    plan = shared.admin.new(ticket=RING, repository="c-lib", mode="auto")
    before = shared.admin.wait_state(plan, "awaiting_approval")
    count = shared.metric("pland_plans")
    yield plan
    assert shared.admin.plan(plan) == before
    assert shared.metric("pland_plans") == count


def post(api, text, path="/plans", **headers):
    return api("POST", path, data=text, headers={"Content-Type": "application/json", **headers})


# ---- JSON --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", [
    "{", "}", "nope", '{"ticket":', '{"ticket" {}}', "{'a': 1}", '{"mode":"auto",}', '{"mode":"auto"} x', '{"mode":"auto"}{"mode":"auto"}',
    "[1", '"', "+1", '{"title":"\\x"}', '{"title":"\\ud800"}', '{"a":01}', '{"mode": "au\nto"}', "\ufeff{}x", "{\"a\":1e99999}", '{"budget":{"tokens":99999999999999999999}}'])
def test_malformed_json(api, untouched, text):
    refusal = problem(post(api, text.encode()), 400, "syntax")
    assert "JSON" in refusal["detail"]


@pytest.mark.parametrize("text", ['{"mode":"auto","mode":"interactive"}', '{"ticket":{"title":"a","body":"b","title":"c"}}', '{"a":1,"\\u0061":2}'])
def test_duplicate_keys(api, untouched, text):
    assert "twice" in problem(post(api, text), 400, "syntax")["detail"]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 1000 + "]" * 1000, '{"ticket":' * 40 + "1" + "}" * 40])
def test_deep_json(api, untouched, text):
    problem(post(api, text), 400)


@pytest.mark.parametrize("value", [[], 1, "text", None, True, 1.5])
def test_a_body_that_is_no_object(api, untouched, value):
    problem(post(api, json.dumps(value)), 400)


@pytest.mark.parametrize("body, pointer", [
    ({"ticket": "text"}, "/ticket"), ({"ticket": {"title": 1}}, "/ticket/title"), ({"ticket": {"title": ["a"]}}, "/ticket/title"),
    ({"ticket": {"title": "a", "labels": "b"}}, "/ticket/labels"), ({"ticket": {"title": "a", "labels": ["b", 2]}}, "/ticket/labels/1"),
    ({"mode": "fast"}, "/mode"), ({"mode": 1}, "/mode"), ({"size": "huge"}, "/size"), ({"budget": {"tokens": "many"}}, "/budget/tokens"),
    ({"budget": {"tokens": -1}}, "/budget/tokens"), ({"budget": {"tokens": 1.5}}, "/budget/tokens"), ({"budget": []}, "/budget"),
    ({"budget": {"tokens": 10**13}}, "/budget/tokens"), ({"repositories": [{"ref": "main"}]}, "/repositories/0/name"),
    ({"repositories": [7]}, "/repositories/0"), ({"files": [{"path": "a"}]}, "/files/0/content"), ({"links": {}}, "/links"),
    ({"ticket": {}}, "/ticket/title"), ({"ticket": {"title": ""}}, "/ticket/title"), ({"ticket": {"title": "  "}}, "/ticket/title"),
    ({"ticket": {"title": "x" * 301}}, "/ticket/title"), ({"labels": ["x"] * 51}, "/labels")])
def test_wrong_types_and_bounds(api, untouched, body, pointer):
    """The pointer names the field."""
    refusal = problem(post(api, json.dumps(body)), 400, "invalid")
    assert [e["pointer"] for e in refusal["errors"]] == [pointer], refusal


@pytest.mark.parametrize("body, pointer", [({"titel": "x"}, "/titel"), ({"ticket": {"title": "a", "boddy": "b"}}, "/ticket/boddy"),
                                           ({"repositories": [{"name": "c-lib"}, {"name": "x", "branch": "y"}]}, "/repositories/1/branch"),
                                           ({"a/b~c": 1}, "/a~1b~0c")])
def test_unknown_fields(api, untouched, body, pointer):
    assert [e["pointer"] for e in problem(post(api, json.dumps(body)), 400, "invalid")["errors"]] == [pointer]


@pytest.mark.parametrize("text", [b'{"ticket":{"title":"a\\u0000b"}}', b'{"ticket":{"title":"a\x00b"}}', b'{"mode":"auto"}\x00', b"\x00"])
def test_nul(api, untouched, text):
    problem(post(api, text), 400)


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"])
def test_invalid_utf8(api, untouched, bad):
    problem(post(api, b'{"ticket":{"title":"a' + bad + b'"}}'), 400, "syntax")


@pytest.mark.parametrize("body, pointer", [
    ({"repository": "c-lib", "repositories": [{"name": "c-lib"}]}, "/repositor"),
    ({"repositories": [{"name": "c-lib"}, {"name": "c-lib"}]}, "/repositories/1"), ({"repository": "nowhere"}, "/repository"),
    ({"project": "nowhere"}, "/project"), ({"provider": "nowhere"}, "/provider"), ({"snapshot": "repo_nowhere"}, "/snapshot"),
    ({"files": [{"path": "a", "content": "1"}, {"path": "a", "content": "2"}]}, "/files/1/path"),
    ({"repositories": [{"name": "c-lib", "alias": "a/b"}]}, "/repositories/0/alias")])
def test_what_does_not_fit_together(api, untouched, body, pointer):
    refusal = problem(post(api, json.dumps(body)), 400, "invalid")
    assert refusal["errors"][0]["pointer"].startswith(pointer), refusal


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../b", "a//b", "./a", "", "a/..", "..", "a/./b"])
def test_paths_of_given_files(api, untouched, path):
    refusal = problem(post(api, json.dumps({**PLAN, "files": [{"path": path, "content": "x"}]})), 400, "invalid")
    assert refusal["errors"][0]["pointer"] == "/files/0/path"


# ---- the dialogue -------------------------------------------------------------------------------------------------------

@pytest.fixture
def asked(api):
    plan = api.new(ticket=ASKING, repository="c-lib", size="full")
    return api.wait_state(plan, "awaiting_answers")["id"]


@pytest.mark.parametrize("body", [{}, {"answers": []}, {"answers": [{"question": "Q99", "answer": "x"}]}, {"accept_defaults": False},
                                  {"answers": [{"question": "Q1"}]}, {"answers": [{"question": "Q1", "answer": "a"}, {"question": "Q1", "answer": "b"}]}])
def test_bad_answers(api, asked, body):
    before = api.plan(asked)
    problem(api("POST", f"/plans/{asked}/answers", body), 400)
    assert api.plan(asked) == before


@pytest.mark.parametrize("body", [{}, {"option": "Z"}, {"option": "A", "own": "b", "reason": "c"}, {"own": "mine"}, {"option": "A", "more": "x"}])
def test_bad_choice(api, asked, body):
    api.to_state(asked, "awaiting_choice")
    before = api.plan(asked)
    problem(api("POST", f"/plans/{asked}/choice", body), 400)
    assert api.plan(asked) == before


def test_bad_refinements_and_progress(api):
    plan = api.new(ticket=RING, repository="c-lib", mode="auto")
    api.to_state(plan, "awaiting_approval")
    for body in ({}, {"instruction": ""}, {"instruction": "x", "sections": ["ph99"]}, {"instruction": "x", "base_revision": 9},
                 {"instruction": "x", "base_revision": -1}):
        problem(api("POST", f"/plans/{plan}/refinements", body), 400)
    assert api.ok("GET", f"/plans/{plan}/refinements")["refinements"] == []
    api.to_state(plan, "implementing")
    for body in ({"phase": "P99", "status": "done"}, {"phase": "P1", "status": "perhaps"}, {"status": "done"}):
        problem(api("POST", f"/plans/{plan}/progress", body), 400)
    assert api.plan(plan)["progress"]["done"] == 0


@pytest.mark.parametrize("change", ["no header", "no id twice", "dangling", "cycle", "text", "unknown"])
def test_bad_own_revision(api, change):
    plan = api.new(ticket=RING, repository="c-lib", mode="auto")
    api.to_state(plan, "awaiting_approval")
    answer = api("GET", f"/plans/{plan}/revisions/head")
    document = answer.json()["document"]
    phase = document["phases"][0]
    if change == "no header":
        del document["header"]
    elif change == "no id twice":
        document["phases"].append(phase)
    elif change == "dangling":
        phase["depends_on"] = ["ph77"]
    elif change == "cycle":
        phase["depends_on"] = [phase["id"]]
    elif change == "text":
        document = "# A plan"
    else:
        document["surprise"] = 1
    problem(api("POST", f"/plans/{plan}/revisions", document, headers={"If-Match": answer.headers["ETag"]}), 400)
    assert api.wait_state(plan, "awaiting_approval")["revision"] == 1


# ---- size ---------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def tight(tmp_path_factory):
    """A daemon with little patience and little room."""
    from conftest import LOCAL
    from harness import Daemon
    daemon = Daemon(tmp_path_factory.mktemp("tight"), *LOCAL, "--max-body", "64KiB", "--max-upload", "256KiB", "--request-timeout", "1",
                    "--idle-timeout", "2").start()
    yield daemon
    daemon.stop()


def test_an_announced_body_over_the_limit(tight):
    """Refused at once, before the body comes."""
    with Wire(tight.url) as wire:
        wire.send(head("POST", "/plans", tight.token, "Content-Type: application/json", "Content-Length: 65537"))
        status, refusal = wire.answer()
    assert status == 413 and "65536" in refusal["detail"]


def test_an_announced_body_that_is_sent_all_the_same(tight):
    answer = post(tight.admin, json.dumps({"ticket": {"title": "x", "body": "y" * 65536}}))
    problem(answer, 413, "too-large")


def test_an_expected_continue_is_refused(tight):
    with Wire(tight.url) as wire:
        wire.send(head("POST", "/plans", tight.token, "Content-Length: 999999999", "Expect: 100-continue", "Connection: close"))
        data = wire.receive()
    assert data.startswith(b"HTTP/1.1 413 ") and b"100 Continue" not in data


def test_a_chunked_body_over_the_limit(tight):
    with Wire(tight.url) as wire:
        wire.send(head("POST", "/plans", tight.token, "Content-Type: application/json", "Transfer-Encoding: chunked"))
        chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
        for _ in range(100):
            if not wire.send(chunk):
                break
        status, refusal = wire.answer()
    assert status == 413 and refusal["type"].endswith("/too-large")


def test_a_body_at_the_limit(tight):
    text = json.dumps({"ticket": {"title": "x", "body": ""}})
    full = text.replace('"body": ""', '"body": "' + "y" * (65536 - len(text)) + '"')
    assert len(full) == 65536
    plan = tight.admin.ok("POST", "/plans", data=full, headers={"Content-Type": "application/json"}, status=201)["id"]
    assert len(tight.admin.plan(plan)["ticket"]["body"]) == 65536 - len(text)


def test_an_upload_over_its_limit(tight):
    repository = tight.admin.ok("POST", "/repositories", {"name": "big", "is_private": True}, status=201)["id"]
    answer = tight.admin("PUT", f"/repositories/{repository}/snapshot", data=b"\0" * 300_000, headers={"Content-Type": "application/x-tar"})
    problem(answer, 413, "too-large")


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "0x10", "18446744073709551616", "99999999999999999999999", "5, 5", "five"])
def test_a_wrong_content_length(tight, length):
    with Wire(tight.url) as wire:
        wire.send(head("POST", "/plans", tight.token, f"Content-Length: {length}") + "{}   ")
        status, _ = wire.answer()
    assert status in (400, 413)


def test_framing_that_two_readers_see_differently(tight):
    for headers in (("Content-Length: 2", "Transfer-Encoding: chunked"), ("Content-Length: 2", "Content-Length: 3"),
                    ("Transfer-Encoding: gzip, chunked",), ("Authorization: Bearer other",)):
        with Wire(tight.url) as wire:
            wire.send(head("POST", "/plans", tight.token, *headers, "Connection: close") + "0\r\n\r\n")
            status, _ = wire.answer()
        assert status == 400, headers


@pytest.mark.parametrize("header", ["Content-Length : 50", "Transfer-Encoding : chunked", "Content-Length\t: 50"])
def test_a_doubtful_end_smuggles_nothing(tight, header):
    with Wire(tight.url) as wire:
        wire.send(head("POST", "/plans", tight.token, header) + head("GET", "/livez", tight.token, "Connection: close"))
        data = wire.receive()
    assert data.startswith(b"HTTP/1.1 400 ") and b'"status":400' in data and b"\r\n\r\nok\n" not in data


@pytest.mark.parametrize("lines", ["GET /livez HTTP/1.1", "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b"])
def test_one_host(tight, lines):
    with Wire(tight.url) as wire:
        wire.send(lines + "\r\nConnection: close\r\n\r\n")
        data = wire.receive()
    assert data.startswith(b"HTTP/1.1 400 ") and data.count(b"HTTP/1.1 400 ") == 1
    assert b"application/problem+json" in data


def test_a_client_of_http_1_0_needs_no_host(tight):
    with Wire(tight.url) as wire:
        wire.send("GET /livez HTTP/1.0\r\n\r\n")
        assert wire.receive().startswith(b"HTTP/1.1 200 ")


def test_a_long_address_and_long_headers(tight):
    tight.admin.refused("GET", "/plans", 431, "headers-too-large", headers={"X-Long": "y" * 17_000})
    assert tight.admin("GET", "/plans?q=" + "x" * 20_000).status_code in (414, 431)
    assert tight.admin("GET", "/plans", headers={"X-Long": "y" * 60_000}).status_code in (413, 431)
    assert tight.admin("GET", "/plans", headers={f"X-{i}": "y" * 100 for i in range(90)}).status_code in (200, 431)


# ---- time ---------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("sent", ["", "GET /plans HT", "GET /plans HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_slow_headers(tight, sent):
    with Wire(tight.url) as wire:
        wire.send(sent)
        data = wire.receive()
    assert data == b"" or data.startswith(b"HTTP/1.1 408 ")


def test_headers_one_byte_at_a_time(tight):
    """Trickling does not extend the time: it counts for the request as a whole."""
    with Wire(tight.url) as wire:
        over = threading.Event()

        def trickle():
            wire.send("GET /plans HTTP/1.1\r\n")
            while not over.wait(0.1) and wire.send("X-A: b\r\n"):
                pass

        sender = threading.Thread(target=trickle)
        sender.start()
        data = wire.receive()
        over.set()
        sender.join()
    assert data == b"" or data.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("part", ["", '{"mode":'])
def test_a_slow_body(tight, part):
    with Wire(tight.url) as wire:
        wire.send(head("POST", "/plans", tight.token, "Content-Type: application/json", "Content-Length: 50") + part)
        data = wire.receive()
    assert data.startswith(b"HTTP/1.1 408 ") and b"request-timeout" in data


def test_a_slow_client_does_not_keep_others(tight):
    wires = [Wire(tight.url) for _ in range(50)]
    for wire in wires:
        wire.send(head("POST", "/plans", tight.token, "Content-Length: 50"))
    tight.admin.ok("GET", "/plans")
    for wire in wires:
        assert wire.receive().startswith(b"HTTP/1.1 408 ")
        wire.socket.close()


def test_a_client_that_leaves(tight):
    """In the middle of a body, and while its answer is made."""
    count = tight.metric("pland_plans")
    with Wire(tight.url) as wire:
        wire.send(head("POST", "/plans", tight.token, "Content-Type: application/json", "Content-Length: 500") + '{"ticket":')
    with Wire(tight.url) as wire:
        wire.send(head("GET", "/plans", tight.token))
        wire.socket.shutdown(socket.SHUT_WR)
    tight.admin.ok("GET", "/plans")
    assert tight.metric("pland_plans") == count


# ---- HTTP ---------------------------------------------------------------------------------------------------------------

def test_methods_and_paths(api):
    for method, path, status in (("PUT", "/plans", 405), ("TRACE", "/plans", 405), ("BREW", "/plans", 405), ("GET", "/nope", 404),
                                 ("GET", "/plans/", 404), ("GET", "/", 404), ("GET", "/plans/x/y/z/w/v", 404), ("POST", "/metrics", 405)):
        answer = api(method, path)
        problem(answer, status)
        if status == 405:
            assert "GET" in answer.headers["Allow"]
    assert "POST" in api("OPTIONS", "/plans").headers["Allow"]


@pytest.mark.parametrize("path", ["/plans/../../etc/passwd", "/plans/%2e%2e/%2e%2e/etc/passwd", "/plans/..%2f..%2fetc%2fpasswd",
                                  "/plans/%00", "/plans/%", "/plans/%zz", "//plans", "/plans/%ff%fe"])
def test_path_traversal(shared, path):
    with Wire(shared.url) as wire:
        wire.send(head("GET", path, shared.token, "Connection: close"))
        status, refusal = wire.answer()
    assert status in (400, 404) and "root:" not in json.dumps(refusal)


def test_query_parameters(api):
    for query in ("wat=1", "limit=x", "limit=0", "limit=-1", "limit=99999999999999999999", "state=happy", "stale=perhaps",
                  "cursor=abc", "cursor=-1", "updated_since=yesterday", "limit=1&limit=2", "q=%00", "q=%ff"):
        assert api("GET", f"/plans?{query}").status_code == 400, query


def test_media_types(api, untouched):
    problem(api("POST", "/plans", data="a=b", headers={"Content-Type": "application/x-www-form-urlencoded"}), 415)
    problem(api("POST", "/plans", data="{}", headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}), 415)
    problem(api("GET", f"/plans/{untouched}/revisions/head", headers={"Accept": "image/png"}), 406)
    assert api("GET", "/plans", headers={"API-Version": "2026-11-23"}).headers["API-Version"] == "2026-11-23"
    problem(api("GET", "/plans", headers={"API-Version": "1999-01-01"}), 400)


# ---- concurrency of decisions ----------------------------------------------------------------------------------------------

def test_stale_if_match(api, untouched):
    for method, path, body in (("PATCH", "", {"title": "x"}), ("POST", "/cancel", None), ("POST", "/reject", {"reason": "x"}), ("DELETE", "", None),
                               ("POST", "/refinements", {"instruction": "x"}), ("POST", "/answers", {"corrections": ["x"]})):
        for etag in ('"old-1"', '""', "nonsense"):
            problem(api(method, f"/plans/{untouched}{path}", body, headers={"If-Match": etag}), 412, "precondition-failed")


def test_decisions_need_the_revision_that_was_read(api, untouched):
    head_answer = api("GET", f"/plans/{untouched}/revisions/head")
    for path, body in (("approval", None), ("revisions", head_answer.json()["document"])):
        problem(api("POST", f"/plans/{untouched}/{path}", body), 428, "match-required")
        refusal = problem(api("POST", f"/plans/{untouched}/{path}", body, headers={"If-Match": '"r9-abc"'}), 412)
        assert head_answer.headers["ETag"] in refusal["detail"]


def test_idempotency_key_again(api):
    key = {"Idempotency-Key": "again-1"}
    first = api("POST", "/plans", PLAN, headers=key)
    second = api("POST", "/plans", PLAN, headers=key)
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"] and first.headers["Location"] == second.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers


def test_idempotency_key_with_another_request(api):
    key = {"Idempotency-Key": '"other-1"'}
    plan = api.ok("POST", "/plans", PLAN, headers=key, status=201)["id"]
    problem(api("POST", "/plans", {"ticket": {**RING, "title": "Another"}}, headers=key), 422, "reused-key")
    problem(api("POST", f"/plans/{plan}/cancel", headers=key), 422, "reused-key")
    assert api.plan(plan)["state"] != "cancelled"


def test_idempotency_key_belongs_to_a_token(shared):
    key = {"Idempotency-Key": "mine-1"}
    plans = {shared.api("planner", "default").ok("POST", "/plans", PLAN, headers=key, status=201)["id"] for _ in range(2)}
    assert len(plans) == 2


def test_idempotency_key_in_flight(shared):
    """Many at once with one key: one plan, and every answer names it or says that it is being made."""
    api = shared.admin
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        clients = [type(api)(api.url, api.token) for _ in range(16)]
        answers = list(pool.map(lambda c: c("POST", "/plans", PLAN, headers={"Idempotency-Key": "flight-1"}), clients))
    assert {a.status_code for a in answers} <= {201, 409}
    made = [a for a in answers if a.status_code == 201]
    assert len({a.json()["id"] for a in made}) == 1
    assert sum("Idempotent-Replayed" not in a.headers for a in made) == 1


def test_a_failed_request_does_not_use_up_its_key(api):
    key = {"Idempotency-Key": "second-try"}
    problem(api("POST", "/plans", {"repository": "not-yet-there"}, headers=key), 400)
    api.ok("POST", "/plans", PLAN, headers=key, status=201)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b\tc", "ä"])
def test_bad_idempotency_keys(shared, key):
    with Wire(shared.url) as wire:
        wire.send(head("POST", "/plans", shared.token, f"Idempotency-Key: {key}", "Content-Length: 0", "Connection: close"))
        status, _ = wire.answer()
    assert status == 400
