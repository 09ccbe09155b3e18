"""The updates that recall outside this package knows."""

from __future__ import annotations

import warnings
from ._attractor import Network
from ._errors import UnsupportedError
from ._grid import exact_type


def checked_update(network: Network, update: str | None) -> str:
    """The update that is asked for; asynchronous by default where weights are symmetric, as in `Network.recall`."""
    if update is None:
        return "asynchronous" if network.couplings == "symmetric" else "synchronous"
    if update not in ("synchronous", "asynchronous"):
        raise ValueError(f"update: `{update}` is neither synchronous nor asynchronous")
    return update


def checked_type(network: Network, off_grid: str) -> str:
    """The floating-point type of the weights, in which recall is the same as here; float64 with a warning where none is."""
    if off_grid not in ("refuse", "warn"):
        raise ValueError(f"off_grid: `{off_grid}` is neither refuse nor warn")
    name = exact_type(network)
    if name is not None:
        return name
    reason = (
        "the weights are off the grid on which sums are exact: a field near 0 may have another sign elsewhere, and recall "
        "another end; networks of rule='exact' are on it"
    )
    if off_grid == "refuse":
        raise UnsupportedError(f"{reason}; off_grid='warn' goes on")
    warnings.warn(reason, stacklevel=3)
    return "float64"


def checked_steps(max_steps: int) -> int:
    """At least one step."""
    if isinstance(max_steps, bool) or not isinstance(max_steps, int):
        raise TypeError(f"max_steps: give a whole number, not {type(max_steps).__name__}")
    if max_steps < 1:
        raise ValueError(f"max_steps: {max_steps}; give at least 1")
    return max_steps
