"""Addresses of this room."""

from django.urls import path

from clouddesk.files import views

app_name = "files"
urlpatterns = [
    path("", views.upload, name="upload"),
    path("<uuid:upload_id>/", views.detail, name="detail"),
]
