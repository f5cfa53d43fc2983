"""The commands that look and leave nothing: `verify`, `examples` and `data inspect`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gd_studio.cli.progress import Progress
from gd_studio.cli.source import how_to_train_on
from gd_studio.errors import FileError
from gd_studio.experiment.examples import list_examples
from gd_studio.experiment.files import load_project


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .gds project.")],
) -> None:
    """Replay a project; say whether every step is the recorded one, or which is the first not."""
    from gd_studio.experiment import verification

    last_step = load_project(file).tape.last_step
    with Progress() as progress:
        found = verification.verify(file, lambda step: progress.show(step, last_step))
    if found.verdict == "unrecorded":
        raise FileError(found.message)
    print(found.message)
    if found.verdict == "differs":
        raise typer.Exit(1)


def examples() -> None:
    """List the examples, in the order in which they tell the idea."""
    for example in list_examples():
        print(f"{example.path.stem:<20} {example.experiment.name}")
        print(f"{'':<20} {example.experiment.story.what_this_is}\n")
    print("To train one: gd-studio train moons   (its name or its number)")


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file or another text table.")],
) -> None:
    """Say how a file is understood: encoding, columns, target, and what would be done to each."""
    from gd_studio.data import File
    from gd_studio.export.inspection import inspection

    # All lines are made before the first is printed: what is refused is refused at once.
    for line in (file.name, *inspection(File(path=str(file.absolute())))):
        print(line)
    print(f"\n{how_to_train_on(file)}")
