"""Statements that stand ready: Django writes the SQL of a query once, and each later call only fills in its values.

Every list is asked for by the same few queries over and over. Writing one takes Django several times as long as the
database needs to answer it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

MOST_KEPT = 2_000
_ready: dict[Hashable, str] = {}


def sql_of(key: Hashable, values: Sequence[Any], make: Callable[[], QuerySet[Any]]) -> tuple[str, Sequence[Any]]:
    """The SQL of the query that ``make`` makes, and its parameters.

    ``key`` names the form of the query, ``values`` are what varies in it: its parameters in their order. A query that
    has others besides is written anew each time.
    """
    sql = _ready.get(key)
    if sql is not None:
        return sql, values
    sql, parameters = make().query.sql_with_params()
    if list(parameters) == list(values) and len(_ready) < MOST_KEPT:
        _ready[key] = sql
    return sql, parameters


def fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
