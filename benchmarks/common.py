"""What the benchmarks share: the rows of a training problem, one call of `attractor`, and the page of results."""

import datetime
import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "BENCHMARKS.md"
BINARY = ROOT / "target" / "release" / "attractor"


def run(*command):
    """Runs a command; returns its standard output."""
    words = list(map(str, command))
    answer = subprocess.run(words, capture_output=True, text=True)
    if answer.returncode:
        raise RuntimeError(f"{' '.join(words)}: {answer.stderr.strip()}")
    return answer.stdout


def patterns_of(binary, path, *arguments):
    """The ±1 patterns that `attractor data` makes, P×N, written to `path` as well."""
    run(binary, "data", *arguments, "-o", path)
    return np.load(path).astype(int)


def train(binary, path, threads, limit, *flags):
    """The report of `attractor train` on the patterns in `path`; network and certificate go beside them."""
    report = path.with_suffix(".json")
    run(binary, "train", path, "-o", path.with_suffix(".safetensors"), "--proof", path.with_suffix(".proof"),
        "--time-limit", f"{limit}s", "--threads", threads, "--report", report, *flags)
    return json.loads(report.read_text())


def verify(binary, path, threads):
    """What `attractor verify` says of the network and the certificate beside the patterns in `path`."""
    return run(binary, "verify", path.with_suffix(".safetensors"), "--patterns", path, "--proof",
               path.with_suffix(".proof"), "--threads", threads)


def all_pairs(n):
    """Which weights exist in a full network: an N×N mask."""
    return ~np.eye(n, dtype=bool)


def receptive_field(height, width, radius):
    """Which weights exist between pixels at most `radius` apart: an N×N mask."""
    y, x = np.divmod(np.arange(height * width), width)
    squares = (y[:, None] - y) ** 2 + (x[:, None] - x) ** 2
    return all_pairs(height * width) & (squares <= radius**2)


def rows_of(patterns, couplings, mask):
    """(columns, rows) of one system a neuron (directed) or one for the network; a row lists (column, +1 or -1)."""
    n = patterns.shape[1]
    inputs = [np.flatnonzero(mask[i]).tolist() for i in range(n)]
    if couplings == "directed":
        for i in range(n):
            yield len(inputs[i]), [[(k, int(x[i] * x[j])) for k, j in enumerate(inputs[i])] for x in patterns]
        return
    column = {}
    for i in range(n):
        for j in inputs[i]:
            if j < i:
                column[i, j] = column[j, i] = len(column) // 2
    rows = [[(column[i, j], int(x[i] * x[j])) for j in inputs[i]] for x in patterns for i in range(n)]
    yield len(column) // 2, rows


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def publish(heading, command, versions, text):
    """Puts a section into BENCHMARKS.md, in place of that of the same heading if there is one."""
    old = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n"
    made = (f"Made by `{command}` on {datetime.date.today()}: {processor()}, {os.cpu_count()} cores; "
            f"{', '.join(versions)}.")
    section = f"## {heading}\n\n{made}\n\n{text.strip()}\n"
    head, *sections = re.split(r"(?m)^(?=## )", old)
    places = [k for k, other in enumerate(sections) if other.startswith(f"## {heading}\n")]
    if places:
        sections[places[0]] = section
    else:
        sections.append(section)
    partial = PAGE.with_suffix(".partial")
    partial.write_text("\n".join(part.strip() + "\n" for part in [head, *sections]))
    partial.replace(PAGE)


def attractor_version(binary=BINARY):
    """The version, and the start of the binary's SHA-256."""
    return f"{run(binary, '--version').strip()} (binary {hashlib.sha256(binary.read_bytes()).hexdigest()[:8]})"
