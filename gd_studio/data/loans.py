"""Loan applicants: synthetic people and a documented rule that approves or denies them.

Income grows with age and years of employment, owning a home with age and income, and so on; no
row is a real person. The rule, before noise: approved if score > 0, where

    score = 1.6 ln(income / 42) + 0.5 ln(1 + employment) - 0.055 (debt ratio - 30)
          - 0.6 (loan amount / income) - 0.75 late payments (0.35 each if income > 60)
          + {own 0.4, mortgage 0.2, rent 0} - {business 0.5, medical 0.2, others 0} + 0.05

`noise` is the share of rows whose decision is then turned around. Some incomes, employments and
homes are missing; the number and the date of the application say nothing about the decision.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gd_studio.data.dataset import Column, Dataset, Floats, words
from gd_studio.data.generators import Seed
from gd_studio.data.randomness import generator
from gd_studio.settings import Choice, described

HOMES = ("own", "mortgage", "rent")
PURPOSES = ("car", "home improvement", "education", "business", "medical", "debt consolidation")
PURPOSE_SHARES = (0.24, 0.2, 0.12, 0.14, 0.1, 0.2)
DECISIONS = ("denied", "approved")
_FIRST_DAY = date(2023, 1, 1).toordinal()


class LoanApplicants(Choice, frozen=True, tag="loan_applicants"):
    """Applicants for a loan, each approved or denied by a known rule with some noise."""

    title: ClassVar[str] = "Loan applicants"
    samples: Annotated[
        int,
        described("Applicants", "How many applicants are drawn.", ge=20, le=200_000, scale="log"),
    ] = 500
    noise: Annotated[
        float,
        described(
            "Wrong decisions",
            "The share of applicants decided against the rule: labels no model should learn.",
            ge=0,
            le=0.5,
            own=True,
        ),
    ] = 0.05
    seed: Seed = 0

    def load(self, folder: Path | None = None) -> Dataset:
        """Draw the applicants; `folder` is of use to files only."""
        people = _people(generator(self.seed, "loan applicants"), self.samples)
        rng = generator(self.seed, "loan applicants, noise")
        wrong = rng.permutation(self.samples)[: round(self.noise * self.samples)]
        approved = score(people) > 0
        approved[wrong] = ~approved[wrong]
        decision = Column("decision", "category", words(DECISIONS[int(a)] for a in approved))
        return Dataset(
            self.title,
            _columns(people, generator(self.seed, "loan applicants, gaps")),
            decision,
            "classification",
            DECISIONS,
            source="synthetic: people and rule made up by GD Studio (see loans.py)",
            gaps=True,
        )


People = dict[str, NDArray[Any]]


def score(people: People) -> Floats:
    """Return what decides: above 0 is approved (the formula at the top of this file)."""
    income = people["income"]
    late = np.where(income > 60, 0.35, 0.75)
    home = np.array([0.4, 0.2, 0.0])[people["home"]]
    purpose = np.array([0.0, 0.0, 0.0, 0.5, 0.2, 0.0])[people["purpose"]]
    total = (
        1.6 * np.log(income / 42)
        + 0.5 * np.log1p(people["employment"])
        - 0.055 * (people["debt ratio"] - 30)
        - 0.6 * people["loan amount"] / income
        - late * people["late payments"]
        + home
        - purpose
        + 0.05
    )
    return np.asarray(total, dtype=float)


def _people(rng: np.random.Generator, count: int) -> People:
    age = np.round(np.clip(20 + rng.gamma(3.2, 6.5, count), 20, 75))
    employment = np.round((age - 19) * rng.beta(1.3, 1.8, count), 1)
    log_income = 3.35 + 0.011 * (age - 20) + 0.018 * employment + 0.38 * rng.standard_normal(count)
    income = np.round(np.clip(np.exp(log_income), 9, 400), 1)
    comfort = -2.4 + 0.045 * age + 0.012 * income + 0.8 * rng.standard_normal(count)
    home = np.select([comfort > 0.6, comfort > -0.4], [0, 1], 2)
    debt = 100 * rng.beta(2.2, 4.5, count) + 6 * (home == 1) - 0.04 * (income - 40)
    amount = income * rng.uniform(0.08, 0.9, count) * np.where(rng.random(count) < 0.1, 1.8, 1)
    late = rng.poisson(0.25 + 0.012 * np.clip(debt, 0, 90))
    return {
        "age": age,
        "income": income,
        "employment": employment,
        "home": home,
        "debt ratio": np.round(np.clip(debt, 0, 95), 1),
        "loan amount": np.round(np.clip(amount, 1, None), 1),
        "late payments": np.minimum(late, 8).astype(float),
        "purpose": rng.choice(len(PURPOSES), count, p=PURPOSE_SHARES),
        "day": _FIRST_DAY + np.sort(rng.integers(0, 730, count)),
    }


def _columns(people: People, rng: np.random.Generator) -> tuple[Column, ...]:
    count = len(people["age"])
    gaps = {name: rng.random(count) < share for name, share in _GAPS.items()}
    numbers = {
        name: Column(name, "number", _with_gaps(people[name], gaps.get(name)), unit)
        for name, unit in _UNITS.items()
    }
    home = words(
        None if gap else HOMES[h] for h, gap in zip(people["home"], gaps["home"], strict=True)
    )
    days = (date.fromordinal(int(day)).isoformat() for day in people["day"])
    return (
        Column("application", "identifier", words(f"A-{10001 + i}" for i in range(count))),
        Column("applied on", "date", words(days)),
        numbers["age"],
        numbers["income"],
        numbers["employment"],
        Column("home", "category", home),
        numbers["debt ratio"],
        numbers["late payments"],
        numbers["loan amount"],
        Column("purpose", "category", words(PURPOSES[p] for p in people["purpose"])),
    )


_GAPS = {"income": 0.03, "employment": 0.04, "home": 0.02}
_UNITS = {
    "age": "years",
    "income": "thousand a year",
    "employment": "years",
    "debt ratio": "%",
    "late payments": "",
    "loan amount": "thousand",
}


def _with_gaps(values: Floats, gaps: NDArray[np.bool_] | None) -> Floats:
    return values.copy() if gaps is None else np.where(gaps, np.nan, values)
