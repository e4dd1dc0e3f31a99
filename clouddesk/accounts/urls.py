"""Addresses of this room."""

from django.urls import path

from clouddesk.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("register/", views.registration, name="register"),
    path("terms/", views.terms, name="terms"),
]
