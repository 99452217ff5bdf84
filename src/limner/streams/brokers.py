"""Which module follows which kind of address."""

from functools import partial

from limner.extras import need
from limner.streams.addresses import Address, RedisAddress
from limner.streams.connections import Connect

EXTRA = "stream"


def choose_connect(address: Address) -> Connect:
    """Return what opens connections to an address.

    Raises:
        MissingExtraError: the client library is not installed.
    """
    need("faststream", EXTRA)
    if isinstance(address, RedisAddress):
        need("redis", EXTRA)
        from limner.streams.redis_streams import connect_redis

        return partial(connect_redis, address)
    need("aiokafka", EXTRA)
    from limner.streams.kafka_topics import connect_kafka

    return partial(connect_kafka, address)
