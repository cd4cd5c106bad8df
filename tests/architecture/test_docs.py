"""What the documents name exists: paths, commands, options, make targets, settings; both READMEs say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from ingestion.settings import Settings
from orchestration.cli import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
MADE_BY_A_RUN = {"var"}


def named_paths(text: str) -> set[str]:
    """Paths in code marks and links that start with a folder or are a file of the project, without patterns."""
    found = set(re.findall(r"`([\w.\-/]+)`", text)) | set(re.findall(r"\]\(([\w.\-/]+)(?:#[\w-]+)?\)", text))
    return {
        name
        for name in found
        if ("/" in name.rstrip("/") and name.split("/")[0] in FOLDERS - MADE_BY_A_RUN)
        or name.endswith((".md", ".toml"))
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_paths_exist(document: Path) -> None:
    missing = {
        name
        for name in named_paths(document.read_text(encoding="utf-8"))
        if not (ROOT / name).exists() and not (document.parent / name).exists()
    }
    assert missing == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_make_targets_exist(document: Path) -> None:
    rules = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:^|`)make (\w+)", text, flags=re.MULTILINE)) <= rules


def test_every_command_and_option_named_exists_and_every_command_is_named() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"^cx (\w+)(.*)$", readme, flags=re.MULTILINE)
    assert {name for name, _ in named} == set(commands)
    for name, rest in named:
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--\w+", rest.split("#")[0])) <= options, name


def test_every_setting_is_in_both_readmes() -> None:
    names = {f"CX_{name.upper()}" for name in Settings.model_fields} - {"CX_METHODOLOGY"}
    for readme in ("README.md", "README.ru.md"):
        assert set(re.findall(r"CX_\w+", (ROOT / readme).read_text(encoding="utf-8"))) == names


def test_both_readmes_hold_the_same_commands() -> None:
    blocks = [
        [
            re.sub(r"\s*#.*", "", line)
            for block in re.findall(r"```\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), flags=re.DOTALL)
            for line in block.splitlines()
        ]
        for readme in ("README.md", "README.ru.md")
    ]
    assert blocks[0] == blocks[1]


def test_ci_runs_lint_and_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.split()[-4:] == ["make", "lint", "make", "test"]
