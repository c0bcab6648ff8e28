"""County polygons from GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from jcsim.errors import InputError
from jcsim.region.geography import rings
from jcsim.region.outside import EAST_ASIA

PROPERTIES = ("code", "name_zh", "name_en")
SHAPES = ("Polygon", "MultiPolygon")


def read_polygons(path: Path) -> Mapping[str, Any]:
    """A GeoJSON FeatureCollection with one polygon for each county.

    Every feature needs the properties ``code`` (six digits), ``name_zh`` and ``name_en``.

    Raises
    ------
    InputError
        The file is no GeoJSON, a property is missing, a code stands twice or a ring is no closed line.
    """
    try:
        polygons: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise InputError(f"broken JSON: {error.msg}", file=path, line=error.lineno) from None
    except UnicodeDecodeError:
        raise InputError("the file is not text in UTF-8", file=path) from None
    features = polygons.get("features") if isinstance(polygons, dict) else None
    if not isinstance(features, list) or not features:
        raise InputError("holds no features", file=path, field="features", allowed="a FeatureCollection")
    codes: set[str] = set()
    for number, feature in enumerate(features):
        code = _check_feature(path, f"features.{number}", feature)
        if code in codes:
            raise InputError("the code stands twice", file=path, field=f"features.{number}", given=code)
        codes.add(code)
    return polygons


def _check_feature(path: Path, field: str, feature: Any) -> str:
    """The county code of a feature that is as it should be."""
    properties, geometry = (
        feature.get(key) if isinstance(feature, dict) else None for key in ("properties", "geometry")
    )
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        raise InputError("is no feature", file=path, field=field, allowed="properties and geometry")
    for name in PROPERTIES:
        value = properties.get(name)
        if not isinstance(value, str) or not value:
            raise InputError("a property is missing", file=path, field=f"{field}.properties", given=value, allowed=name)
    code = str(properties["code"])
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise InputError(
            "is no county code", file=path, field=f"{field}.properties.code", given=code, allowed="six digits"
        )
    if geometry.get("type") not in SHAPES:
        raise InputError(
            "is no polygon",
            file=path,
            field=f"{field}.geometry.type",
            given=geometry.get("type"),
            allowed=" or ".join(SHAPES),
        )
    _check_rings(path, f"{field}.geometry.coordinates", geometry)
    return code


def _check_rings(path: Path, field: str, geometry: dict[str, Any]) -> None:
    allowed = "rings of four or more [longitude, latitude], the last equal to the first"
    try:
        lines = rings(geometry)
    except (ValueError, TypeError, KeyError):
        lines = []
    if not lines:
        raise InputError("holds no rings of points", file=path, field=field, allowed=allowed)
    low = np.array([EAST_ASIA["lon"][0], EAST_ASIA["lat"][0]])
    high = np.array([EAST_ASIA["lon"][1], EAST_ASIA["lat"][1]])
    for line in lines:
        shaped = line.ndim == 2 and line.shape[0] >= 4 and line.shape[1] == 2
        if not shaped or not (line[0] == line[-1]).all():
            raise InputError("a ring is no closed line", file=path, field=field, allowed=allowed)
        outside = ~((line >= low) & (line <= high)).all(axis=1)
        if outside.any():
            raise InputError(
                "a point is out of range",
                file=path,
                field=field,
                given=line[outside][0].tolist(),
                allowed=f"longitude {low[0]:g} to {high[0]:g}, latitude {low[1]:g} to {high[1]:g}",
            )
