"""The effect of a scenario on urbanisation, in three lines that must be read together.

A plan that raises only the published rate moved a boundary and nobody. The third line counts persons.
"""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.plan import PREFECTURE
from jcsim.indicators.select import Frame, Paired, Parts, in_year, paired, summed

MINIMUM_DETECTABLE = 0.3  # points of the rate over four years: inside the model's discrepancy
LINES = (
    ("urbanisation_rate", "published definition", "公布口径", "percent"),
    ("urbanisation_rate_constant_territory", "constant territory", "固定地域", "percent"),
    ("persons_moved_to_urban", "persons who moved", "实际迁入城镇的人口", "persons"),
)
DETECTABLE_EN = (
    "The smallest detectable effect on the rate is about 0.3 points over four years, judged from model "
    "error: a smaller one cannot be told from none."
)
DETECTABLE_ZH = "按模型误差判断，四年内城镇化率可辨识的最小差异约为0.3个百分点；更小的差异与无差异不可区分。"


def urban_effects(parts: Parts, base: str, case: str, year: int, area: str = PREFECTURE) -> pd.DataFrame:
    """Published rate, constant-territory rate and persons moved: base, case, effect and interval.

    Returns
    -------
    DataFrame
        indicator, line_en, line_zh, unit, base, case, effect, low, high, points (of residents, for the
        line of persons), detectable (None for the line of persons or without an effect). Three rows;
        what was not recorded is None.
    """
    rows, frame = [], parts.projection
    for name, line_en, line_zh, unit in LINES:
        first, second = (frame.value(scenario, name, area, year) for scenario in (base, case))
        change = paired(parts, base, case, in_year(name, area, year))
        rows.append(
            {
                "indicator": name,
                "line_en": line_en,
                "line_zh": line_zh,
                "unit": unit,
                "base": first,
                "case": second,
                "effect": change.value,
                "low": change.low,
                "high": change.high,
                "points": _points(frame, name, case, area, year, change.value),
                "detectable": None
                if change.value is None or unit == "persons"
                else abs(change.value) >= MINIMUM_DETECTABLE,
            }
        )
    return pd.DataFrame(rows)


def _points(frame: Frame, name: str, case: str, area: str, year: int, change: float | None) -> float | None:
    """Persons moved as points of the residents of the case, so that the lines compare."""
    if change is None or name != "persons_moved_to_urban":
        return None
    residents = frame.value(case, "resident_population", area, year)
    return 100.0 * change / residents if residents else None


def costs(parts: Parts, base: str, case: str, years: list[int], area: str = PREFECTURE) -> pd.DataFrame:
    """What the case spends on instruments beyond the base, and per additional person moved to towns.

    Returns
    -------
    DataFrame
        year, cost (million yuan of 2020 since the start, paired difference case minus base), persons
        (additional persons moved, the same), their ends cost_low, cost_high, persons_low, persons_high, and
        per_person (thousand yuan: cost over persons; None unless persons is positive). One row for each of
        ``years`` that both scenarios reach with both indicators recorded.
    """
    rows = []
    for year in years:
        cost = spent(parts, base, case, ["fiscal_cost_real"], year, area)
        persons = paired(parts, base, case, in_year("persons_moved_to_urban", area, year))
        if cost.value is None or persons.value is None:
            continue
        rows.append(
            {
                "year": year,
                "cost": cost.value,
                "cost_low": cost.low,
                "cost_high": cost.high,
                "persons": persons.value,
                "persons_low": persons.low,
                "persons_high": persons.high,
                "per_person": cost.value / persons.value * 1e3 if persons.value > 0 else None,
            }
        )
    columns = ["year", *(f"{name}{end}" for name in ("cost", "persons") for end in ("", "_low", "_high")), "per_person"]
    return pd.DataFrame(rows, columns=columns)


def spent(parts: Parts, base: str, case: str, names: list[str], year: int, area: str = PREFECTURE) -> Paired:
    """Million yuan the case spends beyond the base up to and with ``year``, summed over ``names`` in each run."""
    found = paired(parts, base, case, summed(names, area, year))
    return Paired(*(None if end is None else end / 1e6 for end in (found.value, found.low, found.high)))
