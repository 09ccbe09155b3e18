"""Recall in onnxruntime and PyTorch, where they are installed, ends where it ends here; pictures have axes."""

import numpy as np
import pytest

import attractor


def networks(random_patterns):
    """Symmetric and directed ones, with fixed points, cycles of two and longer ones."""
    patterns = random_patterns(9, 12)
    yield attractor.train(patterns, bias=True)
    yield attractor.train(patterns, weights="ternary", couplings="directed")
    rng = np.random.default_rng(5)
    yield attractor.Network.from_weights(np.triu(rng.integers(-3, 4, (12, 12)), 1), rng.integers(-1, 2, 12))
    yield attractor.Network.from_weights(rng.integers(-3, 4, (12, 12)), diagonal="drop")
    yield attractor.Network.from_weights(-np.ones((12, 12)), diagonal="drop")


CUES = np.random.default_rng(3).integers(-1, 2, (200, 12)).astype(np.int8)


@pytest.mark.parametrize("update", [None, "synchronous", "asynchronous"])
def test_onnx(random_patterns, update, tmp_path):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    from attractor.onnx import export

    for network in networks(random_patterns):
        for max_steps in (1, 2, 3, 50):
            model = export(network, tmp_path / "recall.onnx", update=update, max_steps=max_steps)
            assert model.graph.name == "recall"
            session = runtime.InferenceSession(str(tmp_path / "recall.onnx"), providers=["CPUExecutionProvider"])
            (states,) = session.run(None, {"cues": CUES})
            assert (states == network.recall(CUES, update=update, max_steps=max_steps).states).all()


@pytest.mark.parametrize("update", [None, "synchronous", "asynchronous"])
def test_torch(random_patterns, update, tmp_path):
    torch = pytest.importorskip("torch")
    from attractor.torch import Recall

    for network in networks(random_patterns):
        network.save(tmp_path / "network")
        for max_steps in (1, 2, 3, 50):
            module = Recall(tmp_path / "network", update=update, max_steps=max_steps)
            states = module(torch.from_numpy(CUES)).numpy()
            assert (states == network.recall(CUES, update=update, max_steps=max_steps).states).all()


def test_off_the_grid_is_refused_or_warned_of(random_patterns):
    pytest.importorskip("onnx")
    from attractor.onnx import export

    network = attractor.train(random_patterns(3, 12), rule="pseudo-inverse")
    with pytest.raises(attractor.UnsupportedError, match="off the grid"):
        export(network)
    with pytest.warns(UserWarning, match="off the grid"):
        export(network, off_grid="warn")
    exact = attractor.train(random_patterns(3, 12))
    for wrong, kind in [({"update": "never"}, ValueError), ({"max_steps": 0}, ValueError), ({"max_steps": 1.5}, TypeError), ({"off_grid": "x"}, ValueError)]:
        with pytest.raises(kind, match=f"^{next(iter(wrong))}: "):
            export(exact, **wrong)


def test_the_grid():
    from attractor._grid import exact_type

    def kind(*weights):
        row = np.array([0.0, *weights])
        matrix = np.zeros((len(row), len(row)))
        matrix[0] = row
        return exact_type(attractor.Network.from_weights(matrix))

    assert kind(0) == kind(1, 2, 3) == kind(2.0**-100, 2.0**-101) == "float32"
    assert kind(1, 2.0**-24) == kind(1, 2.0**-40) == "float64"
    assert kind(1, 2.0**-60) is None and kind(2.0**-300, 1) is None and kind(1e300, 1e300) is not None


def test_plots(random_patterns):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    from attractor import plot

    patterns = random_patterns(3, 12)
    network = attractor.train(patterns, rule="hebbian")
    ax = plot.weights(network)
    assert ax.get_xlabel() == "from neuron" and plot.weights(network, ax=ax) is ax
    cues = patterns.copy()
    cues[:, 0] *= -1
    cues[:, 1] = 0
    axes = plot.patterns(cues, shape=(3, 4), expected=patterns, columns=2)
    assert axes.shape == (2, 2)
    picture = axes[0, 0].images[0].get_array().reshape(12, 3)
    assert tuple(picture[0]) == plot._WRONG and tuple(picture[1]) == (0.6,) * 3 and set(picture[2:].flat) <= {0.0, 1.0}
    assert plot.recall(patterns, cues, network.recall(cues), shape=(3, 4)).shape == (3, 3)
    for wrong in ({"shape": (5, 5)}, {"expected": patterns[:2]}):
        with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: "):
            plot.patterns(cues, **wrong)
    pyplot.close("all")
