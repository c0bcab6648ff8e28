"""Poverty relocation (易地扶贫搬迁, 2016-20): village households of small means move to the seat."""

import numpy as np

from jcsim.numeric import whole
from jcsim.records import WEIGHT_ONE, HouseholdKind, Move


def _eligible(world, places, t, p):
    homes = world.households.rows
    income = (
        homes["wage_income"].astype(np.int64)
        + homes["business_income"]
        + homes["property_income"]
        + homes["transfer_income"]
    )
    rural = (homes["kind"] == HouseholdKind.RURAL) & (homes["members"] > 0) & np.isin(homes["base"], places)
    rural &= homes["town_home"] < 0
    return homes[rural & (income <= p["relocation_income"] * float(t["prices"]) * homes["members"])]


def apply(world, places, setting, t, p) -> None:
    """Spread the year's persons over the eligible households of the named towns as a common chance."""
    poor = _eligible(world, places, t, p)
    persons = int((poor["members"].astype(np.int64) * poor["weight"]).sum()) // WEIGHT_ONE
    wanted = setting.strength * setting.values["persons_per_year"]
    world.levers["relocation_rate"][places] = min(wanted / max(persons, 1), 1.0)


def cost(world, t, p) -> int:
    """``relocation_cost`` for each person moved this year, yuan."""
    homes = world.households.rows
    moved = homes[homes["moved"] == Move.RELOCATED]
    persons = int((moved["members"].astype(np.int64) * moved["weight"]).sum()) // WEIGHT_ONE
    return whole(persons * p["relocation_cost"] * float(t["prices"]))
