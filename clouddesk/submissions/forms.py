"""What every form that is sent with files has in common: a key, files chosen now, files uploaded ahead."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clouddesk.files.models import Upload
from clouddesk.files.workflow import UploadError, store
from clouddesk.ui.characters import refuse_unreadable

MAX_FILES = 20


class LongTextField(forms.CharField):
    """Text of several lines. Its line ends count as one character, as they do in the counter on the page."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(refuse_unreadable)

    def to_python(self, value: Any) -> Any:
        """Browsers send line ends as two characters."""
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A counter instead of ``maxlength``, with which browsers cut a pasted text off without a word."""
        return {"data-limit": self.max_length}


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list; their content is checked by ``files.workflow.store``."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The received files; which of them are acceptable is asked later."""
        return [file for file in data or [] if isinstance(file, UploadedFile)]


class IdsField(forms.Field):
    """The ids of files uploaded ahead, from repeated hidden fields."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        """The ids, each once; raises ValidationError for what is none."""
        try:
            return list(dict.fromkeys(UUID(item) for item in value or []))
        except (ValueError, TypeError, AttributeError) as error:
            raise forms.ValidationError(_("附件的编号不对，请重新添加附件。"), "invalid") from error


class SendingForm(forms.Form):
    """Base of forms that are sent once and may carry files.

    Files that came with the form are stored even when other fields are wrong, and come back as uploaded ones, so that
    nobody chooses them twice. After ``is_valid()``, ``sent_uploads`` are the files in order, ``content()`` is what the
    form says, for ``submissions.workflow.once``, and ``status`` the HTTP status of the page that shows the errors.
    """

    max_files = MAX_FILES

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    attachments = FilesField(label=_("添加附件"), required=False)
    uploads = IdsField(required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.status = 200
        self.sent_uploads: list[Upload] = []
        self.fields["key"].initial = uuid4

    @property
    def max_bytes(self) -> int:
        """The largest file that is taken in."""
        return settings.UPLOAD_MAX_BYTES

    def full_clean(self) -> None:
        """Check everything, and let the page's status say what was wrong."""
        super().full_clean()
        if self.is_bound and self.errors:
            self.status = max(self.status, 400)

    def clean(self) -> dict[str, Any]:
        """Find the files uploaded ahead and store those that came now."""
        cleaned = super().clean() or self.cleaned_data
        ids = cleaned.get("uploads") or []
        own = {upload.pk: upload for upload in Upload.objects.filter(owner=self.user, pk__in=ids[: MAX_FILES + 1])}
        self.sent_uploads = [own[pk] for pk in ids if pk in own]
        if len(own) < len(ids):
            self.add_error("attachments", _("有附件已经失效，请重新添加。"))
        received = cleaned.get("attachments") or []
        if len(ids) + len(received) > MAX_FILES:
            self.add_error("attachments", _("最多添加 %(count)s 个附件。") % {"count": MAX_FILES})
            received = received[: max(0, MAX_FILES - len(ids))]
        for file in received:
            self._store(file)
        return cleaned

    def _store(self, file: UploadedFile[Any]) -> None:
        try:
            self.sent_uploads.append(store(self.user, file))
        except UploadError as error:
            self.add_error("attachments", error.message)
            self.status = max(self.status, error.status)

    def content(self) -> dict[str, Any]:
        """What the form says, comparable with what another sending of it says: files by their content."""
        said = {
            name: getattr(value, "pk", value)
            for name, value in self.cleaned_data.items()
            if name not in {"key", "attachments", "uploads"}
        }
        return {**said, "files": [(upload.sha256, upload.name) for upload in self.sent_uploads]}

    def renew_key(self, key: UUID | None = None) -> None:
        """Give the form that is shown again another key, after its own was used up by something else."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("key")] = str(key or uuid4())
        self.data = data
