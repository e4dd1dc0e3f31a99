"""What an uploaded file is, read from its content and never from its name, and whether it is accepted.

Only what is listed here gets in, and each kind is confirmed by a parser of that format (Pillow, PDFium, zipfile,
olefile): a library that merely names types by their first bytes would add guesses, not safety.
Files are kept byte for byte as they were sent, so that what support sees is what the customer had.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import olefile
import pypdfium2
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from clouddesk.files import archives, pictures, texts
from clouddesk.files.kinds import DOC, MP4, PDF, PPT, RAR, SEVEN_ZIP, WEBM, XLS, Kind, RefusedError

HEAD = 4096
SNIFFED = 1024  # as far as browsers look when they guess a type
# The case is ignored behind the first character alone, so that the search can leap from one to the next.
ACTIVE = re.compile(rb"<(?i:script|html|!doctype html|svg|iframe|\?php)")
LONGEST_ACTIVE = len(b"<!doctype html")
CHUNK = 1024 * 1024
PDFIUM = threading.Lock()  # the library may be entered by one thread at a time
OLE_STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
MP4_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"qt  ",
    b"3gp4",
    b"3gp5",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a file turned out to be; pictures have a size in pixels."""

    kind: Kind
    width: int | None = None
    height: int | None = None


def check(file: File[Any]) -> Finding:
    """Say what ``file`` is; raises RefusedError, with words for its sender, when it is not accepted."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise RefusedError(_("文件是空的（0 字节）"))
    finding = _finding(file, head)
    file.seek(0)
    return finding


def _finding(file: File[Any], head: bytes) -> Finding:
    if head.startswith(pictures.SIGNATURES):
        _refuse_active(file)
        kind, width, height = pictures.examine(file)
        return Finding(kind=kind, width=width, height=height)
    for signature, examine in EXAMINERS:
        if head.startswith(signature):
            return Finding(kind=examine(file, head))
    if head[4:8] == b"ftyp":
        return Finding(kind=_mp4(file, head))
    return Finding(kind=texts.examine(file, head))


def _pdf(file: File[Any], head: bytes) -> Kind:
    if ACTIVE.search(head[:SNIFFED]):
        raise RefusedError(_("PDF 文件里混有网页代码"))
    file.seek(0)
    try:
        with PDFIUM, pypdfium2.PdfDocument(file, autoclose=False) as document:
            pages = len(document)
    except pypdfium2.PdfiumError as error:
        # One that asks for a password is whole; whoever may read it knows the password.
        if "password" in str(error).lower():
            return PDF
        raise RefusedError(_("PDF 文件已损坏，无法打开")) from error
    if not pages:
        raise RefusedError(_("PDF 文件里没有页面"))
    return PDF


def _ole(file: File[Any], head: bytes) -> Kind:
    """Word, Excel or PowerPoint before 2007. Installers (msi) use the same container and are refused."""
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as document:
            for stream, kind in OLE_STREAMS.items():
                if document.exists(stream):
                    return kind
    except (OSError, ValueError, IndexError) as error:
        raise RefusedError(_("Office 文件已损坏，无法打开")) from error
    raise RefusedError(_("不支持这种文件"))


def _mp4(file: File[Any], head: bytes) -> Kind:
    if head[8:12] not in MP4_BRANDS:
        raise RefusedError(_("不支持这种视频或图片"))
    return MP4


def _webm(file: File[Any], head: bytes) -> Kind:
    if b"webm" not in head[:64]:
        raise RefusedError(_("不支持这种视频"))
    return WEBM


def _as(kind: Kind) -> Callable[[File[Any], bytes], Kind]:
    return lambda file, head: kind


EXAMINERS: tuple[tuple[bytes, Callable[[File[Any], bytes], Kind]], ...] = (
    (b"%PDF-", _pdf),
    (b"PK\x03\x04", lambda file, head: archives.examine(file)),
    (olefile.MAGIC, _ole),
    # Nothing here or on the server ever opens these two: they are stored and handed out as they came.
    (b"Rar!\x1a\x07", _as(RAR)),
    (b"7z\xbc\xaf\x27\x1c", _as(SEVEN_ZIP)),
    (b"\x1a\x45\xdf\xa3", _webm),
)


def _refuse_active(file: File[Any]) -> None:
    """Refuse a picture that carries the code of a page, wherever in it: it was made to be taken for one."""
    file.seek(0)
    tail = b""
    while chunk := file.read(CHUNK):
        if ACTIVE.search(chunk) or ACTIVE.search(tail + chunk[:LONGEST_ACTIVE]):
            raise RefusedError(_("图片里混有网页代码"))
        tail = chunk[-LONGEST_ACTIVE:]
