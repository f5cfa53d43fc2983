"""What is said of weights shown as pictures: what the colours mean, and the selected cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gd_studio.gui.numbers import exact, whole
from gd_studio.gui.plots.canvas import PlotPanel
from gd_studio.gui.plots.header import Said

if TYPE_CHECKING:
    from gd_studio.session.frame import Frame


@dataclass(frozen=True)
class PictureWords:
    """What is shown ("weights"), by what ("per layer"), as what ("heat maps"), and a note."""

    quantity: str
    how: str
    as_what: str
    note: str


def say_picture(
    panel: PlotPanel, frame: Frame, values: Any, largest: float, words: PictureWords
) -> None:
    """Write header, note and summary of a picture of values (P,), coloured up to `largest`."""
    quantity, size = words.quantity, exact(largest, 3)
    panel.say(
        Said(f"{quantity} {words.how} · ", short=(f"{quantity} · ", "")),
        Said(f"−{size}", "negative", True, short=f"±{size}", rank=1),
        Said(" to ", short="", rank=3),
        Said(f"+{size}", "positive", True, short="", rank=2),
    )
    selected = min(panel.selection.parameter, len(values) - 1)
    name, value = frame.hypothesis.said_name(selected), exact(float(values[selected]))
    broken = int(np.count_nonzero(~np.isfinite(values)))
    marked = f"× {whole(broken)} not a number" if broken else ""
    parts = (f"{name} = {value}", marked, words.note)
    panel.set_note(" · ".join(part for part in parts if part))
    panel.set_summary(
        f"{quantity.capitalize()} at step {frame.step} as {words.as_what}, colours from "
        f"−{size} to {size}. {name} is {value}."
        + (f" {whole(broken)} are not a number." if broken else "")
    )
