import pytest

from limner.errors import SchemaError

SHOP = 'cat,label,review\n书籍,1,很好看\n平板,0,\n书籍,0,"不好，\n退货"\n'


def test_each_unsigned_review_has_a_writer_of_its_own(folder):
    folder.put("shop.csv", SHOP)

    tables = folder.rows()

    assert [row["user_id"] for row in tables["events"]] == ["row-2", "row-3", "row-4"]
    assert tables["texts"] == [
        {
            "item_id": "书籍",
            "text": text,
            "rating": rating,
            "kind": "review",
            "user_id": name,
            "text_id": name,
        }
        for text, rating, name in [("很好看", "1", "row-2"), ("不好，\n退货", "0", "row-4")]
    ]


def test_categories_become_items_once_each(folder):
    folder.put("shop.csv", SHOP)

    tables = folder.rows()

    assert tables["items"] == [
        {"item_id": name, "title": name, "categories": [name]} for name in ("书籍", "平板")
    ]


def test_a_label_is_no_category(folder):
    folder.put("shop.csv", "评论,标签\n好,1\n")

    assert sorted(folder.rows()) == ["texts"]


def test_reviews_signed_under_an_unknown_name_are_not_taken_for_unsigned(folder):
    folder.put("reviews.csv", "the_user,label,review\nu1,1,fine\n")

    with pytest.raises(SchemaError, match=r"no column 'user_id' for texts .*found: the_user, label, review"):
        folder.read()
    assert folder.rows("[tables.texts.columns]\nuser_id = 'the_user'")["texts"][0]["user_id"] == "u1"


def test_several_files_keep_their_writers_apart(folder):
    folder.put("a.csv", "label,review\n1,好\n")
    folder.put("b.csv", "label,review\n0,差\n")

    tables = folder.rows()

    assert [row["user_id"] for row in tables["texts"]] == ["a-row-2", "b-row-2"]
    assert sorted(tables) == ["texts"]


def test_a_column_may_be_named_as_the_writer(folder):
    folder.put("shop.csv", SHOP)

    tables = folder.rows("[tables.texts.columns]\nuser_id = 'cat'")

    assert [row["user_id"] for row in tables["texts"]] == ["书籍", "书籍"]
    assert sorted(tables) == ["texts"]
