"""The form of 我要提问 (manual 4a)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clouddesk.catalog.choosing import ProductChoice
from clouddesk.catalog.models import ProblemKind
from clouddesk.submissions.forms import LongTextField, SendingForm
from clouddesk.tickets.models import Urgency
from clouddesk.tickets.workflow import Question
from clouddesk.ui.fields import LineField

TITLE_LIMIT = 100
DESCRIPTION_LIMIT = 20_000


class AskForm(ProductChoice, SendingForm):
    """Every field of the manual, in its order."""

    kind = forms.ModelChoiceField(
        ProblemKind.objects.filter(active=True),
        label=_("问题类型"),
        empty_label=_("请选择问题类型"),
        error_messages={"required": _("请选择问题类型。"), "invalid_choice": _("请选择列表中的问题类型。")},
    )
    urgency = forms.TypedChoiceField(
        label=_("问题紧急程度"),
        choices=Urgency.choices,
        coerce=int,
        initial=Urgency.NORMAL,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择问题紧急程度。"),
            "invalid_choice": _("请选择列表中的问题紧急程度。"),
        },
    )
    title = LineField(label=_("问题标题"), max_length=TITLE_LIMIT)
    description = LongTextField(
        label=_("问题描述"),
        max_length=DESCRIPTION_LIMIT,
        error_messages={
            "required": _("请填写问题描述。"),
            "max_length": _("问题描述最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
        },
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    private = forms.BooleanField(label=_("此问题不对其他用户公开"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs |= {
            "data-limit": TITLE_LIMIT,
            "autocomplete": "off",
            "data-similar": reverse("tickets:similar"),
        }

    def question(self) -> Question:
        """What was asked, once the form is valid."""
        return Question(**{name: self.cleaned_data[name] for name in Question.__dataclass_fields__})
