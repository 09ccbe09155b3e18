"""Discrete Hopfield networks, trained to a proven optimum.

    >>> import attractor, numpy
    >>> patterns = numpy.random.default_rng(1).choice([-1, 1], size=(8, 40))
    >>> network = attractor.train(patterns)
    >>> network.wrong_bits, network.status
    (0, 'optimal')
    >>> bool((network.recall(patterns).states == patterns).all())
    True
"""

from ._attractor import (
    Certificate,
    Classifier,
    Encoder,
    Network,
    Neuron,
    Progress,
    Recall,
    Stability,
    Verdict,
    __version__,
    read_table,
    verify,
)
from ._errors import AttractorError, CertificateError, FormatError, TrainingInterrupted, UnsupportedError
from ._train import join_neurons, train, train_neuron

__all__ = [
    "AttractorError",
    "Certificate",
    "CertificateError",
    "Classifier",
    "Encoder",
    "FormatError",
    "Network",
    "Neuron",
    "Progress",
    "Recall",
    "Stability",
    "TrainingInterrupted",
    "UnsupportedError",
    "Verdict",
    "__version__",
    "join_neurons",
    "read_table",
    "train",
    "train_neuron",
    "verify",
]
