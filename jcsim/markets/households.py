"""Founding, joining and dissolving households: land, dwellings and money pass on and are conserved."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import child_keys
from jcsim.markets.weighing import weigh
from jcsim.records import HOUSEHOLD, Homestead, HouseholdKind, LandUse, Tenure, Urban
from jcsim.threads import by_rows
from jcsim.world import World

COLLECTIVE, RURAL, URBAN = (
    int(HouseholdKind.COLLECTIVE),
    int(HouseholdKind.RURAL),
    int(HouseholdKind.URBAN),
)
RENTED, BOUGHT = int(Tenure.RENTED), int(Tenure.BOUGHT)
FARMED, EXITED = int(LandUse.FARMED), int(LandUse.EXITED)
URBAN_CORE = int(Urban.URBAN)


def found_households(world: World, founders: np.ndarray, event: int, year: int, share: bool) -> np.ndarray:
    """New households, one for each founder (row of a person), at the base of the founder's household.

    With ``share`` (分家) the founder takes a member's share of land and savings. A founder who lives in
    a town founds an urban household there. Returns the rows of the new households, in the founders'
    order.
    """
    persons, homes = world.persons.rows, world.households.rows
    old = persons["household"][founders]
    new = np.zeros(len(founders), HOUSEHOLD)
    new["key"] = child_keys(persons["key"][founders], event, year)
    new["weight"] = persons["weight"][founders]
    new["kin"] = np.where(homes["kind"][old] != COLLECTIVE, old, -1)
    new["alive"], new["founded"] = 1, year
    new["origin"], new["town_home"], new["leader_target"] = -1, -1, -1
    in_town = (persons["urban"][founders] == URBAN_CORE) & (persons["residence"][founders] < world.n_towns)
    for field, own, inherited in (("base", "residence", "base"), ("base_urban", "urban", "base_urban")):
        new[field] = np.where(in_town, persons[own][founders], homes[inherited][old])
    new["village"] = np.where(in_town, 0, homes["village"][old])
    new["kind"] = np.where(new["base_urban"] == URBAN_CORE, URBAN, RURAL)
    new["tenure"] = np.where(new["kind"] == RURAL, int(Tenure.SELF_BUILT), int(Tenure.RENTED))
    new["was_base"], new["was_base_urban"] = new["base"], new["base_urban"]
    rural = new["kind"] == RURAL
    new["homestead"] = np.where(rural, int(Homestead.USED), int(Homestead.NONE))
    new["titled"] = np.where(rural, homes["titled"][old], 0)
    if share:
        _share(homes, old, new)
    rows = world.households.append(new)
    return np.arange(rows.start, rows.stop)


@njit
def _share_out(homes, old, new):
    for i in range(old.shape[0]):
        home = homes[old[i]]
        members = max(home.members, 1)
        savings = home.savings // members
        home.savings -= savings
        new[i].savings = savings
        if new[i].kind == RURAL and home.land > 0 and home.land_use != EXITED:
            land = home.land // members
            home.land -= land
            new[i].land = land
            new[i].land_use = FARMED
        home.members -= 1


def _share(homes: np.ndarray, old: np.ndarray, new: np.ndarray) -> None:
    """Members' shares; households with several founders are served in the order of the new keys. A part
    stands for as many households as the whole, so that what is shared is conserved in a sample too."""
    family = homes["kind"][old] != COLLECTIVE
    new["weight"] = np.where(family, homes["weight"][old], new["weight"])
    order = np.argsort(new["key"], kind="stable")
    sorted_new = new.take(order)
    _share_out(homes, old[order], sorted_new)
    new[order] = sorted_new


def dissolve_households(world: World) -> None:
    """Households without living members end: savings (net of debt) and dwellings in towns go to the kin household,
    else to the prefecture's estates (dwellings stand empty); land returns to the township's collective, exited land
    stays there."""
    homes = world.households.rows
    empty = np.zeros(len(homes), bool)
    by_rows(world.threads, _empty, (homes, empty))
    ended = np.flatnonzero(empty)
    ended = ended[np.argsort(homes["key"][ended])]  # of several that leave a dwelling to one heir the first counts
    _inherit(homes, ended)
    estates = _end(world, ended)
    world.estates += estates
    world.money["estates"] += estates


def take_away(world: World, gone: np.ndarray) -> None:
    """Families whose last members are among ``gone`` (rows of persons who left the prefecture) end here and
    take their savings and debts along."""
    homes = world.households.rows
    household = world.persons.rows["household"][gone]
    left = weigh(household, np.ones(len(gone), np.int64), len(homes))
    ended = np.flatnonzero((left > 0) & (left == homes["members"]) & (homes["kind"] != COLLECTIVE))
    world.money["taken_away"] += _end(world, ended)


def _end(world: World, ended: np.ndarray) -> int:
    """End households; returns what they held, savings less debts times weights."""
    homes = world.households.rows
    base = np.where(homes["origin"][ended] >= 0, homes["origin"][ended], homes["base"][ended])
    land = homes["land"][ended].astype(np.int64) * homes["weight"][ended]
    world.collective_land += weigh(base, land, len(world.collective_land))
    held = int(((homes["savings"][ended] - homes["debt"][ended]) * homes["weight"][ended]).sum())
    homes["town_home"][ended] = -1
    for field in ("alive", "savings", "debt", "land"):
        homes[field][ended] = 0
    return held


@njit
def _empty(homes, marks):
    for j in range(homes.shape[0]):
        home = homes[j]
        marks[j] = home.alive == 1 and home.members == 0 and home.kind != COLLECTIVE


@njit
def _take_over(heir, place):
    """A dwelling in the town where the heir rents becomes the heir's home, another the one owned besides."""
    if heir.tenure == RENTED and heir.kind == URBAN and heir.base == place:
        heir.tenure = BOUGHT
    elif heir.town_home < 0:
        heir.town_home = place


@njit
def _inherit(homes, ended):
    for i in range(ended.shape[0]):
        home = homes[ended[i]]
        if home.kin >= 0 and homes[home.kin].members > 0 and homes[home.kin].weight == home.weight:
            heir = homes[home.kin]
            heir.savings += home.savings
            heir.debt += home.debt
            if home.tenure == BOUGHT and home.kind == URBAN:
                _take_over(heir, home.base)
            if home.town_home >= 0:
                _take_over(heir, home.town_home)
            home.savings = 0
            home.debt = 0
