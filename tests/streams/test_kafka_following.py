"""The Kafka path, against FastStream's broker in memory; no real cluster was tried."""

import asyncio
import json
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from faststream.kafka import TestKafkaBroker

from limner.streams.addresses import parse_address
from limner.streams.kafka_topics import KafkaConnection, declare_topic
from limner.studio.intake import following

URL = "kafka://nowhere:9092/views?group=portraits"
ADDRESS = parse_address(URL)


@pytest.fixture
def publish(monkeypatch):
    """Let the next connection to a topic find these bodies on a partition."""
    waiting = []

    @asynccontextmanager
    async def connect(positions, hand_over):
        broker, subscriber = declare_topic(ADDRESS, positions, hand_over)
        async with TestKafkaBroker(broker) as running:
            for partition, bodies in waiting:
                await running.publish_batch(*bodies, topic="views", partition=partition)
            yield KafkaConnection(running, subscriber, ADDRESS)

    monkeypatch.setattr(following, "choose_connect", lambda address: connect)
    return lambda partition, bodies: waiting.append((partition, bodies))


def test_messages_come_in_and_the_offset_behind_each_partition_is_stored(publish, shop):
    publish(0, [json.dumps(row) for row in shop.coming[:20]])
    publish(3, [json.dumps(row) for row in shop.coming[20:25]])
    fed = shop.follow(URL)[-1]

    assert (fed.lines, fed.accepted["events"]) == (25, 25)
    assert shop.studio.offsets() == {"kafka://nowhere:9092/views#0": "1", "kafka://nowhere:9092/views#3": "1"}
    assert shop.studio.verify().clean


def test_bad_messages_do_not_spoil_their_batch(publish, shop):
    publish(0, [b"not json", b"\xff", b"", b"x" * 10_000_000, json.dumps(shop.coming[0]).encode()])
    fed = shop.follow(URL)[-1]

    assert fed.accepted["events"] == 1
    assert fed.rejected == {
        "is not a whole JSON object": 2,
        "line longer than 1,000,000 characters": 1,
    }


class Consumer:
    """Records what it is asked, and may refuse to commit."""

    def __init__(self, refusal=None):
        self.sought, self.committed, self._refusal = {}, {}, refusal

    def assignment(self):
        return {TopicPartition("views", 0), TopicPartition("views", 1)}

    def seek(self, partition, offset):
        self.sought[partition.partition] = offset

    async def commit(self, offsets):
        if self._refusal:
            raise self._refusal
        self.committed |= {one.partition: offset for one, offset in offsets.items()}


def test_assigned_partitions_begin_at_the_stored_offset_and_others_where_the_group_is():
    positions = {ADDRESS.source(1): "42"}
    _, subscriber = declare_topic(ADDRESS, positions, hand_over=None)
    subscriber.consumer = consumer = Consumer()
    asyncio.run(subscriber._listener.on_partitions_assigned(consumer.assignment()))

    assert consumer.sought == {1: 42}


@pytest.mark.parametrize(
    ("refusal", "committed"), [(None, {0: 7}), (CommitFailedError(), {})], ids=["taken", "refused"]
)
def test_the_group_is_told_of_held_partitions_and_a_refusal_does_no_harm(refusal, committed):
    consumer = Consumer(refusal)
    connection = KafkaConnection(None, SimpleNamespace(consumer=consumer), ADDRESS)
    asyncio.run(connection.acknowledge({ADDRESS.source(0): "7", ADDRESS.source(5): "9"}))

    assert consumer.committed == committed
