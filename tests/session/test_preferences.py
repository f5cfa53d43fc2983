"""What is remembered comes back, and nothing about its file ever stops the start."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from gd_studio.session.preferences import MOST_RECENT, Preferences, PreferencesFile


def test_what_was_changed_is_there_at_the_next_start(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "new" / "folder")
    file.change(theme="dark", scale=1.25, more=("panel.data",), views={"loss": {"log": True}})
    again = PreferencesFile(tmp_path / "new" / "folder")
    assert again.preferences == file.preferences
    assert again.preferences.theme == "dark"
    assert again.preferences.views == {"loss": {"log": True}}
    assert again.problem is None


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path)
    assert file.preferences == Preferences()
    assert file.problem is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\x00\xff\xfe",
        b"[]",
        b'{"theme": "pink"}',
        b'{"scale": 99}',
        b'{"unknown": 1}',
        b'{"scale": "big"}',
    ],
)
def test_a_broken_file_is_set_aside_and_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(content)
    file = PreferencesFile(tmp_path)
    assert file.preferences == Preferences()
    assert file.problem is not None
    assert str(path) in file.problem
    assert not path.exists()
    assert path.with_suffix(".broken").read_bytes() == content
    file.change(theme="light")
    assert PreferencesFile(tmp_path).preferences.theme == "light"
    assert PreferencesFile(tmp_path).problem is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    file = PreferencesFile(tmp_path / "file" / "preferences")
    file.change(theme="dark")
    assert file.preferences.theme == "dark"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_no_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        PreferencesFile(tmp_path).change(theme="dark")
        assert list(tmp_path.iterdir()) == []
    finally:
        tmp_path.chmod(0o700)


def test_recent_files_are_the_newest_first_and_each_once(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path)
    paths = [tmp_path / f"{i}.gds" for i in range(MOST_RECENT + 2)]
    for path in (*paths, paths[4]):
        file.add_recent(path)
    names = [Path(name).name for name in file.preferences.recent]
    assert names[:3] == ["4.gds", f"{MOST_RECENT + 1}.gds", f"{MOST_RECENT}.gds"]
    assert len(names) == len(set(names)) == MOST_RECENT


def test_a_change_of_nothing_writes_nothing(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path)
    file.change(theme="system")
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_readable_json(tmp_path: Path) -> None:
    PreferencesFile(tmp_path).change(recent=("ein Übungsfall.gds",))
    text = (tmp_path / "preferences.json").read_text(encoding="utf-8")
    assert "ein Übungsfall.gds" in text
    assert msgspec.json.decode(text)["recent"] == ["ein Übungsfall.gds"]


def test_without_a_folder_nothing_is_remembered_anywhere() -> None:
    file = PreferencesFile(None)
    file.change(theme="dark")
    assert file.preferences.theme == "dark"
    assert PreferencesFile(None).preferences == Preferences()
