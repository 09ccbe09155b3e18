#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=1.26", "hopfieldkit==0.1.0", "hopfieldnetwork==1.0.1"]
# ///
"""The learning rules against their papers' numbers, and beside two Python packages on the same patterns and cues.

    uv run benchmarks/rules.py            (or plain `python3` with the three packages installed)
    uv run benchmarks/rules.py --write    # into BENCHMARKS.md

The release binary must be built: `cargo build --release`. Random patterns, damage and weights are ours; the packages get
the same arrays. hopfieldkit has Hebb's rule and a symmetric perceptron, hopfieldnetwork Hebb's rule; neither has Storkey's.
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import tempfile

os.environ.setdefault("MPLBACKEND", "Agg")

import numpy as np  # noqa: E402  (hopfieldnetwork asks for a display otherwise)
from hopfieldkit import HopfieldNetwork, PerceptronHopfieldNetwork  # noqa: E402
from hopfieldnetwork import HopfieldNetwork as PlainNetwork  # noqa: E402

from common import BINARY, attractor_version, patterns_of, publish, run  # noqa: E402

arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
arguments.add_argument("--seeds", type=int, default=5, help="instances of each experiment")
arguments.add_argument("--binary", type=pathlib.Path, default=BINARY, help="the program [default: the release build]")
arguments.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
options = arguments.parse_args()
PROGRAM = options.binary

# Of each pattern, where a share is held against a paper's: with one cue the mean of five instances is off by up to 0.1.
CUES = 20

WAYS = {"synchronous": "synchronous", "sequential": "asynchronous"}


def random_patterns(folder, count, neurons, seed):
    path = folder / f"{count}x{neurons}-{seed}.npy"
    return path, patterns_of(PROGRAM, path, "random", "--shape", f"1x{neurons}", "--count", count, "--seed", seed)


def trained(path, rule, *flags):
    """The network file and its report."""
    network, report = path.with_suffix(f".{rule}.safetensors"), path.with_suffix(f".{rule}.json")
    run(PROGRAM, "train", path, "--rule", rule, "-o", network, "--report", report, "--force", *flags)
    report = json.loads(report.read_text())
    return network, report


def weights_of(network):
    """The N×N weights of a network file."""
    data = network.read_bytes()
    size = int.from_bytes(data[:8], "little")
    entry = json.loads(data[8 : 8 + size])["weights"]
    first, last = entry["data_offsets"]
    kind = {"F64": "<f8", "F32": "<f4", "I8": "i1"}[entry["dtype"]]
    return np.frombuffer(data[8 + size :][first:last], kind).reshape(entry["shape"]).astype(float)


def recalled(network, cues, update):
    """The states that our recall ends in."""
    out = cues.with_suffix(".out.npy")
    run(PROGRAM, "recall", network, cues, "-o", out, "--update", update, "--force")
    return np.load(out).astype(int)


def damaged(path, flips, seed):
    cues = path.with_suffix(f".flip{flips}.npy")
    run(PROGRAM, "data", path, "--flip", flips, "--seed", seed, "-o", cues, "--force")
    return cues


def repaired(network, path, patterns, flips, cues=1):
    """Share of the patterns that come back whole, asynchronously, mean over so many cues of each."""
    ends = (recalled(network, damaged(path, flips, seed), "asynchronous") for seed in range(1, cues + 1))
    return np.mean([(states == patterns).all(axis=1).mean() for states in ends])


def golden(folder):
    """The numbers of the rules' papers, mean over the seeds."""
    seeds = range(options.seeds)
    yield "| rule | what | paper or theory | here |"
    yield "|---|---|---|---|"
    for count in (64, 72, 90):
        sets = [random_patterns(folder, count, 64, seed)[0] for seed in seeds]
        rule = "minimum-probability-flow"
        wrong = [trained(path, rule, "--set", "l2=0")[1]["wrong_bits"] for path in sets]
        yield f"| {rule}, l2 = 0 | wrong bits, N = 64, P = {count} | 0 | {', '.join(map(str, wrong))} |"
    for vertices in (6, 8, 10):
        path = folder / f"cliques{vertices}.npy"
        patterns = patterns_of(PROGRAM, path, "cliques", "--vertices", vertices)
        wrong = trained(path, "minimum-probability-flow", "--bias")[1]["wrong_bits"]
        what = f"wrong bits, cliques of {vertices} vertices, N = {patterns.shape[1]}, P = {len(patterns)}"
        yield f"| minimum-probability-flow, biases | {what} | 0 | {wrong} |"
    paths = [random_patterns(folder, 30, 100, seed) for seed in seeds]
    for rule, expected in (("daydreaming", "1, .78, .17"), ("pseudo-inverse", "1, .65, .09")):
        networks = [(trained(path, rule), path, patterns) for path, patterns in paths]
        wrong = sum(report["wrong_bits"] for (_, report), _, _ in networks)
        shares = [
            np.mean([repaired(network, path, patterns, flips, CUES) for (network, _), path, patterns in networks])
            for flips in (10, 20, 30)
        ]
        text = ", ".join(f"{share:.2f}" for share in shares)
        yield f"| {rule} | N = 100, P = 30: share recalled at 10, 20, 30 % flips | {expected} | {text} ({wrong} wrong bits) |"
    path = paths[0][0]
    dreams = (0, 10, 30, 50, 80, 100, 150)
    wrong = [trained(path, "unlearning", "--set", f"epochs={n}")[1]["wrong_bits"] for n in dreams]
    what = f"wrong bits, N = 100, P = 30, after {', '.join(map(str, dreams))} dreams a pattern"
    yield f"| unlearning | {what} | fall, then rise | {', '.join(map(str, wrong))} |"


def hopfieldkit_recall(weights, cues):
    network = HopfieldNetwork(len(weights))
    network.weights = weights
    return np.array([network.recall(cue, order="sequential", max_steps=1000) for cue in cues]).astype(int)


def plain_recall(weights, cues, steps=1000):
    """hopfieldnetwork's synchronous update, until nothing changes or a cycle of two is there."""
    network = PlainNetwork(N=len(weights))
    network.w = weights
    ends = []
    for cue in cues:
        network.set_initial_neurons_state(cue.copy())
        before = None
        for _ in range(steps):
            now = network.S.copy()
            network.update_neurons(1, "sync")
            if (network.S == now).all():
                break
            if before is not None and (network.S == before).all():
                now = before
                break
            before = now
        ends.append(now)
    return np.array(ends)


def peers(folder):
    """Weights and recalls of the packages beside ours."""
    yield "| N, P | what | package | alike |"
    yield "|---|---|---|---|"
    for neurons, count in ((100, 11), (100, 4), (256, 25)):
        path, patterns = random_patterns(folder, count, neurons, 1)
        network, _ = trained(path, "hebbian")
        ours = weights_of(network)
        plain = PlainNetwork(N=neurons)
        plain.train_pattern(patterns.T)
        kit = HopfieldNetwork(neurons).fit(patterns)
        for package, weights in (("hopfieldkit", kit.weights), ("hopfieldnetwork", plain.w)):
            alike = np.allclose(weights * neurons, ours, rtol=0, atol=1e-9)
            yield f"| {neurons}, {count} | Hebb, weights (theirs times N) | {package} | {'all' if alike else 'no'} |"
        for percent in (10, 40):
            cues = damaged(path, neurons * percent // 100, 1)
            states = np.load(cues).astype(int)
            for package, update, recall in (
                ("hopfieldkit", "sequential", hopfieldkit_recall),
                ("hopfieldnetwork", "synchronous", plain_recall),
            ):
                mine = recalled(network, cues, WAYS[update])
                alike = (mine == recall(ours, states)).all(axis=1).sum()
                yield f"| {neurons}, {count} | recall, {update}, {percent} % flips | {package} | {alike} of {count} |"
    for neurons, count in ((100, 50), (100, 80)):
        path, patterns = random_patterns(folder, count, neurons, 1)
        network, report = trained(path, "perceptron")
        kit = PerceptronHopfieldNetwork(neurons, kappa=1.0).fit(patterns, max_epochs=1000, seed=1)
        wrong = int((patterns * (patterns @ kit.weights) <= 0).sum())
        cues = np.load(damaged(path, 5, 1)).astype(int)
        theirs = (hopfieldkit_recall(kit.weights, cues) == patterns).all(axis=1).mean()
        mine = repaired(network, path, patterns, 5)
        yield (f"| {neurons}, {count} | perceptron: wrong bits; share recalled at 5 % flips | hopfieldkit | ours "
               f"{report['wrong_bits']}; {mine:.2f}, theirs {wrong}; {theirs:.2f} |")


EXPLAINED = """
Where fields cannot vanish (N even and P odd) every recall is the same. Elsewhere both packages turn a field of zero to +1
and we to −1, as the paper does. hopfieldkit's perceptron takes one step for a weight where we take one for each of its two
neurons that asks, goes through the patterns in a random order, and asks for a field above its kappa in units of 1/N per
step, so weights differ while both store what they can. Neither package has Storkey's rule. Times stand elsewhere on this
page: fit and recall.
"""


def main():
    with tempfile.TemporaryDirectory() as folder:
        lines = []
        for part in (golden, peers):
            lines += ["", *part(pathlib.Path(folder))]
    lines.append(EXPLAINED)
    text = "\n".join(lines)
    print(text)
    if options.write:
        packages = [f"{name} {importlib.metadata.version(name)}" for name in ("hopfieldkit", "hopfieldnetwork", "numpy")]
        command = f"python3 benchmarks/rules.py --seeds {options.seeds} --write"
        version = attractor_version() if PROGRAM == BINARY else f"{run(PROGRAM, '--version').strip()} (development build)"
        publish("Learning rules beside their papers and two packages", command, [version, *packages], text)


if __name__ == "__main__":
    main()
