"""Conditions as people say them, and how a rule says them: `30 days of ceasefire`, `fund above 50%`, `any of (…)`."""

from __future__ import annotations

import re
from collections.abc import Callable

from sim.durations import SECONDS_OF_UNIT
from sim.rules.place import Place, is_name, is_number
from sim.rules.words import COMPARISONS, MEASURES

_ABOVE = {
    **dict.fromkeys(("above", "over", "exceeds", "exceeding"), ">"),
    **dict.fromkeys(("below", "under"), "<"),
    **dict.fromkeys(("reaches", "reached"), ">="),
}
_DONE = ("complete", "completed", "done", "finished", "full", "fully")
_LASTS = ("lasts", "lasted", "lasting", "held", "sustained")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def _is_unit(word: str) -> bool:
    return word.removesuffix("s") in SECONDS_OF_UNIT


def _without_parentheses(place: Place) -> str:
    """`deployed indonesia >= 1000`: whose troops are meant stands in parentheses."""
    if place.previous not in (*MEASURES, "casualties") or not (is_name(place.found) or place.found == "self"):
        return ""
    if place.following[0] not in ("", ")", "and", "or", "for", "within", "in", *COMPARISONS):
        return ""
    return f"found `{place.found}` after `{place.previous}`; write `{place.previous}({place.found})`"


def _beds_of(place: Place) -> str:
    """`beds(north)`: beds are those of the whole theatre."""
    if place.found != "(" or place.previous != "beds":
        return ""
    return "found `(` after `beds`; beds are those of the whole theatre: write for example `beds >= 1000`"


def _length_after_name(place: Place) -> str:
    """`ceasefire 30 days`, `ceasefire lasts 30 days`: a length of time follows `for`."""
    words = place.rest if is_number(place.found) else place.rest[1:]
    said = is_number(place.found) or place.found in _LASTS
    if not (said and is_name(place.previous) and len(words) > 1 and is_number(words[0])):
        return ""
    if not _is_unit(words[1]):
        return ""
    found = " ".join(place.rest[: 2 + (place.found in _LASTS)])
    return f"found `{found}` after `{place.previous}`; write `{place.previous} for {words[0]} {words[1]}`"


def _length_before_name(place: Place) -> str:
    """`30 days of ceasefire`, `for 30 days ceasefire`, `within 2 weeks ceasefire`: the condition comes first."""
    words = list(place.rest)
    word = words.pop(0) if place.found in ("for", "within", "after") else "for"
    if len(words) < 3 or not is_number(words[0]) or not _is_unit(words[1]):
        return ""
    name = words[3] if words[2] in ("of", "with", "without") and len(words) > 3 else words[2]
    if not is_name(name):
        return ""
    inner = f"(not {name})" if words[2] == "without" and word == "within" else name
    inner = f"not {name}" if words[2] == "without" and word != "within" else inner
    length = f"{'within' if word == 'within' else 'for'} {words[0]} {words[1]}"
    return f"found `{' '.join(place.rest[:4])}`; the condition comes first: write `{inner} {length}`"


def _compared_in_words(place: Place) -> str:
    """`fund at least 50%`, `fund above 50%`: a comparison is a sign."""
    words = place.rest
    if not is_name(place.previous):
        return ""
    if words[:1] == ("at",) and words[1:2] in (("least",), ("most",)):
        sign, said, number = (">=" if words[1] == "least" else "<="), words[:2], words[2:3]
    elif words and words[0] in _ABOVE:
        sign, said, number = _ABOVE[words[0]], words[:1], words[1:2]
    else:
        return ""
    after = "".join(words[len(said) + 1 : len(said) + 2])
    if not number or not is_number(number[0]) or _is_unit(after):
        return ""
    share = "%" if after in ("percent", "pct") else ""
    return f"found `{' '.join(said)}` after `{place.previous}`; write `{place.previous} {sign} {number[0]}{share}`"


def _share_of(place: Place) -> str:
    """`50% of fund`: the quantity comes first."""
    if not place.found.endswith("%") or place.rest[1:2] != ("of",) or not is_name("".join(place.rest[2:3])):
        return ""
    name = place.rest[2]
    return f"found `{place.found} of {name}`; the quantity comes first: write `{name} >= {place.found}`"


def _done(place: Place) -> str:
    """`fund completed`: a progress is compared, all else is named alone."""
    if place.found not in _DONE or not is_name(place.previous):
        return ""
    name = place.previous
    return (
        f"found `{place.found}` after `{name}`; of a progress write `{name} >= 100%`, of what is true or false "
        f"its name alone"
    )


def _counted_in(place: Place) -> str:
    """`violations per month < 5`: what is counted is counted in a length of time."""
    words = place.rest
    if place.found not in ("per", "a", "each", "every") or not is_name(place.previous):
        return ""
    if len(words) < 2 or not _is_unit(words[1]):
        return ""
    unit = words[1].removesuffix("s")
    rest = " ".join(words[2:4]) if len(words) > 3 else "<= 5"
    counted = f"{place.previous} in last 1 {unit} {rest}"
    return f"found `{place.found} {words[1]}` after `{place.previous}`; write `{counted}`"


def _bare_date(place: Place) -> str:
    """`2026-06-01`: whether before or after it must be said."""
    if not _DATE.match(place.found) or place.previous in ("after", "before", *COMPARISONS):
        return ""
    return (
        f"found the date `{place.found}` alone; write `after {place.found}` (from that day on) "
        f"or `before {place.found}`"
    )


def _either(place: Place) -> str:
    if place.previous not in ("either", "both"):
        return ""
    joined = "or" if place.previous == "either" else "and"
    return f"found `{place.previous}`, which is no word of a rule; leave it out, and join with `{joined}`"


def _of_list(place: Place) -> str:
    """`any of (a, b)`, `all of (a, b)`, `at most 1 of (a, b)`."""
    if place.found == "of" and place.previous in ("any", "some", "one", "all", "both", "none", "each"):
        instead = {
            "all": "join them with `and`",
            "both": "join them with `and`",
            "each": "join them with `and`",
            "none": "write `not at least 1 of (…)`",
        }
        return f"found `{place.previous} of`; {instead.get(place.previous, 'write `at least 1 of (…)`')}"
    words = place.rest
    if place.found == "most" and place.previous == "at" and words[2:3] == ("of",) and words[1].isdigit():
        return f"found `at most {words[1]} of`; write `not at least {int(words[1]) + 1} of (…)`"
    return ""


PHRASES: tuple[Callable[[Place], str], ...] = (
    _without_parentheses,
    _beds_of,
    _length_after_name,
    _length_before_name,
    _compared_in_words,
    _share_of,
    _done,
    _counted_in,
    _bare_date,
    _either,
    _of_list,
)
"""Each returns what is wrong and what to write, or nothing if the place is not of its kind."""
