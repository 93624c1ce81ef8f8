"""Who may do what. Generated from `pland routes`: a route that is added is tested without a change here (one whose body
is not known yet fails until BODIES has a right one)."""
import subprocess
import time

import pytest

import harness
from samples import RING

pytestmark = pytest.mark.xdist_group("access")

ROLES = ["viewer", "planner", "approver", "admin"]
ROUTES = [line.split() for line in subprocess.run([harness.PLAND, "routes"], capture_output=True, text=True).stdout.splitlines()]
TOKEN_ROUTES = [tuple(r) for r in ROUTES if r[2] in ROLES]
OPEN_ROUTES = [tuple(r) for r in ROUTES if r[2] not in ROLES]
GLOBAL = {("POST", "/projects"), ("POST", "/resume")}
# Right bodies; "$project" is the name of the other project. What is not here takes none.
BODIES = {
    "POST /plans": {"project": "$project", "ticket": RING}, "POST /repositories": {"name": "new", "is_private": True, "project": "$project"},
    "POST /sources": {"name": "new", "kind": "generic", "project": "$project"}, "POST /projects": {"name": "new project"},
    "POST /hooks": {"url": "https://example.com/", "project": "$project"},
    "POST /tokens": {"name": "new", "role": "viewer", "project": "$project"},
    "PATCH /plans/{id}": {"title": "changed"}, "POST /plans/{id}/ticket": {"ticket": RING},
    "POST /plans/{id}/answers": {"accept_defaults": True}, "POST /plans/{id}/choice": {"option": "A"},
    "POST /plans/{id}/reject": {"reason": "changed"}, "POST /plans/{id}/progress": {"phase": "P1", "status": "done"},
    "POST /plans/{id}/refinements": {"instruction": "Change it."}, "POST /plans/{id}/comments": {"anchor": "overview", "body": "Changed."},
    "PATCH /plans/{id}/comments/{cid}": {"state": "resolved"}, "POST /plans/{id}/messages": {"text": "reject: changed"}, "POST /plans/{id}/revisions": "$document",
    "PATCH /repositories/{id}": {"default_ref": "changed"}, "PATCH /projects/{id}": {"name": "changed"},
    "PATCH /hooks/{id}": {"status": "disabled"}, "POST /hooks/{id}/recover": {"since": "2026-01-01T00:00:00Z"},
    "PATCH /sources/{id}": {"name": "changed"}, "POST /plans/{id}/waivers": {"finding": "0123456789abcdef", "reason": "changed"},
    "POST /checks": {"repository": "code-ours", "plan": "# Plan"},
}


class World:
    """Two projects with one of everything in each."""

    def __init__(self, home):
        self.daemon = harness.Daemon(home, "--rate", "0", "--allow-networks", "127.0.0.0/8").start()
        admin = self.daemon.admin
        self.things, self.tokens, self.document = {}, {}, None
        for name in ("ours", "theirs"):
            admin.ok("POST", "/projects", {"name": name}, status=201)
            self.tokens[name] = {role: self.daemon.api(role, name) for role in ROLES}
            self.things[name] = self.furnish(name, self.tokens[name]["admin"])

    def furnish(self, name, api):
        self.daemon.codebase("c-lib", name=f"code-{name}", project=name)
        plan = api.new(repository=f"code-{name}", ticket=RING, mode="auto")
        api.to_state(plan, "awaiting_approval")
        refinement = api.verb(plan, "refinements", {"instruction": f"Name {name} in the overview."}, status=202)["id"]
        api.to_state(plan, "awaiting_approval")
        comment = api.verb(plan, "comments", {"anchor": "overview", "body": f"Of {name}?"}, status=201)["id"]
        message = api.verb(plan, "messages", {"text": f"What about {name}?"}, status=201)["id"]
        self.document = api.ok("GET", f"/plans/{plan}/revisions/head")["document"]
        hook = api.ok("POST", "/hooks", {"url": "http://127.0.0.1:9/", "events": ["plan.budget_reached"]}, status=201)["id"]
        api.ok("POST", f"/hooks/{hook}/test", status=202)
        source = api.ok("POST", "/sources", {"name": f"source-{name}", "kind": "generic"}, status=201)["id"]
        link = api.ok("POST", f"/plans/{plan}/links", status=201)
        token = api.ok("POST", "/tokens", {"name": f"spare-{name}", "role": "viewer"}, status=201)["id"]
        return {"plans": plan, "refinements": refinement, "comments": comment, "messages": message, "revisions": "head", "repositories": self.repository(api),
                "links": link["id"], "secret": link["url"].rsplit("/", 1)[1], "briefs": "P1",
                "projects": api.ok("GET", "/projects")["projects"][0]["id"], "sources": source, "hooks": hook, "tokens": token,
                "deliveries": api.ok("GET", f"/hooks/{hook}/deliveries")["deliveries"][0]["id"]}

    @staticmethod
    def repository(api):
        return api.ok("GET", "/repositories")["repositories"][0]["id"]

    def path(self, pattern, whose, inner=None):
        """The pattern with ids of a project; `inner` says of which the second id is."""
        parts, seen = pattern.split("/"), 0
        for i, part in enumerate(parts):
            if part.startswith("{"):
                parts[i] = self.things[inner if seen and inner else whose].get(parts[i - 1], "missing")
                seen += 1
        return "/".join(parts)

    def call(self, api, method, pattern, path, project):
        body = BODIES.get(f"{method} {pattern}")
        if body == "$document":
            body = self.document
        elif body and "project" in body:
            body = {**body, "project": project}
        headers = {"If-Match": "*"} if pattern.endswith(("/approval", "/revisions", "/restore")) and method == "POST" else {}
        if method == "PUT":
            headers["Content-Type"] = "application/x-tar"
            return api(method, path, data=b"\0" * 1024, headers=headers)
        return api(method, path, body, headers=headers)

    def picture(self, name):
        """What the project's own admin sees, to prove that nothing was touched."""
        api, t = self.tokens[name]["admin"], self.things[name]
        paths = [f"/plans/{t['plans']}", f"/plans/{t['plans']}/refinements", f"/plans/{t['plans']}/revisions", f"/plans/{t['plans']}/comments", f"/plans/{t['plans']}/messages", "/hooks",
                 "/sources", "/repositories", "/projects", "/plans", f"/plans/{t['plans']}/audit", f"/plans/{t['plans']}/links"]
        tokens = [{**token, "last_used_at": None} for token in api.ok("GET", "/tokens")["tokens"]]
        return [api.ok("GET", p) for p in paths] + [tokens]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    w = World(tmp_path_factory.mktemp("access"))
    yield w
    w.daemon.stop()


def name(route):
    return f"{route[0]} {route[1]}"


def test_there_are_routes():
    assert len(TOKEN_ROUTES) > 40 and len(OPEN_ROUTES) >= 5
    assert set(BODIES) <= {name(r) for r in ROUTES}
    assert [r for r in ROUTES if r[2] not in [*ROLES, "none"]] == []


@pytest.mark.parametrize("route", TOKEN_ROUTES, ids=name)
def test_a_token_of_another_project(world, route):
    """However mighty in its own project, it neither sees nor changes anything of this one."""
    method, pattern, _ = route
    stranger, before = world.tokens["theirs"]["admin"], world.picture("ours")
    answer = world.call(stranger, method, pattern, world.path(pattern, "ours"), "ours")
    if "{" in pattern or method != "GET":
        assert answer.status_code in (403, 404), f"{answer.status_code} {answer.text}"
    else:
        assert answer.status_code in (200, 403), answer.text
        narrowed = stranger(method, pattern, project="ours")
        assert narrowed.status_code in (400, 403), narrowed.text
    if answer.status_code == 200:
        ids = {i for k, i in world.things["ours"].items() if k not in ("revisions", "briefs")} | {"code-ours", "spare-ours", "source-ours"}
        assert not [i for i in ids if i in answer.text], answer.text
    assert world.picture("ours") == before


@pytest.mark.parametrize("route", [r for r in TOKEN_ROUTES if r[1].count("{") == 2 and not {"{n}", "{phase}"} & set(r[1].split("/"))], ids=name)
def test_an_inner_id_of_another_project(world, route):
    """The outer id is one's own, the inner one is not. (Revisions and phases have numbers.)"""
    method, pattern, _ = route
    before = world.picture("ours")
    answer = world.call(world.tokens["theirs"]["admin"], method, pattern, world.path(pattern, "theirs", "ours"), "theirs")
    assert answer.status_code == 404, answer.text
    assert world.picture("ours") == before


@pytest.mark.parametrize("route", TOKEN_ROUTES, ids=name)
def test_too_low_a_role(world, route):
    method, pattern, least = route
    before = world.picture("ours")
    for role in ROLES[:ROLES.index(least)]:
        answer = world.call(world.tokens["ours"][role], method, pattern, world.path(pattern, "ours"), "ours")
        refusal = harness.problem(answer, 403, "forbidden")
        assert least in refusal["detail"] and role in refusal["detail"]
    assert world.picture("ours") == before


@pytest.mark.parametrize("route", TOKEN_ROUTES, ids=name)
def test_no_token(world, route):
    method, pattern, _ = route
    before, path = world.picture("ours"), world.path(pattern, "ours")
    wrong = ["pland_" + "x" * 40, "", "Bearer", world.tokens["ours"]["admin"].token[:-1], world.tokens["ours"]["admin"].token + "x"]
    for token in [None, *wrong]:
        answer = world.call(harness.Api(world.daemon.url, token), method, pattern, path, "ours")
        harness.problem(answer, 401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert world.picture("ours") == before


@pytest.mark.parametrize("route", [r for r in TOKEN_ROUTES if r[0] == "GET"], ids=name)
def test_the_least_role_is_enough_to_read(world, route):
    method, pattern, least = route
    answer = world.tokens["ours"][least](method, world.path(pattern, "ours"))
    # planned offline: there are no calls; before the handoff: no claims, nothing to hold against it
    missing = {"/handoff": 409, "/{phase}": 409, "/{call}": 404, "/claims/{cid}": 404, "/verify": 404}
    expected = next((status for end, status in missing.items() if pattern.endswith(end)), 200)
    assert answer.status_code == expected, answer.text


@pytest.mark.parametrize("route", OPEN_ROUTES, ids=name)
def test_open_routes_need_no_token(world, route):
    method, pattern, _ = route
    path = "/links/" + world.things["ours"]["secret"] if pattern == "/links/{secret}" else world.path(pattern, "ours")
    answer = harness.Api(world.daemon.url)(method, path)
    if pattern.startswith("/webhooks"):
        harness.problem(answer, 401)
    else:
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("route", sorted(GLOBAL), ids=name)
def test_what_concerns_the_instance(world, route):
    """Even the admin of a project is refused what belongs to the whole instance."""
    answer = world.call(world.tokens["ours"]["admin"], *route, route[1], "ours")
    harness.problem(answer, 403, "forbidden")


def test_unknown_and_foreign_ids_look_alike(world):
    """Who may not see a plan does not learn that it exists."""
    stranger, plan = world.tokens["theirs"]["viewer"], world.things["ours"]["plans"]
    missing = plan[:-4] + "ZZZZ"
    answers = [stranger("GET", f"/plans/{p}").json() for p in (plan, missing)]
    for answer, p in zip(answers, (plan, missing)):
        answer.pop("request_id")
        assert str(answer).count(p)
    assert str(answers[0]).replace(plan, "X") == str(answers[1]).replace(missing, "X")


def test_revoking_works_at_once(world):
    api = world.tokens["ours"]["admin"]
    made = api.ok("POST", "/tokens", {"name": "short-lived", "role": "viewer"}, status=201)
    short = harness.Api(world.daemon.url, made["secret"])
    short.ok("GET", "/plans")
    api.ok("DELETE", f"/tokens/{made['id']}", status=204)
    assert "revoked" in short.refused("GET", "/plans", 401)["detail"]


def test_an_expired_token(world):
    api = world.tokens["ours"]["admin"]
    late = api.refused("POST", "/tokens", 400, "invalid", {"name": "old", "role": "viewer", "expires_at": "2020-01-01T00:00:00Z"})
    assert late["errors"][0]["pointer"] == "/expires_at"
    ends = time.time() + 0.3
    made = api.ok("POST", "/tokens", {"name": "old", "role": "viewer", "expires_at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ends)) +
                                      f".{int(ends * 1000) % 1000:03}Z"}, status=201)
    old, deadline = harness.Api(world.daemon.url, made["secret"]), time.monotonic() + harness.PATIENCE
    while old("GET", "/plans").status_code != 401:
        assert time.monotonic() < deadline
    old.refused("GET", "/plans", 401, "unauthenticated")


def test_secrets_are_shown_once(world):
    api = world.tokens["ours"]["admin"]
    for kind, body in (("tokens", {"name": "n", "role": "viewer"}), ("hooks", {"url": "https://example.com/"}),
                       ("sources", {"name": "n", "kind": "generic"})):
        key = {"Idempotency-Key": f"once-{kind}"}
        made = api.ok("POST", f"/{kind}", body, status=201, headers=key)
        assert len(made["secret"]) > 30
        again = api("POST", f"/{kind}", body, headers=key)
        shown = [api("GET", f"/{kind}/{made['id']}").text, api("GET", f"/{kind}").text, again.text]
        assert again.headers["Idempotent-Replayed"] == "true" and again.json()["id"] == made["id"]
        assert not any(made["secret"] in text or '"secret"' in text for text in shown)


def test_no_token_grants_more_than_it_has(world):
    """An admin of one project cannot make a token for another, nor one for all."""
    api = world.tokens["ours"]["admin"]
    api.refused("POST", "/tokens", 403, body={"name": "n", "role": "admin", "project": "theirs"})
    made = api.ok("POST", "/tokens", {"name": "n", "role": "admin"}, status=201)
    assert made["project"] == "ours"
    assert harness.Api(world.daemon.url, made["secret"])("GET", f"/plans/{world.things['theirs']['plans']}").status_code == 404


def test_the_first_tokens_file_is_private(world):
    assert (world.daemon.data / "admin.token").stat().st_mode & 0o777 == 0o600
    assert (world.daemon.data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert world.daemon.data.stat().st_mode & 0o777 == 0o700
