"""The hindcast beside the census, the signature of cohorts, and the split of the urban rise."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from synthetic_results import result_parts
from test_scoreboard import simple

from jcsim.errors import InputError
from jcsim.indicators.cohort import BANDS, five_year, signature, survivors
from jcsim.indicators.counts import population_counts
from jcsim.indicators.decomposition import PARTS, decompose
from jcsim.indicators.hindcast import COLUMNS, GROUPS, hindcast, skill
from jcsim.indicators.hindcast_text import render_hindcast
from jcsim.indicators.select import Frame
from jcsim.region import load_region

NET_RATES = {  # age in 2020: percent of survivors by county, worked out beforehand from the two censuses
    "15-19": (12, -38, -27, -33, -34, -28), "20-24": (-4, -33, -39, -44, -31, -39),
    "25-29": (-7, -7, -25, -28, -24, -20), "30-34": (33, 13, 16, -9, -7, 14), "35-39": (15, -9, -6, -13, -22, -5),
}  # fmt: skip
NET_THOUSANDS = {"10-14": 4.1, "20-24": -51.9, "30-34": 20.5, "40-49": -26.1, "50-59": -10.2, "60+": -4.5}


@pytest.fixture(scope="module")
def region():
    return load_region("jincheng")


@pytest.fixture(scope="module")
def rates(region):
    return region.demography.mortality[region.demography.period_index(2015)]


@pytest.fixture(scope="module")
def parts(region):
    return result_parts(region, draws=3, until=2022)


@pytest.fixture(scope="module")
def table(parts, region):
    return hindcast(parts, region)


# cohorts


def test_the_signature_of_the_two_censuses_is_the_one_worked_out_beforehand(region, rates):
    observed = signature(region.census(2010).population, region.census(2020).population, rates)
    for band, expected in NET_RATES.items():
        assert observed[band][1].round().astype(int).tolist() == list(expected)
    for band, thousand in NET_THOUSANDS.items():
        assert observed[band][0].sum() / 1000 == pytest.approx(thousand, abs=0.06)


def test_survivors_who_all_stay_are_no_migration(region, rates):
    early = np.asarray(region.census(2010).population, dtype=float)
    late = np.zeros_like(early)
    late[..., 1:] = survivors(early, rates)  # 18 five-year groups; 0-4 stands in the group 1-4
    for net, percent in signature(early, late, rates).values():
        assert net == pytest.approx(np.zeros(6), abs=1e-6)
        assert percent == pytest.approx(np.zeros(6), abs=1e-9)


def test_nobody_is_born_or_made_by_survival(region, rates):
    early = np.asarray(region.census(2010).population, dtype=float)
    late = survivors(early, rates)
    assert (late[..., :2] == 0).all()
    assert (late.sum(axis=-1) < early.sum(axis=-1)).all()
    assert (survivors(early, rates, factor=2.0).sum() < late.sum()).all()


def test_age_bands_cover_ten_and_over_once():
    groups = [place for band in BANDS.values() for place in range(*band.indices(18))]
    assert groups == list(range(2, 18))
    with pytest.raises(InputError, match="19 age groups"):
        five_year(np.zeros((2, 18)))


# population table


def test_counts_read_labels_and_codes_alike(region):
    labelled = pd.DataFrame(
        {"scenario": "history", "replicate": 0, "year": 2020, "county": ["140581", "140581"], "urban": "rural",
         "sex": ["male", "female"], "age_group": ["85+", "0"], "persons": [7.0, 5.0]}
    )  # fmt: skip
    coded = labelled.assign(sex=[0, 1], age_group=[18, 0])
    for rows in (labelled, coded):
        frame = Frame(simple({}).trajectories, {"population": rows})
        counts = population_counts(frame, "history", region, 2020)
        assert counts[5, 0, 18] == 7.0 and counts[5, 1, 0] == 5.0 and counts.sum() == 12.0
        assert population_counts(frame, "history", region, 2019) is None


@pytest.mark.parametrize("column, wrong", [("county", "999999"), ("sex", "other"), ("age_group", "90+")])
def test_an_unknown_code_in_the_population_table_is_refused(region, column, wrong):
    rows = pd.DataFrame(
        {"scenario": ["history"], "replicate": [0], "year": [2020], "county": ["140581"], "sex": ["male"],
         "age_group": ["85+"], "persons": [7.0]}
    )  # fmt: skip
    frame = Frame(simple({}).trajectories, {"population": rows.assign(**{column: wrong})})
    with pytest.raises(InputError, match=wrong.replace("+", r"\+")):
        population_counts(frame, "history", region, 2020)


# hindcast


def test_every_measure_stands_beside_its_observation(table):
    assert tuple(table.columns) == COLUMNS
    assert set(table["group"]) == set(GROUPS)
    assert table["observed"].notna().all()
    assert table["naive"].notna().all()
    assert (table["difference"].dropna() == (table["model"] - table["observed"]).dropna()).all()


def test_observations_are_those_of_the_census(table, region):
    one = table[table["area"] == "140581"].set_index("group")["observed"]
    census = region.census(2020)
    assert one["population"] == census.population[5].sum() == 453_054
    assert one["farm_share"] == pytest.approx(20.61, abs=0.01)
    assert one["one_person"] == pytest.approx(17.64, abs=0.01)
    city = table[table["area"] == "140500"].set_index("group")["observed"]
    assert city["bought"] == pytest.approx(30.2, abs=0.01)
    assert city["registered_county"] == 300_217
    assert city["urban_rate_2021"].tolist() == [63.55, 63.55]  # history run and baseline


def test_model_values_are_those_of_the_run(table, parts):
    frame = Frame.of(parts["history"])
    found = table[(table["group"] == "urban_rate") & (table["area"] == "140524")]["model"].item()
    assert found == frame.value("history", "urbanisation_rate", "140524", 2020)


def test_the_rival_of_the_history_run_knows_nothing_after_2010(monkeypatch, parts, region, table):
    class Later:
        """The same region with another census of 2020."""

        code, name_en, name_zh, counties = region.code, region.name_en, region.name_zh, region.counties
        demography = region.demography

        def census(self, year):
            if year == 2010:
                return region.census(2010)
            late = region.census(2020)
            changed = {
                name: getattr(late, name) * 2
                for name in ("population", "urban", "industry", "housing_source", "registered_elsewhere", "one_person")
            }
            return SimpleNamespace(**changed, family_households=late.family_households)

    other = hindcast({"history": parts["history"]}, Later())
    kept = table[table["scenario"] == "history"].reset_index(drop=True)
    assert other["naive"].tolist() == kept["naive"].tolist()
    assert other["model"].dropna().tolist() == kept["model"].dropna().tolist()
    assert other["observed"].tolist() != kept["observed"].tolist()


def test_what_is_no_skill_is_not_scored(table):
    assert not table[table["area"] == "140500"]["scored"].any()
    chengqu = table[(table["area"] == "140502") & table["group"].isin(["urban_rate", "urban_rate_2021"])]
    assert not chengqu["scored"].any()
    assert table[(table["area"] == "140521")]["scored"].all()


def test_skill_calls_a_tie_a_tie():
    columns = ["group", "scenario", "year", "scored", "model", "naive", "difference", "naive_difference"]
    rows = [
        ("population", "history", 2020, True, 1.0, 1.0, 100.0, -103.0),
        ("urban_rate", "history", 2020, True, 1.0, 1.0, 2.0, 1.0),
        ("urban_rate", "history", 2020, False, 1.0, 1.0, 0.0, 9.0),
    ]
    assert skill(pd.DataFrame(rows, columns=columns)).set_index("group")["closer"].to_dict() == {
        "population": "tie", "urban_rate": "naive",
    }  # fmt: skip


def test_the_text_names_the_run_untuned_only_while_it_is(table):
    assert "untuned run (prior parameters)" in " ".join(render_hindcast(table).split())
    assert "untuned" not in render_hindcast(table, untuned=False)
    assert "未经调校" in render_hindcast(table, lang="zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 60, 79])
def test_on_a_narrow_terminal_areas_come_in_blocks_with_the_same_numbers(table, lang, width):
    wide, text = (render_hindcast(table, lang=lang, width=columns).splitlines() for columns in (80, width))
    assert max(cell_len(line) for line in text) <= width
    labels = {"model", "counted", "naive", "模型", "普查", "对照", *BANDS}
    rows = [
        [line.split() for line in lines if line.startswith("  ") and line.split()[0] in labels]
        for lines in (wide, text)
    ]
    numbers = [sorted(cell for row in part for cell in row[1:] if set(cell) <= set("+-.,/0123456789")) for part in rows]
    assert len(numbers[0]) > 100
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_text_sets_model_count_and_rival_side_by_side_in_80_columns(table, lang):
    text = render_hindcast(table, lang=lang)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    names = {"en": ("model", "counted", "naive"), "zh": ("模型", "普查", "对照")}[lang]
    starts = [line.split()[0] for line in text.splitlines() if line.startswith("  ") and line.split()]
    measures = len(table.groupby(["group", "scenario"])) - 1  # the cohorts have a line an age band
    assert [starts.count(name) for name in names] == [measures] * 3
    assert [start for start in starts if start in BANDS] == list(BANDS)
    for title in GROUPS.values():
        assert title[0 if lang == "en" else 1] in "".join(
            text.split("\n  ") if lang == "zh" else [" ".join(text.split())]
        )


def test_the_text_shows_the_numbers_of_the_table(table):
    text = render_hindcast(table)
    row = table[(table["group"] == "population") & (table["area"] == "140581")].iloc[0]
    block = text.partition("Resident population, 2020, history")[2].partition("mean error")[0]
    found = [line.split()[-1] for line in block.splitlines() if line.startswith("  ") and len(line.split()) == 8]
    assert found == [f"{row[name] / 1000:,.1f}" for name in ("model", "observed", "naive")]
    assert "2021, baseline" in text and "2021, history" in text


def test_nothing_to_set_beside_is_an_empty_text(region):
    assert render_hindcast(hindcast({}, region)) == ""


def test_renting_counts_public_rental_as_the_census_does(table, parts):
    frame = Frame.of(parts["history"])
    expected = sum(frame.value("history", name, "140581", 2020) for name in ("rented_share", "public_rental_share"))
    rented = table[(table["group"] == "rented") & (table["area"] == "140581")].iloc[0]
    assert rented["model"] == pytest.approx(expected)
    city = table[table["area"] == "140500"].set_index("group")["observed"]
    assert (city["rented"], city["self_built"]) == (pytest.approx(9.10, abs=0.01), pytest.approx(51.34, abs=0.01))
    assert city["households"] == 795_887


# decomposition


def growth(natural, migration, territory, residents, urban, start=2020, end=2021):
    values = {}
    for year, people, town in ((start, residents[0], urban[0]), (end, residents[1], urban[1])):
        values["s", 0, year, "140500", "resident_population"] = people
        values["s", 0, year, "140500", "urban_population"] = town
    for name, value in (("natural", natural), ("migration", migration), ("territory", territory)):
        values["s", 0, end, "140500", f"urban_growth_{name}"] = value
    table = decompose(Frame.of(simple(values)), "s", "140500", start, end)
    return table.set_index("part")


@given(
    urban=st.tuples(*[st.floats(1e4, 1e6)] * 2),
    rural=st.tuples(*[st.floats(1e4, 1e6)] * 2),
    flows=st.tuples(*[st.floats(-5e4, 5e4)] * 3),
)
def test_the_parts_add_to_the_change_of_the_rate(urban, rural, flows):
    residents = tuple(u + r for u, r in zip(urban, rural, strict=True))
    parts = growth(*flows, residents, urban)
    change = 100 * (urban[1] / residents[1] - urban[0] / residents[0])
    assert parts["points"].sum() == pytest.approx(change, abs=1e-9)
    assert tuple(parts.index) == PARTS


def test_of_several_draws_the_parts_are_means_and_add_to_the_mean_change_of_the_rate():
    draws = ((9.0, 1.0, 2.0, 1000.0, 520.0), (1.0, 9.0, 40.0, 900.0, 560.0), (2.0, 3.0, 1.0, 1400.0, 530.0))
    values, changes = {}, []
    for k, (natural, migration, territory, residents, urban) in enumerate(draws, start=1):
        for year, people, town in ((2020, 1000.0, 500.0), (2021, residents, urban)):
            values["s", k, year, "140500", "resident_population"] = people
            values["s", k, year, "140500", "urban_population"] = town
        for name, value in (("natural", natural), ("migration", migration), ("territory", territory)):
            values["s", k, 2021, "140500", f"urban_growth_{name}"] = value
        changes.append(100 * (urban / residents - 0.5))
    parts = decompose(Frame.of(simple(values)), "s", "140500", 2020, 2021).set_index("part")
    mean, median = sum(changes) / 3, sorted(changes)[1]
    assert parts["points"].sum() == pytest.approx(mean) and abs(mean - median) > 1
    assert parts.loc["natural", "persons"] == pytest.approx(4.0)
    central = {("s", 0, *key[2:]): value for key, value in values.items() if key[1] == 2}
    parts = decompose(Frame.of(simple(values | central)), "s", "140500", 2020, 2021)
    assert parts["points"].sum() == pytest.approx(changes[1])  # a central run stands alone


def test_relabelling_alone_raises_the_rate_by_its_share_of_residents():
    parts = growth(0.0, 0.0, 50.0, (1000.0, 1000.0), (500.0, 550.0))
    assert parts["points"].to_dict() == pytest.approx(
        {"natural": 0, "migration": 0, "territory": 5.0, "rural_shrinkage": 0, "unallocated": 0}
    )


def test_rural_shrinkage_raises_the_rate_without_any_urban_gain():
    parts = growth(0.0, 0.0, 0.0, (1000.0, 900.0), (500.0, 500.0))
    assert parts.loc["rural_shrinkage", "points"] == pytest.approx(100 * (500 / 900 - 0.5))
    assert parts.loc["rural_shrinkage", "persons"] == -100.0


def test_a_year_without_flows_gives_no_decomposition():
    values = {("s", 0, year, "140500", name): 10.0 for year in (2020, 2022)
              for name in ("resident_population", "urban_population")}  # fmt: skip
    assert decompose(Frame.of(simple(values)), "s", "140500", 2020, 2022).empty
