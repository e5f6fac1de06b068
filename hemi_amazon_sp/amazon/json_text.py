"""JSON: reading objects with care, writing exact decimal numbers."""

import json
import re
from decimal import Decimal

# What PostgreSQL or UTF-8 cannot hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# json.dumps would make a new encoder for each value; a feed has some 50,000.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def json_object(content):
    """Read bytes as a JSON object.

    :param bytes content: in UTF-8, UTF-16 or UTF-32
    :return: the object, or None when it is anything else
    :rtype: dict | None
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def to_json(value):
    """Write a value as compact JSON text; a ``Decimal`` becomes a number with exactly its digits.

    The standard encoder knows binary floats only, and money must not pass through them.

    :raise ValueError: a number that JSON cannot hold
    """
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError("JSON has no infinite numbers.")
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{to_json(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(to_json, value)) + "]"
    return _encode(value)


def storable(text):
    """Return text of Amazon's without what a database cannot hold; anything that is no text becomes text.

    :rtype: str
    """
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", str(text or ""))
