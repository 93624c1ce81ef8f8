"""Holds answers against api/openapi.yaml: path, method, status, headers, media type, body. What the document does not
name is as wrong as what it names differently. check_answer() takes an answer of requests, check_response() its parts."""
import functools
import hashlib
import json
import re
import threading
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import yaml

DOCUMENT = Path(__file__).resolve().parents[2] / "api/openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch")
# Of every answer, or of the connection; not worth a line at each answer of the document.
GENERIC = {"date", "content-length", "content-type", "connection", "x-content-type-options", "referrer-policy"}
# What is answered before it is known what was asked for, so that nothing of the document applies but the problem itself.
UNKNOWN = {400, 404, 405, 408, 413, 414, 415, 429, 431, 500, 503}


class Undocumented(AssertionError):
    pass


# --- the document ----------------------------------------------------------------------------------------------------
@functools.lru_cache(None)
def document():
    with open(DOCUMENT, encoding="utf-8") as file:
        return yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def resolve(value):
    """Follows local references."""
    while isinstance(value, dict) and "$ref" in value:
        at = document()
        for part in value["$ref"][2:].split("/"):
            at = at[part.replace("~1", "/").replace("~0", "~")]
        value = at
    return value


@functools.lru_cache(None)
def operations():
    """[(method in capitals, path, pattern, operation)], paths without parameters first."""
    rows = []
    for path, item in document()["paths"].items():
        pattern = re.compile("/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/")))
        rows += [(method.upper(), path, pattern, item[method]) for method in METHODS if method in item]
    return sorted(rows, key=lambda row: row[1].count("{"))


def operation_of(method, path):
    wanted = "GET" if method == "HEAD" else method
    return next((row for row in operations() if row[0] == wanted and row[2].fullmatch(path)), None)


def methods_of(path):
    """As the Allow header names them."""
    found = {row[0] for row in operations() if row[2].fullmatch(path)}
    return found | ({"HEAD"} if "GET" in found else set()) | {"OPTIONS"}


def response_of(operation, status):
    """The documented answer; `default` stands for the statuses that it lists."""
    listed = operation["responses"].get(str(status))
    if listed is not None:
        return resolve(listed)
    rest = resolve(operation["responses"].get("default", {}))
    return rest if status in rest.get("x-statuses", ()) else None


# --- schemas ---------------------------------------------------------------------------------------------------------
ONE_AT_A_TIME = threading.Lock()  # a resolver keeps a stack of where it is, and tests have threads


@functools.lru_cache(None)
def resolver():
    return jsonschema.RefResolver("", document())


RIGHT = set()  # (reference, value) found right before, by digest: the same plan comes in hundreds of answers
refer = jsonschema.Draft202012Validator.VALIDATORS["$ref"]


def refer_once(validator, ref, value, schema):
    """`$ref`, but what was right once is not gone through again."""
    key = hashlib.blake2b(f"{ref}\n{json.dumps(value)}".encode(), digest_size=16).digest()
    if key in RIGHT:
        return
    errors = list(refer(validator, ref, value, schema))
    if not errors:
        RIGHT.add(key)
    yield from errors


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"$ref": refer_once})


@functools.lru_cache(None)
def validator(text):
    return Validator(json.loads(text), resolver=resolver())


def check_value(schema, value, what):
    """Undocumented, with the place, unless the value is as the schema says."""
    with ONE_AT_A_TIME:
        error = jsonschema.exceptions.best_match(validator(json.dumps(schema)).iter_errors(value))
    if error is None:
        return
    at = "/" + "/".join(str(part) for part in error.absolute_path)
    raise Undocumented(f"{what} at {at}: {error.message[:800]}")


# --- parts of an answer ----------------------------------------------------------------------------------------------
def check_headers(response, headers, what):
    documented = {name.lower(): (name, resolve(header)) for name, header in response.get("headers", {}).items()}
    for low, (name, header) in documented.items():
        value = headers.get(low)
        if value is None:
            if header.get("required"):
                raise Undocumented(f"{what}: the header {name} is missing")
            continue
        schema = resolve(header["schema"])
        check_value(schema, int(value) if schema.get("type") == "integer" else value, f"{what}: header {name}")
    for name in set(headers) - set(documented) - GENERIC:
        raise Undocumented(f"{what}: the header {name} is not documented")


def check_body(response, kind, body, what):
    content = response.get("content", {})
    if not content:
        if body or kind:
            raise Undocumented(f"{what}: has a body ({kind}), and none is documented")
        return
    if kind not in content:
        raise Undocumented(f"{what}: is {kind}; documented are {', '.join(content)}")
    value = json.loads(body) if kind.endswith("json") else body.decode("utf-8")
    check_value(content[kind]["schema"], value, what)
    if kind == "application/problem+json":
        check_problem(value, what)


def check_problem(value, what):
    status = int(what.rsplit(" ", 1)[1])
    if value.get("status", status) != status:
        raise Undocumented(f"{what}: the body says {value['status']}")


def check_unknown(method, path, status, headers, kind, body, what):
    """Nobody's address, or nobody's method."""
    allowed = methods_of(path)
    known = allowed != {"OPTIONS"}
    if method == "OPTIONS" and status == 204:
        expected = allowed if known else None
    elif status in UNKNOWN and kind == "application/problem+json":
        if body and method != "HEAD":
            check_body(resolve({"$ref": "#/components/responses/Refused"}), kind, body, what)
        expected = allowed if status == 405 else None
    else:
        raise Undocumented(f"{what}: there is no such operation in the document")
    if expected and set(headers.get("allow", "").split(", ")) != expected:
        raise Undocumented(f"{what}: Allow is {headers.get('allow')}, the document has {sorted(expected)}")


# --- the whole -------------------------------------------------------------------------------------------------------
def check_response(method, path, status, headers, body):
    """Raises Undocumented unless the document has exactly this. path has no query; body is bytes."""
    headers = {name.lower(): value for name, value in headers.items()}
    kind = headers.get("content-type", "").split(";")[0].strip()
    what = f"{method} {path} → {status}"
    if status == 431 and "api-version" not in headers:
        return None  # the HTTP library's own, before pland has seen anything
    row = operation_of(method, path)
    if row is None:
        return check_unknown(method, path, status, headers, kind, body, what)
    response = response_of(row[3], status)
    if response is None:
        raise Undocumented(f"{what}: {method} {row[1]} has no such status in the document")
    if "api-version" in headers or status < 400:  # a connection that was cut short is answered by less
        check_headers(response, headers, what)
    if method == "HEAD":
        return None
    return check_body(response, kind, body, what)


def check_answer(answer):
    """The same for an answer of requests; gives it back."""
    check_response(answer.request.method, urlsplit(answer.request.url).path, answer.status_code, answer.headers, answer.content)
    return answer
