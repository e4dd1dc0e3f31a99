"""Who may call which page: every view declares it, and a view that does not cannot be served.

A page asks with ``@access(Access.STAFF)``; objects are a second matter: what a person may see of them stands in each
model's ``visible_to(user)``, and a forbidden object answers like a missing one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Access(StrEnum):
    """The circles of people that a route can be declared for (spec 1). A supervisor belongs to every staff circle."""

    PUBLIC = "public"
    MEMBER = "member"
    CUSTOMER = "customer"
    STAFF = "staff"
    CONSULTANT = "consultant"
    ENGINEER = "engineer"
    EDITOR = "editor"
    SUPERVISOR = "supervisor"

    def admits(self, user: Any) -> bool:
        """Say whether ``user`` (a person or Django's AnonymousUser) belongs to this circle."""
        if self is Access.PUBLIC:
            return True
        if user is None or not user.is_authenticated:
            return False
        if self is Access.MEMBER:
            return True
        if self is Access.CUSTOMER:
            return bool(user.is_customer)
        if self is Access.STAFF:
            return bool(user.is_staff_member)
        return bool(user.has_role(self.value))


def access(circle: Access, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Declare who may call a view, and with which methods (HEAD comes with GET).

    An anonymous caller is sent to the sign-in page and back; a person outside the circle gets 403.
    """
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not circle.admits(request.user):
                if not request.user.is_authenticated:
                    return _to_sign_in(request)
                raise PermissionDenied
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            return view(request, *args, **kwargs)

        guarded.access = circle  # type: ignore[attr-defined]
        guarded.methods = allowed  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("x-requested-with") == "fetch":
        message = "登录已过期，请重新登录。"
        return HttpResponse(json.dumps({"error": message}), status=401, content_type="application/json")
    # After a POST the address may not answer GET: the page that held the form does.
    target = request.get_full_path() if request.method in ("GET", "HEAD") else _referring_path(request)
    return HttpResponseRedirect(f"{resolve_url('accounts:login')}?{urlencode({'next': target})}")


def _referring_path(request: HttpRequest) -> str:
    origin = f"{request.scheme}://{request.get_host()}"
    referer = request.headers.get("referer", "")
    return referer.removeprefix(origin) if referer.startswith(f"{origin}/") else "/"


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        path = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from _patterns(item, path)
        else:
            yield path, item


def routes() -> list[dict[str, Any]]:
    """List every route with its name, methods and declared circle.

    Raises ImproperlyConfigured, naming the routes, when one has declared none.
    """
    listed, undeclared = [], []
    for path, pattern in _patterns(get_resolver()):
        view: Any = pattern.callback
        circle = getattr(view, "access", None)
        if circle is None:
            undeclared.append(path)
            continue
        name = pattern.lookup_str if pattern.name is None else pattern.name
        methods = sorted(view.methods)
        listed.append({"path": f"/{path}", "name": name, "methods": methods, "access": circle.value})
    if undeclared:
        raise ImproperlyConfigured(f"routes without a declared permission: {', '.join(undeclared)}")
    return listed
