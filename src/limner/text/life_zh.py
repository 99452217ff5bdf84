"""How people speak of their own life in Chinese."""

import re

from limner.text.life_rules import Reader, Rule, Rules, named

_DOUBT = re.compile(
    r"如果|要是|假如|假若|倘若|万一|的话|是不是|有没有|会不会|能不能|吗$|希望|听说|据说|仿佛|好像|好象|似乎|"
    r"就像|如同|小时候|当年|以前|从前|曾经"
)
_I = r"(?:我|本人|俺|咱|自己)"
_HOUSE = r"(?:我|俺|咱|我们|咱们|俺们)(?:们)?家(?:里)?(?:的|那|那只|这只|那个|有|有个|有只|养了|养的)?"
_MY = rf"(?:{_HOUSE}|(?:我|俺)的?)"
_COUNTED = r"(?:[一两二三四五几]?[个只条辆台部款双套本件把张瓶份]|一)?"


def _fixed(value: str) -> Reader:
    return lambda found: value


# allergies
_NO_ALLERGEN = re.compile(
    r"^(?:这|那|它|他|她|其|什么|任何|所有|皮肤|宝宝|孩子|人|我|你|大家|某些|一些|很多|产品)|[的了]$"
)
_AROUND_ALLERGEN = re.compile(
    r"^(?:所有|一切|很多|某些|一些)|(?:类)?(?:都|也|会|很|严重|有点|有些|比较|特别|容易)+$"
)


def _allergen(found: re.Match[str]) -> str:
    value = _AROUND_ALLERGEN.sub("", named(found))
    return "" if _NO_ALLERGEN.search(value) else value


# children
_CHILD = r"儿子|女儿|闺女|宝宝|孩子|小孩|小孩子|娃娃?|小家伙|小朋友|大宝|二宝|小宝|双胞胎|丫头|千金|小子"
_SOLE_CHILD = r"儿子|女儿|闺女|宝宝"
_AGE = r"(?P<age>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<unit>周岁|岁|个多月|个月|年级)(?P<half>半|多)?"
_JUST = r"(?:今年|现在|目前|才|刚|刚刚|快|已经|都|马上|也|就|满|是|有|过了|还不到|不到|差不多|大概|,)*"
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}


_CALLED = {
    **dict.fromkeys(("娃", "娃娃", "小孩", "小孩子", "小家伙", "小朋友"), "孩子"),
    **dict.fromkeys(("闺女", "丫头", "千金"), "女儿"),
    "小子": "儿子",
}


def _number(written: str) -> str:
    """Return a small number in digits.

    >>> _number("十二"), _number("三"), _number("7")
    ('12', '3', '7')
    """
    if written.isdigit():
        return written
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return str(_DIGITS.get(written, ""))
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))


def _child(found: re.Match[str]) -> str:
    value = named(found)
    return _CALLED.get(value, value)


def _aged_child(found: re.Match[str]) -> str:
    age = _number(found["age"])
    unit = {"周岁": "岁", "个多月": "个月"}.get(found["unit"], found["unit"])
    return f"{_child(found)}，{age}{unit}" if age else ""


# pets, things, homes
_PET = (
    r"狗狗|小狗|狗子|狗|小猫|猫咪|猫猫|喵星人|汪星人|猫|金毛|泰迪|柯基|哈士奇|二哈|拉布拉多|比熊|博美|萨摩耶|"
    r"英短|美短|布偶|加菲|兔子|"
    r"仓鼠|鹦鹉|乌龟|龙猫"
)
_NO_PET = r"(?![眼腻王爪屎薄血熊粮砂窝包头车])"
_BRAND = (
    r"iphone|ipad|ipod|(?:苹果|小米)(?=手机|笔记本|电脑|平板|[ -]?\d|max|mix|"
    r"note|pro)|华为|红米|荣耀|三星|vivo|oppo|一加|魅族|诺基亚|nokia|索尼|sony|摩托罗拉|"
    r"moto|htc|联想|戴尔|dell|惠普|hp|"
    r"thinkpad|macbook|mac|surface|华硕|宏碁|acer|神舟|海信|kindle|佳能|尼康|富士|锤子|努比亚|中兴|酷派"
)
_MODEL = (
    r"(?:[ -]?(?:手机|笔记本|电脑|平板|相机|[a-z]*\d+[a-z+]*|pro|plus|max|mini|"
    r"air|note|mate|se|x|xs|xr)){0,4}"
)
_KIND = r"笔记本电脑|笔记本|台式机|平板电脑|平板|本本|相机|单反|电视|打印机"
_NO_KIND = r"(?![壳膜套店城号袋包桌族线卡座支里上屏])"
_CAR = (
    r"特斯拉|比亚迪|丰田|本田|大众|奥迪|宝马|奔驰|别克|吉利|哈弗|五菱|日产|马自达|福特|蔚来|小鹏|轿车|汽车|"
    r"越野车|suv|电动车|电瓶车|摩托车|自行车|单车|车子|车"
)
_NO_CAR = r"(?![厘站费票位库间道次友轮型床上])"


def _thing(found: re.Match[str]) -> str:
    value = named(found).strip(" -")
    return {"本本": "笔记本", "车子": "车"}.get(value, value)


# work
_WORK = (
    r"(?:(?:大|中|小|高|初)学|幼儿园|幼教|语文|数学|英语|高中|初中|体育|音乐|美术)?(?:老师|教师)|"
    r"护士|医生|医师|药师|律师|会计|程序员|程序猿|"
    r"码农|工程师|设计师|建筑师|摄影师|记者|编辑|作家|公务员|警察|军人|消防员|司机|厨师|理发师|美容师|销售|"
    r"业务员|客服|工人|农民|个体户|店主|"
    r"教授|研究员|科研人员|翻译|导游|空姐|飞行员|(?:大|研究|高中|初中|中|小)学生|研究生|博士生?|硕士生?|"
    r"大[一二三四]学生|学生党|学生|上班族|"
    r"家庭主妇|全职妈妈|全职太太|宝妈|退休(?:老师|教师|工人|干部|人员)|自由职业者?|白领|财务|hr|it男|"
    r"图书管理员"
)
_WORK_END = r"(?=$|[ ,]|所以|因为|平时|经常|需要|一个|一枚|嘛|啊|哦|呀|哈|吧$|了$)"
_TRADES = {"学生党": "学生", "程序猿": "程序员", "码农": "程序员"}
_PARENTS = {"宝妈", "全职妈妈"}


def _work(found: re.Match[str]) -> str:
    value = named(found)
    return "" if value in _PARENTS else _TRADES.get(value, value)


# intents
_BEFORE = r"(?<![不没别你您他她谁家们友人本来原本当初之前当时早就一直终于曾都的])"
_WANTED = r"(?P<value>[^,。!?;~\s]{2,12})$"
_NO_WANT = re.compile(
    r"^(?:的|上|这|那|它|他|她|了|来|回|着|过|下|就|也|都|又|再|给|送|很|其|别|哪|什么|东西|第|同|"
    r"一样|个|本书|几本|书的|还|你|我|到|完|前|后|时|但|却|可|不|没|点|些)|"
    r"(?:的|了|吧|啊|呢|着|过|来|去|时|看|用|玩|吃|人|朋友|亲|童鞋|同学|可以|小心|慎重|但是|发现)$|"
    r"朋友|亲们|同学|不|没|就|还是|可以|结果|发现|因为|所以|看到|觉得|谨慎|慎|另外|店里|只能|牌子|产品|商品"
)


_AROUND_WANTED = re.compile(
    rf"^{_COUNTED}(?:新的?|好的?|便宜的?)?|来(?:收藏|看看?|用)$|(?:看看|试试|用用|玩玩|了|吧|呢|啊)$"
)


def _wanted(found: re.Match[str]) -> str:
    value = _AROUND_WANTED.sub("", named(found))
    return "" if len(value) < 2 or _NO_WANT.search(value) else value


def _rule(key: str, pattern: str, value: Reader = named) -> Rule:
    return Rule(key, re.compile(pattern), value)


CHINESE = Rules(
    _DOUBT,
    (
        _rule(
            "allergy",
            r"(?:^|我|本人|因为|由于|自己)(?:一直|天生|从小|本来|本身|就|是)"
            r"*对(?P<value>[^,。!?不没无]{1,8}?)过敏(?!原)",
            _allergen,
        ),
        _rule(
            "allergy",
            r"(?:我|本人)(?:有|是)?(?P<value>酒精|花粉|海鲜|牛奶|芒果|花生|坚果|鸡蛋|尘螨|螨虫|虾|紫外线|"
            r"金属|乳胶)过敏",
            named,
        ),
        _rule(
            "allergy",
            r"(?:我|本人)(?:是|属于|就是)?(?:易|典型的|严重的)?(?P<value>过敏)(?:性)?体质",
            _fixed("过敏体质"),
        ),
        _rule(
            "child",
            rf"(?:^|{_MY}|给)(?P<value>{_CHILD}){_JUST}{_AGE}(?!时|大?的时候|之前|以前|"
            r"那年)",
            _aged_child,
        ),
        _rule(
            "child",
            rf"(?:{_HOUSE}|我的?|俺的?)(?:大|小)?(?P<value>{_CHILD})(?![们妈爸他她的一般]|"
            r"(?:的)?(?:同学|朋友|老师))",
            _child,
        ),
        _rule(
            "child",
            rf"^(?:是|专门|特意|特地|就是|本来)?(?:买给|买来给|给|帮|为)(?P<value>{_CHILD})"
            rf"(?![们他妈爸])[^们]{{0,6}}?(?:买|订|选|看|用|穿|玩|吃|喝)",
            _child,
        ),
        _rule(
            "child",
            rf"^(?P<value>{_SOLE_CHILD})(?:也|都|很|非常|特别|超级?|挺|蛮|可|十分|一直|最|真的|"
            r"每天|天天|看了|看到|拿到|说|们?喜欢|爱|好)*(?:喜欢|爱看|爱吃|爱玩|爱喝|说|高兴|开心)",
            _child,
        ),
        _rule("pet", rf"(?:{_HOUSE}|(?:我|俺)的?){_COUNTED}(?P<value>{_PET}){_NO_PET}", named),
        _rule(
            "pet",
            rf"(?:我|家里|家中)(?:有|养了|养的|养着|还有){_COUNTED}(?P<value>{_PET})"
            rf"{_NO_PET}",
            named,
        ),
        _rule("pet", r"^(?:买)?给(?P<value>狗狗|猫咪|小狗|小猫|狗|猫)(?:买|用|吃|穿|洗|玩)", named),
        _rule(
            "device",
            r"(?<![帮给之前])(?:我|本人|俺)(?:现在|目前|一直|平时|自己|也)*(?:用|使用|买|入手|换)(?:的|"
            rf"了)?(?:就?是|着)?{_COUNTED}(?P<value>(?:{_BRAND}){_MODEL})"
            r"(?!的?(?:客服|售后|官网|专卖|旗舰))",
            _thing,
        ),
        _rule(
            "device",
            rf"(?:我|俺)(?:的|这台|这部|那台|那部|的这台|的这部)(?P<value>(?:{_BRAND})"
            rf"{_MODEL})",
            _thing,
        ),
        _rule(
            "device",
            rf"(?:我|俺)(?:的|这台|这部|的这台|的这部|家的|们家的)(?P<value>{_KIND}){_NO_KIND}",
            _thing,
        ),
        _rule(
            "vehicle",
            r"(?:(?:我|俺|我们家|我家)的|我家|我开的是?|我有|自己的|我新买的|放在?我|(?<=^)我(?=车))"
            rf"{_COUNTED}(?:新|小)?(?P<value>{_CAR}){_NO_CAR}",
            _thing,
        ),
        _rule(
            "home",
            rf"(?:^|{_I}|现在|目前|因为|在外面?|在外地)(?:是|都|还|在|在外面?|自己|一个人)"
            r"*(?P<value>租)(?:的?房|房子?住|的房子|房住)",
            _fixed("租房"),
        ),
        _rule(
            "home",
            rf"(?:{_HOUSE}|{_I}的?)(?:新买的?|刚买的?|刚装修的?|刚装修好的?)?(?P<value>新房|新家)",
            _fixed("新房"),
        ),
        _rule("home", r"我们?(?:住|在)?(?:学校)?(?:的)?(?P<value>宿舍|寝室)(?![楼管阿门])", _fixed("宿舍")),
        _rule(
            "home",
            rf"(?:{_HOUSE}|(?:我|我们|自己)的)(?:老|旧|大|小)?(?P<value>房子)(?![子东价])",
            _fixed("房子"),
        ),
        _rule(
            "diet",
            rf"{_I}(?:是|是个|一直|平时|常年|现在|只|长期)*(?P<value>吃素|素食者|素食主义者?|素食|纯素)",
            _fixed("素食"),
        ),
        _rule(
            "diet",
            rf"{_I}(?:一点|一点儿|是|平时|从来|从|都|又|也|真的)*(?:不|不能|不太能|不会|不爱|吃不了|不怎么)"
            r"(?:吃)?(?P<value>辣|香菜|葱|蒜|牛肉|猪肉|羊肉|海鲜|肥肉|内脏|甜食|肉)(?!椒|酱|的?味)",
            lambda found: f"不吃{found['value']}",
        ),
        _rule(
            "occupation",
            r"(?:^|(?<=[^教跟]))(?:(?:我|本人|俺)(?:自己|也|就|本身)*是(?:一?[名个位枚])?|"
            rf"(?:我|本人)一[名个位枚]|作为(?:一?[名个位枚])?)(?P<value>{_WORK}){_WORK_END}",
            _work,
        ),
        _rule(
            "occupation",
            r"(?:我|本人)(?:自己|本身)?是(?:做|搞|从事)(?P<value>[^,。的]{0,3}(?:设计|销售|it|"
            r"软件|摄影|外贸|会计|财务|教育|医疗|编程|程序|美工|装修|工程|金融|电商|服装|餐饮|维修|技术|行政|老师))"
            r"的$",
            named,
        ),
        _rule(
            "intent",
            rf"^(?:其实|所以|最近|现在|现在)?(?:我|本人)?{_BEFORE}(?:最近|正|很|还|又|现在|也|下次|"
            r"准备|再)*(?:想|打算|准备|计划|考虑)(?:再|要|去|着)*(?:买|入手|购买|购入|购置)"
            rf"{_COUNTED}{_WANTED}",
            _wanted,
        ),
        _rule("intent", r"(?:^|我)求推荐(?:一?[款个部台本])?(?P<value>[^,。!?]{2,8})$", _wanted),
    ),
)
