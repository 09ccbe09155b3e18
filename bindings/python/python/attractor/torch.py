"""Recall as a `torch.nn.Module`: it ends where `Network.recall` ends, on any device, because sums of weights on the grid are
exact in every order."""

from __future__ import annotations

from os import PathLike
from typing import Literal

import numpy as np

from ._attractor import Network
from ._updates import checked_steps, checked_type, checked_update

try:
    import torch
except ImportError as error:
    raise ImportError("attractor.torch needs PyTorch: pip install torch") from error


class Recall(torch.nn.Module):
    """Takes C×N cues of -1, 0 (unknown) and +1 to C×N states of -1 and +1, of the cues' type.

    Args:
        network: A network, or the path of a network file.
        update: `asynchronous` (in the order of the neurons; default of symmetric couplings) or `synchronous`.
        max_steps: The most sweeps or steps.
        off_grid: `refuse` weights whose sums floating point rounds, or `warn`.
    """

    def __init__(
        self,
        network: Network | str | PathLike[str],
        *,
        update: Literal["synchronous", "asynchronous"] | None = None,
        max_steps: int = 1000,
        off_grid: Literal["refuse", "warn"] = "refuse",
    ) -> None:
        super().__init__()
        if not isinstance(network, Network):
            network = Network.load(network)
        self.synchronous = checked_update(network, update) == "synchronous"
        self.max_steps = checked_steps(max_steps)
        kind = np.dtype(checked_type(network, off_grid))
        self.register_buffer("weights", torch.from_numpy(network.weights.astype(kind)))
        self.register_buffer("biases", torch.from_numpy(network.biases.astype(kind)))

    def forward(self, cues: torch.Tensor) -> torch.Tensor:
        state = cues.to(self.weights.dtype)
        last = self._steps(state) if self.synchronous else self._sweeps(state)
        return last.to(cues.dtype)

    def _signs(self, fields: torch.Tensor) -> torch.Tensor:
        return (fields > 0).to(fields.dtype) * 2 - 1

    def _steps(self, state: torch.Tensor) -> torch.Tensor:
        before = state
        done = torch.zeros(len(state), 1, dtype=torch.bool, device=state.device)
        # One more step tells whether the last state is in a cycle of two.
        for step in range(self.max_steps + 1):
            new = self._signs(state @ self.weights.T + self.biases)
            fixed = (new == state).all(dim=1, keepdim=True)
            # A cycle of two ends at the first of its states that was reached.
            comes_back = (new == before).all(dim=1, keepdim=True)
            stays = done | fixed
            onward = state if step == self.max_steps else new
            before, state = state, torch.where(stays, state, torch.where(comes_back, before, onward))
            done = stays | comes_back
            if bool(done.all()):
                break
        return state

    def _sweeps(self, state: torch.Tensor) -> torch.Tensor:
        for _ in range(self.max_steps):
            new = state.clone()
            for i in range(len(self.biases)):
                new[:, i] = self._signs(new @ self.weights[i] + self.biases[i])
            if bool((new == state).all()):
                break
            state = new
        return state
