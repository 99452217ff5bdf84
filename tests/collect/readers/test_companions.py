import json

import pytest

BOUGHT = {"user_id": "u1", "item_id": "p1", "timestamp": "2024-01-01", "event": "view"}


def test_events_that_say_what_their_items_are_give_items_each_once(folder):
    folder.put(
        "log.csv",
        "user_id,product_id,event_type,event_time,category_code,brand,price\n"
        "u1,p1,view,2024-01-01,tea,Yunhe,9.5\nu2,p1,view,2024-01-02,tea,Yunhe,9.5\n",
    )

    tables = folder.rows()

    assert tables["items"] == [{"item_id": "p1", "categories": "tea", "brand": "Yunhe", "price": "9.5"}]
    assert len(tables["events"]) == 2


def test_a_file_of_items_speaks_for_itself(folder):
    folder.put("log.csv", "user_id,product_id,event_time,category\nu1,p1,2024-01-01,tea\n")
    folder.put("products.csv", "product_id,name\np1,Kettle\n")

    assert folder.rows()["items"] == [{"item_id": "p1", "title": "Kettle"}]


def test_items_go_by_the_column_that_events_name_them_by(folder):
    review = {
        "user_id": "u1",
        "book_id": "7",
        "rating": 4,
        "review_text": "Good.",
        "date_added": "2017-03-22",
    }
    folder.put("reviews.json", json.dumps(review) + "\n")
    folder.put("books.json", json.dumps({"asin": "", "book_id": "7", "title": "Poems"}) + "\n")

    (item,) = folder.rows()["items"]

    assert (item["item_id"], item["title"]) == ("7", "Poems")


def test_reviews_of_things_without_an_id_are_of_their_names(folder):
    folder.put("jd_reviews.csv", "用户昵称,商品名称,评分,评论内容\n张,手机,5,不错\n".encode("gb18030"))

    tables = folder.rows()

    assert tables["texts"] == [
        {"user_id": "张", "item_id": "手机", "rating": "5", "text": "不错", "kind": "review"}
    ]
    assert tables["items"] == [{"item_id": "手机", "title": "手机"}]


def test_the_headline_of_a_review_is_not_the_name_of_its_item(folder):
    folder.put("reviews.csv", "user_id,product_id,title,text,rating\nu,p,Nice,I like it.,5\n")

    assert "items" not in folder.rows()


def test_ages_beside_ratings_are_those_of_users(folder):
    folder.put("ratings.csv", "user_id,item_id,rating,age,gender\nu,i,5,30,F\nu,j,4,30,F\n")

    assert folder.rows()["users"] == [{"user_id": "u", "gender": "F", "age": "30"}]


@pytest.mark.parametrize("friends", ["b, c", ["b", "c"]], ids=["commas", "list"])
def test_friends_listed_with_a_user_are_relations_one_by_one(folder, friends):
    folder.put("review.json", json.dumps({"user_id": "a", "business_id": "i", "text": "Good.", "stars": 4}))
    users = [{"user_id": "a", "friends": friends}, {"user_id": "b", "friends": "None"}]
    folder.put("user.json", "".join(json.dumps(user) + "\n" for user in users))

    tables = folder.rows()

    assert [(row["user_id"], row["other_id"]) for row in tables["relations"]] == [("a", "b"), ("a", "c")]
    assert tables["users"] == [{"user_id": "a"}, {"user_id": "b"}]


def test_objects_in_a_list_are_rows_with_what_stands_around_them(folder):
    listed = [{"item_id": "7", "review": "Great."}, {"item_id": "8", "review": "Dull."}]
    folder.put("user_reviews.json", repr({"user_id": "u", "reviews": listed}) + "\n")

    texts = folder.rows()["texts"]

    assert [(row["user_id"], row["item_id"], row["text"]) for row in texts] == [
        ("u", "7", "Great."),
        ("u", "8", "Dull."),
    ]


def test_dictionaries_of_python_2_are_objects_too(folder):
    folder.put("reviews.json", "{u'username': u'ann', 'product_id': '7', 'text': u\"It's fine\"}\n")

    assert folder.rows()["texts"] == [
        {"user_id": "ann", "item_id": "7", "text": "It's fine", "kind": "review"}
    ]


def test_items_told_by_several_files_of_events_come_once(folder):
    for month in ("oct", "nov"):
        folder.put(f"log-{month}.csv", "user_id,product_id,event_time,brand\nu1,p1,2024-01-01,Yunhe\n")

    assert folder.rows()["items"] == [{"item_id": "p1", "brand": "Yunhe"}]
