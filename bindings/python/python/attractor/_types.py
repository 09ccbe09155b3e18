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
    lost_flips_synchronous: NDArray[np.int64]
    lost_erasures_synchronous: NDArray[np.int64]
    lost_flips_asynchronous: NDArray[np.int64]
    lost_erasures_asynchronous: NDArray[np.int64]
    stopped: NDArray[np.bool_]


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


class Capacity(TypedDict):
    rule: list[str]
    patterns: NDArray[np.int64]
    instances: NDArray[np.int64]
    stored: NDArray[np.float64]
    stored_low: NDArray[np.float64]
    stored_high: NDArray[np.float64]
    wrong_bits_per_pattern: NDArray[np.float64]
    wrong_low: NDArray[np.float64]
    wrong_high: NDArray[np.float64]
    lower_bound_per_pattern: NDArray[np.float64]


class GuaranteedRadii(TypedDict):
    weights: list[str]
    couplings: list[str]
    neurons: NDArray[np.int64]
    patterns: NDArray[np.int64]
    instances: NDArray[np.int64]
    stored: NDArray[np.int64]
    radius_least: NDArray[np.float64]
    radius_mean: NDArray[np.float64]
    radius_most: NDArray[np.float64]
    bound_mean: NDArray[np.float64]
    proven: NDArray[np.int64]


class Comparison(TypedDict):
    rule: list[str]
    flips: NDArray[np.float64]
    recalled: NDArray[np.float64]
    recalled_low: NDArray[np.float64]
    recalled_high: NDArray[np.float64]
    wrong_bits: NDArray[np.float64]
    lower_bound: NDArray[np.float64]
    status: list[str | None]
    margin: NDArray[np.float64]
    radius: NDArray[np.float64]
    seconds: NDArray[np.float64]


class Results(TypedDict):
    figure: list[str]
    method: list[str]
    data: list[str]
    neurons: NDArray[np.int64]
    patterns: NDArray[np.int64]
    level: NDArray[np.float64]
    repeat: NDArray[np.int64]
    seed: NDArray[np.uint64]
    wrong_bits: NDArray[np.float64]
    wrong_bits_strict: NDArray[np.float64]
    wrong_bits_fixed_point: NDArray[np.float64]
    lower_bound: NDArray[np.float64]
    zero_share: NDArray[np.float64]
    margin: NDArray[np.float64]
    exact_recall: NDArray[np.float64]
    overlap: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    status: list[str]
    certified: list[bool | None]
    options: list[str]
    seconds: NDArray[np.float64]
    version: list[str]


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
