"""Reading an order (Orders API 2026-01-01). Names and requirements are those of orders_2026-01-01.json."""

from decimal import Decimal

from .charges import Charge, read_charges
from .order_fields import OrderError, Reader
from .order_values import Address, Buyer, Delivery, Item, Order, TaxRegistration

__all__ = [
    "Address",
    "Buyer",
    "Charge",
    "Delivery",
    "Item",
    "Order",
    "OrderError",
    "TaxRegistration",
    "read_order",
]

# Charges of an order that belong to none of its items. Last seen: 2026-11-23
_ORDER_CHARGES = {"DELIVERY_TIP"}
MARKETPLACE_FACILITATOR = "MARKETPLACE_FACILITATOR"
CASH_ON_DELIVERY = "CashOnDelivery"
_EXTENDED = ("streetName", "streetNumber", "complement", "neighborhood")
_REPLACED = {"REPLACEMENT_ORIGINAL_ID", "EXCHANGE_ORIGINAL_ID"}


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
        replaces=_replaced(order),
        cash_on_delivery=_is_cash_on_delivery(order),
        delivery=_read_delivery(order.child("recipient").child("deliveryPreference")),
        payload=payload,
    )


def _replaced(order):
    return next(
        (
            other.text("orderId")
            for other in order.children("associatedOrders")
            if other.text("associationType") in _REPLACED
        ),
        None,
    )


def _is_cash_on_delivery(order):
    methods = [part.text("paymentMethod") for part in order.child("payment").children("paymentExecutions")]
    return CASH_ON_DELIVERY in methods or any(
        "cashOnDelivery" in _constraints(item.child("fulfillment").child("shipping"))
        for item in order.children("orderItems")
    )


def _read_delivery(preference):
    return Delivery(
        drop_off=preference.text("dropOffLocation"),
        instruction=preference.text("addressInstruction"),
        capabilities=preference.texts("deliveryCapabilities"),
    )


def _read_item(item):
    product, fulfillment = item.child("product", required=True), item.child("fulfillment")
    shipping, gift = fulfillment.child("shipping"), fulfillment.child("packing").child("giftOption")
    request, tax = item.child("cancellation").child("cancellationRequest"), item.child("tax")
    ordered = item.number("quantityOrdered", required=True)
    fulfilled = fulfillment.number("quantityFulfilled") or 0
    unfulfilled = fulfillment.number("quantityUnfulfilled")
    unit_price = product.child("price").money("unitPrice")
    proceeds = read_charges(item.child("proceeds"), unit_price, ordered)
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
        total=proceeds.total,
        charges=proceeds.charges,
        tax_included=proceeds.tax_included,
        facilitator=MARKETPLACE_FACILITATOR in models,
        reporting_scheme=next(filter(None, schemes), None),
        gift_message=gift.text("giftMessage"),
        gift_wrap=gift.text("giftWrapLevel"),
        cancellation_requested=request.exists,
        cancel_reason=request.text("cancelReason"),
        ioss_number=shipping.child("internationalShipping").text("iossNumber"),
        tax_told=proceeds.tax_told,
        customized_url=product.child("customization").text("customizedUrl"),
        serial_numbers_required=fulfillment.child("packing").child("serialNumberRequirement").exists,
        constraints=_constraints(shipping),
        programs=item.texts("programs"),
    )


def _constraints(shipping):
    """What is mandatory; Amazon names each constraint by a field."""
    return shipping.child("shippingConstraints").names()


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
    extended = address.child("extendedFields")
    return Address(
        name=address.text("name"),
        company=address.text("companyName"),
        lines=tuple(filter(None, lines)),
        city=address.text("city") or address.text("municipality"),
        district=address.text("districtOrCounty") or extended.text("neighborhood"),
        state=address.text("stateOrRegion"),
        postal_code=address.text("postalCode"),
        country_code=address.text("countryCode"),
        phone=address.text("phone"),
        address_type=address.text("addressType"),
        extended=tuple(
            filter(
                None,
                [address.text("municipality"), *(extended.text(name) for name in _EXTENDED)],
            )
        ),
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
