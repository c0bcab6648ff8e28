"""Tables of what a result rests on: parameters, population fit, provenance, licences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jcsim.indicators.scoreboard_words import LABELS_ZH
from jcsim.report import translations
from jcsim.report.grid import Grid, text
from jcsim.viz.style import Words


def parameter_grid(parameters: pd.DataFrame, say: Words) -> Grid:
    """Parameters: central value, what was drawn, range, unit, grade and evidence."""
    titles = {"name": say("parameter", "参数"), "value": say("central value", "中心值"),
              "drawn_median": say("median of the draws", "抽样中位数"),
              "drawn_low": say("lowest draw", "抽样最小值"), "drawn_high": say("highest draw", "抽样最大值"),
              "low": say("range from", "取值下限"), "high": say("range to", "取值上限"), "unit": say("unit", "单位"), "grade": say("grade", "证据等级"),
              "evidence": say("evidence", "依据")}  # fmt: skip
    names = [name for name in titles if name in parameters]
    rows = [[text(row[name]) for name in names] for _, row in parameters.iterrows()]
    tail = sum(name in ("unit", "grade", "evidence") for name in names)
    return Grid("", [titles[name] for name in names], rows, 1, tail=tail)


def named(fit: pd.DataFrame, region: Any, say: Words) -> pd.DataFrame:
    """A fit report whose areas are names instead of codes."""
    names = {str(thing.code): say.name(thing) for thing in (region, *region.counties, *region.places)}
    return fit.assign(county=fit["county"].astype(str).replace(names))


def worst_cell(fit: pd.DataFrame, year: int, say: Words) -> str:
    """One sentence: the cell with a census count that is missed by most."""
    fit = _in_mu(fit)
    sized = fit.assign(size=fit["difference"].abs()).dropna(subset=["size"])
    name = say(f"Census of {year}", f"{year}年普查") if year else say("The census", "普查")
    if sized.empty or sized["size"].max() == 0:
        return say(f"{name}: every cell with a count is met exactly.", f"{name}：有计数的单元全部精确一致。")
    worst = sized.loc[sized["size"].idxmax()]
    words = translations.margin(worst["margin"], say), translations.fit_cell(worst["cell"], say), worst["county"]
    cell = say(", ", "，").join(words)
    met, target = text(worst["achieved"]), text(worst["target"])
    return say(
        f"{name}: the worst cell is {cell}: {met} against {target}.",
        f"{name}：差异最大的单元为{cell}：{met}，目标{target}。",
    )


def fit_grids(fit: pd.DataFrame, year: int, say: Words) -> list[Grid]:
    """How the population fits its margins, with the worst cell of each; then what was assumed without one."""
    fit = _in_mu(fit)
    sized = fit.assign(size=fit["difference"].abs())
    known = sized.dropna(subset=["size"])
    kinds = {"exact": say("exact", "精确"), "fitted": say("fitted", "拟合"), "assumed": say("assumed", "假设")}
    rows = []
    for (margin, kind), part in known.groupby(["margin", "kind"], sort=False):
        worst = part.loc[part["size"].idxmax()]
        name = translations.fit_cell(str(worst["cell"]), say)
        cell = say(f"{worst['county']}: {name}", f"{worst['county']}：{name}") if worst["size"] > 0 else "-"
        rows.append([translations.margin(str(margin), say), kinds.get(str(kind), str(kind)), f"{len(part):,}", text(part["size"].mean()),
                     text(part["size"].max()), cell])  # fmt: skip
    head = [say("margin", "边际"), say("kind", "类别"), say("cells", "单元数"), say("mean difference", "平均差"),
            say("largest", "最大差"), say("its cell", "所在单元")]  # fmt: skip
    of = f" ({year})" if year else ""
    grids = [Grid(say(f"By margin{of}", f"按边际{of}"), head, rows, 2, tail=1)]
    assumed = [
        [
            translations.margin(str(row["margin"]), say),
            translations.fit_cell(str(row["cell"]), say),
            text(row["achieved"]),
        ]
        for _, row in sized[sized["size"].isna()].iterrows()
    ]
    head = [say("figure", "指标"), say("cell", "单元"), say("in this population", "人口中的数值")]
    note = say(
        "No census table says these; they follow from assumptions and are varied.",
        "无普查表对应，由假设得出并加以变动。",
    )
    return [*grids, Grid(say(f"Assumed{of}", f"假设{of}"), head, assumed, 2, note)]


def _in_mu(fit: pd.DataFrame) -> pd.DataFrame:
    """Land in mu where the fit report counts it in hundredths of a mu."""
    hundredths = fit["margin"].astype(str).str.endswith(", 0.01 mu")
    numbers = ["target", "achieved", "difference"]
    fit = fit.assign(margin=fit["margin"].astype(str).str.replace(", 0.01 mu", ", mu"))
    return fit.assign(**{name: fit[name].where(~hundredths, fit[name] / 100.0) for name in numbers})


def provenance_grid(manifest: Mapping[str, Any], say: Words) -> Grid:
    """How the result was made; host and paths stay out."""
    region, label = manifest.get("region"), str(manifest.get("parameters_label") or "")
    versions = manifest.get("versions")
    facts = {
        say("name", "名称"): manifest.get("name"),
        say("content key", "内容键"): manifest.get("key"),
        say("result hash", "结果散列"): manifest.get("result_hash"),
        say("code version", "代码版本"): manifest.get("code_version"),
        say("region", "地区"): f"{region['id']} {region['hash']}" if isinstance(region, Mapping) else region,
        say("parameters", "参数"): say(label, LABELS_ZH.get(label, label)),
        say("seed", "种子"): manifest.get("seed"),
        say("largest scale", "最大比例"): manifest.get("scale"),
        say("runs", "模拟数"): len(manifest["runs"]) if "runs" in manifest else None,
        say("started", "开始"): manifest.get("started"),
        say("ended", "结束"): manifest.get("ended"),
        say("versions", "版本"): ", ".join(f"{k} {v}" for k, v in versions.items() if k != "system")
        if versions
        else None,
        say("notes", "说明"): "; ".join(translations.note(str(note), say) for note in manifest.get("notes", ()))
        or None,
    }
    rows = [[name, str(value)] for name, value in facts.items() if value not in (None, "")]
    return Grid("", ["", ""], rows, 2)


def licence_grid(region: Any, say: Words) -> Grid | None:
    """Data of the region with licence and source, as its data package lists them."""
    rows = [
        [translations.source(str(words), say) for words in (item.title, item.licence, item.source)]
        for item in getattr(region, "data_package", ()) or ()
    ]
    head = [say("data", "数据"), say("licence", "许可"), say("source", "来源")]
    return Grid(say("Data and licences", "数据与许可"), head, rows, 3) if rows else None
