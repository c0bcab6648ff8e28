"""Pick series out of tidy trajectories: central run, draws, and where each number comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from jcsim.errors import InputError

TIDY = ("scenario", "replicate", "year", "area", "indicator", "value")
BASELINE, PLAN, NO_RELABELLING, HISTORY = "baseline", "plan", "no_relabelling", "history"
FEWEST_FOR_QUANTILES = 20  # below this the 5 % and 95 % points of a sample are its extremes


@dataclass(frozen=True)
class Interval:
    """Low and high ends; both None where there are no draws."""

    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Paired:
    """An effect with the ends of its interval; None where it is not known."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Frame:
    """One set of runs: trajectories, tables and manifest of a result.

    Parameters
    ----------
    trajectories : DataFrame
        Tidy: scenario, replicate, year, area, indicator, value (area_name is not needed).
    tables : mapping, optional
        ``population`` and ``flows``.
    manifest : mapping, optional
        Read for ``scale`` and the parameter label only.

    Raises
    ------
    InputError
        A column of the tidy form is missing.
    """

    def __init__(
        self,
        trajectories: pd.DataFrame,
        tables: Mapping[str, pd.DataFrame] | None = None,
        manifest: Mapping[str, Any] | None = None,
    ) -> None:
        missing = [name for name in TIDY if name not in trajectories.columns]
        if missing:
            raise InputError("trajectories lack columns", field=", ".join(missing), allowed=", ".join(TIDY))
        self.trajectories = trajectories
        self.tables = dict(tables or {})
        self.manifest = dict(manifest or {})
        self._tables: dict[tuple[str, str, str], pd.DataFrame] = {}

    @classmethod
    def of(cls, result: Any) -> Frame:
        """A frame of a DataFrame, a Frame, or anything with ``.trajectories``."""
        if isinstance(result, Frame):
            return result
        if isinstance(result, pd.DataFrame):
            return cls(result)
        return cls(result.trajectories, getattr(result, "tables", None), getattr(result, "manifest", None))

    @cached_property
    def _groups(self) -> dict[tuple[str, str], pd.DataFrame]:
        # Grouping once is what keeps hundreds of look-ups in millions of rows cheap.
        grouped = self.trajectories.groupby(["area", "indicator"], observed=True, sort=False)
        return {(str(area), str(name)): rows for (area, name), rows in grouped}

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Scenario names in the order met."""
        return tuple(str(name) for name in self.trajectories["scenario"].unique())

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years recorded, sorted."""
        return tuple(sorted(int(year) for year in self.trajectories["year"].unique()))

    @cached_property
    def indicators(self) -> frozenset[str]:
        """Indicator ids recorded."""
        return frozenset(name for _, name in self._groups)

    def areas(self, indicator: str) -> tuple[str, ...]:
        """Codes of the areas for which ``indicator`` was recorded, sorted."""
        return tuple(sorted(area for area, name in self._groups if name == indicator))

    def table(self, scenario: str, indicator: str, area: str) -> pd.DataFrame:
        """Values by year (rows) and replicate (columns); empty when nothing was recorded."""
        wanted = (scenario, indicator, area)
        if wanted not in self._tables:
            rows = self._groups.get((area, indicator), self.trajectories.iloc[:0])
            rows = rows[rows["scenario"].astype(str) == scenario]
            self._tables[wanted] = rows.pivot(index="year", columns="replicate", values="value").sort_index()
        return self._tables[wanted]

    def central(self, scenario: str, indicator: str, area: str) -> pd.Series:
        """Central values by year: replicate 0 where it was run, else the median over replicates."""
        table = self.table(scenario, indicator, area)
        if table.empty:
            return pd.Series(dtype="float64")
        return table[0] if 0 in table.columns else table.median(axis=1)

    def value(self, scenario: str, indicator: str, area: str, year: int) -> float | None:
        """Central value in one year, or None."""
        series = self.central(scenario, indicator, area)
        return float(series[year]) if year in series.index and pd.notna(series[year]) else None

    def draws(self, scenario: str, indicator: str, area: str) -> pd.DataFrame:
        """Values of the replicates with parameter draws (1..N) by year; may be empty."""
        table = self.table(scenario, indicator, area)
        return table[[name for name in table.columns if name != 0]]

    @cached_property
    def n_draws(self) -> int:
        """Number of replicates that carry a parameter draw."""
        return int((self.trajectories["replicate"].drop_duplicates() != 0).sum())

    @cached_property
    def has_central(self) -> bool:
        return bool((self.trajectories["replicate"] == 0).any())

    @property
    def scale(self) -> float | None:
        """Share of the population simulated, as the manifest says; None when it does not."""
        scale = self.manifest.get("scale")
        return None if scale is None else float(scale)

    @property
    def label(self) -> str | None:
        """``prior`` or ``posterior``, as the manifest says; None when it does not."""
        named = self.manifest.get("parameters_label", self.manifest.get("parameters"))
        if isinstance(named, Mapping):
            named = named.get("label")
        return None if named is None else str(named)

    @property
    def untuned(self) -> bool:
        """True unless the manifest says the parameters are a posterior's."""
        return self.label != "posterior"


@dataclass(frozen=True)
class Parts:
    """The up to three sets of runs of a result: full scale, ensemble of draws, history."""

    full: Frame | None = None
    ensemble: Frame | None = None
    history: Frame | None = None

    @classmethod
    def of(cls, parts: Any) -> Parts:
        """Parts of a mapping with any of ``full``, ``ensemble``, ``history``; other keys are refused."""
        if isinstance(parts, Parts):
            return parts
        unknown = sorted(set(parts) - {"full", "ensemble", "history"})
        if unknown:
            raise InputError("unknown part of a result", given=unknown[0], allowed="full, ensemble, history")
        return cls(**{name: Frame.of(result) for name, result in parts.items() if result is not None})

    def frames(self) -> Iterator[Frame]:
        """The parts that are there, full first."""
        return (part for part in (self.full, self.ensemble, self.history) if part is not None)

    @property
    def projects(self) -> bool:
        """Whether there is a part that goes beyond the history."""
        return self.full is not None or self.ensemble is not None

    @property
    def projection(self) -> Frame:
        """Where central projections are read: the full part, else the ensemble, else a frame of no runs."""
        return self.full or self.ensemble or Frame(pd.DataFrame(columns=list(TIDY)))

    @property
    def spread(self) -> Frame | None:
        """Where draws are read: the ensemble, else a full part that holds several replicates."""
        if self.ensemble is not None:
            return self.ensemble
        return self.full if self.full is not None and self.full.n_draws > 1 else None


def short_name(name: str) -> str:
    """English name of a county without its kind: ``Qinshui`` for ``Qinshui County``."""
    return re.sub(r" (District|County|City)( \(.*\))?$", "", name)


def scale_text(scale: float | None) -> str:
    """``1:50`` for 0.02; ``scale not stated`` when unknown."""
    if scale is None:
        return "scale not stated"
    return f"1:{1.0 / scale:.4g}"


def interval(values: pd.Series) -> Interval:
    """5-95 % of the draws; with fewer than 20 the smallest and largest; none with fewer than 2."""
    values = values.dropna()
    if len(values) < 2:
        return Interval()
    if len(values) < FEWEST_FOR_QUANTILES:
        return Interval(float(values.min()), float(values.max()))
    return Interval(float(values.quantile(0.05)), float(values.quantile(0.95)))


ByReplicate = Callable[[Frame, str], pd.Series]  # one value a replicate (the index) of a frame and scenario
Change = Callable[[pd.Series, pd.Series], pd.Series]  # of the values of base and case


def in_year(indicator: str, area: str, year: int) -> ByReplicate:
    """One indicator's values in one year, by replicate."""
    return lambda frame, scenario: _row(frame.table(scenario, indicator, area), year)


def summed(indicators: Iterable[str], area: str, year: int) -> ByReplicate:
    """Sum of indicators up to and with ``year``, by replicate; no values where one was not recorded."""
    names = tuple(indicators)

    def values(frame: Frame, scenario: str) -> pd.Series:
        tables = [frame.table(scenario, name, area) for name in names]
        if not tables or any(year not in table.index for table in tables):
            return pd.Series(dtype="float64")
        sums = [table[table.index <= year].sum().where(table.loc[year].notna()) for table in tables]
        return sum(sums[1:], start=sums[0])

    return values


def _row(table: pd.DataFrame, year: int) -> pd.Series:
    return table.loc[year] if year in table.index else pd.Series(dtype="float64")


def difference(before: pd.Series, after: pd.Series) -> pd.Series:
    """Case minus base, in their unit."""
    return after - before


def percent_change(before: pd.Series, after: pd.Series) -> pd.Series:
    """Case over base less one, in percent."""
    return 100.0 * (after / before - 1.0)


def paired(
    parts: Parts,
    base: str,
    case: str,
    values: ByReplicate,
    change: Change = difference,
) -> Paired:
    """The effect on anything with one value a replicate: the one rule of every effect that is shown.

    Of the central runs where there are any, else the median of the changes of the replicates run in both
    scenarios; with the interval of the draws.
    """
    frame = parts.projection
    found = change(values(frame, base), values(frame, case)).dropna()
    if frame.has_central:
        value = float(found[0]) if 0 in found.index else None
    else:
        value = None if found.empty else float(found.median())
    if value is None or parts.spread is None:
        return Paired(value)
    drawn = change(values(parts.spread, base), values(parts.spread, case)).dropna()
    ends = interval(drawn[drawn.index != 0])
    return Paired(value, ends.low, ends.high)
