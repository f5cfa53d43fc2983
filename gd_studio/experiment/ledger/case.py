"""One row and one parameter in one step: the numbers that the lines of a ledger are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gd_studio.data import Split
from gd_studio.engine.arrays import Array, Integers
from gd_studio.engine.layers import Layer
from gd_studio.engine.losses import AbstractLoss
from gd_studio.engine.network import Network
from gd_studio.engine.penalties import Penalty
from gd_studio.experiment.experiment import Experiment
from gd_studio.experiment.ledger.moment import Moment, settings_of
from gd_studio.experiment.ledger.passing import BatchPass, RowPass, column_of, masks_of
from gd_studio.experiment.models import Mlp

if TYPE_CHECKING:
    from gd_studio.experiment.hypothesis import Hypothesis

# Sums of a batch that are made again for one look; of more only what the step itself tells.
MOST_SUMS = 100_000
# A network with no more neurons than this is copied out in full.
FEW_NEURONS = 40


@dataclass(frozen=True, eq=False)
class Pull:
    """How the rows of a batch pull at the parameter: `mine` + `others`, over `weight`.

    `mine` is None where the selected row is not in the batch; `counted`: whether the others were
    added up row by row, or are what the step's gradient leaves for them.
    """

    mine: float | None
    others: float
    weight: float
    rows: int
    counted: bool
    loss_mine: float | None
    loss_others: float


class Case:
    """A moment seen from one row (of a split) and one parameter (flat index).

    `whole`: whether what is only copied is told, too.
    """

    def __init__(
        self, moment: Moment, split: Split, row: int, parameter: int, whole: bool = True
    ) -> None:
        self.whole = whole
        self.moment, self.split, self.row, self.parameter = moment, split, row, parameter
        self.settings: Experiment = settings_of(moment)
        self.hypothesis: Hypothesis = moment.hypothesis
        self.network = moment.hypothesis.network
        self.loss: AbstractLoss = moment.hypothesis.loss
        self.theta = np.asarray(moment.previous, np.float64)

    @cached_property
    def net(self) -> Network:
        """The network; a landscape has none."""
        assert isinstance(self.network, Network)
        return self.network

    @cached_property
    def layer(self) -> Layer:
        """The layer of the parameter."""
        return self.net.layer_of(self.parameter)

    @cached_property
    def depth(self) -> int:
        """The number of that layer, from 0."""
        return self.net.layers.index(self.layer)

    @property
    def penalty(self) -> Penalty:
        """The penalty under which the step was made."""
        return self.settings.penalty

    @cached_property
    def is_weight(self) -> bool:
        """Whether the penalty counts the parameter."""
        return bool(self.network.is_weight()[self.parameter] == 1)

    @property
    def dropout(self) -> float:
        """The share of neurons left out in the step; 0 where none was made yet."""
        model = self.settings.model
        return model.dropout if isinstance(model, Mlp) and self.moment.step else 0.0

    @property
    def rows(self) -> Integers:
        """The training rows of the step's batch; before the first step all of them."""
        if self.moment.step:
            return self.moment.batch_rows
        return np.arange(len(self.hypothesis.prepared.train.rows))

    @cached_property
    def column(self) -> int | None:
        """Where in the batch the selected row stands; None if it is not in it."""
        if self.split is not self.hypothesis.prepared.train:
            return None
        return column_of(self.row, self.rows)

    @cached_property
    def gradient(self) -> float:
        """The parameter's gradient, as the step had it: of the batch's mean and the penalty."""
        return float(self.moment.gradient[self.parameter])

    @cached_property
    def penalty_slope(self) -> float:
        """The penalty's share of the gradient."""
        if not self.is_weight:
            return 0.0
        weight, penalty = float(self.theta[self.parameter]), self.penalty
        return penalty.l2 * weight + penalty.l1 * float(np.sign(weight))

    @cached_property
    def pass_(self) -> RowPass:
        """The selected row's way through the network, with the step's own dropout."""
        if self._batch is not None and self.column is not None:
            return self._batch.row(self.column)
        x = self.hypothesis.network_input(self.split.x[self.row : self.row + 1])
        y = self.hypothesis.network_target(self.split.y[self.row : self.row + 1])
        found = BatchPass(self.net, self.loss, self.theta, x, y.astype(np.float64))
        masks = self._masks
        if masks is not None and self.column is not None:
            at = self.column
            return found.run([m[:, at : at + 1] for m in masks]).row(0)
        return found.run(None).row(0)

    @cached_property
    def row_loss(self) -> float:
        """The selected row's loss, times the weight of its class."""
        z, y = self.pass_.sums[-1], self.pass_.target
        return float(self.loss.rows(z[:, None], y[:, None])[0])

    @property
    def is_masked(self) -> bool:
        """Whether dropout had a hand in the selected row's pass."""
        return any((mask != 1).any() for mask in self.pass_.masks)

    @cached_property
    def pull(self) -> Pull:
        """How the rows of the batch pull at the parameter, and what they lose."""
        rows, column = self.rows, self.column
        y = self.hypothesis.network_target(self.hypothesis.prepared.train.y[rows])
        weight = self.loss.total_weight(y)
        mean_loss = self.moment.record.loss if self.moment.record else self.moment.first
        if self._batch is not None:
            pulls, losses = self._batch.pulls(self.parameter), self._batch.losses
            are_others = np.arange(len(rows)) != (-1 if column is None else column)
            mine = None if column is None else float(pulls[column])
            loss = None if column is None else float(losses[column])
            others, other_losses = float(pulls[are_others].sum()), float(losses[are_others].sum())
            return Pull(mine, others, weight, len(rows), True, loss, other_losses)
        mine = None if column is None else self.own_pull
        loss = None if column is None else self.row_loss
        others = weight * (self.gradient - self.penalty_slope) - (mine or 0.0)
        return Pull(
            mine, others, weight, len(rows), False, loss, weight * mean_loss - (loss or 0.0)
        )

    @cached_property
    def own_pull(self) -> float:
        """The gradient of the selected row's loss alone."""
        source, target = self.layer.place(self.parameter)
        given = self.pass_.inputs[self.depth][-1 if source is None else source]
        return float(self.pass_.deltas[self.depth][target] * given)

    @cached_property
    def way(self) -> list[int]:
        """One neuron of every layer: the way through the parameter on which most comes along."""
        found, network = self.pass_, self.net
        source, target = self.layer.place(self.parameter)
        way = [0] * len(network.layers)
        way[self.depth] = target
        for i in range(self.depth + 1, len(way)):
            weights = network.layers[i].weight(self.theta)[way[i - 1]]
            way[i] = int(np.abs(weights * found.deltas[i]).argmax())
        for i in reversed(range(self.depth)):
            if i == self.depth - 1 and source is not None:
                way[i] = source
                continue
            weights = network.layers[i + 1].weight(self.theta)[:, way[i + 1]]
            way[i] = int(np.abs(weights * found.inputs[i + 1][:-1]).argmax())
        return way

    def neurons(self, layer: int) -> list[int]:
        """Return the neurons of a layer that are written out: all of a small network's."""
        width = self.net.sizes[layer + 1]
        if sum(self.net.sizes[1:]) <= FEW_NEURONS:
            return list(range(width))
        return [self.way[layer]]

    @cached_property
    def _masks(self) -> list[Array] | None:
        if self.dropout == 0:
            return None
        seed, step = self.settings.training.seed, self.moment.step
        return masks_of(self.net, self.dropout, seed, step, len(self.rows))

    @cached_property
    def _batch(self) -> BatchPass | None:
        """The whole batch, pushed through again; None if it is too large for that."""
        rows = self.rows
        if len(rows) * sum(self.net.sizes) > MOST_SUMS:
            return None
        train = self.hypothesis.prepared.train
        x = self.hypothesis.network_input(train.x[rows])
        y = self.hypothesis.network_target(train.y[rows]).astype(np.float64)
        return BatchPass(self.net, self.loss, self.theta, x, y).run(self._masks)
