"""Every address of the portal. Each view behind them declares who may call it (``clouddesk.access``)."""

from django.urls import include, path

urlpatterns = [
    path("", include("clouddesk.home.urls")),
    path("", include("clouddesk.accounts.urls")),
    path("", include("clouddesk.catalog.urls")),
    path("files/", include("clouddesk.files.urls")),
    path("drafts/", include("clouddesk.submissions.urls")),
    path("messages/", include("clouddesk.notifications.urls")),
    path("", include("clouddesk.tickets.urls")),
]

handler400 = "clouddesk.ui.errors.bad_request"
handler403 = "clouddesk.ui.errors.forbidden"
handler404 = "clouddesk.ui.errors.not_found"
handler500 = "clouddesk.ui.errors.server_error"
