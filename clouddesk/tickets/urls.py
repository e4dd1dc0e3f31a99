"""Addresses of this room."""

from django.urls import path

from clouddesk.tickets import answering, asking, desk, lists

app_name = "tickets"
urlpatterns = [
    path("tickets/new/", asking.new, name="new"),
    path("tickets/similar/", asking.similar, name="similar"),
    *(path(f"tickets/{each.name}/", lists.view_of(each), name=each.name) for each in lists.LISTS),
    path("desk/tickets/", desk.queue, name="desk"),
    # Last, since a number can be any word.
    *answering.urlpatterns,
]
