"""The command line as a user types it: what stands on which stream, exit codes, words of errors."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import jcsim

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


def call(*words, cwd, simulator=None):
    """Run the program; ``simulator`` takes the place of the model."""
    start = [sys.executable, str(ROOT / "run.py")]
    if simulator is not None:
        start = [sys.executable, "-c", WITH_FAKE.format(paths=PATHS, simulator=f"fake_simulator:{simulator}")]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run(
        [*start, *words], cwd=cwd, capture_output=True, text=True, timeout=300, env=environment, check=False
    )


def nothing_in(folder):
    return not list(folder.iterdir())


# Start


def test_help_is_quick_and_does_not_load_the_model(tmp_path):
    code = "import sys; sys.argv = ['jcsim', '--help']\nfrom jcsim.cli.main import main\n"
    code += "try: main()\nexcept SystemExit: pass\n"
    code += "print(sorted({'mesa', 'numba', 'pandas', 'numpy', 'solara', 'matplotlib'} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
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


WRONG = {
    ("run", "plann"): "unknown scenario; given 'plann'; allowed: baseline",
    ("run", "plan", "--scale", "50"): "scale: wrong value; given 50.0; allowed: a number above 0, at most 1",
    ("run", "plan", "--scale", "nan"): "scale: wrong value; given nan",
    ("run", "plan", "--replicates", "0"): "replicates: wrong value; given 0",
    ("run", "plan", "--seed", "-1"): "seed: wrong value; given -1; allowed: a whole number from 0",
    (
        "run",
        "plan",
        "--until",
        "2020",
    ): "until: wrong value; given 2020; allowed: a whole number from 2021 to 2035",
    ("run", "plan", "--workers", "0"): "workers: wrong value; given 0",
    ("run", "plan", "--threads", "0"): "threads: wrong value; given 0",
    ("run", "plan", "--engine", "compile"): "unknown engine; given 'compile'",
    ("run", "plan", "--region", "jinchang"): "jinchang",
    ("run", "plan", "--parameters", "posteriori"): "did you mean 'posterior'?",
    ("run", "plan", "--set", "instruments.housing_subsidy.grant_yuan"): "not a setting",
    ("run", "plan", "--set", "parameters.network_slop=1"): "did you mean 'network_slope'?",
    ("run", "plan", "plan"): "two scenarios of one name",
    ("run", "no/such/file.yaml"): "no/such/file.yaml: there is no such file",
    ("sweep", "nothing.yaml"): "nothing.yaml: there is no such file",
    ("sweep", "subsidy", "--timeout", "-3"): "timeout: wrong value; given -3.0",
    ("report", "nowhere"): "nowhere: not a finished results folder",
    ("check", "nothing.yaml"): "nothing.yaml: there is no such file",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_input_is_one_message_with_exit_code_2_and_nothing_written(words, tmp_path):
    answer = call(*words, cwd=tmp_path)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert WRONG[words] in answer.stderr
    assert "Traceback" not in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert nothing_in(tmp_path)


def test_an_unknown_option_is_wrong_input(tmp_path):
    answer = call("run", "--scal", "1", cwd=tmp_path)
    assert answer.returncode == 2
    assert "--scale" in answer.stderr


def test_wrong_input_in_json_names_file_line_and_field(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\ntitle: {zh: 坏, en: bad}\nextends: plan\nuntill: 2030\n")
    answer = call("run", str(bad), "--json", cwd=tmp_path)
    assert answer.returncode == 2
    content = json.loads(answer.stdout)
    assert content["schema"] == 1
    error = content["error"]
    assert (error["file"], error["line"], error["field"]) == (str(bad), 4, "untill")
    assert error["suggestion"] == "until"


def test_a_folder_with_something_else_is_refused_and_left(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    answer = call("run", "plan", "--out", "mine", cwd=tmp_path)
    assert answer.returncode == 2
    assert "the folder is not empty; allowed: a new or empty folder, or --overwrite" in answer.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "thesis.txt"]


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
    content = json.loads(answer.stdout)
    assert content["schema"] == 1
    assert content["runs"] == 1
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
    seeds = {(run["scenario"], run["replicate"]): run["seed"] for run in runs}
    assert seeds["baseline", 1] == seeds["plan", 1] != seeds["plan", 2]


def test_a_failed_run_is_exit_code_3_and_keeps_the_others_without_a_manifest(tmp_path):
    words = ("run", "plan", "--scale", "0.01", "--replicates", "2", "--workers", "1")
    answer = call(*words, cwd=tmp_path, simulator="moody")
    assert answer.returncode == 3
    assert (
        "1 of 2 runs failed; plan replicate 2 at 1:100: ZeroDivisionError: the market is empty"
        in answer.stderr
    )
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


def test_ctrl_c_is_exit_code_130_and_leaves_nothing_that_looks_finished(tmp_path):
    code = WITH_FAKE.format(paths=PATHS, simulator="fake_simulator:endless")
    words = ["run", "plan", "--workers", "2", "--replicates", "2"]
    child = subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    children = Path(f"/proc/{child.pid}/task/{child.pid}/children")
    end = time.monotonic() + 60
    while len(children.read_text().split()) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    workers = [int(pid) for pid in children.read_text().split()]
    assert len(workers) == 2
    os.killpg(child.pid, signal.SIGINT)
    _, errors = child.communicate(timeout=30)
    assert (child.returncode, errors) == (130, "jcsim: interrupted: what was finished is kept\n")
    assert not list(tmp_path.rglob("manifest.json"))
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


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


def test_check_says_of_each_file_what_it_is_and_writes_nothing(tmp_path):
    files = {
        "plan.yaml": (ROOT / "scenarios" / "plan.yaml").read_text(encoding="utf-8"),
        "s.yaml": SWEEP,
        "p.yaml": "network_slope: 3\n",
        "p.csv": "name,value\nnetwork_slope,3\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    region = str(ROOT / "jcsim" / "data" / "regions" / "jincheng")
    answer = call("check", *files, region, cwd=tmp_path)
    kinds = ("scenario", "sweep", "parameters", "parameters", "region")
    assert answer.stdout.splitlines() == [
        f"{name}: {kind}, valid" for name, kind in zip([*files, region], kinds, strict=True)
    ]
    assert {path.name for path in tmp_path.iterdir()} == set(files)


def test_check_reports_the_first_mistake_of_every_file(tmp_path):
    (tmp_path / "a.yaml").write_text("network_slop: 3\n")
    (tmp_path / "b.yaml").write_text(SWEEP.replace("2022", "1999"))
    (tmp_path / "c.yaml").write_text(SWEEP)
    answer = call("check", "a.yaml", "b.yaml", "c.yaml", cwd=tmp_path)
    assert answer.returncode == 2
    assert [line.split(":")[:2] for line in answer.stderr.splitlines()] == [["a.yaml", "1"], ["b.yaml", "3"]]
    assert answer.stdout == "c.yaml: sweep, valid\n"
    answer = call("check", "a.yaml", "c.yaml", "--json", cwd=tmp_path)
    content = json.loads(answer.stdout)
    assert (answer.returncode, content["valid"]) == (2, False)
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
def test_info_prints_catalogues_with_units_and_ranges(option, words, tmp_path):
    text = call("info", option, cwd=tmp_path)
    assert text.returncode == 0
    for word in words:
        assert word in text.stdout
    content = json.loads(call("info", option, "--json", cwd=tmp_path).stdout)
    assert content["schema"] == 1
    assert content[option.removeprefix("--")]


def test_bare_info_prints_versions(tmp_path):
    content = json.loads(call("info", "--json", cwd=tmp_path).stdout)
    assert content["versions"]["python"] == sys.version.split()[0]
    assert re.fullmatch(r"[0-9a-f]{16}", content["versions"]["code version"])


def test_doctor_says_what_fits(tmp_path):
    answer = call("doctor", "--json", cwd=tmp_path)
    content = json.loads(answer.stdout)
    assert content["processors"] >= 1
    assert content["problems"] == []
    assert re.fullmatch(r"1:\d+", content["largest_scale_of_one_run"])
