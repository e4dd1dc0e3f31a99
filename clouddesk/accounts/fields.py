"""The fields of manual 1a whose content has a form of its own. They are asked for at registration and in 修改资料."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clouddesk.catalog.models import Product
from clouddesk.ui.fields import LineField

# Unicode's blocks of Han characters: the basic ones with extension A, compatibility, 〇, and planes 2 and 3, which it
# keeps for them alone (extensions B and on; people's rare names).
HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
MIDDLE_DOTS = str.maketrans(
    dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\uff65\uff0e", "·")
)  # as keyboards and fonts offer it
REAL_NAME = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*")
USER_NAME = re.compile(r"[A-Za-z0-9]+")
MOBILE = re.compile(r"1[3-9]\d{9}")
# Three-digit area codes are Beijing's and those of the largest cities, whose numbers have eight digits.
LANDLINE = re.compile(r"(0(?:10|2\d))-?([1-9]\d{7})|(0[3-9]\d{2})-?([1-9]\d{6,7})")
EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#|-)(\d{1,6})", re.IGNORECASE)
COUNTRY = re.compile(r"(?:\+|00)?86-?")
QQ = re.compile(r"[1-9]\d{4,11}")
BORN_AFTER = date(1900, 1, 1)
DATE_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


class UserNameField(LineField):
    """Letters and digits (spec 1)."""

    def validate(self, value: str) -> None:
        """Refuse anything else."""
        super().validate(value)
        if value and not USER_NAME.fullmatch(value):
            raise ValidationError(_("用户名只能由字母和数字组成。"), "invalid")


class RealNameField(LineField):
    """Chinese characters, with the middle dot of minority names between parts (spec 1)."""

    def to_python(self, value: Any) -> str:
        """The name with its middle dot in the one form of the standard (GB 18030: U+00B7)."""
        return super().to_python(value).translate(MIDDLE_DOTS)

    def validate(self, value: str) -> None:
        """Refuse anything else; a single character is no whole name."""
        super().validate(value)
        if not value:
            return
        if not REAL_NAME.fullmatch(value):
            raise ValidationError(_("真实姓名必须是汉字，少数民族姓名可以使用间隔号“·”。"), "invalid")
        if len(value) < 2:
            raise ValidationError(_("请填写完整的姓名。"), "incomplete")


class PhoneField(LineField):
    """A mobile or landline number of China: 13912345678, 0531-85106000, 0531-85106000-8012 (stored like this)."""

    def clean(self, value: Any) -> str:
        """The number in its stored form; raises ValidationError for anything else."""
        text: str = super().clean(value)
        if not text:
            return ""
        number = normal_phone(text)
        if number is None:
            raise ValidationError(_("请填写 11 位手机号码，或带区号的固定电话，例如 0531-85106000。"), "invalid")
        return number


def normal_phone(text: str) -> str | None:
    """The number in its stored form, without the country's; None when it is neither a mobile nor a landline number."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"[\s()]+", "", re.sub(r"[\u2010-\u2015\u2212]", "-", plain))
    number = COUNTRY.sub("", plain, count=1) if COUNTRY.match(plain) else plain
    if MOBILE.fullmatch(number.replace("-", "")):
        return number.replace("-", "")
    if number != plain and not number.startswith("0"):
        number = f"0{number}"  # abroad the area code is dialled without its zero
    found = LANDLINE.match(number)
    if found is None:
        return None
    area, local = found[1] or found[3], found[2] or found[4]
    rest = number[found.end() :]
    extension = EXTENSION.fullmatch(rest)
    if rest and extension is None:
        return None
    return f"{area}-{local}" + (f"-{extension[1]}" if extension else "")


class QqField(LineField):
    """A QQ number."""

    def validate(self, value: str) -> None:
        """Refuse what is none."""
        super().validate(value)
        if value and not QQ.fullmatch(value):
            raise ValidationError(_("QQ号码是 5 至 12 位数字。"), "invalid")


class BirthDateField(forms.DateField):
    """A day on which somebody living may have been born."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        words = {"invalid": _("请填写正确的日期，例如 1985-03-02。")}
        super().__init__(input_formats=DATE_FORMATS, widget=widget, error_messages=words, **kwargs)

    def validate(self, value: Any) -> None:
        """Refuse the future, and what is too long ago."""
        super().validate(value)
        if value and not BORN_AFTER <= value <= timezone.localdate():
            raise ValidationError(_("出生日期应在 1900 年以后，并且不晚于今天。"), "out_of_range")


class ProductsField(forms.ChoiceField):
    """One product of the vendor's, or several: ``PS``, ``GS``, ``PS/GS``. Its value is the list of products."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        words = {"required": _("请选择使用产品。"), "invalid_choice": _("请选择列表中的产品。")}
        super().__init__(error_messages=words, **kwargs)
        self._products: Sequence[Product] = ()

    def offer(self, products: Sequence[Product]) -> None:
        """Let these be chosen, each alone and in every combination. Without any, nothing need be chosen."""
        self._products = products
        self.required = bool(products)
        sets = [chosen for size in range(1, len(products) + 1) for chosen in combinations(products, size)]
        self.choices = [("/".join(product.code for product in chosen), joint_name(chosen)) for chosen in sets]

    def clean(self, value: Any) -> Any:
        """The chosen products; raises ValidationError when they are none that are offered."""
        codes = super().clean(value).split("/")
        return [product for product in self._products if product.code in codes]


def joint_name(products: tuple[Product, ...]) -> str:
    """浪潮ERP-PS and 浪潮ERP-GS together are 浪潮ERP-PS/GS, as the manual writes it."""
    stems = {product.name.removesuffix(product.code) for product in products}
    if len(stems) == 1 and all(product.name.endswith(product.code) for product in products):
        return stems.pop() + "/".join(product.code for product in products)
    return " / ".join(product.name for product in products)
