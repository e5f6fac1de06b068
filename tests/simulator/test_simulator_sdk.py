"""Amazon's own SDK (amzn-sp-api) against the simulator, unchanged but for its two addresses."""

import json

import requests
from spapi import SPAPIClient, SPAPIConfig
from spapi.api.feeds_v2021_06_30.feeds_api import FeedsApi
from spapi.api.orders_v0.orders_v0_api import OrdersV0Api
from spapi.api.orders_v2026_01_01.search_orders_api import SearchOrdersApi
from spapi.api.reports_v2021_06_30.reports_api import ReportsApi
from spapi.models.feeds_v2021_06_30 import CreateFeedDocumentSpecification, CreateFeedSpecification
from spapi.models.orders_v0 import ConfirmShipmentOrderItem, ConfirmShipmentRequest, PackageDetail
from spapi.models.reports_v2021_06_30 import CreateReportSpecification

from amazon_simulator.clock import iso
from tests.simulator.helpers import (
    CLIENT_ID,
    DE,
    FR,
    REFRESH_TOKEN,
    RETURNS,
    SECRET,
    SELLER,
    message,
    short_order,
    stock,
)


def test_amazons_own_sdk(amazon, world):
    """Token, feed, report, orders, shipment."""
    order_id = world.place_order(SELLER, short_order())
    world.advance(180)
    config = SPAPIConfig(CLIENT_ID, SECRET, refresh_token=REFRESH_TOKEN, region="EU")
    sdk = SPAPIClient(config, oauth_endpoint=f"{amazon.url}/auth/o2/token", endpoint=amazon.url).api_client

    feeds, content_type = FeedsApi(sdk), "application/json; charset=UTF-8"
    room = feeds.create_feed_document(CreateFeedDocumentSpecification(content_type=content_type))
    content = {"header": {"sellerId": SELLER, "version": "2.0"}, "messages": [message(1, stock(11))]}
    requests.put(room.url, data=json.dumps(content), headers={"Content-Type": content_type}, timeout=10)
    created = feeds.create_feed(
        CreateFeedSpecification(
            feed_type="JSON_LISTINGS_FEED", marketplace_ids=[DE], input_feed_document_id=room.feed_document_id
        )
    )
    world.advance(2)
    feed = feeds.get_feed(created.feed_id)
    assert feed.processing_status == "DONE"
    document = feeds.get_feed_document(feed.result_feed_document_id, enable_content_encoding_url_header=True)
    assert requests.get(document.url, timeout=10).json()["summary"]["messagesAccepted"] == 1
    assert world.books(SELLER)["stock"]["MUG/1"]["quantity"] == 11
    assert [known.feed_id for known in feeds.get_feeds(feed_types=["JSON_LISTINGS_FEED"]).feeds] == [
        created.feed_id
    ]

    found = SearchOrdersApi(sdk).search_orders(
        last_updated_after="2026-01-01T00:00:00Z",
        marketplace_ids=[DE, FR],
        included_data=["PROCEEDS", "FULFILLMENT"],
    )
    assert [order.order_id for order in found.orders] == [order_id]
    item = found.orders[0].order_items[0]
    detail = PackageDetail(
        package_reference_id="1",
        carrier_code="DHL",
        tracking_number="JJD01",
        ship_date=iso(world.clock.now()),
        order_items=[
            ConfirmShipmentOrderItem(order_item_id=item.order_item_id, quantity=item.quantity_ordered)
        ],
    )
    OrdersV0Api(sdk).confirm_shipment(
        order_id, ConfirmShipmentRequest(package_detail=detail, marketplace_id=DE)
    )
    assert world.books(SELLER)["orders"][order_id]["status"] == "SHIPPED"

    items = [{"sku": "MUG/1", "quantity": 1, "reason": "CR-DEFECTIVE"}]
    rma_id = world.request_return(SELLER, order_id, items)
    reports = ReportsApi(sdk)
    asked = reports.create_report(
        CreateReportSpecification(
            report_type=RETURNS, marketplace_ids=[DE], data_start_time="2026-03-01T00:00:00Z"
        )
    )
    world.advance(2)
    report = reports.get_report(asked.report_id)
    assert report.processing_status == "DONE"
    document = reports.get_report_document(report.report_document_id)
    assert rma_id in requests.get(document.url, timeout=10).text
    assert [known.report_id for known in reports.get_reports(report_types=[RETURNS]).reports] == [
        asked.report_id
    ]
