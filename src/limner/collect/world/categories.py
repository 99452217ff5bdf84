"""What the sample shop sells: thirty categories in eight groups, each spelled in one language."""

from dataclasses import dataclass
from typing import Literal

Group = Literal["electronics", "home", "food", "fashion", "beauty", "family", "outdoors", "books"]

SHOP_ASPECTS = ("price", "delivery", "service", "packaging")
"""Said of anything that is sold; the rest depends on the category."""
PERISHABLE: tuple[Group, ...] = ("food", "beauty")
"""Groups people buy again; anything else is bought once."""


@dataclass(frozen=True, slots=True)
class Category:
    """One shelf of the shop."""

    zh: str
    en: str
    language: Literal["zh", "en"]
    """The language of the shelf: of its key, its titles and its descriptions."""
    group: Group
    price: float
    """Median price."""
    female: float
    """How much more women than men care, -1..1."""
    age: int
    """Age at which people care most."""
    own_aspects: str
    """What reviews speak of besides `SHOP_ASPECTS`, separated by blanks."""
    types_zh: str
    types_en: str
    """The four kinds of thing on the shelf, separated by ``|``."""

    @property
    def key(self) -> str:
        """The one spelling that the shop's tables use."""
        return self.zh if self.language == "zh" else self.en

    @property
    def aspects(self) -> tuple[str, ...]:
        """Everything a review of this shelf may speak of."""
        return (*self.own_aspects.split(), *SHOP_ASPECTS)

    def name(self, language: str) -> str:
        """Return the name a person of that language types into the search box."""
        return self.zh if language == "zh" else self.en

    def types(self, language: str) -> tuple[str, ...]:
        """Return the four kinds of thing in a language."""
        return tuple((self.types_zh if language == "zh" else self.types_en).split("|"))


def _shelf(
    names: str, group: Group, numbers: tuple[float, float, int], aspects: str, types: tuple[str, str]
) -> Category:
    """Return a category from ``zh:手机/Phones``: the shelf's language, then both names."""
    language, _, both = names.partition(":")
    zh, _, en = both.partition("/")
    price, female, age = numbers
    return Category(zh, en, "zh" if language == "zh" else "en", group, price, female, age, aspects, *types)


CATEGORIES: tuple[Category, ...] = (
    _shelf(
        "zh:手机/Phones",
        "electronics",
        (2600, -0.2, 28),
        "screen battery performance looks quality",
        ("折叠屏手机|拍照手机|老人手机|游戏手机", "Folding Phone|Camera Phone|Senior Phone|Gaming Phone"),
    ),
    _shelf(
        "en:耳机/Headphones",
        "electronics",
        (420, -0.3, 25),
        "sound battery comfort looks quality",
        (
            "头戴耳机|无线耳塞|监听耳机|运动耳机",
            "Over-Ear Headphones|Earbuds|Studio Monitors|Sport Earphones",
        ),
    ),
    _shelf(
        "en:电竞装备/Gaming Gear",
        "electronics",
        (360, -0.9, 22),
        "performance comfort looks ease quality",
        ("游戏掌机|游戏手柄|机械键盘|电竞鼠标", "Handheld Console|Gamepad|Mechanical Keyboard|Gaming Mouse"),
    ),
    _shelf(
        "zh:相机/Cameras",
        "electronics",
        (4200, -0.6, 38),
        "screen battery performance ease quality",
        ("微单相机|胶片相机|运动相机|口袋相机", "Mirrorless Camera|Film Camera|Action Camera|Pocket Camera"),
    ),
    _shelf(
        "en:智能家居/Smart Home",
        "electronics",
        (520, -0.4, 36),
        "setup performance looks quality",
        ("智能门锁|扫地机器人|智能台灯|可视门铃", "Smart Lock|Robot Vacuum|Smart Lamp|Video Doorbell"),
    ),
    _shelf(
        "zh:厨具/Cookware",
        "home",
        (160, 0.6, 42),
        "ease looks size quality",
        ("铸铁锅|不粘煎锅|菜刀|蒸笼", "Cast-Iron Pot|Non-Stick Pan|Chef's Knife|Steamer"),
    ),
    _shelf(
        "en:家具/Furniture",
        "home",
        (980, 0.2, 38),
        "setup comfort looks size quality",
        ("书桌|布艺沙发|书架|餐椅", "Desk|Fabric Sofa|Bookcase|Dining Chair"),
    ),
    _shelf(
        "zh:床品/Bedding",
        "home",
        (260, 0.7, 40),
        "fabric comfort looks size quality",
        ("四件套|蚕丝被|记忆枕|凉席", "Bed Linen Set|Silk Quilt|Memory Pillow|Summer Mat"),
    ),
    _shelf(
        "en:电动工具/Power Tools",
        "home",
        (380, -1.0, 46),
        "battery ease size quality",
        ("电钻|角磨机|电动螺丝刀|曲线锯", "Cordless Drill|Angle Grinder|Electric Screwdriver|Jigsaw"),
    ),
    _shelf(
        "en:园艺/Gardening",
        "home",
        (70, 0.4, 55),
        "ease looks size quality",
        ("修枝剪|陶土花盆|洒水壶|育苗箱", "Pruning Shears|Clay Pot|Watering Can|Seed Tray"),
    ),
    _shelf(
        "zh:零食/Snacks",
        "food",
        (32, 0.5, 22),
        "taste freshness portion",
        ("坚果|肉脯|海苔|曲奇", "Nuts|Jerky|Seaweed Crisps|Cookies"),
    ),
    _shelf(
        "zh:茶叶/Tea",
        "food",
        (180, -0.3, 54),
        "taste smell freshness",
        ("龙井|普洱|白茶|乌龙茶", "Green Tea|Dark Tea|White Tea|Oolong"),
    ),
    _shelf(
        "en:咖啡/Coffee",
        "food",
        (85, 0.0, 31),
        "taste smell freshness",
        ("咖啡豆|挂耳咖啡|冷萃咖啡|速溶咖啡", "Coffee Beans|Drip Bags|Cold Brew|Instant Coffee"),
    ),
    _shelf(
        "zh:水果/Fruit",
        "food",
        (48, 0.4, 44),
        "taste freshness portion",
        ("樱桃|芒果|脐橙|猕猴桃", "Cherries|Mangoes|Oranges|Kiwi Fruit"),
    ),
    _shelf(
        "en:烘焙/Baking",
        "food",
        (55, 0.8, 35),
        "taste freshness portion",
        ("高筋面粉|蛋糕预拌粉|巧克力豆|饼干材料包", "Bread Flour|Cake Mix|Chocolate Chips|Cookie Kit"),
    ),
    _shelf(
        "zh:女装/Dresses",
        "fashion",
        (240, 1.25, 28),
        "fabric size looks comfort quality",
        ("连衣裙|针织衫|风衣|半身裙", "Summer Dress|Knit Top|Trench Coat|Skirt"),
    ),
    _shelf(
        "en:男装/Menswear",
        "fashion",
        (260, -1.2, 33),
        "fabric size looks comfort quality",
        ("牛津纺衬衫|休闲裤|夹克|毛衣", "Oxford Shirt|Chinos|Jacket|Jumper"),
    ),
    _shelf(
        "zh:运动鞋/Sneakers",
        "fashion",
        (460, -0.3, 21),
        "size comfort looks quality",
        ("跑步鞋|篮球鞋|板鞋|徒步鞋", "Running Shoes|Basketball Shoes|Skate Shoes|Hiking Shoes"),
    ),
    _shelf(
        "en:手袋/Handbags",
        "fashion",
        (680, 1.1, 34),
        "looks capacity quality",
        ("托特包|斜挎包|双肩包|手拿包", "Tote|Crossbody Bag|Leather Backpack|Clutch"),
    ),
    _shelf(
        "en:手表/Watches",
        "fashion",
        (1500, -0.8, 41),
        "looks comfort size quality",
        ("正装手表|潜水表|飞行员手表|怀表", "Dress Watch|Dive Watch|Pilot Watch|Pocket Watch"),
    ),
    _shelf(
        "zh:护肤/Skincare",
        "beauty",
        (210, 1.1, 33),
        "effect smell texture",
        ("保湿面霜|精华液|防晒霜|洁面乳", "Face Cream|Serum|Sunscreen|Cleanser"),
    ),
    _shelf(
        "zh:彩妆/Make-up",
        "beauty",
        (130, 1.25, 23),
        "texture smell looks",
        ("口红|粉底液|眼影盘|腮红", "Lipstick|Foundation|Eyeshadow Palette|Blush"),
    ),
    _shelf(
        "zh:保健品/Supplements",
        "beauty",
        (150, 0.1, 60),
        "effect smell",
        ("鱼油|钙片|蛋白粉|维生素", "Fish Oil|Calcium Tablets|Protein Powder|Vitamins"),
    ),
    _shelf(
        "zh:母婴/Baby",
        "family",
        (110, 0.8, 31),
        "fabric comfort smell size",
        ("纸尿裤|婴儿连体衣|口水巾|婴儿抱毯", "Nappies|Baby Romper|Bibs|Baby Blanket"),
    ),
    _shelf(
        "en:玩具/Toys",
        "family",
        (95, 0.0, 36),
        "looks smell size quality",
        ("积木|毛绒玩具|拼图|遥控车", "Building Blocks|Plush Toy|Jigsaw Puzzle|Toy Car"),
    ),
    _shelf(
        "en:宠物用品/Pet Supplies",
        "family",
        (75, 0.4, 29),
        "looks smell size quality",
        ("猫窝|狗垫|猫抓板|宠物背包", "Cat House|Dog Bed|Scratching Post|Pet Carrier"),
    ),
    _shelf(
        "en:露营/Camping",
        "outdoors",
        (340, -0.5, 33),
        "setup looks size quality",
        ("帐篷|天幕|露营椅|折叠桌", "Tent|Canopy|Camp Chair|Folding Table"),
    ),
    _shelf(
        "zh:钓鱼/Fishing",
        "outdoors",
        (220, -1.1, 50),
        "ease looks size quality",
        ("鱼竿|渔轮|钓箱|钓椅", "Fishing Rod|Fishing Reel|Tackle Box|Fishing Chair"),
    ),
    _shelf(
        "en:瑜伽/Yoga",
        "outdoors",
        (120, 1.0, 30),
        "comfort smell size quality",
        ("瑜伽垫|瑜伽裤|瑜伽砖|弹力带", "Yoga Mat|Leggings|Yoga Block|Resistance Band"),
    ),
    _shelf(
        "zh:小说/Novels",
        "books",
        (42, 0.1, 27),
        "story print",
        ("悬疑小说|科幻小说|历史小说|爱情小说", "Crime Novel|Science Fiction|Historical Novel|Romance"),
    ),
)

_NEAR = {
    "小说": ("茶叶", "Coffee"),
    "母婴": ("护肤", "Toys"),
    "Yoga": ("护肤", "运动鞋"),
    "厨具": ("Baking",),
}


def near_categories(index: int) -> tuple[int, ...]:
    """Return the shelves people drift to while browsing: the same group, and a few across groups."""
    here = CATEGORIES[index]
    extra = _NEAR.get(here.key, ())
    return tuple(
        other
        for other, shelf in enumerate(CATEGORIES)
        if other != index and (shelf.group == here.group or shelf.key in extra)
    )
