"""What the XML feeds share: envelope (amzn-envelope.xsd), common types (amzn-base.xsd), clean text."""

import re
from io import BytesIO

from lxml import etree

from ..errors import BAD_DOCUMENT, AmazonError
from . import MAX_BYTES
from .batches import batches, check_limits

CONTENT_TYPE = "text/xml; charset=UTF-8"
# Amazon names no number for the order feeds; the one of the listings feed is taken for all.
MAX_MESSAGES = 25_000
MAX_STRING = 50  # type String
DOCUMENT_VERSION = "1.01"

_ORDER_ID = re.compile(r"\w{3}-\w{7}-\w{7}", re.ASCII)
_ORDER_ITEM_ID = re.compile(r"\d{14}", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
# Everything outside the characters of XML 1.0, and the control characters that it allows.
_FORBIDDEN = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def string(value, max_length=MAX_STRING):
    """Make free text fit a ``String``: white space normalised, control characters removed, cut.

    :rtype: str
    """
    text = _FORBIDDEN.sub("", " ".join(value.split()))
    return " ".join(text.split())[:max_length].rstrip()


def is_string(value, max_length=MAX_STRING):
    """Tell whether ``value`` is a ``String`` as it stands; for text that must not be changed."""
    return bool(value) and string(value, max_length) == value


def common_problems(message):
    """Return what is wrong with the ids of a message that has ``message_id``, ``order_id`` and ``items``."""
    found = []
    if not _NUMBER.fullmatch(str(message.message_id)):
        found.append(f"The message number {message.message_id!r} does not have 1 to 20 digits.")
    if not _ORDER_ID.fullmatch(message.order_id or ""):
        found.append(f"{message.order_id!r} is not an Amazon order number such as 123-1234567-1234567.")
    if not message.items:
        found.append(f"No item of the order {message.order_id} is named.")
    return found


def item_problems(order_item_id, quantity):
    """Return what is wrong with an order item and its quantity (None where Amazon lets it be left out)."""
    found = []
    if not _ORDER_ITEM_ID.fullmatch(str(order_item_id)):
        found.append(f"{order_item_id!r} is not an Amazon order item number of 14 digits.")
    if quantity is not None and (quantity != int(quantity) or quantity < 1):
        found.append(f"The quantity of the order item {order_item_id} must be a whole number above zero.")
    return found


def is_number(value):
    """Tell whether ``value`` is an ``IDNumber``: 1 to 20 digits."""
    return bool(_NUMBER.fullmatch(str(value)))


def add(parent, tag, text=None, **attributes):
    """Append an element with text; nothing is appended when the text is None.

    :return: the element, or the parent when nothing was appended
    """
    if text is None:
        return parent
    element = etree.SubElement(parent, tag, attributes)
    element.text = str(text)
    return element


def write_envelope(seller_id, message_type, messages, build, problems):
    """Write one feed.

    :param str seller_id: Merchant ID
    :param str message_type: such as ``OrderFulfillment``, also the name of the body element
    :param messages: iterable of the messages, each with ``message_id``
    :param build: fills the body element (first argument) from a message (second)
    :param problems: names what Amazon would refuse about a message
    :return: UTF-8
    :rtype: bytes
    :raise AmazonError: ``BadDocument``: a message with problems, a number used twice, none or too many
        messages, too large
    """
    output, seen = BytesIO(), set()
    if not is_string(seller_id):
        _refuse([f"{seller_id[:MAX_STRING]!r} is not a Merchant ID."])

    def elements():
        for message in messages:
            _refuse(problems(message))
            _refuse(
                [f"The message number {message.message_id} is used twice."] * (message.message_id in seen)
            )
            seen.add(message.message_id)
            yield _message(message_type, message, build)

    with etree.xmlfile(output, encoding="UTF-8") as document:
        _write_frame(document, seller_id, message_type, elements())
    content = output.getvalue()
    check_limits(content, seen, MAX_MESSAGES, MAX_BYTES)
    return content


def split_envelope(seller_id, message_type, messages, build):
    """Cut messages into feeds for :func:`write_envelope`, in order, each as large as both limits allow.

    :return: iterator of lists
    """
    empty = _frame_size(seller_id, message_type)
    return batches(
        messages,
        lambda message: len(
            etree.tostring(_message(message_type, message, build), encoding="utf-8", xml_declaration=False)
        ),
        empty,
        MAX_MESSAGES,
        max_bytes=MAX_BYTES,
    )


def _frame_size(seller_id, message_type):
    output = BytesIO()
    with etree.xmlfile(output, encoding="UTF-8") as document:
        _write_frame(document, seller_id, message_type, ())
    return len(output.getvalue())


def _write_frame(document, seller_id, message_type, elements):
    document.write_declaration()
    with document.element("AmazonEnvelope"):
        document.write(_header(seller_id))
        document.write(_leaf("MessageType", message_type))
        for element in elements:
            document.write(element)


def _refuse(sentences):
    if sentences:
        raise AmazonError(BAD_DOCUMENT, " ".join(sentences))


def _header(seller_id):
    header = etree.Element("Header")
    add(header, "DocumentVersion", DOCUMENT_VERSION)
    add(header, "MerchantIdentifier", seller_id)
    return header


def _leaf(tag, text):
    element = etree.Element(tag)
    element.text = text
    return element


def _message(message_type, message, build):
    element = etree.Element("Message")
    add(element, "MessageID", message.message_id)
    build(etree.SubElement(element, message_type), message)
    return element
