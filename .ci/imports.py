#!/usr/bin/env python3
"""Holds the crates' arrows and the paths of ARCHITECTURE.md, and finds files of one crate that import each other in a circle.

An import is a path `crate::…`, `super::…` or `self::…` outside tests. It is followed to the file that defines the name,
through re-exports. A mod.rs and one file of its folder may be one thing; a circle of any other files is a fault.
"""

import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What each crate may use of the others.
ARROWS = {
    "attractor": set(),
    "attractor-highs": set(),
    "attractor-proof": {"attractor"},
    "attractor-exact": {"attractor", "attractor-proof", "attractor-highs"},
    "attractor-embedded": {"attractor"},
    "attractor-tables": {"attractor", "attractor-exact"},
    "attractor-lab": {"attractor", "attractor-proof", "attractor-exact", "attractor-tables"},
    "attractor-playground": {"attractor", "attractor-exact"},
    "attractor-cli": {"attractor", "attractor-proof", "attractor-exact", "attractor-tables", "attractor-lab", "attractor-playground"},
}


def crates():
    for manifest in [*sorted(ROOT.glob("crates/*/Cargo.toml")), ROOT / "playground/Cargo.toml"]:
        yield manifest.parent, tomllib.loads(manifest.read_text())


def arrows():
    for _, manifest in crates():
        name = manifest["package"]["name"]
        used = {d for d in manifest.get("dependencies", {}) if d == "attractor" or d.startswith("attractor-")}
        for wrong in sorted(used - ARROWS.get(name, set())):
            yield f"{name} uses {wrong}, which ARCHITECTURE.md has no arrow for"


def paths():
    """Paths that ARCHITECTURE.md names and that do not exist: each must be the end of a file's path, or stand in one."""

    def expand(path):
        group = re.search(r"\{([^}]*)\}", path)
        if not group:
            return [path]
        return [one for part in group[1].split(",") for one in expand(path[: group.start()] + part + path[group.end() :])]

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    files = ["/" + path for path in listed]
    for named in re.findall(r"`([\w{},/.-]+)`", (ROOT / "ARCHITECTURE.md").read_text()):
        if "/" not in named and not named.endswith(".rs"):
            continue
        for path in expand(named):
            if not any(f.endswith("/" + path) if path.endswith(".rs") else "/" + path in f for f in files):
                yield f"ARCHITECTURE.md names {path}, which does not exist"


def code(path):
    """The text without comments, strings and what stands behind the first #[cfg(test)]."""
    text = path.read_text().split("#[cfg(test)]")[0]
    text = re.sub(r"//.*", "", text)
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', text)


def modules(source):
    found = {}
    for path in source.rglob("*.rs"):
        parts = list(path.relative_to(source).with_suffix("").parts)
        if parts[-1] in ("mod", "lib", "main"):
            parts.pop()
        if "tests" not in parts:
            found[tuple(parts)] = path
    return found


def leaves(tree):
    """Every path of a use tree such as `a::{b, c::d as e}`."""
    head, brace, rest = tree.partition("{")
    if not brace:
        yield re.sub(r"\s+as\s+\w+", "", tree).strip()
        return
    depth, start = 0, 0
    rest = rest.rpartition("}")[0]
    for k, letter in enumerate(rest + ","):
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            for leaf in leaves(rest[start:k].strip()):
                if leaf:
                    yield head.strip() + leaf
            start = k + 1


def absolute(path, module):
    parts = path.split("::")
    if parts[0] == "crate":
        return parts[1:]
    base = list(module)
    while parts and parts[0] in ("self", "super"):
        if parts.pop(0) == "super":
            base = base[:-1]
    return base + parts


def uses(text):
    for public, tree in re.findall(r"^[ \t]*(pub(?:\([^)]*\))?[ \t]+)?use\s+([\w:{}\s,*]+);", text, re.MULTILINE):
        for leaf in leaves(re.sub(r"\s+", " ", tree)):
            yield bool(public), leaf.replace(" ", "")
    for path in re.findall(r"(?<![\w:])((?:crate|super)(?:::\w+)+)", re.sub(r"use\s+[^;]+;", "", text)):
        yield False, path


def graph(source):
    files = modules(source)
    texts = {module: code(path) for module, path in files.items()}
    exported = {}
    for module, text in texts.items():
        for public, leaf in uses(text):
            first = leaf.split("::")[0]
            if public and (first in ("crate", "self", "super") or module + (first,) in files):
                path = leaf if first in ("crate", "self", "super") else "self::" + leaf
                exported[module + (leaf.split("::")[-1],)] = tuple(absolute(path, module))

    def home(target):
        for _ in range(8):
            if target not in exported:
                break
            target = exported[target]
        while target and target not in files:
            target = target[:-1]
        return target

    edges = {module: set() for module in files}
    for module, text in texts.items():
        for public, leaf in uses(text):
            first = leaf.split("::")[0]
            if first not in ("crate", "self", "super"):
                if module + (first,) not in files:
                    continue
                leaf = "self::" + leaf
            target = home(tuple(absolute(leaf, module)))
            # A re-export is a name for users; it imports nothing for the file's own work.
            if not public and target != module and target in files and target:
                edges[module].add(target)
    return files, edges


def circles(edges):
    """Strongly connected components of more than one file (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in edges[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = set()
            while node not in group:
                group.add(stack.pop())
            if len(group) > 1:
                found.append(group)

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def one_thing(group):
    """A mod.rs and files of its own folder."""
    top = min(group, key=len)
    return all(module[: len(top)] == top for module in group) and len(group) <= 2


def main():
    sys.setrecursionlimit(10_000)
    faults = [*arrows(), *paths()]
    count = 0
    for folder, manifest in crates():
        files, edges = graph(folder / "src")
        count += len(files)
        for group in circles(edges):
            names = {str(files[module].relative_to(folder)) for module in group}
            if not one_thing(group):
                faults.append(f"{manifest['package']['name']}: a circle of imports: {', '.join(sorted(names))}")
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{count} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
