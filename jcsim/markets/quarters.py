"""People who leave collective quarters found a household where they live."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.markets.households import found_households
from jcsim.records import HouseholdKind, Quarters, Role
from jcsim.rules.quarters import LEAVE_QUARTERS, leaves_quarters
from jcsim.world import World

COLLECTIVE = int(HouseholdKind.COLLECTIVE)


@njit(cache=True)
def _leaving(persons, homes, t, leaves):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and homes[person.household].kind == COLLECTIVE:
            leaves[i] = leaves_quarters(person, t)


def leave_quarters(world: World, t_rows: np.ndarray) -> None:
    """One year's leavers become one-person households, tenants in a town or villagers."""
    persons = world.persons.rows
    leaves = np.zeros(len(persons), bool)
    _leaving(persons, world.households.rows, t_rows[0], leaves)
    founders = np.flatnonzero(leaves)
    homes = found_households(world, founders, LEAVE_QUARTERS, int(t_rows[0]["year"]), share=False)
    persons["household"][founders] = homes
    persons["role"][founders] = int(Role.HEAD)
    persons["quarters"][founders] = int(Quarters.FAMILY)
