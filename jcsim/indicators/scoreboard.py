"""The scoreboard: every target of the plan beside the model, a naive trend and the honest reading.

One row first, "no plan, no relabelling", then the plan's 29 targets in its order. A target the model does
not compute has no value, the reason and the missing datum; its own number is never read back.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from jcsim.errors import InputError, nearest
from jcsim.indicators.plan import PREFECTURE, UNITS_ZH, measures, naive_trend, targets
from jcsim.indicators.scoreboard_text import render_text
from jcsim.indicators.select import (
    BASELINE,
    FEWEST_FOR_QUANTILES,
    HISTORY,
    NO_RELABELLING,
    PLAN,
    Frame,
    Parts,
    effect_draws,
    interval,
    scale_text,
)
from jcsim.indicators.urban_effects import urban_effects
from jcsim.indicators.verdict import comparison, met

__all__ = ["COLUMNS", "render_text", "scoreboard"]

COLUMNS = (
    "id", "indicator_en", "indicator_zh", "area", "concept_en", "concept_zh", "unit", "unit_zh", "sense", "target",
    "target_year", "start_year", "start", "base_scenario", "plan_scenario",
    "baseline", "baseline_low", "baseline_high", "plan", "plan_low", "plan_high",
    "effect", "effect_low", "effect_high", "effect_constant_territory", "effect_persons_moved", "detectable",
    "naive", "naive_rule_en", "naive_rule_zh", "met_baseline", "met_plan", "met_naive",
    "comparison_en", "comparison_zh", "p_met", "p_met_reason_en", "p_met_reason_zh",
    "interval_label_en", "interval_label_zh", "source_en", "source_zh",
    "modelled", "reason_en", "reason_zh", "chapter", "binding",
)  # fmt: skip
NUMBERS = (
    "baseline", "baseline_low", "baseline_high", "plan", "plan_low", "plan_high", "effect", "effect_low",
    "effect_high", "effect_constant_territory", "effect_persons_moved", "naive", "p_met",
)  # fmt: skip


def scoreboard(
    full: Any,
    ensemble: Any = None,
    *,
    region: Any,
    base: str | None = None,
    case: str | None = None,
) -> pd.DataFrame:
    """One row "no plan, no relabelling", then one row per target.

    Parameters
    ----------
    full : result, Frame, DataFrame of trajectories, or None
        Where central values are read (replicate 0, else the median of the replicates).
    ensemble : the same, optional
        Where intervals and paired effects' intervals are read; a ``full`` of several replicates serves
        when there is none.
    region : Region
        Its ``code`` must be the plan's prefecture for any value to be shown.
    base, case : str, optional
        Scenario names; default ``baseline``, and ``plan`` or the one other scenario there is.

    Returns
    -------
    DataFrame
        ``COLUMNS``; values in the target's unit, missing ones NaN (numbers) or empty (text).

    Raises
    ------
    InputError
        A scenario asked for that was not run, or no trajectories at all.
    """
    parts = Parts(None if full is None else Frame.of(full), None if ensemble is None else Frame.of(ensemble))
    if not parts.projects:
        raise InputError("a scoreboard needs trajectories", given=None)
    board = _Board(parts, region, *_scenarios(parts.projection, base, case))
    rows = [board.no_relabelling(), *(board.row(target) for target in targets().to_dict("records"))]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(NUMBERS, "float64"))


def _scenarios(frame: Frame, base: str | None, case: str | None) -> tuple[str, str]:
    """Names of the scenario compared with and of the scenario shown; checks names that were given."""
    for name in (base, case):
        if name is not None and name not in frame.scenarios:
            raise InputError("scenario was not run", given=name, suggestion=nearest(name, frame.scenarios))
    base = base or BASELINE
    others = [name for name in frame.scenarios if name not in (base, NO_RELABELLING, HISTORY)]
    return base, case or (PLAN if PLAN in others or not others else others[0])


class _Board:
    """What every row needs: the runs, the scenario names and the labels of intervals and sources."""

    def __init__(self, parts: Parts, region: Any, base: str, case: str) -> None:
        self.parts, self.base, self.case = parts, base, case
        self.applies = str(region.code) == PREFECTURE
        self.frame = parts.projection
        self.source = _source(self.frame)
        self.interval_label = _interval_label(parts.spread)
        self.p_met_reason = _p_met_reason(parts.spread)

    def row(self, target: dict[str, str]) -> dict[str, Any]:
        """One target's row."""
        measure = measures().loc[target["id"]]
        row = self._frame_of_row(target)
        for language in ("en", "zh"):
            row[f"concept_{language}"] = measure[f"concept_{language}"]
        trend = naive_trend(target["id"], row["target_year"])
        row |= {"naive": trend.value, "naive_rule_en": trend.rule_en, "naive_rule_zh": trend.rule_zh}
        row["area"] = measure["area"] or PREFECTURE
        if not measure["indicator"]:
            row |= _not_modelled(measure)
        else:
            self._fill(row, measure["indicator"], float(measure["factor"]))
        row["met_naive"] = met(target["sense"], target["target"], trend.value)
        if target["id"] == "T1":
            self._three_lines(row)
        return row

    def no_relabelling(self) -> dict[str, Any]:
        """The first row: urbanisation without the plan and without relabelled territory."""
        first = targets().iloc[0].to_dict()
        row = self._frame_of_row(first) | {"id": "T0", "area": PREFECTURE, "sense": first["sense"], "binding": ""}
        row |= {
            "indicator_en": "urbanisation rate, no plan and no relabelling",
            "indicator_zh": "城镇化率：无规划且无地域改划",
            "naive_rule_en": "the trend through published rates contains relabelled territory",
            "naive_rule_zh": "按公布值外推的趋势包含地域改划",
            "met_naive": "",
        }
        if NO_RELABELLING in self.frame.scenarios:
            name, scenario = "urbanisation_rate", NO_RELABELLING
            row["concept_en"], row["concept_zh"] = "run without plan and relabelling", "无规划、无改划的模拟"
        else:
            name, scenario = "urbanisation_rate_constant_territory", self.base
            row["concept_en"] = f"no such run: constant-territory line of {self.base}"
            row["concept_zh"] = f"未做该情景模拟：取{self.base}的固定地域线"
        self._fill(row, name, 1.0, scenario, compare=False)
        return row

    def _frame_of_row(self, target: dict[str, str]) -> dict[str, Any]:
        """Columns that come from the target itself or hold for every row."""
        return dict.fromkeys(COLUMNS, "") | dict.fromkeys(NUMBERS) | {
            "id": target["id"],
            "indicator_en": target["indicator_en"],
            "indicator_zh": target["indicator_zh"],
            "unit": target["unit"],
            "unit_zh": UNITS_ZH[target["unit"]],
            "sense": target["sense"],
            "target": target["target"],
            "target_year": int(target["target_year"]),
            "start_year": target["baseline_year"],
            "start": target["baseline"],
            "base_scenario": self.base,
            "plan_scenario": self.case,
            "chapter": target["chapter"],
            "binding": target["binding"],
            "p_met_reason_en": self.p_met_reason[0],
            "p_met_reason_zh": self.p_met_reason[1],
        }  # fmt: skip

    def _fill(
        self, row: dict[str, Any], name: str, factor: float, base: str | None = None, compare: bool = True
    ) -> None:
        """Values, effect, intervals and verdicts of one modelled row."""
        row["modelled"] = "yes"
        year, area = row["target_year"], row["area"]
        if not self.applies:
            row["reason_en"], row["reason_zh"] = "the plan's targets are of 晋城市", "规划指标属晋城市"
            return
        sides = {"baseline": base or self.base} | ({"plan": self.case} if compare else {})
        for side, scenario in sides.items():
            value = self.frame.value(scenario, name, area, year)
            row[side] = None if value is None else value * factor
            row |= self._ends(side, scenario, name, area, year, factor)
            row[f"met_{side}"] = met(row["sense"], row["target"], row[side])
        if row["baseline"] is not None and row["plan"] is not None:
            row["effect"] = row["plan"] - row["baseline"]
            if self.parts.spread is not None:
                draws = effect_draws(self.parts.spread, self.base, self.case, name, area, year)
                spread = interval(draws * factor)
                row["effect_low"], row["effect_high"] = spread.low, spread.high
        self._say(row, name, sides)

    def _ends(self, side: str, scenario: str, name: str, area: str, year: int, factor: float) -> dict[str, Any]:
        """Low and high ends of one scenario's value."""
        if self.parts.spread is None:
            return {}
        draws = self.parts.spread.draws(scenario, name, area)
        if year not in draws.index:
            return {}
        spread = interval(draws.loc[year] * factor)
        return {f"{side}_low": spread.low, f"{side}_high": spread.high}

    def _say(self, row: dict[str, Any], name: str, sides: dict[str, str]) -> None:
        """Source and labels of a row with a value; the reason of one without."""
        shown = [side for side in sides if row[side] is not None]
        if shown:
            row["source_en"], row["source_zh"] = self.source
            if any(row[f"{side}_low"] is not None for side in shown):
                row["interval_label_en"], row["interval_label_zh"] = self.interval_label
            row["comparison_en"], row["comparison_zh"] = comparison(row["sense"], row["target"], row[shown[-1]])
            return
        row["modelled"] = "not recorded"
        row["reason_en"] = f"no value of {name} for {row['area']} in {row['target_year']} in this result"
        row["reason_zh"] = f"本结果没有{row['area']}在{row['target_year']}年的{name}"

    def _three_lines(self, row: dict[str, Any]) -> None:
        """Effects on constant territory and in persons beside the published effect, and whether it is detectable."""
        if not self.applies:
            return
        lines = urban_effects(self.parts, self.base, self.case, row["target_year"]).set_index("indicator")
        row["effect_constant_territory"] = lines.loc["urbanisation_rate_constant_territory", "effect"]
        row["effect_persons_moved"] = lines.loc["persons_moved_to_urban", "effect"]
        detectable = lines.loc["urbanisation_rate", "detectable"]
        row["detectable"] = "" if pd.isna(detectable) else ("yes" if detectable else "no")


def _not_modelled(measure: pd.Series) -> dict[str, str]:
    """Columns of a row without a value: reason and missing datum, in both languages."""
    missing_en = f"; missing: {measure['missing_en']}" if measure["missing_en"] else ""
    missing_zh = f"；缺少：{measure['missing_zh']}" if measure["missing_zh"] else ""
    return {
        "modelled": "no",
        "reason_en": f"not modelled: {measure['reason_en']}{missing_en}",
        "reason_zh": f"未建模：{measure['reason_zh']}{missing_zh}",
    }


def _source(frame: Frame) -> tuple[str, str]:
    """Which of the two a number is from: the central run or the draws, and their scale."""
    scale = scale_text(frame.scale)
    if frame.has_central:
        return f"{scale}, central draw", f"{scale}，中心参数"
    if frame.n_draws == 1:
        return f"{scale}, one draw", f"{scale}，一次抽样"
    return f"{scale}, median of {frame.n_draws} draws", f"{scale}，{frame.n_draws}次抽样的中位数"


def _interval_label(frame: Frame | None) -> tuple[str, str]:
    """What an interval is: how many draws, of which kind, at which scale, and what it leaves out."""
    if frame is None:
        return "", ""
    label, scale = frame.label or "parameter", scale_text(frame.scale)
    label_zh = {"prior": "先验", "posterior": "后验"}.get(label, "参数")
    few = frame.n_draws < FEWEST_FOR_QUANTILES
    kind_en, kind_zh = ("range", "范围") if few else ("5-95 %", "5-95%区间")
    return (
        f"{kind_en} of {frame.n_draws} {label} draws at {scale}; no discrepancy term",
        f"{scale}下{frame.n_draws}次{label_zh}抽样的{kind_zh}；不含模型误差项",
    )


def _p_met_reason(frame: Frame | None) -> tuple[str, str]:
    """Why there is no probability of meeting a target, naming what is lacking."""
    draws = 0 if frame is None else frame.n_draws
    label = (None if frame is None else frame.label) or "unlabelled"
    needs = f"needs at least {FEWEST_FOR_QUANTILES} runs, posterior draws and a discrepancy term"
    return (
        f"{needs}; here {draws} {label} draws and no discrepancy term",
        f"需要至少{FEWEST_FOR_QUANTILES}次模拟、后验抽样和模型误差项；此处为{draws}次抽样（{label}），无误差项",
    )


