"""What Amazon sends to a company's own queue about the client secret of its application.

Source: SAMPLES use-cases/lwa-rotation, NotificationPayload.java. Last seen: 2026-11-23. The messages hold
secrets: nothing of them is ever shown in an error or a log.
"""

from dataclasses import dataclass, field
from datetime import datetime

from .dates import from_amazon
from .json_text import json_object

EXPIRY = "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY"
NEW_SECRET = "APPLICATION_OAUTH_CLIENT_NEW_SECRET"
_PAYLOADS = {EXPIRY: "applicationOAuthClientSecretExpiry", NEW_SECRET: "applicationOAuthClientNewSecret"}


@dataclass(frozen=True)
class SecretNotice:
    """One notice; times are naive UTC.

    :param str kind: ``EXPIRY`` or ``NEW_SECRET``
    :param str client_id: whose secret it is about
    :param datetime sent_at: when Amazon wrote it
    :param datetime ends_at: of the secret; of the new one, if the notice brings one
    :param str secret: the new secret, None for ``EXPIRY``
    :param datetime old_ends_at: until when the secret before works; None for ``EXPIRY``
    """

    kind: str
    client_id: str
    sent_at: datetime
    ends_at: datetime
    secret: str | None = field(default=None, repr=False)
    old_ends_at: datetime | None = None


def read_secret_notice(body):
    """Read the body of a message.

    :param str body:
    :return: the notice, or None if it is anything else: another kind of notification, or not whole
    :rtype: SecretNotice
    """
    message = json_object(body.encode("utf-8", "replace")) or {}
    kind = message.get("notificationType")
    try:
        values = message["payload"][_PAYLOADS[kind]]
        if kind == EXPIRY:
            return SecretNotice(
                kind,
                _text(values["clientId"]),
                _sent_at(message),
                from_amazon(values["clientSecretExpiryTime"]),
            )
        return SecretNotice(
            kind,
            _text(values["clientId"]),
            _sent_at(message),
            from_amazon(values["newClientSecretExpiryTime"]),
            _text(values["newClientSecret"]),
            from_amazon(values["oldClientSecretExpiryTime"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _sent_at(message):
    return from_amazon(message["eventTime"])


def _text(value):
    if not isinstance(value, str) or not value:
        raise ValueError
    return value
