"""The program: its commands, and what a bare call does."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from jcsim.cli.app import app
from jcsim.cli.check import check
from jcsim.cli.doctor import doctor
from jcsim.cli.info import info
from jcsim.cli.report import report
from jcsim.cli.run import run
from jcsim.cli.sweep import sweep

program = typer.Typer(
    name="jcsim",
    help="A policy laboratory of the Chinese prefecture Jincheng. Called bare it does the main job: see 'run'.",
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (run, sweep, report, app, check, info, doctor)
for command in COMMANDS:
    program.command()(command)


@program.callback(invoke_without_command=True)
def bare(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Without a command: the main job."""
    if version:
        from jcsim import __version__

        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        run()


def main() -> None:
    """Entry of ``jcsim``, ``python -m jcsim`` and ``python run.py``."""
    logging.basicConfig(level=logging.WARNING, format="jcsim: %(message)s", stream=sys.stderr)
    program()
