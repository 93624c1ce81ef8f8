"""Webhooks: events that go out by Standard Webhooks, tickets that come in signed."""
import hashlib
import hmac
import json
import time

import pytest

from harness import Api, problem
from receiver import sign, verified
from samples import ASKING, RING

pytestmark = pytest.mark.threads


@pytest.fixture
def hooked(launch, receiver):
    daemon = launch("--retry-base", "20ms")
    daemon.codebase("c-lib")
    hook = daemon.admin.ok("POST", "/hooks", {"url": receiver.url}, status=201)
    return daemon, receiver, hook


def deliveries(daemon, hook):
    return daemon.admin.ok("GET", f"/hooks/{hook['id']}/deliveries")["deliveries"]


def settled(daemon, hook, found, timeout=60):
    """Deliveries as soon as `found` likes them; there is nothing to wait for but the list itself."""
    deadline = time.monotonic() + timeout
    while not found(deliveries(daemon, hook)):
        assert time.monotonic() < deadline, deliveries(daemon, hook)
        time.sleep(0.02)
    return deliveries(daemon, hook)


def test_events_go_out_signed(hooked):
    """Each event of a plan once, signed, with what the plan's own list says."""
    daemon, receiver, hook = hooked
    plan = daemon.admin.new(ticket=RING, repository="c-lib", mode="auto")
    daemon.admin.wait_state(plan, "awaiting_approval")
    receiver.of("plan.revision_published")
    events = daemon.admin.events(plan)
    receiver.wait(lambda d: len(receiver.got) >= len(events))
    assert all(verified(d, hook["secret"]) for d in receiver.got)
    assert sorted(d["body"]["type"] for d in receiver.got) == sorted(e["type"] for e in events)
    assert len({d["headers"]["webhook-id"] for d in receiver.got}) == len(events)
    assert all(plan in json.dumps(d["body"]["data"]) and d["body"]["timestamp"] for d in receiver.got)
    rows = settled(daemon, hook, lambda rows: all(r["state"] == "done" for r in rows))
    assert {r["last_status"] for r in rows} == {204} and {r["attempts"] for r in rows} == {1}


def test_only_the_wanted_events(launch, receiver):
    daemon = launch()
    daemon.admin.ok("POST", "/hooks", {"url": receiver.url, "events": ["plan.cancelled"]}, status=201)
    plan = daemon.admin.new()
    daemon.admin.verb(plan, "cancel", {"reason": "no"})
    assert receiver.of("plan.cancelled")["body"]["data"] and len(receiver.got) == 1


def test_a_delivery_is_retried(hooked):
    """The same id and body, a fresh signature; a redirect is not followed."""
    daemon, receiver, hook = hooked
    receiver.answers += [(500, {"Retry-After": "1"}), (302, {"Location": receiver.url, "Retry-After": "1"})]
    plan = daemon.admin.new()
    rows = settled(daemon, hook, lambda rows: rows and rows[0]["attempts"] >= 1)
    assert rows[0]["last_status"] == 500 and rows[0]["state"] == "pending"
    daemon.admin.refused("POST", f"/hooks/{hook['id']}/deliveries/{rows[0]['id']}/redeliver", 409)
    rows = settled(daemon, hook, lambda rows: rows[0]["attempts"] >= 2)
    assert len({d["headers"]["webhook-id"] for d in receiver.got}) == 1 and len({d["raw"] for d in receiver.got}) == 1
    assert all(verified(d, hook["secret"]) for d in receiver.got) and plan in receiver.got[0]["raw"].decode()


def test_an_endpoint_that_is_gone(hooked):
    """410 switches the hook off; switched on again it works."""
    daemon, receiver, hook = hooked
    receiver.answers.append((410, {}))
    daemon.admin.new()
    settled(daemon, hook, lambda rows: rows and rows[0]["state"] == "failed")
    now = daemon.admin.ok("GET", f"/hooks/{hook['id']}")
    assert now["status"] == "disabled" and "410" in now["disabled_why"]
    daemon.admin.new()
    assert daemon.admin.ok("PATCH", f"/hooks/{hook['id']}", {"status": "enabled"})["status"] == "enabled"
    failed = [r for r in deliveries(daemon, hook) if r["state"] == "failed"][-1]
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/deliveries/{failed['id']}/redeliver", status=202)
    settled(daemon, hook, lambda rows: next(r for r in rows if r["id"] == failed["id"])["state"] == "done")


def test_test_and_rotate(hooked):
    daemon, receiver, hook = hooked
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
    first = receiver.of("hook.test")
    assert verified(first, hook["secret"]) and not verified(first, "whsec_" + "A" * 32)
    new = daemon.admin.ok("POST", f"/hooks/{hook['id']}/rotate")["secret"]
    assert new != hook["secret"]
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
    second = receiver.wait(lambda d: d["body"]["type"] == "hook.test" and d is not first)
    assert verified(second, new) and verified(second, hook["secret"]), "both sign for a while"
    newest = daemon.admin.ok("POST", f"/hooks/{hook['id']}/rotate", {"overlap": 0})["secret"]
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
    third = receiver.wait(lambda d: d["body"]["type"] == "hook.test" and d is not first and d is not second)
    assert verified(third, newest) and not verified(third, new)


def test_unknown_event_types_are_refused(daemon):
    body = {"url": "https://example.org/hook", "events": ["plan.approved", "plan.aproved"]}
    refused = daemon.admin.refused("POST", "/hooks", 400, "invalid", body)
    assert refused["errors"][0]["pointer"] == "/events/1"
    hook = daemon.admin.ok("POST", "/hooks", {"url": "https://example.org/hook"}, status=201)
    refused = daemon.admin.refused("PATCH", f"/hooks/{hook['id']}", 400, "invalid", {"events": ["*"]})
    assert refused["errors"][0]["pointer"] == "/events/0"


def test_every_attempt_is_on_record(hooked):
    daemon, receiver, hook = hooked
    receiver.answers += [(500, {}), (410, {})]
    plan = daemon.admin.new()
    first = settled(daemon, hook, lambda rows: rows and rows[0]["attempts"] == 1)[0]
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/recover", {"since": "2020-01-01T00:00:00Z"}, status=202)
    settled(daemon, hook, lambda rows: rows[0]["state"] == "failed")
    shown = daemon.admin.ok("GET", f"/hooks/{hook['id']}/deliveries/{first['id']}")
    assert [a["status"] for a in shown["log"]] == [500, 410] and all(a["error"] for a in shown["log"])
    assert shown["body"]["data"]["plan"] == plan
    daemon.admin.refused("GET", f"/hooks/{hook['id']}/deliveries/msg_01ARZ3NDEKTSV4RRFFQ69G5FAV", 404)


def test_recover_after_an_outage(hooked):
    """What failed is sent again with its id; a disabled hook has to be enabled first."""
    daemon, receiver, hook = hooked
    path = f"/hooks/{hook['id']}/recover"
    receiver.answers += [(410, {})]
    plans = [daemon.admin.new()]
    failed = settled(daemon, hook, lambda rows: rows and rows[0]["state"] == "failed")[0]
    daemon.admin.refused("POST", path, 409, "conflict", {"since": failed["created_at"]})
    daemon.admin.ok("PATCH", f"/hooks/{hook['id']}", {"status": "enabled"})
    assert daemon.admin.ok("POST", path, {"since": "2199-01-01T00:00:00Z"}, status=202)["recovered"] == 0
    assert daemon.admin.ok("POST", path, {"since": failed["created_at"]}, status=202)["recovered"] == 1
    settled(daemon, hook, lambda rows: rows[0]["state"] == "done")
    assert [d["headers"]["webhook-id"] for d in receiver.got] == [failed["id"]] * 2 and plans[0] in receiver.got[1]["raw"].decode()


def test_others_hear_of_a_disabled_hook(launch, receiver):
    from receiver import Receiver
    daemon = launch()
    with Receiver() as watcher:
        gone = daemon.admin.ok("POST", "/hooks", {"url": receiver.url}, status=201)
        daemon.admin.ok("POST", "/hooks", {"url": watcher.url, "events": ["hook.disabled"]}, status=201)
        receiver.answers.append((410, {}))
        daemon.admin.new()
        told = watcher.of("hook.disabled")["body"]["data"]
        assert told["hook"] == gone["id"] and "410" in told["why"]
    assert any(row["action"] == "hook.disable" for row in daemon.admin.ok("GET", "/audit")["audit"])


def test_messages_for_slack(launch, receiver):
    """Only what people wait for, escaped, with a link; the test event too."""
    daemon = launch("--public-url", "https://plans.example.org")
    hook = daemon.admin.ok("POST", "/hooks", {"url": receiver.url, "format": "slack"}, status=201)
    assert hook["format"] == "slack"
    plan = daemon.admin.new()
    daemon.admin.ok("PATCH", f"/plans/{plan}", {"title": "A <b> & c|d"})
    daemon.admin.verb(plan, "reject", {"reason": "too <large>"})
    daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
    receiver.wait(lambda _: len(receiver.got) >= 2)
    texts = {d["body"]["text"] for d in receiver.got}
    assert texts == {f"*<https://plans.example.org/plans/{plan}|A &lt;b&gt; &amp; c/d>*\nThe plan was rejected: too &lt;large&gt;",
                     "pland can post here."}


def test_a_dead_receiver_delays_nobody(launch, receiver):
    """More events than there is room for wait for a receiver that hangs; the other one gets each of them meanwhile."""
    import socket
    daemon = launch("--workers", "1")
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        daemon.admin.ok("POST", "/hooks", {"url": f"http://127.0.0.1:{hanging.getsockname()[1]}/"}, status=201)
        daemon.admin.ok("POST", "/hooks", {"url": receiver.url}, status=201)
        plans = [daemon.admin.new() for _ in range(100)]
        receiver.wait(lambda _: len(receiver.got) >= len(plans))
        assert sorted(d["body"]["data"]["plan"] for d in receiver.got) == sorted(plans)


def test_hooks_belong_to_a_project(launch, receiver):
    daemon = launch()
    daemon.admin.ok("POST", "/projects", {"name": "other"}, status=201)
    daemon.admin.ok("POST", "/hooks", {"url": receiver.url, "project": "other"}, status=201)
    daemon.admin.new()
    plan = daemon.admin.new(project="other")
    assert plan in receiver.of("plan.created")["raw"].decode() and len(receiver.got) == 1


@pytest.mark.parametrize("url", ["ftp://example.com/x", "file:///etc/passwd", "javascript:x", "not a url", "https://",
                                 "https://user:pw@example.com/", "https://example.com:99999/", "https://example.com/\x01"])
def test_wrong_addresses(daemon, url):
    answer = daemon.admin("POST", "/hooks", {"url": url})
    assert answer.status_code == 400, answer.text
    assert problem(answer, 400)["errors"][0]["pointer"] == "/url"


def test_private_networks_are_not_reached(launch, receiver):
    """Without leave no webhook goes to the machine itself, and the refusal names the setting."""
    daemon = launch("--allow-networks", "")
    for url in (receiver.url, receiver.url.replace("127.0.0.1", "localhost"), receiver.url.replace("127.0.0.1", "[::ffff:127.0.0.1]"),
                receiver.url.replace("127.0.0.1", "2130706433"), "http://169.254.169.254/latest/meta-data"):
        answer = daemon.admin("POST", "/hooks", {"url": url})
        if "localhost" not in url:
            assert "allow-networks" in problem(answer, 403)["detail"] and answer.json()["errors"][0]["pointer"] == "/url"
            continue
        hook = answer.json()  # a name, which may lead elsewhere by then
        daemon.admin.ok("POST", f"/hooks/{hook['id']}/test", status=202)
        rows = settled(daemon, hook, lambda rows: rows and rows[0]["attempts"])
        assert "allow-networks" in rows[0]["last_error"], rows
        daemon.admin.refused("PATCH", f"/hooks/{hook['id']}", 403, "forbidden", {"url": receiver.url})
    assert receiver.got == []


def test_deliveries_survive_a_restart(hooked):
    daemon, receiver, hook = hooked
    receiver.answers += [(503, {})] * 1
    daemon.admin.new()
    settled(daemon, hook, lambda rows: rows and rows[0]["attempts"] >= 1)
    before = deliveries(daemon, hook)
    daemon.restart()
    after = deliveries(daemon, hook)
    assert [(r["id"], r["state"]) for r in after] == [(r["id"], r["state"]) for r in before] and after[0]["state"] == "pending"


# ---- in -------------------------------------------------------------------------------------------------------------------

@pytest.fixture
def source(shared):
    made = shared.admin.ok("POST", "/sources", {"name": f"tracker {time.monotonic_ns()}", "kind": "generic", "repository": "c-lib", "mode": "interactive"},
                           status=201)
    return shared, made


def deliver(shared, source, payload, delivery="d-1", at=None, secret=None, raw=None, **headers):
    body = raw if raw is not None else json.dumps(payload).encode()
    at = str(int(at if at is not None else time.time()))
    headers = {"webhook-id": delivery, "webhook-timestamp": at, "webhook-signature": sign(secret or source["secret"], delivery, at, body), **headers}
    return Api(shared.url)("POST", f"/webhooks/{source['id']}", data=body, headers={k: v for k, v in headers.items() if v is not None})


def plans_for(shared, key):
    return shared.admin.ok("GET", "/plans", ticket=key)["plans"]


def one_plan(shared, key):
    deadline = time.monotonic() + 60
    while not plans_for(shared, key):
        assert time.monotonic() < deadline, shared.tail()
        time.sleep(0.01)
    return plans_for(shared, key)[0]["id"]


def ticket(key, **changes):
    return {"action": "created", "ticket": {**ASKING, "key": key, "labels": ["plan"], **changes}}


def test_a_ticket_comes_in(source):
    """It becomes a plan about the source's codebase; sent twice it is still one."""
    shared, made = source
    assert made["url"].endswith(f"/webhooks/{made['id']}")
    payload = ticket(f"in#{made['id']}")
    assert deliver(shared, made, payload).status_code == 202
    plan = one_plan(shared, payload["ticket"]["key"])
    assert deliver(shared, made, payload).status_code == 202
    assert deliver(shared, made, payload, delivery="d-2").status_code == 202
    now = shared.admin.wait_state(plan, "awaiting_answers")
    assert now["base"][0]["name"] == "c-lib" and now["title"] == ASKING["title"]
    deliver(shared, made, {**payload, "action": "closed"}, delivery="d-3")
    shared.admin.watch(plan, lambda p: p["state"] == "cancelled")
    assert len(plans_for(shared, payload["ticket"]["key"])) == 1


@pytest.mark.parametrize("wrong", ["no signature", "other secret", "old", "future", "other body", "other id", "unknown source", "empty", "nonsense"])
def test_wrong_signatures(source, wrong):
    """All refused alike, so that nobody learns what is right."""
    shared, made = source
    payload = ticket(f"wrong#{made['id']}")
    answer = {
        "no signature": lambda: deliver(shared, made, payload, **{"webhook-signature": None}),
        "other secret": lambda: deliver(shared, made, payload, secret="whsec_" + "A" * 44),
        "old": lambda: deliver(shared, made, payload, at=time.time() - 301),
        "future": lambda: deliver(shared, made, payload, at=time.time() + 330),
        "other body": lambda: deliver(shared, made, payload, **{"webhook-signature": sign(made["secret"], "d-1", str(int(time.time())), b"{}")}),
        "other id": lambda: deliver(shared, made, payload, **{"webhook-id": "d-9"}),
        "unknown source": lambda: deliver(shared, {**made, "id": "src_nobody"}, payload),
        "empty": lambda: deliver(shared, made, payload, **{"webhook-signature": ""}),
        "nonsense": lambda: deliver(shared, made, payload, **{"webhook-timestamp": "yesterday"}),
    }[wrong]()
    refusal = problem(answer, 401)
    assert refusal["detail"] == "the webhook's signature is missing, wrong or too old"
    assert plans_for(shared, payload["ticket"]["key"]) == []


@pytest.mark.parametrize("raw, status", [(b"", 400), (b"nope", 400), (b"[]", 400), (b'{"a":1,"a":2}', 400), (b"\xff", 400), (b"{}", 202),
                                         (b'{"ticket":{"title":""}}', 202), (b'{"ticket":7}', 202)])
def test_signed_nonsense(source, raw, status):
    """Well signed but no ticket: taken or refused, never a plan, never a failure of pland's."""
    shared, made = source
    count = shared.metric("pland_plans")
    assert deliver(shared, made, None, raw=raw, delivery=f"n-{len(raw)}").status_code == status
    if status == 202:
        assert shared.line(lambda line: line["msg"] == "a webhook was taken" and line["source"] == made["id"])["outcome"].startswith("refused")
    assert shared.metric("pland_plans") == count


def test_a_plain_hmac(shared):
    """For senders that can do no more: HMAC over the body."""
    secret = "a shared secret of some length"
    made = shared.admin.ok("POST", "/sources", {"name": "plain", "kind": "generic", "secret": secret, "label": "plan"}, status=201)
    assert "secret" not in made
    for labels, name in ((["plan"], "with"), ([], "without")):
        body = json.dumps(ticket(f"plain#{made['id']}{name}", labels=labels)).encode()
        mac = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        answer = Api(shared.url)("POST", f"/webhooks/{made['id']}", data=body, headers={"X-Pland-Signature": mac, "X-Pland-Delivery": name})
        assert answer.status_code == 202, answer.text
    one_plan(shared, f"plain#{made['id']}with")
    shared.line(lambda line: line["msg"] == "a webhook was taken" and "no label" in line["outcome"])
    assert plans_for(shared, f"plain#{made['id']}without") == []


def test_a_deleted_source_takes_nothing(source):
    shared, made = source
    shared.admin.ok("DELETE", f"/sources/{made['id']}", status=204)
    assert deliver(shared, made, ticket("gone#1")).status_code == 401
