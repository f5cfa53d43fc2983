"""The three cards of settings: data, model and training. They show, and emit what is wished."""

from __future__ import annotations

import threading
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from gd_studio.data import DataSettings, NoData
from gd_studio.experiment.experiment import Experiment, model_kinds
from gd_studio.experiment.models import LandscapeModel, Linear, Logistic, Model
from gd_studio.gui.cards import Card, WrappedLabel
from gd_studio.gui.forms.form import SettingsForm
from gd_studio.gui.forms.rate_editor import RateEditor
from gd_studio.gui.forms.rows import Row, rows_of
from gd_studio.gui.numbers import counted, exact
from gd_studio.gui.panels.equation_label import EquationLabel
from gd_studio.gui.panels.stable_rate import StableRate
from gd_studio.gui.panels.training_rows import training_rows
from gd_studio.gui.panels.try_rates import TryRates
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
        self._of_rows = (rows, trying)
        self.no_data = WrappedLabel(NO_DATA, "muted")
        self.no_data.setObjectName("data.none")
        self.no_data.hide()
        self.body.addWidget(self.no_data)

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
        has_rows = not isinstance(data, NoData)
        split = rows_of(
            experiment.preparation,
            "preparation",
            only=(*SHOWN_SPLIT, *MORE_SPLIT) if has_rows else (),
            editors={"validation": "percent", "test": "percent"},
        )
        last = [row for row in own if row.path == "data.seed"]
        first = [row for row in own if row.path != "data.seed"]
        rows = [*first[:3], *split[:2], *first[3:], *last, *split[2:]]
        self.form.set_rows([_with_choices(row, frame) for row in rows])
        self.no_data.setVisible(not has_rows)
        for link in self._of_rows:
            link.setVisible(has_rows)

    def set_frame(self, frame: Frame) -> None:
        """Say how many rows there are."""
        prepared = frame.hypothesis.prepared
        if prepared.task == "landscape":
            self.set_detail("no rows")
            return
        parts = [("train", prepared.train), ("validation", prepared.validation)]
        parts += [("test", prepared.test)] if len(prepared.test.rows) else []
        counts = " · ".join(f"{len(split.rows)} {name}" for name, split in parts)
        total = sum(len(split.rows) for _, split in parts)
        self.set_detail(
            f"{counted(total, 'row')} · {counts}",
            "\n".join(prepared.treatments),
            counts.replace("validation", "val."),
        )


NO_DATA = (
    "There is no data here: the loss is the height f(x, y) itself, and its two parameters are a "
    "place on the map."
)


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
        self.equation = EquationLabel()
        self.equation.setObjectName("model.equation")
        self.equation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.equation.setAccessibleName("The hypothesis as an equation")
        self.equation.setToolTip("The model as a formula; linear models show their numbers.")
        self.body.addWidget(self.equation)
        self.lesson = WrappedLabel(look="muted")
        self.lesson.setObjectName("model.lesson")
        self.lesson.hide()
        self.body.addWidget(self.lesson)
        self._fresh = self.form.add_link(*NEW_WEIGHTS)
        self._fresh.clicked.connect(self.new_weights_requested)

    def set_experiment(self, experiment: Experiment, frame: Frame | None) -> None:
        task = _task_of(experiment, frame)
        rows = rows_of(
            experiment.model,
            "model",
            kinds=model_kinds(task),
            kind_title="Hypothesis",
            kind_help="What kind of function the guesses come from.",
            null_words=_usual_start(experiment.model),
        )
        kind = [row for row in rows if row.path == "model.kind"]
        first = [r for r in rows if r.path in ("model.hidden", "model.activation", "model.degree")]
        rest = [row for row in rows if row not in kind and row not in first]
        rest.sort(key=lambda row: row.path != "model.seed")
        self.form.set_rows([*kind, *first, *rest])
        self._say_lesson(experiment.model)

    def _say_lesson(self, model: Model) -> None:
        on_landscape = isinstance(model, LandscapeModel)
        known = model.known if isinstance(model, LandscapeModel) else None
        self.lesson.setText(f"{known.lesson} ({known.source})" if known else "")
        self.lesson.setVisible(known is not None)
        text, help = NEW_START if on_landscape else NEW_WEIGHTS
        self._fresh.setText(text)
        self._fresh.setAccessibleName(text)
        self._fresh.setToolTip(help)

    def set_frame(self, frame: Frame) -> None:
        """Write the equation and count the parameters."""
        own = " · in own units" if isinstance(frame.experiment.model, Linear | Logistic) else ""
        self.set_detail(counted(frame.hypothesis.network.size, "parameter") + own)
        self.equation.setText(frame.hypothesis.equation(frame.parameters))


NEW_WEIGHTS = ("New weights", "Start again from another random guess (the next seed).")
NEW_START = ("Elsewhere", "Start again from a random place; a click on the map chooses one.")


def _task_of(experiment: Experiment, frame: Frame | None) -> str:
    """Return the task of the settings, which a frame of the run before may not know of yet."""
    if isinstance(experiment.model, LandscapeModel):
        return "landscape"
    task = frame.hypothesis.task if frame is not None else "classification"
    return task if task in experiment.model.tasks else experiment.model.tasks[0]


def _usual_start(model: Model) -> dict[str, str]:
    """Say where a landscape's descent begins while nobody has chosen a start."""
    if not isinstance(model, LandscapeModel):
        return {}
    x, y = model.usual_start
    return {"start_x": exact(x), "start_y": exact(y)}


class TrainingPanel(SettingsPanel):
    """Loss, optimizer, learning rate, batch size and stop rules."""

    def __init__(self, gate: threading.Event, parent: QWidget | None = None) -> None:
        super().__init__("Training", "panel.training", parent)
        self.stable_rate = StableRate(gate, self._rate_editor, self)
        self._run_number = 0
        self.rates = TryRates(gate)
        self.rates.rate_chosen.connect(self._on_rate_chosen)
        self.stable_rate.zone_changed.connect(self.rates.set_zone)
        self._try = self.form.add_link(
            "Try rates…", "See what 16 learning rates would make of 200 more steps."
        )
        self._try.clicked.connect(self.try_rates)
        self.body.addWidget(self.rates)

    @Slot()
    def try_rates(self) -> None:
        """Try rates over the slider's axis, beside the run."""
        editor = self._rate_editor()
        if editor is not None:
            self.rates.ask(editor.axis)

    @Slot(float)
    def _on_rate_chosen(self, rate: float) -> None:
        self.edited.emit("optimizer.learning_rate", rate)

    def _rate_editor(self) -> RateEditor | None:
        editor = self.form.editor("optimizer.learning_rate")
        return editor if isinstance(editor, RateEditor) else None

    def set_experiment(self, experiment: Experiment, frame: Frame | None) -> None:
        task = _task_of(experiment, frame)
        self.form.set_rows(training_rows(experiment, task))
        self.stable_rate.set_experiment(experiment)

    def set_frame(self, frame: Frame) -> None:
        """Say how many rows a batch really has, where the setting asks for more than there are."""
        self.stable_rate.set_frame(frame)
        if frame.run_number != self._run_number:
            self._run_number = frame.run_number
            self.rates.close_rates()
        rows = len(frame.hypothesis.prepared.train.rows)
        wished = frame.experiment.training.batch_size
        has_rows = frame.hypothesis.task != "landscape"
        if has_rows and wished is not None and wished > rows:
            self.set_detail(
                f"batch of all {rows} rows",
                f"The batch size {wished} is larger than the {rows} training rows, "
                "so every batch is all of them.",
            )
        else:
            self.set_detail("")

    def shutdown(self) -> None:
        """End what is computed in the background."""
        self.stable_rate.shutdown()
        self.rates.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.stable_rate.measure()
