"""Entries: whatever is listed, searched, read and counted in the same way (tickets now, articles and lessons later).

A list page reads this table alone. Every list is one *shelf*, filtered by a node of the product tree and sorted by one
column, so each of those combinations has an index that yields a page's rows without touching the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clouddesk.catalog.models import Module, Product, Version
from clouddesk.entries.words import query_text

TREE_PATHS = {
    "all": (),
    "product": ("product",),
    "module": ("product", "module"),
    "version": ("product", "version"),
    "both": ("product", "module", "version"),
}
SORT_KEYS = {
    "updated": "updated_at",
    "created": "created_at",
    "reads": "reads",
    "favorites": "favorites",
    "title": "title",
}
# What a list of one's own entries is filtered and sorted by, beside the time of the last update.
OWN_COLUMNS = ("product", "module", "version", "reads", "favorites", "created_at", "title")

# How a place in the product tree is written as a word; no text is ever cut into words with a slash.
PLACES = {"product": "/p", "module": "/m", "version": "/v"}
PLACED = ("words", *PLACES)


class PlacedWords(models.Func):
    """An entry's words and its places in the product tree as one vector: one index finds what holds both."""

    output_field = SearchVectorField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> Any:
        """Compile to ``words || array_to_tsvector(ARRAY['/p' || product, …])``."""
        compiled = [compiler.compile(expression) for expression in self.get_source_expressions()]
        words, *keys = (sql for sql, _ in compiled)
        places = ", ".join(f"'{place}' || {key}::text" for place, key in zip(PLACES.values(), keys, strict=True))
        return f"({words} || array_to_tsvector(ARRAY[{places}]))", []


class Shelf(models.IntegerChoices):
    """Where an entry stands for everybody. A hidden one is on no list but its owner's."""

    HIDDEN = 0, _("不公开")
    SOLVED = 1, _("已解决问题")
    PENDING = 2, _("待解决问题")


class EntryQuerySet(models.QuerySet[Any]):
    """Questions that every kind of entry answers."""

    def visible_to(self, user: Any) -> EntryQuerySet:
        """The rule of who may see an entry: staff everything, others what is public or their own (spec 3)."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff_member:
            return self
        return self.filter(Q(shelf__gt=Shelf.HIDDEN) | Q(owner=user))

    def on_shelf(self, shelf: Shelf) -> EntryQuerySet:
        """The entries of a public list. What is on one is visible to whoever is signed in."""
        if shelf is Shelf.HIDDEN:
            raise ValueError("the hidden shelf is not a list")
        return self.filter(shelf=shelf)

    def matching(self, query: str) -> EntryQuerySet:
        """The entries that hold every word of ``query``; an empty one, or one of only punctuation, matches all."""
        text = query_text(query)
        return self.placed_matching(text, {}) if text else self

    def placed_matching(self, text: str, tree: Mapping[str, int]) -> EntryQuerySet:
        """The entries that match ``text`` (a raw tsquery) and lie under the node ``tree`` of the product tree."""
        places = [f"'{PLACES[name]}{key}'" for name, key in tree.items()]
        query = SearchQuery(" & ".join([f"({text})", *places]), config="simple", search_type="raw")
        matching: EntryQuerySet = self.alias(placed_words=PlacedWords(*PLACED)).filter(placed_words=query)
        return matching


class Entry(models.Model):
    """The listed face of a ticket (later: of an article, a document, a lesson)."""

    number = models.CharField(_("编号"), max_length=24, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title = models.CharField(_("标题"), max_length=100)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    module = models.ForeignKey(Module, models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", db_index=False)
    shelf = models.PositiveSmallIntegerField(choices=Shelf, default=Shelf.HIDDEN)
    reads = models.PositiveIntegerField(default=0)
    favorites = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    words = SearchVectorField(default="")

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(PlacedWords(*PLACED), name="entry_words", fastupdate=False),
            # One person's entries are few enough to be filtered and sorted in any way, from this index alone.
            models.Index(fields=["owner", "updated_at", "id"], include=OWN_COLUMNS, name="entry_of_owner"),
            models.Index(fields=["updated_at"], name="entry_by_update"),
            *(
                models.Index(fields=["shelf", *path, column, "id"], name=f"entry_{node}_{sort}")
                for node, path in TREE_PATHS.items()
                for sort, column in SORT_KEYS.items()
            ),
            models.Index(fields=["shelf", "product", "version", "module", "updated_at", "id"], name="entry_by_version"),
            models.Index(fields=["shelf", "module", "updated_at", "id"], name="entry_by_module"),
            models.Index(fields=["shelf", "version", "updated_at", "id"], name="entry_by_version_only"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Reading(models.Model):
    """That a person read an entry in some hour: ten times in an hour count once (spec 5).

    Readings are rows of their own, so that opening a page never writes to the indexed row; a job folds them in.
    """

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="readings")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    counted = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "reader", "hour"], name="reading_once_an_hour"),
        ]
        indexes: ClassVar = [models.Index(fields=["id"], name="reading_uncounted", condition=Q(counted=False))]

    def __str__(self) -> str:
        return f"{self.reader_id} read {self.entry_id}"
