"""The Python estimators beside scikit-learn's: errors that are made, errors that must be made, missing values.

*Training errors*: over the same ±1 inputs (at most 1 or 3 thresholds a feature), rows on the wrong
side, of each class against the rest added up where there are more than two; in brackets the proven lower bound, where it is
less. `milp` is the big-M program (ε = 0.001, weights in [−1, 1]) by HiGHS, with its own bound in floating point. Time is that of the
processor, all threads. *Three inputs*: three features with one threshold each, all 104 threshold functions tried, and cell
enumeration.

*Half spaces*: training errors over one to three real features (those of the greatest F statistic). *Cells* is the fewest errors
of any half space, by `benchmarks/cells.py` in exact arithmetic; E01Loss is `exact_classify01loss_cell` of He and Little's
package, which takes no equal values: each is moved by at most 0.0001 of its feature's standard deviation for it, which may tell
equal points of two classes apart and save an error, and it is left out where its tables of fields would pass 0.8 GB. It and the
linear classifiers see standardised features. The last column is the exact neuron over at most 15 thresholds a feature, 10 s a
class at most: sums of step functions, another class than half spaces, with the bound within it.

*Missing values*: accuracy in per cent, five folds, half of the values of wine made missing; votes as they are (4 % missing)
and with half of the rest. The nearest row is the control: what the network adds must be seen against it.
"""

import argparse
import importlib.metadata
import itertools
import math
import time
import warnings

import numpy as np
import pandas as pd
from cells import fewest_errors, whole
from common import ROOT, publish
from scipy.optimize import Bounds, LinearConstraint, milp
from sklearn.base import clone
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from attractor.sklearn import AttractorClassifier, ThresholdClassifier

try:  # pip install e01loss; not asked for by any other benchmark
    from e01loss.exact_classify01loss import exact_classify01loss_cell
except ImportError:
    exact_classify01loss_cell = None

TABLES = ("wine", "breast_cancer_wdbc", "zoo", "house_votes84")
REAL = ("iris", "wine", "sonar", "ionosphere", "breast_cancer_wdbc")
# Fields in the tables that E01Loss holds in memory: 0.8 GB each.
MOST_FIELDS = 1e8


def table(name):
    """Features with NaN for missing, and classes."""
    frame = pd.read_csv(ROOT / f"crates/lab/data/{name}.csv", na_values="?")
    features = frame.drop(columns=["class", "name"], errors="ignore")
    return features.to_numpy(float), frame["class"].to_numpy()


def big_m(inputs, positive, limit):
    """Errors and bound of HiGHS on the big-M program; None where it found nothing."""
    rows, columns = inputs.shape
    fields = np.where(positive, 1.0, -1.0)[:, None] * np.hstack([inputs, np.ones((rows, 1))])
    cost = np.r_[np.zeros(columns + 1), np.ones(rows)]
    box = Bounds(np.r_[-np.ones(columns + 1), np.zeros(rows)], np.ones(columns + 1 + rows))
    hold = LinearConstraint(np.hstack([fields, (columns + 2.0) * np.eye(rows)]), lb=1e-3)
    answer = milp(cost, integrality=cost, bounds=box, constraints=hold, options={"time_limit": limit})
    bound = int(np.ceil(answer.mip_dual_bound - 1e-6)) if answer.mip_dual_bound is not None else 0
    if answer.x is None:
        return None, max(0, bound)
    weights = answer.x[: columns + 1]
    return int((fields @ weights <= 0).sum()), max(0, bound)


def timed(work):
    start = time.process_time()
    return work(), time.process_time() - start


def binary_problems(y):
    classes = np.unique(y)
    return [y == k for k in (classes[1:] if len(classes) == 2 else classes)]


def cell(errors, bound, seconds):
    lower = "" if bound is None or bound == errors else f" (≥ {bound})"
    return f"{errors}{lower}, {seconds:.2f} s"


def training_errors(limit):
    heads = ["exact", "`milp`", "LogisticRegression", "LinearSVC", "Perceptron"]
    yield f"| table | thresholds | inputs | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 3) + "|"
    for name, thresholds in [("wine", 1), ("breast_cancer_wdbc", 1), *((name, 3) for name in TABLES)]:
        X, y = table(name)
        X = SimpleImputer(strategy="most_frequent").fit_transform(X)
        model = ThresholdClassifier(n_thresholds=thresholds, time_limit=limit, options={"noise": 0})
        exact, seconds = timed(lambda: model.fit(X, y))
        cells = [cell(int(np.sum(exact.errors_)), int(np.sum(exact.lower_bound_)), seconds)]
        inputs, problems = exact._inputs(X), binary_problems(y)
        found, seconds = timed(lambda: [big_m(inputs, positive, limit) for positive in problems])
        errors = ["none" if e is None else e for e, _ in found]
        total = "none" if "none" in errors else sum(errors)
        cells.append(cell(total, sum(bound for _, bound in found), seconds))
        cells += linear(inputs, problems)
        yield f"| {name} | {thresholds} | {inputs.shape[1]} | {' | '.join(cells)} |"


def linear(inputs, problems):
    """Cells of the linear classifiers' training errors."""
    for model in (LogisticRegression(C=1e6, max_iter=10_000), LinearSVC(C=1e3, max_iter=10_000), Perceptron(max_iter=10_000, tol=None)):
        fitted, seconds = timed(lambda: [clone(model).fit(inputs, positive) for positive in problems])
        wrong = sum(int((m.predict(inputs) != p).sum()) for m, p in zip(fitted, problems, strict=True))
        yield cell(wrong, None, seconds)


def half_spaces(limit):
    """Cell enumeration over few real features, beside what approaches or replaces it."""
    heads = ["cells", "E01Loss", "LogisticRegression", "LinearSVC", "Perceptron", "exact, thresholds"]
    yield f"| table | rows | features | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 3) + "|"
    for name, count in itertools.product(REAL, (1, 2, 3)):
        X, y = table(name)
        X = SelectKBest(f_classif, k=count).fit_transform(X, y)
        standard, problems = StandardScaler().fit_transform(X), binary_problems(y)
        found, seconds = timed(lambda: [fewest_errors(whole(X), positive) for positive in problems])
        cells = [cell(sum(found), None, seconds), ""]
        if exact_classify01loss_cell and count > 1 and math.comb(len(y), count) * len(y) <= MOST_FIELDS:
            moved = standard + np.random.default_rng(0).uniform(-1e-4, 1e-4, X.shape)
            labels = [np.where(positive, 1, -1) for positive in problems]
            found, seconds = timed(lambda: [exact_classify01loss_cell(moved, signs)[1] for signs in labels])
            cells[1] = cell(sum(found), None, seconds)
        cells += linear(standard, problems)
        model = ThresholdClassifier(n_thresholds=15, time_limit=limit, options={"noise": 0})
        exact, seconds = timed(lambda: model.fit(X, y))
        cells.append(cell(int(np.sum(exact.errors_)), int(np.sum(exact.lower_bound_)), seconds))
        yield f"| {name} | {len(y)} | {count} | {' | '.join(cells)} |"


def three_inputs():
    """Exact training against all threshold functions of three inputs: weights and bias from −3 to 3 give all 104."""
    every = np.array(list(itertools.product(range(-3, 4), repeat=4)))
    tried = agree = 0
    for name in TABLES:
        X, y = table(name)
        X = SimpleImputer(strategy="most_frequent").fit_transform(X)
        for first in range(0, X.shape[1] - 2, 3):
            exact = ThresholdClassifier(n_thresholds=1).fit(X[:, first : first + 3], y)
            inputs = exact._inputs(X[:, first : first + 3])
            if inputs.shape[1] != 3:
                continue
            fields = np.hstack([inputs, np.ones((len(y), 1))]) @ every.T
            for positive, errors in zip(binary_problems(y), np.atleast_1d(exact.errors_), strict=True):
                signs = np.where(positive, 1, -1)[:, None]
                fewest = (signs * fields <= 0).sum(axis=0).min()
                tried, agree = tried + 1, agree + int(fewest == errors == fewest_errors(inputs, positive))
    return f"Three inputs: exact training, all functions and cell enumeration give the same fewest errors in {agree} of {tried} problems."


def missing_values(limit):
    nearest = lambda: make_pipeline(StandardScaler(), KNeighborsClassifier(1))  # noqa: E731
    logistic = lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))  # noqa: E731
    models = {"attractor, no imputer": AttractorClassifier(time_limit=limit, n_jobs=-1)}
    for label, imputer in {
        "most frequent": SimpleImputer(strategy="most_frequent"),
        "5 nearest": KNNImputer(),
        "iterative": IterativeImputer(random_state=0),
    }.items():
        models[f"{label}, logistic regression"] = make_pipeline(imputer, logistic())
        models[f"{label}, nearest row"] = make_pipeline(imputer, nearest())
    data = {}
    for name in ("wine", "house_votes84"):
        X, y = table(name)
        data[name] = X, y
        data[f"{name}, half missing"] = np.where(np.random.default_rng(0).random(X.shape) < 0.5, np.nan, X), y
    yield f"| | {' | '.join(data)} |"
    yield "|---" * (len(data) + 1) + "|"
    for label, model in models.items():
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        scores = [cross_val_score(model, X, y, cv=folds).mean() for X, y in data.values()]
        yield f"| {label} | {' | '.join(f'{100 * score:.1f}' for score in scores)} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=30, help="seconds a training")
    parser.add_argument("--note", default="", help="a sentence on the machine, for the page")
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="sklearn")
    parts = []
    for part in (training_errors(arguments.limit), [three_inputs()], half_spaces(min(10, arguments.limit)), missing_values(arguments.limit)):
        lines = []
        for line in part:
            print(line, flush=True)
            lines.append(line)
        parts.append("\n".join(lines))
    if arguments.write:
        text = "\n\n".join([*(p.replace("\n", " ") for p in __doc__.strip().split("\n\n")[1:]), *filter(None, [arguments.note]), *parts])
        versions = [f"{name} {importlib.metadata.version(name)}" for name in ("scikit-learn", "scipy", *(["e01loss"] if exact_classify01loss_cell else []))]
        publish("Estimators beside scikit-learn", f"python3 benchmarks/estimators.py --limit {arguments.limit:g} --write", versions, text)


if __name__ == "__main__":
    main()
