#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""Which noise and which read-out classify bundled tables best, beside the nearest stored row.

    cargo build --release && python3 benchmarks/classify.py
    python3 benchmarks/classify.py --write     # into BENCHMARKS.md

Per cent of the test rows that `attractor classify cross-validate` answers right in five parts, mean over the seeds; with half
of the test values missing after the stroke. *auto* chooses noise and read-out by validation within the rows that are learnt,
in each part anew; it is measured with `--auto`, where rows are few. Couplings are symmetric where nothing else is said. *auto* and
breast_cancer_wdbc have seed 0 alone.
"""

import argparse
import pathlib
import re

from common import BINARY, ROOT, attractor_version, publish, run

TABLES = ("wine", "zoo", "house_votes84", "breast_cancer_wdbc")
# A training takes seconds: one seed.
LARGE = ("breast_cancer_wdbc",)
# Where rows are few: validation is 16 trainings for one.
VALIDATED = ("wine", "zoo")
CHOICES = [
    *((noise, read_out, "symmetric") for noise in ("0", "0.05") for read_out in ("end", "one-step")),
    *((noise, read_out, "directed") for noise in ("0", "0.05") for read_out in ("end", "one-step")),
]


def accuracies(arguments, table, missing, noise, read_out, couplings):
    """Of the memory and of the nearest row, in per cent, means over the seeds."""
    found = []
    for seed in range(1 if table in LARGE or noise == "auto" else arguments.seeds):
        text = run(arguments.binary, "classify", "cross-validate", ROOT / f"crates/lab/data/{table}.csv", "--class", "class",
                   "--noise", noise, "--read-out", read_out, "--couplings", couplings, "--missing", missing, "--seed", seed,
                   "--time-limit", f"{arguments.limit}s")
        found.append([float(number) for number in re.findall(r"(?m)^\S.*?\s([\d.]+) ± [\d.]+ %$", text)[:2]])
    return [sum(of) / len(found) for of in zip(*found)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(TABLES)}; all if none is named")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=60, help="seconds a training")
    parser.add_argument("--auto", action="store_true", help="measure what validation chooses, too: twice the time")
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY)
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    tables = arguments.tables or list(TABLES)
    lines = [f"| noise, read out | {' | '.join(tables)} |", "|---" * (len(tables) + 1) + "|"]
    nearest = {}
    for noise, read_out, couplings in [*CHOICES, *([("auto", "auto", "symmetric")] if arguments.auto else [])]:
        cells = []
        for table in tables:
            if noise == "auto" and table not in VALIDATED:
                cells.append("")
                continue
            both = [accuracies(arguments, table, missing, noise, read_out, couplings) for missing in (0, 50)]
            cells.append(" / ".join(f"{own:.1f}" for own, _ in both))
            nearest[table] = " / ".join(f"{near:.1f}" for _, near in both)
        lines.append(f"| {noise}, {read_out}{', directed' * (couplings == 'directed')} | {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    lines.append(f"| *nearest stored row* | {' | '.join(nearest[table] for table in tables)} |")
    print(lines[-1])
    if arguments.write:
        text = __doc__.split("\n\n")[2].replace("\n", " ") + "\n\n" + "\n".join(lines)
        auto = " --auto" * arguments.auto
        words = f"{' '.join(arguments.tables)} --seeds {arguments.seeds} --limit {arguments.limit}{auto} --write".strip()
        publish("Noise and read-out of classifiers", f"python3 benchmarks/classify.py {words}",
                [attractor_version(arguments.binary)], text)


if __name__ == "__main__":
    main()
