"""Makes what a test needs: plain functions, each with defaults that make sense together.

Everything that has a workflow is made by it, so that a test starts from what can really be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from clouddesk.accounts.models import Company, Contract, Role, User
from clouddesk.catalog.models import Database, Module, ProblemKind, Product, Version
from clouddesk.files.models import Upload
from clouddesk.files.workflow import store
from clouddesk.tickets import workflow
from clouddesk.tickets.models import State, Ticket, Urgency

PASSWORD = "yuejie-2026"  # of everybody made here; long enough for staff
_counter = count(1)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The lists of the vendor: the manual's two products, with the modules and versions that tests speak of."""

    ps: Product
    gs: Product
    kind: ProblemKind

    def module(self, product: Product | None = None) -> Module:
        """The first module of a product (PS unless told)."""
        first: Module = Module.objects.filter(product=product or self.ps)[0]
        return first

    def version(self, product: Product | None = None) -> Version:
        """The first version of a product (PS unless told)."""
        first: Version = Version.objects.filter(product=product or self.ps)[0]
        return first


def catalogue() -> Catalogue:
    """The catalogue, made on the first call in a test."""
    return Catalogue(
        ps=_product("PS", 1, ["总账", "报表"], ["11.0", "10.5", "10.2"]),
        gs=_product("GS", 2, ["预算", "总账"], ["6.X", "5.2"]),
        kind=_kinds()[0],
    )


def _product(code: str, position: int, modules: list[str], versions: list[str]) -> Product:
    # The same keys in every test: a server that runs through several of them keeps the product tree for a while.
    key = 1000 * position
    names = {"pk": key, "name": f"浪潮ERP-{code}", "standard_name": f"{code}标准产品", "position": position}
    product, new = Product.objects.get_or_create(code=code, defaults=names)
    if new:
        for place, name in enumerate(modules):
            Module.objects.create(pk=key + place, product=product, name=name, position=place)
        for place, name in enumerate(versions):
            Version.objects.create(pk=key + place, product=product, name=name, position=place)
    return product


def _kinds() -> list[ProblemKind]:
    for place, name in enumerate(["应用问题", "数据异常", "程序错误", "环境问题"]):
        ProblemKind.objects.get_or_create(name=name, defaults={"position": place})
    for place, name in enumerate(["ORACLE", "SQLSERVER", "SYBASE"]):
        Database.objects.get_or_create(name=name, defaults={"position": place})
    return list(ProblemKind.objects.all())


def company(name: str = "") -> Company:
    """A client company; the same one for the same name."""
    made, _ = Company.objects.get_or_create(name=name or f"山东第{next(_counter)}化工有限公司")
    return made


def contract(of: Company | None = None, *, days_left: int = 300) -> Contract:
    """A service contract of a company that ends in so many days (negative: ended)."""
    today = timezone.localdate()
    return Contract.objects.create(
        code=f"FW{next(_counter):06d}",
        company=of or company(),
        starts=today - timedelta(days=400),
        ends=today + timedelta(days=days_left),
    )


def customer(*, of: Company | None = None, username: str = "", **fields: Any) -> User:
    """An ordinary customer of a company of their own, or of ``of``."""
    return _person(username or f"kehu{next(_counter)}", company=of or company(), **fields)


def vip(*, administrator: bool = False, days_left: int = 300, of: Company | None = None, **fields: Any) -> User:
    """A customer with a service contract, and perhaps the rights of the company's administrator."""
    employer = of or company()
    granted = contract(employer, days_left=days_left)
    return customer(of=employer, contract=granted, is_administrator=administrator, **fields)


def staff(*roles: Role, modules: Iterable[Module] = (), username: str = "", **fields: Any) -> User:
    """A member of the vendor's staff."""
    number = next(_counter)
    person = _person(
        username or f"gongcheng{number}", roles=[role.value for role in roles], staff_number=f"G{number:04d}", **fields
    )
    person.modules.set(modules)
    return person


def engineer(*, modules: Iterable[Module] | None = None, **fields: Any) -> User:
    """An engineer of the given modules, of all there are unless told."""
    catalogue()
    return staff(Role.ENGINEER, modules=Module.objects.all() if modules is None else modules, **fields)


def consultant(**fields: Any) -> User:
    """A consultant."""
    return staff(Role.CONSULTANT, **fields)


def editor(**fields: Any) -> User:
    """An editor."""
    return staff(Role.EDITOR, **fields)


def supervisor(**fields: Any) -> User:
    """A supervisor."""
    return staff(Role.SUPERVISOR, **fields)


def _person(username: str, **fields: Any) -> User:
    number = next(_counter)
    usual = {
        "real_name": "王建国",
        "email": f"{username}@example.com",
        "phone": f"138{number:08d}",
        "agreed_at": timezone.now(),
        "password": PASSWORD,
    }
    return User.objects.create_user(username, **{**usual, **fields})


def question(**fields: Any) -> workflow.Question:
    """What somebody asks, about the first module of PS unless told."""
    lists = catalogue()
    product = fields.get("product", lists.ps)
    usual = {
        "product": product,
        "module": lists.module(product),
        "version": lists.version(product),
        "kind": lists.kind,
        "urgency": Urgency.NORMAL,
        "title": "月末结账时提示凭证断号",
        "description": "十一月结账到第三步，提示有断号凭证，但列表里查不到。",
        "private": False,
    }
    return workflow.Question(**{**usual, **fields})


def ticket(
    owner: User | None = None,
    *,
    state: State = State.WAITING,
    by: User | None = None,
    uploads: Iterable[Upload] = (),
    **fields: Any,
) -> Ticket:
    """A ticket asked by ``owner`` and brought to ``state`` by its owner and the engineer ``by``, through the workflow.

    ``fields`` are those of ``question``.
    """
    owner = owner or customer()
    made = workflow.submit(owner, question(**fields), uploads)
    if state is State.WITHDRAWN:
        workflow.withdraw(owner, made)
    elif state is not State.WAITING:
        _work_on(made, owner, by or engineer(), state)
    made.refresh_from_db()
    return made


def _work_on(made: Ticket, owner: User, worker: User, state: State) -> None:
    workflow.claim(worker, made)
    if state is State.NEEDS_INFO:
        workflow.ask_more(worker, made, "请提供断号凭证的会计期间和凭证类型。")
    if state in (State.ANSWERED, State.SOLVED):
        workflow.answer(worker, made, "请在凭证整理中选择本期间，执行断号整理后再结账。")
    if state is State.SOLVED:
        workflow.confirm(owner, made, 5, "很快解决了")


def picture(name: str = "结账报错.png", *, size: tuple[int, int] = (32, 24)) -> SimpleUploadedFile:
    """A small real PNG, as a form brings it."""
    content = BytesIO()
    Image.new("RGB", size, (30, 90, 160)).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


def upload(owner: User, file: SimpleUploadedFile | None = None) -> Upload:
    """A file that ``owner`` has uploaded and attached to nothing yet."""
    return store(owner, file or picture())
