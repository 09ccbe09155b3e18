"""Whether sums of weights are exact in floating point: then recall elsewhere is recall here, whatever the order of sums."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._attractor import Network


def _lowest_bits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The exponent of each value's lowest bit; infinite for 0."""
    mantissas, exponents = np.frexp(values)
    whole = (mantissas * 2.0**53).astype(np.int64)
    zeros = np.log2(np.where(whole == 0, 1, whole & -whole).astype(np.float64))
    return np.where(whole == 0, np.inf, exponents - 53 + zeros)


def exact_type(network: Network) -> str | None:
    """`float32` or `float64`, in which every sum of ± weights and bias of a neuron is exact; None where neither is."""
    rows = np.column_stack([network.weights, network.biases])
    lowest = _lowest_bits(rows).min(axis=1)
    # A little more than the sum, which is rounded.
    largest = np.abs(rows).sum(axis=1) * (1 + 2.0**-40)
    used = largest > 0
    if not used.any():
        return "float32"
    digits = np.ceil(np.log2(largest[used])) - lowest[used]
    # Neither overflow nor what is too small to be normal.
    for name, most, low, high in (("float32", 24, -126, 127), ("float64", 53, -1022, 1023)):
        if digits.max() < most and lowest[used].min() >= low and np.log2(largest.max()) < high:
            return name
    return None
