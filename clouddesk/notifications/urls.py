"""Addresses of this room."""

from django.urls import path

from clouddesk.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.messages, name="list"),
    path("read/", views.read_all, name="read"),
    path("<int:notice_id>/open/", views.open_notice, name="open"),
]
