"""What the vendors refuse, as far as their documents and error messages say: requests that a lenient fake would take."""
import json
import re

NAME = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
STRICT = {"type", "properties", "required", "items", "enum", "const", "anyOf", "additionalProperties", "description", "$ref", "$defs",
          "minItems", "maxItems", "pattern", "format", "minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"}
AZURE = STRICT - {"minItems", "maxItems", "pattern", "format", "minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"}
MESSAGES = (STRICT - {"maxItems", "pattern", "minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"}) | {"allOf"}
# properties, depth, values of enums, characters of names and values; members that are optional or of several types
OPENAI_LIMITS = {"properties": 5000, "depth": 10, "values": 1000, "characters": 120_000}
AZURE_LIMITS = {"properties": 100, "depth": 5, "values": 500, "characters": 15_000}
MESSAGES_LIMITS = {"optional": 24, "unions": 16}


class Refused(Exception):
    """With the words of the refusal."""


def refuse(bad, words):
    if bad:
        raise Refused(words)


def nothing(schema):
    """The least that fits a schema."""
    kind = schema.get("type", "null" if "anyOf" in schema else "object")
    if kind == "object":
        return {name: nothing(member) for name, member in schema.get("properties", {}).items()}
    empty = {"array": [], "string": schema.get("enum", [""])[0], "integer": 0, "number": 0, "boolean": False}
    return None if isinstance(kind, list) else empty.get(kind)


class Judge:
    def __init__(self, where, keywords, limits, all_required):
        self.where, self.keywords, self.limits, self.all_required = where, keywords, limits, all_required
        self.count = dict.fromkeys(("properties", "depth", "values", "characters", "optional", "unions"), 0)

    def schema(self, schema):
        refuse(schema.get("type") != "object" or "anyOf" in schema, f"Invalid schema for {self.where}: the root must be an object")
        self.walk(schema, 0)
        for what, most in self.limits.items():
            refuse(self.count[what] > most, f"Invalid schema for {self.where}: too many {what}: {self.count[what]}, the limit is {most}")
        return self.count

    def walk(self, schema, depth):
        other = set(schema) - self.keywords
        refuse(other, f"Invalid schema for {self.where}: '{min(other, default='')}' is not permitted.")
        refuse("minItems" in schema and self.keywords is MESSAGES and schema["minItems"] > 1, f"{self.where}: minItems of more than 1")
        self.count["values"] += len(schema.get("enum", []))
        self.count["characters"] += sum(len(str(v)) for v in schema.get("enum", []))
        for member in schema.get("anyOf", []):
            self.walk(member, depth)
        if "items" in schema:
            self.walk(schema["items"], depth)
        if schema.get("type") == "object":
            self.members(schema, depth + 1)

    def members(self, schema, depth):
        properties, required = schema.get("properties", {}), schema.get("required", [])
        refuse(schema.get("additionalProperties") is not False, f"Invalid schema for {self.where}: 'additionalProperties' is required to be supplied and to be false.")
        left = set(properties) - set(required)
        refuse(self.all_required and left, f"Invalid schema for {self.where}: 'required' must have every key in properties. Missing '{min(left, default='')}'.")
        self.count["depth"] = max(self.count["depth"], depth)
        self.count["properties"] += len(properties)
        self.count["optional"] += len(left)
        for name, member in properties.items():
            self.count["characters"] += len(name)
            self.count["unions"] += "anyOf" in member or isinstance(member.get("type"), list)
            self.walk(member, depth)


def openai_schema(schema, azure=False):
    return Judge("response_format", AZURE if azure else STRICT, AZURE_LIMITS if azure else OPENAI_LIMITS, True).schema(schema)


def anthropic_schema(schema):
    return Judge("output_config.format.schema", MESSAGES, MESSAGES_LIMITS, False).schema(schema)


def openai_request(request):
    form = request.get("response_format") or {}
    if form.get("type") == "json_schema":
        refuse(not NAME.match(form["json_schema"]["name"]), "Invalid 'response_format.json_schema.name'")
        if form["json_schema"].get("strict"):
            openai_schema(form["json_schema"]["schema"])
    if form.get("type") == "json_object":
        refuse("json" not in json.dumps(request["messages"]).lower(), "'messages' must contain the word 'json' in some form")
    names = [tool["function"]["name"] for tool in request.get("tools", [])]
    choice = request.get("tool_choice")
    refuse(choice is not None and not names, "'tool_choice' is only allowed when 'tools' are specified.")
    refuse("parallel_tool_calls" in request and not names, "'parallel_tool_calls' is only allowed when 'tools' are specified.")
    refuse(isinstance(choice, dict) and choice["function"]["name"] not in names, "tool_choice names a tool that is not in 'tools'")
    refuse(any(not NAME.match(name) for name in names) or len(set(names)) != len(names), "Invalid 'tools': names")
    openai_turns(request["messages"])


def openai_turns(messages):
    """Every call has its result, right behind it."""
    waiting = []
    for message in messages:
        if message["role"] == "tool":
            refuse(message["tool_call_id"] not in waiting, "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'")
            waiting.remove(message["tool_call_id"])
            continue
        refuse(waiting, f"An assistant message with 'tool_calls' must be followed by tool messages: {waiting}")
        for call in message.get("tool_calls", []):
            refuse(not isinstance(json.loads(call["function"]["arguments"]), dict), "arguments")
            waiting.append(call["id"])
        refuse(not isinstance(message["content"], str) and not waiting, "content: expected a string")
    refuse(waiting, f"An assistant message with 'tool_calls' must be followed by tool messages: {waiting}")


def anthropic_request(request):
    refuse(request["max_tokens"] <= 0, "max_tokens: must be greater than 0")
    for name in ("temperature", "top_p", "top_k"):
        refuse(name in request, f"{name}: Extra inputs are not permitted")
    form = (request.get("output_config") or {}).get("format")
    if form:
        anthropic_schema(form["schema"])
    names = [tool["name"] for tool in request.get("tools", [])]
    choice = request.get("tool_choice") or {"type": "auto"}
    refuse(any(not NAME.match(name) for name in names) or len(set(names)) != len(names), "tools: names must be unique")
    refuse(any(t["input_schema"].get("type") != "object" for t in request.get("tools", [])), "tools.0.input_schema.type: Field required")
    refuse(choice["type"] == "tool" and choice["name"] not in names, f"Tool '{choice.get('name')}' not found in provided tools")
    refuse(choice["type"] == "any" and not names, "tool_choice may only be specified while providing tools.")
    refuse(sum("cache_control" in block for block in request["system"]) > 4, "A maximum of 4 blocks with cache_control may be provided.")
    anthropic_turns(request["messages"])


def anthropic_turns(messages):
    refuse(messages[-1]["role"] != "user", "This model does not support assistant message prefill.")
    waiting = []
    for message in messages:
        blocks = message["content"] if isinstance(message["content"], list) else [{"type": "text", "text": message["content"]}]
        refuse(any(b["type"] == "text" and not b["text"].strip() for b in blocks), "messages: text content blocks must be non-empty")
        given = [b["tool_use_id"] for b in blocks if b["type"] == "tool_result"]
        refuse(sorted(given) != sorted(waiting), f"tool_use ids were found without tool_result blocks immediately after: {waiting}")
        waiting = [b["id"] for b in blocks if b["type"] == "tool_use"]
        refuse(any(not isinstance(b["input"], dict) for b in blocks if b["type"] == "tool_use"), "input: Input should be a valid dictionary")
