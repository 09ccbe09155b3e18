"""Single neurons, and the network that they make."""

import pickle

import numpy as np
import pytest

import attractor


def test_neurons_make_the_network(random_patterns):
    patterns = random_patterns(24, 8)
    neurons = [attractor.train_neuron(patterns, i, seed=3) for i in range(8)]
    whole = attractor.train(patterns, couplings="directed")
    for i, neuron in enumerate(neurons):
        fields = patterns @ neuron.weights + neuron.bias
        assert neuron.wrong_bits == (fields * patterns[:, i] <= 0).sum() == whole.per_neuron["wrong_bits"][i]
        assert neuron.status == "optimal" and neuron.index == i and neuron.weights[i] == 0
        assert attractor.verify(neuron.network, patterns, neuron.network.certify()).lower_bound == neuron.lower_bound
    joined = attractor.join_neurons(patterns, neurons[::-1], seed=3)
    assert (joined.wrong_bits, joined.status) == (whole.wrong_bits, "optimal")
    assert (joined.weights[5] == neurons[5].weights).all()
    assert attractor.verify(joined, patterns, joined.certify()).optimal
    travelled = pickle.loads(pickle.dumps(neurons))
    assert travelled == neurons and attractor.join_neurons(patterns, travelled, seed=3) == joined
    with pytest.raises(attractor.CertificateError):
        attractor.join_neurons(patterns, travelled).certify()


def test_neurons_that_do_not_fit(random_patterns):
    patterns = random_patterns(5, 4)
    neurons = [attractor.train_neuron(patterns, i, weights="ternary", bias=True) for i in range(4)]
    for wrong, message in [(neurons[:3], "missing"), (neurons + neurons[:1], "twice")]:
        with pytest.raises(ValueError, match=f"^neurons: .*{message}"):
            attractor.join_neurons(patterns, wrong)
    with pytest.raises(ValueError, match="other patterns"):
        attractor.join_neurons(-patterns, neurons)
    for index, kind in [(4, ValueError), (-1, ValueError), (1.0, TypeError)]:
        with pytest.raises(kind, match="^neuron: "):
            attractor.train_neuron(patterns, index)
    assert set(np.unique([neuron.weights for neuron in neurons])) <= {-1, 0, 1}
