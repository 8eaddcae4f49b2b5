"""What the documents say of the tree, the settings and the commands is so."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from data.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = {
    str(f.relative_to(ROOT)): f.read_text("utf-8") for f in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
}
UNSAID = {"README.md", "CHANGELOG.md", "LICENSE"}  # what every project has
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TARGET = r"(?m)(?:^|`)make ([a-z][\w-]*)"
MODULE = r"\bpython -m ([a-z_]+\.[a-z_.]*[a-z_])"
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def named(pattern: str) -> list[str]:
    """Return what the documents' code names, once each."""
    code = "\n".join(found for text in DOCUMENTS.values() for found in CODE.findall(text))
    return sorted(set(re.findall(pattern, code)))


def tree() -> list[str]:
    block = re.search(r"^## Layout\n+```\w*\n(.*?)```", README, re.DOTALL | re.MULTILINE)
    assert block, "README.md has no tree under ## Layout"
    return [line.split()[0].rstrip("/") for line in block[1].splitlines() if line.strip()]


def top_level() -> set[str]:
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]
    names = {f.name for f in ROOT.iterdir() if not f.name.startswith(".")}
    return {n for n in names if not any(fnmatch(n, pattern) for pattern in ignored)}


def settings_table() -> dict[str, str]:
    """Return the default that README.md gives for each variable."""
    rows = re.findall(rf"^\| `({PREFIX}\w+)` \| ([^|]+?) \|", README, re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


def test_the_tree_is_what_is_there() -> None:
    assert sorted(tree()) == sorted(top_level() - UNSAID)


def test_every_setting_is_listed() -> None:
    assert set(settings_table()) == {PREFIX + name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize(
    "name", [n for n, f in Settings.model_fields.items() if isinstance(f.default, str | int | float)]
)
def test_the_default_is_the_listed_one(name: str) -> None:
    assert settings_table()[PREFIX + name.upper()] == str(Settings.model_fields[name].default)


def test_variables_named_are_settings() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(named(rf"\b{PREFIX}[A-Z_]+[A-Z]\b")) <= known


@pytest.mark.parametrize("target", named(TARGET))
def test_make_targets_exist(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_modules_can_be_imported() -> None:
    modules = named(MODULE)  # in one process: two of them load torch
    command = [sys.executable, "-c", f"import {', '.join(modules)}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_commands_are_found_in_the_documents() -> None:
    assert {"run", "test"} <= set(named(TARGET))
    assert "training.publish" in named(MODULE)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    assert [link for link in LINK.findall(DOCUMENTS[document]) if not (folder / link).exists()] == []
