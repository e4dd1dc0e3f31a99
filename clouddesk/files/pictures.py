"""Pictures: PNG, JPEG, GIF and WebP that end where their format says they end."""

from __future__ import annotations

import warnings
from typing import Any

from django.core.files import File
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from clouddesk.files.kinds import GIF, JPEG, PNG, WEBP, Kind, RefusedError

SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF")
KINDS = {"PNG": PNG, "JPEG": JPEG, "MPO": JPEG, "GIF": GIF, "WEBP": WEBP}
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # MPO is a JPEG with further pictures behind it
MAX_PIXELS = 50_000_000  # a browser needs 4 bytes of memory for each, whatever the file's size


def examine(file: File[Any]) -> tuple[Kind, int, int]:
    """The kind of picture with its width and height; raises RefusedError."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=FORMATS)
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise RefusedError(_("图片太大，超过 5000 万像素"))
        kind = KINDS[str(picture.format)]
        picture.verify()
    except Image.DecompressionBombError as error:
        raise RefusedError(_("图片太大，超过 5000 万像素")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise RefusedError(_("图片已损坏，无法打开")) from error
    if not _ends_well(file, kind):
        raise RefusedError(_("图片不完整，或者后面附有别的内容"))
    return kind, width, height


def _ends_well(file: File[Any], kind: Kind) -> bool:
    if kind is PNG:
        return _png_end(file) == file.size
    if kind is WEBP:
        file.seek(4)
        declared = int.from_bytes(file.read(4), "little") + 8
        return file.size in (declared, declared + 1)
    if kind is GIF:
        return _gif_end(file) == file.size
    return _jpeg_is_whole(file)


def _png_end(file: File[Any]) -> int:
    """The position behind the last chunk (PNG, section 5.3); -1 when there is none."""
    file.seek(8)
    while len(header := file.read(8)) == 8:
        file.seek(int.from_bytes(header[:4]) + 4, 1)
        if header[4:] == b"IEND":
            return int(file.tell())
    return -1


def _jpeg_is_whole(file: File[Any]) -> bool:
    """Cameras and phones add their own data behind the end marker, so only its presence is asked for."""
    file.seek(max(0, (file.size or 0) - 2))
    if file.read(2) == b"\xff\xd9":
        return True
    file.seek(0)
    tail = b""
    while chunk := file.read(1024 * 1024):
        if b"\xff\xd9" in tail + chunk:
            return True
        tail = chunk[-1:]
    return False


def _gif_end(file: File[Any]) -> int:
    """The position behind the trailer, found by walking the blocks (GIF89a, section 17 on); -1 when there is none."""
    file.seek(10)
    flags = file.read(1)[0]
    file.seek(13 + _color_table(flags))
    while block := file.read(1):
        if block == b";":
            return int(file.tell())
        if block == b"!":
            file.read(1)
        elif block == b",":
            descriptor = file.read(9)
            if len(descriptor) < 9:
                return -1
            file.seek(_color_table(descriptor[8]) + 1, 1)
        else:
            return -1
        while size := file.read(1):
            if size == b"\0":
                break
            file.seek(size[0], 1)
    return -1


def _color_table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
