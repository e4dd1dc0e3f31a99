"""What a password must be (spec 1), and how it is hashed. Settings name these; registration and recovery ask them.

The lengths are the manual's six, and twelve for staff. Nothing else is demanded of its characters.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LENGTH = 6
STAFF_LENGTH = 12
LONGEST = 128  # of any password that is hashed, so that nobody makes the server hash a megabyte
SHORTEST_NUMBER = 7  # digits of a telephone number without its area code


class Hasher(Argon2PasswordHasher):
    """Argon2id at the strength that OWASP asks for, in 19 MB of memory.

    Django's own 100 MB for each sign-in would be more than a small server has when an office opens in the morning.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # kibibytes
    parallelism = 1


class Length:
    """At least six characters, twelve for staff, and not longer than anybody types."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when ``password`` is too short for ``user``, or too long."""
        least = STAFF_LENGTH if user is not None and user.is_staff_member else LENGTH
        if len(password) < least:
            words = _("密码至少 %(count)s 个字符，现在有 %(now)s 个。") % {"count": least, "now": len(password)}
            raise ValidationError(words, "too_short")
        if len(password) > LONGEST:
            raise ValidationError(_("密码最多 %(count)s 个字符。") % {"count": LONGEST}, "too_long")

    def get_help_text(self) -> str:
        """Say it before anything is typed."""
        return _("至少 %(count)s 个字符。") % {"count": LENGTH}


class NotCommon(password_validation.CommonPasswordValidator):
    """Not one of the twenty thousand that people use most."""

    def get_error_message(self) -> str:
        """The reason for refusing it."""
        return _("这个密码太常见，容易被人猜到，请换一个。")

    def get_help_text(self) -> str:
        """Say it before anything is typed."""
        return _("不能是常见的密码。")


class NotOwnData:
    """Not the user name or the telephone number, however they are written."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError when ``password`` is what others know of ``user``."""
        if user is None:
            return
        typed = _letters(password)
        if typed and typed == _letters(user.username):
            raise ValidationError(_("密码不能与用户名相同。"), "is_username")
        number = _letters(user.phone)
        whole = len(number) >= SHORTEST_NUMBER and number.endswith(typed.removeprefix("86"))
        if len(typed) >= SHORTEST_NUMBER and typed.isdigit() and whole:
            raise ValidationError(_("密码不能与联系电话相同。"), "is_phone")

    def get_help_text(self) -> str:
        """Say it before anything is typed."""
        return _("不能与用户名或联系电话相同。")


def _letters(value: str) -> str:
    return "".join(char for char in value if char.isalnum()).casefold()
