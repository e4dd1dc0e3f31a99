"""Questions and answers as the users of ERP software write them, put together from phrases and everyday words."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from bench.vocabulary import Vocabulary

# What the people who use each module have to do with.
THINGS = {
    "总账": "凭证 科目余额表 明细账 辅助核算 期初余额 月末结账 年度结转 现金流量 凭证断号 科目体系 往来核销 日记账",
    "报表": "资产负债表 利润表 现金流量表 报表公式 报表汇总 报表任务 报表格式 取数公式 合并报表 表间审核 决算报表",
    "固定资产": "资产卡片 折旧计提 资产变动 资产清查 资产处置 折旧方法 卡片编号 资产类别 减值准备 资产对账",
    "工资": "工资项目 个人所得税 工资发放 计算公式 工资条 社保基数 银行代发文件 工资分摊 专项附加扣除",
    "应收应付": "应收单 应付单 收款单 付款单 往来对账 账龄分析 核销单 客户档案 供应商档案 坏账准备 信用额度",
    "成本": "成本计算 产品成本 费用分摊 在产品 标准成本 成本中心 工单 材料出库 约当产量 成本还原",
    "采购": "采购订单 采购申请 到货单 采购发票 采购结算 暂估入库 供应商报价 采购合同 请购单",
    "销售": "销售订单 发货单 销售发票 销售出库 价格表 折扣政策 退货单 信用检查 客户报价",
    "库存": "入库单 出库单 库存台账 盘点单 调拨单 库存现存量 批次管理 货位 存货核算 收发存汇总表",
    "预算": "预算编制 预算控制 预算调整 预算表样 预算执行 预算审批 预算占用 滚动预算 预算分析",
    "资金": "付款申请 银行账户 资金计划 银企直联 票据 内部存款 贷款合同 资金归集 银行对账 余额调节表 结算单",
    "网上报销": "报销单 借款单 差旅费 电子发票 审批流程 费用标准 还款单 影像扫描 发票查重 移动审批",
    "系统管理": "用户权限 功能菜单 数据备份 账套 登录界面 数据库连接 补丁 打印模板 组织机构 操作日志 服务器 许可文件",
}
ACTIONS = (
    "保存 审核 打印 导出 查询 汇总 修改 删除 批量导入 生成凭证 联查 提交审批 打开 复制 计算 取数 记账 反结账 上报 关闭"
).split()
MOMENTS = (
    "升级后 月末 年底 换了服务器以后 打完补丁后 今天早上 昨天下午 反结账后 重装客户端后 新建账套后 多人操作时"
).split()
SYMPTOMS = (
    "报错 没有反应 数据不一致 金额对不上 速度很慢 界面空白 找不到菜单 提示没有权限 数据重复 出现乱码 格式错乱 少了一行 "
    "余额方向相反 卡死 超时 结果为零 单据不显示 编号不连续 借贷不平 合计数不对"
).split()
MESSAGES = (
    "ORA-00942: 表或视图不存在",
    "ORA-01555: 快照过旧",
    "ORA-12541: 无监听程序",
    "ORA-00001: 违反唯一约束条件",
    "未将对象引用设置到对象的实例",
    "对象名无效",
    "列名不存在",
    "连接超时，请检查网络",
    "该期间已经结账，不能修改",
    "科目已被使用，不能删除",
    "单据已被其他用户锁定",
    "内存不足，请关闭其他程序",
    "许可数已满，请稍后登录",
    "预算余额不足，不能提交",
    "审批流程没有找到下一岗位",
    "打印机没有响应",
    "公式第一行有语法错误",
    "凭证借贷不平衡",
    "数据库日志已满",
    "文件格式不正确，导入失败",
)
TRIED = (
    "重新登录过，还是一样",
    "换了一台电脑也不行",
    "清除了浏览器缓存，没有效果",
    "重启了应用服务器，过一会儿又出现",
    "其他单位没有这个情况",
    "上个月还是正常的",
    "在测试账套里没有问题",
    "已经按手册检查了参数设置",
    "用管理员登录可以，普通用户不行",
    "重新编译了视图，问题依旧",
)
ASKS = (
    "请问如何处理？",
    "请尽快帮忙解决，谢谢。",
    "麻烦工程师远程看一下。",
    "请问是不是需要打补丁？",
    "急等结账，请支持。",
    "请告知正确的操作步骤。",
    "请问在哪里设置？",
    "望回复。",
)
ANSWERS = (
    "请先备份数据，再到“{thing}”的参数设置里检查“{word}”选项，确认后重新{action}。",
    "这是{thing}的数据没有刷新造成的，请执行数据检查，然后重新{action}即可。",
    "请下载最新补丁，更新后重启应用服务器，再试一次{action}。",
    "请检查该用户对{thing}的功能权限和数据权限，授权后重新登录。",
    "已经远程处理，原因是{thing}的{word}设置与期间不一致，调整后{action}正常。",
)
DATABASES = ("ORACLE", "SQLSERVER", "SYBASE")
MODULE_THINGS = {module: things.split() for module, things in THINGS.items()}


@dataclass(frozen=True)
class Text:
    """What one ticket says."""

    title: str
    description: str
    answer: str


class Writer:
    """Writes tickets; the same ``random`` writes the same ones."""

    def __init__(self, random: Random, vocabulary: Vocabulary) -> None:
        self._random = random
        self._vocabulary = vocabulary
        self._drawn: list[str] = []

    def write(self, module: str) -> Text:
        """Write the question and the answer of a ticket about ``module`` (a key of THINGS)."""
        pick = self._random.choice
        thing, action, symptom = pick(MODULE_THINGS[module]), pick(ACTIONS), pick(SYMPTOMS)
        title = self._title(thing, action, symptom)
        description = "".join(
            (
                f"{pick(MOMENTS)}，我单位在{module}模块中{action}{thing}时{symptom}",
                f"，系统提示“{pick(MESSAGES)}”" if self._random.random() < 0.6 else "",
                f"。{self._circumstances()}。{pick(TRIED)}。",
                self._remark(),
                pick(ASKS),
            )
        )
        answer = pick(ANSWERS).format(thing=thing, action=action, word=self._word())
        return Text(title, description, answer)

    def _title(self, thing: str, action: str, symptom: str) -> str:
        shape = self._random.randrange(4)
        if shape == 0:
            return f"{thing}{action}时{symptom}"
        if shape == 1:
            return f"{self._random.choice(MOMENTS)}{thing}{symptom}，{self._word()}{self._word()}"
        if shape == 2:
            return f"{self._word()}{self._word()}公司{thing}不能{action}"
        return f"如何{action}{thing}的{self._word()}{self._word()}"

    def _circumstances(self) -> str:
        number = self._random.randrange
        shape = number(4)
        if shape == 0:
            return f"凭证编号是记-{number(1, 9999):04d}，金额{number(1, 10_000_000) / 100:.2f}元"
        if shape == 1:
            return f"数据库是{self._random.choice(DATABASES)}，期间为{number(2019, 2027)}年{number(1, 13)}月"
        if shape == 2:
            return f"单据号{number(10**8, 10**9)}，制单人是{self._word()}部的同事"
        return f"涉及{self._word()}{self._word()}分公司的{number(2, 400)}条数据"

    def _remark(self) -> str:
        words = [self._word() for _ in range(self._random.randrange(6, 24))]
        half = len(words) // 2
        return f"{''.join(words[:half])}，{''.join(words[half:])}。"

    def _word(self) -> str:
        if not self._drawn:
            self._drawn = self._vocabulary.draw(self._random, 10_000)
        return self._drawn.pop()
