"""The scripts that a Python programmer would write: on python-amazon-sp-api, and on Amazon's own SDK.

One patch for each SKU, with stock and price; getOrders, and getOrderItems for each order. When Amazon refuses
a call (429) the first script leaves it to the library's own retry; the SDK has none, so the second has one of
its own, of the same kind.
"""

import time
from types import SimpleNamespace

from sp_api.api import ListingsItems
from sp_api.api.orders.orders_v0 import OrdersV0
from sp_api.auth import AccessTokenClient
from sp_api.util import throttle_retry
from spapi import SPAPIClient, SPAPIConfig
from spapi.api.listings_items_v2021_08_01.listings_api import ListingsApi
from spapi.api.orders_v0.orders_v0_api import OrdersV0Api
from spapi.models.listings_items_v2021_08_01 import ListingsItemPatchRequest
from spapi.rest import ApiException

from tools.crash_scenario import APPLICATION, GERMANY

FIRST_PAUSE, LONGER, TRIES = 5, 1.3, 10  # what the library's own retry does, in seconds


def patches(quantity, price):
    """The patches of one SKU."""
    stock = {"fulfillment_channel_code": "DEFAULT", "quantity": quantity}
    offer = {"marketplace_id": GERMANY, "currency": "EUR", "audience": "ALL"}
    offer["our_price"] = [{"schedule": [{"value_with_tax": price}]}]
    return [
        {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [stock]},
        {"op": "merge", "path": "/attributes/purchasable_offer", "value": [offer]},
    ]


class Library:
    """The script on python-amazon-sp-api."""

    def __init__(self, url, seller, token):
        class Login(AccessTokenClient):
            scheme, host = url.removesuffix(url.rpartition("//")[2]), url.rpartition("//")[2]

        options = {
            "marketplace": SimpleNamespace(endpoint=url, marketplace_id=GERMANY, region="eu-west-1"),
            "refresh_token": token,
            "credentials": {
                "lwa_app_id": APPLICATION["client_id"],
                "lwa_client_secret": APPLICATION["client_secret"],
            },
            "auth_token_client_class": Login,
        }
        self._seller = seller
        self._listings = ListingsItems(**options)
        self._orders = OrdersV0(**options)

    @throttle_retry()
    def tell(self, sku, quantity, price):
        """Tell Amazon stock and price of one SKU."""
        body = {"productType": "PRODUCT", "patches": patches(quantity, price)}
        self._listings.patch_listings_item(self._seller, sku, marketplaceIds=[GERMANY], body=body)

    def orders(self, since):
        """Read all orders. Returns order id -> items."""
        page = self._page(since, {})
        found = {}
        while True:
            for order in page["Orders"]:
                found[order["AmazonOrderId"]] = self._items(order["AmazonOrderId"])
            if not page.get("NextToken"):
                return found
            page = self._page(since, {"NextToken": page["NextToken"]})

    @throttle_retry()
    def _page(self, since, more):
        return self._orders.get_orders(MarketplaceIds=[GERMANY], LastUpdatedAfter=since, **more).payload

    @throttle_retry()
    def _items(self, order_id):
        return self._orders.get_order_items(order_id).payload["OrderItems"]


class Sdk:
    """The script on Amazon's SDK."""

    def __init__(self, url, seller, token):
        keys = APPLICATION["client_id"], APPLICATION["client_secret"]
        config = SPAPIConfig(*keys, refresh_token=token, region="EU")
        sdk = SPAPIClient(config, oauth_endpoint=f"{url}/auth/o2/token", endpoint=url).api_client
        self._seller, self._listings, self._orders = seller, ListingsApi(sdk), OrdersV0Api(sdk)

    def tell(self, sku, quantity, price):
        """Tell Amazon stock and price of one SKU."""
        body = ListingsItemPatchRequest(product_type="PRODUCT", patches=patches(quantity, price))
        self._again(self._listings.patch_listings_item, self._seller, sku, [GERMANY], body)

    def orders(self, since):
        """Read all orders. Returns order id -> items."""
        found, more = {}, {}
        while True:
            page = self._again(self._orders.get_orders, [GERMANY], last_updated_after=since, **more).payload
            for order in page.orders:
                answer = self._again(self._orders.get_order_items, order.amazon_order_id)
                found[order.amazon_order_id] = answer.payload.order_items
            if not page.next_token:
                return found
            more = {"next_token": page.next_token}

    def _again(self, method, *arguments, **options):
        pause = FIRST_PAUSE
        for _try in range(TRIES - 1):
            try:
                return method(*arguments, **options)
            except ApiException as error:
                if error.status != 429:
                    raise
            time.sleep(pause)
            pause *= LONGER
        return method(*arguments, **options)
