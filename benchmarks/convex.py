#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "scikit-learn", "scipy"]
# ///
"""Our convex programs beside SciPy's and scikit-learn's solvers, one a neuron of a directed network.

    cargo build --release && python3 benchmarks/convex.py
    python3 benchmarks/convex.py --write     # into BENCHMARKS.md

*Noise.* Both maximise the sum of ln Phi(c h) over the patterns with |w| <= 1 and every aligned field h at least a quarter of the
widest margin. SciPy's SLSQP gets exact gradients and starts at the widest margin. *value*: the mean in nats a bit; *worst*: by
how much the worst neuron of ours is below SciPy's, in nats a bit (negative: above); *gap*: what `train` itself says; seconds: of
ours for the whole training, of SciPy for the neurons alone, one thread each. *Recalled*: per cent of cues of 1 to 30 % flips that
the network recalls exactly, asynchronously in the fixed order: ours, SciPy's, and SciPy's with the sum of Phi(c h), the expected
number of right bits, in place of the sum of logarithms.

*Widest margin.* Ours beside scikit-learn's SVC, whose hard margin without a threshold is the same program (linear kernel of the
aligned rows and their opposites, C = 1e9). *worst*: ours less scikit-learn's margin, relative, of the neuron where that is least.

*Radius.* The largest R at which every pattern survives every cue within R flips: `train --survive max` beside SciPy's linprog
(HiGHS), which maximises the least aligned field of all worst cues in floating point, the sum of the R largest terms written with
one multiplier a pattern. linprog is told R and R + 1 and asked for a verdict of each.
"""

import argparse
import json
import pathlib
import tempfile
import time

import numpy as np
from common import BINARY, attractor_version, patterns_of, publish, run
from margins import weights_of
from repair import damaged, settled
from scipy import sparse
from scipy.optimize import linprog, minimize
from scipy.special import log_ndtr, ndtr
from sklearn.svm import SVC

FLOOR = 0.25
SETS = {
    "20 random, 41 neurons": ("random", "--shape", "1x41", "--count", "20", "--seed", "1"),
    "24 random, 81 neurons": ("random", "--shape", "1x81", "--count", "24", "--seed", "1"),
    "24 digits 9x9": ("mnist", "--shape", "9x9", "--count", "24", "--distinct"),
}


def trained(binary, path, *options):
    network, report = path.with_suffix(".safetensors"), path.with_suffix(".json")
    run(binary, "train", path, "-o", network, "--report", report, "--couplings", "directed", "--threads", "1", "--force", *options)
    return weights_of(network), json.loads(report.read_text())


def by_scipy(rows, start, floor, slope, logarithm=True):
    """Unit weights with the greatest sum of ln Phi(slope h), or of Phi(slope h), every h at least `floor`."""
    def loss(w):
        z = slope * (rows @ w)
        value = log_ndtr(z) if logarithm else ndtr(z)
        density = np.exp(-0.5 * z * z - 0.5 * np.log(2 * np.pi) - (value if logarithm else 0))
        return -value.mean(), -slope * (density @ rows) / len(rows)

    limits = [
        {"type": "ineq", "fun": lambda w: 1 - w @ w, "jac": lambda w: -2 * w},
        {"type": "ineq", "fun": lambda w: rows @ w - floor, "jac": lambda w: rows},
    ]
    found = minimize(loss, start, jac=True, method="SLSQP", constraints=limits, options={"maxiter": 300, "ftol": 1e-9}).x
    return found / np.linalg.norm(found)


def aligned(patterns, i):
    """The rows of neuron i: each pattern's other bits times its bit i."""
    return patterns[:, [i]] * np.delete(patterns, i, axis=1)


def recalled(weights, patterns, cues):
    """Per cent of damaged patterns that asynchronous recall in the fixed order restores."""
    states, truth, _ = damaged(patterns, cues, 7)
    return 100 * (settled(weights, states) == patterns[truth]).all(axis=1).mean()


def noise(binary, path, name, patterns, noise):
    widest, _ = trained(binary, path, "--noise", "0")
    ours, report = trained(binary, path, "--noise", noise)
    slope = (1 - 2 * noise) / (2 * np.sqrt(noise * (1 - noise)))
    theirs, expected = np.zeros_like(ours), np.zeros_like(ours)
    own, peer, seconds = [], [], 0
    for i in range(len(ours)):
        inputs = np.arange(len(ours)) != i
        rows = aligned(patterns, i)
        start = widest[i, inputs] / np.linalg.norm(widest[i, inputs])
        floor = FLOOR * (rows @ start).min()
        begun = time.perf_counter()
        w = by_scipy(rows, start, floor, slope)
        seconds += time.perf_counter() - begun
        theirs[i, inputs], expected[i, inputs] = w, by_scipy(rows, start, floor, slope, logarithm=False)
        peer.append(log_ndtr(slope * (rows @ w)).mean())
        own.append(log_ndtr(slope * (rows @ ours[i, inputs]) / np.linalg.norm(ours[i, inputs])).mean())
    own, peer = np.array(own), np.array(peer)
    shares = " | ".join(f"{recalled(weights, patterns, 10):.1f}" for weights in (ours, theirs, expected))
    return (f"| {name} | {noise} | {own.mean():.6f} | {peer.mean():.6f} | {(peer - own).max():.1e} | {report['noise_gap']:.1e} "
            f"| {report['wall_seconds']:.2f} | {seconds:.2f} | {shares} |")


def margin(binary, path, name, patterns):
    ours, report = trained(binary, path, "--noise", "0")
    begun, worst = time.perf_counter(), np.inf
    for i in range(len(ours)):
        rows = aligned(patterns, i)
        model = SVC(kernel="linear", C=1e9, tol=1e-6).fit(np.vstack([rows, -rows]), np.repeat([1, -1], len(rows)))
        w, own = model.coef_[0], np.delete(ours[i], i)
        theirs = (rows @ w).min() / np.linalg.norm(w)
        worst = min(worst, (rows @ own).min() / np.linalg.norm(own) / theirs - 1)
    seconds = time.perf_counter() - begun
    return f"| {name} | {report['margin']:.4f} | {worst:.1e} | {report['wall_seconds']:.2f} | {seconds:.2f} |"


def robust_margin(rows, radius):
    """The greatest least aligned field of all cues within `radius` flips, |w_j| <= 1.

    The sum of the R largest positive terms is the least R z + sum u with u >= a w - z and u, z >= 0. Variables: w, the margin t,
    z of each pattern, u of each pattern and input.
    """
    count, inputs = rows.shape
    eye = sparse.identity(count)
    repeat = sparse.kron(eye, np.ones((1, inputs)))
    fields = sparse.hstack([-rows, np.ones((count, 1)), 2 * radius * eye, 2 * repeat])
    terms = sparse.hstack([
        sparse.vstack([sparse.diags(row) for row in rows]), sparse.csr_matrix((count * inputs, 1)), -repeat.T,
        -sparse.identity(count * inputs),
    ])
    cost = np.zeros(fields.shape[1])
    cost[inputs] = -1
    bounds = [(-1, 1)] * inputs + [(0, None)] * (1 + count + count * inputs)
    limits = np.zeros(count + count * inputs)
    return -linprog(cost, sparse.vstack([fields, terms]), limits, bounds=bounds, method="highs").fun


def radius(binary, path, name, patterns):
    _, report = trained(binary, path, "--survive", "max", "--noise", "0")
    reached = report["survive"]["guaranteed"]
    begun = time.perf_counter()
    can = [all(robust_margin(aligned(patterns, i), r) > 1e-6 for i in range(patterns.shape[1])) for r in (reached, reached + 1)]
    seconds = time.perf_counter() - begun
    verdict = " and ".join(f"{r} can" if yes else f"{r} cannot" for r, yes in zip((reached, reached + 1), can, strict=True))
    return f"| {name} | {reached} | {report['survive']['upper_bound']} | {verdict} | {report['wall_seconds']:.2f} | {seconds:.2f} |"


TABLES = {
    "| patterns | noise | value | SciPy's value | worst | gap | s | SciPy's s | recalled: ours | SciPy's | SciPy's, expected bits |": [
        lambda *problem, p=p: noise(*problem, p) for p in (0.01, 0.05, 0.2)
    ],
    "| patterns | widest margin | worst | s | scikit-learn's s |": [margin],
    "| patterns | radius | its bound | linprog | s | linprog's s |": [radius],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "patterns.npy"
        for head, rows in TABLES.items():
            lines += ["", head, "|---" * (head.count("|") - 1) + "|"]
            print("\n".join(lines[-2:]))
            for name, arguments_of in SETS.items():
                patterns = patterns_of(arguments.binary, path, *arguments_of, "--force").astype(float)
                for row in rows:
                    lines.append(row(arguments.binary, path, name, patterns))
                    print(lines[-1], flush=True)
    if arguments.write:
        paragraphs = [paragraph.replace("\n", " ") for paragraph in __doc__.strip().split("\n\n")[2:]]
        text = "\n\n".join(paragraphs) + "\n" + "\n".join(lines)
        publish("Convex programs beside SciPy and scikit-learn", "python3 benchmarks/convex.py --write", [attractor_version(arguments.binary)], text)


if __name__ == "__main__":
    main()
