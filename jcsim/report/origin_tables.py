"""Tables of what a result rests on: parameters, population fit, provenance, licences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jcsim.report.grid import Grid, text
from jcsim.viz.style import Words

WORST = 12  # cells of the fit report shown


def parameter_grid(parameters: pd.DataFrame, say: Words) -> Grid:
    """Parameters with range, unit, grade and evidence."""
    names = [name for name in ("name", "value", "low", "high", "unit", "grade", "evidence") if name in parameters]
    titles = {"name": say("parameter", "参数"), "value": say("value", "取值"), "low": say("low", "下限"),
              "high": say("high", "上限"), "unit": say("unit", "单位"), "grade": say("grade", "证据等级"),
              "evidence": say("evidence", "依据")}  # fmt: skip
    rows = [[text(row[name]) for name in names] for _, row in parameters.iterrows()]
    tail = sum(name in ("unit", "grade", "evidence") for name in names)
    return Grid("", [titles[name] for name in names], rows, 1, tail=tail)


def fit_grids(fit: pd.DataFrame, say: Words) -> list[Grid]:
    """How the population fits its margins: by margin, and the worst cells."""
    sized = fit.assign(size=fit["difference"].abs())
    kinds = {"exact": say("exact", "精确"), "fitted": say("fitted", "拟合"), "assumed": say("assumed", "假设")}
    rows = [
        [str(margin), kinds.get(str(kind), str(kind)), f"{len(part):,}", text(part["size"].mean()),
         text(part["size"].max())]
        for (margin, kind), part in sized.groupby(["margin", "kind"], sort=False)
    ]  # fmt: skip
    head = [say("margin", "边际"), say("kind", "类别"), say("cells", "单元数"),
            say("mean difference", "平均差"), say("largest difference", "最大差")]  # fmt: skip
    worst = sized[sized["size"] > 0].sort_values("size", ascending=False, kind="stable").head(WORST)
    worst = worst.assign(kind=worst["kind"].astype(str).replace(kinds))
    names = [name for name in ("county", "margin", "cell", "kind", "target", "achieved", "difference") if name in fit]
    titles = {"county": say("county", "县"), "margin": say("margin", "边际"), "cell": say("cell", "单元"),
              "kind": say("kind", "类别"), "target": say("target", "目标"), "achieved": say("achieved", "实现"),
              "difference": say("difference", "差")}  # fmt: skip
    cells = [[text(row[name]) for name in names] for _, row in worst.iterrows()]
    return [
        Grid(say("By margin", "按边际"), head, rows, 2),
        Grid(say("Largest differences", "差异最大的单元"), [titles[name] for name in names], cells, 4),
    ]


def provenance_grid(manifest: Mapping[str, Any], say: Words) -> Grid:
    """How the result was made; host and paths stay out."""
    region = manifest.get("region")
    versions = manifest.get("versions")
    facts = {
        say("name", "名称"): manifest.get("name"),
        say("content key", "内容键"): manifest.get("key"),
        say("result hash", "结果散列"): manifest.get("result_hash"),
        say("code version", "代码版本"): manifest.get("code_version"),
        say("region", "地区"): f"{region['id']} {region['hash']}" if isinstance(region, Mapping) else region,
        say("parameters", "参数"): manifest.get("parameters_label"),
        say("seed", "种子"): manifest.get("seed"),
        say("largest scale", "最大比例"): manifest.get("scale"),
        say("runs", "模拟数"): len(manifest["runs"]) if "runs" in manifest else None,
        say("started", "开始"): manifest.get("started"),
        say("ended", "结束"): manifest.get("ended"),
        say("versions", "版本"): ", ".join(f"{k} {v}" for k, v in versions.items()) if versions else None,
        say("notes", "说明"): "; ".join(str(note) for note in manifest.get("notes", ())) or None,
    }
    rows = [[name, str(value)] for name, value in facts.items() if value not in (None, "")]
    return Grid("", ["", ""], rows, 2)


def licence_grid(region: Any, say: Words) -> Grid | None:
    """Data of the region with licence and source, as its data package lists them."""
    rows = [
        [str(item.title), str(item.licence), str(item.source)] for item in getattr(region, "data_package", ()) or ()
    ]
    head = [say("data", "数据"), say("licence", "许可"), say("source", "来源")]
    return Grid(say("Data and licences", "数据与许可"), head, rows, 3) if rows else None
