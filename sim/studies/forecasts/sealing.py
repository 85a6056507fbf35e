"""A statement sealed: dated, with a digest over all of it, so that any later change shows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import StoreError
from sim.plain_files import text_of
from sim.studies.forecasts.statement import Statement

FORMAT = 1


@dataclass(frozen=True)
class Sealed:
    """A statement, the day on which it was sealed, and the digest over both and over the seal before it.

    `follows` is the digest of an earlier seal, or empty: a chain shows that none was taken out between.
    """

    statement: Statement
    sealed_on: dt.date
    follows: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of everything that was sealed."""
        return hashlib.sha256(_canonical(self._content()).encode()).hexdigest()

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "sealed_on": self.sealed_on.isoformat(),
            "follows": self.follows,
            "statement": self.statement.as_data(),
        }

    def text(self) -> str:
        """Return the file."""
        return _canonical({**self._content(), "seal": self.digest}, indent=1) + "\n"


def read_sealed(path: Path) -> Sealed:
    """Read a sealed forecast; StoreError if it is none, or was changed after it was sealed."""
    try:
        data = json.loads(text_of(path))
        seal = data.pop("seal")
        said = hashlib.sha256(_canonical(data).encode()).hexdigest()
        sealed = Sealed(
            Statement.of_data(data["statement"]),
            dt.date.fromisoformat(data["sealed_on"]),
            str(data["follows"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise StoreError(
            f"{path} is no sealed forecast ({fault}); name a file that `isf forecast seal` wrote"
        ) from None
    if said != seal or sealed.digest != seal:
        raise StoreError(
            f"{path} was changed after it was sealed: it is not what was forecast; use the original"
        )
    return sealed


def _canonical(data: Any, indent: int | None = None) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, indent=indent, allow_nan=False)
