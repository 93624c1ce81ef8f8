"""Stand-ins for ticket systems: the parts of their APIs that pland uses, strict about what they accept. What is wrong with
a request is kept in `complaints`, which a test expects to be empty. Each keeps its tickets and comments, and can send the
webhooks that the real one would send."""
import base64
import hashlib
import hmac
import http.server
import json
import re
import threading
import time
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, quote, unquote, urlsplit

import requests

from receiver import sign

PATIENCE = float(__import__("os").environ.get("PATIENCE", 60))


def iso(at, zone="Z"):
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}{zone}"


class Refused(Exception):
    def __init__(self, status, message, headers=None):
        super().__init__(message)
        self.status, self.headers = status, headers or {}


class System:
    """One server; a subclass has `routes`, a list of (method, pattern, handler), and `hook()` for webhooks."""
    kind = None

    def __init__(self):
        self.complaints, self.calls, self.comments, self.tickets = [], [], [], {}
        self.faults, self.before_answer = [], None
        self.files, self.fetched = {}, []  # path → bytes; (path, what the client showed as its right)
        self.lock, self.news, self.serial, self.now = threading.RLock(), threading.Condition(), 100, datetime.now(timezone.utc)
        system = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else the body of an answer waits until its head is acknowledged: 40 ms

            def answer(self):
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, body, headers = system.serve(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, raw)
                data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
                try:
                    self.send_response(status)
                    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # it was killed meanwhile

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def tick(self):
        """Later by a second or more than anything so far, as people are."""
        self.now = max(self.now + timedelta(seconds=1), datetime.now(timezone.utc))
        return self.now

    def number(self):
        self.serial += 1
        return self.serial

    def serve(self, method, target, headers, raw):
        url = urlsplit(target)
        with self.lock:
            self.calls.append((method, target))
            if self.faults:
                fault = self.faults.pop(0)
                if fault:
                    return fault[0], {"message": "a fault"}, fault[1]
            if method == "GET" and url.path in self.files:
                self.fetched.append((url.path, headers.get("authorization") or headers.get("private-token")))
                return 200, self.files[url.path], {"Content-Type": "application/octet-stream"}
            try:
                body = json.loads(raw) if raw else None
                self.check_headers(headers, body)
                for verb, pattern, handler in self.routes():
                    match = re.fullmatch(pattern, url.path)
                    if verb == method and match:
                        status, answer = handler(body, {k: v[0] for k, v in parse_qs(url.query).items()}, *map(unquote, match.groups()))
                        break
                else:
                    raise Refused(404, f"no route {method} {url.path}")
                headers = {}
            except Refused as e:
                if e.status not in (404, 410) or "no route" in str(e):
                    self.complaints.append(f"{method} {target}: {e}")
                status, answer, headers = e.status, {"message": str(e)}, e.headers
            except Exception as e:  # a bug here is a complaint, too
                self.complaints.append(f"{method} {target}: {e!r}")
                status, answer, headers = 500, {"message": repr(e)}, {}
        if self.before_answer:
            self.before_answer(method, target)
        with self.news:
            self.news.notify_all()
        return status, answer, headers

    def fields(self, body, *names, optional=()):
        wrong = set(body or {}) ^ set(names) - set(optional)
        if not isinstance(body, dict) or set(body) - set(names) - set(optional) or set(names) - set(body):
            raise Refused(422, f"unexpected or missing fields: {sorted(wrong)} in {json.dumps(body)[:200]}")
        return body

    # -- for tests --------------------------------------------------------------------------------------------------

    def wait(self, found, timeout=PATIENCE):
        deadline = time.monotonic() + timeout
        with self.news:
            while True:
                with self.lock:
                    value = found()
                if value:
                    return value
                left = deadline - time.monotonic()
                assert left > 0, f"{[c['text'][:600] for c in self.comments]}\n{self.complaints}\n{self.calls[-20:]}"
                self.news.wait(min(left, 0.5))

    def ours(self):
        return [c for c in self.comments if c["by"] == "pland"]

    def status(self):
        """pland's one comment about the plan."""
        mine = [c for c in self.ours() if re.search(r"pland:src_\w+:plan_", c["text"])]
        return mine[-1]["text"] if mine else ""

    def replies(self):
        return [c["text"] for c in self.ours() if re.search(r"pland:src_\w+:r\d+", c["text"])]

    def sees(self, text):
        self.wait(lambda: text in self.status())
        return self.status()

    def replied(self, text):
        return self.wait(lambda: next((r for r in self.replies() if text in r), None))

    def post(self, raw, headers):
        answer = requests.post(self.hook_url, data=raw, headers={"Content-Type": "application/json", **headers}, timeout=PATIENCE)
        assert answer.status_code == 202, answer.text
        return answer


class GitHub(System):
    kind, repo, token = "github", "acme/api", "ghp_" + "a" * 36
    people = {"pland": (1, "User", "NONE"), "alice": (2, "User", "OWNER"), "bob": (3, "User", "MEMBER"), "mallory": (4, "User", "NONE"),
              "helper[bot]": (5, "Bot", "NONE")}

    def __init__(self):
        super().__init__()
        self.app, self.app_key, self.tokens = None, None, []
        self.api = self.host + "/api/v3"

    def settings(self):
        return {"api": self.api, "token": self.token, "projects": [self.repo],
                "roles": [{"login": "alice", "role": "approver"}, {"association": "MEMBER", "role": "planner"}]}

    def check_headers(self, h, body):
        if h.get("accept") != "application/json" or h.get("x-github-api-version") not in (None, "2022-11-28"):
            raise Refused(400, f"headers: {h}")
        if not h.get("user-agent"):
            raise Refused(403, "Request forbidden by administrative rules: no User-Agent")
        kind, _, token = h.get("authorization", "").partition(" ")
        self.as_app = self.app is not None and token.count(".") == 2
        if self.as_app:
            self.check_jwt(token)
        elif kind != "Bearer" or token not in (self.tokens if self.app else [self.token]):
            raise Refused(401, "Bad credentials")

    def check_jwt(self, token):
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (only where there are apps)
        from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415
        unb64 = lambda s: base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))  # noqa: E731
        head, body, mac = token.split(".")
        self.app_key.public_key().verify(unb64(mac), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
        claims = json.loads(unb64(body))
        now = time.time()
        if json.loads(unb64(head))["alg"] != "RS256" or claims["iss"] != str(self.app) or not claims["iat"] <= now < claims["exp"] <= now + 600:
            raise Refused(401, f"A JSON web token could not be decoded: {claims}")

    def routes(self):
        issue = r"/api/v3/repos/([^/]+)/([^/]+)/issues/(\d+)"
        return [("GET", "/api/v3/user", lambda b, q: (200, self.user("pland"))),
                ("GET", "/api/v3/app", self.get_app),
                ("GET", "/api/v3/users/(.+)", lambda b, q, name: (200, self.user("pland"))),
                ("POST", r"/api/v3/app/installations/(\d+)/access_tokens", self.make_token),
                ("GET", issue, lambda b, q, o, r, n: (200, self.issue(self.find(o, r, n)))),
                ("GET", issue + "/comments", self.list_comments),
                ("POST", issue + "/comments", self.create_comment),
                ("PATCH", r"/api/v3/repos/([^/]+)/([^/]+)/issues/comments/(\d+)", self.update_comment),
                ("GET", issue + "/timeline", lambda b, q, o, r, n: (200, self.find(o, r, n).get("timeline", []))),
                ("POST", issue + "/labels", self.add_labels),
                ("DELETE", issue + "/labels/(.+)", self.remove_label),
                ("GET", r"/api/v3/repos/([^/]+)/([^/]+)/issues", self.list_issues)]

    def get_app(self, body, query):
        if not self.as_app:
            raise Refused(401, "A JSON web token is required")
        return 200, {"id": self.app, "slug": "pland"}

    def make_token(self, body, query, installation):
        if not self.as_app or installation != "77":
            raise Refused(401, "not the app")
        self.tokens.append(f"ghs_{self.number()}" + "x" * 32)
        return 201, {"token": self.tokens[-1], "expires_at": iso(datetime.now(timezone.utc) + timedelta(hours=1))}

    def user(self, login):
        return {"login": login, "id": self.people[login][0], "type": self.people[login][1]}

    def find(self, owner, repo, number):
        t = self.tickets.get((f"{owner}/{repo}", int(number)))
        if not t:
            raise Refused(404, "Not Found")
        return t

    def issue(self, t):
        return {"number": t["number"], "title": t["title"], "body": t["body"], "state": "closed" if t["closed"] else "open",
                "html_url": f"https://github.com/{t['repo']}/issues/{t['number']}", "user": self.user(t["by"]),
                "labels": [{"id": i, "name": name} for i, name in enumerate(t["labels"])], "created_at": iso(t["created"]),
                "updated_at": iso(t["updated"]), "author_association": self.people[t["by"]][2]}

    def comment(self, c):
        return {"id": c["id"], "body": c["text"], "user": self.user(c["by"]), "author_association": self.people[c["by"]][2],
                "created_at": iso(c["at"]), "updated_at": iso(c["at"])}

    def list_comments(self, body, query, owner, repo, number):
        t = self.find(owner, repo, number)
        since = query.get("since", "")
        return 200, [self.comment(c) for c in self.comments if c["ticket"] is t and iso(c["at"]) >= since]

    def create_comment(self, body, query, owner, repo, number):
        t = self.find(owner, repo, number)
        text = self.fields(body, "body")["body"]
        if not 0 < len(text) <= 65536:
            raise Refused(422, "body is too long")
        c = self.say(t, "pland", text)
        return 201, self.comment(c)

    def update_comment(self, body, query, owner, repo, number):
        for c in self.comments:
            if c["id"] == int(number) and c["by"] == "pland":
                c["text"] = self.fields(body, "body")["body"]
                return 200, self.comment(c)
        raise Refused(404, "Not Found")

    def add_labels(self, body, query, owner, repo, number):
        t = self.find(owner, repo, number)
        t["labels"] += [name for name in self.fields(body, "labels")["labels"] if name not in t["labels"]]
        return 200, self.issue(t)["labels"]

    def remove_label(self, body, query, owner, repo, number, name):
        t = self.find(owner, repo, number)
        if name not in t["labels"]:
            raise Refused(404, "Label does not exist")
        t["labels"].remove(name)
        return 200, self.issue(t)["labels"]

    def list_issues(self, body, query, owner, repo):
        if query.get("state") != "all" or query.get("sort") != "updated" or query.get("direction") != "asc":
            raise Refused(422, f"query: {query}")
        found = [t for (name, _), t in self.tickets.items() if name == f"{owner}/{repo}" and iso(t["updated"]) >= query["since"]]
        return 200, [self.issue(t) for t in sorted(found, key=lambda t: t["updated"])]

    # -- what people do ------------------------------------------------------------------------------------------------

    def new(self, title, text, by="alice", labels=(), hook=True):
        at = self.tick()
        t = {"repo": self.repo, "number": self.number(), "title": title, "body": text, "by": by, "labels": list(labels), "closed": False,
             "created": at, "updated": at}
        self.tickets[(self.repo, t["number"])] = t
        if hook:
            self.send("issues", "opened", t)
        return t

    def label(self, t, name, hook=True):
        t["labels"].append(name)
        t["updated"] = self.tick()
        if hook:
            self.send("issues", "labeled", t, label={"name": name})

    def edit(self, t, text):
        t["body"], t["updated"] = text, self.tick()
        self.send("issues", "edited", t, changes={"body": {"from": ""}})

    def close(self, t):
        t["closed"], t["updated"] = True, self.tick()
        self.send("issues", "closed", t)

    def say(self, t, by, text, hook=True):
        c = {"id": self.number(), "text": text, "by": by, "at": self.tick(), "ticket": t}
        self.comments.append(c)
        t["updated"] = self.now
        if by != "pland" and hook:
            self.send("issue_comment", "created", t, comment=self.comment(c), sender=by)
        return c

    def key(self, t):
        return f"{t['repo']}#{t['number']}"

    def around(self, t, other, name, data):
        """The other ticket mentions this one, and a file was dropped into its text."""
        path = f"/user-attachments/files/{self.number()}/{name}"
        self.files[path] = data
        t["body"] += f"\n[{name}]({self.host}{path})\n"
        t["timeline"] = [{"event": "labeled"}, {"event": "cross-referenced", "source": {"type": "issue", "issue": {
            **self.issue(other), "repository": {"full_name": other["repo"]}}}}]

    def merge(self, url, commit, branch, before, text=""):
        """A pull request of the branch was merged into main, ending in commit; the push comes first."""
        where = {"full_name": self.repo, "clone_url": url, "default_branch": "main"}
        self.deliver("push", json.dumps({"ref": "refs/heads/main", "before": before, "after": commit, "repository": where}).encode())
        pull = {"number": self.number(), "title": "Done", "body": text, "merged": True, "merge_commit_sha": commit, "head": {"ref": branch, "sha": commit},
                "base": {"ref": "main", "sha": before}}
        self.deliver("pull_request", json.dumps({"action": "closed", "pull_request": pull, "repository": where}).encode())

    def send(self, event, action, t, sender="alice", **more):
        payload = {"action": action, "issue": self.issue(t), "repository": {"full_name": t["repo"], "clone_url": f"https://github.com/{t['repo']}.git",
                   "html_url": f"https://github.com/{t['repo']}"}, "sender": self.user(sender), **more}
        return self.deliver(event, json.dumps(payload).encode())

    def deliver(self, event, raw, delivery=None):
        mac = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        return self.post(raw, {"X-GitHub-Event": event, "X-GitHub-Delivery": delivery or f"d-{self.number()}", "X-Hub-Signature-256": "sha256=" + mac})


class GitLab(System):
    kind, repo, token, signed = "gitlab", "acme/team/api", "glpat-" + "b" * 20, True
    people = {"pland": 1, "alice": 2, "bob": 3, "mallory": 4}

    def settings(self):
        return {"api": self.host + "/api/v4", "token": self.token, "projects": [self.repo],
                "roles": [{"login": "alice", "role": "approver"}, {"login": "bob", "role": "planner"}]}

    def check_headers(self, h, body):
        if h.get("private-token") != self.token:
            raise Refused(401, "401 Unauthorized")

    def routes(self):
        project = r"/api/v4/projects/([^/]+)/issues"
        return [("GET", "/api/v4/user", lambda b, q: (200, {"id": 1, "username": "pland"})),
                ("GET", project + r"/(\d+)", lambda b, q, p, n: (200, self.issue(self.find(p, n)))),
                ("PUT", project + r"/(\d+)", self.change),
                ("GET", project + r"/(\d+)/links", lambda b, q, p, n: (200, self.find(p, n).get("links", []))),
                ("GET", project + r"/(\d+)/notes", lambda b, q, p, n: (200, [self.note(c) for c in self.comments if c["ticket"] is self.find(p, n)])),
                ("POST", project + r"/(\d+)/notes", self.create_note),
                ("PUT", project + r"/(\d+)/notes/(\d+)", self.update_note),
                ("GET", project, self.list_issues)]

    def find(self, project, number):
        t = self.tickets.get(int(number))
        if not t or project != self.repo:
            raise Refused(404, "404 Not found")
        return t

    def issue(self, t):
        return {"id": 9000 + t["number"], "iid": t["number"], "title": t["title"], "description": t["body"], "labels": t["labels"],
                "state": "closed" if t["closed"] else "opened", "web_url": f"https://gitlab.example/{self.repo}/-/issues/{t['number']}",
                "author": {"username": t["by"], "id": self.people[t["by"]]}, "created_at": iso(t["created"]), "updated_at": iso(t["updated"])}

    def note(self, c):
        return {"id": c["id"], "body": c["text"], "system": False, "author": {"id": self.people[c["by"]], "username": c["by"]},
                "created_at": iso(c["at"]), "noteable_type": "Issue"}

    def change(self, body, query, project, number):
        t, b = self.find(project, number), self.fields(body, "add_labels", "remove_labels")
        t["labels"] = [x for x in t["labels"] if x not in b["remove_labels"].split(",")]
        t["labels"] += [x for x in b["add_labels"].split(",") if x not in t["labels"]]
        return 200, self.issue(t)

    def check_text(self, text):
        if re.search(r"^/\w", re.sub(r"```.*?```", "", text, flags=re.S), re.M):
            raise Refused(400, "a quick action")
        return text

    def create_note(self, body, query, project, number):
        return 201, self.note(self.say(self.find(project, number), "pland", self.check_text(self.fields(body, "body")["body"])))

    def update_note(self, body, query, project, number, note):
        for c in self.comments:
            if c["id"] == int(note) and c["by"] == "pland":
                c["text"] = self.check_text(self.fields(body, "body")["body"])
                return 200, self.note(c)
        raise Refused(404, "404 Not found")

    def list_issues(self, body, query, project):
        if query.get("scope") != "all" or query.get("order_by") != "updated_at" or query.get("sort") != "asc":
            raise Refused(400, f"query: {query}")
        return 200, [self.issue(t) for t in self.tickets.values() if iso(t["updated"]) > query["updated_after"]]

    def new(self, title, text, by="alice", labels=(), hook=True):
        at = self.tick()
        t = {"number": self.number(), "title": title, "body": text, "by": by, "labels": list(labels), "closed": False, "created": at, "updated": at}
        self.tickets[t["number"]] = t
        if hook:
            self.send(t, "open")
        return t

    def label(self, t, name, hook=True):
        before = [{"title": x} for x in t["labels"]]
        t["labels"].append(name)
        t["updated"] = self.tick()
        if hook:
            self.send(t, "update", changes={"labels": {"previous": before, "current": [{"title": x} for x in t["labels"]]}})

    def edit(self, t, text):
        t["body"], t["updated"] = text, self.tick()
        self.send(t, "update", changes={"description": {"previous": "", "current": text}})

    def close(self, t):
        t["closed"], t["updated"] = True, self.tick()
        self.send(t, "close")

    def say(self, t, by, text, hook=True):
        c = {"id": self.number(), "text": text, "by": by, "at": self.tick(), "ticket": t}
        self.comments.append(c)
        if by != "pland" and hook:
            note = {"id": c["id"], "note": text, "noteable_type": "Issue", "system": False, "action": "create", "created_at": iso(c["at"])}
            self.deliver({"object_kind": "note", "event_type": "note", "user": {"id": self.people[by], "username": by}, "object_attributes": note,
                          "issue": self.attributes(t), "project": self.project()}, "Note Hook")
        return c

    def key(self, t):
        return f"{self.repo}#{t['number']}"

    def around(self, t, other, name, data):
        self.files[f"/api/v4/projects/{quote(self.repo, safe='')}/uploads/{'0f' * 16}/{name}"] = data
        t["body"] += f"\n[{name}](/uploads/{'0f' * 16}/{name})\n"
        t["links"] = [{**self.issue(other), "references": {"full": self.key(other)}, "link_type": "relates_to"}]

    def merge(self, url, commit, branch, before, text=""):
        """As GitHub.merge()."""
        where = {**self.project(), "git_http_url": url, "default_branch": "main"}
        self.deliver({"object_kind": "push", "ref": "refs/heads/main", "before": before, "after": commit, "project": where}, "Push Hook")
        self.deliver({"object_kind": "merge_request", "project": where, "object_attributes": {
            "action": "merge", "state": "merged", "title": "Done", "description": text, "source_branch": branch, "target_branch": "main",
            "merge_commit_sha": commit, "last_commit": {"id": before}}}, "Merge Request Hook")

    def project(self):
        return {"id": 15, "path_with_namespace": self.repo, "web_url": f"https://gitlab.example/{self.repo}",
                "git_http_url": f"https://gitlab.example/{self.repo}.git", "git_ssh_url": f"git@gitlab.example:{self.repo}.git"}

    def attributes(self, t):
        return {"iid": t["number"], "title": t["title"], "description": t["body"], "state": "closed" if t["closed"] else "opened",
                "url": f"https://gitlab.example/{self.repo}/-/issues/{t['number']}", "created_at": t["created"].strftime("%Y-%m-%d %H:%M:%S UTC"),
                "updated_at": t["updated"].strftime("%Y-%m-%d %H:%M:%S UTC"), "labels": [{"id": i, "title": x} for i, x in enumerate(t["labels"])]}

    def send(self, t, action, **more):
        self.deliver({"object_kind": "issue", "event_type": "issue", "user": {"username": t["by"]}, "project": self.project(),
                      "object_attributes": {**self.attributes(t), "action": action}, "labels": [{"title": x} for x in t["labels"]], **more}, "Issue Hook")

    def deliver(self, payload, event):
        raw, delivery, at = json.dumps(payload).encode(), f"g-{self.number()}", str(int(time.time()))
        headers = {"X-Gitlab-Event": event, "Idempotency-Key": delivery, "X-Gitlab-Event-UUID": delivery}
        if self.signed:
            headers |= {"webhook-id": delivery, "webhook-timestamp": at, "webhook-signature": sign(self.secret, delivery, at, raw)}
        else:
            headers["X-Gitlab-Token"] = self.secret
        self.post(raw, headers)


class Jira(System):
    kind, email, token = "jira", "pland@acme.example", "ATATT" + "c" * 30
    people = {"pland": "5b10a2844c20165700ede21g", "alice": "5b109f2e9729b51b54dc274d", "bob": "5b10ac8d82e05b22cc7d4ef5", "mallory": "5b10a0effa615349cb016cd8"}
    nodes = {"doc", "paragraph", "heading", "text", "bulletList", "orderedList", "listItem", "codeBlock", "blockquote", "rule", "hardBreak", "table",
             "tableRow", "tableCell", "tableHeader"}

    def settings(self):
        return {"api": self.host, "username": self.email, "token": self.token, "projects": ["API"],
                "roles": [{"login": self.people["alice"], "role": "approver"}, {"login": self.people["bob"], "role": "planner"}]}

    def check_headers(self, h, body):
        wanted = "Basic " + base64.b64encode(f"{self.email}:{self.token}".encode()).decode()
        if h.get("authorization") != wanted:
            raise Refused(401, "Client must be authenticated to access this resource.")

    def routes(self):
        issue, plain = r"/rest/api/3/issue/([^/]+)", r"/rest/api/2/issue/([^/]+)"
        return [("GET", "/rest/api/2/myself", lambda b, q: (200, {"accountId": self.people["pland"]})),
                ("GET", plain, lambda b, q, k: (200, self.issue(self.find(k)))),
                ("PUT", plain, self.change),
                ("GET", issue + "/comment", lambda b, q, k: (200, {"comments": [self.comment(c) for c in self.comments if c["ticket"] is self.find(k)]})),
                ("POST", issue + "/comment", lambda b, q, k: (201, self.comment(self.say(self.find(k), "pland", self.document(self.fields(b, "body")["body"]))))),
                ("PUT", issue + r"/comment/(\d+)", self.update),
                ("POST", "/rest/api/2/search/jql", self.search)]

    def find(self, key):
        if key not in self.tickets:
            raise Refused(404, "Issue does not exist or you do not have permission to see it.")
        return self.tickets[key]

    def document(self, doc):
        """The text of a document, checked as Jira does: known nodes, marks and nesting."""
        if doc.get("type") != "doc" or doc.get("version") != 1:
            raise Refused(400, "INVALID_INPUT: no document")
        return self.node(doc, None)

    def node(self, node, parent):
        kind = node.get("type")
        inside = {"doc": self.nodes - {"doc", "text", "hardBreak", "listItem", "tableRow", "tableCell", "tableHeader"}, "paragraph": {"text", "hardBreak"}, "heading": {"text", "hardBreak"},
                  "bulletList": {"listItem"}, "orderedList": {"listItem"}, "codeBlock": {"text"}, "table": {"tableRow"}, "tableRow": {"tableCell", "tableHeader"},
                  "listItem": {"paragraph", "bulletList", "orderedList", "codeBlock"}, "blockquote": {"paragraph", "bulletList", "orderedList", "codeBlock"}}
        if kind not in self.nodes or (parent in inside and kind not in inside[parent]):
            raise Refused(400, f"INVALID_INPUT: {kind} in {parent}")
        if kind == "text":
            marks = [m["type"] for m in node.get("marks", [])]
            if not node.get("text") or ("code" in marks and set(marks) - {"code", "link"}) or set(marks) - {"code", "link", "strong", "em", "strike"}:
                raise Refused(400, f"INVALID_INPUT: text {node}")
            return node["text"]
        if kind == "listItem" and (not node.get("content") or node["content"][0]["type"] not in ("paragraph", "codeBlock")):
            raise Refused(400, f"INVALID_INPUT: {node}")
        text = "".join(self.node(n, kind) for n in node.get("content", []))
        return text + ("\n" if kind in ("paragraph", "heading", "codeBlock", "hardBreak") else "")

    def adf(self, text):
        return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in text.split("\n") if line]}

    def issue(self, t):
        return {"id": "1", "key": t["key"], "self": f"{self.host}/rest/api/2/issue/1", "fields": {
            "summary": t["title"], "description": t["body"], "labels": t["labels"], "components": [{"name": c} for c in t["components"]],
            "issuelinks": t.get("links", []), "attachment": t.get("attached", []),
            "project": {"key": "API"}, "status": {"statusCategory": {"key": "done" if t["closed"] else "new"}}, "reporter": {"accountId": self.people[t["by"]]},
            "created": iso(t["created"], "+0000"), "updated": iso(t["updated"], "+0000")}}

    def comment(self, c):
        return {"id": str(c["id"]), "body": self.adf(c["text"]), "author": {"accountId": self.people[c["by"]], "accountType": "atlassian"}, "created": iso(c["at"], "+0000")}

    def around(self, t, other, name, data):
        self.files[f"/rest/api/2/attachment/content/{name}"] = data
        t["attached"] = t.get("attached", []) + [{"filename": name, "size": len(data), "mimeType": "text/plain", "content": f"{self.host}/rest/api/2/attachment/content/{name}"}]
        t["links"] = [{"type": {"inward": "is blocked by", "outward": "blocks"}, "outwardIssue": {"key": other["key"]}}]

    def change(self, body, query, key):
        t = self.find(key)
        for step in self.fields(self.fields(body, "update")["update"], "labels")["labels"]:
            for how, name in step.items():
                t["labels"].append(name) if how == "add" else t["labels"].remove(name)
        return 204, None

    def update(self, body, query, key, number):
        for c in self.comments:
            if c["id"] == int(number) and c["by"] == "pland":
                c["text"] = self.document(self.fields(body, "body")["body"])
                return 200, self.comment(c)
        raise Refused(404, "no such comment")

    def search(self, body, query):
        b = self.fields(body, "jql", "fields", "maxResults", optional=("nextPageToken",))
        match = re.fullmatch(r'project in \("API"\) AND updated >= -(\d+)m ORDER BY updated ASC', b["jql"])
        if not match:
            raise Refused(400, f"jql: {b['jql']}")
        since = datetime.now(timezone.utc) - timedelta(minutes=int(match[1]))
        return 200, {"issues": [self.issue(t) for t in self.tickets.values() if t["updated"] >= since], "isLast": True}

    def new(self, title, text, by="alice", labels=(), hook=True, components=()):
        at = self.tick()
        t = {"key": f"API-{self.number()}", "title": title, "body": text, "by": by, "labels": list(labels), "closed": False, "components": list(components),
             "created": at, "updated": at}
        self.tickets[t["key"]] = t
        if hook:
            self.send("jira:issue_created", t)
        return t

    def label(self, t, name, hook=True):
        before = " ".join(t["labels"])
        t["labels"].append(name)
        t["updated"] = self.tick()
        if hook:
            self.send("jira:issue_updated", t, changelog={"items": [{"field": "labels", "fromString": before, "toString": " ".join(t["labels"])}]})

    def edit(self, t, text):
        t["body"], t["updated"] = text, self.tick()
        self.send("jira:issue_updated", t, changelog={"items": [{"field": "description", "fromString": "", "toString": text}]})

    def close(self, t):
        t["closed"], t["updated"] = True, self.tick()
        self.send("jira:issue_updated", t, changelog={"items": [{"field": "status", "fromString": "To Do", "toString": "Done"}]})

    def say(self, t, by, text, hook=True):
        c = {"id": self.number(), "text": text, "by": by, "at": self.tick(), "ticket": t}
        self.comments.append(c)
        if by != "pland" and hook:
            thin = self.issue(t)
            thin["fields"] = {k: thin["fields"][k] for k in ("summary", "project", "status")}
            self.deliver({"timestamp": int(time.time() * 1000), "webhookEvent": "comment_created", "issue": thin,
                          "comment": {**self.comment(c), "body": text}})
        return c

    def key(self, t):
        return t["key"]

    def send(self, event, t, **more):
        self.deliver({"timestamp": int(time.time() * 1000), "webhookEvent": event, "issue": self.issue(t), **more})

    def deliver(self, payload):
        raw = json.dumps(payload).encode()
        mac = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        self.post(raw, {"X-Hub-Signature": "sha256=" + mac, "X-Atlassian-Webhook-Identifier": f"j-{self.number()}"})


class JiraServer(Jira):
    """Jira as a company runs it itself (Data Center): personal access tokens, version 2 alone, wiki text, users with names and keys."""
    token = "NjQ4" + "e" * 40
    people = {"pland": "JIRAUSER10100", "alice": "JIRAUSER10101", "bob": "JIRAUSER10102", "mallory": "JIRAUSER10103"}

    def settings(self):
        return {"api": self.host, "token": self.token, "projects": ["API"], "roles": [{"login": "alice", "role": "approver"}, {"login": "bob", "role": "planner"}]}

    def check_headers(self, h, body):
        if h.get("authorization") != "Bearer " + self.token:
            raise Refused(401, "Client must be authenticated to access this resource.")

    def routes(self):
        issue = r"/rest/api/2/issue/([^/]+)"
        return [("GET", "/rest/api/2/myself", lambda b, q: (200, {"key": self.people["pland"], "name": "pland"})),
                ("GET", issue, lambda b, q, k: (200, self.issue(self.find(k)))),
                ("PUT", issue, self.change),
                ("GET", issue + "/comment", lambda b, q, k: (200, {"comments": [self.comment(c) for c in self.comments if c["ticket"] is self.find(k)]})),
                ("POST", issue + "/comment", lambda b, q, k: (201, self.comment(self.say(self.find(k), "pland", self.document(self.fields(b, "body")["body"]))))),
                ("PUT", issue + r"/comment/(\d+)", self.update),
                ("POST", "/rest/api/2/search", self.search)]

    def document(self, text):
        """Wiki text: what is in no block of code has no Markdown left, and every macro is one that is known."""
        blocks = text.split("{noformat}")
        plain = re.sub(r"\{\{.*?\}\}", "", "".join(blocks[::2]))
        if len(blocks) % 2 == 0 or re.search(r"\*\*|```|\]\(|^#{2,} |^- ", plain, re.M) or set(re.findall(r"(?<!\\)\{(\w+)", plain)) - {"quote"}:
            raise Refused(400, f"no wiki text: {text}")
        if len(text) > 32767:
            raise Refused(400, "The entered text is too long.")
        return text

    def comment(self, c):
        return {"id": str(c["id"]), "body": c["text"], "author": {"name": c["by"], "key": self.people[c["by"]]}, "created": iso(c["at"], "+0000")}

    def issue(self, t):
        issue = super().issue(t)
        issue["fields"]["reporter"] = {"name": t["by"], "key": self.people[t["by"]]}
        return issue

    def search(self, body, query):
        if self.fields(body, "jql", "fields", "maxResults", "startAt")["startAt"]:
            return 200, {"issues": []}
        status, found = super().search({k: v for k, v in body.items() if k != "startAt"}, query)
        return status, {"issues": found["issues"], "startAt": 0, "total": len(found["issues"])}


class Linear(System):
    kind, token = "linear", "lin_api_" + "d" * 40
    people = {"pland": "00000000-0000-4000-8000-000000000001", "alice": "00000000-0000-4000-8000-000000000002", "bob": "00000000-0000-4000-8000-000000000003",
              "mallory": "00000000-0000-4000-8000-000000000004"}

    def settings(self):
        return {"api": self.host + "/graphql", "token": self.token, "projects": ["API"],
                "roles": [{"login": "alice@acme.example", "role": "approver"}, {"login": self.people["bob"], "role": "planner"}]}

    def check_headers(self, h, body):
        if h.get("authorization") != self.token:
            raise Refused(401, "authentication required")

    def routes(self):
        return [("POST", "/graphql", self.graphql)]

    queries = {
        "query($id:String!){issue(id:$id){parent{id} relations(first:20){nodes{type relatedIssue{id}}} inverseRelations(first:20){nodes{type issue{id}}} "
        "attachments(first:20){nodes{title url}}}}": lambda s, v: {"issue": s.find(v["id"]).get("around", {"parent": None})},
        "query{viewer{id}}": lambda s, v: {"viewer": {"id": s.people["pland"]}},
        "query($id:String!){issue(id:$id){ISSUE}}": lambda s, v: {"issue": s.issue(s.find(v["id"]))},
        "query($id:String!,$after:String){issue(id:$id){comments(first:100,after:$after){nodes{id body createdAt user{id email} botActor{id}} "
        "pageInfo{hasNextPage endCursor}}}}": lambda s, v: {"issue": {"comments": s.page([s.comment(c) for c in s.comments if c["ticket"] is s.find(v["id"])])}},
        "mutation($id:String!,$body:String!){commentCreate(input:{issueId:$id,body:$body}){success comment{id}}}":
            lambda s, v: {"commentCreate": {"success": True, "comment": {"id": s.say(s.find(v["id"]), "pland", v["body"])["id"]}}},
        "mutation($id:String!,$body:String!){commentUpdate(id:$id,input:{body:$body}){success}}": lambda s, v: s.update(v["id"], v["body"]),
        "query($filter:IssueFilter,$after:String){issues(first:100,after:$after,orderBy:updatedAt,filter:$filter){nodes{ISSUE} pageInfo{hasNextPage endCursor}}}":
            lambda s, v: {"issues": s.page([s.issue(t) for t in s.tickets.values() if iso(t["updated"]) > v["filter"]["updatedAt"]["gt"]])},
    }

    def graphql(self, body, query):
        b = self.fields(body, "query", "variables")
        text = b["query"].replace("id identifier title description url createdAt updatedAt team{key} state{type} creator{id} labels{nodes{id name}}", "ISSUE")
        if text not in self.queries:
            raise Refused(400, f"a query that nobody asks: {text}")
        try:
            return 200, {"data": self.queries[text](self, b["variables"])}
        except KeyError as e:
            return 200, {"data": None, "errors": [{"message": f"Entity not found: {e}", "extensions": {"code": "INPUT_ERROR"}}]}

    def around(self, t, other, name, data):
        t["around"] = {"parent": None, "relations": {"nodes": [{"type": "blocks", "relatedIssue": {"id": other["id"]}}]}, "inverseRelations": {"nodes": []},
                       "attachments": {"nodes": [{"title": name, "url": f"https://elsewhere.example/{name}"}]}}

    def page(self, nodes):
        return {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": None}}

    def find(self, number):
        return self.tickets[number]

    def update(self, number, text):
        c = next(c for c in self.comments if c["id"] == number and c["by"] == "pland")
        c["text"] = text
        return {"commentUpdate": {"success": True}}

    def data(self, t):
        return {"id": t["id"], "identifier": t["key"], "title": t["title"], "description": t["body"], "url": f"https://linear.app/acme/issue/{t['key']}",
                "team": {"key": "API"}, "state": {"type": "completed" if t["closed"] else "started"}, "createdAt": iso(t["created"]), "updatedAt": iso(t["updated"]),
                "creatorId": self.people[t["by"]], "labels": [{"id": f"label-{x}", "name": x} for x in t["labels"]]}

    def issue(self, t):
        d = self.data(t)
        return {**{k: d[k] for k in d if k not in ("creatorId", "labels")}, "creator": {"id": d["creatorId"]}, "labels": {"nodes": d["labels"]}}

    def comment(self, c):
        return {"id": c["id"], "body": c["text"], "createdAt": iso(c["at"]), "user": {"id": self.people[c["by"]], "email": f"{c['by']}@acme.example"}, "botActor": None}

    def new(self, title, text, by="alice", labels=(), hook=True):
        at, n = self.tick(), self.number()
        t = {"id": f"issue-{n:012d}", "key": f"API-{n}", "title": title, "body": text, "by": by, "labels": list(labels), "closed": False, "created": at, "updated": at}
        self.tickets[t["id"]] = t
        if hook:
            self.deliver({"action": "create", "type": "Issue", "data": self.data(t)})
        return t

    def label(self, t, name, hook=True):
        before = [f"label-{x}" for x in t["labels"]]
        t["labels"].append(name)
        t["updated"] = self.tick()
        if hook:
            self.deliver({"action": "update", "type": "Issue", "data": self.data(t), "updatedFrom": {"labelIds": before}})

    def edit(self, t, text):
        before, t["body"], t["updated"] = t["body"], text, self.tick()
        self.deliver({"action": "update", "type": "Issue", "data": self.data(t), "updatedFrom": {"description": before}})

    def close(self, t):
        t["closed"], t["updated"] = True, self.tick()
        self.deliver({"action": "update", "type": "Issue", "data": self.data(t), "updatedFrom": {"stateId": "started"}})

    def say(self, t, by, text, hook=True):
        c = {"id": f"comment-{self.number():012d}", "text": text, "by": by, "at": self.tick(), "ticket": t}
        self.comments.append(c)
        if by != "pland" and hook:
            self.deliver({"action": "create", "type": "Comment", "actor": {"id": self.people[by], "type": "user", "email": f"{by}@acme.example", "name": by},
                          "data": {"id": c["id"], "body": text, "issueId": t["id"], "issue": {"id": t["id"], "title": t["title"]}, "userId": self.people[by],
                                   "createdAt": iso(c["at"])}})
        return c

    def key(self, t):
        return t["key"]

    def deliver(self, payload):
        raw = json.dumps({**payload, "webhookTimestamp": int(time.time() * 1000), "webhookId": "w"}).encode()
        self.post(raw, {"Linear-Signature": hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest(), "Linear-Delivery": f"l-{self.number()}",
                        "Linear-Event": payload["type"]})


SYSTEMS = {s.kind: s for s in (GitHub, GitLab, Jira, Linear)}
ALL = {**SYSTEMS, "jira-server": JiraServer}
