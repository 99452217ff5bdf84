"""A signal of the owner's own is a few lines of limner.toml."""

import pytest

from limner.errors import SettingsError
from limner.ledger.signals import SIGNALS, declare_signals
from limner.settings import parse_settings
from limner.studio.making import build

OWN = """
[signals.brand_by_weekday]
from = "events"
key = "brand|weekday"
weight = "event_weight"
meaning = "brands by day of the week"

[signals.category_hours]
key = "category|hour"
"""


def test_an_own_signal_is_summed_shown_and_kept_up_to_date(world, tmp_path):
    settings = parse_settings(OWN)
    frames = {name: world.tables[name] for name in ("items", "users")}
    events = world.tables["events"]
    studio = build(
        events=events.slice(0, 1500), **frames, workspace=tmp_path / "ws", settings=settings, lang="en"
    )
    studio.ingest(events=events.slice(1500, 500))
    rows = studio.store.rows(
        "SELECT DISTINCT signal FROM cells WHERE signal IN ('brand_by_weekday', 'category_hours')"
    )
    shown = [
        fact for fact in studio.profile(events["user_id"][0].as_py()).facts if fact.key == "brand_by_weekday"
    ]
    assert len(rows) == 2
    assert shown
    assert shown[0].statement.startswith("brand_by_weekday: ")
    assert studio.verify().clean
    studio.close()


def test_own_signals_come_behind_the_built_in_ones():
    declared = declare_signals(parse_settings(OWN).signals)
    assert declared[: len(SIGNALS)] == SIGNALS
    assert [signal.rows for signal in declared[len(SIGNALS) :]] == ["events", "categorised"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[signals.item]\nkey = 'brand'", "signals.item: this name is taken"),
        ("[signals.x]\nfrom = 'events'", "signals.x: no key"),
        ("[signals.\"a/b\"]\nkey = 'brand'", "signals.a/b: a signal's name is letters, digits"),
        ("[signals.x]\nkey = 'brand'\nhorizon = 'lastng'", "no horizon 'lastng' .did you mean: lasting"),
        ("[signals.x]\nfrom = 'event'\nkey = 'brand'", "no rows 'event' .did you mean: events"),
        ("[signals.x]\nkey = 'brand'\nweight = 'amounts'", "no weight 'amounts' .did you mean: amount"),
        ("[signals.x]\nkey = 'brnd'", "events have no column 'brnd' .did you mean: brand"),
    ],
    ids=[
        "name taken",
        "no key",
        "odd name",
        "no such horizon",
        "no such rows",
        "no such weight",
        "no such column",
    ],
)
def test_a_signal_that_cannot_be_is_refused_with_what_to_write(world, tmp_path, toml, said):
    with pytest.raises(SettingsError, match=said):
        build(
            events=world.tables["events"].slice(0, 20),
            workspace=tmp_path / "ws",
            settings=parse_settings(toml),
        )
