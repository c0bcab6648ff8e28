"""The scoreboard: every target of the plan beside the model, a naive trend and the honest reading.

One row first, "no plan, no relabelling", then the plan's 29 targets in its order. A target the model does
not compute has no value, the reason and the missing datum; its own number is never read back.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from jcsim.errors import InputError, nearest
from jcsim.indicators import scoreboard_words as words
from jcsim.indicators.plan import PREFECTURE, UNITS_ZH, measures, naive_trend, targets
from jcsim.indicators.scoreboard_text import render_text
from jcsim.indicators.select import (
    BASELINE,
    HISTORY,
    NO_RELABELLING,
    PLAN,
    Frame,
    Parts,
    in_year,
    interval,
    paired,
)
from jcsim.indicators.urban_effects import urban_effects
from jcsim.indicators.verdict import comparison, level_off, level_words, met

__all__ = ["COLUMNS", "render_text", "scoreboard"]

COLUMNS = (
    "id", "indicator_en", "indicator_zh", "area", "concept_en", "concept_zh", "unit", "unit_zh", "sense", "target",
    "target_year", "start_year", "start", "start_model", "base_scenario", "plan_scenario",
    "baseline", "baseline_low", "baseline_high", "plan", "plan_low", "plan_high",
    "effect", "effect_low", "effect_high", "detectable",
    "baseline_constant_territory", "plan_constant_territory",
    "effect_constant_territory", "effect_constant_territory_low", "effect_constant_territory_high",
    "baseline_persons_moved", "plan_persons_moved",
    "effect_persons_moved", "effect_persons_moved_low", "effect_persons_moved_high",
    "naive", "naive_rule_en", "naive_rule_zh", "met_baseline", "met_plan", "met_naive",
    "comparison_en", "comparison_zh", "level", "p_met", "p_met_reason_en", "p_met_reason_zh",
    "interval_label_en", "interval_label_zh", "source_en", "source_zh",
    "modelled", "reason_en", "reason_zh", "chapter", "binding",
)  # fmt: skip
LINES = {  # columns of T1 for the lines of the urban effect besides the published one
    "constant_territory": "urbanisation_rate_constant_territory",
    "persons_moved": "persons_moved_to_urban",
}
NUMBERS = (
    "start_model", "baseline", "baseline_low", "baseline_high", "plan", "plan_low", "plan_high", "effect", "effect_low",
    "effect_high", *(f"{side}_{line}{end}" for line in LINES for side, end in (
        ("baseline", ""), ("plan", ""), ("effect", ""), ("effect", "_low"), ("effect", "_high"))),
    "naive", "p_met",
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
        ``COLUMNS``; values in the target's unit, missing ones NaN (numbers) or empty (text). ``start`` is
        published, ``start_model`` the model's value of that year; ``level`` is ``off`` where they are too
        far apart for a verdict: ``met_baseline`` and ``met_plan`` are then empty, the comparison says why.

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
        self.source = words.source(self.frame)
        self.interval_label = words.interval_label(parts.spread)
        self.p_met_reason = words.p_met_reason(parts.spread)

    def row(self, target: dict[str, str]) -> dict[str, Any]:
        """One target's row."""
        measure = measures().loc[target["id"]]
        row = self._frame_of_row(target)
        row |= words.concept(measure)
        trend = naive_trend(target["id"], row["target_year"])
        row |= {"naive": trend.value, "naive_rule_en": trend.rule_en, "naive_rule_zh": trend.rule_zh}
        row["area"] = measure["area"] or PREFECTURE
        if not measure["indicator"]:
            row |= words.not_modelled(measure)
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
            row["concept_en"] = f"constant-territory line of {self.base}: no run without relabelling in this result"
            base = words.SCENARIOS_ZH.get(self.base, self.base)
            row["concept_zh"] = f"取{base}的固定地域线：本结果无不含改划的模拟"
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
        self._start(row, name, area, factor, sides)
        if compare:
            change = paired(self.parts, self.base, self.case, in_year(name, area, year))
            ends = {"effect": change.value, "effect_low": change.low, "effect_high": change.high}
            row |= {column: None if value is None else value * factor for column, value in ends.items()}
        self._say(row, name, sides)

    def _start(self, row: dict[str, Any], name: str, area: str, factor: float, sides: dict[str, str]) -> None:
        """The model's value of the published start's year; where it is off the verdicts are taken back."""
        if not row["start_year"]:
            return
        found = [self.frame.value(scenario, name, area, int(row["start_year"])) for scenario in sides.values()]
        known = [value * factor for value in found if value is not None]
        row["start_model"] = known[0] if known else None
        if level_off(row["start"], row["start_model"]):
            row |= {"level": "off"} | {f"met_{side}": "" for side in sides}

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
            if row["level"]:
                said = level_words(int(row["start_year"]), row["start"], row["start_model"])
            else:
                said = comparison(row["sense"], row["target"], row[shown[-1]])
            row["comparison_en"], row["comparison_zh"] = said
            return
        row["modelled"] = "not recorded"
        row |= words.not_recorded(self.frame, name, row["target_year"], list(sides.values()))

    def _three_lines(self, row: dict[str, Any]) -> None:
        """Effects on constant territory and in persons beside the published effect, and whether it is detectable."""
        if not self.applies:
            return
        lines = urban_effects(self.parts, self.base, self.case, row["target_year"]).set_index("indicator")
        for column, indicator in LINES.items():
            line = lines.loc[indicator]
            row |= {f"baseline_{column}": line["base"], f"plan_{column}": line["case"]}
            row |= {f"effect_{column}": line["effect"]}
            row |= {f"effect_{column}_{end}": line[end] for end in ("low", "high")}
        detectable = lines.loc["urbanisation_rate", "detectable"]
        row["detectable"] = "" if pd.isna(detectable) else ("yes" if detectable else "no")
