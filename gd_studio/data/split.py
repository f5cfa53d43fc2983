"""Which rows train, which judge: a fair, repeatable draw.

Each class keeps its share in every part, and training keeps at least one row of every class
that has one to spare.
"""

from __future__ import annotations

import numpy as np

from gd_studio.data.dataset import Integers
from gd_studio.data.randomness import generator


def split_rows(
    groups: Integers, validation: float, test: float, seed: int
) -> tuple[Integers, Integers, Integers]:
    """Return ascending row numbers (train, validation, test); `groups` holds each row's class."""
    total = len(groups)
    sizes = _sizes(total, validation, test)
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    shuffled = generator(seed, "split").permutation(total)
    by_class = shuffled[np.argsort(inverse[shuffled], kind="stable")]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    part = np.zeros(total, dtype=np.int8)
    taken = np.zeros(len(counts), dtype=np.intp)
    for number, size in enumerate(sizes, start=1):
        quota = _quotas(size, counts, counts - taken - 1)
        for start, done, take in zip(starts, taken, quota, strict=True):
            part[by_class[start + done : start + done + take]] = number
        taken += quota
    train, judge, last = (np.flatnonzero(part == number) for number in range(3))
    return train, judge, last


def _sizes(total: int, validation: float, test: float) -> tuple[int, int]:
    """Return how many rows to hold out; at least one each if asked for, but one stays to train."""
    wanted = [max(1, round(share * total)) if share > 0 else 0 for share in (validation, test)]
    judge = min(wanted[0], total - 1)
    return judge, min(wanted[1], total - 1 - judge)


def _quotas(size: int, counts: Integers, room: Integers) -> Integers:
    """Share `size` rows among classes by their counts, by largest remainder, within the room."""
    room = np.maximum(room, 0)
    ideal = size * counts / counts.sum()
    quota: Integers = np.minimum(np.floor(ideal).astype(np.intp), room)
    by_remainder = np.argsort(-(ideal - quota), kind="stable")
    while (left := min(size, int(room.sum())) - int(quota.sum())) > 0:
        spare = by_remainder[quota[by_remainder] < room[by_remainder]]
        quota[spare[:left]] += 1
    return quota


def describe_split(train: int, validation: int, test: int, stratified: bool) -> str:
    """Say the split as a sentence."""
    parts = [f"{train} rows train"]
    parts += [f"{validation} validate"] if validation else []
    parts += [f"{test} test"] if test else []
    how = "each class in the same share" if stratified else "drawn at random"
    return f"{', '.join(parts)} ({how})." if validation + test else f"All {train} rows train."
