"""The files of tickets. One is read by whoever may see the ticket, and of internal notes only by staff."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from clouddesk.files.holding import Holder
from clouddesk.files.models import Upload
from clouddesk.tickets.models import Attachment, Ticket


def _held(ids: Collection[UUID]) -> set[UUID]:
    return set(Attachment.objects.filter(upload__in=ids).values_list("upload_id", flat=True))


def _may_read(user: Any, upload: Upload) -> bool | None:
    event = Attachment.objects.filter(upload=upload).values_list("event__ticket_id", "event__internal").first()
    if event is None:
        return None
    ticket_id, internal = event
    if internal and not user.is_staff_member:
        return False
    return Ticket.objects.visible_to(user).filter(pk=ticket_id).exists()


def still_free(uploads: Collection[Upload]) -> list[Upload]:
    """Those of ``uploads`` that are there and belong to no step yet."""
    free = set(Upload.objects.filter(pk__in=[upload.pk for upload in uploads], attachment=None))
    return [upload for upload in uploads if upload in free]


HOLDER = Holder(held=_held, may_read=_may_read)
