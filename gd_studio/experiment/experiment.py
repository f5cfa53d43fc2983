"""An experiment: the frozen tree of settings from which a run follows, to the last bit.

It is the JSON in the project file, the unit of undo, and the thing that forms edit.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

import msgspec

from gd_studio.data import DataSettings, Moons, NoData, Preparation
from gd_studio.engine.analytic import Height
from gd_studio.engine.losses import DEFAULT_LOSS, LOSSES, AbstractLoss, Loss
from gd_studio.engine.optimizers import Optimizer, Sgd
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.schedules import Constant, Schedule
from gd_studio.engine.stopping import Stop
from gd_studio.errors import SettingError
from gd_studio.experiment.arguments import changes_by_path
from gd_studio.experiment.models import LandscapeModel, Linear, Logistic, Mlp, Model, NetworkModel
from gd_studio.experiment.other_names import other_names_explained
from gd_studio.experiment.shorthand import (
    part_of,
    touched_by,
    with_function,
    with_landscape,
    with_loss_kind,
    with_loss_path,
)
from gd_studio.experiment.story import Opening, Story
from gd_studio.experiment.training import Training
from gd_studio.settings import (
    Settings,
    convert,
    edited_together,
    kind_of,
    kinds,
    merged,
    plain,
)

RATE_FOR_NUMBERS = 0.05
USUAL_LOSS: dict[str, AbstractLoss] = {**DEFAULT_LOSS, "landscape": Height()}


# A straight boundary at step 10 (88 % right), clearly bent by step 100 (98 %): what a first look
# at learning should show. Other seeds and rates bend later, or jump back on the way to 1500.
FIRST_MODEL = Mlp(seed=10)
FIRST_OPTIMIZER = Sgd(learning_rate=0.6)
FIRST_STORY = Story(
    what_this_is=(
        "A network with two hidden layers of eight neurons learns to tell two moons apart. "
        "It starts with random weights, so its first guess is no better than chance."
    ),
    try_this=(
        "Press Step (→) ten times, then Play (Space) until step 100. "
        "Press ← to take a step back, exactly; change the learning rate and compare with the "
        "grey ghost of the run before."
    ),
    look_for=(
        "Around step 10 the boundary is still nearly straight and 88 % of the training rows are "
        "right. By step 100 it bends around the moons: 98 %."
    ),
)


class Experiment(Settings, frozen=True):
    """All settings of a run, one branch per noun. The default is two moons and a small network."""

    name: Annotated[str, msgspec.Meta(max_length=200)] = "Two moons, a network"
    data: DataSettings = Moons(samples=400, noise=0.13)
    preparation: Preparation = Preparation()
    model: Model = FIRST_MODEL
    loss: Loss | None = None
    optimizer: Optimizer = FIRST_OPTIMIZER
    schedule: Schedule = Constant()
    penalty: Penalty = Penalty()
    training: Training = Training()
    stop: Stop = Stop()
    story: Story = FIRST_STORY
    opening: Opening = Opening()

    @classmethod
    def from_dict(cls, change: dict[str, Any]) -> Self:
        """Return the default experiment with any subset of settings changed.

        Raises SettingError with a sentence for unknown keys, wrong types, values out of bounds.
        """
        if not isinstance(change, dict):
            raise SettingError("", "An experiment must be an object of settings.")
        base = plain(cls())
        change = with_function(with_landscape(with_loss_kind(change)))
        kind = part_of(change, "data").get("kind")
        if kind is not None and kind != base["data"]["kind"]:
            # The default's name and note speak of its data; on other data they would be wrong.
            chosen = kinds(DataSettings).get(str(kind))
            base |= {"name": chosen.title if chosen else "", "story": {}}
        if kind == "none":
            model = LandscapeModel(function=str(part_of(change, "model").get("function", "bowl")))  # type: ignore[arg-type]
            base |= {"name": model.name}
            base["optimizer"]["learning_rate"] = model.usual_rate
            base["training"]["batch_size"] = None
        with other_names_explained(change):
            result: Self = convert(merged(base, change, cls), cls)
        return result

    def to_dict(self) -> dict[str, Any]:
        """Return the whole tree as plain values, as JSON holds it."""
        result: dict[str, Any] = plain(self)
        return result

    def edit(self, changes: dict[str, Any]) -> Experiment:
        """Return the experiment with settings changed by path, such as `optimizer.kind`.

        A setting of the loss, where none was chosen, chooses the first loss that has it; a formula
        chooses itself as the function. A landscape and no data come and go together; another
        function brings its own start and rate.
        Raises SettingError with a sentence, as `from_dict` does.
        """
        changes = with_function(changes_by_path("changes", changes))
        if self.loss is None:
            changes = with_loss_path(with_loss_kind(changes))
        with other_names_explained(changes):
            edited = edited_together(self, changes)
        return _accompanied(self, edited, touched_by(changes))

    @property
    def usual_name(self) -> str:
        """What it is called until someone names it: by its data, or its landscape."""
        return self.model.name if isinstance(self.model, LandscapeModel) else self.data.title

    def loss_for(self, task: str) -> AbstractLoss:
        """Return the loss in force: the chosen one, or the task's default."""
        return self.loss or USUAL_LOSS[task]

    def standardizes_target(self, task: str) -> bool:
        """Whether targets are scaled: the setting, or by default for networks only."""
        chosen = self.preparation.standardize_target
        return task == "regression" and (isinstance(self.model, Mlp) if chosen is None else chosen)


def model_kinds(task: str) -> dict[str, str]:
    """Return {word: title} of the models that make sense for a task."""
    return {k: m.title for k, m in kinds(Model).items() if task in m.tasks}  # type: ignore[attr-defined]


def loss_kinds(task: str) -> dict[str, str]:
    """Return {word: title} of the losses that make sense for a task, the default first."""
    usual = USUAL_LOSS[task]
    titles = {k: c.title for k, c in LOSSES.items() if task in c.tasks}
    return {kind_of(usual): usual.title} | titles


def check_task(experiment: Experiment, task: str) -> None:
    """Raise SettingError where model or loss make no sense for the data's task."""
    data = "classes" if task == "classification" else "numbers"
    if task == "landscape" and not isinstance(experiment.model, LandscapeModel):
        raise SettingError(
            "model.kind",
            f"Model {kind_of(experiment.model)!r} has nothing to learn from without data; "
            "choose data, or the model 'landscape'.",
        )
    if task not in experiment.model.tasks:
        raise SettingError(
            "model.kind",
            f"Model {kind_of(experiment.model)!r} cannot learn this data, whose target is "
            f"{data}; choose one of: {', '.join(model_kinds(task))}.",
        )
    if experiment.loss is not None and task not in experiment.loss.tasks:
        raise SettingError(
            "loss.kind",
            f"Loss {kind_of(experiment.loss)!r} makes no sense for this data, whose target is "
            f"{data}; choose one of: {', '.join(loss_kinds(task))}.",
        )


def fitted(experiment: Experiment, task: str, before: str = "") -> Experiment:
    """Return the experiment with model and loss exchanged where they do not suit the task.

    Where the task was another one `before`, a plain learning rate that suits classes comes down:
    a squared error is far steeper than a cross-entropy. A landscape has no rows to make batches of.
    """
    optimizer = experiment.optimizer
    if task == "regression" and before in ("classification", "landscape"):
        experiment = _with_rate(experiment, min(optimizer.learning_rate, RATE_FOR_NUMBERS))
    elif task == "classification" and before == "landscape":
        experiment = _with_rate(experiment, FIRST_OPTIMIZER.learning_rate)
    if task == "landscape":
        experiment = _with_batch_size(experiment, None)
    elif before == "landscape":
        experiment = _with_batch_size(experiment, Training().batch_size)
    if task not in experiment.model.tasks:
        experiment = msgspec.structs.replace(experiment, model=_straight(experiment.model, task))
    if experiment.loss is not None and task not in experiment.loss.tasks:
        experiment = msgspec.structs.replace(experiment, loss=None)
    return experiment


def _straight(model: Model, task: str) -> Model:
    """Return the simplest model of a task; its weights are drawn as the other model's were."""
    if task == "landscape":
        return LandscapeModel()
    straight = Logistic if task == "classification" else Linear
    if not isinstance(model, NetworkModel):
        return straight()
    return straight(init=model.init, init_scale=model.init_scale, seed=model.seed)


def _with_rate(experiment: Experiment, rate: float) -> Experiment:
    """Return the experiment with another rate of plain gradient descent; others keep theirs."""
    if not isinstance(experiment.optimizer, Sgd):
        return experiment
    optimizer = msgspec.structs.replace(experiment.optimizer, learning_rate=rate)
    return msgspec.structs.replace(experiment, optimizer=optimizer)


def _with_batch_size(experiment: Experiment, size: int | None) -> Experiment:
    training = msgspec.structs.replace(experiment.training, batch_size=size)
    return msgspec.structs.replace(experiment, training=training)


def _accompanied(before: Experiment, after: Experiment, touched: set[str]) -> Experiment:
    """Return an edited experiment with what a landscape brings along, or left behind."""
    if "model.kind" in touched and isinstance(after.model, LandscapeModel):
        after = msgspec.structs.replace(after, data=NoData(), loss=None)
        after = _with_batch_size(after, None)
    elif "data.kind" in touched and isinstance(after.data, NoData):
        after = fitted(after, "landscape")
    model, old = after.model, before.model
    if not isinstance(model, LandscapeModel):
        left = isinstance(old, LandscapeModel) and not after.optimizer.full_batch
        if left and "training.batch_size" not in touched:
            after = _with_batch_size(after, Training().batch_size)
        return after
    if isinstance(old, LandscapeModel) and model.function == old.function:
        return after
    if not touched & {"model.start_x", "model.start_y"}:
        model = msgspec.structs.replace(model, start_x=None, start_y=None)
        after = msgspec.structs.replace(after, model=model)
    if "optimizer.learning_rate" not in touched:
        after = _with_rate(after, model.usual_rate)
    return after
