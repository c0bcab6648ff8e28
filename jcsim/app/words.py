"""Amounts and states in the words of the page, in English and Chinese."""

from __future__ import annotations

from jcsim.app.run import Stage, Status
from jcsim.app.snapshot import Snapshot
from jcsim.indicators.select import scale_text
from jcsim.instruments import Dose
from jcsim.viz.style import Words

RESET, STEP = ("Reset", "重新生成"), ("Step", "前进一年")  # on the buttons
PLAY, PAUSE = ("▶ Play", "▶ 连续运行"), ("❚❚ Pause", "❚❚ 暂停")
SHARE = "share of "
UNITS_ZH = {  # of the doses a slider sets; a share is said in percent of what it is a share of
    "share of the remaining barrier removed": "（占剩余落户门槛）",
    "yuan per dwelling": "元/套",
    "percentage points a year": "个百分点/年",
    "share of the down payment": "（占首付款）",
    "yuan per mu": "元/亩",
    "yuan per homestead": "元/宗宅基地",
    "persons per year": "人/年",
}


def amount_text(dose: Dose, amount: float, say: Words) -> str:
    """An amount with its unit: ``30 % of the down payment``, ``20,000 yuan per dwelling``."""
    unit = say(dose.unit, UNITS_ZH[dose.unit])
    if dose.unit.startswith(SHARE):
        return say(f"{100 * amount:g} % of {unit.removeprefix(SHARE)}", f"{100 * amount:g}%{unit}")
    return f"{amount:,.10g} {unit.replace('points', 'point') if amount == 1 else unit}"


def range_text(dose: Dose, own: float, say: Words) -> str:
    """The scenario's amount, the range and the year of the prices, in the unit of :func:`amount_text`."""
    factor, sign = (100, say(" %", "%")) if dose.unit.startswith(SHARE) else (1, "")
    low, high, value = (f"{factor * amount:,.10g}" for amount in (dose.low, dose.high, own))
    prices = say(f", prices of {dose.price_year}", f"，{dose.price_year}年价") if dose.price_year else ""
    return say(
        f"Scenario: {value}{sign}; range {low} to {high}{sign}{prices}",
        f"情景取值：{value}{sign}；范围：{low}—{high}{sign}{prices}",
    )


def state_text(snapshot: Snapshot, say: Words) -> str:
    """What every number on the page rests on: year, scenario, scale, seed, which parameters, and one run's luck."""
    posterior = snapshot.label == "posterior"
    parts = (
        say(f"{snapshot.year}", f"{snapshot.year}年"),
        snapshot.title[say("en", "zh")],
        say(f"scale {scale_text(snapshot.scale)}", f"比例 {scale_text(snapshot.scale)}"),
        say(f"{snapshot.residents:,} residents", f"常住人口 {snapshot.residents:,} 人"),
        say(f"seed {snapshot.seed}", f"随机种子 {snapshot.seed}"),
        say("parameters: posterior", "参数：后验")
        if posterior
        else say("parameters: prior (no posterior)", "参数：先验（尚无后验）"),
        noise_text(snapshot.scale, say),
    )
    return " · ".join(parts)


def noise_text(scale: float, say: Words) -> str:
    """How many people an agent stands for, and that one run alone is shown: small changes may be chance."""
    people = round(1.0 / scale)
    stands = (
        say("one agent is one person", "每个主体即一人")
        if people == 1
        else say(f"one agent stands for {people:,} people", f"每个主体代表 {people:,} 人")
    )
    return stands + say("; one run: small changes may be chance", "；仅为一次运行，小幅波动可能出于偶然")


def buttons_text(say: Words) -> str:
    """What the buttons do."""
    return say(
        "Step makes one year, Play goes on by itself, Reset builds the choices anew.",
        f"{STEP[1]}：只算一年；连续运行：逐年推进；{RESET[1]}：按所选条件从头开始。",
    )


def stage_text(status: Status, scale: float, say: Words) -> str:
    """What the run is doing."""
    snapshot, took = status.snapshot, f"{status.seconds:.1f}"
    if status.stage is Stage.WAITING:
        return say("Waiting for another run on this machine.", "正在等待本机上的另一次运行。")
    if status.stage is Stage.FAILED:
        return say("The run has stopped.", "运行已停止。")
    if snapshot is None:
        return say(
            f"Building the population at {scale_text(scale)}: a minute or two the first time on a machine, then seconds.",
            f"正在按 {scale_text(scale)} 生成人口：本机首次需一两分钟，之后只需几秒。",
        )
    if status.stage is Stage.STEPPING:
        first = say(": a minute or two the first time on a machine", "：本机首次需一两分钟")
        more = first if snapshot.year == snapshot.start else ""
        return say(f"Simulating {snapshot.year + 1}{more}.", f"正在模拟{snapshot.year + 1}年{more}。")
    if not snapshot.running:
        return say(
            f"{snapshot.until} is the last year of this scenario. Reset starts again.",
            f"{snapshot.until}年是该情景的最后一年。按“{RESET[1]}”从头开始。",
        )
    if snapshot.year == snapshot.start:
        return say(f"Built in {took} s.", f"生成用时 {took} 秒。")
    return say(f"{snapshot.year} took {took} s.", f"{snapshot.year}年用时 {took} 秒。")
