import pytest

from limner.errors import FormatError


def put_rows(folder, name, rows, separator="\t"):
    folder.put(name, "".join(separator.join(row) + "\n" for row in rows))


def test_a_date_may_stand_between_user_and_item(folder):
    put_rows(folder, "shop-clicks.dat", [("1", "2014-04-07T10:51:09.277Z", "214536502", "0")], ",")

    (event,) = folder.rows()["events"]

    assert (event["user_id"], event["item_id"], event["event"]) == ("1", "214536502", "click")
    assert event["timestamp"] == "2014-04-07T10:51:09.277Z"


def test_where_something_is_is_neither_its_id_nor_a_rating(folder):
    rows = [
        (str(n % 7), f"2010-10-{n % 28 + 1:02d}T23:55:27Z", f"30.2{n % 5}", f"-97.7{n % 5}", f"22{n % 5}")
        for n in range(40)
    ]
    put_rows(folder, "totalCheckins.txt", rows)

    event = folder.rows()["events"][0]

    assert event == {
        "user_id": "0",
        "item_id": "220",
        "timestamp": "2010-10-01T23:55:27Z",
        "event": "click",
    }


def test_what_hangs_on_the_item_is_its_category_or_its_title(folder):
    rows = [
        (f"u{n % 7}", f"i{n % 10}", f"c{n % 10 % 3}", f"Thing {n % 10}", str(n // 10 % 5 + 1))
        for n in range(60)
    ]
    put_rows(folder, "ratings.tsv", rows)

    tables = folder.rows()

    assert tables["items"][0] == {"item_id": "i0", "title": "Thing 0", "categories": "c0"}
    assert len(tables["items"]) == 10
    assert tables["events"][10]["value"] == "2"


def test_dates_and_addresses_are_no_names_of_columns(folder):
    rows = [("ann", "2009-05-04T23:08:57Z", "artist-a"), ("bob", "2009-05-05T23:08:57Z", "artist-b")]
    put_rows(folder, "plays.tsv", rows)

    assert [row["user_id"] for row in folder.rows()["events"]] == ["ann", "bob"]


def test_a_matrix_is_no_table_of_events(folder):
    put_rows(folder, "jokes-data.csv", [[str(n % 7 - 3) for n in range(30)]] * 3, ",")

    with pytest.raises(FormatError, match="no reader recognises"):
        folder.read()


def test_items_called_by_their_titles_need_no_other(folder):
    rows = [(f"u{n % 7}", f"news number {n % 10}", str(n // 10 % 2), f"{n % 10}:Entity") for n in range(50)]
    put_rows(folder, "train.txt", rows)

    assert "items" not in folder.rows()
