"""Which of the oracle's state lies where in the engine's memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import AbstractOptimizer, Adam, Adamax, AdamW, NAdam, RAdam
from gd_studio.settings import kind_of

Named = Mapping[str, Array]
Averaged = Adam | AdamW | NAdam | RAdam | Adamax


def memory_from(optimizer: AbstractOptimizer, state: Named) -> Array:
    """Return the memory (slots, P) that stands for an oracle's state {name: (P,)}."""
    kind = kind_of(optimizer)
    rows = SUMS[kind](optimizer, state) if kind in SUMS else _in_order(state, NAMES[kind])
    return np.stack(list(rows))


def _in_order(state: Named, names: Sequence[str]) -> list[Array]:
    """Return the named rows; zeros for what this optimizer's settings leave out."""
    nothing = np.zeros_like(next(iter(state.values())))
    return [state.get(name, nothing) for name in names]


NAMES: dict[str, tuple[str, ...]] = {
    "sgd": ("momentum_buffer",),
    "adagrad": ("sum",),
    "rmsprop": ("square_avg", "grad_avg", "momentum_buffer"),
    "adadelta": ("square_avg", "acc_delta"),
    "rprop": ("prev", "step_size"),
    "lion": ("exp_avg",),
}


def _sums(optimizer: AbstractOptimizer, state: Named) -> list[Array]:
    """Return sums for averages: the engine leaves the factor 1 - beta to the rate."""
    assert isinstance(optimizer, Averaged)
    first, second = 1 - optimizer.beta1, 1 - optimizer.beta2
    m, v, largest = _in_order(state, ("exp_avg", "exp_avg_sq", "max_exp_avg_sq"))
    return [m / first, v / second, largest / second]


SUMS: dict[str, Callable[[AbstractOptimizer, Named], list[Array]]] = {
    "adam": _sums,
    "adamw": _sums,
    "radam": lambda optimizer, state: _sums(optimizer, state)[:2],
    "nadam": lambda optimizer, state: [*_sums(optimizer, state)[:2], state["mu_product"]],
    "adamax": lambda optimizer, state: [_sums(optimizer, state)[0], state["exp_inf"]],
}
