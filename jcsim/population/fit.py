"""How well a population meets the census: every margin cell with its target and what was achieved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jcsim.population.ages import marital_totals
from jcsim.population.assets import tenure_totals
from jcsim.population.assumptions import Assumptions
from jcsim.population.collective import CollectiveType
from jcsim.population.fit_assumed import assumed_rows
from jcsim.population.occupation import occupation_totals
from jcsim.population.people import People
from jcsim.population.population import Population
from jcsim.population.work_totals import OUTCOMES, SECTORS, work_totals
from jcsim.records import (
    HUKOU_OTHER_PROVINCE,
    Activity,
    Education,
    HouseholdKind,
    Hukou,
    Marital,
    Role,
    Sector,
    Sex,
    Tenure,
    Urban,
)

COLUMNS = ["county", "margin", "cell", "kind", "grade", "target", "achieved", "difference"]
LEVEL = {  # generation of each role, counted from the head's upwards
    Role.HEAD: 0, Role.SPOUSE: 0, Role.OTHER: 0, Role.PARENT: 1, Role.CHILD: -1, Role.CHILD_IN_LAW: -1,
    Role.GRANDCHILD: -2,
}  # fmt: skip


class View:
    """Residents and family households of a population with the columns the margins need."""

    def __init__(self, people: People, population: Population) -> None:
        self.population = population
        here = slice(0, int((population.away_rank < 0).sum()))  # residents stand first
        self.persons = population.persons[here]
        self.quarters = population.quarters[here]
        self.occupation = population.occupation[here]
        self.homes = population.households
        self.county = population.county[self.persons["household"]].astype(np.int64)
        self.age = population.year - self.persons["born"].astype(np.int64)
        self.family = self.quarters == CollectiveType.NONE
        self.is_family = self.homes["kind"] != HouseholdKind.COLLECTIVE
        self.n = len(people.census.residents)
        self.members = np.bincount(self.persons["household"], minlength=len(self.homes))
        old = self.persons["household"][self.age >= 65]
        self.old = np.bincount(old, minlength=len(self.homes))

    def people(self, *codes: np.ndarray, where: np.ndarray | None = None, shape: tuple[int, ...]) -> np.ndarray:
        """Residents by county and codes: (counties, *shape)."""
        return _table(self.county, codes, where, (self.n, *shape))

    def households(self, *codes: np.ndarray, where: np.ndarray | None = None, shape: tuple[int, ...]) -> np.ndarray:
        """Family households by county and codes: (counties, *shape)."""
        chosen = self.is_family if where is None else self.is_family & where
        return _table(self.population.county.astype(np.int64), codes, chosen, (self.n, *shape))

    def generations(self) -> np.ndarray:
        """(households,) generations living together, from the roles of the residents."""
        level = np.zeros(len(Role), np.int64)
        for role, value in LEVEL.items():
            level[role] = value + 2
        there = np.zeros((len(self.homes), 4), bool)
        there[self.persons["household"], level[self.persons["role"]]] = True
        return np.asarray(there.sum(axis=1))


def _table(county: np.ndarray, codes: Any, where: np.ndarray | None, shape: tuple[int, ...]) -> np.ndarray:
    index = np.ravel_multi_index((county, *(np.asarray(code, np.int64) for code in codes)), shape)
    chosen = index if where is None else index[where]
    return np.bincount(chosen, minlength=int(np.prod(shape))).reshape(shape)


def fit_table(region: Any, people: People, population: Population) -> pd.DataFrame:
    """Every margin cell: county, margin, cell, kind, grade, target, achieved, difference.

    ``exact`` are full counts of the census, ``fitted`` shares of its long form scaled to full counts,
    ``assumed`` what no census table says (without a target unless one is stated). The grade is that of
    the table, or of the assumption behind the row.
    """
    view = View(people, population)
    codes = [county.code for county in region.counties]
    parts = [*_population_margins(view, people), *_household_margins(view, people)]
    parts += [*_study_and_work(view, people), *_registration_margins(region, view, people)]
    frames = [_frame(codes, people.assumptions, *part) for part in parts]
    frames.append(pd.DataFrame(assumed_rows(region, people, view), columns=COLUMNS[:-1]))
    table = pd.concat(frames, ignore_index=True)
    table["difference"] = table["achieved"] - table["target"]
    return table[COLUMNS]


def _frame(codes: list[str], assumptions: Assumptions, margin: str, basis: str, names, target, achieved):
    """Rows of one margin; target and achieved are (counties, cells).

    ``basis`` is exact or fitted, or the name of the assumption that sets the target.
    """
    census = basis in ("exact", "fitted")
    return pd.DataFrame(
        {
            "county": np.repeat(codes, len(names)),
            "margin": margin,
            "cell": np.tile(names, len(codes)),
            "kind": basis if census else "assumed",
            "grade": "official" if census else assumptions.grade(basis),
            "target": np.asarray(target, float).reshape(-1),
            "achieved": np.asarray(achieved, float).reshape(-1),
        }
    )


def _names(*codes: Any) -> list[str]:
    """Cell names of a product of enumerations and lists."""
    words = [[c.name.lower() if hasattr(c, "name") else str(c) for c in code] for code in codes]
    result = [""]
    for part in words:
        result = [f"{a} {b}".strip() for a in result for b in part]
    return result


def _population_margins(view: View, people: People):
    census, persons = people.census, view.persons
    first = [low for low, _ in census.age_group_bounds]
    groups = [f"{low}-{high}" if high < 100 else f"{low}+" for low, high in census.age_group_bounds]
    group = np.searchsorted(first, view.age, side="right") - 1
    ages = view.people(persons["sex"], group, shape=(2, len(groups)))
    yield "residents by sex and age", "exact", _names(Sex, groups), census.population, ages
    urban = view.people(where=persons["urban"] != Urban.RURAL, shape=())
    yield "urban residents", "exact", ["urban"], census.urban, urban
    collective = census.residents - census.family_persons
    yield "collective residents", "exact", ["persons"], collective, view.people(where=~view.family, shape=())
    adults = view.age >= 15
    states = view.people(persons["sex"], persons["marital"], where=adults, shape=(2, len(Marital)))
    target = [[marital_totals(census, county, sex) for sex in Sex] for county in range(view.n)]
    yield "marital state, 15 and over", "fitted", _names(Sex, Marital), target, states


def _household_margins(view: View, people: People):
    census = people.census
    homes = view.households(shape=())
    yield "family households", "exact", ["households"], census.family_households, homes
    inside = view.people(where=view.family, shape=())
    yield "persons in family households", "exact", ["persons"], census.family_persons, inside
    alone = view.households(where=view.members == 1, shape=())
    yield "one-person households", "exact", ["households"], census.one_person, alone
    generations = np.clip(view.generations(), 1, 4) - 1
    kinds = view.households(generations, shape=(4,))
    yield "households by generations", "exact", ["1", "2", "3", "4+"], census.generations, kinds
    old = view.households(np.clip(view.old, 1, 3) - 1, where=view.old > 0, shape=(3,))
    yield "households with members of 65+", "exact", ["1", "2", "3+"], census.with_old, old
    sizes = view.households(np.clip(view.members, 1, 10) - 1, shape=(10,))
    names = [*map(str, range(1, 10)), "10+"]
    yield "household size", "size_distribution", names, people.margins["sizes"], sizes
    tenure = view.households(view.homes["tenure"], shape=(len(Tenure),))
    target = [tenure_totals(census, county) for county in range(view.n)]
    yield "tenure", "fitted", _names(Tenure), target, tenure


def _study_and_work(view: View, people: People):
    census, persons = people.census, view.persons
    schooled = view.age >= 6
    levels = view.people(persons["sex"], persons["education"], where=schooled, shape=(2, len(Education)))
    yield "education, 6 and over", "exact", _names(Sex, Education), census.education, levels
    working = persons["sector"] >= 0
    sectors = view.people(np.maximum(persons["sector"], 0), where=working, shape=(SECTORS,))
    adults = view.people(where=view.age >= 16, shape=())
    totals = np.stack([work_totals(census, county, int(adults[county])) for county in range(view.n)])
    yield "workers by sector", "fitted", _names(Sector), totals[:, :SECTORS], sectors
    jobs = view.people(np.maximum(view.occupation, 0), where=working, shape=(len(census.occupation_names),))
    target = np.stack([occupation_totals(census, c, int(totals[c, :SECTORS].sum())) for c in range(view.n)])
    yield "workers by occupation", "fitted", list(census.occupation_names), target, jobs
    if (totals[:, SECTORS:] < 0).any():
        return
    outcome = np.full(len(Activity), -1)
    for activities, number in (
        ((Activity.PUPIL, Activity.STUDENT_AWAY), 0),
        ((Activity.UNEMPLOYED,), 1),
        ((Activity.RETIRED,), 2),
        ((Activity.HOME,), 3),
    ):
        outcome[list(activities)] = number
    reason = outcome[persons["activity"]]
    chosen = (view.age >= 16) & (reason >= 0)
    reasons = view.people(np.maximum(reason, 0), where=chosen, shape=(OUTCOMES - SECTORS,))
    names = ["student", "unemployed", "retired", "home"]
    yield "not working, 16 and over", "fitted", names, totals[:, SECTORS:], reasons


def _registration_margins(region: Any, view: View, people: People):
    census, persons = people.census, view.persons
    county_of = np.array([place.county for place in region.places])
    place = persons["hukou_place"].astype(np.int64)
    inside = place >= 0
    near = inside & (county_of[np.maximum(place, 0)] == view.county)
    origin = np.where(near, 0, np.where(place == HUKOU_OTHER_PROVINCE, 2, 1))
    moved = view.people(origin, where=~(near & (place == persons["residence"])), shape=(3,))
    names = ["same county", "other county of the province", "other province"]
    yield "registered elsewhere", "exact", names, census.registered_elsewhere, moved
    basis = "exact" if census.nonfarm_hukou_share is not None else "nonfarm_of_registered_urban"
    nonfarm = view.people(where=persons["hukou_type"] == Hukou.NON_AGRICULTURAL, shape=())
    yield "non-agricultural hukou", basis, ["persons"], people.margins["nonfarm"], nonfarm


def worst_cells(fit: pd.DataFrame, number: int = 1, kinds: tuple[str, ...] = ("exact", "fitted")) -> pd.DataFrame:
    """The cells farthest from their target, in persons or households, farthest first."""
    known = fit[fit["kind"].isin(kinds) & fit["target"].notna()]
    order = known["difference"].abs().sort_values(ascending=False, kind="stable").index
    return known.loc[order[:number]]


def fit_report_text(population: Population) -> str:
    """The fit in words: a line a margin with its sums and the worst cell missed, then what the assumptions lead to."""
    fit = population.fit
    lines = [f"Population of the census {population.year}: margins of every county", ""]
    for (margin, kind, grade), rows in fit[fit["target"].notna()].groupby(["margin", "kind", "grade"], sort=False):
        off = int((rows["difference"] != 0).sum())
        line = f"{margin} ({kind}, {grade}): {rows['achieved'].sum():.10g} against {rows['target'].sum():.10g}"
        line += f" in {len(rows)} cells, {off} not met"
        if off:
            worst = rows.loc[rows["difference"].abs().idxmax()]
            line += f"; worst {worst['county']} {worst['cell']}: {worst['achieved']:.10g}"
            line += f" against {worst['target']:.10g}"
        lines.append(line)
    lines += ["", "Assumed, with no table to meet:"]
    for row in fit[fit["target"].isna()].itertuples():
        lines.append(f"{row.county} {row.margin}, {row.cell} ({row.grade}): {row.achieved:.10g}")
    return "\n".join(lines)
