from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.studies import sweeps
from sim.studies.sweeps import combinations, read_sweep_file, split_values

plain = st.text(
    st.characters(exclude_characters=",()[]{}'\"", exclude_categories=("Cc", "Cs", "Z")), min_size=1
)


@given(st.lists(plain, min_size=1, max_size=6))
def test_values_without_brackets_are_what_stands_between_commas(values):
    assert split_values(",".join(values)) == tuple(values)
    assert split_values(" , ".join(values)) == tuple(values)


@given(st.lists(st.lists(plain, min_size=2, max_size=3), min_size=1, max_size=3))
def test_every_combination_occurs_once_and_the_last_list_varies_fastest(lists):
    found = combinations([f"p{place}={','.join(values)}" for place, values in enumerate(lists)])
    expected = [()]
    for place, values in enumerate(lists):
        expected = [(*one, (f"p{place}", value)) for one in expected for value in values]
    assert [each.varied for each in found] == expected


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.2,0.5, 0.8", ("0.2", "0.5", "0.8")),
        ("{low: 1, mode: 2, high: 3}", ("{low: 1, mode: 2, high: 3}",)),
        ("{mean: 20 days}, {mean: 40 days}", ("{mean: 20 days}", "{mean: 40 days}")),
        ("[patrol, disarm]", ("[patrol, disarm]",)),
        ("at least 2 of (a, b, c) and not d", ("at least 2 of (a, b, c) and not d",)),
        (
            "deployed(turkey, role=infantry) > 0,ceasefire",
            ("deployed(turkey, role=infantry) > 0", "ceasefire"),
        ),
        ('"one, two"', ('"one, two"',)),
        ("'one, two','three'", ("'one, two'", "'three'")),
        ("[\"a, b\", 'c, d']", ("[\"a, b\", 'c, d']",)),
        ("Hamas' answer,Israel's", ("Hamas' answer", "Israel's")),
        ("", ("",)),
        ("a), b", ("a)", "b")),
    ],
)
def test_commas_in_brackets_and_quotes_separate_nothing(text, values):
    assert split_values(text) == values


def test_settings_without_lists_are_one_combination_and_shared():
    (one,) = combinations(["a.b=1", "c={low: 1, mode: 2, high: 3}"])
    assert one.settings == ("a.b=1", "c={low: 1, mode: 2, high: 3}")
    assert (str(one), one.varied) == ("", ())
    assert combinations([]) == (sweeps.Combination(),)


def test_what_varies_is_named():
    first, *_ = combinations(["a=1", "b=2,3"])
    assert str(first) == "b=2"
    assert first.settings == ("a=1", "b=2")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["a=1,,2"], "'a=1,,2' has an empty value"),
        (["a=1,"], "has an empty value"),
        (["nonsense"], "path=value"),
        (["a=" + ",".join(map(str, range(40))), "b=" + ",".join(map(str, range(26)))], "1,040 combinations"),
    ],
)
def test_mistakes(settings, message):
    with pytest.raises(UsageError, match=message):
        combinations(settings)


def test_a_sweep_file_lists_combinations_and_multiplies_with_lists(tmp_path):
    path = tmp_path / "sweep.csv"
    path.write_text('\ufeffa.x, b\n1,"{low: 1, mode: 2, high: 3}"\n\n2,\n', encoding="utf-8")
    rows = read_sweep_file(path)
    assert [row.pairs for row in rows] == [
        (("a.x", "1"), ("b", "{low: 1, mode: 2, high: 3}")),
        (("a.x", "2"),),
    ]
    assert [row.origin for row in rows] == [f"{path}:{line}" for line in _lines_with_values(path)]
    assert [str(each) for each in combinations(["c=5,6", "d=7"], path)] == [
        "a.x=1, b={low: 1, mode: 2, high: 3}, c=5",
        "a.x=1, b={low: 1, mode: 2, high: 3}, c=6",
        "a.x=2, c=5",
        "a.x=2, c=6",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "needs a line of paths"),
        (b"a,b\n", "needs a line of paths"),
        (b"a,a\n1,2\n", "a path of its own"),
        (b"a,\n1,2\n", "a path of its own"),
        (b"a,b\n1\n", ":2: has 1 values for 2 paths"),
        (b"a.x;b\n1;2\n", "separated by semicolons; save it with commas"),
        (b"\xff\xfe\n", "is not a CSV table in UTF-8"),
        (b'a\n"1\n', "is not a CSV table"),
        (b"a\n" + b"1" * 200_000 + b"\n", "is not a CSV table"),
    ],
)
def test_a_file_that_is_no_table(tmp_path, content, message):
    path = tmp_path / "sweep.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        read_sweep_file(path)


def test_a_file_that_is_missing_or_too_large(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="No such file"):
        read_sweep_file(tmp_path / "none.csv")
    monkeypatch.setattr(sweeps, "LARGEST_SWEEP_FILE", 10)
    path = tmp_path / "sweep.csv"
    path.write_bytes(b"a\n" + b"1\n" * 10)
    with pytest.raises(UsageError, match="more than 10 bytes"):
        read_sweep_file(path)


def _lines_with_values(path):
    lines = path.read_bytes().decode("utf-8-sig").splitlines()
    return [number for number, line in enumerate(lines, 1) if line.strip(" ,")][1:]
