"""Paid voluntary exit of rural land rights (三权自愿有偿退出, plan 3.3, 3.4, 7.1)."""

import numpy as np

from jcsim.policies import announce
from jcsim.records import WEIGHT_ONE


def apply(world, places, setting, t, p) -> None:
    """Offers for contracted land (yuan of 2020 per mu) and homestead (yuan), open to ``strength`` of
    households; ``rules/land`` sets each offer against the household's own reservation price."""
    values = setting.values
    world.levers["land_offer"][places] = values["land_offer_yuan_per_mu"] * t["prices"]
    world.levers["homestead_offer"][places] = values["homestead_offer_yuan"] * t["prices"]
    world.levers["offer_share"][places] = setting.strength
    announce(world, places, setting, t)


def cost(world, t, p) -> int:
    """What households received for rights given up this year, yuan."""
    homes = world.households.rows
    return int((homes["proceeds"].astype(np.int64) * homes["weight"]).sum()) // WEIGHT_ONE
