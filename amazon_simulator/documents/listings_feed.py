"""JSON_LISTINGS_FEED: stock, prices and other attributes of many SKUs of one marketplace."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import fastjsonschema

from .. import attributes
from ..attributes import INVALID_PATCH, UNKNOWN_SKU, Issue
from ..listing_view import item_view
from ..queue_book import DONE, FATAL, Outcome

_SCHEMA = Path(__file__).parent.parent / "schemas" / "listings-feed-schema-v2.json"
_REPEATED_ID, _BAD_DOCUMENT = "4000002", "4000001"


def process(work):
    """Do what the messages say, each by itself."""
    try:
        feed = json.loads(work.content.decode("utf-8"), parse_float=Decimal)
        _frame()(feed)
    except (ValueError, fastjsonschema.JsonSchemaException) as error:
        return refuse(work, f"The document is not valid: {error}")
    if feed["header"]["sellerId"] != work.seller.id:
        return refuse(work, f"The sellerId {feed['header']['sellerId']} is not the submitter of this feed.")
    issues, seen = [], set()
    for position, message in enumerate(feed["messages"]):
        issue = _issue(work, position, message, seen)
        if issue:
            issues.append(_issue_json(message, issue))
    return _outcome(work, feed, issues)


def refuse(work, text):
    """Refuse the document as a whole."""
    report = {
        "header": {"sellerId": work.seller.id, "version": "2.0", "feedId": work.feed.id},
        "issues": [{"code": _BAD_DOCUMENT, "severity": "ERROR", "message": text}],
        "summary": _summary(1, 0, 0),
    }
    return _written(report, FATAL, 0, 0)


@cache
def _frame():
    """A check of the document but for its messages, which are checked one by one."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    schema["properties"]["messages"]["items"] = {"type": "object"}
    return fastjsonschema.compile(schema, use_default=False)


@cache
def _message():
    """A check of one message."""
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return fastjsonschema.compile(schema["properties"]["messages"]["items"], use_default=False)


def _issue(work, position, message, seen):
    """Do what a message says; return the ``Issue`` that keeps Amazon from it."""
    try:
        _message()(message)
        if message["messageId"] in seen:
            raise Issue(_REPEATED_ID, f"The messageId {message['messageId']} is used more than once.")
        seen.add(message["messageId"])
        if sabotage := work.sabotage(position):
            raise Issue(*sabotage)
        _apply(work, message)
    except fastjsonschema.JsonSchemaException as error:
        return Issue(INVALID_PATCH, f"The message is not valid: {error}")
    except Issue as issue:
        return issue
    return None


def _apply(work, message):
    listing = work.seller.listings.get(message["sku"])
    if listing is None:
        raise Issue(
            UNKNOWN_SKU, f"The SKU {message['sku']} does not exist in the Amazon catalog of this merchant."
        )
    if message["operationType"] == "DELETE":
        del work.seller.listings[listing.sku]
        return
    patches = _patches(listing, message)
    result = attributes.patched(listing, patches, message["productType"], work.feed.marketplace_ids)
    attributes.apply(listing, result, patches, work.now)


def _patches(listing, message):
    """Return a message as patches: an update replaces attributes, a full one also removes all others."""
    if message["operationType"] == "PATCH":
        return message["patches"]
    patches = [
        {"op": "replace", "path": f"/attributes/{name}", "value": value}
        for name, value in message["attributes"].items()
    ]
    if message["operationType"] == "UPDATE":
        gone = set(listing.attributes) - set(message["attributes"])
        patches += [{"op": "delete", "path": f"/attributes/{name}"} for name in sorted(gone)]
    return patches


def _issue_json(message, issue):
    """Return an issue of the report; of a message that is not valid, only what can be told."""
    written = {"code": issue.code, "severity": "ERROR", "message": issue.message}
    if isinstance(message.get("messageId"), int) and message["messageId"] > 0:
        written["messageId"] = message["messageId"]
    if isinstance(message.get("sku"), str) and message["sku"]:
        written["sku"] = message["sku"]
    if issue.attribute:
        written["attributeName"] = issue.attribute
    return written


def _outcome(work, feed, issues):
    processed = len(feed["messages"])
    header = {"sellerId": work.seller.id, "version": "2.0", "feedId": work.feed.id}
    told = issues * (2 if work.feed.fault("duplicate_results") else 1)
    report = {"header": header, "issues": told, "summary": _summary(len(issues), processed, len(issues))}
    if wanted := feed["header"].get("report"):
        header["report"] = wanted
        report["items"] = _items(work, feed, wanted["includedData"])
        report["summary"]["itemSummary"] = {"items": len(report["items"]), "errors": 0, "warnings": 0}
    return _written(report, DONE, processed, processed - len(issues))


def _summary(errors, processed, failed):
    return {
        "errors": errors,
        "warnings": 0,
        "messagesProcessed": processed,
        "messagesAccepted": processed - failed,
        "messagesInvalid": failed,
    }


def _items(work, feed, included):
    """Return the listings that the feed named, as getListingsItem shows them."""
    skus = dict.fromkeys(message.get("sku") for message in feed["messages"])
    listings = [work.seller.listings[sku] for sku in skus if sku in work.seller.listings]
    return [item_view(listing, work.feed.marketplace_ids, included) for listing in listings]


def _written(report, status, processed, accepted):
    content = json.dumps(report).encode()
    return Outcome(status, content, "application/json; charset=UTF-8", True, processed, accepted)
