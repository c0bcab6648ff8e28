"""Named consistency checks of a region: what must hold across its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from jcsim.errors import InputError
from jcsim.region.geography import inside
from jcsim.region.series import VARIANTS

if TYPE_CHECKING:
    from jcsim.region.region import Region

Check = Callable[["Region"], Iterator[str]]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Register a check: it yields one sentence for each thing that is wrong."""
    CHECKS.append(function)
    return function


def run_checks(region: Region) -> list[tuple[str, bool, str]]:
    """(name, passed, message) of every check; the message of a passed one is its description."""
    results = []
    for function in CHECKS:
        try:
            wrong = list(function(region))
        except InputError as error:  # what a check meets on its way is its finding
            wrong = [str(error)]
        about = (function.__doc__ or "").strip()
        results.append((function.__name__, not wrong, "; ".join(wrong[:3]) if wrong else about))
    return results


@check
def counts_are_as_expected(region: Region) -> Iterator[str]:
    """Counties, towns and key towns are as many as region.yaml expects."""
    expects = region.config.expects
    key_towns = sum(place.key_town for place in region.places)
    for name, found, wanted in (
        ("counties", region.n_counties, expects.counties),
        ("towns", region.n_towns, expects.towns),
        ("key towns", key_towns, expects.key_towns),
    ):
        if found != wanted:
            yield f"{found} {name}, expected {wanted}"


@check
def counties_match_polygons(region: Region) -> Iterator[str]:
    """Every county has one polygon and every polygon a county."""
    drawn = sorted(str(f["properties"]["code"]) for f in region.polygons["features"])
    codes = [county.code for county in region.counties]
    if drawn != codes:
        yield f"polygons {', '.join(drawn)}, counties {', '.join(codes)}"


@check
def census_age_sex_adds_to_total(region: Region) -> Iterator[str]:
    """Age groups by sex add to men, women and residents."""
    for year, census in region.censuses.items():
        by_sex = census.population.sum(axis=2)
        for county in region.counties:
            i = county.index
            if (by_sex[i] != census.residents_by_sex[i]).any() or by_sex[i].sum() != census.residents[i]:
                yield f"{year} {county.name_en}: age groups add to {by_sex[i].sum()}, not {census.residents[i]}"


@check
def urban_not_above_total(region: Region) -> Iterator[str]:
    """Urban residents are at most all residents."""
    for year, census in region.censuses.items():
        for county in region.counties:
            if census.urban[county.index] > census.residents[county.index]:
                yield f"{year} {county.name_en}: {census.urban[county.index]} urban residents"


@check
def census_totals_as_expected(region: Region) -> Iterator[str]:
    """Residents of the counties add to the prefecture's row and to the expected total."""
    for year, census in region.censuses.items():
        total, row = int(census.residents.sum()), census.prefecture_residents
        if row is not None and row != total:
            yield f"{year}: counties add to {total}, the prefecture's row says {row}"
        for name, found, wanted in (
            ("residents", total, region.config.expects.census_totals.get(year)),
            ("urban residents", int(census.urban.sum()), region.config.expects.urban_totals.get(year)),
        ):
            if wanted is not None and found != wanted:
                yield f"{year}: {found} {name}, expected {wanted}"


@check
def households_add_up(region: Region) -> Iterator[str]:
    """Generations add to family households; one-person and old-member households are not more."""
    for year, census in region.censuses.items():
        for county in region.counties:
            i = county.index
            households = census.family_households[i]
            if census.generations[i].sum() != households:
                yield f"{year} {county.name_en}: generations add to {census.generations[i].sum()}, not {households}"
            if max(census.one_person[i], census.with_old[i].sum()) > households:
                yield f"{year} {county.name_en}: more one-person or old-member households than households"
            if not households <= census.family_persons[i] <= census.residents[i]:
                yield f"{year} {county.name_en}: {census.family_persons[i]} persons in {households} households"


@check
def education_not_above_population(region: Region) -> Iterator[str]:
    """Persons by education are not more than residents of the sex."""
    for year, census in region.censuses.items():
        schooled, people = census.education.sum(axis=2), census.population.sum(axis=2)
        for county in region.counties:
            if (schooled[county.index] > people[county.index]).any():
                yield f"{year} {county.name_en}: more persons by education than residents"


@check
def sample_counts_add_up(region: Region) -> Iterator[str]:
    """Industries, occupations, marital states, reasons of not working and housing add to their totals."""
    for year, census in region.censuses.items():
        for name, parts, total in (
            ("industry", census.industry, census.workers),
            ("occupation", census.occupation, census.workers),
            ("marital", census.marital.sum(axis=1), census.of_15_and_over),
            ("housing_source", census.housing_source, census.sample_households),
            ("activity_not_working", census.activity_not_working, census.not_working),
        ):
            if parts is None or total is None:
                continue
            for county in region.counties:
                found, wanted = parts[county.index].sum(), total[county.index]
                if found != wanted:
                    yield f"{year} {county.name_en}: {name} adds to {found}, not {wanted}"


@check
def located_towns_lie_in_their_county(region: Region) -> Iterator[str]:
    """Townships with coordinates lie inside the polygon of their county."""
    shapes = {str(f["properties"]["code"]): f["geometry"] for f in region.polygons["features"]}
    for place in region.places[: region.n_towns]:
        county = region.counties[place.county].code
        if county in shapes and not inside(shapes[county], np.array(place.lon), np.array(place.lat)):
            yield f"{place.name_en} ({place.code}) lies outside county {county}"


@check
def every_place_in_one_market(region: Region) -> Iterator[str]:
    """Every place belongs to exactly one market."""
    members = sorted(place for market in region.markets for place in market.places)
    if members != list(range(region.n_places)):
        yield "the markets do not hold every place once"


@check
def every_place_reachable(region: Region) -> Iterator[str]:
    """Every place is joined to the first town by links that never open or close."""
    neighbours: dict[str, set[str]] = {}
    for link in region.link_rows:
        if link.usable and link.status == "existing" and link.acts_from is None:
            neighbours.setdefault(link.ends[0], set()).add(link.ends[1])
            neighbours.setdefault(link.ends[1], set()).add(link.ends[0])
    reached, queue = set(), [region.places[0].code]
    while queue:
        node = queue.pop()
        if node not in reached:
            reached.add(node)
            queue.extend(neighbours.get(node, ()))
    for place in region.places:
        for code in place.components or (place.code,):
            if code not in reached:
                yield f"{code} has no way to {region.places[0].code}"


@check
def units_of_2010_keep_their_residents(region: Region) -> Iterator[str]:
    """Shares of each unit of 2010 add to one and name towns of its county."""
    codes = {place.code: region.counties[place.county].code for place in region.places[: region.n_towns]}
    for (county, unit), shares in region.units.items():
        if abs(sum(share.share for share in shares) - 1.0) > 1e-9:
            yield f"shares of {unit} add to {sum(share.share for share in shares):g}"
        for share in shares:
            if codes.get(share.code) != county:
                yield f"{unit} is given to {share.code}, which is no town of county {county}"


@check
def town_weights_keep_county_totals(region: Region) -> Iterator[str]:
    """Allocated residents add to the urban and rural totals of every county."""
    for year in region.config.town_weights:
        census, weights = region.census(year), region.town_weights(year)
        for county in region.counties:
            rural, urban = weights.residents[list(county.towns)].sum(axis=0)
            i = county.index
            if urban != census.urban[i] or rural != census.residents[i] - census.urban[i]:
                yield f"{year} {county.name_en}: {urban} urban and {rural} rural residents allocated"


@check
def series_cover_the_years(region: Region) -> Iterator[str]:
    """Every series covers the years listed in region.yaml."""
    first, last = region.config.series_years
    for series in region.all_series.values():
        if series.years[0] > first or series.years[-1] < last:
            yield f"{series.name} ({series.variant}) runs from {series.years[0]} to {series.years[-1]}"


@check
def series_low_mid_high_in_order(region: Region) -> Iterator[str]:
    """Low is never above mid, nor mid above high."""
    first, last = region.config.series_years
    for name in region.config.series:
        for year in range(first, last + 1):
            low, mid, high = (region.series(name, variant).at(year) for variant in VARIANTS)
            if not low <= mid <= high:
                yield f"{name} in {year}: low {low:g}, mid {mid:g}, high {high:g}"


@check
def series_hold_no_local_history(region: Region) -> Iterator[str]:
    """After 2010 a series is national, provincial or physical, unless region.yaml says otherwise."""
    for series in region.all_series.values():
        allowed = region.config.series[series.name].local_after_2010
        for year, geography in zip(series.years, series.geographies, strict=True):
            if geography == "local" and year > 2010 and not allowed:
                yield f"{series.name} ({series.variant}) holds a local value of {year}"
            if year > region.config.history_until and geography != "assumption":
                yield f"{series.name} ({series.variant}) of {year} is later than the history and no assumption"


@check
def every_file_has_a_licence(region: Region) -> Iterator[str]:
    """Every data file of the folder stands in data_package."""
    listed = {resource.path for resource in region.data_package}
    used = [name for name in region.config.files.model_dump().values() if name is not None]
    used += [census.file for census in region.config.censuses.values()]
    for name in used:
        if name not in listed:
            yield f"{name} is not listed"
