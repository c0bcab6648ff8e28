"""Batches of runs: each apart from the others, stored whole or not at all, the same bytes every time."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import fake_simulator as fake
import pandas as pd
import pytest

import jcsim
from jcsim.experiments import failure as kinds
from jcsim.experiments import tables
from jcsim.experiments.atomic import atomic
from jcsim.experiments.batch import Means, carry_out
from jcsim.experiments.executor import Executor
from jcsim.experiments.runfile import RunStore
from jcsim.experiments.task import FULL, Task, replicate_seed
from jcsim.experiments.workspace import Workspace, read_manifest
from jcsim.parameters import load_parameters
from jcsim.scenario import load_scenario

STEADY, MOODY = "fake_simulator:steady", "fake_simulator:moody"


def tasks(replicates, detail=FULL, name="custom"):
    scenario = load_scenario({"name": name, "start": 2020, "until": 2023})
    drawn = load_parameters("prior")
    return [
        Task(
            scenario,
            drawn.draw(k),
            replicate=k,
            seed=replicate_seed(1, k),
            scale=0.01,
            until=2023,
            detail=detail,
            code="c",
        )
        for k in replicates
    ]


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


@pytest.fixture
def store(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    return RunStore(folder)


def alive(pid):
    """Whether a process still runs (one that ended but was not waited for does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def within(seconds, condition):
    """Wait until ``condition()`` is true; whether it became so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


# Isolation


def test_each_way_to_go_wrong_costs_that_run_only_and_has_its_kind(store):
    batch = tasks(range(1, 9))
    failures = carry_out(batch, store, Means(workers=2, timeout=3.0, simulator=MOODY))
    found = {task.replicate: failures[task.key].kind for task in batch if task.key in failures}
    assert found == {
        fake.RAISES: kinds.EXCEPTION,
        fake.HANGS: kinds.TIMEOUT,
        fake.DIES: kinds.KILLED,
        fake.GIVES_NAN: kinds.NAN,
        fake.LEAVES: kinds.EXCEPTION,
        fake.RETURNS_NONSENSE: kinds.EXCEPTION,
    }
    assert [task.replicate for task in batch if store.sound(task.key)] == [1, 8]


def test_a_failure_is_recorded_with_its_words_and_no_value(store):
    batch = tasks([fake.RAISES, fake.GIVES_NAN])
    carry_out(batch, store, Means(workers=1, simulator=MOODY))
    raised, nan = (store.failure(task.key) for task in batch)
    assert raised.message == "ZeroDivisionError: the market is empty"
    assert "fake_simulator" in raised.detail
    assert nan.message.endswith("of 140500 in 2023 is nan; values not finite: 1")
    for task in batch:
        with pytest.raises(FileNotFoundError):
            store.read(task.key)
    kept = json.loads((store.folder / f"{batch[0].key}.failure.json").read_text())
    assert set(kept) == {"schema", "key", "run", "kind", "message", "detail"}


def crew(store, simulator, progress):
    """An executor of two workers; ``progress`` is told task and share, as by ``carry_out``."""
    return Executor(store.folder, 2, None, 1, f"fake_simulator:{simulator}", progress)


def test_a_worker_killed_from_outside_costs_its_run_only(store):
    batch = tasks([1, fake.HANGS, 8, 9, 10, 11])

    def kill(task, share):
        if task.replicate == fake.HANGS:
            (worker,) = (worker for worker in workers.workers if worker.task is task)
            os.kill(worker.process.pid, signal.SIGKILL)

    workers = crew(store, "moody", kill)
    failed = [outcome for outcome in workers.outcomes(batch) if outcome.failure]
    assert [(outcome.task, outcome.failure.kind) for outcome in failed] == [(batch[1], kinds.KILLED)]
    assert "SIGKILL" in failed[0].failure.message
    assert sum(store.sound(task.key) for task in batch) == 5


def test_failed_runs_are_tried_again_and_finished_ones_are_not(store):
    batch = tasks([1, fake.RAISES])
    carry_out(batch, store, Means(workers=1, simulator=MOODY))
    before = (store.folder / f"{batch[0].key}.parquet").stat().st_mtime_ns
    assert carry_out(batch, store, Means(workers=1, simulator=STEADY)) == {}
    assert (store.folder / f"{batch[0].key}.parquet").stat().st_mtime_ns == before
    assert store.sound(batch[1].key)
    assert store.failure(batch[1].key) is None


@pytest.mark.parametrize("simulator", ["endless", "deaf"])
def test_workers_end_when_their_parent_is_killed(tmp_path, simulator):
    script = (
        f"import sys; sys.path[:0] = {[str(Path(__file__).parent), *sys.path]!r}\n"
        "from pathlib import Path\n"
        "from test_store import RunStore, Means, carry_out, tasks\n"
        f"store = RunStore(Path({str(tmp_path)!r}))\n"
        f"carry_out(tasks([1, 2]), store, Means(workers=2, simulator='fake_simulator:{simulator}'))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path)
    assert within(60, lambda: len(list(tmp_path.glob("*.pid"))) == 2)
    workers = [int(path.stem) for path in tmp_path.glob("*.pid")]
    assert all(alive(pid) for pid in workers)
    parent.kill()
    parent.wait()
    assert within(20, lambda: not any(alive(pid) for pid in workers))


def test_the_first_run_goes_ahead_alone_until_it_is_on_its_way(store):
    seen = []
    workers = crew(store, "slow", lambda task, share: seen.append(len(workers.pids)))
    outcomes = list(workers.outcomes(tasks(range(1, 5))))
    assert [outcome.failure for outcome in outcomes] == [None] * 4
    assert (seen[0], max(seen)) == (1, 2)


def test_worker_processes_that_cannot_start_are_an_error_not_a_loop(store):
    with pytest.raises(jcsim.RunFailed, match="no_such_module"):
        carry_out(tasks([1, 2]), store, Means(workers=1, simulator="no_such_module:run"))


# Equal work, equal bytes


def test_the_number_of_workers_changes_no_byte(tmp_path):
    found = []
    for workers in (None, 1, 2):
        store = RunStore(tmp_path / str(workers))
        store.folder.mkdir()
        batch = tasks([1]) if workers is None else tasks([1, 2, 3])
        assert carry_out(batch, store, Means(workers=workers, simulator=STEADY)) == {}
        found.append(contents(store.folder))
    here, one, two = found
    assert one == two
    assert here.items() <= one.items()


def test_rows_are_sorted_and_their_hash_does_not_know_the_order_they_came_in(tmp_path):
    frame = fake.steady(tasks([1])[0], lambda share: None)["trajectories"]
    first = tables.arrow(frame, tables.TRAJECTORIES)
    second = tables.arrow(frame.sample(frac=1.0, random_state=1), tables.TRAJECTORIES)
    assert tables.row_hash(first) == tables.row_hash(second)
    tables.write(first, tmp_path / "a.parquet")
    tables.write(second, tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    frame.loc[0, "value"] += 1e-12
    assert tables.row_hash(tables.arrow(frame, tables.TRAJECTORIES)) != tables.row_hash(first)


def test_a_table_with_two_rows_of_one_key_is_refused():
    frame = fake.steady(tasks([1])[0], lambda share: None)["trajectories"]
    twice = pd.concat([frame, frame.head(1)], ignore_index=True)
    with pytest.raises(ValueError, match="two rows for"):
        tables.arrow(twice, tables.TRAJECTORIES)


def test_what_decides_a_result_is_in_its_key_and_what_does_not_is_not():
    from dataclasses import replace

    task = tasks([1])[0]
    for change in (
        {"seed": 2}, {"scale": 0.02}, {"until": 2022}, {"region_hash": "other"}, {"engine": "agents"},
        {"parameters": load_parameters("prior").draw(2)}, {"detail": "counties"}, {"code": "d"},
        {"scenario": load_scenario({"start": 2020, "until": 2024})},
    ):  # fmt: skip
        assert replace(task, **change).key != task.key, change
    for same in ({"threads": 2}, {"replicate": 9}, {"region": "another/path"}):
        assert replace(task, **same).key == task.key, same
    assert tasks([1], name="another_name")[0].key == task.key


def test_replicates_have_different_seeds_that_do_not_depend_on_the_scenario():
    seeds = [replicate_seed(1, k) for k in range(100)]
    assert len(set(seeds)) == 100
    assert seeds[0] == 1
    assert replicate_seed(2, 1) != replicate_seed(1, 1)
    assert all(0 <= seed < 2**53 for seed in seeds)


# Damage


@pytest.mark.parametrize("table", ["", ".population", ".flows"])
@pytest.mark.parametrize("harm", ["cut", "flipped", "gone", "another's"])
def test_a_damaged_run_is_noticed_and_run_again(store, table, harm):
    one, other = tasks([1, 2])
    assert carry_out([one, other], store, Means(workers=1, simulator=STEADY)) == {}
    whole = store.read(one.key)
    path = store.folder / f"{one.key}{table}.parquet"
    content = path.read_bytes()
    if harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        middle = len(content) // 3
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :])
    elif harm == "gone":
        path.unlink()
    else:
        path.write_bytes((store.folder / f"{other.key}{table}.parquet").read_bytes())
    assert carry_out([one, other], store, Means(workers=1, simulator=STEADY)) == {}
    again = store.read(one.key)
    assert whole.keys() == again.keys()
    for name, frame in whole.items():
        pd.testing.assert_frame_equal(frame, again[name])


# The folder


def fill(space):
    (space.folder / "something.csv").write_text("a\n1\n")


MANIFEST = {"made_by": "jcsim", "kind": "run", "key": "k"}


def test_a_folder_with_a_manifest_is_complete_and_none_is_left_by_an_error(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(ZeroDivisionError), Workspace(out, "k") as space:
        fill(space)
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with Workspace(out, "k") as space:
        fill(space)
        assert space.finish(MANIFEST, keep_runs=False) == []
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "something.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_finished_folder_of_the_key_is_left_alone_and_another_needs_overwrite(tmp_path):
    out = tmp_path / "out"
    with Workspace(out, "k") as space:
        space.finish(MANIFEST, keep_runs=False)
    with Workspace(out, "k") as again:
        assert again.done
    with pytest.raises(jcsim.InputError, match="other results.*--overwrite"), Workspace(out, "other"):
        pass
    with Workspace(out, "other", overwrite=True) as space:
        space.finish(MANIFEST | {"key": "other"}, keep_runs=False)
    assert read_manifest(out)["key"] == "other"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_files_that_are_not_ours_are_set_aside_never_deleted(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(jcsim.InputError, match="not empty"), Workspace(out, "k"):
        pass
    with Workspace(out, "k", overwrite=True) as space:
        notes = space.finish(MANIFEST, keep_runs=False)
    assert "replaced-1" in notes[0]
    assert (tmp_path / "out.replaced-1" / "thesis.txt").read_text() == "years of work"


def test_folders_made_for_work_that_came_to_nothing_go_again(tmp_path):
    with pytest.raises(ZeroDivisionError), Workspace(tmp_path / "a" / "b" / "out", "k"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").mkdir()
    with pytest.raises(ZeroDivisionError), Workspace(tmp_path / "a" / "b" / "out", "k"):
        raise ZeroDivisionError
    assert list(tmp_path.rglob("*")) == [tmp_path / "a"]


def test_what_a_failed_attempt_wrote_beside_its_runs_does_not_reach_the_result_of_the_next(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(ZeroDivisionError), Workspace(out, "k") as space:
        carry_out(tasks([1]), space.runs, Means(simulator=STEADY))
        fill(space)
        raise ZeroDivisionError
    assert [path.name for path in (tmp_path / "out.unfinished").iterdir() if path.name != ".lock"] == ["runs"]
    fill(space)  # as after a kill, which clears nothing up
    (space.folder / "figures").mkdir()
    with Workspace(out, "k") as space:
        assert space.runs.sound(tasks([1])[0].key)
        space.finish(MANIFEST, keep_runs=False)
    assert [path.name for path in out.iterdir()] == ["manifest.json"]


def test_a_folder_of_someone_elses_in_the_place_for_unfinished_work_is_left(tmp_path):
    (tmp_path / "out.unfinished").mkdir()
    (tmp_path / "out.unfinished" / "novel.txt").write_text("once")
    with pytest.raises(jcsim.InputError, match="taken by a folder"), Workspace(tmp_path / "out", "k"):
        pass
    assert [path.name for path in tmp_path.rglob("*")] == ["out.unfinished", "novel.txt"]


def test_the_current_folder_and_those_above_it_are_never_replaced(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for place in (".", "..", "/", "../here", Path.home()):
        with pytest.raises(jcsim.InputError, match="cannot be replaced"):
            Workspace(Path(place), "k", overwrite=True)


def test_an_empty_folder_may_be_used_and_a_file_may_not(tmp_path):
    (tmp_path / "empty").mkdir()
    with Workspace(tmp_path / "empty", "k") as space:
        space.finish(MANIFEST, keep_runs=False)
    assert read_manifest(tmp_path / "empty")
    (tmp_path / "file").write_text("")
    for overwrite in (False, True):
        space = Workspace(tmp_path / "file", "k", overwrite=overwrite)
        with pytest.raises(jcsim.InputError, match="file of this name"), space:
            pass


def test_two_writers_of_one_folder_do_not_meet(tmp_path):
    with Workspace(tmp_path / "out", "k") as space:
        with pytest.raises(jcsim.InputError, match="another jcsim process"), Workspace(tmp_path / "out", "k"):
            pass
        fill(space)
        space.finish(MANIFEST, keep_runs=False)
    assert (tmp_path / "out" / "something.csv").exists()


def test_a_manifest_left_by_a_kill_just_before_the_end_does_not_stay(tmp_path):
    unfinished = tmp_path / "out.unfinished"
    (unfinished / "runs").mkdir(parents=True)
    (unfinished / "manifest.json").write_text(json.dumps(MANIFEST))
    with pytest.raises(ZeroDivisionError), Workspace(tmp_path / "out", "k"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_an_unwritable_place_is_an_os_error_before_anything_is_run(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError), Workspace(tmp_path / "out", "k"):
        pass


def test_a_full_disk_ends_the_batch_and_leaves_no_manifest(tmp_path, monkeypatch):
    def full(*arguments, **keywords):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jcsim.experiments.workspace.write_json", full)
    with pytest.raises(OSError, match="No space left"), Workspace(tmp_path / "out", "k") as space:
        carry_out(tasks([1]), space.runs, Means(simulator=STEADY))
        space.finish(MANIFEST, keep_runs=False)
    assert [path.name for path in tmp_path.iterdir()] == ["out.unfinished"]
    assert not (tmp_path / "out.unfinished" / "manifest.json").exists()
    assert RunStore(tmp_path / "out.unfinished" / "runs").sound(tasks([1])[0].key)


def test_an_error_of_the_disk_names_the_file_it_met(tmp_path):
    with pytest.raises(OSError, match="No space left") as caught, atomic(tmp_path / "table.parquet"):
        raise OSError(28, "No space left on device")
    assert caught.value.filename == str(tmp_path / "table.parquet")
    assert list(tmp_path.iterdir()) == []


def test_wrong_input_met_in_a_run_is_not_kept_as_its_failure(store, monkeypatch):
    def refuse(task, report):
        raise jcsim.InputError("no such census")

    monkeypatch.setattr("jcsim.experiments.batch.resolve", lambda name: refuse)
    ((_, failure),) = carry_out(tasks([1]), store, Means()).items()
    with pytest.raises(jcsim.InputError, match="no such census"):
        failure.throw("a run")
    assert list(store.folder.iterdir()) == []


def test_a_store_that_cannot_be_written_ends_the_batch_with_its_own_error(tmp_path):
    store = RunStore(tmp_path / "nowhere")
    with pytest.raises(OSError, match="nowhere"):
        carry_out(tasks([1, 2]), store, Means(workers=1, simulator=STEADY))
