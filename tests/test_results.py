"""What a batch gives: tables and manifest that read back the same and say how they were made."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

import jcsim
from jcsim.experiments import tables
from jcsim.experiments.batch import Means
from jcsim.experiments.plans import plan_main_job, plan_runs
from jcsim.experiments.results import Result
from jcsim.experiments.run import perform
from jcsim.experiments.setup import Setup
from jcsim.experiments.task import Task
from jcsim.experiments.workbook import NARROWEST, WIDEST, WRITTEN
from jcsim.parameters import Parameters, read_definitions

ROOT = Path(__file__).parents[1]
STEADY = Means(workers=1, simulator="fake_simulator:steady")


@pytest.fixture(scope="module")
def setup():
    return Setup.load("jincheng", "prior")


@pytest.fixture(scope="module")
def result(setup):
    return perform(plan_runs(["baseline", "plan"], setup, scale=0.01, replicates=2, until=2025), STEADY)


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.is_file()}


def test_trajectories_are_tidy_sorted_and_complete(result):
    table = result.trajectories
    assert list(table.columns) == ["scenario", "replicate", "year", "area", "area_name", "indicator", "value"]
    assert len(table) == 2 * 2 * 6 * 3 * 2  # scenarios, replicates, years, areas, indicators
    by = ["scenario", "replicate", "year", "area", "indicator"]
    assert table.sort_values(by).index.equals(table.index)
    assert not table.duplicated(by).any()


def test_a_result_reads_back_the_same_and_saves_the_same_bytes(result, tmp_path):
    folder = result.save(tmp_path / "one")
    again = Result.load(folder)
    for name, frame in result.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])
    assert (again.key, again.hash) == (result.key, result.hash)
    again.save(tmp_path / "two")
    one, two = files(tmp_path / "one"), files(tmp_path / "two")
    assert one == two
    workbook = openpyxl.load_workbook(folder / "results.xlsx").properties
    assert workbook.created == workbook.modified == WRITTEN  # not the time, which two quick saves may share
    with ZipFile(folder / "results.xlsx") as packed:
        assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_hash_in_the_manifest_is_that_of_the_sorted_rows(result):
    shuffled = result.trajectories.sample(frac=1.0, random_state=1)
    table = tables.arrow(shuffled, tables.TRAJECTORIES.with_run())
    assert tables.row_hash(table) == result.hash == result.manifest["hashes"]["trajectories"]


@pytest.mark.parametrize("harm", ["flipped", "another's", "gone"])
def test_a_damaged_table_is_noticed_on_loading(result, tmp_path, harm):
    folder = result.save(tmp_path / "out")
    path = folder / "trajectories.parquet"
    content = path.read_bytes()
    if harm == "flipped":
        path.write_bytes(content[:100] + bytes([content[100] ^ 0xFF]) + content[101:])
    elif harm == "gone":
        path.unlink()
    else:
        other = result.trajectories.assign(value=result.trajectories["value"] + 1.0)
        tables.write(tables.arrow(other, tables.TRAJECTORIES.with_run()), path)
    with pytest.raises(jcsim.InputError, match="trajectories.parquet"):
        Result.load(folder)


def test_the_manifest_holds_what_is_needed_to_run_it_again(result, setup):
    manifest = json.loads(json.dumps(result.manifest))
    for run in manifest["runs"]:
        scenario = jcsim.load_scenario(manifest["scenarios"][run["scenario_hash"]])
        assert scenario.hash == run["scenario_hash"]
        drawn = setup.parameters.draw(run["replicate"])
        assert dict(drawn) == manifest["parameters"][run["parameters_hash"]]
        assert {"seed", "scale", "until", "engine", "key"} <= set(run)
    assert manifest["region"]["hash"] == setup.region.hash
    assert manifest["parameters_label"] == "prior"
    assert re.fullmatch("[0-9a-f]{16}", manifest["code_version"])


def test_the_runs_of_a_manifest_can_be_made_again_from_it_alone(tmp_path):
    settings = ("instruments.housing_subsidy.grant_yuan=12_000", "parameters.network_slope=1.5")
    setup = Setup.load("jincheng", "prior", seed=7, settings=settings)
    plan = plan_runs(["plan", "plan_2021"], setup, scale=0.01, replicates=2, until=2022)
    folder = perform(plan, STEADY, tmp_path / "out").folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    again = [
        Task(
            jcsim.load_scenario(manifest["scenarios"][run["scenario_hash"]]),
            Parameters(manifest["parameters"][run["parameters_hash"]], read_definitions()),
            region=manifest["region"]["asked_for"],
            region_hash=manifest["region"]["hash"],
            **{name: run[name] for name in ("replicate", "seed", "scale", "until", "engine", "detail")},
        )
        for run in manifest["runs"]
    ]
    assert [task.key for task in again] == [run["key"] for run in manifest["runs"]]
    plan = replace(plan, tasks=tuple(again), parts={run["key"]: run["part"] for run in manifest["runs"]})
    result = perform(plan, STEADY)
    assert (result.key, result.hash) == (manifest["key"], manifest["result_hash"])


def test_neither_time_nor_place_nor_means_are_in_key_or_hash(setup, result, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["another", "call"])
    plan = plan_runs(["baseline", "plan"], setup, scale=0.01, replicates=2, until=2025)
    again = perform(plan, Means(workers=2, threads=1, timeout=60, simulator="fake_simulator:steady"), tmp_path / "o")
    assert (again.key, again.hash) == (result.key, result.hash)


def test_a_scenario_may_run_to_the_last_year_of_the_regions_series_and_no_further(setup):
    case = jcsim.load_scenario("history")
    (own,), (longer,) = (plan_runs("history", setup, scale=0.01, until=until).tasks for until in (None, 2035))
    assert (own.until, longer.until, longer.scenario) == (case.until, 2035, case)
    assert perform(plan_runs("history", setup, until=2035), STEADY).trajectories["year"].max() == 2035
    with pytest.raises(jcsim.InputError, match="given 2036; allowed: a whole number from 2011 to 2035"):
        plan_runs("history", setup, until=2036)


def test_the_scoreboard_has_a_row_for_every_target(result):
    board = result.scoreboard()
    assert [name for name in board["id"] if name != "T0"] == [f"T{number}" for number in range(1, 30)]


def test_queries_run_over_the_tables_and_change_nothing(result, tmp_path):
    answer = result.sql("SELECT scenario, count(*) AS n FROM trajectories GROUP BY ALL ORDER BY ALL")
    assert answer.to_dict("list") == {"scenario": ["baseline", "plan"], "n": [72, 72]}
    assert result.sql("SELECT sum(persons) AS n FROM flows")["n"][0] == 28
    for query in ("SELECT * FROM nothing", "COPY flows TO 'x.csv'", "SELECT * FROM read_csv('/etc/passwd')"):
        with pytest.raises(jcsim.InputError, match="DuckDB"):
            result.sql(query)


def test_nothing_that_is_written_comes_from_duckdb(result, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)  # importing it fails
    result.save(tmp_path / "out")
    assert files(tmp_path / "out")
    with pytest.raises(ImportError):
        result.sql("SELECT 1")


def test_a_notebook_shows_the_scoreboard_and_says_what_was_run(result):
    page = result._repr_html_()
    assert page.startswith("<p>Result(baseline, plan; 4 runs, 144 rows,")
    assert "T29" in page


def test_the_hindcast_is_there_where_history_was_run(setup, result):
    past = perform(plan_runs("history", setup, scale=0.01), STEADY)
    assert (past.looks_back, past.projects, result.looks_back) == (True, False, False)
    table = past.hindcast()
    row = table[(table["group"] == "urban_rate") & (table["area"] == "140500")].iloc[0]
    run = past.trajectories.query("indicator == 'urbanisation_rate' and area == '140500' and year == 2020")
    assert (row["model"], row["observed"]) == (run["value"].item(), pytest.approx(62.72, abs=0.01))


def test_to_xarray_has_one_value_for_every_row(result):
    array = result.to_xarray()
    assert array.dims == ("scenario", "replicate", "year", "area", "indicator")
    assert int(array.notnull().sum()) == len(result.trajectories)
    row = result.trajectories.iloc[31]
    at = {name: row[name] for name in array.dims}
    assert float(array.sel(at)) == row["value"]
    assert array.sel(area="140521").coords["area_name"].item() == "沁水县"


def test_the_main_job_splits_into_full_ensemble_and_history(setup):
    result = perform(plan_main_job(setup, scale=0.05, replicates=2, until=2022), STEADY)
    parts = result.parts()
    assert set(parts) == {"full", "ensemble", "history"}
    assert {name: part.manifest["scale"] for name, part in parts.items()} == {
        "full": 0.05, "ensemble": 0.02, "history": 0.05,
    }  # fmt: skip
    assert set(parts["history"].trajectories["scenario"]) == {"history"}
    assert set(parts["ensemble"].trajectories["replicate"]) == {1, 2}
    assert not parts["ensemble"].trajectories["area"].str.fullmatch(r"\d{9}").any()
    assert "flows" in parts["full"].tables
    assert "flows" not in parts["ensemble"].tables
    assert sum(len(part.trajectories) for part in parts.values()) == len(result.trajectories)


def test_settings_of_the_main_job_reach_the_plan_the_projections_or_all(setup):
    texts = (
        "instruments.housing_subsidy.grant_yuan=12_000",
        "feedback=false",
        "parameters.network_slope=1.5",
    )
    plan = plan_main_job(replace(setup, settings=texts), scale=0.01, replicates=1)
    first = {task.scenario.name: task for task in reversed(plan.tasks)}
    grants = [s.values["grant_yuan"] for s in first["plan"].scenario.instruments["housing_subsidy"]]
    assert set(grants) == {12_000}
    assert [first[name].scenario.feedback for name in ("baseline", "plan", "history")] == [False, False, True]
    assert {task.parameters["network_slope"] for task in first.values()} == {1.5}


def test_the_data_package_describes_every_column(result, tmp_path):
    folder = result.save(tmp_path / "out")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path = folder / resource["path"]
        frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
        assert [field["name"] for field in resource["schema"]["fields"]] == list(frame.columns)
    assert {resource["name"] for resource in package["resources"]} == {
        "trajectories", "population", "flows", "scoreboard",
    }  # fmt: skip


def test_the_csv_of_the_scoreboard_is_read_rightly_by_excel_and_by_pandas(result, tmp_path):
    path = result.save(tmp_path / "out") / "scoreboard.csv"
    assert path.read_bytes().startswith("\ufeffid,".encode())  # Excel takes Chinese without the mark for another code
    table, board = pd.read_csv(path), result.scoreboard()
    assert list(table.columns) == list(board.columns)
    assert table["indicator_zh"].tolist() == board["indicator_zh"].tolist()


@pytest.fixture(scope="module")
def book(result, tmp_path_factory):
    return openpyxl.load_workbook(result.save(tmp_path_factory.mktemp("book") / "out") / "results.xlsx")


def test_the_workbook_has_years_as_columns_and_the_spread_of_draws(result, tmp_path):
    folder = result.save(tmp_path / "out")
    sheet = pd.read_excel(folder / "results.xlsx", sheet_name="prefecture and counties", dtype={"area code": str})
    assert set(sheet["statistic"]) == {"5 % of draws", "median of draws", "95 % of draws"}
    one = sheet[(sheet["scenario"] == "plan") & (sheet["area code"] == "140500")]
    one = one[(one["indicator"] == "urbanisation_rate") & (one["statistic"] == "median of draws")]
    rows = result.trajectories.query(
        "scenario == 'plan' and area == '140500' and indicator == 'urbanisation_rate' and year == 2023"
    )
    assert one[2023].item() == pytest.approx(rows["value"].median())
    assert (one["title"].item(), one["unit"].item()) == ("Urbanisation rate", "percent")


def test_every_sheet_of_the_workbook_can_be_read_and_filtered(book):
    frozen = {sheet.title: sheet.freeze_panes for sheet in book}
    assert frozen == {
        "about": "B2", "scoreboard": "C2", "prefecture and counties": "D2", "other areas": "D2", "indicators": "B2",
    }  # fmt: skip
    for sheet in book:
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all("_" not in str(cell.value) for cell in sheet[1])
        for cells in sheet.iter_cols(min_row=2):
            wide = sheet.column_dimensions[get_column_letter(min_column(sheet, cells[0].column))].width
            assert NARROWEST <= wide <= WIDEST + 1
            for cell in cells:
                long = isinstance(cell.value, str) and len(cell.value) > wide
                assert cell.alignment.wrap_text or not long, (sheet.title, cell.coordinate)


def min_column(sheet, column):
    """First of the neighbours of one width among which a column is: openpyxl keeps the width there."""
    return next(d.min for d in sheet.column_dimensions.values() if d.min <= column <= d.max)


def test_numbers_of_the_workbook_are_numbers_shown_with_the_decimals_of_their_unit(book):
    head, *rows = book["scoreboard"].iter_rows()
    place = {cell.value: number for number, cell in enumerate(head)}
    board = {row[0].value: row for row in rows}
    first = board["T1"]
    target, start = first[place["target"]], first[place["value at the start"]]
    assert (target.value, target.number_format, start.value) == (68, "0.00", 63.55)
    assert (first[place["start year"]].value, first[place["start year"]].number_format) == (2021, "General")
    assert board["T15"][place["target"]].value == "100000-200000"  # a span stays text
    assert first[place["area code"]].value == "140500"  # a code is no number
    head, *rows = book["prefecture and counties"].iter_rows()
    assert head[-1].value == 2025
    assert {(row[3].value, row[-1].number_format) for row in rows} == {("percent", "0.00"), ("persons", "#,##0")}


def test_a_folder_without_a_manifest_is_not_a_result(tmp_path):
    with pytest.raises(jcsim.InputError, match="not a finished results folder"):
        Result.load(tmp_path)


def test_the_readme_and_the_continuous_integration_run_the_same_line():
    lines = re.findall(r"^\s*(python3 -m venv .*)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 2
    assert lines[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_a_script_without_a_main_guard_may_use_workers(tmp_path):
    script = tmp_path / "script.py"
    paths = [str(Path(__file__).parent), *sys.path]
    script.write_text(
        f"import sys; sys.path[:0] = {paths!r}\n"
        "from test_results import STEADY, Means, perform, plan_runs, Setup\n"
        "plan = plan_runs('plan', Setup.load('jincheng', 'prior'), scale=0.01, replicates=2, until=2022)\n"
        "print(len(perform(plan, Means(workers=2, simulator='fake_simulator:steady')).trajectories))\n"
    )
    answer = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert answer.stdout == "36\n"
