"""A mutant: one line of a file of `sim` changed, and the tests that should notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLES = "tests/report/test_tied_tables.py"
PAGE_ONE = "tests/report/test_tied_page_one.py"
FIGURES = "tests/report/test_tied_figures.py"
COMPARED = "tests/report/test_tied_comparison.py"
VOICE = "tests/words"
CHANGES = "tests/report/test_tied_changes.py"
FACTS = "tests/report/test_tied_facts_and_waiting.py"
FORMATS = "tests/report/test_same_numbers.py"
TELLINGS = "tests/report/test_tied_tellings.py"
PACKAGES = "tests/report/test_tied_packages.py"
PAGE = "tests/report/test_page.py"
REGISTRY = "tests/report/test_registry.py"
SPECIAL = "tests/report/test_tied_special_cases.py"


@dataclass(frozen=True)
class Mutant:
    """One line of a file changed; `tests` are those that should notice."""

    file: str
    before: str
    after: str
    tests: str

    @property
    def source(self) -> str:
        """The file's text with the change; ValueError if the line is not there exactly once or more."""
        text = (ROOT / "sim" / self.file).read_text(encoding="utf-8")
        if self.before not in text:
            raise ValueError(f"{self.file} no longer holds {self.before!r}; bring the mutant up to date")
        return text.replace(self.before, self.after, 1)


def tests_of(file: str, *names: str) -> str:
    """Tests of a file by name."""
    return " ".join(f"{file}::{name}" for name in names)


def mutants_of(file: str, tests: str, *changes: tuple[str, str]) -> list[Mutant]:
    """Changes of a file, each with the text before and after it."""
    return [Mutant(file, before, after, tests) for before, after in changes]
