"""Whether the portal lives, and whether it can serve: for whoever watches over it."""

from functools import lru_cache

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from clouddesk.access import Access, access


@access(Access.PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks no database."""
    return HttpResponse("ok\n", content_type="text/plain")


@access(Access.PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and every migration is applied, else 503 with the reason."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        pending = _pending()
    except DatabaseError:
        return _not_ready("database does not answer")
    if pending:
        # Asked anew next time: another process may be migrating right now.
        _pending.cache_clear()
        return _not_ready("migrations are pending")
    return HttpResponse("ready\n", content_type="text/plain")


@lru_cache(maxsize=1)
def _pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _not_ready(reason: str) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=503, content_type="text/plain")
