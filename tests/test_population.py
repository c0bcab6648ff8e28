"""The population of each census, 1:1: what is exact is exact, households are plausible, keys decide."""

import csv
import dataclasses
import os
import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

from jcsim.population import CollectiveType, build_population, fit_report_text, worst_cells
from jcsim.records import (
    HUKOU_OTHER_PROVINCE,
    WEIGHT_ONE,
    Activity,
    Education,
    HouseholdKind,
    Hukou,
    Marital,
    PersonKind,
    Quarters,
    Role,
    Sector,
    Sex,
    Urban,
)
from jcsim.region import load_region

YEARS = (2010, 2020)
RESIDENTS = {2010: 2_279_146, 2020: 2_194_545}
HOUSEHOLDS = {2010: 662_706, 2020: 795_887}
COLLECTIVE = {2010: 166_031, 2020: 162_561}
URBAN_RATE = {2010: 51.04, 2020: 62.72}


class Built:
    """A population with the columns the tests count by."""

    def __init__(self, year):
        self.region = load_region("jincheng")
        self.census = self.region.census(year)
        self.population = population = build_population(self.region, year)
        self.year, self.homes, self.persons = year, population.households, population.persons
        self.here = population.away_rank < 0
        self.residents = self.persons[self.here]
        self.county = population.county[self.residents["household"]].astype(int)
        self.age = year - self.residents["born"].astype(int)
        self.family = self.homes["kind"] != HouseholdKind.COLLECTIVE
        self.members = np.bincount(self.residents["household"], minlength=len(self.homes))

    def by_county(self, *codes, where=slice(None), shape=()):
        table = np.zeros((6, *shape), int)
        np.add.at(table, (self.county[where], *(code[where] for code in codes)), 1)
        return table


OTHER_MACHINE = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX512F",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX",
    "NUMBA_CPU_NAME": "generic",
}


@pytest.fixture(scope="module")
def second_build():
    """A process that builds 2010 anew on another kind of machine, beside the tests, and prints its hash."""
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from jcsim.region import load_region; from jcsim.population import make_population\n"
        "print(make_population(load_region('jincheng'), 2010).hash)"
    )
    command, setting = [sys.executable, "-c", code], os.environ | OTHER_MACHINE
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=setting, **pipes) as process:
        yield process
        process.kill()


@pytest.fixture(scope="module", params=YEARS)
def built(request, second_build):
    return Built(request.param)


def test_residents_and_households_number_what_the_census_counted(built):
    year = built.year
    assert len(built.residents) == RESIDENTS[year]
    assert built.family.sum() == HOUSEHOLDS[year]
    assert (built.homes["kind"][built.residents["household"]] == HouseholdKind.COLLECTIVE).sum() == COLLECTIVE[year]
    assert (built.residents["quarters"] == Quarters.COLLECTIVE).sum() == COLLECTIVE[year]
    assert (built.persons["weight"] == WEIGHT_ONE).all() and (built.homes["weight"] == WEIGHT_ONE).all()


def test_county_by_sex_by_age_group_is_exact(built):
    first = np.array([low for low, _ in built.census.age_group_bounds])
    group = np.searchsorted(first, built.age, side="right") - 1
    counts = built.by_county(built.residents["sex"].astype(int), group, shape=(2, 19))
    assert (counts == built.census.population).all()
    assert built.age.max() <= 104 and built.age.min() >= 0


def test_urban_residents_are_exact_and_give_the_published_rate(built):
    urban = built.residents["urban"] != Urban.RURAL
    assert (built.by_county(where=urban) == built.census.urban).all()
    assert round(100 * urban.sum() / len(urban), 2) == URBAN_RATE[built.year]
    assert urban[built.county == 0].all()


def test_towns_hold_the_residents_the_region_gives_them(built):
    urban = (built.residents["urban"] != Urban.RURAL).astype(int)
    counts = np.zeros((built.region.n_towns, 2), int)
    np.add.at(counts, (built.residents["residence"], urban), 1)
    assert (counts == built.region.town_weights(built.year).residents).all()


def test_households_by_size_generation_and_old_members_are_exact(built):
    county = built.population.county.astype(int)
    homes = np.flatnonzero(built.family)
    assert (np.bincount(county[homes]) == built.census.family_households).all()
    assert (np.bincount(county[homes], built.members[homes]) == built.census.family_persons).all()
    assert (np.bincount(county[homes[built.members[homes] == 1]]) == built.census.one_person).all()
    old = np.bincount(built.residents["household"][built.age >= 65], minlength=len(built.homes))
    counts = np.zeros((6, 4), int)
    np.add.at(counts, (county[homes], np.minimum(old[homes], 3)), 1)
    assert (counts[:, 1:] == built.census.with_old).all()
    counts = np.zeros((6, 4), int)
    np.add.at(counts, (county[homes], generations(built)[homes] - 1), 1)
    assert (counts == built.census.generations).all()


def generations(built):
    """Generations living in each household, counted from roles."""
    level = {Role.HEAD: 1, Role.SPOUSE: 1, Role.OTHER: 1, Role.PARENT: 0, Role.CHILD: 2, Role.CHILD_IN_LAW: 2,
             Role.GRANDCHILD: 3}  # fmt: skip
    levels = np.array([level[Role(code)] for code in range(7)])[built.residents["role"]]
    there = np.zeros((len(built.homes), 4), bool)
    there[built.residents["household"], levels] = True
    return there.sum(axis=1)


def test_education_and_origins_of_registration_are_exact(built):
    schooled = built.age >= 6
    codes = built.residents["sex"].astype(int), built.residents["education"].astype(int)
    assert (built.by_county(*codes, where=schooled, shape=(2, 6)) == built.census.education).all()
    elsewhere = built.residents["hukou_place"] != built.residents["residence"]
    assert (built.by_county(where=elsewhere) == built.census.registered_elsewhere.sum(axis=1)).all()
    beyond = built.residents["hukou_place"] == HUKOU_OTHER_PROVINCE
    assert (built.by_county(where=beyond) == built.census.registered_elsewhere[:, 2]).all()


def test_shares_of_the_long_form_hold_among_all_residents(built):
    adults = built.age >= 15
    codes = built.residents["sex"].astype(int), built.residents["marital"].astype(int)
    states = built.by_county(*codes, where=adults, shape=(2, 4))
    long_form = built.census.marital
    assert np.abs(states / states.sum(2, keepdims=True) - long_form / long_form.sum(2, keepdims=True)).max() < 1e-4
    working = built.residents["sector"] >= 0
    sectors = built.by_county(np.maximum(built.residents["sector"], 0).astype(int), where=working, shape=(6,))
    industry = built.census.industry
    assert np.abs(sectors / sectors.sum(1, keepdims=True) - industry / industry.sum(1, keepdims=True)).max() < 1e-4
    county = built.population.county[built.family].astype(int)
    tenure = np.zeros((6, 6), int)
    np.add.at(tenure, (county, built.homes["tenure"][built.family]), 1)
    source = built.census.housing_source
    assert np.abs(tenure / tenure.sum(1, keepdims=True) - source / source.sum(1, keepdims=True)).max() < 1e-4


def test_non_agricultural_hukou_of_2010_is_the_census_share():
    built = Built(2010)
    nonfarm = built.residents["hukou_type"] == Hukou.NON_AGRICULTURAL
    share = built.by_county(where=nonfarm) / built.by_county()
    assert np.abs(share - built.census.nonfarm_hukou_share).max() < 1e-5
    assert round(100 * nonfarm.mean(), 2) == pytest.approx(24.44, abs=0.01)


def test_the_fit_report_finds_nothing_missed_and_would_show_what_is(built):
    worst = worst_cells(built.population.fit, 1)
    assert worst["difference"].abs().item() == 0
    spoilt = built.population.fit.copy()
    spoilt.loc[spoilt["cell"] == "female 85+", "achieved"] += 7
    spoilt["difference"] = spoilt["achieved"] - spoilt["target"]
    assert worst_cells(spoilt, 1)["cell"].item() == "female 85+"
    text = fit_report_text(built.population)
    total = RESIDENTS[built.year]
    assert f"residents by sex and age (exact, official): {total} against {total} in 228 cells, 0 not met" in text
    missed = fit_report_text(dataclasses.replace(built.population, fit=spoilt))
    assert f"{total + 42} against {total} in 228 cells, 6 not met; worst 140502 female 85+:" in missed


def test_the_fit_report_holds_every_margin_and_grades_what_is_assumed(built):
    fit = built.population.fit
    margins = dict(zip(fit["margin"], fit["kind"], strict=True))
    exact = {
        "residents by sex and age", "urban residents", "collective residents", "family households",
        "persons in family households", "one-person households", "households by generations",
        "households with members of 65+", "education, 6 and over", "registered elsewhere",
    }  # fmt: skip
    fitted = {"marital state, 15 and over", "tenure", "workers by sector", "workers by occupation"}
    if built.year == 2010:
        exact, fitted = exact | {"non-agricultural hukou"}, fitted | {"not working, 16 and over"}
    assert {name for name, kind in margins.items() if kind == "exact"} == exact
    assert {name for name, kind in margins.items() if kind == "fitted"} == fitted
    assert (fit.loc[fit["kind"] != "assumed", "grade"] == "official").all()
    assert fit.loc[fit["kind"] != "assumed", "target"].notna().all()
    assumed = fit[fit["kind"] == "assumed"]
    assert set(assumed["grade"]) <= {"official", "derived", "secondary", "recollection", "assumption"}
    assert set(assumed.loc[assumed["grade"] == "official", "margin"]) == {
        "household size", "children born to women of 15-64",
    }  # fmt: skip
    assert (fit["difference"].fillna(0)[fit["margin"] != "household size"] == 0).all()


def raw_table(year):
    """Rows of the six counties of the census file as transcribed, in order of code."""
    path = files("jcsim") / "data" / "regions" / "jincheng" / f"census{year}_counties.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    code = "区划代码" if year == 2010 else "code"
    return sorted((row for row in rows if row[code] != "140500"), key=lambda row: row[code])


@pytest.mark.parametrize(
    ("name", "in_2010", "in_2020"),
    [
        ("residents", "合计", "nbs_人口数_合计"),
        ("women of 30-34", "30-34岁（女）", "nbs_女_30到34岁"),
        ("urban", "城镇人口", "nbs_城镇人口"),
        ("households", "户数", "nbs_家庭户数"),
        ("alone", "一人户", "nbs_一人户数"),
        ("two old", "有65岁及以上老年人口的户数（户）-有二个老人", "nbs_有二个老人"),
        ("university, men", "大学本科及以上-男", "nbs_本科及以上_男"),
        ("other province", "迁入人口（人）-外省", "nbs_户口登记地在外乡镇街道人口_省外"),
    ],
)
def test_counts_are_those_of_the_file_as_transcribed(built, name, in_2010, in_2020):
    column = in_2010 if built.year == 2010 else in_2020
    target = [int(row[column]) for row in raw_table(built.year)]
    persons, homes = built.residents, built.population.county[built.family].astype(int)
    old = np.bincount(persons["household"][built.age >= 65], minlength=len(built.homes))
    chosen = {
        "residents": np.ones(len(persons), bool),
        "women of 30-34": (persons["sex"] == Sex.FEMALE) & (built.age >= 30) & (built.age <= 34),
        "urban": persons["urban"] != Urban.RURAL,
        "university, men": (persons["sex"] == Sex.MALE) & (persons["education"] == Education.UNIVERSITY),
        "other province": persons["hukou_place"] == HUKOU_OTHER_PROVINCE,
    }
    of_homes = {
        "households": np.ones(len(homes), bool),
        "alone": built.members[built.family] == 1,
        "two old": old[built.family] == 2,
    }
    if name in chosen:
        assert built.by_county(where=chosen[name]).tolist() == target
    else:
        assert np.bincount(homes[of_homes[name]], minlength=6).tolist() == target


def test_occupations_are_those_of_the_long_form_and_go_with_the_sector(built):
    occupation = built.population.occupation[built.here]
    working = built.residents["sector"] >= 0
    assert ((occupation >= 0) == working).all()
    assert (built.population.occupation[~built.here] == -1).all()
    jobs = built.by_county(np.maximum(occupation, 0), where=working, shape=(7,))
    long_form = built.census.occupation
    assert np.abs(jobs / jobs.sum(1, keepdims=True) - long_form / long_form.sum(1, keepdims=True)).max() < 1e-4
    farm = built.census.occupation_names.index("farm")
    assert ((occupation == farm) == (built.residents["sector"] == Sector.FARM))[working].mean() > 0.98


def test_people_and_households_have_keys_of_their_own(built):
    for rows in (built.persons, built.homes):
        keys = np.sort(rows["key"])
        assert (np.diff(keys) > 0).all() and keys[0] > 0


def test_spouses_are_mutual_married_and_of_fitting_age(built):
    persons = built.persons
    rows = np.flatnonzero(persons["spouse"] >= 0)
    mates = persons["spouse"][rows]
    assert (persons["spouse"][mates] == rows).all()
    assert (persons["sex"][mates] != persons["sex"][rows]).all()
    assert (persons["marital"][rows] == Marital.MARRIED).all()
    assert (persons["household"][mates] == persons["household"][rows]).all()
    men = rows[persons["sex"][rows] == Sex.MALE]
    older = persons["born"][persons["spouse"][men]].astype(int) - persons["born"][men]
    assert 1.5 < older.mean() < 2.5
    assert older.min() >= -12 and older.max() <= 25
    assert np.abs(older - 2).mean() < 4


def test_mothers_are_women_of_the_household_18_to_45_years_older(built):
    persons = built.persons
    rows = np.flatnonzero(persons["mother"] >= 0)
    mothers = persons["mother"][rows]
    gap = persons["born"][rows].astype(int) - persons["born"][mothers]
    assert gap.min() >= 18 and gap.max() <= 45
    assert (persons["sex"][mothers] == Sex.FEMALE).all()
    assert (persons["household"][mothers] == persons["household"][rows]).all()
    assert persons["parity"][mothers].min() >= 1
    young = (built.year - persons["born"] < 16) & built.here & (persons["quarters"] == Quarters.FAMILY)
    assert (persons["mother"][young] >= 0).mean() > 0.9


def test_nobody_under_18_lives_alone_and_every_family_has_one_head_or_flat_mates(built):
    alone = built.members[built.residents["household"]] == 1
    assert not (alone & (built.age < 18) & built.family[built.residents["household"]]).any()
    heads = np.bincount(built.residents["household"][built.residents["role"] == Role.HEAD], minlength=len(built.homes))
    assert (heads[built.family] >= 1).all()
    assert (heads[~built.family] == 0).all()
    assert (built.age[built.residents["role"] == Role.HEAD] >= 16).all()


def test_most_married_people_live_with_their_spouse(built):
    inside = built.here & (built.persons["quarters"] == Quarters.FAMILY)
    married = inside & (built.persons["marital"] == Marital.MARRIED)
    together = built.persons["spouse"][married]
    share = (built.here[together] & (together >= 0)).mean()
    assert share > (0.93 if built.year == 2010 else 0.88)
    age = built.year - built.persons["born"][married].astype(int)
    for low, high in ((20, 35), (35, 50), (50, 65), (65, 85)):
        band = (age >= low) & (age < high)
        assert (built.here[together] & (together >= 0))[band].mean() > (0.9 if built.year == 2010 else 0.86)


def test_activity_sector_and_schooling_agree(built):
    persons, age = built.residents, built.age
    working = np.isin(persons["activity"], (Activity.FARM, Activity.LOCAL_WORK))
    assert ((persons["sector"] >= 0) == working).all()
    assert ((persons["sector"] == Sector.FARM) == (persons["activity"] == Activity.FARM)).all()
    assert (age[working] >= 16).all()
    assert (persons["activity"][(age >= 6) & (age < 16)] == Activity.PUPIL).all()
    studying = np.isin(persons["activity"], (Activity.PUPIL, Activity.STUDENT_AWAY))
    assert (persons["schooling"][studying & (age >= 16)] >= 1).all()
    assert (persons["schooling"][~studying | (age < 16)] == 0).all()
    busy = studying | working
    assert (persons["workplace"][busy] == persons["residence"][busy]).all()
    assert (persons["workplace"][~busy] == -1).all()


def test_land_is_shared_out_among_entitled_families_to_the_last_hundredth(built):
    assert int(built.homes["land"].astype(np.int64).sum()) == 283_380_000
    assert (built.homes["land"][~built.family] == 0).all()
    assert ((built.homes["land"] > 0) == (built.homes["land_use"] > 0)).all()
    farmers = np.bincount(built.residents["household"][built.residents["sector"] == 0], minlength=len(built.homes))
    assert (built.homes["land_use"][(built.homes["land"] > 0) & (farmers > 0)] == 1).all()


def test_village_codes_cover_every_village_somebody_lives_in(built):
    code = built.population.village_urban
    rural = built.residents["urban"] == Urban.RURAL
    assert (built.residents["village"][rural] >= 1).all()
    assert (built.residents["village"][~rural] == 0).all()
    assert (code[built.residents["residence"][rural], built.residents["village"][rural]] == Urban.RURAL).all()
    assert (code[:, 0] == Urban.URBAN).all()
    for town, place in enumerate(built.region.places[: built.region.n_towns]):
        there = np.flatnonzero(code[town, 1:] == Urban.RURAL) + 1
        assert len(there) in (0, max(place.villages, 1))


def test_collective_units_are_small_and_of_one_kind_each(built):
    quarters = built.population.quarters
    units = built.persons["household"][built.here & (quarters != CollectiveType.NONE)]
    kinds = quarters[built.here & (quarters != CollectiveType.NONE)]
    first = np.full(len(built.homes), -1)
    first[units] = kinds
    assert (first[units] == kinds).all()
    assert np.bincount(units).max() <= 5
    students = built.residents[quarters[built.here] == CollectiveType.STUDENT]
    assert (students["marital"] == Marital.SINGLE).all()
    assert ((built.year - students["born"] >= 15) & (built.year - students["born"] <= 22)).all()


def test_members_away_stand_last_outside_and_ranked(built):
    population = built.population
    away = np.flatnonzero(~built.here)
    assert (away == np.arange(RESIDENTS[built.year], len(built.persons))).all()
    assert (np.sort(population.away_rank[away]) == np.arange(len(away))).all()
    rows = built.persons[away]
    assert (rows["residence"] >= built.region.n_towns).all()
    assert np.isin(rows["activity"], (Activity.AWAY_WORK, Activity.STUDENT_AWAY)).all()
    workers = rows["activity"] == Activity.AWAY_WORK
    assert ((rows["kind"] == PersonKind.MIGRANT_WORKER) == workers).all()
    assert (built.family[rows["household"]]).all()
    assert (rows["hukou_place"] == built.homes["base"][rows["household"]]).all()


def test_nine_in_ten_workers_away_belong_to_village_households_where_there_are_villages(built):
    rows = built.persons[~built.here]
    county = built.population.county[rows["household"]].astype(int)
    village = built.homes["kind"][rows["household"]] == HouseholdKind.RURAL
    workers = rows["activity"] == Activity.AWAY_WORK
    for chosen, share in ((workers, 0.9), (~workers, 0.6)):
        number = np.bincount(county[chosen], minlength=6)
        assert (np.bincount(county[chosen & village], minlength=6)[1:] == (share * number[1:]).astype(int)).all()
    assert not village[county == 0].any()


def test_spouses_of_members_away_are_registered_in_the_county(built):
    rows = np.flatnonzero(~built.here & (built.persons["spouse"] >= 0))
    mates = built.persons["spouse"][rows]
    at_home = mates[built.here[mates]]
    place = built.persons["hukou_place"][at_home]
    county_of = np.array([place.county for place in built.region.places])
    assert len(at_home) > 1000
    assert (place >= 0).all()
    assert (county_of[place] == built.population.county[built.persons["household"][at_home]]).all()


def test_candidates_for_members_away_reach_the_published_bound_of_2010():
    built = Built(2010)
    census = built.census
    here = census.residents - census.registered_elsewhere[:, 1:].sum(axis=1)
    assert (~built.here).sum() == (census.hukou_population - here).sum() == 114_485


def test_dropping_members_away_leaves_no_pointer_to_them(built):
    population = built.population
    keep = (population.away_rank < 0) | (population.away_rank < 1000)
    part = population.select_persons(keep)
    assert len(part.persons) == RESIDENTS[built.year] + 1000
    for name in ("spouse", "mother"):
        rows = np.flatnonzero(part.persons[name] >= 0)
        before = np.flatnonzero(keep)[rows]
        assert (part.persons["key"][part.persons[name][rows]]
                == built.persons["key"][built.persons[name][before]]).all()  # fmt: skip
    spouse = part.persons["spouse"]
    rows = np.flatnonzero(spouse >= 0)
    assert (spouse[spouse[rows]] == rows).all()


def test_a_second_build_on_a_machine_without_vector_units_is_the_same_to_the_bit(second_build):
    answer, errors = second_build.communicate()
    assert second_build.returncode == 0, errors
    assert answer.split()[-1] == build_population(load_region("jincheng"), 2010).hash
