"""Functions of two parameters to descend: known shapes, each with something to teach.

Value, gradient and Hessian all come from the one formula, in the language of `formulas`, that a
user may type as well. To add one: an entry in `LANDSCAPES`.
"""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class NamedFunction:
    """f(x, y) by its formula, and what is known of it.

    `lowest` is its value at each of `minima`, the lowest points there are (none where it falls
    without end). `view` (x low, x high, y low, y high) shows what matters; from `start`, plain
    gradient descent at `rate` shows it, too. `lesson` says what that is.
    """

    title: str
    formula: str
    lowest: float
    minima: tuple[Point, ...]
    start: Point
    rate: float
    view: tuple[float, float, float, float]
    lesson: str
    source: str


LANDSCAPES: dict[str, NamedFunction] = {
    "bowl": NamedFunction(
        title="Bowl",
        formula="x^2 + y^2",
        lowest=0.0,
        minima=((0.0, 0.0),),
        start=(-1.6, 1.2),
        rate=0.1,
        view=(-2.0, 2.0, -2.0, 2.0),
        lesson="As steep in every direction: the gradient points away from the minimum, and "
        "each step goes straight at it.",
        source="the sphere function of De Jong 1975",
    ),
    "ravine": NamedFunction(
        title="Ravine",
        formula="0.5*x^2 + 10*y^2",
        lowest=0.0,
        minima=((0.0, 0.0),),
        start=(-4.0, 1.0),
        rate=0.095,
        view=(-5.0, 1.5, -1.5, 1.5),
        lesson="Twenty times as steep across as along: the steps zigzag between the walls, and "
        "get on slowly.",
        source="an ill-conditioned quadratic, as in Goh 2017",
    ),
    "saddle": NamedFunction(
        title="Saddle",
        formula="0.25*x^4 - 0.5*x^2 + 0.5*y^2",
        lowest=-0.25,
        minima=((-1.0, 0.0), (1.0, 0.0)),
        start=(0.001, 1.2),
        rate=0.1,
        view=(-1.8, 1.8, -1.5, 1.5),
        lesson="At the pass between two valleys the gradient is zero, though it is no minimum: "
        "the descent lingers there before it falls to one side.",
        source="a double well; on saddles see Dauphin et al. 2014",
    ),
    "plateau": NamedFunction(
        title="Plateau",
        formula="1 - exp(-0.5*(x^2 + y^2))",
        lowest=0.0,
        minima=((0.0, 0.0),),
        start=(-2.6, 1.8),
        rate=0.5,
        view=(-4.0, 4.0, -4.0, 4.0),
        lesson="Far from the hole there is almost no slope: a small gradient does not mean that "
        "the minimum is near.",
        source="an inverted bell curve",
    ),
    "rosenbrock": NamedFunction(
        title="Rosenbrock",
        formula="(1 - x)^2 + 100*(y - x^2)^2",
        lowest=0.0,
        minima=((1.0, 1.0),),
        start=(-1.2, 1.0),
        rate=0.001,
        view=(-2.0, 2.0, -1.0, 3.0),
        lesson="Into the bent valley at once, along its almost flat floor for ages.",
        source="Rosenbrock 1960",
    ),
    "himmelblau": NamedFunction(
        title="Himmelblau",
        formula="(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        lowest=0.0,
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        start=(-0.5, -0.5),
        rate=0.01,
        view=(-5.0, 5.0, -5.0, 5.0),
        lesson="Four minima, all as deep: which one is found depends on nothing but the start.",
        source="Himmelblau 1972",
    ),
    "beale": NamedFunction(
        title="Beale",
        formula="(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
        lowest=0.0,
        minima=((3.0, 0.5),),
        start=(1.0, 1.5),
        rate=0.005,
        view=(-1.0, 4.0, -1.5, 2.0),
        lesson="Flat in the middle, steep at the corners: no single rate suits both.",
        source="Beale 1958",
    ),
    "rastrigin": NamedFunction(
        title="Rastrigin",
        formula="20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)",
        lowest=0.0,
        minima=((0.0, 0.0),),
        start=(-2.3, 1.7),
        rate=0.002,
        view=(-4.0, 4.0, -4.0, 4.0),
        lesson="A bowl full of egg-cups: the descent ends in the nearest one, not in the lowest.",
        source="Rastrigin 1974",
    ),
    "ackley": NamedFunction(
        title="Ackley",
        formula="20 + e - 20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)",
        lowest=0.0,
        minima=((0.0, 0.0),),
        start=(-2.3, 1.4),
        rate=0.02,
        view=(-4.0, 4.0, -4.0, 4.0),
        lesson="A funnel with dents all over: plain descent stays in the first that it meets. The "
        "funnel ends in a point, and at its very tip there is no gradient.",
        source="Ackley 1987",
    ),
    "camel": NamedFunction(
        title="Six-hump camel",
        formula="(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (4*y^2 - 4)*y^2",
        lowest=-1.0316284534898774,
        minima=((0.0898420131003, -0.7126564030207), (-0.0898420131003, 0.7126564030207)),
        start=(1.9, 0.9),
        rate=0.02,
        view=(-2.1, 2.1, -1.2, 1.2),
        lesson="Six valleys, two of them lowest: from here plain descent ends in one that is not.",
        source="Dixon and Szegö 1978",
    ),
}
