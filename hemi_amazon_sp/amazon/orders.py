"""An order (Orders API 2026-01-01) as values: Decimal money, naive UTC, None for what Amazon does not tell.

Names and requirements are those of the model orders_2026-01-01.json.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .charges import Charge, read_charges
from .order_fields import OrderError, Reader

__all__ = ["Address", "Buyer", "Charge", "Item", "Order", "OrderError", "TaxRegistration", "read_order"]

# Charges of an order that belong to none of its items. Last seen: 2026-11-23
_ORDER_CHARGES = {"DELIVERY_TIP"}
MARKETPLACE_FACILITATOR = "MARKETPLACE_FACILITATOR"


@dataclass(frozen=True)
class Buyer:
    """Who bought. ``email`` is Amazon's relay address."""

    name: str | None = None
    email: str | None = None
    company: str | None = None
    purchase_order: str | None = None


@dataclass(frozen=True)
class Address:
    """A postal address; ``lines`` are the non-empty street lines, ``country_code`` is ISO 3166-1."""

    name: str | None
    company: str | None
    lines: tuple[str, ...]
    city: str | None
    district: str | None
    state: str | None
    postal_code: str | None
    country_code: str | None
    phone: str | None
    address_type: str | None


@dataclass(frozen=True)
class TaxRegistration:
    """A tax number of the buyer: ``type`` is Amazon's, such as ``VAT`` or ``BUSINESS``."""

    type: str | None
    number: str | None
    legal_name: str | None
    address: Address | None


@dataclass(frozen=True)
class Item:
    """One order item. Money is in the order's currency.

    :param unit_price: of one unit, as Amazon shows it; None if not told
    :param total: what all charges of the item come to (``proceedsTotal``); None while Amazon does not tell
    :param charges: their gross sum is ``total`` wherever that is known
    :param tax_included: whether the amounts of the charges contain their tax
    :param facilitator: Amazon collects and remits the tax (``MARKETPLACE_FACILITATOR``)
    :param reporting_scheme: ``IOSS``, ``UOSS`` ... where Amazon names one
    """

    item_id: str
    sku: str | None
    asin: str | None
    title: str | None
    quantity_ordered: int
    quantity_fulfilled: int
    quantity_unfulfilled: int
    unit_price: Decimal | None
    total: Decimal | None
    charges: tuple[Charge, ...]
    tax_included: bool
    facilitator: bool
    reporting_scheme: str | None
    gift_message: str | None
    gift_wrap: str | None
    cancellation_requested: bool
    cancel_reason: str | None
    ioss_number: str | None


@dataclass(frozen=True)
class Order:
    """One order. Times are naive UTC.

    :param marketplace_id: None for orders of other channels
    :param status: ``PENDING_AVAILABILITY``, ``PENDING``, ``UNSHIPPED``, ``PARTIALLY_SHIPPED``, ``SHIPPED``,
        ``CANCELLED``, ``UNFULFILLABLE``; None if fulfillment was not asked for
    :param fulfilled_by: ``MERCHANT`` or ``AMAZON``
    :param currency: None while the order holds no amount at all
    :param grand_total: what the order comes to, tax included
    :param charges: charges of the order that belong to no item, such as a tip
    :param tax_registrations: of the buyer
    """

    order_id: str
    created_at: datetime
    last_updated_at: datetime
    channel: str
    marketplace_id: str | None
    status: str | None
    fulfilled_by: str | None
    service_level: str | None
    ship_by_from: datetime | None
    ship_by: datetime | None
    deliver_by_from: datetime | None
    deliver_by: datetime | None
    currency: str | None
    grand_total: Decimal | None
    buyer: Buyer
    address: Address | None
    items: tuple[Item, ...]
    charges: tuple[Charge, ...] = ()
    programs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    tax_registrations: tuple[TaxRegistration, ...] = field(default=())


def read_order(payload):
    """Read one order, as ``search_orders`` and ``get_order`` give it.

    :param dict payload: ``Order`` of Amazon's model
    :rtype: Order
    :raise OrderError: a required field is missing or a field cannot be read; the message names it
    """
    order = Reader(payload, "order")
    fulfillment = order.child("fulfillment")
    ship_by, deliver_by = fulfillment.child("shipByWindow"), fulfillment.child("deliverByWindow")
    channel = order.child("salesChannel", required=True)
    items = tuple(_read_item(item) for item in order.children("orderItems", required=True))
    proceeds = order.child("proceeds")
    return Order(
        order_id=order.text("orderId", required=True),
        created_at=order.moment("createdTime", required=True),
        last_updated_at=order.moment("lastUpdatedTime", required=True),
        channel=channel.text("channelName", required=True),
        marketplace_id=channel.text("marketplaceId"),
        status=fulfillment.text("fulfillmentStatus"),
        fulfilled_by=fulfillment.text("fulfilledBy"),
        service_level=fulfillment.text("fulfillmentServiceLevel"),
        ship_by_from=ship_by.moment("earliestDateTime"),
        ship_by=ship_by.moment("latestDateTime"),
        deliver_by_from=deliver_by.moment("earliestDateTime"),
        deliver_by=deliver_by.moment("latestDateTime"),
        grand_total=proceeds.money("grandTotal"),
        charges=_order_charges(proceeds),
        currency=order.currency,
        buyer=_read_buyer(order.child("buyer")),
        address=_read_address(order.child("recipient").child("deliveryAddress")),
        items=items,
        programs=order.texts("programs"),
        aliases=tuple(alias.text("aliasId", required=True) for alias in order.children("orderAliases")),
        tax_registrations=_read_tax_registrations(order.child("tax")),
    )


def _read_item(item):
    product, fulfillment = item.child("product", required=True), item.child("fulfillment")
    shipping, gift = fulfillment.child("shipping"), fulfillment.child("packing").child("giftOption")
    request, tax = item.child("cancellation").child("cancellationRequest"), item.child("tax")
    ordered = item.number("quantityOrdered", required=True)
    fulfilled = fulfillment.number("quantityFulfilled") or 0
    unfulfilled = fulfillment.number("quantityUnfulfilled")
    unit_price = product.child("price").money("unitPrice")
    charges, total, tax_included = read_charges(item.child("proceeds"), unit_price, ordered)
    models = [collection.text("model") for collection in tax.children("taxCollections")]
    schemes = [part.text("reportingScheme") for part in tax.children("taxCalculationBreakdowns")]
    return Item(
        item_id=item.text("orderItemId", required=True),
        sku=product.text("sellerSku"),
        asin=product.text("asin"),
        title=product.text("title"),
        quantity_ordered=ordered,
        quantity_fulfilled=fulfilled,
        quantity_unfulfilled=ordered - fulfilled if unfulfilled is None else unfulfilled,
        unit_price=unit_price,
        total=total,
        charges=charges,
        tax_included=tax_included,
        facilitator=MARKETPLACE_FACILITATOR in models,
        reporting_scheme=next(filter(None, schemes), None),
        gift_message=gift.text("giftMessage"),
        gift_wrap=gift.text("giftWrapLevel"),
        cancellation_requested=request.exists,
        cancel_reason=request.text("cancelReason"),
        ioss_number=shipping.child("internationalShipping").text("iossNumber"),
    )


def _order_charges(proceeds):
    return tuple(
        Charge(part.text("type"), part.money("subtotal", required=True), Decimal(0), True)
        for part in proceeds.children("breakdowns")
        if part.text("type") in _ORDER_CHARGES
    )


def _read_buyer(buyer):
    return Buyer(
        name=buyer.text("buyerName"),
        email=buyer.text("buyerEmail"),
        company=buyer.text("buyerCompanyName"),
        purchase_order=buyer.text("buyerPurchaseOrderNumber"),
    )


def _read_address(address):
    if not address.exists:
        return None
    lines = [address.text(f"addressLine{number}") for number in (1, 2, 3)]
    return Address(
        name=address.text("name"),
        company=address.text("companyName"),
        lines=tuple(filter(None, lines)),
        city=address.text("city") or address.text("municipality"),
        district=address.text("districtOrCounty") or address.child("extendedFields").text("neighborhood"),
        state=address.text("stateOrRegion"),
        postal_code=address.text("postalCode"),
        country_code=address.text("countryCode"),
        phone=address.text("phone"),
        address_type=address.text("addressType"),
    )


def _read_tax_registrations(tax):
    return tuple(
        TaxRegistration(
            type=registration.text("taxRegistrationType"),
            number=registration.text("taxRegistrationNumber"),
            legal_name=registration.text("legalName"),
            address=_read_address(registration.child("taxRegistrationAddress")),
        )
        for registration in tax.children("taxRegistrations")
        if registration.text("entityType") == "BUYER"
    )
