"""The forms with which supervisors edit the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from clouddesk.catalog.logo import drawn
from clouddesk.catalog.models import Item, Product, Vendor
from clouddesk.ui.characters import refuse_invisible, refuse_unreadable
from clouddesk.ui.fields import LineField

TERMS_LIMIT = 50_000


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]  # of whichever list
    """An entry of one of the lists."""

    name = LineField(label=_("名称"), max_length=60)

    def clean_name(self) -> str:
        """No other entry of the list has this name, whatever the case."""
        name: str = self.cleaned_data["name"]
        item: Item = self.instance
        if item.siblings().filter(name__iexact=name).exclude(pk=item.pk).exists():
            raise ValidationError(_("列表中已经有“%(name)s”。"), "taken", {"name": name})
        return name


class ProductForm(ItemForm):
    """A product, which has a code and two names."""

    name = LineField(label=_("产品名称"), max_length=60)
    standard_name = LineField(label=_("问题单中的名称"), max_length=60)
    code = forms.SlugField(
        label=_("代码"),
        max_length=20,
        error_messages={
            "required": _("请填写代码。"),
            "invalid": _("代码只能由字母、数字、下划线和连字符组成。"),
            "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
        },
    )

    class Meta:
        model = Product
        fields = ("name", "standard_name", "code")

    def clean_code(self) -> str:
        """No other product has this code, whatever the case."""
        code: str = self.cleaned_data["code"]
        if Product.objects.filter(code__iexact=code).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("代码“%(code)s”已经用于另一个产品。"), "taken", {"code": code})
        return code


def form_for(model: type[Item]) -> Any:
    """The form of a list's entries."""
    return ProductForm if model is Product else forms.modelform_factory(model, form=ItemForm, fields=("name",))


class VendorForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who runs the portal, as every page says it."""

    site_name = LineField(label=_("网站名称"), max_length=40)
    name = LineField(label=_("厂商名称"), max_length=60, required=False)
    slogan = LineField(label=_("标语"), max_length=100, required=False)
    hotline = LineField(label=_("客服热线"), max_length=40, required=False)
    phone = LineField(label=_("联系电话"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("邮箱"),
        max_length=254,
        required=False,
        validators=[refuse_invisible],
        error_messages={"invalid": _("请填写正确的邮箱地址，例如 name@example.com。")},
    )
    website = forms.URLField(
        label=_("网址"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"]), refuse_invisible],
        error_messages={"invalid": _("请填写正确的网址，例如 https://www.example.com/。")},
    )
    terms = forms.CharField(
        label=_("服务条款"),
        max_length=TERMS_LIMIT,
        required=False,
        validators=[refuse_unreadable],
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={"max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。")},
    )

    class Meta:
        model = Vendor
        fields = ("site_name", "name", "slogan", "hotline", "phone", "email", "website", "terms")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)  # the browser would cut a pasted text off without a word

    def clean_terms(self) -> str:
        """Line ends as one character, which browsers send as two."""
        return str(self.cleaned_data["terms"]).replace("\r\n", "\n")


class LogoForm(forms.Form):
    """A picture to show as the logo; ``content`` is what it became."""

    logo = forms.FileField(label=_("标志"), error_messages={"required": _("请选择图片。"), "empty": _("图片是空的。")})

    def clean_logo(self) -> bytes:
        """The picture as a PNG."""
        file: UploadedFile[bytes] = self.cleaned_data["logo"]
        return drawn(file)
