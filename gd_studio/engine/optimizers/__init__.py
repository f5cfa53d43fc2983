"""Optimizers: how a gradient becomes a move. Simplest first; each is its formula.

Hyperparameters are the frozen fields; what an optimizer remembers between steps is `memory`, one
vector per name in `slots`, owned by the trainer. `update` changes `theta` in place; `g` is the
gradient, `rate` the scheduled learning rate, and `state` has the memory, room to compute in, the
step, and an oracle for loss, gradient and Hessian-vector product anywhere (first-order methods
ignore it). Formulas and defaults are PyTorch's.
To add one: a class, and a name in `Optimizer`.
"""

from __future__ import annotations

from typing import get_args

from gd_studio.engine.optimizers.adam import Adam, Adamax, AdamW, NAdam, RAdam
from gd_studio.engine.optimizers.adaptive import Adadelta, AdaGrad, RmsProp
from gd_studio.engine.optimizers.base import AbstractOptimizer, Oracle, State
from gd_studio.engine.optimizers.conjugate import ConjugateGradient
from gd_studio.engine.optimizers.lbfgs import Lbfgs
from gd_studio.engine.optimizers.least_squares import LevenbergMarquardt
from gd_studio.engine.optimizers.newton import Newton
from gd_studio.engine.optimizers.sgd import Sgd
from gd_studio.engine.optimizers.signs import Lion, Rprop
from gd_studio.settings import kind_of

FirstOrder = (
    Sgd | AdaGrad | RmsProp | Adadelta | Adam | AdamW | NAdam | RAdam | Adamax | Rprop | Lion
)
SecondOrder = Newton | LevenbergMarquardt | ConjugateGradient | Lbfgs
Optimizer = FirstOrder | SecondOrder

OPTIMIZERS: dict[str, type[AbstractOptimizer]] = {kind_of(c): c for c in get_args(Optimizer)}

__all__ = [
    "OPTIMIZERS",
    "AbstractOptimizer",
    "AdaGrad",
    "Adadelta",
    "Adam",
    "AdamW",
    "Adamax",
    "ConjugateGradient",
    "Lbfgs",
    "LevenbergMarquardt",
    "Lion",
    "NAdam",
    "Newton",
    "Optimizer",
    "Oracle",
    "RAdam",
    "RmsProp",
    "Rprop",
    "Sgd",
    "State",
]
