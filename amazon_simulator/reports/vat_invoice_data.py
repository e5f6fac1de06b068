"""GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT (VIDR): shipments and refunds, and what became of their invoices.

Sources: "Invoice Data Reports", "Invoice Data reports attributes", "(Option 2) Use Amazon Tax Calculation
Data to Create Invoices", "VAT Calculation Service error handling". Last seen: 2026-11-24
"""

from datetime import timedelta
from decimal import Decimal

from ..entities import INVOICING
from ..errors import invalid
from ..marketplaces import MARKETPLACES
from ..tax_transactions import REFUND, VAT_RATES, transactions

ROLES = frozenset({INVOICING})
COMPRESSED, ENCODING = True, "UTF-8"
COUNTRIES = frozenset(VAT_RATES)
_AMOUNTS = ("vat-incl-amount", "vat-amount", "vat-excl-amount", "vat-rate")
COLUMNS = (
    *("marketplace-id", "order-id", "order-item-id", "shipping-id", "transaction-id", "transaction-type"),
    *("invoice-number", "invoice-status", "invoice-status-description", "is-amazon-invoiced"),
    *("order-date", "shipment-date", "buyer-vat-number", "seller-vat-number", "asin", "sku", "product-name"),
    *("quantity-purchased", "currency", *(f"item-{name}" for name in _AMOUNTS)),
    *(f"shipping-{name}" for name in _AMOUNTS),
)
_PENDING_OPTION, _ALL_OPTION = "ReportOption=pendingInvoices", "ReportOption=all"
_PENDING_AGE, _LONGEST = timedelta(days=90), timedelta(days=30)
_CENT = Decimal("0.01")


def check(specification, start, end):
    """Refuse what the page on errors names."""
    for marketplace_id in specification["marketplaceIds"]:
        if MARKETPLACES[marketplace_id].country not in COUNTRIES:
            raise invalid("Provided MarketplaceIdList is invalid.")
    options = specification.get("reportOptions", {})
    for name, value in options.items():
        if name not in (_PENDING_OPTION, _ALL_OPTION) or value not in ("true", "false"):
            raise invalid(f"Provided {name}={value} is not valid.")
    if not _only_pending(options) and end - start > _LONGEST:
        raise invalid(
            "The maximum date range for ReportOptions All is 30 days. Try again with a shorter date range."
        )


def rows(work):
    """Yield one row for each item of each shipment and refund; nothing for sellers who are not enrolled."""
    if not work.seller.vat_calculation:
        return
    pending = _only_pending(work.report.options)
    for order in work.world.orders.of(work.seller.id):
        if _is_wanted(work, order, pending):
            for transaction in transactions(order):
                state = work.world.invoices.state(work.seller, transaction, work.now)
                if state.is_pending or not pending:
                    yield from _transaction_rows(work.seller, transaction, state)


def _only_pending(options):
    """Without parameters, Amazon shows what is pending ("VAT Calculation Service best practices")."""
    return options.get(_PENDING_OPTION) == "true" or options.get(_ALL_OPTION) != "true"


def _is_wanted(work, order, pending):
    if not pending:
        return work.is_wanted(order, order.created)
    return order.created >= work.now - _PENDING_AGE and order.marketplace_id in work.report.marketplace_ids


def _transaction_rows(seller, transaction, state):
    order = transaction.order
    marketplace = MARKETPLACES[order.marketplace_id]
    for part in transaction.parts:
        product = part.line.data["product"]
        yield {
            "marketplace-id": marketplace.id,
            "order-id": order.id,
            "order-item-id": part.line.id,
            "shipping-id": transaction.shipping_id,
            "transaction-id": transaction.id,
            "transaction-type": transaction.type,
            "invoice-number": state.number,
            "invoice-status": state.status,
            "invoice-status-description": state.description,
            "is-amazon-invoiced": "true" if state.by_amazon else "false",
            "order-date": order.created.isoformat(),
            "shipment-date": transaction.moment.isoformat(),
            "seller-vat-number": f"{marketplace.country}{sum(seller.id.encode()):09}",
            "asin": product.get("asin"),
            "sku": part.line.sku,
            "product-name": product.get("title"),
            "quantity-purchased": part.quantity,
            "currency": marketplace.currency,
            **_amounts("item", part.item, transaction, marketplace),
            **_amounts("shipping", part.shipping, transaction, marketplace),
        }


def _amounts(name, amount, transaction, marketplace):
    """Split an amount that includes VAT; what is given back is negative."""
    rate = VAT_RATES[marketplace.country]
    including = (-amount if transaction.type == REFUND else amount).quantize(_CENT)
    excluding = (including / (1 + rate)).quantize(_CENT)
    values = (including, including - excluding, excluding, rate)
    return {f"{name}-{column}": value for column, value in zip(_AMOUNTS, values, strict=True)}
