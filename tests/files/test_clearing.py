"""What is cleared away, and what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from clouddesk.files import workflow
from clouddesk.files.models import Upload
from clouddesk.submissions.workflow import drop_draft, keep_draft
from tests import factories

pytestmark = pytest.mark.django_db


def later(days: float) -> object:
    return timezone.now() + timedelta(days=days)


def test_a_file_that_nobody_attached_goes_after_a_week() -> None:
    upload = factories.upload(factories.customer())
    assert workflow.remove_unused(later(6)) == 0  # type: ignore[arg-type]
    assert workflow.remove_unused(later(8)) == 1  # type: ignore[arg-type]
    assert not Upload.objects.filter(pk=upload.pk).exists()
    assert not default_storage.exists(str(upload.file.name))


def test_attached_files_and_those_of_drafts_stay() -> None:
    owner = factories.customer()
    attached, drafted = factories.upload(owner), factories.upload(owner)
    factories.ticket(owner, uploads=[attached])
    keep_draft(owner, "ticket", {"uploads": [str(drafted.pk)]})
    assert workflow.remove_unused(later(60)) == 0  # type: ignore[arg-type]
    drop_draft(owner, "ticket")
    assert workflow.remove_unused(later(60)) == 1  # type: ignore[arg-type]
    assert list(Upload.objects.all()) == [attached]
    assert default_storage.exists(str(attached.file.name))


def test_batches_pass_over_what_is_kept() -> None:
    owner = factories.customer()
    factories.ticket(owner, uploads=[factories.upload(owner) for _ in range(3)])
    factories.upload(owner)
    assert workflow.remove_unused(later(60), batch=2) == 1  # type: ignore[arg-type]


def test_what_a_crash_left_behind_goes_after_a_day() -> None:
    kept = factories.upload(factories.customer())
    stray = default_storage.save("uploads/ab/ab3f0000000040008000000000000000", ContentFile(b"stray"))
    assert workflow.remove_leftovers() == 0
    workflow.remove_leftovers(later(2))  # type: ignore[arg-type]
    assert not default_storage.exists(stray)
    assert default_storage.exists(str(kept.file.name))
