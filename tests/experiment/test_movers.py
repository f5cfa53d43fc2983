"""Who moved most: the largest first, and groups by the column a parameter belongs to."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.movers import columns_of_inputs, groups_of, largest, rank
from gd_studio.experiment.run import Run
from tests.experiment.experiments import small


def test_the_largest_come_first_whatever_their_sign() -> None:
    values = np.array([0.5, -2.0, 0.0, 1.0, -1.0])
    assert largest(values, 3) == [1, 3, 4]
    assert largest(values, 9) == [1, 3, 4, 0, 2]
    assert [rank(values, i) for i in range(5)] == [4, 1, 5, 2, 2]


def test_values_that_are_not_finite_come_before_all_others() -> None:
    values = np.array([3.0, np.nan, 1.0, -np.inf])
    assert sorted(largest(values, 2)) == [1, 3]
    assert largest(values, 4)[2:] == [0, 2]


def test_every_parameter_of_a_network_is_in_one_group_of_its_column_or_layer() -> None:
    run = Run(small(model={"hidden": [4, 3]}))
    groups = groups_of(run.hypothesis)
    assert groups.names == ("x", "y", "hidden 1: bias", "hidden 2", "output")
    names = [run.hypothesis.parameter_name(i) for i in groups.members(1)]
    assert names == [f"hidden 1.weight[1,{neuron}]" for neuron in range(4)]
    counts = [len(groups.members(g)) for g in range(len(groups.names))]
    assert counts == [4, 4, 4, 15, 4]
    assert sum(counts) == run.hypothesis.network.size


def test_the_length_of_a_group_is_that_of_its_values() -> None:
    run = Run(small())
    run.step()
    groups, moved = groups_of(run.hypothesis), run.parameters - run.previous
    lengths = groups.lengths(moved)
    for group in range(len(groups.names)):
        wanted = np.linalg.norm(moved[groups.members(group)])
        assert lengths[group] == pytest.approx(wanted, rel=1e-14)
    assert np.linalg.norm(lengths) == pytest.approx(np.linalg.norm(moved), rel=1e-14)


def test_parts_of_a_one_hot_column_count_as_one() -> None:
    run = Run(Experiment.from_dict({"data": {"kind": "loan_applicants"}}))
    hypothesis = run.hypothesis
    used = [column.name for column in run.data.columns_in_use]
    groups = groups_of(hypothesis)
    assert list(groups.names[: len(used)]) == used
    assert len(hypothesis.inputs) > len(used)
    width = hypothesis.network.layers[0].outputs
    for place, name in enumerate(used):
        parts = sum(feature.column == name for feature in run.data.features)
        assert len(groups.members(place)) == parts * width


def test_terms_of_a_polynomial_count_as_the_columns_they_are_made_of() -> None:
    run = Run(Experiment.from_dict({"data": {"kind": "moons"}, "model": {"kind": "polynomial"}}))
    found = dict(zip(run.hypothesis.inputs, columns_of_inputs(run.hypothesis), strict=True))
    assert (found["x"], found["x²"], found["x³"]) == ("x", "x", "x")
    assert (found["x·y"], found["x²·y"]) == ("x · y", "x · y")
    assert groups_of(run.hypothesis).names == ("x", "y", "x · y", "output: bias")


def test_on_a_landscape_each_parameter_stands_alone() -> None:
    run = Run(Experiment.from_dict({"model": {"kind": "landscape"}, "data": {"kind": "none"}}))
    groups = groups_of(run.hypothesis)
    assert groups.names == ("x", "y")
    assert groups.lengths(np.array([3.0, -4.0])).tolist() == [3.0, 4.0]
