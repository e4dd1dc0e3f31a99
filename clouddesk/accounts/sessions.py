"""Sessions in the database, as Django keeps them, read by a statement that stands ready: every page reads one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from clouddesk.statements import fetch

READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's, but for how a session is read."""

    def load(self) -> dict[str, Any]:
        """What the session holds; a session that is not there or has expired is empty, and gets a new key."""
        rows = fetch(READ, [self.session_key, timezone.now()])
        if not rows:
            self._session_key = None
            return {}
        content: dict[str, Any] = self.decode(rows[0][0])
        return content
