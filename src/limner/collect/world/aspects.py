"""What reviews praise and blame: canonical names, and the spellings a reader may use for each."""

from collections.abc import Mapping
from types import MappingProxyType

_SPELLINGS = {
    "screen": "屏幕 显示屏 画面 显示 屏 | screen, display, picture",
    "battery": "电池 续航 电量 充电 电池续航 | battery, battery life, charge, charging, runtime",
    "sound": "音质 声音 音效 低音 人声 | sound, sound quality, audio, bass, audio quality",
    "performance": "性能 反应 响应 速度 运行 运行速度 系统 稳定性 连接 "
    "| performance, response, speed, connection, lag, stability",
    "setup": "安装 组装 说明书 | setup, assembly, installation, instructions, set-up",
    "ease": "操作 上手 使用 易用性 操作性 | ease, handling, ease of use, use, usability, controls",
    "size": "尺码 尺寸 大小 码数 版型 | size, sizing, fit, dimensions",
    "fabric": "面料 料子 布料 材质 材料 | fabric, material, cloth, materials",
    "comfort": "舒适度 舒适 舒适性 手感 脚感 体验 | comfort, feel, comfortable",
    "taste": "味道 口感 口味 滋味 | taste, flavour, flavor",
    "freshness": "新鲜度 新鲜 日期 保质期 生产日期 货 | freshness, fresh, date, expiry date",
    "smell": "气味 香味 味儿 香气 异味 | smell, scent, odour, odor, fragrance, aroma",
    "effect": "效果 功效 作用 | effect, results, result, effects, effectiveness",
    "texture": "质地 肤感 | texture, consistency",
    "looks": "外观 颜值 款式 颜色 设计 样子 外形 色差 样式 "
    "| looks, look, design, appearance, colour, color, style, colours",
    "capacity": "容量 空间 | capacity, space, room, storage",
    "portion": "分量 份量 量 数量 重量 | portion, amount, quantity, portion size",
    "story": "故事 情节 剧情 内容 文笔 结局 | story, plot, writing, ending, content, story line",
    "print": "印刷 纸张 排版 纸质 字体 装帧 | print, paper, printing, typesetting, print quality",
    "quality": "质量 品质 做工 用料 品控 "
    "| quality, workmanship, build, build quality, craftsmanship, durability",
    "price": "价格 价钱 定价 性价比 价位 | price, value, value for money, cost, pricing",
    "delivery": "物流 快递 配送 发货 送货 物流速度 快递员 | delivery, shipping, courier, dispatch, postage",
    "service": "客服 服务 售后 服务态度 态度 卖家 "
    "| service, customer service, support, after-sales, seller, staff, customer support",
    "packaging": "包装 外盒 箱子 盒子 外包装 | packaging, box, package, wrapping, packing",
}

ASPECTS: tuple[str, ...] = tuple(_SPELLINGS)
"""Canonical names, in English."""


def _spellings(both: str) -> frozenset[str]:
    zh, _, en = both.partition("|")
    return frozenset(zh.split()) | {name.strip() for name in en.split(",")}


ALIASES: Mapping[str, frozenset[str]] = MappingProxyType(
    {aspect: _spellings(both) | {aspect} for aspect, both in _SPELLINGS.items()}
)
"""Canonical name → every spelling that means it, lower case; no spelling means two aspects."""
_ASPECT_BY_SPELLING = {name: aspect for aspect, names in ALIASES.items() for name in names}


def find_aspect(spelling: str) -> str | None:
    """Return the canonical name of an aspect as a reader spells it; None when it is not one of ours.

    >>> find_aspect("Battery life"), find_aspect("续航"), find_aspect("karma")
    ('battery', 'battery', None)
    """
    return _ASPECT_BY_SPELLING.get(spelling.strip().lower())
