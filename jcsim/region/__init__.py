"""A prefecture as data: a folder of CSV and GeoJSON with a ``region.yaml``, loaded into immutable objects."""

from jcsim.region.census import Census
from jcsim.region.demography import Demography
from jcsim.region.loading import load_region, region_names
from jcsim.region.objects import County, Link, Market, Node, Place, TownWeights, UnitShare
from jcsim.region.region import Region
from jcsim.region.series import Series

__all__ = [
    "Census",
    "County",
    "Demography",
    "Link",
    "Market",
    "Node",
    "Place",
    "Region",
    "Series",
    "TownWeights",
    "UnitShare",
    "load_region",
    "region_names",
]
