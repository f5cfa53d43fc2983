"""The three cards of settings: data, model and training. They show, and emit what is wished."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from gd_studio.data import DataSettings
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.engine.schedules import SCHEDULES
from gd_studio.experiment.experiment import Experiment, loss_kinds, model_kinds
from gd_studio.experiment.models import Linear, Logistic
from gd_studio.gui.cards import Card
from gd_studio.gui.forms.form import SettingsForm
from gd_studio.gui.forms.rows import Row, rows_of
from gd_studio.gui.numbers import counted
from gd_studio.gui.theme import set_look
from gd_studio.session.frame import Frame
from gd_studio.settings import kinds

SHOWN_SPLIT = ("validation", "standardize")
MORE_SPLIT = ("standardize_target", "test", "fill", "seed")


class SettingsPanel(Card):
    """A card with one form. `edited(path, value)` tells what the user changed."""

    edited = Signal(str, object)

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.form = SettingsForm()
        self.form.edited.connect(self.edited)
        self.body.addWidget(self.form)

    def set_experiment(self, experiment: Experiment, frame: Frame | None) -> None:
        """Show the settings, silently; the frame, if any, tells of the data behind them."""
        raise NotImplementedError


class DataPanel(SettingsPanel):
    """Where rows come from and how they are split."""

    rows_requested = Signal()
    try_requested = Signal()
    import_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Data", "panel.data", parent)
        rows = self.form.add_link(
            "Rows…", "Show the rows as inputs and output, and what was done to each column."
        )
        rows.clicked.connect(self.rows_requested)
        trying = self.form.add_link(
            "Try…", "Give the model an input of your own and see its guess."
        )
        trying.clicked.connect(self.try_requested)
        importing = self.form.add_link("Import…", "Use a CSV file of your own.")
        importing.clicked.connect(self.import_requested)

    def set_experiment(self, experiment: Experiment, frame: Frame | None) -> None:
        data = experiment.data
        titles = {k: c.title for k, c in kinds(DataSettings).items() if k != "file"}
        if frame is None or not getattr(data, "path", ""):
            offered = titles
        else:
            offered = {**titles, "file": data.title}
        own = rows_of(
            data,
            "data",
            kinds=offered,
            kind_title="Source",
            kind_help="Which rows the model learns from.",
            null_words=_worked_out(frame),
            editors={"target": "choice", "positive": "choice"},
        )
        split = rows_of(
            experiment.preparation,
            "preparation",
            only=(*SHOWN_SPLIT, *MORE_SPLIT),
            editors={"validation": "percent", "test": "percent"},
        )
        last = [row for row in own if row.path == "data.seed"]
        first = [row for row in own if row.path != "data.seed"]
        rows = [*first[:3], *split[:2], *first[3:], *last, *split[2:]]
        self.form.set_rows([_with_choices(row, frame) for row in rows])

    def set_frame(self, frame: Frame) -> None:
        """Say how many rows there are."""
        prepared = frame.hypothesis.prepared
        parts = [("train", prepared.train), ("validation", prepared.validation)]
        parts += [("test", prepared.test)] if len(prepared.test.rows) else []
        counts = " · ".join(f"{len(split.rows)} {name}" for name, split in parts)
        total = sum(len(split.rows) for _, split in parts)
        self.set_detail(f"{counted(total, 'row')} · {counts}", "\n".join(prepared.treatments))


def _worked_out(frame: Frame | None) -> dict[str, str]:
    """Say what an own file's target, task and positive class are while nobody has chosen them."""
    if frame is None:
        return {}
    dataset = frame.hypothesis.prepared.dataset
    task = "classes" if dataset.task == "classification" else "numbers"
    words = {"target": f"{dataset.target.name} (proposed)", "task": f"{task} (worked out)"}
    if dataset.classes:
        words["positive"] = f"{dataset.classes[-1]} (proposed)"
    return words


def _with_choices(row: Row, frame: Frame | None) -> Row:
    """Let a file's target and positive class be chosen among those there are."""
    if frame is None or row.path not in ("data.target", "data.positive"):
        return row
    dataset = frame.hypothesis.prepared.dataset
    if row.path == "data.target":
        names = [dataset.target.name, *(column.name for column in dataset.columns)]
    else:
        names = list(dataset.classes)
    choices = tuple((name, name) for name in names)
    return replace(row, setting=replace(row.setting, editor="choice", choices=choices))


class ModelPanel(SettingsPanel):
    """The hypothesis, and its equation with the present numbers."""

    new_weights_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Model", "panel.model", parent)
        self.equation = QLabel()
        self.equation.setObjectName("model.equation")
        self.equation.setWordWrap(True)
        self.equation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.equation.setAccessibleName("The hypothesis as an equation")
        self.equation.setToolTip("The model as a formula; linear models show their numbers.")
        set_look(self.equation, "ledger")
        self.body.addWidget(self.equation)
        fresh = self.form.add_link(
            "New weights", "Start again from another random guess (the next seed)."
        )
        fresh.clicked.connect(self.new_weights_requested)

    def set_experiment(self, experiment: Experiment, frame: Frame | None) -> None:
        task = frame.hypothesis.task if frame is not None else "classification"
        rows = rows_of(
            experiment.model,
            "model",
            kinds=model_kinds(task),
            kind_title="Hypothesis",
            kind_help="What kind of function the guesses come from.",
        )
        kind = [row for row in rows if row.path == "model.kind"]
        first = [r for r in rows if r.path in ("model.hidden", "model.activation", "model.degree")]
        rest = [row for row in rows if row not in kind and row not in first]
        rest.sort(key=lambda row: row.path != "model.seed")
        self.form.set_rows([*kind, *first, *rest])

    def set_frame(self, frame: Frame) -> None:
        """Write the equation and count the parameters."""
        own = " · in own units" if isinstance(frame.experiment.model, Linear | Logistic) else ""
        self.set_detail(counted(frame.hypothesis.network.size, "parameter") + own)
        text = frame.hypothesis.equation(frame.parameters)
        if text != self.equation.text():
            self.equation.setText(text)


class TrainingPanel(SettingsPanel):
    """Loss, optimizer, learning rate, batch size and stop rules."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Training", "panel.training", parent)

    def set_experiment(self, experiment: Experiment, frame: Frame | None) -> None:
        task = frame.hypothesis.task if frame is not None else "classification"
        losses = rows_of(
            experiment.loss_for(task),
            "loss",
            kinds=loss_kinds(task),
            kind_title="Loss",
            kind_help="How a mistake is measured.",
        )
        optimizers = rows_of(
            experiment.optimizer,
            "optimizer",
            kinds={k: c.title for k, c in OPTIMIZERS.items()},
            kind_title="Optimizer",
            kind_help="How a gradient becomes a move.",
        )
        schedules = rows_of(
            experiment.schedule,
            "schedule",
            kinds={k: c.title for k, c in SCHEDULES.items()},
            kind_title="Schedule",
            kind_help="How the learning rate changes as the run goes on.",
        )
        training = rows_of(experiment.training, "training")
        stop = rows_of(experiment.stop, "stop")
        self.form.set_rows(
            [
                losses[0],
                *optimizers[:2],
                training[0],
                stop[0],
                *losses[1:],
                *optimizers[2:],
                *schedules,
                *rows_of(experiment.penalty, "penalty"),
                *stop[1:],
                *training[1:],
            ]
        )

    def set_frame(self, frame: Frame) -> None:
        """Say how many rows a batch really has, where the setting asks for more than there are."""
        rows = len(frame.hypothesis.prepared.train.rows)
        wished = frame.experiment.training.batch_size
        if wished is not None and wished > rows:
            self.set_detail(
                f"batch of all {rows} rows",
                f"The batch size {wished} is larger than the {rows} training rows, "
                "so every batch is all of them.",
            )
        else:
            self.set_detail("")
