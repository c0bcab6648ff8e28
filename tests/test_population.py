"""The population of each census, 1:1: what is exact is exact, households are plausible, keys decide."""

import os
import subprocess
import sys

import numpy as np
import pytest

from jcsim.population import CollectiveType, build_population, fit_report_text, worst_cells
from jcsim.records import (
    HUKOU_OTHER_PROVINCE,
    WEIGHT_ONE,
    Activity,
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


@pytest.fixture(scope="module", params=YEARS)
def built(request):
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
    assert "residents by sex and age (exact): 228 cells, 0 not met" in text
    assert {"exact", "fitted", "assumed"} == set(built.population.fit["kind"])


def test_people_and_households_have_keys_of_their_own(built):
    for rows in (built.persons, built.homes):
        assert len(np.unique(rows["key"])) == len(rows)
        assert rows["key"].min() > 0


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
    assert np.bincount(units).max() <= 20
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
    village = built.homes["kind"][rows["household"]] == HouseholdKind.RURAL
    assert village[workers].mean() > 0.75


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


OTHER_MACHINE = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX512F",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX",
    "NUMBA_CPU_NAME": "generic",
}


def test_a_second_build_on_a_machine_without_vector_units_is_the_same_to_the_bit():
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "from jcsim.region import load_region; from jcsim.population import make_population\n"
        "print(make_population(load_region('jincheng'), 2010).hash)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | OTHER_MACHINE, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split()[-1] == build_population(load_region("jincheng"), 2010).hash
