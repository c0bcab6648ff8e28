"""The compiled engine beside plain Mesa: the same rules on the same rows in one process.

python benchmarks/plain_mesa.py [--case history] [--scale 0.01] [--years 2]

A model runs compiled. Before each kernel over persons or households its rows become ordinary mesa.Agents, one
attribute a field. What the kernel's loop does with one row is a method of theirs, the rules it calls are the
package's own functions, and what those look up are lists, dicts and objects (no NumPy, no views). Timed are
one ``agents_by_type[...].do(...)`` and, on copies of the same rows, the compiled kernel, warm, median of 20;
making agents and copies is not. Exit code 1 when the two leave any value different.

Markets and the loops that sum members into households are no rules of one agent: only whole years have them.
Memory: agents are what ``tracemalloc`` sees of making them, Mesa's registers too; rows their whole tables.
"""

from __future__ import annotations

import argparse
import gc
import inspect
import pickle
import re
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from functools import cache, partial
from itertools import product
from types import SimpleNamespace

import mesa
import numpy as np
import pandas as pd

from jcsim import JinchengModel
from jcsim.engine import Engine, Kernel, plain
from jcsim.records import HOUSEHOLD, PERSON
from jcsim.threads import PARALLEL_FROM


class Person(mesa.Agent):
    """A person in ordinary Mesa; ``method_of`` makes its methods."""

    def __init__(self, model: mesa.Model, **fields) -> None:
        super().__init__(model)
        for name, value in fields.items():
            setattr(self, name, value)


class Household(Person):
    """A household, likewise."""


KINDS = {PERSON: Person, HOUSEHOLD: Household}


class Rows(list):
    """A list that tells its length where rules look for it."""

    shape = property(lambda self: (len(self),))


class Grid(dict):
    """A table of several dimensions, index -> Python number; a part of it is made when first asked for."""

    def __init__(self, array: np.ndarray) -> None:
        super().__init__(zip(product(*map(range, array.shape)), array.ravel().tolist(), strict=True))
        self.shape, self.part = array.shape, cache(lambda index: objects(array[index]))

    def __missing__(self, index):
        return self.part(index)


def objects(value):
    """What a rule looks up, as Python objects."""
    if isinstance(value, np.ndarray) and value.dtype.names:
        names = value.dtype.names
        return Rows(SimpleNamespace(**{name: objects(row[name]) for name in names}) for row in value)
    if isinstance(value, np.ndarray):
        return Rows(value.tolist()) if value.ndim == 1 else Grid(value)
    return value.item() if isinstance(value, np.generic) else value


def differences(view, compiled) -> list[str]:
    """Fields of an argument that are not what the compiled kernel left."""
    if getattr(compiled, "dtype", None) not in KINDS:
        return [] if view == objects(compiled) else ["values"]
    return [f for f in compiled.dtype.names if [getattr(agent, f) for agent in view] != compiled[f].tolist()]


def method_of(kernel: Kernel) -> Callable:
    """A kernel's own source as a method: its loop is over one row, which is the agent."""
    source = inspect.getsource(kernel.source).replace("(", "(self, ", 1)
    for line, index, rows in re.findall(r"(for (\w+) in range\((\w+)\.shape\[0\]\):)", source):
        source = source.replace(line, f"for {index} in (self.row,):").replace(f"{rows}[{index}]", "self")
    if source.count("self.row") != 1:
        raise SystemExit(f"{kernel.name} is no loop over the rows of its first argument")
    namespace = dict(kernel.source.__globals__)
    exec(source, namespace)
    return plain(namespace[kernel.name])


class PlainMesa(mesa.Model):
    """Persons and households as ordinary agents, activated kernel by kernel."""

    def agents_of(self, rows: np.ndarray) -> Rows:
        """An agent for each row, in their order."""
        fields = {name: rows[name].tolist() for name in rows.dtype.names}
        return Rows(KINDS[rows.dtype].create_agents(self, len(rows), row=list(range(len(rows))), **fields))

    def activate(self, kernel: Kernel, arguments: tuple) -> tuple[float, list]:
        """Seconds in which all agents do what the kernel does, and its arguments as they leave them."""
        kind, name = KINDS[arguments[0].dtype], f"do{kernel.name}"
        if not hasattr(kind, name):
            setattr(kind, name, method_of(kernel))
        self.remove_all_agents()
        given = [self.agents_of(a) if getattr(a, "dtype", None) in KINDS else objects(a) for a in arguments]
        gc.collect()
        began = time.perf_counter()
        self.agents_by_type[kind].do(name, *given)
        return time.perf_counter() - began, given


def median_seconds(make: Callable, act: Callable, times: int = 21) -> float:
    """Median time of ``act`` on what ``make`` makes each time; the first of several does not count."""
    seconds = []
    for _ in range(times):
        made = make()
        began = time.perf_counter()
        act(made)
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds[1:] or seconds))


class Beside(Engine):
    """The compiled engine, with every kernel over persons or households measured both ways first."""

    def __init__(self) -> None:
        super().__init__("compiled")
        self.mesa, self.wrong, self.seconds = PlainMesa(rng=1), [], defaultdict(lambda: np.zeros(4))

    def run(self, kernel: Kernel, arguments: tuple) -> None:
        rows = arguments[0]
        if rows.dtype not in KINDS or not len(rows):
            return super().run(kernel, arguments)
        slow, left = self.mesa.activate(kernel, arguments)
        engines, copies = (Engine("compiled", 1), Engine("compiled")), partial(deepcopy, arguments)
        fast = [median_seconds(copies, partial(engine.run, kernel)) for engine in engines]
        super().run(kernel, arguments)
        self.seconds[kernel.name.strip("_")] += (len(rows), slow, *fast)
        for number, (view, compiled) in enumerate(zip(left, arguments, strict=True)):
            self.wrong += [f"{kernel.name} argument {number} {name}" for name in differences(view, compiled)]


def bytes_of_agents(rows: np.ndarray) -> int:
    """What the interpreter allocates to hold rows as agents."""
    tracemalloc.start()
    model = PlainMesa(rng=1)
    model.agents_of(rows)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", default="history")
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--years", type=int, default=2)
    options = parser.parse_args()
    model = JinchengModel(options.case, scale=options.scale, rng=1)
    model.engine = beside = Beside()
    model.run_to(model.year + options.years)
    columns = ["agents", f"Mesa {mesa.__version__}", "1 thread", f"{beside.threads} threads"]
    table = pd.DataFrame.from_dict(beside.seconds, "index", columns=columns) / options.years
    table.loc["all"] = _, slow, _, fast = table.sum()
    for threads in columns[2:]:
        table[f"times, {threads}"] = table[columns[1]] / table[threads]
    print(f"{options.case} 1:{1 / options.scale:g}, seconds a year; one thread below {PARALLEL_FROM:,} rows")
    print(table.to_string(formatters=["{:,.0f}".format, *["{:.5f}".format] * 3, *["{:.0f}".format] * 2]))
    print("VALUES DIFFER: " + ", ".join(beside.wrong) if beside.wrong else "all values are equal")
    tables = model.world.persons, model.world.households
    (people, homes), held = (t.n for t in tables), [bytes_of_agents(t.rows) for t in tables]
    for name, (a, b) in {"plain Mesa": held, "compiled": [t.rows.nbytes for t in tables]}.items():
        each = f"{a / people:,.0f} bytes a person, {b / homes:,.0f} a household"
        print(f"{name}: {each}, with households {(a + b) / people:,.0f} a person ({people:,} persons)")
    year = {}
    for mode, times in (("compiled", 6), ("agents", 1)):
        model.engine = Engine(mode)
        saved = partial(pickle.loads, pickle.dumps(model))
        year[f"engine {mode}"] = median_seconds(saved, lambda twin: twin.step(), times)
    year["kernels in plain Mesa (computed)"] = year["engine compiled"] - fast + slow
    for name, seconds in year.items():
        print(f"whole year, {name}: {seconds:.3f} s, {seconds / year['engine compiled']:.0f} times")
    return bool(beside.wrong)


if __name__ == "__main__":
    sys.exit(main())
