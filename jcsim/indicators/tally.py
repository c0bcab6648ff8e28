"""One pass over persons: weighted counts by place, from which every indicator is made.

All counts are int64 in units of 1/65536 person (yuan sums in yuan times that), so they are exact in any
order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcsim.compilation import njit
from jcsim.kernels.families import remittance
from jcsim.markets.weighing import weigh
from jcsim.records import (
    HUKOU_OTHER_PROVINCE,
    MEDICAL,
    PENSION,
    Activity,
    HouseholdKind,
    Quarters,
)
from jcsim.rules.moving import lives_at_base
from jcsim.world import World

OLDEST = 105
FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
STUDENT_AWAY, UNEMPLOYED = int(Activity.STUDENT_AWAY), int(Activity.UNEMPLOYED)
COLLECTIVE, RURAL = int(HouseholdKind.COLLECTIVE), int(HouseholdKind.RURAL)
FAMILY = int(Quarters.FAMILY)
ORIGINS = 3  # registered elsewhere: same county, other Shanxi, other province
COVER = 4  # working age and over: persons, with pension, with medical insurance, with a certificate


@dataclass
class Tally:
    """Counts of one moment. Places first axis; urban axis: rural, urban, relabelled.

    Attributes
    ----------
    people : (places, 3, 2, 106) by sex and age ; activity : (places, 3, 9) ages 16 and over
    hukou : (places, 2, 2) by place of registration: type, urban ; nonfarm : (places,) residents
    elsewhere : (places, 3) residents registered elsewhere ; cover : (places, 3, 4)
    income : (places, 3) yuan ; left_behind : (places, 2) children, old people
    workers_out : (places, places) members at work away, base by destination
    """

    people: np.ndarray
    activity: np.ndarray
    hukou: np.ndarray
    nonfarm: np.ndarray
    elsewhere: np.ndarray
    cover: np.ndarray
    income: np.ndarray
    left_behind: np.ndarray
    workers_out: np.ndarray


@njit(cache=True)
def _count(
    persons, homes, towns, year, p, people, activity, hukou, nonfarm, elsewhere, cover, income, left, out
):
    for i in range(persons.shape[0]):
        person = persons[i]
        if not person.alive:
            continue
        home = homes[person.household]
        w, place, urban = person.weight, person.residence, person.urban
        age = min(max(year - person.born, 0), OLDEST)
        people[place, urban, person.sex, age] += w
        if age >= 16:
            activity[place, urban, person.activity] += w
            cover[place, urban, 0] += w
            cover[place, urban, 1] += w if person.insurance & PENSION else 0
            cover[place, urban, 2] += w if person.insurance & MEDICAL else 0
            cover[place, urban, 3] += w if person.certificate else 0
        nonfarm[place] += w if person.hukou_type else 0
        if person.hukou_place >= 0:
            hukou[person.hukou_place, person.hukou_type, person.hukou_urban] += w
        if person.hukou_place != place and not towns[place].outside:
            if person.hukou_place == HUKOU_OTHER_PROVINCE:
                elsewhere[place, 2] += w
            elif person.hukou_place >= 0 and towns[person.hukou_place].county == towns[place].county:
                elsewhere[place, 0] += w
            else:
                elsewhere[place, 1] += w
        at_base = lives_at_base(person, home)
        if at_base and home.kind != COLLECTIVE:
            pool = home.wage_income + home.business_income + home.property_income + home.transfer_income
            income[place, urban] += pool // max(home.present, 1) * w
            if home.away > 0 and home.kind == RURAL:
                left[place, 0] += w if age < 16 else 0
                left[place, 1] += w if age >= 65 else 0
        else:
            income[place, urban] += (person.earnings - remittance(person, home, p[0])) * w
        if person.activity == AWAY_WORK and not at_base:
            out[home.base, place] += w


def count_people(world: World, year: int, p_rows: np.ndarray) -> Tally:
    """The tally of the world as it stands."""
    n = len(world.towns)
    shapes = [(n, 3, 2, OLDEST + 1), (n, 3, 9), (n, 2, 2), (n,), (n, ORIGINS), (n, 3, COVER), (n, 3), (n, 2), (n, n)]
    arrays = [np.zeros(shape, np.int64) for shape in shapes]
    _count(world.persons.rows, world.households.rows, world.towns, year, p_rows, *arrays)
    return Tally(*arrays)


def census_households(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Households as a census counts them: members of one family in one dwelling, by place.

    A family that lives in two places is two households. Returns households and one-person households
    by place, weight units.
    """
    persons, homes = world.persons.rows, world.households.rows
    kinds = homes["kind"] != COLLECTIVE
    based = homes[kinds & (homes["present"] > 0) & (homes["base"] < world.n_towns)]
    n = len(world.towns)
    total = weigh(based["base"], based["weight"], n)
    single = weigh(based["base"][based["present"] == 1], based["weight"][based["present"] == 1], n)
    home = homes[persons["household"]]
    apart = (
        (persons["alive"] == 1)
        & (persons["quarters"] == FAMILY)
        & (home["kind"] != COLLECTIVE)
        & (persons["residence"] < world.n_towns)
        & (
            (persons["residence"] != home["base"])
            | ((persons["urban"] == 0) != (home["base_urban"] == 0))
        )
    )
    rows = persons[apart]
    group = rows["household"].astype(np.int64) * (n * 2) + rows["residence"] * 2 + (rows["urban"] > 0)
    groups, size = np.unique(group, return_counts=True)
    place, weight = (groups % (n * 2)) // 2, homes["weight"][groups // (n * 2)]
    total += weigh(place, weight, n)
    single += weigh(place[size == 1], weight[size == 1], n)
    return total, single
