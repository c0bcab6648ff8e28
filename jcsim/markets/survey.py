"""One pass over persons: the counts that markets respond to (int64, weight units)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jcsim.compilation import njit
from jcsim.records import Activity, Urban
from jcsim.threads import counted
from jcsim.world import N_SECTORS, World

FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
UNEMPLOYED, HOME, PUPIL = int(Activity.UNEMPLOYED), int(Activity.HOME), int(Activity.PUPIL)
URBAN_CORE = int(Urban.URBAN)


@dataclass
class Survey:
    """Counts of one moment.

    Attributes
    ----------
    employed : (markets, 6) with a non-farm job, by market of the workplace and sector
    employed_men : (6,) of them men
    unemployed, pupils : (markets,) by residence; pupils in towns only: a relabelled village keeps its school
    residents : (towns and places, 3) by Urban
    adults : (places,) of working age and not studying, by place of registration
    gone : (places, markets) of them living and at work in another market
    """

    employed: np.ndarray
    employed_men: np.ndarray
    unemployed: np.ndarray
    pupils: np.ndarray
    residents: np.ndarray
    adults: np.ndarray
    gone: np.ndarray

    @property
    def residents_by_place(self) -> np.ndarray:
        return np.array([int(row.sum()) for row in self.residents], np.int64)


@njit
def _survey(persons, towns, n_towns, employed, men, unemployed, pupils, residents, adults, gone):
    for i in range(persons.shape[0]):
        person = persons[i]
        if not person.alive:
            continue
        w, place, activity = person.weight, person.residence, person.activity
        works = activity == LOCAL_WORK or activity == AWAY_WORK
        if place < n_towns:
            m = towns[place].market
            residents[place, person.urban] += w
            if activity == UNEMPLOYED:
                unemployed[m] += w
            elif activity == PUPIL and person.urban == URBAN_CORE:
                pupils[m] += w
        if works and person.sector > 0 and 0 <= person.workplace < n_towns:
            employed[towns[person.workplace].market, person.sector] += w
            if person.sex == 0:
                men[person.sector] += w
        village = person.hukou_place
        if village >= 0 and (works or activity == FARM or activity == UNEMPLOYED or activity == HOME):
            adults[village] += w
            if works and towns[place].market != towns[village].market:
                gone[village, towns[place].market] += w


def survey(world: World) -> Survey:
    """Count the world as it stands."""
    places, markets = len(world.towns), len(world.markets)
    shapes = [
        (markets, N_SECTORS), (N_SECTORS,), (markets,), (markets,), (places, len(Urban)), (places,), (places, markets)
    ]  # fmt: skip
    return Survey(*counted(world.threads, _survey, (world.persons.rows,), shapes, world.towns, world.n_towns))
