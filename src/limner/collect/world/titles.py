"""What the labels say: invented brands, titles and descriptions in the language of the shelf."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from limner.collect.world.categories import CATEGORIES, Category

Ints = NDArray[np.int64]

_BRANDS = {
    ("electronics", "zh"): "砺星微 云朔光 曜谷 拓岚科 极屿 澄枢",
    ("electronics", "en"): "Voltrune Kestrelon Aurelith Pixmoor Nimbrel Quorvex",
    ("home", "zh"): "木卯居 禾岸里 拾檐 暖栎 灶间客 眠舟",
    ("home", "en"): "Oakhollen Fernwicke Hearthloom Ironbraes Tilthwood Gribbonside",
    ("food", "zh"): "馋渡口 谷雨巷 麦枝里 甘棠铺 食朴家 青篓子",
    ("food", "en"): "Beanmarrow Roastwillow Crumblefold Ovenwren Darkfinch Millsparrow",
    ("fashion", "zh"): "衫屿 织夏里 缦禾衣 步迹岚 云裁间 逐陌",
    ("fashion", "en"): "Tarnsleigh Wexmoore Corvaine Merridane Strathwyn Lindqueue",
    ("beauty", "zh"): "沁禾颜 素萤集 花涧白 润屿子 养和庐 霁肤",
    ("family", "zh"): "芽团子 豆苗熊 贝芽屋 萌栗家 团圆兔 小禾鹿",
    ("family", "en"): "Pawberrie Wigglebrook Tumblewick Snoutleigh Jollifern Bramblecub",
    ("outdoors", "zh"): "溪钓翁 野岚客 漫野集 江上漂 苇间 远汀",
    ("outdoors", "en"): "Cairnhollow Ridgewanda Stillposey Lotusfen Tarnpeake Moorstride",
    ("books", "zh"): "灯下书坊 北檐文库 纸月馆 渡口书社 半夏文丛 雾山书局",
}
_LABELS = {
    "手机": "轻薄 快充 长待机 大内存 | 通勤刷剧 旅行拍照 给爸妈换新",
    "Headphones": "Wireless, Foldable, Noise-Cancelling, Lightweight | commuting, the gym, long calls",
    "Gaming Gear": "Wireless, Low-Latency, Compact, Backlit | late nights, ranked matches, couch co-op",
    "相机": "轻便 复古 便携 入门 | 旅行拍摄 街头抓拍 记录孩子成长",
    "Smart Home": "Slim, Quiet, App-Controlled, Low-Power | small flats, busy families, a first home",
    "厨具": "加厚 家用 大号 经典 | 一家三口下厨 小户型厨房 新家入住",
    "Furniture": "Modern, Space-Saving, Nordic, Compact | small flats, a home office, the reading corner",
    "床品": "亲肤 四季 透气 轻柔 | 夏天午睡 新婚卧室 学生宿舍",
    "Power Tools": "Brushless, Compact, Heavy-Duty, 18V | weekend projects, flat-pack days, the workshop",
    "Gardening": "Classic, Hand-Made, Large, Lightweight | balconies, the back garden, tomato season",
    "零食": "低糖 海盐味 家庭装 原味 | 追剧解馋 下午茶 办公室分享",
    "茶叶": "特级 高山 手工 礼盒装 | 待客 送长辈 午后独饮",
    "Coffee": "Dark-Roast, Single-Origin, Decaf, Small-Batch | slow mornings, the office, night shifts",
    "水果": "产地直发 当季 大果 礼盒装 | 孩子加餐 探望亲友 餐后",
    "Baking": "Organic, Premium, Unsweetened, Family-Size | a birthday cake, rainy Sundays, bake sales",
    "女装": "法式 修身 复古 显瘦 | 春日约会 通勤 海边度假",
    "Menswear": "Slim-Fit, Classic, Breathable, Everyday | the office, weekends away, smart dinners",
    "运动鞋": "透气 缓震 轻量 防滑 | 晨跑 球场 周末逛街",
    "Handbags": "Vintage, Soft, Hand-Stitched, Mini | the office, a night out, weekend trips",
    "Watches": "Automatic, Slim, Sapphire, Bronze | formal evenings, collectors, everyday wear",
    "护肤": "温和 滋润 敏感肌 清爽 | 换季护理 熬夜之后 日常早晚",
    "彩妆": "哑光 持久 水润 自然 | 通勤淡妆 约会 毕业照",
    "保健品": "进口原料 无糖 便携装 高含量 | 长辈调理 健身人群 久坐上班族",
    "母婴": "柔软 透气 新生儿 纯棉 | 夜里睡整觉 宝宝出门 满月送礼",
    "Toys": "Classic, Giant, Glow-in-the-Dark, Colourful | rainy days indoors, birthdays, long car rides",
    "Pet Supplies": "Washable, Foldable, Extra-Large, Cosy | sofa corners, senior pets, weekend trips",
    "Camping": "Ultralight, Waterproof, Quick-Fold, Heavy-Duty | the hills, festival fields, family trips",
    "钓鱼": "轻量 便携 加固 入门 | 河边野钓 水库夜钓 周末出行",
    "Yoga": "Non-Slip, Eco, Extra-Long, Soft | morning stretches, small living rooms, studio classes",
    "小说": "精装 签名本 完整版 插图本 | 睡前阅读 长途火车 书友共读",
}
"""Per shelf: what such a thing can be, and what it is for."""


class _Words(NamedTuple):
    """What one shelf draws from."""

    types: tuple[str, ...]
    traits: tuple[str, ...]
    scenes: tuple[str, ...]


def make_brands(rng: np.random.Generator) -> tuple[tuple[str, ...], ...]:
    """Return the five brands of each category, in their order of size; a group shares its six."""
    brands = []
    for shelf in CATEGORIES:
        names = _BRANDS[shelf.group, shelf.language].split()
        brands.append(tuple(names[place] for place in rng.permutation(len(names))[:5]))
    return tuple(brands)


def describe_items(
    rng: np.random.Generator, *, category: Ints, type_: Ints, brand: Ints, brands: tuple[tuple[str, ...], ...]
) -> pa.Table:
    """Return title, description, categories, brand and type of each item."""
    words = [_words(shelf) for shelf in CATEGORIES]
    dice = rng.integers(0, 12, (len(category), 3))
    titles, descriptions = [], []
    for place, shelf_index in enumerate(category):
        shelf, drawn = CATEGORIES[shelf_index], words[shelf_index]
        label = brands[shelf_index][brand[place]]
        title, description = _label(shelf, drawn, label, (int(type_[place]), *map(int, dice[place])))
        titles.append(title)
        descriptions.append(description)
    return pa.table(
        {
            "title": titles,
            "description": descriptions,
            "categories": pa.array([[CATEGORIES[c].key] for c in category], pa.list_(pa.string())),
            "brand": [brands[c][b] for c, b in zip(category, brand, strict=True)],
            "type": [words[c].types[t] for c, t in zip(category, type_, strict=True)],
        }
    )


def _words(shelf: Category) -> _Words:
    comma = ", " if shelf.language == "en" else " "
    traits, _, scenes = _LABELS[shelf.key].partition(" | ")
    return _Words(shelf.types(shelf.language), tuple(traits.split(comma)), tuple(scenes.split(comma)))


def _label(shelf: Category, words: _Words, brand: str, dice: tuple[int, ...]) -> tuple[str, str]:
    """Return title and description of one item."""
    kind = words.types[dice[0]]
    first = words.traits[dice[1] % len(words.traits)]
    second = words.traits[(dice[1] + 1 + dice[2] % 3) % len(words.traits)]
    scene = words.scenes[dice[3] % len(words.scenes)]
    if shelf.language == "zh":
        return f"{brand} {first}{kind}", f"{brand}{kind}，{first}、{second}，适合{scene}。{shelf.zh}精选。"
    text = (
        f"{first}, {second.lower()} {kind.lower()} by {brand}, made for {scene}. From our {shelf.en} shelf."
    )
    return f"{brand} {first} {kind}", text
