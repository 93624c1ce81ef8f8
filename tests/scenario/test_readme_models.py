"""The settings' files that the README shows for each kind of model are whole: with a fake server's address and a key they
pass --check-llm and make a plan, and what they say is what the server sees."""
import re
import subprocess

import pytest

import harness
from samples import write_answers
from test_models import ended, new

README = (harness.ROOT / "README.md").read_text()
SECTION = README[README.index("\n## A model\n"):README.index("\n## Configuration\n")]
FILES = re.findall(r"```ini\n(.*?)```", SECTION, re.S)
NAMES = [re.match(r"# (\w+(?: local model)?)", text)[1] for text in FILES]


def test_each_is_shown_in_ten_lines():
    assert NAMES == ["A local model", "Anthropic", "OpenAI", "Azure"]
    assert all(len(text.splitlines()) <= 10 for text in FILES)


@pytest.mark.parametrize("text", FILES, ids=NAMES)
def test_it_works_as_it_stands(launch, model, tmp_path, text):
    said = dict(re.findall(r"(?m)^([\w-]+) = (.*)$", text))
    key = "sk-1234" if "llm-key-file" in said else None
    server = model(said["provider"], answers=write_answers(tmp_path / "answers"), log_prompts=True)
    (tmp_path / "key").write_text("sk-1234\n")
    text = re.sub(r"(?m)^llm-url = .*\n", "", text).replace("/etc/pland/key", str(tmp_path / "key")) + f"llm-url = {server.base_url}\n"
    file = tmp_path / "pland.conf"
    file.write_text(text)
    checked = subprocess.run([harness.PLAND, "--config", file, "--check-llm"], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    daemon = launch("--config", str(file))
    daemon.codebase("c-lib")
    plan = new(daemon)
    done = ended(daemon, plan)
    assert done["state"] == "awaiting_approval" and done["checks"]["failed"] == 0, done["error"]
    assert (done["usage"]["usd"] > 0) == ("llm-price-input" in said)
    assert done.get("budget", {}).get("tokens", 0) == int(said.get("plan-tokens", 2000000))
    assert done.get("budget", {}).get("usd") == ((float(said.get("plan-usd", 10))) if "llm-price-input" in said else None)
    assert daemon.admin.ok("GET", f"/plans/{plan}/context")["context"]["pack"]["budget"] == int(said.get("pack-tokens", 60000))
    seen = server.requests()[-1]
    assert seen["model"] == said["llm-model"] and seen["authorized"] == (key is not None and "llm-key-header" not in said)
    if "llm-key-header" in said:
        assert seen["headers"][said["llm-key-header"]] == key
