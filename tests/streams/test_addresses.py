"""An address says which streams, and what is wrong with it."""

import pytest

from limner.errors import InputError
from limner.streams.addresses import KafkaAddress, RedisAddress, parse_address


def test_a_redis_address_names_its_streams_and_keeps_its_password_to_itself():
    found = parse_address("redis://me:secret@cache:6380/2?stream=views, buys,views")

    assert found == RedisAddress("redis://me:secret@cache:6380/2", "redis://cache:6380/2", ("views", "buys"))
    assert found.source("buys") == "redis://cache:6380/2#buys"


def test_a_kafka_address_names_its_servers_topic_and_group():
    found = parse_address("kafka://one:9093,two/views?group=portraits")

    assert found == KafkaAddress(("one:9093", "two:9092"), "views", "portraits")
    assert found.name == "kafka://one:9093,two:9092/views"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("redis://?stream=s", "redis://localhost:6379/0"),
        ("rediss://cache?stream=s", "rediss://cache:6379/0"),
        ("kafka:///t", "kafka://localhost:9092/t"),
    ],
)
def test_what_an_address_leaves_out_is_as_usual(url, name):
    assert parse_address(url).name == name


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("events.jsonl", "cannot follow a file; write redis://"),
        ("redi://h/0?stream=s", "cannot follow redi (did you mean: redis, rediss?)"),
        ("amqp://me:secret@h/q", "amqp://h/q: cannot follow amqp; write redis://HOST:PORT/DB?stream=NAME or"),
        ("redis://h/0", "names no stream; write redis://HOST:PORT/DB?stream=NAME"),
        ("redis://h/x?stream=s", "'x' is no number of a database"),
        ("redis://h:x/0?stream=s", "is no address"),
        ("redis://h/0?strem=s", "no parameter 'strem' (did you mean: stream?)"),
        ("kafka://h", "names no topic; write kafka://HOST:PORT/TOPIC?group=NAME"),
        ("kafka://me:secret@h/t", "kafka://…@h: logging in to Kafka is not supported"),
    ],
)
def test_an_address_that_cannot_be_is_explained_without_its_password(url, said):
    with pytest.raises(InputError) as found:
        parse_address(url)

    assert said in str(found.value)
    assert "secret" not in str(found.value)
