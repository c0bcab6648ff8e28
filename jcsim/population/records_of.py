"""From columns to records, in a fixed order of rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jcsim.population.ages import AGES
from jcsim.population.collective import CollectiveType
from jcsim.population.people import People
from jcsim.population.population import Population
from jcsim.population.strata import places_in_strata, strata
from jcsim.records import (
    HOUSEHOLD,
    PERSON,
    WEIGHT_ONE,
    Activity,
    HouseholdKind,
    PersonKind,
    Quarters,
    Role,
    Urban,
)

SAME_NAME = (
    "sex", "education", "marital", "activity", "sector", "role", "parity", "mode", "certificate", "insurance",
    "permit", "schooling", "urban", "village", "hukou_place", "hukou_urban", "hukou_type", "years_here", "key",
)  # fmt: skip
HOUSEHOLD_SAME_NAME = (
    "key", "savings", "land", "base", "village", "founded", "origin", "origin_village", "tenure", "land_use",
    "homestead", "share",
)  # fmt: skip
NONE_YET = ("target", "intent", "applied")
AT_WORK_OR_SCHOOL = (
    Activity.PUPIL, Activity.STUDENT_AWAY, Activity.FARM, Activity.LOCAL_WORK, Activity.AWAY_WORK,
)  # fmt: skip


def to_population(people: People, village_urban: np.ndarray, away_rank: np.ndarray) -> Population:
    """Records in order of household place and key; residents first, then members away by rank."""
    persons, homes = people.persons, people.households
    order = np.lexsort((homes["key"], homes["village"], homes["urban"], homes["base"]))
    place_of = np.empty(len(order), np.int64)
    place_of[order] = np.arange(len(order))
    household = place_of[persons["home"]]
    rows = _order(persons, household, away_rank)
    new = np.full(len(rows) + 1, -1, np.int64)
    new[rows] = np.arange(len(rows))
    records = _persons(people, rows)
    records["household"] = household[rows]
    for name in ("spouse", "mother"):
        records[name] = new[persons[name][rows]]
    stratum = _strata(people)[order]
    return Population(
        year=people.census.year,
        scale=1.0,
        candidates=int((away_rank >= 0).sum()),
        persons=records,
        away_rank=away_rank[rows],
        quarters=persons["quarters"][rows].astype(np.int8),
        occupation=persons["occupation"][rows].astype(np.int8),
        households=_households(homes, order),
        census_size=homes["size"][order].astype(np.int16),
        county=homes["county"][order].astype(np.int8),
        stratum=stratum,
        rank=places_in_strata(stratum, homes["key"][order]),
        village_urban=village_urban,
        fit=pd.DataFrame(),
    )


def _order(persons: Any, household: np.ndarray, away_rank: np.ndarray) -> np.ndarray:
    """Residents by household, role, age (oldest first) and key, then members away by rank."""
    here = np.flatnonzero(away_rank < 0)
    standing = persons["role"][here].astype(np.int64) * AGES - persons["age"][here]
    residents = here[np.lexsort((persons["key"][here], household[here] * (len(Role) * AGES) + standing))]
    away = np.flatnonzero(away_rank >= 0)
    return np.concatenate([residents, away[np.argsort(away_rank[away])]])


def _strata(people: People) -> np.ndarray:
    """Sampling stratum of each household."""
    persons, homes = people.persons, people.households
    unit = homes["kind"] < 0
    quarters = np.zeros(len(homes), np.int64)
    members = np.flatnonzero(unit[persons["home"]])
    quarters[persons["home"][members]] = persons["quarters"][members]
    return strata(homes["county"], homes["urban"] != Urban.RURAL, homes["size"], quarters)


def _persons(people: People, rows: np.ndarray) -> np.ndarray:
    persons: Any = people.persons
    records = np.zeros(len(rows), PERSON)
    for name in SAME_NAME:
        records[name] = persons[name][rows]
    for name in NONE_YET:
        records[name] = -1
    records["weight"], records["alive"] = WEIGHT_ONE, 1
    records["born"] = people.census.year - persons["age"][rows]
    records["residence"] = records["was_at"] = persons["base"][rows]
    records["was_urban"] = records["urban"]
    busy = np.isin(records["activity"], AT_WORK_OR_SCHOOL)
    records["workplace"] = np.where(busy, records["residence"], -1)
    away = persons["away"][rows] == 1
    records["kind"] = np.where(
        away & (records["activity"] == Activity.AWAY_WORK), PersonKind.MIGRANT_WORKER, PersonKind.PERSON
    )
    collective = persons["quarters"][rows] != CollectiveType.NONE
    records["quarters"] = np.where(collective, Quarters.COLLECTIVE, Quarters.FAMILY)
    return records


def _households(homes: Any, order: np.ndarray) -> np.ndarray:
    records = np.zeros(len(order), HOUSEHOLD)
    for name in HOUSEHOLD_SAME_NAME:
        records[name] = homes[name][order]
    records["weight"], records["alive"] = WEIGHT_ONE, 1
    records["kin"] = records["town_home"] = records["leader_target"] = -1
    records["was_base"] = records["base"]
    records["base_urban"] = records["was_base_urban"] = homes["urban"][order]
    family = np.where(records["base_urban"] == Urban.RURAL, HouseholdKind.RURAL, HouseholdKind.URBAN)
    records["kind"] = np.where(homes["kind"][order] < 0, HouseholdKind.COLLECTIVE, family)
    return records
