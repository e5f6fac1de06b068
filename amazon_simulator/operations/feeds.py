"""Feeds API 2021-06-30."""

from ..documents import PROCESSORS
from ..documents.feed_types import REMOVED
from ..entities import DELIVERY, INVOICING, LISTING, PRICING, ROLES, TRACKING
from ..errors import Refusal, invalid
from ..limits import WindowLimit
from ..queue_book import Feed
from ..validation import TEXT, Body, Parameter
from . import jobs
from .operation import Operation

# "Order feed type values", "Listings feed type values", "Upload invoices"
_ROLES = {"JSON_LISTINGS_FEED": {LISTING, PRICING}, "UPLOAD_VAT_INVOICE": {INVOICING}}
# The changelog of 2025-05-06: 5 JSON_LISTINGS_FEED in 5 minutes; the invoice documents: one in 3 seconds.
_WINDOWS = {"JSON_LISTINGS_FEED": WindowLimit(5, 300), "UPLOAD_VAT_INVOICE": WindowLimit(1, 3)}
_ONE_MARKETPLACE = frozenset({"JSON_LISTINGS_FEED"})


def create_feed_document(call):
    """Make room for a document."""
    document = call.world.storage.new(call.seller, call.body["contentType"])
    return 201, {"feedDocumentId": document.id, "url": call.world.storage.address(document, "PUT")}


def create_feed(call):
    """Take a feed. Whether its document was uploaded shows only when it is processed."""
    specification = call.body
    _check_feed_type(call, specification["feedType"])
    marketplace_ids = specification["marketplaceIds"]
    if specification["feedType"] in _ONE_MARKETPLACE and len(marketplace_ids) > 1:
        raise invalid("Too many 'marketplaceIds' values provided. Expected a maximum of 1.")
    call.check_marketplaces(marketplace_ids)
    if call.world.storage.find(specification["inputFeedDocumentId"], call.seller.id) is None:
        raise invalid("The inputFeedDocumentId does not exist or has expired.")
    feed = Feed(
        id=call.world.identifiers.job_id(),
        seller_id=call.seller.id,
        type=specification["feedType"],
        marketplace_ids=marketplace_ids,
        options=specification.get("feedOptions", {}),
        created=call.now,
        faults=jobs.take_faults(call),
        document_id=specification["inputFeedDocumentId"],
    )
    call.world.feeds.add(feed)
    return 202, {"feedId": feed.id}


def _check_feed_type(call, feed_type):
    if feed_type not in PROCESSORS and feed_type not in REMOVED:
        raise invalid(f"feed type {feed_type} is invalid")
    if not call.application.roles & _ROLES.get(feed_type, {TRACKING, DELIVERY, LISTING}):
        raise Refusal(403, "Unauthorized", "Access to the resource is forbidden")


def _feed_claims(call):
    """Some feed types are counted by themselves, besides the limit of the operation."""
    window = _WINDOWS.get(call.body["feedType"])
    return [(call.key(f"createFeed:{call.body['feedType']}"), window)] if window else []


def get_feed(call):
    """Return one feed."""
    return 200, _shown(jobs.find(call, call.world.feeds, "feed"), call.now)


def cancel_feed(call):
    """Cancel a feed that is in the queue still."""
    return jobs.cancel(call, call.world.feeds, "feed")


def get_feeds(call):
    """Return feeds by filters, newest first."""
    return jobs.list_jobs(call, call.world.feeds, "feed", _shown)


def _shown(feed, now):
    view, document_id = jobs.shown(feed, "feed", now), feed.shown_result_document_id(now)
    return {**view, "resultFeedDocumentId": document_id} if document_id else view


def get_feed_document(call):
    """Return the address of a document."""
    return jobs.get_document(call, "feed")


_PATH = "/feeds/2021-06-30"
_DOCUMENT_BODY = Body({"contentType": TEXT}, ("contentType",))
_FEED_BODY = Body(
    {
        "feedType": TEXT,
        "marketplaceIds": {"type": "array", "minItems": 1, "maxItems": 25, "items": TEXT},
        "inputFeedDocumentId": TEXT,
        "feedOptions": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    ("feedType", "marketplaceIds", "inputFeedDocumentId"),
)

OPERATIONS = (
    Operation(
        "createFeedDocument",
        "POST",
        f"{_PATH}/documents",
        create_feed_document,
        0.5,
        15,
        ROLES,
        body=_DOCUMENT_BODY,
    ),
    Operation(
        "createFeed",
        "POST",
        f"{_PATH}/feeds",
        create_feed,
        0.0083,
        15,
        ROLES,
        body=_FEED_BODY,
        extra_claims=_feed_claims,
    ),
    Operation(
        "getFeeds", "GET", f"{_PATH}/feeds", get_feeds, 0.0222, 10, ROLES, jobs.list_query("feedTypes")
    ),
    Operation("getFeed", "GET", f"{_PATH}/feeds/{{feedId}}", get_feed, 2, 15, ROLES),
    Operation("cancelFeed", "DELETE", f"{_PATH}/feeds/{{feedId}}", cancel_feed, 2, 15, ROLES),
    Operation(
        "getFeedDocument",
        "GET",
        f"{_PATH}/documents/{{feedDocumentId}}",
        get_feed_document,
        0.0222,
        10,
        ROLES,
        (Parameter("enableContentEncodingUrlHeader", "boolean"),),
    ),
)
