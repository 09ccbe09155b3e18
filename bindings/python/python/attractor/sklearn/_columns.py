"""Columns of numbers and texts, from arrays and data frames, as the encoder takes them."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np


def columns(X: np.ndarray, names: Sequence[str]) -> dict[str, Any]:
    """Each column, by its name, as floats, NaN for missing, or as texts, None for missing.

    A column of truth values is one of texts. A column of numbers and texts is one of texts where the numbers are missing
    values alone; otherwise it is refused.
    """
    if X.dtype.kind in "biuf":
        return {name: column.astype(float) for name, column in zip(names, X.T, strict=True)}
    return {name: _column(X[:, c], name) for c, name in enumerate(names)}


def _column(column: np.ndarray, name: str) -> Any:
    entries = [None if _is_missing(entry) else entry for entry in column.tolist()]
    known = [entry for entry in entries if entry is not None]
    for entry in known:
        if not isinstance(entry, (str, bytes, bool, np.bool_, numbers.Real)):
            raise TypeError(
                f"X: column {name} has an entry of type {type(entry).__name__}: argument must be a string or a number"
            )
    are_texts = [isinstance(entry, (str, bytes, bool, np.bool_)) for entry in known]
    if not any(are_texts):
        return np.array([math.nan if entry is None else float(entry) for entry in entries])
    if not all(are_texts):
        number = known[are_texts.index(False)]
        raise ValueError(f"X: column {name} mixes texts and numbers such as {number!r}; make them all texts or all numbers")
    return [None if entry is None else _text(entry) for entry in entries]


def _text(entry: Any) -> str:
    return entry.decode() if isinstance(entry, bytes) else str(entry)


def _is_missing(entry: Any) -> bool:
    """None, NaN and what pandas has for missing."""
    if entry is None or type(entry).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(entry, float) and math.isnan(entry)
