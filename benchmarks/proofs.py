#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""What certificates cost on the benchmark families: size, writing as a share of training, checking.

    cargo build --release && python3 benchmarks/proofs.py --quick
    python3 benchmarks/proofs.py --limit 20          # all families, each training at most 20 s

Every figure is of really running `attractor train --proof` and `attractor verify`. Times are CPU seconds (user and
system, all threads), which other load on the machine disturbs less than wall seconds.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from compare import BINARY, FAMILIES, patterns_of


def run(command):
    """(exit code, standard output, CPU seconds) of a command."""
    before = os.times()
    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    after = os.times()
    return ran.returncode, ran.stdout, sum(after[2:4]) - sum(before[2:4])


def measure(family, seed, limit, threads, folder):
    _, path = patterns_of(family, seed, folder)
    network, proof, report = (path.with_suffix(end) for end in (".safetensors", ".proof", ".json"))
    code, text, _ = run([BINARY, "train", path, "-o", network, "--couplings", family.couplings, "--proof", proof,
                         "--time-limit", f"{min(limit, family.limit)}s", "--threads", threads, "--report", report])
    if code:
        sys.exit(f"{family.name}: training failed: {text}")
    answer = json.loads(report.read_text())
    code, text, checking = run([BINARY, "verify", network, "--patterns", path, "--proof", proof, "--threads", threads])
    if code:
        sys.exit(f"{family.name}: refused: {text}")
    writing = answer["proof_cpu_seconds"]
    training = answer["cpu_seconds"] - writing
    return {"status": answer["status"], "wrong": answer["wrong_bits"], "bound": answer["lower_bound"],
            "certified": answer["certified_bound"], "bytes": answer["proof_bytes"], "training": training,
            "writing": writing, "checking": checking}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--family", action="append", help="only families whose name begins so; may be repeated")
    parser.add_argument("--quick", action="store_true", help="the quick families of compare.py")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=60, help="seconds of a training, at most")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if not BINARY.exists():
        sys.exit(f"{BINARY} does not exist: run `cargo build --release` first")
    print("| family | status | wrong | bound | certified | bytes | training CPU s | writing | checking CPU s | checking / training |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for family in FAMILIES:
            if arguments.quick and not family.quick:
                continue
            if arguments.family and not any(family.name.startswith(name) for name in arguments.family):
                continue
            m = measure(family, arguments.seed, arguments.limit, arguments.threads, pathlib.Path(folder))
            print(f"| {family.name} | {m['status']} | {m['wrong']} | {m['bound']} | {m['certified']} | {m['bytes']:,} | "
                  f"{m['training']:.3g} | {m['writing'] / m['training']:.1%} | {m['checking']:.3g} | "
                  f"{m['checking'] / m['training']:.1%} |", flush=True)


if __name__ == "__main__":
    main()
