"""The shape of the package: rooms import one way, modules stay small, arithmetic stays portable."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "jcsim"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))

# Each room may use only itself and what stands before it. The README's table of rooms is in this order.
ROOMS = (
    "errors", "frozen", "validation", "yamlfile",
    "threads", "compilation", "numeric", "draws", "codes", "records", "engine",
    "region", "parameters", "instruments", "scenario",
    "network",
    "world",
    "population",
    "rules", "kernels",
    "markets", "drivers",
    "policies",
    "indicators",
    "steps", "building", "checks",
    "agents",
    "model",
    "experiments",
    "viz", "report", "app", "cli",
)  # fmt: skip
# Rooms whose numbers reach a result; ``agents`` shows rows to Mesa, whose verbs shuffle with Mesa's generator.
DECIDING = [room for room in ROOMS[ROOMS.index("numeric") : ROOMS.index("model") + 1] if room != "agents"]
MOST_LINES = 300
ABOUT_THE_PACKAGE = {"__version__"}  # names of jcsim/__init__.py any room may read

PORTABLE_MATH = {
    "sqrt",
    "frexp",
    "ldexp",
    "floor",
    "ceil",
    "trunc",
    "fabs",
    "isfinite",
    "isnan",
    "isinf",
    "inf",
    "nan",
}
PORTABLE_MATH |= {"gcd", "copysign", "pi"}
LIBRARY_ARITHMETIC = {
    "log", "log2", "log10", "log1p", "exp", "exp2", "expm1", "power", "float_power", "logaddexp", "cbrt", "sin", "cos",
    "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "hypot", "dot", "vdot", "inner", "outer",
    "matmul", "einsum", "tensordot", "linalg", "random", "fft", "interp", "std", "var", "corrcoef", "cov",
}  # fmt: skip
ARRAY_METHODS = {"dot", "std", "var"}
GENERATORS = {
    "default_rng",
    "Generator",
    "RandomState",
    "SeedSequence",
    "standard_normal",
    "shuffle",
    "permutation",
}


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree):
    """Dotted names of all modules a tree imports, inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative imports hide their room"
            names = [f"jcsim.{alias.name}" for alias in node.names] if node.module == "jcsim" else [node.module]
            yield from ((name, node.lineno) for name in names)


def name(path):
    return path.relative_to(ROOT).as_posix()


def test_every_module_belongs_to_a_room():
    rooms = {room_of(path) for path in MODULES} - {"__init__", "__main__", "data"}
    assert rooms == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_itself_and_what_stands_before_it(room):
    allowed = set(ROOMS[: ROOMS.index(room) + 1]) | ABOUT_THE_PACKAGE
    wrong = [
        f"{name(path)}:{line} imports {module}"
        for path in MODULES
        if room_of(path) == room
        for module, line in imported(tree_of(path))
        if module == "jcsim" or (module.startswith("jcsim.") and module.split(".")[1] not in allowed)
    ]
    assert wrong == []


def test_the_table_of_rooms_in_the_readme_is_the_one_that_is_enforced():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.search(r"^\| room \| holds \|\n\| --- \| --- \|\n((?:\|.*\n)+)", text, re.MULTILINE).group(1)
    rooms = [room for row in table.splitlines() for room in re.findall(r"`(\w+)/?`", row.split("|")[1])]
    assert tuple(room for room in rooms if room != "data") == ROOMS


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_read_without_much_scrolling(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def unportable(tree):
    """(line, what) of arithmetic whose last bits may differ between processors, and of other randomness."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield node.lineno, "@"
        elif isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Pow):
            power = node.right if isinstance(node, ast.BinOp) else node.value
            if not (isinstance(power, ast.Constant) and isinstance(power.value, int)):
                yield node.lineno, "** with a power that is not a whole number written out"
        elif isinstance(node, ast.Attribute):
            yield from unportable_attribute(node)
        elif isinstance(node, ast.Name) and node.id in GENERATORS:
            yield node.lineno, node.id
        elif isinstance(node, ast.ImportFrom) and node.module == "math":
            yield from ((node.lineno, f"math.{a.name}") for a in node.names if a.name not in PORTABLE_MATH)
    for module, line in imported(tree):
        if module.split(".")[0] in ("random", "scipy", "cmath"):
            yield line, f"import {module}"


def unportable_attribute(node):
    owner = node.value.id if isinstance(node.value, ast.Name) else None
    if owner == "math" and node.attr not in PORTABLE_MATH:
        yield node.lineno, f"math.{node.attr}"
    elif owner in ("np", "numpy") and node.attr in LIBRARY_ARITHMETIC | GENERATORS:
        yield node.lineno, f"{owner}.{node.attr}"
    elif node.attr in ARRAY_METHODS | GENERATORS and owner not in ("np", "numpy"):
        yield node.lineno, f".{node.attr}"


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) in DECIDING], ids=name)
def test_what_can_reach_a_result_uses_portable_arithmetic_and_keyed_draws_only(path):
    assert [f"{name(path)}:{line}: {what}" for line, what in unportable(tree_of(path))] == []


@pytest.mark.parametrize(
    "source",
    ["math.log(x)", "np.exp(x)", "x ** 0.5", "x **= y", "a @ b", "np.random.normal()", "import random", "x.std()",
     "from math import exp", "np.dot(a, b)", "rng.standard_normal(3)", "np.linalg.norm(x)", "from scipy import stats"],
)  # fmt: skip
def test_the_walk_over_the_sources_finds_what_it_is_there_for(source):
    assert list(unportable(ast.parse(source)))


def test_importing_the_package_is_quick_and_loads_nothing_heavy():
    code = (
        "import time; began = time.perf_counter(); import jcsim; took = time.perf_counter() - began\n"
        "import sys; print(took, *sorted({'numpy', 'pandas', 'numba', 'mesa', 'solara', 'yaml'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    took, *heavy = answer.stdout.split()
    assert heavy == []
    assert float(took) < 0.3


def test_every_public_name_loads_and_no_other_does():
    import jcsim

    for public in jcsim.__all__:
        assert getattr(jcsim, public) is not None
        assert public in dir(jcsim)
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        jcsim.runn  # noqa: B018


def test_every_package_imported_is_declared_with_both_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = {re.match(r"[\w.-]+", line).group().lower(): line for line in project["dependencies"]}
    called = {"yaml": "pyyaml", "pydantic_core": "pydantic", "fontTools": "fonttools"}
    used = {module.split(".")[0] for path in MODULES for module, _ in imported(tree_of(path))}
    foreign = used - set(sys.stdlib_module_names) - {"jcsim"}
    assert {called.get(module, module) for module in foreign} <= set(bounds)
    extras = [line for lines in project["optional-dependencies"].values() for line in lines if "jcsim" not in line]
    for line in (*bounds.values(), *extras):
        assert re.search(r">=?\d", line) or line.startswith("ipyvue"), line
        assert re.search(r"<\d", line), line


def test_rooms_for_people_hold_no_compiled_code():
    from jcsim.compilation import FOR_PEOPLE

    compiled = [name(p) for p in MODULES if room_of(p) in FOR_PEOPLE and "njit" in p.read_text(encoding="utf-8")]
    assert compiled == []
