"""A profile of the past is the profile that a build of that day gave."""

import pyarrow.compute as pc
import pytest

import limner
from limner.ledger.decay import Landmarks
from limner.settings import HorizonSettings
from limner.studio.kept.ledgers import landmarks_of, open_ledger
from limner.studio.portraits.past import sum_past

CUT = 1_776_211_200_000_000  # 2026-04-15T00:00Z
USERS = [f"u{number:04d}" for number in range(1, 25)]
WITHOUT_USUAL = ("frequency", "recency_days", "monetary", "sessions", "weekend_share", "path", "peak_hour")


@pytest.fixture(scope="module")
def cut(world, tmp_path_factory):
    """A workspace built from what some users had done by the cut."""

    def before(name):
        table = world.tables[name]
        known = pc.is_in(table["user_id"], value_set=pc.cast(USERS, "string"))
        return table.filter(pc.and_(known, pc.less_equal(table["timestamp"], CUT)))

    tables = {name: before(name) for name in ("events", "texts", "relations")}
    studio = limner.build(
        **tables,
        users=world.tables["users"],
        items=world.tables["items"],
        workspace=tmp_path_factory.mktemp("cut") / "ws",
        lang="en",
    )
    yield studio
    studio.close()


@pytest.fixture(scope="module")
def pairs(cut, studio):
    """(past of the whole, present of the cut) for every user who had done something by then."""
    painted = [(studio.profile(user, CUT, lang="en"), cut.profile(user, CUT)) for user in USERS]
    return [pair for pair in painted if pair[1].coverage.events]


def read_cells(cells, *, at_us, landmarks):
    """Return every sum as it stands at an instant."""
    recent, lasting = landmarks.factors(at_us, HorizonSettings())
    return {
        (signal, key): (
            cell.n,
            pytest.approx(cell.recent * recent, rel=1e-9, abs=1e-12),
            pytest.approx(cell.lasting * lasting, rel=1e-9),
            pytest.approx(cell.liking * lasting, rel=1e-9, abs=1e-9),
            cell.liked,
            cell.disliked,
            cell.first_seen,
            cell.last_seen,
        )
        for signal, found in cells.items()
        for key, cell in found.items()
        if signal not in ("word", "tag", "follower")
    }


def test_every_sum_of_the_past_is_the_sum_of_a_build_of_that_day(cut, studio):
    number = dict(studio.store.rows("SELECT user_id, user_no FROM users"))
    ledger = open_ledger(studio.store, studio.store.meta(), studio.settings)
    there = Landmarks.at(CUT)
    past = {user: sum_past(ledger, number[user], before_us=CUT + 1, landmarks=there) for user in USERS}
    numbers = dict(cut.store.rows("SELECT user_id, user_no FROM users"))
    then = {user: cut.store.cells_of(numbers[user]) for user in USERS}

    assert {user: read_cells(cells, at_us=CUT, landmarks=there) for user, cells in past.items()} == {
        user: read_cells(cells, at_us=CUT, landmarks=landmarks_of(cut.store.meta()))
        for user, cells in then.items()
    }


def test_coverage_of_the_past_is_that_of_the_day(pairs):
    assert len(pairs) > 15
    assert all(
        (past.coverage.events, past.coverage.texts, past.coverage.days)
        == (then.coverage.events, then.coverage.texts, then.coverage.days)
        for past, then in pairs
    )


def test_habits_that_need_no_comparison_are_the_same(pairs):
    def habits(profile):
        return [
            (fact.path, pytest.approx(fact.strength), fact.first_seen, fact.last_seen, fact.evidence)
            for fact in profile.of("behaviour")
            if fact.key in WITHOUT_USUAL
        ]

    assert [habits(past) for past, _ in pairs] == [habits(then) for _, then in pairs]


def test_interests_have_the_strength_they_had(pairs):
    def strengths(profile):
        return {f.path: f.strength for f in profile.of("interest") if f.key in ("category", "brand")}

    both = [(strengths(past), strengths(then)) for past, then in pairs]
    shared = [(one[path], other[path]) for one, other in both for path in one.keys() & other.keys()]
    named = sum(len(one.keys() | other.keys()) for one, other in both)

    assert len(shared) > 0.6 * named  # what is usual, and so which shares are telling, was another then
    assert all(one == pytest.approx(other, abs=1e-9) for one, other in shared)


def test_the_past_cites_nothing_of_its_future(pairs):
    stamps = [one.timestamp for past, _ in pairs for fact in past.facts for one in fact.evidence]

    assert all(stamp <= CUT for stamp in stamps if stamp)


def test_before_the_first_event_only_what_was_declared_is_known(studio, world):
    declared = {row["user_id"]: row for row in world.tables["users"].to_pylist()}

    profile = studio.profile("u0001", "2001-01-01")

    assert profile.coverage.events == 0
    assert {fact.source for fact in profile.of("demographic")} <= {"declared"}
    assert {fact.value for fact in profile.of("demographic")} <= set(declared["u0001"].values())


@pytest.mark.parametrize(
    "moment",
    ["2026-04-15T00:00:00Z", "2026-04-15T00:00:00+00:00", CUT],
    ids=["text with Z", "text with offset", "microseconds"],
)
def test_a_moment_may_be_written_in_several_ways(studio, moment):
    assert studio.profile("u0001", moment).to_dict() == studio.profile("u0001", CUT).to_dict()


def test_a_date_means_its_end(studio):
    assert studio.profile("u0001", "2026-04-14").as_of == CUT - 1


def test_moments_are_read_to_the_microsecond(studio):
    assert studio.profile("u0001", "2026-04-15T00:00:00.000001+00:00").as_of == CUT + 1
    assert studio.profile("u0001", "3000-01-01T00:00:00.000001Z").to_dict()["as_of"].endswith(".000001Z")


def test_a_moment_to_come_reads_the_whole_log_later(studio, profiles):
    later = studio.profile("u0001", "2026-12-31", lang="en")

    assert later.coverage.events == profiles["u0001"].coverage.events
    assert later.as_of > profiles["u0001"].as_of
