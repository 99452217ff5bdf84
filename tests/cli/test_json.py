"""The JSON that programs read: the keys are a contract."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

FACT_KEYS = [
    "dimension", "key", "value", "statement", "strength", "liking", "confidence", "trend", "source",
    "sources", "first_seen", "last_seen", "evidence", "history", "dispute",
]  # fmt: skip
BUILD_KEYS = ["workspace", "sources", "derived_events", "rating_scale", "counts", "asked", "seconds"]
VIEWS = (
    *(("ann", "tea", "2024-12"), ("ann", "tea", "2026-02"), ("bob", "pot", "2025-01")),
    *(("bob", "tea", "2026-03"), ("eve", "pot", "2026-03")),
)


def read(outcome):
    assert (outcome.code, outcome.err) == (0, "")
    return json.loads(outcome.out)


def test_show_prints_a_profile(limner, workspace):
    profile = read(limner("show", "u0001", "-w", workspace, "--json"))

    assert list(profile) == ["user_id", "as_of", "facts", "vector", "coverage"]
    assert all(list(fact) == FACT_KEYS for fact in profile["facts"])
    assert list(profile["vector"]) == ["space", "dim", "alpha", "beta"]
    assert list(profile["coverage"]) == ["events", "texts", "days", "dimensions"]


def test_show_prints_what_the_studio_says(limner, workspace, studio):
    profile = read(limner("show", "u0001", "-w", workspace, "--json", "--lang", "zh"))

    assert profile == studio.profile("u0001", lang="zh").to_dict()


def test_show_keeps_one_dimension(limner, workspace):
    profile = read(limner("show", "u0001", "-w", workspace, "--json", "--dimension", "interest"))

    assert {fact["dimension"] for fact in profile["facts"]} == {"interest"}


def test_show_goes_back_in_time(limner, workspace):
    profile = read(limner("show", "u0001", "-w", workspace, "--json", "--as-of", "2026-03-31"))

    assert profile["as_of"] == "2026-03-31T23:59:59.999999Z"
    assert all(fact["last_seen"] <= profile["as_of"] for fact in profile["facts"] if fact["last_seen"])


def test_recommend_prints_a_list(limner, workspace):
    items = read(limner("recommend", "u0001", "-w", workspace, "-k", 4, "--json"))

    assert [list(item) for item in items] == [["item_id", "title", "score", "rank", "reasons"]] * 4
    assert [item["rank"] for item in items] == [1, 2, 3, 4]
    assert all(item["reasons"] for item in items)


def test_similar_prints_a_list(limner, workspace):
    others = read(limner("similar", "u0001", "-w", workspace, "-k", 3, "--json"))

    assert [list(other) for other in others] == [["user_id", "similarity", "shared", "statement"]] * 3
    assert "u0001" not in {other["user_id"] for other in others}


def test_vectors_prints_the_header_it_writes(limner, workspace, tmp_path, world):
    header = read(limner("vectors", "out.parquet", "-w", workspace, "--json"))

    table = pq.read_table(tmp_path / "out.parquet")
    assert list(header) == ["space", "dim", "alpha", "beta", "users"]
    assert json.loads(table.schema.metadata[b"limner"]) == header
    assert table.column_names[:2] == ["user_id", "vector"]
    assert str(table.schema.field("vector").type) == f"fixed_size_list<element: float>[{header['dim']}]"
    assert header["users"] == table.num_rows == world.tables["users"].num_rows


def test_build_prints_its_account(limner, tmp_path):
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating\n1,10,4\n2,10,nine\n", encoding="utf-8")

    built = read(limner("build", "ratings.csv", "-w", "ws", "--json"))

    assert list(built) == BUILD_KEYS
    (source,) = (source for source in built["sources"] if source["table"] == "events")
    assert list(source) == ["table", "source", "read", "kept", "rejected", "repaired"]
    assert source["read"] == source["kept"] + sum(source["rejected"].values()) == 2
    assert set(built["seconds"]) == {"collect", "text", "ledger", "facts", "vector", "store"}


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "ws"


def test_demo_prints_a_portrait_with_its_recovery(limner, demo_folder):
    shown = read(limner("demo", "--users", 60, "--seed", 5, "-w", demo_folder, "--json"))

    assert list(shown) == ["workspace", "profile", "recommendations", "recovery"]
    assert len(shown["recommendations"]) == 5
    assert {"interest_precision", "aspect_accuracy", "gender_auc"} <= set(shown["recovery"])


def test_evaluate_prints_the_ladder(limner, demo_folder):
    report = read(limner("evaluate", "-w", demo_folder, "--json"))

    names = [model["name"] for model in report["models"]]
    assert {"protocol", "cutoffs", "n_users", "n_items", "seed", "models"} <= set(report)
    assert all({"ndcg@10", "ndcg@10_low", "ndcg@10_high", "recall@20"} <= set(m) for m in report["models"])
    assert len(names) == len(set(names)) >= 5


def test_features_says_what_it_wrote(limner, workspace):
    pq.write_table(
        pa.table({"user_id": ["u0001", "nobody"], "timestamp": ["2026-05-01"] * 2}), "labels.parquet"
    )

    outcome = limner("features", "labels.parquet", "out.parquet", "-w", workspace, "--no-vector", "--keys", 1)

    assert outcome.code == 0
    assert outcome.out.startswith("wrote 2 rows, 1 of unknown users with ")


def test_features_prints_what_it_wrote(limner, workspace, tmp_path):
    pq.write_table(
        pa.table({"user_id": ["u0001", "nobody"], "timestamp": ["2026-05-01"] * 2}), "labels.parquet"
    )

    header = read(limner("features", "labels.parquet", "out.parquet", "-w", workspace, "--json"))

    assert list(header) == ["labels", "unknown_users", "features", "space", "dim"]
    assert (header["labels"], header["unknown_users"]) == (2, 1)
    assert pq.read_schema(tmp_path / "out.parquet").names[:3] == ["user_id", "timestamp", "known"]


@pytest.fixture
def own_workspace(limner, tmp_path):
    """A workspace of three users that may be written."""
    rows = [f"{user},{item},{month}-10T10:00:00Z,view" for user, item, month in VIEWS]
    (tmp_path / "events.csv").write_text("\n".join(["user_id,item_id,timestamp,event", *rows, ""]))
    assert limner("build", "events.csv", "-w", "ws").code == 0
    return "ws"


def test_compact_prints_what_went_and_verify_what_is_kept(limner, own_workspace):
    report = read(limner("compact", "-w", own_workspace, "--keep", "400d", "--json"))
    verified = read(limner("verify", "-w", own_workspace, "--json"))

    assert list(report) == [
        *("retired_events", "retired_texts", "retired_before", "bytes_before", "bytes_after")
    ]
    assert (report["retired_events"], report["retired_before"]) == (2, "2025-02-03T10:00:00Z")
    assert verified["clean"]
    assert (verified["retired_before"], verified["retired_rows"]) == (report["retired_before"], 2)


def test_compact_keeps_what_the_settings_say(limner, own_workspace, tmp_path):
    (tmp_path / "limner.toml").write_text("[retention]\nevents = '400d'\n", encoding="utf-8")

    by_settings = read(limner("compact", "-w", own_workspace, "--json"))
    again = read(limner("compact", "-w", own_workspace, "--json"))

    assert (by_settings["retired_events"], again["retired_events"]) == (2, 0)


def test_compact_and_verify_say_it_in_words(limner, own_workspace):
    compacted = limner("compact", "-w", own_workspace, "--keep", "400d").out
    verified = limner("verify", "-w", own_workspace).out

    assert compacted.startswith("2 events and 0 texts let go; ")
    assert "rows before 2025-02-03T10:00:00Z are no longer kept" in compacted
    assert "2 older events had added was taken as it stands" in verified


def test_merge_and_unmerge_print_who_is_who(limner, own_workspace):
    merged = read(limner("merge", "bob", "ann", "-w", own_workspace, "--json"))
    shown = read(limner("show", "bob", "-w", own_workspace, "--json"))
    told_apart = read(limner("unmerge", "bob", "-w", own_workspace, "--json"))
    alone = read(limner("show", "bob", "-w", own_workspace, "--json"))

    assert merged == told_apart == {"user_id": "bob", "known_id": "ann"}
    assert (shown["user_id"], shown["coverage"]["events"]) == ("ann", 4)
    assert (alone["user_id"], alone["coverage"]["events"]) == ("bob", 2)


def test_merge_and_unmerge_say_it_in_words(limner, own_workspace):
    merged = limner("merge", "bob", "ann", "-w", own_workspace).out
    told_apart = limner("unmerge", "bob", "-w", own_workspace).out

    assert merged == "bob is ann now; undo with: limner unmerge bob\n"
    assert told_apart == "bob and ann are two users again\n"


def test_absorb_counts_what_was_new(limner, own_workspace, tmp_path):
    (tmp_path / "more.csv").write_text(
        "user_id,item_id,timestamp,event\nzoe,tea,2026-03-10T10:00:00Z,view\nann,tea,2026-02-10T10:00:00Z,view\n"
    )
    assert limner("build", "more.csv", "-w", "other").code == 0

    first = read(limner("absorb", "other", "-w", own_workspace, "--json"))
    again = limner("absorb", "other", "-w", own_workspace).out

    assert first == {"accepted": 1, "repeated": 1, "rejected": {}}
    assert again == "0 rows added, 2 known already\n"
