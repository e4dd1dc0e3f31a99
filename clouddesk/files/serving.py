"""Hands a stored file out, whole or in part, in a way in which no browser mistakes it for a page of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from clouddesk.files.models import Upload

CHUNK = 256 * 1024
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")  # longer numbers are of no file, and dear to read
INERT = "default-src 'none'; sandbox"


def serve(request: HttpRequest, upload: Upload) -> HttpResponseBase:
    """The file: pictures and PDF in place, everything else (or all, with ``?download``) to be saved. Ranges work."""
    etag = quote_etag(upload.sha256)
    response: HttpResponseBase = get_conditional_response(request, etag=etag) or _content(request, upload, etag)
    response.headers["ETag"] = etag
    # The browser may keep its copy, but asks each time, so that who may read it is decided each time.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _content(request: HttpRequest, upload: Upload, etag: str) -> HttpResponseBase:
    part = _part(request, upload.size, etag)
    if part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{upload.size}"})
    start, stop = part
    partial = (start, stop) != (0, upload.size)
    body = _pieces(upload.file.open("rb"), start, stop) if request.method == "GET" else ()
    response = StreamingHttpResponse(body, content_type=upload.content_type, status=206 if partial else 200)
    response.headers["Content-Length"] = str(stop - start)
    if partial:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{upload.size}"
    shown = (upload.is_picture or upload.content_type == "application/pdf") and "download" not in request.GET
    response.headers["Content-Disposition"] = content_disposition_header(not shown, upload.name) or ""
    return response


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The asked-for bytes as [start, stop): all unless one range is asked for, None when it lies outside."""
    match = RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if match is None or match[0] == "bytes=-" or request.headers.get("if-range", etag) != etag:
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    return (start, stop) if start < stop else None


def _pieces(file: Any, start: int, stop: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = stop - start
        while left and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
