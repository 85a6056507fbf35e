"""Wrong numbers and words in the words."""

from __future__ import annotations

from tests.mutants.mutant import VOICE, Mutant, mutants_of

MUTANTS: list[Mutant] = [
    *mutants_of(
        "words/numbers.py",
        VOICE,
        ("math.floor(value + 0.5):,", "math.floor(value):,"),
        ("math.floor(low * 100 + 1e-9), math.ceil(high * 100 - 1e-9)", "math.ceil(low * 100 - 1e-9), math.floor(high * 100 + 1e-9)"),
        ('return "<1 %"', 'return "0 %"'),
        ('if number == 1 else f"{number:,} {noun}s"', 'if number <= 2 else f"{number:,} {noun}s"'),
        ('f"{words} (under', 'f"{words} (over'),
        ('f"about {near:,}"', 'f"About {near:,}"'),
    ),
    *mutants_of(
        "words/titles.py",
        VOICE,
        ("within(title) if name in who", "within(title) if name not in who"),
        ("block.name or proper(key) for key", "proper(key) for key"),
        ("said[:1].lower() + said[1:]", "said"),
    ),
    *mutants_of("vocabulary.py", VOICE, ("{date.day} {MONTHS[date.month - 1]} {date.year}", "{date.day} {MONTHS[date.month - 2]} {date.year}")),
    *mutants_of(
        "words/dates.py",
        VOICE,
        ("{MONTHS[date.month - 1][:3]} {date.year}\"\n\n\ndef month", "{MONTHS[date.month - 1][:3].lower()} {date.year}\"\n\n\ndef month"),
    ),
    *mutants_of(
        "words/differences.py",
        VOICE,
        ("{after} instead of {before}", "{before} instead of {after}"),
        ("more: str = \"higher\",\n    less: str = \"lower\"", "more: str = \"lower\",\n    less: str = \"higher\""),
        ("second - first == said and not hides", "True"),
        ("one if rounded(abs(difference)) == 1", "one if rounded(abs(difference)) <= 2"),
        ('{"+" if value > 0 else MINUS}{words}'.replace('"', "'"), "{'-' if value > 0 else MINUS}{words}"),
    ),
    *mutants_of(
        "words/names.py",
        VOICE,
        ("name.endswith(\"s\") else f\"{name}'s\"", "name.endswith(\"x\") else f\"{name}'s\""),
        ("words[:1].upper() + words[1:]", "words[:1] + words[1:]"),
        ("} and {words[-1]}", "}, {words[-1]}"),
        ("verb if several(name) else verb + 's'", "verb + 's' if several(name) else verb"),
        ('f"the {name[4:]}"', 'f"The {name[4:]}"'),
    ),
    *mutants_of(
        "words/causes.py",
        VOICE,
        ('possessive(_who(party, titles))} consent to {_who(contributor, titles)}', 'possessive(_who(contributor, titles))} consent to {_who(party, titles)}'),
        ('return "refusal for good"', 'return "refused for good"'),
        ('if said == _NEVER else f"waiting {said}"', 'if said == _NEVER else f"waiting for {said}"'),
        ('return f"lift by', 'return f"Lift by'),
        ("return day(date)", "return str(date)"),
    ),
    *mutants_of(
        "words/departures.py",
        VOICE,
        ("1.0 - withdraws", "withdraws"),
        ("withdraws - ends - recorded", "withdraws"),
        ('"the mission ends": ends', '"the mission ends": recorded'),
    ),
    *mutants_of(
        "words/numbers.py",
        VOICE,
        ("'is' if failed == 1 else 'are'", "'is' if failed <= 2 else 'are'"),
        ("' alone' if whole(low) == whole(high)", "' alone' if whole(low) != whole(high)"),
        ("if troops == 0:\n        return f\"nobody", "if troops == 1:\n        return f\"nobody"),
        ("_limit(otherwise, math.ceil)", "_limit(otherwise, math.floor)"),
        ("if number != 1:\n", "if number > 2:\n"),
        ("if troops != 1 else \"any\"", "if troops > 2 else \"any\""),
        ('{failed:,} of {counted(played', '{played - failed:,} of {counted(played'),
    ),
]  # fmt: skip
