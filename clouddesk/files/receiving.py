"""Takes in the files of a request: streamed to disk, bounded, and with a fault noted instead of an error raised.

A file that is too large, or that the disk has no room for, must not spoil the rest of the form: its part is read to
the end and dropped, and whoever handles the form finds the fault on the file and answers in words.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import tempfile
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import DatabaseError

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Fault(Enum):
    """Why a file could not be taken in."""

    TOO_LARGE = "too large"
    NO_SPACE = "no space"


class LostFile(SimpleUploadedFile):
    """Stands for a file of which nothing could be kept."""

    fault: Fault

    def __init__(self, name: str, fault: Fault) -> None:
        super().__init__(name, b"")
        self.fault = fault


class ReceivedFile(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """A file on the disk of the uploads that has no name there: however its request ends, nothing of it stays."""

    def __init__(self, name: str, content_type: str) -> None:
        Path(settings.UPLOAD_INCOMING).mkdir(mode=0o700, parents=True, exist_ok=True)
        place = tempfile.TemporaryFile(dir=settings.UPLOAD_INCOMING)  # noqa: SIM115  # closed with the request
        super().__init__(place, name, content_type, 0)
        self.digest = hashlib.sha256()

    def take(self, piece: bytes) -> None:
        """Append a piece; it is digested while it is at hand, which saves reading the file once more."""
        self.write(piece)
        self.digest.update(piece)


class BoundedUploadHandler(FileUploadHandler):
    """Streams every file to disk, up to ``settings.UPLOAD_MAX_BYTES`` each."""

    _file: ReceivedFile | None = None
    _fault: Fault | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a temporary place for the next file."""
        super().new_file(*args, **kwargs)
        self._fault = None
        if not self._from_somebody:
            return
        with self._faults():
            self._file = ReceivedFile(self.file_name or "", self.content_type or "")

    @cached_property
    def _from_somebody(self) -> bool:
        """Whether the sender is signed in. Visitors have nothing to send: even for a moment it would fill the disk."""
        try:
            user = getattr(self.request, "user", None)
            return user is not None and user.is_authenticated
        except DatabaseError:
            return False  # the view will find that out, and say it once the request is read

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write one piece, unless the file has a fault already."""
        if self._file is None:
            return
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self._drop(Fault.TOO_LARGE)
            return
        with self._faults():
            self._file.take(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """The file, or what stands for it when it has a fault."""
        with self._faults():
            if self._file is not None:
                self._file.flush()
        received, self._file = self._file, None
        if received is None:
            return LostFile(self.file_name or "", self._fault or Fault.NO_SPACE)
        received.seek(0)
        received.size = file_size
        return received

    def upload_interrupted(self) -> None:
        """The sender went away: nothing stays."""
        self._drop(None)

    @contextlib.contextmanager
    def _faults(self) -> Any:
        try:
            yield
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            self._drop(Fault.NO_SPACE)

    def _drop(self, fault: Fault | None) -> None:
        self._fault = fault
        dropped, self._file = self._file, None
        if dropped is not None:
            # What is still buffered cannot be written, which closing would complain of.
            with contextlib.suppress(OSError):
                dropped.close()


def sha256_of(file: UploadedFile[Any]) -> str:
    """The digest of ``file``."""
    if isinstance(file, ReceivedFile):
        return file.digest.hexdigest()
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def fault_of(file: UploadedFile[Any]) -> Fault | None:
    """What kept ``file`` from being taken in, if anything did."""
    return getattr(file, "fault", None)
