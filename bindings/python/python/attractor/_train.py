"""`train`: what the compiled module does, with the arguments' names, types and meanings, and a bar of progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

from numpy.typing import ArrayLike

from . import _attractor
from ._attractor import Network, Neuron, Progress
from ._progress import bar


def train(
    patterns: ArrayLike,
    *,
    rule: str = "exact",
    formulation: str | None = None,
    solver: str | None = None,
    epsilon: float | None = None,
    big_m: float | None = None,
    couplings: str = "symmetric",
    shape: tuple[int, int] | None = None,
    receptive_field: float | None = None,
    mask: ArrayLike | None = None,
    halves: int | None = None,
    weights: str = "real",
    ties: str = "strict",
    bias: bool = False,
    sparse: float | bool | None = None,
    noise: float | None = None,
    erased: float | None = None,
    repair_rounds: int = 0,
    survive: int | str | None = None,
    survive_erased: int | None = None,
    settings: Mapping[str, float] | None = None,
    keep_diagonal: bool = False,
    start: Network | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    callback: Callable[[Progress], Any] | None = None,
    progress: bool = False,
) -> Network:
    """Train a network to store patterns.

    The exact rule finds the fewest wrong bits that any weights have and proves it, as far as `time_limit` allows; among
    these networks it takes the one that is preferred (`noise`, `sparse`, `survive`). The same arguments give the same
    network as the program `attractor train`, bit for bit, with any number of threads.

    Args:
        patterns: A row of ±1 or 0/1 for each pattern, or a picture for each (3 dimensions); any type of number.
        rule: `exact`, or one of `attractor.rules()`.
        formulation: Of the exact rule: `scale-free` (if None), or `big-m`, the paper's mixed integer program, solved in floating
            point: `report` has the solver's word (`solver_status`, `model_bound`, `model_gap`), which proves nothing.
        solver: Of the big-M model: `microlp` (if None), or `highs` in builds with that feature.
        epsilon: Margin of the big-M model, above 0; 0.001 if None.
        big_m: M of the big-M model; if None the least that excludes nothing, row by row.
        couplings: `symmetric` or `directed`.
        shape: Height and width of the pictures whose pixels are the neurons.
        receptive_field: Couple only pixels at most this far apart.
        mask: Couple only where this N×N array says so.
        halves: The first N neurons are one half of a pair, the others the other half; `Network.associate` recalls.
        weights: `real`, `ternary`, `binary` or `integer:K`.
        ties: Whether a zero field is right for a −1 bit: `strict` (no) or `negative` (yes).
        bias: Give every neuron a bias.
        sparse: Prefer few non-zero weights: True, or from 0 (widest margin) to 1 (least L1 norm). Of the big-M model the factor of
            the sum of |w| in its objective.
        noise: Prefer the network whose first step is right most often where each bit is flipped with this probability
            (0: the widest margin). Without it, and without `erased`, `sparse` and `survive`, of several such networks the
            one that recalls most of its own damaged patterns, trained on the states that recall passes through
            (`Network.report["choice"]`).
        erased: The same where each bit is unknown with this probability.
        repair_rounds: After the best first step: rounds of steps on the states that recall passes through.
        survive: Flipped entries that every pattern is to survive wherever they fall: a number, `max` or `most:R`.
        survive_erased: The same for unknown entries.
        settings: Of a classical rule, such as `{"t": 30}` of `dreaming`.
        keep_diagonal: `pseudo-inverse`: keep the diagonal.
        start: A network to begin from.
        time_limit: Seconds.
        seed: Of everything random.
        threads: All cores by default.
        callback: Called with a `Progress` at most ten times a second, in the caller's thread. What it raises ends the
            training and is raised.
        progress: Show a bar, by `tqdm` if it is installed.

    Raises:
        ValueError: A value that an argument cannot have.
        TypeError: An argument of another type.
        UnsupportedError: What the rule cannot honour.
        TrainingInterrupted: Ctrl-C; its `network` is the best so far.
    """
    with bar(progress, callback) as told:
        return _attractor.train(
            patterns,
            rule=rule,
            formulation=formulation,
            solver=solver,
            epsilon=epsilon,
            big_m=big_m,
            couplings=couplings,
            shape=shape,
            receptive_field=receptive_field,
            mask=mask,
            halves=halves,
            weights=weights,
            ties=ties,
            bias=bias,
            sparse=sparse,
            noise=noise,
            erased=erased,
            repair_rounds=repair_rounds,
            survive=survive,
            survive_erased=survive_erased,
            settings=None if settings is None else dict(settings),
            keep_diagonal=keep_diagonal,
            start=start,
            time_limit=time_limit,
            seed=seed,
            threads=threads,
            callback=told,
        )


def write_program(
    patterns: ArrayLike,
    path: str | PathLike[str],
    *,
    format: str = "mps",
    compact: bool = False,
    couplings: str = "symmetric",
    shape: tuple[int, int] | None = None,
    receptive_field: float | None = None,
    mask: ArrayLike | None = None,
    weights: str = "real",
    ties: str = "strict",
    bias: bool = False,
    sparse: float | bool | None = None,
    epsilon: float | None = None,
    big_m: float | None = None,
) -> tuple[int, int, int]:
    """Write patterns as the paper's mixed integer program, for outside solvers: what `attractor export` writes, byte for byte.

    Args:
        patterns: As in `train`, and so are all arguments that are not named here.
        path: The file.
        format: `mps` (free format) or `lp` (CPLEX).
        compact: Substitute the equations into one another: the same optimum, fewer columns and rows.
        sparse: The factor of the sum of |w| in the objective; True is the paper's 0.001.

    Returns:
        The numbers of columns, rows and terms.

    Raises:
        ValueError: A value that an argument cannot have.
        OSError: A file that cannot be written.
    """
    return _attractor.write_program(
        patterns,
        path,
        format=format,
        compact=compact,
        couplings=couplings,
        shape=shape,
        receptive_field=receptive_field,
        mask=mask,
        weights=weights,
        ties=ties,
        bias=bias,
        sparse=sparse,
        epsilon=epsilon,
        big_m=big_m,
    )


def train_neuron(
    patterns: ArrayLike,
    neuron: int,
    *,
    shape: tuple[int, int] | None = None,
    receptive_field: float | None = None,
    mask: ArrayLike | None = None,
    weights: str = "real",
    ties: str = "strict",
    bias: bool = False,
    sparse: float | bool | None = None,
    noise: float | None = None,
    erased: float | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    callback: Callable[[Progress], Any] | None = None,
    progress: bool = False,
) -> Neuron:
    """Train one neuron alone, as if couplings were directed: its fewest wrong bits, proven, then what is
    preferred.

    Arguments and exceptions are those of `train`. The neurons of directed couplings are independent: on several machines
    each trains some of them, and `join_neurons` makes the network.
    """
    with bar(progress, callback) as told:
        return _attractor.train_neuron(
            patterns,
            neuron,
            couplings="directed",
            shape=shape,
            receptive_field=receptive_field,
            mask=mask,
            weights=weights,
            ties=ties,
            bias=bias,
            sparse=sparse,
            noise=noise,
            erased=erased,
            time_limit=time_limit,
            seed=seed,
            threads=threads,
            callback=told,
        )


def join_neurons(
    patterns: ArrayLike,
    neurons: Sequence[Neuron],
    *,
    shape: tuple[int, int] | None = None,
    receptive_field: float | None = None,
    mask: ArrayLike | None = None,
    weights: str = "real",
    ties: str = "strict",
    bias: bool = False,
    sparse: float | bool | None = None,
    noise: float | None = None,
    erased: float | None = None,
    seed: int = 0,
) -> Network:
    """The directed network of all neurons that `train_neuron` trained on these patterns, with these arguments.

    Its wrong bits are counted again. A certificate of it needs the neurons as they were trained: pickling leaves their
    evidence behind.
    """
    return _attractor.join_neurons(
        patterns,
        list(neurons),
        shape=shape,
        receptive_field=receptive_field,
        mask=mask,
        weights=weights,
        ties=ties,
        bias=bias,
        sparse=sparse,
        noise=noise,
        erased=erased,
        seed=seed,
    )
