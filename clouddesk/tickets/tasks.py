"""What happens to tickets without anybody's hand."""

from procrastinate.contrib.django import app

from clouddesk.tickets.workflow import resolve_overdue


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="tickets.resolve_overdue", pass_context=False)
def resolve_overdue_tickets(timestamp: int) -> None:
    """Solve tickets whose answer stood uncontested for five working days."""
    while resolve_overdue():
        pass
