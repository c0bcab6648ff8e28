"""Distance of every modelled target from its value: baseline, plan, naive trend on one scale."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.errors import InputError
from jcsim.indicators.scoreboard import scoreboard
from jcsim.indicators.scoreboard_text import target_text
from jcsim.indicators.select import Parts
from jcsim.indicators.verdict import target_range
from jcsim.viz.style import FAINT, GREY, INK, Words, colours, halo, new_figure, runs_text, styled

BETTER_LOW = ("at_most", "below")
WIDEST = 60.0  # percent: what is farther off stands at the edge with its number
CUT = 63.5  # percent: where the arrow of an interval that goes on beyond the edge stands
UNITS = {"percent": (" %", "%"), "persons": (" persons", "人")}  # shorter than in the plan's table


@styled
def target_gaps(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """One row a modelled target; distance from the target in percent of it, to the right is better."""
    say = Words.of(lang)
    board = scoreboard(parts.full, parts.ensemble, region=region)
    off = board["level"] == "off"
    rows = board[(board["baseline"].notna() | board["plan"].notna()) & ~off].reset_index(drop=True)
    year = int(board["target_year"].iloc[0])
    title = say(f"Distance from the targets of {year}", f"与{year}年规划目标的距离")
    labels = [text for text in rows[f"interval_label_{say.lang}"].unique() if text]
    bars = say("open arrow: the bar goes on beyond the edge", "空心箭头：横条超出边缘")
    bands = say(f"Bars: {'; '.join(labels)}; {bars}. ", f"横条：{'；'.join(labels)}；{bars}。") if labels else ""
    source = (
        runs_text(parts, say)
        + bands
        + _left_out(board["id"][off].tolist(), say)
        + say(
            "Inside a range the distance is zero; what is over 60 % off stands at the edge. A comparison of values, not a "
            "probability. Source: jcsim; targets: plan of May 2023.",
            "在目标范围内时距离为零；超过60%者置于边缘并注明数值。仅为数值比较，不是概率。来源：jcsim；目标：晋市发改城交发〔2023〕45号。",
        )
    )
    figure = new_figure(10.0, 1.4 + 0.44 * max(len(rows), 1), title, source)
    axes = figure.subplots()
    tint = colours(parts)
    for place, row in rows.iterrows():
        _row(axes, place, row, tint)
    axes.axvline(0, color=INK, lw=1.0, zorder=1)
    names = [f"{row['id']}  {_shorten(row[f'indicator_{say.lang}'])}" for _, row in rows.iterrows()]
    goals = [goal_text(row, say) for _, row in rows.iterrows()]
    axes.set_yticks(range(len(rows)), [f"{name}\n{goal}" for name, goal in zip(names, goals, strict=True)])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-WIDEST * 1.12, WIDEST * 1.12)
    axes.grid(axis="x", color="#EEEEEE", lw=0.8)
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("percent of the target; right of the line: met or above", "占目标的百分比；线右侧为达到或超过"))
    _key(axes, board, tint, say)
    return figure


def _left_out(ids: list[str], say: Words) -> str:
    """Which targets have no row because the model's start is far from the published one."""
    if not ids:
        return ""
    names = say(", ".join(ids), "、".join(ids))
    return say(f"Left out, the start's level being off: {names}. ", f"起点水平不符、未列出：{names}。")


def gap(row: pd.Series, value: float) -> float:
    """Distance from the target in percent of it, positive on the better side; zero inside a range."""
    ends = target_range(row["target"])
    if ends is None:
        raise InputError("a target in words has no distance", given=row["target"])
    low, high = ends
    if low <= value <= high:
        return 0.0
    nearest = low if value < low else high
    distance = 100.0 * (value - nearest) / nearest
    if row["sense"] == "within":
        return -abs(distance)
    return -distance if row["sense"] in BETTER_LOW else distance


def _row(axes: Axes, place: int, row: pd.Series, tint: dict[str, str]) -> None:
    axes.axhline(place, color=FAINT, lw=0.6, zorder=0)
    for side, scenario, offset in (("baseline", "base_scenario", -0.17), ("plan", "plan_scenario", 0.17)):
        colour = tint[row[scenario]]
        if pd.notna(row[f"{side}_low"]):
            _interval(axes, [gap(row, row[f"{side}_{end}"]) for end in ("low", "high")], place + offset, colour)
        if pd.notna(row[side]):
            _point(axes, gap(row, row[side]), place + offset, colour)
    if pd.notna(row["naive"]):
        axes.plot(_clipped(gap(row, row["naive"])), place, "|", color=GREY, ms=13, mew=1.8, zorder=3)


def _interval(axes: Axes, ends: list[float], y: float, colour: str) -> None:
    """A bar between two distances; where it is cut at the edge it ends in an open arrow."""
    shown = [math.copysign(CUT, end) if abs(end) > WIDEST else end for end in ends]
    axes.plot(shown, [y] * 2, color=colour, lw=3.0, alpha=0.35, solid_capstyle="butt", zorder=2)
    for side, mark in ((-1, "<"), (1, ">")):
        if any(side * end > WIDEST for end in ends):
            axes.plot(side * CUT, y, mark, mfc="white", mec=colour, mew=1.1, ms=6.0, zorder=3)


def goal_text(row: pd.Series, say: Words) -> str:
    """A target with its sign and its unit."""
    text, given = target_text(row, say.lang), str(row["unit"])
    if given in UNITS:
        return text + say(*UNITS[given])
    return say(f"{text} ({given})", f"{text}（{row['unit_zh']}）")


def _clipped(distance: float) -> float:
    return max(-WIDEST, min(WIDEST, distance))


def _point(axes: Axes, distance: float, y: float, colour: str) -> None:
    """A value's mark; beyond the widest distance an arrow head at the edge with the number."""
    at = _clipped(distance)
    if at == distance:
        axes.plot(at, y, "o", color=colour, ms=5.5, zorder=4)
        return
    right = distance > 0
    axes.plot(at, y, ">" if right else "<", color=colour, ms=5.5, zorder=4)
    axes.annotate(
        f"{distance:+,.0f}".replace("-", "−"), (at, y), xytext=(-7 if right else 7, 0), textcoords="offset points",
        ha="right" if right else "left", va="center", fontsize=7.5, color=colour,
        path_effects=halo(),
    )  # fmt: skip


def _key(axes: Axes, board: pd.DataFrame, tint: dict[str, str], say: Words) -> None:
    last = board.iloc[-1]
    handles = [
        axes.plot([], [], "o", color=tint[last[scenario]], label=say.scenario(last[scenario]))[0]
        for side, scenario in (("baseline", "base_scenario"), ("plan", "plan_scenario"))
        if board[side].notna().any()
    ]
    handles.append(axes.plot([], [], "|", color=GREY, ms=11, mew=1.8, label=say("naive trend", "简单趋势"))[0])
    axes.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, handletextpad=0.3)


def _shorten(name: str, longest: int = 64) -> str:
    return name if len(name) <= longest else name[: longest - 1] + "…"
