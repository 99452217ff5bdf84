from hashlib import md5

import pytest

from limner.errors import InputError, SettingsError
from limner.settings import Settings, parse_settings

START_S = 1_462_752_000


def rated(user, item, value, at=START_S, **more):
    return {"user_id": user, "item_id": item, "timestamp": at, "event": "rating", "value": value, **more}


def stars(*values):
    return [rated("u1", f"i{place}", value) for place, value in enumerate(values)]


def test_equal_events_are_kept_once(wash):
    collected = wash([rated("u1", "i1", 4), rated("u1", "i1", 5), rated("u1", "i1", 4)])
    assert collected.tables.events["value"].to_pylist() == [4.0, 5.0]
    assert collected.rejected["line"].to_pylist() == [3]


def test_events_of_one_user_with_one_id_are_kept_once(wash):
    rows = [
        rated("u1", "i1", 4, event_id="e1"),
        rated("u1", "i2", 5, event_id="e1"),
        rated("u2", "i2", 5, event_id="e1"),
    ]
    assert wash(rows).tables.events["item_id"].to_pylist() == ["i1", "i2"]


def test_ids_of_events_do_not_depend_on_their_order(wash):
    rows = [rated("u1", f"i{n}", n % 5 + 1, START_S + n) for n in range(50)]
    there, back = (wash(order).tables.events["event_id"].to_pylist() for order in (rows, rows[::-1]))
    assert there == back[::-1]
    assert len(set(there)) == 50


def test_the_id_of_an_event_is_a_digest_of_its_fields(wash):
    content = "\x1f".join(["u1", "i1", "1462752000000000", "rating", "4.0", "", "", ""])
    expected = "e" + md5(content.encode()).hexdigest()[:15]
    assert wash([rated("u1", "i1", 4)]).tables.events["event_id"].to_pylist() == [expected]


def test_equal_texts_are_kept_once(wash):
    row = {"user_id": "u1", "item_id": "i1", "timestamp": START_S, "text": "good"}
    rows = [
        row,
        row,
        row | {"text": "better"},
        row | {"text_id": "t1", "text": "x"},
        row | {"text_id": "t1", "text": "y"},
    ]
    assert wash(rows, "texts").tables.texts["text"].to_pylist() == ["good", "better", "x"]


def test_a_user_told_twice_is_filled_from_the_second_row(wash):
    rows = [
        {"user_id": "u1", "gender": "F", "city": None},
        {"user_id": "u2", "gender": "M", "city": "Leeds"},
        {"user_id": "u1", "gender": "M", "city": "上海"},
    ]
    collected = wash(rows, "users")
    assert collected.tables.users.select(["user_id", "gender", "city"]).to_pylist() == [
        {"user_id": "u1", "gender": "F", "city": "上海"},
        {"user_id": "u2", "gender": "M", "city": "Leeds"},
    ]
    assert collected.intakes[0].rejected == {"duplicate id": 1}


def test_an_item_told_twice_keeps_its_first_categories(wash):
    rows = [
        {"item_id": "i1", "categories": None},
        {"item_id": "i1", "categories": ["a"]},
        {"item_id": "i1", "categories": ["b"]},
    ]
    assert wash(rows, "items").tables.items["categories"].to_pylist() == [["a"]]


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0, 1, 1], (0, 1)),
        ([1, 3, 5], (1, 5)),
        ([0.5, 3, 5], (0.5, 5)),
        ([0, 3, 5], (0, 5)),
        ([1, 3, 9], (1, 10)),
        ([0, 10], (0, 10)),
        ([5, 70], (1, 100)),
        ([0, 70], (0, 100)),
        ([-10, 9.5], (-10, 9.5)),
    ],
)
def test_the_smallest_usual_scale_that_holds_the_ratings_is_theirs(wash, values, scale):
    assert wash(stars(*values)).rating_scale == scale


def test_a_rating_off_the_scale_falls_with_the_scale_in_its_reason(wash):
    collected = wash(stars(*[1, 2, 3, 4, 5] * 40, 11))
    assert collected.rejected["reason"].to_pylist() == ["rating 11 off the scale 1..5"]
    assert collected.intakes[0].rejected == {"rating off the scale 1..5": 1}


def test_a_declared_or_known_scale_needs_no_hundred_ratings(wash, reasons):
    settings = parse_settings("[ratings]\nscale = [1, 5]")
    assert reasons(stars(4, 0.5), settings=settings) == ["rating 0.5 off the scale 1..5"]
    assert reasons(stars(4, 11), rating_scale=(1, 5)) == ["rating 11 off the scale 1..5"]


def test_texts_are_held_against_the_scale_of_the_events(wash_all):
    texts = [{"user_id": "u1", "text": "bad", "rating": 9}]
    collected = wash_all(events=stars(1, 5), texts=texts)
    assert collected.rejected["reason"].to_pylist() == ["rating 9 off the scale 1..5"]


@pytest.mark.parametrize(("mark", "scale"), [(0, (1, 10)), (-1, (1, 10)), (0, (1, 5))])
def test_many_ratings_of_0_or_minus_1_are_events_without_a_rating(wash, mark, scale):
    collected = wash(stars(*[mark] * 12, *range(1, scale[1] + 1)))

    assert collected.rating_scale == scale
    assert collected.tables.events["value"].to_pylist()[:12] == [None] * 12
    assert collected.intakes[0].repaired == {"rating 0 or -1 read as not rated": 12}


def test_a_zero_counts_as_a_rating_where_the_owner_says_so(wash):
    settings = parse_settings("[ratings]\nscale = [0, 10]")
    collected = wash(stars(*[0] * 12, 4, 10), settings=settings)
    assert collected.tables.events["value"].to_pylist()[:12] == [0.0] * 12


def test_texts_alone_have_a_scale_too(wash):
    rows = [{"user_id": "u1", "text": f"t{n}", "rating": n} for n in range(6)]
    assert wash(rows, "texts").rating_scale == (0, 5)


def test_nothing_rated_has_no_scale(wash):
    assert wash([{"user_id": "u1", "item_id": "i1"}]).rating_scale is None


def test_a_user_faster_than_people_is_taken_out_whole(wash):
    fast = [{"user_id": "bot", "item_id": f"i{n}", "timestamp": START_S + 30 + n / 10} for n in range(301)]
    slow = {"user_id": "bot", "item_id": "late", "timestamp": START_S + 9_000}
    calm = [{"user_id": "u1", "item_id": f"i{n}", "timestamp": START_S + n / 10} for n in range(300)]
    collected = wash([*fast, slow, *calm])
    assert set(collected.tables.events["user_id"].to_pylist()) == {"u1"}
    reason = "bot-like user: 301 events in one minute (limit 300)"
    assert set(collected.rejected["reason"].to_pylist()) == {reason}
    assert collected.intakes[0].rejected == {"bot-like user: events in one minute (limit 300)": 302}


def test_a_minute_is_any_sixty_seconds(reasons):
    def taps(gap_s):
        return [{"user_id": "u", "item_id": f"i{n}", "timestamp": START_S + n * gap_s} for n in range(400)]

    assert reasons(taps(0.2001)) == []
    assert set(reasons(taps(0.1999))) == {"bot-like user: 301 events in one minute (limit 300)"}


@pytest.mark.parametrize("time", [{}, {"timestamp": "2016-05-09"}], ids=["untimed", "days only"])
def test_data_without_minutes_has_no_bots(reasons, time):
    rows = [{"user_id": "u1", "item_id": f"i{n}"} | time for n in range(1_000)]
    assert reasons(rows) == []


def test_a_flood_of_one_event_is_duplicates_and_not_a_bot(wash):
    row = {"user_id": "u1", "item_id": "i1", "timestamp": START_S}
    assert wash([row] * 400).intakes[0].rejected == {"duplicate": 399}


def bought(n_rows, *amounts):
    values = [*range(1, n_rows + 1), *amounts]
    return [
        {"user_id": f"u{n}", "item_id": "i", "timestamp": START_S, "event": "purchase", "value": value}
        for n, value in enumerate(values)
    ]


def test_the_highest_amounts_are_cut_to_the_quantile_and_counted(wash):
    collected = wash(bought(1_999, 10**9))
    assert collected.tables.events["value"].to_pylist()[-2:] == [1998.0, 1998.0]
    assert collected.intakes[0].repaired == {"outlier cut": 2}


def test_few_amounts_are_left_alone(wash):
    collected = wash(bought(900, 10**9))
    assert (collected.intakes[0].repaired, collected.caps) == ({}, {})


def test_the_caps_that_were_found_are_told(wash):
    assert wash(bought(1_999, 10**9)).caps == {"purchase": 1998.0}


@pytest.mark.parametrize(
    ("caps", "highest"),
    [
        pytest.param({"purchase": 99.5}, 99.5, id="cut to a known cap"),
        pytest.param({"buy": 99.5}, 2000.0, id="no cap for this type"),
        pytest.param({}, 2000.0, id="no caps at all"),
    ],
)
def test_known_caps_take_the_place_of_those_of_the_rows(wash, caps, highest):
    collected = wash(bought(2_000), caps=caps)
    assert max(collected.tables.events["value"].to_pylist()) == highest
    assert collected.caps == caps


def test_a_known_cap_holds_for_a_single_row(wash):
    collected = wash(bought(0, 10**9), caps={"purchase": 0.1 + 0.2})
    assert collected.tables.events["value"].to_pylist() == [0.1 + 0.2]
    assert collected.intakes[0].repaired == {"outlier cut": 1}


def test_cutting_an_amount_leaves_the_id_of_its_event(wash):
    rows = bought(1_999, 10**9)
    alone, among = wash(rows[-1:]).tables.events, wash(rows).tables.events
    assert alone["event_id"].to_pylist() == among["event_id"].to_pylist()[-1:]


def wrote(text, at=START_S, **more):
    return {"user_id": "u1", "item_id": "i1", "timestamp": at, "text": text, **more}


def test_a_review_that_no_event_goes_with_is_an_event_too(wash):
    collected = wash([wrote("好听", rating=5), wrote("quiet", kind="tag")], "texts")
    events = collected.tables.events.select(["event", "value", "item_id", "timestamp", "text"]).to_pylist()
    place = {"item_id": "i1", "timestamp": START_S * 1_000_000, "text": None}
    assert events == [{"event": "review", "value": 5.0} | place, {"event": "tag", "value": None} | place]
    assert collected.derived_events == 2
    assert [intake.table for intake in collected.intakes] == ["texts"]


@pytest.mark.parametrize(
    ("events", "n_derived"),
    [
        ([rated("u1", "i1", 4)], 0),
        ([rated("u1", "i1", 4, START_S + 1)], 1),
        ([{"user_id": "u1", "item_id": "i1", "value": 4}], 0),
        ([rated("u2", "i1", 4)], 1),
    ],
    ids=["same moment", "another moment", "no time kept", "another user"],
)
def test_an_event_goes_with_a_text_by_user_item_and_time(wash_all, events, n_derived):
    assert wash_all(events=events, texts=[wrote("good")]).derived_events == n_derived


def test_the_texts_of_a_bot_do_not_bring_its_events_back(wash_all):
    fast = [rated("u1", f"i{n}", 4, START_S + 30 + n / 10) for n in range(301)]
    collected = wash_all(events=[*fast, rated("u2", "i1", 4)], texts=[wrote("good")])
    assert (collected.tables.events.num_rows, collected.derived_events) == (1, 0)


def test_when_all_rows_fall_the_error_counts_them_and_says_why(wash_all):
    with pytest.raises(InputError) as caught:
        wash_all(events=[rated("", "i1", 4), rated("", "i2", 4), rated("u1", "", 4, colour="red")])
    assert str(caught.value) == (
        "frame events: none of the 3 rows of events and texts can be used (2 × no user_id, 1 × no item_id); "
        "columns not used: colour; "
        "mend them, or name the right columns in limner.toml: [tables.events.columns]"
    )


@pytest.mark.parametrize("frames", [{"events": []}, {}], ids=["no rows", "no frames"])
def test_nothing_given_is_an_error_that_asks_for_rows(wash_all, frames):
    with pytest.raises(
        InputError, match=r"no rows of events or texts in .*: give at least one row of either"
    ):
        wash_all(**frames)


def test_users_alone_are_welcome(wash_all):
    assert wash_all(users=[{"user_id": 7}]).tables.users.num_rows == 1


def test_integer_ids_are_remembered_so_that_the_owner_gets_integers_back(wash_all):
    events = [{"user_id": 7, "item_id": "i1"}]
    assert wash_all(events=events, users=[{"user_id": 7}]).integer_ids == {"user_id"}
    assert wash_all(events=events, users=[{"user_id": "7"}]).integer_ids == frozenset()
    assert wash_all(events=[{"user_id": 7.0, "item_id": 1}]).integer_ids == {"user_id", "item_id"}
    assert wash_all(events=[{"user_id": 7.5, "item_id": 1}]).integer_ids == {"item_id"}


def test_a_wrong_time_zone_is_a_settings_error(wash_all):
    with pytest.raises(SettingsError, match="timezone 'Peking' is not known"):
        wash_all(Settings(timezone="Peking"), events=[rated("u1", "i1", 4, "2016-05-09")])
