"""What holds troops back, in words: the same in tables, figures, sentences and the account of one world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from sim.rules.parsing import parse
from sim.rules.syntax import NEVER, After, Before, Rule
from sim.vocabulary import Cause, cause_of
from sim.words.dates import day
from sim.words.names import possessive, printable, proper, readable, the, within
from sim.words.titles import plain_clause

Titles = Mapping[str, str]

_NEVER = "what never comes true"


def cause_label(cause: str | Cause, titles: Titles) -> str:
    """Return what troops wait for, or why they will not come, as a row or a layer is named.

    `Israel's consent to Turkey`, `until “Mandate clear” holds`, `lift by air`, `refused for good`.
    """
    return printable(_label(cause if isinstance(cause, Cause) else cause_of(cause), titles))


def cause_loss(cause: str | Cause, titles: Titles) -> str:
    """Return the same as a noun within a sentence: what troop-days are lost to.

    `waiting for Israel's consent to Turkey`, `waiting until “Mandate clear” holds`, `refusal for good`.
    """
    return printable(_loss(cause if isinstance(cause, Cause) else cause_of(cause), titles))


def _label(cause: Cause, titles: Titles) -> str:  # noqa: PLR0911, PLR0912  # one branch for each kind
    match cause.kind:
        case "deployed":
            return "deployed"
        case "rule":
            rule = parse(cause.subject)
            return _NEVER if rule == NEVER else f"until {condition(rule, titles)}"
        case "consent":
            party, contributor = cause.parties
            return f"{possessive(_who(party, titles))} consent to {_who(contributor, titles)}"
        case "approval":
            return f"approval by {the(cause.subject)}"
        case "preparation":
            return "preparation"
        case "relief gap":
            return "the next unit after a relief that failed"
        case "sector":
            return f"{within(titles.get(cause.subject, readable(cause.subject)))} to open"
        case "authorised":
            return "room under the authorised ceiling"
        case "lift":
            return f"lift by {cause.subject.replace('_', ' ')}"
        case "beds":
            return "beds in the theatre"
        case "reception":
            return "reception in the theatre"
        case "moving":
            return "the journey"
        case "news":
            return "news of a move"
        case "withdrawn":
            return "withdrawn"
        case "mission over":
            return "left out, as the mission is over"
        case "refused":
            return "refused for good"
        case "undelivered":
            return "pledged but never delivered"
        case "trainers":
            return "trainers"
        case "training":
            return "training"
        case _:
            assert_never(cause.kind)


def _loss(cause: Cause, titles: Titles) -> str:  # noqa: PLR0911  # one branch for each kind
    match cause.kind:
        case "rule":
            said = _label(cause, titles)
            return f"waiting for {said}" if said == _NEVER else f"waiting {said}"
        case (
            "consent"
            | "approval"
            | "relief gap"
            | "sector"
            | "authorised"
            | "lift"
            | "beds"
            | "reception"
            | "news"
        ):
            return f"waiting for {_label(cause, titles)}"
        case "trainers":
            return "waiting for trainers"
        case "withdrawn":
            return "withdrawal"
        case "mission over":
            return "the end of the mission"
        case "refused":
            return "refusal for good"
        case "undelivered":
            return "pledges that are never delivered"
        case "deployed" | "preparation" | "moving" | "training":
            return _label(cause, titles)
        case _:
            assert_never(cause.kind)


def condition(rule: Rule, titles: Titles) -> str:
    """Return a rule as what must come true: a clause without brackets, a date as people say it."""
    match rule:
        case After(date):
            return day(date)
        case Before(date):
            return f"it is before {day(date)}, which is over"
    return plain_clause(rule, titles)


def _who(name: str, titles: Titles) -> str:
    return within(titles.get(name, proper(name)))
