"""Which characters a text may hold, for every form."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REPLACEMENT = "\ufffd"  # what Django makes of bytes that are no UTF-8, a lone surrogate's among them
# Controls, invisible formatting (writing direction, zero width), surrogates, line and paragraph separators.
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def is_noncharacter(char: str) -> bool:
    """Whether Unicode keeps this code point free for ever (U+FDD0 to U+FDEF, and the last two of each plane)."""
    return 0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE


def refuse_unreadable(value: str) -> None:
    """Refuse a text that did not arrive as it was typed, or holds what is no character."""
    if any(char == REPLACEMENT or "\ud800" <= char <= "\udfff" or is_noncharacter(char) for char in value):
        raise ValidationError(_("含有不能识别的字符，请删除后重新输入。"), "unreadable")


def refuse_invisible(value: str) -> None:
    """Refuse that, and in a single line also what cannot be seen: it stands in lists, subjects and headings."""
    refuse_unreadable(value)
    if any(unicodedata.category(char) in INVISIBLE for char in value):
        raise ValidationError(_("含有看不见的控制字符，请删除后重新输入。"), "invisible")
