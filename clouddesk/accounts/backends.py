"""Finding the person of a session."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from clouddesk.accounts.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """allauth's, which hashes the password of an unknown name too, with the person loaded in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with what every page says of them; None when they are gone or no longer active."""
        user = User.objects.select_related("company", "contract").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
