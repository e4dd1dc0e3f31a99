"""Readings: noted as rows when a page is opened, folded into the counts by a job."""

import logging
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import DiskFull

from clouddesk.entries.models import Entry
from clouddesk.statements import fetch

log = logging.getLogger(__name__)

NOTE = """
    INSERT INTO entries_reading (entry_id, reader_id, hour, counted) VALUES (%s, %s, %s, false)
    ON CONFLICT DO NOTHING RETURNING id
"""


def note_reading(user: Any, entry: Entry) -> None:
    """Note that ``user`` reads ``entry`` now; further openings within the same hour leave no trace.

    When the database has no room for the note, the page is shown all the same.
    """
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    try:
        fetch(NOTE, [entry.pk, user.pk, hour])
    except OperationalError as error:
        if not isinstance(error.__cause__, DiskFull):
            raise
        log.warning("a reading was not noted: the database's disk is full")


@transaction.atomic
def fold_readings(batch: int = 5000) -> int:
    """Add up to ``batch`` new readings to their entries' counts; returns how many were added.

    The rows that it counts are locked and marked in the same transaction, so that none counts twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH batch AS (
                SELECT id FROM entries_reading WHERE NOT counted ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
            ), marked AS (
                UPDATE entries_reading r SET counted = true FROM batch WHERE r.id = batch.id RETURNING r.entry_id
            ), sums AS (
                SELECT entry_id, count(*) AS readers FROM marked GROUP BY entry_id
            ), folded AS (
                UPDATE entries_entry e SET reads = e.reads + sums.readers
                FROM sums WHERE e.id = sums.entry_id RETURNING 1
            )
            SELECT count(*) FROM marked
            """,
            [batch],
        )
        (count,) = cursor.fetchone()
    return int(count)
