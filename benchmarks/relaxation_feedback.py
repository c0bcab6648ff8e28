"""Hukou relaxation with jobs, wages, housing and services fixed and responding, side by side.

python benchmarks/relaxation_feedback.py [--scale 0.01] [--runs 8] [--from 2023] [--until 2035] [--parameters posterior]

Each run meets the same luck with and without relaxation, and has its own parameter draw; the effect is the
difference of the two runs. Intervals are the middle 90 percent of the runs.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from jcsim import JinchengModel, load_scenario
from jcsim.parameters import load_parameters

INDICATORS = {
    "persons_moved_to_urban": "persons moved to urban territory since the start",
    "urbanisation_rate": "urban rate, points",
    "urbanisation_rate_constant_territory": "the same, territory of the start, points",
    "hukou_urban_rate": "registered in a town, points",
    "resident_population": "residents",
    "unemployment_rate": "unemployment, points",
    "house_price": "house price, yuan per m2",
    "urban_income": "urban income a head, yuan",
}
BEFORE = 0.6  # strength in force since 2016 (scenarios/history.yaml)


def scenario(strength: float, feedback: bool, first: int):
    """Baseline with the strength of relaxation from a year on."""
    content = load_scenario("baseline").as_dict()
    earlier = [dict(s) for s in content["instruments"]["settlement_relaxation"] if s["from"] < first]
    earlier[-1]["until"] = first - 1
    later = {"from": first, "strength": strength, "clause": "plan 3.1"}
    instruments = {**content["instruments"], "settlement_relaxation": [*earlier, later]}
    name = f"relaxation_{round(100 * strength)}_{'responding' if feedback else 'fixed'}"
    return load_scenario({**content, "name": name, "feedback": feedback, "instruments": instruments})


def effects(options: argparse.Namespace, feedback: bool) -> pd.DataFrame:
    """Full relaxation less that of the baseline: one row a run."""
    parameters, rows = load_parameters(options.parameters), []
    for run in range(options.runs):
        drawn = parameters.draw(run + 1)
        values = []
        for strength in (1.0, BEFORE):
            case = scenario(strength, feedback, options.first)
            model = JinchengModel(case, scale=options.scale, rng=run, parameters=drawn).run_to(options.until)
            values.append([model.indicator(name) for name in INDICATORS])
        rows.append(np.subtract(*values))
    return pd.DataFrame(rows, columns=list(INDICATORS.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--from", type=int, default=2023, dest="first")
    parser.add_argument("--until", type=int, default=2035)
    parser.add_argument("--parameters", default="posterior")
    options = parser.parse_args()
    columns = {}
    for feedback, name in ((False, "fixed"), (True, "responding")):
        table = effects(options, feedback)
        columns[name] = table.mean()
        columns[f"{name} 5 %"], columns[f"{name} 95 %"] = table.quantile(0.05), table.quantile(0.95)
    print(
        f"full relaxation from {options.first} against {BEFORE} of it: effect in {options.until}, "
        f"1:{1 / options.scale:g}, {options.runs} parameter draws"
    )
    print(pd.DataFrame(columns).round(3).to_string())


if __name__ == "__main__":
    main()
