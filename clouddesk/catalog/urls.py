"""Addresses of this room."""

from django.urls import path

from clouddesk.catalog import desk, views

app_name = "catalog"
urlpatterns = [
    path("vendor/logo/", views.logo, name="logo"),
    path("desk/catalog/", desk.overview, name="desk"),
    path("desk/catalog/vendor/", desk.edit_vendor, name="vendor"),
    path("desk/catalog/vendor/logo/", desk.edit_logo, name="edit-logo"),
    path("desk/catalog/<slug:slug>/new/", desk.add, name="add"),
    path("desk/catalog/<slug:slug>/<int:pk>/", desk.change, name="change"),
    path("desk/catalog/<slug:slug>/<int:pk>/move/", desk.move, name="move"),
    path("desk/catalog/<slug:slug>/<int:pk>/offer/", desk.offer, name="offer"),
]
