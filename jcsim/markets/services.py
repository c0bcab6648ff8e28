"""School places and services of towns, town sizes, and where co-villagers are."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.markets.survey import Survey
from jcsim.markets.weighing import weigh
from jcsim.records import WEIGHT_ONE, LandUse, MarketKind
from jcsim.world import World

FARMED, LEASED_OUT = int(LandUse.FARMED), int(LandUse.LEASED_OUT)


def provide_services(world: World, counts: Survey, feedback: int, p, start: bool = False) -> None:
    """School places grow towards need by ``school_building`` of the gap a year; services are the share
    of pupils with a place, at most 1. At the start there are ``school_spare`` more places than pupils; with
    feedback off both stay as they are."""
    inside = world.markets["kind"] != MarketKind.OUTSIDE
    pupils = counts.pupils // WEIGHT_ONE
    wanted = pupils + (pupils * p["school_spare"]).astype(np.int64)
    places = world.markets["school_places"]
    if start:
        places[:] = wanted
    elif feedback:
        places += (np.maximum(wanted - places, 0) * p["school_building"]).astype(np.int64)
    world.markets["pupils"] = pupils
    if not (start or feedback):
        return
    share = np.minimum(places / np.maximum(pupils, 1), 1.0)
    world.markets["services"] = np.where(inside, np.where(pupils > 0, share, 1.0), p["outside_services"])


def measure_towns(world: World, counts: Survey) -> None:
    """Residents of towns and urban size of markets, and the share of land leased between neighbours."""
    world.towns["rural_residents"] = counts.residents[:, 0] // WEIGHT_ONE
    world.towns["urban_residents"] = (counts.residents[:, 1] + counts.residents[:, 2]) // WEIGHT_ONE
    world.towns["area_residents"] = counts.residents_by_place // WEIGHT_ONE
    inside = world.markets["kind"] != MarketKind.OUTSIDE
    urban = weigh(world.towns["market"], counts.residents[:, 1], len(world.markets)) // WEIGHT_ONE
    world.markets["size"] = np.where(inside, urban, world.markets["size"])
    farmed, leased = np.zeros(len(world.towns), np.int64), np.zeros(len(world.towns), np.int64)
    _sum_leases(world.households.rows, farmed, leased)
    world.towns["lease_in"] = np.minimum(leased / np.maximum(farmed, 1), 3.0) * (farmed > 0)


@njit
def _sum_leases(homes, farmed, leased):
    for j in range(homes.shape[0]):
        home = homes[j]
        if home.members > 0 and home.land > 0:
            village = home.origin if home.origin >= 0 else home.base
            if home.land_use == FARMED:
                farmed[village] += home.land * home.weight
            elif home.land_use == LEASED_OUT:
                leased[village] += home.land * home.weight


def measure_networks(world: World, counts: Survey) -> None:
    """Share of the working-age people registered in each township who live and work in each destination:
    the co-villagers of NOTES 2.1. Shape (places, destinations)."""
    gone = counts.gone[:, world.geography.destinations]
    world.network = gone / np.maximum(counts.adults, 1)[:, None]
