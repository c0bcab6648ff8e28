"""A full-scale run: seconds of each step of the year, of building, and peak memory. Run by hand.

python benchmarks/full_scale.py [--case history] [--until 2035] [--scale 1.0]
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import defaultdict

from jcsim import JinchengModel, steps

YEAR = (
    "policies", "population", "schooling", "towns", "land", "work", "hiring_and_moving", "settling", "hukou",
    "incomes", "land_under_urban_code",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="history")
    parser.add_argument("--until", type=int, default=2035)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    wall, cpu = defaultdict(float), defaultdict(float)

    def timed(name, function):
        def run(*arguments):
            began, used = time.perf_counter(), time.process_time()
            result = function(*arguments)
            wall[name] += time.perf_counter() - began
            cpu[name] += time.process_time() - used
            return result

        return run

    for name in YEAR:
        setattr(steps, name, timed(name, getattr(steps, name)))
    JinchengModel._record = timed("record", JinchengModel._record)
    began = time.perf_counter()
    model = JinchengModel(options.case, scale=options.scale, rng=1)
    built = time.perf_counter() - began
    model.step()  # compiles or reads what was compiled
    first = time.perf_counter() - began - built
    wall.clear()
    cpu.clear()
    began, used = time.perf_counter(), time.process_time()
    model.run_to(options.until)
    seconds, spent = time.perf_counter() - began, time.process_time() - used
    years = options.until - model.start_year - 1
    print(f"{options.case} 1:{1 / options.scale:g}, {len(model.world.persons.rows):,} rows of persons")
    print(f"build {built:.1f} s, first year {first:.1f} s, then {years} years in {seconds:.1f} s ({spent:.1f} CPU s)")
    for name in sorted(wall, key=wall.get, reverse=True):
        print(f"  {name:24s} {wall[name] / years:6.3f} s a year, {cpu[name] / years:6.3f} CPU s")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
