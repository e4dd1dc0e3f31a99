"""Zip archives, and the Office documents that are zip archives: nothing may unfold beyond bounds."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Any

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from clouddesk.files.kinds import DOCX, OFD, PPTX, XLSX, ZIP, Kind, RefusedError

MEBIBYTE = 1024 * 1024
MAX_ENTRIES = 2000
MAX_EXPANDED = 1024 * MEBIBYTE  # what an archive says that it unfolds to
MAX_RATIO, RATIO_FROM = 200, 32 * MEBIBYTE  # small archives of repetitive logs exceed the ratio honestly
MAX_NESTING = 2
MAX_INNER = 64 * MEBIBYTE  # what is unfolded here to look into archives inside
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "xl/workbook.bin": XLSX, "ppt/presentation.xml": PPTX}
ENCRYPTED = 0x1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}


@dataclass
class _Budget:
    entries: int = MAX_ENTRIES
    expanded: int = MAX_EXPANDED
    inner: int = MAX_INNER


def examine(file: File[Any]) -> Kind:
    """Say whether the archive is an Office document or a plain one; raises RefusedError."""
    try:
        names = _inspect(file, file.size or 0, _Budget(), depth=0)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise RefusedError(_("压缩包或 Office 文件已损坏，无法打开")) from error
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in MAIN_PARTS.items() if part in names), ZIP)
    return ZIP


def _inspect(file: IO[bytes] | File[Any], size: int, budget: _Budget, depth: int) -> set[str]:
    if depth > MAX_NESTING:
        raise RefusedError(_("压缩包套了太多层，请直接上传里面的文件"))
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        expanded = sum(entry.file_size for entry in entries)
        budget.entries -= len(entries)
        budget.expanded -= expanded
        if budget.entries < 0:
            raise RefusedError(_("压缩包里的文件太多（超过 2000 个）"))
        if budget.expanded < 0 or (expanded > RATIO_FROM and expanded > MAX_RATIO * size):
            raise RefusedError(_("压缩包展开后过大"))
        for entry in entries:
            # What is encrypted or packed in a way unknown here cannot be looked into, nor can it do harm here.
            if not entry.is_dir() and not entry.flag_bits & ENCRYPTED and entry.compress_type in METHODS:
                _look_inside(archive, entry, budget, depth)
        return {entry.filename for entry in entries}


def _look_inside(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget, depth: int) -> None:
    """Follow an archive within the archive, whatever it is called."""
    with archive.open(entry) as inner:
        head = inner.read(4)
        if head != b"PK\x03\x04":
            return
        budget.inner -= entry.file_size
        if budget.inner < 0:
            raise RefusedError(_("压缩包里的压缩包过大，请分开上传"))
        with tempfile.SpooledTemporaryFile(max_size=MEBIBYTE) as copy:
            copy.write(head)
            while chunk := inner.read(MEBIBYTE):
                copy.write(chunk)
            copy.seek(0)
            _inspect(copy, entry.file_size, budget, depth + 1)
