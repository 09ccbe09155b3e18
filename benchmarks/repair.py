#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "hopfieldkit==0.1.0"]
# ///
"""What repairs damaged cues: exact training by several objectives beside every rule, and the nearest stored pattern as limit.

    cargo build --release && python3 benchmarks/repair.py
    python3 benchmarks/repair.py --write     # into BENCHMARKS.md; of named sets these tables alone, each says its binary

Every network gets the same cues: of each pattern, for each number of flips from 1 to 30 % of the bits, as many cues with that
many bits flipped at random as `--cues` says. A cue counts if it is recalled exactly, asynchronously in the fixed order. In
brackets: how much less than the first row, and the half width of the 95 % interval of that difference, from the same cues,
pattern by pattern (patterns differ more than cues of one pattern do). Rules run as they are by default; where settings stand
behind a rule's name, they repaired most on other digits (`tune.py`), whatever the patterns are here. hopfieldkit's networks are
trained by that package and recalled by its rule, a field of zero to +1.
"""

import argparse
import dataclasses
import json
import pathlib
import re
import tempfile
import time

import numpy as np
from common import BINARY, PAGE, attractor_version, patterns_of, publish, run

# Name, what `attractor data` is told, how often the cues' share of `--cues`.
SETS = {
    "24 digits 9x9": ("mnist", "--shape", "9x9", "--count", "24", "--distinct"),
    "24 other digits 9x9": ("mnist", "--shape", "9x9", "--count", "24", "--distinct", "--skip", "200"),
    "40 other digits 9x9": ("mnist", "--shape", "9x9", "--count", "40", "--distinct", "--skip", "300"),
    "40 other digits 12x12": ("mnist", "--shape", "12x12", "--count", "40", "--distinct", "--skip", "200"),
    "100 digits 28x28": ("mnist", "--shape", "28x28", "--count", "100", "--distinct"),
    "8 random, 81 neurons": ("random", "--shape", "1x81", "--count", "8", "--seed", "1"),
    "24 random, 81 neurons": ("random", "--shape", "1x81", "--count", "24", "--seed", "1"),
    "60 random, 81 neurons": ("random", "--shape", "1x81", "--count", "60", "--seed", "1"),
    "40 glyphs 8x8": ("font8x8", "--count", "40", "--distinct"),
    "40 digits 8x8": ("digits8x8", "--count", "40", "--distinct"),
}

HEADING = "What repairs damaged cues"

NOISES = [".01", ".03", ".05", ".08"]

TUNED = pathlib.Path(__file__).with_name("tuned.json")


@dataclasses.dataclass
class Tuned:
    """A rule with settings of its own."""

    rule: str
    couplings: str
    settings: dict

    def name(self):
        words = ", ".join(f"{key} = {value}" for key, value in self.settings.items())
        return self.rule + (f" ({words})" if words else "") + (", directed" if self.couplings == "directed" else "")

    def options(self):
        """What `train` is told."""
        pairs = [f"{key}={value}" for key, value in self.settings.items()]
        return ["--rule", self.rule, "--couplings", self.couplings, *(word for pair in pairs for word in ("--set", pair))]


def read_tuned():
    """The settings that `tune.py` has chosen on other digits."""
    return [Tuned(**one) for one in json.loads(TUNED.read_text())] if TUNED.exists() else []


def write_tuned(all_of_them):
    lines = ",\n".join("  " + json.dumps(dataclasses.asdict(tuned)) for tuned in all_of_them)
    TUNED.write_text(f"[\n{lines}\n]\n")


def methods(binary):
    """Name and options of `train` for every network."""
    noises = [(f"noise {p}", ["--noise", f"0{p}"]) for p in NOISES]
    noises.sort(key=lambda method: method[0] != "noise .05")
    directed = ["--couplings", "directed"]
    exact = [("default", []), *noises, ("widest margin", ["--noise", "0"]), ("default, directed", directed),
             ("noise .05, directed", ["--noise", "0.05", *directed]), ("widest margin, directed", ["--noise", "0", *directed])]
    return exact + rules(binary)


def rules(binary):
    """Every rule as it is by default, then as it was tuned on other digits if that is something else."""
    rows = []
    for card in json.loads(run(binary, "rules", "--json")):
        name, default = card["name"], {setting["name"]: float(setting["default"]) for setting in card["settings"]}
        if name == "exact":
            continue
        tuned = [one for one in read_tuned() if one.rule == name]
        is_default = lambda one: one.couplings == "symmetric" and {**default, **one.settings} == default
        # Which settings the default has, where these are the best.
        names = [one.name() for one in tuned if is_default(one)] or [name]
        rows.append((names[0], ["--rule", name]))
        rows += [(one.name(), one.options()) for one in tuned if not is_default(one)]
    return rows


def damaged(patterns, cues, seed):
    """Cues, the pattern of each, and the flips of each."""
    rng = np.random.default_rng(seed)
    count, n = patterns.shape
    most = max(1, round(0.3 * n))
    flips = np.unique(np.linspace(1, most, min(most, 24)).round().astype(int))
    made, truth, number = [], [], []
    for k in flips:
        for mu in range(count):
            for _ in range(cues):
                cue = patterns[mu].copy()
                cue[rng.choice(n, k, replace=False)] *= -1
                made.append(cue)
                truth.append(mu)
                number.append(k)
    return np.array(made, dtype=np.int8), np.array(truth), np.array(number)


def nearest(patterns, cues):
    return np.argmax(cues.astype(np.int32) @ patterns.T, axis=1)


def by_hopfieldkit():
    """Name and weights after training of that package's networks."""
    # Here, as others use what is above it without the package.
    from hopfieldkit import HopfieldNetwork, PerceptronHopfieldNetwork

    yield "*hopfieldkit, Hebb*", lambda patterns: HopfieldNetwork(patterns.shape[1]).fit(patterns).weights
    perceptron = lambda patterns: PerceptronHopfieldNetwork(patterns.shape[1], kappa=1.0).fit(patterns, max_epochs=1000, seed=1)
    yield "*hopfieldkit, perceptron*", lambda patterns: perceptron(patterns).weights


def settled(weights, cues, sweeps=100):
    """Where asynchronous recall in the fixed order ends, a field of zero to +1."""
    states = cues.astype(float)
    for _ in range(sweeps):
        before = states.copy()
        for i, row in enumerate(weights):
            states[:, i] = np.where(states @ row >= 0, 1, -1)
        if (states == before).all():
            break
    return states


class Measured:
    """One set of patterns and what every network makes of its cues."""

    def __init__(self, arguments, folder, words):
        """`words` is what `attractor data` is told."""
        self.arguments, self.folder = arguments, folder
        self.path = folder / "patterns.npy"
        self.patterns = patterns_of(arguments.binary, self.path, *words, "--force")
        # Large sets take fewer cues: more patterns do as much.
        cues = max(1, min(arguments.cues, 500 // len(self.patterns)))
        self.cues, self.truth, self.number = damaged(self.patterns, cues, arguments.seed)
        np.save(folder / "cues.npy", self.cues)

    def network(self, options):
        """Whether each cue is recalled exactly, and the report."""
        network, report, answers = (self.folder / name for name in ("net.safetensors", "report.json", "answers.npy"))
        run(self.arguments.binary, "train", self.path, "-o", network, "--report", report, "--force", *options)
        run(self.arguments.binary, "recall", network, self.folder / "cues.npy", "-o", answers, "--update", "asynchronous", "--force")
        right = (np.load(answers) == self.patterns[self.truth]).all(axis=1)
        return right, json.loads(report.read_text())

    def shares(self, right):
        """The mean, and at four numbers of flips, in per cent."""
        flips = np.unique(self.number)
        wanted = np.array([2, 4, 8, 12]) * self.patterns.shape[1] / 81
        at = [flips[np.argmin(abs(flips - k))] for k in wanted]
        return [100 * right.mean(), *(100 * right[self.number == k].mean() for k in at)], at

    def less(self, first, right):
        """How much less often than `first`, with the half width of its 95 % interval over patterns."""
        difference = first.astype(float) - right
        means = np.array([difference[self.truth == mu].mean() for mu in range(len(self.patterns))])
        return 100 * means.mean(), 100 * 1.96 * means.std(ddof=1) / np.sqrt(len(means))


def networks(measured, name, arguments):
    """Name, which cues it recalls, wrong bits and seconds of every network."""
    for method, options in methods(arguments.binary):
        if arguments.networks and method not in arguments.networks:
            continue
        limit = ["--time-limit", f"{arguments.limit}s"] if "--rule" not in options else []
        try:
            right, report = measured.network([*options, *limit])
        except RuntimeError as error:
            print(f"{name}: {method}: {error}", flush=True)
            continue
        yield method, right, report["wrong_bits"], report["wall_seconds"]
    for method, weights_of in by_hopfieldkit():
        if arguments.networks and method not in arguments.networks:
            continue
        begun = time.perf_counter()
        weights = weights_of(measured.patterns)
        seconds = time.perf_counter() - begun
        right = (settled(weights, measured.cues) == measured.patterns[measured.truth]).all(axis=1)
        fields = measured.patterns @ weights
        yield method, right, int(((fields >= 0) != (measured.patterns > 0)).sum()), seconds


def table(measured, name, arguments):
    first = None
    rows = []
    for method, right, wrong, seconds in networks(measured, name, arguments):
        shares, _ = measured.shares(right)
        first = right if first is None else first
        less, half = measured.less(first, right)
        cells = [f"{shares[0]:.1f}" + ("" if right is first else f" ({less:+.1f} ± {half:.1f})"),
                 *(f"{share:.0f}" for share in shares[1:]), str(wrong), f"{seconds:.1f}"]
        rows.append(f"| {method} | {' | '.join(cells)} |")
        print(rows[-1], flush=True)
    right = nearest(measured.patterns, measured.cues) == measured.truth
    shares, flips = measured.shares(right)
    rows.append(f"| *nearest stored pattern* | {shares[0]:.1f} | {' | '.join(f'{share:.0f}' for share in shares[1:])} | | |")
    version = attractor_version(arguments.binary)
    rows.append(f"| *{version}* |" + " |" * 7)
    head = f"| {name}: network | mean | " + " | ".join(f"{k} flips" for k in flips) + " | wrong bits | s |"
    return "\n".join([head, "|---" * 8 + "|", *rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", help=f"of {', '.join(SETS)}; all if none is named")
    parser.add_argument("--networks", nargs="*", help="these alone, by their names in the tables: some rules take hours at N = 784")
    parser.add_argument("--cues", type=int, default=20, help="cues for each pattern and number of flips")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, default=60, help="seconds an exact training")
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    tables = []
    for name in arguments.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            tables.append(table(Measured(arguments, pathlib.Path(folder), SETS[name]), name, arguments))
        print(tables[-1] + "\n", flush=True)
    if arguments.write:
        words = f"--cues {arguments.cues} --limit {arguments.limit} --write"
        publish(HEADING, f"python3 benchmarks/repair.py {words}", [attractor_version(arguments.binary)], page(tables))


def page(tables):
    """The section's text: these tables, and what the page has of others."""
    blocks = [__doc__.split("\n\n")[2].replace("\n", " ")]
    section = re.search(rf"(?ms)^## {HEADING}\n\n(.*?)(?=^## |\Z)", PAGE.read_text())
    old = section[1].strip().split("\n\n")[2:] if section else []
    first_line = lambda block: block.split(": network", 1)[0]
    named = {first_line(table): table for table in tables}
    for block in old:
        blocks.append(named.pop(first_line(block), block))
    return "\n\n".join([*blocks, *named.values()])


if __name__ == "__main__":
    main()
