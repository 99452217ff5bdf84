"""An entry of a Redis stream → one line of JSON."""

import json
from collections.abc import Mapping

from limner.streams.lines import decode_text

JSON_FIELDS = ("data", "json")


def read_entry(fields: Mapping[bytes, bytes]) -> str:
    """Return the JSON line of an entry.

    One field alone holds the line, whatever it is called; among several it is `JSON_FIELDS` that may hold it;
    otherwise the fields are the columns of the row, as texts.

    >>> read_entry({b"e": b'{"user_id": 1}'}), read_entry({b"user_id": b"1", b"item_id": b"7"})
    ('{"user_id": 1}', '{"user_id": "1", "item_id": "7"}')
    """
    if len(fields) == 1:
        return decode_text(*fields.values())
    for name in JSON_FIELDS:
        if name.encode() in fields:
            return decode_text(fields[name.encode()])
    columns = {decode_text(name): decode_text(value) for name, value in fields.items()}
    return decode_text(json.dumps(columns, ensure_ascii=False).encode())
