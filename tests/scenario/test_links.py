"""Links: one plan, read-only, for people without a token; found by nobody else, and ended at once."""
import time

import pytest
import requests

import harness
from samples import approvable


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    daemon = harness.Daemon(tmp_path_factory.mktemp("links"), "--rate", "0").start()
    daemon.codebase("c-lib")
    yield daemon
    daemon.stop()


@pytest.fixture
def plan(place):
    return approvable(place.admin)["id"]


def secret(link):
    return link["url"].rsplit("/", 1)[1]


def test_a_page_without_a_token(place, plan):
    api, visitor = place.admin, harness.Api(place.url)
    link = api.verb(plan, "links", {"days": 3, "note": "for the customer"}, status=201)
    assert len(secret(link)) >= 50 and link["note"] == "for the customer" and link["id"] not in link["url"]
    page = visitor("GET", "/links/" + secret(link))
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert page.text == api("GET", f"/plans/{plan}/revisions/head", headers={"Accept": "text/html"}).text
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cache-Control"] == "no-store"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script" not in policy
    # it opens that one page, and only for reading
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        visitor.refused(method, "/links/" + secret(link), 405)
    visitor.refused("GET", f"/plans/{plan}", 401)
    harness.Api(place.url, secret(link)).refused("GET", f"/plans/{plan}", 401)
    # it follows the plan
    api.verb(plan, "refinements", {"instruction": "Say that the count wraps around."}, status=202)
    api.wait_state(plan, "awaiting_approval")
    assert "wraps around" in visitor("GET", "/links/" + secret(link)).text


def test_a_plan_without_a_document(place):
    api = place.admin
    link = api.verb(api.new(), "links", None, status=201)
    page = harness.Api(place.url)("GET", "/links/" + secret(link))
    assert page.status_code == 200 and "awaiting_ticket" in page.text and "<script" not in page.text


def test_revoking_works_at_once(place, plan):
    api, visitor = place.admin, harness.Api(place.url)
    first, second = (api.verb(plan, "links", {}, status=201) for _ in range(2))
    api.ok("DELETE", f"/plans/{plan}/links/{first['id']}", status=204)
    assert "taken back" in visitor.refused("GET", "/links/" + secret(first), 410)["detail"]
    assert visitor("GET", "/links/" + secret(second)).status_code == 200
    listed = {l["id"]: l for l in api.ok("GET", f"/plans/{plan}/links")["links"]}
    assert listed[first["id"]]["revoked_at"] and "revoked_at" not in listed[second["id"]] and "url" not in listed[second["id"]]
    actions = [(a["action"], a["object"]) for a in api.ok("GET", f"/plans/{plan}/audit")["audit"]]
    assert ("link.create", first["id"]) in actions and ("link.revoke", first["id"]) in actions


def test_an_expired_link(place, plan):
    """The time of its end is moved into the past in the store: a day is the least that can be asked for."""
    api = place.admin
    link = api.verb(plan, "links", {"days": 1}, status=201)
    days = 24 * 3600
    ends = time.mktime(time.strptime(link["expires_at"][:19], "%Y-%m-%dT%H:%M:%S")) - time.mktime(time.strptime(link["at"][:19], "%Y-%m-%dT%H:%M:%S"))
    assert ends == days
    place.sql(f"UPDATE links SET expires_at = 1 WHERE id = '{link['id']}'")
    assert "expired" in harness.Api(place.url).refused("GET", "/links/" + secret(link), 410)["detail"]
    for days in (-1, 91):
        api.refused("POST", f"/plans/{plan}/links", 400, "invalid", {"days": days})


def test_the_address_is_nowhere_but_with_who_has_it(place, plan):
    """Stored hashed, shown once, in no log and no problem document."""
    api, visitor = place.admin, harness.Api(place.url)
    key = {"Idempotency-Key": "link-once"}
    link = api.verb(plan, "links", {}, status=201, headers=key)
    word = secret(link)
    again = api.verb(plan, "links", {}, status=201, headers=key)
    assert again["id"] == link["id"] and "url" not in again
    visitor("GET", "/links/" + word)
    visitor("GET", "/links/" + word[:-1])
    visitor("POST", "/links/" + word)
    visitor("GET", f"/links/{word}/more")
    visitor("GET", f"//links/{word}")
    requests.get(f"{place.url}/%6Cinks/{word}", timeout=harness.PATIENCE)
    requests.get(f"{place.url}/links/%70{word[1:]}", timeout=harness.PATIENCE)
    problem = visitor.refused("GET", f"/links/{word[:-1]}x", 404)
    assert word[:-1] not in str(problem)
    assert len([l for l in place.lines if l and l.get("path") == "/links/{secret}"]) >= 6
    tail = word[10:-1]
    assert tail not in (place.home / "pland.log").read_text()
    files = [f for f in place.data.rglob("*") if f.is_file()]
    assert (harness.DATABASE_SERVER or any(f.name == "pland.db" for f in files)) and not [f for f in files if tail.encode() in f.read_bytes()]


def test_no_link_of_a_deleted_plan(place, plan):
    api = place.admin
    link = api.verb(plan, "links", {}, status=201)
    api.ok("DELETE", f"/plans/{plan}", status=204)
    harness.Api(place.url).refused("GET", "/links/" + secret(link), 404)
