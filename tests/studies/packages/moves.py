"""A scenario of two levers whose chances are known: `land` comes if the mandate is clear, `sea` if it is calm."""

from __future__ import annotations

from sim.scenario.loading import resolve_text

TEXT = """
scenario: Two moves
question: |
  Which of two moves is worth its price?
  Both count for the same target.
start: 2026-01-01
end: 2026-12-31
parties: {board: {name: The Board}}
facts:
  clear: {kind: milestone, probability: 0.4}
  calm: {kind: milestone, probability: 0.5}
  late: {kind: milestone, probability: 0.5, after: 100 days}
contributors:
  land: {commits_when: clear, contingents: {unit: {troops: 100, role: infantry}}}
  sea: {commits_when: calm, contingents: {unit: {troops: 100, role: marines}}}
targets:
  one: {troops: 100, by: 2026-12-31}
  both: {troops: 200, by: 2026-12-31}
levers:
  clarify: {name: Clarify the mandate, party: board, set: {facts.clear.probability: 1}, effort: 3, unit: months}
  soothe: {happens: {fact: calm}, effort: 2, unit: months}
"""


def moves(extra="", **changes):
    """Return the scenario, with more levers, and parts of the text replaced."""
    text = TEXT + extra
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return resolve_text(text, "moves.yaml")
