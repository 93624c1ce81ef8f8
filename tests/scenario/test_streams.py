"""Event streams: text/event-stream of a plan and of all plans."""
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import harness
from samples import RING, approvable, write_answers

pytestmark = pytest.mark.threads


class Stream:
    """A stream, read event by event; what is no event is skipped."""

    def __init__(self, url, token, path, last=None, **params):
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
        if last:
            headers["Last-Event-ID"] = last
        session = harness.requests.Session()
        session.trust_env = False
        self.answer = session.get(url + path, headers=headers, params=params, stream=True, timeout=harness.PATIENCE)
        self.lines = self.answer.iter_lines(chunk_size=1)

    def __iter__(self):
        event = {}
        for line in self.lines:
            if line == b"":
                if "event" in event:
                    yield event
                event = {}
            elif not line.startswith(b":"):
                field, _, value = line.decode().partition(": ")
                event[field] = json.loads(value) if field == "data" else value

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answer.close()

    def take(self, n):
        it = iter(self)
        return [next(it) for _ in range(n)]


def follow(api, path, **kwargs):
    return Stream(api.url, api.token, path, **kwargs)


def until(condition):
    deadline = time.monotonic() + harness.PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)  # nothing says so but a number of /metrics


def test_stream_of_a_plan(api):
    """It gives what there is, then what happens, and says when the plan is over; who comes again gets 204."""
    plan = api.new()
    with follow(api, f"/plans/{plan}/events") as stream:
        answer = stream.answer
        assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        events = iter(stream)
        assert next(events)["event"] == "plan.created"
        api.ok("PATCH", f"/plans/{plan}", {"title": "Seen"})
        assert next(events)["event"] == "plan.updated"
        api.verb(plan, "cancel")
        rest = list(events)
    assert [e["event"] for e in rest] == ["plan.cancelled", "end"] and rest[-1]["data"] == {"state": "cancelled"}
    assert rest[0]["data"] == api.events(plan)[-1] and rest[-1]["id"] == rest[0]["id"]
    again = api("GET", f"/plans/{plan}/events", headers={"Accept": "text/event-stream", "Last-Event-ID": rest[-1]["id"]})
    assert again.status_code == 204 and again.content == b""


def test_stream_goes_on_where_it_was(api):
    """Last-Event-ID and after, with epoch or without; the header goes first."""
    plan = approvable(api)["id"]
    every = api.events(plan)
    epoch = api.ok("GET", f"/plans/{plan}/events")["epoch"]
    for given in ({"last": f"{epoch}-2"}, {"last": "2"}, {"after": "2"}, {"after": f"{epoch}-2"}, {"after": "5", "last": "2"}):
        with follow(api, f"/plans/{plan}/events", **given) as stream:
            taken = stream.take(len(every) - 2)
        assert [e["data"] for e in taken] == every[2:]
        assert [e["id"] for e in taken] == [f"{epoch}-{e['seq']}" for e in every[2:]]


def test_stream_of_some_types(api):
    plan = api.new()
    with follow(api, f"/plans/{plan}/events", types="plan.updated,plan.cancelled") as stream:
        api.ok("PATCH", f"/plans/{plan}", {"title": "One"})
        api.verb(plan, "cancel")
        assert [e["event"] for e in stream] == ["plan.updated", "plan.cancelled", "end"]
    page = api.ok("GET", f"/plans/{plan}/events", types="plan.updated")
    assert [e["type"] for e in page["events"]] == ["plan.updated"]
    for path in (f"/plans/{plan}/events", "/events"):
        api.refused("GET", path, 400, types="plan.updated,plan.unheard_of")


def test_cursors_that_lead_nowhere(api):
    """Of another epoch, ahead of the plan, or no cursor at all."""
    plan = api.new()
    epoch = api.ok("GET", f"/plans/{plan}/events")["epoch"]
    sse = {"Accept": "text/event-stream"}
    for cursor in ("XXXXXXXX-1", "99", f"{epoch}-99"):
        gone = harness.problem(api("GET", f"/plans/{plan}/events", headers={**sse, "Last-Event-ID": cursor}), 410)
        assert gone["resync"] == {"href": f"/plans/{plan}", "after": f"{epoch}-1"}
    gone = harness.problem(api("GET", "/events", headers={**sse, "Last-Event-ID": "XXXXXXXX-1"}), 410)
    assert gone["resync"]["href"] == "/plans" and gone["resync"]["after"].startswith(epoch + "-")
    harness.problem(api("GET", f"/plans/{plan}/events", after="XXXXXXXX-1"), 410)
    for cursor in ("x", "-1", f"{epoch}-", "1.5", "9" * 30):
        harness.problem(api("GET", f"/plans/{plan}/events", headers={**sse, "Last-Event-ID": cursor}), 400)


def test_feed_misses_nothing(shared):
    """Many write at once; whoever follows the feed gets every event once, in order, and none of another project."""
    api = shared.admin
    project = f"feed{time.monotonic_ns()}"
    api.ok("POST", "/projects", {"name": project}, status=201)
    inside, outside = shared.api("planner", project), shared.api("planner", "default")
    plans, lock = [], threading.Lock()

    def write(client):
        mine = harness.Api(client.url, client.token)
        for _ in range(15):
            plan = mine.new()
            mine.verb(plan, "cancel")
            if client is inside:
                with lock:
                    plans.append(plan)

    with follow(inside, "/events") as stream:
        writers = [threading.Thread(target=write, args=(c,)) for c in (inside, outside) * 4]
        for w in writers:
            w.start()
        taken = stream.take(4 * 15 * 2)
        for w in writers:
            w.join()
    numbers = [e["data"]["n"] for e in taken]
    assert numbers == sorted(set(numbers)) and [e["id"].split("-")[1] for e in taken] == [str(n) for n in numbers]
    assert {(e["data"]["plan"], e["data"]["seq"]) for e in taken} == {(p, s) for p in plans for s in (1, 2)}


def test_feed_begins_now_unless_told(api):
    api.new()
    with follow(api, "/events") as stream:
        plan = api.new()
        assert stream.take(1)[0]["data"]["plan"] == plan
    with follow(api, "/events", after="0") as stream:
        assert stream.take(1)[0]["data"]["n"] == 1


def test_stream_over_a_restart(launch):
    """Nothing is missed and nothing comes twice; a stream that is open ends with the daemon."""
    daemon = launch()
    plan = daemon.admin.new()
    with follow(daemon.admin, f"/plans/{plan}/events") as stream:
        first = stream.take(1)
        daemon.kill9()
    daemon.start()
    daemon.admin.ok("PATCH", f"/plans/{plan}", {"title": "After"})
    with follow(daemon.admin, f"/plans/{plan}/events", last=first[0]["id"]) as stream:
        events = iter(stream)
        assert next(events)["data"]["seq"] == 2
        daemon.stop()
        assert list(events) == []


def test_gone_clients_and_heartbeats(launch):
    """A silent stream shows signs of life, and a client that has gone is noticed."""
    daemon = launch("--stream-heartbeat", "1")
    api = daemon.admin
    plan = api.new()
    wire = harness.Wire(api.url)
    wire.send(harness.head("GET", f"/plans/{plan}/events", api.token, "Accept: text/event-stream"))
    got = b""
    while b"\n:\n\n" not in got:
        got += wire.socket.recv(1000)
    assert daemon.metric("pland_streams") == 1
    wire.socket.close()
    until(lambda: daemon.metric("pland_streams") == 0)


def test_revoked_tokens_lose_their_streams(shared):
    api = shared.admin
    plan = api.new()
    token = api.ok("POST", "/tokens", {"name": "leaked", "role": "viewer"}, status=201)
    with Stream(api.url, token["secret"], f"/plans/{plan}/events") as lost, follow(api, f"/plans/{plan}/events") as kept:
        assert lost.take(1) and kept.take(1)
        api("DELETE", f"/tokens/{token['id']}")
        assert list(lost) == []
        api.verb(plan, "cancel")
        assert [e["event"] for e in kept] == ["plan.cancelled", "end"]


def test_revoking_ends_long_polls(launch):
    """At once: what the plan becomes later is not told any more; others go on waiting."""
    daemon = launch()
    api, plan = daemon.admin, daemon.admin.new()
    made = api.ok("POST", "/tokens", {"name": "short-lived", "role": "viewer"}, status=201)
    short, other, etag = harness.Api(daemon.url, made["secret"]), daemon.api("viewer"), api("GET", f"/plans/{plan}").headers["ETag"]
    wait = {"If-None-Match": etag, "Prefer": "wait=50"}
    with ThreadPoolExecutor(2) as pool:
        lost, kept = (pool.submit(who, "GET", f"/plans/{plan}", headers=wait) for who in (short, other))
        until(lambda: daemon.metric("pland_http_waiting") == 2)
        api.ok("DELETE", f"/tokens/{made['id']}", status=204)
        assert "revoked" in harness.problem(lost.result(), 401)["detail"]
        api.verb(plan, "cancel")
        assert kept.result().json()["state"] == "cancelled"


def test_deleted_plans_end_their_streams(api):
    plan = api.new()
    with follow(api, f"/plans/{plan}/events") as stream:
        stream.take(1)
        api("DELETE", f"/plans/{plan}")
        assert list(stream) == []


def test_streams_are_bounded(launch):
    """Per token 429, in total 503; a place is free again when one has ended."""
    daemon = launch("--max-streams", "3", "--max-streams-per-token", "2", "--stream-heartbeat", "1")
    api, other = daemon.admin, daemon.api("viewer")
    plan = api.new()
    sse = {"Accept": "text/event-stream"}
    streams = [follow(api, f"/plans/{plan}/events") for _ in range(2)]
    refused = api("GET", f"/plans/{plan}/events", headers=sse)
    assert harness.problem(refused, 429)["violated-policies"] == ["streams"] and refused.headers["Retry-After"]
    streams.append(follow(other, f"/plans/{plan}/events"))
    refused = other("GET", f"/plans/{plan}/events", headers=sse, unavailable=True)
    assert harness.problem(refused, 503) and refused.headers["Retry-After"]
    assert api("GET", f"/plans/{plan}/events").status_code == 200
    for stream in streams:
        stream.answer.close()
    until(lambda: daemon.metric("pland_streams") == 0)
    with follow(other, f"/plans/{plan}/events") as stream:
        assert stream.take(1)


def test_slow_readers_are_cut_off(launch):
    """Who takes nothing loses the connection, and goes on later where it was; the others do not notice."""
    daemon = launch("--idle-timeout", "1")
    api = daemon.admin
    plan = api.new()
    wire = harness.Wire(api.url)
    wire.socket.setsockopt(harness.socket.SOL_SOCKET, harness.socket.SO_RCVBUF, 4096)
    wire.send(harness.head("GET", f"/plans/{plan}/events", api.token, "Accept: text/event-stream"))
    with follow(api, f"/plans/{plan}/events") as quick:
        events = iter(quick)
        for i in range(900):
            assert next(events)["data"]["seq"] == i + 1
            api.ok("PATCH", f"/plans/{plan}", {"title": f"{i} {'T' * 190}"})
        until(lambda: daemon.metric("pland_streams_slow_total") == 1)
        assert next(events)["data"]["seq"] == 901


def test_progress_while_a_model_drafts(launch, model, tmp_path):
    """Between the events that are kept comes what the model is writing, without a number."""
    fake = model(answers=write_answers(tmp_path / "answers"))
    daemon = launch("--provider", "openai", "--llm-url", fake.base_url, "--llm-model", "fake-1")
    api = daemon.admin
    daemon.codebase("c-lib")
    plan = api.new()
    with follow(api, f"/plans/{plan}/events") as stream:
        events = iter(stream)
        next(events)
        api.verb(plan, "ticket", {"ticket": RING, "repository": "c-lib"})
        live = next(e for e in events if e["event"] == "progress")
    assert "id" not in live and live["data"]["step"] == "understand" and live["data"]["bytes"] == 0
