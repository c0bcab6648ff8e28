"""What no census table says must still be plausible: ages, families, territory, work, land and savings."""

import numpy as np
import pytest

from jcsim.population import build_population
from jcsim.records import Activity, HouseholdKind, Hukou, Marital, Role, Sector, Sex, Urban
from jcsim.region import load_region


class People:
    """Residents of a census with the columns the tests ask for."""

    def __init__(self, year):
        population = build_population(load_region("jincheng"), year)
        self.year, self.homes = year, population.households
        here = population.away_rank < 0
        self.rows, self.n = population.persons[here], int(here.sum())
        self.age = year - self.rows["born"].astype(int)
        self.home = self.rows["household"]
        self.county = population.county[self.home].astype(int)
        self.urban = self.rows["urban"] != Urban.RURAL
        self.family_home = self.homes["kind"] != HouseholdKind.COLLECTIVE
        self.family = self.family_home[self.home]
        self.members = np.bincount(self.home, minlength=len(self.homes))
        self.women = self.rows["sex"] == Sex.FEMALE
        self.mother = np.where(self.rows["mother"] < self.n, self.rows["mother"], -1)

    def band(self, low, high=200):
        return (self.age >= low) & (self.age < high)

    def urban_over_rural(self, low, high=200):
        """Share of an age group among urban residents over that among rural ones."""
        chosen = self.band(low, high)
        return chosen[self.urban].mean() / chosen[~self.urban].mean()


@pytest.fixture(scope="module", params=[2010, 2020])
def people(request):
    return People(request.param)


def test_rural_residents_are_older_but_not_only_old(people):
    old, young = people.urban_over_rural(60), people.urban_over_rural(20, 30)
    assert (0.7 < old < 0.85) if people.year == 2010 else (0.58 < old < 0.72)
    assert 1.1 < young < 1.4
    children = people.urban_over_rural(0, 15)
    assert (0.7 < children < 0.9) if people.year == 2010 else (1.0 < children < 1.25)


def test_urban_households_are_smaller_by_about_the_national_ratio(people):
    sizes = [people.members[people.homes["kind"] == k].mean() for k in (HouseholdKind.URBAN, HouseholdKind.RURAL)]
    ratio = sizes[0] / sizes[1]
    assert (0.8 < ratio < 0.9) if people.year == 2010 else (0.92 < ratio < 1.0)


def test_living_alone_is_for_the_old_and_some_of_the_young(people):
    alone = people.family & (people.members[people.home] == 1)
    shares = [alone[people.band(low, high)].mean() for low, high in ((18, 30), (30, 50), (50, 65), (65, 75), (75, 200))]
    assert shares[1] < shares[2] < shares[3] < shares[4]
    old = alone[people.band(65)].mean()
    assert (0.08 < old < 0.15) if people.year == 2010 else (0.17 < old < 0.24)
    assert shares[0] < 0.12 and shares[1] < 0.1


def test_couples_and_mothers_have_plausible_ages(people):
    wives = np.flatnonzero(people.women & (people.rows["spouse"] >= 0) & (people.rows["spouse"] < people.n))
    gap = people.age[people.rows["spouse"][wives]] - people.age[wives]
    assert 1.7 < gap.mean() < 2.3 and 2.5 < gap.std() < 4.0
    children = np.flatnonzero((people.mother >= 0) & people.band(0, 18))
    gap = people.age[people.mother[children]] - people.age[children]
    assert 25.5 < gap.mean() < 28.0
    assert ((gap >= 20) & (gap <= 35)).mean() > 0.85


def test_few_children_are_left_with_grandparents(people):
    children = people.family & people.band(0, 16)
    left = (people.mother < 0) & (people.rows["role"] == Role.GRANDCHILD)
    assert 0.02 < left[children].mean() < 0.08
    assert 0.03 < (people.mother < 0)[children].mean() < 0.1


def test_children_born_rise_with_age_and_few_married_women_have_none(people):
    parity = people.rows["parity"]
    married = people.women & (people.rows["marital"] == Marital.MARRIED)
    assert (parity[married & people.band(40, 60)] == 0).mean() < 0.02
    means = [parity[people.women & people.band(low, low + 5)].mean() for low in range(15, 45, 5)]
    assert (np.diff(means) > 0).all()
    older = [parity[people.women & people.band(low, low + 5)].mean() for low in (50, 60, 70)]
    assert older[0] < older[1] < older[2]


def test_work_ends_with_age_and_farmers_are_the_oldest(people):
    working = people.rows["sector"] >= 0
    rates = [working[people.band(low, low + 5)].mean() for low in range(45, 85, 5)]
    assert (np.diff(rates[:7]) < 0).all()
    men = [working[~people.women & people.band(low, low + 5)].mean() for low in (25, 35, 45)]
    assert min(men) > 0.88
    ages = [people.age[people.rows["sector"] == sector].mean() for sector in Sector]
    assert ages[Sector.FARM] > max(ages[1:]) + 4
    men_share = [(~people.women)[people.rows["sector"] == sector].mean() for sector in Sector]
    assert men_share[Sector.MINING] > 0.85 and men_share[Sector.CONSTRUCTION] > 0.8
    assert 0.4 < men_share[Sector.SERVICES] < 0.6
    retired = people.rows["activity"] == Activity.RETIRED
    assert people.age[retired].min() >= 50


def test_farm_hukou_is_the_rule_in_villages_and_held_at_every_age(people):
    nonfarm = people.rows["hukou_type"] == Hukou.NON_AGRICULTURAL
    assert nonfarm[~people.urban].mean() < 0.05
    assert 0.4 < nonfarm[people.urban].mean() < 0.52
    overall = nonfarm.mean()
    for low, high in ((0, 15), (15, 30), (30, 45), (45, 60), (60, 200)):
        assert 0.75 < nonfarm[people.band(low, high)].mean() / overall < 1.3


def test_people_registered_elsewhere_are_young_and_urban(people):
    moved = people.rows["hukou_place"] != people.rows["residence"]
    assert moved[people.urban].mean() > 2 * moved[~people.urban].mean()
    assert moved[people.band(20, 30)].mean() > 2.5 * moved[people.band(60)].mean()
    assert people.rows["years_here"][moved].mean() < 8


def test_a_person_of_farm_hukou_has_about_the_published_land(people):
    held = people.homes["land"].astype(np.int64)
    farm = people.rows["hukou_type"] == Hukou.AGRICULTURAL
    assert 160 < held.sum() / farm.sum() < 190
    rural = people.family_home & (people.homes["base_urban"] == Urban.RURAL)
    assert (held[rural] > 0).mean() > 0.95
    without = np.bincount(people.home[farm], minlength=len(people.homes)) == 0
    assert (held[without] == 0).all()


def test_savings_are_skewed_and_larger_in_town(people):
    amounts = people.homes["savings"]
    town, village = (
        amounts[people.family_home & ((people.homes["base_urban"] != Urban.RURAL) == urban)] for urban in (True, False)
    )
    assert np.median(town) > 2 * np.median(village)
    for part in (town, village):
        assert part.min() > 0
        assert 1.2 < part.mean() / np.median(part) < 2.0
    assert (amounts[~people.family_home] == 0).all()
