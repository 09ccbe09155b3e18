#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""What certificates cost on the benchmark families: size, writing as a share of training, checking.

    cargo build --release && python3 benchmarks/proofs.py --quick
    python3 benchmarks/proofs.py --limit 20 --write  # all families, each training at most 20 s; into BENCHMARKS.md

Every figure is of really running `attractor train --proof` and `attractor verify`. Times are CPU seconds (user and
system, all threads), which other load on the machine disturbs less than wall seconds.
"""

import argparse
import pathlib
import sys
import tempfile

from common import BINARY, attractor_version, publish, train, verify
from compare import FAMILIES, cpu_seconds, instance


def measure(family, seed, limit, threads, folder):
    _, path = instance(family, seed, folder)
    answer = train(BINARY, path, threads, min(limit, family.limit), *family.flags)
    start = cpu_seconds()
    verify(BINARY, path, threads)
    writing = answer["proof_cpu_seconds"]
    return {"status": answer["status"], "wrong": answer["wrong_bits"], "bound": answer["lower_bound"],
            "certified": answer["certified_bound"], "bytes": answer["proof_bytes"],
            "training": answer["cpu_seconds"] - writing, "writing": writing, "checking": cpu_seconds() - start}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--family", action="append", help="only families whose name begins so; may be repeated")
    parser.add_argument("--quick", action="store_true", help="the quick families of compare.py")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=60, help="seconds of a training, at most")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    if not BINARY.exists():
        sys.exit(f"{BINARY} does not exist: run `cargo build --release` first")
    lines = ["Sizes in bytes as written; *writing* as a share of training; *checking* by `attractor verify`, start of the "
             "process and reading of the files included.", "",
             "| family | status | wrong | bound | certified | bytes | training CPU s | writing | checking CPU s | "
             "checking / training |", "|---|---|---|---|---|---|---|---|---|---|"]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for family in FAMILIES:
            if arguments.quick and not family.quick:
                continue
            if arguments.family and not any(family.name.startswith(name) for name in arguments.family):
                continue
            m = measure(family, arguments.seed, arguments.limit, arguments.threads, pathlib.Path(folder))
            lines.append(f"| {family.name} | {m['status']} | {m['wrong']} | {m['bound']} | {m['certified']} | {m['bytes']:,} | "
                         f"{m['training']:.3g} | {m['writing'] / m['training']:.1%} | {m['checking']:.3g} | "
                         f"{m['checking'] / m['training']:.1%} |")
            print(lines[-1], flush=True)
    if arguments.write:
        command = f"python3 benchmarks/proofs.py --limit {arguments.limit:g} --write"
        publish("What certificates cost", command, [attractor_version()], "\n".join(lines))


if __name__ == "__main__":
    main()
