"""Notifications API v1: destinations and subscriptions."""

from ..errors import Refusal, invalid, not_found, unauthorized
from ..lwa_scopes import NOTIFICATIONS
from ..notification_book import ROLES_OF, Destination, Subscription
from ..validation import TEXT, Body, Parameter, closed
from .operation import Operation

_VERSION = "1.0"


def create_destination(call):
    """Make a destination: one for an ARN and an application."""
    resource = call.body["resourceSpecification"]
    if set(resource) != {"sqs"}:
        raise invalid("Only the resource sqs is simulated, and one resource is needed.")
    arn, book = resource["sqs"]["arn"], call.world.notifications
    if any(destination.arn == arn for destination in book.destinations_of(call.application.id)):
        raise Refusal(
            409,
            "Conflict",
            "The requested resource conflict with a resource in the server.",
            f"A destination with arn {arn} already exists for the application {call.application.id}",
        )
    destination = Destination(call.world.identifiers.uuid(), call.application.id, call.body["name"], arn)
    book.destinations[destination.id] = destination
    return 200, {"payload": destination.shown()}


def get_destinations(call):
    """Return the destinations of the application."""
    found = call.world.notifications.destinations_of(call.application.id)
    return 200, {"payload": [destination.shown() for destination in found]}


def get_destination(call):
    """Return one destination."""
    return 200, {"payload": _destination(call, call.path["destinationId"]).shown()}


def delete_destination(call):
    """Delete a destination that nobody uses."""
    book, destination = call.world.notifications, _destination(call, call.path["destinationId"])
    if any(known.destination_id == destination.id for known in book.subscriptions.values()):
        raise Refusal(
            403, "Unauthorized", "The requested action is forbidden.", "Destination has subscriptions"
        )
    del book.destinations[destination.id]
    return 200, {}


def _destination(call, destination_id):
    destination = call.world.notifications.destinations.get(destination_id)
    if destination is None or destination.application_id != call.application.id:
        raise not_found(f"The destination {destination_id} does not exist.")
    return destination


def create_subscription(call):
    """Subscribe the application to what concerns the seller: once for each kind."""
    kind = _kind(call)
    if call.body["payloadVersion"] != _VERSION:
        raise invalid(f"The payloadVersion of {kind} is {_VERSION}.")
    if "processingDirective" in call.body:
        raise invalid("A processingDirective is not simulated.")
    destination = _destination(call, call.body["destinationId"])
    key = call.application.id, call.seller.id, kind
    if key in call.world.notifications.subscriptions:
        raise Refusal(
            409,
            "StateConflict",
            "The resource specified conflicts with the current state.",
            f"Subscription already exist for notification type {kind}",
        )
    subscription = Subscription(call.world.identifiers.uuid(), kind, destination.id)
    call.world.notifications.subscriptions[key] = subscription
    return 200, {"payload": subscription.shown()}


def get_subscription(call):
    """Return the seller's subscription of a kind."""
    key = call.application.id, call.seller.id, _kind(call)
    subscription = call.world.notifications.subscriptions.get(key)
    if subscription is None or call.query["payloadVersion"] not in (None, _VERSION):
        raise not_found("The subscription does not exist.")
    return 200, {"payload": subscription.shown()}


def _kind(call):
    """Return the kind in the path; the application must have a role that it needs."""
    kind = call.path["notificationType"]
    if kind not in ROLES_OF:
        raise invalid(f"Invalid notificationType: {kind}")
    if not call.application.roles & ROLES_OF[kind]:
        raise unauthorized("The application has none of the roles that this notification needs.")
    return kind


def get_subscription_by_id(call):
    """Return a subscription of any seller."""
    _key, subscription = _find(call)
    return 200, {"payload": subscription.shown()}


def delete_subscription_by_id(call):
    """End a subscription of any seller."""
    key, _subscription = _find(call)
    del call.world.notifications.subscriptions[key]
    return 200, {}


def _find(call):
    wanted = call.path["notificationType"], call.path["subscriptionId"]
    for key, known in call.world.notifications.subscriptions.items():
        if key[0] == call.application.id and (known.kind, known.id) == wanted:
            return key, known
    raise not_found(f"The subscription {wanted[1]} does not exist.")


_PATH = "/notifications/v1"
_ARN = {"type": "string", "maxLength": 1000, "pattern": r"^arn:aws:sqs:\S+:\S+:\S+"}
_DESTINATION_BODY = Body(
    {
        "name": {"type": "string", "minLength": 1, "maxLength": 256},
        "resourceSpecification": closed(
            {
                "sqs": closed({"arn": _ARN}, ("arn",)),
                "eventBridge": closed({"region": TEXT, "accountId": TEXT}, ("accountId", "region")),
            }
        ),
    },
    ("name", "resourceSpecification"),
)
_SUBSCRIPTION_BODY = Body(
    {"payloadVersion": TEXT, "destinationId": TEXT, "processingDirective": {"type": "object"}},
    ("destinationId", "payloadVersion"),
)


def _operation(name, method, path, handler, **options):
    return Operation(name, method, f"{_PATH}/{path}", handler, 1, 5, **options)


_OF_A_KIND = "subscriptions/{notificationType}"
_BY_ID = f"{_OF_A_KIND}/{{subscriptionId}}"
_DESTINATION = "destinations/{destinationId}"

OPERATIONS = (
    _operation("getDestinations", "GET", "destinations", get_destinations, scope=NOTIFICATIONS),
    _operation(
        "createDestination",
        "POST",
        "destinations",
        create_destination,
        scope=NOTIFICATIONS,
        body=_DESTINATION_BODY,
    ),
    _operation("getDestination", "GET", _DESTINATION, get_destination, scope=NOTIFICATIONS),
    _operation("deleteDestination", "DELETE", _DESTINATION, delete_destination, scope=NOTIFICATIONS),
    _operation("getSubscription", "GET", _OF_A_KIND, get_subscription, query=(Parameter("payloadVersion"),)),
    _operation("createSubscription", "POST", _OF_A_KIND, create_subscription, body=_SUBSCRIPTION_BODY),
    _operation("getSubscriptionById", "GET", _BY_ID, get_subscription_by_id, scope=NOTIFICATIONS),
    _operation("deleteSubscriptionById", "DELETE", _BY_ID, delete_subscription_by_id, scope=NOTIFICATIONS),
)
