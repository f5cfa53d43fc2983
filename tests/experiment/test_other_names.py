"""Other names for things: refused like any wrong name, and told what is meant here."""

from __future__ import annotations

from typing import Any

import pytest

from gd_studio import SettingError
from gd_studio.engine.optimizers import OPTIMIZERS
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.other_names import SAME, SETTING_OF

# What the group must be for the setting to be there.
GROUPS: dict[str, dict[str, Any]] = {"model.function": {"model.kind": "landscape"}}


@pytest.mark.parametrize(
    ("path", "other", "name"),
    [(path, other, name) for path, names in SAME.items() for other, name in names.items()],
)
def test_another_name_is_refused_with_the_one_that_works(path: str, other: str, name: str) -> None:
    start = Experiment().edit(GROUPS.get(path, {}))
    assert start.edit({path: name}) is not None
    for word in (other, other.upper()):
        with pytest.raises(SettingError, match=rf"\. Here {other} is called {name}\.$") as refused:
            start.edit({path: word})
        assert refused.value.path == path
    group, _, key = path.partition(".")
    whole = {"kind": "landscape"} if path in GROUPS else {}
    with pytest.raises(SettingError, match=f"Here {other} is called {name}"):
        Experiment.from_dict({group: {**whole, key: other}})


@pytest.mark.parametrize("other", SETTING_OF["optimizer.kind"])
def test_what_is_a_setting_here_is_refused_with_its_path(other: str) -> None:
    setting, kinds = SETTING_OF["optimizer.kind"][other]
    for kind in kinds:
        assert setting.partition(".")[2] in OPTIMIZERS[kind].__struct_fields__
    sentence = f"Here {other} is a setting of {' and '.join(kinds)}: {setting}"
    with pytest.raises(SettingError, match=sentence):
        Experiment.from_dict({"optimizer": {"kind": other}})


@pytest.mark.parametrize("word", ["magic", 3, None, ["lm"]])
def test_any_other_word_gets_the_list_alone(word: Any) -> None:
    with pytest.raises(SettingError) as refused:
        Experiment().edit({"optimizer.kind": word})
    assert "Here" not in str(refused.value)
