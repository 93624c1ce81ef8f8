"""Git over HTTP for tests: git's own http-backend behind a small server on loopback, and the ways a server can be bad."""
import base64
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import CLEAN_ENV

BACKEND = "/usr/lib/git-core/git-http-backend"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body of an answer waits until its head is acknowledged: 40 ms

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def serve(self):
        server = self.server.git
        path, _, query = self.path.partition("?")
        server.seen.append((self.command, self.path, dict(self.headers)))
        bad = server.bad.get(path.strip("/").split("/")[0])
        if bad:
            return bad(self)
        if server.auth and self.headers.get("Authorization") != "Basic " + base64.b64encode(server.auth.encode()).decode():
            return self.plain(401, f"no entry for {self.headers.get('Authorization')}", {"WWW-Authenticate": 'Basic realm="git"'})
        self.backend(path, query)

    def plain(self, status, text="", headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), "Content-Type": "text/plain", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def backend(self, path, query):
        body = self.body()
        env = {**CLEAN_ENV, "GIT_PROJECT_ROOT": str(self.server.git.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
               "QUERY_STRING": query, "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
               "CONTENT_LENGTH": str(len(body)), "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
               "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "REMOTE_ADDR": "127.0.0.1",
               "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
        out = subprocess.run([BACKEND], input=body, capture_output=True, env=env, timeout=60).stdout
        head, _, rest = out.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line]
        status = next((int(v.split()[0]) for k, v in lines if k == "Status"), 200)
        self.send_response(status)
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest)


def pkt(text):
    return f"{len(text) + 4:04x}".encode() + text


class GitServer:
    """Serves the bare repositories below root. auth: "user:password" or None; bad: first folder of a path → what to do."""

    def __init__(self, root, auth=None):
        self.root, self.auth, self.seen, self.bad = root, auth, [], {}
        self.released = threading.Event()
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads, self.httpd.git = True, self
        self.url = f"http://127.0.0.1:{self.httpd.server_address[1]}"
        threading.Thread(target=self.httpd.serve_forever, daemon=True).start()

    def publish(self, folder, name):
        """A bare copy of a repository, and its URL."""
        target = self.root / name
        subprocess.run(["git", "clone", "-q", "--bare", str(folder), str(target)], check=True, env=CLEAN_ENV)
        return f"{self.url}/{name}"

    def redirect(self, to):
        return lambda h: h.plain(301, "", {"Location": to + h.path[h.path.index("/", 1):]})

    def hang(self, h):
        """Takes the request and says nothing more until the test is over."""
        self.released.wait(120)

    def endless(self, h, objects=100000):
        """A listing as it should be, then a pack of so many objects, most of which never come."""
        body = h.body()
        if h.command == "GET":
            text = (pkt(b"# service=git-upload-pack\n") + b"0000" + pkt(b"version 2\n") + pkt(b"ls-refs\n") +
                    pkt(b"fetch\n") + pkt(b"object-format=sha1\n") + b"0000")
            h.send_response(200)
            h.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
            h.send_header("Content-Length", str(len(text)))
            h.end_headers()
            h.wfile.write(text)
        elif b"command=ls-refs" in body:
            text = pkt(b"1" * 40 + b" HEAD symref-target:refs/heads/main\n") + pkt(b"1" * 40 + b" refs/heads/main\n") + b"0000"
            h.send_response(200)
            h.send_header("Content-Type", "application/x-git-upload-pack-result")
            h.send_header("Content-Length", str(len(text)))
            h.end_headers()
            h.wfile.write(text)
        else:
            h.send_response(200)
            h.send_header("Content-Type", "application/x-git-upload-pack-result")
            h.send_header("Connection", "close")
            h.end_headers()
            h.close_connection = True
            try:
                h.wfile.write(pkt(b"packfile\n") + pkt(b"\x01PACK" + (2).to_bytes(4, "big") + objects.to_bytes(4, "big")))
                blob = stored_blob()
                while not self.released.is_set():
                    for at in range(0, len(blob), 65000):
                        h.wfile.write(pkt(b"\x01" + blob[at:at + 65000]))
            except OSError:
                pass

    def stop(self):
        self.released.set()
        self.httpd.shutdown()
        self.httpd.server_close()


def stored_blob():
    """One object of a pack: a blob of a megabyte that does not compress, differing from run to run."""
    import zlib
    data = os.urandom(1 << 20)
    size, head = len(data), []
    first = (3 << 4) | (size & 15)
    size >>= 4
    while size:
        head.append(first | 0x80)
        first, size = size & 127, size >> 7
    head.append(first)
    return bytes(head) + zlib.compress(data, 0)
