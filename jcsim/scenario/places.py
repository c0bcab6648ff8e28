"""Where a setting acts: county and town codes, and groups of towns, resolved in a region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jcsim.errors import InputError
from jcsim.records import MarketKind
from jcsim.validation import Source, unknown

if TYPE_CHECKING:
    from jcsim.region import Region
    from jcsim.scenario.model import Scenario, Setting

ALL = "all"
GROUPS = {
    ALL: "every town of the prefecture",
    "central": "the towns of the central city",
    "seats": "the county seats, the central city apart",
    "key_towns": "the key towns (重点镇)",
}


def meet_in_time(one: Setting, other: Setting) -> bool:
    """Whether two settings are in force in some same year."""
    return (other.until is None or one.from_ <= other.until) and (one.until is None or other.from_ <= one.until)


def names_meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two lists of places meet as far as can be told without a region."""
    if ALL in one or ALL in other:
        return True
    return any(a.startswith(b) or b.startswith(a) for a in one for b in other)


def span(setting: Setting) -> str:
    """Years and places of a setting in words."""
    years = f"{setting.from_} to {setting.until or 'the end'}"
    return f"{years} ({', '.join(setting.where)})"


def towns_named(name: str, region: Region) -> tuple[int, ...]:
    """Place indices of the towns a code or a group names; empty when the region knows no such name."""
    towns = region.places[: region.n_towns]
    if name == ALL:
        return tuple(range(region.n_towns))
    if name == "key_towns":
        return tuple(i for i, town in enumerate(towns) if town.key_town)
    if name in ("central", "seats"):
        kind = MarketKind.CENTRAL if name == "central" else MarketKind.SEAT
        return tuple(i for i, town in enumerate(towns) if region.markets[town.market].kind == kind)
    counties = {county.code: county.index for county in region.counties}
    if name in counties:
        return tuple(i for i, town in enumerate(towns) if town.county == counties[name])
    return tuple(i for i, town in enumerate(towns) if town.code == name)


def towns_of(where: tuple[str, ...], region: Region) -> tuple[int, ...]:
    """Sorted place indices of the towns named by ``where``.

    Raises
    ------
    InputError
        The region has no such place.
    """
    return _towns_of(where, region, Source(), ("where",))


def _towns_of(where: tuple[str, ...], region: Region, source: Source, path: tuple[str | int, ...]) -> tuple[int, ...]:
    found: set[int] = set()
    for position, name in enumerate(where):
        towns = towns_named(name, region)
        if not towns:
            codes = [c.code for c in region.counties] + [p.code for p in region.places[: region.n_towns]]
            about = unknown(name, [*GROUPS, *codes])
            allowed = f"{', '.join(GROUPS)}, or the code of a county or town of {region.name_en}"
            raise source.error("unknown place", (*path, position), **about | {"allowed": allowed})
        found.update(towns)
    return tuple(sorted(found))


def check_scenario(scenario: Scenario, region: Region, source: Source) -> None:
    """See ``Scenario.check``."""
    last = region.config.series_years[1]
    if scenario.until > last:
        allowed = f"{last} or earlier: the series of {region.name_en} end there"
        raise source.error("ends too late", ("until",), given=scenario.until, allowed=allowed)
    for name, variant in scenario.assumptions.items():
        try:
            region.series(name, variant)
        except InputError as error:
            raise source.error(
                error.problem,
                ("assumptions", name),
                given=error.given or name,
                allowed=error.allowed,
                suggestion=error.suggestion,
            ) from None
    for name, settings in scenario.instruments.items():
        _check_settings(name, settings, region, source)


def _check_settings(name: str, settings: tuple[Setting, ...], region: Region, source: Source) -> None:
    reached: list[tuple[Setting, frozenset[int]]] = []
    for position, setting in enumerate(settings):
        path = ("instruments", name, position)
        towns = frozenset(_towns_of(setting.where, region, source, (*path, "where")))
        for other, taken in reached:
            if meet_in_time(setting, other) and towns & taken:
                shared = region.places[min(towns & taken)]
                raise source.error(
                    f"overlaps another setting of the instrument in {shared.name_en} ({shared.code})",
                    (*path, "where"),
                    given=", ".join(setting.where),
                    allowed=f"years and places outside {span(other)}",
                )
        reached.append((setting, towns))
