"""What the pages show runs: their Python, and every verb and option that they name; README's sentences are short."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.main import get_command

from sim.cli.main import app

ROOT = Path(__file__).parents[1]
PAGES = tuple(
    page
    for page in sorted(str(file.relative_to(ROOT)) for file in (*ROOT.glob("*.md"), *ROOT.glob("*/**/*.md")))
    if page.split("/")[0] in ("README.md", "scenarios", "outputs", "sim", "tests") and "/data/" not in page
)
"""Pages for readers; not the changelog, which also names what is no more."""
MOST_WORDS = 40
COMMANDS = get_command(app).commands

_FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
_INLINE = re.compile(r"`([^`\n]+)`")


def text_of(page):
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page, language):
    return [code for kind, code in _FENCED.findall(text_of(page)) if kind == language]


PYTHON = [
    pytest.param(page, number, id=f"{page}-{number}")
    for page in PAGES
    for number in range(len(blocks(page, "python")))
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder like the project's, with the scenarios and a run of the tutorial under `outputs`."""
    import sim

    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    run = sim.run(folder / "scenarios/tutorial.yaml", replications=20, seed=0, out=folder / "outputs")
    return folder, run.folder.name


@pytest.mark.parametrize(("page", "number"), PYTHON)
def test_the_python_of_the_pages_runs(page, number, place, monkeypatch, no_pictures):
    folder, run_id = place
    monkeypatch.chdir(folder)
    code = blocks(page, "python")[number].replace("<run id>", run_id)
    code = re.sub(r"\breplications=\d+", "replications=20", code)
    if "sim.testing" in code:  # few worlds: what the assertions find is tested in tests/testing
        from sim.testing import (
            assert_always,
            assert_embarks_only_when,
            assert_looser_never_lowers,
            assert_never,
        )

        for each in (assert_always, assert_embarks_only_when, assert_looser_never_lowers, assert_never):
            monkeypatch.setattr(each, "__defaults__", (5, *each.__defaults__[1:]))
    names = {"__name__": "page"}
    exec(compile(code, f"{page}, Python block {number}", "exec"), names)
    for name, test in names.items():
        if name.startswith("test_"):
            test()


def test_python_stands_in_the_pages():
    assert {page for page, _ in (each.values for each in PYTHON)} >= {"README.md"}


def commands_of(page):
    """Yield (verb, its options) for every command that a page shows, in a block or in a line of text."""
    text = text_of(page)
    for _, code in _FENCED.findall(text):
        for line in code.replace("\\\n", " ").splitlines():
            if match := re.match(r"(?:.* && )?(?:\S*/)?isf ([a-z]+)\b([^#]*)", line):
                yield match[1], options_in(match[2])
    for line in _FENCED.sub("", text).splitlines():
        verb = None
        for span in _INLINE.findall(line):
            if match := re.match(r"isf ([a-z]+)\b(.*)", span):
                verb = match[1]
                yield verb, options_in(match[2])
            elif verb is not None and span.startswith("--") and line.startswith("|"):
                yield verb, options_in(span)


def options_in(text):
    return re.findall(r"(?<!\S)(--?[a-z][a-z-]*)", re.sub(r"\"[^\"]*\"", "", text))


@pytest.mark.parametrize("page", PAGES)
def test_verbs_and_options_that_are_named_exist(page):
    for verb, options in commands_of(page):
        assert verb in COMMANDS, f"{page}: isf {verb}"
        command = COMMANDS[verb]
        parts = (command, *getattr(command, "commands", {}).values())
        known = {name for part in parts for parameter in part.params for name in parameter.opts}
        assert set(options) <= known | {"--help"}, f"{page}: isf {verb} {options}"


def test_commands_are_found_in_the_pages():
    found = dict(commands_of("README.md"))
    assert {"run", "compare", "validate"} <= set(found)


def sentences(page):
    """Yield the sentences of a page's prose: no code, tables, headings, pictures or marks."""
    text = re.sub(r"<!--.*?-->", "", _FENCED.sub("\n\n", text_of(page)), flags=re.S)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    lines = ["" if line.startswith(("|", "#")) else line for line in text.splitlines()]
    for paragraph in re.split(r"\n\s*\n|\n(?=[*\-] |\d+\. )", "\n".join(lines)):
        yield from re.split(r"(?<=[.!?])[*`)\"]*\s+", " ".join(paragraph.split()))


def test_no_sentence_of_the_readme_is_long():
    long = [each for each in sentences("README.md") if len(each.split()) > MOST_WORDS]
    assert long == []
