#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""Ternary memories on an emulated Cortex-M0: flash, stack and instructions by number of neurons.

    cargo build --release && python3 benchmarks/chip.py
    python3 benchmarks/chip.py --write     # into BENCHMARKS.md

Needs arm-none-eabi-gcc and qemu-system-arm (Debian: gcc-arm-none-eabi, qemu-system-arm) and Rust for thumbv6m-none-eabi
(rustup). The exported C header and the exported Rust file on `attractor-embedded` do the same work. QEMU runs one instruction at a time
and names each, so that the counts are those of the program and of no machine. The stack is painted before a recall and looked
at after it.
"""

import argparse
import os
import pathlib
import re
import subprocess
import tempfile

from common import BINARY, ROOT, attractor_version, publish, run

EXAMPLE = ROOT / "examples" / "embedded"
SIZES = [32, 64, 256, 784]
PATTERNS = {32: 4, 64: 8, 256: 16, 784: 32}
CHIP = "-mcpu=cortex-m0 -mthumb -Os -ffreestanding -fno-tree-loop-distribute-patterns -ffunction-sections -nostdlib".split()
TARGET = "thumbv6m-none-eabi"
# Functions of the measurement and of the startup code, which are not counted as code of the memory.
HARNESS = {"main", "start", "reset", "put", "semihosting", "number", "stack_of"}

# The exported Rust file behind names that C can call.
STATIC_LIBRARY = """
#![no_std]
mod net;
use net::WORDS;
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }
#[unsafe(no_mangle)]
extern "C" fn rust_step(state: &mut [u32; WORDS], known: &mut [u32; WORDS]) {
    let _ = net::MEMORY.step(state, known, &mut [0; WORDS]);
}
#[unsafe(no_mangle)]
extern "C" fn rust_sweep(state: &mut [u32; WORDS], known: &mut [u32; WORDS]) {
    let _ = net::MEMORY.sweep(state, known);
}
#[unsafe(no_mangle)]
extern "C" fn rust_recall(state: &mut [u32; WORDS], known: &mut [u32; WORDS]) {
    let _ = net::recall(state, known);
}
#[unsafe(no_mangle)]
extern "C" fn rust_self_test() -> i32 {
    i32::from(!net::self_test())
}
"""

# The damaged patterns are the test vectors behind the stored ones. Each count is the difference of two runs.
MAIN = """
#include "net.h"
#include "platform.h"
#define PAINT 0xa5a5a5a5u
#define PAINTED 1024u
static void number(uint32_t n)
{
    char text[12];
    uint32_t at = 11;
    text[at] = 0;
    do { uint32_t q = 0, r = n; while (r >= 10u) { r -= 10u; q++; } text[--at] = (char)('0' + r); n = q; } while (n != 0);
    put(text + at);
    put("\\n");
}
#ifdef RUST
void rust_step(uint32_t *state, uint32_t *known);
void rust_sweep(uint32_t *state, uint32_t *known);
void rust_recall(uint32_t *state, uint32_t *known);
int32_t rust_self_test(void);
#define step rust_step
#define sweep rust_sweep
#define recalled rust_recall
#define net_self_test rust_self_test
#else
__attribute__((noinline)) static void step(uint32_t *state, uint32_t *known) { (void)net_step(state, known); }
__attribute__((noinline)) static void sweep(uint32_t *state, uint32_t *known) { (void)net_sweep(state, known); }
__attribute__((noinline)) static void recalled(uint32_t *state, uint32_t *known) { (void)net_recall(state, known); }
#endif
static uint32_t state[NET_WORDS], known[NET_WORDS];
__attribute__((noinline)) static void start(void)
{
    uint32_t w;
    for (w = 0; w < NET_WORDS; w++) {
        state[w] = net_vectors[FIRST * 5u * NET_WORDS + w];
        known[w] = net_mask(w);
    }
}
__attribute__((noinline)) static uint32_t stack_of(void (*work)(uint32_t *, uint32_t *))
{
    volatile uint32_t here;
    volatile uint32_t *const top = &here - 8, *low = top - PAINTED;
    volatile uint32_t *at;
    for (at = low; at < top; at++) { *at = PAINT; }
    work(state, known);
    for (at = low; at < top && *at == PAINT; at++) { }
    return (uint32_t)(top - at) * 4u + 32u;
}
int main(void)
{
    start();
#if WORK == 1
    step(state, known);
#elif WORK == 2
    sweep(state, known);
#elif WORK == 3
    recalled(state, known);
#elif WORK == 4
    if (net_self_test() != 0) { put("self-test failed\\n"); return 1; }
    start();
    number(stack_of(step));
    start();
    number(stack_of(recalled));
#elif WORK == 5
    step(state, known);
    recalled(state, known);
#endif
    return 0;
}
"""


def build_library(target_dir):
    """The crate `attractor-embedded` for the chip."""
    environment = {**os.environ, "CARGO_PROFILE_RELEASE_LTO": "off"}
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "attractor-embedded", "--target", TARGET, "--target-dir", target_dir],
                   check=True, cwd=ROOT, env=environment)
    return target_dir / TARGET / "release" / "libattractor_embedded.rlib"


def compile_rust(folder, library):
    """The exported Rust file as a static library."""
    (folder / "lib.rs").write_text(STATIC_LIBRARY)
    subprocess.run(["rustc", "--edition", "2024", "-C", "opt-level=s", "-C", "panic=abort", "--crate-type", "staticlib", "--target", TARGET,
                    "--extern", f"attractor_embedded={library}", "-A", "dead_code", folder / "lib.rs", "-o", folder / "libnet.a"], check=True)


def compile_chip(folder, language, work, first):
    elf = folder / f"{work}.elf"
    rust = ["-DRUST", folder / "libnet.a"] if language == "Rust" else []
    command = ["arm-none-eabi-gcc", *CHIP, f"-DWORK={work}", f"-DFIRST={first}u", "-I", EXAMPLE, "-I", folder, "-T", EXAMPLE / "chip.ld",
               "-Wl,--gc-sections,-z,noexecstack", folder / "main.c", EXAMPLE / "chip.c", *rust, "-lgcc", "-o", elf]
    subprocess.run(command, check=True)
    return elf


def emulate(elf, *options):
    command = ["qemu-system-arm", "-M", "microbit", "-nographic", "-semihosting", "-kernel", elf, *options]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)


def instructions(elf, folder):
    """Instructions executed from reset to the end."""
    log = folder / "instructions.pipe"
    os.mkfifo(log)
    with subprocess.Popen(["grep", "-c", "^Trace", log], stdout=subprocess.PIPE, text=True) as count:
        emulate(elf, "-singlestep", "-d", "exec,nochain", "-D", log)
        said, _ = count.communicate()
    log.unlink()
    return int(said)


def code_bytes(elf):
    """Bytes of one step and one recall with all that they call, without tables."""
    said = subprocess.run(["arm-none-eabi-nm", "-S", elf], check=True, capture_output=True, text=True).stdout
    symbols = re.findall(r"^\S+ (\S+) [tTwW] (\S+)$", said, re.M)
    code = [(size, name) for size, name in symbols if name.split(".")[0] not in HARNESS]
    # Tables lie in flash beside the code.
    return sum(int(size, 16) for size, name in code if not re.search("weights|vectors|biases", name, re.I))


def rows(program, library, folder, neurons):
    """A row of the table for each language."""
    count = PATTERNS[neurons]
    patterns, network = folder / "x.npy", folder / "net.safetensors"
    run(program, "data", "random", "--shape", f"1x{neurons}", "--count", count, "--seed", 1, "-o", patterns)
    run(program, "train", patterns, "-o", network, "--weights", "ternary", "--time-limit", "20s")
    run(program, "export", network, "--patterns", patterns, "--format", "c", "--name", "net", "-o", folder / "net.h")
    run(program, "export", network, "--patterns", patterns, "--format", "rust", "-o", folder / "net.rs")
    compile_rust(folder, library)
    radius = re.search(r"#define NET_RADIUS (\d+)u", (folder / "net.h").read_text())
    (folder / "main.c").write_text(MAIN)
    first = min(count, 8)
    weights = neurons * 2 * -(-neurons // 32) * 4
    for language in ["C", "Rust"]:
        counts = [instructions(compile_chip(folder, language, work, first), folder) for work in range(4)]
        step, sweep, recall = (count - counts[0] for count in counts[1:])
        # QEMU shows texts of the chip on standard error.
        stack = emulate(compile_chip(folder, language, 4, first)).stderr.split()
        code = code_bytes(compile_chip(folder, language, 5, first))
        yield [neurons, count, radius.group(1) if radius else "-", f"{weights:,}", language, code, stack[0], stack[1], f"{step:,}",
               f"{sweep:,}", f"{recall:,}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neurons", type=int, nargs="*", choices=SIZES, default=SIZES)
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="the program `attractor`")
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    options = parser.parse_args()
    lines = ["| N | patterns | radius | weights, bytes | exported | code, bytes | stack of a step | stack of recall "
             "| instructions of a step | of a sweep | of a recall |", "|---|---|---|---|---|---|---|---|---|---|---|"]
    library = build_library(ROOT / "target" / "embedded")
    for neurons in options.neurons:
        with tempfile.TemporaryDirectory() as folder:
            for row in rows(options.binary, library, pathlib.Path(folder), neurons):
                lines.append("| " + " | ".join(map(str, row)) + " |")
                print(lines[-1], flush=True)
    if options.write:
        version = run("qemu-system-arm", "--version").splitlines()[0]
        compiler = run("arm-none-eabi-gcc", "--version").splitlines()[0]
        text = ("Random patterns in ternary weights, two bits each, as `attractor export --format c` writes them; symmetric couplings. "
                "`arm-none-eabi-gcc -Os` and `rustc` with `opt-level=s` for a Cortex-M0; bytes of stack below the caller. QEMU executes one instruction at a time "
                "and counts; a recall begins with a stored pattern in which as many entries are flipped as are guaranteed to be "
                "repaired, at least one, and takes sweeps until one changes nothing. "
                "No radius: 20 seconds of training did not store every pattern.\n\n")
        publish("On a chip", "python3 benchmarks/chip.py --write", [version, compiler, attractor_version(options.binary)],
                text + "\n".join(lines))


if __name__ == "__main__":
    main()
