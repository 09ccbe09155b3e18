"""The class `Network`: recall against NumPy, files, pickles, what it says of itself."""

import copy
import pickle

import numpy as np
import pytest

import attractor


def sweep(network, state):
    """One asynchronous sweep; 0 is unknown."""
    state = state.astype(float)
    for i in range(len(state)):
        state[i] = 1 if network.weights[i] @ state + network.biases[i] > 0 else -1
    return state


def settle(network, state):
    while True:
        new = sweep(network, state)
        if (new == state).all():
            return new
        state = new


def test_recall_is_that_of_numpy(random_patterns):
    patterns = random_patterns(6, 30)
    network = attractor.train(patterns, rule="perceptron")
    cues = patterns * np.where(np.random.default_rng(3).random(patterns.shape) < 0.15, -1, 1)
    cues[:, :4] = 0
    recall = network.recall(cues)
    assert recall.states.dtype == np.int8 and recall.ends == ["fixed-point"] * 6
    expected = np.array([settle(network, cue) for cue in cues])
    assert (recall.states == expected).all()
    unknown = np.where(cues == 0, np.nan, cues)
    assert (network.recall(unknown, threads=1).states == expected).all()
    one = network.recall(cues[2])
    assert one.states.shape == (30,) and (one.states == expected[2]).all() and len(one) == 1
    pictures = network.recall(cues.reshape(6, 5, 6))
    assert pictures.states.shape == (6, 5, 6)


def test_dynamics(random_patterns):
    patterns = random_patterns(3, 20)
    network = attractor.train(patterns, couplings="directed", rule="hebbian")
    step = np.where(patterns @ network.weights.T > 0, 1, -1)
    once = network.recall(patterns, update="synchronous", max_steps=1)
    assert (once.states == step).all()
    assert set(network.recall(patterns, beta=0.5, max_steps=3).ends) == {"sampled"}
    same = [network.recall(-patterns, update="block:4", order="random", seed=5, threads=k).states for k in (1, 2)]
    assert (same[0] == same[1]).all()
    held = network.recall(-patterns, clamp=[0, 7])
    assert (held.states[:, [0, 7]] == -patterns[:, [0, 7]]).all()
    assert (held.cycle_lengths >= 1).all() and (held.steps >= 0).all()


def test_files_and_pickles(random_patterns, tmp_path):
    patterns = random_patterns(5, 12)
    network = attractor.train(patterns, bias=True)
    path = tmp_path / "net.safetensors"
    network.save(path)
    loaded = attractor.Network.load(path)
    assert loaded == network and loaded.wrong_bits == network.wrong_bits and loaded.report is None
    for again in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network)):
        assert again == network and again.report == network.report and repr(again) == repr(network)
        assert (again.weights == network.weights).all()
    with pytest.raises(attractor.CertificateError, match="no evidence"):
        loaded.certify()
    certificate = network.certify()
    assert pickle.loads(pickle.dumps(certificate)) == certificate
    certificate.save(tmp_path / "proof.json")
    assert attractor.Certificate.load(tmp_path / "proof.json") == certificate
    assert attractor.Certificate.from_bytes(bytes(certificate)) == certificate


def test_files_that_are_none(tmp_path):
    with pytest.raises(FileNotFoundError):
        attractor.Network.load(tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        attractor.Certificate.load(tmp_path / "none")
    (tmp_path / "bad").write_text("{}")
    with pytest.raises(attractor.FormatError, match="bad"):
        attractor.Network.load(tmp_path / "bad")
    with pytest.raises(attractor.FormatError, match="bad"):
        attractor.Certificate.load(tmp_path / "bad")
    with pytest.raises(OSError):
        attractor.train([[1, -1]], rule="hebbian").save(tmp_path / "no" / "folder")


def test_weights_are_read_only_and_shared(random_patterns):
    network = attractor.train(random_patterns(3, 10), rule="hebbian")
    assert network.weights is network.weights
    with pytest.raises(ValueError):
        network.weights[0, 1] = 3
    with pytest.raises(ValueError):
        network.biases[0] = 3


def test_weights_from_elsewhere(random_patterns):
    patterns = random_patterns(3, 10).astype(float)
    weights = patterns.T @ patterns
    with pytest.raises(ValueError, match="weights.*onto itself"):
        attractor.Network.from_weights(weights)
    network = attractor.Network.from_weights(weights, diagonal="drop")
    assert network.couplings == "symmetric" and network.wrong_bits is None
    assert (network.weights == weights - 3 * np.eye(10)).all()
    assert attractor.Network.from_weights(np.triu(weights, 1), np.ones(10)).couplings == "directed"
    with pytest.raises(ValueError, match="weights: have shape"):
        attractor.Network.from_weights(weights[:4])


def test_what_it_says(random_patterns):
    network = attractor.train(random_patterns(30, 8), couplings="directed")
    assert f"{network.wrong_bits} wrong bits, proven optimal" in repr(network)
    assert network.options["weights"] == "real" and network.seed == 0 and network.neurons == 8
    assert network.statistics["nodes"] >= 0 and set(network.report) >= {"gap", "margin", "per_neuron"}
    pictures = random_patterns(4, 12).reshape(4, 3, 4)
    assert attractor.train(pictures, rule="hebbian").shape == (3, 4)


def test_stability_and_radii(random_patterns):
    patterns = random_patterns(4, 16)
    network = attractor.train(patterns)
    stability = network.stability(patterns)
    aligned = patterns * (patterns @ network.weights.T)
    assert np.allclose(stability.aligned_fields, aligned)
    assert (stability.right == (aligned > 0)).all()
    assert np.allclose(stability.neuron_margins, aligned.min(0) / np.linalg.norm(network.weights, axis=1))
    assert stability.margin == pytest.approx(network.margin)
    radii = network.radii(patterns)
    assert (radii["flips"] <= radii["flips_synchronous"]).all()
    # No set of so many flipped entries breaks a bit: the worst one does not.
    inputs = patterns[:, None, :] * patterns[:, :, None] * network.weights
    worst = -np.sort(-inputs, axis=2)
    for mu, flips in enumerate(radii["flips"]):
        assert (aligned[mu] - 2 * np.clip(worst[mu, :, :flips], 0, None).sum(1) > 0).all()


def test_searched_radii(random_patterns):
    patterns = random_patterns(3, 11)
    network = attractor.train(patterns, rule="pseudo-inverse", ties="negative")
    sets, found = network.radii(patterns), network.radii(patterns, search=True)
    assert (sets["lost_flips_synchronous"] == -1).all() and not sets["stopped"].any() and not found["stopped"].any()
    for kind in ["flips", "erasures"]:
        for how in ["synchronous", "asynchronous"]:
            assert (sets[f"{kind}_{how}"] <= found[f"{kind}_{how}"]).all()
    # Every cue: the synchronous radius is exact.
    flipped = 1 - 2 * (np.arange(2**11)[:, None] >> np.arange(11) & 1)
    for mu, pattern in enumerate(patterns):
        recalled = network.recall(flipped * pattern, update="synchronous").states
        lost = (recalled != pattern).any(1)
        least = (flipped < 0).sum(1)[lost].min()
        assert found["flips_synchronous"][mu] == least - 1
        assert found["lost_flips_synchronous"][mu] == least
    stopped = network.radii(patterns, search=True, nodes=1, time_limit=10)
    assert stopped["stopped"].any() and (stopped["flips_synchronous"] >= sets["flips_synchronous"]).all()


def test_radii_are_searched_on_request_alone(random_patterns):
    patterns = random_patterns(2, 8)
    network = attractor.train(patterns, rule="hebbian")
    for name, options in [
        ("nodes", {"nodes": 5}),
        ("time_limit", {"time_limit": 5.0}),
        ("nodes", {"search": True, "nodes": 0}),
        ("time_limit", {"search": True, "time_limit": 0}),
    ]:
        with pytest.raises(ValueError, match=f"^{name}: "):
            network.radii(patterns, **options)
