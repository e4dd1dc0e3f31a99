"""Sending once, and keeping what is not sent yet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils import timezone

from clouddesk.submissions.models import Draft, Receipt

RECEIPT_DAYS = 30
DRAFT_DAYS = 90
KEYS = UUID("6d0f6bd2-5d0e-4c43-9f0b-0d6d1c9a9a51")  # the namespace of key_of


class AlreadySentError(Exception):
    """A form with this key was accepted before, with other content; ``url`` is where that one led."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def once(user: Any, form: str, key: UUID | None, content: Mapping[str, Any], make: Callable[[], str]) -> str:
    """Do ``make`` once for ``key`` of ``user`` and return the address that it leads to.

    The same key with the same ``content`` again returns the same address without doing it; with other content it
    raises AlreadySentError. Of two that come at once, one waits for the other's transaction. Everything happens in one
    transaction: when ``make`` raises, it is as if nothing had been sent. Without a key, ``make`` is simply done.
    The draft of the form is gone when this returns.
    """
    if key is None:
        with transaction.atomic():
            return make()
    digest = digest_of({"form": form, "content": content})
    with transaction.atomic():
        receipt = _new_receipt(user, form, key, digest)
        if receipt is None:
            return _earlier(user, key, digest)
        url = make()
        Receipt.objects.filter(pk=receipt).update(url=url)
        Draft.objects.filter(user=user, form=form).delete()
    return url


def digest_of(content: Mapping[str, Any]) -> str:
    """A digest of what a form said, the same whatever the order of its fields."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def form_key(user: Any, form: str) -> UUID:
    """The key of the next sending of a form that a person has one draft of.

    It stays the same until that form is sent, so that a draft kept in a browser can tell whether it was sent meanwhile.
    """
    last = Receipt.objects.filter(user=user, form=form).order_by("-id").values_list("key", flat=True).first()
    return key_of(user, form, last)


def key_of(user: Any, *facts: object) -> UUID:
    """The key of a form that stays the same for ``user`` as long as ``facts`` do."""
    return uuid5(KEYS, " ".join(str(fact) for fact in (user.pk, *facts)))


def keep_draft(user: Any, form: str, fields: Mapping[str, Any]) -> Draft:
    """Keep the unsent ``fields`` of a form in place of those kept before."""
    return Draft.objects.update_or_create(user=user, form=form, defaults={"fields": dict(fields)})[0]


def drop_draft(user: Any, form: str) -> None:
    """Forget the draft of a form."""
    Draft.objects.filter(user=user, form=form).delete()


def draft_of(user: Any, form: str, key: UUID) -> Draft | None:
    """The draft of a form, unless that was sent since."""
    draft = Draft.objects.filter(user=user, form=form).first()
    return draft if draft is not None and draft.fields.get("key") == str(key) else None


def remove_old(now: datetime | None = None) -> int:
    """Remove receipts and drafts that nobody comes back to any more; returns how many."""
    moment = now or timezone.now()
    receipts, _ = Receipt.objects.filter(created_at__lt=moment - timedelta(days=RECEIPT_DAYS)).delete()
    drafts, _ = Draft.objects.filter(updated_at__lt=moment - timedelta(days=DRAFT_DAYS)).delete()
    return receipts + drafts


def _new_receipt(user: Any, form: str, key: UUID, digest: str) -> int | None:
    """Insert a receipt and return its id; None when there is one, after the transaction that makes it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO submissions_receipt (user_id, form, key, digest, url, created_at) "
            "VALUES (%s, %s, %s, %s, '', %s) ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
            [user.pk, form, key, digest, timezone.now()],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _earlier(user: Any, key: UUID, digest: str) -> str:
    receipt = Receipt.objects.get(user=user, key=key)
    if receipt.digest != digest:
        raise AlreadySentError(receipt.url)
    return receipt.url
