"""Probabilities of classes from overlaps: a softmax whose one number is fitted."""

from __future__ import annotations

import numpy as np

# Between these the scale is looked for. Smaller: all classes alike. Larger: one class alone, which no training set shows.
SCALES = np.logspace(-2, 3, 101)


def probabilities(overlaps: np.ndarray, scale: float) -> np.ndarray:
    """The softmax of `scale` times the overlaps, row by row."""
    exponents = scale * (overlaps - overlaps.max(axis=1, keepdims=True))
    weights = np.exp(exponents)
    return weights / weights.sum(axis=1, keepdims=True)


def fitted_scale(overlaps: np.ndarray, labels: np.ndarray) -> float:
    """The scale of the greatest likelihood; the smallest of equal ones."""
    rows = np.arange(len(labels))
    floor = np.finfo(float).tiny
    losses = [-np.log(np.maximum(probabilities(overlaps, s)[rows, labels], floor)).sum() for s in SCALES]
    return float(SCALES[int(np.argmin(losses))])
