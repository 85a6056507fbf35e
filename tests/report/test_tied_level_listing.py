"""The columns of `isf levels` hold the numbers of the table, a date once, and no group that has nobody."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from sim.report.level_listing import level_csv, level_lines

ROWS = [
    ("2026-01-31", "turkey", 12.4, 0, 10, 1_200),
    ("2026-02-28", "turkey", 0.4, 0, 0, 0),
    ("2026-01-31", "egypt", 0.0, 0, 0, 0),
    ("2026-02-28", "egypt", 30.5, 1, 20, 70),
]


class Named:
    """Tables that know who is called how."""

    contributor_name = staticmethod({"turkey": "Turkey", "egypt": "The Egyptians"}.get)


@pytest.fixture
def told(monkeypatch):
    monkeypatch.setattr("sim.report.level_listing.tables_of", lambda run: run)

    def lines(rows, by):
        columns = ["date", "contributor", "mean", "q05", "q50", "q95"]
        table = pd.DataFrame(rows, columns=columns).assign(date=lambda each: pd.to_datetime(each["date"]))
        return [
            line.split()
            for line in level_lines(Named, table if by else table.drop(columns="contributor"), by)
        ]

    return lines


def test_each_group_that_somebody_is_in_has_its_numbers_by_date(told):
    assert told(ROWS, "contributor") == [
        ["Date", "Contributor", "Mean", "5", "%", "Median", "95", "%"],
        ["31", "Jan", "2026", "Turkey", "12", "0", "10", "1,200"],
        ["28", "Feb", "2026", "Turkey", "0", "0", "0", "0"],
        ["The", "Egyptians", "31", "1", "20", "70"],
    ]


def test_the_whole_force_is_told_on_every_day_also_of_nobody(told):
    assert told(ROWS[1:2], None)[1:] == [["28", "Feb", "2026", "0", "0", "0", "0"]]
    assert told([("2026-02-28", "egypt", 0.0, 0, 0, 0)], "contributor")[1:] == [
        ["no", "troops", "on", "any", "of", "these", "days"]
    ]


def test_the_csv_has_the_date_as_a_date():
    table = pd.DataFrame({"date": pd.to_datetime([dt.date(2026, 3, 1)]), "mean": [1.5]})
    assert level_csv(table) == "date,mean\n2026-03-01,1.5\n"
