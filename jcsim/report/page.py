"""Puts a report together: sections of text, tables and figures, written as one HTML file."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from jcsim.errors import InputError
from jcsim.indicators.select import Parts
from jcsim.report.fonts import FAMILY, font_face
from jcsim.report.grid import units
from jcsim.report.origins import origins
from jcsim.report.outcomes import outcomes
from jcsim.report.section import Section
from jcsim.viz.style import LANGUAGES, Words
from jcsim.viz.write import available, draw, file_name, image

IMAGE_DPI = 130
BY = (None, "county")


def write_page(
    result_parts: Any,
    path: Path,
    region: Any,
    lang: str,
    manifest: Mapping[str, Any] | None,
    fit: pd.DataFrame | Mapping[int, pd.DataFrame] | None,
    parameters: pd.DataFrame | None,
    by: str | None,
    figures: Path | None,
) -> Path:
    """See :func:`jcsim.report.write_report`."""
    if lang not in LANGUAGES:
        raise InputError("unknown language", given=lang, allowed="en, zh")
    if by not in BY:
        raise InputError("unknown breakdown of a report", given=by, allowed="county")
    parts, say = Parts.of(result_parts), Words(lang)
    if manifest is None:
        manifest = next((frame.manifest for frame in parts.frames()), {})
    pictures = _pictures(parts, region, lang, figures)
    sections = [
        *outcomes(parts, region, say, pictures, by),
        *origins(region, say, manifest, fit, parameters),
    ]
    page = _render(say, region, manifest, [section for section in sections if not section.empty])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(page, encoding="utf8")
    os.replace(part, path)
    return path


def _pictures(parts: Parts, region: Any, lang: str, folder: Path | None) -> dict[str, str]:
    """Every figure as a base64 PNG by its name: those of the folder, or drawn anew."""
    if folder is None:
        files = {name: image(figure, "png", IMAGE_DPI) for name, figure in draw(parts, region, lang)}
    else:
        files = {name: (folder / file_name(name, Words.of(lang).lang)).read_bytes() for name in available(parts)}
    return {name: base64.b64encode(content).decode("ascii") for name, content in files.items()}


def _runs_of(manifest: Mapping[str, Any], say: Words) -> str:
    """The scenarios of a result in words; its name where it does not list them."""
    names = [say.scenario(one["name"]) for one in manifest.get("scenarios", {}).values()]
    return say(", ", "、").join(dict.fromkeys(names)) or str(manifest.get("name", ""))


def _render(say: Words, region: Any, manifest: Mapping[str, Any], sections: list[Section]) -> str:
    loader = Environment(loader=PackageLoader("jcsim.report", ""), autoescape=True, undefined=StrictUndefined)
    title = say(f"{region.name_en}: policy laboratory report", f"{region.name_zh}：政策模拟报告")
    facts = {
        "lang": "zh-Hans" if say.lang == "zh" else "en",
        "title": title,
        "subtitle": _runs_of(manifest, say),
        "contents": say("Contents", "目录"),
        "sections": sections,
        "family": FAMILY,
        "style": loader.get_template("page.css").render(family=FAMILY),
        "font_face": "",
    }
    loader.filters["units"] = units
    template = loader.get_template("page.html")
    facts["font_face"] = font_face(template.render(**facts))
    return template.render(**facts)
