from __future__ import annotations

from sim.scenario.nodes import find, plain_data
from sim.scenario.shapes import shape_at
from sim.scenario.unstated import inherited_defaults, unstated
from tests.scenario.samples import SMALL, resolved

DEFAULTS = """\
defaults:
  contingents: {prepares_for: 40 days, delivers: 0.9}
  contributors: {notice: 3 days}
"""
UNIT = ("contributors", "indonesia", "contingents", "infantry")


def test_a_block_has_what_the_schema_gives_it(tmp_path):
    root = resolved(
        tmp_path,
        SMALL + "facts: {a: {kind: milestone, probability: 0.5}, b: {kind: progress, duration: 9 days}}\n",
    ).tree
    assert unstated(find(root, UNIT), shape_at(root, UNIT)) == {"force": "military", "priority": "0"}
    path = ("facts", "a")
    assert unstated(find(root, path), shape_at(root, path)) == {
        "log": "true",
        "reported": "true",
        "after": "0",
    }
    path = ("facts", "b")
    assert unstated(find(root, path), shape_at(root, path)) == {
        "log": "true",
        "reported": "true",
        "initially": "0",
        "steps": "20",
        "slips": "1",
    }


def test_contingents_and_contributors_have_what_defaults_gives_them(tmp_path):
    text = SMALL.replace("role: infantry", "role: infantry, delivers: 1") + DEFAULTS
    root = resolved(tmp_path, text).tree
    found = inherited_defaults(root, find(root, UNIT), shape_at(root, UNIT))
    assert {key: plain_data(node) for key, node in found.items()} == {"prepares_for": "40 days"}
    found = inherited_defaults(root, find(root, UNIT[:2]), shape_at(root, UNIT[:2]))
    assert {key: plain_data(node) for key, node in found.items()} == {"notice": "3 days"}


def test_nothing_else_has(tmp_path):
    root = resolved(tmp_path, SMALL + DEFAULTS).tree
    assert inherited_defaults(root, root, shape_at(root, ())) == {}
    bare = resolved(tmp_path, SMALL).tree
    assert inherited_defaults(bare, find(bare, UNIT), shape_at(bare, UNIT)) == {}
