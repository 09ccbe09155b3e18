#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=1.26", "threadpoolctl"]
# ///
"""Fit and recall side by side with NumPy: the same data, the same number of threads, the same run.

    uv run benchmarks/recall.py            (or plain `python3` with numpy installed)
    uv run benchmarks/recall.py --write    # into BENCHMARKS.md

Per size N: P = N/10 random patterns, 1,000 cues with 10% of the bits flipped. NumPy gets the fastest formulation found:
float32 throughout for Hebb and recall (BLAS matrix products; converged cues leave the batch; asynchronous updates in
blocks of neurons, so that most work is a matrix product), float64 Gram-Cholesky for the pseudo-inverse, as ours is
float64. Each figure is the least of the repeats, of which there are as many as asked for and half a second's. Conversions
of the input to float and to packed bits are left out on both sides. The memory is the peak of our process during one run of the task beyond what was resident before it (the
input: patterns, cues and, for recall, the network), in weight matrices of 8 N² bytes; each task in a fresh process.
The task `fill` writes a weight matrix of ones and nothing else: the floor of time and memory for every fit.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
arguments.add_argument("--neurons", type=int, nargs="+", default=[784, 4096])
arguments.add_argument("--cues", type=int, default=1000)
arguments.add_argument("--threads", type=int, default=2)
arguments.add_argument("--repeats", type=int, default=3)
arguments.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
options = arguments.parse_args()
# A kernel forced from outside can be far slower than the one OpenBLAS picks for this processor.
for forced in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(forced, None)
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = str(options.threads)

import numpy as np  # noqa: E402  (the environment above must come first)

from common import ROOT, publish  # noqa: E402

MAX_STEPS = 1000


# Seconds for which a task is repeated, ours (`drivers/src/fit_recall.rs`) and NumPy's: threads and memory take some tens of
# milliseconds to be at their best.
AT_LEAST = 0.5


def least(task, run):
    """Least seconds of the repeats, and the last result."""
    times, began = [], time.perf_counter()
    while len(times) < options.repeats or time.perf_counter() - began < AT_LEAST:
        result = None
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    return min(times), result


def hebbian(x):
    """NumPy recognises X.T @ X and computes one triangle only."""
    w = x.T @ x
    np.fill_diagonal(w, 0)
    return w


def pseudo_inverse(x):
    """Gram-Cholesky: G = L Lᵀ, Y = L⁻¹ X, W = Yᵀ Y, the last again one triangle only."""
    factor = np.linalg.cholesky(x @ x.T)
    y = np.linalg.inv(factor) @ x
    w = y.T @ y
    np.fill_diagonal(w, 0)
    return w


def signs(h):
    return np.where(h > 0, np.float32(1), np.float32(-1))


def synchronous(w, cues):
    """All cues at once; those at a fixed point or in a 2-cycle leave."""
    result = cues.copy()
    active = np.arange(len(cues))
    before, now = None, cues
    for _ in range(MAX_STEPS):
        following = signs(now @ w)
        done = (following == now).all(axis=1)
        result[active[done]] = now[done]
        if before is not None:
            cycle = ~done & (following == before).all(axis=1)
            result[active[cycle]] = before[cycle]
            done |= cycle
        if done.all():
            return result
        keep = ~done
        active, before, now = active[keep], now[keep], following[keep]
    result[active] = now
    return result


def asynchronous(w, cues, block=64):
    """Fixed order. States stand in columns; a block's fields are one matrix product, updated inside the block."""
    result = cues.copy()
    active = np.arange(len(cues))
    states = np.ascontiguousarray(cues.T)
    for _ in range(MAX_STEPS):
        start = states.copy()
        for first in range(0, len(w), block):
            last = min(first + block, len(w))
            fields = w[first:last] @ states
            for i in range(first, last):
                new = signs(fields[i - first])
                changed = np.flatnonzero(new != states[i])
                if len(changed):
                    if i + 1 < last:
                        fields[i + 1 - first :, changed] += np.outer(w[i + 1 : last, i], 2 * new[changed])
                    states[i] = new
        done = (states == start).all(axis=0)
        result[active[done]] = states[:, done].T
        if done.all():
            return result
        active, states = active[~done], np.ascontiguousarray(states[:, ~done])
    result[active] = states.T
    return result


def packed(path, count, neurons):
    words = -(-neurons // 64)
    bits = np.fromfile(path, dtype=np.uint8).reshape(count, 8 * words)
    return np.unpackbits(bits, axis=1, bitorder="little")[:, :neurons].astype(np.float32) * 2 - 1


def compare(neurons, folder):
    random = np.random.default_rng(neurons)
    patterns = random.choice(np.array([-1, 1], np.int8), (neurons // 10, neurons))
    cues = patterns[np.arange(options.cues) % len(patterns)].copy()
    for cue in cues:
        cue[random.choice(neurons, neurons // 10, replace=False)] *= -1
    np.save(folder / "patterns.npy", patterns)
    np.save(folder / "cues.npy", cues)
    command = ["cargo", "run", "--quiet", "--release", "-p", "attractor-benchmarks", "--", "fit-recall"]
    files = [str(folder / "patterns.npy"), str(folder / "cues.npy"), str(folder / "out"), str(options.repeats)]

    def measured(*task):
        run = subprocess.run([*command, *files, *task], cwd=ROOT, check=True, stdout=subprocess.PIPE)
        return json.loads(run.stdout)

    ours = measured()

    x, start = patterns.astype(np.float32), cues.astype(np.float32)
    theirs, results = {}, {}
    theirs["fill"], _ = least("fill", lambda: np.full((neurons, neurons), 1, np.float32))
    theirs["hebbian_fit"], hebb = least("hebbian_fit", lambda: hebbian(x))
    theirs["pseudo_inverse_fit"], projection = least(
        "pseudo_inverse_fit", lambda: pseudo_inverse(patterns.astype(np.float64))
    )
    projection = projection.astype(np.float32)
    for rule, w in (("hebbian", hebb), ("pseudo_inverse", projection)):
        for name, run in (("synchronous", synchronous), ("asynchronous", asynchronous)):
            task = f"{rule}_{name}"
            theirs[task], results[task] = least(task, lambda: run(w, start))
    for task, seconds in theirs.items():
        agree = ""
        if task in results:
            equal = (packed(folder / f"out-{task}.bits", options.cues, neurons) == results[task]).all(axis=1)
            agree = f"{100 * equal.mean():.1f} %"
        ratio = seconds / ours[task]
        memory = measured(task)[task]
        yield (f"| {neurons} | {task} | {1e3 * ours[task]:.3g} | {1e3 * seconds:.3g} | {ratio:.1f} | {memory:.2f} | "
               f"{agree} |")


def main():
    lines = ["*ms*: least of the repeats; *ratio*: NumPy's over ours; *memory*: peak beyond the input in weight matrices of "
             "8 N² bytes.", "", "| N | task | ours ms | NumPy ms | ratio | memory | cues alike |", "|---|---|---|---|---|---|---|"]
    print("\n".join(lines))
    for neurons in options.neurons:
        with tempfile.TemporaryDirectory() as folder:
            for line in compare(neurons, pathlib.Path(folder)):
                print(line, flush=True)
                lines.append(line)
    if options.write:
        versions = [f"{options.threads} threads", f"NumPy {np.__version__} ({blas()})"]
        command = f"python3 benchmarks/recall.py --repeats {options.repeats} --write"
        publish("Fit and recall beside NumPy", command, versions, "\n".join(lines))


def blas():
    """The BLAS that NumPy was built with and, where it can be asked, the kernel it picked."""
    name = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    try:
        from threadpoolctl import threadpool_info

        return f"{name}, kernel {threadpool_info()[0]['architecture']}"
    except (ImportError, LookupError):
        return name


if __name__ == "__main__":
    sys.exit(main())
