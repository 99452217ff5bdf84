"""The ledger of an open workspace: its reading, its landmarks, and the plan that adds to it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from limner.ledger.decay import Landmarks
from limner.ledger.localtime import find_offsets
from limner.ledger.plan import Dialect, Plan, compile_plan, fingerprint
from limner.ledger.signals import declare_signals
from limner.settings import Settings
from limner.store.ledgers import LiveLedger, load_plan, save_plan
from limner.store.store import Store

if TYPE_CHECKING:
    from limner.ledger.rows import Reading

_FIRST_INSTANT_US = 631_152_000_000_000
_YEARS_AHEAD = 2


def make_reading(settings: Settings, *, scale: Any, newest_us: int) -> "Reading":
    """Return what the ledger's expressions need to know, for rows up to some time after `newest_us`."""
    from limner.ledger.rows import Reading

    return Reading(settings, tuple(scale) if scale else None, _offsets(settings, newest_us))


def reading_of(meta: Mapping[str, Any], settings: Settings) -> "Reading":
    """Return the reading a workspace was built with, for its rows up to now."""
    return make_reading(settings, scale=meta["rating_scale"], newest_us=int(meta["as_of_us"]))


def landmarks_of(meta: Mapping[str, Any]) -> Landmarks:
    """Return where the sums of a workspace are anchored."""
    return Landmarks.from_json(meta["landmarks"])


def open_ledger(store: Store, meta: Mapping[str, Any], settings: Settings) -> LiveLedger:
    """Return the ledger in a store, with the plan it keeps; one that is missing or stale is compiled."""
    offsets = _offsets(settings, int(meta["as_of_us"]))
    plan = load_plan(store, _name(store, meta, settings, offsets))
    return LiveLedger(
        store, plan or _compile(meta, settings, store.dialect), declare_signals(settings.signals), offsets
    )


def keep_plan(store: Store, meta: Mapping[str, Any], settings: Settings) -> LiveLedger:
    """Return the ledger in a store, and keep its plan there, so that nobody has to compile it again."""
    ledger = open_ledger(store, meta, settings)
    save_plan(store, _name(store, meta, settings, ledger.offsets), ledger.plan)
    return ledger


def follow_time(ledger: LiveLedger, meta: Mapping[str, Any], settings: Settings) -> LiveLedger:
    """Return the ledger for a log that has grown: another one when a year went by with its clock changes."""
    if ledger.offsets == _offsets(settings, int(meta["as_of_us"])):
        return ledger
    return keep_plan(ledger.store, meta, settings)


def _name(store: Store, meta: Mapping[str, Any], settings: Settings, offsets: Any) -> str:
    """Return what a plan is kept under: it is SQL of one dialect."""
    mark = fingerprint(settings, meta["rating_scale"], offsets)
    return mark if store.dialect == "sqlite" else f"{mark}-{store.dialect}"


def _compile(meta: Mapping[str, Any], settings: Settings, dialect: Dialect) -> Plan:
    return compile_plan(reading_of(meta, settings), declare_signals(settings.signals), dialect)


def _offsets(settings: Settings, newest_us: int) -> tuple[tuple[int, int], ...]:
    """Return the time zone's offsets up to the end of next year: they change once a year."""
    newest = datetime.fromtimestamp(max(newest_us, _FIRST_INSTANT_US) / 1e6, UTC)
    end = datetime(newest.year + _YEARS_AHEAD, 1, 1, tzinfo=UTC)
    return find_offsets(settings.timezone, _FIRST_INSTANT_US, round(end.timestamp()) * 1_000_000)
