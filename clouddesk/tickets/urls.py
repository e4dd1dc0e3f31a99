"""Addresses of this room."""

from django.urls import path

from clouddesk.tickets import answering, asking

app_name = "tickets"
urlpatterns = [
    path("tickets/new/", asking.new, name="new"),
    path("tickets/similar/", asking.similar, name="similar"),
    # Last, since a number can be any word.
    *answering.urlpatterns,
]
