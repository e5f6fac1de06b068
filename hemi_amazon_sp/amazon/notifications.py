"""What Amazon sends to a queue about orders, feeds and reports (Notifications API v1).

Sources: the notification schemas of selling-partner-api-models, guide "Notifications API v1". Last seen:
2026-11-25. A notification is a hint: it comes at least once, in any order, and anybody who may write into the
queue can forge one. So nothing is believed of it but that somebody should look. Bodies hold buyers' postal
codes: nothing of them is ever shown in an error or a log.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from .dates import from_amazon
from .json_text import json_object

ORDER_CHANGE = "ORDER_CHANGE"
FEED_FINISHED = "FEED_PROCESSING_FINISHED"
REPORT_FINISHED = "REPORT_PROCESSING_FINISHED"
# kind -> what the payload is called, and the number of what it is about; in lower case, see ``_get``
_PAYLOADS = {
    ORDER_CHANGE: ("orderchangenotification", "amazonorderid"),
    FEED_FINISHED: ("feedprocessingfinishednotification", "feedid"),
    REPORT_FINISHED: ("reportprocessingfinishednotification", "reportid"),
}
KINDS = tuple(_PAYLOADS)
# Numbers of Amazon's are short and plain; anything else could not be compared with ours anyway.
_NUMBER = re.compile(r"[\w.-]{1,64}", re.ASCII)
_MERCHANT = "amzn1.merchant.o."  # before the seller's id in ``accountId``


@dataclass(frozen=True)
class Notification:
    """One notification.

    :param str kind: one of ``KINDS``
    :param str seller_id: Merchant ID of the seller it is about
    :param str number: of the order, feed or report
    :param datetime sent_at: when Amazon says that it happened, naive UTC; None if it does not say
    :param str order_status: such as ``Unshipped``, of an order if Amazon tells it
    """

    kind: str
    seller_id: str
    number: str
    sent_at: datetime | None = None
    order_status: str | None = None


def read_notification(body):
    """Read the body of a message, as Amazon sends it or as a rule of EventBridge forwards it.

    Amazon writes the names in PascalCase or camelCase, depending on the kind, so their case does not count.

    :param str body:
    :return: the notification, or None if it is anything else: another kind, foreign, or not whole
    :rtype: Notification
    """
    message = json_object(body.encode("utf-8", "replace"))
    detail = _get(message, "detail")  # EventBridge's envelope
    message = detail if isinstance(detail, dict) else message
    kind = _get(message, "notificationtype")
    if not isinstance(kind, str) or kind not in _PAYLOADS:
        return None
    name, number_name = _PAYLOADS[kind]
    payload = _get(_get(message, "payload"), name)
    seller_id, number = _seller_id(payload), _number(_get(payload, number_name))
    if not seller_id or not number:
        return None
    status = _number(_get(_get(payload, "summary"), "orderstatus"))
    return Notification(kind, seller_id, number, _moment(_get(message, "eventtime")), status)


def _get(value, name):
    """Return a property of a JSON object whatever the case of its name; None if there is none."""
    if not isinstance(value, dict):
        return None
    return next((found for key, found in value.items() if key.lower() == name), None)


def _seller_id(payload):
    """Return the seller; ``sellerId`` can be missing where ``accountId`` is there."""
    account_id = _get(payload, "accountid")
    merchant = account_id.removeprefix(_MERCHANT) if isinstance(account_id, str) else None
    return _number(_get(payload, "sellerid")) or _number(merchant)


def _number(value):
    return value if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _moment(value):
    try:
        return from_amazon(value)
    except (TypeError, ValueError):
        return None
