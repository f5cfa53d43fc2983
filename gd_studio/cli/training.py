"""The commands that train: `train`, and `demo` with the default experiment and its pictures."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from gd_studio.cli.progress import Progress
from gd_studio.cli.saying import UnfinishedError, say_result, say_what_trains
from gd_studio.cli.source import changed, project_of
from gd_studio.cli.writing import make_writable, write
from gd_studio.errors import FileError, GDStudioError
from gd_studio.experiment import headless
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.run import Run
from gd_studio.experiment.tape import Tape

Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a setting, such as optimizer.learning_rate=0.05 (nothing after the = empties "
        "one that may be empty); may be repeated.",
    ),
]


def _whole_number(text: str | int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise GDStudioError(f"--steps must be a whole number from 0 on, not {str(text)!r}.")
    return number


Steps = Annotated[
    int | None,
    typer.Option(
        "--steps",
        metavar="N",
        parser=_whole_number,
        help="Train to this step instead of the experiment's own budget.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Where weights, history and experiment go."),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weights",
        metavar="FORMAT",
        help="npz (the default), safetensors, json or csv; may be repeated.",
    ),
]


def train(
    source: Annotated[
        str, typer.Argument(metavar="FILE|EXAMPLE", help="A .gds or .json file, or an example.")
    ],
    changes: Sets = None,
    steps: Steps = None,
    out: Out = None,
    weights: Weights = None,
) -> None:
    """Train without a window: the same numbers as in it, live edits included."""
    from gd_studio.export.weights import weight_format

    formats = [weight_format(key).key for key in weights or ["npz"]]
    if weights and out is None:
        raise GDStudioError("--weights needs --out, the folder to write them to.")
    project = project_of(source)
    experiment = changed(project.experiment, changes or [])
    run = Run(experiment)
    _refuse_endless(experiment, steps)
    if out is not None:
        make_writable(out)
    say_what_trains(run)
    sys.stdout.flush()  # what trains may be long in training, and its reader a pipe
    _train(run, project.tape, steps)
    say_result(run)
    if out is not None:
        write(run, out, formats)


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where all of it goes.")] = Path(
        "out"
    ),
) -> None:
    """Train the default experiment; leave weights, history, plots and a picture of the window."""
    make_writable(out)
    run = Run(Experiment())
    say_what_trains(run)
    _train(run, Tape(), None)
    say_result(run)
    write(run, out, ["npz", "json"])
    # Pictures are drawn the same with a screen or without one.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Without a screen Qt says for every widget that it cannot tell a window manager its size.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    try:
        from gd_studio.app import save_pictures

        pictures = save_pictures(run.experiment, out, run.step_number)
    except ImportError as error:
        raise UnfinishedError(f"The pictures need a library that is missing: {error}") from None
    except FileError as error:
        raise UnfinishedError(str(error)) from None
    for path in pictures:
        print(f"wrote {path}")


def _refuse_endless(experiment: Experiment, steps: int | None) -> None:
    stop = experiment.stop
    rules = (stop.max_steps, stop.max_epochs, stop.max_seconds, stop.target_loss, stop.patience)
    if steps is None and all(rule is None for rule in rules):
        raise GDStudioError("No stop rule is on, so the run would never end; add --steps N.")


def _train(run: Run, tape: Tape, steps: int | None) -> None:
    with Progress() as progress:
        budget = run.experiment.stop.max_steps if steps is None else steps

        def show(step: int) -> None:
            progress.show(step, budget)

        try:
            headless.train(run, tape, steps, show)
        except KeyboardInterrupt:
            raise UnfinishedError(
                f"Interrupted at step {run.step_number}; nothing was written."
            ) from None
