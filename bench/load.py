"""Fills an empty, migrated database with tickets: in parallel, by COPY, and with the indexes built at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing import get_context
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from bench.people import Cast
from bench.tickets import ENTRY_COLUMNS, EVENT_COLUMNS, EVENTS_PER_TICKET, TICKET_COLUMNS, Day, Maker, batches, days
from bench.vocabulary import everyday

TABLES = ["entries_entry", "tickets_ticket", "tickets_event"]
# The definitions are the database's own, so that what is built again is what the migrations made.
FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY conrelid, conname
"""
INDEXES = """
    SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
    ORDER BY i.indrelid, c.relname
"""
BATCH_ROWS = 10_000
PROCESSES = min(4, os.cpu_count() or 1)
# Each connection sorts with this much; the values bind this run's sessions only.
SESSION = {
    "synchronous_commit": "off",
    "maintenance_work_mem": "512MB",
    "max_parallel_maintenance_workers": "0",  # the indexes themselves are built side by side
}

Progress = Callable[[str], None]


def load(conninfo: str, total: int, cast: Cast, progress: Progress) -> None:
    """Add ``total`` tickets to an empty database whose catalogue and people ``cast`` names."""
    now = datetime.now(UTC)
    calendar = days(total, now.date())
    with _without_indexes(conninfo, progress):
        _fill(conninfo, total, cast, calendar, now, progress)
    with _connect(conninfo) as connection:
        _continue_numbers(connection, total, calendar)
        progress("VACUUM ANALYZE …")
        for table in TABLES:
            connection.execute(sql.SQL("VACUUM (ANALYZE, FREEZE) {}").format(sql.Identifier(table)))
        connection.execute("ANALYZE")


def _fill(conninfo: str, total: int, cast: Cast, calendar: list[Day], now: datetime, progress: Progress) -> None:
    # The processes are forks, so that Django is ready in them; none may inherit a connection of this one.
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
    with ProcessPoolExecutor(PROCESSES, get_context("fork"), _start, (conninfo, cast, total, now)) as pool:
        done = 0
        for count in pool.map(_copy_batch, batches(calendar, min(BATCH_ROWS, max(1, total // PROCESSES)))):
            done += count
            progress(f"{done:,} of {total:,} tickets written")


_connection: psycopg.Connection[Any]
_maker: Maker


def _start(conninfo: str, cast: Cast, total: int, now: datetime) -> None:
    """Make a process ready: its connection, its maker, and a table in which words wait to become vectors."""
    global _connection, _maker
    _connection = _connect(conninfo)
    _connection.execute("CREATE TEMP TABLE incoming (LIKE entries_entry)")
    _connection.execute("ALTER TABLE incoming ALTER words TYPE text")
    _maker = Maker(cast, everyday(), total, now)


def _copy_batch(batch: list[Day]) -> int:
    rows = _maker.make(batch)
    with _connection.transaction():
        _copy(_connection, "incoming", ENTRY_COLUMNS, rows.entries)
        _connection.execute(
            sql.SQL("INSERT INTO entries_entry ({}) SELECT {}, to_tsvector('simple', words) FROM incoming").format(
                _names(ENTRY_COLUMNS), _names(ENTRY_COLUMNS[:-1])
            )
        )
        _connection.execute("TRUNCATE incoming")
        _copy(_connection, "tickets_ticket", TICKET_COLUMNS, rows.tickets)
        _copy(_connection, "tickets_event", EVENT_COLUMNS, rows.events)
    return len(rows.entries)


def _copy(connection: psycopg.Connection[Any], table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _names(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _connect(conninfo: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(conninfo, autocommit=True)
    for name, value in SESSION.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    return connection


@contextmanager
def _without_indexes(conninfo: str, progress: Progress) -> Iterator[None]:
    """Drop the foreign keys of TABLES and the indexes that back no constraint; at the end make them as they were."""
    with _connect(conninfo) as connection:
        keys = connection.execute(FOREIGN_KEYS, [TABLES]).fetchall()
        indexes = connection.execute(INDEXES, [TABLES]).fetchall()
        for table, name, _ in keys:
            connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(*map(sql.Identifier, (table, name))))
        for name, _ in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield

    def build(index: tuple[str, str]) -> str:
        with _connect(conninfo) as connection:
            connection.execute(index[1].encode())
        return index[0]

    # The search index takes longest: begun last, it would run alone.
    indexes.sort(key=lambda index: "USING gin" not in index[1])
    with ThreadPoolExecutor(PROCESSES) as pool:
        for done, name in enumerate(pool.map(build, indexes), start=1):
            progress(f"{done} of {len(indexes)} indexes built ({name})")
    with _connect(conninfo) as connection:
        for table, name, definition in keys:
            head = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(*map(sql.Identifier, (table, name)))
            connection.execute(head.as_bytes(None) + definition.encode())


def _continue_numbers(connection: psycopg.Connection[Any], total: int, calendar: list[Day]) -> None:
    """Let the application's own tickets follow: the sequences, and the last number given out on each day."""
    for table, last in (("entries_entry", total), ("tickets_event", total * EVENTS_PER_TICKET + EVENTS_PER_TICKET)):
        connection.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])
    counters: list[tuple[date, int]] = [(day.day, day.count) for day in calendar]
    _copy(connection, "tickets_daycounter", ["day", "last"], counters)
