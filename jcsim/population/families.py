"""Family households of one county, put together from its people."""

from __future__ import annotations

import numpy as np

from jcsim.population.alone import settle_the_rest
from jcsim.population.assumptions import Assumptions
from jcsim.population.building import Building
from jcsim.population.formation import Formation
from jcsim.population.with_children import parents_with_children, skip_generation
from jcsim.population.with_elders import settle_generations


def form_households(
    people: Formation,
    sizes: np.ndarray,
    generations: np.ndarray,
    with_old: np.ndarray,
    assumptions: Assumptions,
) -> Building:
    """Place every family resident of a county in a household.

    Couples are paired first; then grandparents with grandchildren, parents with children, elders with
    either, further adults; and at last couples alone and one-person households, whose numbers come out
    exactly because every other kind has been filled to its count.

    Parameters
    ----------
    people : family residents, all unplaced; filled in place
    sizes, generations, with_old : households by size (10), generations (4), and members of 65+ (1, 2, 3)
    assumptions : of the census year
    """
    building = Building(people, sizes, generations, with_old, assumptions)
    skip_generation(building)
    nuclei = parents_with_children(building)
    settle_generations(building, nuclei)
    settle_the_rest(building)
    return building
