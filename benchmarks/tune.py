#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""Settings of the rules that repair most, chosen on digits of their own for `repair.py` and `reproduce repair`.

    cargo build --release && python3 benchmarks/tune.py
    python3 benchmarks/tune.py logistic --write     # into tuned.json and BENCHMARKS.md, the other rules as they were

Each rule runs with every setting of its grid on two sets of 24 and two of 40 handwritten digits of 9x9 pixels, none of which
`repair.py` or Fig. 7 has, damaged as in `repair.py` with another seed. Chosen is the setting with the largest mean share of
cues recalled exactly, asynchronously in the fixed order; wrong bits do not count. Every network of `repair.py`, of 28x28
pixels, of other images and of random patterns too, takes what is chosen here.
"""

import argparse
import itertools
import pathlib
import tempfile

from common import BINARY, attractor_version, publish
from repair import Measured, Tuned, read_tuned, write_tuned

SETS = {
    f"{count} digits from {skip}": ("mnist", "--shape", "9x9", "--count", str(count), "--distinct", "--skip", str(skip))
    for count, skip in [(24, 1100), (24, 1400), (40, 1200), (40, 1300)]
}

PENALTIES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 5e-3, 0.01, 0.03, 0.1]

# Of rules that go on until nothing changes the number of passes is a setting like others: stopping early is one way to
# repair more.
GRIDS = {
    "dreaming": {"t": [1, 3, 5, 10, 15, 20, 25, 30, 40, 50, 70, 100, 200]},
    "perceptron": {"margin": [0, 0.3, 1, 2, 3, 10, 30]},
    "minover": {"steps": [30, 100, 300, 1000]},
    "adatron": {"epochs": [10, 100, 1000, 3000]},
    "diederich-opper": {"epochs": [10, 30, 100, 300]},
    "minimum-probability-flow": {"l2": PENALTIES},
    "logistic": {"l2": PENALTIES},
    "unlearning": {"epsilon": [0.0003, 0.001, 0.003, 0.01, 0.03], "epochs": [10, 30, 100, 300]},
    "daydreaming": {"tau": [32, 64, 128, 256], "epochs": [400, 1600, 6400]},
    "gradient": {"rate": [0.0001, 0.0003, 0.001, 0.003], "epochs": [300, 1000, 3000]},
}

# Rules whose directed network is another one; there are more, which only store as these do.
DIRECTED = ["perceptron", "adatron", "minimum-probability-flow", "logistic", "gradient"]

# Measured once: a grid up to there takes a quarter of an hour more.
BEYOND = ("Daydreaming gains with still more steps: 39.4 in the mean with tau = 128 and 25600 epochs, four times as long, where "
          "`--noise 0.05` has 34.6, and 38.3 with directed couplings.")

HEADING = "Settings of the rules, chosen on other digits"


def combinations(grid):
    """Every setting of a grid."""
    return [dict(zip(grid, values)) for values in itertools.product(*grid.values())]


def shares(measured, options):
    """The share of cues recalled exactly on each set, in per cent."""
    return [100 * data.network(options)[0].mean() for data in measured]


def mean(numbers):
    return sum(numbers) / len(numbers)


def ends(grid, setting):
    """Which settings stand at an end of their grid, where the best may lie beyond."""
    return [key for key, values in grid.items() if len(values) > 1 and setting[key] in (min(values), max(values))]


def tune(measured, rule, couplings):
    """The best setting, and its row of the table."""
    plain = Tuned(rule, couplings, {})
    default = mean(shares(measured, plain.options()))
    found = []
    for setting in combinations(GRIDS[rule]):
        tuned = Tuned(rule, couplings, setting)
        found.append((shares(measured, tuned.options()), tuned))
        print(f"{tuned.name()}: {' '.join(f'{share:.1f}' for share in found[-1][0])}; mean {mean(found[-1][0]):.1f}", flush=True)
    best, tuned = max(found, key=lambda one: mean(one[0]))
    grid = "; ".join(f"{key} {', '.join(map(str, values))}" for key, values in GRIDS[rule].items())
    at_end = ends(GRIDS[rule], tuned.settings)
    note = f" ({', '.join(at_end)} at an end)" if at_end else ""
    cells = [tuned.name(), f"{default:.1f}", f"{mean(best):.1f}", *(f"{share:.1f}" for share in best), grid + note]
    print(f"| {' | '.join(cells)} |", flush=True)
    return tuned, f"| {' | '.join(cells)} |"


def page(rows):
    head = ["rule and setting", "mean by default", "mean", *SETS, "grid"]
    about = __doc__.split("\n\n")[2].replace("\n", " ").strip()
    return "\n".join([f"{about} {BEYOND}", "", "| " + " | ".join(head) + " |", "|---" * len(head) + "|", *rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", nargs="*", help=f"of {', '.join(GRIDS)}; all if none is named")
    parser.add_argument("--cues", type=int, default=10, help="cues for each pattern and number of flips")
    parser.add_argument("--seed", type=int, default=1, help="of the cues")
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--write", action="store_true", help="write tuned.json and, if no rule is named, the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    rules = arguments.rules or list(GRIDS)
    tasks = [(rule, "symmetric") for rule in rules] + [(rule, "directed") for rule in rules if rule in DIRECTED]
    with tempfile.TemporaryDirectory() as folder:
        measured = []
        for number, words in enumerate(SETS.values()):
            own = pathlib.Path(folder) / str(number)
            own.mkdir()
            measured.append(Measured(arguments, own, words))
        found = [tune(measured, rule, couplings) for rule, couplings in tasks]
    if arguments.write:
        new = [tuned for tuned, _ in found]
        names = {(tuned.rule, tuned.couplings) for tuned in new}
        write_tuned([tuned for tuned in read_tuned() if (tuned.rule, tuned.couplings) not in names] + new)
        if not arguments.rules:
            versions = [attractor_version(arguments.binary)]
            publish(HEADING, "python3 benchmarks/tune.py --write", versions, page([row for _, row in found]))


if __name__ == "__main__":
    main()
