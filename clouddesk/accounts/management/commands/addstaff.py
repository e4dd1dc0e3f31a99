"""``clouddesk manage addstaff``: how a new portal gets its first supervisor, who then works in the browser."""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from clouddesk.accounts.models import Role, User

GIVEN = {"username", "real_name", "staff_number", "email", "roles"}


class Command(BaseCommand):
    """Adds a member of the vendor's staff. The password is asked for, or read as a line of standard input."""

    help = "添加服务人员，例如：addstaff wangqiang --name 王强 --number G1001 --email wq@example.com --role supervisor"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What a member of staff needs: all but the telephone number is required."""
        parser.add_argument("username", help="用户名，由字母和数字组成")
        parser.add_argument("--name", required=True, help="真实姓名")
        parser.add_argument("--number", required=True, help="工号，客户看到的是它")
        parser.add_argument("--email", required=True, help="邮箱")
        parser.add_argument("--phone", default="", help="联系电话")
        parser.add_argument("--role", required=True, action="append", choices=Role.values, help="身份，可以多次给出")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the person; raises CommandError that names every fault, and then nobody is added."""
        user = User(
            username=options["username"],
            real_name=options["name"],
            staff_number=options["number"],
            email=options["email"],
            phone=options["phone"],
            roles=options["role"],
        )
        faults = _faults(user)
        if faults:
            raise CommandError("\n".join(faults))
        password = _password()
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        user.set_password(password)
        user.save()
        self.stdout.write(f"已添加 {user.real_name}（{user.username}，工号 {user.staff_number}）。")


def _faults(user: User) -> list[str]:
    faults = [] if user.username.isascii() and user.username.isalnum() else ["用户名只能由字母和数字组成。"]
    try:
        user.full_clean(exclude={field.name for field in User._meta.get_fields()} - GIVEN)
    except ValidationError as error:
        faults += error.messages
    return faults


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("密码（至少十二个字符，输入时不显示）：")
    return sys.stdin.readline().rstrip("\r\n")
