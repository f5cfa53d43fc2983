from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gd_studio.data import Blobs, DataSettings, Line, LoanApplicants, Moons, Plane, Xor
from gd_studio.data.generators import Generated
from gd_studio.errors import SettingError
from gd_studio.settings import convert, kinds

MADE_UP = [kind for kind in kinds(DataSettings).values() if issubclass(kind, Generated)]
SYNTHETIC = [*MADE_UP, LoanApplicants]


@pytest.mark.parametrize("kind", SYNTHETIC)
def test_the_same_settings_draw_the_same_rows(kind: type[Any]) -> None:
    first, second = kind().load(), kind().load()
    for one, other in zip(first.columns, second.columns, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(first.target.values, second.target.values)


@pytest.mark.parametrize("kind", SYNTHETIC)
def test_another_seed_draws_other_rows(kind: type[Any]) -> None:
    first, second = kind().load(), kind(seed=1).load()
    pairs = zip(first.columns, second.columns, strict=True)
    assert any(not np.array_equal(a.values, b.values) for a, b in pairs)


@pytest.mark.parametrize("kind", SYNTHETIC)
@pytest.mark.parametrize("samples", [20, 41, 200])
def test_as_many_rows_as_asked_for(kind: type[Any], samples: int) -> None:
    data = kind(samples=samples).load()
    assert data.rows == samples
    assert all(len(column.values) == samples for column in data.columns)
    assert "synthetic" in data.source


def test_moons_are_the_default_of_the_first_chapter() -> None:
    data = Moons().load()
    assert data.rows == 400
    assert [column.name for column in data.columns] == ["x", "y"]
    assert data.classes == ("class 0", "class 1")
    assert np.bincount(data.codes).tolist() == [200, 200]


def test_rows_come_in_shuffled_order() -> None:
    codes = Moons().load().codes
    assert 100 < np.count_nonzero(np.diff(codes)) < 300


def test_a_line_without_noise_is_a_line() -> None:
    data = Line(noise=0.0, slope=3.0, intercept=-1.0).load()
    np.testing.assert_allclose(data.target.values, 3 * data.columns[0].values - 1)


def test_a_plane_without_noise_is_a_plane() -> None:
    data = Plane(noise=0.0).load()
    x1, x2 = (column.values for column in data.columns)
    np.testing.assert_allclose(data.target.values, 1.5 * x1 - 0.8 * x2 + 0.5)


def test_xor_is_one_where_the_signs_differ() -> None:
    data = Xor(noise=0.0).load()
    x, y = (column.values for column in data.columns)
    np.testing.assert_array_equal(data.codes, (x * y < 0).astype(int))


def test_blobs_have_a_class_per_centre_and_noise_moves_labels() -> None:
    clean, noisy = Blobs(centers=5).load(), Blobs(centers=5, noise=0.3).load()
    assert len(clean.classes) == 5
    assert np.unique(noisy.codes).size == 5
    assert np.bincount(clean.codes).tolist() == [40] * 5
    assert np.bincount(noisy.codes).tolist() != [40] * 5


def test_fewer_samples_than_centres_are_refused() -> None:
    with pytest.raises(SettingError, match="at least 10"):
        convert({"kind": "blobs", "samples": 5, "centers": 10}, Blobs, "data")
