"""Taking a file in, and clearing away what was never used."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from clouddesk.files.checking import check
from clouddesk.files.holding import held
from clouddesk.files.kinds import ACCEPTED, RefusedError
from clouddesk.files.models import Upload
from clouddesk.files.names import display_name
from clouddesk.files.receiving import NO_SPACE, Fault, fault_of, sha256_of

MEBIBYTE = 1024 * 1024
UNUSED_DAYS = 7
LEFTOVER_AGE = timedelta(days=1)


class UploadError(Exception):
    """A file that was not taken in: words for its sender, and the HTTP status that fits (400, 413, 429 or 507)."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def store(owner: Any, received: UploadedFile[Any]) -> Upload:
    """Check a received file and keep it for ``owner``; raises UploadError.

    The content is on the disk before the row that names it is committed, so whatever was acknowledged is whole.
    """
    shown = Path(received.name or "").name[:60]
    _refuse_fault(fault_of(received), shown)
    try:
        finding = check(received)
    except RefusedError as error:
        words = _("“%(name)s”不能上传：%(reason)s。%(accepted)s。")
        raise UploadError(words % {"name": shown, "reason": error.reason, "accepted": ACCEPTED}, 400) from error
    _refuse_flood(owner, received.size or 0, shown)
    upload = Upload(
        owner=owner,
        name=display_name(received.name or "", finding.kind),
        content_type=finding.kind.content_type,
        size=received.size or 0,
        sha256=sha256_of(received),
        width=finding.width,
        height=finding.height,
    )
    try:
        upload.file.save(upload.name, received, save=False)
    except OSError as error:
        if error.errno in NO_SPACE:
            _refuse_fault(Fault.NO_SPACE, shown)
        raise
    try:
        upload.save(force_insert=True)
    except (OperationalError, InterfaceError):
        # A connection lost at the commit does not tell whether the row is there; a row without its content would be
        # worse than a content without its row, which remove_leftovers finds.
        raise
    except Exception:
        default_storage.delete(str(upload.file.name))
        raise
    return upload


def remove_unused(now: datetime | None = None, batch: int = 500) -> int:
    """Remove up to ``batch`` files that nobody attached within UNUSED_DAYS; returns how many."""
    limit = (now or timezone.now()) - timedelta(days=UNUSED_DAYS)
    removed = 0
    newest: datetime | None = None
    while removed < batch:
        aged = Upload.objects.filter(created_at__lt=limit).order_by("created_at")
        page = list((aged.filter(created_at__gt=newest) if newest else aged)[:batch])
        if not page:
            break
        newest = page[-1].created_at
        kept = held([upload.pk for upload in page])
        removed += sum(_remove(upload) for upload in page if upload.pk not in kept)
    return removed


def remove_leftovers(now: datetime | None = None) -> int:
    """Remove stored files without a row, which only a crash leaves behind; returns how many."""
    before = (now or timezone.now()) - LEFTOVER_AGE
    count = 0
    for name in _stored():
        if default_storage.get_modified_time(name) < before and not _has_row(name):
            default_storage.delete(name)
            count += 1
    return count


def _refuse_fault(fault: Fault | None, name: str) -> None:
    if fault is Fault.TOO_LARGE:
        words = _("“%(name)s”太大了：每个文件最大 %(limit)s MB。")
        raise UploadError(words % {"name": name, "limit": settings.UPLOAD_MAX_BYTES // MEBIBYTE}, 413)
    if fault is Fault.NO_SPACE:
        words = _("服务器的存储空间已满，“%(name)s”没有保存。请稍后再试，或致电客服热线。")
        raise UploadError(words % {"name": name}, 507)


def _refuse_flood(owner: Any, size: int, name: str) -> None:
    """Keep one person from filling the disk for all."""
    day_ago = timezone.now() - timedelta(days=1)
    sent = Upload.objects.filter(owner=owner, created_at__gt=day_ago).aggregate(sum=Sum("size"))["sum"] or 0
    if sent + size > settings.UPLOAD_DAILY_BYTES:
        words = _("“%(name)s”没有上传：您在 24 小时内上传的文件已超过 %(limit)s MB，请明天再试。")
        raise UploadError(words % {"name": name, "limit": settings.UPLOAD_DAILY_BYTES // MEBIBYTE}, 429)


def _remove(upload: Upload) -> bool:
    """Remove the row, then the content; whoever attaches the file at this moment wins."""
    name = str(upload.file.name)
    try:
        with transaction.atomic():
            upload.delete()
    except IntegrityError:
        return False
    default_storage.delete(name)
    return True


def _stored() -> Iterator[str]:
    if not default_storage.exists("uploads"):
        return
    for folder in default_storage.listdir("uploads")[0]:
        path = posixpath.join("uploads", folder)
        for name in default_storage.listdir(path)[1]:
            yield posixpath.join(path, name)


def _has_row(name: str) -> bool:
    try:
        return Upload.objects.filter(pk=UUID(posixpath.basename(name))).exists()
    except ValueError:
        return False
