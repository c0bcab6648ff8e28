"""The year's accounts, which balance exactly, flow by flow: persons, the urban count, and money.

``population(t) = population(t-1) + births - deaths + arrivals - departures`` and ``urban(t) = urban(t-1)
+ natural + migration + territory``, by place, in units of 1/65536 person. ``savings - debts`` of all households
change by income + exit payments + grants - dwellings bought - rent - interest - consumption - what estates
take - what people who leave take away, in yuan times household weights.
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.threads import counted
from jcsim.world import World

BORN, DIED, LEFT, ARRIVED, RELABELLED = 1, 2, 4, 8, 16  # bits of what happened to a person in the year
FATES = {"born": BORN, "died": DIED, "left": LEFT, "arrived": ARRIVED, "relabelled": RELABELLED}
ACCOUNTS = (
    "births_by_place", "deaths_by_place", "arrivals_by_place", "departures_by_place",
    "urban_growth_natural", "urban_growth_migration", "urban_growth_territory",
)  # fmt: skip
MONEY_IN = ("income", "exit_payments", "grants")
MONEY_OUT = ("dwellings", "rent", "interest", "consumption", "estates", "taken_away")


def wealth(world: World) -> int:
    """Savings less debts of all households, yuan times household weights."""
    return int(counted(world.threads, _count_wealth, (world.households.rows,), [(1,)])[0][0])


@njit
def _count_wealth(homes, total):
    for j in range(homes.shape[0]):
        total[0] += (homes[j].savings - homes[j].debt) * homes[j].weight


def heads(world: World) -> np.ndarray:
    """Everybody, residents and urban residents, (3,) weight units."""
    return counted(world.threads, _count_heads, (world.persons.rows,), [(3,)], world.n_towns)[0]


@njit
def _count_heads(persons, inside, counts):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive:
            counts[0] += person.weight
            if person.residence < inside:
                counts[1] += person.weight
                counts[2] += person.weight if person.urban > 0 else 0


def open_year(world: World) -> None:
    """Begin the year's accounts: persons in ``world.flows``, money in ``world.money``."""
    world.flows = {"heads_before": heads(world)}
    world.money.clear()
    world.money["opening"] = wealth(world)


def book(world: World, entry: str, yuan: np.ndarray) -> None:
    """Enter amounts by household (the first of all rows) in the year's account of money."""
    homes = world.households.rows[: len(yuan)]
    world.money[entry] += int(counted(world.threads, _weigh_amounts, (homes, yuan), [(1,)])[0][0])


@njit
def _weigh_amounts(homes, yuan, total):
    for j in range(homes.shape[0]):
        total[0] += yuan[j] * np.int64(homes[j].weight)


def unbooked_money(world: World) -> int:
    """What households hold beyond the year's entries: 0 (an identity)."""
    money = world.money
    change = sum(money.get(entry, 0) for entry in MONEY_IN) - sum(money.get(entry, 0) for entry in MONEY_OUT)
    return wealth(world) - money["opening"] - change


def close_year(world: World) -> None:
    """Turn the year's events into counts by place in ``world.flows``."""
    persons, flows = world.persons.rows, world.flows
    fate = np.zeros(len(persons), np.int8)
    for name, bit in FATES.items():
        if name in flows:
            fate[flows[name]] |= bit
    shapes = [(1,), *(world.towns.shape for _ in ACCOUNTS)]
    within, *counts = counted(world.threads, _account, (persons, fate), shapes, world.n_towns)
    flows |= dict(zip(ACCOUNTS, counts, strict=True))
    flows["moves_within"] = int(within[0])
    world.moved_total += flows["urban_growth_migration"]


@njit
def _account(persons, fate, inside, within, births, deaths, arrivals, departures, natural, migration, territory):
    for i in range(persons.shape[0]):
        person, happened = persons[i], fate[i]
        if not person.alive and happened == 0:
            continue
        w, was, now = person.weight, person.was_at, person.residence
        was_urban = 0 <= was < inside and person.was_urban > 0
        is_urban = now < inside and person.urban > 0
        dies = happened & DIED or (happened & BORN and not person.alive and not happened & LEFT)
        if happened & BORN:
            births[was] += w
            natural[was] += w if was_urban else 0
        if dies:
            deaths[was] += w
            natural[was] -= w if was_urban else 0
        elif happened & LEFT:
            departures[was] += w
            migration[was] -= w if was_urban else 0
        elif person.alive:
            if (was >= inside and now < inside) or happened & ARRIVED:
                arrivals[now] += w
            if 0 <= was < inside and now >= inside:
                departures[was] += w
            if 0 <= was < inside and now < inside and was != now:
                within[0] += w
            if was_urban:
                migration[was] -= w
            if is_urban and happened & RELABELLED:
                territory[now] += w
            elif is_urban:
                migration[now] += w
