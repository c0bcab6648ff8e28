"""The scoreboard: rows, where numbers come from, honest intervals and verdicts, and its text."""

from io import StringIO
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from synthetic_results import result, result_parts

from jcsim.errors import InputError
from jcsim.indicators.catalogue import KINDS, UNIT_ZH, catalogue, indicator
from jcsim.indicators.plan import PREFECTURE, measures, targets
from jcsim.indicators.scoreboard import COLUMNS, render_text, scoreboard
from jcsim.indicators.scoreboard_text import number, span, wrap
from jcsim.indicators.select import (
    Frame,
    Parts,
    in_year,
    interval,
    paired,
    percent_change,
    scale_text,
    short_name,
)
from jcsim.indicators.urban_effects import costs, spent, urban_effects
from jcsim.indicators.verdict import comparison, level_off, met
from jcsim.instruments import load_instruments
from jcsim.region import load_region

MODELLED = ("T1", "T2", "T3", "T9", "T10", "T11", "T13", "T15", "T16", "T17", "T18", "T20")


@pytest.fixture(scope="module")
def region():
    return load_region("jincheng")


@pytest.fixture(scope="module")
def parts(region):
    return result_parts(region, until=2026)


@pytest.fixture(scope="module")
def board(parts, region):
    return scoreboard(parts["full"], parts["ensemble"], region=region)


def simple(values, scale=1.0, label="prior"):
    """A result-like object from {(scenario, replicate, year, area, indicator): value}."""
    rows = [(*key[:4], "", key[4], value) for key, value in values.items()]
    columns = ["scenario", "replicate", "year", "area", "area_name", "indicator", "value"]
    manifest = {"scale": scale, "parameters_label": label}
    return SimpleNamespace(trajectories=pd.DataFrame(rows, columns=columns), tables={}, manifest=manifest)


def rates(base, plan, replicate=0, year=2025):
    """Values of the published rate of two scenarios in one year."""
    return {
        ("baseline", replicate, year, PREFECTURE, "urbanisation_rate"): base,
        ("plan", replicate, year, PREFECTURE, "urbanisation_rate"): plan,
    }


def row(board, target):
    return board.set_index("id").loc[target]


# rows


def test_the_first_row_is_no_plan_and_no_relabelling_then_every_target_of_the_plan(board):
    assert board["id"].tolist() == ["T0", *targets()["id"]]
    assert tuple(board.columns) == COLUMNS


def test_the_first_row_is_the_constant_territory_line_where_no_such_run_was_made(board, parts):
    frame = Frame.of(parts["full"])
    expected = frame.value("baseline", "urbanisation_rate_constant_territory", PREFECTURE, 2025)
    assert row(board, "T0")["baseline"] == expected
    assert "constant-territory line of baseline" in row(board, "T0")["concept_en"]
    assert np.isnan(row(board, "T0")["plan"])


def test_the_first_row_is_the_run_without_relabelling_where_there_is_one(region):
    runs = rates(67.0, 68.0) | {("no_relabelling", 0, 2025, PREFECTURE, "urbanisation_rate"): 64.5}
    first = scoreboard(simple(runs), region=region).iloc[0]
    assert first["baseline"] == 64.5
    assert first["met_baseline"] == "no"
    assert "run without plan and relabelling" in first["concept_en"]


def test_values_are_the_central_run_in_the_target_s_unit(board, parts):
    frame = Frame.of(parts["full"])
    assert row(board, "T1")["plan"] == frame.value("plan", "urbanisation_rate", PREFECTURE, 2025)
    jobs = frame.value("plan", "new_urban_jobs", PREFECTURE, 2025)
    assert row(board, "T2")["plan"] == pytest.approx(jobs / 10_000)
    assert row(board, "T15")["baseline"] == frame.value("baseline", "seat_population", "140581", 2025)


def test_a_row_without_a_value_says_why_and_which_datum_is_missing_in_both_languages(board):
    silent = board[board["modelled"] == "no"]
    assert set(silent["id"]) == set(targets()["id"]) - set(MODELLED)
    assert silent[["baseline", "plan", "effect"]].isna().all(axis=None)
    assert silent["reason_en"].str.startswith("not modelled: ").all()
    assert silent["reason_zh"].str.startswith("未建模：").all()
    works = silent[silent["id"] != "T19"]
    assert works["reason_en"].str.contains("missing: ").all()
    assert "policy setting" in row(board, "T19")["reason_en"]


def test_no_value_of_the_model_is_read_from_a_target(monkeypatch, parts, region, board):
    changed = targets().assign(target=["1"] * 29, baseline=["1"] * 29)
    monkeypatch.setattr("jcsim.indicators.scoreboard.targets", lambda: changed)
    other = scoreboard(parts["full"], parts["ensemble"], region=region)
    numbers = ["baseline", "baseline_low", "baseline_high", "plan", "plan_low", "plan_high", "effect", "naive"]
    pd.testing.assert_frame_equal(other[numbers], board[numbers])


def test_every_measure_is_an_indicator_of_the_catalogue_and_names_its_concept():
    named = measures()[measures()["indicator"] != ""]
    assert tuple(named.index) == MODELLED
    for target, measure in named.iterrows():
        assert indicator(measure["indicator"]).id == measure["indicator"]
        assert measure["concept_en"], target
        assert measure["concept_zh"], target
    assert "territory" in named.loc["T9", "concept_en"]
    assert "4.74" in named.loc["T2", "concept_en"] and "4.88" in named.loc["T2", "concept_en"]
    assert "seat township" in named.loc["T16", "concept_en"]


@pytest.mark.parametrize("lang, words", [("en", "this result ends in 2022"), ("zh", "本结果止于2022年")])
def test_a_run_that_ends_early_says_so_in_one_sentence(region, lang, words):
    short = scoreboard(simple(rates(64.0, 64.1, year=2022)), region=region)
    assert np.isnan(row(short, "T1")["plan"])
    assert row(short, "T1")["met_plan"] == ""
    assert row(short, "T2")[f"reason_{lang}"] == row(short, "T0")[f"reason_{lang}"]
    text = render_text(short, width=300, lang=lang, colour=False)
    assert text.count("\n") == 1
    assert words in text


def test_a_value_that_was_not_recorded_is_named_with_its_indicator(region):
    board = scoreboard(simple(rates(64.0, 64.1)), region=region)
    assert row(board, "T9")["reason_en"] == "not recorded in this result: Hukou urbanisation rate, 2025"
    assert row(board, "T9")["modelled"] == "not recorded"


def test_a_first_row_without_a_baseline_says_that_none_was_run(region):
    board = scoreboard(simple({("plan", 0, 2025, PREFECTURE, "urbanisation_rate"): 64.1}), region=region)
    assert row(board, "T0")["reason_en"] == "this result has no baseline run"
    assert row(board, "T0")["reason_zh"] == "本结果无基准情景的模拟"


def test_another_prefecture_is_not_held_to_this_plan(parts):
    other = scoreboard(parts["full"], region=SimpleNamespace(code="140400"))
    assert other[["baseline", "plan"]].isna().all(axis=None)


def test_a_scenario_that_was_not_run_is_refused_with_the_nearest_name(parts, region):
    with pytest.raises(InputError, match="did you mean 'plan'"):
        scoreboard(parts["full"], region=region, case="plann")


def test_a_single_scenario_of_the_user_is_shown_as_the_case(region):
    values = {("mine", 0, 2025, PREFECTURE, "urbanisation_rate"): 67.0}
    board = scoreboard(simple(values), region=region)
    assert row(board, "T1")["plan_scenario"] == "mine"
    assert row(board, "T1")["plan"] == 67.0
    assert np.isnan(row(board, "T1")["effect"])


# intervals, effects, verdicts


def test_an_effect_s_interval_is_of_paired_differences(region):
    draws = {}
    for k in range(1, 41):  # the same luck moves both scenarios by up to 20 points, the plan always adds 0.4
        draws |= rates(50.0 + k / 2, 50.4 + k / 2, replicate=k)
    board = scoreboard(simple(rates(67.0, 67.4)), simple(draws, 0.02), region=region)
    first = row(board, "T1")
    assert (first["effect_low"], first["effect_high"]) == pytest.approx((0.4, 0.4))
    assert first["plan_high"] - first["plan_low"] == pytest.approx(0.9 * 39 / 2)
    assert first["interval_label_en"] == "5-95 % of 40 prior draws at 1:50; no discrepancy term"
    assert first["source_en"] == "1:1, central draw"


def test_few_draws_give_their_range_and_say_so(region):
    draws = {}
    for k in range(1, 6):
        draws |= rates(60.0 + k, 61.0 + k, replicate=k)
    first = row(scoreboard(simple(rates(63.0, 64.0)), simple(draws, 0.02), region=region), "T1")
    assert (first["baseline_low"], first["baseline_high"]) == (61.0, 65.0)
    assert first["interval_label_en"].startswith("range of 5 prior draws")


def test_replicates_without_a_central_run_give_their_median_and_their_own_interval(region):
    draws = {}
    for k in range(1, 10):
        draws |= rates(60.0 + k, 61.0 + k, replicate=k)
    first = row(scoreboard(simple(draws, 0.05), region=region), "T1")
    assert first["baseline"] == 65.0
    assert first["source_en"] == "1:20, median of 9 draws; effects: median of paired differences"
    assert first["plan_high"] == 70.0


def test_without_a_central_run_an_effect_is_the_median_of_paired_differences(region):
    draws = {}
    for k, (base, plan) in enumerate(((60.0, 61.0), (70.0, 70.2), (65.0, 65.3)), start=1):
        draws |= rates(base, plan, replicate=k)
    first = row(scoreboard(simple(draws, 0.05), region=region), "T1")
    assert (first["baseline"], first["plan"]) == (65.0, 65.3)
    assert first["effect"] == pytest.approx(0.3)
    draws[("plan", 3, 2025, PREFECTURE, "urbanisation_rate")] = 64.0  # medians 65 and 64, differences 1, 0.2, -1
    first = row(scoreboard(simple(draws, 0.05), region=region), "T1")
    assert first["effect"] == pytest.approx(0.2)
    assert first["effect_low"] <= first["effect"] <= first["effect_high"]


@pytest.mark.parametrize("effect, said", [(0.1, "no"), (-0.29, "no"), (0.31, "yes"), (-0.5, "yes")])
def test_an_effect_below_the_model_s_error_is_called_undetectable(region, effect, said):
    board = scoreboard(simple(rates(67.0, 67.0 + effect)), region=region)
    assert row(board, "T1")["detectable"] == said


def test_no_probability_is_given_and_the_reason_names_what_is_lacking(board):
    assert board["p_met"].isna().all()
    for words in ("20 runs", "posterior draws", "discrepancy term", "24 prior draws"):
        assert board["p_met_reason_en"].str.contains(words).all()


@pytest.mark.parametrize(
    "sense, target, value, expected",
    [
        ("at_least", "68", 68.0, "yes"), ("at_least", "68", 67.99, "no"), ("at_most", "2.1", 2.1, "yes"),
        ("at_most", "2.1", 2.11, "no"), ("below", "5.5", 5.5, "no"), ("below", "5.5", 5.4, "yes"),
        ("within", "100000-200000", 100_000, "yes"), ("within", "100000-200000", 200_001, "no"),
        ("about", "50", 50.0, ""), ("towards", "towards 100000", 120_000, ""), ("report", "有效保障", 1.0, ""),
        ("at_least", "68", None, ""),
    ],
)  # fmt: skip
def test_met_compares_by_the_target_s_sense(sense, target, value, expected):
    assert met(sense, target, value) == expected


def test_a_sense_nobody_defined_is_refused():
    with pytest.raises(InputError, match="unknown sense"):
        met("roughly", "68", 1.0)


@pytest.mark.parametrize(
    "sense, target, value, words",
    [("about", "50", 47.5, "2.50 below"), ("towards", "towards 100000", 60_000, "60 % of 100,000"),
     ("within", "100000-200000", 150_000, "inside the range"), ("at_least", "68", 68.0, "equal to the target"),
     ("within", "100000-200000", 90_000, "10,000 below")],
)  # fmt: skip
def test_a_value_is_put_beside_its_target_in_words(sense, target, value, words):
    assert comparison(sense, target, value)[0] == words


def test_the_effect_on_urbanisation_comes_in_three_lines(board, parts):
    lines = urban_effects(Parts.of(parts), "baseline", "plan", 2025).set_index("indicator")
    assert list(lines.index) == ["urbanisation_rate", "urbanisation_rate_constant_territory", "persons_moved_to_urban"]
    assert row(board, "T1")["effect_constant_territory"] == lines["effect"].iloc[1]
    assert row(board, "T1")["effect_persons_moved"] == lines["effect"].iloc[2]
    residents = Frame.of(parts["full"]).value("plan", "resident_population", PREFECTURE, 2025)
    assert lines["points"].iloc[2] == pytest.approx(100 * lines["effect"].iloc[2] / residents)


def test_cost_per_additional_person_is_the_difference_of_both_and_none_without_a_gain():
    def run(scenario, cost, moved):
        return {
            (scenario, 0, 2024, PREFECTURE, "fiscal_cost_real"): cost / 2,
            (scenario, 0, 2025, PREFECTURE, "fiscal_cost_real"): cost / 2,
            (scenario, 0, 2025, PREFECTURE, "persons_moved_to_urban"): moved,
        }

    gain = Parts.of({"full": simple(run("baseline", 1e6, 100.0) | run("plan", 5e6, 300.0))})
    table = costs(gain, "baseline", "plan", [2025, 2030])
    shown = table[["year", "cost", "persons", "per_person"]]
    assert shown.to_dict("records") == [{"year": 2025, "cost": 4.0, "persons": 200.0, "per_person": 20.0}]
    loss = Parts.of({"full": simple(run("baseline", 1e6, 100.0) | run("plan", 5e6, 90.0))})
    assert costs(loss, "baseline", "plan", [2025])["per_person"].isna().all()


def test_costs_are_summed_in_each_draw_and_then_one_median_is_taken():
    values, spending = {}, {"housing_subsidy": (1.0, 5.0, 9.0), "rights_exit": (8.0, 1.0, 3.0)}
    for k in (1, 2, 3):
        for scenario, on in (("baseline", 0.0), ("plan", 1.0)):
            paid = {name: on * 1e6 * amounts[k - 1] for name, amounts in spending.items()}
            for name, amount in paid.items():
                values[scenario, k, 2025, PREFECTURE, f"cost_{name}_real"] = amount
            values[scenario, k, 2025, PREFECTURE, "fiscal_cost_real"] = sum(paid.values())
            values[scenario, k, 2025, PREFECTURE, "persons_moved_to_urban"] = 100.0 * on
    parts = Parts.of({"full": simple(values)})
    cost = costs(parts, "baseline", "plan", [2025]).iloc[0]
    each = [spent(parts, "baseline", "plan", [f"cost_{name}_real"], 2025) for name in spending]
    both = spent(parts, "baseline", "plan", [f"cost_{name}_real" for name in spending], 2025)
    assert [one.value for one in each] == [5.0, 3.0]
    assert cost["cost"] == both.value == 9.0  # of 9, 6 and 12; the medians add to 8
    assert (cost["cost_low"], cost["cost_high"]) == (both.low, both.high) == (6.0, 12.0)


def test_every_effect_is_the_one_of_the_scoreboard(region):
    draws = {}
    for k, (base, plan) in enumerate(((60.0, 61.0), (70.0, 70.2), (65.0, 64.0)), start=1):
        draws |= rates(base, plan, replicate=k)
    parts = Parts.of({"full": simple(draws, 0.05)})
    change = paired(parts, "baseline", "plan", in_year("urbanisation_rate", PREFECTURE, 2025))
    first = row(scoreboard(parts.full, region=region), "T1")
    assert (change.value, change.low, change.high) == (first["effect"], first["effect_low"], first["effect_high"])
    assert change.value == pytest.approx(0.2)  # the medians differ by -1
    percent = paired(parts, "baseline", "plan", in_year("urbanisation_rate", PREFECTURE, 2025), percent_change)
    assert percent.value == pytest.approx(100 * 0.2 / 70)


# the level of the start


def jobs(start, end=60_000.0):
    """New urban jobs of both scenarios in the published start's year, and in the targets' year."""
    values = {}
    for scenario in ("baseline", "plan"):
        values[scenario, 0, 2021, PREFECTURE, "new_urban_jobs"] = start
        values[scenario, 0, 2025, PREFECTURE, "new_urban_jobs"] = end
    return simple(values)


@pytest.mark.parametrize("start, judged", [(47_400.0, True), (71_000.0, True), (71_200.0, False), (23_600.0, False)])
def test_a_row_whose_start_is_off_by_more_than_half_is_not_judged(region, start, judged):
    one = row(scoreboard(jobs(start), region=region), "T2")
    assert one["start_model"] == pytest.approx(start / 1e4)
    assert one["level"] == ("" if judged else "off")
    assert (one["met_baseline"], one["met_plan"]) == (("yes", "yes") if judged else ("", ""))
    assert one["comparison_en"].startswith("level off") is not judged


def test_a_level_that_is_off_is_said_with_both_numbers_in_both_languages(region):
    board = scoreboard(jobs(207_100.0), region=region)
    one = row(board, "T2")
    assert "in 2021 the model has 20.71, published 4.74" in one["comparison_en"]
    assert "2021年模型为20.71，公布值为4.74" in one["comparison_zh"]
    assert "level off: in 2021" in " ".join(render_text(board, width=150, colour=False).split())


def test_the_rule_of_the_start_reads_no_target(monkeypatch, region):
    changed = targets().assign(target="1000")
    monkeypatch.setattr("jcsim.indicators.scoreboard.targets", lambda: changed)
    assert row(scoreboard(jobs(207_100.0), region=region), "T2")["level"] == "off"
    assert row(scoreboard(jobs(47_400.0), region=region), "T2")["level"] == ""


def test_a_start_nobody_published_or_recorded_is_not_off(region):
    assert not level_off("", 5.0) and not level_off("4.74", None)
    assert row(scoreboard(simple(rates(10.0, 11.0)), region=region), "T1")["met_plan"] == "no"


@pytest.mark.parametrize("value, shown", [(0.0004, "0.000"), (-0.0004, "0.000"), (-0.0006, "-0.001"), (0.0, "0.000")])
def test_a_change_too_small_to_show_has_no_sign(value, shown):
    assert number(value, "ratio", sign=True) == shown


# selection


def test_the_ends_of_an_interval():
    values = pd.Series(np.arange(101.0))
    assert (interval(values).low, interval(values).high) == (5.0, 95.0)
    assert (interval(values[:3]).low, interval(values[:3]).high) == (0.0, 2.0)
    assert interval(values[:1]).low is None


def test_trajectories_without_a_column_or_an_unknown_part_are_refused():
    with pytest.raises(InputError, match="replicate"):
        Frame(pd.DataFrame(columns=["scenario", "year", "area", "indicator", "value"]))
    with pytest.raises(InputError, match="unknown part"):
        Parts.of({"whole": None})


@pytest.mark.parametrize("scale, text", [(1.0, "1:1"), (0.02, "1:50"), (0.1, "1:10"), (None, "scale not stated")])
def test_a_scale_is_written_as_a_map_s(scale, text):
    assert scale_text(scale) == text


@pytest.mark.parametrize(
    "name, short",
    [("Qinshui County", "Qinshui"), ("Gaoping City (county-level)", "Gaoping"), ("Chengqu District", "Chengqu"),
     ("Jincheng", "Jincheng")],
)  # fmt: skip
def test_a_county_is_called_by_its_name_alone(name, short):
    assert short_name(name) == short


# catalogue


PROMISED = (
    "resident_population", "urban_population", "urbanisation_rate", "urbanisation_rate_constant_territory",
    "persons_moved_to_urban", "hukou_urban_rate", "hukou_nonfarm_share", "urban_income", "rural_income",
    "income_ratio", "new_urban_jobs", "unemployment_rate", "farm_employment_share", "households",
    "one_person_households", "owner_bought_share", "migrants_out", "left_behind_children", "land_leased_share",
    "land_idle_share", "land_exited_share", "homestead_exited_share", "house_price", "fiscal_cost", "seat_population",
    "urban_growth_natural", "urban_growth_migration", "urban_growth_territory",
)  # fmt: skip


def test_the_catalogue_says_everything_in_both_languages():
    entries = catalogue()
    assert len({entry.id for entry in entries}) == len(entries)
    for entry in entries:
        assert all((entry.title_en, entry.title_zh, entry.definition_en, entry.definition_zh, entry.areas))
        assert entry.unit in UNIT_ZH
        assert entry.kind in KINDS
    with pytest.raises(InputError, match="did you mean 'urbanisation_rate'"):
        indicator("urbanization_rate")


def test_the_ids_an_outside_program_may_rely_on_exist():
    assert set(PROMISED) <= {entry.id for entry in catalogue()}


def test_every_amount_of_money_comes_in_yuan_of_the_year_and_of_2020():
    money = {entry.id: entry for entry in catalogue() if entry.kind == "money"}
    nominal = [name for name in money if not name.endswith("_real")]
    assert len(nominal) * 2 == len(money) > 20
    for name in nominal:
        assert "2020" in money[f"{name}_real"].unit and "2020" not in money[name].unit
        assert money[name].areas == money[f"{name}_real"].areas


def test_every_instrument_that_somebody_pays_for_has_a_cost_that_names_the_payer():
    for name, instrument in load_instruments().items():
        if instrument.payer == "none":
            with pytest.raises(InputError):
                indicator(f"cost_{name}")
        else:
            assert indicator(f"cost_{name}").definition_en.endswith(f"paid by: {instrument.payer}.")


# text


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 55, 72, 80, 110, 150])
def test_the_text_fits_its_width_and_names_every_row(board, lang, width):
    text = render_text(board, width=width, lang=lang, colour=False)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    words = text.split()
    for target in board["id"]:
        assert target in words
    assert "\x1b" not in text


def test_the_text_says_where_numbers_are_from_and_what_they_are_not(board):
    text = " ".join(render_text(board, width=150, colour=False).split())
    for words in (
        "Values: 1:1, central draw", "5-95 % of 24 prior draws at 1:50; no discrepancy term", "is no probability",
        "No probability of meeting a target", "cannot be told from none", "No target fills its own row",
    ):  # fmt: skip
        assert words in text
    assert text.index("Values: 1:1") < text.index("T0 ")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_text_holds_every_row_in_the_plan_s_order_with_concept_interval_or_reason(board, lang, width):
    lines = render_text(board, width=width, lang=lang, colour=False).splitlines()
    starts = [line.split()[0] for line in lines if line[:1] == "T" and line[1:2].isdigit()]
    assert starts == board["id"].tolist()
    joined = "".join("".join(lines).split())
    for _, one in board.iterrows():
        for text in (one[f"concept_{lang}"], one[f"reason_{lang}"]):
            assert "".join(text.split()) in joined, one["id"]
        for side in ("baseline", "plan", "effect"):
            ends = span(one[f"{side}_low"], one[f"{side}_high"], one["unit"], side == "effect")
            assert "".join(ends.split()) in joined, one["id"]
    assert row(board, "T1")["effect_low"] > 0
    assert "88.8" in joined  # the trend of a target without a value


def test_the_urban_effect_is_printed_in_three_lines_with_values_effect_and_range(board):
    first = row(board, "T1")
    text = " ".join(render_text(board, width=200, colour=False).split())
    for line, column, unit in (("published definition", "", "percent"), ("constant territory", "_constant_territory", "percent"),
                               ("persons who moved", "_persons_moved", "persons")):  # fmt: skip
        values = [number(first[f"{side}{column}"], unit) for side in ("baseline", "plan")]
        effect = number(first[f"effect{column}"], unit, sign=True)
        ends = span(first[f"effect{column}_low"], first[f"effect{column}_high"], unit, sign=True)
        of = "persons" if unit == "persons" else "points"
        assert f"{line}: baseline {values[0]}, plan {values[1]}, effect {effect} {of} {ends}" in text


def test_an_undetectable_effect_is_called_so_where_it_is_printed(region):
    for effect, said in ((0.1, True), (0.5, False)):
        text = render_text(scoreboard(simple(rates(67.0, 67.0 + effect)), region=region), width=200, colour=False)
        assert ("inside the model's error" in text) is said


def test_a_central_run_alone_is_not_said_to_have_draws(region):
    board = scoreboard(simple(rates(67.0, 68.0)), region=region)
    assert board["p_met_reason_en"].str.endswith("here a central run and no draws").all()
    assert (board["interval_label_en"] == "").all()


@pytest.mark.parametrize("text", ["（一）二，三四五六七", "not (cut here) [+1.00, +2.00], end"])
def test_no_line_starts_with_a_closing_mark_and_brackets_stay_whole(text):
    for width in range(6, 20):
        lines = wrap(text, width)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert not any(line[:1] in "，。；：、）" for line in lines if line)
    assert "[+1.00, +2.00]," in wrap("a b c [+1.00, +2.00], end", 16)


def test_a_word_longer_than_a_line_is_broken():
    assert wrap("a abcdefghijk b", 5, hanging=1) == ["a", " abcd", " efgh", " ijk", " b"]


def test_the_width_is_that_of_the_variable_columns_else_110(board, monkeypatch):
    monkeypatch.setenv("COLUMNS", "64")
    assert render_text(board) == render_text(board, width=64)
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr("os.get_terminal_size", lambda *file: (_ for _ in ()).throw(OSError("no terminal")))
    assert render_text(board) == render_text(board, width=110)


def test_a_terminal_gets_a_bold_head_and_the_same_lines(board):
    plain, bold = (render_text(board, width=120, colour=colour) for colour in (False, True))
    assert bold.replace("\x1b[1m", "").replace("\x1b[0m", "").split() == plain.split()
    assert "\x1b[1m" in bold


def test_the_table_survives_a_csv_file(board):
    again = pd.read_csv(StringIO(board.to_csv(index=False)), keep_default_na=False, na_values={"plan": [""]})
    assert again["id"].tolist() == board["id"].tolist()
    assert again["plan"].isna().tolist() == board["plan"].isna().tolist()


def test_invented_results_have_the_form_of_real_ones(region):
    made = result(region, ("baseline",), 2020, 2021)
    known = {entry.id for entry in catalogue()}
    assert set(made.trajectories["indicator"]) <= known
