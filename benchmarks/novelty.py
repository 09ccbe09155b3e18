#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy>=1.26"]
# ///
"""Known or unknown: how well networks tell damaged stored digits from damaged digits that they do not store, by load.

    cargo build --release -p attractor-cli
    uv run benchmarks/novelty.py            (or plain `python3` with NumPy installed)
    uv run benchmarks/novelty.py --write    # into BENCHMARKS.md

P handwritten digits of 28x28 pixels are stored by the pseudo-inverse; known cues are these, unknown ones as many other digits,
15 % of the pixels of either flipped. The control, the distance to the nearest stored pattern, needs no network.
"""
import argparse
import pathlib
import re
import tempfile

from common import BINARY, attractor_version, publish, run

LOADS = [50, 100, 200, 400]
FLIPS = 118
STATISTICS = ["energy", "first-step", "second-step", "nearest"]
HEAD = ["| P | " + " | ".join(STATISTICS) + " |", "|---" * (1 + len(STATISTICS)) + "|"]


def line(binary, count, folder):
    """Areas under the ROC curves with their 95 % intervals."""
    files = {name: folder / f"{name}.npy" for name in ("stored", "known", "others", "unknown")}
    source = ["data", "mnist", "--shape", "28x28", "--count", count, "--distinct"]
    run(binary, *source, "-o", files["stored"])
    run(binary, *source, "--skip", 5000, "-o", files["others"])
    for clean, damaged, seed in (("stored", "known", 1), ("others", "unknown", 2)):
        run(binary, "data", files[clean], "--flip", FLIPS, "--seed", seed, "-o", files[damaged])
    network = folder / "net.safetensors"
    run(binary, "train", files["stored"], "--rule", "pseudo-inverse", "-o", network)
    told = run(binary, "novelty", network, "--known", files["known"], "--unknown", files["unknown"], "--patterns", files["stored"])
    areas = {row.split()[0]: re.search(r"[01]\.\d+ \([^)]*\)", row) for row in told.splitlines() if row.split()}
    return f"| {count} | " + " | ".join(areas[name].group() for name in STATISTICS) + " |"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments.add_argument("--binary", type=pathlib.Path, default=BINARY, help="the program, built in any profile")
    options = arguments.parse_args()
    lines = [
        f"Area under the ROC curve (95 % interval) by statistic: digits of 28x28 stored by the pseudo-inverse, {FLIPS} of 784 pixels "
        "of known and unknown cues flipped. *nearest* is the control without a network.",
        "",
        *HEAD,
    ]
    print("\n".join(lines))
    for count in LOADS:
        with tempfile.TemporaryDirectory() as folder:
            lines.append(line(options.binary, count, pathlib.Path(folder)))
        print(lines[-1], flush=True)
    if options.write:
        versions = [attractor_version(options.binary)]
        publish("Known or unknown", "python3 benchmarks/novelty.py --write", versions, "\n".join(lines))


if __name__ == "__main__":
    main()
