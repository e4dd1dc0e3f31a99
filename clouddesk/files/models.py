"""Uploaded files: what was checked and stored, and by whom. Who may read one is asked of whatever it is attached to."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models


def stored_name(upload: "Upload", name: str) -> str:
    """A random path: nothing of the user's file name reaches the storage."""
    return f"uploads/{upload.pk.hex[:2]}/{upload.pk.hex}"


class Upload(models.Model):
    """A file that passed the checks. ``content_type`` was read from the content, never from the name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    file = models.FileField(upload_to=stored_name, max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="upload_by_age")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether pages show it in place; everything else is only ever downloaded."""
        return self.content_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}
