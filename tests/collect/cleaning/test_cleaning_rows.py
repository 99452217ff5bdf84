import pytest

from limner.settings import Settings, parse_settings

SEEN = {"user_id": "u1", "item_id": "i1", "timestamp": "2016-05-09"}
WROTE = {"user_id": "u1", "item_id": "i1", "timestamp": "2016-05-09", "text": "好听"}


@pytest.mark.parametrize("nobody", ["", "  ", None, "NA", "null", "None", "nan", "\ufeff", "　"])
def test_an_event_of_nobody_falls(reasons, nobody):
    assert reasons([SEEN | {"user_id": nobody}, SEEN]) == ["no user_id"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"item_id": ""}, "no item_id"),
        ({"timestamp": None}, "no timestamp"),
        ({"timestamp": "soon"}, "timestamp not understood"),
        ({"timestamp": "1989-12-31"}, "timestamp before 1990-01-01T00:00:00Z"),
        ({"timestamp": "2023-11-16"}, "timestamp later than 2023-11-15T22:13:20Z"),
        ({"value": "five"}, "value not a number"),
        ({"value": "inf"}, "value is infinite"),
        ({"event": "listen", "value": "0"}, "count not above 0"),
        ({"dwell_s": "-3"}, "negative dwell"),
        ({"dwell_s": "long"}, "dwell not a number"),
        ({"dwell_s": "-inf"}, "dwell is infinite"),
    ],
)
def test_an_event_that_cannot_be_falls_for_its_reason(reasons, change, reason):
    assert reasons([SEEN | change, SEEN]) == [reason]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user_id": "NA"}, "no user_id"),
        ({"text": " \n"}, "empty text"),
        ({"timestamp": "x"}, "timestamp not understood"),
        ({"rating": "five"}, "rating not a number"),
        ({"rating": "inf"}, "rating is infinite"),
    ],
)
def test_a_text_that_cannot_be_falls_for_its_reason(reasons, change, reason):
    assert reasons([WROTE | change, WROTE], "texts") == [reason]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"user_id": ""}, "no user_id"),
        ({"other_id": ""}, "no other_id"),
        ({"other_id": "a"}, "relation of a user to itself"),
        ({"weight": "heavy"}, "weight not a number"),
        ({"weight": float("inf")}, "weight is infinite"),
        ({"timestamp": "x"}, "timestamp not understood"),
    ],
)
def test_a_relation_that_cannot_be_falls_for_its_reason(reasons, change, reason):
    assert reasons([{"user_id": "a", "other_id": "b"} | change], "relations") == [reason]


def test_a_triple_needs_all_three(reasons):
    whole = {"head": "h", "relation": "r", "tail": "t"}
    rows = [whole | {part: ""} for part in whole]
    assert reasons([*rows, whole, whole], "triples") == ["no head", "no relation", "no tail", "duplicate"]


@pytest.mark.parametrize("change", [{"event": "search"}, {"event": "搜索"}, {"text": "red shoes"}])
def test_a_search_or_a_row_with_words_needs_no_item(reasons, change):
    assert reasons([SEEN | {"item_id": None} | change]) == []


def test_the_rejected_row_is_shown_as_it_was_read_with_its_place(wash):
    rejected = wash([SEEN, SEEN | {"user_id": " NA ", "value": "4,5"}]).rejected.to_pylist()
    assert rejected == [
        {
            "table": "events",
            "source": "frame events",
            "line": 2,
            "reason": "no user_id",
            "row": "user_id= NA , item_id=i1, timestamp=2016-05-09, value=4,5",
            "rule": "no user_id",
        }
    ]


def test_a_long_row_is_cut_for_the_eye(wash):
    rejected = wash([WROTE | {"text": "长" * 5_000, "user_id": ""}], "texts").rejected
    assert len(rejected["row"][0].as_py()) == 1_000


def test_ids_lose_outer_white_space_and_nothing_else(wash):
    event = wash([SEEN | {"user_id": " ｕ 1\t", "item_id": "　007 "}]).tables.events.to_pylist()[0]
    assert (event["user_id"], event["item_id"]) == ("ｕ 1", "007")


def test_ids_of_mixed_types_become_one_type(wash):
    users = [7, "7", 7.0, "u7", 8.5]
    rows = [SEEN | {"user_id": user, "value": place} for place, user in enumerate(users, start=1)]
    assert wash(rows).tables.events["user_id"].to_pylist() == ["7", "7", "7", "u7", "8.5"]


def test_ids_written_as_decimals_throughout_are_whole_numbers(wash):
    rows = [SEEN | {"user_id": user} for user in ("196.0", "", "22.0")]
    assert wash(rows).tables.events["user_id"].to_pylist() == ["196", "22"]


def test_ids_that_only_look_like_decimals_here_and_there_stay(wash):
    rows = [SEEN | {"user_id": user} for user in ("1.0", "1.1")]
    assert wash(rows).tables.events["user_id"].to_pylist() == ["1.0", "1.1"]


@pytest.mark.parametrize(
    ("given", "event"),
    [
        ({}, "click"),
        ({"value": "4"}, "rating"),
        ({"event": "", "value": "4"}, "rating"),
        ({"event": " Purchase "}, "purchase"),
        ({"event": "加购物车"}, "加购物车"),
    ],
)
def test_an_event_without_a_name_is_a_rating_or_a_click(wash, given, event):
    assert wash([SEEN | given]).tables.events["event"].to_pylist() == [event]


def test_long_dwell_is_cut_and_counted(wash):
    collected = wash([SEEN | {"dwell_s": 99_999}, SEEN | {"dwell_s": 5}])
    assert collected.tables.events["dwell_s"].to_pylist() == [3600.0, 5.0]
    assert collected.intakes[0].repaired == {"dwell cut to 3600 s": 1}


def test_a_table_without_time_is_untimed(wash):
    rows = [{"user_id": "u1", "item_id": "i1"}, {"user_id": "u1", "item_id": "i2"}]
    assert wash(rows).tables.events["timestamp"].to_pylist() == [0, 0]


def test_zeros_throughout_are_no_time_but_one_zero_is_a_fault(wash, reasons):
    rows = [SEEN | {"timestamp": 0}, SEEN | {"timestamp": 0, "item_id": "i2"}]
    assert wash(rows).tables.events["timestamp"].to_pylist() == [0, 0]
    assert reasons([*rows[:1], SEEN | {"timestamp": 1_462_752_000}]) == [
        "timestamp before 1990-01-01T00:00:00Z"
    ]


def test_times_without_zone_are_read_where_the_owner_lives(wash):
    settings = Settings(timezone="Asia/Shanghai")
    events = wash([SEEN, SEEN | {"timestamp": "2016-05-09T00:00:00Z"}], settings=settings).tables.events
    assert events["timestamp"].to_pylist() == [1_462_723_200_000_000, 1_462_752_000_000_000]


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("$12.99", 12.99),
        ("￥1,299", 1299.0),
        ("1299元", 1299.0),
        ("12,99 €", 12.99),
        ("1.299,50 €", 1299.5),
        (7, 7.0),
        ("free", None),
        ("$5 - $9", None),
        ("-3", None),
        (-3, None),
    ],
)
def test_a_price_is_found_in_what_shops_write(wash, written, price):
    assert wash([{"item_id": "i1", "price": written}], "items").tables.items["price"].to_pylist() == [price]


def test_a_price_that_is_none_is_left_out_and_counted(wash):
    intake = wash([{"item_id": "i1", "price": "免费"}, {"item_id": "i2", "price": ""}], "items").intakes[0]
    assert (intake.kept, intake.repaired) == (2, {"price not understood, left out": 1})


@pytest.mark.parametrize(
    ("written", "categories"),
    [
        ("科幻|动作", ["科幻", "动作"]),
        ("Sci-Fi, Action ,,Sci-Fi", ["Sci-Fi", "Action"]),
        ("Toys, Games|Home", ["Toys, Games", "Home"]),
        ('["Home, Garden", "Tools"]', ["Home, Garden", "Tools"]),
        ("['Home', 'Tools']", ["Home", "Tools"]),
        ("[Home, Tools]", ["Home", "Tools"]),
        ("手机、数码", ["手机", "数码"]),
        ("Books > Poetry", ["Books", "Poetry"]),
        ([" A ", "", "B", None, "A"], ["A", "B"]),
        ([["A", "B"], ["B", "C"]], ["A", "B", "C"]),
        ("", None),
        ([], None),
        (None, None),
    ],
)
def test_categories_become_a_list_however_they_are_written(wash, written, categories):
    items = wash([{"item_id": "i1", "categories": written}], "items").tables.items
    assert items["categories"].to_pylist() == [categories]


def test_the_owners_further_columns_stay_even_when_only_case_differs(wash):
    rows = [{"user_id": "u1", "City": "上海", "city": " NA ", "age": 31, "occupation": "none"}]
    user = wash(rows, "users").tables.users.to_pylist()[0]
    assert user == {
        "user_id": "u1",
        "consent": None,
        "City": "上海",
        "city": None,
        "age": 31,
        "occupation": "none",
    }


def test_columns_that_no_table_has_are_named_in_the_account(wash):
    intake = wash([SEEN | {"colour": "red"}]).intakes[0]
    assert intake.ignored == ("colour",)


def test_a_film_may_be_called_null(wash):
    assert wash([{"item_id": "i1", "title": "Null"}], "items").tables.items["title"].to_pylist() == ["Null"]


def test_relations_have_a_kind_and_a_weight(wash):
    rows = [
        {"user_id": "a", "other_id": "b", "weight": None},
        {"user_id": "a", "other_id": "c", "kind": "Trusts"},
    ]
    kept = wash(rows, "relations").tables.relations
    assert kept.drop(["user_id", "other_id"]).to_pylist() == [
        {"kind": "friend", "weight": 1.0, "timestamp": 0},
        {"kind": "trusts", "weight": 1.0, "timestamp": 0},
    ]


def test_a_review_without_a_kind_is_one_if_it_is_about_an_item(wash):
    rows = [WROTE, WROTE | {"item_id": None}, WROTE | {"kind": "Tag", "text": "x"}]
    assert wash(rows, "texts").tables.texts["kind"].to_pylist() == ["review", "comment", "tag"]


def test_the_bounds_are_settings(wash):
    settings = parse_settings("[clean]\nmax_dwell_s = 10\nfuture_tolerance_s = 0")
    collected = wash([SEEN | {"dwell_s": 11}, SEEN | {"timestamp": "2023-11-15"}], settings=settings)
    assert collected.intakes[0].repaired == {"dwell cut to 10 s": 1}
    assert collected.intakes[0].rejected == {"timestamp later than 2023-11-14T22:13:20Z": 1}


def test_a_month_and_day_without_a_year_is_no_time_and_says_so(reasons):
    (reason,) = reasons([{"user_id": "u", "item_id": "i", "timestamp": "0829"}])
    assert reason.startswith("timestamp looks like month and day without a year")


@pytest.mark.parametrize(
    ("written", "number"), [("True", 1.0), ("false", 0.0), ("star4", 4.0), ("5星", 5.0), ("4.0 stars", 4.0)]
)
def test_ratings_are_read_as_sites_write_them(wash, written, number):
    rows = [{"user_id": "u", "item_id": "i", "event": "rating", "value": written}]
    assert wash(rows).tables.events["value"].to_pylist() == [number]


def test_items_are_called_without_the_entities_of_html(wash):
    rows = [
        {
            "item_id": "i",
            "title": "Tom &amp; Jerry",
            "categories": ["Guitars &amp; Basses"],
            "brand": "A&#39;s",
        }
    ]
    (item,) = wash(rows, "items").tables.items.to_pylist()
    assert (item["title"], item["categories"], item["brand"]) == ("Tom & Jerry", ["Guitars & Basses"], "A's")
