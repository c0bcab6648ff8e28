"""A long baseline: does it settle, die out or cycle? Drivers stay as they are in their last year (2035).

python benchmarks/two_hundred_years.py [--case baseline] [--years 200] [--scale 0.01] [--seed 1]

For each window of years, series are logs (unemployment: points) less a quadratic trend. ``sd`` is the spread
around it; ``return`` the highest autocorrelation after the first lag at which it is negative, up to half the
window: near 0 for noise, near 1 for a cycle. A series cycles where it returns above 0.5 with a spread that is
worth calling one (2 percent, 1 point of unemployment).
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from jcsim import JinchengModel
from jcsim.records import WEIGHT_ONE, MarketKind

WINDOW, RETURN, LEAST = 60, 0.5, {"unemployment": 1.0}
DIED_OUT = 0.1  # of the residents at the start


def record(model: JinchengModel) -> dict[str, float]:
    """The markets of one year: means over markets inside, weighted with their jobs at the start."""
    world = model.world
    inside = world.markets["kind"] != MarketKind.OUTSIDE
    start, jobs = world.labour.jobs_start[inside], world.labour.jobs[inside]
    residents = max(model.n_persons, 1)
    return {
        "year": model.year,
        "residents": residents,
        "house price": model.indicator("house_price"),
        "wage": float((world.labour.wage[inside] * start).sum() / start.sum()),
        "jobs per resident": float(jobs.sum() / WEIGHT_ONE / residents),
        "employed per resident": float(world.flows["filled"].sum() / WEIGHT_ONE / residents),
        "unemployment": model.indicator("unemployment_rate"),
    }


def around_trend(values: np.ndarray) -> np.ndarray:
    """What a quadratic trend leaves."""
    years = np.arange(len(values)) / len(values)
    return values - np.polynomial.Polynomial.fit(years, values, 2)(years)


def returns(rest: np.ndarray) -> float:
    """Highest autocorrelation after the first negative one, up to half the length."""
    rest = rest - rest.mean()
    total = float((rest * rest).sum()) or 1.0
    lags = [float((rest[k:] * rest[:-k]).sum()) / total for k in range(1, len(rest) // 2)]
    first = next((k for k, value in enumerate(lags) if value < 0.0), len(lags))
    return max(lags[first:], default=0.0)


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Spread, return and verdict of each series in each window."""
    rows = []
    for first in range(0, len(table) - WINDOW + 1, max((len(table) - WINDOW) // 2, 1)):
        part = table.iloc[first : first + WINDOW]
        for name in table.columns[2:]:
            values = part[name].to_numpy()
            rest = around_trend(values if name in LEAST else np.log(np.maximum(values, 1e-9)))
            spread = float(rest.std()) * (1.0 if name in LEAST else 100.0)
            back = returns(rest)
            cycles = back > RETURN and spread > LEAST.get(name, 2.0)
            years = f"{part['year'].iloc[0]}-{part['year'].iloc[-1]}"
            rows.append((years, name, float(values.mean()), spread, back, "CYCLES" if cycles else ""))
    return pd.DataFrame(rows, columns=["years", "series", "mean", "sd (%, points)", "return", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default="baseline")
    parser.add_argument("--years", type=int, default=200)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    model = JinchengModel(options.case, scale=options.scale, rng=options.seed)
    rows, start = [], model.n_persons
    while model.year < model.start_year + options.years:
        model.step()
        rows.append(record(model))
    table = pd.DataFrame(rows)
    every = max(options.years // 10, 1)
    print(table.iloc[every - 1 :: every].round(3).to_string(index=False))
    verdicts = judged(table)
    print(verdicts.round(3).to_string(index=False))
    failed = [name for name, passed, _ in model.check() if not passed]
    left = table["residents"].iloc[-1] / start
    verdict = "cycles" if (verdicts[""] != "").any() else "dies out" if left < DIED_OUT else "settles"
    print(f"{verdict}: {100 * left:.1f} % of the residents are left; checks failed: {', '.join(failed) or 'none'}")


if __name__ == "__main__":
    main()
