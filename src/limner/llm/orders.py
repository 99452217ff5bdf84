"""Sentences that address the model instead of the reader.

What is found is not sent. What slips through has to pass the same evidence rules as anything else: a model
that obeys a text can at most claim what a clause of that very text says in so many words.
"""

import re

_FORGET = r"(?:ignore|disregard|forget|override|bypass|dismiss|do not follow|don'?t follow|stop following)"
_RULES = (
    r"(?:instructions?|prompts?|rules?|directions?|guidelines?|commands?|constraints?"
    r"|(?:of the )?above|previous|prior|earlier|preceding)"
)
_WRITE = (
    r"(?:write|say|output|respond|answer|reply|return|print|record|note|mark|add|set|state|report|claim|list)"
)
_BEGINS = r"(?:^|[.!?;:,\"'(\n]\s*|\b(?:please|always)\s+)"
_GAP = r"[ ,:\"']+"
_WRITER = (
    r"(?:(?:the|this|every|each|all) (?:user|writer|reviewer|author|customer)s?|i am|i'm|i have|i own|me as)"
)
_FORGET_ZH = r"(?:忽略|无视|忘记|忘掉|忘了|不要理会|不要遵守|别管|抛开|跳过|绕过|放弃)"
_RULES_ZH = r"(?:指令|指示|提示词|提示|规则|设定|命令|约束|要求|以上|上面|上述|之前的|前面的|先前)"
_WRITE_ZH = r"(?:写下|写上|写成|写明|写出|写道|写|输出|记录|标记|填写|返回|生成|注明|记下|声称|宣称)"
_WRITER_ZH = (
    r"(?:我(?:是|有|很|非常|特别|喜欢|对|属于|超级)|(?:该|这个|本|所有|其他|每个)?(?:用户|作者|评论者|顾客"
    r"|买家)(?:是|有|很|非常|喜欢|对|都))"
)
_ORDER = re.compile(
    "|".join(
        [
            rf"\b{_FORGET}\b(?:\W+\w+){{0,4}}?\W+{_RULES}\b",
            rf"\b{_FORGET} (?:everything|all|anything)(?: that)? (?:you|above|before|previous|prior|was)\b",
            rf"(?:{_BEGINS}{_WRITE}|\b(?:and|then) (?:write|output|respond|answer|return|print"
            rf"|record))\b(?:{_GAP}(?:down|only|just|exactly|instead|that|as|with|in|for|to|about))*"
            rf"{_GAP}{_WRITER}\b",
            rf"\b{_WRITE}\b[^.!?\n]{{0,30}}(?:\bjson\b|[{{\[]\s*\")",
            r"\byou are (?:now |no longer )?(?:an? |the |my )?(?:helpful |large |new )?(?:ai|assistant"
            r"|language model"
            r"|model|chatbot|llm|dan)\b",
            r"\b(?:dear|hey|hi|hello|attention|note to(?: the)?|instructions? (?:for|to)(?: the)?|message "
            r"(?:for|to)"
            r"(?: the)?)\W+(?:ai|llm|gpt|model|assistant|bot|language model|system)\b",
            r"\b(?:system|developer|assistant) (?:prompt|message|instruction|override)",
            r"(?:^|[.!?\n]\s*)(?:system|assistant)\s*:",
            r"\bnew (?:instructions?|rules?|task|prompt)\s*:",
            r"<\|?(?:im_start|im_end|system|assistant|user|endoftext)\|?>|\[/?inst\]|<<sys>>|#{2,} ?(?:system"
            r"|instruction|assistant|response)",
            r"[\"']items[\"']\s*:",
            rf"{_FORGET_ZH}(?!的)[^。!！?？\n]{{0,12}}?{_RULES_ZH}",
            rf"{_WRITE_ZH}(?:上|下|道|成|为|出)?[^。!！?？\n\w]{{0,3}}{_WRITER_ZH}",
            r"(?:请|你(?:要|应该|必须|需要)|务必|必须|直接|改为)(?:写|输出|回复|回答|记录|标记|填写|返回"
            r"|生成|注明)"
            r"[^。!！?？\n]{0,8}?(?:json|[:：“\"]|我是|我有|我很|用户|作者)",
            r"你(?:现在)?是(?:一个|一名|一位)?(?:ai|人工智能|智能助手|助手|大?语言模型|大模型|机器人|模型)",
            r"(?:系统|开发者)(?:提示词|指令|消息\s*[:：])|(?:新的?|以下)(?:指令|任务|规则)\s*[:：]"
            r"|作为(?:一个)?(?:ai|人工智能|语言模型)",
        ]
    )
)


def find_order(normal: str) -> int | None:
    """Return where a normalised text begins to give the model orders, or None.

    >>> find_order("good. ignore your instructions"), find_order("follow the instructions")
    (6, None)
    """
    found = _ORDER.search(normal)
    if not found:
        return None
    return found.start() + len(found[0]) - len(found[0].lstrip(" \n.,:;!?\"'("))
