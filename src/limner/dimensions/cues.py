"""What a question is about, by its words: 多大 and "how old" point at the age, in any language of facts.

A cue names facts by the beginning of their paths. Chinese words are looked for anywhere in the question,
English ones among its words in their base form.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from limner.text.languages import TextLanguage
from limner.text.lexicons import load_lexicon


class Cue(NamedTuple):
    """Words, and what they point at."""

    paths: str
    """Beginnings of paths, separated by blanks."""
    zh: str
    en: str
    side: int = 0
    """+1 or −1: only facts whose liking is on that side."""


class Pointer(NamedTuple):
    """What a question points at: facts whose path begins so, and how clearly."""

    path: str
    weight: float
    side: int = 0


_NARROW, _WIDE = 0.9, 0.45
"""A cue that names a key, and one that names a whole dimension."""
CUES: tuple[Cue, ...] = (
    Cue("demographic/age", "年龄 多大 岁数 几岁 年纪 年轻", "age old young"),
    Cue("demographic/gender", "性别 男生 女生 男性 女性 男士 女士", "gender sex man woman male female"),
    Cue("demographic/city social/place", "城市 哪里人 在哪 住哪 地区 所在地", "city town where region"),
    Cue("demographic/occupation", "职业 工作 做什么的 上班", "occupation job work profession"),
    Cue("demographic/allergy", "过敏", "allergy allergic allergen"),
    Cue("demographic/diet", "饮食 忌口 吃素 素食", "diet vegan vegetarian eat"),
    Cue("demographic/child", "孩子 小孩 宝宝 儿童 女儿 儿子 家庭", "child kid baby daughter son family"),
    Cue("demographic/pet", "宠物 养猫 养狗 猫 狗", "pet cat dog"),
    Cue("demographic/device", "设备 手机型号 用什么手机 用的手机", "device"),
    Cue("demographic/vehicle", "有车 开车 汽车 车型", "vehicle drive car"),
    Cue("demographic/home", "住处 住房 房子 租房", "home house flat apartment"),
    Cue("demographic/risk", "风险 保守 激进", "risk cautious"),
    Cue("interest/intent", "想买 打算 计划 要买 需求", "intend plan want need"),
    Cue(
        "interest/price_band behaviour/monetary sentiment/aspect=价格 sentiment/aspect=price "
        "sentiment/aspect=性价比 sentiment/aspect=value",
        "价格 价位 价钱 多少钱 预算 便宜 贵 消费 花费 客单价 优惠 打折 性价比",
        "price budget cheap expensive cost spend money afford discount deal",
    ),
    Cue("interest/brand", "品牌 牌子", "brand"),
    Cue("interest/category", "品类 类别 类目 喜好 兴趣 爱好 推荐", "category interest hobby recommend into"),
    Cue("interest/item", "最喜欢 钟情 常买 收藏", "favourite favorite"),
    Cue("interest", "喜欢 感兴趣 偏好 偏爱 口味", "like love prefer preference taste enjoy"),
    Cue("interest/topic interest/keyword", "话题 关注 谈论 搜索", "topic search write"),
    Cue(
        "behaviour/daypart behaviour/peak_hour behaviour/weekend_share",
        "什么时候 几点 何时 时段 时间 晚上 早上 下午 周末 推送",
        "when time hour evening morning afternoon night weekend",
    ),
    Cue(
        "behaviour/recency_days behaviour/frequency behaviour/sessions",
        "活跃 频率 多久 多常 流失 最近一次 上次 还在用 经常",
        "active often frequency frequent last recent recently churn visit",
    ),
    Cue("behaviour/rating_style sentiment/ratings", "打分 评分 给分", "rating rate score star"),
    Cue("behaviour/path behaviour/dwell behaviour/event", "浏览 逛 停留", "browse view path session"),
    Cue("behaviour/monetary behaviour/event=purchase", "购买 下单 订单 买过", "buy purchase order bought"),
    Cue("social", "朋友 好友 圈子 社交 关系 粉丝", "friend circle social community follower follow"),
    Cue("sentiment", "情绪 情感 评价 态度 口碑 感受", "sentiment opinion feel feeling mood tone"),
    Cue("sentiment/aspect sentiment/overall", "满意 好评 夸", "satisfied happy praise pleased", 1),
    Cue(
        "sentiment/aspect sentiment/overall interest",
        "抱怨 不满 投诉 生气 差评 问题 吐槽 不喜欢 讨厌 反感",
        "complain complaint unhappy angry dislike hate problem issue wrong upset refund",
        -1,
    ),
)
_ONE_THING = (
    "价格 price; 性价比 value; 质量 quality; 外观 design; 颜色 color; 尺寸 size; 重量 weight; 材质 material; "
    "做工 build; 版型 fit; 舒适 comfort; 气味 smell; 包装 packaging; 物流 delivery; 服务 service; "
    "售后 support; 正品 authenticity; 描述 description; 功能 features; 易用 ease_of_use; 安装 installation; "
    "噪音 noise; 屏幕 screen; 电池 battery; 充电 charging; 音质 sound; 拍照 camera; 速度 performance; "
    "系统 software; 存储 storage; 信号 connectivity; 散热 heat; 键盘 keyboard; 配件 accessories; 味道 taste; "
    "分量 portion; 新鲜 freshness; 温度 temperature; 食材 ingredients; 卫生 cleanliness; 位置 location; "
    "房间 room; 床 bed; 卫浴 bathroom; 设施 facilities; 隔音 soundproofing; 环境 atmosphere; 早餐 breakfast; "
    "内容 content; 印刷 print; 纸张 paper; 文笔 writing; 翻译 translation; 剧情 plot; 演技 acting; "
    "导演 directing; 特效 effects; 配乐 music; 人物 characters; 台词 dialogue; 琴弦 strings; 音准 tuning"
)
"""Aspects of both languages that are one thing."""
_OTHER_NAME = {
    one: other for pair in _ONE_THING.split("; ") for one, other in (pair.split(), pair.split()[::-1])
}


def find_pointers(question: str, words: Collection[str]) -> list[Pointer]:
    """Return what a question points at, the clearest first.

    Args:
        question: as it was asked, in lower case.
        words: its words, Chinese ones as they are and English ones in their base form.
    """
    found: dict[tuple[str, int], float] = {}
    for path, weight, side in (*_follow_cues(question, words), *_name_aspects(words)):
        found[path, side] = max(weight, found.get((path, side), 0.0))
    pointers = (Pointer(path, weight, side) for (path, side), weight in found.items())
    return sorted(pointers, key=lambda one: (-one.weight, one.path, one.side))


def _follow_cues(question: str, words: Collection[str]) -> Iterator[Pointer]:
    for cue in CUES:
        if any(word in question for word in cue.zh.split()) or any(word in words for word in cue.en.split()):
            paths = cue.paths.split()
            yield from (Pointer(path, _NARROW if "/" in path else _WIDE, cue.side) for path in paths)


def _name_aspects(words: Collection[str]) -> Iterator[Pointer]:
    """Yield the aspects that words name or imply, under their names in both languages."""
    named: tuple[TextLanguage, ...] = ("zh", "en")
    for lexicon in map(load_lexicon, named):
        entries = (lexicon.entries.get(word) for word in words)
        for aspect in {entry.aspect or entry.implies for entry in entries if entry} - {""}:
            yield Pointer(f"sentiment/aspect={aspect}", 1.0)
            if aspect in _OTHER_NAME:
                yield Pointer(f"sentiment/aspect={_OTHER_NAME[aspect]}", 1.0)
