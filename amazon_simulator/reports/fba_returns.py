"""GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA: goods that came back to Amazon.

Source: "FBA Customer Concessions reports attributes". Last seen: 2026-11-24
"""

from ..entities import TRACKING
from ..errors import invalid

ROLES = frozenset({TRACKING})
COMPRESSED, ENCODING = True, None
COLUMNS = (
    *("return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id"),
    *("detailed-disposition", "reason", "status", "license-plate-number", "customer-comments"),
)


def check(specification, start, end):
    """No options."""
    if specification.get("reportOptions"):
        raise invalid("This report type takes no reportOptions.")


def rows(work):
    """Yield one row for each item that came back in time."""
    for request in work.world.returns.received(work.seller.id):
        if work.is_wanted(request.order, request.moment):
            yield {**_defaults(request), **request.columns}


def _defaults(request):
    product = request.line.data["product"]
    return {
        "return-date": request.moment.isoformat(),
        "order-id": request.order.id,
        "sku": request.line.sku,
        "asin": product.get("asin"),
        "fnsku": f"X00{product.get('asin', '')[-7:]}",
        "product-name": product.get("title"),
        "quantity": request.quantity,
        "fulfillment-center-id": "LEJ1",
        "detailed-disposition": "SELLABLE",
        "reason": request.reason,
        "status": "Unit returned to inventory",
        "license-plate-number": f"LPN{request.rma_id}",
    }
