"""Plain text and logs: UTF-8, GB18030 or UTF-16 with its mark, and neither page nor SVG nor script."""

from __future__ import annotations

import codecs
import re
from typing import Any

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from clouddesk.files.kinds import TEXT, Kind, RefusedError

CHUNK = 1024 * 1024
# Tab, line ends, form feed, and the escape of coloured logs.
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b")
WIDE_CONTROLS = re.compile(f"[{re.escape(CONTROLS.decode())}]")
PAGE = re.compile(
    rb"<(?:!doctype|html|head|body|svg|script|iframe|object|embed|img|a|p|div|style|\?php|%)[\s>/@=]", re.I
)
FOREIGN_XML = (b"<svg", b"<html", b"http://www.w3.org/2000/svg", b"http://www.w3.org/1999/xhtml")
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"!<arch>", b"dex\n")


def examine(file: File[Any], head: bytes) -> Kind:
    """Accept text; raises RefusedError for whatever is not."""
    if head.startswith(PROGRAMS):
        raise RefusedError(_("不能上传程序"))
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if wide:  # as Notepad and SQL Server write it
        head = head.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"#!"):
        raise RefusedError(_("不能上传脚本"))
    if PAGE.match(start) or start.startswith(b"<!--"):
        raise RefusedError(_("不能上传网页、SVG 或脚本"))
    if start[:5].lower() == b"<?xml" and any(mark in head.lower() for mark in FOREIGN_XML):
        raise RefusedError(_("不能上传网页、SVG 或脚本"))
    if not any(_decodes(file, encoding) for encoding in (["utf-16"] if wide else ["utf-8", "gb18030"])):
        raise RefusedError(_("不支持这种文件"))
    return TEXT


def _decodes(file: File[Any], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            # Bytes are searched much faster than characters, but in UTF-16 they are not the characters.
            if WIDE_CONTROLS.search(text) if encoding == "utf-16" else chunk != chunk.translate(None, CONTROLS):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
