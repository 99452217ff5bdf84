"""What a clause can say, and the word for it in either language: the vocabulary of answers."""

from collections.abc import Mapping

from limner.llm.claims import LIFE
from limner.records import Language

OPINIONS = ("good", "bad")
KINDS = (*OPINIONS, "want", "like", *LIFE)
RISKS = ("cautious", "balanced", "bold")
"""Attitudes to the risk of investments."""
FINANCE_KINDS = (*KINDS, *RISKS)
NEITHER = "neutral"
"""Said of a clause that judges nothing."""
NOTHING = "no"
"""Said of a clause that tells nothing of its writer."""
LABELS: Mapping[Language, Mapping[str, str]] = {
    "en": {kind: kind for kind in (*FINANCE_KINDS, NEITHER, NOTHING)},
    "zh": {
        "good": "好",
        "bad": "差",
        "want": "想买",
        "like": "爱好",
        "allergy": "过敏",
        "child": "孩子",
        "pet": "宠物",
        "device": "设备",
        "home": "住处",
        "vehicle": "车辆",
        "diet": "饮食",
        "occupation": "职业",
        "cautious": "稳健",
        "balanced": "平衡",
        "bold": "激进",
        NEITHER: "中性",
        NOTHING: "他人",
    },
}
KIND_OF: Mapping[str, str] = {label: kind for labels in LABELS.values() for kind, label in labels.items()} | {
    "none": NOTHING,
    "other": NOTHING,
    "无": NOTHING,
    "无关": NOTHING,
}
"""Kind by its label in any language; with words that models use for nothing."""
