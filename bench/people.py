"""The catalogue and the people that the tickets belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from clouddesk.accounts.models import Company, Role, User
from clouddesk.catalog.models import Module, ProblemKind, Product, Vendor, Version

MODULES = {
    "PS": ("总账", "报表", "固定资产", "工资", "应收应付", "成本", "采购", "销售", "库存", "系统管理"),
    "GS": ("总账", "报表", "预算", "资金", "网上报销", "固定资产", "应收应付", "采购", "库存", "系统管理"),
}
VERSIONS = {"PS": ("11.0", "10.5", "10.2"), "GS": ("6.X", "5.2")}
KINDS = ("应用问题", "数据异常", "程序错误", "环境问题")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建文海燕志国春梅"
CITIES = "北京 上海 济南 青岛 广州 深圳 成都 武汉 西安 杭州 南京 沈阳 郑州 长沙 昆明 贵阳 南宁 合肥 福州 太原".split()
TRADES = "钢铁 化工 医药 水务 燃气 烟草 港口 建设 交通 能源 粮食 电力 机械 纺织 矿业".split()
ENGINEERS = 40
SIGNED_UP = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Subject:
    """A module of a product and what a ticket about it may name."""

    product: int
    module: int
    module_name: str
    versions: list[int]


@dataclass(frozen=True)
class Cast:
    """Primary keys of everything and everybody that a ticket refers to; busiest first."""

    subjects: list[Subject]
    kinds: list[int]
    customers: list[tuple[int, int]]  # person, company
    engineers: list[int]


def make_cast(customers: int) -> Cast:
    """Save the catalogue, ``customers`` customers of a fifth as many companies, and the engineers; none can sign in."""
    random = Random(1)
    Vendor.objects.get_or_create(pk=1, defaults={"name": "性能测试"})
    subjects = _make_subjects()
    kinds = ProblemKind.objects.bulk_create(ProblemKind(name=name, position=n) for n, name in enumerate(KINDS))
    names = [f"{city}{trade}集团有限公司" for city in CITIES for trade in TRADES]
    companies = Company.objects.bulk_create(
        Company(name=names[n] if n < len(names) else f"{names[n % len(names)]}第{n // len(names)}分公司")
        for n in range(max(2, customers // 5))
    )
    asking = User.objects.bulk_create(
        _person(random, f"customer{n}", company=companies[n % len(companies)]) for n in range(customers)
    )
    working = User.objects.bulk_create(
        _person(random, f"engineer{n}", roles=[Role.ENGINEER], staff_number=f"E{n:04d}") for n in range(ENGINEERS)
    )
    supervisor = _person(random, "supervisor", roles=[Role.SUPERVISOR], staff_number="S0001")
    supervisor.save()
    for user in working:
        user.modules.set(subject.module for subject in subjects)
    return Cast(
        subjects=subjects,
        kinds=[kind.pk for kind in kinds],
        customers=[(user.pk, user.company_id or 0) for user in asking],
        engineers=[user.pk for user in working],
    )


def _make_subjects() -> list[Subject]:
    subjects = []
    for position, code in enumerate(MODULES):
        product = Product.objects.create(
            code=code, name=f"ERP-{code}", standard_name=f"{code}标准产品", position=position
        )
        versions = [
            Version.objects.create(product=product, name=name, position=n).pk for n, name in enumerate(VERSIONS[code])
        ]
        for n, name in enumerate(MODULES[code]):
            module = Module.objects.create(product=product, name=name, position=n)
            subjects.append(Subject(product.pk, module.pk, name, versions))
    return subjects


def _person(random: Random, username: str, **fields: object) -> User:
    user = User(
        username=username,
        real_name=random.choice(SURNAMES) + "".join(random.sample(GIVEN, random.choice((1, 2)))),
        email=f"{username}@example.invalid",
        phone=f"139{random.randrange(10**8):08d}",
        created_at=SIGNED_UP,
        **fields,
    )
    user.set_unusable_password()
    return user
