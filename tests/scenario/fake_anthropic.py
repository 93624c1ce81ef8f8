#!/usr/bin/env python3
"""A fake server with Anthropic's Messages interface: what fake_openai.py says about options, answers and failures holds here,
too. POST …/messages.

It counts tokens as the vendor bills them. Its cache holds every prefix (tools, system) that a request marked with
cache_control: a request whose own marked prefix is known reads it (cache_read_input_tokens), else it is written
(cache_creation_input_tokens); another list of tools or another output_config.format is another prefix.
"""

import hashlib
import json

import fake_vendors
from fake_openai import ERRORS, Fake, Server, main

TYPES = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
         404: "not_found_error", 409: "conflict_error", 413: "request_too_large", 429: "rate_limit_error",
         500: "api_error", 504: "timeout_error", 529: "overloaded_error"}


def tokens(value):
    return len(value if isinstance(value, str) else json.dumps(value)) // 4 + 1


class Anthropic(Fake):
    PATH = "/messages"

    def __init__(self, options):
        super().__init__(options)
        self.cached = set()

    @staticmethod
    def key_of(headers):
        return headers.get("x-api-key", "")

    @staticmethod
    def calls_tool(request):
        return request.get("tools") and request["tool_choice"]["type"] != "none"

    @staticmethod
    def prompt_of(request):
        said = [block["text"] for block in request["system"]]
        for message in request["messages"]:
            content = message["content"]
            said += [content] if isinstance(content, str) else [b["content"] for b in content if b["type"] == "tool_result"]
        return "\n".join(said)

    def judge(self, request):
        fake_vendors.anthropic_request(request)

    @staticmethod
    def may_choose(request):
        return request["tool_choice"]["type"] == "any"

    @staticmethod
    def tools_of(request):
        return {t["name"]: t["input_schema"] for t in request["tools"]}

    def schema_of(self, request):
        text = request["messages"][0]["content"]
        if self.calls_tool(request):
            name = request["tool_choice"].get("name") or self.task_of(text)
            return name, self.tools_of(request)[name]
        form = (request.get("output_config") or {}).get("format")
        step, schema = self.schema_in_words(text + "JSON Schema:" + json.dumps(form["schema"]) if form else text, "text")
        return step, schema

    def usage_of(self, request, prompt, text):
        prefix = [request["model"], request.get("tools"), request.get("output_config"), [b["text"] for b in request["system"]]]
        size = tokens(request.get("tools") or "") + sum(tokens(b["text"]) for b in request["system"])
        rest = sum(tokens(m["content"]) for m in request["messages"])
        usage = {"input_tokens": size + rest, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        if any("cache_control" in block for block in request["system"]):
            known = hashlib.sha256(json.dumps(prefix).encode()).digest()
            kind = "cache_read_input_tokens" if known in self.cached else "cache_creation_input_tokens"
            usage |= {"input_tokens": rest, kind: size}
            self.cached.add(known)
        return {**usage, "output_tokens": tokens(text)}

    def whole(self, request, text, usage):
        tool = self.calls_tool(request)
        block = {"type": "tool_use", "id": "t1", "name": self.called, "input": json.loads(text)} if tool else {"type": "text", "text": text}
        return {"id": "m1", "type": "message", "role": "assistant", "model": request["model"], "content": [block],
                "stop_reason": "tool_use" if tool else "end_turn", "usage": usage}

    async def refuse(self, writer, what, said=None):
        special = {"quota": (402, "Your credit balance is too low"), "skew": (429, "Slow down"),
                   "too-long": (400, "prompt is too long: 210000 tokens > 200000 maximum")}
        status, words = special.get(what) or (int(what), ERRORS.get(int(what), ("", "", "Overloaded"))[2])
        error = {"type": "error", "error": {"type": TYPES.get(status, "api_error"), "message": said or words}, "request_id": "req_x"}
        return await self.document(writer, status, error, self.wait_header(what, status))

    def first_events(self, request, text, usage, fail):
        tool = self.calls_tool(request)
        start = {**usage, "output_tokens": 1}
        events = [{"type": "message_start", "message": {"id": "m1", "type": "message", "role": "assistant", "content": [],
                   "model": request["model"], "stop_reason": None, "usage": start}},
                  {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
                  {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm {"}},
                  {"type": "content_block_stop", "index": 0}, {"type": "ping"}, {"type": "of_the_future", "x": 1}]
        if fail == "refusal":
            return [self.event(e) for e in events]
        if tool:
            events += [{"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
                       {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Here it is."}},
                       {"type": "content_block_stop", "index": 1}]
        block = {"type": "tool_use", "id": "t1", "name": self.called, "input": {}} if tool else {"type": "text", "text": ""}
        events.append({"type": "content_block_start", "index": 2, "content_block": block})
        for at in range(0, len(text), self.o.chunk):
            part = text[at: at + self.o.chunk]
            delta = {"type": "input_json_delta", "partial_json": part} if tool else {"type": "text_delta", "text": part}
            events.append({"type": "content_block_delta", "index": 2, "delta": delta})
        return [self.event(e) for e in events]

    def last_events(self, request, usage, fail):
        if fail == "cut":
            return []
        if fail == "error":
            return [self.event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})]
        reason = {"length": "max_tokens", "refusal": "refusal"}.get(fail) or ("tool_use" if self.calls_tool(request) else "end_turn")
        return [self.event(e) for e in (
            {"type": "content_block_stop", "index": 2},
            {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": usage["output_tokens"]}},
            {"type": "message_stop"})]

    @staticmethod
    def event(value):
        return f"event: {value['type']}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


class AnthropicServer(Server):
    PROGRAM, API = __file__, "anthropic"


if __name__ == "__main__":
    main(Anthropic, __doc__)
