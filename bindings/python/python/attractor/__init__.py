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
    DenseMemory,
    Encoder,
    ExperimentProgress,
    Network,
    Neuron,
    Progress,
    Recall,
    Stability,
    Verdict,
    __version__,
    bundled_patterns,
    cliques,
    damage,
    random_patterns,
    read_cues,
    read_patterns,
    read_table,
    rules,
    verify,
    write_cues,
    write_patterns,
)
from ._errors import (
    AttractorError,
    CertificateError,
    ExperimentInterrupted,
    FormatError,
    TrainingInterrupted,
    UnsupportedError,
)
from ._experiments import capacity, compare, guaranteed_radii, reproduce
from ._train import join_neurons, train, train_neuron, write_program

__all__ = [
    "AttractorError",
    "Certificate",
    "CertificateError",
    "Classifier",
    "DenseMemory",
    "Encoder",
    "ExperimentInterrupted",
    "ExperimentProgress",
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
    "bundled_patterns",
    "capacity",
    "cliques",
    "compare",
    "damage",
    "guaranteed_radii",
    "join_neurons",
    "random_patterns",
    "read_cues",
    "read_patterns",
    "read_table",
    "reproduce",
    "rules",
    "train",
    "train_neuron",
    "verify",
    "write_cues",
    "write_patterns",
    "write_program",
]
