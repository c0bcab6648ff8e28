"""A sweep of 60 runs of the model, killed twice and called again, beside one left in peace.

    python benchmarks/sweep_resume.py --scale 0.001 --until 2022

With one worker and with two: the first kill takes the parent only, the second the parent and its workers.
Prints what was kept, the seconds, and whether table and single runs are the same to the byte; exit code 1
when anything differs, a worker outlives its parent, or a file is left behind. Linux only (it reads /proc).
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DESIGN = """
name: resume
scenarios: [baseline, plan]
scale: {scale}
until: {until}
replicates: 5
settings: {{feedback: [true, false]}}
parameters: {{network_slope: [1, 2, 3]}}
outcomes: [urbanisation_rate, resident_population, house_price]
areas: [140500, 140521, 140581]
"""
RUNS = 60
GRACE = 20.0  # seconds a worker may take to notice that its parent is gone


class Bench:
    """One sweep file and the calls of it, all in one folder."""

    def __init__(self, folder: Path, scale: float, until: int) -> None:
        self.folder, self.temporary = folder, folder / "tmp"
        self.temporary.mkdir()
        self.file = folder / "resume.yaml"
        self.file.write_text(DESIGN.format(scale=scale, until=until), encoding="utf-8")
        self.wrong: list[str] = []

    def call(self, workers: int, out: Path) -> subprocess.Popen[bytes]:
        """Start the sweep as a user does."""
        words = [
            "-m",
            "jcsim",
            "sweep",
            str(self.file),
            "--workers",
            str(workers),
            "--out",
            str(out),
            "--quiet",
        ]
        return subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"TMPDIR": str(self.temporary)},
            start_new_session=True,
        )

    def in_peace(self, workers: int, out: Path) -> None:
        began = time.monotonic()
        code = self.call(workers, out).wait()
        self.expect(code == 0, f"a sweep left in peace ended with code {code}")
        print(f"in peace, workers {workers}: {time.monotonic() - began:.1f} s", flush=True)

    def killed_twice(self, workers: int, out: Path) -> None:
        """Kill it with a third and with two thirds of the runs kept, then let the third call finish."""
        for share, with_workers in ((1 / 3, False), (2 / 3, True)):
            self.kill_at(int(RUNS * share), with_workers, workers, out)
        before = kept(out)
        began = time.monotonic()
        code = self.call(workers, out).wait()
        self.expect(code == 0, f"the last call ended with code {code}")
        runs = {path.name: path.stat().st_mtime_ns for path in (out / "runs").glob("*.parquet")}
        self.expect(len(runs) == RUNS, f"{len(runs)} runs instead of {RUNS}")
        self.expect(before.items() <= runs.items(), "a run that was kept was made again")
        seconds = time.monotonic() - began
        print(f"workers {workers}: the rest, {RUNS - len(before)} runs, in {seconds:.1f} s", flush=True)

    def kill_at(self, number: int, with_workers: bool, workers: int, out: Path) -> None:
        parent = self.call(workers, out)
        while len(kept(out)) < number and parent.poll() is None:
            time.sleep(0.02)
        children = workers_of(parent.pid)
        self.expect(len(children) == workers, f"{len(children)} workers instead of {workers}")
        parent.kill()
        for pid in children if with_workers else ():
            os.kill(pid, signal.SIGKILL)
        self.expect(parent.wait() == -signal.SIGKILL, "the sweep was over before it could be killed")
        began = time.monotonic()
        while any(map(alive, children)) and time.monotonic() - began < GRACE:
            time.sleep(0.01)
        self.expect(not any(map(alive, children)), "a worker outlives its parent")
        self.expect(not out.exists(), "a killed sweep looks finished")
        who = "parent and workers" if with_workers else "parent only"
        print(
            f"workers {workers}: {who} killed, {len(kept(out))} of {RUNS} runs kept, "
            f"workers gone after {time.monotonic() - began:.2f} s",
            flush=True,
        )

    def compare(self, one: Path, other: Path) -> None:
        """Table, data package and every single run of two folders."""
        files = [{p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()} for out in (one, other)]
        for found in files:
            found.pop(Path("manifest.json"))  # says when and how it was made
        same = files[0] == files[1]
        self.expect(same, f"{one.name} and {other.name} differ")
        print(
            f"{one.name} and {other.name}: {len(files[0])} files, {'equal' if same else 'DIFFERENT'}",
            flush=True,
        )

    def expect(self, condition: bool, otherwise: str) -> None:
        if not condition:
            self.wrong.append(otherwise)
            print(f"WRONG: {otherwise}", flush=True)


def kept(out: Path) -> dict[str, int]:
    """Finished runs of an unfinished sweep and when each was written."""
    runs = out.with_name(f"{out.name}.unfinished") / "runs"
    return {path.name: path.stat().st_mtime_ns for path in runs.glob("*.parquet")}


def workers_of(parent: int) -> list[int]:
    """Worker processes of a process."""
    found = []
    for file in Path(f"/proc/{parent}/task").glob("*/children"):
        for pid in file.read_text().split():
            if b"experiments.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(int(pid))
    return found


def alive(pid: int) -> bool:
    """Whether a process still runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--scale", type=float, default=0.001)
    options.add_argument("--until", type=int, default=2022)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        bench = Bench(folder, asked.scale, asked.until)
        bench.in_peace(1, folder / "peace")
        for workers in (1, 2):
            out = folder / f"killed_{workers}"
            bench.killed_twice(workers, out)
            bench.compare(folder / "peace", out)
        left = [path.name for path in folder.rglob("*") if path.name.endswith((".unfinished", ".part", ".lock"))]
        left += [path.name for path in bench.temporary.iterdir()]
        bench.expect(not left, f"left behind: {', '.join(left)}")
    print("all as it should be" if not bench.wrong else f"{len(bench.wrong)} things are wrong")
    return bool(bench.wrong)


if __name__ == "__main__":
    sys.exit(main())
