import json

import pytest

from startline.errors import UnknownKind
from startline.render import render_tree

PACKAGE = json.loads('{"name": "x", "scripts": {"lint": "eslint .", "start": "node ."}}')


def test_an_unknown_kind(tmp_path):
    with pytest.raises(UnknownKind):
        render_tree("cobol", tmp_path / "x")


def test_the_name_is_filled_in(tmp_path):
    render_tree("node", tmp_path / "shop")
    assert json.loads((tmp_path / "shop" / "package.json").read_text())["name"] == "shop"
    assert PACKAGE["name"] == "x"
