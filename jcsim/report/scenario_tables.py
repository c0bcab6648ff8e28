"""Tables of what the scenarios are: horizon, switches, and instruments with their dated settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jcsim.instruments import Instrument, load_instruments
from jcsim.report import translations
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
                    key = (instrument, _text(setting, known.get(instrument), names, say))
                    found.setdefault(key, []).append(say.scenario(one["name"]))
    rows = []
    for (instrument, cells), users in found.items():
        title = known[instrument].title if instrument in known else None
        name = instrument if title is None else say(title.en, title.zh)
        rows.append([name, *cells, say(", ", "、").join(dict.fromkeys(users))])
    head = [say("instrument", "政策工具"), say("from-until", "起止"), say("where", "地点"), say("settings", "力度与数值"),
            say("plan or act, note", "依据与说明"), say("in", "所在情景")]  # fmt: skip
    return Grid(say("Instruments in force", "生效的政策工具"), head, rows, len(head))


def _text(
    setting: Mapping[str, Any], instrument: Instrument | None, names: Mapping[str, str], say: Words
) -> tuple[str, ...]:
    """Years, places, values, and the clause with its note."""
    places = setting.get("where", ("all",))
    where = say(", ", "、").join(say(*GROUPS[code]) if code in GROUPS else names.get(code, code) for code in places)
    values = say(", ", "，").join(_value(key, setting[key], instrument, say) for key in setting if key not in PLAIN)
    said = [translations.note(str(setting[key]), say) for key in ("clause", "note") if setting.get(key)]
    clause = say("; ", "；").join(said)
    return f"{setting['from']}-{setting.get('until', '')}", where, values, clause


def _value(key: str, value: float, instrument: Instrument | None, say: Words) -> str:
    """A setting's value under its title with its unit, as the instrument's file says them."""
    dose = instrument.settings.get(key) if instrument is not None else None
    if dose is None:
        return f"{key.replace('_', ' ')} {value:,g}"
    unit = translations.unit(dose.unit, say)
    return say(f"{dose.title.en} {value:,g} ({unit})", f"{dose.title.zh}{value:,g}（{unit}）")


def _switch(on: bool, say: Words) -> str:
    return say("on", "有") if on else say("off", "无")
