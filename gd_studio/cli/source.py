"""What a call names: a project, an example, or a table with advice; and its `--set` changes."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import msgspec

from gd_studio.errors import FileError, SettingError
from gd_studio.experiment.examples import find_example
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.files import Project, load_project, with_full_data_path
from gd_studio.experiment.story import Story
from gd_studio.experiment.tape import Tape
from gd_studio.settings import setting_at

TABLES = (".csv", ".tsv", ".txt", ".tab")


def project_of(source: str) -> Project:
    """Return the project in a file, or an example by its name; refuse a table, with advice."""
    if not source.strip():
        raise FileError("train needs the name of a file or of an example; an empty one was given.")
    if Path(source).is_file():
        if Path(source).suffix.lower() in TABLES:
            how = how_to_train_on(source)
            raise FileError(f"{source} is a table, not an experiment; {how}")
        return load_project(source)
    if Path(source).is_dir():
        raise FileError(f"{source} is a folder; choose an experiment in it.")
    if Path(source).suffix in (".gds", ".json") or Path(source).name != source:
        raise FileError(f"There is no file {source}.")
    try:
        example = find_example(source)
    except FileError as error:
        raise FileError(f"There is no file {source}. {error}") from None
    return Project(example.experiment, Tape())


def how_to_train_on(table: str | Path) -> str:
    """Return the call that trains the default network on a table; refuse one that is of no use."""
    from gd_studio.data import File

    sets = ["data.kind=file", f"data.path={table}"]
    if File(path=str(Path(table).absolute())).load().task == "regression":
        # Squared errors have steep walls: the rate at which moons learn would diverge on many.
        sets.append("optimizer.learning_rate=0.05")
    words = "".join(f" --set {shlex.quote(change)}" for change in sets)
    return f"to train on it: gd-studio train moons{words}"


def changed(experiment: Experiment, changes: list[str]) -> Experiment:
    """Return the experiment with each `PATH=VALUE` of `--set` done to it, in order."""
    given = experiment
    for change in changes:
        path, sign, text = change.partition("=")
        if not sign:
            raise SettingError(path, f"--set needs PATH=VALUE, not {change!r}.")
        empty = not text and _may_be_empty(experiment, path)
        experiment = experiment.edit({path: None if empty else _value(text)})
    if type(experiment.data) is not type(given.data) and experiment.name == given.name:
        # Name and note of the old data would be wrong.
        experiment = msgspec.structs.replace(experiment, name=experiment.usual_name, story=Story())
    return with_full_data_path(experiment, Path.cwd())


def _may_be_empty(experiment: Experiment, path: str) -> bool:
    try:
        setting = setting_at(experiment, path)
    except SettingError:
        return False  # the edit itself says what is wrong
    return setting is not None and setting.optional


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
