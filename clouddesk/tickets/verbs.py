"""The steps that a ticket's page offers: how each is called there, and which verb of ``workflow`` it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from clouddesk.access import Access
from clouddesk.tickets import workflow
from clouddesk.tickets.answering_forms import MessageForm, RatingForm, StepForm
from clouddesk.tickets.models import State


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A step that somebody can take on a ticket's page.

    ``name`` is its address, ``title`` heads its form, ``hint`` says what it leads to, ``button`` sends it, ``done`` is
    what the person reads afterwards. ``next_in`` is the state in which the ticket waits for just this.
    """

    name: str
    do: Callable[..., None]
    circle: Access
    form: type[StepForm]
    icon: str
    title: Any
    hint: Any
    button: Any
    done: Any
    next_in: State | None = None

    @property
    def rule(self) -> str:
        """Its name in ``tickets.rules``."""
        return self.name.replace("-", "_")

    @property
    def auto_id(self) -> str:
        """How the ids of its fields begin: several forms stand on one page."""
        return f"id_{self.rule}_%s"


VERBS = (
    Verb(
        name="claim",
        next_in=State.WAITING,
        do=workflow.claim,
        circle=Access.ENGINEER,
        form=StepForm,
        icon="user-check",
        title=_("受理"),
        hint=_("受理后由您答复，客户会收到通知。"),
        button=_("受理这个问题"),
        done=_("您已受理这个问题。"),
    ),
    Verb(
        name="answer",
        next_in=State.WORKING,
        do=workflow.answer,
        circle=Access.ENGINEER,
        form=MessageForm,
        icon="send",
        title=_("答复客户"),
        hint=_("客户会收到通知，由客户确认是否解决。"),
        button=_("提交答复"),
        done=_("答复已提交，等待客户确认。"),
    ),
    Verb(
        name="ask-more",
        do=workflow.ask_more,
        circle=Access.ENGINEER,
        form=MessageForm,
        icon="message-question",
        title=_("请客户补充信息"),
        hint=_("请写清楚还需要哪些信息、在哪里能看到。"),
        button=_("请客户补充"),
        done=_("已请客户补充信息。"),
    ),
    Verb(
        name="confirm",
        next_in=State.ANSWERED,
        do=workflow.confirm,
        circle=Access.CUSTOMER,
        form=RatingForm,
        icon="circle-check",
        title=_("确认已解决"),
        hint=_("请为这次服务打分，您的评价会帮助我们改进。"),
        button=_("确认已解决"),
        done=_("感谢您的评价，问题已解决。"),
    ),
    Verb(
        name="reply",
        next_in=State.NEEDS_INFO,
        do=workflow.reply,
        circle=Access.CUSTOMER,
        form=MessageForm,
        icon="message-plus",
        title=_("补充信息"),
        hint=_("可以补充操作步骤、报错截图或单据编号。"),
        button=_("提交补充"),
        done=_("补充的信息已提交。"),
    ),
    Verb(
        name="reopen",
        do=workflow.reopen,
        circle=Access.CUSTOMER,
        form=MessageForm,
        icon="arrow-back-up",
        title=_("问题没有解决"),
        hint=_("请说明哪里没有解决，工程师会继续处理。"),
        button=_("重新打开问题"),
        done=_("问题已重新打开，工程师会继续处理。"),
    ),
    Verb(
        name="note",
        do=workflow.note,
        circle=Access.STAFF,
        form=MessageForm,
        icon="note",
        title=_("内部备注"),
        hint=_("只有服务人员看得到，客户不会收到通知。"),
        button=_("保存备注"),
        done=_("内部备注已保存。"),
    ),
    Verb(
        name="withdraw",
        do=workflow.withdraw,
        circle=Access.CUSTOMER,
        form=StepForm,
        icon="x",
        title=_("撤回问题"),
        hint=_("还没有人受理，可以撤回；撤回后不再处理，其他用户也看不到。"),
        button=_("撤回这个问题"),
        done=_("问题已撤回。"),
    ),
)
