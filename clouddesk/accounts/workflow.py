"""What changes people: registering (manual 1a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from clouddesk.accounts.models import Application, Company, User
from clouddesk.catalog.models import Product


class UserNameTakenError(Exception):
    """Somebody else was quicker."""


class AlreadySentError(Exception):
    """The form with this key has made a person before, and said something else then."""

    def __init__(self, username: str) -> None:
        super().__init__(username)
        self.username = username


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What the registration page asks for, already checked."""

    username: str
    password: str
    real_name: str
    company: str
    email: str
    phone: str
    product: Sequence[Product]
    region: str
    qq: str
    birth_date: date | None
    serial_number: str
    service_code: str
    apply_vip: bool
    apply_admin: bool


def register(wanted: Registration, key: UUID | None = None) -> User:
    """Make a person of ``wanted``, of the company with this very name, with what they apply for waiting.

    The same form again, known by its ``key``, gives the person that it made; raises AlreadySentError when it says
    something else now, and UserNameTakenError when another has the name.
    """
    if earlier := _made_by(key):
        return _same(earlier, wanted)
    user = User(
        username=wanted.username,
        real_name=wanted.real_name,
        email=wanted.email,
        phone=wanted.phone,
        region=wanted.region,
        qq=wanted.qq,
        birth_date=wanted.birth_date,
        serial_number=wanted.serial_number,
        agreed_at=timezone.now(),
        registration_key=key,
    )
    user.set_password(wanted.password)  # takes a while, so before the transaction
    try:
        with transaction.atomic():
            _save(user, wanted)
    except IntegrityError as error:
        # The same form may have come twice at once.
        if earlier := _made_by(key):
            return _same(earlier, wanted)
        raise UserNameTakenError from error
    return user


def _save(user: User, wanted: Registration) -> None:
    user.company, _new = Company.objects.get_or_create(name=wanted.company, defaults={"region": wanted.region})
    user.save()
    user.products.set(wanted.product)
    Application.objects.bulk_create(_applications(user, wanted))


def _applications(user: User, wanted: Registration) -> list[Application]:
    kinds = [(Application.Kind.VIP, wanted.apply_vip), (Application.Kind.ADMINISTRATOR, wanted.apply_admin)]
    return [Application(user=user, kind=kind, service_code=wanted.service_code) for kind, applied in kinds if applied]


def _made_by(key: UUID | None) -> User | None:
    return User.objects.filter(registration_key=key).first() if key else None


def _same(earlier: User, wanted: Registration) -> User:
    """``earlier``, if it is the person that ``wanted`` asks for; raises AlreadySentError."""
    facts = ("username", "real_name", "email", "phone")
    if any(getattr(earlier, fact) != getattr(wanted, fact) for fact in facts):
        raise AlreadySentError(earlier.username)
    if not earlier.check_password(wanted.password):
        raise AlreadySentError(earlier.username)
    return earlier
