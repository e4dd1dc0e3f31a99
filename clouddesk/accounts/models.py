"""People, the companies that they work for, the service contracts of those, and what they apply for (spec 1)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clouddesk.catalog.models import Module, Product


class Role(models.TextChoices):
    """What a member of the vendor's staff does; one person may do several."""

    CONSULTANT = "consultant", _("咨询顾问")
    ENGINEER = "engineer", _("工程师")
    EDITOR = "editor", _("编辑")
    SUPERVISOR = "supervisor", _("主管")


class Company(models.Model):
    """A client company of the vendor."""

    name = models.CharField(_("单位名称"), max_length=100, unique=True)
    region = models.CharField(_("所属区域"), max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """A service contract. Its code (服务编号) makes people VIP from ``starts`` to ``ends``, both included."""

    code = models.CharField(_("服务编号"), max_length=40, unique=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="contracts", verbose_name=_("单位名称"))
    products = models.ManyToManyField(Product, related_name="+", verbose_name=_("产品"))
    starts = models.DateField(_("生效日期"))
    ends = models.DateField(_("到期日期"))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="contract_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.code

    def covers(self, day: date) -> bool:
        """Whether the contract is in force on ``day``."""
        return self.starts <= day <= self.ends


class UserManager(BaseUserManager["User"]):
    """Finds people by user name whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with this user name; raises User.DoesNotExist."""
        return self.get(username__iexact=username)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Save a person whose password is hashed; ``None`` makes one who cannot sign in."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person: a customer of a company, or a member of staff when ``roles`` names at least one."""

    username = models.CharField(_("用户名"), max_length=30)
    real_name = models.CharField(_("真实姓名"), max_length=30)
    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="people", verbose_name=_("单位名称"))
    email = models.EmailField(_("邮箱"), max_length=120)
    phone = models.CharField(_("联系电话"), max_length=20)
    products = models.ManyToManyField(Product, related_name="+", verbose_name=_("使用产品"))
    region = models.CharField(_("所属区域"), max_length=60, blank=True)
    qq = models.CharField(_("QQ号码"), max_length=12, blank=True)
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    serial_number = models.CharField(_("产品序列号"), max_length=60, blank=True)

    # A grant of the supervisor's: the contract that makes this person VIP, and the company administrator's rights.
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="vips")
    is_administrator = models.BooleanField(_("管理员"), default=False)

    roles = ArrayField(models.CharField(max_length=12, choices=Role), default=list, blank=True)
    # Unique, and customers have none.
    staff_number = models.CharField(_("工号"), max_length=12, null=True, unique=True)  # noqa: DJ001
    modules = models.ManyToManyField(Module, related_name="engineers", verbose_name=_("服务模块"))

    is_active = models.BooleanField(default=True)
    agreed_at = models.DateTimeField(null=True)
    # Of the form that was sent, so that the same one again makes no second person.
    registration_key = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["email"]

    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            # Django compares whatever the case by upper letters, so this index serves every look-up by user name.
            models.UniqueConstraint(
                Upper("username"), name="username_once", violation_error_message=_("这个用户名已被使用，请换一个。")
            ),
            models.CheckConstraint(
                condition=Q(roles=[]) | Q(staff_number__isnull=False), name="staff_have_a_staff_number"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff_member(self) -> bool:
        """Whether the person works for the vendor."""
        return bool(self.roles)

    @property
    def is_customer(self) -> bool:
        """Whether the person uses the vendor's software."""
        return not self.roles

    @property
    def is_vip(self) -> bool:
        """Whether the person's contract is in force today: VIP ends with the contract (spec 1)."""
        return self.contract is not None and self.contract.covers(timezone.localdate())

    def name_for(self, viewer: User | AnonymousUser) -> str:
        """How the person is named to ``viewer``; whatever shows a person to another asks here.

        Customers are named in full to themselves and to staff, and by their family name alone to anybody else, their
        colleagues included: a company is joined by typing its name. Staff are known by their number (manual 6).
        """
        inside = isinstance(viewer, User) and (viewer.pk == self.pk or viewer.is_staff_member)
        if not self.is_staff_member:
            return self.real_name if inside else f"{self.real_name[:1]}**"
        role = Role.ENGINEER if Role.ENGINEER in self.roles else Role(self.roles[0])
        number = f"{role.label} {self.staff_number}"
        return gettext("%(name)s（%(number)s）") % {"name": self.real_name, "number": number} if inside else number

    def has_role(self, role: Role) -> bool:
        """Whether the person has ``role``; a supervisor has every one."""
        return role in self.roles or Role.SUPERVISOR in self.roles


class Application(models.Model):
    """A customer's wish to become VIP or administrator, waiting for a supervisor's decision."""

    class Kind(models.TextChoices):
        """What is applied for."""

        VIP = "vip", _("申请VIP")
        ADMINISTRATOR = "administrator", _("申请管理员")

    class State(models.TextChoices):
        """Where the application stands."""

        WAITING = "waiting", _("待审批")
        GRANTED = "granted", _("已通过")
        REFUSED = "refused", _("未通过")

    user = models.ForeignKey(User, models.CASCADE, related_name="applications")
    kind = models.CharField(max_length=14, choices=Kind)
    service_code = models.CharField(_("服务编号"), max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(state="waiting"), name="one_waiting_application_per_kind"
            ),
            # Spec 1: a service code is required of whoever applies for VIP.
            models.CheckConstraint(
                condition=~Q(kind="vip") | ~Q(service_code=""), name="vip_application_has_service_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.state}"


class Attempt(models.Model):
    """Guesses made within a window, by what they were aimed at (see ``accounts.guessing``)."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
