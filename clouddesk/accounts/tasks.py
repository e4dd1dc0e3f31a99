"""What is cleared away every night."""

from procrastinate.contrib.django import app

from clouddesk.accounts.guessing import remove_expired
from clouddesk.accounts.sessions import SessionStore


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="accounts.clear_away", pass_context=False)
def clear_away(timestamp: int) -> None:
    """Remove counts of tries that count no longer, and sessions that have expired."""
    remove_expired()
    SessionStore.clear_expired()
