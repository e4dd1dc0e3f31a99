"""Saves the demo's tickets as the workflow would have left them, without telling anyone and without any jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchVector
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Value
from django.utils import timezone

from clouddesk.accounts.models import User
from clouddesk.catalog.models import Module, ProblemKind, Product, Version
from clouddesk.demo.content import FILES, Step, Story, dated, file_names
from clouddesk.demo.timeline import asked_at, follow
from clouddesk.entries.words import document
from clouddesk.files.models import Upload
from clouddesk.files.workflow import store
from clouddesk.tickets.models import Attachment, DayCounter, Event, State, Ticket, shelf_for
from clouddesk.tickets.rules import FROM

Kind = Event.Kind
# The verb that each step stands for, and the state to which it leads.
MOVES: dict[str, tuple[str, State | None]] = {
    Kind.CLAIMED: ("claim", State.WORKING),
    Kind.ASKED_MORE: ("ask_more", State.NEEDS_INFO),
    Kind.REPLIED: ("reply", None),
    Kind.ANSWERED: ("answer", State.ANSWERED),
    Kind.NOTED: ("note", None),
    Kind.CONFIRMED: ("confirm", State.SOLVED),
    Kind.LAPSED: ("confirm", State.SOLVED),
    Kind.REOPENED: ("reopen", State.WORKING),
    Kind.WITHDRAWN: ("withdraw", State.WITHDRAWN),
}


@dataclass(frozen=True)
class Happening:
    """A step with its moment, and the state in which it left the ticket."""

    step: Step
    at: datetime
    state: State


def happenings(story: Story, asked: datetime, now: datetime) -> list[Happening]:
    """Play the steps of ``story``; raises ValueError at one that its state does not allow."""
    moments = follow(asked, [step.after for step in story.steps], now)
    state, played = State.WAITING, []
    for step, at in zip(story.steps, moments, strict=True):
        verb, after = MOVES[step.kind]
        if state not in FROM[verb]:
            raise ValueError(f"{story.title}: {step.kind} while {state}")
        if step.kind == Kind.REPLIED and state == State.NEEDS_INFO:
            state = State.WORKING
        state = after or state
        played.append(Happening(step, at, state))
    return played


def save_tickets(stories: Sequence[Story], now: datetime) -> None:
    """Save the tickets of ``stories`` in the order in which they were asked.

    Called inside a transaction, so that all are saved or none.
    """
    timed = sorted(((asked_at(story.asked, now), story) for story in stories), key=lambda pair: pair[0])
    saver = _Saver(now)
    for asked, story in timed:
        saver.save(dated(story, timezone.localtime(asked)), asked)
    saver.save_counters()


class _Saver:
    """Turns stories into rows; looks the names in them up once."""

    def __init__(self, now: datetime) -> None:
        self._names = file_names()
        self._now = now
        self._people = {user.username: user for user in User.objects.select_related("company")}
        self._products = {product.code: product for product in Product.objects.all()}
        self._modules = {(module.product_id, module.name): module for module in Module.objects.all()}
        self._versions = {(version.product_id, version.name): version for version in Version.objects.all()}
        self._kinds = {kind.name: kind for kind in ProblemKind.objects.all()}
        self._last_numbers = dict(DayCounter.objects.values_list("day", "last"))

    def save(self, story: Story, asked: datetime) -> None:
        played = happenings(story, asked, self._now)
        ticket = self._ticket(story, asked, played)
        events = [Event(ticket=ticket, actor=ticket.owner, kind=Kind.SUBMITTED, at=asked)]
        events += [self._event(ticket, story, item) for item in played]
        Event.objects.bulk_create(events)
        for event, names in zip(events, [story.files, *(item.step.files for item in played)], strict=True):
            uploads = [self._upload(event, name) for name in names]
            Attachment.objects.bulk_create(Attachment(event=event, upload=upload) for upload in uploads)

    def save_counters(self) -> None:
        """Let the tickets of real people be numbered behind these."""
        DayCounter.objects.bulk_create(
            [DayCounter(day=day, last=last) for day, last in self._last_numbers.items()],
            update_conflicts=True,
            unique_fields=["day"],
            update_fields=["last"],
        )

    def _ticket(self, story: Story, asked: datetime, played: list[Happening]) -> Ticket:
        state = played[-1].state if played else State.WAITING
        product, owner = self._products[story.product], self._people[story.asker]
        seen = [item.at for item in played if item.step.kind != Kind.NOTED]
        closing = played[-1].step if state == State.SOLVED else None
        rated = next((item.step for item in reversed(played) if item.step.kind == Kind.CONFIRMED), None)
        number = self._next_number(asked)
        return Ticket.objects.create(
            number=number,
            owner=owner,
            company=owner.company,
            product=product,
            module=self._modules[product.pk, story.module],
            version=self._versions[product.pk, story.version],
            kind=self._kinds[story.kind],
            urgency=story.urgency,
            title=story.title,
            description=story.text,
            private=story.private,
            shelf=shelf_for(state, private=story.private),
            reads=story.reads,
            created_at=asked,
            updated_at=max([asked, *seen]),
            state=state,
            assignee=self._people[story.engineer] if any(i.step.kind == Kind.CLAIMED for i in played) else None,
            answered_at=_last(played, Kind.ANSWERED) if state in (State.ANSWERED, State.SOLVED) else None,
            solved_at=_last(played, Kind.CONFIRMED, Kind.LAPSED) if closing else None,
            rating=rated.rating if closing and rated else None,
            rating_comment=rated.text if closing and rated else "",
            words=SearchVector(Value(document(number, story.title, story.text)), config="simple"),
        )

    def _event(self, ticket: Ticket, story: Story, item: Happening) -> Event:
        step = item.step
        actor = self._people.get(story.sender(step))
        internal = step.kind == Kind.NOTED
        return Event(ticket=ticket, actor=actor, kind=step.kind, at=item.at, body=step.text, internal=internal)

    def _upload(self, event: Event, name: str) -> Upload:
        content = (FILES / name).read_bytes()
        upload = store(event.actor, SimpleUploadedFile(self._names[name], content))
        Upload.objects.filter(pk=upload.pk).update(created_at=event.at)
        return upload

    def _next_number(self, asked: datetime) -> str:
        day = timezone.localdate(asked)
        last = self._last_numbers[day] = self._last_numbers.get(day, 0) + 1
        return f"WT{day:%Y%m%d}-{last:06d}"


def _last(played: list[Happening], *kinds: str) -> datetime | None:
    return next((item.at for item in reversed(played) if item.step.kind in kinds), None)
