"""A line that shows how far a training or an experiment is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ._attractor import ExperimentProgress, Progress


def _text(progress: Progress) -> str:
    wrong = "no network yet" if progress.wrong_bits is None else f"{progress.wrong_bits} wrong bits"
    return f"{progress.phase}: {wrong}, at least {progress.lower_bound} proven"


@contextmanager
def bar(wanted: bool, callback: Callable[[Progress], Any] | None) -> Iterator[Callable[[Progress], Any] | None]:
    """What a training is to tell: the callback alone, or a line that it has first."""
    if not wanted:
        yield callback
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        show, close = _plain()
    else:
        line = tqdm(bar_format="{desc} [{elapsed}]")
        show, close = line.set_description_str, line.close

    with _shown(lambda progress: show(_text(progress)), close, callback) as told:
        yield told


@contextmanager
def steps(
    wanted: bool, callback: Callable[[ExperimentProgress], Any] | None
) -> Iterator[Callable[[ExperimentProgress], Any] | None]:
    """What an experiment is to tell: the callback alone, or a bar of its steps first."""
    if not wanted:
        yield callback
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        show, close = _plain()

        def draw(progress: ExperimentProgress) -> None:
            show(f"{progress.what}: {progress.done} of {progress.all}")
    else:
        line = tqdm(total=0)
        close = line.close

        def draw(progress: ExperimentProgress) -> None:
            line.total, line.n = progress.all, progress.done
            line.set_description_str(progress.what)

    with _shown(draw, close, callback) as told:
        yield told


@contextmanager
def _shown(
    draw: Callable[[Any], Any], close: Callable[[], Any], callback: Callable[[Any], Any] | None
) -> Iterator[Callable[[Any], Any]]:
    """Draws what is told before the callback has it, and closes the line at the end."""

    def told(progress: Any) -> None:
        draw(progress)
        if callback is not None:
            callback(progress)

    try:
        yield told
    finally:
        close()


def _plain() -> tuple[Callable[[str], Any], Callable[[], Any]]:
    """Without tqdm: one line on standard error, overwritten."""
    return (
        lambda text: print(f"\r{text}\033[K", end="", file=sys.stderr, flush=True),
        lambda: print(file=sys.stderr),
    )
