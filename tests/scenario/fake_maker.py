"""A made-up value for a JSON Schema: what the fake model servers answer when no answer is canned."""
import re

PATHS = re.compile(r"(?<![\w/.-])(?:[\w.-]+/)*[\w-]+\.(?:c|h|py|js|ts|go|rs|java|rb|md|sql|ya?ml|json|toml|txt)\b")
WORDS = {
    "title": "Add the feature that the ticket asks for", "name": "feature", "why": "The ticket asks for it",
    "reason": "It is the smallest change that does what is asked", "summary": "The change in two sentences.",
    "command": "make test", "commands": "make test", "symbol": "main", "language": "text", "code": "return 0;",
    "question": "Which behaviour is wanted at the limit?", "default": "Keep what is there", "body": "Some text.",
}
FORMATS = {"date-time": "2026-01-02T03:04:05Z", "date": "2026-01-02", "time": "03:04:05Z", "email": "a@example.com",
           "uri": "https://example.com/", "hostname": "example.com", "uuid": "00000000-0000-4000-8000-000000000000",
           "ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "duration": "PT1H"}


class Maker:
    """Makes up a value for a JSON Schema, from the prompt and a counter only."""

    def __init__(self, root, prompt):
        self.root = root
        self.paths = sorted(set(PATHS.findall(prompt)), key=prompt.find)[:50] or ["README.md"]
        self.n = 0

    def make(self, schema, key="", depth=0):
        if not isinstance(schema, dict) or depth > 40:
            return None
        if "$ref" in schema:
            return self.make(self.resolve(schema["$ref"]), key, depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return next((v for v in schema["enum"] if v is not None), None)
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                return self.choose(schema[word], key, depth)
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = next((k for k in kind if k != "null"), "null")
        return getattr(self, "make_" + kind)(schema, key, depth)

    def resolve(self, ref):
        at = self.root
        for part in ref.lstrip("#/").split("/"):
            at = at.get(part.replace("~1", "/").replace("~0", "~"), {}) if part else at
        return at

    def choose(self, members, key, depth):
        if key == "requests" and any(m.get("type") == "null" for m in members):
            return None
        return self.make(next((m for m in members if m.get("type") != "null"), {"type": "null"}), key, depth + 1)

    def make_object(self, schema, key, depth):
        return {k: self.make(s, k, depth + 1) for k, s in schema.get("properties", {}).items()}

    def make_array(self, schema, key, depth):
        least, most = schema.get("minItems", 0), schema.get("maxItems", 2)
        if key == "requests" and least == 0:
            return []
        self.n += 1
        count = max(least, min(most, 1 + self.n % 2))
        return [self.make(schema.get("items", {}), key.rstrip("s"), depth + 1) for _ in range(count)]

    def make_string(self, schema, key, depth):
        self.n += 1
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        if re.search(r"path|file|evidence", key):
            text = self.paths[self.n % len(self.paths)]
        elif key in ("id", "key") or key.endswith("_id"):
            text = f"x{self.n}"
        else:
            text = WORDS.get(key, f"{key.replace('_', ' ').capitalize() or 'Text'} number {self.n} of this answer.")
        return text.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 10_000)]

    def make_integer(self, schema, key, depth):
        return max(schema.get("minimum", 1), min(1 + self.n % 5, schema.get("maximum", 5)))

    def make_number(self, schema, key, depth):
        return max(schema.get("minimum", 0), min(0.5, schema.get("maximum", 0.5)))

    def make_boolean(self, schema, key, depth):
        return False

    def make_null(self, schema, key, depth):
        return None
