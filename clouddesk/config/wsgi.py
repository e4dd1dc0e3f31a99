"""The pages as a WSGI application; it refuses to start when a route has no declared permission."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from clouddesk.access import routes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clouddesk.config.settings")


class WholeInput:
    """The body of a request, which raises OSError when it ends before its declared length.

    Servers show a connection that broke as the end of the body. Half a form must never be taken for a short one.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Read exactly ``size`` bytes; Django never asks for more than was declared."""
        data: bytes = self._stream.read(size)
        while len(data) < size:
            more = self._stream.read(size - len(data))
            if not more:
                raise OSError("the request ended before its declared length")
            data += more
        return data

    def readline(self, size: int) -> bytes:
        """Nobody asks for lines: Django reads bodies in pieces."""
        raise NotImplementedError


def whole(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Let ``application`` see whole requests or none."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = WholeInput(environ["wsgi.input"])
        return application(environ, start_response)

    return answer


application = whole(get_wsgi_application())
routes()
