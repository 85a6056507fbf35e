"""Names in words: from identifiers of a file, and how they stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence


def printable(text: str) -> str:
    """The text without characters that steer a terminal or break a line of a figure."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def readable(identifier: str) -> str:
    """An identifier of a file as words: `israel_held` becomes `Israel held`."""
    words = identifier.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def proper(identifier: str) -> str:
    """An identifier of a state or party as its name: `united_states` becomes `United States`."""
    words = identifier.replace("_", " ").split()
    small = {"of", "and", "the"}
    return " ".join(
        word if place and word in small else capitalised(word) for place, word in enumerate(words)
    )


def agreeing(name: str, verb: str) -> str:
    """`Israel consents`, but `Egypt, Qatar and Jordan consent`: the verb that agrees with a party's name."""
    return f"{name} {verb if several(name) else verb + 's'}"


def several(name: str) -> bool:
    """Whether a party's name is that of several: `Egypt, Qatar and Jordan`."""
    return ", " in name and " and " in name


def capitalised(sentence: str) -> str:
    """The sentence with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]


def uncapitalised(sentence: str) -> str:
    """The sentence as it goes on behind a colon."""
    return sentence[:1].lower() + sentence[1:]


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: `a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def within(name: str) -> str:
    """A name within a sentence: `the host` for a party that is called “The host”."""
    return f"the {name[4:]}" if name.startswith("The ") else name


def the(words: str) -> str:
    """`the parliament`, `the king` of `the_king`: an identifier as a thing in a sentence."""
    return f"the {words.replace('_', ' ').removeprefix('the ')}"


def possessive(name: str) -> str:
    """`Israel's`, `the United States'`: whose something is."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def file_name(words: str) -> str:
    """A name as part of a file's name, which cannot leave its folder."""
    return re.sub(r"[^\w.-]+", "-", words).strip(".-")[:60] or "unnamed"
