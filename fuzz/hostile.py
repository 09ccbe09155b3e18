#!/usr/bin/env python3
"""Writes certificates that ask the reader for as much as 64 MiB of JSON can, and runs `attractor verify` on each.

    cargo build --release && python3 fuzz/hostile.py target/release/attractor

Prints exit code, peak memory and seconds of each; fails if one is not refused (1) or unreadable (2), or takes more than
2 GiB, which docs/certificate-format.md states. Linux alone: memory is measured by wait4.
"""

import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

PATTERNS, NEURONS = 100, 40
ROOM = (1 << 26) - 2000
STATED_KIB = 2 << 20


def signs():
    bits = [hashlib.sha256(b"%d" % mu).digest() for mu in range(PATTERNS)]
    return [[1 if row[i // 8] >> i % 8 & 1 else -1 for i in range(NEURONS)] for row in bits]


def head(patterns, field='"full"'):
    text = b"".join(bytes(43 if v > 0 else 45 for v in row) for row in patterns)
    digest = hashlib.sha256(b"attractor-patterns-v1\n%d %d\n" % (PATTERNS, NEURONS) + text).hexdigest()
    size = {"count": PATTERNS, "neurons": NEURONS, "sha256": digest}
    return (f'{{"format":"attractor-certificate","version":2,"problem":{{"patterns":{json.dumps(size)},'
            f'"couplings":{{"symmetry":"symmetric","field":{field}}},"bias":false,"ties":"strict","weights":"real"}}')


def filled(entry):
    return (entry + ",") * (ROOM // (len(entry) + 1) - 1) + entry


def bound(dependencies, lemmas):
    return f',"bound":{{"wrong_bits_at_least":1,"dependencies":[{dependencies}],"lemmas":[{lemmas}],"sum":[0]}}}}'


def lemma(proof):
    return bound("", f'{{"neurons":[0],"bound":{1 << 20},"proof":{proof}}}')


def stored(per_neuron, radii):
    return (f',"stored":{{"network_sha256":"","wrong_bits":0,"wrong_bits_per_neuron":[{per_neuron}],'
            f'"radii":[{radii}]}}}}')


def one(patterns, multipliers):
    return bound(f'{{"neurons":[0],"patterns":[{patterns}],"multipliers":[{multipliers}]}}', "")


def chain(count):
    """Each lemma rests on all before it."""
    neurons = list(range(NEURONS))
    proof = ({"search": {"dependencies": [], "lemmas": list(range(k))}} for k in range(count))
    return ",".join(json.dumps({"neurons": neurons, "bound": 1, "proof": p}) for p in proof)


def payments(count):
    """Each lemma asks all before it what they pay for together."""
    neurons = list(range(NEURONS))
    first = {"neurons": neurons, "bound": 0, "proof": "exhaustive"}
    proof = ({"payments": {"lemmas": list(range(k))}} for k in range(1, count))
    return ",".join(json.dumps(l) for l in [first, *({"neurons": neurons, "bound": 1, "proof": p} for p in proof)])


# Each makes its text when it is asked for, so that one is in memory at a time.
BODIES = {
    "patterns of a dependency": lambda: one(filled("0"), "1"),
    "multipliers": lambda: one("0", filled("1")),
    "multipliers of 20 digits": lambda: one("0", filled('"18446744073709551616"')),
    "multipliers of 10,000 digits": lambda: one("0", filled('"' + "9" * 10_000 + '"')),
    "empty dependencies": lambda: bound(filled('{"neurons":[],"patterns":[],"multipliers":[]}'), ""),
    "dependencies": lambda: bound(filled('{"neurons":[0],"patterns":[0],"multipliers":[1]}'), ""),
    "lemmas": lambda: bound("", filled('{"neurons":[],"bound":0,"proof":{"tree":[]}}')),
    "lemmas on lemmas": lambda: bound("", chain(4000)),
    "splits": lambda: lemma('{"tree":[' + filled('{"split":[]}') + ']}'),
    "branches": lambda: lemma('{"tree":[' + filled('{"branch":[0,0]}') + ']}'),
    "closings": lambda: lemma('{"tree":[' + filled('{"close":[[],[]]}') + ']}'),
    "weights of a closing": lambda: lemma('{"tree":[{"close":[[' + filled("[0,1]") + '],[]]}]}'),
    "dependencies of a search": lambda: lemma('{"search":{"dependencies":[' + filled("0") + '],"lemmas":[]}}'),
    "lemmas of payments": lambda: lemma('{"payments":{"lemmas":[' + filled("0") + ']}}'),
    "payments on payments": lambda: bound("", payments(4000)),
    "numbers of a claim": lambda: bound("", '{"neurons":[0],"most":[' + filled("0") + '],"proof":{"tree":[]}}'),
    "claims of nobody": lambda: bound("", filled('{"neurons":[],"most":[],"proof":{"tree":[]}}')),
    "wrong bits": lambda: stored(filled("0"), ""),
    "radii": lambda: stored("", filled("null")),
}


def verify(binary, folder, data):
    proof = folder / "x.proof"
    proof.write_bytes(data)
    start = time.monotonic()
    process = subprocess.Popen(
        [binary, "verify", folder / "x.safetensors", "--patterns", folder / "x.csv", "--proof", proof],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss, time.monotonic() - start


def main():
    binary, patterns = sys.argv[1], signs()
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "x.csv").write_text("".join(",".join(map(str, row)) + "\n" for row in patterns))
        subprocess.run([binary, "train", folder / "x.csv", "-o", folder / "x.safetensors", "--rule", "hebbian"],
                       check=True, stdout=subprocess.DEVNULL)
        texts = {name: lambda body=body: (head(patterns) + body()).encode() for name, body in BODIES.items()}
        texts["rows of a mask"] = lambda: (head(patterns, '{"mask":[' + filled('""') + "]}") + "}").encode()
        cases = {name: lambda text=text: gzip.compress(text(), 1) for name, text in texts.items()}
        cases["1 GiB unpacked"] = lambda: gzip.compress(bytes(1 << 30), 1)
        cases["members of nothing"] = lambda: gzip.compress(b"") * (ROOM // len(gzip.compress(b"")))
        cases["nested lists, not packed"] = lambda: b"[" * (1 << 26)
        for case, data in cases.items():
            code, peak, seconds = verify(binary, folder, data())
            fine = code in (1, 2) and peak < STATED_KIB
            failed |= not fine
            print(f"{case:30} exit {code}, {peak / 1024:4.0f} MiB, {seconds:.1f} s{'' if fine else '  FAILED'}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
