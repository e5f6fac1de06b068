"""The operation classes of ``python-amazon-sp-api``, sending through the door.

They know the paths and methods; their transport, token client, retries and look-up of credentials are
replaced by the door. The library is imported on first use: it takes a tenth of a second.
"""

import functools
from urllib.parse import quote

from .client import Answer
from .errors import BAD_ANSWER, AmazonError

# Keys that the operation classes add to what is sent, for themselves.
_LIBRARY_KEYS = ("path", "method")


class _DoorTransport:
    """Mixin over the library's ``Client``: sends through the door what the operation classes ask for.

    It replaces ``__init__``, so no credentials are looked up in environment or files and no HTTP client is
    built, and ``_request``, so no marketplaces are added to what is sent.
    """

    def __init__(self, door, operation, ids, case=None, empty=False):
        self._door = door
        self._operation = operation
        self._ids = ids
        self._case = case
        self._empty = empty

    def _request(self, path, *, data=None, params=None, **_library_options) -> Answer:
        data, params = dict(data or {}), dict(params or {})
        method = params.get("method") or data.get("method") or "GET"
        body = {name: value for name, value in data.items() if name not in _LIBRARY_KEYS}
        query = {name: value for name, value in params.items() if name not in _LIBRARY_KEYS}
        return self._door.call(
            self._operation,
            method,
            path,
            params=query,
            body=body or None,
            case=self._case,
            template=self._template(path),
            empty=self._empty,
        )

    def _request_grantless_operation(self, path, *, data=None, params=None, **_library_options) -> Answer:
        return self._request(path, data=data, params=params)

    def _template(self, path):
        for number in self._ids:
            path = path.replace("/" + quote(str(number), safe=""), "/{}", 1)
        return path


@functools.cache
def _operations():
    """Return the operation classes, with the door under them."""
    from sp_api.api import (
        ApplicationManagement,
        FeedsV20210630,
        Notifications,
        OrdersV0,
        OrdersV20260101,
        Reports,
        Sellers,
    )
    from sp_api.api.listings_items.listings_items_2021_08_01 import ListingsItemsV20210801

    class Feeds(_DoorTransport, FeedsV20210630):
        # The library's own versions of these two also transfer the document, with a client of their own.
        def create_feed_document(self, content_type):
            data = {"contentType": content_type, "method": "POST"}
            return self._request("/feeds/2021-06-30/documents", data=data)

        def get_feed_document(self, feed_document_id):
            return self._request(f"/feeds/2021-06-30/documents/{quote(feed_document_id, safe='')}")

    class ReportsV20210630(_DoorTransport, Reports):
        # The library's own version wants to write into the answer, for it may download the document too.
        def get_report_document(self, report_document_id):
            return self._request(f"/reports/2021-06-30/documents/{quote(report_document_id, safe='')}")

    class NotificationsV1(_DoorTransport, Notifications):
        region = None  # of EventBridge, which the library looks up whatever the destination is

    def with_door(library_class):
        return type(library_class.__name__, (_DoorTransport, library_class), {})

    return {
        "applications": with_door(ApplicationManagement),
        "feeds": Feeds,
        "notifications": NotificationsV1,
        "reports": ReportsV20210630,
        "orders": with_door(OrdersV20260101),
        "orders_v0": with_door(OrdersV0),
        "listings": with_door(ListingsItemsV20210801),
        "sellers": with_door(Sellers),
    }


class Operations:
    """Calls the operation classes for one selling partner; see ``SellingPartner``."""

    def __init__(self, door, seller_id):
        self._door = door
        self._seller_id = seller_id

    def _call(self, api, operation, method_name, *ids, case=None, empty=False, **values):
        client = _operations()[api](self._door, operation, ids, case, empty)
        return getattr(client, method_name)(*ids, **values)


def need(answer, operation, *keys):
    """Return the payload, or raise when it lacks what the model requires."""
    missing = [key for key in keys if key not in answer.payload]
    if missing:
        raise AmazonError(
            BAD_ANSWER,
            f"Amazon's answer lacks {', '.join(missing)}.",
            status=answer.status,
            request_id=answer.request_id,
            operation=operation,
        )
    return answer.payload
