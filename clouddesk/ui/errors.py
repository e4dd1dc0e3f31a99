"""Answers for when something went wrong: in words, in the portal's look, without asking a database.

A script, which says so with ``X-Requested-With: fetch``, gets ``{"error": "…"}`` instead of a page.
"""

import sys
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clouddesk.ui.branding import last_known
from clouddesk.ui.context import language_tag, theme_of

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
UNAVAILABLE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
SECONDS_UNTIL_RETRY = 10

Words = str | Promise


@dataclass(frozen=True)
class Fault:
    """A status with its words, and the ways on: pairs of a label and a route name ("" is the page asked for)."""

    status: int
    title: Words
    text: Words
    ways: list[tuple[Words, str]] = field(default_factory=lambda: [(_("回到桌面"), "home:desktop")])


BAD_REQUEST = Fault(
    400,
    _("这个请求无法处理"),
    _("地址或提交的内容不完整，或者含有不能识别的字符。请返回上一页检查后再试。"),
)
FORBIDDEN = Fault(
    403,
    _("您没有权限打开这个页面"),
    _("这个页面只对有相应权限的用户开放。如果您认为应当可以打开，请联系我们。"),
)
FORGED = Fault(
    403,
    _("页面已过期，没有提交"),
    _("页面打开的时间太长，或者浏览器没有保存 Cookie。请返回上一页，刷新后重新提交。"),
)
NOT_FOUND = Fault(404, _("没有找到这个页面"), _("地址可能有误，或者内容已被撤回，或者您没有查看的权限。"))
NOT_ALLOWED = Fault(405, _("这个地址不能直接打开"), _("请从页面上的按钮进行这一步操作。"))
TOO_BIG = Fault(
    413,
    _("提交的内容太大"),
    _("内容超过了允许的大小，没有提交。请返回上一页，减少文字或换用较小的附件后再试。"),
)
TOO_MANY = Fault(429, _("操作太频繁"), _("为了保护您的账号，请稍候再试。"))
BROKEN = Fault(
    500,
    _("系统出了点问题"),
    _("错误已经记录，我们会尽快处理。请稍后再试；如果一直这样，请联系我们。"),
)
DOWN = Fault(
    503,
    _("服务暂时不可用"),
    _("系统正在恢复，通常只需要几秒钟。请稍后刷新页面；已经提交成功的内容不会丢失。"),
    [(_("再试一次"), ""), (_("回到桌面"), "home:desktop")],
)


def answer(request: HttpRequest, fault: Fault, text: Words = "") -> HttpResponse:
    """The response for ``fault``; ``text`` says more exactly what was wrong."""
    said = str(text or fault.text)
    if request.headers.get("x-requested-with") == "fetch":
        return JsonResponse({"error": said}, status=fault.status)
    context = {
        "status": fault.status,
        "title": fault.title,
        "text": said,
        "actions": [(label, reverse(name) if name else request.path) for label, name in _ways(fault)],
        "vendor": last_known(),
        "language": language_tag(),
        "theme": theme_of(request),
        "messages": [],
    }
    return HttpResponse(render_to_string("ui/error.html", context), status=fault.status)


def _ways(fault: Fault) -> list[tuple[Words, str]]:
    return [*fault.ways, (_("联系我们"), "home:contact")]


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when what came was larger than the settings allow."""
    return answer(request, TOO_BIG if isinstance(exception, TOO_LARGE) else BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person is outside the circle of the page."""
    return answer(request, FORBIDDEN, str(exception or ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from a page of ours, or its page was too old."""
    return answer(request, FORGED)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what is missing and what may not be seen."""
    return answer(request, NOT_FOUND)


def too_many(request: HttpRequest, seconds: int, text: Words = "") -> HttpResponse:
    """429: try again in ``seconds``."""
    response = answer(request, TOO_MANY, text)
    response["Retry-After"] = str(seconds)
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer."""
    response = answer(request, DOWN)
    response["Retry-After"] = str(SECONDS_UNTIL_RETRY)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the exception that is being handled says that the database is away."""
    error: Any = sys.exc_info()[1]
    return unavailable(request) if isinstance(error, UNAVAILABLE) else answer(request, BROKEN)
