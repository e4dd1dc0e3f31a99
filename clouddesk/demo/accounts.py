"""The accounts with which the demo is tried. Nobody else of the demo's people can sign in."""

from dataclasses import dataclass

CUSTOMER_PASSWORD = "yunzhuomian"  # noqa: S105 - printed by `make demo`, for data that is invented
STAFF_PASSWORD = "yunzhuomian-400"  # noqa: S105


@dataclass(frozen=True)
class DemoAccount:
    """One line of what ``make demo`` prints: who it is, how to sign in, and what this account is there to show."""

    role: str
    username: str
    password: str
    may: str


DEMO_ACCOUNTS = (
    DemoAccount("普通客户", "wangxiaomei", CUSTOMER_PASSWORD, "王晓梅，鲁岱重机会计：提问、补充、确认、看公开问题"),
    DemoAccount("VIP客户", "lijianguo", CUSTOMER_PASSWORD, "李建国，豫禾粮储财务科长：有服务合同，另有不公开的问题"),
    DemoAccount("VIP+管理员", "chensiyuan", CUSTOMER_PASSWORD, "陈思远，鲁岱重机ERP管理员：升级、权限、性能类问题"),
    DemoAccount("咨询顾问", "gsguwen", STAFF_PASSWORD, "林若楠，GS顾问：查看全部问题单，写内部备注"),
    DemoAccount("工程师", "zhanghaoran", STAFF_PASSWORD, "张浩然，GS总账、报表、合并报表等模块：受理并答复问题"),
    DemoAccount("工程师", "guoweidong", STAFF_PASSWORD, "郭卫东，PS全部模块：受理并答复问题"),
    DemoAccount("编辑", "qiuminhui", STAFF_PASSWORD, "邱敏慧：查看全部问题单"),
    DemoAccount("主管", "fangzhengguo", STAFF_PASSWORD, "方正国：全部队列，维护产品、模块、版本和厂商信息"),
)


def passwords() -> dict[str, str]:
    """The passwords by user name."""
    return {account.username: account.password for account in DEMO_ACCOUNTS}
