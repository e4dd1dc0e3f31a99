"""A ticket's page, and what can be done on it: one address per verb of ``workflow``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from clouddesk.access import Access, access
from clouddesk.entries.listing import names_for
from clouddesk.entries.workflow import note_reading
from clouddesk.submissions.workflow import AlreadySentError, key_of, once
from clouddesk.tickets import workflow
from clouddesk.tickets.answering_forms import StepForm
from clouddesk.tickets.attachments import still_free
from clouddesk.tickets.models import State, Ticket
from clouddesk.tickets.reading import read_events, read_files, read_ticket
from clouddesk.tickets.rules import NotAllowedError, may
from clouddesk.tickets.verbs import VERBS, Verb

FLOW = (State.WAITING, State.WORKING, State.ANSWERED, State.SOLVED)


@access(Access.MEMBER)
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket, its timeline, and what this person can do about it."""
    ticket = _find(request.user, number)
    # Hot questions are those that other customers come to read (manual 4b).
    if request.method == "GET" and ticket.owner_id != request.user.pk and not request.user.is_staff_member:  # type: ignore[union-attr]
        note_reading(request.user, ticket)
    return _page(request, ticket)


def _view_of(verb: Verb) -> Callable[..., HttpResponse]:
    @access(verb.circle, methods=("POST",))
    def act(request: HttpRequest, number: str) -> HttpResponse:
        ticket = _find(request.user, number)
        form = verb.form(request.POST, request.FILES, user=request.user, auto_id=verb.auto_id)
        if not form.is_valid():
            return _page(request, ticket, verb, form)
        content = {**form.content(), "ticket": ticket.pk}

        def make() -> str:
            verb.do(request.user, ticket, **form.values())
            return ticket.get_absolute_url()

        try:
            url = once(request.user, f"ticket-{verb.name}", form.cleaned_data["key"], content, make)
        except (AlreadySentError, workflow.ConflictError, NotAllowedError) as error:
            return _refused(request, number, verb, form, error)
        messages.success(request, verb.done)
        return redirect(url)

    return act


urlpatterns: list[URLPattern] = [
    path("tickets/<str:number>/", detail, name="detail"),
    *(path(f"tickets/<str:number>/{verb.name}/", _view_of(verb), name=verb.rule) for verb in VERBS),
]


def _refused(request: HttpRequest, number: str, verb: Verb, form: StepForm, error: Exception) -> HttpResponse:
    """Show the ticket as it is now, with what was typed and the reason why it was not taken."""
    words = str(error)
    if isinstance(error, AlreadySentError):
        words = str(_("这份表单已经提交过一次，内容不同。如果要再提交现在的内容，请再点一次按钮。"))
        form.renew_key()
    if isinstance(error, workflow.FilesTakenError):
        form.sent_uploads = still_free(form.sent_uploads)
    form.add_error("attachments" if isinstance(error, workflow.FilesTakenError) else None, words)
    form.status = 403 if isinstance(error, NotAllowedError) else 409
    return _page(request, _find(request.user, number), verb, form)


def _find(user: Any, number: str) -> Ticket:
    """The ticket with this number; raises Http404 alike for one that is missing and one that is not for ``user``."""
    ticket = read_ticket(user, number)
    if ticket is None:
        raise Http404
    return ticket


def _page(
    request: HttpRequest, ticket: Ticket, sent: Verb | None = None, sent_form: StepForm | None = None
) -> HttpResponse:
    user: Any = request.user
    events, with_files = read_events(user, ticket)
    # Changes with each step that this person takes, and only then: a draft in the browser can tell whether it was sent.
    last = max((event.pk for event in events if event.actor_id == user.pk), default=0)
    panels = []
    for verb in VERBS:
        if verb is sent:
            panels.append((verb, sent_form))
        elif may(user, verb.rule, ticket):
            key = key_of(user, verb.name, ticket.pk, last)
            panels.append((verb, verb.form(user=user, initial={"key": key}, auto_id=verb.auto_id)))
    context = {
        "ticket": ticket,
        "events": events,
        "files": read_files(ticket) if with_files else defaultdict(list),
        "names": names_for({ticket.product_id}, {ticket.module_id}, {ticket.version_id}),
        "panels": panels,
        "sent": sent,
        "flow": flow_of(ticket),
    }
    return render(request, "tickets/detail.html", context, status=sent_form.status if sent_form else 200)


def flow_of(ticket: Ticket) -> list[dict[str, Any]]:
    """The steps 待受理 → 处理中 → 待确认 → 已解决 and where the ticket stands; 待补充 belongs to 处理中."""
    state = State(ticket.state)
    if state is State.WITHDRAWN:
        return [_step(State.WAITING, "done"), _step(state, "current")]
    if state is State.SOLVED:
        return [_step(step, "done") for step in FLOW]
    at = FLOW.index(State.WORKING if state is State.NEEDS_INFO else state)
    steps = [_step(step, "done" if place < at else "todo") for place, step in enumerate(FLOW)]
    steps[at] = _step(FLOW[at], "current", "" if state is FLOW[at] else state.label)
    return steps


def _step(step: State, state: str, hint: Any = "") -> dict[str, Any]:
    return {"label": step.label, "state": state, "hint": hint}
