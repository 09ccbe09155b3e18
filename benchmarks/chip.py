#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""Ternary memories on an emulated Cortex-M0: flash, stack and instructions by number of neurons.

    cargo build --release && python3 benchmarks/chip.py
    python3 benchmarks/chip.py --write     # into BENCHMARKS.md

Needs arm-none-eabi-gcc and qemu-system-arm (Debian: gcc-arm-none-eabi, qemu-system-arm). QEMU runs one instruction at a time
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
CHIP = "-mcpu=cortex-m0 -mthumb -Os -ffreestanding -fno-tree-loop-distribute-patterns -nostdlib".split()

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
__attribute__((noinline)) static void step(uint32_t *state, uint32_t *known) { (void)net_step(state, known); }
__attribute__((noinline)) static void sweep(uint32_t *state, uint32_t *known) { (void)net_sweep(state, known); }
__attribute__((noinline)) static void recalled(uint32_t *state, uint32_t *known) { (void)net_recall(state, known); }
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
#endif
    return 0;
}
"""


def compile_chip(folder, work, first):
    elf = folder / f"{work}.elf"
    command = ["arm-none-eabi-gcc", *CHIP, f"-DWORK={work}", f"-DFIRST={first}u", "-I", EXAMPLE, "-I", folder, "-T", EXAMPLE / "chip.ld",
               folder / "main.c", EXAMPLE / "chip.c", "-lgcc", "-o", elf]
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


def code_bytes(folder):
    """Bytes of one step and one recall with all that they call, without tables."""
    source = folder / "code.c"
    source.write_text('#include "net.h"\n'
                      "void one_step(uint32_t *s, uint32_t *k) { (void)net_step(s, k); }\n"
                      "void one_recall(uint32_t *s, uint32_t *k) { (void)net_recall(s, k); }\n")
    subprocess.run(["arm-none-eabi-gcc", *CHIP, "-c", source, "-o", folder / "code.o"], check=True, cwd=folder)
    said = subprocess.run(["arm-none-eabi-size", "-A", folder / "code.o"], check=True, capture_output=True, text=True).stdout
    return sum(int(size) for size in re.findall(r"^\.text\S*\s+(\d+)", said, re.M))


def row(program, folder, neurons):
    count = PATTERNS[neurons]

    patterns, network = folder / "x.npy", folder / "net.safetensors"
    run(program, "data", "random", "--shape", f"1x{neurons}", "--count", count, "--seed", 1, "-o", patterns)
    run(program, "train", patterns, "-o", network, "--weights", "ternary", "--time-limit", "20s")
    run(program, "export", network, "--patterns", patterns, "--format", "c", "--name", "net", "-o", folder / "net.h")
    header = (folder / "net.h").read_text()
    radius = re.search(r"#define NET_RADIUS (\d+)u", header)
    (folder / "main.c").write_text(MAIN)
    first = min(count, 8)
    counts = [instructions(compile_chip(folder, work, first), folder) for work in range(4)]
    step, sweep, recall = (count - counts[0] for count in counts[1:])
    stack = emulate(compile_chip(folder, 4, first)).stdout.split()
    weights = neurons * 2 * -(-neurons // 32) * 4
    return [neurons, count, radius.group(1) if radius else "-", f"{weights:,}", code_bytes(folder), stack[0], stack[1], f"{step:,}",
            f"{sweep:,}", f"{recall:,}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neurons", type=int, nargs="*", choices=SIZES, default=SIZES)
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="the program `attractor`")
    parser.add_argument("--write", action="store_true", help="write the section of BENCHMARKS.md")
    options = parser.parse_args()
    lines = ["| N | patterns | radius | weights, bytes | code, bytes | stack of a step | stack of recall "
             "| instructions of a step | of a sweep | of a recall |", "|---|---|---|---|---|---|---|---|---|---|"]
    for neurons in options.neurons:
        with tempfile.TemporaryDirectory() as folder:
            lines.append("| " + " | ".join(map(str, row(options.binary, pathlib.Path(folder), neurons))) + " |")
        print(lines[-1], flush=True)
    if options.write:
        version = run("qemu-system-arm", "--version").splitlines()[0]
        compiler = run("arm-none-eabi-gcc", "--version").splitlines()[0]
        text = ("Random patterns in ternary weights, two bits each, as `attractor export --format c` writes them; symmetric couplings. "
                "`arm-none-eabi-gcc -Os` for a Cortex-M0; bytes of stack below the caller. QEMU executes one instruction at a time "
                "and counts; a recall begins with a stored pattern in which as many entries are flipped as are guaranteed to be "
                "repaired, at least one, and takes sweeps until one changes nothing.\n\n")
        publish("On a chip", "python3 benchmarks/chip.py --write", [version, compiler, attractor_version(options.binary)],
                text + "\n".join(lines))


if __name__ == "__main__":
    main()
