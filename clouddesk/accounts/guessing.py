"""How often something may be tried: signing in to an account, registering from an address.

A try is counted in the database before it is looked at, by one statement each, so that the limits hold for any number
of processes and across restarts; what turns out to be right is given back. Only digests of names are kept: people type
their passwords into the wrong field.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clouddesk.accounts.devices import device_of
from clouddesk.accounts.models import Attempt

MINUTE = 60
IPV6_NETWORK = 64  # what one customer of a provider is given


@dataclass(frozen=True)
class Limit:
    """So many tries within ``seconds`` from the first of them."""

    name: str
    count: int
    seconds: int


# Wrong passwords only, since right ones are given back. A company's people often share one address.
PER_ACCOUNT = Limit("account", 10, 15 * MINUTE)
PER_DEVICE = Limit("device", 10, 15 * MINUTE)
PER_ADDRESS = Limit("address", 100, 15 * MINUTE)
# Forms sent, faulty ones included (each tells whether a user name is taken), and people made.
FORMS_PER_ADDRESS = Limit("forms", 600, 60 * MINUTE)
PEOPLE_PER_ADDRESS = Limit("people", 60, 60 * MINUTE)

Bucket = tuple[Limit, str]


class TooManyError(Exception):
    """The limit is reached; it can be tried again in ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many tries, again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Try:
    """Something that was counted."""

    buckets: Sequence[Bucket]

    def give_back(self) -> None:
        """It was right, so it was no guess."""
        for bucket in self.buckets:
            _give_back(bucket)


def count(buckets: Sequence[Bucket]) -> Try:
    """Count a try in every one of ``buckets``; raises TooManyError, and then counts it in the full one alone."""
    counted: list[Bucket] = []
    for bucket in buckets:
        seconds = _take(bucket)
        if seconds:
            Try(counted).give_back()
            raise TooManyError(seconds)
        counted.append(bucket)
    return Try(counted)


def count_sign_in(request: HttpRequest, username: str) -> Try:
    """Count a try of a password, before it is hashed; raises TooManyError.

    On a device on which this account was signed in to before, only the device's own limit holds, so that strangers
    who guess at an account, or in the same office, cannot keep its owner out.
    """
    name = digest(username)
    device = device_of(request)
    if name in device.names:
        return count([(PER_DEVICE, f"{device.id}:{name}")])
    return count([(PER_ADDRESS, network(request)), (PER_ACCOUNT, name)])


def count_form(request: HttpRequest) -> Try:
    """Count a registration form that was sent; raises TooManyError."""
    return count([(FORMS_PER_ADDRESS, network(request))])


def count_person(request: HttpRequest) -> Try:
    """Count a person about to be registered, before the password is hashed; raises TooManyError."""
    return count([(PEOPLE_PER_ADDRESS, network(request))])


def digest(username: str) -> str:
    """The user name, whatever its case, as it is kept in places where it need not be read."""
    return salted_hmac("clouddesk.accounts.guessing", username.lower()).hexdigest()[:32]


def network(request: HttpRequest) -> str:
    """The client's address, or the network that it can choose addresses from."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
    return str(address)


def remove_expired(now: datetime | None = None) -> int:
    """Remove what counts no longer; returns how many."""
    return Attempt.objects.filter(until__lte=now or timezone.now()).delete()[0]


def _take(bucket: Bucket) -> int:
    """Count one try; returns 0, or the seconds until the next is allowed when there were too many."""
    limit = bucket[0]
    now = timezone.now()
    values: dict[str, str | int | datetime] = {
        "key": _key(bucket),
        "now": now,
        "until": now + timedelta(seconds=limit.seconds),
        "most": limit.count + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_attempt AS a (key, count, until) VALUES (%(key)s, 1, %(until)s) "
            "ON CONFLICT (key) DO UPDATE SET "
            "count = CASE WHEN a.until <= %(now)s THEN 1 ELSE least(a.count + 1, %(most)s) END, "
            "until = CASE WHEN a.until <= %(now)s THEN %(until)s ELSE a.until END "
            "RETURNING count, until",
            values,
        )
        tries, until = cursor.fetchone()
    return max(1, round((until - now).total_seconds())) if tries > limit.count else 0


def _give_back(bucket: Bucket) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_attempt SET count = count - 1 WHERE key = %s AND count > 0 AND until > %s",
            [_key(bucket), timezone.now()],
        )


def _key(bucket: Bucket) -> str:
    limit, subject = bucket
    return f"{limit.name}:{subject}"
