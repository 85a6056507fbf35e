"""Wrong numbers in the right places, and right words in the wrong case: does a test notice each?

Run as `python -m tests.mutants [part of a file's name]`. Each mutant is a change of one line of a file of
`sim/report`, `sim/words`, `sim/studies` or `sim/results`, applied to a copy in memory; then the quick tests of its
room are run in a process of their own until one fails. What survives is printed, and the exit code says so.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import io
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLES = "tests/report/test_tied_tables.py"
PAGE_ONE = "tests/report/test_tied_page_one.py"
FIGURES = "tests/report/test_tied_figures.py"
COMPARED = "tests/report/test_tied_comparison.py"
VOICE = "tests/words"
CHANGES = "tests/report/test_tied_changes.py"
FACTS = "tests/report/test_tied_facts_and_waiting.py"
FORMATS = "tests/report/test_same_numbers.py"
TELLINGS = "tests/report/test_tied_tellings.py"
PACKAGES = "tests/report/test_tied_packages.py"
PAGE = "tests/report/test_page.py"


@dataclass(frozen=True)
class Mutant:
    """One line of a file changed; `tests` are those that should notice."""

    file: str
    before: str
    after: str
    tests: str

    @property
    def source(self) -> str:
        """The file's text with the change; ValueError if the line is not there exactly once or more."""
        text = (ROOT / "sim" / self.file).read_text(encoding="utf-8")
        if self.before not in text:
            raise ValueError(f"{self.file} no longer holds {self.before!r}; bring the mutant up to date")
        return text.replace(self.before, self.after, 1)


def _tests(file: str, *names: str) -> str:
    """Tests of a file by name."""
    return " ".join(f"{file}::{name}" for name in names)


def _of(file: str, tests: str, *changes: tuple[str, str]) -> list[Mutant]:
    return [Mutant(file, before, after, tests) for before, after in changes]


MUTANTS: list[Mutant] = [
    *_of(
        "report/answers/levels.py",
        _tests(TABLES, "test_levels"),
        ("for share in (0.05, 0.5, 0.95))", "for share in (0.05, 0.75, 0.95))"),
        ("for share in (0.05, 0.5, 0.95))", "for share in (0.1, 0.5, 0.9))"),
        ("quantile_interval(ordered, 0.5)", "quantile_interval(ordered, 0.55)"),
        ("count_on(levels, SURE, date)", "count_on(levels, 1 - SURE, date)"),
        ("span(low, high),\n        around(", "span(first, high),\n        around("),
        ("around(sure.troops, sure.low, sure.high)", "around(sure.troops, sure.high, sure.low)"),
        ("(target.by, target_selection(scenario, target))", "(target.by, tables.headline)"),
        ("for date in (*plain, scenario.end)", "for date in (*plain, scenario.start)"),
        ('Column("Median", True)', 'Column("Mean", True)'),
    ),
    *_of(
        "report/answers/targets.py",
        _tests(TABLES, "test_targets"),
        ("chance(row.held_on, row.held_low, row.held_high, trials)", "chance(row.reached_by, row.held_low, row.held_high, trials)"),
        ("chance(row.held_on, row.held_low, row.held_high, trials)", "chance(row.held_on, row.reached_low, row.held_high, trials)"),
        ("chance(row.reached_by, row.reached_low, row.reached_high, trials)", "chance(row.held_on, row.held_low, row.held_high, trials)"),
        ("joined(short_day(row.by))", "joined(short_day(tables.scenario.end))"),
        ('"Held on that day", "Reached by then")', '"Reached by then", "Held on that day")'),
    ),
    *_of(
        "report/answers/arrivals.py",
        _tests(TABLES, "test_first_boots_and_flow_in", "test_departures"),
        ("whole(row.pledged),\n        arrives", "whole(row.troops_median),\n        arrives"),
        ("span(row.troops_q05, row.troops_q95)", "span(row.troops_q05, row.troops_median)"),
        ("joined(short_day(row.first_median))", "joined(short_day(row.first_q95))"),
        ("_between(boots['q05'], boots['q95'], boots['median'])", "_between(boots['q95'], boots['q05'], boots['median'])"),
        ("median {day(boots['median'])}", "median {day(boots['q95'])}"),
        ("(-entry[1].chance, -entry[1].pledged, entry[0])", "(entry[1].chance, -entry[1].pledged, entry[0])"),
        ("chance(row.chance, row.low, row.high, tables.replications)", "chance(1 - row.chance, row.low, row.high, tables.replications)"),
        ("joined(short_day(row.median)),\n            _range(row)", "joined(short_day(row.q05)),\n            _range(row)"),
    ),
    *_of(
        "report/answers/holding_back.py",
        _tests(TABLES, "test_what_holds_back", "test_largest_losses_by_contributor"),
        ("whole(row.troop_days),\n            span(row.low, row.high),\n            joined(percentage(row.share)),\n        )", "whole(row.high),\n            span(row.low, row.high),\n            joined(percentage(row.share)),\n        )"),
        ("ascending=[False, True])\n    rows", "ascending=[True, True])\n    rows"),
        ('tables.binding[(tables.binding["cause"] != DEPLOYED)', 'tables.whole_binding[(tables.whole_binding["cause"] != DEPLOYED)'),
        ('own.loc[own["cause"] == DEPLOYED, "share"]', 'own.loc[own["cause"] != DEPLOYED, "share"]'),
        ("row = rows_of(lost)[0]", "row = rows_of(lost)[-1]"),
    ),
    *_of(
        "report/answers/requirements.py",
        _tests(TABLES, "test_requirements"),
        ('chance(short["by_met"], short["by_met_low"], short["by_met_high"]', 'chance(short["end_met"], short["by_met_low"], short["by_met_high"]'),
        ('_missing(short, "by"),\n        _missing(short, "end")', '_missing(short, "end"),\n        _missing(short, "by")'),
        ("percentage(row.share)", "percentage(1 - row.share)"),
    ),
    *_of(
        "report/answers/page_one.py",
        PAGE_ONE,
        ("for share in (0.5, 0.05, 0.95))", "for share in (0.5, 0.25, 0.75))"),
        ("count_on(tables.levels, SURE, tables.date)\n    when", "count_on(tables.levels, SURE, tables.scenario.end)\n    when"),
        ("chance_of_none(tables.levels, tables.date), tables.replications", "chance_of_none(tables.levels, tables.scenario.start), tables.replications"),
        ("float(quantile_of(levels, 0.95))", "float(quantile_of(levels, 0.5))"),
        ('("median", "q50")', '("median", "q95")'),
        ("counted_on_from(tables.levels, int(row.troops), SURE)", "counted_on_from(tables.levels, int(row.troops), 0.5)"),
        ("_bar(value / largest)", "_bar(1 - value / largest)"),
        ("tables.pledged, \"\"", "float(levels.mean()), \"\""),
    ),
    *_of(
        "report/findings.py",
        _tests(FIGURES, "test_titles_state_what_the_logs_say") + f" {TABLES}::test_what_holds_back",
        ('table["cause"] == DEPLOYED, "share"]', 'table["cause"] != DEPLOYED, "share"]'),
        ("peak = max(medians)", "peak = max(fan['q95'])"),
        ("key=lambda row: (-row.held_on, row.by, str(row.target)))", "key=lambda row: (row.held_on, row.by, str(row.target)))"),
        ("best, worst = rows[0], rows[-1]", "best, worst = rows[0], rows[0]"),
        ("percentage(own / total)", "percentage(own / (total + own))"),
        ("key=lambda row: (row.troops, row.by), default=None)", "key=lambda row: (-row.troops, row.by), default=None)"),
        ("(chances > 0.5).sum()", "(chances > 0.9).sum()"),
        ("in_share(float(target.held_on), replications, target.applies < 1)", "in_share(float(target.reached_by), replications, target.applies < 1)"),
    ),
    *_of(
        "report/figures/fan.py",
        _tests(FIGURES, "test_the_fan"),
        ('fan["q25"], fan["q75"], color=_INNER', 'fan["q05"], fan["q75"], color=_INNER'),
        ('fan["q05"], fan["q95"], color=_OUTER', 'fan["q25"], fan["q95"], color=_OUTER'),
        ('axes.plot(days, fan["q50"], color=INK, linewidth=0.9', 'axes.plot(days, fan["q75"], color=INK, linewidth=0.9'),
        ("f\"median {whole(last['q50'])}\"", "f\"median {whole(last['mean'])}\""),
        ("Mark(by, float(row.troops), words, TARGET_SHAPE", "Mark(tables.scenario.end, float(row.troops), words, TARGET_SHAPE"),
        ("count_of(float(row.held_on)", "count_of(float(row.reached_by)"),
        ("(levels < troops).sum()), int((levels > troops).sum())", "(levels > troops).sum()), int((levels < troops).sum())"),
    ),
    *_of(
        "report/figures/target_probability.py",
        _tests(FIGURES, "test_target_probability"),
        ('axes.plot(days, curve["held"]', 'axes.plot(days, curve["reached"]'),
        ('curve["held_low"], curve["held_high"]', 'curve["reached_low"], curve["held_high"]'),
        ("[float(row.held_on)]", "[float(row.reached_by)]"),
    ),
    *_of(
        "report/figures/layers.py",
        _tests(FIGURES, "test_binding_stack"),
        ("top = floor + layer.troops", "top = floor + 2 * layer.troops"),
        ("        floor = top\n", "        floor = 0 * top\n"),
    ),
    *_of(
        "report/figures/gantt.py",
        _tests(FIGURES, "test_gantt"),
        ("[position(stage.q05), position(stage.q95)]", "[position(stage.q05), position(stage.median)]"),
        ("[position(stage.median)]", "[position(stage.q05)]"),
        ("count_of(row.arrives, tables.replications)", "count_of(1 - row.arrives, tables.replications)"),
    ),
    *_of(
        "report/figures/matrix.py",
        _tests(FIGURES, "test_matrix"),
        ("RequirementCell(troops, troops * share,", "RequirementCell(troops, troops * (1 - share),"),
        ("due = short_day(line.by)", "due = short_day(tables.scenario.end)"),
        ('set_index("line")["by_met"]', 'set_index("line")["end_met"]'),
    ),
    *_of(
        "report/figures/timeline.py",
        "tests/report/test_date_axis.py",
        ("float(date.toordinal())", "float(date.toordinal() + 1)"),
        ("astype(np.int64) + _EPOCH", "astype(np.int64) + _EPOCH - 1"),
        ("set_xlim(first.toordinal()", "set_xlim(first.toordinal() - 5"),
    ),
    *_of(
        "report/answers/changed_levels.py",
        _tests(COMPARED, "test_levels", "test_targets_and_first_boots", "test_losses_and_contributors"),
        ("row.baseline, row.value, row.difference, row.diff_low", "row.value, row.baseline, row.difference, row.diff_low"),
        ("row.difference, row.diff_low, row.diff_high, share", "row.difference, row.diff_low, row.diff_low, share"),
        ('(("level_mean", "mean"), ("level_q50", "median"))', '(("level_q50", "mean"), ("level_mean", "median"))'),
        ("signed(until.difference)", "signed(-until.difference)"),
        ('tables.effects("contributor_level", date=tables.date)', 'tables.effects("contributor_level", date=tables.end)'),
    ),
    *_of(
        "report/answers/changed_losses.py",
        _tests(COMPARED, "test_losses_and_contributors"),
        ("key=lambda row: (-row.difference, row.item))", "key=lambda row: (row.difference, row.item))"),
    ),
    *_of(
        "report/comparison_findings.py",
        _tests(COMPARED, "test_page_one_says_the_difference"),
        ("{about(row.value)} instead of {about(row.baseline)}", "{about(row.baseline)} instead of {about(row.value)}"),
    ),
    *_of(
        "report/answers/sensitivity.py",
        _tests(COMPARED, "test_a_tornado_and_its_table"),
        ("joined(number(row.low_result)),\n        joined(number(row.high_result))", "joined(number(row.high_result)),\n        joined(number(row.low_result))"),
        ("difference(row.swing)", "difference(row.reach / 2)"),
        ("setting_words(row.low_setting)} / {setting_words(row.high_setting)", "setting_words(row.high_setting)} / {setting_words(row.low_setting)"),
    ),
    *_of(
        "report/figures/tornado.py",
        _tests(COMPARED, "test_a_tornado_and_its_table"),
        ("left=row.baseline", "left=0.0"),
        ('_SHADES = {"low": BLUE, "high": ORANGE}', '_SHADES = {"low": BLUE, "high": BLUE}'),
        ("[row.baseline + low, row.baseline + high]", "[row.baseline + low, row.baseline - high]"),
        ("1.0 if row.clear else 0.35", "0.35 if row.clear else 1.0"),
    ),
    *_of(
        "report/figures/comparison_fans.py",
        _tests(COMPARED, "test_fans_and_difference_fans"),
        ('fan["q25"], fan["q75"]', 'fan["q05"], fan["q75"]'),
        ('baseline["q50"]', 'baseline["q75"]'),
        ('axes.plot(days, fan["q50"]', 'axes.plot(days, fan["mean"]'),
    ),
    *_of(
        "report/figures/difference_fans.py",
        _tests(COMPARED, "test_fans_and_difference_fans"),
        ('difference["q05"], difference["q95"]', 'difference["q25"], difference["q95"]'),
        ('difference["mean"], color', 'difference["q50"], color'),
    ),
    *_of(
        "report/figures/comparison_targets.py",
        _tests(COMPARED, "test_distributions_targets_and_binding"),
        ('shown["held"], color=shade', 'shown["reached"], color=shade'),
        ('float(on_date["held"].iloc[0])', 'float(on_date["reached"].iloc[0])'),
    ),
    *_of(
        "report/figures/comparison_binding.py",
        _tests(COMPARED, "test_distributions_targets_and_binding"),
        ("float(troop_days) / days", "float(troop_days) / (days - 1)"),
        ("left += troops", "left -= troops"),
    ),
    *_of(
        "report/figures/level_distributions.py",
        _tests(COMPARED, "test_distributions_targets_and_binding"),
        ("for share in (0.05, 0.25, 0.5, 0.75, 0.95)]", "for share in (0.1, 0.25, 0.5, 0.75, 0.9)]"),
        ("axes.plot([left, right], [line, line]", "axes.plot([left, high], [line, line]"),
        ("[middle], [line]", "[left], [line]"),
    ),
    *_of(
        "report/figures/ranked.py",
        _tests(COMPARED, "test_effects"),
        ("(math.isnan(row.value), -row.value, row.words)", "(math.isnan(row.value), row.value, row.words)"),
        ("            [row.value],\n            [place],", "            [row.low],\n            [place],"),
    ),
    *_of(
        "words/numbers.py",
        VOICE,
        ("math.floor(value + 0.5):,", "math.floor(value):,"),
        ("math.floor(low * 100 + 1e-9), math.ceil(high * 100 - 1e-9)", "math.ceil(low * 100 - 1e-9), math.floor(high * 100 + 1e-9)"),
        ('return "<1 %"', 'return "0 %"'),
        ('if number == 1 else f"{number:,} {noun}s"', 'if number <= 2 else f"{number:,} {noun}s"'),
        ('f"{words} (under', 'f"{words} (over'),
        ('f"about {near:,}"', 'f"About {near:,}"'),
    ),
    *_of(
        "words/titles.py",
        VOICE,
        ("within(title) if name in who", "within(title) if name not in who"),
        ("block.name or proper(key) for key", "proper(key) for key"),
        ("said[:1].lower() + said[1:]", "said"),
    ),
    *_of("vocabulary.py", VOICE, ("{date.day} {MONTHS[date.month - 1]} {date.year}", "{date.day} {MONTHS[date.month - 2]} {date.year}")),
    *_of(
        "words/dates.py",
        VOICE,
        ("{MONTHS[date.month - 1][:3]} {date.year}\"\n\n\ndef month", "{MONTHS[date.month - 1][:3].lower()} {date.year}\"\n\n\ndef month"),
    ),
    *_of(
        "words/differences.py",
        VOICE,
        ("{after} instead of {before}", "{before} instead of {after}"),
        ("more: str = \"higher\",\n    less: str = \"lower\"", "more: str = \"lower\",\n    less: str = \"higher\""),
        ("second - first == said and not hides", "True"),
        ("one if rounded(abs(difference)) == 1", "one if rounded(abs(difference)) <= 2"),
        ('{"+" if value > 0 else MINUS}{words}'.replace('"', "'"), "{'-' if value > 0 else MINUS}{words}"),
    ),
    *_of(
        "words/names.py",
        VOICE,
        ("name.endswith(\"s\") else f\"{name}'s\"", "name.endswith(\"x\") else f\"{name}'s\""),
        ("words[:1].upper() + words[1:]", "words[:1] + words[1:]"),
        ("} and {words[-1]}", "}, {words[-1]}"),
        ("verb if several else verb + 's'", "verb + 's' if several else verb"),
        ('f"the {name[4:]}"', 'f"The {name[4:]}"'),
    ),
    *_of(
        "words/causes.py",
        VOICE,
        ('possessive(_who(party, titles))} consent to {_who(contributor, titles)}', 'possessive(_who(contributor, titles))} consent to {_who(party, titles)}'),
        ('return "refusal for good"', 'return "refused for good"'),
        ('return f"waiting {_label(cause, titles)}"', 'return f"waiting for {_label(cause, titles)}"'),
        ('return f"lift by', 'return f"Lift by'),
        ("return day(date)", "return str(date)"),
    ),
    *_of(
        "words/departures.py",
        VOICE,
        ("1.0 - withdraws", "withdraws"),
        ("withdraws - ends - recorded", "withdraws"),
        ('"the mission ends": ends', '"the mission ends": recorded'),
    ),
    *_of(
        "report/answers/interactions.py",
        CHANGES,
        ("(row.first, row.second, row.both, row.interaction)", "(row.second, row.first, row.both, row.interaction)"),
        ("span(row.interaction_low, row.interaction_high)", "span(row.interaction_low, row.interaction)"),
        ("int(row.worlds), narrowed", "int(row.worlds) - 1, narrowed"),
    ),
    *_of(
        "report/answers/changed_levels.py",
        CHANGES,
        ("0 < few < FEW_WORLDS and not words", "few > FEW_WORLDS and not words"),
        ('"unclear": "unclear", "same": "same"', '"unclear": "same", "same": "unclear"'),
        ('tables.effects("arrival") if', 'tables.effects("arrival_day_mean") if'),
        ('("own_level", "those with changed entries"), ("others_level", "all others")', '("others_level", "those with changed entries"), ("own_level", "all others")'),
    ),
    *_of(
        "report/answers/differing_inputs.py",
        CHANGES,
        ("row.baseline or None, row.value or None", "row.value or None, row.baseline or None"),
        ('"" if sourced or not any', '", without a source" if sourced or not any'),
    ),
    *_of("report/answers/ledger.py", CHANGES, ("sum(entry.assumed for", "sum(not entry.assumed for")),
    *_of(
        "report/comparison_findings.py",
        CHANGES,
        ('more="later", less="earlier"', 'more="earlier", less="later"'),
        ("loss = cause_loss(row.item", "loss = cause_loss(rows[0].item"),
        ('not row.paired or ";" in row.reason', "row.paired"),
        ("key=lambda row: -abs(row.difference))\n    others", "key=lambda row: abs(row.difference))\n    others"),
    ),
    *_of(
        "report/answers/page_one.py",
        PAGE_ONE,
        ("half of these by {short_day(row.median)}", "half of these by {short_day(row.q95)}"),
        ("span(*_ends(levels, 0.95))", "span(*_ends(levels, 0.5))"),
        ("float(levels.mean()), span(max(0.0, low), high)", "float(levels.mean()), span(max(0.0, low), best)"),
        ('sort_values(["troops", "by"]))', 'sort_values(["troops", "by"], ascending=False))'),
        ("if tables.replications < FEW", "if tables.replications < 0"),
        ("if tables.failed:", "if False:"),
        ("if level)", "if not level)"),
    ),
    *_of(
        "report/answers/holding_back.py",
        TABLES,
        ("lost.iloc[_MOST_CAUSES:]", "lost.iloc[_MOST_CAUSES + 1 :]"),
        ('rest["troop_days"].sum()', 'rest["troop_days"].max()'),
        ("(-entry[0], entry[1])", "(entry[0], entry[1])"),
    ),
    *_of("report/answers/rows.py", TABLES, ("len(rows) - most, f'other", "len(rows), f'other")),
    *_of(
        "report/figures/chance_of_levels.py",
        FIGURES,
        ("{name}: {percentage(last)}", "{name}: {percentage(1 - last)}"),
        ("axhline(SURE,", "axhline(1 - SURE,"),
    ),
    *_of(
        "report/figures/funnel.py",
        FIGURES,
        ("float(table[name].iloc[-1])", "float(table[name].iloc[0])"),
        ('/ float(row["pledged"])', '/ float(row["approved"])'),
    ),
    *_of("report/figures/effects.py", COMPARED, ("largest = max(clear, key=lambda row: (abs(", "largest = min(clear, key=lambda row: (abs(")),
    *_of("report/figures/comparison_targets.py", COMPARED, ("_end(tables, label, name), _ink", "_end(tables, known[0], name), _ink")),
    *_of(
        "report/figures/fact_chances.py",
        FACTS,
        ("base - _HIGH * shown[name]", "base - shown[name]"),
        ("float(table[name].iloc[-1])", "float(table[name].iloc[0])"),
        ("abs(chances[each] - 0.5)", "-abs(chances[each] - 0.5)"),
        ("name = max(lost, key", "name = min(lost, key"),
        ('"is complete" if tables', '"is complete" if not tables'),
        ("lost.get(name, 0.0) + float(row.troop_days)", "lost.get(name, 0.0) + float(row.share)"),
    ),
    *_of("report/figures/waiting_graph.py", FACTS, ("scale * band.troop_days, shades", "scale, shades")),
    *_of(
        "report/figures/news.py",
        FACTS,
        ('shown["q05"], shown["q95"]', 'shown["q25"], shown["q95"]'),
        ("key=lambda each: each.as_of or", "key=lambda each: each.scenario.end or"),
        ("have {bands[1]} instead of {bands[0]}", "have {bands[0]} instead of {bands[1]}"),
    ),
    *_of(
        "report/figures/response.py",
        "tests/report/test_response.py",
        ("last = rows_of(own)[-1].result", "last = rows_of(own)[0].result"),
        ("first, last = own[0], own[-1]", "first, last = own[-1], own[0]"),
        ("value if unit else 100 * value", "value"),
        ("value * _LENGTHS[unit] / DAY", "value * DAY / _LENGTHS[unit]"),
        ('if value == 1 else self.unit', 'if value <= 2 else self.unit'),
    ),
    *_of(
        "report/charts.py",
        "tests/report/test_charts.py",
        ("spread.sum().sort_values(ascending=False", "spread.sum().sort_values(ascending=True"),
        ("len(wide) - 1}) if", "0}) if"),
    ),
    *_of(
        "report/writers/xlsx.py",
        "tests/report/test_charts.py",
        ('"values": [sheet.name, 1, place, last, place]', '"values": [sheet.name, 1, 1, last, 1]'),
        ('"num_format": "0.0 %"', '"num_format": "0.0"'),
    ),
    *_of(
        "report/telling/signposts.py",
        TELLINGS,
        ("given = _chance(best.not_yet)", "given = _chance(best.happened)"),
        ("percentage(best.variance)", "percentage(best.share)"),
        ("known on {day(best.day)}", "known on {day(earliest or best.day)}"),
        ("If by {day(best.day)}", "If by {day(post.earliest)}"),
        ("post.happening.said(False)", "post.happening.said(True)"),
        ("that {post.happening.said(True)}", "that {post.happening.said(False)}"),
        ("{_chance(number.low)} where it is lowest", "{_chance(number.high)} where it is lowest"),
        ("found.telling[:shown]", "found.posts[:shown]"),
        ("{best.regret:.2g}", "{best.variance:.2g}"),
        ("min(best.happened.worlds, best.not_yet.worlds)", "max(best.happened.worlds, best.not_yet.worlds)"),
    ),
    *_of(
        "report/answers/watching.py",
        "tests/report/test_watching.py",
        ("_share(post.best.happened),\n            _share(post.best.not_yet)", "_share(post.best.not_yet),\n            _share(post.best.happened)"),
        ("short_day(post.earliest)", "short_day(post.best.day)"),
        ("percentage(post.best.variance)", "percentage(post.best.share)"),
        ("found.telling[:_MOST_POSTS]", "found.posts[:_MOST_POSTS]"),
    ),
    *_of(
        "report/telling/discovery.py",
        TELLINGS,
        ("percentage(box.base.value)", "percentage(box.coverage.value)"),
        ("{_said(box.density)} {verb} it", "{_said(box.coverage)} {verb} it"),
        ("{_said(box.coverage)} of the worlds", "{_said(box.base)} of the worlds"),
        ('"miss" if found.misses', '"reach" if found.misses'),
        ("found.boxes.index(box) == 0", "found.boxes.index(box) == 1"),
        ("{whole(found.base.hits)} of {worlds}", "{whole(found.base.worlds)} of {worlds}"),
    ),
    *_of(
        "report/telling/whatif.py",
        TELLINGS,
        ("_said(each, each.as_run), _said(each, each.weighed)", "_said(each, each.weighed), _said(each, each.as_run)"),
        ("{whole(found.effective)} of", "{whole(found.worlds)} of"),
        ("span(estimate.low, estimate.high)", "span(estimate.low, estimate.value)"),
        ("words if words == ends", "words if words != ends"),
        ('f"Mean force on', 'f"Median force on'),
        ('_SHARES = ("target_held", "arrival")', '_SHARES = ("target_held",)'),
    ),
    *_of(
        "report/telling/why.py",
        TELLINGS,
        ("_amount(found, found.then), _amount(found, found.now)", "_amount(found, found.now), _amount(found, found.then)"),
        ('"rose" if change > 0', '"rose" if change < 0'),
        ("(-abs(part.change), part.said)", "(-part.change, part.said)"),
        ("(100 if found.share else 1)", "(1 if found.share else 1)"),
        ('"record": "news", "news": "time"', '"record": "time", "news": "news"'),
        ("found.orders > 1", "found.orders > 9"),
        ("{found.replications:,} worlds", "{found.orders:,} worlds"),
        ("'a sample of ' if found.sampled", "'a sample of ' if not found.sampled"),
    ),
    *_of(
        "report/telling/flips.py",
        TELLINGS,
        ("(abs(each.seen.chance.value - found.goal), each.slider.path)", "(-abs(each.seen.chance.value - found.goal), each.slider.path)"),
        ("{_said(found.now)} as run", "{_said(found.joint.seen if found.joint else found.now)} as run"),
        ("{slider.written} → {slider.at(degree)}", "{slider.at(degree)} → {slider.written}"),
        ("whole(seen.effective)", "whole(2 * seen.effective)"),
        ("more = len(short) - MOST_SHORT", "more = len(short)"),
    ),
    *_of(
        "report/telling/nearest.py",
        TELLINGS,
        ("it had {whole(found.level)}", "it had {whole(target.troops)}"),
        ('least = "No smaller set of changes would do" if found.smallest', 'least = "No smaller set of changes would do" if not found.smallest'),
        ("size = len(found.sets[0])", "size = len(found.sets)"),
        ("troops on {day(target.by)}", "troops by {day(target.by)}"),
    ),
    *_of(
        "report/answers/packages.py",
        PACKAGES,
        ("{_said(planning.base)}; {wanted}", "{_said(planning.best)}; {wanted}"),
        ("percentage(terms.wanted - terms.zone)", "percentage(terms.wanted + terms.zone)"),
        ("percentage(1 - terms.error)", "percentage(terms.error)"),
        ("planning.frontier[:MOST_ROWS]", "planning.entries[:MOST_ROWS]"),
        ("_points(*share.alone),\n                _points(*share.last)", "_points(*share.last),\n                _points(*share.alone)"),
        ("(-share.average[0], share.lever)", "(share.average[0], share.lever)"),
        ("{amount(entry.effort_low)}–{amount(entry.effort_high)}", "{amount(entry.effort)}–{amount(entry.effort_high)}"),
        ("{judged.satisfied} of {judged.futures}", "{judged.futures} of {judged.satisfied}"),
        ("percentage(judged.worst.chance)", "percentage(judged.worst.high)"),
        ("words.future(judged.worst.future)", "words.future(judged.regret_in)"),
        ("by_choice.setdefault(choice, [])", "by_choice.setdefault(None, [])"),
        ("gain = fixed.chance - best.chance", "gain = best.chance - fixed.chance"),
        ("len(planning.ties) - 4", "len(planning.ties)"),
        ("if planning.ties:\n        start", "if not planning.ties:\n        start"),
        ("whole(entry.cost)", "whole(entry.effort)"),
        ("best = percentage(planning.best.chance)", "best = percentage(planning.base.chance)"),
        ("{planning.shares_worlds:,}", "{planning.base.worlds:,}"),
    ),
    *_of(
        "report/figures/frontier.py",
        PACKAGES,
        ("[entry.low, entry.high]", "[entry.low, entry.chance]"),
        ("axes.axhline(wanted,", "axes.axhline(1 - wanted,"),
        ("chosen = entry == planning.answer", "chosen = entry == planning.base"),
        ("if entry not in planning.frontier", "if entry in planning.frontier"),
        ("efforts = [entry.effort for entry in frontier]", "efforts = [entry.effort_high for entry in frontier]"),
        ("percentage(entry.chance)} for {amount(entry.effort)}", "percentage(entry.high)} for {amount(entry.effort)}"),
    ),
    *_of(
        "report/figures/waterfall.py",
        TELLINGS,
        ("        at += change\n", "        at -= change\n"),
        ("BLUE if change >= 0 else VERMILLION", "VERMILLION if change >= 0 else BLUE"),
        ("scale = 100.0 if found.share else 1.0", "scale = 1.0 if found.share else 100.0"),
        ("end = max(left, left + change)", "end = min(left, left + change)"),
        ('"percent" if found.share else "troops"', '"troops" if found.share else "percent"'),
    ),
    *_of(
        "report/page/data.py",
        PAGE,
        ("0.5, method=", "0.75, method="),
        ("asRun\": degree == 0", "asRun\": degree == 1"),
        ("holds[outcome.places] = outcome.holds", "holds[: outcome.worlds] = outcome.holds"),
        ("level = levels.on(date)", "level = levels.on(scenario.end)"),
        ("// DAY, _NEVER)", "// DAY + 1, _NEVER)"),
        ("{run.replications:,} worlds", "{run.days:,} worlds"),
        ("shares = {outcome.name: float(outcome.holds.mean())", "shares = {outcome.name: float(outcome.holds.sum())"),
        ("[estimate.value, estimate.low, estimate.high]", "[estimate.value, estimate.high, estimate.low]"),
        ("assumption_words(scenario, each.slider.path)", "each.slider.path"),
        ('"said": _said(each.slider, degree)', '"said": each.slider.at(degree)'),
        ("(-each.moves, each.slider.path)", "(each.moves, each.slider.path)"),
    ),
    *_of(
        "studies/signposts.py",
        f"tests/studies/test_signposts.py {TELLINGS}",
        ("less = share * (1 - share)", "less = share * share"),
        ("tells=low > 0 or high < 0", "tells=low > 0"),
        ("min((1 - chance) * self.unprepared, chance * self.in_vain)", "min(chance * self.unprepared, (1 - chance) * self.in_vain)"),
        ("second <= last_second_of(start, day)", "second < last_second_of(start, day) - 86_400"),
        ("(each.earliest is None, -each.best.variance, each.happening.column)", "(each.earliest is None, each.best.variance, each.happening.column)"),
        ("return max(self.readings, key=lambda each: each.variance)", "return max(self.readings, key=lambda each: each.regret)"),
        ("if (day + dt.timedelta(days=1)).day == 1", "if day.day == 1"),
        ("(groups[0], groups[-1])", "(groups[-1], groups[0])"),
        ("by_chance = (len(groups) - 1)", "by_chance = 0 * (len(groups) - 1)"),
        ("-each.variance, each.name", "each.variance, each.name"),
        ("Chance(int(outcome.holds.sum()), outcome.worlds)", "Chance(outcome.worlds - int(outcome.holds.sum()), outcome.worlds)"),
    ),
    *_of(
        "studies/discovery.py",
        "tests/studies/test_discovery.py",
        ("Chance(hits, int(cases.sum())),\n            Chance(hits, size)", "Chance(hits, size),\n            Chance(hits, int(cases.sum()))"),
        ("case = ~outcome.holds if misses", "case = outcome.holds if misses"),
        ("decided = max(days)", "decided = min(days)"),
        ("values >= cut if side else values < cut", "values > cut if side else values <= cut"),
        ("happened if side else ~happened", "~happened if side else happened"),
        ("count / number for", "count / (2 * number) for"),
        ("2 * hits / (size + whole)", "hits / (size + whole) + size / (size + whole)"),
        ("for each in range(hits, size + 1)", "for each in range(hits + 1, size + 1)"),
    ),
    *_of(
        "studies/whatif.py",
        "tests/studies/test_whatif.py",
        ("estimate(values, weights), estimate(values, same)", "estimate(values, same), estimate(values, weights)"),
        ("parts = weights / weights.sum()\n    mean", "parts = weights / weights.size\n    mean"),
        ("half = z * math.sqrt(share * (1 - share) / trials", "half = z * math.sqrt(share / trials"),
        ("share = min(1.0, max(0.0, float(np.dot(parts, hits))))", "share = min(1.0, max(0.0, float(hits.mean())))"),
        ("for share in (0.5, low, high)]", "for share in (0.5, high, low)]"),
        ("number = len(run.numbers)", "number = run.days"),
    ),
    *_of(
        "studies/why.py",
        "tests/studies/test_why.py",
        ("/ len(played)", "/ (len(played) + 1)"),
        ('("now", "", float(self.now))', '("now", "", float(self.then))'),
        ("values.value(_set(made)) - before", "before - values.value(_set(made))"),
        ("len(units) > MOST_IN_ALL_ORDERS", "len(units) <= MOST_IN_ALL_ORDERS"),
    ),
    *_of(
        "studies/diffs.py",
        "tests/studies/test_why.py",
        ("{_short(edit.before)} → {_short(edit.after)}", "{_short(edit.after)} → {_short(edit.before)}"),
        ("edit.key != AS_OF, edit.kind", "edit.key == AS_OF, edit.kind"),
        ("{edit.after} instead of {edit.before", "{edit.before} instead of {edit.after"),
    ),
    *_of(
        "results/levels.py",
        "tests/results/test_levels.py",
        ("part.second < (day + 1) * DAY", "part.second <= (day + 1) * DAY"),
        ("for quantile in (0.05, 0.5, 0.95)]", "for quantile in (0.05, 0.75, 0.95)]"),
        ("np.cumsum(total) / self.replications", "total / self.replications"),
        ("*range(0, len(dates), max(1, every)), len(dates) - 1", "*range(0, len(dates), max(1, every))"),
    ),
    *_of(
        "results/assurance.py",
        f"tests/results/test_assurance.py {PAGE_ONE}",
        ("Assured(-int(ordered[place]), max(0.0, -high), -low)", "Assured(-int(ordered[place]), max(0.0, -low), -high)"),
        ("int(np.ceil(chance * ordered.size - 1e-9)) - 1", "int(np.ceil(chance * ordered.size - 1e-9))"),
        ("levels.count_at_least(troops)", "levels.count_at_least(troops + 1)"),
        ("(levels.on(date) == 0)", "(levels.on(date) > 0)"),
    ),
    *_of(
        "results/targets.py",
        "tests/results/test_targets.py",
        ("(level >= target.troops)", "(level > target.troops)"),
        ("for quantile in (0.5, 0.05, 0.95)]", "for quantile in (0.5, 0.25, 0.75)]"),
        ('np.searchsorted(np.sort(attained.first), ends, side="right")', 'np.searchsorted(np.sort(attained.first), ends - 86_400, side="right")'),
        ("(asked[name].by, asked[name].troops, name)", "(asked[name].troops, asked[name].by, name)"),
    ),
    *_of(
        "results/binding.py",
        "tests/results/test_binding.py",
        ("ascending = [True] * (len(names) - 1) + [False, True]", "ascending = [True] * (len(names) - 1) + [True, True]"),
        ("(cause != DEPLOYED, -int(levels[cause].sum()), cause)", "(cause == DEPLOYED, -int(levels[cause].sum()), cause)"),
        ('table.groupby(by)["troop_days"].transform("sum")', 'table["troop_days"].sum()'),
    ),
    *_of(
        "results/booked.py",
        "tests/results/test_binding.py",
        ("amount = rows.change * (self.duration - rows.second)", "amount = rows.change * (self.duration - DAY - rows.second)"),
    ),
    *_of(
        "results/arrivals.py",
        "tests/results/test_arrivals.py",
        ("arrived / run.replications, \"low\"", "1 - arrived / run.replications, \"low\""),
        ("quantile_of(peak[arrived], quantile)", "quantile_of(peak, quantile)"),
        ('("first", climb.first), ("all", climb.at_peak)', '("first", climb.first), ("all", climb.first)'),
        ("int(quantile_of(pledge, 0.5))", "int(quantile_of(pledge, 0.95))"),
        ("comes = among_arriving and", "comes = not among_arriving and"),
    ),
    *_of(
        "results/funnel.py",
        "tests/results/test_funnel.py",
        ('"approved": ("preparing", "ready"', '"approved": ("deciding", "preparing", "ready"'),
        ('"ready": ("ready", "moving"', '"ready": ("moving"'),
        ('"deployed": ("deployed",)', '"deployed": ("deployed", "withdrawing")'),
    ),
    *_of(
        "results/fact_chances.py",
        FACTS,
        ("signal: count / run.replications for", "signal: count / (run.replications - 1) for"),
        ("daily[:1] += run.replications * first[signal]", "daily[:1] += 0 * first[signal]"),
        ("days = np.maximum(seconds, 0) // DAY", "days = np.maximum(seconds, 0) // DAY + 1"),
    ),
    *_of(
        "results/coverage.py",
        "tests/results/test_coverage.py",
        ("met, trials = int((short == 0).sum())", "met, trials = int((short != 0).sum())"),
        ('_shortfall("by", found.short_by[row]', '_shortfall("by", found.short_end[row]'),
        ("(met / run.replications, *wilson", "(1 - met / run.replications, *wilson"),
    ),
    *_of(
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
    *_of("report/figures/frame.py", "tests/report/test_registry.py", ("tables.left_out or counted", "counted")),
    *_of("report/comparison_tables.py", "tests/report/test_registry.py", ("self.worlds, *self.left_out]", "self.worlds]")),
    *_of(
        "results/departures.py",
        "tests/results/test_departures.py",
        ("first[left], share", "withdrawn[left], share"),
        ('"chance": count / run.replications', '"chance": 1 - count / run.replications'),
        ("withdraws = withdrawn == first", "withdraws = withdrawn != first"),
        ("withdraws & ~recorded & (over", "withdraws & (over"),
        ("(over <= first)", "(over < first)"),
        ("withdraws & _recorded(", "_recorded("),
        ("ascending=[False, True]", "ascending=[True, True]"),
    ),
    *_of(
        "results/worlds.py",
        "tests/results/test_worlds.py",
        ("(second[comes] // DAY)", "(second[comes] // DAY + 1)"),
        ("np.maximum.at(total", "np.add.at(total"),
        (">= attained.target.troops", "> attained.target.troops"),
        ("attained.first <= by", "attained.first < by - 86_400"),
        ("whole.iloc[places] = values", "whole.iloc[: len(places)] = values"),
    ),
    *_of(
        "results/costs.py",
        "tests/results/test_costs.py",
        ("(end - second[:kept]) / MONTH", "(end - second[:kept]) / (2 * MONTH)"),
        ("moves.troops * _journeys(summary)", "2 * moves.troops * _journeys(summary)"),
        ("for quantile in (0.05, 0.25, 0.5, 0.75, 0.95)]", "for quantile in (0.05, 0.25, 0.75, 0.5, 0.95)]"),
        ("if contributor in stated.contributors:", "if contributor not in stated.contributors and False:"),
        ("(embarks | goes_home | relief)", "(embarks | relief)"),
    ),
    *_of(
        "results/summary.py",
        "tests/results/test_summary.py",
        ('"failed", "", float(failed)', '"failed", "", float(run.replications)'),
        ("none / level.size, *bounds", "1 - none / level.size, *bounds"),
        ('row["reached_by"],\n            row["reached_low"]', 'row["held_on"],\n            row["reached_low"]'),
        ('"arrival", name, "", row["chance"], row["chance_low"]', '"arrival", name, "", row["chance_low"], row["chance_low"]'),
        ("float((day - run.scenario.start).days)", "float((day - run.scenario.end).days)"),
        ('full = row["all_median"]', 'full = row["first_median"]'),
    ),
    *_of(
        "studies/effects.py",
        "tests/studies/test_effects.py",
        ("int((x > y).sum()), int((y > x).sum())", "int((y > x).sum()), int((x > y).sum())"),
        ("contrast = both - first - second + baseline", "contrast = both - first - second - baseline"),
        ('return "lower" if difference.high < 0', 'return "lower" if difference.low < 0'),
        ("differ = own.values != other.values", "differ = own.values == other.values"),
        ("return value - baseline", "return baseline - value"),
        ("return wide / narrow", "return narrow / wide"),
        ("return float(low - centre), float(high - centre)", "return float(centre - high), float(high - centre)"),
    ),
    *_of(
        "studies/sensitivity.py",
        "tests/studies/test_sensitivity.py",
        ('"swing": swing.difference.value', '"swing": -swing.difference.value'),
        ("for effect in (low, high, swing))", "for effect in (low, high))"),
        ('f"{end}_difference": effect.difference.value', 'f"{end}_difference": -effect.difference.value'),
        ('(-row["reach"], row["assumption"])', '(row["reach"], row["assumption"])'),
        ("strict = 1 - (1 - CONFIDENCE) / looked_at", "strict = CONFIDENCE"),
        ('(("low", low), ("high", high))', '(("low", high), ("high", low))'),
    ),
    *_of(
        "studies/flips.py",
        "tests/studies/test_flips.py",
        ("1 if (slope > 0) == upwards else -1", "-1 if (slope > 0) == upwards else 1"),
        ("abs(each.degree or 0.0), each.slider.path", "-abs(each.degree or 0.0), each.slider.path"),
        ("chance >= self._goal if self._upwards", "chance > 2 * self._goal if self._upwards"),
        ("sign = 1 if upwards else -1", "sign = -1 if upwards else 1"),
    ),
    *_of(
        "studies/unlock.py",
        "tests/studies/test_unlock.py",
        ("freed=outcome.most - base.most", "freed=outcome.most"),
        ("moved.get(body.owner, 0) + after - before", "moved.get(body.owner, 0) + before - after"),
        ("(len(each.conditions), -each.troops, str(each))", "(len(each.conditions), each.troops, str(each))"),
        ("unit.troops for unit, body in", "1 for unit, body in"),
    ),
    *_of(
        "studies/outcomes.py",
        "tests/studies/test_signposts.py",
        ("date = by or attained.target.by", "date = attained.target.by"),
        (">= attained.target.troops\n", "> attained.target.troops\n"),
        ("held = daily_levels(run).on(by) >= troops", "held = daily_levels(run).on(by) > troops"),
        ("(each.by, each.name)", "(each.name, each.by)"),
    ),
    *_of(
        "report/telling/unlocking.py",
        TELLINGS,
        ("{unlocking.present:,} are reachable", "{unlocking.pledged:,} are reachable"),
        ("frees {each.freed:,} troops ({each.troops:,} in all)", "frees {each.troops:,} troops ({each.freed:,} in all)"),
        ("missing = unlocking.target - unlocking.pledged", "missing = unlocking.target - unlocking.present"),
        ("_chance(reached, played)", "_chance(played - reached, played)"),
        ("key=lambda item: -item[1]", "key=lambda item: item[1]"),
        ("freed = (unlocking.with_beds or 0) - unlocking.present", "freed = (unlocking.with_beds or 0)"),
        ("times[place] if played", "times[-1] if played"),
    ),
    *_of(
        "report/telling/move_news.py",
        "tests/report/test_tied_moves.py",
        ('"deployed", "withdrawing":\n                return f"{who} begins to leave', '"deployed", "withdrawing":\n                return f"{who} has left'),
        ("({whole(flow.troops)})", "({whole(flow.times)})"),
        ("day_said(self._scenario.start, flow.last)", "day_said(self._scenario.start, flow.time)"),
        ("in {flow.times} {parts}", "in {flow.troops} {parts}"),
        ('"relief received": "in place"', '"relief received": "on its way"'),
        ("state.approvals if own is None else own", "state.approvals"),
        ("will never come, although approved", "will come, as approved"),
    ),
    *_of(
        "report/telling/fact_news.py",
        "tests/report/test_tied_moves.py",
        ("{'begins' if value else 'ends'}", "{'ends' if value else 'begins'}"),
        ("{total - before:g}", "{total:g}"),
        ("if value < before:", "if value > before:"),
        ("{MONTHS[day.month - 1]} {day.year}", "{MONTHS[day.month - 2]} {day.year}"),
    ),
    *_of(
        "report/answers/background.py",
        "tests/report/test_tied_background.py",
        ('return bind(rule, str(path[1])) if path[0] == "contributors" else rule', "return rule"),
        ('manifest["replications"], manifest["seed"]', 'run.replications, manifest["seed"]'),
        ("-n {asked} --seed {seed}", "-n {seed} --seed {asked}"),
        ("pair for pair in found if pair not in before", "pair for pair in found if pair in before or not before"),
        ("differ from those above.\" if sheets", "differ from those above.\" if not sheets"),
        ('str(manifest["digest"])[:12]', "run.folder.name"),
    ),
    *_of(
        "report/telling/account.py",
        "tests/report/test_account.py",
        ("percentage(days / total)", "percentage(days / (total + served))"),
        ("(-item[1], item[0])", "(item[1], item[0])"),
        ("if last >= ends:", "if last > ends:"),
        ("+= each.troop_days", "= each.troop_days"),
    ),
    *_of(
        "report/telling/waited.py",
        "tests/report/test_waited.py tests/report/test_account.py",
        ("total += troops * (until - time)", "total += troops * until"),
        ("stretches[-1] = (stretches[-1][0], until)", "stretches[-1] = (time, until)"),
    ),
    *_of(
        "report/answers/forecasts.py",
        "tests/report/test_tied_forecasts.py",
        ('"helped" if last < first', '"helped" if last > first'),
        ("_number(each.mean_crps, 0)", "_number(each.mean_brier, 0)"),
        ("{level.observed:,}", "{level.crps:,.0f}"),
        ("if level.possible else", "if not level.possible else"),
        ("percentage(mean), percentage(happened)", "percentage(happened), percentage(mean)"),
        ("0.1 <= level.percentile <= 0.9", "0.1 <= level.percentile"),
    ),
    *_of(
        "report/figures/reliability.py",
        "tests/report/test_tied_forecasts.py",
        ("[chance], [happened], color", "[happened], [chance], color"),
        ("wilson(round(happened * cases), cases)", "wilson(round(chance * cases), cases)"),
        ("percentage(mean), percentage(happened)", "percentage(happened), percentage(mean)"),
    ),
    *_of(
        "report/answers/comparison.py",
        "tests/report/test_tied_changes.py",
        ('inputs["scenario"] == label', 'inputs["scenario"] != label'),
        ('missing = sum(run.as_of is None for run in runs)', 'missing = int(all(run.as_of is None for run in runs))'),
        ('sorted({sizes[0], sizes[-1]})', 'sorted({sizes[0]})'),
        ('points += [Point(f"{matter_finding(tables)}.", "Which of them matter")] if len(tables.others) > 1', 'points += [Point(f"{matter_finding(tables)}.", "Which of them matter")] if len(tables.others) > 2'),
    ),
    *_of(
        "report/answers/costs.py",
        "tests/report/test_tied_costs.py",
        ('whole(row.median)', 'whole(row.mean)'),
        ('span(max(0.0, row.low), row.high)', 'span(max(0.0, row.q05), row.q95)'),
        ('next(reversed(list(rows_of(tables.costs))))', 'next(iter(rows_of(tables.costs)))'),
        ('about(last.median)', 'about(last.mean)'),
        ('span(rounded(last.q05), rounded(last.q95))', 'span(rounded(last.low), rounded(last.high))'),
    ),
    *_of(
        "report/answers/ledger.py",
        "tests/report/test_tied_changes.py",
        ("counted(len(entries) - assumed, 'value')", "counted(len(entries), 'value')"),
        ('return entry.path, entry.value, entry.source.name', 'return entry.path, "", entry.source.name'),
    ),
    *_of(
        "report/answers/changed_losses.py",
        "tests/report/test_tied_changes.py",
        ('row.item != DEPLOYED', 'True'),
        ('[-_MOST_CAUSES:]', '[:_MOST_CAUSES]'),
        ('key=lambda row: (-row.difference', 'key=lambda row: (row.difference'),
    ),
    *_of(
        "report/answers/rows.py",
        "tests/report/test_tied_tables.py",
        ('len(rows) - most, f', 'len(rows), f'),
        ('if len(rows) <= most + 1', 'if len(rows) <= most'),
        ('readable(part) if place else', 'readable(part) if not place else'),
    ),
    *_of(
        "report/awaited.py",
        "tests/report/test_tied_facts_and_waiting.py",
        ('cause.kind in ("rule", "consent")', 'cause.kind in ("rule",)'),
        ('cause.parties[0]', 'cause.parties[-1]'),
        ('return "its own losses"', 'return _ANYBODY'),
        ('key=lambda entry: (-entry[1]', 'key=lambda entry: (entry[1]'),
        ('return _ANYBODY', 'return _CALENDAR'),
    ),
    *_of(
        "report/level_listing.py",
        "tests/report/test_tied_level_listing.py",
        ('(row.mean, row.q05, row.q50, row.q95)', '(row.mean, row.q05, row.q95, row.q50)'),
        ('row.q95 > 0 or row.mean > 0', 'row.q50 > 0'),
        ('if row.date != before', 'if row.date == before'),
    ),
    *_of(
        "report/sensitivity_findings.py",
        "tests/report/test_tied_sensitivity.py",
        ('size(row.low_result)} at {setting_words(row.low_setting)}', 'size(row.high_result)} at {setting_words(row.low_setting)}'),
        ('idle = sum(row.reach == 0', 'idle = sum(not row.clear'),
        ('likely = rows[0].baseline > 0.5', 'likely = rows[0].baseline < 0.5'),
        ('"less likely than not" if likely', '"less likely than not" if not likely'),
        ('most = sorted(failed, key=lambda each: -each[0])', 'most = sorted(failed, key=lambda each: each[0])'),
        ('not in {0, sensitivity.failed}', 'not in {0}'),
        ('_WORTH_NAMING * max(', '_WORTH_NAMING * min('),
        ('signed(100 * value, 1)', 'signed(value, 1)'),
        ('sensitivity.left:,} of {every}', 'sensitivity.assumptions:,} of {every}'),
    ),
    *_of(
        "report/telling/overdue_lines.py",
        "tests/report/test_overdue_lines.py",
        ('percentage(each.after)} instead of {percentage(each.before)}', 'percentage(each.before)} instead of {percentage(each.after)}'),
        ('instead of {each.before:.3g}', 'instead of {each.after:.3g}'),
        ('round(each.after, 2) == round(each.before, 2)', 'round(each.after, 1) == round(each.before, 1)'),
        ('short_day(each.by)', 'short_day(each.by.replace(day=1))'),
        ('len(things) - _NAMED} more', 'len(things)} more'),
        ('whole(each.expected)}', 'whole(each.chance)}'),
    ),
    *_of(
        "report/telling/serials.py",
        "tests/report/test_tied_moves.py tests/report/test_account.py",
        ('flow.troops + troops', 'troops'),
        ('flow.times + 1', 'flow.times'),
        ('<= _LONGEST_GAP', '< 0'),
        ('31 * DAY', '310 * DAY'),
    ),
    *_of(
        "report/sweep_listing.py",
        "tests/report/test_sweep_listing.py",
        ('row[f"held.{target.target}"] = f"{target.held_on', 'row[f"held.{target.target}"] = f"{target.reached_by'),
        ('"failed": len(outcome.failed)', '"failed": len(outcome.violations)'),
        ('"statements_broken": len(outcome.violations)', '"statements_broken": len(outcome.failed)'),
    ),
    *_of(
        "report/telling/implied.py",
        "tests/report/test_explanation.py",
        ('(len(courses) - 1) // 2', 'len(came) // 2'),
        ('0 if last > 0 else None', '0 if last <= 0 else None'),
        ('enough = 1.0 if isinstance(row, ProgressPlan)', 'enough = 0.5 if isinstance(row, ProgressPlan)'),
        ('wilson(len(came), len(courses))', 'wilson(len(came), 10 * len(courses))'),
    ),
]  # fmt: skip


class Patched(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutant's source for its module, and nothing for any other."""

    def __init__(self, mutant: Mutant) -> None:
        self._name = "sim." + mutant.file.removesuffix(".py").replace("/", ".")
        self._source = mutant.source
        self._path = str(ROOT / "sim" / mutant.file)

    def find_spec(self, name, path=None, target=None):
        """Find the one module."""
        if name != self._name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=self._path)

    def create_module(self, spec):
        """Nothing special."""
        return

    def exec_module(self, module):
        """Run the changed source."""
        module.__file__ = self._path
        exec(compile(self._source, self._path, "exec"), module.__dict__)


def _is_killed(mutant: Mutant | None, tests: str) -> bool:
    """Whether the tests fail in a process of their own, in which the mutant is in place."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    import pytest

    os.environ["ISF_NO_SHRINKING"] = "1"
    for name in [name for name in sys.modules if name.startswith(("sim.", "tests."))]:
        del sys.modules[name]
    if mutant is not None:
        sys.meta_path.insert(0, Patched(mutant))
    silent = io.StringIO()
    sys.stdout = sys.stderr = silent
    os._exit(
        int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-header", "--tb=no", *tests.split()]))
    )


def run(chosen: Sequence[Mutant]) -> list[Mutant]:
    """Try mutants, print the table of kills, and return those that survive."""
    import matplotlib.figure  # noqa: F401 - loaded once, not in each process
    import pandas  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import scipy.special  # noqa: F401

    for tests in dict.fromkeys(mutant.tests for mutant in chosen):
        if _is_killed(None, tests):
            raise SystemExit(f"{tests} fail without any mutant")
    survivors = []
    for mutant in chosen:
        begun = time.monotonic()
        killed = _is_killed(mutant, mutant.tests)
        survivors += [] if killed else [mutant]
        words = "killed  " if killed else "SURVIVES"
        seconds = time.monotonic() - begun
        print(f"{words} {seconds:5.1f} s  {mutant.file:38} {' '.join(mutant.after.split())[:90]}", flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} killed")
    return survivors


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    os.chdir(ROOT)
    sys.exit(bool(run([mutant for mutant in MUTANTS if wanted in mutant.file])))
