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
    """Grants paid this year and the interest subsidy on the loans taken under it, yuan."""
    homes = world.households.rows
    grants = int((homes["grant"].astype(np.int64) * homes["weight"]).sum())
    owing = homes[(homes["debt"] > 0) & (homes["members"] > 0) & (homes["subsidised"] == 1)]
    bought = np.where(owing["town_home"] >= 0, owing["town_home"], owing["base"])
    rate = np.floor(world.levers["interest_subsidy"][bought] * 1_000_000.0).astype(np.int64)
    interest = int((owing["debt"] * rate // 1_000_000 * owing["weight"]).sum())
    return (grants + interest) // WEIGHT_ONE
