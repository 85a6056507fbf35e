"""Every figure: its name, how it is drawn, what it says, what it shows, and when there is something to show.

A new figure is one `Exhibit` in a list below; folder, report, notebook and workbook find it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.report.exhibit import Exhibit, Layout
from sim.words.names import file_name

if TYPE_CHECKING:
    import pandas as pd

    from sim.report.answers.packages import Search
    from sim.report.comparison_tables import ComparisonTables
    from sim.report.tables import Tables
    from sim.studies.sensitivity import Sensitivity


_MOST_RESPONSES = 3


def run_exhibits(tables: Tables) -> Iterator[Exhibit]:
    """Yield the figures that a run has something for."""
    from sim.report import findings
    from sim.report.awaited import waiting_table
    from sim.report.figures.arrivals import draw_arrivals
    from sim.report.figures.binding_stack import draw_binding_stack
    from sim.report.figures.chance_of_levels import chance_finding, chances_of_levels, draw_chance_of_levels
    from sim.report.figures.fact_chances import draw_fact_chances, facts_finding, signal_words
    from sim.report.figures.fan import draw_fan
    from sim.report.figures.funnel import draw_funnel, funnel_finding
    from sim.report.figures.gantt import draw_gantt
    from sim.report.figures.matrix import draw_matrix
    from sim.report.figures.target_probability import draw_target_probability
    from sim.report.figures.waiting_graph import draw_waiting_graph, waiting_finding

    scenario = tables.scenario
    yield Exhibit(
        "fan",
        "Fan chart",
        "force level, median with 50 % and 90 % bands",
        draw_fan,
        findings.force_finding,
        lambda own: own.fan,
        Layout("line", "date", ("q05", "q25", "q50", "q75", "q95"), words=_quantile_words),
    )
    yield Exhibit(
        "chance_of_levels",
        "Curves over time",
        "chance of at least so many troops, by date",
        draw_chance_of_levels,
        chance_finding,
        chances_of_levels,
        Layout("line", "date", share=True, words=lambda own, troops: f"at least {troops}"),
    )
    if scenario.targets:
        yield Exhibit(
            "target_probability",
            "Curves over time",
            "probability of each target over time",
            draw_target_probability,
            findings.target_finding,
            _target_curves,
            Layout(
                "line", "date", ("held",), "target", True, lambda own, name: findings.readable_target(name)
            ),
        )
    if scenario.contributors or scenario.trained_forces:
        yield Exhibit(
            "binding_stack",
            "Stacked areas over time",
            "what holds pledged troops back, mean over all replications",
            draw_binding_stack,
            findings.binding_finding,
            _stack,
            Layout("area", "date", words=findings.cause_words),
        )
        yield Exhibit(
            "funnel",
            "Lines over time",
            "mean troops pledged, approved, ready and deployed",
            draw_funnel,
            funnel_finding,
            lambda own: own.funnel,
            Layout("line", "date"),
        )
        yield Exhibit(
            "arrivals",
            "Stacked areas over time",
            "mean force by contributor",
            draw_arrivals,
            findings.arrival_finding,
            lambda own: own.by_contributor,
            Layout("area", "date", ("mean",), "contributor", words=type(tables).contributor_name),
        )
        yield Exhibit(
            "gantt",
            "Gantt chart",
            "when each contingent passes each stage: median and 90 % of the worlds in which it arrives",
            draw_gantt,
            findings.gantt_finding,
            lambda own: own.stage_dates,
        )
        yield Exhibit(
            "waiting",
            "Graph of two columns",
            "who waits for whom, in troop-days",
            draw_waiting_graph,
            waiting_finding,
            waiting_table,
        )
    if len(tables.fact_chances.columns) > 1:
        yield Exhibit(
            "facts",
            "Curves over time, a row each",
            "how likely facts and consents are, by date",
            draw_fact_chances,
            facts_finding,
            lambda own: own.fact_chances,
            Layout("line", "date", share=True, words=signal_words),
        )
    if scenario.requirements:
        yield Exhibit(
            "matrix",
            "Matrix of tasks and sectors",
            "capabilities required and filled, by sector",
            draw_matrix,
            findings.coverage_finding,
            lambda own: own.coverage.lines,
        )
    yield from cost_exhibits(tables)


def cost_exhibits(tables: Tables) -> Iterator[Exhibit]:
    """Yield the figure of what the force costs, where the scenario states it."""
    from sim.report.answers.costs import costs_finding
    from sim.report.figures.costs import draw_costs

    if tables.scenario.costs is not None:
        yield Exhibit(
            "costs",
            "Fan chart",
            "cost of the force, median with 50 % and 90 % bands",
            draw_costs,
            costs_finding,
            lambda own: own.cost_curve,
            Layout("line", "date", ("q05", "median", "q95"), words=_quantile_words),
        )


def _quantile_words(_: Tables, name: str) -> str:
    """`median`, `5 % of worlds below`: a column of quantiles as the curve of page one names it."""
    return "median" if name in ("q50", "median") else f"{int(name[1:])} % of worlds below"


def _contributor_words(tables: ComparisonTables, name: str, label: str) -> str:
    return tables.of(label).contributor_name(name)


def _target_curves(tables: Tables) -> pd.DataFrame:
    import pandas as pd

    curves = [curve.assign(target=name) for name, curve in tables.target_curves.items()]
    return pd.concat(curves, ignore_index=True) if curves else pd.DataFrame()


def _stack(tables: Tables) -> pd.DataFrame:
    return tables.stack.pivot(index="date", columns="cause", values="mean").reset_index()


def comparison_exhibits(tables: ComparisonTables) -> Iterator[Exhibit]:
    """Yield the figures that a comparison has something for; a target and a scenario have their own."""
    from sim.report import comparison_findings as findings
    from sim.report.figures.comparison_binding import draw_comparison_binding
    from sim.report.figures.comparison_fans import draw_comparison_fans
    from sim.report.figures.comparison_targets import draw_comparison_targets, target_finding
    from sim.report.figures.difference_fans import draw_difference_fans
    from sim.report.figures.effects import contributor_finding, draw_contributor_effects, draw_effects
    from sim.report.figures.level_distributions import distributions_finding, draw_level_distributions
    from sim.report.figures.news import draw_news, news_finding, news_of

    level, name = findings.level_finding, type(tables).name
    yield Exhibit(
        "effects",
        "Ranked dot plot",
        f"what each scenario changes in the mean force on {tables.day}",
        draw_effects,
        level,
        _effects_on_date,
        Layout("bar", "scenario", ("difference",), words=name),
    )
    yield from _responses(tables)
    yield Exhibit(
        "fans",
        "A fan chart for each scenario",
        "force level of every scenario, on the same axes",
        draw_comparison_fans,
        level,
        lambda own: _together({label: own.of(label).fan for label in own.labels}),
        Layout("line", "date", ("q50",), "scenario", words=name),
    )
    yield Exhibit(
        "differences",
        "A chart of differences over time for each scenario",
        "by how many troops every scenario differs from the baseline",
        draw_difference_fans,
        level,
        lambda own: _together({label: own.difference(label) for label in own.others}),
        Layout("line", "date", ("mean",), "scenario", words=name),
    )
    yield Exhibit(
        "distributions",
        "Distributions side by side",
        f"how the force on {tables.day} differs from world to world",
        draw_level_distributions,
        distributions_finding,
        _levels_on_date,
    )
    yield Exhibit(
        "binding",
        "Stacked bars",
        "what holds pledged troops back in every scenario, mean over the whole run",
        draw_comparison_binding,
        findings.binding_finding,
        lambda own: own.comparison.rows("troop_days"),
    )
    for place, label in enumerate(tables.others, 1):
        if news_of(tables, label) is not None:
            yield Exhibit(
                f"news-{place}-{file_name(label)}",
                "Two fan charts on the same axes",
                "what the news did: the force as of two days",
                partial(draw_news, label=label),
                partial(news_finding, label=label),
                partial(_before_and_after, label=label),
                Layout("line", "date", ("q50",), "scenario", words=name),
            )
    for place, target in enumerate(tables.moving_targets, 1):
        yield Exhibit(
            f"target-{place}-{file_name(target)}",
            "Curves over time",
            "chance that a target is held, over time",
            partial(draw_comparison_targets, target=target),
            partial(target_finding, name=target),
            partial(_curves_of, target=target),
            Layout("line", "date", ("held",), "scenario", share=True, words=name),
        )
    for place, label in enumerate(tables.others, 1):
        yield Exhibit(
            f"contributors-{place}-{file_name(label)}",
            "Dot plot",
            f"mean troops of each contributor on {tables.day}, less the baseline's",
            partial(draw_contributor_effects, label=label),
            partial(contributor_finding, label=label),
            partial(_contributors_of, label=label),
            Layout("bar", "item", ("difference",), words=partial(_contributor_words, label=label)),
        )


def _responses(tables: ComparisonTables) -> Iterator[Exhibit]:
    """Yield how the force, and each target that moves, responds to the number that all scenarios vary."""
    from sim.report.figures.response import draw_response, response_finding, response_table, swept_of

    if swept_of(tables) is None:
        return
    for place, target in enumerate(("", *tables.moving_targets[:_MOST_RESPONSES])):
        name = f"response-target-{place}-{file_name(target)}" if target else "response"
        what = "chance of a target" if target else f"mean force on {tables.day}"
        yield Exhibit(
            name,
            "Curve with intervals",
            f"{what} by the value that varies",
            partial(draw_response, target=target),
            partial(response_finding, target=target),
            partial(response_table, target=target),
        )


def sensitivity_exhibits(sensitivity: Sensitivity, top: int) -> Iterator[Exhibit]:
    """Yield a tornado for each measure."""
    from sim.report.figures.tornado import draw_tornado
    from sim.report.sensitivity_findings import measure_words, sensitivity_finding

    for key in sensitivity.measures:
        yield Exhibit(
            file_name("-".join(part for part in ("tornado", *key) if part)),
            "Tornado chart",
            f"{measure_words(sensitivity.scenario, key)}, each assumption moved alone",
            partial(draw_tornado, key=key, top=top),
            partial(sensitivity_finding, key=key),
            partial(_rows_of, key=key),
        )


def _together(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    parts = [table.assign(scenario=label) for label, table in tables.items()]
    return pd.concat(parts, ignore_index=True)


def _levels_on_date(tables: ComparisonTables) -> pd.DataFrame:
    table = tables.comparison.table
    return table[
        table["measure"].isin(("level_mean", "level_q50")) & (table["date"] == tables.date.isoformat())
    ]


def _before_and_after(tables: ComparisonTables, label: str) -> pd.DataFrame:
    from sim.report.figures.news import known_words, news_of

    news = news_of(tables, label)
    assert news is not None
    return _together({known_words(own): own.fan for own in (news.before, news.after)})


def _curves_of(tables: ComparisonTables, target: str) -> pd.DataFrame:
    curves = {label: tables.curve(label, target) for label in tables.labels}
    return _together({label: curve for label, curve in curves.items() if curve is not None})


def _effects_on_date(tables: ComparisonTables) -> pd.DataFrame:
    """What the dots of the effects show: the differences on the comparison's date."""
    table = tables.comparison.rows("level_mean")
    return table[
        (table["date"] == tables.date.isoformat()) & (table["scenario"] != tables.comparison.baseline)
    ]


def _contributors_of(tables: ComparisonTables, label: str) -> pd.DataFrame:
    table = tables.comparison.rows("contributor_level", label)
    return table[table["date"] == tables.date.isoformat()]


def _rows_of(sensitivity: Sensitivity, key: Any) -> pd.DataFrame:
    return sensitivity.rows(key)


def packages_exhibits(search: Search) -> Iterator[Exhibit]:
    """Yield the figure of a search among packages of levers."""
    from sim.report.answers.packages import frontier_finding
    from sim.report.figures.frontier import draw_frontier
    from sim.studies.packages.keeping import packages_table

    yield Exhibit(
        "frontier",
        "Scatter plot with a stepped line",
        "chance of the target by effort",
        draw_frontier,
        frontier_finding,
        lambda own: packages_table(own.planning),
    )
