"""The ledger as `isf validate --ledger` prints it: each value by its line and path, under the source that speaks for it."""

from __future__ import annotations

from sim.report.telling.assumptions import ledger_lines
from sim.scenario.ledger import ledger
from sim.scenario.loading import resolve_text

TEXT = """\
scenario: s
start: 2026-01-01
end: 2026-12-31
sources:
  memo: {title: The Memo, publisher: A House, date: 2025-12-03, quote: soon, url: "https://example.org/a", grade: B}
  talk: {title: A Talk, publisher: A Radio, date: 2025-11-02}
contributors:
  a: {contingents: {u: {troops: 90, role: infantry, prepares_for: 12 days, source: {troops: memo, prepares_for: talk}}}}
  b:
    commits_when: deployed(a) >= 50
    contingents: {u: {troops: 70, role: medical, source: memo}}
plausible: {contributors.b.commits_when.50: {low: 20, high: 80}}
"""


def test_each_value_stands_under_its_source_by_line_and_path():
    resolved = resolve_text(TEXT, "s.yaml")
    lines = [*ledger_lines(ledger(resolved.tree), resolved.scenario)]
    assert lines == [
        "The Memo, A House, 2025-12-03, https://example.org/a (grade B)",
        "  “soon”",
        "  s.yaml:8: contributors.a.contingents.u.troops: 90",
        "  s.yaml:11: contributors.b.contingents.u.troops: 70",
        "  s.yaml:11: contributors.b.contingents.u.role: medical",
        "A Talk, A Radio, 2025-11-02",
        "  s.yaml:8: contributors.a.contingents.u.prepares_for: 12 days",
        "Assumptions (no source is named)",
        "  s.yaml:3: end: 2026-12-31",
        "  s.yaml:8: contributors.a.contingents.u.role: infantry",
        "  s.yaml:10: contributors.b.commits_when: deployed(a) >= 50",
        "Limits, lengths of time and dates in rules (assumed, unless `plausible:` says that they are certain)",
        "  s.yaml:10: contributors.b.commits_when.50: 20 to 80",
        "4 sourced, 3 assumed",
    ]
