"""What people call our tables and columns: file names → a table, column names → our columns."""

import re
from collections.abc import Mapping, Sequence

from limner.tables import CONTRACTS

_USER = (
    "user_id uid user userid user_name username customer_id customer cust_id member_id member buyer_id "
    "buyer reviewer_id reviewer account_id account visitor_id visitor client_id client profile_id "
    "reader_id viewer_id listener_id player_id subscriber_id person_id user_md5 sender_worker_id "
    "customer_unique_id nickname nick screen_name u "
    "用户id 用户 用户编号 用户名 会员id 会员 会员编号 会员号 买家id 买家 顾客id 顾客 客户id 客户 "
    "用户昵称 昵称 "
    "会员昵称 买家昵称 评论者 评论人 评论用户"
)
_AUTHOR = "author_id author 作者"
"""Whoever signs a text is its user; of a book or a film they are not."""
_SESSION = "session_id session sess_id visit_id sessionid 会话id 会话"
_ITEM = (
    "item_id iid item sid itemid product_id product pid sku sku_id asin parent_asin goods_id good_id "
    "article_id article news_id movie_id movie film_id book_id isbn song_id track_id artist_id "
    "video_id business_id content_id listing_id hotel_id recipe_id poi_id venue_id game_id app_id "
    "course_id offer_id anime_id restaurant_id rest_id location_id place_id photo_id stock_code aid "
    "song track artist book game recipe video hotel business course app poi i "
    "商品id 商品 商品编号 物品id 物品 电影id 书籍id 产品id"
)
_TIME = (
    "timestamp time ts time_ms timestamp_ms date datetime "
    "created_at created event_time eventdate event_date event_timestamp "
    "unix_review_time review_time time_stamp occurred_at happened_at order_date order_time "
    "purchase_date purchase_time paid_at rated_at unixtime unix_time utc_time created_time "
    "create_time submitted published_at click_time visit_time t 时间 日期 时间戳 下单时间 评论时间 "
    "创建时间 购买时间 点击时间 评价时间 发布时间 发表时间 date_added added_at review_date "
    "invoice_date rating_date posted_at posted t_dat"
)
_RATING = (
    "rating score stars star overall rate ratings grade review_score star_rating book_rating "
    "movie_rating label recommend recommended is_recommended 评分 打分 星级 分数 标签 评价星级 评论星级 得分"
)
_TEXT = (
    "text review_text review comment body content review_body message comments reviews review_content "
    "comment_text review_comment_message text_a sentence utterance "
    "评论 评价 内容 文本 评论内容 评价内容 正文 "
    "评论正文 评论详情 短评 影评"
)
_WORDS_BY_TABLE: Mapping[str, Mapping[str, str]] = {
    "events": {
        "user_id": _USER,
        "item_id": _ITEM,
        "timestamp": _TIME,
        "event": "event event_type action action_type behavior_type behaviour_type behavior behaviour "
        "type activity interaction interaction_type 行为 行为类型 事件 操作 动作",
        "event_id": "event_id id log_id interaction_id row_id 事件id",
        "value": f"value {_RATING} price amount revenue total spend paid unit_price weight count "
        "play_count plays "
        "playcount listen_count quantity qty playtime_forever 金额 价格 数量 次数",
        "dwell_s": "dwell_s dwell dwell_time dwell_seconds duration duration_s watch_time time_spent "
        "停留时长 时长",
        "session_id": f"{_SESSION} user_session",
        "text": "query search_query search_term keyword comment text 搜索词 查询",
        "context": "context device channel platform page referrer source 渠道 设备",
    },
    "texts": {
        "user_id": f"{_USER} {_AUTHOR}",
        "item_id": _ITEM,
        "timestamp": _TIME,
        "text": _TEXT,
        "text_id": "text_id review_id comment_id id 评论id",
        "kind": "kind text_type",
        "rating": _RATING,
        "language": "language lang 语言",
    },
    "users": {
        "user_id": f"{_USER} id",
        "consent": "consent opt_in 同意 授权",
        "gender": "gender sex 性别",
        "age": "age 年龄",
        "occupation": "occupation job profession 职业",
        "city": "city 城市",
        "zip_code": "zip_code zip zipcode postcode postal_code 邮编",
    },
    "items": {
        "item_id": f"{_ITEM} id",
        "title": "title item_title product_title movie_title name item_name product_name headline "
        "book_title song_title track_name 标题 名称 商品名 商品名称 片名 书名 "
        "产品名称 电影名 电影名称 影片名称 "
        "菜名 店名 酒店名称",
        "description": "description desc summary overview about abstract details 描述 简介 介绍 详情",
        "categories": "categories category genres genre tags class classes cat cate category_name "
        "category_id category_code cat_id cat_ids main_category product_type_name topics topic subcategory "
        "first_level_category_name 类别 类目 分类 品类 标签",
        "brand": "brand brand_name brand_id manufacturer maker store publisher 品牌 厂商",
        "price": "price list_price unit_price price_final cost amount 价格 售价 单价",
        "image": "image image_url img img_url picture cover poster imurl 图片",
    },
    "relations": {
        "user_id": f"{_USER} source_id source from follower_id follower trustor trustor_id user_1 user_a "
        "id_1",
        "other_id": "other_id friends friend_list contact_id followees followings "
        "other friend_id friend target_id target to followee_id followee "
        "followed_id following trustee trustee_id user_2 user_b id_2 dst 好友id 好友 关注id",
        "kind": "kind relation relation_type type 关系",
        "weight": "weight trust strength value trust_value",
        "timestamp": _TIME,
    },
    "triples": {
        "head": "head head_id subject subj h s source 头实体 主体",
        "relation": "relation relation_id predicate pred rel r p 关系 谓词",
        "tail": "tail tail_id object obj t o target 尾实体 客体",
    },
}

_ROLE_WORDS: Mapping[str, str] = {  # in order of weight: 'user_reviews' are texts, 'item_views' are events
    "triples": "triple kg knowledge graph 知识图谱 三元组",
    "relations": "relation friend trust social follow follower following network edge friendship 好友 "
    "关系 关注",
    "texts": "text review comment tweet post message feedback 评论 评价 留言",
    "events": "event interaction rating click view log behavior behaviour action order purchase buy "
    "transaction train test valid dev inter history play listen session sale pageview visit checkin "
    "impression search query cart 行为 日志 订单 评分 点击 浏览 购买",
    "users": "user customer member profile reader account people person 用户 会员 顾客 客户",
    "items": "item product movie film book article good goods news song track artist catalog catalogue "
    "sku business meta video artist restaurant recipe anime game app 商品 物品 电影 书籍 产品",
}
_EVENT_WORDS: Mapping[str, str] = {
    "purchase": "purchase buy bought order transaction sale 购买 订单 下单",
    "cart": "cart addtocart basket 加购 购物车",
    "view": "view pv pageview browse visit impression watch 浏览 访问",
    "listen": "listen play 播放",
    "search": "search query 搜索",
    "like": "like favourite favorite fav 收藏 喜欢",
    "rating": "rating 评分",
    "click": "click 点击",
}


def fold(name: str) -> str:
    """Return a name without case, spaces and punctuation, so that 'User ID' and 'userId' are one.

    >>> fold("User ID"), fold("user_id"), fold("用户 ID")
    ('userid', 'userid', '用户id')
    """
    return re.sub(r"[\W_]+", "", name.lower())


_ALIASES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    table: {ours: tuple(map(fold, words.split())) for ours, words in columns.items()}
    for table, columns in _WORDS_BY_TABLE.items()
}


_RATING_FOLDS = frozenset(map(fold, _RATING.split()))


def match_columns(table: str, found: Sequence[str]) -> dict[str, str]:
    """Return our column → the owner's, for those the names give away; each of the owner's is used once.

    >>> match_columns("events", ["userId", "movieId", "rating", "timestamp"])
    {'user_id': 'userId', 'item_id': 'movieId', 'timestamp': 'timestamp', 'value': 'rating'}
    """
    by_fold = _fold_names(table, found)
    exact = {name: name for name in found if name in CONTRACTS[table].columns.names}
    columns: dict[str, str] = {}
    for ours, aliases in _ALIASES[table].items():
        words = [exact[ours]] if ours in exact else [by_fold[alias] for alias in aliases if alias in by_fold]
        free = [word for word in words if word not in columns.values() and exact.get(word, ours) == ours]
        if free:
            columns[ours] = free[0]
    if "session_id" in columns and "user_id" not in columns:
        columns["user_id"] = columns.pop("session_id")  # a visitor nobody knows
    return columns


_NOUNS = re.compile(
    r"^(item|product|prod|movie|film|book|goods|good|news|song|track|artist|album|video|game|app|anime|recipe|"
    r"restaurant|rest|business|shop|poi|venue|商品|物品|电影|影片|书籍|产品)(?=.{3})"
)
_USER_NOUNS = re.compile(r"^(user|customer|member|reviewer|用户|会员)(?=.{3})")
_LANGUAGES = re.compile(r"(?<=.{4})(cn|zh|en)$")


def _fold_names(table: str, found: Sequence[str]) -> dict[str, str]:
    """Return folded name → the owner's; of items and users also bare: author for book_author."""
    noun = {"items": _NOUNS, "users": _USER_NOUNS}.get(table)
    folded = {fold(name): name for name in reversed(found)}
    if noun is None:
        return folded
    bare = {_LANGUAGES.sub("", noun.sub("", fold(name), count=1)): name for name in reversed(found)}
    return {**{name: column for name, column in bare.items() if name != "id"}, **folded}


_NO_ITEM = re.compile(
    r".*(user|member|customer|session|order|transaction|invoice|category|cat|brand|tag|query|event|log|review|"
    r"comment|text|dialog|conversation|utt|turn|city|device|channel|parent|q|message|worker|row|row_?num|line|"
    r"group|context|request|ip|cookie|trace|seller|merchant|author|contact|friend|owner|school)id"
)


def find_item(found: Sequence[str]) -> str:
    """Return the one column that looks like the id of an item though its name is none we know, else nothing.

    >>> find_item(["userId", "wineId", "stars"]), find_item(["user_id", "order_id"])
    ('wineId', '')
    """
    names = [name for name in found if fold(name).endswith("id") and not _NO_ITEM.fullmatch(fold(name))]
    return names[0] if len(names) == 1 and len(fold(names[0])) > 3 else ""


def find_title(found: Sequence[str]) -> str:
    """Return the column that names the item a row is about, not the row's own headline, else nothing.

    >>> find_title(["用户昵称", "商品名称", "评分"]), find_title(["user", "title", "text"])
    ('商品名称', '')
    """
    title = match_columns("items", found).get("title", "")
    return "" if fold(title) in _HEADLINES else title


_HEADLINES = frozenset({"title", "name", "headline", "标题", "名称"})


def is_rating(name: str) -> bool:
    """Return whether a column's name speaks of ratings."""
    return fold(name) in _RATING_FOLDS


_COUNTS = frozenset({"weight", "count", "playcount", "plays", "listencount", "playtimeforever", "次数"})


def is_count(name: str) -> bool:
    """Return whether a column's name speaks of how often or how long."""
    return fold(name) in _COUNTS


def tell_tables(stem: str) -> list[str]:
    """Return the tables a file's name speaks of, the most telling first.

    >>> tell_tables("user_reviews"), tell_tables("sample_train-item-views")
    (['texts', 'users'], ['events', 'items'])
    """
    return [table for table, words in _ROLE_WORDS.items() if _speaks_of(stem, words)]


def tell_event(stem: str, *, default: str = "click") -> str:
    """Return the event type a file's name speaks of.

    >>> tell_event("beibei_buy.train"), tell_event("item-views"), tell_event("data")
    ('purchase', 'view', 'click')
    """
    return next((event for event, words in _EVENT_WORDS.items() if _speaks_of(stem, words)), default)


def _speaks_of(stem: str, words: str) -> bool:
    tokens = re.findall(r"[a-z]+|[^\x00-\x7f]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", stem).lower())
    singular = {token.removesuffix("s") for token in tokens} | set(tokens)
    return any(
        word in singular or (not word.isascii() and any(word in token for token in tokens))
        for word in words.split()
    )
