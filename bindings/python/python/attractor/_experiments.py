"""Experiments: what the compiled module does, with the arguments' names, types and meanings."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from . import _attractor
from ._attractor import ExperimentProgress
from ._progress import steps
from ._types import Capacity, Comparison, GuaranteedRadii, Results


def capacity(
    source: ArrayLike | str | PathLike[str],
    *,
    rule: str | Sequence[str] = "exact",
    settings: Mapping[str, float] | None = None,
    couplings: str | None = None,
    shape: tuple[int, int] | None = None,
    patterns: Iterable[int] | None = None,
    repeats: int = 10,
    ties: str = "strict",
    radius: float | None = None,
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    callback: Callable[[ExperimentProgress], Any] | None = None,
    progress: bool = False,
) -> Capacity:
    """Measure how many patterns rules store without a wrong bit: the table of the program's `capacity`, unrounded.

    Each instance draws P patterns; a rule succeeds if not a single bit is wrong. The columns make a frame:
    `pandas.DataFrame(attractor.capacity("random", shape=(1, 20)))`. A number that is not known is NaN. Ctrl-C is heard
    within a second.

    Args:
        source: `random`, the name of a bundled set (see `bundled_patterns`), a file or folder, or an array of patterns.
        rule: One or several: `exact`, those of `rules()`, or `exact-symmetric`, `exact-directed`, `exact-sparse`,
            `exact-receptive`, `exact-default`, `exact-noise`, `exact-survive`, `milp-vertex`.
        settings: Of the one classical rule that is named, such as `{"t": 30}` of `dreaming`.
        couplings: Of the rule `exact`: `symmetric` (if None) or `directed`.
        shape: Height and width of the images; of random patterns, for example `(1, 20)`.
        patterns: Numbers of patterns, growing, for example `range(4, 41, 4)`; if None, twelve up to 2N.
        repeats: Independent instances for each number of patterns.
        ties: Whether a zero field is right for a −1 bit: `strict` (no) or `negative` (yes).
        radius: Of `exact-receptive`, in pixels; 3 if None.
        time_limit: Seconds of each exact training; 10 if None.
        seed: Of the instances.
        threads: All cores by default.
        callback: Called with an `ExperimentProgress` at most ten times a second and at the end, in the caller's thread. What
            it raises ends the experiment and is raised.
        progress: Show a bar, by `tqdm` if it is installed.

    Raises:
        ValueError: A value that an argument cannot have.
        TypeError: An argument of another type.
        UnsupportedError: What a rule cannot honour.
        ExperimentInterrupted: Ctrl-C; its `table` has the instances that are finished.
    """
    with steps(progress, callback) as told:
        return _attractor.capacity(
            source,
            rule=rule,
            settings=None if settings is None else dict(settings),
            couplings=couplings,
            shape=shape,
            patterns=patterns,
            repeats=repeats,
            ties=ties,
            radius=radius,
            time_limit=time_limit,
            seed=seed,
            threads=threads,
            callback=told,
        )


def guaranteed_radii(
    neurons: Iterable[int],
    patterns: Iterable[int],
    *,
    weights: str = "real",
    couplings: str = "symmetric",
    repeats: int = 10,
    ties: str = "strict",
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    callback: Callable[[ExperimentProgress], Any] | None = None,
    progress: bool = False,
) -> GuaranteedRadii:
    """Measure how many flipped entries every stored pattern is certain to survive: the table of the program's
    `capacity random --survive`, unrounded, a row for each number of neurons and of random patterns.

    The columns make a frame: `pandas.DataFrame(attractor.guaranteed_radii([16, 32], range(2, 9, 2), weights="ternary"))`.
    `proven` counts the stored instances whose radius is proven to be the largest; a number that is not known is NaN. Ctrl-C is
    heard within a second.

    Args:
        neurons: Numbers of neurons, growing.
        patterns: Numbers of patterns, growing, for each number of neurons.
        weights: `real`, `ternary`, `binary` or `integer:K`.
        couplings: `symmetric` or `directed`.
        repeats: Independent instances of each size.
        ties: Whether a zero field is right for a −1 bit: `strict` (no) or `negative` (yes).
        time_limit: Seconds of each training; 10 if None.
        seed: Of the instances.
        threads: All cores by default.
        callback: Called with an `ExperimentProgress` at most ten times a second and at the end, in the caller's thread. What
            it raises ends the experiment and is raised.
        progress: Show a bar, by `tqdm` if it is installed.

    Raises:
        ValueError: A value that an argument cannot have.
        TypeError: An argument of another type.
        ExperimentInterrupted: Ctrl-C; its `table` has the sizes that are finished.
    """
    with steps(progress, callback) as told:
        return _attractor.guaranteed_radii(
            neurons=neurons,
            patterns=patterns,
            weights=weights,
            couplings=couplings,
            repeats=repeats,
            ties=ties,
            time_limit=time_limit,
            seed=seed,
            threads=threads,
            callback=told,
        )


def compare(
    patterns: ArrayLike | str | PathLike[str],
    *,
    rule: str | Sequence[str] | None = None,
    shape: tuple[int, int] | None = None,
    radius: float | None = None,
    flips: Iterable[int] | None = None,
    repeats: int = 10,
    ties: str = "strict",
    time_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    callback: Callable[[ExperimentProgress], Any] | None = None,
    progress: bool = False,
) -> Comparison:
    """Compare ways of training on the same patterns and damaged cues: the table of the program's `compare`, unrounded.

    A row for each way of training and each number of flips, then two memories that are no networks, for the limit. The
    columns make a frame. What is not known of a number is NaN, of a status None; a rule that refuses the patterns has one
    row without shares. Ctrl-C is heard within a second.

    Args:
        patterns: An array of patterns, or the path of a file or folder.
        rule: One or several, as in `capacity`; `exact` is what `train` does. If None, all but `milp-vertex`, and
            `exact-receptive` only if a shape is given.
        shape: Height and width of the images, for `exact-receptive`.
        radius: Of `exact-receptive`, in pixels; 3 if None.
        flips: Numbers of flipped entries of the cues, growing; if None, eight up to N/4.
        repeats: Cues of each pattern for each number of flips.
        ties: Whether a zero field is right for a −1 bit: `strict` (no) or `negative` (yes).
        time_limit: Seconds of each exact training; 10 if None.
        seed: Of rules that draw numbers and of the damage.
        threads: All cores by default.
        callback: Called with an `ExperimentProgress` at most ten times a second and at the end, in the caller's thread. What
            it raises ends the experiment and is raised.
        progress: Show a bar, by `tqdm` if it is installed.

    Raises:
        ValueError: A value that an argument cannot have.
        TypeError: An argument of another type.
        ExperimentInterrupted: Ctrl-C; its `table` has the ways of training that are finished.
    """
    with steps(progress, callback) as told:
        return _attractor.compare(
            patterns,
            rule=rule,
            shape=shape,
            radius=radius,
            flips=flips,
            repeats=repeats,
            ties=ties,
            time_limit=time_limit,
            seed=seed,
            threads=threads,
            callback=told,
        )


def reproduce(
    figure: str | PathLike[str],
    *,
    out: str | PathLike[str],
    quick: bool = False,
    config: str | PathLike[str] | Mapping[str, Any] | None = None,
    shard: str | None = None,
    merge: Sequence[str | PathLike[str]] | None = None,
    threads: int | None = None,
    callback: Callable[[ExperimentProgress], Any] | None = None,
    progress: bool = False,
) -> Results:
    """Run or resume an experiment in a folder, as the program's `reproduce`: its table, with charts and report in `out`.

    Every result is written at once. After Ctrl-C the same call goes on where it was. The columns make a frame, whose column `figure` tells several experiments apart. What is not known of a number is NaN.

    Args:
        figure: `fig2` to `fig8`, `all`, `fig7-repair`, `fig8-repair`, `repair` or `known`; the path of a `.toml` file of
            one's own, whose stem is the experiment's name; or any name, with `config`.
        out: The folder for the results.
        quick: Minutes instead of hours: fewer loads and repeats, shorter limits.
        config: An experiment of one's own: its file, or its settings as a mapping of the same keys (`time_limit` for
            `time-limit`), `{"kind": "storage", "full": {...}}`; numbers and lists of NumPy are taken.
        shard: Run only part `i/n`, for example `2/8`.
        merge: Join the results in these folders instead of running.
        threads: All cores by default.
        callback: Called with an `ExperimentProgress` at most ten times a second and at the end, in the caller's thread. What
            it raises ends the experiment and is raised.
        progress: Show a bar, by `tqdm` if it is installed.

    Raises:
        ValueError: A value that an argument cannot have, or a folder with results of other settings.
        FormatError: A configuration or table that is not what it should be.
        UnsupportedError: What a rule cannot honour.
        OSError: A file that cannot be read or written.
        ExperimentInterrupted: Ctrl-C; its `table` has the cells that are finished, which are kept in `out`, too.
    """
    name = os.fspath(figure) if isinstance(figure, PathLike) else figure
    if config is None and isinstance(name, str) and name.endswith(".toml"):
        name, config = Path(name).stem, name
    own = {"json": _as_json(config)} if isinstance(config, Mapping) else {"config": config}
    with steps(progress, callback) as told:
        return _attractor.reproduce(
            name,
            out=out,
            quick=quick,
            shard=shard,
            merge=merge,
            threads=threads,
            callback=told,
            **own,
        )


def _as_json(config: Mapping[str, Any]) -> str:
    """The mapping as the file has it: keys with dashes, paths as texts, NumPy's numbers and arrays as Python's."""

    def named(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {str(key).replace("_", "-"): named(inner) for key, inner in value.items()}
        if isinstance(value, PathLike):
            return os.fspath(value)
        if hasattr(value, "tolist"):
            return value.tolist()
        if isinstance(value, (list, tuple, range)):
            return [named(inner) for inner in value]
        return value

    try:
        return json.dumps(named(config))
    except TypeError as error:
        raise TypeError(f"config: {error}") from None
