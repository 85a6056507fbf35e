"""The known name that a misspelt one most likely meant."""

from __future__ import annotations

from collections.abc import Iterable


def all_known(names: Iterable[str], most: int = 12) -> str:
    """Return which names there are: `known are a, b`, `known is a`, `none is known`."""
    known = sorted(set(names))
    if not known:
        return "none is known"
    return f"known {'is' if len(known) == 1 else 'are'} {', '.join(known[:most])}{', …' if len(known) > most else ''}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name among `known` that is most like `name`, or None if none is alike.

    Ties go to the name that comes first in the alphabet, whatever the order of `known`.
    """
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    return close[0] if close else None
