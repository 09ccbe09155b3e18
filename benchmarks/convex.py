#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "scipy"]
# ///
"""Training for noise beside SciPy on the same concave programs, one a neuron of a directed network.

    cargo build --release && python3 benchmarks/convex.py
    python3 benchmarks/convex.py --write     # into BENCHMARKS.md

Both maximise the sum of ln Phi(c h) over the patterns with |w| <= 1 and every aligned field h at least a quarter of the widest
margin. SciPy's SLSQP gets exact gradients and starts at the widest margin. *value*: the mean in nats a bit; *worst*: by how
much the worst neuron of ours is below SciPy's, in nats a bit (negative: above); *gap*: what `train` itself says; seconds: of
ours for the whole training, of SciPy for the neurons alone, one thread each.
"""

import argparse
import json
import pathlib
import tempfile
import time

import numpy as np
from common import BINARY, attractor_version, patterns_of, publish, run
from margins import weights_of
from scipy.optimize import minimize
from scipy.special import log_ndtr

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


def by_scipy(rows, start, floor, slope):
    """Unit weights with the greatest sum of ln Phi(slope h), every h at least `floor`."""
    def loss(w):
        z = slope * (rows @ w)
        log = log_ndtr(z)
        hazard = np.exp(-0.5 * z * z - 0.5 * np.log(2 * np.pi) - log)
        return -log.mean(), -slope * (hazard @ rows) / len(rows)

    limits = [
        {"type": "ineq", "fun": lambda w: 1 - w @ w, "jac": lambda w: -2 * w},
        {"type": "ineq", "fun": lambda w: rows @ w - floor, "jac": lambda w: rows},
    ]
    found = minimize(loss, start, jac=True, method="SLSQP", constraints=limits, options={"maxiter": 300, "ftol": 1e-9}).x
    return found / np.linalg.norm(found)


def compare(binary, folder, name, noise):
    path = folder / "patterns.npy"
    patterns = patterns_of(binary, path, *SETS[name], "--force").astype(float)
    widest, _ = trained(binary, path, "--noise", "0")
    ours, report = trained(binary, path, "--noise", noise)
    slope = (1 - 2 * noise) / (2 * np.sqrt(noise * (1 - noise)))
    own, peer, begun = [], [], time.perf_counter()
    for i in range(patterns.shape[1]):
        inputs = np.arange(patterns.shape[1]) != i
        rows = patterns[:, [i]] * patterns[:, inputs]
        start = widest[i, inputs] / np.linalg.norm(widest[i, inputs])
        w = by_scipy(rows, start, FLOOR * (rows @ start).min(), slope)
        peer.append(log_ndtr(slope * (rows @ w)).mean())
        own.append(log_ndtr(slope * (rows @ ours[i, inputs]) / np.linalg.norm(ours[i, inputs])).mean())
    seconds = time.perf_counter() - begun
    own, peer = np.array(own), np.array(peer)
    return (f"| {name} | {noise} | {own.mean():.6f} | {peer.mean():.6f} | {(peer - own).max():.1e} | {report['noise_gap']:.1e} "
            f"| {report['wall_seconds']:.2f} | {seconds:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    lines = ["| patterns | noise | value | SciPy's value | worst | gap | s | SciPy's s |", "|---" * 8 + "|"]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for name in SETS:
            for noise in [0.01, 0.05, 0.2]:
                lines.append(compare(arguments.binary, pathlib.Path(folder), name, noise))
                print(lines[-1], flush=True)
    if arguments.write:
        text = __doc__.split("\n\n")[2].replace("\n", " ") + "\n\n" + "\n".join(lines)
        publish("Training for noise beside SciPy", "python3 benchmarks/convex.py --write", [attractor_version(arguments.binary)], text)


if __name__ == "__main__":
    main()
