"""What is cleared away every night."""

from procrastinate.contrib.django import app

from clouddesk.files.workflow import remove_leftovers, remove_unused


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="files.clear_away", pass_context=False)
def clear_away(timestamp: int) -> None:
    """Remove files that nobody attached, and what crashes left behind."""
    while remove_unused():
        pass
    remove_leftovers()
