"""Notifications API v1: where Amazon sends notifications, and about whom.

Destinations belong to the application in a region, and their operations take a grantless token of the scope
``lwa.NOTIFICATIONS``; so does ``delete_subscription``. The other operations take the seller's token: there is
one subscription of each kind for a seller and an application.
"""

from .errors import AmazonError
from .operations import Operations, need

# The schemas name other versions too; ``1.0`` is the one of the guide's examples for all kinds.
PAYLOAD_VERSION = "1.0"


class Subscriptions(Operations):
    """The operations of destinations and subscriptions; see ``SellingPartner``."""

    def get_destinations(self):
        """Return the application's destinations: a list of ``{destinationId, name, resource}``."""
        answer = self._call("notifications", "getDestinations", "get_destinations")
        return need(answer, "getDestinations", "payload")["payload"]

    def create_destination(self, name, arn):
        """Make a destination and return ``{destinationId, name, resource}``.

        A second one for an ARN is refused with HTTP 409.

        :param str name: for people, at most 256 characters
        :param str arn: of a standard SQS queue that lets Amazon send to it
        """
        answer = self._call("notifications", "createDestination", "create_destination", name=name, arn=arn)
        return need(answer, "createDestination", "payload")["payload"]

    def get_subscription(self, kind):
        """Return ``{subscriptionId, payloadVersion, destinationId, ...}``, or None if there is none.

        :param str kind: such as ``ORDER_CHANGE``
        """
        try:
            answer = self._call("notifications", "getSubscription", "get_subscription", kind)
        except AmazonError as error:
            if error.status != 404:
                raise
            return None
        return need(answer, "getSubscription", "payload")["payload"]

    def create_subscription(self, kind, destination_id):
        """Subscribe and return the subscription as ``get_subscription`` does.

        A second one of a kind is refused with HTTP 409, whatever its destination.
        """
        answer = self._call(
            "notifications",
            "createSubscription",
            "create_subscription",
            kind,
            destination_id=destination_id,
            payload_version=PAYLOAD_VERSION,
        )
        return need(answer, "createSubscription", "payload")["payload"]

    def delete_subscription(self, kind, subscription_id):
        """End a subscription of any seller of the application."""
        self._call(
            "notifications",
            "deleteSubscriptionById",
            "delete_notification_subscription",
            kind,
            subscription_id,
            empty=True,
        )


def destination_of(destinations, arn):
    """Return the id of the destination that is a queue, None if there is none.

    :param list destinations: of ``get_destinations``; resources that are not used can be null
    """
    return next(
        (
            destination["destinationId"]
            for destination in destinations
            if ((destination.get("resource") or {}).get("sqs") or {}).get("arn") == arn
        ),
        None,
    )
