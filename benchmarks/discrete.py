#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "ortools>=9.10"]
# ///
"""Discrete weights side by side with CP-SAT: one run, same patterns, same threads, same limit.

    cargo build --release && python3 benchmarks/discrete.py
    python3 benchmarks/discrete.py --case 20,30,ternary,directed --limit 60
    python3 benchmarks/discrete.py --write     # into BENCHMARKS.md

CP-SAT minimises the wrong bits: an integer variable a weight, a Boolean a bit that implies aligned field >= 1. A directed
network is one model (CP-SAT splits nothing by itself), so it is also given neuron by neuron, one thread each, with an
equal share of the limit. `attractor` goes on to the fewest non-zeros, which CP-SAT is not asked for.
"""

import argparse
import concurrent.futures
import importlib.metadata
import pathlib
import tempfile
import time

from ortools.sat.python import cp_model

from common import BINARY, all_pairs, attractor_version, patterns_of, publish, receptive_field, rows_of, train

CASES = ["20,20,ternary,directed", "20,30,ternary,directed", "20,40,ternary,directed", "20,30,binary,directed",
         "41,33,binary,directed", "6,12,ternary,symmetric", "8,12,ternary,symmetric", "12,18,ternary,symmetric",
         "20,20,ternary,symmetric", "9x9,40,ternary,symmetric,1", "9x9,40,ternary,symmetric,1.5", "9x9,40,ternary,symmetric,2"]


def cp_sat(columns, rows, weights, threads, limit):
    model = cp_model.CpModel()
    domain = cp_model.Domain.from_values({"ternary": [-1, 0, 1], "binary": [-1, 1]}.get(weights) or range(-(k := int(weights.split(":")[1])), k + 1))
    w = [model.new_int_var_from_domain(domain, f"w{c}") for c in range(columns)]
    right = [model.new_bool_var(f"right{r}") for r in range(len(rows))]
    for row, held in zip(rows, right):
        model.add(sum(sign * w[c] for c, sign in row) >= 1).only_enforce_if(held)
    model.minimize(len(rows) - sum(right))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = threads, max(limit, 0.01)
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return len(rows), 0
    return round(solver.objective_value), round(solver.best_objective_bound)


def peer(patterns, mask, weights, couplings, threads, limit):
    systems = list(rows_of(patterns, couplings, mask))
    if len(systems) == 1:
        return cp_sat(*systems[0], weights, threads, limit)
    share = limit * threads / len(systems)
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(lambda system: cp_sat(*system, weights, 1, share), systems))
    return sum(a for a, _ in answers), sum(b for _, b in answers)


def ours(binary, path, field, weights, couplings, threads, limit):
    answer = train(binary, path, threads, limit, "--couplings", couplings, "--weights", weights, "--noise", "0", *field)
    return answer["wrong_bits"], answer["lower_bound"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", help="N,P,weights,couplings for random patterns, HxW,P,weights,couplings,radius for MNIST digits; again for more")
    parser.add_argument("--limit", type=int, default=30, help="seconds a case and solver")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    arguments = parser.parse_args()
    lines = ["| N | P | weights | couplings | solver | wrong | bound | s |", "|---|---|---|---|---|---|---|---|"]
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for case in arguments.case or CASES:
            n, count, weights, couplings, *radius = case.split(",")
            path = pathlib.Path(folder) / "patterns.npy"
            if radius:
                patterns = patterns_of(BINARY, path, "mnist", "--shape", n, "--count", count)
                field = ("--shape", n, "--receptive-field", radius[0])
                mask = receptive_field(*map(int, n.split("x")), float(radius[0]))
                n += f" MNIST, field {radius[0]}"
            else:
                patterns = patterns_of(BINARY, path, "random", "--shape", f"1x{n}", "--count", count, "--seed", arguments.seed)
                field, mask = (), all_pairs(int(n))
            how = (weights, couplings, arguments.threads, arguments.limit)
            for name, solve in [("attractor", lambda: ours(BINARY, path, field, *how)),
                                ("CP-SAT", lambda: peer(patterns, mask, *how))]:
                start = time.perf_counter()
                wrong, bound = solve()
                seconds = time.perf_counter() - start
                lines.append(f"| {n} | {count} | {weights} | {couplings} | {name} | {wrong} | {bound} | {seconds:.3g} |")
                print(lines[-1], flush=True)
    if arguments.write:
        versions = [f"{arguments.threads} threads", attractor_version(), f"ortools {importlib.metadata.version('ortools')}"]
        command = f"python3 benchmarks/discrete.py --limit {arguments.limit} --write"
        publish("Discrete weights beside CP-SAT", command, versions, "\n".join(lines))


if __name__ == "__main__":
    main()
