"""The forms on a ticket's page: what somebody says, with files, and the customer's rating."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clouddesk.submissions.forms import LongTextField, SendingForm

BODY_LIMIT = 20_000
COMMENT_LIMIT = 500
RATINGS = ((5, _("非常满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("非常不满意")))


class StepForm(SendingForm):
    """A step that needs no words, such as claiming."""

    def values(self) -> dict[str, Any]:
        """What the verb in ``workflow`` takes, once the form is valid."""
        return {}


class MessageForm(StepForm):
    """What somebody says on a ticket, with files."""

    body = LongTextField(
        label=_("内容"),
        max_length=BODY_LIMIT,
        error_messages={
            "required": _("请填写内容。"),
            "max_length": _("内容最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def values(self) -> dict[str, Any]:
        """The text and the files."""
        return {"body": self.cleaned_data["body"], "uploads": self.sent_uploads}


class RatingForm(StepForm):
    """满意度: one to five, with a comment for whoever has one."""

    rating = forms.TypedChoiceField(
        label=_("满意度"),
        choices=RATINGS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择满意度。"), "invalid_choice": _("请选择列表中的满意度。")},
    )
    comment = LongTextField(
        label=_("评价"),
        required=False,
        max_length=COMMENT_LIMIT,
        error_messages={"max_length": _("评价最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def values(self) -> dict[str, Any]:
        """The rating and the comment."""
        return {"rating": self.cleaned_data["rating"], "comment": self.cleaned_data["comment"]}
