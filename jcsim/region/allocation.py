"""Census residents of a county spread over its townships, urban and rural.

The rule stands in ``region.yaml`` (``town_weights``); everything it yields outside townships with a
published count is an assumption and not data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jcsim.errors import InputError
from jcsim.records import MarketKind
from jcsim.region.config import UrbanScores, WeightRule
from jcsim.region.objects import County, Place, TownWeights

if TYPE_CHECKING:
    from jcsim.region.region import Region

ROUNDS = 200  # of proportional fitting


def town_weights(region: Region, year: int) -> TownWeights:
    """Allocate the residents of one census; see ``Region.town_weights``."""
    census = region.census(year)
    rule = region.config.town_weights.get(year)
    if rule is None:
        given = ", ".join(map(str, region.config.town_weights))
        raise InputError("no allocation rule for the census", field="town_weights", given=year, allowed=given)
    n = region.n_towns
    urban, rural = np.zeros(n), np.zeros(n)
    residents = np.zeros((n, 2), dtype=np.int64)
    known, quality = np.full(n, -1, dtype=np.int64), [""] * n
    for county in region.counties:
        towns = list(county.towns)
        table = _table(region, county, year, rule)
        for town, row in zip(towns, table, strict=True):
            known[town], quality[town] = -1 if row.exact is None else row.exact, row.kind
        total, in_town = int(census.residents[county.index]), int(census.urban[county.index])
        fitted = _fit(table, (total - in_town, in_town))
        residents[towns] = _whole_persons(table, fitted, (total - in_town, in_town), county)
        urban[towns] = _shares([row[1] for row in fitted])
        rural[towns] = _shares([row[0] for row in fitted] if total > in_town else [r.rural for r in table])
    return TownWeights(year, urban, rural, residents, known, tuple(quality))


@dataclass
class _Row:
    """What is known of one town before fitting: scores, published counts, a fixed urban number."""

    rural: float
    urban: float
    exact: int | None = None
    about: int | None = None
    urban_fixed: int | None = None
    kind: str = ""


def _table(region: Region, county: County, year: int, rule: WeightRule) -> list[_Row]:
    urban = _urban_scores(region, county, year, rule.urban)
    rows = []
    for town, score in zip(county.towns, urban, strict=True):
        place = region.places[town]
        row = _Row(rural=float(place.villages), urban=score)
        exact = region.published_residents(place.code, year, rule.known_quality)
        if exact is not None:
            row.exact, row.kind = exact
        about = region.published_residents(place.code, year, rule.approximate_quality)
        row.about = None if about is None else about[0]
        rows.append(row)
    if sum(row.rural for row in rows) == 0.0:
        for row in rows:
            row.rural = 1.0
    fixed = rule.seat_urban.get(county.code)
    if fixed is not None:
        if fixed.persons > region.census(year).urban[county.index]:
            raise InputError(
                f"the seat of {county.name_en} has more residents than the county's towns",
                field=f"town_weights.{year}.seat_urban.{county.code}",
                given=fixed.persons,
                allowed=f"at most {region.census(year).urban[county.index]}",
            )
        seat = [i for i, town in enumerate(county.towns) if _kind(region, town) == MarketKind.SEAT]
        persons = largest_remainder([rows[i].urban for i in seat], fixed.persons)
        for i, number in zip(seat, persons, strict=True):
            rows[i].urban_fixed = number
    return rows


def _kind(region: Region, town: int) -> MarketKind:
    return region.markets[region.places[town].market].kind


def _urban_scores(region: Region, county: County, year: int, rule: UrbanScores) -> list[float]:
    """Urban scores; members of one market in the county share theirs by their last census counts."""
    scores = [_score(region, region.places[town], rule) for town in county.towns]
    markets = [region.places[town].market for town in county.towns]
    for market in dict.fromkeys(markets):
        kind = region.markets[market].kind
        if kind not in (MarketKind.SEAT, MarketKind.CENTRAL):
            continue
        members = [i for i, m in enumerate(markets) if m == market]
        group = rule.seat if kind == MarketKind.SEAT else rule.central * len(members)
        counts = [region.last_published(region.places[county.towns[i]].code, year) for i in members]
        parts = [1.0 if None in counts else float(count or 0) for count in counts]
        for i, part in zip(members, parts, strict=True):
            scores[i] = group * part / sum(parts)
    return scores


def _score(region: Region, town: Place, rule: UrbanScores) -> float:
    kind = region.markets[town.market].kind
    if kind == MarketKind.CENTRAL:
        return rule.central
    if kind == MarketKind.SEAT:
        return rule.seat
    score = rule.township if town.kind == "township" else rule.town
    if rule.key_town > 0.0 and town.key_town:
        score = score + rule.key_town
    return score + rule.community * town.communities if rule.community > 0.0 else score


def _shares(amounts: Sequence[float]) -> np.ndarray:
    return np.array(amounts) / sum(amounts)


def _fit(table: list[_Row], totals: tuple[int, int]) -> list[list[float]]:
    """(rural, urban) persons by town.

    Columns add to ``totals``, rows to exact counts; a fixed urban number stands. Approximate counts only set
    where the fit starts from.
    """
    fixed = [row.urban_fixed for row in table]
    free = totals[1] - sum(number for number in fixed if number is not None)
    weights = sum(row.urban for row in table if row.urban_fixed is None)
    villages = sum(row.rural for row in table)
    cells = [
        [totals[0] * row.rural / villages,
         free * row.urban / weights if row.urban_fixed is None else float(row.urban_fixed)]
        for row in table
    ]  # fmt: skip
    for cell, row in zip(cells, table, strict=True):
        if row.exact is None and row.about is not None:
            _scale_row(cell, row.urban_fixed, row.about)
    exact = any(row.exact is not None for row in table)
    for _ in range(ROUNDS if exact else 1):
        for cell, row in zip(cells, table, strict=True):
            if row.exact is not None:
                _scale_row(cell, row.urban_fixed, row.exact)
        _scale_column(cells, 0, range(len(cells)), float(totals[0]))
        _scale_column(cells, 1, [i for i, number in enumerate(fixed) if number is None], float(free))
    return cells


def _scale_row(cell: list[float], fixed: int | None, total: int) -> None:
    if fixed is not None:
        cell[0] = max(total - fixed, 0.0)
    elif cell[0] + cell[1] > 0.0:
        factor = total / (cell[0] + cell[1])
        cell[0], cell[1] = cell[0] * factor, cell[1] * factor


def _scale_column(cells: list[list[float]], column: int, rows: Sequence[int], total: float) -> None:
    amount = sum(cells[i][column] for i in rows)
    if amount > 0.0:
        for i in rows:
            cells[i][column] = cells[i][column] * (total / amount)


def _whole_persons(table: list[_Row], fitted: list[list[float]], totals: tuple[int, int], county: County) -> np.ndarray:
    """Whole persons (towns, 2): county totals, exact counts and fixed urban numbers all kept."""
    urban = [row.urban_fixed or 0 for row in table]
    open_rows = [i for i, row in enumerate(table) if row.urban_fixed is None]
    limits = [math.inf if table[i].exact is None else float(table[i].exact or 0) for i in open_rows]
    shares = largest_remainder([fitted[i][1] for i in open_rows], totals[1] - sum(urban), limits)
    for i, persons in zip(open_rows, shares, strict=True):
        urban[i] = persons
    rural = [0 if row.exact is None else row.exact - u for row, u in zip(table, urban, strict=True)]
    free = [i for i, row in enumerate(table) if row.exact is None]
    left = totals[0] - sum(rural)
    if min(rural) < 0 or left < 0 or (not free and left != 0) or sum(urban) != totals[1]:
        raise InputError(
            f"published township counts of {county.name_en} do not fit its urban and rural residents",
            field="township_population",
            given=", ".join(str(row.exact) for row in table if row.exact is not None),
            allowed=f"counts that leave 0 or more of {totals[1]} urban and {totals[0]} rural residents",
        )
    for i, persons in zip(free, largest_remainder([fitted[i][0] for i in free], left), strict=True):
        rural[i] = persons
    return np.array([rural, urban], dtype=np.int64).T


def largest_remainder(amounts: Sequence[float], total: int, limits: Sequence[float] | None = None) -> list[int]:
    """Whole numbers in proportion to ``amounts`` that add to ``total``; ties go to the first.

    Parameters
    ----------
    limits : upper bound of each number, none if not given
    """
    if not amounts:
        return []
    bound = limits if limits is not None else [math.inf] * len(amounts)
    scale = total / sum(amounts) if sum(amounts) > 0.0 else 0.0
    exact = [min(amount * scale, limit) for amount, limit in zip(amounts, bound, strict=True)]
    numbers = [math.floor(amount) for amount in exact]
    order = sorted(range(len(exact)), key=lambda i: (numbers[i] - exact[i], i))
    while sum(numbers) < total:
        open_to_more = [i for i in order if numbers[i] < bound[i]]
        if not open_to_more:
            break
        for i in open_to_more[: total - sum(numbers)]:
            numbers[i] += 1
    return numbers
