#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=1.26,<2.4", "hopfieldnetwork==1.0.1", "hopfieldkit==0.1.0"]
# ///
"""Recall, energies, outcomes and temperature beside hopfieldnetwork and hopfieldkit: the same patterns, cues and rule.

    cargo build --release -p attractor-cli
    uv run benchmarks/dynamics.py            (or plain `python3` with the packages installed)
    uv run benchmarks/dynamics.py --write    # into BENCHMARKS.md

P random patterns of N neurons by Hebb's rule, 200 cues with N/5 flips. N is even and P odd, so that no field is zero: there
the peers' neurons become +1 and ours -1. The peers' weights are ours over N, and so are their energies; beta is in units of
the peers' fields. What is compared are answers, not seconds: `recall.py` has those. hopfieldnetwork's finite temperature fails
with NumPy 2.4.
"""
import argparse
import json
import pathlib
import sys
import tempfile

import numpy as np
from hopfieldkit.diagnostics import classify_recall_outcome
from hopfieldkit.hebbian import HopfieldNetwork as Kit
from hopfieldnetwork import HopfieldNetwork as Net

from common import BINARY, patterns_of, publish, run

CUES = 200
SWEEPS = 50
BETA = 4.0
SIZES = [(100, 5), (100, 15), (400, 41)]
HEAD = ["| N | P | task | peer | alike | energies alike |", "|---|---|---|---|---|---|"]


class Experiment:
    """One memory and its damaged cues, on both sides."""

    def __init__(self, binary, neurons, count, folder):
        self.binary = binary
        self.neurons, self.count, self.folder = neurons, count, folder
        self.patterns = patterns_of(binary, folder / "x.npy", "random", "--shape", f"1x{neurons}", "--count", count)
        run(binary, "train", folder / "x.npy", "--rule", "hebbian", "-o", folder / "net.safetensors")
        random = np.random.default_rng(neurons + count)
        self.cues = self.patterns[np.arange(CUES) % count].copy()
        for cue in self.cues:
            cue[random.choice(neurons, neurons // 5, replace=False)] *= -1
        np.save(folder / "cues.npy", self.cues.astype(np.int8))
        np.save(folder / "truth.npy", self.patterns[np.arange(CUES) % count].astype(np.int8))
        self.kit = Kit(neurons).fit(self.patterns)
        self.net = Net(neurons)
        self.net.train_pattern(self.patterns.T)

    def ours(self, *flags):
        """States and report of `attractor recall`."""
        files = [self.folder / name for name in ("net.safetensors", "cues.npy", "r.npy", "x.npy", "r.json")]
        run(self.binary, "recall", files[0], files[1], "-o", files[2], "--patterns", files[3], "--report", files[4], *flags)
        return np.load(files[2]).astype(int), json.loads(files[4].read_text())["per_cue"]

    def line(self, task, peer, alike, energies=""):
        return f"| {self.neurons} | {self.count} | {task} | {peer} | {alike} | {energies} |"

    def asynchronous(self):
        """In fixed order; then the names that both give to the ends."""
        states, report = self.ours("--update", "asynchronous")
        found = [self.kit.recall(cue, order="sequential", max_steps=1000) for cue in self.cues]
        alike = percent((state == other).all() for state, other in zip(states, found))
        energies = percent(
            np.isclose(cue["energy"] / self.neurons, self.kit.energy(state)) for cue, state in zip(report, found)
        )
        yield self.line("asynchronous", "hopfieldkit", alike, energies)
        outcomes = [classify_recall_outcome(state, self.patterns)["outcome"] for state in found]
        names = {"exact_match": "stored", "negative_of_pattern": "negative"}
        same = percent(names.get(theirs, "other") == cue["ending"] for theirs, cue in zip(outcomes, report))
        yield self.line("names of the ends", "hopfieldkit", same)

    def synchronous(self):
        """Of a cycle of two states the peer keeps either one."""
        states, report = self.ours("--update", "synchronous")
        found = []
        for cue in self.cues:
            self.net.set_initial_neurons_state(cue.copy())
            self.net.update_neurons(1, "sync", run_max=True)
            found.append(self.net.S.copy())
        after = np.where(self.net.w @ states.T > 0, 1, -1).T
        alike = percent(
            (state == other).all() or (cue["ending"] == "cycle" and (following == other).all())
            for state, following, other, cue in zip(states, after, found, report)
        )
        fixed = [(cue, state) for cue, state in zip(report, found) if cue["ending"] != "cycle"]
        energies = percent(np.isclose(cue["energy"] / self.neurons, self.net.compute_energy(s)) for cue, s in fixed)
        yield self.line("synchronous", "hopfieldnetwork", alike, energies)

    def temperature(self):
        """Mean overlap over all sweeps and cues, from the undamaged patterns: the same number up to chance."""
        np.save(self.folder / "cues.npy", np.load(self.folder / "truth.npy"))
        truth = np.load(self.folder / "truth.npy").astype(int)
        flags = ("--beta", BETA / self.neurons, "--max-steps", SWEEPS, "--seed", 1, "--expect", self.folder / "truth.npy")
        _, report = self.ours(*flags)
        np.random.seed(1)
        overlaps, few = [], range(0, CUES, 7)
        for c in few:
            self.net.set_initial_neurons_state(truth[c].copy())
            along = []
            for _ in range(SWEEPS):
                self.net.update_neurons_with_finite_temp(1, "async", BETA)
                along.append(self.net.S @ truth[c] / self.neurons)
            overlaps.append(np.mean(along))
        both = f"m = {mean([report[c]['mean_overlap'] for c in few])} and {mean(overlaps)}"
        yield self.line(f"Glauber, beta {BETA:g}", "hopfieldnetwork", both)


def mean(values):
    """With twice its standard error."""
    return f"{np.mean(values):.3f} ± {2 * np.std(values, ddof=1) / np.sqrt(len(values)):.3f}"


def percent(hits):
    hits = list(hits)
    return f"{100 * np.mean(hits):.1f} %" if hits else ""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments.add_argument("--binary", type=pathlib.Path, default=BINARY, help="the program, built in any profile")
    options = arguments.parse_args()
    lines = [
        f"{CUES} cues with N/5 flips; Hebb's rule, an odd number of patterns. *Alike*: the same last state, of a cycle either "
        f"state; *energies* of fixed points over N. Mixtures of three are *other* in names of ends. Glauber: mean overlap over {SWEEPS} sweeps from "
        "the patterns with twice its standard error, ours and the peer's, a seventh of the cues.",
        "",
        *HEAD,
    ]
    print("\n".join(lines))
    for neurons, count in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            experiment = Experiment(options.binary, neurons, count, pathlib.Path(folder))
            for task in (experiment.asynchronous, experiment.synchronous, experiment.temperature):
                for line in task():
                    print(line, flush=True)
                    lines.append(line)
    if options.write:
        peers = ["hopfieldkit 0.1.0", "hopfieldnetwork 1.0.1", f"NumPy {np.__version__}"]
        versions = [run(options.binary, "--version").strip(), *peers]
        publish("Dynamics beside hopfieldkit and hopfieldnetwork", "python3 benchmarks/dynamics.py --write", versions,
                "\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
