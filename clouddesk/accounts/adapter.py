"""How allauth's sign-in follows the rules of this portal."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from clouddesk.accounts import guessing
from clouddesk.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """allauth's behaviour, bounded by our guessing limits and in our words."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        # The same for a name that nobody has.
        "username_password_mismatch": _("用户名或密码不正确，请重新输入。"),
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person with this user name and password; raises guessing.TooManyError before anything is hashed."""
        tried = guessing.count_sign_in(request, credentials["username"])
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            tried.give_back()
        return user

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Tell somebody who knows the password that it no longer opens anything."""
        messages.error(request, _("这个账号已停用，请联系我们。"))
        return redirect("accounts:login")

    def is_safe_url(self, url: str) -> bool:
        """Whether one may be sent to ``url`` after signing in: only to a page of this portal."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing in allauth's words: our pages have their own."""

    def is_ajax(self, request: HttpRequest) -> bool:
        """No: allauth's answers for scripts hold the whole form."""
        return False
