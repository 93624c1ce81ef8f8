#!/usr/bin/env python3
"""Are the labels of the survey's corpus well-formed and true to the files? check_labels.py [FOLDER]

FOLDER holds corpus/ and labels/ (default: the folder of this file). Prints one line a mistake and ends with 1 when there
is one. What is checked is what a slip of the pen breaks: paths, lines, spelling of families and words, doubles.
"""
import json
import os
import re
import sys
from pathlib import Path

SHAPES = {
    "packages": ("path", "kind", "name"), "frameworks": ("name", "version", "path"), "commands": ("run", "dir", "kind", "at"),
    "tests": ("framework", "dir"), "coverage": ("tool", "minimum"), "migrations": ("tool", "dir", "newest", "engine"),
    "ci": ("system", "path"), "ci_jobs": ("path", "job"), "ci_triggers": ("path", "trigger"), "ci_commands": ("path", "run"),
    "deploy": ("kind", "path"), "api": ("method", "path", "at"), "conventions": ("kind", "path"),
}
WORDS = {"languages", "test_patterns", "environments", "architecture", "entry_points", "errors", "problems"}
CLOSED = {
    "architecture": "monolith monorepo microservices library cli web-service web-frontend worker layered hexagonal mvc modular event-driven "
                    "plugin serverless infrastructure documentation".split(),
    "errors": "exception-classes error-enum sentinel-errors wrapped-errors result-type error-middleware problem-json error-codes-negative "
              "goto-cleanup panics-recovered retry structured-logging error-boundary global-handler".split(),
    "commands.kind": "build test lint format migrate run deploy other".split(),
    "ci_triggers.trigger": "push pull_request tag schedule manual release".split(),
    "ci.system": ["github actions", "gitlab ci", "jenkins", "circleci", "azure pipelines", "travis", "drone", "bitbucket pipelines", "buildkite",
                  "woodpecker", "forgejo/gitea actions"],
    "deploy.kind": "dockerfile compose kubernetes helm kustomize terraform systemd serverless ansible procfile debian-package rpm-package "
                   "goreleaser nix fly.io vercel netlify cloudformation pulumi".split(),
    "conventions.kind": "contributing agents adr codeowners style editorconfig formatter linter pre-commit security pull-request-template "
                        "license license-header changelog plan".split(),
    "migrations.tool": ["alembic", "django", "rails", "flyway", "liquibase", "golang-migrate", "goose", "prisma", "knex", "sequelize", "typeorm",
                        "diesel", "sqlx", "ef core", "ecto", "laravel", "doctrine", "drizzle", "room", "sql"],
    "api.method": "GET HEAD POST PUT PATCH DELETE OPTIONS ANY".split(),
}


def squeeze(text):
    return " ".join(text.replace("\\\n", " ").split())


class Codebase:
    """One codebase, its labels and what is wrong with them."""

    def __init__(self, folder, name):
        self.root = folder / "corpus" / name
        self.mistakes = []
        self.where = f"labels/{name}.json"
        try:
            self.labels = json.loads((folder / "labels" / f"{name}.json").read_text())
        except (OSError, ValueError) as e:
            self.labels = {}
            self.say(str(e))

    def say(self, text):
        self.mistakes.append(f"{self.where}: {text}")

    def text(self, path):
        return (self.root / path).read_text(errors="replace")

    def need(self, family, path, folder=False):
        p = self.root / path
        if not (p.is_dir() if folder else p.exists()):
            self.say(f"{family}: there is no {path}")
            return False
        return True

    def check_at(self, family, item):
        path, _, line = item["at"].rpartition(":")
        if not line.isdigit() or not self.need(family, path):
            return self.say(f"{family}: {item['at']} is not a place")
        lines = self.text(path).split("\n")
        if not 1 <= int(line) < max(len(lines), 2):
            return self.say(f"{family}: {item['at']} is beyond the {len(lines) - 1} lines")
        if not lines[int(line) - 1].strip():
            self.say(f"{family}: {item['at']} is a blank line")
        name = Path(path).name.lower()
        if family == "commands" and name in ("package.json", "makefile", "gnumakefile", "justfile", "taskfile.yml"):
            word = item["run"].split()[-1]
            if word not in lines[int(line) - 1]:
                self.say(f"commands: {item['at']} does not mention {word}")

    def check_item(self, family, plain, item):
        if not isinstance(item, dict) or tuple(item) != SHAPES[plain]:
            return self.say(f"{family}: {item} should have {', '.join(SHAPES[plain])}")
        for key, value in item.items():
            allowed = CLOSED.get(f"{plain}.{key}")
            if allowed and value not in allowed and family == plain:
                self.say(f"{family}: {key} {value!r} is not in the list")
        if "at" in item:
            self.check_at(family, item)
        if "dir" in item:
            self.need(family, item["dir"], folder=True)
        if "path" in item and plain != "api":
            self.need(family, item["path"])
        special = getattr(self, "check_" + plain, None)
        if special and not self.mistakes:
            special(family, item)

    def check_migrations(self, family, item):
        if item["newest"] and family == "migrations":
            self.need(family, f"{item['dir']}/{item['newest']}")

    def check_ci_commands(self, family, item):
        if squeeze(item["run"]) not in squeeze(self.text(item["path"])) and "ci_commands_also" != family:
            self.say(f"{family}: {item['path']} does not run {item['run']}")

    def check_ci_jobs(self, family, item):
        if family == "ci_jobs" and item["job"] not in self.text(item["path"]):
            self.say(f"{family}: {item['path']} has no {item['job']}")

    def check_frameworks(self, family, item):
        version = item["version"]
        if version and not any(version in p.read_text(errors="replace") for p in self.root.rglob("*") if p.is_file()):
            self.say(f"{family}: {item['name']} {version} is written nowhere")

    def check_family(self, family, items):
        plain = re.sub("_also$", "", family)
        if not isinstance(items, list) or (plain not in SHAPES and plain not in WORDS):
            return self.say(f"{family}: not a list, or not a family")
        texts = [json.dumps(i, sort_keys=True) for i in items]
        for double in {t for t in texts if texts.count(t) > 1}:
            self.say(f"{family}: twice {double}")
        if family != plain:
            sure = [json.dumps(i, sort_keys=True) for i in self.labels.get(plain, [])]
            for double in set(texts) & set(sure):
                self.say(f"{family}: also in {plain}: {double}")
        for item in items:
            if plain in SHAPES:
                self.check_item(family, plain, item)
            elif not isinstance(item, str) or not item:
                self.say(f"{family}: {item!r} is not a word")
            elif family in CLOSED and item not in CLOSED[family]:
                self.say(f"{family}: {item} is not in the list")
            elif plain in ("entry_points", "problems"):
                self.need(family, item)

    def check(self):
        for family, items in self.labels.items():
            self.check_family(family, items)
        for path in self.root.rglob(".git"):
            self.say(f"{path.relative_to(self.root)} does not belong here")
        for path in self.root.rglob("*"):
            if path.is_symlink() and not os.path.exists(path):
                self.say(f"{path.relative_to(self.root)} leads nowhere")
        return self.mistakes


def check(folder):
    """All mistakes below FOLDER, one string each."""
    codebases = {p.name for p in (folder / "corpus").iterdir()}
    labels = {p.stem for p in (folder / "labels").glob("*.json")}
    mistakes = [f"{name}: a codebase without labels, or labels without a codebase" for name in sorted(codebases ^ labels)]
    for name in sorted(codebases & labels):
        mistakes += Codebase(folder, name).check()
    return mistakes


if __name__ == "__main__":
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
    print("\n".join(found) or "the labels are well-formed")
    sys.exit(bool(found))
