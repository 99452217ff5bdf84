"""A Kafka topic, read as a member of a group, from our own positions on where we have some."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from limner.streams.addresses import KafkaAddress
from limner.streams.connections import CHECK_S, READ_MESSAGES, BrokerGoneError, HandOver, leave
from limner.streams.lines import QUIET_S, Line, decode_text

logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # what it says, the follower says in one line


class KafkaConnection:
    """A started broker and its one subscriber."""

    def __init__(self, broker: Any, subscriber: Any, address: KafkaAddress) -> None:
        """Wrap a broker."""
        self._broker = broker
        self._subscriber = subscriber
        self._address = address

    async def check(self) -> None:
        """Return when the cluster describes itself."""
        if not await self._broker.ping(CHECK_S):
            raise BrokerGoneError("no answer")

    async def acknowledge(self, positions: Mapping[str, str]) -> None:
        """Commit the group's offsets; ours are stored already, so a refusal loses nothing."""
        from aiokafka import TopicPartition
        from aiokafka.errors import KafkaError

        consumer = self._subscriber.consumer
        if consumer is None:
            return
        held = {self._address.source(one.partition) for one in consumer.assignment()}
        offsets = {
            TopicPartition(self._address.topic, int(source.rpartition("#")[2])): int(position)
            for source, position in positions.items()
            if source in held
        }
        try:
            if offsets:
                await consumer.commit(offsets)
        except KafkaError:
            return


@asynccontextmanager
async def connect_kafka(
    address: KafkaAddress, positions: Mapping[str, str], hand_over: HandOver
) -> AsyncIterator[KafkaConnection]:
    """Join the group: a partition begins at its stored position, else where the group is, else at 0."""
    from aiokafka.errors import KafkaError

    broker, subscriber = declare_topic(address, positions, hand_over)
    try:
        try:
            await broker.start()
        except (KafkaError, OSError) as exc:
            raise BrokerGoneError(str(exc) or "no answer") from exc
        yield KafkaConnection(broker, subscriber, address)
    finally:
        await leave(broker)


def declare_topic(
    address: KafkaAddress, positions: Mapping[str, str], hand_over: HandOver
) -> tuple[Any, Any]:
    """Return a broker that is not started yet, and its subscriber."""
    from faststream import AckPolicy
    from faststream.kafka import KafkaBroker

    broker = KafkaBroker(
        list(address.servers),
        logger=None,
        apply_types=False,
        graceful_timeout=1.0,
        allow_auto_create_topics=False,
    )
    resumer = _make_resumer(address, positions)
    subscriber = broker.subscriber(
        address.topic,
        batch=True,
        group_id=address.group,
        ack_policy=AckPolicy.MANUAL,  # offsets are committed by `acknowledge`, behind the sums
        auto_offset_reset="earliest",
        batch_timeout_ms=int(QUIET_S * 1000),
        max_records=READ_MESSAGES,
        listener=resumer,
        parser=_wrap,
        decoder=_keep_raw,
    )
    resumer.subscriber = subscriber

    async def deliver(records: Sequence[Any]) -> None:
        for record in records:
            await hand_over(_read_line(address, record))

    subscriber(deliver)
    return broker, subscriber


def _make_resumer(address: KafkaAddress, positions: Mapping[str, str]) -> Any:
    """Return a listener that puts every partition that is assigned to where our sums end."""
    from aiokafka import ConsumerRebalanceListener

    class Resumer(ConsumerRebalanceListener):  # type: ignore[misc]
        subscriber: Any = None

        async def on_partitions_assigned(self, assigned: Sequence[Any]) -> None:
            for one in assigned:
                position = positions.get(address.source(one.partition))
                if position is not None:
                    self.subscriber.consumer.seek(one, int(position))

        async def on_partitions_revoked(self, revoked: Sequence[Any]) -> None:
            pass

    return Resumer()


async def _wrap(records: Sequence[Any]) -> Any:
    """Return a batch as FastStream's message, untouched: one bad body must not spoil the others."""
    from faststream.kafka import KafkaMessage
    from faststream.kafka.message import FAKE_CONSUMER

    return KafkaMessage(raw_message=tuple(records), body=b"", consumer=FAKE_CONSUMER)


async def _keep_raw(message: Any) -> Sequence[Any]:
    return tuple(message.raw_message)


def _read_line(address: KafkaAddress, record: Any) -> Line:
    """Return the line of a record; its position is the offset behind it."""
    source = address.source(record.partition)
    return Line(source, record.offset, decode_text(record.value or b""), str(record.offset + 1))
