#!/usr/bin/env python3
"""Changes certificates and compares what the two checkers say: the program and `tools/verify.py`.

    cargo build --release && python3 fuzz/differences.py target/release/attractor [COUNT [SEED]]

Each mutant is a certificate of `crates/proof/tests/conformance` with one to three changes of its JSON, of its text, or of
its gzip members. The exit codes must be equal, and what is concluded from an accepted one; an undecided script (exit code
3) is counted apart. Prints the counts, and every disagreement with the mutant's file; fails if there is one.
"""

import contextlib
import copy
import io
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "crates/proof/tests/conformance"
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import verify  # noqa: E402


class Raw(str):
    """Text that stands in the JSON as it is."""


class Fields(list):
    """An object as a list of [name, value], so that names can stand twice."""


def load(text):
    return json.loads(text, object_pairs_hook=lambda pairs: Fields([name, value] for name, value in pairs))


def dump(value):
    if isinstance(value, Raw):
        return value
    if isinstance(value, Fields):
        return "{" + ",".join(dump(name) + ":" + dump(inner) for name, inner in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def places(value):
    """(container, position) of every value below this one."""
    found = []
    if isinstance(value, list):
        for k, item in enumerate(value):
            if isinstance(value, Fields):
                found.append((item, 1))
                found += places(item[1])
            else:
                found.append((value, k))
                found += places(item)
    return found


TOKENS = [None, True, False, "", "0", "1", "full", "exhaustive", "real", [], Fields(), Fields([["full", None]]),
          Fields([["exhaustive", None]]), Fields([["tree", None]]), Fields([["tree", []]]),
          *map(Raw, ["0", "1", "-1", "-0", "1.0", "1e0", "1E0", "0.0", "01", "+1", "1.", ".5", "NaN", "Infinity", "1e999",
                     "4294967295", "4294967296", "18446744073709551615", "18446744073709551616", "1" * 40, "0x1", "nul",
                     '"\\ud800"', '"\\u0000"', '"\t"', "'1'", "[" * 130 + "]" * 130])]


def change_value(rng, root):
    """One change of the JSON."""
    container, at = rng.choice(places(root))
    old = container[at]
    options = [lambda: rng.choice(TOKENS), lambda: [old], lambda: Fields([["x", old]])]
    options.append(lambda: copy.deepcopy(rng.choice(places(root))[0][-1]))
    if isinstance(old, bool):
        options += [lambda: int(old), lambda: not old, lambda: str(old).lower()] * 2
    elif isinstance(old, int):
        options += [lambda: old + 1, lambda: max(0, old - 1), lambda: str(old), lambda: Raw(f"{old}.0"),
                    lambda: Raw(f"{old}e0"), lambda: Raw(f"-{old}"), lambda: Raw(f"0{old}"), lambda: old + (1 << 32),
                    lambda: old + (1 << 64), lambda: rng.randrange(6), lambda: Raw(str(old) + "0" * 30)]
    elif isinstance(old, str) and not isinstance(old, Raw):
        options += [lambda: old.upper(), lambda: old + "0", lambda: "0" + old, lambda: old[:-1], lambda: old[::-1],
                    lambda: Raw('"' + "".join(f"\\u{ord(c):04x}" for c in old) + '"'), lambda: list(old),
                    lambda: old + "é", lambda: "٣" + old[1:], lambda: old + ".5", lambda: " " + old]
    elif isinstance(old, Fields) and old:
        k = rng.randrange(len(old))
        without = Fields(old[:k] + old[k + 1:])
        options += [lambda: [inner for _, inner in old], lambda: without, lambda: Fields([*old, old[k]]),
                    lambda: Fields([*old, [old[k][0], None]]), lambda: Fields([*old, ["more", None]]),
                    lambda: Fields([*without, [old[k][0], None]]), lambda: Fields(rng.sample(old, len(old))),
                    lambda: Fields([*without, [old[k][0].upper(), old[k][1]]]),
                    lambda: Fields([*without, [Raw('"' + "".join(f"\\u{ord(c):04x}" for c in old[k][0]) + '"'), old[k][1]]])
                    if not isinstance(old[k][0], Raw) else old]
    elif isinstance(old, list) and old:
        k = rng.randrange(len(old))
        options += [lambda: old[:k] + old[k + 1:], lambda: old[:k] + [old[k]] + old[k:], lambda: old[::-1],
                    lambda: [*old, None], lambda: [*old, 0], lambda: rng.sample(old, len(old)),
                    lambda: Fields([str(i), item] for i, item in enumerate(old))]
    container[at] = rng.choice(options)()


def change_text(rng, data):
    """One change of the file's bytes."""
    k = rng.randrange(len(data) + 1)
    return rng.choice([
        lambda: b"\xef\xbb\xbf" + data, lambda: data + rng.choice([b" ", b"\n", b"\0", b"x", b"}", b",", b"\xc2\xa0", b"\x0c"]),
        lambda: rng.choice([b" ", b"\n\t", b"\0", b"\x0b", b"\xc2\xa0"]) + data, lambda: data[:k], lambda: data[k:],
        lambda: data.decode("utf-8", "surrogatepass").encode("utf-16"), lambda: data + data, lambda: b"[" + data + b"]",
        lambda: data[:k] + bytes([rng.randrange(256)]) + data[k + 1:], lambda: data[:k] + b" " + data[k:],
        lambda: data[:k] + rng.choice(b"\"\\{}[],:0 \xff").to_bytes(1, "big") + data[k:],
        lambda: b"[" * 200 + data + b"]" * 200,
    ])()


def member(rng, data):
    flags, head = 0, b""
    if rng.random() < 0.5:
        flags = rng.choice([0, 1, 2, 4, 8, 16, 31, 32, 64, 128, 24, 10])
        if flags & 4:
            extra = rng.choice([b"", b"abcd", bytes(300)])
            head += struct.pack("<H", len(extra)) + extra
        for field in (8, 16):
            if flags & field:
                head += rng.choice([b"", b"n", b"n" * 65534, b"n" * 65535, b"n" * 65536]) + rng.choice([b"\0", b"\0", b""])
    head = b"\x1f\x8b" + bytes([8 if rng.random() < 0.97 else 7, flags]) + bytes(5) + b"\xff" + head
    if flags & 2:
        head += struct.pack("<H", zlib.crc32(head) & 0xFFFF if rng.random() < 0.7 else 0)
    packer = zlib.compressobj(rng.choice([0, 1, 9]), zlib.DEFLATED, -15)
    wrong = rng.random() < 0.05
    return head + packer.compress(data) + packer.flush() + struct.pack("<II", zlib.crc32(data) ^ wrong, len(data))


def pack(rng, data):
    """The same in gzip members, most often rightly made."""
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(rng.choice([0, 0, 1, 3])))
    parts = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)])]
    packed = b"".join(member(rng, part) for part in parts)
    k = rng.randrange(len(packed))
    return rng.choice([
        lambda: packed, lambda: packed, lambda: packed, lambda: packed + b"\0", lambda: packed + b"\x1f\x8b", lambda: packed[:-1],
        lambda: packed[:k], lambda: packed + member(rng, b""), lambda: packed + member(rng, b" "),
        lambda: packed[:k] + bytes([packed[k] ^ 1 << rng.randrange(8)]) + packed[k + 1:],
        lambda: packed + member(rng, b"") * rng.choice([1022, 1023, 1024, 1025]),
    ])()


def mutant(rng, text):
    root = [load(text)]
    for _ in range(rng.choice([0, 1, 1, 1, 1, 2, 2, 3])):
        change_value(rng, root)
    data = dump(root[0]).encode("utf-8", "surrogatepass")
    if rng.random() < 0.15:
        data = change_text(rng, data)
    if data and rng.random() < 0.15:
        data = pack(rng, data)
    return data


def by_script(network, patterns, proof):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        code = verify.main([str(network), "--patterns", str(patterns), "--proof", str(proof)])
    return code, out.getvalue().strip()


def by_program(binary, network, patterns, proof):
    ran = subprocess.run([binary, "verify", network, "--patterns", patterns, "--proof", proof], capture_output=True, text=True)
    return ran.returncode, (ran.stdout + ran.stderr).strip()


def bases():
    for line in (FOLDER / "expected.tsv").read_text().splitlines():
        name, about, verdict, *_ = line.split("\t")
        data = (FOLDER / f"{name}.json").read_bytes()
        if verdict == "proven" and data[:2] != b"\x1f\x8b":
            yield name, about, data.decode()


def main():
    binary, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    certificates, codes, failures = list(bases()), {}, 0
    with tempfile.TemporaryDirectory() as name:
        proof = pathlib.Path(name) / "mutant.json"
        for k in range(count):
            base, about, text = rng.choice(certificates)
            proof.write_bytes(mutant(rng, text))
            files = FOLDER / f"{about}.safetensors", FOLDER / f"{about}.csv", proof
            script, program = by_script(*files), by_program(binary, *files)
            codes[script[0], program[0]] = codes.get((script[0], program[0]), 0) + 1
            same = script[0] == program[0] and (script[0] != 0 or concluded(script[1]) == concluded(program[1]))
            if not same and script[0] != 3:
                failures += 1
                kept = pathlib.Path(tempfile.gettempdir()) / f"difference-{k}.json"
                kept.write_bytes(proof.read_bytes())
                print(f"{kept}, of {base}:\n  script  {script}\n  program {program}", flush=True)
    for (script, program), number in sorted(codes.items()):
        print(f"script {script}, program {program}: {number}")
    print(f"{count} compared, {failures} disagreements")
    sys.exit(failures > 0)


def concluded(said):
    """The line that draws the conclusion; notes follow it in what the program says."""
    lines = [line for line in said.splitlines() if not line.startswith("note:")]
    return lines[-1] if lines else ""


if __name__ == "__main__":
    main()
