"""`AttractorClassifier`: rows of numbers and texts are stored as codes; a new row is recalled and takes the nearest's class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from .. import Encoder
from ._common import limit_of, numbered_classes, trained
from ._columns import columns
from ._probability import fitted_scale, probabilities

READ_OUTS = ("end", "one-step")
EQUALLY_NEAR = ("vote", "first")

# The share of flipped bits that the exact rule trains for, as the program's `classify`; and the arguments of `attractor.train`
# that ask for other weights than those.
NOISE = 0.05
OTHER_WEIGHTS = {"erased", "repair_rounds", "sparse", "survive", "survive_erased", "formulation"}


class AttractorClassifier(ClassifierMixin, BaseEstimator):
    """A Hopfield memory of the training rows that classifies: recall, then the class of the nearest stored row.

    Each column becomes a group of neurons: a number the nearest of its levels (optimal k-means in one dimension), a text a
    neuron of its own. Missing values (NaN, None) and unseen texts leave their group unknown, and recall fills them in. A
    value that is missing in a training row takes the commonest of its column. It is the classifier of the program's
    `attractor classify`, whose answers `equally_near="first"` gives.

    Parameters
    ----------
    levels : int, default=3
        Most levels of a column of numbers, from 2 to 64.
    rule : str, default="exact"
        `exact`, or a rule that `attractor.train` knows.
    couplings : {"symmetric", "directed"}, default="symmetric"
        Of the network.
    noise : float or None, default=None
        Train for rows with this share of flipped bits. None: 0.05 with `rule="exact"`, as the program does, unless `options`
        ask for other weights.
    read_out : {"end", "one-step"} or None, default=None
        Where recall is read out: where it ends, or after one synchronous step. None: after one step with `rule="exact"`,
        which answers best where values are missing (BENCHMARKS, Noise and read-out of classifiers); at the end with other
        rules.
    equally_near : {"vote", "first"}, default="vote"
        Which class is answered where several stored rows are equally near: the commonest among them, or that of the first.
    time_limit : float or None, default=10.0
        Seconds for training; with no limit the fit is the same on every machine.
    options : mapping or None, default=None
        More arguments of `attractor.train`.
    random_state : int, RandomState or None, default=0
        Seed of everything random.
    n_jobs : int or None, default=None
        Threads.

    Attributes
    ----------
    classes_ : ndarray
        The classes.
    network_ : attractor.Network
        The memory, with what is proven of it.
    codes_ : ndarray of shape (n_samples, n_neurons)
        The stored rows as −1 and +1.
    scale_ : float
        What distances are multiplied by in `predict_proba`: fitted to the training rows, each left out of its own nearest.

    Examples
    --------
    >>> import numpy
    >>> from attractor.sklearn import AttractorClassifier
    >>> X = numpy.array([["red", 1.0], ["red", 1.2], ["blue", 8.0], ["blue", None]], dtype=object)
    >>> memory = AttractorClassifier().fit(X, ["a", "a", "b", "b"])
    >>> memory.predict(numpy.array([[None, 7.5], ["red", None]], dtype=object)).tolist()
    ['b', 'a']
    """

    def __init__(
        self,
        *,
        levels: int = 3,
        rule: str = "exact",
        couplings: str = "symmetric",
        noise: float | None = None,
        read_out: str | None = None,
        equally_near: str = "vote",
        time_limit: float | None = 10.0,
        options: Mapping[str, Any] | None = None,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.levels = levels
        self.rule = rule
        self.couplings = couplings
        self.noise = noise
        self.read_out = read_out
        self.equally_near = equally_near
        self.time_limit = time_limit
        self.options = options
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any) -> AttractorClassifier:
        """Store the rows of X with their classes."""
        X, y = validate_data(self, X, y, dtype=None, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        if not isinstance(self.levels, (int, np.integer)) or not 2 <= self.levels <= 64:
            raise ValueError(f"levels: {self.levels!r}; give a whole number from 2 to 64")
        if self.read_out not in (None, *READ_OUTS):
            raise ValueError(f"read_out: {self.read_out!r} is none of {', '.join(READ_OUTS)}")
        if self.equally_near not in EQUALLY_NEAR:
            raise ValueError(f"equally_near: {self.equally_near!r} is none of {', '.join(EQUALLY_NEAR)}")
        self.classes_, self._labels = numbered_classes(y)
        names = [f"x{c}" for c in range(X.shape[1])]
        names = [str(name) for name in getattr(self, "feature_names_in_", names)]
        self._names = names
        values = columns(X, names)
        self.encoder_ = Encoder.fit(values, levels=int(self.levels))
        self.codes_ = _completed(self.encoder_.encode(values), self.encoder_.group_sizes)
        _, first = np.unique(self.codes_, axis=0, return_index=True)
        arguments = limit_of(self) if self.rule == "exact" else {}
        noise = self._usual_noise() if self.noise is None else self.noise
        if noise is not None:
            arguments["noise"] = noise
        patterns = self.codes_[np.sort(first)]
        self.network_ = trained(patterns, self, rule=self.rule, couplings=self.couplings, **arguments)
        others = self._row_overlaps(self.codes_)
        np.fill_diagonal(others, -1.0)
        self.scale_ = fitted_scale(self._class_overlaps(others), self._labels)
        return self

    def _usual_noise(self) -> float | None:
        """What is trained for where nothing is said."""
        is_asked = OTHER_WEIGHTS & set(self.options if isinstance(self.options, Mapping) else ())
        return NOISE if self.rule == "exact" and not is_asked else None

    def predict(self, X: Any) -> np.ndarray:
        """The class of the stored row that is nearest to where recall ends."""
        nearest = self._nearest(X)[1]
        return self.classes_[nearest]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Class probabilities: the softmax of `scale_` times the overlap with the nearest stored row of each class."""
        overlaps, first = self._nearest(X)
        # Of equally near classes the one that is answered comes first, by less than any other difference.
        overlaps[np.arange(len(overlaps)), first] += 1e-9
        return probabilities(overlaps, self.scale_)

    def _nearest(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Overlaps with the nearest row of each class, and the class that is answered."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=None, ensure_all_finite="allow-nan")
        cues = self.encoder_.encode(columns(X, self._names)).astype(float)
        cues[cues == 0] = np.nan
        usual = "one-step" if self.rule == "exact" else "end"
        most = 1 if (self.read_out or usual) == "one-step" else None
        states = self.network_.recall(cues, update="synchronous", max_steps=most).states
        overlaps = self._row_overlaps(states)
        if self.equally_near == "first":
            answer = self._labels[overlaps.argmax(axis=1)]
        else:
            nearest = (overlaps == overlaps.max(axis=1, keepdims=True)).astype(int)
            answer = (nearest @ np.eye(len(self.classes_), dtype=int)[self._labels]).argmax(axis=1)
        return self._class_overlaps(overlaps), answer

    def _row_overlaps(self, states: np.ndarray) -> np.ndarray:
        """The overlap of each state with each stored row, from −1 to 1."""
        return (states.astype(np.float32) @ self.codes_.T.astype(np.float32)).astype(float) / self.codes_.shape[1]

    def _class_overlaps(self, overlaps: np.ndarray) -> np.ndarray:
        """The greatest of each class."""
        best = [overlaps[:, self._labels == c].max(axis=1) for c in range(len(self.classes_))]
        return np.stack(best, axis=1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags


def _completed(codes: np.ndarray, sizes: list[int]) -> np.ndarray:
    """Unknown groups take the winner that is commonest among the other codes, the first on ties."""
    codes, start = codes.copy(), 0
    for size in sizes:
        group = codes[:, start : start + size]
        usual = (group > 0).sum(axis=0).argmax()
        group[group[:, 0] == 0] = np.where(np.arange(size) == usual, 1, -1)
        start += size
    return codes
