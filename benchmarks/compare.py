#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy", "gurobipy>=13,<14", "highspy", "PySCIPOpt"]
# ///
"""Exact training side by side with general MILP solvers: one run, same patterns, same threads.

    cargo build --release && python3 benchmarks/compare.py --quick
    python3 benchmarks/compare.py --family directed-n41-p90 --solvers attractor,gurobi
    python3 benchmarks/compare.py --limit 30 --family symmetric-mnist --resume
    python3 benchmarks/compare.py --write --resume # the whole table, into BENCHMARKS.md
    python3 benchmarks/compare.py --write --logged # the table from what was measured, whatever the version

Each result is logged at once. `--resume` takes from the log what was measured already for the same family, seed, solver,
threads, limit, machine and version (attractor's: that of the very binary), so that a long table can be made in pieces; on each
instance the solvers follow one another on the same machine. `--logged --write` makes the table of the results in the log
that were measured on most instances, the newest of these. `--write` keeps the page's rows of what was not measured, or on
fewer instances.

Instances come from `attractor data random --seed S`, so they are the same for all. The solvers get the big-M model of
each neuron (directed) or of the network (symmetric): minimise Σ z_r with a_r·w ≥ ε − M z_r, w in [−1,1], z binary,
ε = 0.001, M = (number of inputs) + ε, which is the one-sided, more favourable reading of the paper's Eqs. 14-23. Directed
networks are solved neuron by neuron, `--threads` neurons at a time with one thread each, within one limit for the
network. With a receptive field they get the allowed weights alone. Gurobi's licence from PyPI covers up to 2,000 variables
and rows: it is skipped on larger models.
"""

import argparse
import concurrent.futures
import dataclasses
import functools
import json
import pathlib
import resource
import sys
import tempfile
import time

import numpy as np

from common import (BINARY, PAGE, ROOT, all_pairs, attractor_version, patterns_of, processor, publish, receptive_field, rows_of,
                    train, verify)

EPSILON = 1e-3
COLUMNS = 13


@dataclasses.dataclass(frozen=True)
class Family:
    name: str
    neurons: int
    count: int
    couplings: str
    limit: float
    instances: int
    source: str = "random"
    quick: bool = False
    radius: float | None = None
    # Where a general solver cannot finish the first neurons, each gets its share of what is left of the limit.
    shares: bool = False
    # Far beyond what a general solver can take: some hundred models of more than a thousand rows and variables.
    alone: bool = False

    @property
    def shape(self):
        side = round(self.neurons**0.5)
        return (side, side) if side * side == self.neurons else (1, self.neurons)

    @property
    def flags(self):
        """What `attractor train` is told; the widest margin, as the peers' models know no noise."""
        field = () if self.radius is None else ("--shape", "{}x{}".format(*self.shape), "--receptive-field", self.radius)
        return ("--couplings", self.couplings, "--noise", "0", *field)

    @property
    def mask(self):
        """The same for the peers: which weights exist."""
        return all_pairs(self.neurons) if self.radius is None else receptive_field(*self.shape, self.radius)


FAMILIES = [
    Family("directed-n20-p50", 20, 50, "directed", 60, 5, quick=True),
    Family("directed-n20-p60", 20, 60, "directed", 200, 2),
    Family("directed-n41-p90", 41, 90, "directed", 120, 2, quick=True),
    Family("directed-n41-p100", 41, 100, "directed", 240, 1),
    Family("directed-n81-p165", 81, 165, "directed", 240, 1),
    Family("directed-n81-p170", 81, 170, "directed", 300, 1),
    Family("directed-n81-p180", 81, 180, "directed", 120, 1, shares=True),
    Family("directed-n81-p200", 81, 200, "directed", 120, 1, shares=True),
    Family("directed-mnist9x9-p150", 81, 150, "directed", 120, 1, source="mnist"),
    *(Family(f"symmetric-n20-p{p}", 20, p, "symmetric", 60, 10, quick=p == 35) for p in (28, 30, 31, 32, 35, 40, 50)),
    *(Family(f"symmetric-n{n}-p{2 * n}", n, 2 * n, "symmetric", 60, 3) for n in (8, 10, 12, 14)),
    *(Family(f"symmetric-mnist9x9-p{p}", 81, p, "symmetric", 120, 1, source="mnist") for p in (40, 80, 120, 150)),
    *(Family(f"symmetric-mnist9x9-r3-p{p}", 81, p, "symmetric", 120, 1, source="mnist", radius=3)
      for p in (40, 80, 120, 150)),
    *(Family(f"directed-n784-p{p}", 784, p, "directed", 900, 1, alone=True) for p in (784, 1410)),
    Family("symmetric-mnist28x28-p1000", 784, 1000, "symmetric", 900, 1, source="mnist", alone=True),
]


@dataclasses.dataclass
class Result:
    family: str
    seed: int
    solver: str
    wrong_bits: int | None
    lower_bound: int
    seconds: float
    cpu_seconds: float
    status: str
    threads: int
    limit: float
    version: str
    certified: bool = False
    # Of the seconds, those until the fewest wrong bits were proven: after that attractor widens the margin, the others end.
    proven_seconds: float | None = None
    machine: str = dataclasses.field(default_factory=processor)

    @property
    def key(self):
        return self.family, self.seed, self.solver, self.threads, self.limit, self.version, self.machine

    @property
    def gap(self):
        if self.wrong_bits is None:
            return 1.0
        return 0.0 if self.wrong_bits == 0 else (self.wrong_bits - self.lower_bound) / self.wrong_bits


class Skipped(Exception):
    """A solver cannot take the instance; says why."""


def instance(family, seed, folder):
    """The ±1 patterns, as an array and as the file that attractor reads."""
    path = folder / f"{family.name}-{seed}.npy"
    part = ("--seed", seed) if family.source == "random" else ("--skip", seed * family.count)
    shape = "{}x{}".format(*family.shape)
    return patterns_of(BINARY, path, family.source, "--shape", shape, "--count", family.count, *part), path


def gurobi(columns, rows, threads, limit):
    import gurobipy as gp

    with gp.Env(params={"OutputFlag": 0}) as env, gp.Model(env=env) as model:
        model.Params.Threads, model.Params.TimeLimit = threads, limit
        w = model.addVars(columns, lb=-1, ub=1)
        z = model.addVars(len(rows), vtype="B", obj=1)
        for r, row in enumerate(rows):
            model.addConstr(gp.quicksum(c * w[k] for k, c in row) + (len(row) + EPSILON) * z[r] >= EPSILON)
        try:
            model.optimize()
        except gp.GurobiError as error:
            if error.errno != gp.GRB.Error.SIZE_LIMIT_EXCEEDED:
                raise
            raise Skipped(f"{columns + len(rows)} variables, {len(rows)} rows: beyond the licence") from None
        best = round(model.ObjVal) if model.SolCount else None
        return best, bound_of(model.ObjBound), model.Status == gp.GRB.OPTIMAL


def highs(columns, rows, threads, limit):
    import highspy

    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", threads)
    model.setOptionValue("time_limit", float(limit))
    for _ in range(columns):
        model.addVar(-1.0, 1.0)
    for r, _ in enumerate(rows):
        model.addVar(0.0, 1.0)
        model.changeColCost(columns + r, 1.0)
        model.changeColIntegrality(columns + r, highspy.HighsVarType.kInteger)
    for r, row in enumerate(rows):
        index = [k for k, _ in row] + [columns + r]
        value = [float(c) for _, c in row] + [len(row) + EPSILON]
        model.addRow(EPSILON, highspy.kHighsInf, len(index), np.array(index, dtype=np.int32), np.array(value))
    model.run()
    info = model.getInfo()
    found = info.primal_solution_status == 2
    best = round(info.objective_function_value) if found else None
    return best, bound_of(info.mip_dual_bound), model.getModelStatus() == highspy.HighsModelStatus.kOptimal


def scip(columns, rows, threads, limit):
    from pyscipopt import Model, quicksum

    del threads  # SCIP's wheel solves one model with one thread.
    model = Model()
    model.hideOutput()
    model.setParam("limits/time", limit)
    w = [model.addVar(lb=-1, ub=1) for _ in range(columns)]
    z = [model.addVar(vtype="B", obj=1) for _ in rows]
    for r, row in enumerate(rows):
        model.addCons(quicksum(c * w[k] for k, c in row) + (len(row) + EPSILON) * z[r] >= EPSILON)
    model.optimize()
    best = round(model.getPrimalbound()) if model.getNSols() else None
    return best, bound_of(model.getDualbound()), model.getStatus() == "optimal"


def bound_of(value):
    """Wrong bits are whole: a proven bound of 2.3 is one of 3; 1e-6 is the solvers' integrality tolerance."""
    return max(0, int(np.ceil(value - 1e-6))) if np.isfinite(value) else 0


PEERS = {"gurobi": gurobi, "highs": highs, "scip": scip}


def run_one(peer, columns, rows, threads, deadline, share=1.0):
    limit = (deadline - time.perf_counter()) * share
    if limit <= 0.1:
        return None, 0, False
    return PEERS[peer](columns, rows, threads, limit)


def solve_peer(peer, family, patterns, threads):
    """(wrong bits, bound, status)"""
    deadline = time.perf_counter() + family.limit
    systems = list(rows_of(patterns, family.couplings, family.mask))
    if family.couplings == "directed":
        with concurrent.futures.ProcessPoolExecutor(threads) as pool:
            shares = [min(1, threads / (len(systems) - k)) if family.shares else 1 for k in range(len(systems))]
            jobs = [pool.submit(run_one, peer, columns, rows, 1, deadline, share)
                    for (columns, rows), share in zip(systems, shares)]
            answers = [job.result() for job in jobs]
    else:
        answers = [run_one(peer, *systems[0], threads, deadline)]
    # A neuron without incumbent counts as all wrong: that network, all weights zero, exists.
    wrong = sum(len(systems[k][1]) if best is None else best for k, (best, _, _) in enumerate(answers))
    done = all(optimal for _, _, optimal in answers)
    return wrong, sum(bound for _, bound, _ in answers), "optimal" if done else "feasible"


def cpu_seconds():
    """Of this process and of its ended children, user and system."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measure(solver, family, seed, threads, folder):
    patterns, path = instance(family, seed, folder)
    start, cpu = time.perf_counter(), cpu_seconds()
    report = {"proof_wall_seconds": 0, "proof_cpu_seconds": 0, "certified": False}
    try:
        if solver == "attractor":
            report = train(BINARY, path, threads, family.limit, *family.flags)
            wrong, bound, status = report["wrong_bits"], report["lower_bound"], report["status"]
        else:
            wrong, bound, status = solve_peer(solver, family, patterns, threads)
    except Skipped as reason:
        wrong, bound, status = None, 0, f"skipped: {reason}"
    # The others write no certificate: what ours takes is left out (benchmarks/proofs.py has it).
    seconds = time.perf_counter() - start - report["proof_wall_seconds"]
    cpu = cpu_seconds() - cpu - report["proof_cpu_seconds"]
    if report["certified"]:
        verify(BINARY, path, threads)
    proven = seconds if status == "optimal" else None
    if solver == "attractor" and proven:
        proven -= report["wall_seconds"] - report["statistics"]["proven_seconds"]
    return Result(family.name, seed, solver, wrong, bound, seconds, cpu, status, threads, family.limit, version_of(solver),
                  report["certified"], proven)


@functools.cache
def version_of(solver):
    if solver == "attractor":
        return attractor_version()
    import importlib.metadata

    package = {"gurobi": "gurobipy", "highs": "highspy", "scip": "PySCIPOpt"}[solver]
    return f"{package} {importlib.metadata.version(package)}"


def logged(path):
    """The results in a log, by key; lines of another form, and one that a crash cut, are left out."""
    names = {field.name for field in dataclasses.fields(Result)}
    known = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        try:
            values = json.loads(line)
        except json.JSONDecodeError:
            continue
        if set(values) == names:
            result = Result(**values)
            known.pop(result.key, None)
            known[result.key] = result
    return known


def run(families, solvers, threads, instances, path, resume):
    """The results of all solvers on at most so many instances a family, each logged at once; with `resume` those that are
    in the log are taken from it."""
    known = logged(path) if resume else {}
    results = []
    with tempfile.TemporaryDirectory() as folder, open(path, "a") as log:
        for family in families:
            for seed in range(min(family.instances, instances or family.instances)):
                for solver in solvers if not family.alone else [s for s in solvers if s == "attractor"]:
                    key = family.name, seed, solver, threads, family.limit, version_of(solver), processor()
                    result = known.get(key)
                    if result is None:
                        result = measure(solver, family, seed, threads, pathlib.Path(folder))
                        log.write(json.dumps(dataclasses.asdict(result)) + "\n")
                        log.flush()
                    results.append(result)
                    print(f"{family.name} seed {seed} {solver}: {result.wrong_bits} wrong, bound {result.lower_bound}, "
                          f"{result.seconds:.3f} s, {result.cpu_seconds:.3f} CPU s, {result.status}"
                          f"{' (from the log)' if key in known else ''}", file=sys.stderr)
    return results


def newest(known, families, solvers, threads):
    """Of each family and solver the results of the version that was measured on most instances, the last of these."""
    results = []
    for family in families:
        for solver in solvers:
            by_version = {}
            for r in known.values():
                if (r.family, r.solver, r.threads, r.limit) == (family.name, solver, threads, family.limit):
                    by_version.setdefault((r.version, r.machine), {})[r.seed] = r
            if by_version:
                best = max(reversed(by_version.values()), key=len)
                results += [best[seed] for seed in sorted(best)]
    return results


def rows_of_page(families):
    """The rows of the table in BENCHMARKS.md for these families at their limits, by family and solver."""
    limits = {family.name: f"{family.limit:g}" for family in families}
    rows = {}
    for line in PAGE.read_text().splitlines() if PAGE.exists() else ():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == COLUMNS and limits.get(cells[0]) == cells[1]:
            rows[cells[0], cells[2].split()[0]] = line
    return rows


def measured(row):
    """The number of instances in a row of the page."""
    return int(row.split("|")[4].split("/")[-1]) if "skipped" not in row else 1


def table(families, results, solvers, kept):
    """The page's section; where a row in `kept` is of more instances than the results, it stays."""
    lines = [
        "Mean over the instances of a family, *solver* with its version (attractor: the start of the binary's SHA-256): "
        "*wrong/bound* as found and proven within the limit, *gap* = (wrong − bound) / "
        "wrong, *proven* = instances proven optimal of those measured (the first seeds: a slow peer gets fewer), *certified* = instances whose bound `attractor verify` proved from the "
        "certificate that `train --proof` wrote, *to proof* = wall seconds of the whole process until the fewest wrong bits are "
        "proven (of the instances that were), *s* = wall seconds to the end (ours goes on to the widest margin; certificates "
        "apart), *cpu s* = CPU seconds of all threads. *ratio*: the solver's seconds to proof over attractor's (geometric mean; "
        "`>` where the solver ran into the limit), both on that *machine*.", "",
        "| family | limit s | solver | proven | certified | wrong | bound | gap | to proof | s | cpu s | ratio | machine |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for family in families:
        ours = {r.seed: r for r in results if r.family == family.name and r.solver == "attractor"}
        for solver in solvers:
            rows = [r for r in results if r.family == family.name and r.solver == solver]
            old = kept.get((family.name, solver))
            if old and measured(old) > len(rows):
                lines.append(old)
                continue
            if not rows:
                continue
            name = f"{solver} {rows[0].version.removesuffix(')').split()[-1]}"
            if skipped := [r.status for r in rows if r.wrong_bits is None]:
                lines.append(f"| {family.name} | {family.limit:g} | {name} | {skipped[0]} | | | | | | | | | "
                             f"{rows[0].machine} |")
                continue
            proven = sum(r.status == "optimal" for r in rows)
            certified = f"{sum(r.certified for r in rows)}/{len(rows)}" if solver == "attractor" else "no"
            ratio = ""
            pairs = [(r, ours[r.seed]) for r in rows if r.seed in ours and ours[r.seed].machine == r.machine]
            if solver != "attractor" and pairs:
                logs = [np.log(peer.seconds / (own.proven_seconds or np.nan)) for peer, own in pairs]
                both_open = any(own.status != "optimal" for _, own in pairs)
                ratio = "" if both_open else f"{'>' if proven < len(rows) else ''}{np.exp(np.mean(logs)):.3g}"
            to_proof = [r.proven_seconds for r in rows if r.proven_seconds]
            to_proof = f"{np.mean(to_proof):.3g}" if to_proof else ""
            mean = lambda pick: np.mean([pick(r) for r in rows])
            lines.append(
                f"| {family.name} | {family.limit:g} | {name} | {proven}/{len(rows)} | {certified} | "
                f"{mean(lambda r: r.wrong_bits):.4g} | {mean(lambda r: r.lower_bound):.4g} | {mean(lambda r: r.gap):.3f} | "
                f"{to_proof} | {mean(lambda r: r.seconds):.3g} | {mean(lambda r: r.cpu_seconds):.3g} | {ratio} | "
                f"{rows[0].machine} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", action="append", help="a family's name or the start of it; again for more")
    parser.add_argument("--solvers", default="attractor,gurobi,highs,scip")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--instances", type=int, help="at most so many a family")
    parser.add_argument("--limit", type=float, metavar="SECONDS", help="instead of the families' own limits")
    parser.add_argument("--resume", action="store_true", help="take what is in the log already")
    parser.add_argument("--logged", action="store_true", help="run nothing: the table of what is in the log")
    parser.add_argument("--quick", action="store_true", help="three families, one instance each")
    parser.add_argument("--write", action="store_true", help="write BENCHMARKS.md")
    parser.add_argument("--log", default="benchmarks/results.jsonl", help="each result is appended here at once")
    arguments = parser.parse_args()
    solvers = arguments.solvers.split(",")
    if unknown := set(solvers) - {"attractor", *PEERS}:
        parser.error(f"unknown solver {', '.join(sorted(unknown))}; known: attractor, {', '.join(PEERS)}")
    if not BINARY.exists():
        sys.exit(f"{BINARY} does not exist: run `cargo build --release` first")
    if arguments.limit is not None and not arguments.limit > 0:
        parser.error("--limit must be above 0")
    families = [family for family in FAMILIES
                if (family.quick or not arguments.quick)
                and (not arguments.family or any(family.name.startswith(name) for name in arguments.family))]
    if arguments.limit:
        families = [dataclasses.replace(family, limit=arguments.limit) for family in families]
    path = ROOT / arguments.log
    if arguments.logged:
        results = newest(logged(path), families, solvers, arguments.threads)
    else:
        instances = 1 if arguments.quick else arguments.instances
        results = run(families, solvers, arguments.threads, instances, path, arguments.resume)
    if not arguments.write:
        print(table(families, results, solvers, {}))
        return
    # The page has all families, at their own limits unless another was measured, and all solvers.
    families = [next((f for f in families if f.name == family.name), family) for family in FAMILIES]
    text = table(families, results, ["attractor", *PEERS], rows_of_page(families))
    print(text)
    shown = {line.split("|")[3].strip() for line in text.splitlines() if line.count("|") == COLUMNS + 1}
    versions = [f"{arguments.threads} threads for each solver", *sorted(shown - {"solver", "---"})]
    command = f"python3 benchmarks/compare.py {'--logged ' if arguments.logged else ''}--write"
    publish("Exact training beside general MILP solvers", command, versions, text)


if __name__ == "__main__":
    main()
