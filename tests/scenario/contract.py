"""Holds answers of the daemon against api/openapi.yaml: path, method, status, media type, body. Without the document
(a checkout in the making) nothing is checked."""
import functools
import re
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import yaml

DOCUMENT = Path(__file__).resolve().parents[2] / "api/openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch")
# What pland answers before it looks at the path: such statuses need no row of their own in each operation.
EVERYWHERE = {400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 429, 431, 503}


@functools.lru_cache(None)
def document():
    if not DOCUMENT.exists():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with open(DOCUMENT, encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)


@functools.lru_cache(None)
def operations():
    rows = []
    for path, item in document()["paths"].items():
        pattern = re.compile("/".join("[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/")))
        rows += [(method, pattern, path, item[method]) for method in METHODS if method in item]
    return sorted(rows, key=lambda row: row[2].count("{"))


def resolve(value):
    while isinstance(value, dict) and "$ref" in value:
        at = document()
        for part in value["$ref"].lstrip("#/").split("/"):
            at = at[part.replace("~1", "/").replace("~0", "~")]
        value = at
    return value


@functools.lru_cache(None)
def validator(method, path, status, kind):
    operation = next(o for m, _, p, o in operations() if (m, p) == (method, path))
    responses = {str(k): v for k, v in operation["responses"].items()}
    response = responses.get(str(status), responses.get(f"{status // 100}XX", responses.get("default")))
    assert response is not None or status in EVERYWHERE, f"the API document does not have {method} {path} → {status}"
    content = resolve(response).get("content", {}) if response else {}
    if not kind or kind not in content:
        assert not content or not kind or status in EVERYWHERE, f"{method} {path} → {status} {kind}: documented are {list(content)}"
        return None
    schema = content[kind].get("schema")
    if schema is None or "json" not in kind:
        return None
    resolver = jsonschema.RefResolver("", document())
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


def check_answer(answer):
    if document() is None:
        return
    method, path = answer.request.method.lower(), urlsplit(answer.request.url).path
    row = next((r for r in operations() if r[0] == method and r[1].fullmatch(path)), None)
    if not row:
        assert answer.status_code in (204, 400, 401, 404, 405, 414, 503), f"{method} {path} is not in the API document"
        return
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip()
    check = validator(method, row[2], answer.status_code, kind)
    if check and answer.content:
        error = next(check.iter_errors(answer.json()), None)
        assert error is None, f"{method} {path} → {answer.status_code} at {list(error.absolute_path)}: {error.message[:1000]}"
