"""The kinds of file that are accepted, and how a refusal is worded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

ACCEPTED = _("可以上传图片（PNG、JPG、GIF、WebP）、PDF、Office 文档、压缩包（ZIP、RAR、7Z）、文本和日志、MP4 视频")


@dataclass(frozen=True)
class Kind:
    """A kind of file: its media type, and the name endings that fit it, the usual one first."""

    content_type: str
    endings: tuple[str, ...]


PICTURE_ENDINGS = ("png", "jpg", "jpeg", "gif", "webp")
OFFICE = "application/vnd.openxmlformats-officedocument"

PNG = Kind("image/png", ("png",))
JPEG = Kind("image/jpeg", ("jpg", "jpeg"))
GIF = Kind("image/gif", ("gif",))
WEBP = Kind("image/webp", ("webp",))
PDF = Kind("application/pdf", ("pdf",))
DOCX = Kind(f"{OFFICE}.wordprocessingml.document", ("docx", "docm"))
XLSX = Kind(f"{OFFICE}.spreadsheetml.sheet", ("xlsx", "xlsm"))
PPTX = Kind(f"{OFFICE}.presentationml.presentation", ("pptx", "pptm"))
OFD = Kind("application/ofd", ("ofd",))  # GB/T 33190: invoices and official documents in China
DOC = Kind("application/msword", ("doc", "wps"))
XLS = Kind("application/vnd.ms-excel", ("xls", "et"))
PPT = Kind("application/vnd.ms-powerpoint", ("ppt", "dps"))
ZIP = Kind("application/zip", ("zip",))
RAR = Kind("application/vnd.rar", ("rar",))
SEVEN_ZIP = Kind("application/x-7z-compressed", ("7z",))
MP4 = Kind("video/mp4", ("mp4", "m4v", "mov"))
WEBM = Kind("video/webm", ("webm",))
TEXT = Kind("text/plain", ("txt", "log", "csv", "sql", "xml", "json", "ini", "conf", "properties", "md", "trc"))


class RefusedError(Exception):
    """A file that is not accepted; ``reason`` says why, in words that fit into a sentence."""

    def __init__(self, reason: Any) -> None:
        super().__init__(reason)
        self.reason = reason
