"""An application's own SQS queue, and what Amazon sends to it about the client secret."""

import functools
import json
from dataclasses import dataclass, field

from .clock import iso

EXPIRY = "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY"
NEW_SECRET = "APPLICATION_OAUTH_CLIENT_NEW_SECRET"


@dataclass(frozen=True)
class SecretQueue:
    """A queue as it is registered in the developer console; other queues of the same AWS get notifications.

    :param str url: its address; requests go to this host, so that a local stand-in for AWS can be used
    :param str region: of AWS
    :param str access_key: with which the simulator sends
    """

    url: str
    region: str = "eu-west-1"
    access_key: str = field(default="amazon", repr=False)
    secret_key: str = field(default="amazon", repr=False)

    def send(self, body, arn=None):
        """Send a message.

        :param str arn: of another queue at the same host
        """
        origin = "/".join(self.url.split("/")[:3])
        region, account, name = arn.split(":")[3:] if arn else (self.region, None, None)
        url = f"{origin}/{account}/{name}" if arn else self.url
        sqs = _client(origin, region, self.access_key, self.secret_key)
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))


@functools.cache
def _client(origin, region, access_key, secret_key):
    import boto3  # half a second that only worlds with a queue pay

    session = boto3.session.Session(access_key, secret_key, region_name=region)
    return session.client("sqs", endpoint_url=origin)


def expiry_notice(application, now, notice_id, reason="PERIODIC_ROTATION"):
    """Return the notice that a client secret is about to end."""
    payload = {
        "clientId": application.client_id,
        "clientSecretExpiryTime": iso(application.secret_expires),
        "clientSecretExpiryReason": reason,
    }
    return _message(EXPIRY, {"applicationOAuthClientSecretExpiry": payload}, application, now, notice_id)


def new_secret_notice(application, now, notice_id):
    """Return the notice that brings the newest client secret of an application."""
    payload = {
        "clientId": application.client_id,
        "newClientSecret": application.client_secret,
        "newClientSecretExpiryTime": iso(application.secret_expires),
        "oldClientSecretExpiryTime": iso(application.old_secrets[-1][1]),
    }
    return _message(NEW_SECRET, {"applicationOAuthClientNewSecret": payload}, application, now, notice_id)


def _message(kind, payload, application, now, notice_id):
    return {
        "notificationVersion": "1.0",
        "notificationType": kind,
        "payloadVersion": "1.0",
        "eventTime": iso(now),
        "payload": payload,
        "notificationMetadata": {
            "applicationId": application.id,
            "subscriptionId": f"subscription-{application.id[-8:]}",
            "publishTime": iso(now),
            "notificationId": notice_id,
        },
    }
