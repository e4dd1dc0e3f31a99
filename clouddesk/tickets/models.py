"""问题单: the customer's question, what happened to it, and the files that belong to it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clouddesk.accounts.models import Company
from clouddesk.catalog.models import ProblemKind
from clouddesk.entries.models import Entry, EntryQuerySet, Shelf
from clouddesk.files.models import Upload

HOT_COUNT = 30  # manual 4b: 阅读次数排名前三十位


class State(models.TextChoices):
    """The life of a ticket (spec 3)."""

    WAITING = "waiting", _("待受理")
    WORKING = "working", _("处理中")
    NEEDS_INFO = "needs_info", _("待补充")
    ANSWERED = "answered", _("待确认")
    SOLVED = "solved", _("已解决")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN_STATES = (State.WAITING, State.WORKING, State.NEEDS_INFO, State.ANSWERED)


class Urgency(models.IntegerChoices):
    """问题紧急程度 in the manual's words, most urgent first."""

    CRITICAL = 1, _("特别紧急")
    URGENT = 2, _("紧急")
    NORMAL = 3, _("一般紧急")
    LOW = 4, _("不紧急")


def shelf_for(state: str, *, private: bool) -> Shelf:
    """The public list on which a ticket belongs: a private or withdrawn one is on none."""
    if private or state == State.WITHDRAWN:
        return Shelf.HIDDEN
    return Shelf.SOLVED if state == State.SOLVED else Shelf.PENDING


class TicketQuerySet(EntryQuerySet):
    """Lists of tickets."""

    def mine(self, user: Any) -> TicketQuerySet:
        """我的问题: all that ``user`` asked, private ones too."""
        return self.filter(owner=user)


class Ticket(Entry):
    """A question and the state of its solution. ``workflow`` alone changes it."""

    entry = models.OneToOneField(Entry, models.CASCADE, parent_link=True, primary_key=True, related_name="ticket")
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="tickets")
    kind = models.ForeignKey(ProblemKind, models.PROTECT, related_name="+", verbose_name=_("问题类型"))
    urgency = models.PositiveSmallIntegerField(_("问题紧急程度"), choices=Urgency)
    description = models.TextField(_("问题描述"))
    private = models.BooleanField(_("此问题不对其他用户公开"), default=False)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.WAITING)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="assigned_tickets")
    answered_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_comment = models.CharField(max_length=500, blank=True)

    objects: ClassVar = TicketQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="ticket_state_known"),
            models.CheckConstraint(condition=Q(urgency__range=(1, 4)), name="ticket_urgency_known"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="ticket_rating_range"),
            models.CheckConstraint(
                condition=Q(state__in=[State.WAITING, State.WITHDRAWN]) | Q(assignee__isnull=False),
                name="ticket_worked_on_has_assignee",
            ),
        ]
        indexes: ClassVar = [
            # The desk's queue holds only what is open; that stays small while solved tickets pile up.
            models.Index(
                fields=["state", "urgency", "entry"],
                include=["assignee"],
                name="ticket_queue",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(
                fields=["assignee", "urgency", "entry"],
                include=["state"],
                name="ticket_queue_of_one",
                condition=Q(state__in=OPEN_STATES),
            ),
            models.Index(fields=["answered_at"], name="ticket_unconfirmed", condition=Q(state=State.ANSWERED)),
        ]

    # Django's own look every choice's words up to find one.
    def get_state_display(self) -> str:  # type: ignore[no-redef]  # the plugin knows Django's
        """The state in words."""
        return str(State(self.state).label)

    def get_urgency_display(self) -> str:  # type: ignore[no-redef]
        """The urgency in words."""
        return str(Urgency(self.urgency).label)

    def get_absolute_url(self) -> str:
        """The ticket's page."""
        return reverse("tickets:detail", args=[self.number])


class Event(models.Model):
    """Who did what and when; the timeline of the ticket's page. Internal ones are for staff alone."""

    class Kind(models.TextChoices):
        """What was done, in the words of the timeline."""

        SUBMITTED = "submitted", _("提交了问题")
        CLAIMED = "claimed", _("受理了问题")
        ASKED_MORE = "asked_more", _("请提问人补充信息")
        REPLIED = "replied", _("补充了信息")
        ANSWERED = "answered", _("给出了答复")
        NOTED = "noted", _("写下内部备注")
        CONFIRMED = "confirmed", _("确认已解决")
        REOPENED = "reopened", _("重新打开了问题")
        WITHDRAWN = "withdrawn", _("撤回了问题")
        LAPSED = "lapsed", _("五个工作日内未提出异议，系统确认已解决")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    body = models.TextField(blank=True)
    internal = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """What was done, in words."""
        return str(self.Kind(self.kind).label)


class Attachment(models.Model):
    """A file of an event: of the question itself, of a reply, of an answer."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="attachments")
    upload = models.OneToOneField(Upload, models.PROTECT, related_name="attachment")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.upload)


class DayCounter(models.Model):
    """The last number given out on a day, for numbers such as WT20261124-000123."""

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}: {self.last}"
