from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.scenario.loading import load_resolved
from sim.scenario.merging import merge
from sim.scenario.nodes import Branch, Entry, Leaf, plain_data
from sim.scenario.positions import Position

from .samples import write

BASE = """\
scenario: Base
start: 2025-11-17
end: 2026-12-31
sources:
  s: {title: T, publisher: P, date: 2025-11-17}
  n: {title: N, publisher: P, date: 2025-11-17}
facts:
  calm:
    {kind: switch, initially: true, stays_on: {median: 10 days, p90: 30 days}, stays_off: 3 days, source: s}
contributors:
  turkey:
    commits_when: calm
    notice: 5 days
    exit: 10 days
    returns: {after: 9 days}
    source: s
    contingents:
      brigade: {troops: 2000, role: infantry, will_not: [patrol], source: {troops: s, role: s}}
  italy:
    contingents:
      b: {troops: 100, role: infantry}
never: [deployed(turkey) > 5000]
"""


def child(folder, text: str, extends: str = "base.yaml"):
    write(folder, BASE, "base.yaml")
    return load_resolved(write(folder, f"extends: {extends}\n{text}", "child.yaml"))


def error_of(call) -> str:
    with pytest.raises(ScenarioError) as caught:
        call()
    return str(caught.value)


def test_a_child_that_changes_nothing_is_its_base(tmp_path):
    both = child(tmp_path, "")
    assert both.digest == load_resolved(tmp_path / "base.yaml").digest
    assert "extends" not in both.data


def test_mappings_merge_and_distributions_rules_and_lists_replace(tmp_path):
    data = child(
        tmp_path,
        """\
scenario: Child
facts: {calm: {stays_on: {low: 1 days, mode: 2 days, high: 3 days}}}
contributors:
  turkey:
    commits_when: not calm
    contingents: {brigade: {will_not: [disarm, monitor]}, second: {troops: 5, role: medical}}
never: []
""",
    ).data
    assert data["scenario"] == "Child"
    assert data["facts"]["calm"]["stays_on"] == {"low": "1 days", "mode": "2 days", "high": "3 days"}
    assert data["facts"]["calm"]["stays_off"] == "3 days"
    turkey = data["contributors"]["turkey"]
    assert turkey["commits_when"] == "not calm"
    assert turkey["contingents"]["brigade"]["will_not"] == ["disarm", "monitor"]
    assert turkey["contingents"]["brigade"]["troops"] == 2000
    assert turkey["contingents"]["second"] == {"troops": 5, "role": "medical"}
    assert data["never"] == []
    assert "italy" in data["contributors"]


def test_a_fact_of_another_kind_replaces_the_whole_fact(tmp_path):
    data = child(tmp_path, "facts: {calm: {kind: milestone, probability: 0.5}}").data
    assert data["facts"]["calm"] == {"kind": "milestone", "probability": 0.5}


def test_names_that_look_like_a_distribution_still_merge(tmp_path):
    write(tmp_path, BASE + "uncertain: {low: 1.0, mean: 2.0}\n", "base.yaml")
    path = write(tmp_path, "extends: base.yaml\nuncertain: {mean: 3.0}\n", "child.yaml")
    assert load_resolved(path).data["uncertain"] == {"low": 1.0, "mean": 3.0}


def test_null_deletes(tmp_path):
    data = child(tmp_path, "contributors: {italy: null, turkey: {commits_when: ~, exit: }}\nnever: null").data
    assert list(data["contributors"]) == ["turkey"]
    assert "commits_when" not in data["contributors"]["turkey"]
    assert "exit" not in data["contributors"]["turkey"]
    assert "never" not in data


def test_null_that_deletes_nothing_names_the_nearest(tmp_path):
    message = error_of(lambda: child(tmp_path, "contributors: {itly: null}"))
    assert message.endswith(
        "child.yaml:2:16: contributors.itly: is empty, and deletes nothing inherited; did you mean italy?"
    )


@pytest.mark.parametrize(
    ("change", "source"),
    [
        ("notice: 7 days", {"commits_when": "s", "exit": "s", "returns": "s"}),
        ("notice: 5 days", "s"),
        ("notice: null", {"commits_when": "s", "exit": "s", "returns": "s"}),
        ("returns: {after: 1 day}", {"commits_when": "s", "notice": "s", "exit": "s"}),
        ("contingents: {brigade: {troops: 1}}", "s"),
        ("notice: 7 days, source: n", {"commits_when": "s", "exit": "s", "returns": "s", "notice": "n"}),
        ("notice: 7 days, source: {exit: n}", {"commits_when": "s", "exit": "n", "returns": "s"}),
        (
            "notice: 7 days, source: {notice: n}",
            {"commits_when": "s", "exit": "s", "returns": "s", "notice": "n"},
        ),
        ("source: n", "n"),
        ("source: null", None),
        ("notice: 7 days, source: null", None),
        ("source: {exit: null}", {"commits_when": "s", "notice": "s", "returns": "s"}),
        ("priority: 3", "s"),
    ],
)
def test_a_changed_number_loses_its_source_and_the_others_keep_theirs(change, source, tmp_path):
    turkey = child(tmp_path, f"contributors: {{turkey: {{{change}}}}}").data["contributors"]["turkey"]
    if change == "priority: 3":
        source = {"commits_when": "s", "notice": "s", "exit": "s", "returns": "s"}
    assert turkey.get("source") == source


def test_a_changed_number_loses_its_place_in_a_source_per_key(tmp_path):
    brigade = child(tmp_path, "contributors: {turkey: {contingents: {brigade: {troops: 1}}}}").data[
        "contributors"
    ]["turkey"]["contingents"]["brigade"]
    assert brigade["source"] == {"role": "s"}


def test_later_bases_win_and_are_relative_to_their_file(tmp_path):
    (tmp_path / "deep").mkdir()
    write(tmp_path, BASE, "base.yaml")
    write(tmp_path / "deep", "extends: ../base.yaml\nscenario: One\nquestion: Q1\n", "one.yaml")
    write(tmp_path, "scenario: Two\n", "two.yaml")
    top = write(tmp_path, "extends: [deep/one.yaml, two.yaml]\nend: 2027-01-01\n", "top.yaml")
    found = load_resolved(top)
    assert (found.data["scenario"], found.data["question"], found.data["end"]) == ("Two", "Q1", "2027-01-01")
    files = {key: found.origins[key].file for key in ("scenario", "question", "end", "start")}
    assert {key: name.rsplit("/", 1)[-1] for key, name in files.items()} == {
        "scenario": "two.yaml",
        "question": "one.yaml",
        "end": "top.yaml",
        "start": "base.yaml",
    }


VARIATIONS = {
    "one.yaml": "extends: base.yaml\ncontributors: {turkey: {notice: 6 days}, italy: null}\nnever: []\n",
    "two.yaml": "extends: [base.yaml]\ncontributors: {turkey: {exit: 11 days, source: n}, italy: null}\n",
}


@pytest.mark.parametrize(
    "order", ["one.yaml, two.yaml", "two.yaml, one.yaml", "base.yaml, one.yaml, two.yaml"]
)
def test_variations_of_one_base_are_extended_together(order, tmp_path):
    """Neither brings back what the other changed, and both may delete the same."""
    for name, text in VARIATIONS.items():
        write(tmp_path, text, name)
    data = child(tmp_path, "", f"[{order}]").data
    turkey = data["contributors"]["turkey"]
    assert (turkey["notice"], turkey["exit"]) == ("6 days", "11 days")
    assert turkey["source"] == {"commits_when": "s", "exit": "n", "returns": "s"}
    assert "italy" not in data["contributors"] and data["never"] == []


def test_of_variations_that_change_the_same_the_later_wins(tmp_path):
    for number in (6, 7):
        text = f"extends: base.yaml\ncontributors: {{turkey: {{notice: {number} days}}}}\n"
        write(tmp_path, text, f"v{number}.yaml")
    assert child(tmp_path, "", "[v6.yaml, v7.yaml]").data["contributors"]["turkey"]["notice"] == "7 days"
    assert child(tmp_path, "", "[v7.yaml, v6.yaml]").data["contributors"]["turkey"]["notice"] == "6 days"


def test_a_base_need_not_be_complete(tmp_path):
    write(tmp_path, "start: 2025-11-17\ntheatre: {reception: 250 per day}\n", "part.yaml")
    path = write(tmp_path, "extends: part.yaml\nscenario: S\nend: 2026-01-01\n", "whole.yaml")
    assert load_resolved(path).scenario.theatre.reception is not None


def test_a_fault_in_a_base_names_the_base(tmp_path):
    write(tmp_path, BASE.replace("troops: 2000", "troops: -1"), "base.yaml")
    path = write(tmp_path, "extends: base.yaml\n", "child.yaml")
    assert str(tmp_path / "base.yaml") + ":18:25: " in error_of(lambda: load_resolved(path))


def test_a_circle_names_the_chain(tmp_path):
    one = write(tmp_path, "extends: two.yaml\n", "one.yaml")
    write(tmp_path, "extends: [three.yaml]\n", "two.yaml")
    write(tmp_path, "extends: ./one.yaml\n", "three.yaml")
    message = error_of(lambda: load_resolved(one))
    assert message.startswith(
        f"{tmp_path / 'three.yaml'}:1:10: extends: files extend each other in a circle: "
    )
    assert " → ".join(str(tmp_path / f"{name}.yaml") for name in ("one", "two", "three", "one")) in message


def test_a_missing_base_names_the_chain_and_the_nearest_file(tmp_path):
    message = error_of(lambda: child(tmp_path, "", "bse.yaml"))
    assert "child.yaml:1:10: extends: " in message
    assert f"did you mean {tmp_path / 'base.yaml'}?" in message
    assert f"{tmp_path / 'child.yaml'} → {tmp_path / 'bse.yaml'}" in message
    assert "this is a directory" in error_of(lambda: child(tmp_path, "", "."))


@pytest.mark.parametrize("extends", ["5", "{a: b}", "[[base.yaml]]", "true", "''"])
def test_extends_names_files(extends, tmp_path):
    assert "extends: name a scenario file" in error_of(lambda: child(tmp_path, "", extends))


def test_the_depth_of_a_chain_is_limited(tmp_path):
    write(tmp_path, BASE, "f0.yaml")
    for number in range(1, 40):
        write(tmp_path, f"extends: f{number - 1}.yaml\n", f"f{number}.yaml")
    assert load_resolved(tmp_path / "f19.yaml").scenario.scenario == "Base"
    assert "more than 20 files" in error_of(lambda: load_resolved(tmp_path / "f39.yaml"))


def test_a_file_extended_many_times_is_read_once(tmp_path):
    write(tmp_path, BASE, "f0.yaml")
    for number in range(1, 19):
        base = f"f{number - 1}.yaml"
        write(tmp_path, f"extends: [{base}, {base}, {base}]\n", f"f{number}.yaml")
    assert load_resolved(tmp_path / "f18.yaml").scenario.scenario == "Base"


HERE = Position("f", 1, 1)


def branch(data) -> Branch | Leaf:
    if isinstance(data, dict):
        return Branch({key: Entry(HERE, branch(value)) for key, value in data.items()}, HERE)
    return Leaf(data, HERE)


values = st.integers(0, 3) | st.dictionaries(st.sampled_from(["median", "p90"]), st.integers(0, 3))
keys = st.sampled_from(["notice", "exit", "commits_when", "priority"])
contributors = st.dictionaries(keys, values, max_size=4)
scenarios = st.fixed_dictionaries(
    {},
    optional={
        "contributors": st.dictionaries(st.sampled_from(["a", "b"]), contributors, max_size=2),
        "uncertain": st.dictionaries(st.sampled_from(["x", "low", "value"]), values, max_size=3),
        "end": st.integers(0, 3),
    },
)


def laid(base, over):
    merged, faults = merge(branch(base), branch(over))
    assert not faults
    return plain_data(merged)


@settings(deadline=None)
@given(scenarios)
def test_merging_with_nothing_or_with_itself_changes_nothing(one):
    assert laid({}, one) == one
    assert laid(one, {}) == one
    assert laid(one, one) == one


@settings(deadline=None)
@given(scenarios, scenarios, scenarios)
def test_merging_is_associative(one, two, three):
    assert laid(laid(one, two), three) == laid(one, laid(two, three))


@settings(deadline=None)
@given(scenarios, scenarios)
def test_what_is_stated_last_holds(one, two):
    merged = laid(one, two)
    assert laid(merged, two) == merged
    for name, block in two.get("contributors", {}).items():
        for key, value in block.items():
            assert merged["contributors"][name][key] == value


BASE_HISTORY = """\
scenario: Base
start: 2026-01-01
as_of: 2026-03-01
end: 2026-12-31
facts: {m: {kind: milestone}, v: {kind: events, rate: 1 per month}}
contributors: {a: {contingents: {u: {role: infantry, troops: 500}}}}
history:
  - {date: 2026-02-01, fact: v, count: 1}
  - {date: 2026-02-01, fact: v, count: 2}
  - {date: 2026-02-02, contributor: a, contingent: u, event: pledged, troops: 400}
"""


def history_over(tmp_path, text):
    write(tmp_path, BASE_HISTORY, "base.yaml")
    found = load_resolved(write(tmp_path, f"extends: base.yaml\n{text}", "over.yaml"))
    return found, [(record.date.day, record.count or record.troops) for record in found.scenario.history]


def test_histories_add_up_and_each_record_keeps_its_file(tmp_path):
    found, records = history_over(tmp_path, "history: [{date: 2026-02-03, fact: v, count: 7}]\n")
    assert records == [(1, 1), (1, 2), (2, 400), (3, 7)]
    files = {path: position.file for path, position in found.origins.items()}
    assert files["history.0.date"].endswith("base.yaml") and files["history.3.date"].endswith("over.yaml")


def test_a_record_of_the_same_subject_event_and_date_replaces_the_inherited(tmp_path):
    again = "{date: 2026-02-01, fact: v, count: 9}, {date: 2026-02-02, contributor: a, event: pledged, troops: 300}"
    assert history_over(tmp_path, f"history: [{again}]\n")[1] == [(1, 9), (2, 300)]


def test_an_empty_history_leaves_none(tmp_path):
    assert history_over(tmp_path, "history: null\n")[1] == []


DECIDING = BASE.replace(
    "    commits_when: calm\n",
    "    commits_when: calm\n    approvals:\n"
    "      - {step: government, takes: 10 days, probability: 80%, source: n}\n"
    "      - {step: parliament, takes: 30 days, probability: 60%}\n",
)


def deciding(folder, text: str):
    write(folder, DECIDING, "base.yaml")
    return load_resolved(write(folder, f"extends: base.yaml\n{text}", "child.yaml"))


def test_single_steps_of_a_decision_change_by_their_names(tmp_path):
    text = (
        "contributors: {turkey: {approvals: {parliament: {probability: 90%}, government: {takes: 3 days}}}}\n"
    )
    both = deciding(tmp_path, text)
    assert both.data["contributors"]["turkey"]["approvals"] == [
        {
            "step": "government",
            "takes": "3 days",
            "probability": "80%",
            "source": {"step": "n", "probability": "n"},
        },
        {"step": "parliament", "takes": "30 days", "probability": "90%"},
    ]
    settings = {"contributors.turkey.approvals.parliament.probability": "90%"}
    base = tmp_path / "base.yaml"
    by_name, by_place = (
        load_resolved(base, {path.replace("parliament", name): value for path, value in settings.items()})
        for name in ("parliament", "1")
    )
    assert by_name.digest == by_place.digest != load_resolved(base).digest


def test_a_step_is_deleted_by_null_and_a_list_replaces_all(tmp_path):
    steps = deciding(tmp_path, "contributors: {turkey: {approvals: {government: null}}}\n").data
    assert [each["step"] for each in steps["contributors"]["turkey"]["approvals"]] == ["parliament"]
    whole = deciding(tmp_path, "contributors: {turkey: {approvals: [{step: parliament}]}}\n").data
    assert whole["contributors"]["turkey"]["approvals"] == [{"step": "parliament"}]


def test_a_step_that_is_not_inherited_cannot_be_changed(tmp_path):
    text = "contributors: {turkey: {approvals: {parlament: {probability: 90%}}}}\n"
    said = error_of(lambda: deciding(tmp_path, text))
    assert "there is no step 'parlament' to change; did you mean parliament?; to add one write" in said
    alone = error_of(lambda: child(tmp_path, text))
    assert "a mapping is not a list; write [first, second]" in alone
