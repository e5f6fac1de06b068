"""For tests of programs that keep secrets: what this Amazon gave out, and how it could be written."""

import base64
from urllib.parse import quote, quote_plus


def secrets_given(world):
    """Return all that was secret in a world: tokens, codes and client secrets, old ones too."""
    authority = world.authority
    tokens = [*authority._access_tokens, *authority._by_refresh_token, *authority._codes]
    applications = world.applications.values()
    return tokens + [secret for application in applications for secret, _ends in application.secrets()]


def forms(secret):
    """Return the texts in which a secret could hide: plain, URL-encoded, hexadecimal, base64 (any offset)."""
    plain = secret.encode()
    found = {secret, quote(secret, safe=""), quote_plus(secret), plain.hex()}
    for offset in range(3):
        # the characters at both ends depend on the neighbours
        encoded = base64.b64encode(b"\0" * offset + plain)[4 if offset else 0 : -4].decode()
        found |= {encoded, encoded.replace("+", "-").replace("/", "_")}
    return found
