"""Who is whose spouse among the married family residents of a county."""

from __future__ import annotations

import numpy as np

from jcsim.population.ages import AGES, laplace_weights
from jcsim.population.assumptions import Assumptions
from jcsim.population.formation import OLD, Couples, Formation, married
from jcsim.population.pool import Pool, deal, gap_kernel, match_counts
from jcsim.records import Sex


def pair_couples(people: Formation, total: int, old_pairs: int, assumptions: Assumptions) -> Couples:
    """Pair married women and men; the rest have their spouse elsewhere.

    Ages are paired by a table fitted to a peaked kernel of the husband's age minus the wife's, so that
    nobody is used twice and no age is emptied first. Couples of two people of 65 and over are fitted
    apart: their number decides how many households have two old members.

    Parameters
    ----------
    people : family residents
    total : couples wanted
    old_pairs : of these, couples with both of 65 and over
    """
    shape = assumptions.table("husband_minus_wife")
    kernel = gap_kernel(laplace_weights(shape["mean"], shape["scale"], -12, 25))
    pools = []
    for sex in (Sex.FEMALE, Sex.MALE):
        rows = married(people, sex)
        pools.append(Pool(rows, people.age[rows], people.luck(rows)))
    women, men = pools
    old = np.arange(AGES) >= OLD
    both = old[:, None] & old[None, :]
    wives, husbands = [], []
    for kind, number in ((both, old_pairs), (~both, total - old_pairs)):
        rows = np.where(old, women.counts, 0) if kind is both else women.counts
        columns = np.where(old, men.counts, 0) if kind is both else men.counts
        number = min(number, int(rows.sum()), int(columns.sum()))
        table = match_counts(rows, columns, kernel * kind, number)
        pair = deal(table, women.take(table.sum(axis=1)), men.take(table.sum(axis=0)))
        wives.append(pair[0])
        husbands.append(pair[1])
    return Couples(people, np.concatenate(wives), np.concatenate(husbands))


def most_couples(people: Formation) -> int:
    """Largest number of couples the county's married family residents can form."""
    return min(len(married(people, Sex.MALE)), len(married(people, Sex.FEMALE)))
