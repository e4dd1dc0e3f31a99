"""Statements that stand ready: for what every page asks, and what lists ask over and over.

Writing the SQL of a query takes Django several times as long as the database needs to answer it, and the database in
turn plans longer than it reads. So the SQL is written once, and each connection keeps it prepared with one plan for all
values. That fits where the best plan is the same for all: rows by their keys, pages of a list in the order of an index.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, Self

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators
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


class _Ready:
    """A query of models, its SQL, and how its rows become them."""

    def __init__(self, query: QuerySet[Any]) -> None:
        self._compiler: Any = query.query.get_compiler(connection.alias)
        self.sql, self.parameters = self._compiler.as_sql()
        columns, kinds = self._compiler.select, self._compiler.klass_info
        self._model, own = kinds["model"], kinds["select_fields"]
        self._own = slice(own[0], own[-1] + 1)
        self._names = [column.target.attname for column, *_ in columns[self._own]]
        # (The stubs describe the next Django.)
        self._related = get_related_populators(kinds, columns, connection.alias)  # type: ignore[call-arg]

    def models(self, rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        """The models of ``rows``, with those that ``select_related`` named."""
        for row in self._compiler.results_iter([rows]):
            model = self._model.from_db(connection.alias, self._names, row[self._own])
            for related in self._related:
                related.populate(row, model)
            yield model


_ready_models: dict[Hashable, _Ready] = {}


def models_of(key: Hashable, values: Sequence[Any], make: Callable[[], QuerySet[Any]]) -> list[Any]:
    """The models of the query that ``make`` makes; ``key`` and ``values`` as in ``sql_of``. It prefetches nothing."""
    ready = _ready_models.get(key)
    if ready is None:
        ready = _Ready(make())
        if list(ready.parameters) != list(values):
            return list(make())
        if len(_ready_models) < MOST_KEPT:
            _ready_models[key] = ready
    return list(ready.models(fetch(ready.sql, values)))


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
