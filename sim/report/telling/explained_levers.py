"""What could be done: each lever with who must act, what it does, what it takes, and whether it works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.plan.laws import law_of
from sim.report.telling.paragraphs import heading, labelled, paragraph
from sim.scenario.distributions import Drawn, Fixed
from sim.scenario.levers import Happening, Lever
from sim.scenario.scenario import Scenario
from sim.words.dates import short_day
from sim.words.names import listed, possessive, readable, within
from sim.words.numbers import measured
from sim.words.stated import chance_said, is_certain
from sim.words.titles import clause


def lever_lines(scenario: Scenario, titles: Mapping[str, str]) -> Iterator[str]:
    """Yield what the levers are, and which of them are pulled in this scenario; nothing without any."""
    if not scenario.levers:
        return
    yield from heading("What could be done")
    for name, lever in scenario.levers.items():
        yield lever.name or readable(name)
        if lever.party is not None:
            yield from labelled("acts", titles[lever.party])
        if lever.set_:
            yield from labelled(
                "sets", "; ".join(f"{path} = {_shown(value)}" for path, value in lever.set_.items())
            )
        if lever.happens is not None:
            yield from labelled("makes", _happens(lever, lever.happens, titles))
        yield from labelled("takes", _effort(lever))
        if not is_certain(lever.works):
            yield from labelled("works", f"with a chance of {chance_said(lever.works)}")
        for label, others in (("needs", lever.needs), ("excludes", lever.excludes)):
            if others:
                yield from labelled(label, listed([titles[f"lever({other})"] for other in others]))
    if scenario.pulled is not None:
        pulled = [titles[f"lever({name})"] for name in scenario.pulled]
        yield from paragraph(f"Pulled here: {listed(pulled) if pulled else 'none of them'}.")
    else:
        yield from paragraph(
            "None of them is pulled here: they change nothing until `pulled:` or isf plan does so."
        )


def _happens(lever: Lever, happens: Happening, titles: Mapping[str, str]) -> str:
    if happens.fact is not None:
        what = f"“{titles[happens.fact]}” {'true' if happens.value else 'false'}"
    else:
        assert happens.party is not None and happens.contributor is not None
        what = f"{possessive(titles[happens.party])} consent to {within(titles[happens.contributor])}"
    when = f" on {short_day(happens.on)}" if happens.on is not None else ""
    if happens.when is not None:
        when = f" once {clause(happens.when, titles)}; only then is it pulled"
    first = f", not before {short_day(lever.from_)}" if lever.from_ is not None else ""
    return f"{what}{when}{first}"


def _effort(lever: Lever) -> str:
    return measured(_amount(lever.effort), lever.unit or "units of effort")


def _amount(drawn: Drawn) -> str:
    law = law_of(drawn.distribution)
    if isinstance(drawn.distribution, Fixed):
        return f"{drawn.distribution.value:g}"
    low, middle, high = (law.quantile(share) for share in (0.1, 0.5, 0.9))
    return f"{middle:.3g} (10–90 %: {low:.3g}–{high:.3g})"


def _shown(value: object) -> str:
    return str(value).replace("'", "").removeprefix("{").removesuffix("}")
