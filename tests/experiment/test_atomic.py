"""A file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from gd_studio import FileError
from gd_studio.experiment.atomic import write_atomically, write_bytes, write_text


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "preferences")


def test_a_new_file_holds_what_was_written_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_text(tmp_path / "x.txt", "naïve\n")
    assert (tmp_path / "x.txt").read_bytes() == "naïve\n".encode()
    write_bytes(tmp_path / "x.txt", b"\0\1")
    assert (tmp_path / "x.txt").read_bytes() == b"\0\1"
    assert names(tmp_path) == ["x.txt"]


def test_a_write_that_fails_half_way_leaves_the_old_file_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")

    def fill_the_disk(file: BinaryIO) -> None:
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    with pytest.raises(FileError, match=r"x.txt could not be written: No space left on device"):
        write_atomically(path, fill_the_disk)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["x.txt"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fails_at_the_end_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileError, match="Read-only file system"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["x.txt"]


def test_an_error_of_our_own_leaves_the_old_file_and_goes_on_up(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")

    def stumble(file: BinaryIO) -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        write_atomically(path, stumble)
    assert path.read_text() == "old"
    assert names(tmp_path) == ["x.txt"]


@pytest.mark.parametrize("place", ["nowhere/x.txt", ".", "file/x.txt"])
@pytest.mark.skipif(os.name == "nt", reason="Windows has other words for it")
def test_a_place_that_cannot_be_written_to_is_refused_by_name(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(FileError, match="could not be written"):
        write_text(tmp_path / place, "new")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions and links")
def test_permissions_and_links_stay_as_they_were(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    write_text(tmp_path / "fresh.txt", "new")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "fresh.txt").stat().st_mode) == 0o666 & ~mask


def test_a_name_as_long_as_the_disk_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    write_text(path, "new")
    assert path.read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other words for it")
def test_a_place_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    (tmp_path / "folder").mkdir()
    for path, why in (
        (tmp_path / "none" / "a.npz", "No such file or directory"),
        (tmp_path / "file" / "a.npz", "Not a directory"),
        (tmp_path / "folder", "Is a directory"),
        (tmp_path / ("n" * 300), "File name too long"),
        (tmp_path / "a\0b", "choose another name"),
    ):
        with pytest.raises(FileError, match=why) as caught:
            write_bytes(path, b"new")
        assert "\n" not in str(caught.value)
    assert (tmp_path / "file").read_bytes() == b"kept"
    assert names(tmp_path) == ["file", "folder"]
