"""What every profile of the sample world keeps: the documented keys, their ranges, and true evidence."""

import re
from datetime import datetime

import numpy as np
import pytest

from limner.dimensions.portrait import READERS
from limner.phrases import CATALOGUE
from limner.records import DIMENSIONS

FACT_KEYS = [
    "dimension", "key", "value", "statement", "strength", "liking", "confidence", "trend", "source",
    "sources", "first_seen", "last_seen", "evidence", "history", "dispute",
]  # fmt: skip
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def facts(profiles):
    return [(user_id, fact) for user_id, profile in profiles.items() for fact in profile.facts]


@pytest.fixture(scope="module")
def chinese_facts(chinese_profiles):
    return [(user_id, fact) for user_id, profile in chinese_profiles.items() for fact in profile.facts]


@pytest.fixture(scope="module")
def cited(facts):
    return [(user_id, evidence) for user_id, fact in facts for evidence in fact.evidence]


def test_a_profile_has_the_documented_keys(profiles):
    shapes = [profile.to_dict() for profile in profiles.values()]

    assert {tuple(shape) for shape in shapes} == {("user_id", "as_of", "facts", "vector", "coverage")}
    assert {tuple(fact) for shape in shapes for fact in shape["facts"]} == {tuple(FACT_KEYS)}
    assert {tuple(shape["vector"]) for shape in shapes} == {("space", "dim", "alpha", "beta")}
    assert {tuple(shape["coverage"]) for shape in shapes} == {("events", "texts", "days", "dimensions")}


def test_evidence_has_one_id_and_a_time(profiles):
    shapes = [
        evidence
        for profile in profiles.values()
        for fact in profile.to_dict()["facts"]
        for evidence in fact["evidence"]
    ]

    assert all(("event_id" in one) + ("text_id" in one) == 1 for one in shapes)
    assert all("timestamp" in one for one in shapes)
    assert all(one["quote"] for one in shapes if "text_id" in one)


def test_numbers_lie_in_their_ranges(facts):
    assert all(0 <= fact.strength <= 1 and 0 <= fact.confidence <= 1 for _, fact in facts)
    assert all(fact.liking is None or -1 <= fact.liking <= 1 for _, fact in facts)


def test_words_are_of_their_lists(facts):
    assert {fact.dimension for _, fact in facts} == set(DIMENSIONS)
    assert {fact.trend for _, fact in facts} <= {"new", "rising", "steady", "fading"}
    assert {fact.source for _, fact in facts} == {"declared", "observed", "inferred"}


def test_no_fact_is_stated_twice(profiles):
    doubled = {
        user_id: paths
        for user_id, profile in profiles.items()
        if len(paths := [fact.path for fact in profile.facts]) != len(set(paths))
    }

    assert doubled == {}


def test_times_are_in_order_and_inside_the_log(facts, studio):
    newest = studio.profile("u0001").as_of

    assert all(fact.first_seen <= fact.last_seen <= newest for _, fact in facts if fact.first_seen)
    assert all(isinstance(datetime.fromisoformat(one), datetime) for one in ("2026-06-30T16:00:00Z",))


def test_every_cited_event_is_the_users_own(cited, world, studio):
    owners = dict(
        zip(*(world.tables["events"][name].to_pylist() for name in ("event_id", "user_id")), strict=True)
    )
    derived = dict(
        studio.store.rows("SELECT e.event_id, u.user_id FROM events e JOIN users u USING (user_no)")
    )
    rows = [(user, one.id) for user, one in cited if one.kind == "event" and ":" not in one.id]

    assert len(rows) > 1000
    assert [pair for pair in rows if owners.get(pair[1], derived.get(pair[1])) != pair[0]] == []
    assert sum(event_id in owners for _, event_id in rows) > 0.5 * len(rows)


def test_derived_events_stand_for_a_text_of_the_owner(world, studio):
    given = set(world.tables["events"]["event_id"].to_pylist())
    written = set(
        zip(*(world.tables["texts"][name].to_pylist() for name in ("user_id", "item_id")), strict=True)
    )
    derived = studio.store.rows(
        "SELECT e.event_id, u.user_id, i.item_id FROM events e JOIN users u USING (user_no) "
        "LEFT JOIN items i USING (item_no)"
    )

    assert [row for row in derived if row[0] not in given and row[1:] not in written] == []


def test_every_cited_text_is_the_users_own_and_every_quote_is_in_it(cited, world):
    texts = world.tables["texts"].to_pylist()
    searches = [row for row in world.tables["events"].to_pylist() if row["text"]]
    said = {row["text_id"]: (row["user_id"], row["text"]) for row in texts}
    said |= {row["event_id"]: (row["user_id"], row["text"]) for row in searches}
    rows = [(user, one.id, one.quote) for user, one in cited if one.kind == "text"]

    assert len(rows) > 500
    assert [row for row in rows if said[row[1]][0] != row[0] or row[2] not in said[row[1]][1]] == []


def test_every_other_citation_is_a_row_of_users_or_relations(cited, world):
    users = {row["user_id"]: row for row in world.tables["users"].to_pylist()}
    pairs = {(row["user_id"], row["other_id"]) for row in world.tables["relations"].to_pylist()}
    named = [(user, *one.id.split(":")) for user, one in cited if ":" in one.id]

    assert {table for _, table, *_ in named} == {"users", "relations"}
    assert all(users[owner][column] is not None for _, table, owner, column in named if table == "users")
    assert all(user in (one, other) for user, table, one, other in named if table == "relations")
    assert all(
        (one, other) in pairs or (other, one) in pairs
        for _, table, one, other in named
        if table == "relations"
    )


def test_what_evidence_says_of_an_item_is_the_catalogues(cited, world):
    titles = dict(
        zip(*(world.tables["items"][name].to_pylist() for name in ("item_id", "title")), strict=True)
    )
    shown = [dict(one.details) for _, one in cited]
    named = [details for details in shown if "title" in details]

    assert named
    assert all(titles[details["item_id"]] == details["title"] for details in named)


def test_declared_facts_say_what_the_users_table_says(facts, world):
    users = {row["user_id"]: row for row in world.tables["users"].to_pylist()}
    declared = [(user_id, fact) for user_id, fact in facts if fact.source == "declared"]

    assert declared
    assert all(users[user_id][fact.key] == fact.value for user_id, fact in declared)


def test_nothing_is_inferred_that_was_declared(facts, world):
    users = {row["user_id"]: row for row in world.tables["users"].to_pylist()}

    assert [f.path for user, f in facts if f.source == "inferred" and users[user][f.key] is not None] == []


def test_coverage_counts_the_log(profiles, studio, world):
    events = dict(
        studio.store.rows("SELECT u.user_id, count(*) FROM events JOIN users u USING (user_no) GROUP BY 1")
    )

    assert {user: p.coverage.events for user, p in profiles.items() if p.coverage.events} == events
    assert all(sum(p.coverage.dimensions.values()) == len(p.facts) for p in profiles.values())


def test_vectors_are_unit_long_and_gates_share_them_out(profiles):
    known = [profile.vector for profile in profiles.values() if profile.coverage.events]

    assert {(vector.values.dtype, vector.values.shape) for vector in known} == {
        (np.dtype(np.float32), (256,))
    }
    assert np.allclose([np.linalg.norm(vector.values) for vector in known], 1.0, atol=1e-5)
    assert np.allclose([vector.alpha + vector.beta for vector in known], 1.0)


def test_painting_twice_gives_the_same(studio, profiles):
    assert studio.profile("u0007", lang="en").to_dict() == profiles["u0007"].to_dict()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_statement_is_a_whole_sentence(studio, facts, chinese_facts, lang):
    statements = [fact.statement for _, fact in {"en": facts, "zh": chinese_facts}[lang]]

    assert all(statement.strip() for statement in statements)
    assert [text for text in statements if re.search(r"\{\w*[:}]|\bNone\b|\bnan\b", text)] == []


def test_both_languages_state_the_same_facts(profiles, chinese_profiles):
    def bones(profile):
        return [(f.dimension, f.key, f.strength, f.confidence, f.trend) for f in profile.facts]

    assert {user: bones(profile) for user, profile in profiles.items()} == {
        user: bones(profile) for user, profile in chinese_profiles.items()
    }


def list_template_words():
    """Return the English words of the catalogue that no Chinese phrase and no value holds."""
    words = {
        word
        for _, english in CATALOGUE.values()
        for word in re.findall(r"[a-z]{4,}", re.sub(r"\{[^}]*\}", " ", english))
    }
    return sorted(words)


def test_chinese_statements_hold_no_words_of_the_english_templates(chinese_facts, world):
    owners = {str(value) for table in world.tables.values() for value in flatten(table)}
    spelt = set(re.findall(r"[a-z]{4,}", " ".join(owners).lower()))
    templates = [word for word in list_template_words() if word not in spelt]
    pattern = re.compile(rf"\b({'|'.join(templates)})\b")
    observed = [fact for _, fact in chinese_facts if fact.key not in ("event", "dwell", "keyword")]

    assert len(templates) > 50
    assert [fact.statement for fact in observed if pattern.search(fact.statement)] == []


def flatten(table):
    """Return the words an owner's table holds."""
    for name in set(table.column_names) - {"timestamp", "value", "price", "dwell_s", "rating", "weight"}:
        for value in table[name].to_pylist():
            yield from value if isinstance(value, list) else [value]


def test_english_statements_of_habits_hold_no_chinese(facts):
    habits = [fact for _, fact in facts if fact.dimension == "behaviour" and fact.key != "path"]

    assert [fact.statement for fact in habits if HAN.search(fact.statement)] == []


def test_one_dimension_can_be_looked_at_alone(profiles):
    profile = profiles["u0001"]

    assert {name: len(profile.of(name)) for name in READERS if profile.of(name)} == {
        name: n for name, n in profile.coverage.dimensions.items() if name != "persona"
    }
    assert profile.only("interest").facts == profile.of("interest")
