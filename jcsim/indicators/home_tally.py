"""One pass over households: dwellings, tenure, land and homesteads by place (int64, weight units)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jcsim.compilation import njit
from jcsim.records import Homestead, HouseholdKind, LandUse, Tenure
from jcsim.threads import counted
from jcsim.world import World

COLLECTIVE = int(HouseholdKind.COLLECTIVE)


class HomeTally(NamedTuple):
    """Counts of one moment by place.

    Attributes
    ----------
    based : (places, 2) families at their base: all, of one present member
    tenure : (places, 6) families with a living member by tenure of the dwelling at the base
    second : (places,) of them owners of a dwelling in a town besides
    urban : (places, 2) families based on urban territory and their present members
    land : (places, 5) mu times weight by use, in the village the contract is of
    homestead : (places, 5) homesteads by state, likewise
    """

    based: np.ndarray
    tenure: np.ndarray
    second: np.ndarray
    urban: np.ndarray
    land: np.ndarray
    homestead: np.ndarray


def count_homes(world: World) -> HomeTally:
    """The tally of the world as it stands."""
    n = len(world.towns)
    shapes = [(n, 2), (n, len(Tenure)), (n,), (n, 2), (n, len(LandUse)), (n, len(Homestead))]
    return HomeTally(*counted(world.threads, _count, (world.households.rows,), shapes, world.n_towns))


@njit
def _count(homes, n_towns, based, tenure, second, urban, land, homestead):
    for j in range(homes.shape[0]):
        home = homes[j]
        if home.members == 0:
            continue
        w = np.int64(home.weight)
        village = home.origin if home.origin >= 0 else home.base
        land[village, home.land_use] += home.land * w // 100
        homestead[village, home.homestead] += w
        if home.kind == COLLECTIVE or home.base >= n_towns:
            continue
        tenure[home.base, home.tenure] += w
        if home.town_home >= 0:
            second[home.base] += w
        if home.present > 0:
            based[home.base, 0] += w
            based[home.base, 1] += w if home.present == 1 else 0
            if home.base_urban != 0:
                urban[home.base, 0] += w
                urban[home.base, 1] += w * home.present
