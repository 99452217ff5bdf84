import pytest


@pytest.mark.parametrize("gap", [" ", "\t", ",", "   "], ids=["space", "tab", "comma", "spaces"])
def test_ratings_and_trust_read_whatever_stands_between(folder, gap):
    folder.put("ratings.txt", "".join(f"{gap.join(row)}\n" for row in [("1", "9", "3.5"), ("2", "9", "4")]))
    folder.put("trust.txt", f"2{gap}5{gap}1\n")

    tables = folder.rows()

    assert tables["events"][0] == {"user_id": "1", "item_id": "9", "value": "3.5", "event": "rating"}
    assert tables["relations"] == [{"user_id": "2", "other_id": "5", "weight": "1", "kind": "trusts"}]


def test_tables_of_users_and_items_beside_the_ratings_are_read_too(folder):
    folder.put("ratings.dat", "1 9 3.5\n2 9 4\n")
    folder.put("users.csv", "user_id,sex\n1,F\n")

    assert folder.rows()["users"] == [{"user_id": "1", "gender": "F"}]


def test_a_fourth_column_of_epochs_is_the_time(folder):
    folder.put("ratings.txt", "1 9 3.5 881000001\n2 9 4 891000002\n")
    folder.put("friends.txt", "1 2\n")

    tables = folder.rows()

    assert tables["events"][1]["timestamp"] == "891000002"
    assert tables["relations"] == [{"user_id": "1", "other_id": "2", "kind": "friend"}]
