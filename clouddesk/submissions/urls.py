"""Addresses of this room."""

from django.urls import path

from clouddesk.submissions import views

app_name = "submissions"
urlpatterns = [path("<slug:form>/", views.draft, name="draft")]
