"""The desktop and the pages that belong to no room."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clouddesk.access import Access, access
from clouddesk.ui.context import THEME_COOKIE, THEMES
from clouddesk.ui.navigation import parts_for

YEAR_IN_SECONDS = 31_536_000


@access(Access.MEMBER)
def desktop(request: HttpRequest) -> HttpResponse:
    """The cloud desktop: a tile per part, what waits for me, the newest of my questions."""
    tiles = [(part, part.waiting(request.user) if part.waiting else 0) for part in parts_for(request.user)]
    return render(request, "home/desktop.html", {"tiles": tiles})


@access(Access.PUBLIC)
def contact(request: HttpRequest) -> HttpResponse:
    """联系我们."""
    return render(request, "home/contact.html")


@access(Access.MEMBER)
def search(request: HttpRequest) -> HttpResponse:
    """One search over everything that the person may read."""
    return render(request, "home/search.html")


@access(Access.STAFF)
def desk(request: HttpRequest) -> HttpResponse:
    """The staff's start page."""
    return render(request, "home/desk.html")


@access(Access.PUBLIC, methods=("POST",))
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's theme in this browser."""
    response = HttpResponseRedirect(_page_before(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR_IN_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _page_before(request: HttpRequest) -> str:
    page = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return page
    return reverse("home:desktop")


@access(Access.PUBLIC)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines have nothing to find here."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")
