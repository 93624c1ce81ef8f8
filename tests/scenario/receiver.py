"""The other end of a webhook: keeps what it gets, answers what the test says, checks Standard Webhooks signatures."""
import base64
import hashlib
import hmac
import http.server
import json
import threading
import time


def sign(secret, delivery, at, body):
    """Signature by Standard Webhooks, written from its text: HMAC-SHA256 over id.timestamp.body."""
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    mac = hmac.new(key, f"{delivery}.{at}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


class Receiver:
    def __init__(self):
        self.got, self.answers, self.news = [], [], threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with receiver.news:
                    status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
                    receiver.got.append({"headers": {k.lower(): v for k, v in self.headers.items()}, "raw": body,
                                         "body": json.loads(body), "path": self.path, "status": status})
                    receiver.news.notify_all()
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def wait(self, found, timeout=60):
        """The first delivery that `found` likes."""
        deadline = time.monotonic() + timeout
        with self.news:
            while True:
                for delivery in self.got:
                    if found(delivery):
                        return delivery
                left = deadline - time.monotonic()
                assert left > 0 and self.news.wait(left), [d["body"]["type"] for d in self.got]

    def of(self, kind, **kwargs):
        return self.wait(lambda d: d["body"]["type"] == kind, **kwargs)


def verified(delivery, secret):
    h = delivery["headers"]
    wanted = sign(secret, h["webhook-id"], h["webhook-timestamp"], delivery["raw"])
    return wanted in h["webhook-signature"].split(" ") and abs(time.time() - int(h["webhook-timestamp"])) < 300
