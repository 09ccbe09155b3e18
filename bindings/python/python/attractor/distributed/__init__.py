"""Work on several processes or machines, by any executor of the kind of `concurrent.futures`, kept in a ledger.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from attractor.distributed import grid, sweep
    >>> with ThreadPoolExecutor(2) as executor:
    ...     rows = sweep(pow, [(2, k) for k in range(4)], executor=executor)
    >>> [row["result"] for row in rows]
    [1, 2, 4, 8]
    >>> grid(rule=["hebbian", "exact"], seed=range(2))[1]
    {'rule': 'hebbian', 'seed': 1}

`sweep` runs a function over cells, `train_neurons` a directed network's neurons. Every result is in the ledger, a file of
JSON lines, as soon as it is there: what a dead worker, scheduler or machine leaves behind is finished by the same call.
"""

from ._ledger import Ledger, LedgerError
from ._neurons import train_neurons
from ._sweep import CellError, grid, sweep

__all__ = ["CellError", "Ledger", "LedgerError", "grid", "sweep", "train_neurons"]
