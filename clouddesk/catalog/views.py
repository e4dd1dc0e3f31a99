"""What the catalogue shows to everybody."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import condition

from clouddesk.access import Access, access
from clouddesk.catalog.models import Vendor

KEPT_SECONDS = 300


def _name(request: HttpRequest, *args: Any) -> str | None:
    name = Vendor.objects.values_list("logo", flat=True).first()
    return f'"{name}"' if name else None


@access(Access.PUBLIC)
@condition(etag_func=_name)
def logo(request: HttpRequest) -> HttpResponseBase:
    """The vendor's logo; always a PNG (see ``logo.drawn``)."""
    vendor = Vendor.objects.exclude(logo="").first()
    try:
        if vendor is None:
            raise Http404
        response = FileResponse(vendor.logo.open(), content_type="image/png")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
