"""Who is told what happens, and how: destinations, subscriptions, and the notifications themselves."""

from dataclasses import dataclass

from .clock import iso
from .entities import ROLES, TRACKING
from .orders_book import NOT_READY

ORDER_CHANGE = "ORDER_CHANGE"
FEED_FINISHED, REPORT_FINISHED = "FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED"
# "Notification type values": roles of which the application must have one.
ROLES_OF = {ORDER_CHANGE: frozenset({TRACKING}), FEED_FINISHED: ROLES, REPORT_FINISHED: ROLES}
STATUS, BUYER = "OrderStatusChange", "BuyerRequestedChange"
_ORDER_STATUSES = {
    "PENDING": "Pending",
    "PENDING_AVAILABILITY": "PendingAvailability",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}


@dataclass(frozen=True)
class Destination:
    """A queue that an application registered."""

    id: str
    application_id: str
    name: str
    arn: str

    def shown(self):
        """Return Amazon's ``Destination``."""
        return {"destinationId": self.id, "name": self.name, "resource": {"sqs": {"arn": self.arn}}}


@dataclass(frozen=True)
class Subscription:
    """An application wants to be told of one kind of thing about one seller."""

    id: str
    kind: str
    destination_id: str

    def shown(self):
        """Return Amazon's ``Subscription``."""
        return {"subscriptionId": self.id, "payloadVersion": "1.0", "destinationId": self.destination_id}


class NotificationBook:
    """All destinations by id, and subscriptions by application id, seller id and kind.

    :param World world: whose clock, identifiers, applications and authority are used
    """

    def __init__(self, world):
        self._world, self._statuses = world, {}
        self.destinations, self.subscriptions = {}, {}

    def destinations_of(self, application_id):
        """Return the destinations of an application."""
        return [known for known in self.destinations.values() if known.application_id == application_id]

    def forget(self, application_id, seller_id):
        """End the subscriptions about a seller, who took the authorisation back."""
        for key in [key for key in self.subscriptions if key[:2] == (application_id, seller_id)]:
            del self.subscriptions[key]

    def order_changed(self, order):
        """Tell of a new order, and of a change if it is one of the status; others Amazon does not tell."""
        key = order.seller_id, order.id
        if self._statuses.get(key) != order.status:
            self._statuses[key] = order.status
            self.tell_order(order, STATUS)

    def tell_order(self, order, change):
        """Tell of an order.

        :param str change: ``OrderChangeType``
        """
        payload = {
            "NotificationLevel": "OrderLevel",
            "SellerId": order.seller_id,
            "AmazonOrderId": order.id,
            "OrderChangeType": change,
            "OrderChangeTrigger": {
                "TimeOfOrderChange": order.data["lastUpdatedTime"],
                "ChangeReason": change,
            },
            "Summary": _summary(order),
        }
        self._send(ORDER_CHANGE, order.seller_id, {"OrderChangeNotification": payload}, pascal=True)

    def telling(self, kind, process):
        """Return the process of a job with the news of its end.

        :param process: see ``queue_book.JobBook``
        """

        def processed(job):
            outcome, document_id = process(job)
            self.tell_finished(kind, job, outcome.status, document_id)
            return outcome, document_id

        return processed

    def tell_finished(self, kind, job, status, document_id=None):
        """Tell of the end of a feed or report."""
        what, name, document = {
            FEED_FINISHED: ("feed", "feedProcessingFinishedNotification", "resultFeedDocumentId"),
            REPORT_FINISHED: ("report", "reportProcessingFinishedNotification", "reportDocumentId"),
        }[kind]
        payload = {
            "sellerId": job.seller_id,
            "accountId": f"amzn1.merchant.o.{job.seller_id}",
            f"{what}Id": job.id,
            f"{what}Type": job.type,
            "processingStatus": status,
        } | ({document: document_id} if document_id else {})
        self._send(kind, job.seller_id, {name: payload})

    def _send(self, kind, seller_id, payload, pascal=False):
        """Send to every application that subscribed and may still work for the seller."""
        for (application_id, subscriber, subscribed), subscription in list(self.subscriptions.items()):
            application = self._world.applications[application_id]
            may = self._world.authority.authorization(application, seller_id)
            if (subscriber, subscribed) == (seller_id, kind) and may and application.queue:
                arn = self.destinations[subscription.destination_id].arn
                body = self._message(kind, payload, subscription, application, pascal)
                application.queue.send(body, arn)

    def _message(self, kind, payload, subscription, application, pascal):
        now = iso(self._world.clock.now())
        message = {
            "notificationVersion": "1.0" if pascal else "2020-09-04",
            "notificationType": kind,
            "payloadVersion": "1.0",
            "eventTime": now,
            "payload": payload,
            "notificationMetadata": {
                "applicationId": application.id,
                "subscriptionId": subscription.id,
                "publishTime": now,
                "notificationId": self._world.identifiers.uuid(),
            },
        }
        return _pascal(message) if pascal else message


def _pascal(message):
    """Amazon writes the names of this kind with a capital letter."""
    named = {name[0].upper() + name[1:]: value for name, value in message.items()}
    metadata = named["NotificationMetadata"]
    return named | {"NotificationMetadata": {name[0].upper() + name[1:]: metadata[name] for name in metadata}}


def _summary(order):
    lines = order.lines.values()
    address = order.data.get("recipient", {}).get("deliveryAddress", {})
    asked = [line for line in lines if "cancellationRequest" in line.data.get("cancellation", {})]
    return {
        "MarketplaceId": order.marketplace_id,
        "OrderStatus": _ORDER_STATUSES[order.status],
        "PurchaseDate": order.data["createdTime"],
        "DestinationPostalCode": None if order.status in NOT_READY else address.get("postalCode"),
        "FulfillmentType": "AFN" if order.fulfilled_by == "AMAZON" else "MFN",
        "OrderType": "StandardOrder",
        "NumberOfItemsShipped": sum(line.shipped for line in lines),
        "NumberOfItemsUnshipped": sum(line.open for line in lines),
        "OrderItems": [
            {
                "OrderItemId": line.id,
                "SellerSKU": line.sku,
                "SupplySourceId": None,
                "Quantity": line.ordered,
                "QuantityShipped": line.shipped,
                "IsBuyerRequestedCancel": line in asked,
            }
            for line in lines
        ],
    }
