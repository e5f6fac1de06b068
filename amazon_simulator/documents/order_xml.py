"""The XML feeds for orders: reading the envelope safely, and one result for each message."""

from dataclasses import dataclass

from lxml import etree

from ..ledger import Refused
from .report import Result, xml_outcome, xml_refusal
from .xml_structure import (
    BOOLEAN,
    ID_NUMBER,
    STRING,
    Field,
    date_time,
    one_of,
    optional,
    pattern,
    problem,
    text_of,
)

NOT_WELL_FORMED, NOT_VALID, WRONG_MERCHANT, REPEATED_ID = "5000", "5001", "5002", "5003"


@dataclass(frozen=True)
class Form:
    """A kind of document.

    :param str message_type: also the name of the body element
    :param tuple body: structure of the body element
    :param apply: does what one message says; called with ``Work`` and the body element; raises ``Refused``
    """

    message_type: str
    body: tuple
    apply: object

    @property
    def envelope(self):
        """The structure of the whole document (amzn-envelope.xsd, amzn-header.xsd)."""
        version = pattern(r"\d{1,2}\.\d{1,2}", "a version such as 1.01 is expected.")
        header = (
            Field("DocumentVersion", version),
            Field("MerchantIdentifier", STRING),
            optional("OverrideReleaseId", STRING),
        )
        message = (
            Field("MessageID", ID_NUMBER),
            optional("OperationType", one_of(_OPERATIONS)),
            Field(self.message_type, children=self.body),
        )
        return Field(
            "AmazonEnvelope",
            children=(
                Field("Header", children=header),
                Field("MessageType", one_of({self.message_type})),
                optional("MarketplaceName", text_of(50)),
                optional("PurgeAndReplace", BOOLEAN),
                optional("EffectiveDate", date_time),
                Field("Message", children=message, most=None),
            ),
        )


_OPERATIONS = frozenset({"Update", "Delete", "PartialUpdate"})


def process(work, form):
    """Process a document message by message.

    A document that is not valid is refused as a whole; a message that an order does not allow fails alone.
    """
    try:
        envelope = _parse(work.content)
    except etree.XMLSyntaxError as error:
        return xml_refusal(work, NOT_WELL_FORMED, f"XML Parsing Fatal Error: {error}")
    if found := problem(envelope, form.envelope):
        return xml_refusal(work, NOT_VALID, found)
    merchant = envelope.findtext("Header/MerchantIdentifier").strip()
    if merchant != work.seller.id:
        return xml_refusal(
            work, WRONG_MERCHANT, f"The merchant {merchant} is not the submitter of this feed."
        )
    messages = envelope.findall("Message")
    return xml_outcome(work, len(messages), list(_results(work, form, messages)))


def _parse(content):
    """Read XML without entities, without network, and refuse a document type."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise etree.XMLSyntaxError("DOCTYPE is disallowed.", 0, 0, 0)
    return root


def _results(work, form, messages):
    """Yield a ``Result`` for each message that fails."""
    seen = set()
    for position, message in enumerate(messages):
        message_id, body = message.findtext("MessageID"), message.find(form.message_type)
        order_id = body.findtext("AmazonOrderID")
        if message_id in seen:
            yield Result(
                message_id, REPEATED_ID, f"The message id {message_id} is used more than once.", order_id
            )
        elif sabotage := work.sabotage(position):
            yield Result(message_id, *sabotage, order_id)
        elif refused := _refusal(work, form, body):
            yield Result(message_id, refused.code, refused.text, order_id, refused.order_item_id)
        seen.add(message_id)


def _refusal(work, form, body):
    """Do what a message says; return the ``Refused`` if that is not possible."""
    try:
        form.apply(work, body)
    except Refused as refused:
        return refused
    return None


def find_order(work, body):
    """Return the order that a message names.

    :raise Refused: no such order, or only the merchant's own id, which Amazon here does not know
    """
    order_id = body.findtext("AmazonOrderID") or body.findtext("MerchantOrderID")
    return work.world.ledger.order(work.seller.id, order_id)


def item_id(element):
    """Return the order item id in an Item or AdjustedItem."""
    return element.findtext("AmazonOrderItemCode") or element.findtext("MerchantOrderItemID")
