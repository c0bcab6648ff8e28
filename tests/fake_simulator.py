"""Simulators the tests of batches use in place of the model: quick, and able to go wrong on demand.

Workers find them by name, as they find the model's. The numbers are a function of the task alone.
"""

import hashlib
import os
import re
import signal
import sys
import time
from pathlib import Path

import pandas as pd

AREAS = {"140500": "晋城市", "140521": "沁水县", "140521100": "龙港镇"}
INDICATORS = ("urbanisation_rate", "resident_population")
RAISES, HANGS, DIES, GIVES_NAN, LEAVES, RETURNS_NONSENSE = 2, 3, 4, 5, 6, 7  # replicate numbers


def _trajectories(task):
    rows = []
    for year in range(task.start, task.until + 1):
        for area, name in AREAS.items():
            for indicator in INDICATORS:
                words = f"{task.seed} {task.parameters.hash} {task.scenario.content_hash} {year} {area} {indicator}"
                value = int.from_bytes(hashlib.sha256(words.encode()).digest()[:6], "big") / 2**48
                rows.append((year, area, name, indicator, value))
    rows.reverse()  # the store sorts
    return pd.DataFrame(rows, columns=["year", "area", "area_name", "indicator", "value"])


def steady(task, report):
    """Every run succeeds."""
    report(0.5)
    print("a run may print")  # must not disturb the worker's replies
    people = (2021, "140521", "urban", "male", "15-19", float(task.seed))
    population = pd.DataFrame([people], columns=["year", "county", "urban", "sex", "age_group", "persons"])
    flows = pd.DataFrame([(2021, "140521", "140500", 7.0)], columns=["year", "origin", "destination", "persons"])
    return {"trajectories": _trajectories(task), "population": population, "flows": flows}


def slow(task, report):
    """Every run succeeds after a while, long enough to be killed in."""
    report(0.0)
    time.sleep(0.25)
    return steady(task, report)


def endless(task, report):
    """No run ends; each says so by a file ``PID.pid`` in the working folder, and reports that it has begun."""
    Path(f"{os.getpid()}.pid").touch()
    report(0.0)
    time.sleep(3600)


def deaf(task, report):
    """As ``endless``, and no other thread of the process is let to run meanwhile (as in compiled code)."""
    Path(f"{os.getpid()}.pid").touch()
    report(0.0)
    re.match(r"(a+)+$", "a" * 60 + "b")  # 2**60 steps in one call


def moody(task, report):
    """Runs go wrong in every way, by replicate number."""
    if task.replicate == RAISES:
        raise ZeroDivisionError("the market is empty")
    if task.replicate == HANGS:
        report(0.0)
        time.sleep(3600)
    if task.replicate == DIES:
        os.kill(os.getpid(), signal.SIGKILL)
    if task.replicate == LEAVES:
        sys.exit(0)
    tables = steady(task, report)
    if task.replicate == GIVES_NAN:
        tables["trajectories"].loc[4, "value"] = float("nan")
    if task.replicate == RETURNS_NONSENSE:
        tables["trajectories"] = tables["trajectories"].drop(columns="area")
    return tables
