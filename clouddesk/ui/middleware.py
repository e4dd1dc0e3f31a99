"""What holds for every answer of a view."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from clouddesk.ui.errors import BAD_REQUEST, NOT_ALLOWED, answer

NUL = ("\x00", "%00")
KEPT = "private, no-cache"  # no proxy keeps a page, and a browser asks each time before it shows its copy


class Words:
    """Refuses addresses that hold a NUL, which no text in the database can hold, and gives bare refusals words.

    Of an answer that does not say who may keep it, only the person's own browser does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or refuse it."""
        response = self._answer(request)
        if response.status_code != HTTPStatus.NOT_MODIFIED:  # whose copy goes by what was said of it
            response.headers.setdefault("Cache-Control", KEPT)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if any(nul in request.path_info or nul in request.META.get("QUERY_STRING", "") for nul in NUL):
            return answer(request, BAD_REQUEST)
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED.status and not response.streaming and not response.content:
            words = answer(request, NOT_ALLOWED)
            words["Allow"] = response["Allow"]
            return words
        return response
