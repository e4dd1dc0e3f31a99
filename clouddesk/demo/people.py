"""Saves the demo's catalogue and people. What is there already stays as it is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from clouddesk.accounts.models import Application, Company, Contract, User
from clouddesk.catalog.models import Database, Module, ProblemKind, Product, Vendor, Version
from clouddesk.datadir import StartError
from clouddesk.demo.content import Catalogue, People, Person
from clouddesk.demo.timeline import months_from


@transaction.atomic
def save_catalogue(catalogue: Catalogue) -> None:
    """Save the vendor and the lists, leaving alone what an operator has entered."""
    Vendor.objects.get_or_create(pk=1, defaults=catalogue.vendor)
    for position, item in enumerate(catalogue.products, start=1):
        names = {"name": item["name"], "standard_name": item["standard_name"], "position": position}
        product, _ = Product.objects.get_or_create(code=item["code"], defaults=names)
        for place, name in enumerate(item["modules"], start=1):
            Module.objects.get_or_create(product=product, name=name, defaults={"position": place})
        for place, name in enumerate(item["versions"], start=1):
            Version.objects.get_or_create(product=product, name=name, defaults={"position": place})
    for place, name in enumerate(catalogue.kinds, start=1):
        ProblemKind.objects.get_or_create(name=name, defaults={"position": place})
    for place, name in enumerate(catalogue.databases, start=1):
        Database.objects.get_or_create(name=name, defaults={"position": place})


def refuse_a_portal_in_use(people: People) -> None:
    """Raise StartError where real people have accounts already: everybody can read the passwords of ``people``."""
    names = [person.username for person in people.persons]
    if User.objects.exists() and not User.objects.filter(username__in=names).exists():
        raise StartError("这里已经有正式的账号，不能再载入演示数据。请换一个数据目录或数据库。")


@transaction.atomic
def save_people(people: People, passwords: dict[str, str], now: datetime) -> None:
    """Save companies, contracts and people. Only who has one of ``passwords`` can sign in."""
    products = {product.code: product for product in Product.objects.all()}
    for name, region in people.companies.items():
        Company.objects.get_or_create(name=name, defaults={"region": region})
    companies = {company.name: company for company in Company.objects.filter(name__in=people.companies)}
    today = timezone.localdate(now)
    for item in people.contracts:
        days = {"starts": months_from(today, item.starts), "ends": months_from(today, item.ends)}
        contract, new = Contract.objects.get_or_create(
            code=item.code, defaults={"company": companies[item.company], **days}
        )
        if new:
            contract.products.set(products[code] for code in item.products)
    known = set(User.objects.values_list("username", flat=True))
    new_persons = [person for person in people.persons if person.username not in known]
    # One hash for each password, not for each person: hashing is slow on purpose.
    signing_in = {passwords[person.username] for person in new_persons if person.username in passwords}
    hashes = {password: make_password(password) for password in signing_in}
    for person in new_persons:
        password = hashes.get(passwords.get(person.username, ""), make_password(None))
        _save_person(person, companies.get(person.company), password, now)


def _save_person(person: Person, company: Company | None, password: str, now: datetime) -> None:
    joined = months_from(timezone.localdate(now), person.since)
    created_at = datetime.combine(joined, time(9, 30), timezone.get_current_timezone())
    user = User.objects.create(
        username=person.username,
        password=password,
        real_name=person.name,
        email=person.email,
        phone=person.phone,
        company=company,
        region=company.region if company else "",
        contract=Contract.objects.filter(code=person.contract).first(),
        is_administrator=person.administrator,
        roles=person.roles,
        staff_number=person.staff_number or None,
        agreed_at=created_at,
        created_at=created_at,
    )
    user.products.set(Product.objects.filter(code__in=person.products))
    user.modules.set(module for name in person.modules for module in _modules(name))
    Application.objects.bulk_create(
        Application(
            user=user,
            kind=kind,
            service_code=person.service_code if kind == Application.Kind.VIP else "",
            created_at=now - timedelta(hours=3),
        )
        for kind in person.applies
    )


def _modules(name: str) -> list[Module]:
    code, _, module = name.partition(" ")
    found = Module.objects.filter(product__code=code, **({"name": module} if module else {}))
    if not found:
        raise ValueError(f"no such module: {name}")
    return list(found)
