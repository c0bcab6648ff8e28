"""School places and services of towns, town sizes, and where co-villagers are."""

from __future__ import annotations

import numpy as np

from jcsim.markets.weighing import weigh
from jcsim.records import WEIGHT_ONE, Activity, MarketKind, Urban
from jcsim.world import World

BASIC_AGES = (6, 18)


def pupils_by_market(world: World, year: int) -> np.ndarray:
    """Pupils living in the urban part of each market, weight units."""
    persons = world.persons.rows
    rows = persons[
        (persons["alive"] == 1)
        & (persons["activity"] == Activity.PUPIL)
        & (persons["urban"] > 0)
        & (persons["residence"] < world.n_towns)
    ]
    return weigh(world.towns["market"][rows["residence"]], rows["weight"], len(world.markets))


def provide_services(world: World, year: int, feedback: int, p, start: bool = False) -> None:
    """School places grow towards need by ``school_building`` of the gap a year; services are the share
    of pupils with a place, at most 1. At the start there are ``school_spare`` more places than pupils."""
    inside = world.markets["kind"] != MarketKind.OUTSIDE
    pupils = pupils_by_market(world, year) // WEIGHT_ONE
    wanted = pupils + (pupils * p["school_spare"]).astype(np.int64)
    places = world.markets["school_places"]
    if start:
        places[:] = wanted
    elif feedback:
        places += (np.maximum(wanted - places, 0) * p["school_building"]).astype(np.int64)
    world.markets["pupils"] = pupils
    share = np.minimum(places / np.maximum(pupils, 1), 1.0)
    world.markets["services"] = np.where(inside, np.where(pupils > 0, share, 1.0), p["outside_services"])


def measure_towns(world: World) -> None:
    """Residents of towns and urban size of markets, and the share of land leased between neighbours."""
    persons = world.persons.rows
    rows = persons[(persons["alive"] == 1) & (persons["residence"] < world.n_towns)]
    cell = rows["residence"].astype(np.int64) * 2 + (rows["urban"] != Urban.RURAL)
    count = weigh(cell, rows["weight"], len(world.towns) * 2).reshape(-1, 2)
    world.towns["rural_residents"] = count[:, 0] // WEIGHT_ONE
    world.towns["urban_residents"] = count[:, 1] // WEIGHT_ONE
    world.towns["area_residents"] = count.sum(axis=1) // WEIGHT_ONE
    inside = world.markets["kind"] != MarketKind.OUTSIDE
    urban = weigh(world.towns["market"], count[:, 1], len(world.markets)) // WEIGHT_ONE
    world.markets["size"] = np.where(inside, urban, world.markets["size"])
    _measure_leases(world)


def _measure_leases(world: World) -> None:
    homes = world.households.rows[(world.households.rows["members"] > 0)]
    village = np.where(homes["origin"] >= 0, homes["origin"], homes["base"])
    area = homes["land"].astype(np.int64) * homes["weight"]
    n = len(world.towns)
    farmed = weigh(village[homes["land_use"] == 1], area[homes["land_use"] == 1], n)
    leased = weigh(village[homes["land_use"] == 2], area[homes["land_use"] == 2], n)
    world.towns["lease_in"] = np.minimum(leased / np.maximum(farmed, 1), 3.0) * (farmed > 0)


def measure_networks(world: World) -> None:
    """Share of working-age members of each township's village households who work in each destination:
    the co-villagers of NOTES 2.1. Shape (places, destinations)."""
    persons, homes = world.persons.rows, world.households.rows
    adult = (persons["alive"] == 1) & np.isin(persons["activity"], (3, 4, 5, 6, 7))
    rows = persons[adult]
    base = homes["base"][rows["household"]]
    origin = homes["origin"][rows["household"]]
    village = np.where(origin >= 0, origin, base).astype(np.int64)
    n_places, n_destinations = len(world.towns), len(world.geography.destinations)
    total = weigh(village, rows["weight"], n_places)
    index = np.full(len(world.markets), -1, np.int64)
    index[world.geography.destinations] = np.arange(n_destinations)
    target = index[world.towns["market"][rows["residence"]]]
    gone = (target >= 0) & (rows["activity"] == Activity.AWAY_WORK)
    cells = village[gone] * n_destinations + target[gone]
    count = weigh(cells, rows["weight"][gone], n_places * n_destinations).reshape(n_places, n_destinations)
    world.network = count / np.maximum(total, 1)[:, None]
