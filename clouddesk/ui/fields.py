"""Form fields that more than one room uses."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clouddesk.ui.characters import refuse_invisible

BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")


class LineField(forms.CharField):
    """A line of text with single blanks, in which everything can be seen."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.error_messages["required"] = format_lazy(_("请填写{label}。"), label=self.label)
        self.error_messages["max_length"] = _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")
        # Ours refuses a NUL with everything else that cannot be seen.
        others = [one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)]
        self.validators = [refuse_invisible, *others]

    def to_python(self, value: Any) -> str:
        """The text, with blanks of any width and number made one."""
        text: str = super().to_python(value) or ""
        return BLANKS.sub(" ", text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out ``maxlength``: the browser would cut a pasted text off without a word."""
        return {}
