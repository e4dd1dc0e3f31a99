"""What someone is about to send: drafts that survive a closed browser, and receipts that make two sendings one."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """The unsent fields of one form of one person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    form = models.SlugField(max_length=40, db_index=False)
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "form"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.form} ({self.user_id})"

    @property
    def version(self) -> int:
        """A number that changes whenever the draft does, by which a browser knows whether it has seen this one."""
        return int(self.updated_at.timestamp() * 1000)


class Receipt(models.Model):
    """That a form with this key was accepted: the digest of what it said, and the address that it led to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    form = models.SlugField(max_length=40, db_index=False)
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="one_receipt_per_key")]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="receipt_by_age"),
            models.Index(fields=["user", "form", "-id"], name="receipt_last_of_form"),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.url}"
