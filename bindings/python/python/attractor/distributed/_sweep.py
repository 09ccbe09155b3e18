"""`sweep`: a function over cells, by an executor, kept in a ledger."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from .. import AttractorError
from ._ledger import Ledger, text

# Cells that are with the executor at once. More: its scheduler holds what it need not. Fewer: workers wait.
AT_ONCE = 1000


class CellError(AttractorError):
    """A cell's function raised; `cell` is which, the cause what. Results that were there are in the ledger."""

    def __init__(self, cell: Any, error: BaseException) -> None:
        super().__init__(f"cell {cell!r}: {type(error).__name__}: {error}")
        self.cell = cell


def grid(**parameters: Iterable[Any]) -> list[dict[str, Any]]:
    """The cells of all combinations, the last parameter running fastest."""
    return [dict(zip(parameters, values, strict=True)) for values in itertools.product(*parameters.values())]


def sweep(
    function: Callable[..., Any],
    cells: Iterable[Mapping[str, Any] | Sequence[Any]],
    *,
    executor: Any = None,
    ledger: str | os.PathLike[str] | None = None,
    shard: tuple[int, int] = (1, 1),
    callback: Callable[[dict[str, Any]], Any] | None = None,
) -> list[dict[str, Any]]:
    """Call a function for each cell and return the rows in the order of the cells.

    Args:
        function: Called in a worker; importable there. Its result is JSON: numbers, texts, lists and mappings of them,
            NumPy's too.
        cells: Keywords of a call (a mapping) or its positional arguments (a sequence), each cell once; also JSON.
        executor: Anything with `submit(function, *arguments)` that returns futures, such as `ProcessPoolExecutor` or
            `dask.distributed.Client(...).get_executor()`; without one the cells run here, one after another.
        ledger: A file that keeps results. Cells that it holds are not run again.
        shard: (i, n): only part i of n equal parts, counted from 1.
        callback: Called with each new row as it comes.

    Returns:
        A row for each cell: the cell's keywords (or `cell`) and the result's keys (or `result`). `pandas.DataFrame(rows)` is
        a tidy frame.

    Raises:
        CellError: The function raised. Cells that had begun are waited for, and their results kept.
        LedgerError: A ledger of other work, or of a running process.
    """
    mine = _share(list(cells), shard)
    name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', repr(function))}"
    return kept_rows(function, mine, name, executor, ledger, callback)


def kept_rows(
    function: Callable[..., Any], mine: list[Any], work: Any, executor: Any, ledger: Any, callback: Any = None
) -> list[dict[str, Any]]:
    """The rows of these cells, from the ledger of this work as far as it holds them."""
    keys = [text(cell) for cell in mine]
    if len(set(keys)) < len(keys):
        twice = next(cell for cell, key in zip(mine, keys, strict=True) if keys.count(key) > 1)
        raise ValueError(f"cells: {twice!r} is there twice; a seed of its own tells repeats apart")
    with Ledger(ledger, work) as kept:
        _run(function, [c for c, key in zip(mine, keys, strict=True) if key not in kept.results], executor, kept, callback)
        return [_row(cell, kept.results[key]) for cell, key in zip(mine, keys, strict=True)]


def _share(cells: list[Any], shard: tuple[int, int]) -> list[Any]:
    part, parts = shard
    if not 1 <= part <= parts:
        raise ValueError(f"shard: ({part}, {parts}); give (i, n) with i from 1 to n")
    return cells[part - 1 :: parts]


def _row(cell: Any, result: Any) -> dict[str, Any]:
    row = dict(cell) if isinstance(cell, Mapping) else {"cell": cell}
    return row | (result if isinstance(result, dict) else {"result": result})


def _call(function: Callable[..., Any], cell: Any) -> Any:
    return function(**cell) if isinstance(cell, Mapping) else function(*cell)


def _run(function: Callable[..., Any], cells: list[Any], executor: Any, kept: Ledger, told: Any) -> None:
    def done(cell: Any, result: Any) -> None:
        kept.add(cell, result)
        if told is not None:
            told(_row(cell, kept.results[text(cell)]))

    if executor is not None:
        _spread(function, cells, executor, done)
        return
    for cell in cells:
        try:
            result = _call(function, cell)
        except Exception as error:
            raise CellError(cell, error) from error
        done(cell, result)


def _spread(function: Callable[..., Any], cells: list[Any], executor: Any, done: Callable[[Any, Any], None]) -> None:
    waiting, running = iter(cells), dict[Future[Any], Any]()
    failed: CellError | None = None
    try:
        while True:
            if failed is None:
                for cell in itertools.islice(waiting, AT_ONCE - len(running)):
                    running[executor.submit(_call, function, cell)] = cell
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                # Forgotten at once: Dask computes again what is still held when its worker dies.
                cell = running.pop(future)
                if future.cancelled():
                    continue
                error = future.exception()
                if error is None:
                    done(cell, future.result())
                elif failed is None:
                    failed = CellError(cell, error)
                    failed.__cause__ = error
                    for other in running:
                        other.cancel()
    finally:
        for future in running:
            future.cancel()
    if failed is not None:
        raise failed
