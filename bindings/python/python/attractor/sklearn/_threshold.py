"""`ThresholdClassifier`: one neuron over thresholds of the features, with the proven least number of training errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from .. import Certificate, Network, Verdict, verify
from ._common import limit_of, numbered_classes, trained


class ThresholdClassifier(ClassifierMixin, BaseEstimator):
    """A linear classifier over thresholds of the features that makes as few training errors as any such classifier.

    Feature x with the cut points t_1 < … < t_k is k inputs: +1 where x > t_j, else −1. Over these inputs, with a bias, one
    neuron is trained to its fewest wrong bits: no other weights on the same inputs make fewer errors, and `lower_bound_`
    says how far that is proven. With one cut point a feature (`n_thresholds=1`) it is a linear classifier of binarised
    features; with several it is a sum of step functions, one a feature.

    Cut points are half-way between neighbouring values of the training rows: all of them where a feature has at most
    `n_thresholds` + 1 values, otherwise those at the quantiles 1/(k+1), …, k/(k+1). Two values of a feature give the one
    input that tells them apart. Several classes are trained one against the rest.

    Parameters
    ----------
    n_thresholds : int, default=3
        Most cut points of a feature.
    weights : {"real", "ternary", "binary"} or "integer:K", default="real"
        Which weights there are to choose from.
    time_limit : float or None, default=10.0
        Seconds for each class; when it ends, `lower_bound_` is less than `errors_`.
    options : mapping or None, default=None
        More arguments of `attractor.train`, such as `{"noise": 0.1}`.
    random_state : int, RandomState or None, default=0
        Seed of everything random.
    n_jobs : int or None, default=None
        Threads.

    Attributes
    ----------
    classes_ : ndarray
        The classes.
    errors_ : int, or ndarray of shape (n_classes,) for more than two classes
        Training rows on the wrong side of the neuron, of each class against the rest.
    lower_bound_ : int, or ndarray of shape (n_classes,)
        Proven: no weights of this kind on these inputs make fewer errors.
    status_ : {"optimal", "feasible"}
        Whether `errors_` equals `lower_bound_` everywhere.
    coef_ : ndarray of shape (1 or n_classes, n_inputs)
        Weights of the inputs.
    intercept_ : ndarray of shape (1 or n_classes,)
        The biases.
    cut_points_ : list of ndarray
        The cut points of each feature.
    """

    def __init__(
        self,
        *,
        n_thresholds: int = 3,
        weights: str = "real",
        time_limit: float | None = 10.0,
        options: Mapping[str, Any] | None = None,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.n_thresholds = n_thresholds
        self.weights = weights
        self.time_limit = time_limit
        self.options = options
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any) -> ThresholdClassifier:
        """Choose cut points and train a neuron for each class (one for two classes)."""
        X, y = validate_data(self, X, y, dtype=float)
        check_classification_targets(y)
        if not isinstance(self.n_thresholds, (int, np.integer)) or self.n_thresholds < 1:
            raise ValueError(f"n_thresholds: {self.n_thresholds!r}; give a whole number of at least 1")
        self.classes_, index = numbered_classes(y)
        self.cut_points_ = [cut_points(column, self.n_thresholds) for column in X.T]
        inputs = self._inputs(X)
        wanted = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        self.networks_ = [self._neuron(inputs, index == positive) for positive in wanted]
        rows = np.array([network.weights[-1, :-1] for network in self.networks_])
        self.coef_, self.intercept_ = rows[:, :-1], rows[:, -1]
        errors = np.array([network.per_neuron["wrong_bits"][-1] for network in self.networks_])  # type: ignore[index]
        bounds = np.array([network.per_neuron["lower_bound"][-1] for network in self.networks_])  # type: ignore[index]
        binary = len(self.classes_) == 2
        self.errors_ = int(errors[0]) if binary else errors
        self.lower_bound_ = int(bounds[0]) if binary else bounds
        self.status_ = "optimal" if (errors == bounds).all() else "feasible"
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """The neuron's field over the norm of its weights: above 0 for the second class, or for each class of several."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=float)
        fields = self._inputs(X) @ self.coef_.T + self.intercept_
        norms = np.sqrt((self.coef_**2).sum(axis=1) + self.intercept_**2)
        fields = fields / np.where(norms > 0, norms, 1.0)
        return fields[:, 0] if len(self.classes_) == 2 else fields

    def predict(self, X: Any) -> np.ndarray:
        """The class whose neuron says so most clearly."""
        fields = self.decision_function(X)
        index = (fields > 0).astype(int) if fields.ndim == 1 else fields.argmax(axis=1)
        return self.classes_[index]

    def certify(self) -> list[Certificate]:
        """A certificate for each neuron; only where it was fitted, not after unpickling."""
        check_is_fitted(self)
        return [network.certify() for network in self.networks_]

    def verify(self, X: Any, y: Any, certificates: list[Certificate]) -> list[Proven]:
        """Check certificates against the training rows in exact arithmetic, by code that shares nothing with the solver."""
        check_is_fitted(self)
        X, y = validate_data(self, X, y, reset=False, dtype=float)
        inputs, index = self._inputs(X), np.searchsorted(self.classes_, y)
        if len(certificates) != len(self.networks_):
            raise ValueError(f"certificates: {len(certificates)}; there are {len(self.networks_)} neurons")
        wanted = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        checked = zip(self.networks_, wanted, certificates, strict=True)
        return [Proven(verify(n, _patterns(inputs, index == k), c), inputs) for n, k, c in checked]

    def _inputs(self, X: np.ndarray) -> np.ndarray:
        """The features as inputs of −1 and +1."""
        above = [np.greater.outer(column, cuts) for column, cuts in zip(X.T, self.cut_points_, strict=True)]
        return np.where(np.concatenate(above, axis=1), 1, -1).astype(np.int8)

    def _neuron(self, inputs: np.ndarray, positive: np.ndarray) -> Network:
        """A directed network in which only the last neuron has couplings: from the inputs, and from one that is always +1."""
        patterns = _patterns(inputs, positive)
        neurons = patterns.shape[1]
        mask = np.zeros((neurons, neurons), dtype=bool)
        mask[-1, :-1] = True
        limit = limit_of(self)
        return trained(patterns, self, couplings="directed", mask=mask, weights=self.weights, **limit)


class Proven:
    """What a checked certificate says of one neuron: `errors` it makes, and `lower_bound` that no weights go below."""

    def __init__(self, verdict: Verdict, inputs: np.ndarray) -> None:
        self.verdict = verdict
        # The inputs' own neurons have no couplings: each of their bits is wrong in every network of the class.
        always = inputs.shape[0] * (inputs.shape[1] + 1)
        self.accepted = bool(verdict)
        self.errors = verdict.wrong_bits - always if verdict and verdict.wrong_bits is not None else None
        bound = verdict.lower_bound if verdict else None
        self.lower_bound = None if bound is None else max(0, bound - always)
        self.optimal = verdict.optimal

    def __repr__(self) -> str:
        if not self.accepted:
            return f"Proven(refused: {self.verdict})"
        return f"Proven(errors={self.errors}, lower_bound={self.lower_bound})"


def _patterns(inputs: np.ndarray, positive: np.ndarray) -> np.ndarray:
    one = np.ones((len(inputs), 1), dtype=np.int8)
    return np.hstack([inputs, one, np.where(positive, 1, -1).astype(np.int8)[:, None]])


def cut_points(column: np.ndarray, most: int) -> np.ndarray:
    """Half-way between neighbouring values: all, or those at `most` quantiles; each as far as it tells values apart."""
    values = np.unique(column)
    if len(values) > most + 1:
        at = np.quantile(column, np.arange(1, most + 1) / (most + 1), method="inverted_cdf")
        below = np.unique(np.minimum(np.searchsorted(values, at), len(values) - 2))
    else:
        below = np.arange(len(values) - 1)
    half = values[below] + (values[below + 1] - values[below]) / 2
    # Between neighbouring floating-point numbers there may be nothing: the lower one then tells them apart.
    return np.where(half < values[below + 1], half, values[below])
