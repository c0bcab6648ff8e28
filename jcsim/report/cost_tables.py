"""Tables of what the instruments cost: in all, per additional person, by instrument and payer."""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.catalogue import COST, PAYERS_ZH
from jcsim.indicators.plan import PREFECTURE
from jcsim.indicators.select import Frame, Parts
from jcsim.indicators.urban_effects import costs
from jcsim.instruments import load_instruments
from jcsim.report.grid import Grid
from jcsim.viz.style import Words

SMALLEST = 0.05  # million yuan: less is shown as nothing


def cost_grids(parts: Parts, board: pd.DataFrame, say: Words) -> list[Grid]:
    """Additional spending of the plan scenario to the target's year, 2030 and the last year."""
    row = board.set_index("id").loc["T1"]
    base, case, last = row["base_scenario"], row["plan_scenario"], parts.projection.years[-1]
    years = sorted({year for year in (int(row["target_year"]), 2030, last) if year <= last})
    return [_total(parts, base, case, years, say), _by_instrument(parts.projection, base, case, years, say)]


def _total(parts: Parts, base: str, case: str, years: list[int], say: Words) -> Grid:
    none = say("no additional person", "无新增人口")
    rows = [
        [
            str(int(line["year"])),
            f"{line['cost']:,.0f}",
            f"{line['persons']:+,.0f}",
            none if pd.isna(line["per_person"]) else f"{line['per_person']:,.0f}",
        ]
        for _, line in costs(parts, base, case, years).iterrows()
    ]
    head = [say("to the year", "截至"), say("cost, million yuan of 2020", "支出（百万元，2020年价）"),
            say("additional persons moved", "新增迁入城镇人口"),
            say("thousand yuan per additional person", "每新增一人（千元）")]  # fmt: skip
    note = say(
        "Differences between the two scenarios since the start; the interval of a ratio of two small differences is wide. "
        "Who is retained after five years needs persons followed one by one and is not in this report.",
        "两情景自起始年的累计差；两个小差值之比的不确定性很大。五年后仍留居者需逐人追踪，本报告不含。",
    )
    return Grid(say("Cost of the instruments", "政策支出"), head, rows, 1, note)


def _by_instrument(frame: Frame, base: str, case: str, years: list[int], say: Words) -> Grid:
    """One row an instrument that spends anything, then the sum of each payer."""
    rows, payers = [], dict.fromkeys(PAYERS_ZH, 0.0)
    by_payer = {payer: [0.0] * len(years) for payer in payers}
    for name, instrument in load_instruments().items():
        spent = [_difference(frame, f"{COST}{name}_real", base, case, year) for year in years]
        found = [value for value in spent if value is not None]
        if len(found) < len(years) or all(abs(value) < SMALLEST for value in found):
            continue
        payer = say(instrument.payer, PAYERS_ZH[instrument.payer])
        rows.append([say(instrument.title.en, instrument.title.zh), payer, *(f"{v:,.1f}" for v in found)])
        by_payer[instrument.payer] = [a + b for a, b in zip(by_payer[instrument.payer], found, strict=True)]
    strong = frozenset(range(len(rows), len(rows) + len(by_payer)))
    for payer, sums in by_payer.items():
        if any(abs(value) >= SMALLEST for value in sums):
            name = say("all instruments", "全部工具")
            rows.append([name, say(payer, PAYERS_ZH[payer]), *(f"{value:,.1f}" for value in sums)])
    head = [say("instrument", "政策工具"), say("paid by", "出资方"), *(say(f"to {y}", f"至{y}年") for y in years)]
    title = say("Cost by instrument and payer, million yuan of 2020", "按工具与出资方的支出（百万元，2020年价）")
    note = say(
        f"Spending of {say.scenario(case)} less that of {say.scenario(base)} since the start. The payer is the one the "
        "instrument file names.",
        f"{say.scenario(case)}减{say.scenario(base)}的累计支出。出资方按工具文件所列。",
    )
    return Grid(title, head, rows, 2, note, strong)


def _difference(frame: Frame, indicator: str, base: str, case: str, year: int) -> float | None:
    """Million yuan spent by the case beyond the base up to and with ``year``; None when not recorded."""
    sums = []
    for scenario in (base, case):
        series = frame.central(scenario, indicator, PREFECTURE)
        if year not in series.index:
            return None
        sums.append(float(series[series.index <= year].sum()))
    return (sums[1] - sums[0]) / 1e6
