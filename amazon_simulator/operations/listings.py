"""Listings Items API 2021-08-01."""

from .. import attributes
from ..attributes import UNKNOWN_SKU, Issue
from ..entities import LISTING, PRICING
from ..errors import invalid, not_found, unauthorized
from ..limits import Limit
from ..listing_view import SECTIONS, item_view, statuses
from ..validation import TEXT, Body, Parameter, closed
from .operation import Operation
from .paging import fingerprint, read_token, write_token

PREVIEW = "VALIDATION_PREVIEW"
# The most that can be paged through.
MOST_RESULTS = 1000


def get_listings_item(call):
    """Return one listing."""
    _check_seller(call)
    listing = call.seller.listings.get(call.path["sku"])
    if listing is None:
        raise not_found(
            f"SKU '{call.path['sku']}' not found in marketplace {call.query['marketplaceIds'][0]}"
        )
    return 200, item_view(listing, call.query["marketplaceIds"], call.query["includedData"])


def _check_seller(call):
    """The seller of the path must be the one whose token this is; the marketplaces must be his."""
    if call.path["sellerId"] != call.seller.id:
        raise unauthorized()
    call.check_marketplaces(call.query["marketplaceIds"])


def search_listings_items(call):
    """Return listings by filters, in pages."""
    _check_seller(call)
    query = call.query
    _check_search(query)
    found = sorted(
        (listing for listing in _candidates(call) if _matches(listing, query)),
        key=lambda listing: (_SORT_KEYS[query["sortBy"]](listing), listing.sku),
        reverse=query["sortOrder"] == "DESC",
    )
    start = _start(query)
    page = found[start : start + query["pageSize"]]
    answer = {
        "numberOfResults": len(found),
        "items": [item_view(listing, query["marketplaceIds"], query["includedData"]) for listing in page],
    }
    pagination = _pagination(query, start, min(len(found), MOST_RESULTS))
    return 200, {**answer, "pagination": pagination} if pagination else answer


def _check_search(query):
    if (query["identifiers"] is None) != (query["identifiersType"] is None):
        raise invalid("identifiers and identifiersType must be given together.")
    if (
        sum(query[name] is not None for name in ("identifiers", "variationParentSku", "packageHierarchySku"))
        > 1
    ):
        raise invalid("Only one of identifiers, variationParentSku and packageHierarchySku can be given.")


def _candidates(call):
    listings, query = call.seller.listings, call.query
    if query["variationParentSku"] or query["packageHierarchySku"]:
        return []
    if query["identifiersType"] == "SKU":
        return [listings[sku] for sku in dict.fromkeys(query["identifiers"]) if sku in listings]
    if query["identifiersType"] == "ASIN":
        return [listing for listing in listings.values() if listing.asin in query["identifiers"]]
    return [] if query["identifiersType"] else listings.values()


def _matches(listing, query):
    status = {value for identifier in query["marketplaceIds"] for value in statuses(listing, identifier)}
    severities = {issue["severity"] for issue in listing.issues}
    return (
        all(
            _within(moment, query[f"{name}After"], query[f"{name}Before"])
            for name, moment in (("created", listing.created), ("lastUpdated", listing.updated))
        )
        and (not query["withStatus"] or status & set(query["withStatus"]))
        and not (query["withoutStatus"] and status & set(query["withoutStatus"]))
        and (not query["withIssueSeverity"] or severities & set(query["withIssueSeverity"]))
    )


def _within(moment, first, last):
    return (first is None or moment >= first) and (last is None or moment <= last)


_SORT_KEYS = {
    "sku": lambda listing: listing.sku,
    "createdDate": lambda listing: listing.created,
    "lastUpdatedDate": lambda listing: listing.updated,
}


def _start(query):
    if query["pageToken"] is None:
        return 0
    token = read_token(query["pageToken"], "pageToken")
    if token["filters"] != fingerprint(query, "pageToken"):
        raise invalid("All parameters must be the same as in the request that gave the pageToken.")
    return token["start"]


def _pagination(query, start, total):
    """Return the tokens of the pages beside this one, if there are any."""
    size = query["pageSize"]
    starts = {
        "nextToken": start + size if start + size < total else None,
        "previousToken": start - size if start >= size else None,
    }
    return {
        name: write_token({"start": value, "filters": fingerprint(query, "pageToken")})
        for name, value in starts.items()
        if value is not None
    }


def patch_listings_item(call):
    """Change attributes of one listing, or only tell whether that would work."""
    _check_seller(call)
    preview = call.query["mode"] == PREVIEW
    included = call.query["includedData"]
    if "identifiers" in included and not preview:
        raise invalid(f"identifiers can only be requested when mode is {PREVIEW}.")
    listing, sku = call.seller.listings.get(call.path["sku"]), call.path["sku"]
    issue = _patch(call, listing, preview)
    answer = {
        "sku": sku,
        "status": "INVALID" if issue else "VALID" if preview else "ACCEPTED",
        "submissionId": call.world.identifiers.uuid().replace("-", ""),
        "issues": [_issue_json(issue, call)] if issue else [],
    }
    if "identifiers" in included and listing:
        answer["identifiers"] = [{"marketplaceId": call.query["marketplaceIds"][0], "asin": listing.asin}]
    return 200, answer


def _patch(call, listing, preview):
    """Patch a listing; return the ``Issue`` that keeps Amazon from it."""
    if listing is None:
        return Issue(
            UNKNOWN_SKU, f"The SKU {call.path['sku']} does not exist in the Amazon catalog of this merchant."
        )
    patches = call.body["patches"]
    try:
        result = attributes.patched(listing, patches, call.body["productType"], call.query["marketplaceIds"])
    except Issue as issue:
        return issue
    if not preview:
        attributes.apply(listing, result, patches, call.now)
    return None


def _issue_json(issue, call):
    shown = {
        "code": issue.code,
        "message": issue.message,
        "severity": "ERROR",
        "categories": ["INVALID_ATTRIBUTE"],
        "marketplaceIds": call.query["marketplaceIds"],
    }
    return {**shown, "attributeNames": [issue.attribute]} if issue.attribute else shown


def _application_claim(rate):
    """The second limit, of an application over all its sellers ("Listings Items API rate limits")."""
    return lambda call: [(call.key(f"{call.operation.name}:application", seller=False), Limit(rate, rate))]


def _patch_claims(call):
    claims = _application_claim(500)(call)
    if call.query["mode"] == PREVIEW:
        claims.append((call.key(f"patchListingsItem:{PREVIEW}"), Limit(1, 1)))
        claims.append((call.key(f"patchListingsItem:{PREVIEW}:application", seller=False), Limit(20, 20)))
    return claims


_MARKETPLACES = Parameter("marketplaceIds", many=True, required=True)
_LOCALE = Parameter("issueLocale")
_VIEW = Parameter("includedData", many=True, values=SECTIONS, default=("summaries",))
_STATUS = frozenset({"BUYABLE", "DISCOVERABLE"})
_IDENTIFIERS = frozenset(["ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC"])
_SEARCH_QUERY = (
    _MARKETPLACES,
    _LOCALE,
    _VIEW,
    Parameter("identifiers", many=True, most=20),
    Parameter("identifiersType", values=_IDENTIFIERS),
    Parameter("variationParentSku"),
    Parameter("packageHierarchySku"),
    Parameter("createdAfter", "date-time"),
    Parameter("createdBefore", "date-time"),
    Parameter("lastUpdatedAfter", "date-time"),
    Parameter("lastUpdatedBefore", "date-time"),
    Parameter("withIssueSeverity", many=True, values=frozenset({"WARNING", "ERROR"})),
    Parameter("withStatus", many=True, values=_STATUS),
    Parameter("withoutStatus", many=True, values=_STATUS),
    Parameter("sortBy", values=frozenset(_SORT_KEYS), default="lastUpdatedDate"),
    Parameter("sortOrder", values=frozenset({"ASC", "DESC"}), default="DESC"),
    Parameter("pageSize", "integer", low=1, high=20, default=10),
    Parameter("pageToken"),
)
_PATCH_QUERY = (
    _MARKETPLACES,
    Parameter("includedData", many=True, values=frozenset({"identifiers", "issues"}), default=("issues",)),
    Parameter("mode", values=frozenset({PREVIEW})),
    _LOCALE,
)
_PATCH = closed(
    {
        "op": {"enum": ["add", "replace", "merge", "delete"]},
        "path": TEXT,
        "value": {"type": "array", "items": {"type": "object"}},
    },
    ("op", "path"),
)
_PATCH_BODY = Body(
    {"productType": TEXT, "patches": {"type": "array", "minItems": 1, "items": _PATCH}},
    ("productType", "patches"),
)
_PATH = "/listings/2021-08-01/items/{sellerId}"
_ROLES = frozenset({LISTING, PRICING})

OPERATIONS = (
    Operation(
        "getListingsItem",
        "GET",
        f"{_PATH}/{{sku}}",
        get_listings_item,
        5,
        10,
        _ROLES,
        (_MARKETPLACES, _LOCALE, _VIEW),
        extra_claims=_application_claim(100),
    ),
    Operation("searchListingsItems", "GET", _PATH, search_listings_items, 5, 5, _ROLES, _SEARCH_QUERY),
    Operation(
        "patchListingsItem",
        "PATCH",
        f"{_PATH}/{{sku}}",
        patch_listings_item,
        5,
        5,
        _ROLES,
        _PATCH_QUERY,
        _PATCH_BODY,
        _patch_claims,
    ),
)
