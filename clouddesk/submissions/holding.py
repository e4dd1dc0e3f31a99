"""Files that a draft names are held until it is sent or forgotten; nobody but their uploader reads them meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from clouddesk.files.holding import Holder
from clouddesk.submissions.models import Draft


def _held(ids: Collection[UUID]) -> set[UUID]:
    asked = {str(pk): pk for pk in ids}
    lists = Draft.objects.filter(fields__uploads__has_any_keys=list(asked)).values_list("fields__uploads", flat=True)
    return {asked[item] for kept in lists for item in kept if item in asked}


HOLDER = Holder(held=_held, may_read=lambda user, upload: None)
