"""The local directory of uploads, written so that what was acknowledged is still there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """Saves a file, and returns only when it and its name are on the disk."""

    def _save(self, name: str, content: File[Any]) -> str:
        saved = str(super()._save(name, content))  # type: ignore[misc]  # left out of the stubs
        path = Path(self.path(saved))
        _flush(path)
        for folder in (path.parent, *path.parent.parents):
            _flush(folder)
            if folder == Path(self.base_location).resolve():
                break
        return saved


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
