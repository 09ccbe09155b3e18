"""`train_neurons`: a directed network, neuron by neuron, by an executor."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import Network, UnsupportedError, _attractor, train
from ._sweep import kept_rows

# What a network has as a whole, and no neuron alone.
OF_ALL = ("couplings", "survive", "survive_erased", "start", "callback", "progress", "rule", "repair_rounds")

# What is preferred among neurons with equally few wrong bits, and what where nothing is said.
PREFERENCES = ("noise", "erased", "sparse")
USUAL_NOISE = 0.05


def train_neurons(
    patterns: ArrayLike,
    *,
    executor: Any = None,
    ledger: str | os.PathLike[str] | None = None,
    **arguments: Any,
) -> Network:
    """Train a network of directed couplings by the exact rule, its neurons by an executor.

    It is the network of `attractor.train(patterns, couplings="directed", ...)`, bit for bit, as long as no time limit ends a
    neuron's search. Where nothing is said of `noise`, `erased` or `sparse`, real weights repair `noise=0.05`: what
    `attractor.train` does then, choosing by what the network recalls, is about all neurons together. Lower bounds are those that the workers proved; their evidence stays there, so this network cannot be
    certified.

    Args:
        patterns: As for `attractor.train`.
        executor: As for `sweep`; without one the neurons are trained here.
        ledger: A file that keeps trained neurons; those that it holds are not trained again.
        arguments: Those of `attractor.train` that are about single neurons. `time_limit` is for each of them; `threads` is 1
            unless it is given.
    """
    for name in OF_ALL:
        if name in arguments:
            raise UnsupportedError(f"{name}: is about a whole network; use attractor.train")
    if arguments.get("weights", "real") == "real" and all(arguments.get(name) is None for name in PREFERENCES):
        arguments["noise"] = USUAL_NOISE
    patterns = np.asarray(patterns)
    if patterns.ndim == 3:
        arguments.setdefault("shape", patterns.shape[1:])
        patterns = patterns.reshape(len(patterns), -1)
    if patterns.ndim != 2:
        raise ValueError(f"patterns: has shape {patterns.shape}; give a row for each pattern, or a picture for each")
    cells = [[i] for i in range(patterns.shape[1])]
    rows = kept_rows(_Neuron(patterns, arguments), cells, _work(patterns, arguments), executor, ledger)
    known = {name: value for name, value in arguments.items() if name not in ("threads", "time_limit")}
    return _attractor.join_rows(
        patterns,
        np.array([row["weights"] for row in rows]),
        np.array([row["bias"] for row in rows]),
        [row["lower_bound"] for row in rows],
        couplings="directed",
        **known,
    )


def _work(patterns: np.ndarray, arguments: dict[str, Any]) -> dict[str, Any]:
    """What the ledger is about: the patterns by their digest, and what is asked of the neurons."""
    digest = hashlib.sha256(f"{patterns.shape}".encode() + (patterns > 0).tobytes()).hexdigest()
    asked = {name: value for name, value in arguments.items() if name != "threads"}
    if asked.get("mask") is not None:
        asked["mask"] = hashlib.sha256((np.asarray(asked["mask"]) != 0).tobytes()).hexdigest()
    return {"neurons_of": digest, "arguments": asked}


class _Neuron:
    """Trains neuron i: a network in which no other neuron has couplings."""

    def __init__(self, patterns: np.ndarray, arguments: dict[str, Any]) -> None:
        self.patterns, self.arguments = patterns, arguments

    def __call__(self, neuron: int) -> dict[str, Any]:
        patterns, arguments = self.patterns, dict(self.arguments)
        neurons = patterns.shape[1]
        mask = np.zeros((neurons, neurons), dtype=bool)
        mask[neuron] = _allowed(neuron, neurons, arguments)
        mask[neuron, neuron] = False
        arguments.setdefault("threads", 1)
        network = train(patterns, couplings="directed", mask=mask, **arguments)
        known: Any = network.per_neuron
        return {
            "weights": network.weights[neuron].tolist(),
            "bias": float(network.biases[neuron]),
            "wrong_bits": int(known["wrong_bits"][neuron]),
            "lower_bound": int(known["lower_bound"][neuron]),
        }


def _allowed(neuron: int, neurons: int, arguments: dict[str, Any]) -> np.ndarray:
    """Which couplings the neuron may have; takes `mask` and `receptive_field` out of the arguments."""
    mask, radius = arguments.pop("mask", None), arguments.pop("receptive_field", None)
    if mask is not None and radius is not None:
        raise ValueError("mask: and receptive_field exclude each other; give one")
    if mask is not None:
        return np.asarray(mask)[neuron] != 0
    if radius is None:
        return np.ones(neurons, dtype=bool)
    shape = arguments.get("shape")
    if shape is None:
        raise ValueError("receptive_field: needs shape=(height, width), or patterns of 3 dimensions")
    rows, columns = np.divmod(np.arange(neurons), shape[1])
    return np.hypot(rows - rows[neuron], columns - columns[neuron]) <= radius
