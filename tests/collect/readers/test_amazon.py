import gzip
import json

OLD = {
    "reviewerID": "A1",
    "asin": "B1",
    "helpful": [0, 0],
    "overall": 5.0,
    "summary": "Great",
    "reviewText": "It works.",
    "unixReviewTime": 1393545600,
}
NEW = {
    "rating": 4.0,
    "title": "Nice",
    "text": "Nice and warm",
    "asin": "B1",
    "parent_asin": "P1",
    "user_id": "A2",
    "timestamp": 1588687728923,
}


def dump(*objects):
    return "".join(json.dumps(found) + "\n" for found in objects)


def test_a_review_is_one_event_and_one_text_with_the_same_id(folder):
    folder.put("Shop_5.json", dump(OLD))

    tables = folder.rows()

    ids = {"user_id": "A1", "item_id": "B1", "timestamp": 1393545600}
    assert tables["events"] == [{**ids, "value": 5.0, "event": "review", "event_id": "A1:B1:1393545600"}]
    assert tables["texts"] == [
        {**ids, "rating": 5.0, "text": "Great\nIt works.", "kind": "review", "text_id": "A1:B1:1393545600"}
    ]


def test_the_2023_edition_reads_by_parent_and_repeats_no_summary(folder):
    folder.put("Shop.jsonl.gz", gzip.compress(dump(NEW).encode()))

    tables = folder.rows()

    assert tables["events"][0]["item_id"] == "P1"
    assert tables["events"][0]["timestamp"] == 1588687728923
    assert tables["texts"][0]["text"] == "Nice and warm"


def test_dumps_of_python_dictionaries_read_as_well(folder):
    folder.put("reviews.json", repr(OLD) + "\n" + repr({**OLD, "reviewText": 'It\'s \\d "fine"'}) + "\n")

    tables = folder.rows()

    assert [row["text"] for row in tables["texts"]] == ["Great\nIt works.", 'Great\nIt\'s \\d "fine"']


def test_a_half_written_object_is_rejected_once_and_the_rest_kept(folder):
    folder.put("reviews.json", dump(OLD, OLD) + dump(OLD)[:40])

    raws = folder.read()

    assert [(raw.table, len(raw.rows)) for raw in raws] == [("events", 2), ("texts", 2)]
    assert [(bad.line, bad.reason) for raw in raws for bad in raw.rejected] == [
        (3, "is not a whole JSON object")
    ]


def test_a_review_that_says_nothing_is_an_event_and_no_text(folder):
    folder.put("reviews.json", dump(OLD, {**OLD, "summary": "", "reviewText": None}))

    tables = folder.rows()

    assert len(tables["events"]) == 2
    assert len(tables["texts"]) == 1


def test_products_read_with_flat_categories_and_prices(folder):
    folder.put("Shop_5.json", dump(OLD))
    folder.put(
        "meta_Shop.json",
        dump(
            {
                "asin": "B1",
                "title": "Strings",
                "price": 12.99,
                "categories": [["Music", "Guitar"], ["Music", "Gift"]],
            },
            {
                "asin": "B2",
                "title": "Tuner",
                "price": "$1,012.50",
                "brand": "Own",
                "description": ["One.", "Two."],
            },
            {"asin": "B3", "title": "Pick", "price": "$1.00 - $2.00", "main_cat": "Music"},
        ),
    )

    tables = folder.rows()

    items = {row["item_id"]: row for row in tables["items"]}
    assert items["B1"]["categories"] == ["Music", "Guitar", "Gift"]
    assert [items[name]["price"] for name in ("B1", "B2", "B3")] == ["12.99", "1012.50", None]
    assert items["B2"]["description"] == "One.\nTwo."
    assert items["B3"]["categories"] == ["Music"]


def test_half_an_emoji_does_not_stop_the_reading(folder):
    folder.put("reviews.json", dump({**OLD, "reviewText": "ok \ud83d"}))

    tables = folder.rows()

    assert tables["texts"][0]["text"] == "Great\nok ?"
