#!/usr/bin/env python3
"""A fake OpenAI-compatible model server for scenario tests and benches. Standard library only, one asyncio loop; it
holds thousands of streaming answers at once.

From a shell:

    tests/scenario/fake_openai.py --port 0            # prints the port on its first line, then serves until SIGTERM
    curl http://127.0.0.1:PORT/stats                  # {"requests":3,"active":1,"peak":2,"gone":0,"by_step":{...}}
    curl -d '{"fail":"429:2"}' http://127.0.0.1:PORT/control      # changes fail, delay_ms, chunk_delay_ms as it runs

From Python:

    from fake_openai import Server
    with Server(fail="429:2", delay_ms=50) as model:
        model.base_url      # "http://127.0.0.1:PORT/v1", for the provider's base URL
        model.stats()       # as above
        model.requests()    # the log, a list of dicts
        model.control(fail="")

It answers POST …/chat/completions (streamed or not) and GET …/models. The answer to a request is, in this order:

  1. with --answers DIR: DIR/NAME.K.json for the K-th request (from 1) that asks for schema NAME, else DIR/NAME.json;
  2. JSON made up from the schema in response_format (or, where a client puts the schema into the system text, from
     there): strings are short texts that suit their property's name, those named like paths repeat paths found in the
     prompt, enums take their first value, arrays have 1-2 items, unions their first member that is not null. A property
     called "requests" stays empty, so that no step asks for more reading for ever. Same request, same answer.

--fail SPEC is a comma-separated list of [NAME=]KIND[:COUNT]. Each item strikes its first COUNT requests (without COUNT:
all), only those for schema NAME when given; the first item that applies wins. KIND is
  a number     that HTTP status with an OpenAI error body (429 and 503 carry retry-after-ms, see --retry-after-ms)
  quota        429 insufficient_quota          too-long   400 context_length_exceeded
  reset        the connection is reset in the middle of the stream
  cut          the stream ends in the middle, without finish_reason
  error        an error event in the middle of the stream
  hang         silence in the middle of the stream, until the client leaves
  silent       not even a head, until the client leaves
  length       half of the answer with finish_reason "length"
  refusal      a refusal instead of an answer
  bad-json     an answer that is not JSON      bad-schema  a JSON object that fits no schema
  prose        the answer inside a code fence with words around it
  empty        a stream without an event       html        a page instead of a stream
  bytes        every byte a chunk of its own   crlf        lines end in CR LF
  utf8         as it is, with chunks that end inside characters
  no-type      the stream is called text/plain
  comments     a comment between all events    long-line   a line of 10 MB before the answer
  gzip         compressed, although nobody asked
  skew         429 with a Retry-After date by a clock that is an hour ahead

--log FILE gets one JSON line per request, on arrival: n, time, step (the schema's name), fail, model, stream,
prompt_sha256, prompt_chars, authorized, traceparent, and with --log-prompts the messages.
"""

import argparse
import asyncio
import email.utils
import gzip
import hashlib
import json
import os
import re
import resource
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import urllib.request

import fake_vendors
from fake_maker import Maker

ERRORS = {
    400: ("invalid_request_error", None, "Bad request"),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key"),
    402: ("billing_error", None, "Your credit balance is used up"),
    403: ("permission_error", None, "Not allowed"),
    404: ("invalid_request_error", "model_not_found", "No such model"),
    413: ("invalid_request_error", None, "Request too large"),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached"),
    503: ("unavailable_error", None, "Loading model"),
}


WIRE = ("empty", "html", "crlf", "comments", "long-line", "gzip", "bytes", "utf8", "no-type")


class Failures:
    """The parsed --fail list; take() says what strikes a request."""

    def __init__(self, spec):
        self.items = []
        for item in filter(None, (spec or "").split(",")):
            name, _, rest = item.strip().rpartition("=")
            kind, _, count = rest.partition(":")
            self.items.append([name, kind, int(count) if count else -1])

    def take(self, step):
        for item in self.items:
            if item[2] != 0 and item[0] in ("", step):
                item[2] -= item[2] > 0
                return item[1]
        return ""


class Gone(Exception):
    """The client has closed its side."""


class Fake:
    PATH = "/chat/completions"

    def __init__(self, options):
        self.o = options
        self.failures, self.rest = Failures(options.fail), ""
        self.log = open(options.log, "a", buffering=1, encoding="utf-8") if options.log else None
        self.count = {"requests": 0, "active": 0, "peak": 0, "gone": 0, "by_step": {}}

    # -- HTTP ---------------------------------------------------------------------------------------------------

    async def connection(self, reader, writer):
        try:
            while await self.one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        except Gone:
            self.count["gone"] += 1
        finally:
            writer.close()

    async def one(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        method, target = lines[0].split(" ")[:2]
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = target.partition("?")[0]
        if method == "POST" and path.endswith(self.PATH):
            return await self.completion(reader, writer, headers, body)
        if method == "POST" and path == "/control":
            self.control(json.loads(body))
            return await self.document(writer, 200, {})
        if path == "/stats":
            return await self.document(writer, 200, self.count)
        if path.endswith("/models"):
            return await self.document(writer, 200, {"object": "list", "data": [{"id": "fake", "object": "model"}]})
        return await self.document(writer, 404, {"error": {"message": "no such path", "type": "invalid_request_error"}})

    async def document(self, writer, status, value, extra=""):
        data = json.dumps(value).encode()
        writer.write((f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
                      f"x-request-id: req_{self.count['requests']}\r\n{extra}\r\n").encode() + data)
        await writer.drain()
        return True

    # -- what the vendor refuses --------------------------------------------------------------------------------

    def judge(self, request):
        """Refuses what the vendor's interface refuses, whatever the answer would be."""
        fake_vendors.openai_request(request)

    def judge_options(self, request):
        for member in filter(None, self.o.refuse.split(",")):
            if json.dumps(member)[1:-1] in json.dumps(request):
                raise fake_vendors.Refused(f"Unsupported value: '{member}' is not supported with this model.")

    def by_tool(self, request, step, schema, text):
        """By tools a model looks with one tool and answers with another: the canned answer says which it is."""
        self.called = step
        if not self.calls_tool(request) or "requests" not in text:
            return text
        answer = json.loads(text)
        looks = answer.get("requests") and "look" in self.tools_of(request) and self.may_choose(request)
        self.called = "look" if looks else step
        if not looks and "requests" not in schema["properties"]:
            answer.pop("requests")
        return json.dumps({"requests": answer["requests"]} if looks else answer, ensure_ascii=False)

    @staticmethod
    def may_choose(request):
        return request["tool_choice"] == "required"

    def control(self, change):
        if "fail" in change:
            self.failures = Failures(change["fail"])
        for name in ("delay_ms", "chunk_delay_ms"):
            setattr(self.o, name, change.get(name, getattr(self.o, name)))

    # -- one completion -----------------------------------------------------------------------------------------

    async def completion(self, reader, writer, headers, body):
        try:
            request = json.loads(body)
            prompt = self.prompt_of(request)
            self.judge(request)
            self.judge_options(request)
        except fake_vendors.Refused as refused:
            return await self.refuse(writer, 400, str(refused))
        except (ValueError, KeyError, TypeError, AssertionError):
            return await self.refuse(writer, 400)
        step, schema = self.schema_of(request)
        fail = self.failures.take(step)
        number = self.note(request, headers, prompt, step, fail)
        self.count["active"] += 1
        self.count["peak"] = max(self.count["peak"], self.count["active"])
        try:
            if fail == "silent":
                await self.silence(reader)
            while self.count["peak"] < self.o.gather:
                await self.pause(reader, 10)
            await self.pause(reader, self.o.delay_ms)
            if self.o.key and self.key_of(headers) != self.o.key:
                return await self.refuse(writer, 401)
            if fail.isdigit() or fail in ("quota", "too-long", "skew"):
                return await self.refuse(writer, fail)
            text = self.by_tool(request, step, schema, self.answer(step, schema, prompt, number, fail))
            usage = self.usage_of(request, prompt, text)
            if not request.get("stream"):
                return await self.document(writer, 200, self.whole(request, text, usage))
            return await self.stream(reader, writer, request, text, usage, fail)
        finally:
            self.count["active"] -= 1

    @staticmethod
    def key_of(headers):
        return headers.get("authorization", "").removeprefix("Bearer ")

    @staticmethod
    def prompt_of(request):
        return "\n".join(m["content"] or "" for m in request["messages"])

    @staticmethod
    def usage_of(request, prompt, text):
        usage = {"prompt_tokens": len(prompt) // 4 + 1, "completion_tokens": len(text) // 4 + 1}
        return {**usage, "total_tokens": sum(usage.values())}

    def whole(self, request, text, usage):
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return {"id": "c1", "object": "chat.completion", "choices": [choice], "model": request.get("model"), "usage": usage}

    def schema_of(self, request):
        form = request.get("response_format") or {}
        task = next(m["content"] for m in request["messages"] if m["role"] == "user")
        if form.get("type") == "json_schema":
            return form["json_schema"].get("name", "schema"), form["json_schema"].get("schema")
        if self.calls_tool(request):
            choice = request["tool_choice"]
            name = self.task_of(task) if choice == "required" else choice["function"]["name"]
            return name, self.tools_of(request)[name]
        return self.schema_in_words(task, form.get("type", "text"))

    @staticmethod
    def tools_of(request):
        return {t["function"]["name"]: t["function"]["parameters"] for t in request["tools"]}

    @staticmethod
    def task_of(text):
        return re.findall(r"^# Task: (?:one )?(\w+)", text, re.M)[-1]

    @staticmethod
    def schema_in_words(text, kind):
        """A client that only says what it wants: the step is what the task is headed with."""
        _, mark, rest = text.rpartition("JSON Schema:")
        schema = json.JSONDecoder().raw_decode(rest.lstrip())[0] if mark else None
        title = re.findall(r"^# Task: (?:one )?(\w+)", text, re.M)
        return title[-1] if title else kind, schema

    def note(self, request, headers, prompt, step, fail):
        self.count["requests"] += 1
        number = self.count["by_step"][step] = self.count["by_step"].get(step, 0) + 1
        if self.log:
            line = {"n": self.count["requests"], "time": time.time(), "step": step, "fail": fail,
                    "model": request.get("model"), "stream": bool(request.get("stream")),
                    "prompt_sha256": hashlib.sha256(prompt.encode()).hexdigest(), "prompt_chars": len(prompt),
                    "authorized": bool(self.key_of(headers)), "traceparent": headers.get("traceparent")}
            if self.o.log_prompts:
                line.update({k: v for k, v in request.items() if k in ("messages", "system", "tools", "tool_choice")})
                line["headers"] = headers
            self.log.write(json.dumps(line) + "\n")
        return number

    def answer(self, step, schema, prompt, number, fail):
        if "Go on exactly where it stops" in prompt:
            return self.rest
        if fail == "bad-json":
            return '{"this is": not JSON'
        if fail == "bad-schema":
            return '{"no_such_property_in_any_schema": true}'
        for name in (f"{step}.{number}.json", f"{step}.json") if self.o.answers else ():
            path = os.path.join(self.o.answers, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    return self.complete(file.read(), schema)
        text = json.dumps(Maker(schema, prompt).make(schema), ensure_ascii=False) if schema else "A short answer."
        return f"Here it is:\n```json\n{text}\n```\nAnything else?" if fail == "prose" else text

    @staticmethod
    def complete(text, schema):
        """Canned answers leave out what they do not need; a vendor that keeps to the schema cannot."""
        missing = [k for k in (schema or {}).get("required", []) if f'"{k}"' not in text]
        if not missing:
            return text
        answer = json.loads(text)
        answer.update({k: fake_vendors.nothing(schema["properties"][k]) for k in missing if k not in answer})
        return json.dumps(answer, ensure_ascii=False)

    async def refuse(self, writer, what, said=None):
        special = {"quota": (429, "insufficient_quota", "You exceeded your current quota"),
                   "skew": (429, "rate_limit_exceeded", "Rate limit reached"),
                   "too-long": (400, "context_length_exceeded", "This model's maximum context length is 4096 tokens")}
        status, code, words = special.get(what) or (int(what), *ERRORS.get(int(what), ("", None, "Server error"))[1:])
        kind = ERRORS.get(status, ("server_error",))[0]
        error = {"message": said or words, "type": kind, "param": None, "code": code}
        return await self.document(writer, status, {"error": error}, self.wait_header(what, status))

    def wait_header(self, what, status):
        if what == "skew":
            there = time.time() + 3600
            date, after = (email.utils.formatdate(t, usegmt=True) for t in (there, there + 1))
            return f"Date: {date}\r\nRetry-After: {after}\r\n"
        told = status in (429, 503, 529) and self.o.retry_after_ms
        return f"retry-after-ms: {self.o.retry_after_ms}\r\n" if told else ""

    def begin(self, writer, kind="text/event-stream", extra=""):
        writer.write((f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n"
                      f"x-request-id: req_{self.count['requests']}\r\n{extra}\r\n").encode())

    async def stream(self, reader, writer, request, text, usage, fail):
        """First what comes before the fault, then the fault or the end."""
        if fail in ("length", "reset", "cut", "error", "hang"):
            text, self.rest = text[: len(text) // 2], text[len(text) // 2:]
        first = self.first_events(request, text, usage, fail)
        last = self.last_events(request, usage, fail)
        if fail in WIRE:
            return await self.wire(writer, b"".join(first + last), fail)
        self.begin(writer)
        await self.send(reader, writer, first)
        if fail == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        if fail == "hang":
            await self.silence(reader)
        writer.write(self.chunk(b"".join(last)) + b"0\r\n\r\n")
        await writer.drain()
        return True

    async def wire(self, writer, data, fail):
        """Everything is said, but oddly."""
        kind, extra, size = "text/event-stream", "", 3001
        if fail == "empty":
            data = b""
        elif fail == "html":
            kind, data = "text/html", b"<html><body>Please sign in to the network.</body></html>"
        elif fail == "crlf":
            data = data.replace(b"\n", b"\r\n")
        elif fail == "comments":
            data = data.replace(b"\n\n", b"\n\n: ping\n\n")
        elif fail == "long-line":
            data = b"data: " + b"x" * (10 << 20) + b"\n\n" + data
        elif fail == "gzip":
            data, extra = gzip.compress(data), "Content-Encoding: gzip\r\n"
        elif fail == "bytes":
            size = 1
        elif fail == "no-type":
            kind = "text/plain"
        self.begin(writer, kind, extra)
        parts = re.split(rb"(?<=[\xc2-\xf4])", data) if fail == "utf8" else [data[at: at + size] for at in range(0, len(data), size)]
        for part in parts:
            writer.write(self.chunk(part))
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    @staticmethod
    def calls_tool(request):
        return request.get("tools") and request["tool_choice"] != "none"

    def first_events(self, request, text, usage, fail):
        if fail == "refusal":
            return [self.event(request, {"refusal": "I cannot help with that."})]
        if self.calls_tool(request):
            def delta(part):
                return {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}
            opening = [self.event(request, {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": {"name": self.called, "arguments": ""}}]})]
        else:
            def delta(part):
                return {"content": part}
            opening = []
        parts = [text[at: at + self.o.chunk] for at in range(0, len(text), self.o.chunk)]
        return [self.event(request, {"role": "assistant", "content": None})] + opening + [self.event(request, delta(p)) for p in parts]

    def last_events(self, request, usage, fail):
        if fail == "error":
            return [b'data: {"error":{"message":"the slot was lost","type":"server_error","code":500}}\n\n']
        if fail == "cut":
            return []
        finish = "length" if fail == "length" else "tool_calls" if self.calls_tool(request) and fail != "refusal" else "stop"
        events = [self.event(request, {}, finish), self.event(request, None, usage=usage), b"data: [DONE]\n\n"]
        if self.o.no_usage or not (request.get("stream_options") or {}).get("include_usage"):
            del events[1]
        return events

    @staticmethod
    def event(request, delta, finish=None, usage=None):
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        value = {"id": "c1", "object": "chat.completion.chunk", "model": request.get("model"), "choices": choices,
                 "usage": usage}
        return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"

    @staticmethod
    def chunk(data):
        return b"%x\r\n%b\r\n" % (len(data), data) if data else b""

    async def send(self, reader, writer, events):
        """With a delay one event at a time, else in pieces that do not line up with events."""
        pause = self.o.chunk_delay_ms / 1000
        if not pause:
            data = b"".join(events)
            for at in range(0, len(data), 3001):
                writer.write(self.chunk(data[at: at + 3001]))
            return await writer.drain()
        for event in events:
            if reader.at_eof() or writer.transport.is_closing():
                raise Gone
            writer.write(self.chunk(event))
            await asyncio.sleep(pause)

    async def pause(self, reader, ms):
        if ms:
            await asyncio.sleep(ms / 1000)
        if reader.at_eof():
            raise Gone

    @staticmethod
    async def silence(reader):
        while not reader.at_eof():
            await reader.read(4096)
        raise Gone


class Server:
    """The fake as a child process, for tests. Keyword arguments are the options with underscores."""
    PROGRAM, API = __file__, "openai"

    def __init__(self, **options):
        self.log_path = options.get("log")
        command = [sys.executable, os.path.abspath(self.PROGRAM), "--port", "0"]
        for name, value in options.items():
            flag = "--" + name.replace("_", "-")
            command += [flag] if value is True else [flag, str(value)] if value not in (None, False) else []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the fake model server did not start: {' '.join(command)}")
        self.port = int(line)
        self.secure = ssl.create_default_context(cafile=options["tls"]) if options.get("tls") else None
        self.origin = f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"
        self.base_url = self.origin + "/v1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def fetch(self, path, data=None):
        body = None if data is None else json.dumps(data).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.secure))
        with opener.open(self.origin + path, data=body, timeout=10) as answer:
            return json.load(answer)

    def stats(self):
        return self.fetch("/stats")

    def control(self, **change):
        return self.fetch("/control", change)

    def requests(self):
        with open(self.log_path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


async def serve(options, kind):
    fake = kind(options)
    tls = None
    if options.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.tls)
    server = await asyncio.start_server(fake.connection, "127.0.0.1", options.port, backlog=4096, limit=1 << 20, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


def main(kind=Fake, about=__doc__):
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--delay-ms", type=int, default=0, help="silence before the answer's head (the model thinks)")
    parser.add_argument("--chunk", type=int, default=24, help="characters per delta")
    parser.add_argument("--gather", type=int, default=0, help="no answer before so many requests were here at once")
    parser.add_argument("--chunk-delay-ms", type=int, default=0, help="pause after each delta; 0: as fast as it goes")
    parser.add_argument("--answers", metavar="DIR", help="canned answers")
    parser.add_argument("--refuse", metavar="WORD,…", default="", help="refuse requests that have one of these in them, naming it")
    parser.add_argument("--fail", metavar="SPEC", default="", help="see above")
    parser.add_argument("--retry-after-ms", type=int, default=20, help="sent with 429, 503, 529; 0: not")
    parser.add_argument("--key", help="refuse other API keys with 401")
    parser.add_argument("--tls", metavar="FILE", help="PEM with certificate and key")
    parser.add_argument("--no-usage", action="store_true", help="leave token counts out, as some servers do")
    parser.add_argument("--log", metavar="FILE")
    parser.add_argument("--log-prompts", action="store_true")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(serve(options, kind))


if __name__ == "__main__":
    main()
