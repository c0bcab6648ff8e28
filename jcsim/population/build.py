"""The population of a census, 1:1: built once for each content, then read from disk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jcsim.population import cache
from jcsim.population.assets import settle_assets
from jcsim.population.assumptions import Assumptions, load_assumptions
from jcsim.population.away import add_members_away
from jcsim.population.education import settle_education
from jcsim.population.fit import fit_table
from jcsim.population.occupation import settle_occupation
from jcsim.population.people import Progress, make_people
from jcsim.population.personal import settle_parity, settle_persons
from jcsim.population.places import settle_places
from jcsim.population.population import Population
from jcsim.population.records_of import to_population
from jcsim.population.registration import settle_registration
from jcsim.population.work import settle_work


def build_population(region: Any, year: int, progress: Progress | None = None) -> Population:
    """Every resident of a prefecture at a census, in households and collective quarters, 1:1.

    The same builder takes every census of the region. What is exact, fitted and assumed stands in
    ``Population.fit``. The result depends on the region's files, the year, the assumptions and the
    sources only, and is kept on disk under a name made of them.

    Parameters
    ----------
    region : region.Region
    year : a census year of the region
    progress : called with what is done and the share done (0 to 1)

    Raises
    ------
    InputError
        The region has no such census, or its margins contradict each other.
    """
    region.census(year)
    tell = progress or _silent
    folder = cache.cache_folder(region, year)
    tell("reading the kept population", 0.0)
    kept = cache.load(folder)
    if kept is None:
        made = make_population(region, year, tell)
        cache.store(made, folder)
        kept = cache.load(folder) or made
    tell("population ready", 1.0)
    return kept


def make_population(
    region: Any, year: int, progress: Progress | None = None, assumptions: Assumptions | None = None
) -> Population:
    """As :func:`build_population`, always built anew and not kept; other assumptions may be tried.

    Parameters
    ----------
    assumptions : for example ``load_assumptions(2010).changed(away_students=0.4)``
    """
    tell = progress or _silent
    assumptions = assumptions or load_assumptions(year)
    tell("residents by age and marital state", 0.02)
    people = make_people(region, year, assumptions, tell)
    tell("towns and villages", 0.35)
    village_urban = settle_places(region, people)
    tell("registration", 0.45)
    settle_registration(region, people)
    tell("education and work", 0.52)
    settle_education(people)
    settle_work(people)
    settle_occupation(people)
    tell("insurance and assets", 0.62)
    settle_persons(people)
    settle_assets(region, people)
    tell("members away", 0.72)
    away_rank = add_members_away(region, people)
    settle_parity(people)
    tell("records", 0.82)
    population = to_population(people, village_urban, away_rank)
    tell("fit report", 0.9)
    return replace(population, fit=fit_table(region, people, population))


def _silent(what: str, share: float) -> None:
    """Progress nobody looks at."""
