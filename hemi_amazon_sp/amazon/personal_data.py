"""What is personal in an order of Amazon: the same list for what is left out, hidden in words, or erased."""

import re
from dataclasses import replace

from .order_values import Buyer, Delivery

HIDDEN = "***"
SHORTEST = 3  # characters; what is shorter than this would hide parts of ordinary words
# Sections and fields of the model orders_2026-01-01.json
_SECTIONS = ("buyer", "recipient")
_FIELDS = ("giftMessage", "customizedUrl", "cancelReason", "taxRegistrations")
# in these sections, but of nobody in particular
_NOT_PERSONAL = (
    "countryCode",
    "addressType",
    "entityType",
    "taxRegistrationType",
    "deliveryCapabilities",
)


def without_personal_data(order):
    """Return an order without all that is personal in it; numbers, goods and money stay.

    :param Order order: the order as read
    :rtype: Order
    """
    return replace(
        order,
        buyer=Buyer(),
        address=None,
        delivery=Delivery(),
        tax_registrations=(),
        items=tuple(
            replace(item, gift_message=None, customized_url=None, cancel_reason=None) for item in order.items
        ),
        payload={},
    )


def personal_values(payload):
    """Return the personal texts in an order as Amazon sent it, whatever shape it has.

    :param payload: an Order of the Orders API 2026-01-01
    :rtype: set[str]
    """
    return {text.strip() for text in _texts(payload, False) if len(text.strip()) >= SHORTEST}


def hide_personal(text, payload):
    """Return a text in which what is personal in an order is hidden.

    :param str text: for instance what an addon says about a partner that it refuses
    :param payload: an Order of the Orders API 2026-01-01
    """
    for value in sorted(personal_values(payload), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text


def _texts(value, is_personal):
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NOT_PERSONAL:
                yield from _texts(inner, is_personal or name in _SECTIONS or name in _FIELDS)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, is_personal)
    elif is_personal and isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)
