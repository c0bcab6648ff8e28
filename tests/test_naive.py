"""Naive trends against the published comparison, and the trends beside the plan's targets."""

import pytest

from jcsim.errors import InputError
from jcsim.indicators.naive import logistic, un, urban_trends, urgd
from jcsim.indicators.plan import TARGET_YEAR, history, measures, naive_trend, published, targets

TABLE = (  # area, 2010, 2021, then linear, URGD, UN and K=0.8 for 2025 and for 2035
    ("Jincheng", 51.04, 63.55, (68.10, 67.76, 67.54, 66.97), (79.47, 77.04, 75.07, 73.04)),
    ("Gaoping", 44.00, 54.47, (58.28, 58.23, 58.08, 57.86), (67.80, 67.14, 65.75, 65.01)),
    ("Yangcheng", 38.10, 50.76, (55.36, 55.43, 55.20, 54.97), (66.87, 66.52, 64.39, 63.85)),
    ("Qinshui", 33.00, 49.70, (55.77, 56.00, 55.62, 55.26), (70.95, 70.56, 67.08, 66.28)),
    ("Zezhou", 37.40, 48.43, (52.44, 52.54, 52.38, 52.21), (62.47, 62.55, 60.95, 60.59)),
    ("Lingchuan", 31.90, 44.78, (49.46, 49.75, 49.51, 49.36), (61.17, 61.99, 59.59, 59.54)),
)


@pytest.mark.parametrize("area, first, last, in_2025, in_2035", TABLE, ids=[row[0] for row in TABLE])
def test_the_four_rules_give_the_values_worked_out_beforehand(area, first, last, in_2025, in_2035):
    for year, expected in ((2025, in_2025), (2035, in_2035)):
        trends = urban_trends(first, 2010, last, 2021, year)
        assert [round(value, 2) for value in trends.values()] == list(expected)


def test_every_rule_passes_through_its_last_observation():
    assert list(urban_trends(51.04, 2010, 63.55, 2021, 2021).values()) == pytest.approx([63.55] * 4)


def test_the_un_rule_leaves_the_observed_trend_and_the_logistic_stays_below_its_ceiling():
    assert un(51.04, 2010, 63.55, 2021, 2080) < urgd(51.04, 2010, 63.55, 2021, 2080)
    assert 79.0 < logistic(51.04, 2010, 63.55, 2021, 2150) < 80.0


@pytest.mark.parametrize(
    "arguments, words",
    [((51.0, 2010, 85.0, 2021, 2025), "below 80"), ((0.0, 2010, 60.0, 2021, 2025), "above 0"),
     ((51.0, 2021, 60.0, 2010, 2025), "years out of order"), ((51.0, 2010, 60.0, 2021, 2020), "years out of order")],
)  # fmt: skip
def test_shares_and_years_without_a_trend_are_refused(arguments, words):
    with pytest.raises(InputError, match=words):
        urban_trends(*arguments)


def test_the_headline_trend_meets_the_target_without_any_policy():
    assert naive_trend("T1", 2025).value == pytest.approx(68.10, abs=0.005)
    assert naive_trend("T3", 2025).value == pytest.approx(2.2 + 4 * (2.2 - 2.469) / 7)


def test_a_target_has_a_trend_or_says_why_not_in_both_languages():
    for target in targets()["id"]:
        trend = naive_trend(target, 2025)
        assert trend.rule_en and trend.rule_zh
    assert [t for t in targets()["id"] if naive_trend(t, 2025).value is not None] == ["T1", "T3", "T14"]


def test_no_trend_reads_a_target(monkeypatch):
    before = {target: naive_trend(target, 2025) for target in targets()["id"]}
    doubled = targets().assign(target="1", baseline="1")
    monkeypatch.setattr("jcsim.indicators.plan.targets", lambda: doubled)
    assert {target: naive_trend(target, 2025) for target in doubled["id"]} == before


def test_published_values_are_in_the_units_of_the_catalogue_and_the_conflict_row_is_named():
    assert published("resident_population")["value"].tolist() == [2160984.0, 2188600.0]
    codes = ("140502", "140521", "140522", "140524", "140525", "140581")
    total = sum(published("resident_population", code).set_index("year")["value"][2021] for code in codes)
    assert total == pytest.approx(2188600.0)
    assert "36.68" in published("resident_population", "140522").set_index("year")["source"][2021]


def test_every_row_of_the_plan_files_says_where_it_is_from():
    assert (targets()["source"] != "").all()
    assert (history()["source"] != "").all()
    assert history()["quality"].isin(["official", "secondary", "derived", "conflict"]).all()
    assert list(measures().index) == list(targets()["id"])


def test_every_target_is_of_one_year():
    assert set(targets()["target_year"]) == {str(TARGET_YEAR)}
