"""消息: what one was told, newest first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clouddesk.access import Access, access
from clouddesk.notifications.models import Notice
from clouddesk.notifications.workflow import mark_read

PAGE_SIZE = 20


@access(Access.MEMBER)
def messages(request: HttpRequest) -> HttpResponse:
    """The person's notices, paged; unread ones are marked."""
    page = Paginator(_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/list.html", {"page": page})


@access(Access.MEMBER, methods=("POST",))
def read_all(request: HttpRequest) -> HttpResponse:
    """全部标为已读."""
    mark_read(request.user)  # type: ignore[arg-type]  # the circle admits only people
    return redirect("notifications:list")


@access(Access.MEMBER, methods=("POST",))
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    notice = _of(request.user).filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    mark_read(request.user, notice.pk)  # type: ignore[arg-type]
    return redirect(notice.url)


def _of(user: Any) -> Any:
    return Notice.objects.visible_to(user).order_by("-id")
