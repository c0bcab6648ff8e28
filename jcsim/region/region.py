"""A prefecture: everything its folder holds, typed and immutable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from jcsim.errors import InputError, nearest
from jcsim.region.allocation import town_weights
from jcsim.region.census import Census
from jcsim.region.config import RegionConfig, Resource
from jcsim.region.demography import Demography
from jcsim.region.links import Atlas
from jcsim.region.objects import County, Link, Market, Node, Place, TownCount, TownWeights, UnitShare
from jcsim.region.series import VARIANTS, Series

if TYPE_CHECKING:
    import pandas as pd

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Region:
    """One prefecture as loaded by ``load_region``.

    Attributes
    ----------
    id, code, name_zh, name_en : names
    folder : where it was read; hash : 16 hex digits over the content of all its files
    config : ``region.yaml`` as validated
    counties : in order of code
    places : the towns in order of code, then the outside destinations
    markets : central city, county seats, key towns, other townships, outside
    nodes, link_rows : the transport network, published links first, then those made by rule
    polygons : GeoJSON of the counties
    units : (county code, name of a township unit of 2010) -> its places on the map of the towns
    counts : published populations of township units
    demography : national demographic table
    censuses, all_series : read through ``census`` and ``series``
    """

    id: str
    code: str
    name_zh: str
    name_en: str
    folder: Path
    hash: str
    config: RegionConfig
    counties: tuple[County, ...]
    places: tuple[Place, ...]
    markets: tuple[Market, ...]
    nodes: tuple[Node, ...]
    link_rows: tuple[Link, ...]
    polygons: Mapping[str, Any]
    units: Mapping[tuple[str, str], tuple[UnitShare, ...]]
    counts: tuple[TownCount, ...]
    demography: Demography
    censuses: Mapping[int, Census]
    all_series: Mapping[tuple[str, str], Series]

    @cached_property
    def n_towns(self) -> int:
        """Township-level units; their place indices are 0 to n_towns - 1."""
        return sum(not place.outside for place in self.places)

    @property
    def n_places(self) -> int:
        return len(self.places)

    @property
    def n_counties(self) -> int:
        return len(self.counties)

    @property
    def n_markets(self) -> int:
        return len(self.markets)

    @property
    def data_package(self) -> tuple[Resource, ...]:
        """File, licence, source and changes of everything in the folder."""
        return self.config.data_package

    @property
    def key_town_units_2010(self) -> Mapping[tuple[str, str], tuple[UnitShare, ...]]:
        """Township units of 2010, by (county code, name), with their places on the map of the towns."""
        return self.units

    @cached_property
    def _place_index(self) -> dict[str, int]:
        return {place.code: place.index for place in self.places}

    @cached_property
    def atlas(self) -> Atlas:
        """Nodes by name."""
        return Atlas(self.nodes, self.config.hubs)

    def place_index(self, code: str) -> int:
        """Index of a township or outside destination.

        Raises
        ------
        InputError
            The region has no such place.
        """
        return _looked_up(self._place_index, code, "place", self.name_en)

    def county_index(self, code: str) -> int:
        """Index of a county; raises InputError when the region has no such county."""
        return _looked_up({c.code: c.index for c in self.counties}, code, "county", self.name_en)

    def census(self, year: int) -> Census:
        """One census by county; raises InputError when the region does not hold it."""
        return _looked_up(self.censuses, year, "census", self.name_en)

    def series(self, name: str, variant: str = "mid") -> Series:
        """One exogenous series in its low, mid or high variant; raises InputError for an unknown name."""
        if variant not in VARIANTS:
            raise InputError(
                "unknown variant of a series",
                field=name,
                given=variant,
                allowed=", ".join(VARIANTS),
                suggestion=nearest(str(variant), VARIANTS),
            )
        return self.all_series[_looked_up(self._series_names, name, "series", self.name_en), variant]

    @cached_property
    def _series_names(self) -> dict[str, str]:
        return {name: name for name in self.config.series}

    def published_residents(self, code: str, year: int, kinds: Sequence[str]) -> tuple[int, str] | None:
        """(residents, kind) published for a township in one year on its later territory; None if not found.

        Counts of the units of 2010 that make up the township are added; all of them must be there.
        """
        parts = [(key, share) for key, shares in self.units.items() for share in shares if share.code == code]
        total, kind = 0.0, ""
        for (county, unit), share in parts:
            found = [
                c for c in self.counts
                if (c.county, c.unit, c.year) == (county, unit, year) and c.kind in kinds
            ]  # fmt: skip
            if not found:
                return None
            total, kind = total + found[0].persons * share.share, found[0].kind
        return (int(total + 0.5), kind) if parts else None

    def last_published(self, code: str, year: int) -> int | None:
        """Residents of a township at its last census count at or before ``year``; None if there is none."""
        kinds = [kind for kind in dict.fromkeys(c.kind for c in self.counts) if kind.startswith("census")]
        for past in sorted({c.year for c in self.counts if c.year <= year}, reverse=True):
            found = self.published_residents(code, past, kinds)
            if found is not None:
                return found[0]
        return None

    def town_weights(self, year: int) -> TownWeights:
        """How the residents of the census of ``year`` are spread over the towns of each county.

        The rule and its parameters are ``town_weights`` of ``region.yaml``. Nothing published after ``year``
        is read, apart from the frame of units (type and number of villages) and ``seat_urban``.
        """
        return town_weights(self, year)

    def outside_population(self, year: int) -> np.ndarray:
        """Population of the outside destinations at the last census by ``year``, (n_places - n_towns,)."""
        return np.array([p.population_at(year) for p in self.places[self.n_towns :]], dtype=np.int64)

    @property
    def links(self) -> pd.DataFrame:
        """All links as a table: as published, with the length and time used and the year they act from."""
        import pandas as pd  # half a second that a run without tables need not spend

        names = {
            "origin": "from", "destination": "to", "mode": "mode", "published_km": "distance_km",
            "published_min": "published_min", "route_km": "route_km", "opened": "opened",
            "acts_from": "acts_from", "status": "status", "passengers": "passengers", "source": "source",
            "quality": "quality", "note": "note", "generated": "generated",
        }  # fmt: skip
        rows = self.link_rows
        table = pd.DataFrame({new: [getattr(link, old) for link in rows] for old, new in names.items()})
        minutes = [None if link.seconds is None else link.seconds / 60.0 for link in rows]
        table.insert(4, "travel_time_min", minutes)
        table.insert(5, "year_open", [link.opened[:4] if link.opened[:4].isdigit() else "" for link in rows])
        return table

    def observed(self) -> pd.DataFrame:
        """Published statistics to set beside results; nothing in the model reads them."""
        import pandas as pd

        if self.config.files.observed is None:
            raise InputError("the region has no observed statistics", field="files.observed")
        return pd.read_csv(self.folder / self.config.files.observed, dtype={"area_code": str, "year": str})

    def checks(self) -> list[tuple[str, bool, str]]:
        """Named consistency checks as (name, passed, message)."""
        from jcsim.region.checks import run_checks  # checks need the finished class

        return run_checks(self)


def _looked_up(table: Mapping[K, V], name: K, what: str, region: str) -> V:
    if name in table:
        return table[name]
    known = [str(key) for key in table]
    shown = ", ".join(known) if len(known) <= 30 else f"one of {len(known)} codes"
    raise InputError(
        f"{region} has no such {what}",
        field=what,
        given=name,
        allowed=shown,
        suggestion=nearest(str(name), known),
    )
