"""The portal's addresses, and beside them the views that its pages are compared with."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from clouddesk.access import Access, access
from clouddesk.config.urls import handler400, handler403, handler404, handler500
from clouddesk.entries.models import Entry

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

PAGE_ROWS = 20
FIXED_TEXT = ("固定的文字" * 7 + "\n") * 189 + "\n"  # 20 kB in UTF-8


@access(Access.PUBLIC)
def baseline(request: HttpRequest) -> HttpResponse:
    """One query of 20 rows and 20 kB of fixed text: what a list page could cost at the least."""
    list(Entry.objects.order_by("-pk").values_list("number", "title", "reads", "favorites", "updated_at")[:PAGE_ROWS])
    return HttpResponse(FIXED_TEXT)


@csrf_exempt
@access(Access.PUBLIC, methods=("POST",))
def upload(request: HttpRequest) -> HttpResponse:
    """Receive files as any page would, and drop them."""
    return HttpResponse(", ".join(request.FILES))


urlpatterns = [
    path("bench/baseline/", baseline),
    path("bench/upload/", upload),
    path("", include("clouddesk.config.urls")),
]
