#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""What the widest margin of ternary weights is worth, beside the fewest non-zeros: margin and certified radius.

    cargo build --release && python3 benchmarks/margins.py
    python3 benchmarks/margins.py --write     # into BENCHMARKS.md

Both networks have the fewest wrong bits. The certified radius is that of the weakest pattern, found here anew: a bit
survives r flipped inputs if its aligned field is above twice the sum of the r largest terms for it.
"""

import argparse
import json
import pathlib
import tempfile

import numpy as np
from common import BINARY, attractor_version, patterns_of, publish, train


def weights_of(path):
    """The weights in a safetensors file: the header's length, the header, the arrays."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    entry = json.loads(data[8:start])["weights"]
    begin, end = entry["data_offsets"]
    return np.frombuffer(data[start + begin:start + end], dtype=np.float64).reshape(entry["shape"])


def radius(weights, patterns):
    least = weights.shape[0]
    for x in patterns:
        terms = -np.sort(-(x[:, None] * weights * x[None, :]), axis=1)
        field = terms.sum(axis=1)
        lost = 2 * np.cumsum(np.maximum(terms, 0), axis=1)
        survives = np.sum(field[:, None] > lost, axis=1)
        least = min(least, int(np.where(field > 0, survives, -1).min()))
    return least


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neurons", type=int, default=32)
    parser.add_argument("--patterns", type=int, nargs="*", default=[4, 8])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=int, default=10, help="seconds a network")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    lines = ["| P | couplings | seed | wrong | margin, fewest non-zeros | radius | margin, widest | radius |",
             "|---|---|---|---|---|---|---|---|"]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "patterns.npy"
        for count in arguments.patterns:
            for couplings in ["directed", "symmetric"]:
                for seed in range(arguments.seeds):
                    patterns = patterns_of(BINARY, path, "random", "--shape", f"1x{arguments.neurons}", "--count", count, "--seed", seed)
                    cells = []
                    for flags in [["--sparse"], ["--noise", "0"]]:
                        report = train(BINARY, path, arguments.threads, arguments.limit,
                                       "--couplings", couplings, "--weights", "ternary", *flags)
                        weights = weights_of(path.with_suffix(".safetensors"))
                        cells += [f"{report['margin']:.3f}", str(radius(weights, patterns))]
                    lines.append(f"| {count} | {couplings} | {seed} | {report['wrong_bits']} | {' | '.join(cells)} |")
                    print(lines[-1], flush=True)
    if arguments.write:
        command = f"python3 benchmarks/margins.py --limit {arguments.limit} --write"
        publish("Ternary weights: widest margin beside fewest non-zeros", command,
                [f"{arguments.neurons} neurons", f"{arguments.threads} threads", attractor_version()], "\n".join(lines))


if __name__ == "__main__":
    main()
