"""Where parameters come from: the shipped priors, the shipped posterior, or a file of values."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from jcsim.errors import InputError, nearest
from jcsim.frozen import FrozenDict
from jcsim.parameters.definitions import FOLDER, Parameter, read_definitions
from jcsim.parameters.values import ParameterSet, check_values
from jcsim.validation import Place, Source
from jcsim.yamlfile import load_yaml

NAMES = ("prior", "posterior", "mean")
POSTERIOR = Path(__file__).parents[1] / "data" / "posterior" / "draws.csv"
NO_POSTERIOR = "no posterior is shipped yet: drawn from the prior"


def load_parameters(
    name: str | Path | ParameterSet = "prior", *, folder: Path = FOLDER, posterior: Path = POSTERIOR
) -> ParameterSet:
    """A set of parameters.

    Parameters
    ----------
    name : ``prior``; ``posterior`` (the prior, saying so in ``label`` and ``note``, while no posterior is
        shipped); ``mean`` (every draw is the central values); a YAML file of ``name: value`` or a CSV
        file with columns ``name,value``, whose values hold in every draw of the posterior; or a
        ParameterSet, returned as it is
    folder, posterior : where the priors and the posterior draws stand

    Raises
    ------
    InputError
        Unknown set, unknown parameter, or a value that is not a number within its hard bounds.
    """
    if isinstance(name, ParameterSet):
        return name
    if not isinstance(name, (str, Path)):
        raise InputError("not a set of parameters", given=name, allowed=f"{', '.join(NAMES)} or a path")
    if isinstance(name, Path) or "/" in name or name.endswith((".yaml", ".yml", ".csv")):
        return _from_file(Path(name), folder, posterior)
    prior = ParameterSet(read_definitions(folder))
    if name == "prior":
        return prior
    fitted = _with_posterior(prior, posterior)
    if name == "posterior":
        return fitted
    if name == "mean":
        return replace(fitted, label="mean", note=f"central values of the {fitted.label}")
    raise InputError(
        "unknown set of parameters",
        given=name,
        allowed=f"{', '.join(NAMES)} or a .yaml or .csv file",
        suggestion=nearest(name, NAMES),
    )


def _with_posterior(prior: ParameterSet, path: Path) -> ParameterSet:
    if not path.exists():
        return replace(prior, note=NO_POSTERIOR)
    return replace(prior, label="posterior", posterior=read_posterior(path, prior.definitions))


def _from_file(path: Path, folder: Path, posterior: Path) -> ParameterSet:
    base = load_parameters("posterior", folder=folder, posterior=posterior)
    if path.suffix == ".csv":
        values, source = _csv_values(path)
    else:
        document = load_yaml(path)
        values, source = document.mapping(), document
    checked = check_values(values, base.definitions, source, at=())
    note = f"{len(checked)} values from {path.name}, the others from the {base.label}"
    return replace(base, label="file", note=note, overrides=FrozenDict(checked))


def _rows(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such file", file=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the file cannot be read ({error})", file=path) from None
    return list(csv.reader(io.StringIO(text)))


def _number(text: str) -> float | str:
    """A cell as a number, or the text itself (which is refused later, with its place)."""
    try:
        return float(text)
    except ValueError:
        return text


def _csv_values(path: Path) -> tuple[dict[str, object], Source]:
    rows = _rows(path)
    if not rows or [cell.strip() for cell in rows[0][:2]] != ["name", "value"]:
        raise InputError(
            "wrong header", file=path, line=1, given=",".join(rows[0]) if rows else "", allowed="name,value"
        )
    values: dict[str, object] = {}
    source = Source(path)
    for line, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        name = row[0].strip()
        if len(row) < 2 or name in values:
            problem = "no value" if len(row) < 2 else "the name stands twice"
            raise InputError(problem, file=path, line=line, field=name)
        values[name] = _number(row[1].strip())
        source.places[(name,)] = Place(str(path), line)
    return values, source


def read_posterior(path: Path, definitions: FrozenDict[str, Parameter]) -> tuple[FrozenDict[str, float], ...]:
    """Joint posterior draws: columns ``draw`` and one a fitted parameter; row ``draw`` 0 is central.

    Raises
    ------
    InputError
        Unknown parameter, draws not numbered 0, 1, 2 ..., fewer than one draw, or a value out of bounds.
    """
    rows = _rows(path)
    if not rows or rows[0][:1] != ["draw"]:
        raise InputError("the first column is not 'draw'", file=path, line=1)
    names = rows[0][1:]
    draws = []
    for number, row in enumerate(rows[1:]):
        line = number + 2
        if len(row) != len(rows[0]) or row[0] != str(number):
            raise InputError(
                "wrong row",
                file=path,
                line=line,
                given=",".join(row[:2]),
                allowed=f"draw {number}, all columns",
            )
        source = Source(path, {(): Place(str(path), line)})
        values = {name: _number(cell) for name, cell in zip(names, row[1:], strict=True)}
        draws.append(FrozenDict(check_values(values, definitions, source, at=())))
    if len(draws) < 2:
        raise InputError("no draws", file=path, allowed="row 0 (central) and at least draw 1")
    return tuple(draws)
