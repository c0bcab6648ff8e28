"""The command line as a user types it: what stands on which stream, exit codes, words of errors."""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

import jcsim
from jcsim.cli.main import main
from jcsim.scenario import scenario_schema

ROOT = Path(__file__).parents[1]
PATHS = [str(Path(__file__).parent), *sys.path]
WITH_FAKE = """
import sys; sys.path[:0] = {paths!r}
import jcsim.experiments.batch as batch
real = batch.Means
batch.Means = lambda *given: real(*given, simulator={simulator!r})
from jcsim.cli.main import main
main()
"""


def line(*words, simulator=None):
    """Words that start the program; ``simulator`` takes the place of the model."""
    if simulator is None:
        return [sys.executable, str(ROOT / "run.py"), *words]
    code = WITH_FAKE.format(paths=PATHS, simulator=f"fake_simulator:{simulator}")
    return [sys.executable, "-c", code, *words]


def call(*words, cwd, simulator=None, **options):
    """Run the program to its end."""
    options = {"capture_output": True, "env": os.environ | {"PYTHONPATH": str(ROOT)}} | options
    return subprocess.run(line(*words, simulator=simulator), cwd=cwd, text=True, timeout=300, check=False, **options)


def nothing_in(folder):
    return not list(folder.iterdir())


# Start


def test_help_is_quick_and_does_not_load_the_model(tmp_path):
    code = "import sys; sys.argv = ['jcsim', '--help']\nfrom jcsim.cli.main import main\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "print(sorted({'mesa', 'numba', 'pandas', 'numpy', 'solara', 'matplotlib'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"
    assert "sweep" in answer.stdout


def test_the_three_ways_to_start_are_the_same_program(tmp_path):
    texts = {call("--version", cwd=tmp_path).stdout}
    for start in (["-m", "jcsim"], ["-c", "from jcsim.cli.main import main; main()"]):
        answer = subprocess.run(
            [sys.executable, *start, "--version"], capture_output=True, text=True, cwd=ROOT, check=True
        )
        texts.add(answer.stdout)
    assert len(texts) == 1


def test_the_commands_of_the_readme_are_those_that_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.search(r"^\| command \| does \|\n\| --- \| --- \|\n((?:\|.*\n)+)", text, re.MULTILINE).group(1)
    listed = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))
    from jcsim.cli.main import COMMANDS

    assert listed == {command.__name__ for command in COMMANDS}


# Wrong input: one message, exit 2, nothing written


@pytest.fixture
def inside(tmp_path, monkeypatch, capsys):
    """Call the program in this process, in an empty folder; gives code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def called(*words):
        monkeypatch.setattr(sys, "argv", ["jcsim", *words])
        with pytest.raises(SystemExit) as left:
            main()
        return (left.value.code, *capsys.readouterr())

    return called


def strict(text):
    """One JSON object as a reader takes it who knows no NaN."""

    def refuse(word):
        raise ValueError(word)

    return json.loads(text, parse_constant=refuse)


GRANT = "instruments.housing_subsidy.grant_"
WRONG = {
    "swep subsidy": "unknown command; given 'swep'; allowed: run, sweep, report, app, check, info, doctor; did you mean 'sweep'?",
    "run --scal 1": "No such option: --scal (Possible options: --scale); did you mean '--scale'?",
    "sweep": "Missing argument 'file'",
    "run plan --replicates 1.5": "--replicates: ",
    "run plan --scale=much": "given 'much'",
    "run plann": "unknown scenario; given 'plann'; allowed: baseline",
    "run plan --scale 50": "scale: wrong value; given 50.0; allowed: a number from 0.0001 to 1 (1:1)",
    "run plan --scale 0": "scale: wrong value; given 0.0",
    "run plan --scale 0.00001": "scale: wrong value; given 1e-05",
    "run plan --scale nan": "scale: wrong value; given nan",
    "run plan --replicates 0": "replicates: wrong value; given 0",
    "run plan --seed -1": "seed: wrong value; given -1; allowed: a whole number from 0",
    "run plan --until 2020": "until: wrong value; given 2020; allowed: a whole number from 2021 to 2035",
    "run history --until 2036": "until: wrong value; given 2036; allowed: a whole number from 2011 to 2035",
    "run plan --workers 0": "workers: wrong value; given 0",
    "run plan --threads 0": "threads: wrong value; given 0",
    "run plan --engine compile": "unknown engine; given 'compile'",
    "run plan --region jinchang": "did you mean 'jincheng'?",
    "run plan --parameters posteriori": "did you mean 'posterior'?",
    "run plan --parameters none.csv": "none.csv: there is no such file",
    f"run plan --set {GRANT}yuan": "not a setting",
    f"run plan --set {GRANT}wan=2": f"{GRANT[:-6]}0.grant_wan: wrong unit; given 'grant_wan'; allowed: grant_yuan, in yuan",
    f"run plan --set {GRANT}yuan=-1": "out of range; given -1; allowed: 0 to 300000 (yuan per dwelling)",
    f"run plan --set {GRANT}yuan=.nan": "not a finite number; given nan",
    "run plan --set instruments.housing_subsidy.guarantee_share=1.2": "out of range; given 1.2; allowed: 0 to 1",
    "run plan --set instruments.county_seat_jobs.where=140599": "unknown place; given '140599'",
    "run plan --set parameters.network_slop=1": "did you mean 'network_slope'?",
    "run plan --set until=2040": "jcsim: until: ends too late; given 2040; allowed: 2035 or earlier",
    "run plan plan": "two scenarios of one name",
    "run no/such/file.yaml": "no/such/file.yaml: there is no such file",
    "run plan --out .": "this folder cannot be replaced",
    "run plan --out .. --overwrite": "this folder cannot be replaced",
    "sweep nothing.yaml": "nothing.yaml: there is no such file",
    "sweep subsidy --timeout -3": "timeout: wrong value; given -3.0",
    "sweep subsidy --workers 0": "workers: wrong value; given 0",
    "report nowhere": "nowhere: not a finished results folder",
    "check nothing.yaml": "nothing.yaml: there is no such file",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_input_is_one_message_with_exit_code_2_and_nothing_written(words, inside, tmp_path):
    code, out, errors = inside(*words.split())
    assert (code, out) == (2, "")
    assert WRONG[words] in errors
    assert len(errors.splitlines()) == 1
    assert nothing_in(tmp_path)


@pytest.mark.parametrize("words", ["run plan --scale nan", "run plan --scale much", "sweep", "swep", "run plann"])
def test_wrong_input_in_json_is_one_object_with_a_schema_number(words, inside, tmp_path):
    code, out, errors = inside(*words.split(), "--json")
    content = strict(out)
    assert (code, content["schema"], content["error"]["kind"]) == (2, 1, "input")
    assert content["error"]["problem"] in errors
    assert nothing_in(tmp_path)


def test_a_broken_row_of_a_region_is_named_with_its_file_and_line(inside, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(ROOT / "jcsim" / "data" / "regions" / "jincheng", folder)
    lines = (folder / "series.csv").read_text(encoding="utf-8").splitlines()
    (folder / "series.csv").write_text("\n".join([*lines[:6], lines[6] + ",more", *lines[7:]]), encoding="utf-8")
    for words in (("run", "plan", "--region", str(folder)), ("check", str(folder))):
        code, out, errors = inside(*words)
        assert (code, out, len(errors.splitlines())) == (2, "", 1)
        assert "series.csv:7: wrong number of fields in the row" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_input_the_model_itself_finds_wrong_leaves_nothing_behind(inside, tmp_path, monkeypatch):
    def refuse(task, report):
        raise jcsim.InputError("the region has no such census", field="census", given=2020)

    monkeypatch.setattr("jcsim.experiments.batch.resolve", lambda name: refuse)
    code, out, errors = inside("run", "plan", "--scale", "0.01")
    assert (code, out) == (2, "")
    assert errors == "jcsim: census: the region has no such census; given 2020\n"
    assert nothing_in(tmp_path)


def test_wrong_input_in_json_names_file_line_and_field(inside, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\ntitle: {zh: 坏, en: bad}\nextends: plan\nuntill: 2030\n")
    code, out, _ = inside("run", str(bad), "--json")
    error = strict(out)["error"]
    assert (code, error["file"], error["line"], error["field"]) == (2, str(bad), 4, "untill")
    assert error["suggestion"] == "until"


def test_a_folder_or_file_with_something_else_is_refused_and_left(inside, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    code, out, errors = inside("run", "plan", "--out", "mine")
    assert (code, out) == (2, "")
    assert "the folder is not empty; allowed: a new or empty folder, or --overwrite" in errors
    code, out, errors = inside("run", "plan", "--out", "mine/thesis.txt", "--overwrite")
    assert (code, out) == (2, "")
    assert "there is a file of this name" in errors
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "thesis.txt"]


# Runs


def test_a_run_prints_the_scoreboard_writes_its_folder_and_says_where(tmp_path):
    words = ("run", "baseline", "plan", "--scale", "0.01", "--until", "2025", "--no-figures")
    answer = call(*words, cwd=tmp_path, simulator="steady")
    assert answer.returncode == 0, answer.stderr
    *board, where = answer.stdout.splitlines()
    assert "T1" in "\n".join(board)
    folder = tmp_path / where.removeprefix("results: ")
    assert re.fullmatch(r"baseline-plan-[0-9a-f]{10}", folder.name)
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "trajectories.parquet", "population.parquet", "flows.parquet", "scoreboard.csv",
        "datapackage.json", "results.xlsx",
    }  # fmt: skip
    assert "2 runs in" in answer.stderr
    again = call(*words, cwd=tmp_path, simulator="endless")
    assert (again.returncode, again.stdout) == (0, answer.stdout)
    assert "already finished" in again.stderr


def test_json_is_one_object_and_quiet_says_nothing_else(tmp_path):
    words = ("run", "plan", "--scale", "0.01", "--until", "2025", "--no-figures", "--json", "--quiet")
    answer = call(*words, cwd=tmp_path, simulator="steady")
    assert (answer.returncode, answer.stderr) == (0, "a run may print\n")
    content = strict(answer.stdout)
    assert content["schema"] == 1
    assert (content["runs"], content["hindcast"]) == (1, None)
    assert {row["id"] for row in content["scoreboard"]} >= {"T1", "T29"}
    manifest = json.loads((Path(tmp_path / content["folder"]) / "manifest.json").read_text())
    assert manifest["result_hash"] == content["result_hash"]
    assert manifest["key"] == content["key"]


def test_the_main_job_has_three_parts_and_no_part_larger_than_the_scale(tmp_path):
    words = (
        "run",
        "--scale",
        "0.05",
        "--replicates",
        "2",
        "--until",
        "2022",
        "--no-figures",
        "--quiet",
        "--json",
    )
    answer = call(*words, "--workers", "2", cwd=tmp_path, simulator="steady")
    assert answer.returncode == 0, answer.stderr
    folder = tmp_path / json.loads(answer.stdout)["folder"]
    runs = json.loads((folder / "manifest.json").read_text())["runs"]
    assert [(run["scenario"], run["replicate"], run["scale"], run["part"]) for run in runs] == [
        ("baseline", 0, 0.05, "full"),
        ("plan", 0, 0.05, "full"),
        ("baseline", 1, 0.02, "ensemble"),
        ("baseline", 2, 0.02, "ensemble"),
        ("plan", 1, 0.02, "ensemble"),
        ("plan", 2, 0.02, "ensemble"),
        ("history", 0, 0.05, "history"),
    ]
    content = strict(answer.stdout)
    assert {row["scenario"] for row in content["hindcast"]} == {"history", "baseline"}
    seeds = {(run["scenario"], run["replicate"]): run["seed"] for run in runs}
    assert seeds["baseline", 1] == seeds["plan", 1] != seeds["plan", 2]


def test_history_is_printed_beside_what_was_counted(tmp_path):
    answer = call("run", "history", "--no-figures", cwd=tmp_path, simulator="steady")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("HINDCAST: model beside what was counted\nAn untuned run (prior parameters)")
    assert "jcsim: 1 run in " in answer.stderr
    assert "Resident population" in answer.stdout
    assert answer.stdout.splitlines()[-1].startswith("results: ")


@pytest.mark.parametrize("columns", [40, 64, 90, 130])
def test_hindcast_and_scoreboard_have_a_heading_each_and_keep_to_the_columns_asked_for(tmp_path, columns):
    words = ("run", "history", "baseline", "plan", "--scale", "0.01", "--no-figures")
    env = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": str(columns)}
    answer = call(*words, cwd=tmp_path, simulator="steady", env=env)
    assert answer.returncode == 0, answer.stderr
    *lines, _ = answer.stdout.splitlines()  # the last names the folder
    heads = [line.partition(":")[0] for line in lines if line.partition(":")[0].isupper()]
    assert heads == ["HINDCAST", "SCOREBOARD"]
    assert max(map(cell_len, lines)) <= columns
    longest = max(map(cell_len, lines[[line[:10] for line in lines].index("SCOREBOARD") :]))
    assert longest > columns - 8  # the room is used


def test_a_failed_run_is_exit_code_3_and_keeps_the_others_without_a_manifest(tmp_path):
    words = ("run", "plan", "--scale", "0.01", "--replicates", "2", "--workers", "1")
    answer = call(*words, cwd=tmp_path, simulator="moody")
    assert answer.returncode == 3
    assert "1 of 2 runs failed; plan replicate 2 at 1:100: ZeroDivisionError: the market is empty" in answer.stderr
    assert "Traceback" not in answer.stderr
    (unfinished,) = (tmp_path / "results").iterdir()
    assert unfinished.name.endswith(".unfinished")
    assert not list(tmp_path.rglob("manifest.json"))
    assert len(list((unfinished / "runs").glob("*.failure.json"))) == 1


def test_a_place_that_cannot_be_written_is_exit_code_3(tmp_path):
    (tmp_path / "file").write_text("")
    answer = call("run", "plan", "--out", "file/below", cwd=tmp_path, simulator="steady")
    assert answer.returncode == 3
    assert "cannot read or write" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def interrupted(*words, cwd, simulator, when):
    """Start the program, press Ctrl-C once ``when()`` is true; gives code, stdout and stderr."""
    child = subprocess.Popen(
        line(*words, simulator=simulator),
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while child.poll() is None and not when():
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGINT)
    out, errors = child.communicate(timeout=60)
    return child.returncode, out, errors


def test_ctrl_c_is_exit_code_130_and_leaves_nothing(tmp_path):
    words = ("run", "plan", "--workers", "2", "--replicates", "2", "--json")
    code, out, errors = interrupted(
        *words, cwd=tmp_path, simulator="endless", when=lambda: len(list(tmp_path.glob("*.pid"))) == 2
    )
    assert (code, errors) == (130, "jcsim: interrupted: what was finished is kept\n")
    assert strict(out)["error"]["kind"] == "interrupted"
    workers = list(tmp_path.iterdir())
    assert [path.suffix for path in workers] == [".pid", ".pid"]
    assert not any(Path(f"/proc/{path.stem}").exists() for path in workers)


@pytest.mark.parametrize("command", ["run", "sweep"])
def test_what_was_finished_before_ctrl_c_is_kept_and_the_same_call_goes_on(tmp_path, command):
    (tmp_path / "s.yaml").write_text(SWEEP.replace("replicates: 2", "replicates: 5"))
    words = {
        "run": ("run", "plan", "--replicates", "5", "--until", "2022", "--no-figures"),
        "sweep": ("sweep", "s.yaml"),
    }[command]
    words = (*words, "--workers", "1", "--out", "out")
    runs = tmp_path / "out.unfinished" / "runs"

    def finished():
        return {path.name: path.stat().st_mtime_ns for path in runs.glob("?" * 32 + ".parquet")}

    code, _, _ = interrupted(*words, cwd=tmp_path, simulator="slow", when=lambda: len(finished()) >= 2)
    kept = finished()
    assert code == 130
    assert 2 <= len(kept) < 5
    assert not (tmp_path / "out").exists()
    answer = call(*words, cwd=tmp_path, simulator="steady")
    assert answer.returncode == 0
    assert len(json.loads((tmp_path / "out" / "manifest.json").read_text())["runs"]) == 5
    if command == "sweep":  # which keeps its single runs
        again = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out" / "runs").iterdir()}
        assert kept.items() < again.items()


def test_a_disk_that_fills_up_is_exit_code_3_names_the_file_and_keeps_the_run(tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))

    words = ("run", "plan", "--until", "2022", "--no-figures", "--json", "--out", "out")
    answer = call(*words, cwd=tmp_path, simulator="steady", preexec_fn=limit)
    assert answer.returncode == 3
    assert "Traceback" not in answer.stderr
    error = strict(answer.stdout)["error"]
    assert error["kind"] == "storage"
    assert error["file"].startswith(str(tmp_path / "out.unfinished"))
    assert error["file"] in answer.stderr
    assert {path.name for path in (tmp_path / "out.unfinished").iterdir()} == {"runs", ".lock"}
    assert call(*words, cwd=tmp_path, simulator="endless").returncode == 0


# Streams


@pytest.mark.parametrize("words", ["info --parameters", "info --schema", "run --help"])
def test_a_reader_that_leaves_ends_the_program_quietly(words, tmp_path):
    child = subprocess.Popen(
        line(*words.split()), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    child.stdout.close()
    assert (child.wait(timeout=60), child.stderr.read()) == (0, "")
    child.stderr.close()


@pytest.mark.parametrize("closed", [1, 2])
def test_a_closed_stream_neither_stops_a_run_nor_lends_its_words_to_the_other(closed, tmp_path):
    words = ("run", "plan", "--until", "2022", "--no-figures", "--json", "--out", "out")
    answer = call(*words, cwd=tmp_path, simulator="steady", preexec_fn=lambda: os.close(closed))
    assert answer.returncode == 0
    assert (tmp_path / "out" / "manifest.json").exists()
    if closed == 1:
        assert answer.stdout == ""
    else:
        assert strict(answer.stdout)["runs"] == 1


# The model itself


def test_the_model_gives_the_same_from_the_command_line_and_from_python(tmp_path):
    words = ("run", "plan", "--scale", "0.001", "--until", "2022", "--seed", "5", "--parameters", "prior")
    answer = call(*words, "--workers", "1", "--json", "--quiet", cwd=tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
    content = json.loads(answer.stdout)
    result = jcsim.run("plan", scale=0.001, until=2022, seed=5, parameters="prior")
    assert (content["key"], content["result_hash"]) == (result.key, result.hash)
    folder = tmp_path / content["folder"]
    assert {"trajectories.png", "trajectories.svg"} <= {path.name for path in (folder / "figures").iterdir()}
    assert (folder / "report.html").stat().st_size > 10_000
    again = call("report", str(folder), "--lang", "zh", "--by", "county", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (folder / "report_zh.html").exists()


# Sweeps


SWEEP = "name: s\nscenarios: [plan]\nuntil: 2022\nreplicates: 2\noutcomes: [urbanisation_rate]\n"


def test_a_sweep_writes_its_folder_and_says_where(tmp_path):
    (tmp_path / "s.yaml").write_text(SWEEP)
    answer = call("sweep", "s.yaml", "--workers", "1", "--json", "--quiet", cwd=tmp_path, simulator="steady")
    assert (answer.returncode, answer.stderr) == (0, "")
    content = json.loads(answer.stdout)
    assert (content["complete"], content["runs"], content["rows"]) == (True, 2, 6)
    assert (tmp_path / content["folder"] / "table.parquet").exists()


def test_a_sweep_with_a_failed_run_is_exit_code_3_and_names_it(tmp_path):
    (tmp_path / "s.yaml").write_text(SWEEP)
    answer = call("sweep", "s.yaml", "--workers", "1", cwd=tmp_path, simulator="moody")
    assert answer.returncode == 3
    assert "point 1, plan, replicate 2: exception: ZeroDivisionError: the market is empty" in answer.stderr
    assert answer.stdout.strip().endswith(".unfinished")


# Catalogues and checks


def test_check_says_of_each_file_what_it_is_and_writes_nothing(inside, tmp_path):
    files = {
        "plan.yaml": (ROOT / "scenarios" / "plan.yaml").read_text(encoding="utf-8"),
        "s.yaml": SWEEP,
        "p.yaml": "network_slope: 3\n",
        "p.csv": "name,value\nnetwork_slope,3\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    region = str(ROOT / "jcsim" / "data" / "regions" / "jincheng")
    code, out, errors = inside("check", *files, region)
    kinds = ("scenario", "sweep", "parameters", "parameters", "region")
    assert (code, errors) == (0, "")
    assert out.splitlines() == [f"{name}: {kind}, valid" for name, kind in zip([*files, region], kinds, strict=True)]
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_check_reports_the_first_mistake_of_every_file(inside, tmp_path):
    (tmp_path / "a.yaml").write_text("network_slop: 3\n")
    (tmp_path / "b.yaml").write_text(SWEEP.replace("2022", "1999"))
    (tmp_path / "c.yaml").write_text(SWEEP)
    code, out, errors = inside("check", "a.yaml", "b.yaml", "c.yaml")
    assert code == 2
    assert [line.split(":")[:2] for line in errors.splitlines()] == [["a.yaml", "1"], ["b.yaml", "3"]]
    assert out == "c.yaml: sweep, valid\n"
    code, out, _ = inside("check", "a.yaml", "c.yaml", "--json")
    content = strict(out)
    assert (code, content["schema"], content["valid"]) == (2, 1, False)
    assert [one["valid"] for one in content["files"]] == [False, True]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--instruments", ("housing_subsidy", "P5", "grant_yuan: 0 to 300000 yuan per dwelling")),
        ("--indicators", ("urbanisation_rate", "常住人口城镇化率", "percent")),
        ("--columns", ("persons.hukou_local", "households.land_mu", "0 male, 1 female")),
        ("--parameters", ("network_slope", "triangular")),
    ],
)
def test_info_prints_catalogues_with_units_and_ranges(option, words, inside):
    code, out, _ = inside("info", option)
    assert code == 0
    for word in words:
        assert word in out
    content = strict(inside("info", option, "--json")[1])
    assert content["schema"] == 1
    assert content[option.removeprefix("--")]


def test_info_prints_the_json_schema_of_scenario_files_as_a_file_holds_it(inside):
    code, out, _ = inside("info", "--schema")
    assert (code, strict(out)) == (0, scenario_schema())


def test_bare_info_prints_versions(inside):
    content = strict(inside("info", "--json")[1])
    assert content["versions"]["python"] == sys.version.split()[0]
    assert re.fullmatch(r"[0-9a-f]{16}", content["versions"]["code version"])


def test_doctor_says_what_fits(inside):
    content = strict(inside("doctor", "--json")[1])
    assert content["processors"] >= 1
    assert content["problems"] == []
    assert re.fullmatch(r"1:\d+", content["largest_scale_of_one_run"])
