"""The effect of a scenario on urbanisation, in three lines that must be read together.

A plan that raises only the published rate moved a boundary and nobody. The third line counts persons.
"""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.plan import PREFECTURE
from jcsim.indicators.select import Frame, Parts, effect, effect_draws, interval

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
        change = effect(frame, base, case, name, area, year)
        spread = interval(pd.Series(dtype="float64"))
        if parts.spread is not None:
            spread = interval(effect_draws(parts.spread, base, case, name, area, year))
        rows.append(
            {
                "indicator": name,
                "line_en": line_en,
                "line_zh": line_zh,
                "unit": unit,
                "base": first,
                "case": second,
                "effect": change,
                "low": spread.low,
                "high": spread.high,
                "points": _points(frame, name, case, area, year, change),
                "detectable": None if change is None or unit == "persons" else abs(change) >= MINIMUM_DETECTABLE,
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
        year, cost (million yuan of 2020 since the start, difference case minus base), persons (additional
        persons moved, the same difference), per_person (thousand yuan; None unless persons is positive).
        One row for each of ``years`` that both scenarios reach with both indicators recorded.
    """
    rows = []
    frame = parts.projection
    for year in years:
        before, after = (_spent(frame, scenario, area, year) for scenario in (base, case))
        stayed, moved = (frame.value(scenario, "persons_moved_to_urban", area, year) for scenario in (base, case))
        if before is None or after is None or stayed is None or moved is None:
            continue
        cost, persons = after - before, moved - stayed
        rows.append((year, cost / 1e6, persons, cost / persons / 1e3 if persons > 0 else None))
    return pd.DataFrame(rows, columns=["year", "cost", "persons", "per_person"])


def _spent(frame: Frame, scenario: str, area: str, year: int) -> float | None:
    """Yuan of 2020 spent on instruments up to and with ``year``; None when the year was not recorded."""
    series = frame.central(scenario, "fiscal_cost_real", area)
    return float(series[series.index <= year].sum()) if year in series.index else None
