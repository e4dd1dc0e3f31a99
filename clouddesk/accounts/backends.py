"""Finding the person of a session."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from clouddesk.accounts.models import Company, User

# Read on every page: building this query takes Django several times as long as asking it.
PERSON = """
    SELECT person.*, company.name AS company_name, company.region AS company_region
    FROM accounts_user person LEFT JOIN accounts_company company ON company.id = person.company_id WHERE person.id = %s
"""


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """allauth's, which hashes the password of an unknown name too, with the person loaded in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with their company; None when they are gone or no longer active."""
        user = next(iter(User.objects.raw(PERSON, [user_id])), None)
        if user is None or not self.user_can_authenticate(user):
            return None
        columns = vars(user)
        company = Company(pk=user.company_id, name=columns.pop("company_name"), region=columns.pop("company_region"))
        if user.company_id is not None:
            user.company = company
        return user
