"""The ground of settings: described once, checked everywhere, refused in the user's words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
import pytest

from gd_studio import Experiment, SettingError
from gd_studio.data import DataSettings, Preparation
from gd_studio.engine.losses import Loss
from gd_studio.engine.optimizers import Optimizer
from gd_studio.engine.penalties import Penalty
from gd_studio.engine.schedules import Schedule
from gd_studio.engine.stopping import Stop
from gd_studio.experiment.models import Model
from gd_studio.experiment.training import Training
from gd_studio.settings import (
    Choice,
    Settings,
    convert,
    describe,
    described,
    differences,
    edited,
    edited_together,
    kind_of,
    kinds,
    merged,
    plain,
    setting_at,
    value_at,
    visible,
)


class Round(Choice, frozen=True, tag="round"):
    title: ClassVar[str] = "Round"
    radius: Annotated[float, described("Radius", "How far.", gt=0, le=10, own=True)] = 1.0
    count: Annotated[int, described("Count", "How many.", ge=1)] = 3


class Square(Choice, frozen=True, tag="square"):
    title: ClassVar[str] = "Square"
    radius: Annotated[float, described("Radius", "How far.", gt=0, own=True)] = 2.0
    count: Annotated[int, described("Count", "How many.", ge=1)] = 4
    tilt: Annotated[
        float | None, described("Tilt", "How much.", when=lambda s: s.count > 3)
    ] = None


class Drawing(Settings, frozen=True):
    shape: Round | Square = Round()
    second: Round | Square | None = None
    limit: Annotated[int, described("Limit", "At most.", ge=0, lt=5)] | None = None
    low: Annotated[float, described("Low", "The lower end.")] = 0.0
    high: Annotated[float, described("High", "The upper end.")] = 1.0

    def check(self) -> None:
        if self.low > self.high:
            raise ValueError("low: Low must not be above high.")


GROUPS: list[type[Settings]] = [Preparation, Penalty, Stop, Training]
for union in (DataSettings, Model, Loss, Optimizer, Schedule):
    GROUPS += kinds(union).values()


@pytest.mark.parametrize("group", GROUPS)
def test_every_setting_is_described_and_its_default_valid(group: type[Settings]) -> None:
    assert convert(plain(group()), group) == group()
    settings = describe(group)
    assert [s.name for s in settings] == list(group.__struct_fields__)
    for setting in settings:
        assert setting.title[:1].isupper(), setting.name
        assert setting.help.endswith("."), setting.name
        assert setting.editor, setting.name
        assert all(words for _, words in setting.choices)


def numbers() -> Iterator[tuple[type[Settings], str, Any]]:
    """Yield every bounded number with a value just outside its bounds."""
    for group in GROUPS:
        for s in describe(group):
            if s.editor not in ("number", "integer", "rate", "batch", "seed"):
                continue
            step = 1 if isinstance(s.default, int) and s.editor != "number" else 1e-6
            if s.minimum is not None:
                yield group, s.name, s.minimum if s.open_minimum else s.minimum - step
            if s.maximum is not None:
                yield group, s.name, s.maximum if s.open_maximum else s.maximum + 1


@pytest.mark.parametrize(("group", "name", "value"), list(numbers()))
def test_every_bound_is_kept_and_said(group: type[Settings], name: str, value: Any) -> None:
    setting = next(s for s in describe(group) if s.name == name)
    with pytest.raises(SettingError) as refused:
        edited(group(), name, value)
    said = str(refused.value)
    assert said.startswith(f"{setting.title} ({name}) must be ")
    assert refused.value.path == name


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("path", ["low", "shape.radius"])
def test_a_number_that_is_not_finite_is_refused(path: str, value: float) -> None:
    with pytest.raises(SettingError, match=f"{path} must be a finite number"):
        edited(Drawing(), path, value)


WRONG: list[tuple[str, object, str]] = [
    ("low", "a", r"Low \(low\) must be a number, not 'a'"),
    ("low", None, r"Low \(low\) must be a number, not None"),
    ("low", True, r"Low \(low\) must be a number, not True"),
    ("limit", 2.5, r"Limit \(limit\) must be a whole number or null, not 2.5"),
    ("limit", 5, r"Limit \(limit\) must be at least 0 and below 5, not 5"),
    ("shape.radius", 0, r"Radius \(shape.radius\) must be above 0 and at most 10, not 0"),
    ("low", 2, "Low must not be above high"),
    ("shape", 3, "shape must be an object of settings, not 3"),
    ("shape.kind", "oval", "shape.kind cannot be 'oval'; choose one of: round, square"),
    ("shape.kind", None, "choose one of: round, square"),
    ("shape.size", 3, "no setting called 'size' in shape"),
    ("size", 3, "no setting called 'size'"),
    ("kind", "x", "no setting called 'kind'"),
    ("low.deeper", 3, "no setting called low.deeper"),
    ("no.such.path", 3, "no setting called no.such.path"),
    ("", 3, "no setting called ''"),
    ("low", object(), "cannot be a setting"),
    ("second.radius", 3, "second must have the key 'kind'"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), WRONG)
def test_a_wrong_edit_is_refused_in_words(path: str, value: object, sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence) as refused:
        edited(Drawing(), path, value)
    assert "`" not in str(refused.value)


def test_a_long_value_is_cut_in_the_sentence() -> None:
    with pytest.raises(SettingError) as refused:
        edited(Drawing(), "low", "x" * 10_000)
    assert len(str(refused.value)) < 120


def test_an_edit_makes_another_tree_and_leaves_the_first() -> None:
    first = Drawing()
    second = edited(first, "shape.count", 9)
    assert (first.shape.count, second.shape.count) == (3, 9)
    assert value_at(second, "shape.count") == 9
    assert value_at(second, "shape.kind") == "round"
    with pytest.raises(AttributeError):
        first.low = 3  # type: ignore[misc]


def test_another_kind_keeps_what_both_have_but_not_what_is_its_own() -> None:
    start = edited_together(Drawing(), {"shape.count": 9, "shape.radius": 7.0})
    other = edited(start, "shape.kind", "square")
    assert other.shape == Square(count=9, radius=2.0)


def test_the_same_kind_again_changes_nothing() -> None:
    start = edited(Drawing(), "shape.radius", 7.0)
    assert edited(start, "shape.kind", "round") == start


def test_a_choice_that_was_empty_can_be_made_and_unmade() -> None:
    made = edited(Drawing(), "second.kind", "square")
    assert made.second == Square()
    assert edited(made, "second", None) == Drawing()


def test_edits_that_fit_only_together_are_checked_only_together() -> None:
    both = edited_together(Drawing(), {"low": 5.0, "high": 6.0})
    assert (both.low, both.high) == (5, 6)


def test_numpys_numbers_become_pythons_own() -> None:
    found = edited_together(Drawing(), {"low": np.float32(0.5), "limit": np.int64(3)})
    assert type(found.low) is float
    assert type(found.limit) is int
    assert plain(Round(radius=np.float64(2.0))) == {"kind": "round", "radius": 2.0, "count": 3}


def test_differences_lead_from_one_tree_to_the_other() -> None:
    old = Drawing()
    new = edited_together(
        old, {"shape.kind": "square", "shape.tilt": 0.5, "low": -1.0, "second.kind": "round"}
    )
    changes = differences(old, new)
    assert set(changes) == {"shape", "low", "second"}
    assert edited_together(old, changes) == new
    assert differences(new, new) == {}


def test_a_setting_is_found_by_its_path() -> None:
    found = setting_at(Drawing(), "shape.radius")
    assert found is not None
    assert (found.title, found.bounds()) == ("Radius", "above 0 and at most 10")
    assert setting_at(Drawing(), "shape") is None
    for path in ("nothing.at", "low.deeper"):
        with pytest.raises(SettingError, match="no setting called"):
            setting_at(Drawing(), path)
    with pytest.raises(SettingError, match=r"no setting called shape\.tilt"):
        value_at(Drawing(), "shape.tilt")


def test_a_setting_is_visible_only_where_it_makes_sense() -> None:
    assert [s.name for s in visible(Square())] == ["radius", "count", "tilt"]
    assert [s.name for s in visible(Square(count=2))] == ["radius", "count"]


def test_kinds_are_known_by_their_words() -> None:
    assert kinds(Round | Square) == {"round": Round, "square": Square}
    assert kind_of(Square()) == kind_of(Square) == "square"


def test_a_change_is_laid_over_what_is_there() -> None:
    base = plain(edited_together(Drawing(), {"shape.radius": 7.0, "shape.count": 9}))
    assert merged(base, {"shape": {"count": 5}}, Drawing)["shape"]["radius"] == 7.0
    other = merged(base, {"shape": {"kind": "square", "tilt": 1.0}}, Drawing)["shape"]
    assert other == {"kind": "square", "radius": 2.0, "count": 4, "tilt": 1.0}


def test_every_kind_can_be_chosen_in_an_experiment_and_back() -> None:
    experiment = Experiment()
    unions = (
        ("data", DataSettings),
        ("model", Model),
        ("optimizer", Optimizer),
        ("schedule", Schedule),
        ("loss", Loss),
    )
    for branch, union in unions:
        for word, chosen in kinds(union).items():
            other = edited(experiment, f"{branch}.kind", word)
            assert type(value_at(other, branch)) is chosen
            assert convert(plain(other), Experiment) == other


def test_settings_are_frozen_structs_without_room_for_more() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"novel": 1}, Drawing)
