"""The labels of the survey's corpus are true to its files, and the check of that notices slips."""
import json
import shutil
import sys
from pathlib import Path

import pytest

SURVEY = Path(__file__).resolve().parents[1] / "survey"
sys.path.insert(0, str(SURVEY))

from check_labels import check  # noqa: E402

NAME = "01-go-ledger"


def test_the_labels_are_true_to_the_files():
    assert check(SURVEY) == []


@pytest.mark.parametrize("slip, complaint", [
    (lambda l: l["ci"].append({"system": "jenkins", "path": "Jenkinsfile"}), "there is no Jenkinsfile"),
    (lambda l: l["commands"][0].update(at="Makefile:9999"), "beyond"),
    (lambda l: l["commands"][0].update(at="Makefile:2"), "does not mention"),
    (lambda l: l["commands"][0].update(at="Makefile"), "is not a place"),
    (lambda l: l["commands"][0].update(kind="compile"), "is not in the list"),
    (lambda l: l["frameworks"][0].update(version="9.9.9"), "written nowhere"),
    (lambda l: l["migrations"][0].update(newest="000009_x.up.sql"), "there is no migrations/000009_x.up.sql"),
    (lambda l: l["ci_commands"][0].update(run="make soak"), "does not run"),
    (lambda l: l["ci_jobs"][0].update(job="soak"), "has no soak"),
    (lambda l: l["errors"].append("exceptions"), "is not in the list"),
    (lambda l: l["entry_points"].append("main.go"), "there is no main.go"),
    (lambda l: l["languages"].append("Go"), "twice"),
    (lambda l: l["languages_also"].append("Go"), "also in languages"),
    (lambda l: l.update(routes=[]), "not a family"),
    (lambda l: l["deploy"].append({"path": "Dockerfile"}), "should have"),
])
def test_a_slip_is_noticed(tmp_path, slip, complaint):
    shutil.copytree(SURVEY / "corpus" / NAME, tmp_path / "corpus" / NAME)
    labels = json.loads((SURVEY / "labels" / f"{NAME}.json").read_text())
    slip(labels)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / f"{NAME}.json").write_text(json.dumps(labels))
    assert any(complaint in mistake for mistake in check(tmp_path))


def test_labels_and_codebases_belong_together(tmp_path):
    (tmp_path / "corpus" / "98-lonely").mkdir(parents=True)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "99-lost.json").write_text("{}")
    assert len(check(tmp_path)) == 2
