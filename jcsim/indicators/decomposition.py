"""Where a rise of urbanisation comes from: of the count, and of the rate.

With U urban and R rural residents, ``U1/P1 - U0/P0 = (dU Rm - dR Um) / (P0 P1)`` exactly, where Rm and
Um are the means of start and end. The urban gain splits into natural growth, migration and territory;
the rural change splits into territory (the same persons, leaving) and the rest, which is rural
shrinkage. The parts add to the change of the rate without a remainder of order.

Every run is split by itself. Of several draws the means of the parts are given: means add, medians do not.
"""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.select import Frame, in_year

PARTS = ("natural", "migration", "territory", "rural_shrinkage", "unallocated")
FLOWS = PARTS[:3]
COLUMNS = ("area", "start", "end", "part", "persons", "points")


def decompose(frame: Frame, scenario: str, area: str, start: int, end: int) -> pd.DataFrame:
    """Parts of the change between two years of one scenario and area: of the central run, else the mean over draws.

    Returns
    -------
    DataFrame
        area, start, end, part, persons (change of the urban count; of the rural count for
        ``rural_shrinkage``), points (of the urbanisation rate; they add to its change, of several draws to
        the mean change). ``unallocated`` is the urban gain that the three recorded flows do not add up to.
        Empty when an indicator or year was not recorded.
    """
    runs = _runs(frame, scenario, area, start, end)
    if runs.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    split = [_points([run["p0"], run["p1"]], [run["u0"], run["u1"]], run[list(FLOWS)]) for _, run in runs.iterrows()]
    table = pd.DataFrame([part for parts in split for part in parts], columns=["part", "persons", "points"])
    means = table.groupby("part", sort=False).mean().reset_index()
    return means.assign(area=area, start=start, end=end)[list(COLUMNS)]


def _runs(frame: Frame, scenario: str, area: str, start: int, end: int) -> pd.DataFrame:
    """Counts at both ends and flows between, one row a run: the central run alone where there is one."""
    counts = {
        f"{letter}{place}": in_year(name, area, year)(frame, scenario)
        for letter, name in (("p", "resident_population"), ("u", "urban_population"))
        for place, year in enumerate((start, end))
    }
    flows = {}
    for name in FLOWS:
        table = frame.table(scenario, f"urban_growth_{name}", area)
        wanted = table[(table.index > start) & (table.index <= end)]
        flows[name] = wanted.sum(skipna=False) if len(wanted) == end - start else pd.Series(dtype="float64")
    runs = pd.DataFrame(counts | flows, dtype="float64").dropna()
    return runs.loc[[0]] if 0 in runs.index else runs


def _points(residents: list[float], urban: list[float], flows: pd.Series) -> list[tuple[str, float, float]]:
    """(part, persons, points of the rate) for counts at start and end and flows between."""
    rural = [residents[0] - urban[0], residents[1] - urban[1]]
    urban_mean, rural_mean = (urban[0] + urban[1]) / 2.0, (rural[0] + rural[1]) / 2.0
    scale = 100.0 / (residents[0] * residents[1])
    shrinkage = rural[1] - rural[0] + flows["territory"]
    rest = urban[1] - urban[0] - flows.sum()
    return [
        ("natural", flows["natural"], flows["natural"] * rural_mean * scale),
        ("migration", flows["migration"], flows["migration"] * rural_mean * scale),
        ("territory", flows["territory"], flows["territory"] * (rural_mean + urban_mean) * scale),
        ("rural_shrinkage", shrinkage, -shrinkage * urban_mean * scale),
        ("unallocated", rest, rest * rural_mean * scale),
    ]
