"""The ledger: results of cells in a file of JSON lines, each on disk before the next is waited for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np

from .. import AttractorError

try:
    import fcntl
except ImportError:  # Windows has no such locks: two writers are not told apart there.
    fcntl = None  # type: ignore[assignment]

FORMAT = "attractor-sweep-1"


class LedgerError(AttractorError):
    """A ledger of other work, one that another process writes, or a file that is none."""


def plain(value: Any) -> Any:
    """What JSON does not know of NumPy's: numbers, truth values and arrays."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is no JSON: give numbers, texts, truth values, lists and mappings of them")


def text(value: Any) -> str:
    """One line, the same for the same value: keys in order."""
    return json.dumps(value, default=plain, sort_keys=True, separators=(",", ":"))


class Ledger:
    """Results by cell; without a path they are kept in memory alone. The first line names the work; a line is written whole and synced to the disk.

    A line that a death left torn is at the end of the file and is cut off when the ledger is opened again.

        >>> import tempfile
        >>> path = tempfile.mktemp()
        >>> with Ledger(path, "squares") as ledger:
        ...     ledger.add(3, 9)
        >>> with Ledger(path, "squares") as ledger:
        ...     ledger.results
        {'3': 9}
    """

    def __init__(self, path: str | os.PathLike[str] | None, work: Any) -> None:
        self.results: dict[str, Any] = {}
        self._file: BinaryIO | None = None
        if path is None:
            return
        self.path = Path(path)
        self._file = file = open(self.path, "a+b")
        try:
            self._lock(file)
            self._read(file, {"format": FORMAT, "work": json.loads(text(work))})
        except BaseException:
            file.close()
            raise

    def add(self, cell: Any, result: Any) -> None:
        """Puts a result on disk."""
        if self._file is not None:
            self._write(self._file, {"cell": cell, "result": result})
        # As it will be read back: a resumed run gets the very same values.
        self.results[text(cell)] = json.loads(text(result))

    def close(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _lock(self, file: BinaryIO) -> None:
        if fcntl is None:
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LedgerError(f"{self.path}: another process writes this ledger; give each run its own") from error

    def _write(self, file: BinaryIO, record: Any) -> None:
        file.write(text(record).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())

    def _read(self, file: BinaryIO, head: dict[str, Any]) -> None:
        file.seek(0)
        content = file.read()
        whole = content[: content.rfind(b"\n") + 1]
        lines = whole.splitlines()
        if not lines:
            if content and not (text(head).encode() + b"\n").startswith(content):
                raise LedgerError(f"{self.path}: is no ledger; name another file")
            file.truncate(0)
            self._write(file, head)
            self._sync_folder()
            return
        found = self._record(lines[0], 1)
        if found.get("format") != FORMAT:
            raise LedgerError(f"{self.path}: is no ledger of {FORMAT}; name another file")
        if found != head:
            raise LedgerError(f"{self.path}: holds other work, {text(found.get('work'))}; name another file")
        file.truncate(len(whole))
        for number, line in enumerate(lines[1:], 2):
            record = self._record(line, number)
            if not record.keys() >= {"cell", "result"}:
                raise LedgerError(f"{self.path}: line {number} has no cell with a result")
            self.results[text(record["cell"])] = record["result"]

    def _record(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            record = json.loads(line)
        except ValueError as error:
            raise LedgerError(f"{self.path}: line {number} is no JSON; name another file, or remove the line") from error
        if not isinstance(record, dict):
            raise LedgerError(f"{self.path}: line {number} is no ledger's; name another file")
        return record

    def _sync_folder(self) -> None:
        """A new file's name is on disk, too."""
        if os.name != "posix":
            return
        folder = os.open(self.path.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
