"""Why a text is no rule: what was found, what was expected, and the remedy, in the planner's words."""

from __future__ import annotations

import re
from collections.abc import Callable

from sim.durations import SECONDS_OF_UNIT
from sim.errors import RuleError
from sim.rules.phrases import PHRASES
from sim.rules.place import BEGINS_CONDITION, JOINS, Place, expectation_of, is_name, is_number
from sim.rules.words import COMPARISONS, KEYWORDS, MEASURES, Word

_FOREIGN = {
    "but": "and",
    "unless": "and not",
    "is": "==",
    "than": ">",
    "equals": "==",
    "until": "before",
    "during": "within",
    "over": "in last",
    "xor": "or",
}

_DATE_WORDS = {
    "by": "before",
    "until": "before",
    "till": "before",
    "since": "after",
    "from": "after",
    "on": "after",
}
_IS_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_THAN = {"more": ">", "greater": ">", "less": "<", "fewer": "<", "lower": "<", "higher": ">", "later": ">"}

_FILLERS = ("if", "when", "while", "holds", "has", "been")


def explain(words: tuple[Word, ...], offset: int, expected: frozenset[str]) -> RuleError:
    """Return the error for a rule that could not be read past the word at `offset`.

    `expected` holds the grammar's names for what could have stood there instead.
    """
    place = Place(words, offset, expected)
    for remedy in _REMEDIES:
        message = remedy(place)
        if message:
            return RuleError(message, offset)
    return RuleError(f"{_found(place)}; expected {expectation_of(expected)}", offset)


def _found(place: Place) -> str:
    found = f"found `{place.found}`" if place.found else "the rule ends too early"
    return f"{found} after `{place.previous}`" if place.previous else found


def _single_equals(place: Place) -> str:
    if place.inside in MEASURES:
        if place.found == "==":
            return f"found `==`; a filter is written with one `=`, as in `{place.inside}(role=infantry)`"
        if place.found == "=" and place.previous in KEYWORDS:
            return f"found `{place.previous}=`; filters are `role=`, `sector=` and `force=`"
        return ""
    if place.found != "=" or place.previous in COMPARISONS:
        return ""
    if place.inside == "casualties":
        return (
            f"found `{place.previous}=`; casualties are of one contributor, as in `casualties(self)`, "
            "or of all, as `casualties` alone"
        )
    return "found a single `=`; a comparison for equality is written `==`"


def _number_left(place: Place) -> str:
    sides = {">=": "<=", "<=": ">=", ">": "<", "<": ">", "==": "==", "!=": "!="}
    operator, right = place.following
    if not is_number(place.found) or operator not in sides or place.previous in COMPARISONS:
        return ""
    quantity = right if is_name(right) else "x"
    return (
        f"found the number `{place.found}` left of `{operator}`; write the quantity first: "
        f"`{quantity} {sides[operator]} {place.found}`"
    )


def _chained_comparison(place: Place) -> str:
    if place.found not in COMPARISONS or not is_number(place.previous):
        return ""
    return f"found a second comparison `{place.found}`; write two conditions, each with its quantity"


def _split_comparison(place: Place) -> str:
    if place.found not in ("=", *COMPARISONS) or place.previous not in COMPARISONS:
        return ""
    return (
        f"found `{place.previous} {place.found}`; comparisons are written without a space, "
        "as `>=`, `<=`, `>`, `<`, `==` or `!=`"
    )


def _grouped_digits(place: Place) -> str:
    number, separator, digits = place.previous, place.found, place.following[0]
    if number == ",":  # inside a list, where a comma is expected
        number, separator, digits = place.before[-2], number, place.found
    if not number.isdigit():
        return ""
    if separator == "," and len(digits) == 3 and digits.isdigit():
        return f"found `{number},{digits}`; write large numbers without commas, as in `{number}{digits}`"
    if number == place.previous and len(separator) == 3 and separator.isdigit():
        return (
            f"found `{number} {separator}`; write large numbers without spaces, as in `{number}{separator}`"
        )
    if separator[:1] in ("_", "e") and separator[1:].isdigit():
        return f"found `{number}{separator}`; write numbers with digits only, as in `20000`"
    return ""


def _missing_unit(place: Place) -> str:
    before, number = place.before[-2:]
    if before not in ("for", "within", "last") or not is_number(number):
        return ""
    return f"`{before} {number}` lacks its unit; write for example `{before} {number} days`"


def _length_compared(place: Place) -> str:
    """`ceasefire > 30 days`: how long something has been so is said by `for`."""
    *_, quantity, operator, number = place.before
    if (
        operator not in COMPARISONS
        or not is_number(number)
        or place.found.removesuffix("s") not in SECONDS_OF_UNIT
    ):
        return ""
    what = quantity if is_name(quantity) else "ceasefire"
    return (
        f"found `{operator} {number} {place.found}`; a length of time follows `for` or `within`, "
        f"as in `{what} for {number} {place.found}`"
    )


def _last_alone(place: Place) -> str:
    """`violations last 30 days`: what is counted is counted `in last`."""
    if place.found not in ("last", "over", "during") or not is_name(place.previous):
        return ""
    if place.found == "during":
        return (
            f"found `during` after `{place.previous}`; write `{place.previous} within 30 days` (at some time in them) "
            f"or `{place.previous} for 30 days`; events are counted as in `violations in last 30 days`"
        )
    return f"found `{place.found}` after `{place.previous}`; write `{place.previous} in last 30 days`"


def _missing_length(place: Place) -> str:
    if place.previous not in ("for", "within", "last") or is_number(place.found):
        return ""
    found = f"found `{place.found}` after" if place.found else "nothing follows"
    filler = f"without `{place.found}`, " if place.found in ("the", "last", "at", "more", "over") else ""
    return f"{found} `{place.previous}`; write a length of time, {filler}as in `{place.previous} 30 days`"


def _missing_date(place: Place) -> str:
    if place.previous not in ("after", "before"):
        return ""
    found = f"found `{place.found}` after" if place.found else "nothing follows"
    other = " (for lengths of time write `for 30 days` or `within 30 days`)" if is_number(place.found) else ""
    return f"{found} `{place.previous}`; write a date, as in `{place.previous} 2026-06-01`{other}"


def _missing_number(place: Place) -> str:
    if place.previous not in COMPARISONS:
        return ""
    if is_name(place.found) or place.found in (*MEASURES, "casualties", "consent"):
        return (
            f"found `{place.found}` right of `{place.previous}`; a quantity is compared with a number, "
            f"as in `{place.previous} 5` or `{place.previous} 50%`"
        )
    found = f"found `{place.found}` after" if place.found else "nothing follows"
    return f"{found} `{place.previous}`; write a number, as in `{place.previous} 5` or `{place.previous} 50%`"


def _count_of(place: Place) -> str:
    if place.found == "of" or (is_number(place.found) and place.following[0] == "of"):
        return f"found `{place.found}`; write for example `at least 2 of (a, b, c)`"
    if place.previous == "least":
        return (
            f"found `{place.found}` after `at least`; write a whole number, as in `at least 2 of (a, b, c)`"
        )
    return ""


def _the_last(place: Place) -> str:
    if place.previous == "in" and place.found != "last":
        return "found `in` without `last`; write for example `in last 14 days`"
    return ""


def _window(place: Place) -> str:
    if place.found != "in":
        return ""
    return (
        "found `in last` where nothing can be counted; only events facts and casualties are counted, "
        "as in `violations in last 14 days`; for a condition write `within 14 days`"
    )


def _empty_parentheses(place: Place) -> str:
    if place.found != ")" or place.previous != "(":
        return ""
    if place.inside in (*MEASURES, "casualties"):
        return (
            f"found `{place.inside}()`; write a filter in the parentheses, or `{place.inside}` alone for all"
        )
    if place.inside == "consent":
        return "found `consent()`; write the party, as in `consent(israel)`"
    return "found `()` with nothing in it; write a condition in the parentheses"


def _consent_without_party(place: Place) -> str:
    if place.previous != "consent" or place.found == "(":
        return ""
    return "`consent` lacks its party; write for example `consent(israel)` or `consent(israel, turkey)`"


def _call(place: Place) -> str:
    if place.found != "(" or not is_name(place.previous):
        return ""
    known = "`deployed`, `committed`, `withdrawn`, `casualties` and `consent`"
    return f"found `(` after the name `{place.previous}`; only {known} take parentheses"


def _by_date(place: Place) -> str:
    """`by 2026-06-01`, `since 2026-06-01`: what is so until, or from, a date."""
    word, date = (
        (place.previous, place.found) if _IS_DATE.match(place.found) else (place.found, place.following[0])
    )
    if word not in _DATE_WORDS or not _IS_DATE.match(date):
        return ""
    return f"found `{word} {date}`; of dates a rule knows `after` and `before`: write `{_DATE_WORDS[word]} {date}`"


def _written_date(place: Place) -> str:
    """`after 1 June 2026`."""
    words = (*place.before[-2:], place.found)
    if not any(word in ("after", "before") for word in words) or not any(
        w.lower()[:3] in _MONTHS for w in words if w
    ):
        return ""
    return "dates are written as year-month-day, as in `after 2026-06-01`"


def _no(place: Place) -> str:
    if place.previous != "no" or not is_name(place.found):
        return ""
    return f"found `no {place.found}`; write `not {place.found}`"


def _comparison_in_words(place: Place) -> str:
    """`more than 5 violations`."""
    word, after = place.previous, place.following
    if place.found in _THAN and place.following[0] == "than":
        word, after = place.found, place.following[1:]
    elif place.found != "than" or word not in _THAN:
        return ""
    number = after[0] if after and is_number(after[0]) else "5"
    sign = _THAN[word]
    return (
        f"found `{word} than`; write the quantity, then `{sign}`, as in "
        f"`violations in last 30 days {sign} {number}`"
    )


def _foreign_word(place: Place) -> str:
    if place.found not in _FOREIGN:
        return ""
    return f"found `{place.found}`, which is no word of a rule; perhaps you mean `{_FOREIGN[place.found]}`"


def _pace(place: Place) -> str:
    """`fund >= 50% per quarter`, `violations > 5 a month`: a rule reads what there is, not how fast it grows."""
    quantity, operator, number = place.before[-3:]
    after = [word for word in place.following if not is_number(word)]
    unit = after[0].removesuffix("s") if after else ""
    if (
        place.found not in ("per", "a", "an", "every", "each")
        or unit not in SECONDS_OF_UNIT
        or operator not in COMPARISONS
        or not is_number(number)
    ):
        return ""
    found = f"found `{operator} {number} {place.found} {' '.join(place.following[: 3 - len(after)])}`"
    if number.endswith("%") or quantity in MEASURES:
        what = quantity if is_name(quantity) or quantity in MEASURES else "…"
        how = f", and how fast it grows as the `duration:` of {what}" if is_name(quantity) else ""
        return (
            f"{found}; a rule reads how much there is, not how fast: write `{what} {operator} {number}`{how}"
        )
    many = place.following[0] if is_number(place.following[0]) else "1"
    length = f"{many} {unit}{'' if many == '1' else 's'}"
    counted = f"{quantity if is_name(quantity) else '…'} in last {length} {operator} {number}"
    return f"{found}; what is counted is counted in a length of time: write `{counted}`"


def _percent(place: Place) -> str:
    if place.found not in ("percent", "pct", "per") or not is_number(place.previous):
        return ""
    share = place.previous.removesuffix("%")
    return f"found `{place.found}` after `{place.previous}`; write a percentage as in `{share}%`"


def _since(place: Place) -> str:
    if place.found != "since":
        return ""
    return "found `since`, which is no word of a rule; write how long, as in `for 30 days`, or `after` a date"


def _filler(place: Place) -> str:
    """Say that a word which only makes an English sentence of a rule is to be left out."""
    filler = next((word for word in (place.found, place.previous) if word in _FILLERS), "")
    if not filler or not place.expected & JOINS:
        return ""
    return f"found `{filler}`, which is no word of a rule; leave it out: a name alone means that it holds"


def _comma(place: Place) -> str:
    if place.found != "," or place.inside:
        return ""
    return "found `,` between conditions; join them with `and` or `or`"


def _keyword_as_name(place: Place) -> str:
    names_something = place.following[0] in COMPARISONS or not place.expected & BEGINS_CONDITION
    if place.found not in KEYWORDS or "NAME" not in place.expected or not names_something:
        return ""
    expectation = expectation_of(place.expected)
    return f"found `{place.found}`, a word of the language that cannot be a name; expected {expectation}"


def _side_by_side(place: Place) -> str:
    starts = is_name(place.found) or place.found in KEYWORDS or place.found == "("
    if not starts or not place.expected & JOINS:
        return ""
    return f"found `{place.found}` after `{place.previous}`; join two conditions with `and` or `or`"


def _lone_number(place: Place) -> str:
    if not is_number(place.found) or not place.expected & {"NOT", "COMPARISON"}:
        return ""
    quantity = "deployed" if "NOT" in place.expected else place.previous
    example = f"{quantity} >= {place.found}"
    return f"found the number `{place.found}` without a comparison; write for example `{example}`"


_REMEDIES: tuple[Callable[[Place], str], ...] = (
    _by_date,
    _written_date,
    _no,
    _comparison_in_words,
    _missing_unit,
    _length_compared,
    *PHRASES,
    _last_alone,
    _single_equals,
    _split_comparison,
    _grouped_digits,
    _number_left,
    _chained_comparison,
    _missing_length,
    _missing_date,
    _missing_number,
    _count_of,
    _the_last,
    _window,
    _empty_parentheses,
    _consent_without_party,
    _call,
    _foreign_word,
    _pace,
    _percent,
    _since,
    _filler,
    _comma,
    _lone_number,
    _keyword_as_name,
    _side_by_side,
)
