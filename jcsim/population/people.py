"""Everybody of one census: people and households as columns, before they become records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jcsim.errors import InputError
from jcsim.population.ages import education_by_age, marital_by_age, single_years
from jcsim.population.assumptions import Assumptions
from jcsim.population.collective import CollectiveType, collective_by_age
from jcsim.population.families import form_households
from jcsim.population.formation import Formation
from jcsim.population.luck import HOUSEHOLD, PERSON, base_key, make_keys
from jcsim.population.templates import kinds, size_counts
from jcsim.records import Role

Progress = Callable[[str, float], None]


@dataclass
class Columns:
    """Equal-length arrays by name, one value per row."""

    data: dict[str, np.ndarray] = field(default_factory=dict)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.data[name]

    def __setitem__(self, name: str, values: np.ndarray) -> None:
        self.data[name] = values

    def __len__(self) -> int:
        return len(next(iter(self.data.values())))

    def append(self, rows: dict[str, np.ndarray]) -> None:
        """Add rows to every column."""
        self.data = {name: np.concatenate([old, rows[name].astype(old.dtype)]) for name, old in self.data.items()}


@dataclass
class People:
    """The residents of a census and their households.

    Attributes
    ----------
    census, assumptions : what they were made from
    persons : columns key, county, sex, age, marital, quarters (CollectiveType), home, role, spouse,
        mother; later stages add theirs
    households : columns key, county, kind (number in ``templates.kinds``, -1 collective), size
    margins : tables by single year of age kept for the fit report
    """

    census: Any
    assumptions: Assumptions
    persons: Columns
    households: Columns
    margins: dict[str, np.ndarray]


def make_people(region: Any, year: int, assumptions: Assumptions, progress: Progress) -> People:
    """Residents with age, sex and marital state, family residents placed in households."""
    census = region.census(year)
    years = single_years(census, region.demography)
    marital = marital_by_age(region, census, years, assumptions)
    education = education_by_age(census, years, assumptions)
    quarters = collective_by_age(census, marital, assumptions)
    quarters[:, CollectiveType.NONE] = marital - quarters.sum(axis=1)
    persons = _everybody(region, quarters, year)
    sizes = sizes_of(census, assumptions)
    margins = {"years": years, "marital": marital, "education": education, "sizes": sizes}
    people = People(census, assumptions, persons, Columns(), margins)
    parts, first = [], 0
    for county in range(region.n_counties):
        progress(f"households of {region.counties[county].name_en}", 0.05 + 0.25 * county / region.n_counties)
        rows = np.flatnonzero((persons["county"] == county) & (persons["quarters"] == CollectiveType.NONE))
        parts.append(_place_county(people, rows, county, first))
        first += len(parts[-1])
    county_of = np.repeat(np.arange(region.n_counties), [len(part) for part in parts])
    household_keys = make_keys(base_key(region.code, year), HOUSEHOLD, 0, first)
    people.households.data = {
        "key": household_keys,
        "county": county_of.astype(np.int8),
        "kind": np.concatenate(parts),
        "size": np.bincount(persons["home"][persons["home"] >= 0], minlength=first),
    }
    return people


def sizes_of(census: Any, assumptions: Assumptions) -> np.ndarray:
    """Households by county and size, (counties, 10)."""
    shape = np.array(assumptions.numbers("size_distribution"))
    columns = zip(census.one_person, census.family_households, census.family_persons, strict=True)
    return np.stack([size_counts(int(one), int(homes), int(members), shape) for one, homes, members in columns])


def _everybody(region: Any, quarters: np.ndarray, year: int) -> Columns:
    """One row per resident from the table county x quarters x sex x age x marital state."""
    counts = quarters.ravel()
    cells = np.flatnonzero(counts)
    county, kind, sex, age, marital = (
        np.repeat(part, counts[cells]) for part in np.unravel_index(cells, quarters.shape)
    )
    n = len(county)
    return Columns(
        {
            "key": make_keys(base_key(region.code, year), PERSON, 0, n),
            "county": county.astype(np.int8),
            "quarters": kind.astype(np.int8),
            "sex": sex.astype(np.int8),
            "age": age.astype(np.int16),
            "marital": marital.astype(np.int8),
            "home": np.full(n, -1),
            "role": np.full(n, Role.OTHER, np.int8),
            "spouse": np.full(n, -1),
            "mother": np.full(n, -1),
        }
    )


def _place_county(people: People, rows: np.ndarray, county: int, first: int) -> np.ndarray:
    """Form the family households of one county; returns their kinds. Households count from ``first``."""
    persons, census = people.persons, people.census
    formation = Formation(*(persons[name][rows] for name in ("key", "sex", "age", "marital")))
    try:
        form_households(
            formation,
            people.margins["sizes"][county],
            census.generations[county],
            census.with_old[county],
            people.assumptions,
        )
    except ValueError as error:
        problem = f"the household margins of county {county} contradict its people ({error})"
        raise InputError(problem, field=f"census {census.year}") from error
    persons["home"][rows] = formation.home + first
    persons["role"][rows] = formation.role
    for name, pointer in (("spouse", formation.spouse), ("mother", formation.mother)):
        persons[name][rows] = np.where(pointer >= 0, rows[pointer], -1)
    return formation.kinds


def kind_attribute(people: People, name: str) -> np.ndarray:
    """An attribute of each household's kind; 0 for collective households."""
    values = np.array([int(getattr(kind, name)) for kind in kinds(people.assumptions)] + [0])
    return values[people.households["kind"]]
