"""The exceptions of this package; the compiled module raises them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._attractor import Network
    from ._types import Capacity, Comparison, Results


class AttractorError(Exception):
    """What this package cannot do."""


class UnsupportedError(AttractorError):
    """A rule cannot honour what was asked for, and does not ignore it."""


class FormatError(AttractorError):
    """A file that is not what it should be."""


class CertificateError(AttractorError):
    """There is no evidence for a certificate."""


class TrainingInterrupted(KeyboardInterrupt):
    """Ctrl-C ended a training; `network` is the best so far, with what is proven of it."""

    network: Network


class ExperimentInterrupted(KeyboardInterrupt):
    """Ctrl-C ended an experiment; `table` has the columns of what is finished."""

    table: Capacity | Comparison | Results


for _error in (
    AttractorError,
    UnsupportedError,
    FormatError,
    CertificateError,
    TrainingInterrupted,
    ExperimentInterrupted,
):
    _error.__module__ = "attractor"
del _error
