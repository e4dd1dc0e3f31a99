"""Finding entries by keyword within a bounded amount of work, however frequent the words are .

Two ways lead to a page of hits, and each is slow where the other is quick. Walking a list in its order and looking at
the words of each entry is quick when every hundredth entry holds them; collecting all hits from the index of words and
sorting them is quick when few do. Which it is depends on the words, the place in the tree and the years, and no
statistics know all of these together: so the list is walked a little way, and when that does not fill the page, the
hits are few enough to be collected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clouddesk.entries.models import EntryQuerySet
from clouddesk.entries.words import query_text

# At 1,000,000 entries a step of the walk takes 3-5 µs, and so does collecting a hit: 3,000 steps that do not find the
# 20 hits of a page leave some 7,000 to collect.
WALK = 3_000
WALK_PER_HIT = 50
MOST_COLLECTED = 20_000


@dataclass(frozen=True)
class Found:
    """Keys of the hits of one page in order, and how many hits there are; ``more`` when that is only a lower bound."""

    ids: list[int]
    total: int
    more: bool


def find(
    entries: EntryQuerySet,
    query: str,
    order: Sequence[str],
    start: int,
    length: int,
    tree: Mapping[str, int] | None = None,
) -> Found:
    """Find the hits number ``start`` to ``start + length`` of ``query`` among ``entries``, sorted by ``order``.

    ``entries`` are filtered as the list is; ``order`` names columns of theirs in which an index keeps that list;
    ``tree`` names the node by which they are filtered, such as ``{"product": 1, "module": 7}``. A query without words
    finds nothing.
    """
    text = query_text(query)
    if not text:
        return Found([], 0, more=False)
    wanted = slice(start, start + length)
    return _walk(entries, text, order, wanted) or _collect(entries.placed_matching(text, tree or {}), order, wanted)


def _walk(entries: EntryQuerySet, text: str, order: Sequence[str], wanted: slice) -> Found | None:
    """Look at the first entries of the list; None when they hold too few hits and the list goes on."""
    steps = max(WALK, WALK_PER_HIT * wanted.stop)
    walked, parameters = entries.order_by(*order).values("id", "words")[:steps].query.sql_with_params()
    hits, seen = _row(
        f"SELECT array_agg(id) FILTER (WHERE words @@ to_tsquery('simple', %s)), count(*) "  # noqa: S608 (see _row)
        f"FROM ({walked}) walked",
        [text, *parameters],
    )
    hits, at_end = hits or [], seen < steps
    if len(hits) <= wanted.stop and not at_end:
        return None
    return Found(hits[wanted], len(hits), more=not at_end)


def _collect(hits: EntryQuerySet, order: Sequence[str], wanted: slice) -> Found:
    """Sort all hits, as many as may be collected."""
    columns = [name.removeprefix("-") for name in order]
    collected, parameters = hits.order_by().values(*{"id", *columns})[:MOST_COLLECTED].query.sql_with_params()
    by = ", ".join(f"{name.removeprefix('-')} DESC" if name.startswith("-") else name for name in order)
    ids, total = _row(
        f"WITH hits AS MATERIALIZED ({collected}) "  # noqa: S608 (see _row)
        f"SELECT ARRAY(SELECT id FROM hits ORDER BY {by} OFFSET %s LIMIT %s), (SELECT count(*) FROM hits)",
        [*parameters, wanted.start, wanted.stop - wanted.start],
    )
    return Found(ids, total, more=total >= MOST_COLLECTED)


# What is put together here are statements that Django compiled and names of columns; what people typed is a parameter.
def _row(sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: Sequence[Any] = cursor.fetchone()
    return row
