"""What holds for every answer of a view."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clouddesk.ui.errors import BAD_REQUEST, NOT_ALLOWED, answer

NUL = ("\x00", "%00")


class Words:
    """Refuses addresses that hold a NUL, which no text in the database can hold, and gives bare refusals words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or refuse it."""
        if any(nul in request.path_info or nul in request.META.get("QUERY_STRING", "") for nul in NUL):
            return answer(request, BAD_REQUEST)
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED.status and not response.streaming and not response.content:
            words = answer(request, NOT_ALLOWED)
            words["Allow"] = response["Allow"]
            return words
        return response
