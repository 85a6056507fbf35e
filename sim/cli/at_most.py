"""`--at-most`: how long a verb goes on beginning new work, of every verb that plays or weighs many worlds."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from sim.batch.allowance import Allowance

TIME_UP = 4
"""The exit code where the time was up before all was done."""

_SECONDS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3_600, "hour": 3_600}
_LENGTH = re.compile(rf"\s*(\d+(?:\.\d+)?)\s*({'|'.join(sorted(_SECONDS, reverse=True))})s?\s*", re.ASCII)
_LONGEST = 366 * 24 * 3_600


def seconds_of(text: str) -> float:
    """Read `10min`, `90 s`, `1.5 hours`; typer.BadParameter for anything else."""
    found = _LENGTH.fullmatch(text)
    seconds = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if not 0 < seconds <= _LONGEST:
        raise typer.BadParameter(f"'{text}' is no length of time; write for example 90s, 10min or 8h")
    return seconds


def _allowance(text: str | Allowance) -> Allowance:
    """Begin to count a length of time."""
    return text if isinstance(text, Allowance) else Allowance(seconds_of(text))


AtMostOption = Annotated[
    Allowance | None,
    typer.Option(
        "--at-most",
        parser=_allowance,
        metavar="TIME",
        help="Begin nothing new after so long (90s, 10min, 8h), answer from what there is; exit code 4.",
        show_default=False,
    ),
]
