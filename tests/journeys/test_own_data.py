"""Own data in a small dark window: import a messy table, step, go back, play, drag, export."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from tests.journeys.hands import NEEDED, User, user

pytestmark = NEEDED
SIZE = (1024, 640)


def messy_table(path: Path) -> None:
    """Write flats with a decimal comma, gaps, a unit in the header and a column of notes."""
    rng = np.random.default_rng(4)
    lines = ["Fläche (m²);Zimmer;Lage;Miete"]
    for i in range(90):
        area, rooms = rng.uniform(20, 140), int(rng.integers(1, 6))
        rent = 250 + 9.5 * area + 40 * rooms + rng.normal(0, 40)
        place = ("Mitte", "Rand", "")[int(rng.integers(0, 3))]
        size = "" if i % 17 == 3 else f"{area:.1f}".replace(".", ",")
        lines.append(f"{size};{rooms};{place};{rent:.2f}".replace(".", ","))
    path.write_bytes("\r\n".join(lines).encode("cp1252"))


def test_own_data_in_a_small_dark_window(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "preferences.json").write_text(json.dumps({"theme": "dark", "started_before": True}))
    messy_table(tmp_path / "flats.csv")
    with user(tmp_path, *SIZE) as someone:
        try_own_data(someone, tmp_path)


def try_own_data(someone: User, folder: Path) -> None:
    shown = someone.see(lambda s: s["step"] == 0, "the window at step 0")
    assert shown["size"][0] <= SIZE[0]
    assert shown["size"][1] <= SIZE[1]
    someone.turn_to("GD Studio$")
    someone.press("ctrl+i")
    someone.see(lambda s: s["dialog"] == "QFileDialog", "the choice of a file")
    someone.turn_to("Import data")
    someone.do("type", "--delay", "15", str(folder / "flats.csv"))
    someone.press("Return")
    someone.see(lambda s: s["dialog"] == "dialog.import", "what the table holds")
    someone.turn_to("Import data")
    someone.see(lambda s: s["import.ready"], "that the table has been read")
    someone.photograph("import")
    someone.click("import.accept")
    someone.see(lambda s: s["data"] == "flats.csv", "a model on the own table")

    someone.turn_to("GD Studio$")
    for step in range(1, 4):
        someone.press("Right")
        someone.see(lambda s, step=step: s["step"] == step, f"step {step}")  # type: ignore[misc]
    someone.press("Left")
    someone.see(lambda s: (s["step"], s["last"]) == (2, 3), "one step back")
    someone.press("space")
    someone.see(lambda s: s["last"] >= 40, "some forty steps")
    someone.press("space")
    newest = someone.see(lambda s: not s["playing"], "the pause")
    someone.photograph("played")

    someone.drag("timeline", 0.03, 0.02, 0.01, 0.0)
    past = someone.see(lambda s: s["step"] == 0, "the start, dragged to")
    assert past["last"] == newest["last"]
    someone.press("Escape", "End")
    someone.see(lambda s: s["step"] == newest["last"], "the newest step")

    picture = folder / "loss.svg"
    someone.press("ctrl+shift+e")
    someone.see(lambda s: s["dialog"] == "dialog.export_plot", "the export's dialog")
    someone.turn_to("Export")
    someone.type_into("export.file", str(picture), then="Tab")
    someone.click("export.accept")
    someone.see(lambda s: "loss.svg" in s["status"]["right"], "that it was exported")
    assert picture.read_text("utf-8").startswith("<?xml")

    someone.turn_to("GD Studio$")
    project = folder / "flats.gds"
    someone.press("ctrl+s")
    someone.see(lambda s: s["dialog"] == "QFileDialog", "the choice of a name")
    someone.turn_to("Save")
    someone.press("ctrl+a")
    someone.do("type", "--delay", "15", str(project))
    someone.press("Return")
    someone.see(lambda s: project.exists(), "the saved project")
    someone.turn_to("GD Studio$")
    someone.press("ctrl+n")
    someone.see(lambda s: s["data"] == "Two moons", "the first experiment again")
    someone.press("ctrl+o")
    someone.see(lambda s: s["dialog"] == "QFileDialog", "the choice of a file")
    someone.turn_to("Open")
    someone.do("type", "--delay", "15", str(project))
    someone.press("Return")
    again = someone.see(lambda s: s["data"] == "flats.csv", "the own table again")
    assert again["step"] == newest["step"]
    assert again["status"]["train"] == newest["status"]["train"]
    someone.photograph("reopened")
    someone.turn_to("GD Studio$")
    someone.press("ctrl+q")
    assert someone.leave() == (0, "")
