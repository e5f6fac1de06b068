"""Feeds API 2021-06-30."""

from datetime import timedelta

from ..clock import iso, parse
from ..documents import PROCESSORS
from ..documents.feed_types import REMOVED
from ..entities import DELIVERY, INVOICING, LISTING, PRICING, ROLES, TRACKING
from ..errors import Refusal, invalid, not_found
from ..faults import FEED
from ..feeds_book import CANCELLED, IN_QUEUE
from ..limits import WindowLimit
from ..validation import TEXT, Body, Parameter
from .operation import Operation
from .paging import read_token, write_token

RETENTION = timedelta(days=90)
_STATUSES = frozenset({"CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"})
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
    feed_id = call.world.identifiers.feed_id()
    call.world.feeds.add(feed_id, call.seller.id, specification, _take_faults(call), call.now)
    return 202, {"feedId": feed_id}


def _check_feed_type(call, feed_type):
    if feed_type not in PROCESSORS and feed_type not in REMOVED:
        raise invalid(f"feed type {feed_type} is invalid")
    if not call.application.roles & _ROLES.get(feed_type, {TRACKING, DELIVERY, LISTING}):
        raise Refusal(403, "Unauthorized", "Access to the resource is forbidden")


def _take_faults(call):
    fault = call.world.faults.take("createFeed", call.seller.id, FEED)
    return [fault] if fault else []


def _feed_claims(call):
    """Some feed types are counted by themselves, besides the limit of the operation."""
    window = _WINDOWS.get(call.body["feedType"])
    return [(call.key(f"createFeed:{call.body['feedType']}"), window)] if window else []


def get_feed(call):
    """Return one feed."""
    return 200, _json(_find(call), call.now)


def cancel_feed(call):
    """Cancel a feed that is in the queue still."""
    feed = _find(call)
    if feed.status(call.now) != IN_QUEUE:
        raise invalid(f"The feed {feed.id} is {feed.status(call.now)}; only feeds IN_QUEUE can be cancelled.")
    feed.cancelled = True
    return 200, None


def _find(call):
    feed = call.world.feeds.find(call.seller.id, call.path["feedId"])
    if feed is None or feed.created < call.now - RETENTION:
        raise not_found(f"The feed {call.path['feedId']} does not exist.")
    return feed


def get_feeds(call):
    """Return feeds by filters, newest first; later pages by token alone."""
    given = {name: value for name, value in call.query.items() if value is not None}
    if "nextToken" in given:
        if len(given) > 1:
            raise invalid("nextToken cannot be given with any other parameter.")
        filters = read_token(given["nextToken"], "nextToken")
    else:
        filters = _filters(call, given)
    return 200, _page(call, filters)


def _filters(call, given):
    if "feedTypes" not in given:
        raise invalid("Either feedTypes or nextToken is required.")
    call.check_marketplaces(given.get("marketplaceIds", []))
    since, until = given.get("createdSince", call.now - RETENTION), given.get("createdUntil", call.now)
    return {
        **given,
        "createdSince": iso(max(since, call.now - RETENTION)),
        "createdUntil": iso(until),
        "pageSize": given.get("pageSize", 10),
        "seen": None,
    }


def _page(call, filters):
    """Return one page, with a token if there is more. ``seen`` is the last feed of the page before."""
    found = []
    for feed in _matching(call, filters):
        if len(found) == filters["pageSize"]:
            return {"feeds": found, "nextToken": write_token({**filters, "seen": found[-1]["feedId"]})}
        found.append(_json(feed, call.now))
    return {"feeds": found}


def _matching(call, filters):
    since, until = parse(filters["createdSince"]), parse(filters["createdUntil"])
    types, statuses = set(filters["feedTypes"]), set(filters.get("processingStatuses", _STATUSES))
    marketplace_ids = set(filters.get("marketplaceIds", call.seller.marketplaces))
    skipping = filters["seen"] is not None
    for feed in call.world.feeds.of(call.seller.id):
        if feed.created < since:
            return
        if skipping:
            skipping = feed.id != filters["seen"]
        elif (
            feed.created <= until
            and feed.type in types
            and feed.status(call.now) in statuses
            and marketplace_ids & set(feed.marketplace_ids)
        ):
            yield feed


def _json(feed, now):
    """Write a feed as Amazon shows it; times here carry ``+00:00``."""
    status = feed.status(now)
    shown = {
        "feedId": feed.id,
        "feedType": feed.type,
        "marketplaceIds": feed.marketplace_ids,
        "createdTime": feed.created.isoformat(),
        "processingStatus": status,
    }
    if status not in (IN_QUEUE, CANCELLED):
        shown["processingStartTime"] = feed.starts.isoformat()
    if feed.outcome:
        shown["processingEndTime"] = feed.ends.isoformat()
    if document_id := feed.shown_result_document_id(now):
        shown["resultFeedDocumentId"] = document_id
    return shown


def get_feed_document(call):
    """Return the address of a document."""
    document = call.world.storage.find(call.path["feedDocumentId"], call.seller.id)
    if document is None:
        raise not_found(f"The document {call.path['feedDocumentId']} does not exist.")
    encoding_header = bool(call.query["enableContentEncodingUrlHeader"])
    shown = {
        "feedDocumentId": document.id,
        "url": call.world.storage.address(document, "GET", encoding_header),
    }
    return 200, {**shown, "compressionAlgorithm": "GZIP"} if document.compressed else shown


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
_FEEDS_QUERY = (
    Parameter("feedTypes", many=True, most=10),
    Parameter("marketplaceIds", many=True, most=10),
    Parameter("pageSize", "integer", low=1, high=100),
    Parameter("processingStatuses", many=True, values=_STATUSES),
    Parameter("createdSince", "date-time"),
    Parameter("createdUntil", "date-time"),
    Parameter("nextToken"),
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
    Operation("getFeeds", "GET", f"{_PATH}/feeds", get_feeds, 0.0222, 10, ROLES, _FEEDS_QUERY),
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
