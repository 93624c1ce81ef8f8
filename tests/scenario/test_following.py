"""Following plans: long polls, events, the feed, lists, pages."""
import os
import re
import threading
import time

import pytest

import harness
from samples import approvable

pytestmark = pytest.mark.threads


def test_long_poll(api):
    """It waits while nothing happens, and answers as soon as something does."""
    plan = api.new()
    etag = api("GET", f"/plans/{plan}").headers["ETag"]
    quiet = api("GET", f"/plans/{plan}", headers={"Prefer": "wait=1", "If-None-Match": etag})
    assert quiet.status_code == 304 and quiet.headers["Preference-Applied"] == "wait=1" and quiet.elapsed.total_seconds() >= 0.9
    other = harness.Api(api.url, api.token)
    result = []
    poll = threading.Thread(target=lambda: result.append(other("GET", f"/plans/{plan}", headers={"Prefer": "wait=30", "If-None-Match": etag})))
    poll.start()
    while not re.search(r"^pland_http_waiting [1-9]", api("GET", "/metrics").text, re.M):
        time.sleep(0.01)  # nothing says so but the number
    api.ok("PATCH", f"/plans/{plan}", {"title": "Moved"})
    poll.join(20)
    assert result[0].status_code == 200 and result[0].json()["title"] == "Moved" and result[0].headers["ETag"] != etag
    assert result[0].elapsed.total_seconds() < 15


def test_many_long_polls(shared):
    """All who wait for one plan are told, and a poll costs no thread."""
    api, count = shared.admin, 60
    plan = api.new()
    etag = api("GET", f"/plans/{plan}").headers["ETag"]
    wires = [harness.Wire(api.url) for _ in range(count)]
    for wire in wires:
        wire.send(harness.head("GET", f"/plans/{plan}", api.token, "Prefer: wait=30", f"If-None-Match: {etag}", "Connection: close"))
    while shared.metric("pland_http_waiting") < count:
        time.sleep(0.01)
    assert len(os.listdir(f"/proc/{shared.process.pid}/task")) < 40
    api.verb(plan, "cancel")
    for wire in wires:
        with wire:
            assert b'"state":"cancelled"' in wire.receive()
    assert shared.metric("pland_http_waiting") == 0


def test_events_are_numbered_without_gaps(api):
    plan = approvable(api)["id"]
    every = api.events(plan)
    assert [e["seq"] for e in every] == list(range(1, len(every) + 1)) and len(every) >= 6
    paged, after = [], 0
    while True:
        page = api.ok("GET", f"/plans/{plan}/events", after=after, limit=2)
        paged += page["events"]
        assert len(page["events"]) <= 2
        if "next_cursor" not in page:
            break
        after = page["next_cursor"]
    assert paged == every
    answer = api("GET", f"/plans/{plan}/events", limit=2)
    link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers["Link"])[1]
    assert [e["seq"] for e in api.ok("GET", link)["events"]] == [3, 4]
    assert api.ok("GET", f"/plans/{plan}/events", after=every[-1]["seq"])["events"] == []


def test_the_feed_of_all_plans(shared):
    """Everybody's events in one order, each once, each plan's own in its order."""
    api = shared.api("viewer", "default")
    plans = {approvable(shared.admin)["id"] for _ in range(3)}
    seen, after = [], 0
    while True:
        page = api.ok("GET", "/events", after=after, limit=50)
        seen += page["events"]
        if "next_cursor" not in page:
            break
        after = page["next_cursor"]
    numbers = [e["n"] for e in seen]
    assert numbers == sorted(set(numbers))
    for plan in plans:
        assert [e["seq"] for e in seen if e["plan"] == plan] == [e["seq"] for e in api.events(plan)]


def test_lists(launch):
    daemon = launch("--workers", "0")
    api = daemon.admin
    daemon.codebase("c-lib")
    api.ok("POST", "/projects", {"name": "other"}, status=201)
    ids = [api.new(ticket={"title": f"Plan {n}", "key": f"k#{n}"}, labels=[f"l{n % 2}"], **({"repository": "c-lib"} if n % 3 == 0 else {}))
           for n in range(7)]
    empty = api.new()
    other = api.new(project="other", ticket={"title": "Elsewhere"})

    def found(**filters):
        return [p["id"] for p in api.ok("GET", "/plans", **filters)["plans"]]

    assert found() == [other, empty, *reversed(ids)]
    assert found(state="awaiting_ticket") == [empty] and found(activity="waiting") == [empty] and found(activity="ended") == []
    assert found(project="other") == [other] and found(ticket="k#3") == [ids[3]] and found(q="Plan 4") == [ids[4]]
    assert found(label="l1") == [ids[5], ids[3], ids[1]] and found(repository="c-lib") == [ids[6], ids[3], ids[0]]
    assert found(stale="true") == [] and len(found(owner="admin")) == 9 and found(owner="nobody") == []
    moment = api.plan(ids[2])["updated_at"]
    api.ok("PATCH", f"/plans/{ids[2]}", {"title": "Changed"})
    assert ids[2] in found(updated_since=moment) and found(updated_since="2100-01-01T00:00:00Z") == []
    walked, cursor = [], {}
    while True:
        answer = api("GET", "/plans", limit=4, **cursor)
        walked += [p["id"] for p in answer.json()["plans"]]
        if "next_cursor" not in answer.json():
            break
        assert 'rel="next"' in answer.headers["Link"]
        cursor = {"cursor": answer.json()["next_cursor"]}
    assert walked == [other, empty, *reversed(ids)]


def test_the_same_ticket_again(api):
    """if_exists: return gives the plan that is there."""
    ticket = {"title": "Once", "key": "once#1"}
    first = api.new(ticket=ticket)
    again = api("POST", "/plans", {"ticket": ticket, "if_exists": "return"})
    assert again.status_code == 200 and again.json()["id"] == first
    assert api.new(ticket=ticket) != first
