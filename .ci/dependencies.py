#!/usr/bin/env python3
"""Holds the dependencies to deny.toml (licences, bans, doubled versions) and to the workspace's rust-version.

`cargo deny check licenses bans` says the same at more length; compiling cargo-deny takes longer than the whole of CI.
Python's standard library and cargo are enough for this.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


def allowed(expression, allow):
    """Whether an SPDX expression (`/` is an old way to write OR) is granted by the licences in `allow`."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def either():
        value = both()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            value = both() or value
        return value

    def both():
        value = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            value = one() and value
        return value

    def one():
        token = tokens.pop(0)
        if token == "(":
            value = either()
            tokens.pop(0)
            return value
        if tokens and tokens[0] == "WITH":
            token = " ".join([token, tokens.pop(0), tokens.pop(0)])
        return token in allow

    return either()


def version(text):
    return tuple(int(part) for part in text.split("."))


def licences(packages, rules):
    for package in packages:
        expression = package["license"] or "none"
        if not allowed(expression, set(rules["allow"])):
            yield f"{package['name']}: licence {expression} is not among those of deny.toml"


def doubled(packages, rules):
    names = [package["name"] for package in packages]
    skipped = {entry["crate"] for entry in rules["skip"]}
    twice = {name for name in names if names.count(name) > 1}
    for name in sorted(twice - skipped):
        yield f"{name}: in {names.count(name)} versions; deny.toml does not skip it"
    for name in sorted(skipped - twice):
        yield f"{name}: deny.toml skips it, but it is there in one version"


def banned(metadata, rules):
    names = {package["id"]: package["name"] for package in metadata["packages"]}
    for entry in rules["deny"]:
        for node in metadata["resolve"]["nodes"]:
            user = names[node["id"]]
            used = {names[dependency["pkg"]] for dependency in node["deps"]}
            if entry["crate"] in used and user not in entry.get("wrappers", []):
                yield f"{user} uses {entry['crate']}, which deny.toml bans"


def too_new(packages, least):
    for package in packages:
        needs = package["rust_version"]
        if needs and version(needs) > version(least):
            yield f"{package['name']} needs Rust {needs}; the workspace promises {least}"


def main():
    deny = tomllib.loads((ROOT / "deny.toml").read_text())
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]
    command = ["cargo", "metadata", "--format-version", "1", "--all-features", "--locked"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    packages = metadata["packages"]
    faults = [
        *licences(packages, deny["licenses"]),
        *doubled(packages, deny["bans"]),
        *banned(metadata, deny["bans"]),
        *too_new(packages, workspace["rust-version"]),
    ]
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(packages)} packages, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
