"""Tables of what the instruments cost: in all, per additional person, by instrument and payer."""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.catalogue import COST, PAYERS_ZH
from jcsim.indicators.select import Paired, Parts
from jcsim.indicators.urban_effects import costs, spent
from jcsim.instruments import load_instruments
from jcsim.report.grid import Grid, ranged
from jcsim.viz.style import Words

SMALLEST = 0.05  # million yuan: less is shown as nothing


def cost_grids(parts: Parts, board: pd.DataFrame, say: Words) -> list[Grid]:
    """Additional spending of the plan scenario to the target's year, 2030 and the last year."""
    row = board.set_index("id").loc["T1"]
    base, case, last = row["base_scenario"], row["plan_scenario"], parts.projection.years[-1]
    years = sorted({year for year in (int(row["target_year"]), 2030, last) if year <= last})
    return [_total(parts, base, case, years, say), _by_instrument(parts, base, case, years, say)]


def _total(parts: Parts, base: str, case: str, years: list[int], say: Words) -> Grid:
    none = say("no additional person", "无新增人口")
    rows = [
        [
            str(int(line["year"])),
            ranged(line["cost"], line["cost_low"], line["cost_high"], 1, sign=False),
            ranged(line["persons"], line["persons_low"], line["persons_high"], 0),
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


def _by_instrument(parts: Parts, base: str, case: str, years: list[int], say: Words) -> Grid:
    """One row an instrument that spends anything, the sum of each payer, and of all where several pay."""
    rows = []
    by_payer: dict[str, list[str]] = {payer: [] for payer in PAYERS_ZH}
    for name, instrument in load_instruments().items():
        found = [spent(parts, base, case, [f"{COST}{name}_real"], year) for year in years]
        if any(cost.value is None for cost in found):
            continue
        by_payer[instrument.payer].append(f"{COST}{name}_real")
        if _any(found):
            payer = say(instrument.payer, PAYERS_ZH[instrument.payer])
            rows.append([say(instrument.title.en, instrument.title.zh), payer, *map(_cost, found)])
    everything, first = say("all instruments", "全部工具"), len(rows)
    for payer, names in by_payer.items():
        found = [spent(parts, base, case, names, year) for year in years]
        if _any(found):
            rows.append([everything, say(payer, PAYERS_ZH[payer]), *map(_cost, found)])
    found = [spent(parts, base, case, ["fiscal_cost_real"], year) for year in years]
    if len(rows) > first + 1 and _any(found):
        rows.append([everything, say("all", "合计"), *map(_cost, found)])
    head = [say("instrument", "政策工具"), say("paid by", "出资方"), *(say(f"to {y}", f"至{y}年") for y in years)]
    title = say("Cost by instrument and payer, million yuan of 2020", "按工具与出资方的支出（百万元，2020年价）")
    note = say(
        f"Spending of {say.scenario(case)} less that of {say.scenario(base)} since the start. The payer is the one the "
        "instrument file names.",
        f"{say.scenario(case)}减{say.scenario(base)}的累计支出。出资方按工具文件所列。",
    )
    if not parts.projection.has_central:
        note += say(
            " Sums are made in each draw, then every row is the median over draws: rows add to a sum only nearly.",
            "合计先在每次抽样内求和，各行再取抽样的中位数，故分项之和与合计略有出入。",
        )
    return Grid(title, head, rows, 2, note, frozenset(range(first, len(rows))))


def _any(found: list[Paired]) -> bool:
    return any(cost.value is not None and abs(cost.value) >= SMALLEST for cost in found)


def _cost(cost: Paired) -> str:
    return ranged(cost.value, cost.low, cost.high, 1, sign=False)
