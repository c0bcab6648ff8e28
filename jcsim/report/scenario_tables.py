"""Tables of what the scenarios are: horizon, switches, and instruments with their dated settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jcsim.instruments import load_instruments
from jcsim.report.grid import Grid
from jcsim.viz.style import Words

GROUPS = {
    "all": ("everywhere", "全市"),
    "central": ("the central city", "中心城区"),
    "seats": ("county seats", "县城"),
    "key_towns": ("key towns", "重点镇"),
}
PLAIN = ("from", "until", "where", "clause", "note")


def scenario_grids(manifest: Mapping[str, Any], region: Any, say: Words) -> list[Grid]:
    """The scenarios of a manifest, and every setting in force after the start of one of them."""
    scenarios = list(manifest.get("scenarios", {}).values())
    if not scenarios:
        return []
    head = [say("scenario", "情景"), say("title", "名称"), say("years", "年份"), say("relabelling", "地域改划"),
            say("feedback", "反馈")]  # fmt: skip
    rows = [
        [say.scenario(one["name"]), one["title"][say.lang], f"{one['start']}-{one['until']}",
         _switch(one["relabelling"], say), _switch(one["feedback"], say)]
        for one in scenarios
    ]  # fmt: skip
    return [Grid("", head, rows, 5), _settings(scenarios, region, say)]


def _settings(scenarios: list[Any], region: Any, say: Words) -> Grid:
    """One row a dated setting, with the scenarios that hold it; what ended before their start is left out."""
    names = {str(thing.code): say.name(thing) for thing in (region, *region.counties, *region.places)}
    known = load_instruments()
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in scenarios:
        for instrument, settings in one["instruments"].items():
            for setting in settings:
                if setting.get("until", one["until"]) > one["start"]:
                    key = (instrument, _text(setting, names, say))
                    found.setdefault(key, []).append(say.scenario(one["name"]))
    rows = []
    for (instrument, cells), users in found.items():
        title = known[instrument].title if instrument in known else None
        name = instrument if title is None else say(title.en, title.zh)
        rows.append([name, *cells, ", ".join(dict.fromkeys(users))])
    head = [say("instrument", "政策工具"), say("from-until", "起止"), say("where", "地点"), say("settings", "力度与数值"),
            say("plan or act, note", "依据与说明"), say("in", "所在情景")]  # fmt: skip
    return Grid(say("Instruments in force", "生效的政策工具"), head, rows, len(head))


def _text(setting: Mapping[str, Any], names: Mapping[str, str], say: Words) -> tuple[str, ...]:
    """Years, places, values, and the clause with its note."""
    places = setting.get("where", ("all",))
    where = ", ".join(say(*GROUPS[code]) if code in GROUPS else names.get(code, code) for code in places)
    values = ", ".join(f"{key} {value:,g}" for key, value in setting.items() if key not in PLAIN)
    clause = "; ".join(str(setting[key]) for key in ("clause", "note") if setting.get(key))
    return f"{setting['from']}-{setting.get('until', '')}", where, values, clause


def _switch(on: bool, say: Words) -> str:
    return say("on", "有") if on else say("off", "无")
