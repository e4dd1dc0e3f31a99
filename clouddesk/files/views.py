"""Uploading one file ahead of its form, and reading one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from clouddesk.access import Access, access
from clouddesk.files.holding import may_read
from clouddesk.files.models import Upload
from clouddesk.files.serving import serve
from clouddesk.files.workflow import UploadError, store


@access(Access.MEMBER, methods=("POST",))
def upload(request: HttpRequest) -> JsonResponse:
    """Take in the one file of field ``file``: 201 with its description, else ``{"error": words}``."""
    sent = request.FILES.getlist("file")
    if len(sent) != 1:
        return JsonResponse({"error": _("没有收到文件，请重新选择。")}, status=400)
    try:
        stored = store(request.user, sent[0])
    except UploadError as error:
        return JsonResponse({"error": error.message}, status=error.status)
    return JsonResponse(describe(stored), status=201)


@access(Access.MEMBER)
def detail(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """The content of a file; one that the person may not read is answered like one that is not there."""
    found = Upload.objects.filter(pk=upload_id).first()
    if found is None or not may_read(request.user, found):
        raise Http404
    try:
        return serve(request, found)
    except FileNotFoundError as error:
        raise Http404 from error


def describe(stored: Upload) -> dict[str, Any]:
    """What pages know of a file."""
    return {
        "id": str(stored.pk),
        "name": stored.name,
        "size": stored.size,
        "type": stored.content_type,
        "picture": stored.is_picture,
        "url": reverse("files:detail", args=[stored.pk]),
    }
