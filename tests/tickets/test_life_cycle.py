"""Any verbs by any persons in any order, against a model of spec 3 that is written down here a second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from clouddesk.accounts.models import User
from clouddesk.entries.models import Shelf
from clouddesk.notifications.models import Notice
from clouddesk.tickets import rules, workflow
from clouddesk.tickets.models import Event, State, Ticket
from tests import factories

# What each verb does to each state in which it is possible; everywhere else it is refused with words.
MOVES: dict[str, dict[State, State]] = {
    "claim": {State.WAITING: State.WORKING},
    "ask_more": {State.WORKING: State.NEEDS_INFO},
    "reply": {State.WAITING: State.WAITING, State.WORKING: State.WORKING, State.NEEDS_INFO: State.WORKING},
    "answer": {State.WORKING: State.ANSWERED, State.NEEDS_INFO: State.ANSWERED},
    "note": {state: state for state in State},
    "confirm": {State.ANSWERED: State.SOLVED},
    "reopen": {State.ANSWERED: State.WORKING, State.SOLVED: State.WORKING},
    "withdraw": {State.WAITING: State.WITHDRAWN},
}
EVENTS = {
    "claim": Event.Kind.CLAIMED,
    "ask_more": Event.Kind.ASKED_MORE,
    "reply": Event.Kind.REPLIED,
    "answer": Event.Kind.ANSWERED,
    "note": Event.Kind.NOTED,
    "confirm": Event.Kind.CONFIRMED,
    "reopen": Event.Kind.REOPENED,
    "withdraw": Event.Kind.WITHDRAWN,
}
CALLS: dict[str, Callable[[User, Ticket], None]] = {
    "claim": workflow.claim,
    "ask_more": lambda user, ticket: workflow.ask_more(user, ticket, "请补充期间"),
    "reply": lambda user, ticket: workflow.reply(user, ticket, "是十一月"),
    "answer": lambda user, ticket: workflow.answer(user, ticket, "请整理断号"),
    "note": lambda user, ticket: workflow.note(user, ticket, "老客户"),
    "confirm": lambda user, ticket: workflow.confirm(user, ticket, 4),
    "reopen": lambda user, ticket: workflow.reopen(user, ticket, "又出现了"),
    "withdraw": workflow.withdraw,
}
OWNERS = {"reply", "confirm", "reopen", "withdraw"}  # verbs of the asker alone
TOLD_OWNER = {"claim", "ask_more", "answer"}
TOLD_ASSIGNEE = {"reply", "confirm", "reopen"}
STAFF = ("engineer", "other_engineer", "foreign_engineer", "editor", "supervisor")
PERSONS = ("owner", "colleague", "stranger", *STAFF)


@dataclass
class Model:
    """What must be so."""

    private: bool
    state: State = State.WAITING
    assignee: str = ""
    events: list[tuple[str, str]] = field(default_factory=lambda: [(Event.Kind.SUBMITTED.value, "owner")])
    notices: Counter[str] = field(default_factory=Counter)

    def admits(self, verb: str, person: str) -> bool:
        if verb in OWNERS:
            return person == "owner"
        if verb == "claim":
            return person in {"engineer", "other_engineer", "supervisor"}
        if verb == "note":
            return person in STAFF
        return person in {self.assignee, "supervisor"}

    def happen(self, verb: str, person: str) -> None:
        self.state = MOVES[verb][self.state]
        self.events.append((EVENTS[verb].value, person))
        if verb == "claim":
            self.assignee = person
        if verb in TOLD_OWNER:
            self.notices["owner"] += 1
        if verb in TOLD_ASSIGNEE and self.assignee:
            self.notices[self.assignee] += 1

    def lapse(self) -> None:
        self.state = State.SOLVED
        self.events.append((Event.Kind.LAPSED.value, ""))
        self.notices["owner"] += 1

    @property
    def rating(self) -> int | None:
        """The rating of the confirmation that still holds."""
        moves = [kind for kind, _ in self.events if kind != Event.Kind.NOTED]
        return 4 if moves[-1] == Event.Kind.CONFIRMED else None

    @property
    def shelf(self) -> Shelf:
        if self.private or self.state is State.WITHDRAWN:
            return Shelf.HIDDEN
        return Shelf.SOLVED if self.state is State.SOLVED else Shelf.PENDING


class TicketLife(RuleBasedStateMachine):
    people: dict[str, User]

    @initialize(private=st.booleans())
    def ask(self, private: bool) -> None:
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.ticket = factories.ticket(self.people["owner"], private=private)
        self.model = Model(private)

    def teardown(self) -> None:
        if hasattr(self, "rolled_back"):
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def now(self) -> Ticket:
        return Ticket.objects.get(pk=self.ticket.pk)

    @rule(verb=st.sampled_from(sorted(CALLS)), person=st.sampled_from(PERSONS))
    def anybody_tries_anything(self, verb: str, person: str) -> None:
        act = CALLS[verb]
        if not self.model.admits(verb, person):
            with pytest.raises(rules.NotAllowedError, match=r"。$"):
                act(self.people[person], self.now())
        elif self.model.state not in MOVES[verb]:
            with pytest.raises(workflow.ConflictError, match=str(self.model.state.label)):
                act(self.people[person], self.now())
        else:
            act(self.people[person], self.now())
            self.model.happen(verb, person)

    @rule(data=st.data())
    def somebody_goes_on(self, data: st.DataObject) -> None:
        """A verb that is possible, so that long lives are walked and not only refusals."""
        possible = [
            (verb, person)
            for verb in sorted(CALLS)
            for person in PERSONS
            if self.model.state in MOVES[verb] and self.model.admits(verb, person) and verb != "note"
        ]
        if possible:
            verb, person = data.draw(st.sampled_from(possible))
            CALLS[verb](self.people[person], self.now())
            self.model.happen(verb, person)

    @rule(days=st.sampled_from([1, 30]))
    def time_passes(self, days: int) -> None:
        """A day is never five working days; thirty always hold five of them."""
        changed = workflow.resolve_overdue(timezone.now() + timedelta(days=days))
        due = self.model.state is State.ANSWERED and days == 30
        assert changed == (1 if due else 0)
        if due:
            self.model.lapse()

    @invariant()
    def the_row_is_as_modelled(self) -> None:
        ticket = self.now()
        assert ticket.state == self.model.state
        assert ticket.shelf == self.model.shelf
        assert ticket.assignee_id == (self.people[self.model.assignee].pk if self.model.assignee else None)
        assert (ticket.answered_at is not None) == (ticket.state in (State.ANSWERED, State.SOLVED))
        assert (ticket.solved_at is not None) == (ticket.state == State.SOLVED)
        assert ticket.rating == self.model.rating

    @invariant()
    def every_change_left_an_event(self) -> None:
        names = {user.pk: name for name, user in self.people.items()}
        events = Event.objects.filter(ticket=self.ticket).values_list("kind", "actor", "internal")
        assert [(kind, names.get(actor, "")) for kind, actor, _ in events] == self.model.events
        assert all(internal == (kind == Event.Kind.NOTED) for kind, _, internal in events)

    @invariant()
    def who_has_to_know_was_told(self) -> None:
        names = {user.pk: name for name, user in self.people.items()}
        told = Counter(names[user] for user in Notice.objects.values_list("user", flat=True))
        assert told == self.model.notices

    @invariant()
    def only_who_may_see_it_sees_it(self) -> None:
        seen = {name for name, user in self.people.items() if Ticket.objects.visible_to(user).exists()}
        hidden = self.model.shelf is Shelf.HIDDEN
        assert seen == ({"owner", *STAFF} if hidden else set(PERSONS))


def _people() -> dict[str, User]:
    employer = factories.company()
    module = factories.catalogue().module()
    return {
        "owner": factories.customer(of=employer),
        "colleague": factories.customer(of=employer),
        "stranger": factories.customer(),
        "engineer": factories.engineer(modules=[module]),
        "other_engineer": factories.engineer(modules=[module]),
        "foreign_engineer": factories.engineer(modules=[factories.catalogue().module(factories.catalogue().gs)]),
        "editor": factories.editor(),
        "supervisor": factories.supervisor(),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
def test_every_verb_by_everybody_in_every_state(state: State) -> None:
    people = _people()
    ticket = factories.ticket(people["owner"], state=state, by=people["engineer"])
    model = Model(private=False, state=state, assignee="engineer" if ticket.assignee else "")
    wrong = []
    for verb, act in CALLS.items():
        for person in PERSONS:
            with transaction.atomic():
                got = _outcome(act, people[person], ticket.pk)
                transaction.set_rollback(True)
            expected = "not allowed" if not model.admits(verb, person) else MOVES[verb].get(state, "conflict")
            if got != expected:
                wrong.append(f"{verb} by {person}: {got}, not {expected}")
    assert wrong == []


def _outcome(act: Callable[[User, Ticket], None], user: User, key: int) -> str:
    try:
        act(user, Ticket.objects.get(pk=key))
    except rules.NotAllowedError:
        return "not allowed"
    except workflow.ConflictError:
        return "conflict"
    return Ticket.objects.get(pk=key).state


@pytest.mark.django_db
def test_any_life_of_a_ticket_keeps_the_rules() -> None:
    TicketLife.people = _people()
    run_state_machine_as_test(
        TicketLife, settings=settings(max_examples=25, stateful_step_count=20, report_multiple_bugs=False)
    )
