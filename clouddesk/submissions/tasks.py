"""What is cleared away every night."""

from procrastinate.contrib.django import app

from clouddesk.submissions.workflow import remove_old


@app.periodic(cron="10 3 * * *")
@app.task(queueing_lock="submissions.clear_away", pass_context=False)
def clear_away(timestamp: int) -> None:
    """Remove old receipts and forgotten drafts."""
    remove_old()
