"""What Amazon does with the documents of feeds, one module per feed type."""

from dataclasses import dataclass, replace

from ..queue_book import FATAL, Outcome
from . import acknowledgement, adjustment, fulfillment, listings_feed, vat_invoice
from .feed_types import REMOVED

# "Feeds API best practices": 10 MiB.
MAX_BYTES = 10 * 1024 * 1024
PROCESSORS = {
    "JSON_LISTINGS_FEED": listings_feed,
    "POST_ORDER_FULFILLMENT_DATA": fulfillment,
    "POST_ORDER_ACKNOWLEDGEMENT_DATA": acknowledgement,
    "POST_PAYMENT_ADJUSTMENT_DATA": adjustment,
    "UPLOAD_VAT_INVOICE": vat_invoice,
}


@dataclass
class Work:
    """A feed to be processed.

    :param datetime now: the moment of the effects
    :param bytes content: what was uploaded
    """

    world: object
    feed: object
    seller: object
    now: object
    content: bytes
    content_type: str

    def sabotage(self, position):
        """Return (code, message) if ``partial_errors`` strikes the message at this position (from 0)."""
        fault = self.feed.fault("partial_errors")
        if fault is None or position % int(fault.options.get("every", 2)):
            return None
        return str(fault.options.get("code", "8560")), fault.options.get(
            "message", "An internal error occurred."
        )


def process(world, feed):
    """Do what a feed says.

    :return tuple: ``Outcome``, id of the result document or None
    """
    seller = world.sellers[feed.seller_id]
    outcome = _outcome(world, feed, seller)
    return outcome, world.storage.write_result(seller, outcome, "feed")


def _outcome(world, feed, seller):
    document = world.storage.find(feed.document_id, feed.seller_id)
    if feed.type in REMOVED or document is None or document.content is None:
        return Outcome(FATAL)
    processor = PROCESSORS[feed.type]
    work = Work(world, feed, seller, feed.ends, document.content, document.content_type)
    if len(document.content) > MAX_BYTES:
        return processor.refuse(
            work, f"The document has {len(document.content)} bytes; {MAX_BYTES} are allowed."
        )
    fatal = feed.fault("fatal")
    if fatal is None:
        return processor.process(work)
    outcome = processor.process(work) if fatal.options.get("effect") == "all" else Outcome(FATAL)
    return replace(outcome, status=FATAL) if fatal.options.get("report") else Outcome(FATAL)
