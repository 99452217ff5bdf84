import pytest

LISTENS = "userID\tartistID\tweight\n2\t51\t4000\n2\t9\t300\n3\t102\t7\n"


@pytest.fixture
def lastfm(folder):
    folder.put("user_artists.dat", LISTENS)
    return folder


def test_listens_are_untimed_counts(lastfm):
    tables = lastfm.rows()

    assert tables["events"][0] == {"user_id": "2", "item_id": "51", "value": "4000", "event": "listen"}


@pytest.mark.parametrize(
    ("name", "content"),
    [("user_friends.dat", "userID\tfriendID\n2\t8\n"), ("trusts.txt", "2\t8\n")],
    ids=["headed", "headerless"],
)
def test_friends_read_with_and_without_a_header(lastfm, name, content):
    lastfm.put(name, content)

    tables = lastfm.rows()

    assert tables["relations"] == [{"user_id": "2", "other_id": "8", "kind": "friend"}]


def test_tags_read_as_texts_with_their_words_and_days(lastfm):
    lastfm.put("artists.dat", "id\tname\turl\tpictureURL\n51\tFirst Band\thttp://x.example\t\n")
    lastfm.put("tags.dat", "tagID\ttagValue\n13\tchillout\n")
    lastfm.put("user_taggedartists.dat", "userID\tartistID\ttagID\tday\tmonth\tyear\n2\t51\t13\t1\t4\t2009\n")

    tables = lastfm.rows()

    assert tables["items"] == [{"item_id": "51", "title": "First Band"}]
    assert tables["texts"] == [
        {"user_id": "2", "item_id": "51", "text": "chillout", "kind": "tag", "timestamp": "2009-04-01"}
    ]


def test_ranked_artist_ids_are_mapped_back_to_the_originals(lastfm):
    lastfm.put("hin_artist_tag.dat", "1\t77\n1\t7\n3\t139\n4\t1\n" + "2\t5\n" * 9)

    tables = lastfm.rows()

    assert tables["items"] == [
        {"item_id": "9", "categories": ["tag 77", "tag 7"]},
        {"item_id": "102", "categories": ["tag 139"]},
        {"item_id": "51", "categories": ["tag 5"] * 5},
    ]


def test_numbers_of_entities_are_told_apart_from_numbers_of_artists(lastfm):
    lastfm.put("kg.txt", "51\tmusic.artist.origin\t9\n")
    lastfm.put("item_index2entity_id.txt", "51\t0\n")

    tables = lastfm.rows()

    assert tables["triples"] == [
        {"head": "entity 51", "relation": "music.artist.origin", "tail": "entity 9"},
        {"head": "51", "relation": "same_as", "tail": "entity 0"},
    ]
