"""An engineer with a messy credit table: the model is no better than the baseline, and why."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.journeys.hands import NEEDED, User, user

pytestmark = NEEDED


def credit_table(path: Path) -> None:
    """Write 400 loans of which few fail, with thousands' dots, gaps and words spelt in two ways."""
    rng = np.random.default_rng(11)
    lines = ["Kunde;Einkommen;Laufzeit (Monate);Zweck;Zahlung"]
    for i in range(400):
        number = f"{rng.normal(2800, 700):,.2f}".translate(str.maketrans(",.", ".,"))
        income = "" if i % 23 == 5 else number
        term = "k.A." if i % 31 == 7 else str(rng.choice([12, 24, 36, 48, 60]))
        purpose = rng.choice(["Auto", "Möbel", "Umzug", "auto "])
        paid = "ausgefallen" if rng.random() < 0.06 else "bezahlt"
        lines.append(f"K{10000 + i};{income};{term};{purpose};{paid}")
    path.write_bytes("\r\n".join(lines).encode("cp1252"))


def test_an_engineer_finds_that_a_model_is_no_better_than_the_baseline(tmp_path: Path) -> None:
    credit_table(tmp_path / "credit.csv")
    with user(tmp_path) as engineer:
        look_into_credit(engineer, tmp_path)


def look_into_credit(engineer: User, folder: Path) -> None:
    engineer.see(lambda s: s["step"] == 0, "the window at step 0")
    engineer.turn_to("GD Studio$")
    engineer.press("ctrl+i")
    engineer.see(lambda s: s["dialog"] == "QFileDialog", "the choice of a file")
    engineer.turn_to("Import data")
    engineer.do("type", "--delay", "15", str(folder / "credit.csv"))
    engineer.press("Return")
    engineer.see(lambda s: s["import.ready"], "that the table has been read")
    engineer.turn_to("Import data")
    engineer.photograph("import")
    engineer.click("import.accept")
    engineer.see(lambda s: s["data"] == "credit.csv", "a model of the credits")

    engineer.turn_to("GD Studio$")
    engineer.press(*["shift+Right"] * 40)
    told = engineer.see(lambda s: s["cards"], "what is the matter")
    assert "diagnosis.imbalance" in told["cards"]
    accuracy, guessing = told["score"].split(" (always guessing: ")
    assert abs(percent(accuracy) - percent(guessing)) <= 1
    engineer.photograph("no better")
    engineer.click("diagnosis.imbalance.apply")
    engineer.see(lambda s: s["weights"] == "balanced", "the classes balanced")
    engineer.photograph("balanced")
    engineer.turn_to("GD Studio$")
    engineer.press("ctrl+z")
    engineer.see(lambda s: s["weights"] == "none", "the classes as they were")


def percent(words: str) -> float:
    return float("".join(c for c in words.replace(",", ".") if c.isdigit() or c == "."))
