"""What Amazon sends to an application's own SQS queue about its client secret."""

import json
from dataclasses import dataclass, field

from .clock import iso

EXPIRY = "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY"
NEW_SECRET = "APPLICATION_OAUTH_CLIENT_NEW_SECRET"


@dataclass(frozen=True)
class SecretQueue:
    """A queue as it is registered in the developer console.

    :param str url: its address; requests go to this host, so that a local stand-in for AWS can be used
    :param str region: of AWS
    :param str access_key: with which the simulator sends
    """

    url: str
    region: str = "eu-west-1"
    access_key: str = field(default="amazon", repr=False)
    secret_key: str = field(default="amazon", repr=False)

    def send(self, body):
        """Send a message."""
        import boto3  # half a second that only worlds with a queue pay

        origin = "/".join(self.url.split("/")[:3])
        sqs = boto3.session.Session(self.access_key, self.secret_key, region_name=self.region).client(
            "sqs", endpoint_url=origin
        )
        sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))


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
