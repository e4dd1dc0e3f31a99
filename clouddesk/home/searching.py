"""One search over everything that a person may read."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clouddesk.entries.models import Entry
from clouddesk.entries.searching import find

PAGE_SIZE = 20
LAST_PAGE = 50  # the thousandth hit: whoever looks further adds a word instead
NEWEST_FIRST = ("-updated_at", "-id")


class SearchForm(forms.Form):
    """What is searched for, and the page of hits."""

    q = forms.CharField(label=_("关键字"), max_length=100, required=False)
    page = forms.IntegerField(min_value=1, max_value=LAST_PAGE, required=False)


@dataclass(frozen=True)
class Hits:
    """A page of hits, newest first; ``total`` is a lower bound when there are ``more``."""

    entries: list[Entry]
    total: int
    more: bool
    page: int

    @property
    def has_next(self) -> bool:
        """Whether another page follows."""
        return self.page < LAST_PAGE and self.total > self.page * PAGE_SIZE


def hits(user: Any, query: str, page: int) -> Hits:
    """The hits of ``query`` on a page, counted from 1, among what ``user`` may see."""
    start = (page - 1) * PAGE_SIZE
    found = find(Entry.objects.visible_to(user), query, NEWEST_FIRST, start, PAGE_SIZE)
    loaded = (
        Entry.objects.visible_to(user)
        .filter(pk__in=found.ids)
        .select_related("product", "module", "version", "ticket")
        .defer("words", "ticket__description")
    )
    rows = {entry.pk: entry for entry in loaded}
    return Hits([rows[pk] for pk in found.ids if pk in rows], found.total, found.more, page)
