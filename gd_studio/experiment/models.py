"""The hypotheses on offer: from one straight line to a deep network."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
import numpy as np

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.arrays import Array
from gd_studio.engine.formulas import FormulaError, read_formula
from gd_studio.engine.function import Function
from gd_studio.engine.landscapes import LANDSCAPES, NamedFunction
from gd_studio.engine.network import Network
from gd_studio.settings import Choice, described

Width = Annotated[int, msgspec.Meta(ge=1, le=4096)]


class AbstractModel(Choice, frozen=True):
    """What all models have: tasks they make sense for, and parameters that start somewhere."""

    tasks: ClassVar[tuple[str, ...]]

    def start(self, function: Function) -> Array:
        """Return the parameters (P,) of step 0."""
        raise NotImplementedError


class NetworkModel(AbstractModel, frozen=True):
    """A model that is a network; its weights are drawn."""

    init: Annotated[
        Literal[
            "glorot",
            "glorot_normal",
            "he_uniform",
            "he",
            "orthogonal",
            "uniform",
            "normal",
            "zeros",
        ],
        described(
            "Initial weights",
            "How the first, random guess is drawn; all zeros leaves a network's neurons alike.",
            titles={
                "glorot": "Glorot, uniform",
                "glorot_normal": "Glorot, normal",
                "he_uniform": "He, uniform",
                "he": "He, normal",
            },
            more=True,
        ),
    ] = "glorot"
    init_scale: Annotated[
        float,
        described(
            "Spread",
            "How far weights and biases start from 0: the standard deviation of normal ones, the "
            "limit of uniform ones.",
            gt=0,
            le=100,
            scale="log",
            more=True,
            when=lambda s: s.init in ("normal", "uniform"),
        ),
    ] = 0.5
    seed: Annotated[
        int,
        described(
            "Seed",
            "Which random start is drawn; Reset keeps it, so that two runs start alike.",
            ge=0,
            le=2**32 - 1,
            editor="seed",
        ),
    ] = 0

    def widths(self, terms: int, outputs: int) -> tuple[int, ...]:
        """Return the network's widths, from inputs to outputs."""
        return (terms, outputs)

    def start(self, function: Function) -> Array:
        from gd_studio.engine.initializers import initial_parameters  # loads numpy.random

        assert isinstance(function, Network)
        return initial_parameters(function, self.init, self.init_scale, self.seed)


class Linear(NetworkModel, frozen=True, tag="linear"):
    """ŷ = b + Σ w·x: a weight for each input, and a bias."""

    title: ClassVar[str] = "Linear regression"
    tasks: ClassVar[tuple[str, ...]] = ("regression",)


class Polynomial(NetworkModel, frozen=True, tag="polynomial"):
    """A linear model of all products of inputs up to a degree: it can bend."""

    title: ClassVar[str] = "Polynomial"
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")
    degree: Annotated[
        int,
        described(
            "Degree",
            "The highest power: more bends, and more room to learn the noise by heart.",
            ge=1,
            le=20,
        ),
    ] = 3


class Logistic(NetworkModel, frozen=True, tag="logistic"):
    """A linear model whose outputs are squeezed into probabilities (softmax for 3 and more)."""

    title: ClassVar[str] = "Logistic regression"
    tasks: ClassVar[tuple[str, ...]] = ("classification",)


class Mlp(NetworkModel, frozen=True, tag="mlp"):
    """Layers of neurons, each a bent sum of the layer before: a neural network."""

    title: ClassVar[str] = "Neural network"
    tasks: ClassVar[tuple[str, ...]] = ("regression", "classification")
    hidden: Annotated[
        tuple[Width, ...],
        described(
            "Hidden layers",
            "How many neurons each hidden layer has, such as 8 · 8; up to 100 layers.",
            editor="layers",
        ),
    ] = (8, 8)
    activation: Annotated[
        Literal[
            "identity", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sigmoid"
        ],
        described(
            "Activation",
            "The bend in every neuron; with identity even a deep network is one straight line.",
            titles={name: activation.title for name, activation in ACTIVATIONS.items()},
        ),
    ] = "tanh"

    dropout: Annotated[
        float,
        described(
            "Dropout",
            "The share of hidden neurons left out at each step, so that none relies on another.",
            ge=0,
            lt=1,
            more=True,
        ),
    ] = 0.0

    def check(self) -> None:
        if len(self.hidden) > 100:
            raise ValueError(
                f"hidden: Hidden layers can be at most 100; there are {len(self.hidden)}."
            )

    def widths(self, terms: int, outputs: int) -> tuple[int, ...]:
        return (terms, *self.hidden, outputs)


OWN_START, OWN_RATE, OWN_VIEW = (2.5, 1.5), 0.05, (-3.0, 3.0, -3.0, 3.0)


class LandscapeModel(AbstractModel, frozen=True, tag="landscape"):
    """f(x, y): no data, only a height at every place, and the way down from a start."""

    title: ClassVar[str] = "Landscape f(x, y)"
    tasks: ClassVar[tuple[str, ...]] = ("landscape",)
    function: Annotated[
        Literal[
            "bowl",
            "ravine",
            "saddle",
            "plateau",
            "rosenbrock",
            "himmelblau",
            "beale",
            "rastrigin",
            "ackley",
            "camel",
            "formula",
        ],
        described(
            "Function",
            "Which height is descended: each of these is known for a trouble of its own.",
            titles={**{key: f.title for key, f in LANDSCAPES.items()}, "formula": "Own formula"},
        ),
    ] = "bowl"
    formula: Annotated[
        str,
        described(
            "Formula",
            "What f(x, y) is, by + - * / ^, parentheses, numbers, pi, e and functions such as sin, "
            "exp, log, sqrt, abs, min and max.",
            when=lambda s: s.function == "formula",
            editor="formula",
        ),
    ] = "x^2 + 3*y^2 + 2*sin(3*x)"
    start_x: (
        Annotated[
            float,
            described(
                "Start x",
                "Where the descent begins, from left to right; a click on the map sets it, too.",
                ge=-1e6,
                le=1e6,
            ),
        ]
        | None
    ) = None
    start_y: (
        Annotated[
            float,
            described(
                "Start y",
                "Where the descent begins, from bottom to top; a click on the map sets it, too.",
                ge=-1e6,
                le=1e6,
            ),
        ]
        | None
    ) = None

    def check(self) -> None:
        if self.function != "formula":
            return
        try:
            read_formula(self.formula)
        except FormulaError as error:
            where = f"Formula (model.formula), position {error.position}"
            raise ValueError(f"formula: {where}: {error.reason}") from None

    @property
    def known(self) -> NamedFunction | None:
        """What is known of the function; None for a formula of one's own."""
        return LANDSCAPES.get(self.function)

    @property
    def text(self) -> str:
        """The formula that is descended."""
        return self.known.formula if self.known else self.formula

    @property
    def name(self) -> str:
        """What the function is called."""
        return self.known.title if self.known else "A formula of your own"

    @property
    def usual_start(self) -> tuple[float, float]:
        """Where the descent begins if no start is set."""
        return self.known.start if self.known else OWN_START

    @property
    def usual_rate(self) -> float:
        """A learning rate at which plain gradient descent shows something."""
        return self.known.rate if self.known else OWN_RATE

    @property
    def view(self) -> tuple[float, float, float, float]:
        """What a map should show: x low, x high, y low, y high."""
        return self.known.view if self.known else OWN_VIEW

    def elsewhere(self, across: float, upwards: float) -> tuple[float, float]:
        """Return the place at two shares (0 to 1) of the view's width and height."""
        low_x, high_x, low_y, high_y = self.view
        return (
            round(low_x + across * (high_x - low_x), 2),
            round(low_y + upwards * (high_y - low_y), 2),
        )

    def start(self, function: Function) -> Array:
        wished = zip((self.start_x, self.start_y), self.usual_start, strict=True)
        return np.array([usual if place is None else place for place, usual in wished])


Model = Linear | Polynomial | Logistic | Mlp | LandscapeModel
