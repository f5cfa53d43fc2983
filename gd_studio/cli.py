"""The command line: what the window does, without one, and to the same last bit.

Exit codes: 0 done (a diverged run too), 1 could not finish (disk, interrupt) or a replay that
differs, 2 the call or the input was wrong. What goes wrong is said in one sentence on stderr.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from gd_studio import __version__
from gd_studio.data.treatments import counted
from gd_studio.errors import FileError, GDStudioError, SettingError
from gd_studio.experiment import headless
from gd_studio.experiment.diagnosis.registry import diagnose
from gd_studio.experiment.examples import find_example, list_examples
from gd_studio.experiment.experiment import Experiment, Story
from gd_studio.experiment.files import Project, load_project, with_full_data_path
from gd_studio.experiment.run import Run
from gd_studio.experiment.tape import Tape
from gd_studio.export.inspection import aligned
from gd_studio.settings import setting_at

INTERRUPTED_BY_CTRL_C = 130
TABLES = (".csv", ".tsv", ".txt", ".tab")


def _say(sentence: str, code: int) -> int:
    print(f"gd-studio: {sentence}", file=sys.stderr)
    return code


app = typer.Typer(
    name="gd-studio",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer(help="Look at data.", rich_markup_mode=None)
app.add_typer(data_app, name="data")


class UnfinishedError(GDStudioError):
    """What was asked for was right, and still could not be done."""


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
        return _say(str(error), 1)
    except GDStudioError as error:
        return _say(str(error), 2)
    except Exception as error:
        # How typer's own errors are called differs between its versions; this they all have.
        if not hasattr(error, "format_message"):
            raise
        return _say(_wrong_usage(error), 2)
    if code == INTERRUPTED_BY_CTRL_C:
        return _say("Interrupted.", 1)
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


# --- training -----------------------------------------------------------------------------------

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


@app.command()
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
    project = _project(source)
    experiment = _changed(project.experiment, changes or [])
    run = Run(experiment)
    _refuse_endless(experiment, steps)
    if out is not None:
        _make_writable(out)
    _say_what_trains(run)
    sys.stdout.flush()  # what trains may be long in training, and its reader a pipe
    _train(run, project.tape, steps)
    _say_result(run)
    if out is not None:
        _write(run, out, formats)


def _project(source: str) -> Project:
    if not source.strip():
        raise FileError("train needs the name of a file or of an example; an empty one was given.")
    if Path(source).is_file():
        if Path(source).suffix.lower() in TABLES:
            how = _how_to_train_on(source)
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


def _how_to_train_on(table: str | Path) -> str:
    """Return the call that trains the default network on a table; refuse one that is of no use."""
    from gd_studio.data import File

    sets = ["data.kind=file", f"data.path={table}"]
    if File(path=str(Path(table).absolute())).load().task == "regression":
        # Squared errors have steep walls: the rate at which moons learn would diverge on many.
        sets.append("optimizer.learning_rate=0.05")
    words = "".join(f" --set {shlex.quote(change)}" for change in sets)
    return f"to train on it: gd-studio train moons{words}"


def _changed(experiment: Experiment, changes: list[str]) -> Experiment:
    given = experiment
    for change in changes:
        path, sign, text = change.partition("=")
        if not sign:
            raise SettingError(path, f"--set needs PATH=VALUE, not {change!r}.")
        empty = not text and _may_be_empty(experiment, path)
        experiment = experiment.edit({path: None if empty else _value(text)})
    if type(experiment.data) is not type(given.data) and experiment.name == given.name:
        # Name and note of the old data would be wrong.
        experiment = msgspec.structs.replace(
            experiment, name=experiment.usual_name, story=Story()
        )
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


class Progress:
    """A bar on stderr, if someone is there to see it."""

    def __init__(self) -> None:
        self._bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("step"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("training", total=None)

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, step: int, total: int | None) -> None:
        """Show how far the run has come."""
        if self._bar is not None:
            self._bar.update(self._task, completed=step, total=total and max(step, total))


def _say_what_trains(run: Run) -> None:
    if run.data.task == "landscape":
        print(run.experiment.name or run.experiment.usual_name)
        print(run.hypothesis.equation(run.parameters))
        return
    parts = {"train": "training", "validation": "validation", "test": "test"}
    counts = [(len(run.split(part).rows), said) for part, said in parts.items()]
    rows = ", ".join(f"{count} {said}" for count, said in counts if count)
    network = run.hypothesis.network
    widths = "-".join(map(str, network.sizes))
    print(run.experiment.name or run.data.dataset.name)
    columns = counted(len(run.data.columns_in_use), "column")
    print(f"{run.data.dataset.name}: {rows} rows; {run.data.target_name} from {columns}")
    print(f"{run.experiment.model.title} {widths}, {counted(network.size, 'parameter')}")
    batch = run.in_force.training.batch_size
    if batch is not None and batch > counts[0][0]:
        print(f"The batch size {batch} is larger than the training rows; each step takes them all.")


def _say_result(run: Run) -> None:
    reason = run.stop_reason
    said = reason.message if reason else "All steps asked for are done."
    for finding in diagnose(run):
        _say(finding.words, 0)
    print(f"\nStopped at step {run.step_number}, epoch {run.epoch}: {said}\n")
    for line in aligned(_score_rows(run)):
        print(line)
    if run.baseline is not None:
        print(f"\nbaseline: {run.baseline.words}")
    print(f"fingerprint: {run.fingerprint()}")


def _score_rows(run: Run) -> list[tuple[str, ...]]:
    parts = [part for part in ("train", "validation", "test") if len(run.split(part).rows)]
    found = {part: run.evaluate(part) for part in parts}
    rows: list[tuple[str, ...]] = [("", *found["train"])]
    for part, values in found.items():
        rows.append((part, *(f"{value:.6g}" for value in values.values())))
    base = run.baseline
    if base is not None:
        rows.append(("baseline", f"{base.train_loss:.6g}", "", "", f"{base.train_score:.6g}"))
    return rows


# --- what is written ----------------------------------------------------------------------------


PROBE_BYTES = 4096


def _make_writable(folder: Path) -> None:
    """Make the folder, and find out before hours of training whether it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A full disk lets an empty file be made; only a written one shows that there is room.
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            if probe.write(bytes(PROBE_BYTES)) < PROBE_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise FileError(
            f"--out {folder} cannot be written to: {error.strerror or error}; choose another one."
        ) from None


def _write(run: Run, out: Path, formats: list[str]) -> None:
    from gd_studio.export.model import TrainedModel
    from gd_studio.export.tables import export_history
    from gd_studio.export.weights import WEIGHT_FORMATS, export_weights

    model = TrainedModel.of(run)
    written = [out / f"weights{WEIGHT_FORMATS[key].suffix}" for key in formats]
    try:
        for key, path in zip(formats, written, strict=True):
            export_weights(path, key, model)
        export_history(out / "history.csv", run.history)
        run.save(out / "experiment.gds")
    except FileError as error:
        raise UnfinishedError(str(error)) from None
    for path in (*written, out / "history.csv", out / "experiment.gds"):
        print(f"wrote {path}")


@app.command()
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


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where all of it goes.")] = Path(
        "out"
    ),
) -> None:
    """Train the default experiment; leave weights, history, plots and a picture of the window."""
    _make_writable(out)
    run = Run(Experiment())
    _say_what_trains(run)
    _train(run, Tape(), None)
    _say_result(run)
    _write(run, out, ["npz", "json"])
    # Pictures are drawn the same with a screen or without one.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Without a screen Qt says for every widget that it cannot tell a window manager its size.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    try:
        from gd_studio.app import save_pictures
    except ImportError as error:
        raise UnfinishedError(f"The pictures need a library that is missing: {error}") from None
    try:
        pictures = save_pictures(run.experiment, out, run.step_number)
    except FileError as error:
        raise UnfinishedError(str(error)) from None
    for path in pictures:
        print(f"wrote {path}")


# --- looking ------------------------------------------------------------------------------------


@app.command()
def examples() -> None:
    """List the examples, in the order in which they tell the idea."""
    for example in list_examples():
        print(f"{example.path.stem:<20} {example.experiment.name}")
        print(f"{'':<20} {example.experiment.story.what_this_is}\n")
    print("To train one: gd-studio train moons   (its name or its number)")


@data_app.command("inspect")
def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file or another text table.")],
) -> None:
    """Say how a file is understood: encoding, columns, target, and what would be done to each."""
    from gd_studio.data import File
    from gd_studio.export.inspection import inspection

    # All lines are made before the first is printed: what is refused is refused at once.
    for line in (file.name, *inspection(File(path=str(file.absolute())))):
        print(line)
    print(f"\n{_how_to_train_on(file)}")
