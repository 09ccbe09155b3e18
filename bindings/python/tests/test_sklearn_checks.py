"""scikit-learn's own checks of its estimators' contract."""

import pytest

pytest.importorskip("sklearn")
from sklearn.utils.estimator_checks import parametrize_with_checks

from attractor.sklearn import AssociativeMemory, AttractorClassifier, ThresholdClassifier


@parametrize_with_checks(
    [
        AssociativeMemory(time_limit=0.5),
        AssociativeMemory(rule="pseudo-inverse"),
        AttractorClassifier(time_limit=0.5),
        AttractorClassifier(couplings="directed", levels=5, read_out="end"),
        ThresholdClassifier(),
        ThresholdClassifier(n_thresholds=4, time_limit=1.0),
    ]
)
def test_contract(estimator, check):
    check(estimator)
