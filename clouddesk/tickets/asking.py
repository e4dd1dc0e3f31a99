"""我要提问: the page on which a customer asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clouddesk.access import Access, access
from clouddesk.entries.models import Entry, Shelf
from clouddesk.entries.searching import find
from clouddesk.files.models import Upload
from clouddesk.submissions.models import Draft
from clouddesk.submissions.workflow import AlreadySentError, draft_of, form_key, once
from clouddesk.tickets.attachments import still_free
from clouddesk.tickets.forms import AskForm
from clouddesk.tickets.workflow import ConflictError, submit

DRAFT = "ticket"
DRAFT_FIELDS = frozenset({"product", "module", "version", "kind", "urgency", "title", "description", "private"})
SIMILAR_COUNT = 5
NEWEST = ("-updated_at", "-id")
SIMILAR_FROM = 2  # characters: one alone finds everything and nothing


@access(Access.CUSTOMER, methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Show the form, with the person's draft if there is one; take the question, once."""
    if request.method == "POST":
        return _take(request, AskForm(request.POST, request.FILES, user=request.user))
    key = form_key(request.user, DRAFT)
    draft = draft_of(request.user, DRAFT, key)
    fields = draft.fields if draft else {}
    form = AskForm(user=request.user, initial={**_usual(request.user), **fields, "key": key})
    if kept := fields.get("uploads"):
        form.sent_uploads = list(Upload.objects.filter(owner_id=request.user.pk, pk__in=kept))
    return _page(request, form, draft=draft)


@access(Access.CUSTOMER)
def similar(request: HttpRequest) -> HttpResponse:
    """Solved questions that resemble the title being typed, as a piece of the page."""
    title = request.GET.get("title", "").strip()[:100]
    found: list[Any] = []
    if len(title) >= SIMILAR_FROM:
        solved = Entry.objects.visible_to(request.user).on_shelf(Shelf.SOLVED)
        ids = find(solved, title, NEWEST, 0, SIMILAR_COUNT).ids
        found = list(solved.filter(pk__in=ids).order_by(*NEWEST).values("number", "title"))
    return render(request, "tickets/similar.html", {"found": found})


def _take(request: HttpRequest, form: AskForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form)

    def make() -> str:
        return submit(request.user, form.question(), form.sent_uploads).get_absolute_url()  # type: ignore[arg-type]

    try:
        url = once(request.user, DRAFT, form.cleaned_data["key"], form.content(), make)
    except AlreadySentError as error:
        form.add_error(None, _("这份表单已经提交过一个问题。如果要把现在的内容作为另一个问题提交，请再点一次“确定”。"))
        form.renew_key(form_key(request.user, DRAFT))
        return _page(request, form, earlier=error.url, status=409)
    except ConflictError as error:
        form.add_error("attachments", str(error))
        form.sent_uploads = still_free(form.sent_uploads)
        return _page(request, form, status=409)
    messages.success(request, _("问题已提交，我们会尽快处理。"))
    return redirect(url)


def _page(
    request: HttpRequest, form: AskForm, *, draft: Draft | None = None, earlier: str = "", status: int | None = None
) -> HttpResponse:
    context = {"form": form, "draft": draft, "earlier": earlier, "draft_name": DRAFT}
    return render(request, "tickets/new.html", context, status=status or form.status)


def _usual(user: Any) -> dict[str, Any]:
    """What the person chose the last time they asked."""
    last = Entry.objects.filter(owner=user).order_by(*NEWEST)
    return last.values("product", "module", "version").first() or {}
