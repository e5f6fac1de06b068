"""GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE: returns to sellers who ship themselves.

Source: "Returns Reports". Last seen: 2026-11-24
"""

from datetime import timedelta
from decimal import Decimal

from ..entities import DELIVERY, TRACKING
from ..errors import invalid
from ..marketplaces import MARKETPLACES

ROLES = frozenset({TRACKING, DELIVERY})
COMPRESSED, ENCODING = False, None
COLUMNS = (
    *("Order ID", "Order date", "Return request date", "Return request status", "Amazon RMA ID"),
    *("Merchant RMA ID", "Label type", "Label cost", "Currency code", "Return carrier", "Tracking ID"),
    *("Label to be paid by", "A-to-Z Claim", "Is prime", "ASIN", "Merchant SKU", "Item Name"),
    *("Return quantity", "Return Reason", "In policy", "Return type", "Resolution", "Invoice number"),
    *("Return delivery date", "Order Amount", "Order quantity", "SafeT Action reason", "SafeT claim id"),
    *("SafeT claim state", "SafeT claim creation time", "SafeT claim reimbursement amount"),
    "Refunded Amount",
)
_LONGEST = timedelta(days=60)
_DATE = "%d-%b-%Y"


def check(specification, start, end):
    """At most 60 days, and no options."""
    if specification.get("reportOptions"):
        raise invalid("This report type takes no reportOptions.")
    if end - start > _LONGEST:
        raise invalid("The maximum date range is 60 days. Try again with a shorter date range.")


def rows(work):
    """Yield one row for each item of each return that was asked for in time."""
    for request in work.world.returns.requests(work.seller.id):
        if work.is_wanted(request.order, request.moment):
            yield {**_defaults(request), **request.columns}


def _defaults(request):
    order, line = request.order, request.line
    product = line.data["product"]
    refunded = sum((sum(refund.values(), Decimal()) for refund in line.refunds), Decimal())
    return {
        "Order ID": order.id,
        "Order date": order.created.strftime(_DATE),
        "Return request date": request.moment.strftime(_DATE),
        "Return request status": "Approved",
        "Amazon RMA ID": request.rma_id,
        "Label type": "AmazonUnPaidLabel",
        "Label cost": "0.00",
        "Currency code": MARKETPLACES[order.marketplace_id].currency,
        "Label to be paid by": "Customer",
        "A-to-Z Claim": "N",
        "Is prime": "Y" if "PRIME" in order.data.get("programs", []) else "N",
        "ASIN": product.get("asin"),
        "Merchant SKU": line.sku,
        "Item Name": product.get("title"),
        "Return quantity": request.quantity,
        "Return Reason": request.reason,
        "In policy": "Y",
        "Return type": "C-Returns",
        "Resolution": "StandardRefund",
        "Order Amount": sum(sum(known.paid.values(), Decimal()) for known in order.lines.values()),
        "Order quantity": sum(known.ordered for known in order.lines.values()),
        "Refunded Amount": refunded or None,
    }
