import json

import pyarrow as pa
import pytest
from pyarrow import parquet

from limner.collect.readers import make_plan
from limner.collect.readers.aliases import match_columns
from limner.errors import FormatError, InputError, SchemaError
from limner.settings import parse_settings

EVENTS = "userId,productId,action,created_at\nu1,p1,view,2024-01-01\n"
EVENT = {"user_id": "u1", "item_id": "p1", "event": "view", "timestamp": "2024-01-01"}


def test_tables_are_told_by_the_names_of_files_and_columns(folder):
    folder.put("events.csv", EVENTS)
    folder.put("products.tsv", "sku\tname\tcategory\tcolour\np1\tKettle, blue\tKitchen\tblue\n")
    folder.put("customers.csv", "customer_id,age\nu1,30\n")
    folder.put("reviews.jsonl", json.dumps({"uid": "u1", "sku": "p1", "stars": 4, "body": "Good."}) + "\n")
    folder.put("friends.csv", "user_id,friend_id\nu1,u2\n")
    folder.put("triples.csv", "head,relation,tail\np1,made_of,steel\n")

    tables = folder.rows()

    assert tables == {
        "events": [EVENT],
        "items": [{"item_id": "p1", "title": "Kettle, blue", "categories": "Kitchen", "colour": "blue"}],
        "users": [{"user_id": "u1", "age": "30"}],
        "texts": [{"user_id": "u1", "item_id": "p1", "text": "Good.", "rating": 4, "kind": "review"}],
        "relations": [{"user_id": "u1", "other_id": "u2", "kind": "friend"}],
        "triples": [{"head": "p1", "relation": "made_of", "tail": "steel"}],
    }


def test_parquet_keeps_its_types(folder):
    table = pa.table({"user_id": [7, 8], "item_id": ["a", "b"], "value": [1.5, None]})
    parquet.write_table(table, folder.path / "interactions.parquet")

    (raw,) = folder.read()

    assert raw.rows.schema.field("user_id").type == pa.int64()
    assert raw.rows.column("value").to_pylist() == [1.5, None]
    assert raw.lines.to_pylist() == [1, 2]


def test_chinese_names_are_known(folder):
    folder.put("订单.csv", "用户ID,商品ID,下单时间,金额\n张,茶,2024-01-01,9.9\n".encode("gb18030"))

    tables = folder.rows()

    assert tables["events"] == [
        {"user_id": "张", "item_id": "茶", "timestamp": "2024-01-01", "value": "9.9", "event": "purchase"}
    ]


@pytest.mark.parametrize(
    ("name", "content", "event"),
    [
        ("ratings.csv", "user,item,rating\nu,i,4\n", {"event": "rating", "value": "4"}),
        ("shop_buy.train.txt", "uid\tsid\nu\ti\n", {"event": "purchase"}),
        ("item-views.csv", "session_id;user_id;item_id\ns;u;i\n", {"event": "view", "session_id": "s"}),
        ("data.csv", "user,item\nu,i\n", {"event": "click"}),
        ("train.txt", "7\t8\t1\n7\t9\t1\n", {"event": "click", "user_id": "7", "item_id": "8"}),
        (
            "ratings.tsv",
            "7\t8\t4.5\n7\t9\t1\n",
            {"event": "rating", "value": "4.5", "user_id": "7", "item_id": "8"},
        ),
        (
            "behaviour.csv",
            "7,8,4021,pv,1511544070\n7,9,4021,buy,1511544071\n",
            {"event": "pv", "timestamp": "1511544070", "user_id": "7", "item_id": "8"},
        ),
    ],
    ids=["rated", "bought", "viewed", "neither", "implicit", "no header", "coded"],
)
def test_the_event_type_comes_from_columns_values_or_the_name(folder, name, content, event):
    folder.put(name, content)

    tables = folder.rows()

    assert tables["events"][0] == {"user_id": "u", "item_id": "i", **event}


def test_a_column_map_wins_over_names(folder):
    folder.put("log.csv", "who,what,when,user_id\na,b,2024-01-01,x\n")

    tables = folder.rows(
        "[tables.events.columns]\nuser_id = 'who'\nitem_id = 'what'\ntimestamp = 'when'\nevent = '=share'"
    )

    assert tables["events"] == [{"user_id": "a", "item_id": "b", "timestamp": "2024-01-01", "event": "share"}]


def test_an_empty_map_entry_drops_a_column(folder):
    folder.put("events.csv", EVENTS)

    tables = folder.rows("[tables.events.columns]\ntimestamp = ''")

    assert "timestamp" not in tables["events"][0]


def test_listed_files_are_read_as_that_table_and_no_others(folder):
    folder.put("export.csv", "user_id,item_id\nu1,p1\n")
    folder.put("old_events.csv", "user_id,item_id\nu0,p0\n")
    folder.put("items.csv", "item_id,title\np1,Kettle\n")

    tables = folder.rows("[tables.events]\nfiles = ['exp*.csv']")

    assert [row["user_id"] for row in tables["events"]] == ["u1"]
    assert len(tables["items"]) == 1


def test_separator_and_encoding_may_be_declared(folder):
    folder.put("events.csv", "user_id~item_id\nJosé~p1\n".encode("latin-1"))

    tables = folder.rows("[tables.events]\nfiles = ['events.csv']\nseparator = '~'\nencoding = 'latin-1'")

    assert tables["events"][0]["user_id"] == "José"


def test_missing_columns_are_named_with_what_was_found_and_what_to_write(folder):
    folder.put("events.csv", "client,good,when\nu1,p1,2024-01-01\n")

    with pytest.raises(SchemaError) as caught:
        folder.read("[tables.events.columns]\nuser_id = 'klient'")

    assert str(caught.value) == (
        f"{folder.path}/events.csv: no column 'klient' for events (did you mean: client?) "
        "(found: client, good, when); name yours in limner.toml: [tables.events.columns] user_id = '…'"
    )


def test_a_table_without_its_ids_is_refused(folder):
    folder.put("events.csv", "usr,itm,when\nu1,p1,2024-01-01\n")

    with pytest.raises(SchemaError) as caught:
        folder.read()

    assert "no column 'user_id' for events" in str(caught.value)
    assert "(found: usr, itm, when)" in str(caught.value)
    assert "[tables.events.columns] user_id = '…', item_id = '…'" in str(caught.value)


def test_an_empty_file_of_events_is_refused(folder):
    folder.put("events.csv", b"\xef\xbb\xbf\r\n\r\n")
    folder.put("items.csv", "item_id,title\np1,Kettle\n")

    with pytest.raises(InputError, match=r"events\.csv: empty; give a file of events or texts with rows"):
        folder.read()


def test_an_empty_optional_file_has_no_rows(folder):
    folder.put("events.csv", EVENTS)
    folder.put("items.csv", "")

    assert folder.rows() == {"events": [EVENT]}


def test_json_may_be_one_array(folder):
    objects = [{"user_id": "u1", "item_id": "p1"}, {"user_id": "u2", "item_id": "p2"}]
    folder.put("events.json", json.dumps(objects, indent=2))

    (raw,) = folder.read()

    assert raw.rows.column("user_id").to_pylist() == ["u1", "u2"]
    assert raw.lines.to_pylist() == [1, 2]


def test_a_broken_array_or_parquet_file_says_what_is_wrong(folder):
    folder.put("events.json", '[{"user_id": "u1", "item_id": "p1"}, {"user')
    with pytest.raises(FormatError, match="not valid JSON"):
        folder.read()

    folder.put("events.json", "")
    folder.put("events.parquet", b"PAR1 and then nothing")
    with pytest.raises(FormatError, match="not a whole Parquet file"):
        folder.read()


def test_values_of_mixed_types_become_texts(folder):
    folder.put("events.jsonl", '{"user_id": 1, "item_id": "a"}\n{"user_id": "x", "item_id": 2}\n')

    tables = folder.rows()

    assert [(row["user_id"], row["item_id"]) for row in tables["events"]] == [("1", "a"), ("x", "2")]


def test_an_order_id_is_no_event_id_as_an_order_has_several_items():
    assert "event_id" not in match_columns("events", ["order_id", "user_id", "item_id", "transaction_id"])


def test_each_column_of_the_owner_has_one_place():
    columns = match_columns("events", ["user_id", "product", "price", "rating", "time", "duration"])

    assert columns == {
        "user_id": "user_id",
        "item_id": "product",
        "value": "rating",
        "timestamp": "time",
        "dwell_s": "duration",
    }


def test_a_file_that_fits_nothing_is_named_and_does_not_stop_the_others(folder):
    folder.put("ratings.csv", "userId,wineId,rating\nu,w,4\n")
    folder.put("train-clicks.csv", "queryId,timeframe\n1,2\n")

    plan = make_plan([folder.path], parse_settings(""), base=folder.path)

    assert [view.columns["item_id"] for part in plan.parts for view in part.views] == ["wineId"]
    assert plan.ignored[0][1] == "no columns this format reads, found: queryId, timeframe"


def test_a_folder_without_events_says_what_it_has(folder):
    folder.put("user_profiles.csv", "user_id,age\nu,30\n")

    with pytest.raises(FormatError, match=r"no events and no texts, only .*user_profiles.csv \(users\)"):
        folder.read()


def test_counts_of_reviews_are_not_texts(folder):
    folder.put("recommendations.csv", "user_id,app_id,date,is_recommended\n7,8,2022-12-01,true\n")
    folder.put("users.csv", "user_id,products,reviews\n7,359,2\n")

    assert set(folder.rows()) == {"events", "users"}


@pytest.mark.parametrize(
    ("header", "event"),
    [("user,artist_id,plays", "listen"), ("CustomerID,StockCode,InvoiceNo,Quantity", "purchase")],
)
def test_columns_tell_the_event_where_the_name_does_not(folder, header, event):
    folder.put("data.csv", f"{header}\n" + ",".join("1" for _ in header.split(",")) + "\n")

    assert folder.rows()["events"][0]["event"] == event


def test_the_author_of_a_book_is_not_its_user(folder):
    folder.put("ratings.csv", "user_id,book_id,rating\nu,7,4\n")
    folder.put("books.csv", "book_id,title,author\n7,Poems,Anon\n")

    assert folder.rows()["items"] == [{"item_id": "7", "title": "Poems", "author": "Anon"}]


def test_sessions_stand_in_for_users_nobody_knows(folder):
    folder.put("clicks.csv", "session_id,item_id,ts\ns1,7,1659304800025\n")

    assert folder.rows()["events"][0]["user_id"] == "s1"
