#!/usr/bin/env python3
"""Builds the playground: static files in playground/dist, or in the folder that is given.

Needs cargo and the target wasm32-unknown-unknown (`rustup target add wasm32-unknown-unknown`). The modules are
gzipped and stand as base64 in scripts, so that the page works from a folder (`file://`), where a browser fetches nothing.
"""

import base64
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TARGET = "wasm32-unknown-unknown"
# The most bytes of the core module, gzipped: what a visitor loads before anything can be done.
MOST_CORE = 250_000


def need_target():
    library = subprocess.run([os.environ.get("RUSTC", "rustc"), "--print", "target-libdir", "--target", TARGET], capture_output=True, text=True)
    if library.returncode == 0 and pathlib.Path(library.stdout.strip()).is_dir():
        return
    if shutil.which("rustup") and subprocess.run(["rustup", "target", "add", TARGET]).returncode == 0:
        return
    sys.exit(
        f"playground: this Rust has no library for {TARGET}: `rustup target add {TARGET}`, or name another rustc that has one "
        "by RUSTC=. Debian 12's own is too old for this project."
    )


def module(features):
    """The WebAssembly of the crate with these features, gzipped the same on every day."""
    folder = HERE / "target"
    package = ["--package", "attractor-playground", "--lib", "--crate-type", "cdylib", "--no-default-features"]
    command = ["cargo", "rustc", "--profile", "web", "--locked", "--target", TARGET, "--target-dir", folder, *package, *features]
    # Settings for other targets, such as a linker or instructions, make no sense here.
    environment = {key: value for key, value in os.environ.items() if key != "RUSTFLAGS"}
    subprocess.run(command, cwd=HERE, check=True, env=environment)
    return pack(folder / TARGET / "web" / "attractor_playground.wasm")


def pack(file):
    """The file gzipped, the same on every day: by zopfli where there is one, which saves a twentieth."""
    if shutil.which("zopfli"):
        return subprocess.run(["zopfli", "-c", file], check=True, capture_output=True).stdout
    return gzip.compress(file.read_bytes(), 9, mtime=0)


def write(path, data):
    """Whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def main():
    out = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE / "dist")
    out.mkdir(parents=True, exist_ok=True)
    need_target()
    for name, features in (("core", []), ("exact", ["--features", "exact"])):
        packed = module(features)
        if name == "core" and len(packed) > MOST_CORE:
            said = f"playground: the core module has {len(packed)} bytes gzipped, {MOST_CORE} are the most"
            if shutil.which("zopfli"):
                sys.exit(said)
            print(f"{said}; with zopfli (Debian's package of this name) it is a twentieth smaller")
        text = f'(globalThis.attractorModules ??= {{}}).{name} = "{base64.b64encode(packed).decode()}";\n'
        write(out / f"{name}.wasm.js", text.encode())
        print(f"{name}: {len(packed)} bytes gzipped")
    for file in sorted((HERE / "page").iterdir()):
        write(out / file.name, file.read_bytes())
    print(f"open {out / 'index.html'}")


if __name__ == "__main__":
    main()
