"""What the estimators share: how their parameters become arguments of `attractor.train`, and how classes are numbered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from joblib import effective_n_jobs
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import check_random_state

from .. import Network, train


def seed_of(random_state: Any) -> int:
    """A whole number is the seed itself; anything else that scikit-learn takes draws one."""
    if isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31))


def trained(patterns: np.ndarray, estimator: Any, **given: Any) -> Network:
    """Trains with the parameters that all estimators have, and with those in `options`."""
    options = {} if estimator.options is None else estimator.options
    if not isinstance(options, Mapping):
        raise TypeError(f"options: give a mapping of arguments of attractor.train, not {type(options).__name__}")
    given["seed"] = seed_of(estimator.random_state)
    given["threads"] = effective_n_jobs(estimator.n_jobs)
    both = given.keys() & options.keys()
    if both:
        raise ValueError(f"options: {', '.join(sorted(both))} is a parameter of the estimator; set it there (seed: random_state; threads: n_jobs)")
    return train(patterns, **given, **options)


def limit_of(estimator: Any) -> dict[str, float]:
    """The time limit as a keyword, where there is one."""
    return {} if estimator.time_limit is None else {"time_limit": estimator.time_limit}


def numbered_classes(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The classes in order, and the number of each row's class; at least two are needed."""
    labels = LabelEncoder().fit(y)
    if len(labels.classes_) < 2:
        raise ValueError(f"y: has only one class, {labels.classes_[0]!r}; at least two classes are needed")
    return labels.classes_, labels.transform(y)
