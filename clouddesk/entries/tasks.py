"""Folds readings into the counts that lists show."""

from procrastinate.contrib.django import app

from clouddesk.entries.workflow import fold_readings


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="entries.fold_readings", pass_context=False)
def fold_readings_in(timestamp: int) -> None:
    """Bring the reading counts of the lists up to date."""
    while fold_readings():
        pass
