"""Finding the person of a session."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from clouddesk.accounts.models import Company, User
from clouddesk.statements import fetch

COLUMNS = [field.attname for field in User._meta.concrete_fields]
# Every page reads its person.
PERSON = f"""
    SELECT company.name, company.region, {", ".join(f"person.{column}" for column in COLUMNS)}
    FROM accounts_user person LEFT JOIN accounts_company company ON company.id = person.company_id
    WHERE person.id = %s
"""  # noqa: S608 (the columns are the model's)


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth is not typed
    """allauth's, which hashes the password of an unknown name too, with the person loaded in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with their company; None when they are gone or no longer active."""
        rows = fetch(PERSON, [int(user_id)])
        if not rows:
            return None
        company, region, *columns = rows[0]
        user = User.from_db(connection.alias, COLUMNS, columns)
        if user.company_id is not None:
            user.company = Company(pk=user.company_id, name=company, region=region)
        return user if self.user_can_authenticate(user) else None
