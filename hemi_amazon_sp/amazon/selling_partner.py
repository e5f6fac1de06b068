"""Amazon's operations, by Amazon's names, for one selling partner."""

from .dates import to_amazon
from .operations import need
from .reports import Reports
from .subscriptions import Subscriptions

# Largest pages of Amazon's models. Last seen: 2026-11-23
FEEDS_PAGE_SIZE = 100
ORDERS_PAGE_SIZE = 100
LISTINGS_PAGE_SIZE = 20


class SellingPartner(Reports, Subscriptions):
    """The operations of one selling partner in one region.

    Every method raises AmazonError as ``Door.call`` does, and returns the JSON object of Amazon's model with
    its required keys.

    :param Door door:
    :param str seller_id: Merchant ID; None for what an application does for itself
    """

    # Sellers v1

    def get_marketplace_participations(self):
        """Return where the seller sells: a list of ``{marketplace, storeName, participation}``."""
        answer = self._call("sellers", "getMarketplaceParticipations", "get_marketplace_participation")
        return need(answer, "getMarketplaceParticipations", "payload")["payload"]

    # Feeds 2021-06-30

    def create_feed_document(self, content_type):
        """Return ``{feedDocumentId, url}``. The url takes one upload within 5 minutes, by ``Door.upload``.

        :param str content_type: the very text that is given to the upload
        """
        answer = self._call("feeds", "createFeedDocument", "create_feed_document", content_type=content_type)
        return need(answer, "createFeedDocument", "feedDocumentId", "url")

    def create_feed(self, feed_type, marketplace_ids, input_feed_document_id, feed_options=None):
        """Submit an uploaded document and return ``{feedId}``.

        Never repeat it after an ``unknown`` outcome: ask getFeeds.

        :param str feed_type: such as ``JSON_LISTINGS_FEED``
        :param list marketplace_ids: 1 to 25; exactly 1 for ``JSON_LISTINGS_FEED``
        :param str input_feed_document_id: valid for 2 days
        :param dict feed_options: text to text
        """
        options = {"feedOptions": feed_options} if feed_options else {}
        answer = self._call(
            "feeds",
            "createFeed",
            "create_feed",
            case=feed_type,
            feed_type=feed_type,
            input_feed_document_id=input_feed_document_id,
            marketplaceIds=list(marketplace_ids),
            **options,
        )
        return need(answer, "createFeed", "feedId")

    def get_feed(self, feed_id):
        """Return ``{feedId, feedType, createdTime, processingStatus, resultFeedDocumentId?, ...}``."""
        answer = self._call("feeds", "getFeed", "get_feed", feed_id)
        return need(answer, "getFeed", "feedId", "processingStatus")

    def get_feeds(
        self,
        feed_types,
        marketplace_ids=None,
        created_since=None,
        created_until=None,
        page_size=FEEDS_PAGE_SIZE,
    ):
        """Yield pages, each a list of feeds as ``get_feed`` returns them. Every page takes a token.

        :param list feed_types: 1 to 10
        :param list marketplace_ids: up to 10; None for all
        :param datetime created_since: UTC; Amazon's default is 90 days ago
        :param datetime created_until: UTC; Amazon's default is now
        """
        query = {
            "feedTypes": list(feed_types),
            "marketplaceIds": marketplace_ids,
            "createdSince": created_since and to_amazon(created_since),
            "createdUntil": created_until and to_amazon(created_until),
            "pageSize": page_size,
        }
        while query:
            payload = need(self._call("feeds", "getFeeds", "get_feeds", **query), "getFeeds", "feeds")
            yield payload["feeds"]
            # Amazon wants the token alone.
            query = payload.get("nextToken") and {"nextToken": payload["nextToken"]}

    def cancel_feed(self, feed_id):
        """Cancel a feed that is still ``IN_QUEUE``."""
        self._call("feeds", "cancelFeed", "cancel_feed", feed_id, empty=True)

    def get_feed_document(self, feed_document_id):
        """Return ``{feedDocumentId, url[, compressionAlgorithm]}`` for ``Door.download``."""
        answer = self._call("feeds", "getFeedDocument", "get_feed_document", feed_document_id)
        return need(answer, "getFeedDocument", "feedDocumentId", "url")

    # Orders 2026-01-01

    def search_orders(
        self,
        marketplace_ids,
        last_updated_after=None,
        created_after=None,
        last_updated_before=None,
        created_before=None,
        included_data=None,
        fulfillment_statuses=None,
        fulfilled_by=None,
        pagination_token=None,
        page_size=ORDERS_PAGE_SIZE,
    ):
        """Return ``{orders, pagination?{nextToken}, lastUpdatedBefore | createdBefore}``.

        :param list marketplace_ids: up to 50
        :param datetime last_updated_after: UTC; this or ``created_after``, not both
        :param datetime last_updated_before: UTC, at least 2 minutes ago
        :param list included_data: such as ``BUYER``, ``RECIPIENT``, ``PROCEEDS``
        :param list fulfilled_by: ``MERCHANT``, ``AMAZON``
        :param str pagination_token: ``pagination.nextToken`` of the page before, valid 24 hours, with the
            same other values
        :raise ValueError: both or none of the two ways to say since when
        """
        if bool(last_updated_after) == bool(created_after):
            raise ValueError("Give exactly one of last_updated_after and created_after.")
        query = {
            "lastUpdatedAfter": last_updated_after and to_amazon(last_updated_after),
            "lastUpdatedBefore": last_updated_before and to_amazon(last_updated_before),
            "createdAfter": created_after and to_amazon(created_after),
            "createdBefore": created_before and to_amazon(created_before),
            "marketplaceIds": list(marketplace_ids),
            "fulfillmentStatuses": fulfillment_statuses,
            "fulfilledBy": fulfilled_by,
            "includedData": included_data,
            "maxResultsPerPage": page_size,
            "paginationToken": pagination_token,
        }
        return need(self._call("orders", "searchOrders", "search_orders", **query), "searchOrders", "orders")

    def get_order(self, order_id, included_data=None):
        """Return one order, as ``search_orders`` holds it."""
        query = {"includedData": included_data}
        answer = self._call("orders", "getOrder", "get_order", order_id, **query)
        return need(answer, "getOrder", "order")["order"]

    # Orders v0

    def confirm_shipment(self, order_id, body):
        """Tell Amazon about one package.

        :param dict body: ``ConfirmShipmentRequest`` of Amazon's model
        """
        self._call("orders_v0", "confirmShipment", "confirm_shipment", order_id, empty=True, **body)

    # Listings Items 2021-08-01

    def get_listings_item(self, sku, marketplace_ids, included_data=None):
        """Return one listing: ``{sku, summaries?, offers?, fulfillmentAvailability?, ...}``."""
        query = {"marketplaceIds": list(marketplace_ids), "includedData": included_data}
        answer = self._call("listings", "getListingsItem", "get_listings_item", self._seller_id, sku, **query)
        return need(answer, "getListingsItem", "sku")

    def search_listings_items(
        self, marketplace_ids, included_data=None, page_token=None, page_size=LISTINGS_PAGE_SIZE
    ):
        """Return one page: ``{numberOfResults, items, pagination?{nextToken}}``.

        :param str page_token: ``pagination.nextToken`` of the page before
        """
        query = {
            "marketplaceIds": list(marketplace_ids),
            "includedData": included_data,
            "pageSize": page_size,
            "pageToken": page_token,
        }
        answer = self._call(
            "listings", "searchListingsItems", "search_listings_items", self._seller_id, **query
        )
        return need(answer, "searchListingsItems", "items")

    def patch_listings_item(self, sku, marketplace_id, product_type, patches, mode=None):
        """Change attributes of one listing and return ``{sku, status, submissionId, issues}``.

        :param list patches: ``{op, path, value}``; money as ``Decimal``
        :param str mode: ``VALIDATION_PREVIEW`` for a dry run
        """
        query = {"marketplaceIds": [marketplace_id], "mode": mode}
        answer = self._call(
            "listings",
            "patchListingsItem",
            "patch_listings_item",
            self._seller_id,
            sku,
            case=mode,
            body={"productType": product_type, "patches": patches},
            **query,
        )
        return need(answer, "patchListingsItem", "sku", "status", "submissionId")

    # Application Management 2023-11-30: with a grantless token, for the application and no seller

    def rotate_application_client_secret(self):
        """Have Amazon make a new client secret and send it to the queue registered in the developer console.

        The secret in use works 7 more days from now on, so an answer that never came may have begun them.
        """
        self._call(
            "applications", "rotateApplicationClientSecret", "rotate_application_client_secret", empty=True
        )
