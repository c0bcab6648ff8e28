"""Where a rise of urbanisation comes from: of the count, and of the rate.

With U urban and R rural residents, ``U1/P1 - U0/P0 = (dU Rm - dR Um) / (P0 P1)`` exactly, where Rm and
Um are the means of start and end. The urban gain splits into natural growth, migration and territory;
the rural change splits into territory (the same persons, leaving) and the rest, which is rural
shrinkage. The parts add to the change of the rate without a remainder of order.
"""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.select import Frame

PARTS = ("natural", "migration", "territory", "rural_shrinkage", "unallocated")
COLUMNS = ("area", "start", "end", "part", "persons", "points")


def decompose(frame: Frame, scenario: str, area: str, start: int, end: int) -> pd.DataFrame:
    """Parts of the change between two years of one scenario and area, central run.

    Returns
    -------
    DataFrame
        area, start, end, part, persons (change of the urban count; of the rural count for
        ``rural_shrinkage``), points (of the urbanisation rate). ``unallocated`` is the urban gain that the
        three recorded flows do not add up to. Empty when an indicator or year was not recorded.
    """
    counts = {}
    for name in ("resident_population", "urban_population"):
        values = [frame.value(scenario, name, area, year) for year in (start, end)]
        counts[name] = [value for value in values if value is not None]
    flows = {}
    for name in PARTS[:3]:
        series = frame.central(scenario, f"urban_growth_{name}", area)
        wanted = series[(series.index > start) & (series.index <= end)]
        if len(wanted) == end - start:
            flows[name] = float(wanted.sum())
    if len(flows) < 3 or min(len(values) for values in counts.values()) < 2:
        return pd.DataFrame(columns=list(COLUMNS))
    parts = _points(counts["resident_population"], counts["urban_population"], flows)
    return pd.DataFrame([(area, start, end, *part) for part in parts], columns=list(COLUMNS))


def _points(residents: list[float], urban: list[float], flows: dict[str, float]) -> list[tuple[str, float, float]]:
    """(part, persons, points of the rate) for counts at start and end and flows between."""
    rural = [residents[0] - urban[0], residents[1] - urban[1]]
    urban_mean, rural_mean = (urban[0] + urban[1]) / 2.0, (rural[0] + rural[1]) / 2.0
    scale = 100.0 / (residents[0] * residents[1])
    shrinkage = rural[1] - rural[0] + flows["territory"]
    rest = urban[1] - urban[0] - sum(flows.values())
    return [
        ("natural", flows["natural"], flows["natural"] * rural_mean * scale),
        ("migration", flows["migration"], flows["migration"] * rural_mean * scale),
        ("territory", flows["territory"], flows["territory"] * (rural_mean + urban_mean) * scale),
        ("rural_shrinkage", shrinkage, -shrinkage * urban_mean * scale),
        ("unallocated", rest, rest * rural_mean * scale),
    ]
