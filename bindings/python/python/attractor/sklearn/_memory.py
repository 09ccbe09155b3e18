"""`AssociativeMemory`: rows of two-valued features are stored, damaged rows repaired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ._common import limit_of, trained


class AssociativeMemory(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """A Hopfield network that stores the rows it is fitted to and repairs damaged ones.

    A feature has two values: what lies above its threshold is its high value, the rest its low one. Features of −1 and +1,
    or of 0 and 1, keep their values; those of any other column become the mean of what lies below the threshold and of what
    lies above it. Unknown entries are NaN; among features of −1 and +1 also 0.

    Parameters
    ----------
    rule : str, default="exact"
        `exact`, or a rule that `attractor.train` knows.
    couplings : {"symmetric", "directed"}, default="symmetric"
        Directed couplings are proven in less time; recall with symmetric ones always settles.
    threshold : float, array of n_features, or None, default=None
        None: 0 where all entries are −1 or +1, else half-way between the least and the greatest entry of each column.
    noise : float or None, default=None
        The share of flipped entries that is to be repaired; None leaves it to `attractor.train`.
    time_limit : float or None, default=10.0
        Seconds for training; with no limit the fit is the same on every machine.
    update : str or None, default=None
        How neurons are updated: `synchronous`, `asynchronous` or `block:SIZE`.
    max_steps : int or None, default=None
        Most steps or sweeps of a recall.
    options : mapping or None, default=None
        More arguments of `attractor.train`, such as `{"shape": (8, 8), "receptive_field": 3}`.
    random_state : int, RandomState or None, default=0
        Seed of everything random.
    n_jobs : int or None, default=None
        Threads.

    Attributes
    ----------
    network_ : attractor.Network
        The network, with what is proven of it.
    patterns_ : ndarray of shape (n_patterns, n_features)
        The distinct stored rows as −1 and +1.
    threshold_ : ndarray of shape (n_features,)
        The threshold of each feature.
    levels_ : ndarray of shape (2, n_features)
        The low and the high value of each feature.

    Examples
    --------
    >>> import numpy
    >>> from attractor.sklearn import AssociativeMemory
    >>> X = numpy.random.default_rng(1).integers(0, 2, (4, 40))
    >>> damaged = X.astype(float)
    >>> damaged[:, :8] = numpy.nan
    >>> AssociativeMemory().fit(X).score(damaged, X)
    1.0
    """

    def __init__(
        self,
        *,
        rule: str = "exact",
        couplings: str = "symmetric",
        threshold: Any = None,
        noise: float | None = None,
        time_limit: float | None = 10.0,
        update: str | None = None,
        max_steps: int | None = None,
        options: Mapping[str, Any] | None = None,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.rule = rule
        self.couplings = couplings
        self.threshold = threshold
        self.noise = noise
        self.time_limit = time_limit
        self.update = update
        self.max_steps = max_steps
        self.options = options
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any = None) -> AssociativeMemory:
        """Store the rows of X, each distinct one once. An unknown entry takes the commoner value of its column."""
        X = validate_data(self, X, dtype="numeric", ensure_all_finite="allow-nan")
        X = X.astype(float)
        self._fit_levels(X)
        signs = self._signs(X)
        usual = np.where(signs.sum(axis=0) > 0, 1, -1)
        signs = np.where(signs == 0, usual, signs).astype(np.int8)
        _, first = np.unique(signs, axis=0, return_index=True)
        self.patterns_ = signs[np.sort(first)]
        arguments = limit_of(self) if self.rule == "exact" else {}
        if self.noise is not None:
            arguments["noise"] = self.noise
        self.network_ = trained(self.patterns_, self, rule=self.rule, couplings=self.couplings, **arguments)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """The rows where recall of X ends, in the values of the features."""
        signs = self._recalled(X)
        return np.where(signs > 0, self.levels_[1], self.levels_[0])

    def score(self, X: Any, y: Any = None) -> float:
        """The share of the cues X whose recall is the row of y, entry by entry.

        Without y, or with class labels for y (one dimension), X itself is what should come back.
        """
        recalled = self._recalled(X)
        truth = X if y is None or np.ndim(y) == 1 else y
        truth = validate_data(self, truth, reset=False, dtype="numeric", ensure_all_finite="allow-nan")
        wanted = self._signs(truth.astype(float))
        if wanted.shape != recalled.shape:
            raise ValueError(f"y: has {len(wanted)} rows, X has {len(recalled)}")
        return float(((recalled == wanted) | (wanted == 0)).all(axis=1).mean())

    def _recalled(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype="numeric", ensure_all_finite="allow-nan")
        signs = self._signs(X.astype(float)).astype(float)
        signs[signs == 0] = np.nan
        return self.network_.recall(signs, update=self.update, max_steps=self.max_steps).states

    def _fit_levels(self, X: np.ndarray) -> None:
        known = ~np.isnan(X)
        empty = ~known.any(axis=0)
        least = np.where(empty, 0.0, np.nanmin(np.where(known, X, np.inf), axis=0))
        greatest = np.where(empty, 0.0, np.nanmax(np.where(known, X, -np.inf), axis=0))
        of_signs = bool(np.isin(X[known], (-1, 1)).all())
        of_bits = bool(np.isin(X[known], (0, 1)).all())
        self.zero_is_unknown_ = of_signs and not (X[known] == 1).all()
        if self.threshold is not None:
            threshold = np.asarray(self.threshold, dtype=float)
            if threshold.ndim > 1 or threshold.size not in (1, X.shape[1]) or not np.isfinite(threshold).all():
                raise ValueError(f"threshold: give a finite number, or one for each of the {X.shape[1]} features")
            self.threshold_ = np.broadcast_to(threshold, X.shape[1]).astype(float)
        elif self.zero_is_unknown_:
            self.threshold_ = np.zeros(X.shape[1])
        elif of_bits:
            self.threshold_ = np.full(X.shape[1], 0.5)
        else:
            self.threshold_ = least + (greatest - least) / 2
        if self.zero_is_unknown_ or of_bits:
            self.levels_ = np.outer((-1.0 if self.zero_is_unknown_ else 0.0, 1.0), np.ones(X.shape[1]))
        else:
            sides = (X <= self.threshold_) & known, (X > self.threshold_) & known
            self.levels_ = np.array([_mean(X, side, self.threshold_) for side in sides])

    def _signs(self, X: np.ndarray) -> np.ndarray:
        """−1, +1, or 0 for unknown."""
        signs = np.where(X > self.threshold_, 1, -1)
        signs[np.isnan(X)] = 0
        if self.zero_is_unknown_:
            signs[X == 0] = 0
        return signs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _mean(X: np.ndarray, side: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """The mean of each column over the entries of one side; a side without entries has the threshold."""
    count = side.sum(axis=0)
    total = np.where(side, X, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), otherwise)
