"""Words without which a clause cannot bear out a claim: kinds of life facts, intents, attitudes to risk.

They decide twice: which clauses are worth asking about, and whether what a model says of a clause has
anything in it to rest on.
"""

import re

_KIN = (
    "brother|sister|mother|mom|mum|mommy|father|dad|daddy|wife|husband|friend|neighbou?r|boss|colleague"
    "|co-?worker"
    "|uncle|aunt|cousin|grand(?:ma|pa|mother|father)|nephew|niece|girlfriend|boyfriend|roommate|parent"
    "|in-law|fianc[eé]e?"
    "|partner|guy|lady|buddy"
)
_CHILD = (
    "son|daughter|kid|child(?:ren)?|baby|babies|toddler|twins?|teenager|infant|newborn|grandson"
    "|granddaughter|grandchild(?:ren)?|grandkid"
)
_KIN_ZH = (
    "妈妈|母亲|老妈|我妈|爸爸|父亲|老爸|我爸|爸妈|父母|老公|老婆|妻子|丈夫|先生|太太|媳妇|朋友|同事|同学"
    "|室友|邻居|老板|领导"
    "|弟弟|哥哥|姐姐|妹妹|表[弟哥姐妹]|堂[弟哥姐妹]|奶奶|爷爷|外婆|外公|姥姥|姥爷|婆婆|公公|岳父|岳母"
    "|丈母娘|亲戚|男友|女友"
    "|男朋友|女朋友|对象|闺蜜|老人|长辈|侄[子女]|外甥女?|客户|舅舅|叔叔|阿姨|姑姑|嫂子|妈|爸|姐"
    "|哥|弟|妹"
)
_CHILD_ZH = "孩子|儿子|女儿|宝宝|宝贝|小孩|娃|闺女|小朋友|孙子|孙女|双胞胎|婴儿|新生儿"
CHILD = re.compile(rf"\b(?:{_CHILD})s?\b|{_CHILD_ZH}")
_BAND = "bandmate|drummer|singer|bassist|guitarist|boss|teacher|tutor|landlord"
OTHERS = re.compile(
    rf"\b(?:my|our|the|a) (?:\w+ )?(?:{_BAND})s?(?:'s| (?:has|uses|owns|plays|likes|loves|said|bought))\b"
    rf"|我的?(?:老师|学生)的|"
    rf"\b(?:{_KIN})s?\b|\b(?:he|she|they|his|her|their|someone|somebody)\b|{_KIN_ZH}|他|她|别人|人家|人们"
)
"""Somebody else than the writer and the writer's children."""
OWN = re.compile(
    r"\b(?:i|i'm|i've|i'd|i'll|my|mine|myself|me|we|we're|we've|our|ours|us)\b|我|俺|咱|自己|本人|家里"
    r"|家中|自家|自用"
)
SUPPOSED = re.compile(
    r"\b(?:if|unless|anyone|anybody|someone|somebody|people|those who|whoever|you|your|would be|could be"
    r"|wish)\b"
    r"|如果|要是|假如|假设|的人|有人|大家|人群|人士|你们?|您|适合|适用"
)
"""Not the writer as they are, but somebody, or what might be."""
LIFE_CUES = {
    "allergy": re.compile(r"\b(?:allerg\w*|intoleran\w+|anaphyla\w+|celiac|coeliac)\b|过敏|不耐受"),
    "child": CHILD,
    "pet": re.compile(
        r"\b(?:dog|cat|pupp(?:y|ies)|kitten|kitty|pup|pet|parrot|hamster|rabbit|bunny|goldfish|aquarium"
        r"|horse|turtle"
        r"|retriever|terrier|poodle|bulldog|labrador|shepherd|corgi|tabby)s?\b|[猫狗]|宠物|仓鼠|兔子|鹦鹉"
        r"|金鱼|乌龟|泰迪|金毛|柯基"
    ),
    "device": re.compile(
        r"\b(?:i?phone\w*|i?pad|ipod|tablet|laptop|macbook|imac|mac|pc|computer|camera|dslr|tv|television"
        r"|console|xbox"
        r"|playstation|ps[345]|nintendo|switch|printer|kindle|watch|smartwatch|headphones?|earbuds|router"
        r"|monitor|galaxy"
        r"|pixel|android|chromebook|thinkpad|gopro|guitar|bass|amp|amplifier|mixer|piano|keyboard|drums?"
        r"|ukulele|violin"
        r"|banjo|mandolin|saxophone|trumpet|strat\w*|telecaster|tele|les paul|microphone|mic|interface"
        r"|pedal\w*|synth\w*"
        r"|speakers?|turntable|headset|desktop)s?\b"
        r"|手机|电脑|平板|笔记本|相机|单反|电视|主机|打印机|手表|耳机|路由器|显示器|苹果|华为|小米|荣耀"
        r"|三星|联想|戴尔|oppo|vivo|iphone|ipad"
        r"|mac|吉他|钢琴|音箱|麦克风|投影仪|游戏机|键盘|洗衣机|冰箱|空调|热水器"
    ),
    "home": re.compile(
        r"\b(?:apartment|flat|house|home|condo|dorm|garden|yard|garage|basement|studio|balcony|backyard"
        r"|rent|tenant"
        r"|landlord|kitchen|bedroom|live|lives|living|moved)\b"
        r"|房子|公寓|别墅|租房|出租|宿舍|院子|阳台|客厅|卧室|厨房|新房|装修|搬家|住|小区|单身公寓"
    ),
    "vehicle": re.compile(
        r"\b(?:car|truck|suv|van|minivan|motorcycle|motorbike|bike|bicycle|scooter|jeep|pickup|toyota"
        r"|honda|ford|chevy|bmw"
        r"|tesla|subaru|nissan|audi|mazda|volvo|sedan|camper|rv)s?\b"
        r"|汽车|轿车|车上|车里|开车|我的车|爱车|车子|电动车|电瓶车|摩托|自行车|单车|货车|越野|新车|私家车"
    ),
    "diet": re.compile(
        r"\b(?:vegan|vegetarian|gluten[- ]free|keto|halal|kosher|paleo|dairy[- ]free|diet|low[- ]carb"
        r"|sugar[- ]free"
        r"|pescatarian|diabetic|lactose)\b|素食|吃素|清真|减肥|减脂|无糖|低糖|生酮|戒糖|糖尿病|忌口|不吃"
        r"|控糖|健身餐"
    ),
    "occupation": re.compile(
        r"\b(?:work(?:ed|ing)? as|i am an?|i'm an?|as an? \w+|my (?:job|work|office|profession|career"
        r"|students?|clients?"
        r"|patients?|classroom|business)|teacher|nurse|doctor|engineer|student|retired|musician|producer"
        r"|designer"
        r"|programmer|developer|photographer|chef|lawyer|pastor|professional)\b"
        r"|上班|工作|职业|老师|教师|医生|护士|学生|程序员|设计师|司机|会计|律师|退休|工程师|从事|行业|公司"
        r"|单位"
    ),
}
INTENT = re.compile(
    r"\b(?:want(?:ed|ing)? (?:to (?:buy|get|order|try|own|have)|another|one|more|an?|the|some)"
    r"|plan(?:ning)? (?:to|on)|going to (?:buy|get|order|try)|gonna (?:buy|get|order)"
    r"|(?:will|i'll|we'll|would) (?:definitely |certainly |probably |be |also |likely )*(?:buy|buying|get"
    r"|getting|order"
    r"|ordering|purchase|purchasing|upgrade|try|pick)|looking (?:for|to (?:buy|get))|look(?:ing)? into"
    r"|think(?:ing)? (?:of|about) (?:buying|getting|ordering)|next (?:purchase|time|buy)|need (?:another|a "
    r"new|to (?:buy|get))"
    r"|saving (?:up )?for|shopping for|in the market for|consider(?:ing)? (?:buying|getting)|buy (?:more"
    r"|another|again))\b"
    r"|打算|准备(?:买|再|入手|换|给)|计划|想买|想要|想换|想入|要买|再买|再来|还会(?:买|再|来|光顾)|下次"
    r"|以后还|考虑(?:买|入手|换|再)"
    r"|入手|回购|求购|还想|想再|会再"
)
NO_INTENT = re.compile(
    r"\b(?:won'?t|will not|never|wouldn'?t|don'?t|do not|not|no longer|didn'?t) (?:\w+ ){0,3}?(?:buy|get"
    r"|order|purchase"
    r"|want|plan|need|try|buying|getting|ordering)\b"
    r"|(?:不会|不想|不要|不打算|不敢|绝不|别|再也不|没打算|没想)[^,，。]{0,4}(?:买|来|入手|回购|光顾|要|点)?"
)
FONDNESS = re.compile(
    r"\b(?:i|we|i'm|i've|i am|i have)\b(?: \w+){0,2} (?:love|loved|enjoy|enjoyed|into|fan of|collect"
    r"|collecting|passionate"
    r" about|obsessed with|addicted to|interested in)\b(?! (?:it|this|that|these|those|them|how|the way)\b)"
    r"|\b(?:i|we)(?:'ve been| have been| also| mostly| mainly| usually| often)? play(?:ing)?\b"
    r"|\b(?:my|our) (?:hobby|hobbies|passion) (?:is|are)\b"
    r"|爱好(?:是|就是)?|喜欢(?:看|玩|听|吃|喝|读|打|拍|收集|做|研究|用)|迷上|发烧友|痴迷|热爱"
    r"|平时(?:爱|喜欢|经常)|爱(?:看|玩|听|吃|喝|读|打|拍)|感兴趣"
)
RISK = {
    "cautious": re.compile(
        r"\b(?:safe(?:ty|r)?|conservative|cautious|risk[- ]averse|avoid(?:ing)? risk|low[- ]risk|no risk"
        r"|capital preservation"
        r"|can(?:not|'t) afford to lose|principal|steady|stable)\b|稳健|保守|保本|低风险|怕亏|不敢|求稳"
        r"|安全第一|稳妥|本金|谨慎|厌恶风险"
    ),
    "bold": re.compile(
        r"\b(?:aggressive|high[- ]risk|risk[- ]taking|all in|leverage|yolo|speculat\w+|bet big|volatil\w+"
        r"|gambl\w+)\b"
        r"|激进|高风险|梭哈|全仓|满仓|杠杆|搏一把|赌一把|敢于冒险|追涨|博高收益|高收益"
    ),
    "balanced": re.compile(
        r"\b(?:balanced?|moderate|diversif\w+|mix)\b|平衡|均衡|适中|中等风险|分散|一半一半"
    ),
}
DENIED = re.compile(
    r"\b(?:not|no|never|without|don'?t|do not|doesn'?t|isn'?t|aren'?t|am not|haven'?t|hasn'?t|didn'?t|no "
    r"longer|nor)\b"
    r"|不|没|无|未|别"
)
