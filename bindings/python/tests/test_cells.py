"""Cell enumeration of `benchmarks/cells.py`: held to all ways of giving up rows, and to the exact neuron on three inputs."""

import itertools
import pathlib
import sys

import numpy as np
import pytest

pytest.importorskip("sklearn")
from scipy.optimize import linprog

from attractor.sklearn import ThresholdClassifier

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "benchmarks"))
from cells import fewest_errors, whole


def separable(points, positive):
    rows = np.where(positive, 1, -1)[:, None] * np.hstack([points, np.ones((len(points), 1))])
    columns = rows.shape[1]
    return linprog(np.zeros(columns), A_ub=-rows, b_ub=-np.ones(len(rows)), bounds=[(None, None)] * columns).status == 0


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_fewest_errors_are_those_of_all_ways_to_give_up_rows(dimension):
    """Small whole numbers: many points are equal, collinear or coplanar."""
    rng = np.random.default_rng(dimension)
    for _ in range(12):
        points = rng.integers(-1, 2, (7, dimension)).astype(float)
        positive = rng.random(7) < 0.5
        ways = np.array(sorted(itertools.product([False, True], repeat=7), key=sum))
        fewest = next(int(way.sum()) for way in ways if separable(points, positive ^ way))
        assert fewest_errors(points, positive) == fewest


def test_on_three_inputs_it_is_the_exact_neuron():
    rng = np.random.default_rng(7)
    for _ in range(10):
        X = rng.choice([-1.0, 1.0], size=(30, 3))
        y = rng.random(30) < 0.5
        exact = ThresholdClassifier(n_thresholds=1).fit(X, y)
        assert exact.status_ == "optimal" and exact.errors_ == fewest_errors(X, y)


def test_decimal_fractions_become_whole_numbers():
    features = np.array([[0.1, 14.23], [0.3, 13.2], [0.2, 13.21]])
    assert whole(features).tolist() == [[-1, 51], [1, -52], [0, -51]]
    with pytest.raises(ValueError, match="too large"):
        fewest_errors(np.array([[1e9, 0.0], [0.0, 1e9], [1e9, 1e9]]), np.array([True, False, True]))
