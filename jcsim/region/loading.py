"""Reading a region folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from jcsim.errors import InputError, nearest
from jcsim.frozen import FrozenDict
from jcsim.region.census import Census, read_census
from jcsim.region.config import RegionConfig
from jcsim.region.demography import read_demography
from jcsim.region.links import Atlas, read_links, rule_links
from jcsim.region.places import build_places
from jcsim.region.polygons import read_polygons
from jcsim.region.region import Region
from jcsim.region.series import read_series
from jcsim.region.units import read_counts, read_units
from jcsim.validation import Source
from jcsim.yamlfile import load_yaml

BUILT_IN = Path(__file__).parents[1] / "data" / "regions"
FILE = "region.yaml"
_LOADED: dict[tuple[Path, str], Region] = {}


def region_names() -> tuple[str, ...]:
    """Names of the regions that come with the package."""
    return tuple(sorted(path.parent.name for path in BUILT_IN.glob(f"*/{FILE}")))


def load_region(name_or_folder: str | Path = "jincheng") -> Region:
    """Load a region by name or folder.

    A folder read before with the same content is returned as it is.

    Parameters
    ----------
    name_or_folder : name of a built-in region, or path of a folder with a ``region.yaml``

    Raises
    ------
    InputError
        There is no such region, or something in its folder is wrong: file, line, field, what was given and what
        is allowed.
    """
    folder = _folder_of(name_or_folder)
    key = (folder, content_hash(folder))
    if key not in _LOADED:
        region = read_region(folder, key[1])
        for check, passed, message in region.checks():
            if not passed:
                raise InputError(message, file=folder / FILE, field=check, allowed="a region that passes the check")
        _LOADED[key] = region
    return _LOADED[key]


def content_hash(folder: Path) -> str:
    """16 hex digits over names and content of all files of a folder (hidden ones apart)."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            content = path.read_bytes()
            digest.update(f"{relative.as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def read_region(folder: Path, content: str = "") -> Region:
    """Read a folder into a ``Region`` without running its named checks (``Region.checks`` does)."""
    document = load_yaml(folder / FILE)
    config = document.validate(RegionConfig, document.mapping())
    paths = _paths(folder, config, document)
    polygons = read_polygons(paths["files.counties"])
    counties, places, markets, nodes = build_places(config, paths, polygons, document)
    atlas = Atlas(nodes, config.hubs)
    links = read_links(paths["files.links"], atlas, config.network)
    towns = [nodes[p.index] for p in places if not p.outside]
    hub_of = {p.code: config.hubs[counties[p.county].code] for p in places if not p.outside}
    units = read_units(paths.get("files.township_units_2010"), places, counties)
    codes = [county.code for county in counties]
    return Region(
        id=config.id,
        code=config.code,
        name_zh=config.name.zh,
        name_en=config.name.en,
        folder=folder,
        hash=content,
        config=config,
        counties=counties,
        places=places,
        markets=markets,
        nodes=nodes,
        link_rows=(*links, *rule_links(towns, links, hub_of, atlas, config.network)),
        polygons=polygons,
        units=units,
        counts=read_counts(paths.get("files.township_population"), codes),
        demography=read_demography(paths["files.demography"]),
        censuses=_read_censuses(config, paths, codes),
        all_series=read_series(paths["files.series"], config.series),
    )


def _folder_of(name_or_folder: str | Path) -> Path:
    path = Path(name_or_folder)
    if isinstance(name_or_folder, str) and name_or_folder in region_names():
        return BUILT_IN / name_or_folder
    if (path / FILE).is_file():
        return path.resolve()
    if path.is_dir():
        raise InputError("the folder holds no region.yaml", file=path, allowed=f"a folder with a {FILE}")
    raise InputError(
        "unknown region",
        field="region",
        given=str(name_or_folder),
        allowed=f"{', '.join(region_names())}, or a folder with a {FILE}",
        suggestion=nearest(str(name_or_folder), region_names()),
    )


def _paths(folder: Path, config: RegionConfig, document: Source) -> dict[str, Path]:
    """Dotted field of region.yaml -> file, each of which must be a file inside the folder."""
    named: dict[tuple[str, ...], str] = {
        ("files", key): name for key, name in config.files.model_dump().items() if name is not None
    }
    named |= {("censuses", str(year), "file"): census.file for year, census in config.censuses.items()}
    paths = {}
    for field, name in named.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise document.error("the file is not in the region's folder", field, given=name)
        if not path.is_file():
            others = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
            raise document.error("there is no such file", field, given=name, suggestion=nearest(name, others))
        paths[".".join(field)] = path
    return paths


def _read_censuses(config: RegionConfig, paths: Mapping[str, Path], codes: list[str]) -> FrozenDict[int, Census]:
    return FrozenDict(
        {
            year: read_census(paths[f"censuses.{year}.file"], year, census.layout, codes, config.code)
            for year, census in sorted(config.censuses.items())
        }
    )
