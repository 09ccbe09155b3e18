"""Pictures with Matplotlib, as axes that can be drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._attractor import Network

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Wrong entries, as in the program's pictures.
_WRONG = (0.90, 0.45, 0.10)
_UNKNOWN = 0.6


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("attractor.plot needs Matplotlib: pip install matplotlib") from error
    return pyplot


def _shape(neurons: int, shape: tuple[int, int] | None) -> tuple[int, int]:
    if shape is None:
        side = int(np.sqrt(neurons))
        return (side, side) if side * side == neurons else (1, neurons)
    if shape[0] * shape[1] != neurons:
        raise ValueError(f"shape: {shape} is not {neurons} neurons")
    return shape


def _rows(name: str, states: ArrayLike) -> tuple[NDArray[Any], tuple[int, int] | None]:
    array = np.asarray(states)
    if array.ndim == 1:
        array = array[None]
    if array.ndim == 3:
        return array.reshape(len(array), -1), (array.shape[1], array.shape[2])
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: has shape {array.shape}; give a row for each state, or a picture for each")
    return array, None


def weights(network: Network, *, ax: Axes | None = None) -> Axes:
    """The weights, blue below 0 and red above; w_ij, from neuron j into neuron i, in row i."""
    ax = ax if ax is not None else _pyplot().subplots()[1]
    most = float(np.abs(network.weights).max()) or 1.0
    image = ax.imshow(network.weights, cmap="RdBu_r", vmin=-most, vmax=most, interpolation="nearest")
    ax.figure.colorbar(image, ax=ax)
    ax.set_xlabel("from neuron")
    ax.set_ylabel("into neuron")
    return ax


def patterns(
    states: ArrayLike,
    *,
    shape: tuple[int, int] | None = None,
    expected: ArrayLike | None = None,
    columns: int = 10,
) -> NDArray[Any]:
    """Each state as a picture, white for +1, grey for unknown, orange where it differs from what is expected.

    Returns the axes, in rows of `columns`; those beyond the last state are hidden.
    """
    rows, own = _rows("states", states)
    shape = _shape(rows.shape[1], shape or own)
    truth = None if expected is None else _rows("expected", expected)[0]
    if truth is not None and truth.shape != rows.shape:
        raise ValueError(f"expected: has shape {truth.shape}, the states {rows.shape}")
    wide = min(columns, len(rows))
    high = -(-len(rows) // wide)
    axes = _pyplot().subplots(high, wide, squeeze=False, figsize=(wide, high))[1]
    for k, ax in enumerate(axes.flat):
        ax.axis("off")
        if k < len(rows):
            ax.imshow(_picture(rows[k], None if truth is None else truth[k]).reshape(*shape, 3), interpolation="nearest")
    return axes


def _picture(state: NDArray[Any], truth: NDArray[Any] | None) -> NDArray[np.float64]:
    grey = np.where(np.isnan(state.astype(float)) | (state == 0), _UNKNOWN, np.where(state > 0, 1.0, 0.0))
    colours = np.repeat(grey[:, None], 3, axis=1)
    if truth is not None:
        colours[(state != 0) & ((state > 0) != (truth > 0))] = _WRONG
    return colours


def recall(
    stored: ArrayLike,
    cues: ArrayLike,
    recalled: ArrayLike,
    *,
    shape: tuple[int, int] | None = None,
) -> NDArray[Any]:
    """Stored patterns, cues and recalled states one under the other, wrong entries orange. Returns the axes, 3×C."""
    truth, own = _rows("stored", stored)
    shape = _shape(truth.shape[1], shape or own)
    parts = [truth, _rows("cues", cues)[0], _rows("recalled", getattr(recalled, "states", recalled))[0]]
    for name, part in zip(("cues", "recalled"), parts[1:]):
        if part.shape != truth.shape:
            raise ValueError(f"{name}: has shape {part.shape}, the stored patterns {truth.shape}")
    axes = _pyplot().subplots(3, len(truth), squeeze=False, figsize=(len(truth), 3))[1]
    for row, (part, name) in enumerate(zip(parts, ("stored", "cue", "recalled"))):
        for k in range(len(truth)):
            ax = axes[row, k]
            ax.imshow(_picture(part[k], truth[k]).reshape(*shape, 3), interpolation="nearest")
            ax.set_xticks([])
            ax.set_yticks([])
        axes[row, 0].set_ylabel(name)
    return axes
