"""Copies a template and fills it in."""
from pathlib import Path

from jinja2 import Environment

from startline.errors import UnknownKind

TEMPLATES = Path(__file__).parent / "templates"


def render_tree(kind: str, target: Path) -> None:
    source = TEMPLATES / kind
    if not source.is_dir():
        raise UnknownKind(f"there is no template {kind}")
    env = Environment(keep_trailing_newline=True)
    for path in source.rglob("*"):
        if path.is_file():
            out = target / path.relative_to(source).with_suffix("")
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(env.from_string(path.read_text()).render(name=target.name))
