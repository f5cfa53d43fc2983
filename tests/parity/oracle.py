"""The oracle's side of a case: PyTorch's layers, losses and optimizers, and autograd.

A member of a registry is judged by the row of its name here; one without a row fails the
comparison. Where PyTorch has no such thing (Lion, log-cosh) the formula is written again, from
its source and not from the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.layers import Layer
from gd_studio.settings import kind_of
from tests.parity.cases import Case
from tests.parity.states import Named

# NAdam keeps a number of its state in the default precision, whatever the parameters have.
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "identity": lambda z: z,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.01),
    "elu": functional.elu,
    "gelu": functional.gelu,
    "silu": functional.silu,
    # Its default threshold cuts off the curve's end, which the engine keeps.
    "softplus": lambda z: functional.softplus(z, threshold=100.0),
    "sigmoid": torch.sigmoid,
}


def probabilities(z: Any) -> Any:
    """Return what the classes' probabilities are, for outputs z (rows, outputs)."""
    return torch.sigmoid(z) if z.shape[1] == 1 else torch.softmax(z, 1)


def squared_error(z: Any, y: Any, case: Case) -> Any:
    guess = z if case.task == "regression" else probabilities(z)
    return functional.mse_loss(guess, y)


def huber(z: Any, y: Any, case: Case) -> Any:
    settings: Any = case.loss
    return functional.huber_loss(z, y, delta=settings.delta)


def log_cosh(z: Any, y: Any, case: Case) -> Any:
    return torch.log(torch.cosh(z - y)).mean()


def cross_entropy(z: Any, y: Any, case: Case) -> Any:
    settings: Any = case.loss
    weights, smoothing = class_weights(case), settings.label_smoothing
    if z.shape[1] == 1 and weights is None and smoothing == 0:
        return functional.binary_cross_entropy_with_logits(z, y)
    # One logit is that of the second class, with 0 for the first.
    logits = z if z.shape[1] > 1 else torch.cat([torch.zeros_like(z), z], 1)
    return functional.cross_entropy(logits, codes(y), weights, label_smoothing=smoothing)


def hinge(z: Any, y: Any, case: Case) -> Any:
    if z.shape[1] == 1:
        rows = torch.clamp(1 - (2 * y - 1) * z, min=0)[:, 0]
    else:
        rows = functional.multi_margin_loss(z, codes(y), reduction="none")
    weights = class_weights(case)
    if weights is None:
        return rows.mean()
    chosen = weights[codes(y)]
    return (rows * chosen).sum() / chosen.sum()


def codes(y: Any) -> Any:
    """Return the class of each row (rows,), for targets y (rows, outputs)."""
    return y[:, 0].long() if y.shape[1] == 1 else y.argmax(1)


def class_weights(case: Case) -> Any:
    settings: Any = case.loss
    return None if settings.class_weights == "none" else torch.tensor(settings.class_weights)


LOSSES: dict[str, Callable[[Any, Any, Case], Any]] = {
    "mse": squared_error,
    "mae": lambda z, y, case: functional.l1_loss(z, y),
    "huber": huber,
    "log_cosh": log_cosh,
    "cross_entropy": cross_entropy,
    "hinge": hinge,
}


class Lion(torch.optim.Optimizer):  # type: ignore[misc]
    """Lion (Chen et al. 2023, algorithm 2) in the form of PyTorch's optimizers."""

    def __init__(self, parameters: list[Any], settings: Any) -> None:
        super().__init__(parameters, {"lr": settings.learning_rate})
        self._settings = settings

    def step(self) -> None:
        s, group = self._settings, self.param_groups[0]
        with torch.no_grad():
            for p in group["params"]:
                mean = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                way = torch.sign(mean.mul(s.beta1).add(p.grad, alpha=1 - s.beta1))
                p.sub_(group["lr"] * (way + s.weight_decay * p))
                mean.mul_(s.beta2).add_(p.grad, alpha=1 - s.beta2)


def _sgd(p: list[Any], s: Any) -> Any:
    return torch.optim.SGD(
        p, s.learning_rate, momentum=s.momentum, dampening=s.dampening, nesterov=s.nesterov
    )


def _adagrad(p: list[Any], s: Any) -> Any:
    return torch.optim.Adagrad(
        p,
        s.learning_rate,
        lr_decay=s.lr_decay,
        initial_accumulator_value=s.initial_accumulator_value,
        eps=s.epsilon,
    )


def _rmsprop(p: list[Any], s: Any) -> Any:
    return torch.optim.RMSprop(
        p, s.learning_rate, s.alpha, s.epsilon, momentum=s.momentum, centered=s.centered
    )


def _adam(p: list[Any], s: Any) -> Any:
    return torch.optim.Adam(
        p, s.learning_rate, (s.beta1, s.beta2), s.epsilon, amsgrad=s.amsgrad
    )


def _adamw(p: list[Any], s: Any) -> Any:
    return torch.optim.AdamW(
        p, s.learning_rate, (s.beta1, s.beta2), s.epsilon, s.weight_decay, s.amsgrad
    )


def _nadam(p: list[Any], s: Any) -> Any:
    return torch.optim.NAdam(
        p, s.learning_rate, (s.beta1, s.beta2), s.epsilon, momentum_decay=s.momentum_decay
    )


def _rprop(p: list[Any], s: Any) -> Any:
    etas, sizes = (s.eta_minus, s.eta_plus), (s.smallest_step, s.largest_step)
    return torch.optim.Rprop(p, s.learning_rate, etas, sizes)


OPTIMIZERS: dict[str, Callable[[list[Any], Any], Any]] = {
    "sgd": _sgd,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adadelta": lambda p, s: torch.optim.Adadelta(p, s.learning_rate, s.rho, s.epsilon),
    "adam": _adam,
    "adamw": _adamw,
    "nadam": _nadam,
    "radam": lambda p, s: torch.optim.RAdam(p, s.learning_rate, (s.beta1, s.beta2), s.epsilon),
    "adamax": lambda p, s: torch.optim.Adamax(
        p, s.learning_rate, (s.beta1, s.beta2), s.epsilon
    ),
    "rprop": _rprop,
    "lion": Lion,
}

schedulers = torch.optim.lr_scheduler


def _one_cycle(optimizer: Any, s: Any) -> Any:
    return schedulers.OneCycleLR(
        optimizer,
        optimizer.param_groups[0]["lr"],
        total_steps=s.steps,
        pct_start=s.pct_start,
        div_factor=s.div_factor,
        final_div_factor=s.final_div_factor,
        cycle_momentum=False,
    )


def _cosine(optimizer: Any, s: Any) -> Any:
    least = s.minimum * optimizer.param_groups[0]["lr"]
    return schedulers.CosineAnnealingLR(optimizer, s.steps, least)


def _cosine_restarts(optimizer: Any, s: Any) -> Any:
    least = s.minimum * optimizer.param_groups[0]["lr"]
    return schedulers.CosineAnnealingWarmRestarts(optimizer, s.period, s.growth, least)


def _plateau(optimizer: Any, s: Any) -> Any:
    rate = optimizer.param_groups[0]["lr"]
    return schedulers.ReduceLROnPlateau(
        optimizer,
        factor=s.gamma,
        patience=s.patience,
        threshold=s.threshold,
        cooldown=s.cooldown,
        min_lr=s.minimum * rate,
        eps=1e-8 * rate,
    )


SCHEDULES: dict[str, Callable[[Any, Any], Any]] = {
    "constant": lambda o, s: schedulers.ConstantLR(o, 1.0),
    "step": lambda o, s: schedulers.StepLR(o, s.every, s.gamma),
    "exponential": lambda o, s: schedulers.ExponentialLR(o, s.gamma),
    "polynomial": lambda o, s: schedulers.PolynomialLR(o, s.steps, s.power),
    "cosine": _cosine,
    "cosine_restarts": _cosine_restarts,
    "one_cycle": _one_cycle,
    "plateau": _plateau,
}
# After these steps PyTorch's would turn back or raise; the engine's stay where they are.
LAST_STEP: dict[str, Callable[[Any], int]] = {
    "cosine": lambda s: s.steps,
    "one_cycle": lambda s: s.steps - 1,
}


class Rates:
    """A schedule, after its warm-up, at work on an optimizer."""

    def __init__(self, optimizer: Any, schedule: Any) -> None:
        kind = kind_of(schedule)
        self._last = LAST_STEP.get(kind, lambda s: 10**9)(schedule) + schedule.warmup
        self._asks_loss = kind == "plateau"
        self._steps = 0
        if schedule.warmup == 0:
            self._scheduler = SCHEDULES[kind](optimizer, schedule)
            return
        start = 1 / schedule.warmup
        climb = schedulers.LinearLR(optimizer, start, total_iters=schedule.warmup - 1)
        proper = SCHEDULES[kind](optimizer, schedule)
        self._scheduler = schedulers.SequentialLR(optimizer, [climb, proper], [schedule.warmup])

    def step(self, loss: float) -> None:
        self._steps += 1
        if self._asks_loss:
            self._scheduler.step(loss)
        elif self._steps <= self._last:
            self._scheduler.step()


class Oracle:
    """A case in PyTorch's hands."""

    def __init__(self, case: Case, theta: Array) -> None:
        self.case = case
        self._layers: tuple[Layer, ...] = case.network().layers
        self._linear = [torch.nn.Linear(x.inputs, x.outputs) for x in self._layers]
        self._parameters = [p for linear in self._linear for p in (linear.weight, linear.bias)]
        with torch.no_grad():
            for layer, linear in zip(self._layers, self._linear, strict=True):
                matrix = torch.from_numpy(layer.matrix(theta).copy())
                linear.weight.copy_(matrix[:, :-1])
                linear.bias.copy_(matrix[:, -1])
        kind = kind_of(case.optimizer)
        self._optimizer = OPTIMIZERS[kind](self._parameters, case.optimizer)
        self._rates = Rates(self._optimizer, case.schedule)
        self._x = torch.from_numpy(case.x())
        self._y = torch.from_numpy(case.y().T.copy())
        self.loss = 0.0
        self.gradient = np.zeros_like(theta)

    def step(self, rows: Integers) -> None:
        """Make one step on these rows."""
        index = torch.from_numpy(rows)
        for p in self._parameters:
            p.grad = None
        loss, total = self._losses(self._x[index], self._y[index])
        total.backward()
        self.loss = float(loss.detach())
        self.gradient = self._flat([p.grad for p in self._parameters])
        self._clip()
        self._optimizer.step()
        self._rates.step(self.loss)

    def theta(self) -> Array:
        """Return the parameters (P,), in the engine's order."""
        return self._flat([p.detach() for p in self._parameters])

    def state(self) -> Named:
        """Return what the optimizer remembers, each name's vector (P,) in the engine's order."""
        kept: list[Mapping[str, Any]] = [self._optimizer.state[p] for p in self._parameters]
        return {name: self._flat([k[name] for k in kept]) for name in _names(kept[0])}

    def _losses(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Return the loss of a batch, and the same with the penalty on its weights."""
        loss = LOSSES[kind_of(self.case.loss)](self._outputs(x), y, self.case)
        total, penalty = loss, self.case.penalty
        for linear in self._linear:
            weight = linear.weight
            total = total + penalty.l1 * weight.abs().sum() + penalty.l2 / 2 * (weight**2).sum()
        return loss, total

    def _outputs(self, x: Any) -> Any:
        for linear in self._linear[:-1]:
            x = ACTIVATIONS[self.case.activation](linear(x))
        return self._linear[-1](x)

    def _clip(self) -> None:
        clipping = self.case.clipping
        if clipping.norm is not None:
            torch.nn.utils.clip_grad_norm_(self._parameters, clipping.norm)
        if clipping.value is not None:
            torch.nn.utils.clip_grad_value_(self._parameters, clipping.value)

    def _flat(self, parts: list[Any]) -> Array:
        """Put a part for each parameter, or a number for all of it, into one vector (P,)."""
        flat = np.zeros(self._layers[-1].offset + self._layers[-1].size)
        for layer, weight, bias in zip(self._layers, parts[::2], parts[1::2], strict=True):
            matrix = layer.matrix(flat)
            matrix[:, :-1], matrix[:, -1] = weight.numpy(), bias.numpy()
        return flat


def _names(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is remembered: some keep the number of steps as well, or an empty place."""
    for name, value in state.items():
        if name != "step" and value is not None:
            yield name
