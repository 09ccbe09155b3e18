"""Recall as an ONNX model: `cues` (C×N of -1, 0 for unknown, +1; int8) in, `states` (C×N of -1 and +1; int8) out.

In onnxruntime and elsewhere it ends where `Network.recall` ends, because sums of weights on the grid are exact in every
order. Weights off the grid are refused, or warned of.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ._attractor import Network
from ._updates import checked_steps, checked_type, checked_update

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

# Loops, Where and MatMul as they are used here are the same from this version on.
_OPSET = 17
_IR_VERSION = 8


def export(
    network: Network,
    path: str | PathLike[str] | None = None,
    *,
    update: Literal["synchronous", "asynchronous"] | None = None,
    max_steps: int = 1000,
    off_grid: Literal["refuse", "warn"] = "refuse",
) -> ModelProto:
    """The model of this network's recall; written to `path` if one is given.

    Args:
        update: `asynchronous` (in the order of the neurons; default of symmetric couplings) or `synchronous`.
        max_steps: The most sweeps or steps.
        off_grid: `refuse` weights whose sums floating point rounds, or `warn`.

    Raises:
        UnsupportedError: Weights off the grid.
        ImportError: The package `onnx` is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise ImportError("attractor.onnx needs the package onnx: pip install onnx") from error
    synchronous = checked_update(network, update) == "synchronous"
    name = checked_type(network, off_grid)
    graph = _Graph(network, name, checked_steps(max_steps)).recall(synchronous)
    opset = onnx.helper.make_opsetid("", _OPSET)
    model = onnx.helper.make_model(graph, opset_imports=[opset], ir_version=_IR_VERSION, producer_name="attractor")
    onnx.checker.check_model(model, full_check=True)
    if path is not None:
        onnx.save(model, str(path))
    return model


class _Graph:
    """The parts of a recall's graph."""

    def __init__(self, network: Network, name: str, max_steps: int) -> None:
        from onnx import TensorProto, helper, numpy_helper

        self.helper = helper
        self.neurons = network.neurons
        self.real = {"float32": TensorProto.FLOAT, "float64": TensorProto.DOUBLE}[name]
        self.types = TensorProto
        numbers = np.dtype(name)
        constants: dict[str, Any] = {
            "weights_t": np.ascontiguousarray(network.weights.T).astype(numbers),
            "biases": network.biases.astype(numbers),
            "zero": np.zeros(1, numbers),
            "plus": np.ones(1, numbers),
            "minus": -np.ones(1, numbers),
            "neuron_numbers": np.arange(self.neurons, dtype=np.int64),
            "max_steps": np.array(max_steps, np.int64),
            # One more step tells whether the last state is in a cycle of two.
            "steps": np.array(max_steps + 1, np.int64),
            "neurons": np.array(self.neurons, np.int64),
            "yes": np.array(True),
            "second": np.array([1], np.int64),
        }
        self.numpy_helper = numpy_helper
        self.constants = constants

    def node(self, kind: str, inputs: list[str], output: str | list[str], **attributes: Any) -> NodeProto:
        outputs = output if isinstance(output, list) else [output]
        return self.helper.make_node(kind, inputs, outputs, **attributes)

    def states(self, name: str) -> Any:
        return self.helper.make_tensor_value_info(name, self.real, [None, self.neurons])

    def flags(self, name: str) -> Any:
        return self.helper.make_tensor_value_info(name, self.types.BOOL, [None, 1])

    def scalar(self, name: str, kind: int) -> Any:
        return self.helper.make_tensor_value_info(name, kind, [])

    def signs(self, fields: str, output: str) -> list[NodeProto]:
        """+1 where the field is above 0, else -1."""
        return [
            self.node("Greater", [fields, "zero"], f"{output}_up"),
            self.node("Where", [f"{output}_up", "plus", "minus"], output),
        ]

    def equal_rows(self, left: str, right: str, output: str) -> list[NodeProto]:
        """For each cue whether the two states are the same."""
        return [
            self.node("Equal", [left, right], f"{output}_entries"),
            self.node("Cast", [f"{output}_entries"], f"{output}_numbers", to=self.types.FLOAT),
            self.node("ReduceMin", [f"{output}_numbers"], f"{output}_least", axes=[1], keepdims=1),
            self.node("Cast", [f"{output}_least"], output, to=self.types.BOOL),
        ]

    def going_on(self, done: str, output: str) -> list[NodeProto]:
        """Whether some cue is not done."""
        return [
            self.node("Cast", [done], f"{output}_numbers", to=self.types.FLOAT),
            self.node("ReduceMin", [f"{output}_numbers"], f"{output}_least", keepdims=0),
            self.node("Cast", [f"{output}_least"], f"{output}_all", to=self.types.BOOL),
            self.node("Not", [f"{output}_all"], output),
        ]

    def recall(self, synchronous: bool) -> GraphProto:
        """Steps or sweeps until every cue is at a fixed point, in a cycle of two, or the limit is reached."""
        body = self.step() if synchronous else self.sweep()
        nodes = [
            self.node("Cast", ["cues"], "start", to=self.real),
            self.node("ReduceMax", ["start"], "row_max", axes=[1], keepdims=1),
            self.node("Sub", ["row_max", "row_max"], "row_zero"),
            self.node("Greater", ["row_zero", "zero"], "none_done"),
            self.node(
                "Loop",
                ["steps" if synchronous else "max_steps", "yes", "start", "start", "none_done"],
                ["last", "before_last", "all_done"],
                body=body,
            ),
            self.node("Cast", ["last"], "states", to=self.types.INT8),
        ]
        whole = lambda name: self.helper.make_tensor_value_info(name, self.types.INT8, ["cues", self.neurons])  # noqa: E731
        unused = ("neurons", "neuron_numbers", "second") if synchronous else ("steps",)
        kept = {key: value for key, value in self.constants.items() if key not in unused}
        constants = [self.numpy_helper.from_array(np.asarray(value), key) for key, value in kept.items()]
        return self.helper.make_graph(nodes, "recall", [whole("cues")], [whole("states")], constants)

    def body(self, nodes: list[NodeProto], name: str) -> GraphProto:
        """A loop's body over (state, the one before, done)."""
        nodes = [*nodes, *self.going_on("new_done", "go_on"), self.node("Identity", ["state"], "new_before")]
        inputs = [
            self.scalar("t", self.types.INT64),
            self.scalar("go", self.types.BOOL),
            self.states("state"),
            self.states("before"),
            self.flags("done"),
        ]
        outputs = [
            self.scalar("go_on", self.types.BOOL),
            self.states("new_state"),
            self.states("new_before"),
            self.flags("new_done"),
        ]
        return self.helper.make_graph(nodes, name, inputs, outputs)

    def step(self) -> GraphProto:
        """All neurons at once. A cycle of two ends at the first of its states that was reached."""
        nodes = [
            self.node("MatMul", ["state", "weights_t"], "sums"),
            self.node("Add", ["sums", "biases"], "fields"),
            *self.signs("fields", "next"),
            *self.equal_rows("next", "state", "fixed"),
            *self.equal_rows("next", "before", "comes_back"),
            self.node("Or", ["done", "fixed"], "stays"),
            self.node("Equal", ["t", "max_steps"], "at_limit"),
            self.node("Where", ["at_limit", "state", "next"], "onward"),
            self.node("Where", ["comes_back", "before", "onward"], "moved"),
            self.node("Where", ["stays", "state", "moved"], "new_state"),
            self.node("Or", ["stays", "comes_back"], "new_done"),
        ]
        return self.body(nodes, "step")

    def sweep(self) -> GraphProto:
        """One neuron after another."""
        inner = self.helper.make_graph(
            [
                self.node("Gather", ["weights_t", "i"], "row", axis=1),
                self.node("Unsqueeze", ["row", "second"], "column"),
                self.node("MatMul", ["inner_state", "column"], "sum"),
                self.node("Gather", ["biases", "i"], "bias"),
                self.node("Add", ["sum", "bias"], "field"),
                *self.signs("field", "sign"),
                self.node("Equal", ["neuron_numbers", "i"], "is_i"),
                self.node("Where", ["is_i", "sign", "inner_state"], "new_inner_state"),
                self.node("Identity", ["inner_go"], "inner_go_on"),
            ],
            "update",
            [self.scalar("i", self.types.INT64), self.scalar("inner_go", self.types.BOOL), self.states("inner_state")],
            [self.scalar("inner_go_on", self.types.BOOL), self.states("new_inner_state")],
        )
        nodes = [
            self.node("Loop", ["neurons", "yes", "state"], ["new_state"], body=inner),
            *self.equal_rows("new_state", "state", "new_done"),
        ]
        return self.body(nodes, "sweep")
