import pytest

RATINGS = "1::11::5::978000001\n2::12::3::978000002\n"
MOVIES = "11::Les Misérables (1998)::Drama|Musical\n12::Nothing (2003)::(no genres listed)\n"
CSV_RATINGS = "userId,movieId,rating,timestamp\n1,31,2.5,1260000001\n"
CSV_MOVIES = 'movieId,title,genres\n31,"Bridge, The (1994)",Comedy|Drama\n'


def test_the_1m_edition_reads_with_genres_and_codes_in_words(folder):
    folder.put("ratings.dat", RATINGS)
    folder.put("movies.dat", MOVIES.encode("latin-1"))
    folder.put("users.dat", "1::F::1::10::00001\n2::M::56::16::00002\n")

    tables = folder.rows()

    assert tables["events"][0] == {
        "user_id": "1",
        "item_id": "11",
        "value": "5",
        "timestamp": "978000001",
        "event": "rating",
    }
    assert tables["items"] == [
        {"item_id": "11", "title": "Les Misérables (1998)", "categories": ["Drama", "Musical"]},
        {"item_id": "12", "title": "Nothing (2003)", "categories": None},
    ]
    assert tables["users"][0] == {
        "user_id": "1",
        "gender": "F",
        "age": "under 18",
        "occupation": "student (school)",
        "zip_code": "00001",
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ratings.dat", "1::11::5\n2::12::3\n"),
        ("ratings.csv", "userId,movieId,rating\n1,11,5\n2,12,3\n"),
    ],
    ids=["dat", "csv"],
)
def test_ratings_without_times_have_no_timestamp_column(folder, name, content):
    folder.put(name, content)

    tables = folder.rows()

    assert tables["events"][0] == {"user_id": "1", "item_id": "11", "value": "5", "event": "rating"}


def test_a_later_edition_reads_with_tags_as_texts_and_links_left_alone(folder):
    folder.put("ratings.csv", CSV_RATINGS)
    folder.put("movies.csv", CSV_MOVIES)
    folder.put("tags.csv", "userId,movieId,tag,timestamp\n15,31,slow,1138000001\n")
    folder.put("links.csv", "movieId,imdbId,tmdbId\n31,114709,862\n")

    tables = folder.rows()

    assert sorted(tables) == ["events", "items", "texts"]
    assert tables["items"] == [
        {"item_id": "31", "title": "Bridge, The (1994)", "categories": ["Comedy", "Drama"]}
    ]
    assert tables["texts"] == [
        {"user_id": "15", "item_id": "31", "text": "slow", "timestamp": "1138000001", "kind": "tag"}
    ]


def test_the_100k_edition_reads_with_genre_flags_as_categories(folder):
    flags = "|".join("1" if place in (5, 16) else "0" for place in range(19))
    folder.put("u.data", "19\t24\t3\t881000001\n")
    folder.put("u.user", "19|49|M|writer|00003\n")
    folder.put("u.item", f"24|Winter (1996)|01-Feb-1997||http://films.example/winter|{flags}\n")

    tables = folder.rows()

    assert tables["events"][0]["timestamp"] == "881000001"
    assert tables["users"][0]["occupation"] == "writer"
    assert tables["items"] == [
        {
            "item_id": "24",
            "title": "Winter (1996)",
            "release_date": "01-Feb-1997",
            "categories": ["Comedy", "Thriller"],
        }
    ]


def test_a_rating_cut_in_the_middle_is_rejected_with_its_line(folder):
    folder.put("ratings.dat", RATINGS + "3::914")

    (raw,) = folder.read()

    assert raw.lines.to_pylist() == [1, 2]
    assert [(bad.table, bad.line, bad.reason) for bad in raw.rejected] == [
        ("events", 3, "expected 4 fields, found 2")
    ]


def test_ratings_with_comments_are_not_movielens_and_keep_them(folder):
    folder.put(
        "ratings.csv", "userId,movieId,rating,timestamp,comment,like\n1,2,5,1318222486000,剧情很好看,3\n"
    )
    folder.put("movies.csv", "movieId,title,title_cn\n2,Avengers,复仇者联盟\n")

    tables = folder.rows()

    assert tables["events"][0]["text"] == "剧情很好看"
    assert tables["items"][0]["title"] == "Avengers"
