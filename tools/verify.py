#!/usr/bin/env python3
"""Checks a certificate by docs/certificate-format.md, with Python's standard library alone.

    verify.py NET.safetensors --patterns X.npy|X.csv --proof P.json

Exit codes:
    0  every claim is true; prints what is proven
    1  refused: a claim does not hold; prints the first one and where it stands
    2  unreadable: a file cannot be read, or is not of its format
    3  undecided: the certificate may be true, but checking it takes more than this script's limits

Written from the specification, sharing nothing with the Rust checker, to check that one and the other. Needs Python 3.10.
"""

import sys

# First, and in syntax that Python 3.6 reads, so that an older one says what it lacks (`int.bit_count`).
if sys.version_info < (3, 10):
    sys.stderr.write("verify.py needs Python 3.10 or newer, this is %d.%d\n" % tuple(sys.version_info[:2]))
    sys.exit(2)

import argparse
import ast
import csv
import hashlib
import itertools
import json
import struct
import zlib
from fractions import Fraction

MAX_TEXT = 1 << 26
MAX_MEMBERS = 1024
MAX_HEADER_TEXT = 65535
MAX_DIGITS = 10_000
MAX_DECIMAL = 60
# What Python does in minutes; the Rust checker goes further.
MAX_SEARCH = 200_000
MAX_STEPS = 500_000_000
MAX_DEPTH = 300
MAX_TRIALS = 5_000_000


class Unreadable(Exception):
    """Not a certificate, a network or patterns."""


class Refused(Exception):
    """A claim that does not hold, and where."""


class Undecided(Exception):
    """A claim that takes more than this script's limits to check, and where."""


def need(condition, where, reason):
    if not condition:
        raise Refused(f"{where}: {reason}")


def within(condition, where, what):
    """Ends without a verdict unless the limit holds."""
    if not condition:
        raise Undecided(f"{where}: too large for this script: {what}")


# ---------------------------------------------------------------- reading


def unpacked(path):
    with open(path, "rb") as file:
        data = file.read(MAX_TEXT + 1)
    if data[:2] == b"\x1f\x8b":
        data = members(path, data)
    if len(data) > MAX_TEXT:
        raise Unreadable(f"{path}: more than {MAX_TEXT} bytes")
    return data


def check_header(path, data):
    """Refuses a name or comment in the header of a gzip member that is longer than a reader takes."""
    flags, at = data[3] if len(data) > 3 else 0, 10
    if flags & 4:
        at += 2 + int.from_bytes(data[10:12], "little")
    for field in (8, 16):
        if flags & field:
            end = data.find(b"\0", at, at + MAX_HEADER_TEXT + 1)
            if end < 0:
                raise Unreadable(f"{path}: a gzip header without an end, or longer than {MAX_HEADER_TEXT} bytes")
            at = end + 1


def members(path, data):
    """The text of gzip members one after the other, with nothing after the last."""
    text, count = b"", 0
    while data and len(text) <= MAX_TEXT:
        check_header(path, data)
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        text += member.decompress(data, MAX_TEXT + 1 - len(text))
        count += 1
        if count > MAX_MEMBERS or not member.eof and len(text) <= MAX_TEXT:
            raise Unreadable(f"{path}: a gzip member too many, or one without an end")
        data = member.unused_data
    return text


def read_certificate(path):
    def once(pairs):
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise Unreadable("a field stands twice")
        return fields

    def reject(text):
        raise Unreadable(f"{text} is no whole number")

    def whole(text):
        # json.loads would read -0, and numbers of any length; 2^64 has 20 digits.
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else reject(text)

    text = unpacked(path).decode("utf-8")
    value = json.loads(text, object_pairs_hook=once, parse_int=whole, parse_float=reject, parse_constant=reject)
    head = value if isinstance(value, dict) else {}
    if head.get("format") == "attractor-certificate" and type(head.get("version")) is int and head["version"] < 2:
        raise Unreadable("made by an earlier version of attractor: train again for a new certificate")
    return CERTIFICATE(value, "certificate")


# Types of a network file's numbers: format and size for struct. Version 1 of the file has F64 alone, version 2 all.
TENSOR_TYPES = {"F64": ("d", 8), "I8": ("b", 1), "I16": ("h", 2), "I32": ("i", 4)}


def read_network(path):
    """(weights by row, biases) of a safetensors file."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]

    def tensor(name):
        entry = header[name]
        if entry["dtype"] not in TENSOR_TYPES:
            raise Unreadable(f"{name} is none of {', '.join(TENSOR_TYPES)}")
        code, size = TENSOR_TYPES[entry["dtype"]]
        start, end = entry["data_offsets"]
        # Discrete weights are small whole numbers in the file; what is hashed and added is the same number as a double.
        values = [float(v) for v in struct.unpack(f"<{(end - start) // size}{code}", body[start:end])]
        if not all(v - v == 0 for v in values):
            raise Unreadable(f"{name} has a value that is not finite")
        return values

    biases, flat = tensor("biases"), tensor("weights")
    n = len(biases)
    if n == 0 or len(flat) != n * n:
        raise Unreadable("the weights are not N x N")
    return [flat[i * n : (i + 1) * n] for i in range(n)], list(biases)


def read_patterns(path):
    """Rows of +1/-1 from .npy or text; 0/1 counts as -1/+1."""
    data = unpacked(path)
    rows = npy_rows(data) if data[:6] == b"\x93NUMPY" else text_rows(data)
    values = {v for row in rows for v in row}
    if not rows or not values <= {-1, 0, 1} or {-1, 0} <= values or len({len(row) for row in rows}) != 1:
        raise Unreadable("the patterns are not a table of +1/-1 or 0/1")
    return [[1 if v == 1 else -1 for v in row] for row in rows]


def npy_rows(data):
    long = data[6] > 1
    (length,) = struct.unpack_from("<I" if long else "<H", data, 8)
    start = (12 if long else 10) + length
    header = ast.literal_eval(data[start - length : start].decode("latin1").strip())
    count, width = header["shape"]
    order, kind = header["descr"][0], header["descr"][1:]
    code = {"i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H", "u4": "I", "u8": "Q",
            "b1": "B", "f2": "e", "f4": "f", "f8": "d"}[kind]
    values = struct.unpack(f"{'>' if order == '>' else '<'}{count * width}{code}", data[start:])
    if header["fortran_order"]:
        return [list(values[r::count]) for r in range(count)]
    return [list(values[r * width : (r + 1) * width]) for r in range(count)]


def text_rows(data):
    text = data.decode("utf-8").replace(";", ",").replace("\t", ",").replace(" ", ",")
    lines = csv.reader(line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [[float(cell) for cell in line if cell] for line in lines]


# ---------------------------------------------------------------- syntax


# A shape is a function (value, where) that returns the value as it is used below, or raises Unreadable. The whole file is
# read so before any claim is looked at: what is not of the format is unreadable, whatever else is wrong with it.


def record(required, optional={}):
    """An object with these fields; optional ones that are left out or null are None."""

    def shape(value, where):
        if type(value) is not dict:
            raise Unreadable(f"{where} is no object")
        for name in value:
            if name not in required and name not in optional:
                raise Unreadable(f"{where}.{name} is unknown")
        for name in required:
            if name not in value:
                raise Unreadable(f"{where}.{name} is missing")
        read = {name: of(value[name], f"{where}.{name}") for name, of in required.items()}
        for name, of in optional.items():
            read[name] = None if value.get(name) is None else of(value[name], f"{where}.{name}")
        return read

    return shape


def list_of(of):
    def shape(value, where):
        if type(value) is not list:
            raise Unreadable(f"{where} is no list")
        return [of(item, f"{where}[{k}]") for k, item in enumerate(value)]

    return shape


def pair_of(first, second):
    def shape(value, where):
        if type(value) is not list or len(value) != 2:
            raise Unreadable(f"{where} is no pair")
        return first(value[0], f"{where}[0]"), second(value[1], f"{where}[1]")

    return shape


def choice(names, forms):
    """One of these texts, or an object with one of these fields alone; as (name, what stands in the field)."""

    def shape(value, where):
        if type(value) is str and value in names:
            return value, None
        if type(value) is dict and len(value) == 1:
            ((name, inner),) = value.items()
            if name in forms:
                return name, forms[name](inner, f"{where}.{name}")
        raise Unreadable(f"{where} is none of {', '.join([*names, *forms])}")

    return shape


def whole(width):
    """A whole number of so many bits."""

    def shape(value, where):
        if type(value) is not int or not 0 <= value < 1 << width:
            raise Unreadable(f"{where} is no whole number from 0 to 2^{width} - 1")
        return value

    return shape


def boolean(value, where):
    if type(value) is not bool:
        raise Unreadable(f"{where} is neither true nor false")
    return value


def text(value, where):
    # An escaped half of a surrogate pair is no character.
    if type(value) is not str or any(0xD800 <= ord(c) < 0xE000 for c in value):
        raise Unreadable(f"{where} is no text")
    return value


def one_of(*names):
    def shape(value, where):
        if type(value) is not str or value not in names:
            raise Unreadable(f"{where} is none of {', '.join(names)}")
        return value

    return shape


def one_version(value, where):
    if INDEX(value, where) not in (2, 3):
        raise Unreadable(f"{where} is neither 2 nor 3")
    return value


def or_null(of):
    return lambda value, where: None if value is None else of(value, where)


def natural(value, where):
    if type(value) is not str:
        return NUMBER(value, where)
    digits = value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS
    if not digits or (len(value) > 1 and value[0] == "0"):
        raise Unreadable(f"{where} is no natural")
    return int(value)


def domain(value, where):
    """None for real weights, else their values."""
    known = {"real": None, "ternary": range(-1, 2), "binary": (-1, 1)}
    if text(value, where) in known:
        return known[value]
    k = value[8:] if value.startswith("integer:") else ""
    if not (k.isascii() and k.isdigit() and k[0] != "0" and len(k) <= 7 and int(k) <= 1_000_000):
        raise Unreadable(f"{where} is none of real, ternary, binary, integer:K with K from 1 to 1000000")
    return range(-int(k), int(k) + 1)


def lemma_of(value, where):
    lemma = LEMMA(value, where)
    if (lemma["bound"] is None) == (lemma["most"] is None):
        raise Unreadable(f"{where} claims not one of bound and most")
    return lemma


def core_of(value, where):
    core = CORE(value, where)
    if (core["bits"] is None) == (core["tree"] is None):
        raise Unreadable(f"{where} has not one of bits and tree")
    return core


def certificate_of(value, where):
    certificate = FIELDS(value, where)
    if certificate["survive"] is not None and certificate["version"] < 3:
        raise Unreadable(f"{where}.survive is unknown in version 2")
    return certificate


NUMBER, INDEX = whole(64), whole(32)
NUMBERS, INDICES = list_of(NUMBER), list_of(INDEX)
FIELD = choice(["full"], {
    "receptive": record({"height": NUMBER, "width": NUMBER, "squared_radius": NUMBER}),
    "mask": list_of(text),
})
PROBLEM = record({
    "patterns": record({"count": NUMBER, "neurons": NUMBER, "sha256": text}),
    "couplings": record({"symmetry": one_of("symmetric", "directed"), "field": FIELD}),
    "bias": boolean,
    "ties": one_of("strict", "negative"),
    "weights": domain,
}, {"epsilon": text})
STORED = record(
    {"network_sha256": text, "wrong_bits": NUMBER, "wrong_bits_per_neuron": NUMBERS},
    {"margin": text, "radii": list_of(or_null(INDEX))},
)
DEPENDENCY = record({"neurons": INDICES, "patterns": INDICES, "multipliers": list_of(natural)})
WEIGHTED = list_of(pair_of(INDEX, NUMBER))
NODE = choice([], {"split": INDICES, "branch": pair_of(INDEX, INDEX), "close": pair_of(WEIGHTED, WEIGHTED)})
PROOF = choice(["exhaustive"], {
    "tree": list_of(NODE),
    "search": record({"dependencies": INDICES, "lemmas": INDICES}),
    "payments": record({"lemmas": INDICES}),
})
LEMMA = record({"neurons": INDICES, "proof": PROOF}, {"bound": NUMBER, "most": NUMBERS})
BOUND = record({
    "wrong_bits_at_least": NUMBER,
    "dependencies": list_of(DEPENDENCY),
    "lemmas": list_of(lemma_of),
    "sum": INDICES,
})
SURVIVE_BIT = record(
    {"pattern": INDEX, "damage": choice([], {"flips": INDEX, "erasures": INDEX}), "multiplier": NUMBER},
    {"flow": NUMBERS},
)
CORE = record({"neuron": INDEX}, {
    "bits": list_of(SURVIVE_BIT),
    "tree": list_of(choice([], {"split": pair_of(INDEX, INDEX), "bits": list_of(SURVIVE_BIT)})),
})
SURVIVE = record({
    "flips": INDEX,
    "erasures": INDEX,
    "steps": INDEX,
    "holding": one_of("nothing", "stored-bits"),
    "patterns": INDICES,
    "at_most": NUMBER,
    "cores": list_of(core_of),
})
FIELDS = record(
    {"format": one_of("attractor-certificate"), "version": one_version, "problem": PROBLEM},
    {"stored": STORED, "bound": BOUND, "survive": SURVIVE, "gap": NUMBER},
)
CERTIFICATE = certificate_of


def decimal(value, where):
    parts = value.split(".") if len(value) <= MAX_DECIMAL else []
    good = 1 <= len(parts) <= 2 and all(p.isascii() and p.isdigit() for p in parts)
    need(good, where, "no decimal fraction")
    return Fraction(value)


# ---------------------------------------------------------------- the problem


class System:
    """The rows of a problem."""

    def __init__(self, problem, patterns):
        claimed, couplings = problem["patterns"], problem["couplings"]
        self.patterns, self.p, self.n = patterns, len(patterns), len(patterns[0])
        need((claimed["count"], claimed["neurons"]) == (self.p, self.n), "problem.patterns", "another size")
        text = f"attractor-patterns-v1\n{self.p} {self.n}\n"
        text += "".join("+" if v > 0 else "-" for row in patterns for v in row)
        actual = hashlib.sha256(text.encode()).hexdigest()
        need(claimed["sha256"] == actual, "problem.patterns.sha256", "other patterns")
        self.symmetric = couplings["symmetry"] == "symmetric"
        self.bias, self.ties = problem["bias"], problem["ties"]
        self.inputs = self.read_inputs(*couplings["field"])
        self.domain, epsilon = problem["weights"], problem["epsilon"]
        self.epsilon = None if epsilon is None else decimal(epsilon, "problem.epsilon")
        need(self.epsilon is None or self.epsilon > 0, "problem.epsilon", "zero")
        self.cache = {}

    def read_inputs(self, kind, field):
        n, where = self.n, "problem.couplings"
        if kind == "full":
            return [[j for j in range(n) if j != i] for i in range(n)]
        if kind == "receptive":
            h, w, r = (field[k] for k in ("height", "width", "squared_radius"))
            need(h * w == n, where, "not so many pixels")
            near = lambda i, j: (i // w - j // w) ** 2 + (i % w - j % w) ** 2 <= r
            return [[j for j in range(n) if j != i and near(i, j)] for i in range(n)]
        rows, inputs = field, []
        need(len(rows) == n, where, "the mask has not N rows")
        for i, row in enumerate(rows):
            good = len(row) == -(-n // 4) and set(row.lower()) <= set("0123456789abcdef")
            need(good, where, f"row {i} of the mask is no hexadecimal text of its length")
            inputs.append([4 * k + b for k, digit in enumerate(row) for b in range(4) if int(digit, 16) >> b & 1])
            need(i not in inputs[i] and all(j < n for j in inputs[i]), where, f"row {i} couples itself or no neuron")
        pairs = {(i, j) for i in range(n) for j in inputs[i]}
        need(not self.symmetric or all((j, i) in pairs for i, j in pairs), where, "one-sided mask")
        return inputs

    def strict(self, i, mu):
        return self.ties == "strict" or self.patterns[mu][i] > 0

    def row(self, i, mu):
        """{column: coefficient}"""
        x = self.patterns[mu]
        row = {(min(i, j), max(i, j)) if self.symmetric else (i, j): x[i] * x[j] for j in self.inputs[i]}
        if self.bias:
            row[i, i] = x[i]
        return row

    def classes(self, i):
        """The class (i, lowest pattern) of each pattern, and the weights of the classes."""
        if i not in self.cache:
            first, of, weight = {}, [], {}
            for mu in range(self.p):
                key = (tuple(sorted(self.row(i, mu).items())), self.strict(i, mu))
                of.append((i, first.setdefault(key, mu)))
                weight[of[-1]] = weight.get(of[-1], 0) + 1
            self.cache[i] = of, weight
        return self.cache[i]


# ---------------------------------------------------------------- stored


def check_stored(system, stored, weights, biases):
    n = system.n
    hashed = hashlib.sha256(f"attractor-network-v1\n{n}\n".encode())
    for row in [*weights, biases]:
        hashed.update(struct.pack(f"<{n}d", *(v + 0.0 for v in row)))
    need(stored["network_sha256"] == hashed.hexdigest(), "stored.network_sha256", "another network")
    fits = lambda v: (system.domain is None or v in system.domain) and (system.epsilon is None or abs(v) <= 1)
    for i in range(n):
        exists = set(system.inputs[i])
        for j in range(n):
            good = fits(weights[i][j]) if j in exists else weights[i][j] == 0
            need(good, "stored", f"weight ({i},{j}) is outside the class")
            need(not system.symmetric or weights[i][j] == weights[j][i], "stored", f"({i},{j}) is not symmetric")
        need(fits(biases[i]) if system.bias else biases[i] == 0, "stored", f"bias {i} is outside the class")
    per_neuron, radii = stored["wrong_bits_per_neuron"], stored["radii"]
    margin = None if stored["margin"] is None else decimal(stored["margin"], "stored.margin")
    need(len(per_neuron) == n, "stored.wrong_bits_per_neuron", "not N entries")
    need(radii is None or len(radii) == system.p, "stored.radii", "not P entries")
    need(radii is None or system.epsilon is None, "stored.radii", "radii with epsilon")
    measured = False
    for i in range(n):
        exact, bias = [Fraction(w) for w in weights[i]], Fraction(biases[i])
        scale = max(v.denominator for v in [*exact, bias])
        whole, bias = [int(w * scale) for w in exact], int(bias * scale)
        norm = sum(w * w for w in whole)
        wrong = 0
        for mu, x in enumerate(system.patterns):
            terms = [x[i] * w * s for w, s in zip(whole, x)]
            field = sum(terms) + x[i] * bias
            strict = system.strict(i, mu)
            needed = 0 if not strict else 1 if system.epsilon is None else system.epsilon * scale
            wrong += field < needed
            if field >= needed and norm and margin is not None:
                measured = True
                need(field**2 >= margin**2 * norm, "stored.margin", f"neuron {i}, pattern {mu}")
            if radii is not None and radii[mu] is not None:
                worst = sum(sorted((t for t in terms if t > 0), reverse=True)[: radii[mu]])
                need(field - 2 * worst >= needed, "stored.radii", f"bit {i} of pattern {mu}")
        need(wrong == per_neuron[i], f"stored.wrong_bits_per_neuron[{i}]", f"{wrong} is true")
    need(stored["wrong_bits"] == sum(per_neuron), "stored.wrong_bits", "not the sum")
    need(margin is None or measured, "stored.margin", "no neuron has a margin")


# ---------------------------------------------------------------- bound


def check_bound(system, bound):
    dependencies = [check_dependency(system, d, f"bound.dependencies[{k}]") for k, d in enumerate(bound["dependencies"])]
    lemmas = []
    for k, lemma in enumerate(bound["lemmas"]):
        lemmas.append(check_lemma(system, dependencies, lemmas, lemma, f"bound.lemmas[{k}]"))
    seen, total = set(), 0
    for k in bound["sum"]:
        need(k < len(lemmas), "bound.sum", f"no lemma {k}")
        neurons, value, _ = lemmas[k]
        need(value is not None, "bound.sum", f"lemma {k} claims no sum")
        need(not seen & set(neurons), "bound.sum", "a neuron stands in two of these lemmas")
        seen |= set(neurons)
        total += value
    need(bound["wrong_bits_at_least"] == total, "bound.wrong_bits_at_least", f"the lemmas add up to {total}")


def check_dependency(system, dependency, where):
    """Returns its rows (i, mu)."""
    neurons, patterns, multipliers = (dependency[k] for k in ("neurons", "patterns", "multipliers"))
    need(len(multipliers) == len(patterns) and len(neurons) in (1, len(patterns)), where, "lists of unlike lengths")
    if len(neurons) == 1:
        neurons = neurons * len(patterns)
    rows = list(zip(neurons, patterns))
    need(all(i < system.n and mu < system.p for i, mu in rows), where, "no such row")
    need(len(set(rows)) == len(rows), where, "a row stands twice")
    need(all(multipliers), where, "a multiplier is zero")
    need(any(system.strict(i, mu) for i, mu in rows), where, "no row is strict")
    sums = {}
    for (i, mu), multiplier in zip(rows, multipliers):
        for column, sign in system.row(i, mu).items():
            sums[column] = sums.get(column, 0) + sign * multiplier
    if system.epsilon is None:
        need(not any(sums.values()), where, "the rows do not add up to zero")
    else:
        strict = sum(m for row, m in zip(rows, multipliers) if system.strict(*row))
        need(system.epsilon * strict > sum(map(abs, sums.values())), where, "epsilon is not exceeded")
    return rows


def check_lemma(system, dependencies, lemmas, lemma, where):
    """Returns (neurons, bound, most), one of the last two being None."""
    neurons, bound, most, (kind, evidence) = (lemma[k] for k in ("neurons", "bound", "most", "proof"))
    need(all(a < b for a, b in zip(neurons, neurons[1:])), f"{where}.neurons", "not ascending")
    need(all(i < system.n for i in neurons), f"{where}.neurons", "no such neuron")
    need(most is None or len(most) == len(neurons), f"{where}.most", "not a number a neuron")
    need(most is None or kind == "search", f"{where}.proof", "a claim of most is proven by a search")
    if bound == 0:
        return neurons, bound, most
    where = f"{where}.proof.{kind}"
    if kind == "exhaustive":
        check_exhaustive(system, neurons, bound, where)
    elif kind == "payments":
        names = evidence["lemmas"]
        need(all(k < len(lemmas) for k in names), where, "no such earlier lemma")
        Payments(neurons, [lemmas[k] for k in set(names)], where).refute(bound - 1)
    elif kind == "tree":
        walk = Walk(system, dependencies, lemmas, neurons, bound - 1)
        for k, node in enumerate(evidence):
            walk.step(node, f"{where}[{k}]")
        need(walk.done, where, "ends before every branch is closed")
    else:
        walk = Walk(system, dependencies, lemmas, neurons, bound - 1 if most is None else 0)
        sets = [set(walk.classes_of(d, where)) for d in evidence["dependencies"]]
        demands = [(*walk.classes_of_lemma(k, where), lemmas[k][0]) for k in evidence["lemmas"]]
        if most is None:
            search(walk, sets, demands, where)
        else:
            budgets = dict(zip(neurons, most))
            need(all(len(of) == 1 for _, _, of in demands), where, "a lemma is on several neurons")
            if all(least <= budgets[i] for _, least, (i,) in demands):
                Budgets(walk.weight, sets, budgets, where).refute()
    return neurons, bound, most


class Walk:
    """The walk through a tree: what is removed and kept at the open node."""

    def __init__(self, system, dependencies, lemmas, neurons, budget):
        self.system, self.dependencies, self.lemmas = system, dependencies, lemmas
        self.neurons, self.budget = set(neurons), budget
        self.weight = {}
        for i in neurons:
            self.weight.update(system.classes(i)[1])
        self.removed, self.kept = set(), set()
        # [classes in order, the one now removed, whether keeping all is the last child]
        self.stack = []
        self.done = False

    def class_of(self, row):
        return self.system.classes(row[0])[0][row[1]]

    def classes_of(self, d, where):
        need(d < len(self.dependencies), where, f"no dependency {d}")
        rows = self.dependencies[d]
        need(all(i in self.neurons for i, _ in rows), where, f"dependency {d} is outside this lemma")
        return [self.class_of(row) for row in rows]

    def classes_of_lemma(self, l, where):
        need(l < len(self.lemmas), where, f"no earlier lemma {l}")
        neurons, bound, _ = self.lemmas[l]
        need(bound is not None, where, f"lemma {l} claims no sum")
        need(set(neurons) <= self.neurons, where, f"lemma {l} is outside this lemma")
        return [c for i in neurons for c in self.system.classes(i)[1]], bound

    def free(self, c):
        return c not in self.removed and c not in self.kept and self.weight[c] <= self.budget

    def step(self, node, where):
        kind, value = node
        need(not self.done, where, "follows although every branch is closed")
        if kind == "close":
            self.close(value, where)
        elif kind == "branch":
            row = value
            need(row[0] in self.neurons and row[1] < self.system.p, where, "no row of this lemma")
            need(self.free(self.class_of(row)), where, "the row is not free")
            self.go([self.class_of(row)], True)
        else:
            d, *positions = value or [None]
            need(d is not None, where, "names no dependency")
            classes = self.classes_of(d, where)
            need(not self.removed & set(classes), where, "the dependency is broken")
            need(all(p < len(classes) for p in positions), where, "no such position")
            order = [classes[p] for p in positions]
            need(len(set(order)) == len(order) and all(map(self.free, order)), where, "a row is not free")
            need(all(c in order for c in classes if self.free(c)), where, "a free row has no child")
            self.go(order, False)

    def close(self, value, where):
        asked, worth = 0, {}
        for of_dependency, pairs in zip((True, False), value):
            for k, u in pairs:
                need(u <= 1 << 32, where, "a weight above 2^32")
                if of_dependency:
                    classes, bound = self.classes_of(k, where), 1
                    need(not self.removed & set(classes), where, "the dependency is broken")
                else:
                    classes, bound = self.classes_of_lemma(k, where)
                    bound = max(0, bound - sum(self.weight[c] for c in self.removed & set(classes)))
                asked += u * bound
                for c in filter(self.free, classes):
                    worth[c] = worth.get(c, 0) + u * (1 if of_dependency else self.weight[c])
        need(asked > self.knapsack(worth), where, "does not close the branch")
        self.advance()

    def knapsack(self, worth):
        left, total = self.budget, Fraction(0)
        for c in sorted(worth, key=lambda c: Fraction(worth[c], self.weight[c]), reverse=True):
            part = min(left, self.weight[c])
            total += Fraction(worth[c] * part, self.weight[c])
            left -= part
        return total

    def go(self, order, keep_all):
        self.stack.append([order, -1, keep_all])
        self.advance()

    def advance(self):
        while self.stack:
            order, at, keep_all = self.stack[-1]
            if 0 <= at < len(order):
                self.removed.remove(order[at])
                self.budget += self.weight[order[at]]
                self.kept.add(order[at])
            self.stack[-1][1] = at + 1
            if at + 1 < len(order):
                self.removed.add(order[at + 1])
                self.budget -= self.weight[order[at + 1]]
                return
            if keep_all:
                self.stack[-1][2] = False
                return
            self.kept -= set(order)
            self.stack.pop()
        self.done = True


def search(walk, sets, demands, where):
    """Looks for a removal within the budget, splitting on the dependency with the fewest free rows."""
    for _ in range(MAX_SEARCH):
        if walk.done:
            return
        left = [sorted(c for c in s if walk.free(c)) for s in sets if not s & walk.removed]
        owed = [bound - sum(walk.weight[c] for c in walk.removed.intersection(classes)) for classes, bound, _ in demands]
        used, packed = set(), 0
        for classes in sorted(left, key=len):
            if not used & set(classes):
                used |= set(classes)
                packed += min((walk.weight[c] for c in classes), default=walk.budget + 1)
        if packed > walk.budget or any(o > walk.budget for o in owed):
            walk.advance()
            continue
        need(left, where, f"removing {sorted(walk.removed)} breaks every dependency")
        walk.go(min(left, key=len), False)
    within(False, where, f"a search of more than {MAX_SEARCH} nodes")


class Budgets:
    """Whether neurons break all sets of classes, each within its own budget. Sets are bits of an integer."""

    def __init__(self, weight, sets, budgets, where):
        self.where, self.steps = where, 0
        classes = sorted(weight)
        bit = {c: 1 << k for k, c in enumerate(classes)}
        self.classes, self.weight = classes, {bit[c]: w for c, w in weight.items()}
        self.of = {i: [bit[c] for c in classes if c[0] == i] for i in budgets}
        self.budgets = {i: min(budget, sum(self.weight[b] for b in self.of[i])) for i, budget in budgets.items()}
        within(all(b < MAX_DEPTH for b in self.budgets.values()), where, f"{MAX_DEPTH} wrong bits of one neuron")
        self.neuron = {b: c[0] for c, b in bit.items()}
        self.own, self.cuts = {i: [] for i in budgets}, []
        for named in sets:
            neurons = {i for i, _ in named}
            (self.own[min(neurons)] if len(neurons) == 1 else self.cuts).append(sum(bit[c] for c in named))
        for own in self.own.values():
            own.sort(key=int.bit_count)
        # (neuron, removed, kept): the same with its least and allowed classes, or None.
        self.known = {}

    def tick(self, count):
        self.steps += count
        within(self.steps <= MAX_STEPS, self.where, f"a search of more than {MAX_STEPS} steps")

    def refute(self):
        now = {i: self.decide(i, 0, 0, 0) for i in self.of}
        if None not in now.values():
            self.node(now, self.cuts, 0)

    def node(self, now, cuts, depth):
        """Refutes all removals that agree with `now`, by neuron (removed, kept, least, allowed); `cuts` are not broken."""
        self.tick(len(cuts) + len(now))
        within(depth < MAX_DEPTH, self.where, f"a search deeper than {MAX_DEPTH}")
        taken = sum(removed for removed, _, _, _ in now.values())
        removed = [c for k, c in enumerate(self.classes) if taken >> k & 1]
        need(cuts, self.where, f"removing {removed} and what their neurons owe breaks every dependency")
        allowed = sum(allowed for _, _, _, allowed in now.values())
        chosen = min(cuts, key=lambda cut: (cut & allowed).bit_count())
        now = dict(now)
        for way in bits(chosen & allowed):
            i = self.neuron[way]
            removed, kept, least, _ = now[i]
            child = self.decide(i, removed | way, kept, least)
            if child is not None:
                self.node({**now, i: child}, [cut for cut in cuts if not cut & way], depth + 1)
            now[i] = self.decide(i, removed, kept | way, least)
            if now[i] is None:
                return

    def decide(self, i, removed, kept, least):
        """(removed, kept, least, allowed) of a neuron whose least is at least `least`; None if it exceeds the budget."""
        key = i, removed, kept
        if key not in self.known:
            self.known[key] = self.fresh(i, removed, kept, least)
        return self.known[key]

    def fresh(self, i, removed, kept, least):
        spent, budget = sum(self.weight[b] for b in bits(removed)), self.budgets[i]
        for total in range(max(spent, least), budget + 1):
            found, ways = self.removals(self.own[i], removed, kept, total - spent)
            if found:
                slack = budget - total
                if slack and any(self.weight[b] > slack for b in self.of[i]):
                    ways = self.removals(self.own[i], removed, kept, budget - spent)[1]
                ways |= sum(b for b in self.of[i] if self.weight[b] <= slack and not b & ways)
                return removed, kept, total, ways & ~(removed | kept)
        return None

    def removals(self, own, removed, kept, budget):
        """Whether classes of weight at most `budget` break what is left of `own`; and the classes of all ways that do,
        but for ways with a class too many."""
        left = [d for d in own if not d & removed]
        self.tick(1 + len(own))
        if not left:
            return True, removed
        if budget == 0:
            return False, 0
        options = min((d & ~kept for d in left), key=int.bit_count)
        if budget == 1:
            for d in left:
                options &= d
        found, ways = False, 0
        for b in bits(options):
            if self.weight[b] <= budget:
                fits, classes = self.removals(left, removed | b, kept, budget - self.weight[b])
                found, ways = found or fits, ways | classes
            kept |= b
        return found, ways


class Payments:
    """Whether whole numbers, one a neuron, of a small sum satisfy lemmas."""

    def __init__(self, neurons, lemmas, where):
        self.where, self.steps, self.asked = where, 0, []
        self.start = dict.fromkeys(neurons, 0)
        for of, bound, most in lemmas:
            need(set(of) <= set(neurons), where, "a lemma is outside this lemma")
            if len(of) == 1:
                self.start[of[0]] = max(self.start[of[0]], most[0] + 1 if bound is None else bound)
            else:
                self.asked.append((of, bound, most))

    def refute(self, budget):
        left = budget - sum(self.start.values())
        if left >= 0:
            self.node(self.start, dict.fromkeys(self.start, float("inf")), left, 0)

    def node(self, paid, cap, left, depth):
        """Refutes all numbers from `paid` to `cap` whose sum exceeds that of `paid` by at most `left`."""
        self.steps += sum(len(of) for of, _, _ in self.asked)
        within(self.steps <= MAX_STEPS, self.where, f"a search of more than {MAX_STEPS} steps")
        within(depth < MAX_DEPTH, self.where, f"a search deeper than {MAX_DEPTH}")
        unmet = [u for u in (self.unmet(ask, paid, cap, left) for ask in self.asked) if u]
        need(unmet, self.where, f"{sum(paid.values())} wrong bits satisfy every lemma")
        unmet.sort(key=lambda u: len(u[1]))
        used, packed = set(), 0
        for least, ways in unmet:
            if used.isdisjoint(ways):
                used |= ways.keys()
                packed += least
        if packed > left:
            return
        popular = lambda i: sum(i in ways for _, ways in unmet)
        ways, cap = unmet[0][1], dict(cap)
        for i in sorted(ways, key=popular, reverse=True):
            self.node({**paid, i: ways[i]}, cap, left - (ways[i] - paid[i]), depth + 1)
            cap[i] = ways[i] - 1

    @staticmethod
    def unmet(ask, paid, cap, left):
        """None if satisfied; else the least that must still be paid, and by neuron the next number that helps."""
        neurons, bound, most = ask
        if most is None:
            least = bound - sum(paid[i] for i in neurons)
            ways = {i: paid[i] + 1 for i in neurons if paid[i] < cap[i] and left}
        else:
            if any(paid[i] > m for i, m in zip(neurons, most)):
                return None
            ways = {i: m + 1 for i, m in zip(neurons, most) if m < cap[i] and m + 1 - paid[i] <= left}
            least = min((y - paid[i] for i, y in ways.items()), default=1)
        return None if least <= 0 else (least if ways else left + 1, ways)


def bits(number):
    while number:
        yield number & -number
        number &= number - 1


def check_exhaustive(system, neurons, bound, where):
    need(len(neurons) == 1, where, "not a single neuron")
    need(system.domain is not None and not system.bias and system.epsilon is None, where, "not discrete, or with bias")
    (i,) = neurons
    inputs = system.inputs[i]
    trials = len(system.domain) ** len(inputs) * system.p
    within(trials <= MAX_TRIALS, where, f"more than {MAX_TRIALS} weights and patterns to try")
    rows = [[x[i] * x[j] for j in inputs] for x in system.patterns]
    strict = [system.strict(i, mu) for mu in range(system.p)]
    for weights in itertools.product(system.domain, repeat=len(inputs)):
        wrong = sum(sum(map(int.__mul__, weights, row)) < s for row, s in zip(rows, strict))
        need(wrong >= bound, where, f"weights with {wrong} wrong bits exist")


# ---------------------------------------------------------------- survive


def check_survive(system, claim, network):
    """Checks that at most so many patterns survive; `network` is (weights, biases) if a stored claim holds."""
    where = "survive"
    need(system.epsilon is None, where, "not with epsilon")
    need(claim["steps"] == 1, f"{where}.steps", "only one step is known")
    holding = claim["holding"] == "stored-bits"
    need(not holding or network is not None, f"{where}.holding", "needs a stored claim")
    patterns = claim["patterns"]
    need(all(a < b for a, b in zip(patterns, patterns[1:])), f"{where}.patterns", "not ascending")
    need(all(mu < system.p for mu in patterns), f"{where}.patterns", "no such pattern")
    need(claim["at_most"] < len(patterns), f"{where}.at_most", "as many as there are patterns is no claim")
    sets = []
    for k, core in enumerate(claim["cores"]):
        sets.append(check_core(system, claim, core, network if holding else None, f"{where}.cores[{k}]"))
    Survivors(sets, f"{where}.cores").refute(frozenset(), len(patterns) - claim["at_most"] - 1)


def check_core(system, claim, core, network, where):
    """The patterns that a core asks to survive, once every leaf is found to be contradictory."""
    i, asked = core["neuron"], set()
    need(i < system.n, f"{where}.neuron", "no such neuron")
    values = [0] if system.domain is None else system.domain
    box = [(0, len(values))] * (len(system.inputs[i]) + system.bias)
    tree = [("bits", core["bits"])] if core["tree"] is None else core["tree"]
    if len(tree) == 1 and tree[0][0] == "bits":
        asked |= check_leaf(system, claim, i, network, tree[0][1], box, where)
        need(asked, where, "asks no pattern to survive")
        return asked
    boxes = [box]
    for k, (kind, node) in enumerate(tree):
        at = f"{where}.tree[{k}]"
        need(boxes, at, "the ranges are covered already")
        box = boxes.pop()
        if kind == "bits":
            asked |= check_leaf(system, claim, i, network, node, box, at)
            continue
        input, count = node
        columns = system.inputs[i] + [i] * system.bias
        need(input in columns, at, "no weight has values on both sides here")
        c = columns.index(input)
        first, end = box[c]
        need(first < count < end, at, "no weight has values on both sides here")
        # The children follow: the one whose weight is among the `count` least values comes first.
        boxes += [box[:c] + [half] + box[c + 1:] for half in [(count, end), (first, count)]]
    need(not boxes, f"{where}.tree", "some ranges are not covered")
    need(asked, where, "asks no pattern to survive")
    return asked


def check_leaf(system, claim, i, network, leaf, box, where):
    """The patterns that these bits ask to survive, once they are found not to with weights of the box."""
    inputs, sums, asked, needs = system.inputs[i], [0] * (len(system.inputs[i]) + 1), set(), 0
    for k, bit in enumerate(leaf):
        at = f"{where}.bits[{k}]"
        mu, multiplier, (kind, amount) = bit["pattern"], bit["multiplier"], bit["damage"]
        need(mu < system.p, f"{at}.pattern", "no such pattern")
        need(amount <= claim[kind], f"{at}.damage", "more than the claim is about")
        if not (network is not None and amount == 0 and is_right(system, network, i, mu)):
            need(mu in claim["patterns"], f"{at}.pattern", "neither counted nor held")
            asked.add(mu)
        need(multiplier > 0, f"{at}.multiplier", "zero")
        flow = [0] * len(inputs) if bit["flow"] is None else bit["flow"]
        need(len(flow) == len(inputs), f"{at}.flow", "not an entry an input")
        factor = 2 if kind == "flips" else 1
        fits = all(v <= factor * multiplier for v in flow) and sum(flow) <= factor * amount * multiplier
        need(fits, f"{at}.flow", "exceeds what so much damage allows")
        x = system.patterns[mu]
        for c, (j, v) in enumerate(zip(inputs, flow)):
            sums[c] += x[i] * x[j] * (multiplier - v)
        if system.bias:
            sums[-1] += x[i] * multiplier
        least = int(system.strict(i, mu))
        # Fields of binary weights are odd as the number of columns is, unless some are erased.
        odd = system.domain == (-1, 1) and kind == "flips" and (least + len(box)) % 2
        needs += multiplier * (least + odd)
    if system.domain is None:
        need(not any(sums), where, "the rows do not add up to zero")
        need(any(system.strict(i, bit["pattern"]) for bit in leaf), where, "no row is strict")
        return asked
    values = system.domain
    reached = sum(max(c * values[first], c * values[end - 1]) for c, (first, end) in zip(sums, box))
    need(reached < needs, where, f"weights of these ranges reach {reached} where the bits ask for {needs}")
    return asked


def is_right(system, network, i, mu):
    weights, biases = network
    x = system.patterns[mu]
    field = x[i] * (sum(Fraction(w) * s for w, s in zip(weights[i], x)) + Fraction(biases[i]))
    return field > 0 if system.strict(i, mu) else field >= 0


class Survivors:
    """Whether few patterns meet every set."""

    def __init__(self, sets, where):
        self.sets, self.where, self.nodes = sets, where, 0

    def refute(self, chosen, left, barred=frozenset()):
        self.nodes += 1
        within(self.nodes <= MAX_SEARCH and len(chosen) < MAX_DEPTH, self.where, f"a search of more than {MAX_SEARCH} nodes")
        unmet = sorted((s - barred for s in self.sets if not s & chosen), key=lambda s: (len(s), sorted(s)))
        need(unmet, self.where, f"giving up {len(chosen)} patterns meets every core")
        used, packed = set(), 0
        for options in unmet:
            if not options:
                return
            if not options & used:
                used |= options
                packed += 1
        if packed > left:
            return
        for mu in sorted(unmet[0]):
            self.refute(chosen | {mu}, left - 1, barred)
            barred = barred | {mu}


def survive_line(claim, radii):
    line = f"survive: at most {claim['at_most']} of {len(claim['patterns'])} patterns survive any {claim['flips']} flipped inputs"
    if claim["erasures"]:
        line += f" and any {claim['erasures']} unknown ones"
    if claim["holding"] == "stored-bits":
        line += " in networks that hold the same bits"
    if radii is not None and not claim["erasures"]:
        found = sum(radii[mu] is not None and radii[mu] >= claim["flips"] for mu in claim["patterns"])
        line += f"; in this network {found} do"
    return line


# ---------------------------------------------------------------- all of it


def verify(certificate, weights, biases, patterns):
    """Checks all claims; returns what is proven, a line a claim."""
    need(len(weights) == len(patterns[0]), "stored", "network and patterns of different sizes")
    system = System(certificate["problem"], patterns)
    stored, bound, survive, gap = (certificate[name] for name in ("stored", "bound", "survive", "gap"))
    wrong, at_least, lines = None, None, []
    if stored is not None:
        check_stored(system, stored, weights, biases)
        wrong = stored["wrong_bits"]
        lines.append(f"stored: {wrong} of {system.p * system.n} bits are wrong, recounted exactly")
    if bound is not None:
        check_bound(system, bound)
        at_least = bound["wrong_bits_at_least"]
        lines.append(f"bound: at least {at_least} wrong bits")
    if survive is not None:
        check_survive(system, survive, None if stored is None else (weights, biases))
        lines.append(survive_line(survive, None if stored is None else stored["radii"]))
    if gap is not None:
        need(wrong is not None and at_least is not None, "gap", "needs a stored claim and a bound")
        need(0 <= wrong - at_least == gap, "gap", f"{wrong - at_least} is true")
    return [*lines, conclusion(wrong, at_least)] if lines else ["nothing is claimed"]


def conclusion(wrong, at_least):
    """What follows from wrong bits stored and a bound, either of which may be None. The words are those of `Conclusion` in
    the crate attractor-proof."""
    if wrong == 0:
        return "hence optimal: no bit is wrong"
    if wrong is None or not at_least:
        return "optimality is not claimed"
    if wrong == at_least:
        return "hence optimal: no such network has fewer wrong bits"
    gap = wrong - at_least
    return f"hence optimal within {gap} wrong bit{'' if gap == 1 else 's'}"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("network")
    parser.add_argument("--patterns", required=True)
    parser.add_argument("--proof", required=True)
    arguments = parser.parse_args(argv)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    try:
        weights, biases = read_network(arguments.network)
        patterns = read_patterns(arguments.patterns)
        certificate = read_certificate(arguments.proof)
    except (Unreadable, OSError, EOFError, ValueError, KeyError, TypeError, IndexError, AttributeError, struct.error,
            zlib.error, RecursionError, SyntaxError) as error:
        print(f"unreadable: {error}", file=sys.stderr)
        return 2
    try:
        print("\n".join(verify(certificate, weights, biases, patterns)))
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return 1
    except (Undecided, RecursionError, MemoryError) as limit:
        print(f"undecided: {limit}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
