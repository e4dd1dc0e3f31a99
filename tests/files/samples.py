"""Files, honest and hostile, made on the spot."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import pypdfium2
from PIL import Image


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, (20, 120, 90)).save(content, kind)
    return content.getvalue()


def animation() -> bytes:
    content = BytesIO()
    frames = [Image.new("RGB", (40, 30), (shade, shade, 90)) for shade in (10, 90, 200)]
    frames[0].save(content, "GIF", save_all=True, append_images=frames[1:], comment=b"three frames")
    return content.getvalue()


def pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 300)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return content.getvalue()


def office(part: str) -> bytes:
    return archive({"[Content_Types].xml": b"<Types/>", part: b"<document/>"})


def png_bomb() -> bytes:
    """A few bytes that unfold to 30,000 x 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (3751 * 2000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    """80 MB of zeros in less than 100 kB."""
    return archive({"data.log": bytes(80 * 1024 * 1024)})


def nested(depth: int) -> bytes:
    content = b"plain"
    for level in range(depth):
        content = archive({f"level{level}.dat": content})
    return content
