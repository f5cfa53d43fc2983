"""Frames for tests of the plots, from real experiments trained for a few steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from gd_studio.data import prepare
from gd_studio.engine.initializers import initial_parameters
from gd_studio.engine.trainer import Trainer
from gd_studio.experiment.baseline import baseline
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.hypothesis import Hypothesis

LINE = {"data": {"kind": "line"}, "model": {"kind": "linear"}}


@dataclass(frozen=True, eq=False)
class Curve:
    x: Any
    y: Any


@dataclass(frozen=True, eq=False)
class Curves:
    named: dict[str, Curve]
    batches: int

    def get(self, name: str) -> Curve | None:
        return self.named.get(name)

    def epochs_at(self, steps: Any) -> Any:
        return np.asarray(steps) / self.batches

    def seconds_at(self, steps: Any) -> Any:
        return np.asarray(steps) * 0.002


@dataclass(frozen=True, eq=False)
class Evaluation:
    step: int
    train: dict[str, float]
    validation: dict[str, float] | None


@dataclass(frozen=True, eq=False)
class Ghost:
    label: str
    loss: float
    step: int
    curves: Curves
    trajectory_steps: Any
    trajectory: Any
    parameters: Any
    hypothesis: Hypothesis


@dataclass(frozen=True, eq=False)
class FakeFrame:
    run_number: int
    number: int
    experiment: Experiment
    hypothesis: Hypothesis
    step: int
    last_step: int
    epoch: int
    batch: int
    batches: int
    parameters: Any
    previous: Any
    gradient: Any
    batch_rows: Any
    evaluation: Evaluation
    baseline: Any
    first: float
    curves: Curves
    trajectory_steps: Any
    trajectory: Any
    best: tuple[int, float] | None
    ghost: Ghost | None = None
    stop: Any = None
    notices: tuple[Any, ...] = ()
    playing: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        return self.step == self.last_step


def trained(change: dict[str, Any] | None = None, steps: int = 0, shown: int | None = None) -> Any:
    """Return a frame of an experiment after `steps`, showing step `shown` (else the last)."""
    experiment = Experiment.from_dict(change or {})
    dataset = experiment.data.load()
    scaled = experiment.standardizes_target(dataset.task)
    prepared = prepare(dataset, experiment.preparation, scaled)
    hypothesis = Hypothesis(experiment, prepared)
    model = experiment.model
    theta = initial_parameters(hypothesis.network, model.init, model.init_scale, model.seed)
    x = hypothesis.network_input(prepared.train.x)
    y = hypothesis.network_target(prepared.train.y)
    trainer = Trainer(hypothesis.network, hypothesis.loss, experiment.optimizer, theta, x, y, 0)
    rows = len(prepared.train.rows)
    batch_size = experiment.training.batch_size or rows
    trainer.adopt(experiment.optimizer, experiment.schedule, experiment.penalty, batch_size)
    downhill = trainer.oracle.gradient(theta)
    every = max(1, steps // 150)
    thetas, totals, evaluated, scored = [theta.copy()], [], [], []
    for step in range(steps + 1):
        if step:
            trainer.step()
            totals.append(trainer.batch_loss + trainer.penalty_value)
            thetas.append(trainer.theta.copy())
        if step % every == 0 or step == steps:
            scored.append(step)
            evaluated.append(_evaluate(hypothesis, trainer.theta))
    shown = steps if shown is None else shown
    held = [v["total"] for _, v in evaluated if v is not None]
    best = int(np.argmin(held)) if held else 0
    train, validation = _evaluate(hypothesis, thetas[shown])
    trajectory = np.array(thetas)
    trajectory.flags.writeable = False
    return FakeFrame(
        run_number=1,
        number=1,
        experiment=experiment,
        hypothesis=hypothesis,
        step=shown,
        last_step=steps,
        epoch=-(-shown // trainer.batches),
        batch=(shown - 1) % trainer.batches + 1 if shown else 0,
        batches=trainer.batches,
        parameters=trajectory[shown],
        previous=trajectory[max(shown - 1, 0)],
        gradient=trainer.gradient if shown else downhill,
        batch_rows=trainer.batch_rows,
        evaluation=Evaluation(shown, train, validation),
        baseline=baseline(prepared, hypothesis.loss),
        first=evaluated[0][0]["total"],
        curves=_curves(totals, scored, evaluated, trainer.batches),
        trajectory_steps=np.arange(steps + 1),
        trajectory=trajectory,
        best=(scored[best], held[best]) if held else None,
    )


def with_ghost(frame: Any, before: Any, label: str = "rate 0.1") -> Any:
    """Return the frame with another one's run behind it as the ghost."""
    ghost = Ghost(
        label=label,
        loss=before.evaluation.train["total"],
        step=before.last_step,
        curves=before.curves,
        trajectory_steps=before.trajectory_steps,
        trajectory=before.trajectory,
        parameters=before.parameters,
        hypothesis=before.hypothesis,
    )
    return replace(frame, ghost=ghost)


def with_curve(frame: Any, name: str, x: Any, y: Any) -> Any:
    """Return the frame with one curve put in another's place."""
    named = frame.curves.named | {name: Curve(np.asarray(x, float), np.asarray(y, float))}
    return replace(frame, curves=Curves(named, frame.curves.batches))


def _evaluate(hypothesis: Hypothesis, theta: Any) -> tuple[dict[str, float], Any]:
    prepared = hypothesis.prepared
    held = len(prepared.validation.rows) > 0
    return (
        hypothesis.evaluate(theta, prepared.train),
        hypothesis.evaluate(theta, prepared.validation) if held else None,
    )


def _curves(totals: Any, scored: Any, evaluated: Any, batches: int) -> Curves:
    steps = np.array(scored, float)
    score = "accuracy" if "accuracy" in evaluated[0][0] else "r2"
    named = {
        "total": Curve(np.arange(1.0, len(totals) + 1), np.array(totals, float)),
        "train_loss": Curve(steps, np.array([t["total"] for t, _ in evaluated])),
        "train_score": Curve(steps, np.array([t[score] for t, _ in evaluated])),
    }
    if evaluated[0][1] is not None:
        named["validation_loss"] = Curve(steps, np.array([v["total"] for _, v in evaluated]))
        named["validation_score"] = Curve(steps, np.array([v[score] for _, v in evaluated]))
    return Curves(named, batches)
