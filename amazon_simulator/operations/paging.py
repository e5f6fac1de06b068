"""Tokens for the next page: opaque to clients, unreadable by mistake, checked when they come back."""

import base64
import hashlib
import json

from ..errors import invalid


def write_token(content):
    """Return a token for JSON."""
    text = json.dumps(content, sort_keys=True)
    return base64.urlsafe_b64encode(f"{_checksum(text)}{text}".encode()).decode()


def read_token(token, name):
    """Return the JSON in a token.

    :param str name: of the parameter, for the message
    :raise Refusal: InvalidInput
    """
    try:
        text = base64.urlsafe_b64decode(token).decode()
    except ValueError:
        text = ""
    if not text or text[:16] != _checksum(text[16:]):
        raise invalid(f"Invalid value for parameter {name}.")
    return json.loads(text[16:])


def fingerprint(query, without):
    """Return what tells one set of filters from another.

    :param dict query: as received, read
    :param str without: name of the token parameter
    """
    kept = {name: str(value) for name, value in query.items() if name != without and value is not None}
    return _checksum(json.dumps(kept, sort_keys=True))


def _checksum(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]
