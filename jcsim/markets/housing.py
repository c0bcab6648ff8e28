"""Housing: prices from demand and supply shifts, building, and the public rental queue (NOTES 2.5).

``dln p = (demand shift - supply shift) / (|e_demand| + e_supply)`` in logs at the old price, over the
outside drift of prices; what is asked beyond the stock at the new price is built. Prices are scenario
inputs: one listing price (8,700 yuan/m2, 2021) anchors the central city, lower levels are assumed.
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import register_event
from jcsim.markets.priority import priorities
from jcsim.markets.weighing import admitted, weigh
from jcsim.numeric import exp, log
from jcsim.records import WEIGHT_ONE, HouseholdKind, MarketKind, Tenure
from jcsim.threads import counted
from jcsim.world import World

QUEUE = register_event("public rental queue", 100)
RELATIVE_PRICE = {
    MarketKind.CENTRAL: None,
    MarketKind.SEAT: "seat_price",
    MarketKind.KEY_TOWN: "town_price",
    MarketKind.TOWNSHIP: "town_price",
}
URBAN = int(HouseholdKind.URBAN)


def households_by_market(world: World) -> np.ndarray:
    """Urban households and owners of a second dwelling by market, weight units."""
    shape = (len(world.markets),)
    return counted(world.threads, _count_dwellings, (world.households.rows,), [shape], world.towns)[0]


@njit
def _count_dwellings(homes, towns, demand):
    for j in range(homes.shape[0]):
        home = homes[j]
        if home.members > 0:
            if home.kind == URBAN:
                demand[towns[home.base].market] += home.weight
            if home.town_home >= 0:
                demand[towns[home.town_home].market] += home.weight


def start_housing(world: World, price: float, p) -> None:
    """Stock, prices and public dwellings at the start; those the census found let exist."""
    demand = households_by_market(world)
    world.housing = {
        "stock": demand + (demand * p["vacancy_start"]).astype(np.int64),
        "stock_start": demand + (demand * p["vacancy_start"]).astype(np.int64),
        "demand": demand.copy(),
        "level": np.zeros(len(world.markets)),
        "built": np.zeros(len(world.markets), np.int64),  # this year
        "built_so_far": np.zeros(len(world.markets), np.int64),
        "public": np.maximum((demand * p["public_rental_share"]).astype(np.int64), _public_tenants(world)),
    }
    _write(world, price, p)


def clear_housing(world: World, price: float, feedback: int, p) -> None:
    """This year's prices and building from the change in demand since last year."""
    housing = world.housing
    demand = households_by_market(world)
    if feedback:
        for m in range(len(world.markets)):
            if world.markets["kind"][m] == MarketKind.OUTSIDE or housing["demand"][m] <= 0:
                continue
            shift = log(max(demand[m], WEIGHT_ONE) / max(housing["demand"][m], WEIGHT_ONE))
            spread = p["housing_supply_elasticity"] - p["price_purchase_elasticity"]
            change = (shift - p["housing_supply_trend"]) / spread
            housing["level"][m] += min(max(change, -0.1), 0.1)
    wanted = demand + (demand * p["vacancy_target"]).astype(np.int64)
    housing["built"] = np.maximum(wanted - housing["stock"], 0)
    housing["stock"] += housing["built"]
    housing["built_so_far"] += housing["built"]
    housing["demand"] = demand
    _write(world, price, p)
    _let_public(world)


def _write(world: World, price: float, p) -> None:
    markets, housing = world.markets, world.housing
    for m in range(len(markets)):
        kind = MarketKind(int(markets["kind"][m]))
        if kind == MarketKind.OUTSIDE:
            size = log(max(int(markets["size"][m]), 1) / 5.0e6)
            markets["price"][m] = price * p["outside_price"] * exp(0.3 * size)
        else:
            relative = 1.0 if RELATIVE_PRICE[kind] is None else p[RELATIVE_PRICE[kind]]
            markets["price"][m] = price * relative * exp(housing["level"][m])
        markets["rent"][m] = markets["price"][m] * p["rent_yield"]
    markets["dwellings"] = housing["stock"] // WEIGHT_ONE
    markets["households"] = housing["demand"] // WEIGHT_ONE
    markets["public_dwellings"] = housing["public"] // WEIGHT_ONE


def _public_tenants(world: World) -> np.ndarray:
    """Households in public rental dwellings by market, weight units."""
    homes, market = world.households.rows, world.towns["market"]
    tenants = np.flatnonzero((homes["members"] > 0) & (homes["tenure"] == Tenure.PUBLIC_RENTAL))
    return weigh(market[homes["base"][tenants]], homes["weight"][tenants], len(world.markets))


def _let_public(world: World) -> None:
    """Public dwellings go to the queue by year of joining, then keyed priority; a tenancy lasts while
    the household stays in the market."""
    homes, market = world.households.rows, world.towns["market"]
    n = len(world.markets)
    let = _public_tenants(world)
    waiting = np.flatnonzero((homes["members"] > 0) & (homes["queue_year"] > 0))
    rank = priorities(homes["key"][waiting], 0, QUEUE, 0) >> 16
    rank += homes["queue_year"][waiting].astype(np.int64) << 48
    chosen = admitted(
        market[homes["base"][waiting]],
        rank.__getitem__,
        homes["key"][waiting],
        homes["weight"][waiting],
        np.maximum(world.housing["public"] - let, 0),
    )
    housed = waiting[chosen]
    homes["tenure"][housed] = int(Tenure.PUBLIC_RENTAL)
    homes["queue_year"][housed] = 0
    occupied = let + weigh(market[homes["base"][housed]], homes["weight"][housed], n)
    world.markets["public_occupied"] = occupied // WEIGHT_ONE
