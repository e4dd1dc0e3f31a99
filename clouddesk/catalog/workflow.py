"""What changes the catalogue. Nothing is deleted: what is no longer offered stays with the tickets that name it."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.crypto import get_random_string

from clouddesk.catalog import tree
from clouddesk.catalog.models import Item, Vendor
from clouddesk.ui import branding


class NameTakenError(Exception):
    """The list has an entry of this name (or a product of this code) already."""


def save(item: Item) -> None:
    """Save a new entry at the end of its list, or a changed one where it is; raises NameTakenError."""
    try:
        with transaction.atomic():
            if item.pk is None:
                last = item.siblings().aggregate(last=Max("position"))["last"]
                item.position = (last or 0) + 1
            item.save()
    except IntegrityError as error:
        raise NameTakenError from error
    tree.forget()


def move(item: Item, *, up: bool) -> None:
    """Let the entry change places with the one before or after it; at the end of the list nothing happens."""
    with transaction.atomic():
        listed = list(item.siblings().select_for_update())
        place = next(place for place, one in enumerate(listed) if one.pk == item.pk)
        other = place - 1 if up else place + 1
        if 0 <= other < len(listed):
            listed[place], listed[other] = listed[other], listed[place]
        for position, one in enumerate(listed, start=1):
            one.position = position
        item.siblings().bulk_update(listed, ["position"])
    tree.forget()


def offer(item: Item, *, active: bool) -> None:
    """Offer the entry in forms and in the product tree, or no longer."""
    item.siblings().filter(pk=item.pk).update(active=active)
    tree.forget()


def vendor() -> Vendor:
    """The one row that says who runs the portal; unsaved when nobody has written it yet."""
    return Vendor.objects.first() or Vendor(pk=1)


def save_vendor(changed: Vendor) -> None:
    """Save what the pages say of the vendor."""
    changed.save()
    branding.forget()


def save_logo(picture: bytes) -> None:
    """Show this PNG as the vendor's logo, or none when it is empty. The file before it is removed."""
    changed = vendor()
    storage, before = changed.logo.storage, changed.logo.name
    if picture:
        changed.logo.save(f"{get_random_string(16)}.png", ContentFile(picture), save=False)
    else:
        changed.logo.name = ""
    changed.save()
    branding.forget()
    if before:
        storage.delete(before)
