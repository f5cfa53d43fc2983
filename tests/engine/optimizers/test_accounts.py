"""What methods that ask for the whole loss tell of a step: what they decided, not where it led."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.arrays import Array
from gd_studio.engine.optimizers import ConjugateGradient, Lbfgs, LevenbergMarquardt, Newton
from gd_studio.engine.optimizers.account import Account, Move, UntoldError
from gd_studio.engine.optimizers.base import Oracle
from tests.engine.optimizers.test_second_order import SECOND_ORDER, Saddle, network_problem
from tests.engine.optimizers.ways import Descent, Parabola, Problem, Rosenbrock

EXACT = 1e-12
EVERY = pytest.mark.parametrize("way", SECOND_ORDER)


class Told:
    """A descent whose steps are told: one account for each parameter."""

    def __init__(self, way: str, oracle: Oracle, start: Array, rate: float = 1.0) -> None:
        self.way, self.oracle = SECOND_ORDER[way], oracle
        self.descent = Descent(self.way, start, oracle, rate)

    def step(self) -> list[Account]:
        """Make a step, and return its accounts by one who does not know where it ended."""
        descent = self.descent
        self.theta, self.before = descent.theta.copy(), descent.memory.copy()
        self.g = self.oracle.gradient(self.theta)
        descent.descend(1)
        return [self.account(i, None) for i in range(self.theta.size)]

    def account(self, index: int, new: Array | None) -> Account:
        step, rate = self.descent.state.step, float(self.descent.rate)
        move = Move(step, rate, self.theta, new, self.g, self.before, None, self.oracle)
        book = Account(move, index, self.way.slots, float(self.g[index]))
        self.way.account(book)
        return book

    @property
    def moved(self) -> bool:
        return not np.array_equal(self.theta, self.descent.theta)


def value(book: Account, name: str) -> float:
    """Return the value of the last line of a name."""
    return next(e.value for e in reversed(book.entries) if e.name == name)


def names(book: Account) -> set[str]:
    return {entry.name for entry in book.entries}


def problems(way: str) -> list[tuple[Oracle, Array]]:
    network, start = network_problem()
    found: list[tuple[Oracle, Array]] = [(network, start), (Rosenbrock(), Rosenbrock.start)]
    if SECOND_ORDER[way].losses is None:
        found.append((Saddle(), np.array([0.5, 0.1])))
    return found


@EVERY
@pytest.mark.parametrize("rate", [1.0, 0.2, 20.0])
def test_direction_and_length_are_told_without_knowing_where_the_step_ended(
    way: str, rate: float
) -> None:
    for oracle, start in problems(way):
        told = Told(way, oracle, start, rate)
        for _ in range(6):
            for index, book in enumerate(told.step()):
                assert book.entries[-1].name == "new"
                assert book.entries[-1].value == told.descent.theta[index]
                assert ("d" in names(book)) == told.moved
                for entry in book.entries:
                    apart = abs(float(entry.term.value) - entry.value)
                    assert apart <= EXACT * max(1.0, abs(entry.value)), entry.name


@EVERY
def test_a_step_that_led_elsewhere_is_not_told_as_if_it_had_not(way: str) -> None:
    oracle, start = network_problem()
    told = Told(way, oracle, start)
    told.step()
    told.account(0, told.descent.theta)
    with pytest.raises(UntoldError):
        told.account(0, told.descent.theta + 1e-6)


def dense_inverse(told: Told, history: int) -> Array:
    """Return L-BFGS's B as a matrix, by its definition (Nocedal and Wright, equation 7.16)."""
    moves, changes = told.before[:history], told.before[history:]
    pairs = [(s, y) for s, y in zip(moves, changes, strict=True) if s.any()]
    unit = np.eye(told.theta.size)
    s, y = pairs[0]
    found: Array = unit * (s @ y) / (y @ y)
    for s, y in reversed(pairs):
        turn = unit - np.outer(y, s) / (s @ y)
        found = turn.T @ found @ turn + np.outer(s, s) / (s @ y)
    return found


@pytest.mark.parametrize("way", ["lbfgs", "lbfgs of two"])
def test_the_two_loops_told_give_the_gradient_times_the_matrix_they_stand_for(way: str) -> None:
    oracle, start = network_problem()
    told = Told(way, oracle, start)
    optimizer = told.way
    assert isinstance(optimizer, Lbfgs)
    turned = 0
    for _ in range(15):
        books = told.step()
        if "γ" not in names(books[0]):
            continue
        d = np.array([value(book, "d") for book in books])
        wanted = -dense_inverse(told, optimizer.history) @ told.g
        assert d == pytest.approx(wanted, rel=1e-8, abs=1e-10 * np.abs(wanted).max())
        turned += 1
    assert turned > 10


@pytest.mark.parametrize("way", ["newton", "newton undamped", "levenberg_marquardt"])
def test_the_direction_told_solves_the_damped_equations(way: str) -> None:
    oracle, start = network_problem()
    told = Told(way, oracle, start)
    for _ in range(4):
        books = told.step()
        if not told.moved:
            continue
        if isinstance(told.way, LevenbergMarquardt):
            jacobian = oracle.jacobian(told.theta)
            matrix = jacobian.T @ jacobian
        else:
            matrix = oracle.hessian(told.theta)
        matrix = matrix + value(books[0], "λ") * np.eye(told.theta.size)
        wanted = np.linalg.solve(matrix, -told.g)
        d = np.array([value(book, "d") for book in books])
        lost = float(np.linalg.cond(matrix)) * 1e-14 * np.linalg.norm(wanted)
        assert np.linalg.norm(d - wanted) <= lost
        left = np.array([value(book, "slope left") for book in books])
        size = np.linalg.norm(matrix) * np.linalg.norm(d) + np.linalg.norm(told.g)
        assert np.abs(left).max() <= 1e-13 * size


def test_damping_is_followed_from_step_to_step_through_every_refusal() -> None:
    told = Told("newton", Rosenbrock(), Rosenbrock.start)
    refused, following = 0, float(told.descent.memory[0, 0])
    for _ in range(12):
        book = told.step()[0]
        start = next(e.value for e in book.entries if e.name == "μ")
        assert start == pytest.approx(following, rel=1e-14)
        following = value(book, "μ next")
        assert following == pytest.approx(float(told.descent.memory[0, 0]), rel=1e-14)
        refused += sum(e.name == "fall tried" for e in book.entries)
    assert refused > 0


def test_conjugate_gradient_tells_beta_by_its_definition_and_why_it_starts_anew() -> None:
    oracle, start = network_problem()
    told = Told("conjugate_gradient", oracle, start)
    assert isinstance(told.way, ConjugateGradient)
    carried = started = 0
    for _ in range(25):
        books = told.step()
        before, past = told.before[1], told.before[0]
        if "β" in names(books[0]) and value(books[0], "β") > 0:
            beta = told.g @ (told.g - before) / (before @ before)
            assert value(books[0], "β") == pytest.approx(beta, rel=1e-10)
            d = np.array([value(book, "d") for book in books])
            assert d == pytest.approx(beta * past - told.g, rel=1e-9, abs=1e-14)
            carried += 1
        else:
            assert [value(book, "d") for book in books] == (-told.g).tolist()
            started += 1
    assert carried > 5
    assert started > 1


@pytest.mark.parametrize("way", ["conjugate_gradient", "lbfgs"])
def test_the_length_told_keeps_the_conditions_told_beside_it(way: str) -> None:
    oracle, start = Rosenbrock(), Rosenbrock.start
    for rate in (1.0, 0.01, 30.0):
        told = Told(way, oracle, start, rate)
        tried = 0
        for _ in range(10):
            books = told.step()
            book = books[0]
            assert value(book, "loss there") <= value(book, "loss asked")
            assert abs(value(book, "slope there")) <= value(book, "slope asked")
            d = np.array([value(b, "d") for b in books])
            assert value(book, "slope") == pytest.approx(told.g @ d, rel=1e-10)
            there = told.theta + value(book, "α") * d
            assert value(book, "loss there") == pytest.approx(oracle.loss(there), rel=1e-12)
            tried += "α₁" in names(book)
        assert tried > 0 or rate == 1.0


def test_a_way_off_a_saddle_is_told_as_an_eigenvector() -> None:
    told = Told("newton", Saddle(), Saddle.start)
    across, along = told.step()
    assert told.moved
    assert value(along, "bend") == pytest.approx(-2)
    assert abs(value(along, "d")) == pytest.approx(1)
    assert value(across, "d") == pytest.approx(0)
    for book in (across, along):
        assert value(book, "left over") == pytest.approx(0, abs=1e-14)
    assert "left the saddle" in str(along.words)


def test_where_nothing_moves_that_is_told() -> None:
    problem: Problem = Parabola()
    told = Told("conjugate_gradient", problem, Parabola.bottom)
    for book in told.step():
        assert (book.entries[0].name, book.entries[0].value) == ("change", 0.0)


def test_equations_cost_more_to_tell_than_a_line_search() -> None:
    assert Newton().effort(100, 50) == (100 + 500) * 2500
    assert Lbfgs().effort(100, 50) == 50_000
