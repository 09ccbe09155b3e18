"""The estimators: their answers counted a second time, missing values, model selection, worker processes, refusals."""

import os
import pathlib
import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn")
import joblib
from scipy.optimize import Bounds, LinearConstraint, milp
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import attractor
from attractor.sklearn import AssociativeMemory, AttractorClassifier, ThresholdClassifier
from attractor.sklearn._threshold import cut_points


def fewest_errors(inputs, positive):
    """By HiGHS: the fewest rows that weights in [−1, 1] and a bias leave without a margin of 0.001."""
    rows, columns = inputs.shape
    signs = np.where(positive, 1.0, -1.0)
    margin, big = 1e-3, columns + 2.0
    fields = signs[:, None] * np.hstack([inputs, np.ones((rows, 1))])
    cost = np.r_[np.zeros(columns + 1), np.ones(rows)]
    limits = Bounds(np.r_[-np.ones(columns + 1), np.zeros(rows)], np.ones(columns + 1 + rows))
    hold = LinearConstraint(np.hstack([fields, big * np.eye(rows)]), lb=margin)
    return round(milp(cost, integrality=np.r_[np.zeros(columns + 1), np.ones(rows)], bounds=limits, constraints=hold).fun)


@pytest.mark.parametrize("thresholds", [1, 2, 3])
def test_errors_are_the_fewest_of_another_solver(thresholds):
    X, y = load_iris(return_X_y=True)
    X, y = X[50:], y[50:]
    classifier = ThresholdClassifier(n_thresholds=thresholds).fit(X, y)
    assert classifier.status_ == "optimal" and classifier.errors_ == classifier.lower_bound_
    assert classifier.errors_ == (classifier.predict(X) != y).sum()
    assert classifier.errors_ == fewest_errors(classifier._inputs(X), y == 2)


def test_its_certificate_is_accepted_and_says_its_errors():
    X, y = load_iris(return_X_y=True)
    classifier = ThresholdClassifier(n_thresholds=2).fit(X, y)
    for proven, errors in zip(classifier.verify(X, y, classifier.certify()), classifier.errors_, strict=True):
        assert proven.accepted and proven.optimal
        assert proven.errors == proven.lower_bound == errors
    certificates = classifier.certify()
    assert not classifier.verify(X, np.roll(y, 1), certificates)[0].accepted
    with pytest.raises(ValueError, match="certificates"):
        classifier.verify(X, y, certificates[:1])
    with pytest.raises(attractor.CertificateError):
        pickle.loads(pickle.dumps(classifier)).certify()


def test_one_against_the_rest_has_a_bound_for_each_class():
    X, y = load_iris(return_X_y=True)
    classifier = ThresholdClassifier(n_thresholds=2).fit(X, y)
    fields = classifier.decision_function(X)
    counted = ((fields > 0) != (y[:, None] == classifier.classes_)).sum(axis=0)
    assert (counted == classifier.errors_).all()
    assert classifier.score(X, y) > 0.9


def test_cut_points():
    assert cut_points(np.array([3.0, 1.0, 1.0, 2.0]), 5).tolist() == [1.5, 2.5]
    assert cut_points(np.array([0.0, 1.0]), 3).tolist() == [0.5]
    assert cut_points(np.array([7.0, 7.0]), 3).tolist() == []
    assert cut_points(np.arange(100.0), 3).tolist() == [24.5, 49.5, 74.5]
    # A value that most rows have: the quantiles fall together.
    assert cut_points(np.r_[np.zeros(90), np.arange(1, 11)], 3).tolist() == [0.5]
    following = np.nextafter(1.0, 2.0)
    cuts = cut_points(np.array([1.0, following]), 1)
    assert (np.array([1.0, following]) > cuts[0]).tolist() == [False, True]


def test_ternary_weights_and_a_time_limit():
    X, y = load_breast_cancer(return_X_y=True)
    classifier = ThresholdClassifier(n_thresholds=1, weights="ternary", time_limit=0.5).fit(X[:, :5], y)
    assert set(np.unique(classifier.coef_ / np.abs(classifier.coef_).max())) <= {-1, 0, 1}
    assert classifier.lower_bound_ <= classifier.errors_ == (classifier.predict(X[:, :5]) != y).sum()
    short = ThresholdClassifier(n_thresholds=1, time_limit=0.2).fit(X, y)
    assert short.status_ in ("feasible", "optimal") and short.lower_bound_ <= short.errors_ <= min(y.sum(), (1 - y).sum())


def table(seed=1):
    """A column of numbers, one of texts, one of truth values; with missing values."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 60)
    X = np.empty((60, 3), dtype=object)
    X[:, 0] = y * 2.0 + rng.normal(size=60)
    X[:, 1] = np.where(rng.random(60) < 0.8, np.where(y == 1, "red", "blue"), "green")
    X[:, 2] = [bool(value) for value in y ^ (rng.random(60) < 0.2)]
    X[rng.random((60, 3)) < 0.1] = None
    X[0, 0] = float("nan")
    return X, np.where(y == 1, "yes", "no")


def test_mixed_columns_and_missing_values():
    X, y = table()
    memory = AttractorClassifier().fit(X, y)
    assert memory.score(X, y) > 0.8
    nothing = memory.predict(np.full((2, 3), None, dtype=object))
    assert set(nothing) <= {"yes", "no"}
    unseen = np.array([[None, "violet", None]], dtype=object)
    assert memory.predict(unseen) == nothing[0]
    proba = memory.predict_proba(X)
    assert np.allclose(proba.sum(axis=1), 1) and (memory.classes_[proba.argmax(axis=1)] == memory.predict(X)).all()
    again = pickle.loads(pickle.dumps(memory))
    assert (again.predict(X) == memory.predict(X)).all()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames(library):
    frames = pytest.importorskip(library)
    X, y = table()
    names = ["size", "colour", "round"]
    frame = frames.DataFrame({name: X[:, c].tolist() for c, name in enumerate(names)})
    memory = AttractorClassifier().fit(frame, y)
    assert memory.feature_names_in_.tolist() == names
    assert (memory.predict(frame) == AttractorClassifier().fit(X, y).predict(X)).all()


@pytest.mark.parametrize(("rule", "couplings"), [("pseudo-inverse", "symmetric"), ("exact", "symmetric"), ("exact", "directed")])
def test_answers_are_the_programs(program, tmp_path, rule, couplings):
    """With the defaults of both: the noise that is trained for, and where recall is read out."""
    X, y = load_wine(return_X_y=True)
    X[np.random.default_rng(3).random(X.shape) < 0.3] = np.nan
    header = ",".join(f"f{c}" for c in range(X.shape[1])) + ",class\n"
    cells = [[*("" if np.isnan(x) else repr(float(x)) for x in row), str(k)] for row, k in zip(X, y, strict=True)]
    lines = [",".join(row) + "\n" for row in cells]
    (tmp_path / "learnt.csv").write_text(header + "".join(lines[::12]))
    (tmp_path / "wine.csv").write_text(header + "".join(lines))
    options = ["--couplings", couplings] if rule == "exact" else []
    program("classify", "fit", tmp_path / "learnt.csv", "--class", "class", "--rule", rule, *options, "-o", tmp_path / "model")
    program("classify", "predict", tmp_path / "model", tmp_path / "wine.csv", "-o", tmp_path / "answers.csv")
    answers = (tmp_path / "answers.csv").read_text().split("\n")
    column = answers[0].split(",").index("class")
    theirs = [int(line.split(",")[column]) for line in answers[1:] if line]
    memory = AttractorClassifier(rule=rule, couplings=couplings, equally_near="first").fit(X[::12], y[::12])
    assert memory.predict(X).tolist() == theirs
    other = "end" if rule == "exact" else "one-step"
    assert memory.set_params(read_out=other).predict(X).tolist() != theirs


def test_a_memory_repairs_in_the_values_it_was_given():
    digits = load_digits()
    X = digits.data[:20]
    memory = AssociativeMemory(time_limit=5).fit(X)
    assert memory.network_.wrong_bits == 0
    repaired = memory.transform(X)
    assert ((repaired > memory.threshold_) == (X > memory.threshold_)).all()
    erased = X.copy()
    erased[:, 48:] = np.nan
    assert memory.score(erased, X) > 0.5
    bits = np.random.default_rng(1).integers(0, 2, (5, 60))
    of_bits = AssociativeMemory().fit(bits)
    assert (of_bits.transform(bits) == bits).all()
    signs = 2 * bits - 1
    of_signs = AssociativeMemory().fit(signs)
    cues = signs.copy()
    cues[:, :6] = 0
    assert (of_signs.transform(cues) == signs).all()
    assert (of_signs.patterns_ == of_bits.patterns_).all()


def test_model_selection_clones_and_worker_processes():
    X, y = load_wine(return_X_y=True)
    steps = make_pipeline(StandardScaler(), AttractorClassifier(rule="pseudo-inverse"))
    search = GridSearchCV(steps, {"attractorclassifier__levels": [2, 3, 5]}, cv=3, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.85
    one = GridSearchCV(steps, {"attractorclassifier__levels": [2, 3, 5]}, cv=3).fit(X, y)
    assert (one.cv_results_["mean_test_score"] == search.cv_results_["mean_test_score"]).all()
    with joblib.parallel_backend("loky", n_jobs=2):
        scores = cross_val_score(clone(ThresholdClassifier(n_thresholds=1)), X[:130], y[:130], cv=3)
    assert scores.mean() > 0.85


def test_refusals():
    X, y = load_iris(return_X_y=True)
    with pytest.raises(NotFittedError):
        AttractorClassifier().predict(X)
    with pytest.raises(NotFittedError):
        ThresholdClassifier().certify()
    with pytest.raises(ValueError, match="n_thresholds"):
        ThresholdClassifier(n_thresholds=0).fit(X, y)
    with pytest.raises(ValueError, match="levels"):
        AttractorClassifier(levels=1).fit(X, y)
    with pytest.raises(ValueError, match="read_out"):
        AttractorClassifier(read_out="middle").fit(X, y)
    with pytest.raises(ValueError, match="mixes texts and numbers"):
        AttractorClassifier().fit(np.array([["a"], [1.0]], dtype=object), [0, 1])
    with pytest.raises(ValueError, match="noise: "):
        AssociativeMemory(noise=0.7).fit(X > 2)
    with pytest.raises(ValueError, match="options: seed"):
        ThresholdClassifier(options={"seed": 1, "random_state": 2}).fit(X, y)
    with pytest.raises(ValueError, match="threshold"):
        AssociativeMemory(threshold=[1.0, 2.0]).fit(X)


def test_missing_values_are_filled_in_by_recall():
    """In wine and votes, with the missing values that the tables or a tenth of their fields have."""
    X, y = load_wine(return_X_y=True)
    X[np.random.default_rng(0).random(X.shape) < 0.1] = np.nan
    assert cross_val_score(AttractorClassifier(rule="pseudo-inverse"), X, y, cv=5).mean() > 0.8
    votes = pathlib.Path(__file__).resolve().parents[3] / "crates" / "lab" / "data" / "house_votes84.csv"
    table = np.genfromtxt(votes, delimiter=",", skip_header=1, dtype=str)
    X = np.where(table[:, :-1] == "?", None, table[:, :-1].astype(object))
    assert cross_val_score(AttractorClassifier(time_limit=2), X, table[:, -1], cv=3).mean() > 0.8


def test_dask_workers_answer_as_loky_and_this_process():
    """joblib's Dask backend over two worker processes; each score says in which process it was made."""
    distributed = pytest.importorskip("distributed")
    X, y = load_wine(return_X_y=True)
    memory = make_pipeline(StandardScaler(), AttractorClassifier(rule="pseudo-inverse"))
    search = GridSearchCV(memory, {"attractorclassifier__levels": [2, 3]}, cv=3)
    neurons = ThresholdClassifier(n_thresholds=1, time_limit=None)
    scores = {"right": "accuracy", "process": lambda *_: os.getpid()}

    def answers(n_jobs):
        found = clone(search).set_params(n_jobs=n_jobs).fit(X[:130], y[:130])
        validated = cross_validate(neurons, X[:130], y[:130], cv=4, scoring=scores, n_jobs=n_jobs)
        right = [*found.cv_results_["mean_test_score"], *validated["test_right"]]
        return right, set(validated["test_process"].astype(int))

    here, process = answers(None)
    assert process == {os.getpid()}
    with joblib.parallel_config("loky"):
        assert answers(2)[0] == here
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client, joblib.parallel_config("dask"):
            workers = set(client.run(os.getpid).values())
            there, processes = answers(-1)
    assert there == here
    assert processes and processes <= workers
