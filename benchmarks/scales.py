"""Spread and bias of small scales: the same scenario at two scales, each run with another sample of households.

python benchmarks/scales.py [--case baseline] [--until 2026] [--small 0.01] [--large 0.1] [--runs 32] [--large-runs 6]

The nested sample of the model is one sample; here the households of each stratum are put in another order for
each run, so that the spread is that of samples and seeds together.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from jcsim import JinchengModel, building
from jcsim.population import sample

INDICATORS = (
    "resident_population", "urbanisation_rate", "hukou_urban_rate", "households", "one_person_households",
    "unemployment_rate", "farm_employment_share", "migrants_out", "new_urban_jobs", "persons_moved_to_urban", "births",
    "house_price", "vacancy_rate", "urban_income", "rural_income", "income_ratio", "land_leased_share",
)  # fmt: skip


def reordered(seed: int):
    """A ``sample`` that draws other households for each seed."""
    rng = np.random.default_rng(seed)

    def another(population, scale):
        order = np.lexsort((rng.random(len(population.stratum)), population.stratum))
        stratum = population.stratum[order]
        rank = np.empty(len(order), population.rank.dtype)
        rank[order] = np.arange(len(order)) - np.searchsorted(stratum, stratum)
        return sample(replace(population, rank=rank), scale)

    return another


def results(case: str, until: int, scale: float, runs: int) -> pd.DataFrame:
    """One row a run, one column an indicator, in the last year."""
    rows = []
    for seed in range(1, runs + 1):
        building.sample = reordered(seed)
        model = JinchengModel(case, scale=scale, rng=seed).run_to(until)
        rows.append({name: model.indicator(name) for name in INDICATORS})
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default="baseline")
    parser.add_argument("--until", type=int, default=2026)
    parser.add_argument("--small", type=float, default=0.01)
    parser.add_argument("--large", type=float, default=0.1)
    parser.add_argument("--runs", type=int, default=32)
    parser.add_argument("--large-runs", type=int, default=6)
    options = parser.parse_args()
    small = results(options.case, options.until, options.small, options.runs)
    large = results(options.case, options.until, options.large, options.large_runs)
    error = np.sqrt(small.var() / len(small) + large.var() / len(large))
    table = pd.DataFrame(
        {
            f"mean at {options.small:g}": small.mean(),
            f"mean at {options.large:g}": large.mean(),
            "difference": small.mean() - large.mean(),
            "standard error": error,
            f"spread of a run at {options.small:g}": small.std(),
            f"at {options.large:g}": large.std(),
        }
    )
    print(f"{options.case} in {options.until}, {len(small)} and {len(large)} runs")
    print(table.round(3).to_string())


if __name__ == "__main__":
    main()
