"""Reading orders with the Orders API v0, as older clients do: a list of orders, then the items of each.

Nothing personal is shown: it takes a restricted data token, which is not simulated.
"""

from datetime import timedelta

from ..clock import iso, parse
from ..entities import DELIVERY, TRACKING
from ..errors import invalid
from ..orders_book import CREATED, UPDATED
from ..validation import Parameter
from .operation import Operation
from .orders import find_order
from .paging import fingerprint, read_token, write_token

_STATUSES = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
_CHANNELS = {"MERCHANT": "MFN", "AMAZON": "AFN"}
_LEAST_AGE = timedelta(minutes=2)


def get_orders(call):
    """Return orders by time, oldest first, in pages, without their items."""
    query = call.query
    call.check_marketplaces(query["MarketplaceIds"])
    if (query["CreatedAfter"] is None) == (query["LastUpdatedAfter"] is None):
        raise invalid("Exactly one of CreatedAfter and LastUpdatedAfter is required.")
    which, name = (CREATED, "Created") if query["CreatedAfter"] else (UPDATED, "LastUpdated")
    first, token = query[f"{name}After"], _read_token(query)
    last = parse(token["before"]) if token else _end(call, f"{name}Before")
    after = (parse(token["seen"][0]), token["seen"][1]) if token else None
    found, following = [], None
    for _moment, order in call.world.orders.between(call.seller.id, which, first, last, after):
        if _matches(order, query):
            if len(found) == query["MaxResultsPerPage"]:
                seen = [iso(getattr(found[-1], which)), found[-1].id]
                following = {"seen": seen, "before": iso(last), "filters": fingerprint(query, "NextToken")}
                break
            found.append(order)
    page = {"Orders": [_outline(order) for order in found], f"{name}Before": iso(last)}
    return 200, {"payload": page | ({"NextToken": write_token(following)} if following else {})}


def _read_token(query):
    if query["NextToken"] is None:
        return None
    token = read_token(query["NextToken"], "NextToken")
    if token["filters"] != fingerprint(query, "NextToken"):
        raise invalid("All parameters must be the same as in the request that gave the NextToken.")
    return token


def _end(call, name):
    latest = call.now - min(_LEAST_AGE, call.world.order_lag)
    last = call.query[name] or call.now - call.world.order_lag
    if last > latest:
        raise invalid(f"{name} must be at least two minutes before now.")
    return last


def _matches(order, query):
    return order.marketplace_id in query["MarketplaceIds"] and (
        not query["OrderStatuses"] or _STATUSES[order.status] in query["OrderStatuses"]
    )


def _outline(order):
    """Return an order as getOrders shows it."""
    total = order.data.get("proceeds", {}).get("grandTotal")
    return {
        "AmazonOrderId": order.id,
        "PurchaseDate": iso(order.created),
        "LastUpdateDate": iso(order.updated),
        "OrderStatus": _STATUSES[order.status],
        "FulfillmentChannel": _CHANNELS[order.fulfilled_by],
        "MarketplaceId": order.marketplace_id,
        "NumberOfItemsShipped": sum(line.shipped for line in order.lines.values()),
        "NumberOfItemsUnshipped": sum(line.open for line in order.lines.values()),
        **({"OrderTotal": _money(total)} if total else {}),
    }


def get_order_items(call):
    """Return the items of one order."""
    order = find_order(call)
    return 200, {
        "payload": {
            "AmazonOrderId": order.id,
            "OrderItems": [_item(line) for line in order.lines.values()],
        }
    }


def _item(line):
    product, total = line.data["product"], line.data.get("proceeds", {}).get("proceedsTotal")
    return {
        "ASIN": product.get("asin", ""),
        "SellerSKU": line.sku or "",
        "OrderItemId": line.id,
        "QuantityOrdered": line.ordered,
        "QuantityShipped": line.shipped,
        **({"ItemPrice": _money(total)} if total else {}),
    }


def _money(money):
    return {"CurrencyCode": money["currencyCode"], "Amount": str(money["amount"])}


_ROLES = frozenset({TRACKING, DELIVERY})
_QUERY = (
    Parameter("MarketplaceIds", many=True, required=True, most=50),
    Parameter("CreatedAfter", "date-time"),
    Parameter("CreatedBefore", "date-time"),
    Parameter("LastUpdatedAfter", "date-time"),
    Parameter("LastUpdatedBefore", "date-time"),
    Parameter("OrderStatuses", many=True, values=frozenset(_STATUSES.values())),
    Parameter("MaxResultsPerPage", "integer", low=1, high=100, default=100),
    Parameter("NextToken"),
)
# python-amazon-sp-api adds one of these to whatever it gets; Amazon takes no notice.
_IGNORED = tuple(map(Parameter, ("MarketplaceId", "MarketplaceIds", "marketplace_ids", "marketplaceIds")))

OPERATIONS = (
    Operation("getOrders", "GET", "/orders/v0/orders", get_orders, 0.0167, 20, _ROLES, _QUERY),
    Operation(
        "getOrderItems",
        "GET",
        "/orders/v0/orders/{orderId}/orderItems",
        get_order_items,
        0.5,
        30,
        _ROLES,
        _IGNORED,
    ),
)
