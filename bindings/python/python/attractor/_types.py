"""Columns that methods answer with: what each holds, for type checkers. At run time they are dictionaries, which frames of
pandas and polars are made of."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray


class PerNeuron(TypedDict):
    wrong_bits: NDArray[np.int64]
    lower_bound: NDArray[np.int64]


class Radii(TypedDict):
    flips: NDArray[np.int64]
    erasures: NDArray[np.int64]
    flips_synchronous: NDArray[np.int64]
    erasures_synchronous: NDArray[np.int64]
    flips_asynchronous: NDArray[np.int64]
    erasures_asynchronous: NDArray[np.int64]


class Outcomes(TypedDict):
    outcome: list[str]
    pattern: NDArray[np.int64]
    nearest: NDArray[np.int64]
    overlap: NDArray[np.float64]


class Basins(TypedDict):
    damage: list[str]
    size: NDArray[np.int64]
    cues: NDArray[np.int64]
    recalled: NDArray[np.int64]
    other_stored: NDArray[np.int64]
    negative: NDArray[np.int64]
    mixture: NDArray[np.int64]
    other: NDArray[np.int64]
    cycle: NDArray[np.int64]
    step_limit: NDArray[np.int64]
    certain: NDArray[np.int64]


class Pairs(TypedDict):
    other: NDArray[np.int8]
    same: NDArray[np.int8]
    settled: NDArray[np.bool_]
    steps: NDArray[np.int64]


class States(TypedDict):
    state: NDArray[np.int8]
    length: NDArray[np.int64]
    basin: NDArray[np.int64]


Answers = TypedDict(
    "Answers",
    {
        "class": list[str],
        "score": NDArray[np.float64],
        "runner_up": list[str | None],
        "runner_up_score": NDArray[np.float64],
        "nearest_row": NDArray[np.int64],
        "agreeing_features": NDArray[np.int64],
        "known_features": NDArray[np.int64],
    },
)
