"""Discrete Hopfield networks, trained to a proven optimum.

    >>> import attractor, numpy
    >>> patterns = numpy.random.default_rng(1).choice([-1, 1], size=(8, 40))
    >>> network = attractor.train(patterns)
    >>> network.wrong_bits, network.status
    (0, 'optimal')
    >>> bool((network.recall(patterns).states == patterns).all())
    True
"""

from ._attractor import Certificate, Network, Progress, Recall, Stability, Verdict, __version__, verify
from ._errors import AttractorError, CertificateError, FormatError, TrainingInterrupted, UnsupportedError
from ._train import train

__all__ = [
    "AttractorError",
    "Certificate",
    "CertificateError",
    "FormatError",
    "Network",
    "Progress",
    "Recall",
    "Stability",
    "TrainingInterrupted",
    "UnsupportedError",
    "Verdict",
    "__version__",
    "train",
    "verify",
]
