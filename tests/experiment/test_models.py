"""What models offer: every member of the engine's registries, by its name for the screen."""

from __future__ import annotations

from gd_studio.engine.activations import ACTIVATIONS
from gd_studio.engine.initializers import INITIALIZERS
from gd_studio.experiment.models import Mlp, Model, NetworkModel
from gd_studio.settings import convert, describe, kinds, visible


def test_every_activation_is_on_offer_by_its_own_name() -> None:
    choices = next(s for s in describe(Mlp) if s.name == "activation").choices
    assert choices == tuple((word, activation.title) for word, activation in ACTIVATIONS.items())


def test_every_initializer_is_on_offer_for_every_network() -> None:
    networks = [model for model in kinds(Model).values() if issubclass(model, NetworkModel)]
    assert len(networks) == 4
    for model in networks:
        choices = next(s for s in describe(model) if s.name == "init").choices
        assert [word for word, _ in choices] == list(INITIALIZERS)
        assert len({words for _, words in choices}) == len(choices)


def test_the_spread_shows_where_it_is_used() -> None:
    shown = [
        word
        for word in INITIALIZERS
        if "init_scale" in {s.name for s in visible(convert({"kind": "mlp", "init": word}, Mlp))}
    ]
    assert shown == ["uniform", "normal"]
