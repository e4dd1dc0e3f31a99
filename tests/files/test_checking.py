"""What is taken in and what is refused, by content alone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clouddesk.files import archives, checking, pictures
from clouddesk.files.checking import check
from clouddesk.files.kinds import RefusedError
from tests.files import samples


def type_of(content: bytes) -> str:
    return check(SimpleUploadedFile("name.exe", content)).kind.content_type


ACCEPTED = {
    "png": (samples.picture("PNG"), "image/png"),
    "jpeg": (samples.picture("JPEG"), "image/jpeg"),
    "gif": (samples.picture("GIF"), "image/gif"),
    "moving gif": (samples.animation(), "image/gif"),
    "webp": (samples.picture("WEBP"), "image/webp"),
    "pdf": (samples.pdf(), "application/pdf"),
    "docx": (
        samples.office("word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": (samples.office("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "zip": (samples.archive({"trace.log": b"ORA-01555" * 500}), "application/zip"),
    "zip in a zip": (samples.nested(2), "application/zip"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + bytes(40), "application/vnd.rar"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(40), "application/x-7z-compressed"),
    "mp4": (b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2" + bytes(100), "video/mp4"),
    "utf-8 text": ("凭证断号：2026-11，𠮷野家".encode(), "text/plain"),
    "gb18030 log": ("数据库连接失败".encode("gb18030") * 200_000, "text/plain"),
    "text with a byte order mark": (b"\xef\xbb\xbfa,b\r\n1,2\r\n", "text/plain"),
    "utf-16 as Notepad writes it": ("断号凭证\r\n".encode("utf-16"), "text/plain"),
    "big-endian utf-16": (b"\xfe\xff" + "日志".encode("utf-16-be"), "text/plain"),
    "ofd": (samples.archive({"OFD.xml": b"<ofd:OFD/>"}), "application/ofd"),
    "xml": (b'<?xml version="1.0"?><voucher id="1"/>', "text/plain"),
    "a log that quotes a page": (b"12:00 GET / -> <html><body>error</body></html>\n", "text/plain"),
}


@pytest.mark.parametrize(("content", "expected"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_content_says_what_a_file_is(content: bytes, expected: str) -> None:
    assert type_of(content) == expected


PNG, GIF, JPEG, PDF = samples.picture("PNG"), samples.picture("GIF"), samples.picture("JPEG"), samples.pdf()
REFUSED = {
    "nothing": b"",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg behind a declaration": b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "svg by namespace": b'<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
    "html": b"<!DOCTYPE html><p>hello",
    "html behind spaces": b" \n\t<HTML><body>",
    "html behind a comment": b"<!-- a --><script>alert(1)</script>",
    "html behind a byte order mark": b"\xef\xbb\xbf<html>",
    "html in utf-16": "<html><script>".encode("utf-16"),
    "utf-16 with NUL": "前\0后".encode("utf-16"),
    "utf-16 of odd length": "日志".encode("utf-16") + b"x",
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET[0]);",
    "windows program": b"MZ\x90\0" + bytes(100),
    "linux program": b"\x7fELF\x02\x01" + bytes(100),
    "java class": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "text with NUL": b"before\0after",
    "noise": bytes(range(256)) * 20,
    "gif and javascript": b"GIF89a/*" + GIF[8:] + b"*/=1;alert(1)",
    "gif with a tail": GIF + b"alert(1)//;",
    "gif with a page in a comment": samples.animation().replace(b"three frames", b"<script>a();"),
    "png with a tail": PNG + b"PK\x03\x04",
    "png with a page inside": PNG[:-12] + b"\0\0\0\x10tEXt<html><script>a\0\0\0\0" + PNG[-12:],
    "png cut": PNG[:-20],
    "jpeg cut": JPEG[:-40],
    "jpeg with a page": JPEG[:-2] + b"<ScRiPt>alert(1)</script>" + JPEG[-2:],
    "png bomb": samples.png_bomb(),
    "gif of one byte more than its signature": b"GIF89a\0",
    "pdf and html": PDF[:9] + b"<html><script>alert(1)</script>" + PDF[9:],
    "pdf broken": b"%PDF-1.7\nnothing follows",
    "junk before a pdf": b"\x01\x02" + PDF,
    "zip bomb": samples.zip_bomb(),
    "zip in zip in zip in zip": samples.nested(5),
    "zip of too many": samples.archive({str(n): b"" for n in range(archives.MAX_ENTRIES + 1)}),
    "zip cut": samples.archive({"a.log": b"text" * 99})[:-30],
    "office installer": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_everything_else_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(RefusedError) as refusal:
        check(SimpleUploadedFile("report.png", content, "image/png"))
    assert str(refusal.value.reason)


def test_bombs_within_an_archive_count_together() -> None:
    bomb = samples.zip_bomb()
    with pytest.raises(RefusedError):
        check(SimpleUploadedFile("a.zip", samples.archive({"inner.txt": bomb, "note.txt": b"small"})))


def test_a_picture_says_its_size() -> None:
    finding = check(SimpleUploadedFile("a.png", samples.picture("PNG", (640, 480))))
    assert (finding.width, finding.height) == (640, 480)


def test_a_large_screenshot_is_no_bomb() -> None:
    assert pictures.MAX_PIXELS > 7680 * 4320


def test_the_file_is_left_at_its_beginning() -> None:
    file = SimpleUploadedFile("a.pdf", samples.pdf())
    check(file)
    assert file.tell() == 0


@pytest.mark.parametrize("offset", range(-16, 2))
def test_a_page_is_found_across_the_pieces_that_are_read(offset: int) -> None:
    filler = b"\0" * (checking.CHUNK + offset - len(PNG) + 12 - 8)
    chunk = (len(filler) + 14).to_bytes(4) + b"quIt" + filler + b"<!DOCTYPE html"
    content = PNG[:-12] + chunk + b"\0\0\0\0" + PNG[-12:]
    assert content.index(b"<!DOCTYPE") == checking.CHUNK + offset
    with pytest.raises(RefusedError):
        check(SimpleUploadedFile("a.png", content))
