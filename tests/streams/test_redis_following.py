"""Following a real Redis server in this process."""

import asyncio
import json
import threading

import pytest
from faststream.redis import RedisBroker

from limner.errors import StreamError
from limner.studio.intake.following import follow_url
from limner.studio.studio import Studio


def test_what_is_there_and_what_is_added_comes_in_and_is_visible_at_once(redis_server, shop):
    stop = threading.Event()
    redis_server.add(shop.coming[:20])
    feed = follow_url(shop.studio, redis_server.url, stop, tell=pytest.fail)

    assert next(feed).accepted["events"] == 20
    redis_server.add(shop.coming[20:30])
    assert next(feed).accepted["events"] == 30
    assert shop.n_events == 30
    stop.set()
    assert list(feed) == []
    assert shop.studio.verify().clean


def test_the_next_run_begins_behind_the_stored_position(redis_server, shop):
    redis_server.add(shop.coming[:20])
    shop.follow(redis_server.url)
    (last_id, _), *_ = redis_server.client.xrevrange("events", count=1)
    assert shop.studio.offsets() == {redis_server.source: last_id.decode()}

    again = Studio(shop.studio.folder)
    redis_server.add(shop.coming[20:25])
    fed = shop._replace(studio=again).follow(redis_server.url)[-1]
    again.close()

    assert (fed.lines, fed.accepted["events"], fed.repeated["events"]) == (5, 5, 0)


def test_several_streams_are_followed_each_from_its_own_position(redis_server, shop):
    redis_server.add(shop.coming[:8], "events")
    redis_server.add(shop.coming[8:12], "shop")
    fed = shop.follow(f"{redis_server.url},shop")[-1]

    assert fed.accepted["events"] == 12
    assert set(shop.studio.offsets()) == {redis_server.source, redis_server.source.replace("events", "shop")}


def test_more_messages_than_a_batch_are_stored_batch_by_batch(redis_server, shop):
    rows = (shop.coming * 3)[:1500]
    redis_server.add(rows)
    feed = follow_url(shop.studio, redis_server.url, threading.Event(), until_idle_s=0.3, tell=pytest.fail)
    accounts = [fed.lines for fed in feed]

    assert accounts == [1000, 1500]


def test_messages_of_every_form_are_rows(redis_server, shop):
    rows = shop.coming[:4]
    columns = {name: value for name, value in rows[0].items() if value is not None}
    redis_server.client.xadd("events", columns)
    redis_server.client.xadd("events", {"payload": json.dumps(rows[1])})
    redis_server.client.xadd("events", {"json": json.dumps(rows[2]), "trace": "7f"})

    async def publish():
        async with RedisBroker(redis_server.url.partition("?")[0]) as broker:
            await broker.publish(rows[3], stream="events")

    asyncio.run(publish())
    fed = shop.follow(redis_server.url)[-1]

    assert (fed.lines, fed.accepted["events"], dict(fed.rejected)) == (4, 4, {})


def test_bad_messages_are_quarantined_with_their_place_and_the_stream_goes_on(redis_server, shop):
    bad = ["not json", "[1]", '{"event": "view"}', "", b"\xff\xfe", "x" * 10_000_000, '{"\\ud800": 1}']
    redis_server.add_bodies(bad)
    redis_server.add(shop.coming[:3])
    fed = shop.follow(redis_server.url)[-1]

    assert fed.accepted["events"] == 3
    assert fed.rejected == {
        "is not a whole JSON object": 2,
        "is not a JSON object": 1,
        "no user_id": 1,
        "line longer than 1,000,000 characters": 1,
        "names a column with half a character": 1,
    }
    (first_id, _), *_ = redis_server.client.xrange("events", count=1)
    pages = [page.read_text() for page in shop.studio.folder.glob("quarantine/ingest-*/events.csv")]
    place = f"{redis_server.source},{first_id.decode().partition('-')[0]},is not a whole JSON object,not json"
    assert place in "\n".join(pages)
    assert shop.studio.verify().clean


def test_a_key_that_is_no_stream_is_named(redis_server, shop):
    redis_server.client.set("events", "a text")

    with pytest.raises(StreamError, match=r"0#events: holds a string, not a stream"):
        shop.follow(redis_server.url)


def test_a_wrong_password_is_refused_at_once_and_not_shown(redis_server, shop):
    redis_server.client.config_set("requirepass", "right")
    redis_server.client.connection_pool.disconnect()

    with pytest.raises(StreamError, match="Redis refuses") as refused:
        shop.follow(redis_server.url.replace("//", "//:wrong@"))
    assert "wrong@" not in str(refused.value)


def test_a_stream_that_is_not_there_yet_is_waited_for(redis_server, shop):
    assert shop.follow(redis_server.url) == []
