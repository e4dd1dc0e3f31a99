"""Registration (manual 1a) and signing in."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar
from uuid import uuid4

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clouddesk.accounts.fields import (
    BirthDateField,
    PhoneField,
    ProductsField,
    QqField,
    RealNameField,
    UserNameField,
)
from clouddesk.accounts.models import User
from clouddesk.accounts.passwords import LONGEST
from clouddesk.accounts.workflow import Registration
from clouddesk.catalog.models import Product
from clouddesk.ui.characters import refuse_invisible, refuse_unreadable
from clouddesk.ui.fields import LineField


def _password(label: Any, required: Any) -> forms.CharField:
    # Nothing that was typed is lost (spec 1): the page that names the faults carries the password back to the browser
    # that has just sent it, on an answer that nobody keeps. Typing it twice more would make people choose a short one.
    return forms.CharField(
        label=label,
        strip=False,
        validators=[refuse_unreadable],
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
        error_messages={"required": required},
    )


class RegistrationForm(forms.Form):
    """Both parts of the page: 填写信息 (up to the product) and 完善信息."""

    key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages={"invalid": _("页面的编号不对，已经更换，请再提交一次。")},
    )

    username = UserNameField(label=_("用户名"), max_length=30)
    password = _password(_("密码"), _("请填写密码。"))
    password_again = _password(_("确认密码"), _("请再次输入密码。"))
    real_name = RealNameField(label=_("真实姓名"), max_length=30)
    company = LineField(label=_("单位名称"), max_length=100)
    email = forms.EmailField(
        label=_("邮箱"),
        max_length=120,
        validators=[refuse_invisible],
        error_messages={
            "required": _("请填写邮箱。"),
            "invalid": _("请填写正确的邮箱地址，例如 name@example.com。"),
            "max_length": _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
        },
    )
    phone = PhoneField(label=_("联系电话"), max_length=40)
    product = ProductsField(label=_("使用产品"))

    region = LineField(label=_("所属区域"), max_length=60, required=False)
    qq = QqField(label=_("QQ号码"), max_length=20, required=False)
    birth_date = BirthDateField(label=_("出生日期"), required=False)
    serial_number = LineField(label=_("产品序列号"), max_length=60, required=False)
    service_code = LineField(label=_("服务编号"), max_length=40, required=False)
    apply_vip = forms.BooleanField(label=_("申请VIP"), required=False)
    apply_admin = forms.BooleanField(label=_("申请管理员"), required=False)

    agree = forms.BooleanField(
        label=_("服务条款"), error_messages={"required": _("请确认信息准确，并阅读和同意服务条款。")}
    )

    AUTOCOMPLETE: ClassVar = {
        "username": "username",
        "real_name": "name",
        "company": "organization",
        "email": "email",
        "phone": "tel",
        "region": "address-level1",
        "birth_date": "bday",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].offer(list(Product.objects.offered()))  # type: ignore[attr-defined]  # a ProductsField
        for name, value in self.AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = value
        self.fields["email"].widget.attrs.pop("maxlength", None)

    def clean_username(self) -> str:
        """Nobody else has it, whatever the case; who this very form has made does not count."""
        username: str = self.cleaned_data["username"]
        others = User.objects.filter(username__iexact=username)
        if key := self.cleaned_data.get("key"):
            others = others.exclude(registration_key=key)
        if others.exists():
            raise ValidationError(_("这个用户名已被使用，请换一个。"), "taken")
        return username

    def clean(self) -> dict[str, Any]:
        """What depends on more than one field."""
        cleaned = self.cleaned_data
        if "key" in self.errors:
            self.renew_key()
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password is not None and again is not None and password != again:
            self.add_error("password_again", _("两次输入的密码不一致。"))
        if password is not None:
            self._check_password(password)
        if cleaned.get("apply_vip") and not cleaned.get("service_code") and "service_code" not in self.errors:
            self.add_error("service_code", _("申请VIP时必须填写服务编号。"))
        return cleaned

    def _check_password(self, password: str) -> None:
        typed = {name: self.cleaned_data.get(name) or str(self[name].value() or "") for name in ("username", "phone")}
        try:
            validate_password(password, User(**typed))
        except ValidationError as error:
            self.add_error("password", error)

    def registration(self) -> Registration:
        """What was asked for, once the form is valid."""
        return Registration(**{field.name: self.cleaned_data[field.name] for field in fields(Registration)})

    def renew_key(self) -> None:
        """Give the page that is shown again another key, after its own has made a person or is none."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("key")] = str(uuid4())
        self.data = data


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth is not typed
    """allauth's form under our names and in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, required in (
            ("login", _("用户名"), _("请填写用户名。")),
            ("password", _("密码"), _("请填写密码。")),
        ):
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.error_messages["required"] = required
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.pop("maxlength", None)
        self.fields["login"].validators = [refuse_invisible]
        self.fields["password"].validators = [refuse_unreadable, _refuse_long]
        self.fields["password" if self.initial.get("login") else "login"].widget.attrs["autofocus"] = True

    def add_prefix(self, field_name: str) -> str:
        """Send the user name as ``username``, as everywhere, where allauth says ``login``."""
        name: str = super().add_prefix("username" if field_name == "login" else field_name)
        return name


def _refuse_long(password: str) -> None:
    """Nobody has such a password, and hashing it would take long."""
    if len(password) > LONGEST:
        raise ValidationError(_("密码最多 %(count)s 个字符。") % {"count": LONGEST}, "too_long")
