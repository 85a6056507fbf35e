"""The help of `isf` lists every verb once, under a question; the shell completes verbs and options."""

from __future__ import annotations

from collections import Counter

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sim.cli.main import _VERBS, _app_for, app, main
from sim.cli.questions import QUESTIONS

VERBS = set(get_command(app).commands)
LISTED = Counter(verb for group in QUESTIONS.values() for verb in group)


@pytest.fixture
def isf(capfd):
    def command(*arguments):
        with pytest.raises(SystemExit):
            main(list(arguments))
        return "".join(capfd.readouterr())

    return command


def test_every_verb_has_one_question():
    assert VERBS - set(LISTED) == set(), "verbs without a question"
    assert set(LISTED) - VERBS == set(), "questions without a verb"
    assert set(LISTED.values()) == {1}


@pytest.mark.parametrize("arguments", [(), ("--help",)], ids=["alone", "help"])
def test_the_help_groups_verbs_by_question(isf, arguments):
    out = isf(*arguments)
    places = [out.index(f"\n{title}:\n") for title in QUESTIONS]
    assert places == sorted(places)
    for title, group in QUESTIONS.items():
        section = out.split(f"\n{title}:\n")[1].split("\n\n")[0]
        for verb, question in group.items():
            assert any(line.split(maxsplit=1) == [verb, question] for line in section.splitlines()), verb
    assert "More:" not in out and "Commands:" not in out


def test_a_verb_without_a_question_stands_last(isf, monkeypatch):
    short = {title: {} if title == "Act" else group for title, group in QUESTIONS.items()}
    monkeypatch.setattr("sim.cli.questions.QUESTIONS", short)
    more = isf("--help").split("\nMore:\n")[1]
    assert [line.split()[0] for line in more.splitlines() if line.strip()] == ["unlock", "plan"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("isf wh", {"whatif", "why"}),
        ("isf run --exec", {"--executor"}),
        ("isf trace --rep", {"--replication"}),
    ],
)
def test_the_shell_completes(isf, monkeypatch, words, expected):
    monkeypatch.setenv("_ISF_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert set(isf().split()) == expected


@pytest.mark.long
@pytest.mark.parametrize("verb", _VERBS, ids=lambda verb: verb.__name__)
def test_a_verb_alone_says_the_same_of_itself(verb):
    """A command builds no other verb than the one that is asked for."""
    alone = _app_for([verb.__name__, "--help"])
    assert alone is not app
    told = [CliRunner().invoke(each, [verb.__name__, "--help"], prog_name="isf") for each in (alone, app)]
    assert told[0].output == told[1].output != ""
    assert (told[0].exit_code, told[1].exit_code) == (0, 0)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["runn"], ["forecast", "score"]])
def test_what_is_no_plain_verb_has_the_whole_command(arguments):
    assert _app_for(arguments) is app
