"""The desktop and the pages that belong to no room."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from clouddesk.access import Access, access
from clouddesk.home.desktop import (
    COUNTED_TO,
    newest_solved,
    newest_unsolved,
    queues,
    unclaimed_for,
    waiting_for,
)
from clouddesk.home.searching import SearchForm, hits
from clouddesk.ui.assets import asset
from clouddesk.ui.context import THEME_COOKIE, THEMES
from clouddesk.ui.navigation import Part, parts_for

FOR_CUSTOMERS = (Access.PUBLIC, Access.MEMBER, Access.CUSTOMER)
YEAR_IN_SECONDS = 31_536_000


@access(Access.MEMBER)
def desktop(request: HttpRequest) -> HttpResponse:
    """The cloud desktop: a tile per part, what waits for me, the newest of my questions (staff: what nobody took)."""
    user = request.user
    context: dict[str, Any] = {
        "ask": Access.CUSTOMER.admits(user),
        "tiles": _tiles(user, parts_for(user)),
        "waiting": list(waiting_for(user)),
    }
    if context["ask"]:
        context |= {"solved": list(newest_solved(user)), "unsolved": list(newest_unsolved(user))}
    else:
        context["unclaimed"] = list(unclaimed_for(user))
    return render(request, "home/desktop.html", context)


@access(Access.PUBLIC)
def contact(request: HttpRequest) -> HttpResponse:
    """联系我们: the vendor's numbers and addresses, for visitors too."""
    return render(request, "home/contact.html")


@access(Access.MEMBER)
def search(request: HttpRequest) -> HttpResponse:
    """One search over everything that the person may read."""
    form = SearchForm(request.GET)
    form.full_clean()
    query = form.cleaned_data.get("q", "")
    page = form.cleaned_data.get("page") or 1
    context = {
        "form": form,
        "ask": Access.CUSTOMER.admits(request.user),
        "hits": hits(request.user, query, page) if query else None,
    }
    return render(request, "home/search.html", context)


@access(Access.STAFF)
def desk(request: HttpRequest) -> HttpResponse:
    """The staff's start page: how their queues stand, what waits for them, the parts of the desk."""
    user = request.user
    desks = [part for part in parts_for(user) if part.access not in FOR_CUSTOMERS and part.url_name != "home:desk"]
    context = {
        "queues": queues(user),
        "counted_to": COUNTED_TO,
        "waiting": list(waiting_for(user)),
        "unclaimed": list(unclaimed_for(user)),
        "tiles": _tiles(user, desks),
    }
    return render(request, "home/desk.html", context)


def _tiles(user: Any, parts: list[Part]) -> list[tuple[Part, int]]:
    return [(part, part.waiting(user) if part.waiting else 0) for part in parts]


@access(Access.PUBLIC, methods=("POST",))
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's theme in this browser."""
    response = HttpResponseRedirect(_page_before(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR_IN_SECONDS, samesite="Lax", secure=request.is_secure())
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


@access(Access.PUBLIC)
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon where browsers look for it when they show a file instead of a page."""
    return HttpResponseRedirect(asset("favicon.svg"))
