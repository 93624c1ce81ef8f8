"""Pages of plans as a browser's parser reads them: only our elements and attributes, only links of three schemes, no error
of HTML, nothing loaded; with hostile text (xss.json) in every field of a document, straight from the renderer and over
REST."""
import itertools
import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import pytest

import harness
import samples

pytestmark = pytest.mark.xdist_group("html")

HERE = Path(__file__).resolve().parent
VECTORS = list(itertools.chain(*json.loads((HERE / "xss.json").read_text(encoding="utf-8")).values()))
SCHEMA = json.loads((HERE.parents[1] / "api/plan.schema.json").read_text(encoding="utf-8"))
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"

# --- what a page may hold ---------------------------------------------------------------------------------------------
WORD = r"language-[A-Za-z0-9+#._-]+"
NUMBER = r"\d+(\.\d+)?%?"
ELEMENTS = {
    **{HTML + name: {} for name in (
        "head", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "ul", "table", "thead", "tbody", "tr", "strong", "em",
        "del", "br", "hr", "blockquote", "label", "summary", "figure", "figcaption")},
    HTML + "html": {"lang": "en"},
    HTML + "meta": {"charset": "utf-8", "name": "viewport|referrer|color-scheme", "http-equiv": "Content-Security-Policy",
                    "content": "[^<>\"]*"},
    HTML + "a": {"class": "skip", "rel": "noopener noreferrer nofollow", "href": ".*", "title": "(?s).*"},
    HTML + "nav": {"aria-label": "Contents"},
    HTML + "details": {"open": ""},
    HTML + "main": {"id": "the-plan", "class": "short"},
    HTML + "section": {"id": r"[A-Za-z0-9.]+", "class": "phase|step"},
    HTML + "ol": {"start": r"\d+"},
    HTML + "li": {"class": "task"},
    HTML + "input": {"type": "checkbox", "disabled": "", "checked": "", "aria-label": "Task"},
    HTML + "div": {"class": "table"},
    HTML + "th": {"scope": "col", "class": "left|center|right"},
    HTML + "td": {"class": "left|center|right"},
    HTML + "pre": {"class": "mermaid"},
    HTML + "code": {"class": WORD},
    SVG + "svg": {"role": "img", "aria-label": "Timeline of the phases", "width": NUMBER, "height": NUMBER},
    SVG + "text": {"x": NUMBER, "y": NUMBER},
    SVG + "rect": {"class": "track|bar|path", "x": NUMBER, "y": NUMBER, "width": NUMBER, "height": NUMBER, "rx": NUMBER},
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def parse(text):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"))
    tree = parser.parse(text)
    assert not parser.errors, parser.errors[:5]
    return tree


def judge_link(href, ids):
    if href.startswith("#"):
        assert href[1:] in ids, href
        return
    as_browsers = re.sub(r"[\t\n\r]", "", href).strip("".join(map(chr, range(33))))
    assert as_browsers == href and urlsplit(href).scheme in ("http", "https", "mailto"), href
    assert href.isascii() and not re.search(r"[\s\"'<>\\`{}|^]", href), href


def judge(text):
    """The tree of a page that holds what it may."""
    tree = parse(text)
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), "an id twice"
    for e in tree.iter():
        assert isinstance(e.tag, str), "a comment"
        assert e.tag in ELEMENTS, e.tag
        for name, value in e.attrib.items():
            pattern = ELEMENTS[e.tag].get(name)
            assert pattern is not None and re.fullmatch(pattern, value), (e.tag, name, value)
        if e.tag == HTML + "a":
            judge_link(e.get("href"), ids)
    styles = [e.text or "" for e in tree.iter(HTML + "style")]
    assert len(styles) == 1 and not re.search(r"@import|url\(|expression", styles[0])
    return tree


def every(tree, name):
    return list(tree.iter(HTML + name))


def words(e):
    return "".join(e.itertext())


# --- pages from the renderer ------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """{name: text}: documents whose every text is a vector, and plans that the offline planner drafts."""
    folder = tmp_path_factory.mktemp("pages")
    for program in ("plan_pages_test", "planner_pages_test"):
        done = subprocess.run([harness.PLAND.parent / program], env={**os.environ, "PLAND_PAGES": str(folder)},
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


def test_vectors():
    assert len(VECTORS) == len(set(VECTORS)) >= 150


@pytest.mark.parametrize("part", range(4))
def test_hostile_text_is_text(pages, part):
    for number in range(part, len(VECTORS), 4):
        tree = judge(pages[f"xss-{number:03}"])
        assert len(every(tree, "h1")) == 1 and len(every(tree, "h3")) == 3, VECTORS[number]


def test_the_judge_sees_markup():
    """What the judge is for; a page that holds none of it is accepted above."""
    page = "<!doctype html><html lang=en><head><title>x</title><style></style></head><body>%s</body></html>"
    judge(page % "<p>x</p>")
    for bad in ("<script>x</script>", "<p onclick=x>y</p>", "<a href='javascript:x'>y</a>", "<a href=' javascript:x'>y</a>",
                "<img src=x>", "<p style='x'>y</p>", "<!-- x -->", "<p>x</b></p>", "<a href='#nowhere'>x</a>",
                "<a href='//x'>y</a>", "<svg><script>x</script></svg>", "<section id=a></section><section id=a></section>"):
        with pytest.raises(AssertionError):
            judge(page % bad)


def plans(pages):
    return {name: text for name, text in pages.items() if not name.startswith("xss-")}


def test_pages_are_in_order(pages):
    """Headings without gaps; contents that name every section; boxes with words; tables with heads."""
    assert len(plans(pages)) >= 15
    for name, text in plans(pages).items():
        tree = judge(text)
        levels = [int(e.tag[-1]) for e in tree.iter() if e.tag in {HTML + f"h{n}" for n in range(1, 7)}]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(b <= a + 1 for a, b in zip(levels, levels[1:])), name
        nav = every(tree, "nav")[0]
        listed = [a.get("href")[1:] for a in nav.iter(HTML + "a")]
        sections = [e.get("id") for e in every(tree, "section") if e.get("id") and e.get("class") != "step"]
        assert listed == sections, name
        assert words(every(tree, "title")[0]) == words(every(tree, "h1")[0]).replace("`", ""), name
        boxes = every(tree, "input")
        assert all("disabled" in box.attrib for box in boxes), name
        assert sum(1 for label in every(tree, "label") if words(label).strip()) == len(boxes), name
        assert all(table.find(f"{HTML}thead/{HTML}tr/{HTML}th") is not None for table in every(tree, "table")), name


# --- how it looks, as far as numbers say ------------------------------------------------------------------------------
def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast(pages):
    """WCAG AA: 4.5 for text, 3 for the critical path on its ground; light, dark and on paper."""
    style = every(judge(pages["full"]), "style")[0].text
    themes = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root\s*{(.*?)}", style, re.S)]
    assert len(themes) == 3 and all(themes[0].keys() == theme.keys() for theme in themes)
    for theme in themes:
        for ink, ground in itertools.product(("ink", "soft", "link"), ("page", "band")):
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground, theme)
        assert contrast(theme["ink"], theme["line"]) >= 4.5, theme  # a link of the contents under the pointer
        assert contrast(theme["mark"], theme["band"]) >= 3 and contrast(theme["bar"], theme["mark"]) >= 1.5, theme


# --- over REST --------------------------------------------------------------------------------------------------------
def page_of(api, plan, revision="head"):
    answer = api("GET", f"/plans/{plan}/revisions/{revision}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'" and policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'none'" and "script-src" not in policy
    return judge(answer.text)


def test_hostile_tickets(api):
    """Requirements, titles, steps: what the planner takes from a ticket."""
    for part in range(3):
        vectors = VECTORS[part::3]
        body = "\n".join(["Sessions", "", "## Requirements", ""] + [
            f"- The answer of `GET /sessions/{n}` must hold {vector}" for n, vector in enumerate(vectors[:40])] + [""] + vectors[40:])
        ticket = {"title": f"Show {vectors[part]}"[:300], "key": f"a{vectors[1]}"[:100], "url": "https://a.example/\"onclick=x", "body": body}
        plan = api.new(ticket=ticket, repository="python-api", mode="interactive", timeline=vectors[2], constraints=vectors[3])
        api.to_state(plan, "awaiting_approval")
        tree = page_of(api, plan)
        assert "Show " in words(every(tree, "h1")[0])


def fill(schema, vectors, budget):
    """A document by its schema, every free text the next of the vectors."""
    if "$ref" in schema:
        schema = {**SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], **{k: v for k, v in schema.items() if k != "$ref"}}
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    if kind == "object":
        return {key: fill(value, vectors, budget) for key, value in schema["properties"].items()}
    if kind == "array":
        return [fill(schema["items"], vectors, budget) for _ in range(min(budget, schema.get("maxItems", budget)))]
    if kind == "integer":
        return 60
    text = next(vectors)
    while len(text.encode()) > schema.get("maxLength", 9999) or not text.strip():
        text = next(vectors)
    return text


def consistent(document, n):
    """Ids and references that a document needs; the rest stays as it is."""
    document["requirements"] = [{**r, "id": f"R{i + 1}"} for i, r in enumerate(document["requirements"])]
    for i, phase in enumerate(document["phases"]):
        phase.update(id=f"ph{i + 1}", depends_on=[f"ph{i}"] if i else [], requirements=["R1"])
        for k, step in enumerate(phase["steps"]):
            step["id"] = f"ph{i + 1}.s{k + 1}"
        for check in phase["automated"]:
            check["provided_by"] = "system"
    for scenario in document["closing"]["tests"]:
        scenario["requirement"] = "R1"
    document["closing"]["not_applicable"] = []
    document["header"]["base"] = []
    document["header"]["title"] = f"{n} {document['header']['title']}"[:300]
    return document


def test_hostile_revisions(api):
    """Every text of a document that somebody publishes, over all vectors."""
    plan = samples.approvable(api)["id"]
    vectors, used = itertools.cycle(VECTORS), 0
    for n in range(4):
        document = consistent(fill(SCHEMA, vectors, 3), n)
        used += json.dumps(document).count("\": \"")
        api.ok("POST", f"/plans/{plan}/revisions", document, status=201, headers={"If-Match": api.head_etag(plan)})
        revision = api.watch(plan, lambda p: p["activity"] != "working" and p["revision"] == n + 2)["revision"]
        tree = page_of(api, plan)
        assert words(every(tree, "h1")[0]).startswith(f"{n} "), revision
        assert len(every(tree, "h3")) == 3
        page_of(api, plan, revision)
    assert used > len(VECTORS)


def test_nul_never_gets_in(api):
    plan = samples.approvable(api)["id"]
    body = '{"header": {"title": "a\\u0000<script>"}}'
    api.refused("POST", f"/plans/{plan}/revisions", 400, data=body,
                headers={"If-Match": api.head_etag(plan), "Content-Type": "application/json"})
