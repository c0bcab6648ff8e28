"""The package as it is installed: a wheel, away from the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def call(wheel, cwd, *words):
    environment = os.environ | {"PYTHONPATH": str(wheel)}
    return subprocess.run(
        [sys.executable, "-m", "jcsim", *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_wheel_holds_every_file_a_run_reads(wheel):
    for folder, there in (("jcsim", "jcsim"), ("scenarios", "jcsim/scenarios")):
        files = [p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
        files = [p for p in files if not any(part.startswith(".") for part in p.relative_to(ROOT).parts)]
        missing = [p for p in files if not (wheel / there / p.relative_to(ROOT / folder)).is_file()]
        assert missing == []


def test_scenarios_sweeps_and_catalogues_are_found_without_the_checkout(wheel, tmp_path):
    code = "import jcsim; print(jcsim.__file__); print(jcsim.load_scenario('plan').name)"
    environment = os.environ | {"PYTHONPATH": str(wheel)}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    where, name = answer.stdout.splitlines()
    assert Path(where).is_relative_to(wheel)
    assert name == "plan"
    assert json.loads(call(wheel, tmp_path, "info", "--instruments", "--json").stdout)["instruments"]


def test_the_code_version_of_the_wheel_is_that_of_the_checkout(wheel, tmp_path):
    from jcsim.experiments.codeversion import code_version

    versions = json.loads(call(wheel, tmp_path, "info", "--json").stdout)["versions"]
    assert versions["code version"] == code_version()


@pytest.mark.parametrize("command", [("check",), ("format", "--check")])
def test_the_sources_keep_to_the_house_s_format_and_rules(command):
    done = subprocess.run([sys.executable, "-m", "ruff", *command, "-q", "."], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
