"""A call of the command line: which commands there are, and what becomes of its errors."""

from __future__ import annotations

import io
import sys
from typing import Annotated, Any

import typer

from gd_studio import __version__
from gd_studio.cli.looking import examples, inspect, verify
from gd_studio.cli.saying import UnfinishedError, say
from gd_studio.cli.training import demo, train
from gd_studio.errors import GDStudioError

INTERRUPTED_BY_CTRL_C = 130
app = typer.Typer(
    name="gd-studio",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer(help="Look at data.", rich_markup_mode=None)


def run_command(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may not know ŷ; a question mark in its place is better than an end.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = app(args=arguments, prog_name="gd-studio", standalone_mode=False)
    except SystemExit as end:  # whoever read stdout has gone
        code = end.code
    except UnfinishedError as error:
        return say(str(error), 1)
    except GDStudioError as error:
        return say(str(error), 2)
    except Exception as error:
        # How typer's own errors are called differs between its versions; this they all have.
        if not hasattr(error, "format_message"):
            raise
        return say(_wrong_usage(error), 2)
    if code == INTERRUPTED_BY_CTRL_C:
        return say("Interrupted.", 1)
    return code if isinstance(code, int) else 0


def _wrong_usage(error: Any) -> str:
    """Return one sentence for a call that does not fit its command."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "gd-studio"
    if type(error).__name__ == "MissingParameter" and error.param is not None:
        said = f"{command} needs {error.param.metavar or error.param.name}"
    elif type(error).__name__ == "NoSuchOption":
        said = f"{command} has no option {error.option_name}"
    else:
        said = " ".join(error.format_message().split()).rstrip(".")
    return f"{said}; see {command} --help."


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"gd-studio {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say the version and end.", is_eager=True, callback=_say_version
        ),
    ] = False,
) -> None:
    """Watch a model learn by gradient descent. `gd-studio [FILE]` opens the window."""


for command in (train, verify, demo, examples):
    app.command()(command)
data_app.command("inspect")(inspect)
app.add_typer(data_app, name="data")
