"""Housing purchase subsidies (plan 3.2): one-off grant, interest subsidy, credit guarantee."""

import numpy as np

from jcsim.policies import announce
from jcsim.records import WEIGHT_ONE


def apply(world, places, setting, t, p) -> None:
    """Terms offered to rural buyers in the towns named; ``rules/tenure`` reads them. Amounts are yuan
    of 2020, paid at the year's prices."""
    strength, values = setting.strength, setting.values
    world.levers["grant"][places] = strength * values["grant_yuan"] * t["prices"]
    world.levers["interest_subsidy"][places] = strength * values["interest_subsidy_points"] / 100.0
    world.levers["guarantee"][places] = strength * values["guarantee_share"]
    announce(world, places, setting, t)


def cost(world, t, p) -> int:
    """Grants paid this year and the interest the treasury paid on loans taken under it, yuan."""
    homes = world.households.rows
    grants = int((homes["grant"].astype(np.int64) * homes["weight"]).sum())
    return (grants + world.money.get("interest_subsidy", 0)) // WEIGHT_ONE
