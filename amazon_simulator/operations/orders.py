"""Orders API: reading with 2026-01-01, confirming shipments with v0."""

import re
from datetime import timedelta

from ..clock import iso, parse
from ..documents.carriers import OTHER
from ..entities import DELIVERY, INVOICING, TRACKING
from ..errors import invalid, not_found
from ..ledger import Refused
from ..orders_book import CREATED, NOT_READY, UPDATED
from ..validation import TEXT, Body, Parameter, closed
from .operation import Operation
from .paging import fingerprint, read_token, write_token

# Sections of an order that are shown on demand: includedData -> keys of the order, keys of its items.
_SECTIONS = {
    "BUYER": (("buyer",), ()),
    "RECIPIENT": (("recipient",), ()),
    "PROCEEDS": (("proceeds",), ("proceeds",)),
    "EXPENSE": ((), ("expense",)),
    "PROMOTION": ((), ("promotion",)),
    "CANCELLATION": ((), ("cancellation",)),
    "FULFILLMENT": (("fulfillment",), ("fulfillment",)),
    "PACKAGES": (("packages",), ()),
    "TAX": (("tax",), ("tax",)),
    "PAYMENT": (("payment",), ()),
    "FULFILLMENT_ORDERS": (("fulfillmentOrders",), ()),
}
# "Access orders PII": without the role, the section is missing.
_SECTION_ROLES = {"RECIPIENT": DELIVERY, "TAX": INVOICING}
_PERSONAL = frozenset({"BUYER", "RECIPIENT"})
_ON_DEMAND = frozenset(key for keys, _ in _SECTIONS.values() for key in keys)
_ITEM_ON_DEMAND = frozenset(key for _, keys in _SECTIONS.values() for key in keys)
_STATUSES = frozenset(
    [
        "PENDING_AVAILABILITY",
        "PENDING",
        "UNSHIPPED",
        "PARTIALLY_SHIPPED",
        "SHIPPED",
        "CANCELLED",
        "UNFULFILLABLE",
    ]
)
_LEAST_AGE = timedelta(minutes=2)
_TOKEN_LIFE = timedelta(hours=24)
_ORDER_ID = re.compile(r"\w{3}-\w{7}-\w{7}", re.ASCII)


def search_orders(call):
    """Return orders by time, oldest first, in pages."""
    query = call.query
    which, first = _begin(query)
    call.check_marketplaces(query["marketplaceIds"] or [])
    token = _read_token(call)
    last = parse(token["before"]) if token else _end(call, which, first)
    found, following = _page(call, which, first, last, token and token["seen"])
    answer = {"orders": [shown(call, order) for order in found], f"{_NAMES[which]}Before": iso(last)}
    if following:
        seen = [iso(getattr(found[-1], which)), found[-1].id]
        answer["pagination"] = {
            "nextToken": write_token(
                {
                    "seen": seen,
                    "before": iso(last),
                    "issued": iso(call.now),
                    "filters": fingerprint(query, "paginationToken"),
                }
            )
        }
    return 200, answer


_NAMES = {CREATED: "created", UPDATED: "lastUpdated"}


def _begin(query):
    """Return which time is asked for, and the earliest."""
    if (query["createdAfter"] is None) == (query["lastUpdatedAfter"] is None):
        raise invalid("Exactly one of createdAfter and lastUpdatedAfter is required.")
    which = CREATED if query["createdAfter"] else UPDATED
    other = _NAMES[UPDATED if which == CREATED else CREATED]
    if query[f"{other}Before"] is not None:
        raise invalid(f"{other}Before cannot be given with {_NAMES[which]}After.")
    return which, query[f"{_NAMES[which]}After"]


def _end(call, which, first):
    """Return the latest time that is shown."""
    last = call.query[f"{_NAMES[which]}Before"]
    if last is None:
        return max(first, call.now - call.world.order_lag)
    if last > call.now - min(_LEAST_AGE, call.world.order_lag):
        raise invalid(f"{_NAMES[which]}Before must be at least two minutes before now.")
    if last < first:
        raise invalid(f"{_NAMES[which]}Before must not be before {_NAMES[which]}After.")
    return last


def _read_token(call):
    if call.query["paginationToken"] is None:
        return None
    token = read_token(call.query["paginationToken"], "paginationToken")
    if parse(token["issued"]) < call.now - _TOKEN_LIFE:
        raise invalid("The paginationToken has expired.")
    if token["filters"] != fingerprint(call.query, "paginationToken"):
        raise invalid("All parameters must be the same as in the request that gave the paginationToken.")
    return token


def _page(call, which, first, last, seen):
    """Return the orders of one page, and whether there are more.

    :param list seen: time, order id of the last order of the page before; None for the first page
    """
    after = (parse(seen[0]), seen[1]) if seen else None
    found, size = [], call.query["maxResultsPerPage"]
    for _moment, order in call.world.orders.between(call.seller.id, which, first, last, after):
        if _matches(order, call.query):
            if len(found) == size:
                return found, True
            found.append(order)
    return found, False


def _matches(order, query):
    return (
        (not query["marketplaceIds"] or order.marketplace_id in query["marketplaceIds"])
        and (not query["fulfillmentStatuses"] or order.status in query["fulfillmentStatuses"])
        and (not query["fulfilledBy"] or order.fulfilled_by in query["fulfilledBy"])
    )


def get_order(call):
    """Return one order."""
    return 200, {"order": shown(call, find_order(call))}


def find_order(call):
    """Return the order that a path names."""
    order_id = call.path["orderId"]
    if not _ORDER_ID.fullmatch(order_id):
        raise invalid("Invalid Input", f"{order_id} is not an order id in 3-7-7 format.")
    order = call.world.orders.find(call.seller.id, order_id)
    if order is None:
        raise not_found(f"The order {order_id} does not exist.")
    return order


def shown(call, order):
    """Return an order as the caller may see it: general data, and the sections that it asked for."""
    if order.garbled is not None:
        return order.garbled
    wanted = [section for section in call.query["includedData"] or () if _allowed(call, order, section)]
    keys = {key for section in wanted for key in _SECTIONS[section][0]}
    item_keys = {key for section in wanted for key in _SECTIONS[section][1]}
    view = {key: value for key, value in order.data.items() if key not in _ON_DEMAND or key in keys}
    view["orderItems"] = [
        {key: value for key, value in item.items() if key not in _ITEM_ON_DEMAND or key in item_keys}
        for item in order.data["orderItems"]
    ]
    return view


def _allowed(call, order, section):
    """Personal data is missing while an order is pending, and without the role for it."""
    role = _SECTION_ROLES.get(section)
    return (role is None or role in call.application.roles) and not (
        section in _PERSONAL and order.status in NOT_READY
    )


def confirm_shipment(call):
    """Ship a package of an order."""
    order, package = find_order(call), call.body["packageDetail"]
    if call.body["marketplaceId"] != order.marketplace_id:
        raise invalid(f"The order {order.id} is not of the marketplace {call.body['marketplaceId']}.")
    if package["carrierCode"] == OTHER and not package.get("carrierName"):
        raise invalid(f"carrierName is required when carrierCode is {OTHER}.")
    quantities = {}
    for item in package["orderItems"]:
        quantities[item["orderItemId"]] = quantities.get(item["orderItemId"], 0) + item["quantity"]
    try:
        call.world.ledger.ship(order, _package(package), quantities, call.now)
    except Refused as refused:
        raise invalid(refused.text) from refused
    return 204, None


def _package(detail):
    try:
        shipped = parse(detail["shipDate"])
    except ValueError as error:
        raise invalid("Invalid shipDate.", str(error)) from error
    carrier = detail["carrierName"] if detail["carrierCode"] == OTHER else detail["carrierCode"]
    package = {
        "packageReferenceId": detail["packageReferenceId"],
        "carrier": carrier,
        "shipTime": shipped,
        "shippingService": detail.get("shippingMethod"),
        "trackingNumber": detail["trackingNumber"],
    }
    return {key: value for key, value in package.items() if value is not None}


_INCLUDED = Parameter("includedData", many=True, values=frozenset(_SECTIONS))
_SEARCH_QUERY = (
    Parameter("createdAfter", "date-time"),
    Parameter("createdBefore", "date-time"),
    Parameter("lastUpdatedAfter", "date-time"),
    Parameter("lastUpdatedBefore", "date-time"),
    Parameter("fulfillmentStatuses", many=True, values=_STATUSES),
    Parameter("marketplaceIds", many=True, most=50),
    Parameter("fulfilledBy", many=True, values=frozenset({"MERCHANT", "AMAZON"})),
    Parameter("maxResultsPerPage", "integer", low=1, high=100, default=100),
    Parameter("paginationToken"),
    _INCLUDED,
)
_SHIPPED_ITEM = closed(
    {
        "orderItemId": TEXT,
        "quantity": {"type": "integer", "minimum": 1},
        "transparencyCodes": {"type": "array", "items": TEXT},
    },
    ("orderItemId", "quantity"),
)
_PACKAGE = closed(
    {
        "packageReferenceId": {"type": "string", "pattern": "^0*[1-9][0-9]*$"},
        "carrierCode": TEXT,
        "carrierName": {"type": "string"},
        "shippingMethod": {"type": "string"},
        "trackingNumber": TEXT,
        "shipDate": TEXT,
        "shipFromSupplySourceId": {"type": "string"},
        "orderItems": {"type": "array", "minItems": 1, "items": _SHIPPED_ITEM},
    },
    ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate", "orderItems"),
)
_CONFIRM_BODY = Body(
    {"marketplaceId": TEXT, "packageDetail": _PACKAGE, "codCollectionMethod": {"enum": ["DirectPayment"]}},
    ("marketplaceId", "packageDetail"),
)
_ROLES = frozenset({TRACKING, DELIVERY})

OPERATIONS = (
    Operation(
        "searchOrders", "GET", "/orders/2026-01-01/orders", search_orders, 0.0056, 20, _ROLES, _SEARCH_QUERY
    ),
    Operation(
        "getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", get_order, 0.5, 30, _ROLES, (_INCLUDED,)
    ),
    Operation(
        "confirmShipment",
        "POST",
        "/orders/v0/orders/{orderId}/shipmentConfirmation",
        confirm_shipment,
        2,
        10,
        _ROLES,
        body=_CONFIRM_BODY,
    ),
)
