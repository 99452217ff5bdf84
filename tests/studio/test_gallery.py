"""What hangs ready is what would be painted now: after whatever is written, and by whomever."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import limner
from limner.settings import Recipe, Settings, VectorSettings
from limner.store.changes import EVERYONE, note_changes, read_changes
from limner.store.gallery import gallery_path
from limner.studio.making import build
from limner.studio.serving.gallery import Gallery, read_body, write_portrait
from limner.studio.texts.claiming import Found, Read, add_claims, keep_persona

USERS = ("ann", "bob", "eve", "cat", "dan")
ITEMS = ("tea", "pot", "mug")
HOUR_US = 3_600_000_000
EVER = 2**62


@pytest.fixture
def workspace(shop, texts, tmp_path):
    friends = [{"user_id": "ann", "other_id": "bob", "kind": "friend", "weight": 1.0}]
    friends += [{"user_id": "cat", "other_id": "eve", "kind": "follow", "weight": 2.0}]
    users = [{"user_id": "ann", "gender": "F"}, {"user_id": "cat", "gender": "M"}]
    build(**shop, texts=texts, relations=friends, users=users, workspace=tmp_path / "ws").close()
    return tmp_path / "ws"


def hang(studio, *, lag_us=EVER):
    return Gallery(studio.store.beside(), memory_bytes=1_000_000, lag_us=lag_us)


def serve(gallery, studio, user, lang="en"):
    return gallery.find(user, lang) or gallery.paint(studio, user, lang)


def paint_anew(folder, moments):
    """Return what a studio that has just opened the workspace paints of users, each as of a moment."""
    fresh, painted = limner.open(folder), {}
    for user, as_of_us in moments.items():
        fresh.painter.meta["as_of_us"] = as_of_us
        profile = fresh.painter.paint(user, lang="en")
        painted[user] = write_portrait(profile), profile.vector.values.tobytes()
    fresh.close()
    return painted


def view(user, item, day, **more):
    return {
        "user_id": user,
        "item_id": item,
        "timestamp": f"2026-04-{day:02}T09:00:00Z",
        "event": "view",
    } | more


def write_event(studio, user, other, item, day):
    studio.ingest(events=[view(user, item, day)])


def write_item(studio, user, other, item, day):
    given = [{"item_id": item, "title": f"Better {item} {day}", "categories": ["Garden"]}]
    studio.ingest(items=given, events=[view(user, f"new{day}", day)])


def write_text(studio, user, other, item, day):
    text = f"The {item} is great, battery lasts. I have a dog."
    row = {"user_id": user, "timestamp": f"2026-04-{day:02}T10:00:00Z", "text": text, "item_id": item}
    studio.ingest(texts=[row])


def write_relation(studio, user, other, item, day):
    studio.ingest(relations=[{"user_id": user, "other_id": other, "kind": "follow", "weight": float(day)}])


def write_user(studio, user, other, item, day):
    studio.ingest(users=[{"user_id": user, "age": 20 + day}])


def write_stranger(studio, user, other, item, day):
    studio.ingest(events=[view(f"stranger {day}", item, day)])


def correct(studio, user, other, item, day):
    studio.correct(user, "interest/category=Kitchen", set={"liking": (day - 10) / 20})


def undo(studio, user, other, item, day):
    for one in studio.corrections()[:1]:
        studio.undo_correction(one.user_id, one.path)


def merge(studio, user, other, item, day):
    held = studio.store.rows("SELECT 1 FROM merged")
    if user != other and not held:
        studio.merge_users(user, other)


def unmerge(studio, user, other, item, day):
    for (user_id,) in studio.store.rows("SELECT user_id FROM users JOIN merged USING (user_no)"):
        studio.unmerge_user(user_id)


def compact(studio, user, other, item, day):
    studio.compact(keep_days=60.0 + day)


def claim(studio, user, other, item, day):
    for user_no, ref in studio.store.rows("SELECT user_no, ref FROM texts LIMIT 1"):
        found = Found("demographic", "pet", "cat", 1.0, 0, 3)
        add_claims(studio.painter, user_no, "model:m", [Read(ref, (found,))])


def describe(studio, user, other, item, day):
    person, facts = studio.painter.find_person(user), studio.profile(user, lang="en").facts
    known = [fact for fact in facts if fact.dimension != "persona"][:1]
    keep_persona(studio.painter, person.user_no, "en", "model:m", [(f"Told {day}.", known)] if known else [])


OPERATIONS = (
    *(write_event, write_item, write_text, write_relation, write_user, write_stranger),
    *(correct, undo, merge, unmerge, compact, claim, describe),
)
STEPS = st.tuples(
    st.sampled_from(OPERATIONS),
    st.sampled_from(USERS),
    st.sampled_from(USERS),
    st.sampled_from(ITEMS),
    st.integers(1, 20),
)


@pytest.fixture
def everyone(shop, texts, tmp_path):
    """A shop where friends lend each other something of their tastes, and everyone did something."""
    pairs = (("ann", "eve"), ("dan", "eve"), ("bob", "cat"))
    friends = [{"user_id": one, "other_id": two, "kind": "friend", "weight": 1.0} for one, two in pairs]
    events = [*shop["events"], view("cat", "tea", 1), view("dan", "pot", 1)]
    lending = Settings(vector=VectorSettings(recipe=Recipe(friends=1.0)))
    tables = {"events": events, "items": shop["items"], "texts": texts, "relations": friends}
    return build(**tables, workspace=tmp_path / "everyone", settings=lending)


def check_served(gallery, reader, told):
    """Serve everyone, and compare with what a studio paints that has just opened the workspace."""
    served = {user: serve(gallery, reader, user) for user in USERS}
    vectors = {user: found.values.tobytes() for user, found in gallery.find_vectors(USERS).items()}
    anew = paint_anew(reader.folder, {user: kept.as_of_us for user, kept in served.items()})
    assert {user: (read_body(kept), vectors[user]) for user, kept in served.items()} == anew, told


def test_after_each_kind_of_writing_what_is_served_is_what_would_be_painted(everyone):
    reader = everyone.beside()
    gallery = hang(reader)
    check_served(gallery, reader, "at first")

    for day, act in enumerate(OPERATIONS, start=1):
        act(everyone, "eve", "dan", "pot", day)
        check_served(gallery, reader, act.__name__)


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=4))
def test_whatever_is_written_what_is_served_is_what_would_be_painted(steps, everyone):
    reader = everyone.beside()
    gallery = hang(reader)
    check_served(gallery, reader, "at first")

    for act, *where in steps:
        act(everyone, *where)
        check_served(gallery, reader, act.__name__)


def test_a_portrait_is_painted_once_and_comes_back_from_the_file(workspace):
    studio = limner.open(workspace)
    first = hang(studio)
    painted = serve(first, studio, "ann")
    held = first.find("ann", "en")
    first.close()

    found = hang(studio).find("ann", "en")

    assert held is painted
    assert found == painted


def test_an_event_of_one_user_leaves_the_portraits_of_others_hanging(workspace):
    studio = limner.open(workspace)
    reader, gallery = studio.beside(), hang(studio)
    kept = serve(gallery, reader, "eve"), serve(gallery, reader, "bob")

    studio.ingest(events=[view("eve", "tea", 2)])

    assert gallery.find("eve", "en") is None
    assert gallery.find("bob", "en") is kept[1]


def test_a_portrait_lags_behind_the_log_by_no_more_than_is_allowed(workspace):
    studio = limner.open(workspace)
    reader, gallery = studio.beside(), hang(studio, lag_us=24 * HOUR_US)
    kept = serve(gallery, reader, "bob")

    studio.ingest(events=[view("eve", "tea", 1)])

    assert gallery.find("bob", "en") is None
    painted = serve(gallery, reader, "bob")
    assert painted.as_of_us == studio.painter.as_of > kept.as_of_us + 24 * HOUR_US


def test_what_another_process_writes_is_seen_at_once(workspace):
    studio, other = limner.open(workspace), limner.open(workspace)
    gallery = hang(studio)
    serve(gallery, studio, "ann")

    other.correct("ann", "interest/category=Drinks", forbid=True)

    assert gallery.find("ann", "en") is None
    assert b'"Drinks"' not in read_body(serve(gallery, studio, "ann"))


def test_a_writer_that_says_nothing_of_whom_it_touched_changes_everyone(workspace):
    studio = limner.open(workspace)
    gallery = hang(studio)
    serve(gallery, studio, "bob")

    with studio.store.transaction():
        number = note_changes(studio.store, None)

    assert gallery.find("bob", "en") is None
    assert read_changes(studio.store)[-1] == (EVERYONE, number)


def test_the_memory_holds_no_more_than_it_may(workspace):
    studio = limner.open(workspace)
    small = Gallery(studio.store.beside(), memory_bytes=3_000, lag_us=EVER)
    kept = {user: serve(small, studio, user) for user in ("ann", "bob", "eve")}

    held = [user for user, one in kept.items() if small.find(user, "en") is one]

    assert len(held) < 3


def test_a_gallery_that_cannot_be_read_is_begun_anew(workspace):
    studio = limner.open(workspace)
    gallery_path(studio.store.path).write_bytes(b"no database" * 1000)

    gallery = hang(studio)

    assert read_body(serve(gallery, studio, "ann")) == write_portrait(studio.profile("ann", lang="en"))
    gallery.flush()
    assert hang(studio).find("ann", "en") is not None


def test_a_vector_hangs_with_its_portrait(workspace):
    studio = limner.open(workspace)
    gallery = hang(studio)
    serve(gallery, studio, "ann")

    found = gallery.find_vectors(["ann", "nobody"])

    assert list(found) == ["ann"]
    assert (found["ann"].values == studio.profile("ann").vector.values).all()


def test_a_build_takes_over_without_what_hung_before(workspace, shop):
    studio = limner.open(workspace)
    gallery = hang(studio)
    serve(gallery, studio, "ann")
    gallery.flush()

    build(**shop, workspace=workspace).close()

    assert not gallery_path(studio.store.path).exists()
