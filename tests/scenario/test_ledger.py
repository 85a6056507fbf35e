from __future__ import annotations

from sim.scenario.ledger import assumptions, ledger, sourced
from sim.scenario.loading import resolve_text

from .samples import COMPLETE

TREE = resolve_text(COMPLETE, "f").tree
BY_PATH = {entry.path: entry for entry in ledger(TREE)}


def source_of(path: str) -> str | None:
    source = BY_PATH[path].source
    return source.name if source is not None else None


def test_every_entry_is_sourced_or_assumed():
    assert {*sourced(TREE), *assumptions(TREE)} == set(ledger(TREE))
    assert not {*sourced(TREE)} & {*assumptions(TREE)}
    assert len(BY_PATH) == len(ledger(TREE)) > 80


def test_a_source_per_key_speaks_for_that_key_alone():
    assert source_of("facts.ceasefire.since") == "lwj"
    assert source_of("facts.ceasefire.stays_on") is None
    assert source_of("contributors.turkey.contingents.brigade.troops") == "lwj"
    assert source_of("contributors.turkey.contingents.brigade.role") is None


def test_a_block_s_source_speaks_for_its_keys_and_what_lies_in_them():
    assert source_of("facts.violations.rate") == "lwj"
    assert source_of("facts.violations.past.2025-11-17") == "lwj"
    assert source_of("facts.violations.rate_multiplier.0.times") == "lwj"
    assert source_of("contributors.turkey.consents.israel.probability") == "lwj"
    assert source_of("contributors.indonesia.contingents.infantry.troops") == "memo"
    assert source_of("history.0.count") == "lwj"


def test_a_block_s_source_does_not_speak_for_blocks_with_their_own():
    assert source_of("contributors.jordan.consents.israel") == "lwj"
    assert source_of("contributors.jordan.contingents.trainers.troops") is None
    assert source_of("contributors.indonesia.contingents.infantry.tour.every") is None


def test_a_source_per_key_speaks_for_inner_blocks_that_name_none():
    text = COMPLETE.replace("    source: lwj\n  indonesia:", "    source: {contingents: lwj}\n  indonesia:")
    entries = {entry.path: entry for entry in ledger(resolve_text(text, "f").tree)}
    assert entries["contributors.jordan.contingents.trainers.troops"].source.name == "lwj"
    assert entries["contributors.jordan.consents.israel"].source is None


def test_an_entry_shows_its_value_place_and_source():
    entry = BY_PATH["contributors.indonesia.contingents.infantry.troops"]
    assert entry.value == "{low: 1200, mode: 5000, high: 19000}"
    line = COMPLETE.split("\n")[entry.position.line - 1]
    assert line[entry.position.column - 1 :] == entry.value
    assert entry.source.publisher == "Middle East Monitor"
    quoted = BY_PATH["facts.ceasefire.since"].source
    assert (quoted.date, quoted.quote, quoted.grade) == ("2025-11-19", "nearly 25", "A")
    assert BY_PATH["requirements.0.critical"].value == "true"
    assert BY_PATH["contributors.jordan.contingents.trainers.will_not"].value == "[patrol, disarm]"


def test_titles_names_and_sources_are_no_entries():
    assert not [
        path for path in BY_PATH if path.startswith(("scenario", "question", "sources", "start", "as_of"))
    ]
    assert not [path for path in BY_PATH if path.rsplit(".", 1)[-1] in ("name", "kind", "source", "log")]
