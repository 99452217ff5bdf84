"""The addresses of streams: ``redis://host:port/db?stream=NAME``, ``kafka://host:port/TOPIC?group=NAME``."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from limner.errors import InputError, did_you_mean

REDIS_FORM = "redis://HOST:PORT/DB?stream=NAME"
KAFKA_FORM = "kafka://HOST:PORT/TOPIC?group=NAME"
DEFAULT_GROUP = "limner"
_PARAMETERS = {"redis": ("stream",), "rediss": ("stream",), "kafka": ("group",)}


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """Streams of one Redis database."""

    url: str
    """What the client connects to, password included; never shown."""
    name: str
    """For messages and stored positions: without password."""
    streams: tuple[str, ...]

    def source(self, stream: str) -> str:
        """Return the name under which a stream's position is stored."""
        return f"{self.name}#{stream}"


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """One topic of a Kafka cluster, read as a member of a group."""

    servers: tuple[str, ...]
    topic: str
    group: str

    @property
    def name(self) -> str:
        """The topic for messages."""
        return f"kafka://{','.join(self.servers)}/{self.topic}"

    def source(self, partition: int) -> str:
        """Return the name under which a partition's position is stored."""
        return f"{self.name}#{partition}"


Address = RedisAddress | KafkaAddress


def parse_address(url: str) -> Address:
    """Return what an address names.

    Raises:
        InputError: it is of no known form; the text shows the known ones.

    >>> parse_address("redis://:secret@localhost/0?stream=views,buys").source("views")
    'redis://localhost:6379/0#views'
    >>> parse_address("kafka://localhost/views").source(3)
    'kafka://localhost:9092/views#3'
    """
    try:
        parts = urlsplit(url)
        ports = parts.port if parts.scheme != "kafka" else None
    except ValueError as exc:
        raise InputError(f"{_hide(url)}: is no address ({exc}); {_forms()}") from exc
    if parts.scheme not in _PARAMETERS:
        hint = did_you_mean(parts.scheme, _PARAMETERS)
        raise InputError(f"{_hide(url)}: cannot follow {parts.scheme or 'a file'}{hint}; {_forms()}")
    given = _read_parameters(parts, url)
    if parts.scheme == "kafka":
        return _parse_kafka(parts, given)
    return _parse_redis(parts, ports or 6379, given.get("stream", ""))


def _forms() -> str:
    return f"write {REDIS_FORM} or {KAFKA_FORM}"


def _hide(url: str) -> str:
    """Return an address without who and with what password."""
    head, found, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{head}{found}{authority.rpartition('@')[2]}{slash}{path}"


def _read_parameters(parts: SplitResult, url: str) -> Mapping[str, str]:
    known = _PARAMETERS[parts.scheme]
    given = {name: ",".join(values) for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f" (known: {', '.join(known)})"
            raise InputError(f"{_hide(url)}: no parameter {name!r}{hint}")
    return given


def _parse_redis(parts: SplitResult, port: int, named: str) -> RedisAddress:
    database = parts.path.strip("/") or "0"
    streams = tuple(dict.fromkeys(name.strip() for name in named.split(",") if name.strip()))
    name = f"{parts.scheme}://{parts.hostname or 'localhost'}:{port}/{database}"
    if not streams:
        raise InputError(f"{name}: names no stream; write {REDIS_FORM}")
    if not database.isdecimal():
        raise InputError(f"{name}: {database!r} is no number of a database; write {REDIS_FORM}")
    who = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return RedisAddress(name.replace("://", f"://{who}", 1), name, streams)


def _parse_kafka(parts: SplitResult, given: Mapping[str, str]) -> KafkaAddress:
    topic = parts.path.strip("/")
    if "@" in parts.netloc:
        raise InputError(f"kafka://…@{parts.netloc.rpartition('@')[2]}: logging in to Kafka is not supported")
    if not topic or "/" in topic:
        raise InputError(f"kafka://{parts.netloc}{parts.path}: names no topic; write {KAFKA_FORM}")
    hosts = [host for host in parts.netloc.split(",") if host] or ["localhost"]
    servers = tuple(host if host.rpartition(":")[2].isdecimal() else f"{host}:9092" for host in hosts)
    return KafkaAddress(servers, topic, given.get("group") or DEFAULT_GROUP)
