"""What models offer: every member of the engine's registries, by its name for the screen."""

from __future__ import annotations

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.experiment.models import Mlp
from gd_studio.settings import describe


def test_every_activation_is_on_offer_by_its_own_name() -> None:
    choices = next(s for s in describe(Mlp) if s.name == "activation").choices
    assert choices == tuple((word, activation.title) for word, activation in ACTIVATIONS.items())
