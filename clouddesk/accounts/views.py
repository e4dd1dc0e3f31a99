"""Signing in and out, registering, and the terms."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView, LogoutView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from clouddesk.access import Access, access
from clouddesk.accounts import devices, guessing
from clouddesk.accounts.forms import RegistrationForm, SignInForm
from clouddesk.accounts.models import User
from clouddesk.accounts.workflow import AlreadySentError, UserNameTakenError, register

MINUTE = 60


class SignIn(LoginView):  # type: ignore[misc]  # allauth is not typed
    """The first page that anybody sees (manual 1)."""

    template_name = "accounts/login.html"
    form_class = SignInForm

    def get_initial(self) -> dict[str, Any]:
        """Whoever has just registered finds their user name filled in."""
        return {"login": self.request.GET.get("username", "")[:30]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Beside the form, where to go on to afterwards; without allauth's links to its own pages."""
        return {**super(LoginView, self).get_context_data(**kwargs), "next": _next(self.request)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in, unless there were too many tries."""
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except guessing.TooManyError as error:
            form = self.get_form()
            form.add_error(None, _too_many(error, _("输错密码的次数太多，")))
            response = self.render_to_response(self.get_context_data(form=form), status=429)
            response["Retry-After"] = str(error.seconds)
        return response

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Go on to where the person was going, and know this browser from now on."""
        response: HttpResponse = super().form_valid(form)
        if self.request.user.is_authenticated:
            devices.remember(self.request, response, guessing.digest(form.user.username))
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        """Show the form with what is wrong."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=400)
        return response


class SignOut(LogoutView):  # type: ignore[misc]  # allauth is not typed
    """Ends the session and shows the sign-in page."""

    def get_redirect_url(self) -> str:
        """The sign-in page, wherever the request came from."""
        return reverse("accounts:login")

    def logout(self) -> None:
        """End it, and say so on the next page."""
        super().logout()
        messages.success(self.request, _("您已退出登录。"))


sign_in = access(Access.PUBLIC, methods=("GET", "POST"))(SignIn.as_view())
sign_out = access(Access.PUBLIC, methods=("POST",))(SignOut.as_view())


@access(Access.PUBLIC, methods=("GET", "POST"))
@sensitive_post_parameters()
@never_cache
def registration(request: HttpRequest) -> HttpResponse:
    """免费注册: show both parts of the form; make the person, once, and lead them to the sign-in page."""
    if request.user.is_authenticated:
        return redirect("home:desktop")
    if request.method != "POST":
        return _registration_page(request, RegistrationForm())
    form = RegistrationForm(request.POST)
    try:
        guessing.count_form(request)
        return _register(request, form) if form.is_valid() else _registration_page(request, form, status=400)
    except guessing.TooManyError as error:
        form.add_error(None, _too_many(error, _("从这个网络提交注册的次数太多，")))
        response = _registration_page(request, form, status=429)
        response["Retry-After"] = str(error.seconds)
        return response


@access(Access.PUBLIC)
def terms(request: HttpRequest) -> HttpResponse:
    """服务条款, as the operator has written them."""
    return render(request, "accounts/terms.html")


def _register(request: HttpRequest, form: RegistrationForm) -> HttpResponse:
    guessing.count_person(request)
    wanted = form.registration()
    try:
        user = register(wanted, form.cleaned_data["key"])
    except UserNameTakenError:
        form.add_error("username", _("这个用户名已被使用，请换一个。"))
        return _registration_page(request, form, status=409)
    except AlreadySentError as error:
        words = _("这份表单已经注册了用户“%(name)s”，可以直接登录。如果要再注册一个账号，请换一个用户名后再提交。")
        form.add_error(None, words % {"name": error.username})
        form.renew_key()
        return _registration_page(request, form, status=409)
    messages.success(request, _welcome(user))
    query = {"username": user.username, **({"next": following} if (following := _next(request)) else {})}
    return redirect(f"{reverse('accounts:login')}?{urlencode(query)}")


def _registration_page(request: HttpRequest, form: RegistrationForm, status: int = 200) -> HttpResponse:
    return render(request, "accounts/register.html", {"form": form, "next": _next(request)}, status=status)


def _welcome(user: User) -> str:
    welcome = _("%(name)s，您好！注册已完成，请输入密码登录。") % {"name": user.real_name}
    applied = "、".join(str(one.get_kind_display()) for one in user.applications.order_by("pk"))
    return welcome + (_("您的申请（%(kinds)s）正在等待审批。") % {"kinds": applied} if applied else "")


def _too_many(error: guessing.TooManyError, reason: str) -> str:
    minutes = -(-error.seconds // MINUTE)
    wait = ngettext("请在 %(n)s 分钟后再试。", "请在 %(n)s 分钟后再试。", minutes) % {"n": minutes}
    return reason + wait


def _next(request: HttpRequest) -> str:
    """The page of the portal that the person was on the way to, or nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if wanted and get_adapter(request).is_safe_url(wanted) else ""
