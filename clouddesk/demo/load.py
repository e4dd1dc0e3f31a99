"""Fills an empty portal with the demo: catalogue, people, and half a year of tickets."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from clouddesk.demo import content
from clouddesk.demo.accounts import passwords
from clouddesk.demo.notices import save_notices
from clouddesk.demo.people import refuse_a_portal_in_use, save_catalogue, save_people
from clouddesk.demo.tickets import save_tickets
from clouddesk.tickets.models import Ticket

Progress = Callable[[str], None]


def load_demo(progress: Progress | None = None) -> None:
    """Load what is missing of the demo; ``progress`` is told, in Chinese, what is being done.

    Catalogue, people and tickets are saved one after the other, each all or not at all, so that a stopped loading is
    finished by the next call, and a complete demo is left as it is, with all that was done in it since.
    Nobody is mailed. Raises StartError where other people have accounts already.
    """
    say = progress or (lambda _: None)
    now = timezone.now()
    people = content.people()
    refuse_a_portal_in_use(people)
    say("产品、模块、版本和厂商信息")
    save_catalogue(content.catalogue())
    say(f"{len(people.persons)} 个人员和 {len(people.companies)} 家客户单位")
    save_people(people, passwords(), now)
    if Ticket.objects.filter(owner__username__in=[person.username for person in people.persons]).exists():
        return
    stories = content.stories()
    say(f"{len(stories)} 张问题单和它们的附件")
    with transaction.atomic():
        save_tickets(stories, now)
        save_notices(passwords(), now)
