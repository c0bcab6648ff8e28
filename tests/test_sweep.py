"""Sweeps: the table follows from the file alone, however often the work was killed on the way."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_simulator as fake
import pandas as pd
import pytest

import jcsim
from jcsim.experiments.batch import Means
from jcsim.experiments.design import load_design
from jcsim.experiments.sweep import perform_sweep
from jcsim.experiments.sweeps import Sweep

BAD = sorted((Path(__file__).parent / "bad_sweeps").glob("*.yaml"))
FILE = """
name: trial
scenarios: [plan, plan_2021]
until: 2022
replicates: 2
settings:
  instruments.housing_subsidy.grant_yuan: [0, 20_000]
  feedback: [true, false]
parameters:
  network_slope: [2.0, 1.0]
outcomes: [urbanisation_rate, house_price]
areas: [140500, "140521"]
"""
STEADY, MOODY = (
    Means(workers=1, simulator="fake_simulator:steady"),
    Means(workers=2, timeout=3.0, simulator="fake_simulator:moody"),
)


@pytest.fixture
def design(tmp_path):
    path = tmp_path / "trial.yaml"
    path.write_text(FILE)
    return load_design(path)


def files(folder):
    """Everything in a folder but the manifest, which says when and where it was made."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", ".lock")
    }


# The design


def test_points_are_every_combination_in_the_order_of_the_file(design):
    grant, feedback = "instruments.housing_subsidy.grant_yuan", "feedback"
    assert [point.number for point in design.points] == list(range(1, 17))
    first = [(p.scenario, *p.values.values()) for p in design.points[:5]]
    assert first == [
        ("plan", 0, True, 2.0),
        ("plan", 0, True, 1.0),
        ("plan", 0, False, 2.0),
        ("plan", 0, False, 1.0),
        ("plan", 20_000, True, 2.0),
    ]
    assert list(design.points[0].values) == [grant, feedback, "network_slope"]
    task = design.points[4].tasks[1]
    assert task.scenario.instruments["housing_subsidy"][0].values["grant_yuan"] == 20_000
    assert (task.parameters["network_slope"], task.replicate) == (2.0, 2)


def test_every_run_of_a_design_has_its_own_key(design):
    keys = {task.key for task in design.tasks}
    assert len(keys) == len(design.tasks) == 32


def test_a_replicate_has_the_same_draw_and_seed_in_every_point(design):
    for replicate in (0, 1):
        tasks = [point.tasks[replicate] for point in design.points]
        assert len({task.seed for task in tasks}) == 1
        assert len({task.parameters["moving_cost"] for task in tasks}) == 1
    one, two = design.points[0].tasks
    assert (one.seed, one.parameters["moving_cost"]) != (two.seed, two.parameters["moving_cost"])


def test_a_file_beside_the_sweep_file_may_be_a_scenario(tmp_path):
    (tmp_path / "mine.yaml").write_text("name: mine\ntitle: {zh: 试, en: trial}\nextends: plan\nuntil: 2025\n")
    (tmp_path / "s.yaml").write_text("name: s\nscenarios: [mine.yaml]\noutcomes: [income_ratio]\n")
    (point,) = load_design(tmp_path / "s.yaml").points
    assert (point.scenario, point.tasks[0].until) == ("mine", 2025)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_sweep_file_is_refused_with_its_line_and_what_is_allowed(path):
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expects: ")
    with pytest.raises(jcsim.InputError) as caught:
        load_design(path)
    assert expected in str(caught.value)
    assert path.name in str(caught.value)


def test_shipped_sweep_files_are_valid_and_found_by_name():
    names = [path.stem for path in (Path(__file__).parents[1] / "scenarios" / "sweeps").glob("*.yaml")]
    assert "subsidy" in names
    for name in names:
        assert load_design(name).points
    with pytest.raises(jcsim.InputError, match="did you mean 'subsidy'"):
        load_design("subsidi")


# What comes out


def test_the_table_has_the_design_and_the_outcomes_and_nothing_else(design, tmp_path):
    sweep = perform_sweep(design, STEADY, tmp_path / "out")
    table = sweep.to_pandas()
    assert list(table.columns) == [
        "point", "scenario", "instruments.housing_subsidy.grant_yuan", "feedback", "network_slope", "replicate",
        "year", "area", "area_name", "urbanisation_rate", "house_price",
    ]  # fmt: skip
    assert len(table) == 16 * 2 * 3 * 2  # points, replicates, years, areas
    assert set(table["feedback"]) == {"true", "false"}
    assert table["house_price"].isna().all()  # the simulator gives none: no number is made up
    task = design.points[3].tasks[0]
    run = fake.steady(task, lambda share: None)["trajectories"]
    for row in table[(table["point"] == 4) & (table["replicate"] == 1)].itertuples():
        one = run[(run["year"] == row.year) & (run["area"] == row.area)]
        assert row.urbanisation_rate == one.set_index("indicator")["value"]["urbanisation_rate"]
    assert table.sort_values(["point", "replicate", "year", "area"]).index.equals(table.index)


def test_a_saved_sweep_reads_back_the_same(design, tmp_path):
    sweep = perform_sweep(design, STEADY, tmp_path / "out")
    again = Sweep.load(tmp_path / "out")
    pd.testing.assert_frame_equal(again.table, sweep.table)
    assert (again.key, again.hash, again.complete) == (sweep.key, sweep.hash, True)
    copy = Sweep.load(again.save(tmp_path / "copy"))
    assert (tmp_path / "copy" / "table.parquet").read_bytes() == (tmp_path / "out" / "table.parquet").read_bytes()
    assert copy.sql("SELECT count(*) AS n FROM sweep")["n"][0] == len(sweep.table)
    values = copy.to_xarray()["urbanisation_rate"]
    row = sweep.table.iloc[-1]
    at = {name: row[name] for name in ("point", "replicate", "year", "area")}
    assert float(values.sel(at)) == row["urbanisation_rate"]
    assert values.sel(point=16).coords["scenario"].item() == "plan_2021"
    assert copy._repr_html_().startswith("<p>Sweep(trial; 16 points, 0 failed runs, ")


def test_queries_cannot_touch_files(design, tmp_path):
    sweep = perform_sweep(design, STEADY, None)
    with pytest.raises(jcsim.InputError, match="disabled"):
        sweep.sql(f"COPY sweep TO '{tmp_path / 'x.csv'}'")
    assert not (tmp_path / "x.csv").exists()


def test_a_finished_sweep_is_left_alone_and_a_changed_one_is_another(design, tmp_path):
    perform_sweep(design, STEADY, tmp_path / "out")
    before = files(tmp_path / "out")
    again = perform_sweep(design, Means(workers=1, simulator="fake_simulator:endless", timeout=60), tmp_path / "out")
    assert "already finished" in again.notes[0]
    assert files(tmp_path / "out") == before
    path = tmp_path / "other.yaml"
    path.write_text(FILE.replace("outcomes: [urbanisation_rate, house_price]", "outcomes: [urbanisation_rate]"))
    with pytest.raises(jcsim.InputError, match="other results"):
        perform_sweep(load_design(path), STEADY, tmp_path / "out")


# Failure and resumption


@pytest.fixture
def mixed(tmp_path):
    path = tmp_path / "mixed.yaml"
    path.write_text("name: mixed\nscenarios: [plan]\nuntil: 2022\nreplicates: 5\noutcomes: [urbanisation_rate]\n")
    return load_design(path)


def test_failed_runs_are_listed_have_no_rows_and_leave_the_folder_unfinished(mixed, tmp_path):
    sweep = perform_sweep(mixed, MOODY, tmp_path / "out")
    assert dict(zip(sweep.failures["replicate"], sweep.failures["kind"], strict=True)) == {
        fake.RAISES: "exception",
        fake.HANGS: "timeout",
        fake.DIES: "killed",
        fake.GIVES_NAN: "nan",
    }
    assert set(sweep.table["replicate"]) == {1}
    assert not sweep.complete
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.rglob("manifest.json"))
    loaded = Sweep.load(tmp_path / "out.unfinished")
    pd.testing.assert_frame_equal(loaded.failures, sweep.failures)
    with pytest.raises(jcsim.InputError, match="failed runs"):
        sweep.save(tmp_path / "copy")


def test_the_next_call_repeats_only_what_failed(mixed, tmp_path):
    perform_sweep(mixed, MOODY, tmp_path / "out")
    first = mixed.points[0].tasks[0].key
    before = (tmp_path / "out.unfinished" / "runs" / f"{first}.parquet").stat().st_mtime_ns
    sweep = perform_sweep(mixed, STEADY, tmp_path / "out")
    assert sweep.complete
    assert (tmp_path / "out" / "runs" / f"{first}.parquet").stat().st_mtime_ns == before
    whole = perform_sweep(mixed, STEADY, tmp_path / "whole")
    assert whole.hash == sweep.hash
    assert files(tmp_path / "out") == files(tmp_path / "whole")


DRIVER = """
import sys; sys.path[:0] = {path!r}
from pathlib import Path
from jcsim.experiments.batch import Means
from jcsim.experiments.design import load_design
from jcsim.experiments.sweep import perform_sweep
perform_sweep(load_design({file!r}), Means(workers={workers}, simulator="fake_simulator:slow"), Path({out!r}))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sweep_killed_twice_gives_the_same_bytes_as_one_left_in_peace(tmp_path, workers):
    path = tmp_path / "killed.yaml"
    path.write_text(
        "name: killed\nscenarios: [plan]\nuntil: 2022\nreplicates: 4\nparameters: {network_slope: [1, 2]}\n"
        "outcomes: [urbanisation_rate]\n"
    )
    out, runs = tmp_path / "out", tmp_path / "out.unfinished" / "runs"
    paths = [str(Path(__file__).parent), *sys.path]
    call = [sys.executable, "-c", DRIVER.format(path=paths, file=str(path), workers=workers, out=str(out))]
    done = 0
    for _ in range(2):
        parent = subprocess.Popen(call)
        while len(list(runs.glob("*.parquet"))) <= done and parent.poll() is None:
            time.sleep(0.02)
        parent.send_signal(signal.SIGKILL)
        assert parent.wait() == -signal.SIGKILL, "the sweep was over before it could be killed"
        assert not out.exists()
        done = len(list(runs.glob("*.parquet")))
        assert 0 < done < 8
    (runs / "half.parquet.0123abcd.part").write_text("half a file")
    subprocess.run(call, check=True)
    peace = perform_sweep(load_design(path), STEADY, tmp_path / "peace")
    assert files(out) == files(tmp_path / "peace")
    pd.testing.assert_frame_equal(Sweep.load(out).table, peace.table)
