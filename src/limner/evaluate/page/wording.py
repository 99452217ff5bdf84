"""What the report says, in Chinese and in English."""

from limner.records import Language

WORDS: dict[str, tuple[str, str]] = {
    "title": ("推荐效果评估", "How good are the recommendations?"),
    "asked": (
        "{n:,} 位用户，{ranked:,} / {items:,} 件物品全部排名；按验证期的 {v:,} 份答卷调参，随机种子 {seed}。",
        "{n:,} users asked; {ranked:,} of {items:,} items ranked, all of them in full; "
        "tuned on {v:,} answers of the validation; seed {seed}.",
    ),
    "protocol.time": (
        "按时间滚动：每个窗口之前的数据用于学习，窗口之内的用于提问。",
        "Rolling time windows: everything before a window is learnt from, what happens in it is asked.",
    ),
    "protocol.users": (
        "新用户：被提问的用户不参与训练，告知其 80% 的物品。",
        "Unseen users: those asked are in no fitting; 80 % of their items are told.",
    ),
    "protocol.items": (
        "新物品：五分之一有文字的物品从训练中拿掉，只对它们排名。",
        "Unseen items: a fifth of the items with words is taken out of all fitting; only they are ranked.",
    ),
    "protocol.leave-one-out": (
        "留一法：只为与论文对比。模型见过其他人“未来”的行为，每人只有一件相关物品，不宜据此决策。",
        "Leave one out: only to compare with papers. Models have seen what others did later, and one "
        "relevant item per user makes lucky and good look alike. Do not decide by it.",
    ),
    "ladder": ("阶梯", "The ladder"),
    "against": ("与最强基线（{best}）的差", "Difference to the best baseline ({best})"),
    "against.lead": (
        "NDCG@10 的成对差。区间不含零才算有差别。最强基线按测试成绩选出，对它有利。",
        "NDCG@10, paired by user. A difference counts when its interval leaves out zero. The best baseline "
        "is the one that did best on the test itself, which favours it.",
    ),
    "windows": ("逐个窗口（NDCG@10）", "Window by window (NDCG@10)"),
    "slices": ("分组（NDCG@10）", "Slices (NDCG@10)"),
    "activity": ("已知行为 {name} 次", "{name} known events"),
    "language": ("用户语言 {name}", "users who write {name}"),
    "item_age": ("{name}", "{name}"),
    "new items": ("30 天内的新物品", "items new within 30 days"),
    "older items": ("较老的物品", "older items"),
    "parts": ("组成、对照与消融", "Parts, controls, ablations"),
    "parts.lead": (
        "S 是内容，B 是行为。“shuffled”把画像换成别人的，"
        "“random text”把文字换成随机向量：它们不该带来提升。这些行都不再调参。",
        "S is meaning, B is behaviour. 'Shuffled' gives everyone another's profile, 'random text' puts "
        "random vectors in place of words: neither may gain. None of these rows is tuned again.",
    ),
    "numbers": ("全部数字", "All numbers"),
    "tuned": ("调参结果", "What was tuned"),
    "model": ("模型", "model"),
    "trials": ("尝试次数", "settings tried"),
    "reading": ("怎么读", "How to read this"),
    "reading.text": (
        "圆点是按用户的均值，横线是 95% 自助区间。debiased 按物品热度的平方根倒数加权；"
        "popularity_bias 大于零表示列表比用户自己的口味更偏热门；coverage 是进入任何人前十的物品占比；"
        "novelty 以比特计；diversity 是 1 减前十物品两两余弦的均值。",
        "Dots are means over users, bars are 95 % bootstrap intervals. 'Debiased' weighs each item by the "
        "inverse square root of how many met it; 'popularity_bias' above zero means lists lean more to the "
        "popular than users do themselves; coverage is the share of items in anybody's best ten; novelty is "
        "in bits; diversity is 1 minus the mean cosine of pairs in the best ten.",
    ),
    "users": ("{n:,} 位用户", "{n:,} users"),
    "known": ("每人只告知最近 {n} 次行为。", "Only the newest {n} events of each user are told."),
    "relevant": ("只有满足 {what} 的才算相关。", "Only what meets {what} is relevant."),
    "nothing": ("没有可供排名的数据。", "There is nothing to rank."),
}


def word(key: str, lang: Language, **values: object) -> str:
    """Return one sentence of the report."""
    zh, en = WORDS[key]
    return (zh if lang == "zh" else en).format(**values)
