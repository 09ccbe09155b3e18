"""Estimators for scikit-learn: a memory that repairs, a memory that classifies, a linear classifier with proven errors.

    >>> import numpy
    >>> from attractor.sklearn import ThresholdClassifier
    >>> X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
    >>> classifier = ThresholdClassifier().fit(X, ["a", "a", "b", "a"])
    >>> classifier.errors_, classifier.lower_bound_, classifier.status_
    (0, 0, 'optimal')

They take part in pipelines, `GridSearchCV`, `clone` and joblib. Needs scikit-learn 1.6 or newer: `pip install
attractor[sklearn]`.
"""

from ._classifier import AttractorClassifier
from ._memory import AssociativeMemory
from ._threshold import ThresholdClassifier

__all__ = ["AssociativeMemory", "AttractorClassifier", "ThresholdClassifier"]
