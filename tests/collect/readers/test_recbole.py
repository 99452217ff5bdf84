import pytest

from limner.errors import SchemaError


def test_atomic_files_read_as_events_users_items_and_triples(folder):
    folder.put(
        "shop.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n19\t24\t3\t881000001\n"
    )
    folder.put("shop.user", "user_id:token\tage:token\tgender:token\n19\t49\tM\n")
    folder.put(
        "shop.item",
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        "24\tPaper Boats\t1995\tComedy Drama\n",
    )
    folder.put("shop.kg", "head_id:token\trelation_id:token\ttail_id:token\nm.1\tfilm.actor\tm.2\n")
    folder.put("shop.link", "item_id:token\tentity_id:token\n24\tm.1\n")
    folder.put("shop.net", "source_id:token\ttarget_id:token\n19\t7\n")

    tables = folder.rows()

    assert tables == {
        "events": [
            {"user_id": "19", "item_id": "24", "value": "3", "timestamp": "881000001", "event": "rating"}
        ],
        "users": [{"user_id": "19", "age": "49", "gender": "M"}],
        "items": [
            {
                "item_id": "24",
                "title": "Paper Boats",
                "categories": ["Comedy", "Drama"],
                "release_year": "1995",
            }
        ],
        "triples": [
            {"head": "m.1", "relation": "film.actor", "tail": "m.2"},
            {"head": "24", "relation": "same_as", "tail": "m.1"},
        ],
        "relations": [{"user_id": "19", "other_id": "7", "kind": "friend"}],
    }


@pytest.mark.parametrize(
    ("header", "row", "categories"),
    [
        ("item_id:token\tname:token_seq\tgenre:token_seq", "1\tOld Song\tRock Pop", ["Rock", "Pop"]),
        ("item_id\ttitle\tcategories", "1\tOld Song\tRock Pop", ["Rock", "Pop"]),
        ("item_id:token\ttitle:token\tcategory:token", "1\tOld Song\tHard Rock", "Hard Rock"),
        (
            "item_id:token\ttitle:token\tcategories:token_seq",
            "1\tOld Song\t'Hard Rock', 'Pop'",
            ["Hard Rock", "Pop"],
        ),
        ("item_id:token\ttitle:token\tgenre:token_seq", "1\tOld Song\t", []),
    ],
    ids=["genre", "no types", "one token", "commas", "none"],
)
def test_categories_are_split_as_their_type_says(folder, header, row, categories):
    folder.put("a.inter", "user_id:token\titem_id:token\n1\t1\n")
    folder.put("a.item", f"{header}\n{row}\n")

    tables = folder.rows()

    assert tables["items"] == [{"item_id": "1", "title": "Old Song", "categories": categories}]


@pytest.mark.parametrize(
    ("column", "name", "event"),
    [
        ("rating:float", "a.inter", {"event": "rating", "value": "1"}),
        ("label:float", "a.inter", {"event": "rating", "value": "1"}),
        ("behavior_type:token", "a.inter", {"event": "1"}),
        ("other:token", "a.inter", {"event": "click"}),
        ("other:token", "shop-buy.inter", {"event": "purchase"}),
    ],
    ids=["rating", "label", "behaviour", "neither", "bought"],
)
def test_the_event_type_comes_from_columns_or_the_name(folder, column, name, event):
    folder.put(name, f"user_id:token\titem_id:token\t{column}\n7\t8\t1\n")

    tables = folder.rows()

    assert tables["events"] == [{"user_id": "7", "item_id": "8", **event}]


def test_a_header_without_users_is_refused(folder):
    folder.put("a.inter", "who:token\titem_id:token\n1\t1\n")

    with pytest.raises(SchemaError, match=r"a\.inter: no column 'user_id' for events .*found: who, item_id"):
        folder.read()
    assert folder.rows("[tables.events.columns]\nuser_id = 'who'")["events"][0]["user_id"] == "1"


def test_quotes_mean_nothing_in_atomic_files(folder):
    folder.put("a.inter", "user_id:token\titem_id:token\n1\t1\n")
    folder.put("a.item", 'item_id:token\ttitle:token_seq\n1\t"Heroes\n2\tsay "so"\n')

    tables = folder.rows()

    assert [row["title"] for row in tables["items"]] == ['"Heroes', 'say "so"']


def test_a_weight_is_how_often_and_no_rating(folder):
    folder.put("lastfm.inter", "user_id:token\tartist_id:token\tweight:float\n7\t9\t13883\n")

    assert folder.rows()["events"] == [{"user_id": "7", "item_id": "9", "value": "13883", "event": "listen"}]


def test_the_codes_of_movielens_1m_are_named_and_plain_ages_stay(folder):
    header = "user_id:token\tage:token\toccupation:token\n"
    folder.put("a.inter", "user_id:token\titem_id:token\n1\t2\n")
    folder.put("a.user", f"{header}1\t1\t10\n2\t25\t12\n")
    folder.put("b.user", f"{header}3\t24\ttechnician\n")

    users = [(user["age"], user["occupation"]) for user in folder.rows()["users"]]

    assert users == [("under 18", "student (school)"), ("25-34", "programmer"), ("24", "technician")]
