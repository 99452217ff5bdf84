"""`limner ingest --follow`: what it refuses, in one line."""

import sys

import pytest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name one source: a file of JSON lines, - for standard input, or --follow URL"),
        (("late.jsonl", "--follow", "redis://h/0?stream=s"), "name one source"),
        (("late.jsonl", "--until-idle", "3"), "--until-idle goes with --follow URL"),
        (("--follow", "redi://h/0?stream=s"), "cannot follow redi (did you mean: redis, rediss?)"),
        (
            ("--follow", "redis://h/0?stream=s", "--table", "event"),
            "no table 'event' (did you mean: events?)",
        ),
    ],
    ids=["nothing", "two sources", "a file ends by itself", "scheme", "table"],
)
def test_what_cannot_be_ingested_is_one_line(refused, workspace, arguments, said):
    assert said in refused("ingest", *arguments, "-w", workspace)


def test_without_the_extra_it_says_what_to_install(refused, workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "faststream", None)

    said = refused("ingest", "--follow", "redis://h/0?stream=s", "-w", workspace)

    assert "faststream is not installed; run: pip install 'limner[stream]'" in said


def test_help_shows_both_ways(limner):
    said = limner("ingest", "--help").out

    assert "limner ingest new-events.jsonl -w ws" in said
    assert "--follow 'redis://localhost:6379/0?stream=events'" in " ".join(said.split())
