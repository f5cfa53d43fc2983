"""The loop and its gradients, against central differences and against steps made by hand."""

from __future__ import annotations

from itertools import product

import msgspec
import numpy as np
import pytest

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.arrays import Array
from gd_studio.engine.clipping import Clipping
from gd_studio.engine.curvature import BatchOracle
from gd_studio.engine.initializers import initial_parameters
from gd_studio.engine.losses import LOSSES, AbstractLoss
from gd_studio.engine.network import Network, with_ones
from gd_studio.engine.optimizers import OPTIMIZERS, Sgd
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.schedules import Constant, Exponential
from gd_studio.engine.trainer import Trainer
from tests.engine.gradients import measured_gradient, relative_error

DEPTHS = [(), (4,), (4, 3), (3, 2, 3)]
# (loss, task, outputs): numbers, two classes by one logit, three classes.
TASKS = [
    (kind, task, outputs)
    for kind, loss in LOSSES.items()
    for task in loss.tasks
    for outputs in ((1, 2) if task == "regression" else (1, 3))
]
# With this seed no step of the differences crosses a kink of ReLU, MAE, Huber or hinge.
SEED = 5


def problem(
    depth: tuple[int, ...], activation: str, kind: str, task: str, outputs: int
) -> tuple[Network, AbstractLoss, Array, Array, Array]:
    """Return network, loss, parameters, inputs (4, 7) and targets (outputs, 7)."""
    rng = np.random.default_rng(SEED)
    network = Network((3, *depth, outputs), activation)
    theta = rng.normal(0, 0.8, network.size)
    x = with_ones(rng.normal(0, 1, (7, 3)))
    y = rng.normal(0, 2, (outputs, 7))
    if task == "classification":
        codes = np.arange(7) % max(2, outputs)
        y = codes[None, :].astype(float) if outputs == 1 else np.eye(outputs)[:, codes]
    return network, LOSSES[kind]().for_task(task), theta, x, y


def trainer_on(
    network: Network, loss: AbstractLoss, theta: Array, x: Array, y: Array, penalty: Penalty
) -> Trainer:
    trainer = Trainer(network, loss, Sgd(learning_rate=0.1), theta.copy(), x, y, seed=0)
    trainer.adopt(trainer.optimizer, Constant(), penalty, batch=x.shape[1])
    return trainer


@pytest.mark.parametrize("penalty", [Penalty(), Penalty(l1=0.05, l2=0.3)])
@pytest.mark.parametrize(("kind", "task", "outputs"), TASKS)
@pytest.mark.parametrize(("depth", "activation"), list(product(DEPTHS, ACTIVATIONS)))
def test_every_gradient_agrees_with_central_differences(
    depth: tuple[int, ...],
    activation: str,
    kind: str,
    task: str,
    outputs: int,
    penalty: Penalty,
) -> None:
    network, loss, theta, x, y = problem(depth, activation, kind, task, outputs)
    trainer = trainer_on(network, loss, theta, x, y, penalty)
    trainer.step()
    oracle = BatchOracle(network, loss, penalty, x, y)
    measured = measured_gradient(oracle.loss, theta)
    assert relative_error(trainer.gradient, measured) < 1e-6
    assert relative_error(oracle.gradient(theta), measured) < 1e-6
    total = trainer.batch_loss + trainer.penalty_value
    assert total == pytest.approx(oracle.loss(theta), rel=1e-14)


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("kind", ["cross_entropy", "hinge"])
def test_a_batch_is_weighed_by_its_classes(kind: str, outputs: int) -> None:
    network, _, theta, x, y = problem((4,), "tanh", kind, "classification", outputs)
    loss = LOSSES[kind](class_weights=(1.0, 4.0, 0.5)[: max(2, outputs)])
    trainer = trainer_on(network, loss, theta, x, y, Penalty())
    trainer.step()
    oracle = BatchOracle(network, loss, Penalty(), x, y)
    assert trainer.batch_loss == pytest.approx(oracle.loss(theta), rel=1e-14)
    measured = measured_gradient(oracle.loss, theta)
    assert relative_error(trainer.gradient, measured) < 1e-6
    assert relative_error(oracle.gradient(theta), measured) < 1e-6


def small_trainer(rows: int = 10, batch: int = 4, seed: int = 3) -> Trainer:
    rng = np.random.default_rng(1)
    network = Network((2, 3, 1))
    theta = initial_parameters(network, "glorot", 1.0, 0)
    x, y = with_ones(rng.normal(size=(rows, 2))), rng.normal(size=(1, rows))
    trainer = Trainer(network, LOSSES["mse"](), Sgd(learning_rate=0.1), theta, x, y, seed)
    trainer.adopt(trainer.optimizer, Exponential(gamma=0.5), Penalty(), batch)
    return trainer


def test_an_epoch_visits_every_row_once_and_the_last_batch_is_the_rest() -> None:
    trainer = small_trainer()
    for epoch in (1, 2, 3):
        seen: list[int] = []
        for size in (4, 4, 2):
            trainer.step()
            assert trainer.epochs.epoch == epoch
            assert len(trainer.epochs.taken_rows) == size
            seen += list(trainer.epochs.taken_rows)
        assert trainer.epochs.done
        assert sorted(seen) == list(range(10))


def test_the_order_of_rows_is_another_in_each_epoch_and_the_same_in_each_run() -> None:
    first, second = small_trainer(), small_trainer()
    orders = []
    for _ in range(6):
        first.step()
        second.step()
        assert list(first.epochs.taken_rows) == list(second.epochs.taken_rows)
        orders.append(tuple(first.epochs.taken_rows))
    assert orders[0] != orders[3]
    other = small_trainer(seed=4)
    other.step()
    assert tuple(other.epochs.taken_rows) != orders[0]


def test_a_step_reports_what_it_did() -> None:
    trainer = small_trainer()
    before = trainer.theta.copy()
    trainer.step()
    trainer.step()
    rows = trainer.epochs.taken_rows
    oracle = trainer.oracle
    assert trainer.rate == pytest.approx(0.1 * 0.5)
    assert trainer.batch_loss == pytest.approx(oracle.loss(trainer.previous), rel=1e-14)
    assert trainer.gradient == pytest.approx(oracle.gradient(trainer.previous), rel=1e-13)
    assert trainer.theta == pytest.approx(trainer.previous - 0.05 * trainer.gradient, rel=1e-15)
    moved = np.linalg.norm(trainer.theta - trainer.previous)
    assert trainer.update_norm == pytest.approx(moved, rel=1e-14)
    assert trainer.gradient_norm == pytest.approx(np.linalg.norm(trainer.gradient), rel=1e-14)
    assert not np.array_equal(before, trainer.previous)
    assert len(rows) == 4


def test_a_batch_larger_than_the_data_is_the_data() -> None:
    trainer = small_trainer(batch=10_000)
    trainer.step()
    assert list(trainer.epochs.taken_rows) == list(range(10))
    assert trainer.epochs.done
    assert trainer.epochs.taken_of == 1


def test_one_row_is_enough_to_learn_from() -> None:
    trainer = small_trainer(rows=1)
    losses = []
    for _ in range(5):
        trainer.step()
        losses.append(trainer.batch_loss)
    assert losses == sorted(losses, reverse=True)


def test_float32_stays_float32_all_the_way() -> None:
    network, loss, theta, x, y = problem((4,), "tanh", "mse", "regression", 1)
    small = [a.astype(np.float32) for a in (theta, x, y)]
    trainer = trainer_on(network, loss, small[0], small[1], small[2], Penalty(l1=0.1, l2=0.1))
    for _ in range(3):
        trainer.step()
    exact = trainer_on(network, loss, theta, x, y, Penalty(l1=0.1, l2=0.1))
    for _ in range(3):
        exact.step()
    assert trainer.theta.dtype == trainer.gradient.dtype == trainer.memory.dtype == np.float32
    assert trainer.theta == pytest.approx(exact.theta, abs=1e-5)


def test_a_step_can_be_made_phase_by_phase_and_every_layer_read_between() -> None:
    network, loss, theta, x, y = problem((4, 3), "tanh", "mse", "regression", 1)
    whole = trainer_on(network, loss, theta, x, y, Penalty(l2=0.1))
    parts = trainer_on(network, loss, theta, x, y, Penalty(l2=0.1))
    whole.step()
    parts.next_batch()
    parts.forward()
    first, second, last = (layer.matrix(theta) for layer in network.layers)
    sums, units = parts.passes.sums, parts.passes.units
    assert sums[0] == pytest.approx(first @ x, rel=1e-13)
    assert units[0] == pytest.approx(np.tanh(sums[0]), rel=1e-15)
    assert sums[1] == pytest.approx(second[:, :-1] @ units[0] + second[:, -1:], rel=1e-13)
    assert parts.outputs is sums[2]
    assert parts.batch_loss == 0, "not known yet"
    parts.loss()
    assert parts.batch_loss == pytest.approx(((sums[2] - y) ** 2).mean(), rel=1e-14)
    assert parts.gradient.tolist() == [0.0] * network.size, "not known yet"
    parts.backward()
    deltas = parts.passes.deltas
    assert deltas[2] == pytest.approx(2 * (sums[2] - y) / 7, rel=1e-14)
    assert deltas[1] == pytest.approx(
        last[:, :-1].T @ deltas[2] * (1 - units[1] ** 2), rel=1e-12, abs=1e-15
    )
    assert (parts.theta == theta).all(), "not moved yet"
    parts.update()
    assert parts.theta.tobytes() == whole.theta.tobytes()
    assert parts.gradient.tobytes() == whole.gradient.tobytes()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_race_is_as_many_runs_on_the_same_batches(optimizer: str) -> None:
    rng = np.random.default_rng(2)
    network = Network((2, 3, 1))
    x, y = with_ones(rng.normal(size=(10, 2))), rng.normal(size=(1, 10))
    theta = initial_parameters(network, "glorot", 1.0, 0)
    rates = np.array([0.001, 0.01, 0.05])
    chosen = OPTIMIZERS[optimizer]()

    def trainer(start: Array, rates: Array | None, rate: float) -> Trainer:
        one = msgspec.structs.replace(chosen, learning_rate=rate)
        made = Trainer(network, LOSSES["mse"](), one, start, x, y, 3, rates=rates, dropout=0.2)
        made.adopt(one, Constant(), Penalty(l2=0.01), 4, Clipping(norm=0.5))
        return made

    race = trainer(np.tile(theta, (3, 1)), rates[:, None], 1.0)
    alone = [trainer(theta.copy(), None, float(rate)) for rate in rates]
    for _ in range(25):
        race.step()
        for one in alone:
            one.step()
    for k, one in enumerate(alone):
        assert race.theta[k] == pytest.approx(one.theta, rel=1e-9, abs=1e-12)
        assert race.batch_loss[k] == pytest.approx(one.batch_loss, rel=1e-9)
        assert race.gradient_norm[k] == pytest.approx(one.gradient_norm, rel=1e-9)
        assert race.update_norm[k] == pytest.approx(one.update_norm, rel=1e-7)
