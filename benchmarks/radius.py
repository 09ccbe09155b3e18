#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""How many flipped inputs every stored pattern survives for certain, by rule and by `--survive`, each with a certificate.

    cargo build --release && python3 benchmarks/radius.py
    python3 benchmarks/radius.py --write     # into BENCHMARKS.md

The radii of the rules are found here anew: a bit survives r flipped inputs if its aligned field is above twice the sum of
the r largest terms for it. Radii in several steps are `inspect`'s, by sets and by `--search-radii`; beside them stands the least
damage that an attack written here finds not to be repaired: all cues at N = 20, else random and greedy ones. `verify` checks every certificate: the network's radius, and that no network of its class that
holds the same bits has a larger one.
"""

import argparse
import itertools
import json
import pathlib
import tempfile
import time

import numpy as np
from common import BINARY, attractor_version, patterns_of, publish, run, train, verify
from margins import radius, weights_of

# (neurons, patterns) and the mean of largest radii that a prototype found on its own random patterns.
SIZES = [(20, 3, 2.3), (41, 3, 6.3), (41, 5, 4), (41, 20, 1), (81, 4, 11), (81, 8, 8), (81, 16, 5), (81, 24, 3)]


def by_rule(path, patterns, *flags):
    """The least radius of a rule's network; -1 where a bit is wrong."""
    network = path.with_suffix(".rule.safetensors")
    run(BINARY, "train", path, "-o", network, "--force", *flags)
    return radius(weights_of(network), patterns)


def checked(path, options, *flags):
    """The report's `survive` after `verify` accepted the certificate, and the seconds of training."""
    begun = time.monotonic()
    report = train(BINARY, path, options.threads, options.limit, "--force", *flags)
    seconds = time.monotonic() - begun
    said = report["survive"]
    if said["upper_bound"] is not None or said["patterns_upper_bound"] is not None:
        text = verify(BINARY, path, options.threads)
        assert not said["certified"] or "survive: at most" in text, text
    return said, seconds


def largest(path, options):
    """The table of largest radii, directed and symmetric."""
    lines = ["Mean over the seeds of the radius that every pattern survives; -1 where a bit is wrong. The prototype's numbers are of "
             "other random\npatterns.", "", "| N | P | Hebb | pseudo-inverse | widest margin | directed | its bound | certified | symmetric | prototype |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for neurons, count, expected in SIZES:
        found = []
        for seed in range(options.seeds):
            patterns = patterns_of(BINARY, path, "random", "--shape", f"1x{neurons}", "--count", count, "--seed", seed)
            rules = [by_rule(path, patterns, "--rule", "hebbian"), by_rule(path, patterns, "--rule", "pseudo-inverse"),
                     by_rule(path, patterns, "--couplings", "directed", "--noise", "0")]
            said, _ = checked(path, options, "--couplings", "directed", "--survive", "max")
            symmetric, _ = checked(path, options, "--survive", "max")
            found.append([*rules, said["guaranteed"], said["upper_bound"], said["certified"], symmetric["guaranteed"]])
        means = np.mean(np.array(found, dtype=float), axis=0)
        cells = [f"{m:.1f}" for m in means[:5]] + [f"{int(means[5] * len(found))} of {len(found)}", f"{means[6]:.1f}"]
        lines.append(f"| {neurons} | {count} | {' | '.join(cells)} | {expected} |")
        print(lines[-1], flush=True)
    return lines


def digits(path, options):
    """Most of the first 24 digits that survive one flipped bit."""
    patterns_of(BINARY, path, "mnist", "--shape", "9x9", "--count", 24, "--distinct")
    lines = []
    for couplings in ["directed", "symmetric"]:
        said, seconds = checked(path, options, "--couplings", couplings, "--survive", "most:1")
        lines.append(f"24 digits of 9x9, any flipped bit, {couplings}: {said['patterns_guaranteed']} survive, at most "
                     f"{said['patterns_upper_bound']} can (certified: {said['certified']}), {seconds:.1f} s.")
        print(lines[-1], flush=True)
    return lines


def large(path, options):
    """784 neurons, 100 random patterns, 20 flips."""
    patterns_of(BINARY, path, "random", "--shape", "28x28", "--count", 100, "--seed", 1)
    said, seconds = checked(path, options, "--couplings", "directed", "--survive", 20)
    line = f"784 neurons, 100 random patterns, directed, 20 flips asked for: {said['guaranteed']} guaranteed, {seconds:.0f} s."
    print(line, flush=True)
    return [line]


def ternary(path, options):
    """Ternary weights, 32 neurons."""
    lines = ["", "| ternary, 32 neurons | radius of seeds 0 to 9 | proven bound | bound of real weights | certified |", "|---|---|---|---|---|"]
    for count in [8, 4]:
        said, real = [], []
        for seed in range(10):
            patterns_of(BINARY, path, "random", "--shape", "1x32", "--count", count, "--seed", seed)
            directed = ["--couplings", "directed", "--survive", "max"]
            real.append(checked(path, options, *directed)[0]["upper_bound"])
            said.append(checked(path, options, *directed, "--weights", "ternary")[0])
        of = lambda key: " ".join(str(s[key]) for s in said)
        certified = sum(bool(s["certified"]) for s in said)
        lines.append(f"| {count} patterns | {of('guaranteed')} | {of('upper_bound')} | {' '.join(map(str, real))} | {certified} of 10 |")
        print(lines[-1], flush=True)
    return lines


STEP_SIZES = [(20, 3), (41, 4), (41, 8)]
KINDS = ["synchronous", "asynchronous"]


def recalled(network, states):
    """States after synchronous recall by the program, which decides fields near zero exactly."""
    before, after = network.with_suffix(".cues.npy"), network.with_suffix(".states.npy")
    np.save(before, states.astype(np.int8))
    run(BINARY, "recall", network, before, "-o", after, "--update", "synchronous", "--force")
    return np.load(after)


def cues(weights, x, damage, factor, rng):
    """Sets of damaged entries: all of them where they are few, else random ones and a greedy one for each neuron."""
    n = len(x)
    if n <= 20:
        return np.array(list(itertools.combinations(range(n), damage)), dtype=int)
    terms = x[:, None] * weights * x
    field, sets = terms.sum(1), [rng.choice(n, damage, False) for _ in range(2000)]
    for i in range(n):
        chosen = [int(terms[i].argmax())]
        while len(chosen) < damage:
            left = field[:, None] - factor * (terms[:, chosen].sum(1)[:, None] + terms)
            harm = np.minimum(left, 0).sum(0)
            harm[chosen] = np.inf
            chosen.append(int(harm.argmin()))
        sets.append(np.array(chosen))
    return np.array(sets)


def attacked(network, x, certain, factor, rng):
    """The least damage above what is certain with which some cue that was tried is not recalled; -1 if none is found."""
    for damage in range(certain + 1, len(x) + 1):
        sets = cues(weights_of(network), x, damage, factor, rng)
        states = np.tile(x, (len(sets), 1)).astype(float)
        np.put_along_axis(states, sets, (1 - factor) * x[sets], axis=1)
        if (recalled(network, states) != x).any():
            return damage
    return -1


def steps(path, options):
    """Radii in several steps: by sets, by search, and what an attack finds."""
    lines = ["Several steps: means over the patterns of all seeds. *Sets* follow the bits that can be wrong, *search* asks the cues "
             f"({options.nodes:,} nodes a pattern, kind of\nrecall and damage), *exact*: share of the radii by search of which a "
             "cue with one more damaged entry is known to be lost. *Attack*: one less than the\nleast damage that fails when "
             "synchronous recall is run from all cues (N = 20), else from 2,000 random and N greedy ones.", "",
             "| N | P | network | damage | one step | synchronous: sets | search | exact | attack | asynchronous: sets | search | exact | s a pattern |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|---|"]
    rng = np.random.default_rng(0)
    for neurons, count in STEP_SIZES:
        for name, flags in [("pseudo-inverse", ["--rule", "pseudo-inverse"]),
                            ("directed, survive max", ["--couplings", "directed", "--survive", "max", "--time-limit", f"{options.limit}s"])]:
            found, seconds = {"flips": [], "erasures": []}, 0
            for seed in range(options.seeds):
                x = patterns_of(BINARY, path, "random", "--shape", f"1x{neurons}", "--count", count, "--seed", seed)
                network, said = path.with_suffix(".steps.safetensors"), path.with_suffix(".steps.json")
                run(BINARY, "train", path, "-o", network, "--force", "--ties", "negative", *flags)
                inspect = [BINARY, "inspect", network, "--patterns", path, "--report", said, "--force", "--threads", options.threads]
                run(*inspect)
                sets = json.loads(said.read_text())
                begun = time.monotonic()
                run(*inspect, f"--search-radii={options.nodes}")
                seconds += time.monotonic() - begun
                searched = json.loads(said.read_text())
                for mu, factor, kind in itertools.product(range(count), [1, 2], found):
                    if (kind == "flips") == (factor == 1) or sets["certified_flips"][mu] is None:
                        continue
                    radius = [searched[f"certified_{kind}_{how}"][mu] for how in KINDS]
                    exact = [searched[f"lost_{kind}_{how}"][mu] == r + 1 for how, r in zip(KINDS, radius)]
                    attack = attacked(network, x[mu], radius[0], factor, rng) - 1
                    if neurons <= 20 and exact[0]:
                        assert attack == radius[0], (seed, mu, kind, attack, radius)
                    of_sets = [sets[f"certified_{kind}_{how}"][mu] for how in KINDS]
                    found[kind].append([sets[f"certified_{kind}"][mu], of_sets[0], radius[0], 100 * exact[0], attack, of_sets[1],
                                        radius[1], 100 * exact[1]])
            for kind, rows in found.items():
                mean = np.mean(np.array(rows, dtype=float), axis=0)
                cells = [f"{m:.0f} %" if k in (3, 7) else f"{m:.1f}" for k, m in enumerate(mean)]
                damage = "flipped" if kind == "flips" else "unknown"
                lines.append(f"| {neurons} | {count} | {name} | {damage} | {' | '.join(cells)} | {seconds / options.seeds / count:.2g} |")
                print(lines[-1], flush=True)
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3, help="instances of each size")
    parser.add_argument("--limit", type=int, default=60, help="seconds a network")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=["largest", "digits", "large", "ternary", "steps"], nargs="*")
    parser.add_argument("--nodes", type=int, default=1_000_000, help="nodes of a search for radii in several steps")
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    options = parser.parse_args()
    sections = {"Certified radius": {"largest": largest, "digits": digits, "large": large, "ternary": ternary},
                "Certified radius in several steps": {"steps": steps}}
    asked = f" --only {' '.join(options.only)}" if options.only else ""
    for heading, parts in sections.items():
        names = [name for name in parts if name in (options.only or parts)]
        lines = []
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "patterns.npy"
            for name in names:
                lines += [*parts[name](path, options), ""]
        if options.write and names:
            publish(heading, f"python3 benchmarks/radius.py{asked} --write",
                    [f"{options.seeds} seeds a size", f"{options.threads} threads", attractor_version()], "\n".join(lines))


if __name__ == "__main__":
    main()
