"""Addresses of this room."""

from django.urls import path

from clouddesk.home import health, views

app_name = "home"
urlpatterns = [
    path("", views.desktop, name="desktop"),
    path("contact/", views.contact, name="contact"),
    path("search/", views.search, name="search"),
    path("desk/", views.desk, name="desk"),
    path("theme/", views.theme, name="theme"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
