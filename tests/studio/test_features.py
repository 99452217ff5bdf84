"""Features are what was known just before each label, and nothing of what came later."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

import limner
from limner.errors import InputError, SchemaError
from limner.ledger.decay import DAY_US, read_factor
from limner.ledger.signals import declare_signals
from limner.settings import parse_settings
from limner.studio.features.columns import choose_columns
from limner.studio.features.labels import number_labels
from limner.studio.features.table import PLACED, features_from, write_features
from limner.studio.kept.catalogue import from_row, stage_items
from limner.studio.kept.ledgers import reading_of
from limner.studio.kept.log import LOG_TABLES, read_log
from limner.studio.kept.spaces import load_space

STRENGTHS = {
    # dimension and key of a fact → the signal whose key its value is
    ("interest", "category"): "category",
    ("interest", "brand"): "brand",
    ("interest", "tag"): "tag",
    ("interest", "keyword"): "word",
    ("interest", "price_band"): "price_band",
    ("behaviour", "event"): "event",
    ("behaviour", "dwell"): "dwell",
    ("behaviour", "path"): "transition",
    ("behaviour", "peak_hour"): "hour",
    ("behaviour", "brand_by_weekday"): "brand_by_weekday",
    ("sentiment", "aspect"): "aspect",
}
OWN = "[signals.brand_by_weekday]\nkey = 'brand|weekday'\nweight = 'event_weight'"
TABLES = ("events", "texts", "relations")
CUT_US = 1_775_000_000_000_000
SAID = [
    {"user_id": "ann", "item_id": "tea", "timestamp": when, "text": text}
    for when, text in (("2026-01-01", "Great quality."), ("2026-04-20", "Bad quality."))
]


@pytest.fixture(scope="module")
def frames(world):
    """The sample world, where twenty users also give tags."""
    tags = [
        {
            "user_id": user,
            "timestamp": CUT_US + place * 10**12,
            "text": text,
            "kind": "tag",
            "item_id": "i0001",
        }
        for user in some_users(world, 20).to_pylist()
        for place, text in enumerate(("camping", "送礼", "camping"))
    ]
    texts = world.tables["texts"]
    return {**world.tables, "texts": pa.concat_tables([texts, pa.Table.from_pylist(tags, texts.schema)])}


@pytest.fixture(scope="module")
def studio(frames, tmp_path_factory):
    """That world built with a signal of the owner's own."""
    folder = tmp_path_factory.mktemp("features") / "ws"
    return limner.build(**frames, workspace=folder, settings=parse_settings(OWN), lang="en")


@pytest.fixture(scope="module")
def labels(world):
    """Sixty moments of twenty users: anywhere, at the very time of an event, twice, before all, after all."""
    rng = np.random.default_rng(7)
    events = world.tables["events"].filter(pc.is_in(world.tables["events"]["user_id"], some_users(world, 20)))
    at = rng.integers(0, len(events), 60)
    stamps = events["timestamp"].to_numpy()[at] + np.where(
        rng.random(60) < 0.5, 0, rng.integers(0, 10**12, 60)
    )
    stamps[:4] = [stamps[4], events["timestamp"].to_numpy().min(), 10**15, 2 * 10**15]
    users = events["user_id"].take(pa.array(at)).to_pylist()
    users[0] = users[4]
    return pa.table({"clicked": rng.random(60) < 0.5, "user_id": users, "timestamp": stamps})


@pytest.fixture(scope="module")
def table(studio, labels):
    return studio.features(labels)


def some_users(world, count):
    return pc.unique(world.tables["events"]["user_id"]).slice(0, count)


def read_numbers(table):
    """Return all columns of numbers as one array, missing ones as NaN."""
    names = [name for name in table.column_names if ":" in name]
    columns = [table[name].cast(pa.float64()).to_numpy(zero_copy_only=False) for name in names]
    return np.array([*columns, *np.array(table["vector"].to_pylist()).reshape(len(table), -1).T])


def alike(table):
    """Return what equals the numbers of a table, whatever the order they were added in."""
    return pytest.approx(read_numbers(table), rel=1e-9, abs=1e-7, nan_ok=True)


def test_every_fact_of_the_past_has_the_strength_of_its_column(studio, table, labels):
    pairs = [
        (row[f"strength:{STRENGTHS[fact.dimension, fact.key]}={fact.value}"], fact.strength)
        for row, label in zip(table.to_pylist(), labels.to_pylist(), strict=True)
        for fact in studio.profile(label["user_id"], label["timestamp"] - 1).facts
        if (fact.dimension, fact.key) in STRENGTHS
        and f"strength:{STRENGTHS[fact.dimension, fact.key]}={fact.value}" in row
    ]

    assert len(pairs) > 500
    assert [one for one, _ in pairs] == pytest.approx([other for _, other in pairs], abs=1e-9)


def test_facts_of_every_kind_were_held_against_their_columns(studio, table, labels):
    seen = {
        (fact.dimension, fact.key)
        for label in labels.to_pylist()
        for fact in studio.profile(label["user_id"], label["timestamp"] - 1).facts
        if f"strength:{STRENGTHS.get((fact.dimension, fact.key))}={fact.value}" in table.column_names
    }

    assert seen == set(STRENGTHS)


def test_the_weekend_is_the_strengths_of_its_days(studio, table, labels):
    pairs = [
        (row["strength:weekday=5"] + row["strength:weekday=6"], fact.strength)
        for row, label in zip(table.to_pylist(), labels.to_pylist(), strict=True)
        for fact in studio.profile(label["user_id"], label["timestamp"] - 1).facts
        if fact.key == "weekend_share"
    ]

    assert len(pairs) > 5
    assert [one for one, _ in pairs] == pytest.approx([other for _, other in pairs])


def test_the_vector_is_that_of_the_profile_of_the_past(studio, table, labels):
    past = [studio.profile(row["user_id"], row["timestamp"] - 1).vector for row in labels.to_pylist()]

    assert np.array(table["vector"].to_pylist()) == pytest.approx(
        np.array([vector.values for vector in past]), abs=1e-5
    )
    assert table["alpha"].to_pylist() == pytest.approx([vector.alpha for vector in past])
    assert table["beta"].to_pylist() == pytest.approx([vector.beta for vector in past])


@pytest.fixture(scope="module")
def cuts(frames, studio, labels, table, tmp_path_factory):
    """(features of a label, cells of its user in a workspace built from the rows before it, its instant)."""
    found = []
    for place in (4, 5, 6):
        at_us = labels["timestamp"][place].as_py()
        tables = {name: frames[name] for name in TABLES}
        before = {name: given.filter(pc.less(given["timestamp"], at_us)) for name, given in tables.items()}
        then = limner.build(
            **before,
            users=frames["users"],
            items=frames["items"],
            workspace=tmp_path_factory.mktemp("cut") / "ws",
            settings=parse_settings(OWN),
        )
        (number,) = then.store.one(
            "SELECT user_no FROM users WHERE user_id = ?", labels["user_id"][place].as_py()
        )
        landmark = then.store.meta()["landmarks"]["recent_us"]
        found.append((table.slice(place, 1).to_pylist()[0], then.store.cells_of(number), (at_us, landmark)))
        then.close()
    return found


# Word weights are those of the texts a build knows, so a build of the past weighs words otherwise.
WEIGHED_LATER = ("word",)


def test_counts_are_those_of_a_workspace_built_from_the_rows_before(cuts, studio):
    columns = choose_columns(studio.store, declare_signals(studio.settings.signals))
    for row, cells, _ in cuts:
        held = {one.name: cells.get(one.name, {}) for one in columns.signals if one.name not in WEIGHED_LATER}
        assert {name: row[f"n:{name}"] for name in held} == {
            name: sum(cell.n for cell in found.values()) for name, found in held.items()
        }
        assert {name: row.get(f"keys:{name}", len(found)) for name, found in held.items()} == {
            name: len(found) for name, found in held.items()
        }
        by_key = [(name, key) for name in held for key in columns.keys.get(name, ())]
        assert {pair: row["n:{}={}".format(*pair)] for pair in by_key} == {
            (name, key): held[name][key].n if key in held[name] else 0 for name, key in by_key
        }


def test_decayed_sums_are_those_of_a_workspace_built_from_the_rows_before(cuts, studio):
    columns = choose_columns(studio.store, declare_signals(studio.settings.signals))
    for row, cells, (at_us, landmark) in cuts:
        for horizon, days in (("recent", 7.0), ("lasting", 180.0)):
            factor = read_factor(at_us, landmark, days)
            sums = {
                f"{horizon}:{name}={key}": getattr(found[key], horizon) * factor if key in found else 0.0
                for name, keys in columns.keys.items()
                if name not in WEIGHED_LATER
                for found in [cells.get(name, {})]
                for key in keys
            }
            totals = {
                f"{horizon}:{one.name}": sum(
                    getattr(cell, horizon) * factor for cell in cells.get(one.name, {}).values()
                )
                for one in columns.signals
                if one.name not in WEIGHED_LATER
            }
            assert {name: row[name] for name in sums | totals} == pytest.approx(
                sums | totals, rel=1e-9, abs=1e-300
            )


def test_liking_and_age_are_those_of_a_workspace_built_from_the_rows_before(cuts):
    for row, cells, (at_us, _) in cuts:
        for name in ("activity", "category", "writing", "aspect"):
            found = cells.get(name, {}).values()
            opinion = sum(cell.opinion for cell in found)
            liking = sum(cell.liking for cell in found) / opinion if opinion else None
            newest = max((cell.last_seen for cell in found), default=None)
            age = (at_us - newest) / 86_400_000_000 if newest else None
            if name != "writing":  # what stars taught of tones is of the last build
                assert row[f"liking:{name}"] == (None if liking is None else pytest.approx(liking, abs=1e-9))
            assert row[f"days_since:{name}"] == (None if age is None else pytest.approx(age))


def test_nothing_that_comes_later_changes_a_row(world, labels, tmp_path):
    events = world.tables["events"]
    mine = events.filter(pc.is_in(events["user_id"], some_users(world, 20)))
    frames = {"items": world.tables["items"], "users": world.tables["users"]}
    studio = limner.build(events=mine, **frames, workspace=tmp_path / "ws", lang="en")
    newest = pc.max(mine["timestamp"]).as_py()
    early = labels.filter(pc.less_equal(labels["timestamp"], newest))
    before = studio.features(early)
    later = mine.slice(0, 200).drop_columns(["event_id"])
    stamps = pa.array(range(newest, newest + 200 * 60_000_000, 60_000_000))

    studio.ingest(events=later.set_column(later.column_names.index("timestamp"), "timestamp", stamps))

    after = studio.features(early)
    assert read_numbers(after) == alike(before)
    studio.close()


def test_an_event_at_the_very_time_of_a_label_is_not_known_to_it(shop, tmp_path):
    studio = limner.build(**shop, workspace=tmp_path / "ws")
    rows = [{"user_id": "ann", "timestamp": f"2026-01-02T12:00:00{end}"} for end in ("Z", ".000001Z")]

    assert studio.features(rows)["n:event=purchase"].to_pylist() == [0, 1]
    studio.close()


@pytest.mark.parametrize("texts", [[], SAID], ids=["no row has a time", "texts have one"])
def test_rows_without_a_time_count_as_a_profile_counts_them(shop, texts, tmp_path):
    events = pa.Table.from_pylist(shop["events"]).drop_columns(["timestamp"])
    given = {**shop, "events": events, "texts": texts}
    studio = limner.build(**given, workspace=tmp_path / "ws", lang="en")
    labels = [{"user_id": "ann", "timestamp": CUT_US + days * DAY_US} for days in (0, 30, 400)]

    rows = studio.features(labels).to_pylist()

    past = [studio.profile("ann", label["timestamp"] - 1) for label in labels]
    shares = [
        (row[f"strength:{STRENGTHS[fact.dimension, fact.key]}={fact.value}"], fact.strength)
        for row, profile in zip(rows, past, strict=True)
        for fact in profile.facts
        if (fact.dimension, fact.key) in STRENGTHS
    ]
    assert len(shares) >= 3
    assert [one for one, _ in shares] == pytest.approx([other for _, other in shares], abs=1e-9)
    assert np.array([row["vector"] for row in rows]) == pytest.approx(
        np.array([profile.vector.values for profile in past]), abs=1e-5
    )
    studio.close()


def test_sums_of_rows_without_a_time_decay_from_label_to_label(shop, tmp_path):
    events = pa.Table.from_pylist(shop["events"]).drop_columns(["timestamp"])
    studio = limner.build(**{**shop, "events": events}, workspace=tmp_path / "ws")
    days = ("1970-01-05", "1980-01-01", "2026-01-01", "2026-06-30")

    rows = studio.features([{"user_id": "ann", "timestamp": day} for day in days]).to_pylist()

    assert len({row["n:activity"] for row in rows}) == 1
    assert rows[3]["lasting:activity"] == pytest.approx(rows[2]["lasting:activity"] / 2, rel=1e-9)
    assert all(np.isfinite(row["lasting:activity"]) for row in rows)
    studio.close()


def test_rows_keep_their_order_and_their_further_columns(table, labels):
    assert table.select(labels.column_names).equals(labels)


def test_the_columns_are_those_that_were_chosen(studio, table, labels):
    columns = choose_columns(studio.store, declare_signals(studio.settings.signals))

    assert table.column_names == [*labels.column_names, "known", *columns.names(), *PLACED]


def test_staged_tables_in_parquet_files_give_what_their_store_gives(studio, labels, table, tmp_path):
    store, space = studio.store, load_space(studio.store)
    columns = choose_columns(store, declare_signals(studio.settings.signals))
    items = stage_items([from_row(row) for row in store.rows("SELECT * FROM items")])
    sources = {name: str(tmp_path / f"{name}.parquet") for name in (*items, *LOG_TABLES, "followers")}
    for name, given in (read_log(store, (0, 10**6)) | items).items():
        pq.write_table(given, sources[name])
    users = dict(store.rows("SELECT user_id, user_no FROM users"))
    numbered = number_labels(labels, users, timezone="UTC")

    reading = reading_of(store.meta(), studio.settings)
    features_from(sources, numbered, reading, columns, out=tmp_path / "out.parquet", space=space)

    assert read_numbers(pq.read_table(tmp_path / "out.parquet")) == alike(table)


def test_labels_of_one_user_and_time_say_the_same(table, labels):
    assert labels["user_id"][0] == labels["user_id"][4]
    assert table["n:activity"][0] == table["n:activity"][4]


def test_the_sum_of_the_parts_does_not_depend_on_who_stands_beside(studio, labels, table):
    turned = labels.take(pa.array(range(len(labels) - 1, -1, -1)))

    found = studio.features(turned).take(pa.array(range(len(labels) - 1, -1, -1)))

    assert read_numbers(found) == alike(table)


def test_chunks_of_users_say_what_all_of_them_say_at_once(studio, labels, table, monkeypatch):
    monkeypatch.setattr("limner.engines.local_intervals.LocalIntervals.chunk_events", 40)
    monkeypatch.setattr("limner.studio.features.table._BLOCK_VALUES", 7_000)

    assert read_numbers(studio.features(labels)) == alike(table)


def test_an_unknown_user_has_empty_features(studio):
    row = studio.features([{"user_id": "nobody", "timestamp": "2026-06-01"}]).to_pylist()[0]

    assert row["known"] is False
    assert {value for name, value in row.items() if name.startswith(("n:", "recent:", "keys:"))} == {0}
    assert row["days_since:activity"] is None
    assert not any(row["vector"])


def test_keys_of_any_script_stand_in_the_names(table):
    assert {"n:category=厨具", "strength:category=厨具", "strength:hour=23"} <= set(table.column_names)


def test_the_number_of_keys_and_the_vector_are_a_choice(studio, labels):
    narrow = studio.features(labels, keys=2, vector=False).column_names

    assert len([name for name in narrow if name.startswith("n:category=")]) == 2
    assert not set(PLACED) & set(narrow)


def test_fewer_keys_than_none_are_refused(studio, labels):
    with pytest.raises(InputError, match="keys must be at least 0, got -1"):
        studio.features(labels, keys=-1)


@pytest.mark.parametrize(
    "times",
    [
        pa.array(["2026-05-01T00:00:00Z", "2026-05-02 00:00:00+00:00"]),
        pa.array([1_777_593_600_000, 1_777_680_000_000]),
        pa.array([1_777_593_600, 1_777_680_000]),
        pa.array([1_777_593_600_000_000_000, 1_777_680_000_000_000_000], pa.timestamp("ns", "UTC")),
    ],
    ids=["text", "milliseconds", "seconds", "arrow"],
)
def test_times_are_read_as_those_of_events(studio, times):
    wanted = pa.array([1_777_593_600_000_000, 1_777_680_000_000_000])
    given, expected = (
        studio.features(pa.table({"user_id": ["u0001", "u0002"], "timestamp": one}))
        for one in (times, wanted)
    )

    assert read_numbers(given) == alike(expected)


def test_labels_may_be_written_as_csv(studio, labels, table, tmp_path):
    pv.write_csv(labels, tmp_path / "labels.csv")

    assert read_numbers(studio.features(tmp_path / "labels.csv")) == alike(table)


def test_no_labels_give_no_rows_and_all_columns(studio, table):
    none = pa.table({"user_id": pa.array([], pa.string()), "timestamp": pa.array([], pa.int64())})

    assert studio.features(none).num_rows == 0
    assert set(studio.features(none).column_names) == set(table.column_names) - {"clicked"}


@pytest.mark.parametrize(
    ("columns", "kind", "said"),
    [
        ({"user": ["a"], "timestamp": [1]}, SchemaError, "no column 'user_id'"),
        ({"user_id": ["a"], "time": [1]}, SchemaError, "no column 'timestamp'"),
        (
            {"user_id": ["a", "b"], "timestamp": ["2026-01-01", "soon"]},
            InputError,
            r"1 of 2 rows have no readable timestamp \(row 2: 'soon'\); mend or drop them",
        ),
        ({"user_id": ["a"], "timestamp": [10**15], "known": [1]}, InputError, "named like a feature; rename"),
    ],
    ids=["no user", "no time", "bad time", "taken name"],
)
def test_labels_that_cannot_be_used_are_refused_with_what_to_do(studio, columns, kind, said):
    with pytest.raises(kind, match=said):
        studio.features(pa.table(columns))


def test_the_file_says_what_it_holds(studio, labels, tmp_path):
    header = write_features(studio.store, labels, tmp_path / "out.parquet")

    assert header["labels"] == 60
    assert pq.read_schema(tmp_path / "out.parquet").metadata[b"limner"]
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 60
