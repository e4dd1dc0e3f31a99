"""Statements that stand ready: for what every page asks, and what lists ask over and over.

Writing the SQL of a query takes Django several times as long as the database needs to answer it, and the database in
turn plans longer than it reads. So the SQL is written once, and each connection keeps it prepared with one plan for all
values. That fits where the best plan is the same for all: rows by their keys, pages of a list in the order of an index.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Self

from django.db import connection
from django.db.models import QuerySet
from psycopg import Cursor

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


class _Prepared(Cursor[Any]):
    """Keeps what it executes prepared in its connection."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        return super().execute(query, params, prepare=True)


def fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with one plan. ``sql`` must be one of few: values belong into ``parameters``."""
    connection.ensure_connection()
    prepared: Any = _Prepared(connection.connection)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(prepared) as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def fetch_planned(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that is planned for its values each time, such as one that needs a partial index."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
