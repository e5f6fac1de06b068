"""A plain client of the Selling Partner API, and what tests send with it."""

import gzip
import io
import json
from urllib.parse import parse_qs, quote, urlsplit

import requests
from pypdf import PdfWriter

APPLICATION = "amzn1.sp.solution.11111111-2222-3333-4444-555555555555"
CLIENT_ID = "amzn1.application-oa2-client.test"
SECRET = "amzn1.oa2-cs.v1.test"
REDIRECT, SECOND_REDIRECT = "https://erp.example/callback", "https://erp.example/other?db=1"
LOGIN_URI = "https://erp.example/login"
SELLER, EMAIL, PASSWORD = "A1SELLER", "seller@example.com", "open sesame"
OTHER = "A2OTHER"
DE, FR, US = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "ATVPDKIKX0DER"
REFRESH_TOKEN = "Atzr|private"
XML, JSON, PDF = "text/xml; charset=UTF-8", "application/json; charset=UTF-8", "application/pdf"
START = "2026-03-02T08:00:00Z"
REPORTS = "/reports/2021-06-30"
VIDR = "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT"
RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
FBA_RETURNS = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"


def populate(world):
    """Register an application, a seller with two SKUs in DE and FR, and another seller in the US."""
    world.register_application(
        APPLICATION, CLIENT_ID, SECRET, [REDIRECT, SECOND_REDIRECT], LOGIN_URI, "draft", name="Test app"
    )
    listings = [
        {
            "sku": "MUG/1",
            "asin": "B0MUG",
            "product_type": "DRINKING_CUP",
            "title": "Mug",
            "quantity": 5,
            "prices": {DE: "9.99", FR: "10.99"},
        },
        {
            "sku": "BULB",
            "asin": "B0BULB",
            "product_type": "BULB",
            "title": "Bulb",
            "channel": "AMAZON_EU",
            "prices": {DE: "4.99"},
        },
    ]
    world.register_seller(SELLER, "Seller One", "eu", [DE, FR], listings, EMAIL, PASSWORD, REFRESH_TOKEN)
    world.register_seller(OTHER, "Seller Two", "na", [US], email="two@example.com", password="two")


class Client:
    """Calls as one application for one seller.

    :param Simulator amazon: where to
    :param str refresh_token: of the seller; a fresh authorisation if None
    """

    def __init__(self, amazon, seller_id=SELLER, refresh_token=REFRESH_TOKEN):
        self.amazon, self.url, self.seller_id = amazon, amazon.url, seller_id
        self.refresh_token = refresh_token or amazon.world.authorize(seller_id)
        self.renew()

    def renew(self):
        """Take a new access token."""
        application = next(iter(self.amazon.world.applications.values()))
        credentials = application.client_id, application.client_secret
        answer = token(self.url, *credentials, grant_type="refresh_token", refresh_token=self.refresh_token)
        self.headers = {"x-amz-access-token": answer.json()["access_token"], "user-agent": "Test/1.0"}

    def call(self, method, path, headers=None, **options):
        """Return the answer to any request."""
        merged = {**self.headers, **(headers or {})}
        return requests.request(method, self.url + path, headers=merged, timeout=10, **options)

    def get(self, path, **query):
        """Return the answer to a GET."""
        return self.call("GET", path, params=query)

    def search(self, **query):
        """Return the answer of searchOrders; lists as comma-separated text."""
        return self.get("/orders/2026-01-01/orders", **query)

    def order(self, order_id, *included):
        """Return an order with sections."""
        query = {"includedData": ",".join(included)} if included else {}
        return self.get(f"/orders/2026-01-01/orders/{order_id}", **query).json()["order"]

    def confirm(self, order_id, package, marketplace_id=DE):
        """Return the answer of confirmShipment."""
        body = {"marketplaceId": marketplace_id, "packageDetail": package}
        return self.call("POST", f"/orders/v0/orders/{order_id}/shipmentConfirmation", json=body)

    def listing(self, sku, **query):
        """Return the answer of getListingsItem."""
        return self.get(self.item_path(sku), **{"marketplaceIds": DE, **query})

    def patch(self, sku, patches, product_type="PRODUCT", **query):
        """Return the answer of patchListingsItem."""
        body = {"productType": product_type, "patches": patches}
        return self.call("PATCH", self.item_path(sku), params={"marketplaceIds": DE, **query}, json=body)

    def item_path(self, sku):
        """Return the path of a listing."""
        return f"/listings/2021-08-01/items/{self.seller_id}/{quote(sku, safe='')}"

    def upload(self, content, content_type=XML):
        """Upload a document, and return its id."""
        room = self.call("POST", "/feeds/2021-06-30/documents", json={"contentType": content_type}).json()
        put = requests.put(room["url"], data=content, headers={"Content-Type": content_type}, timeout=10)
        assert put.status_code == 200, put.text
        return room["feedDocumentId"]

    def create_feed(self, feed_type, document_id, marketplace_ids=(DE,), **options):
        """Return the answer of createFeed."""
        body = {
            "feedType": feed_type,
            "marketplaceIds": list(marketplace_ids),
            "inputFeedDocumentId": document_id,
        }
        return self.call("POST", "/feeds/2021-06-30/feeds", json={**body, **options})

    def feed(self, feed_id):
        """Return a feed."""
        return self.get(f"/feeds/2021-06-30/feeds/{feed_id}").json()

    def submit(self, feed_type, content, content_type=XML, **options):
        """Upload, create and wait for a feed; return the feed and its report as bytes, or None."""
        answer = self.create_feed(feed_type, self.upload(content, content_type), **options)
        assert answer.status_code == 202, answer.text
        self.amazon.world.advance(3)
        feed = self.feed(answer.json()["feedId"])
        return feed, self.download(feed["resultFeedDocumentId"]) if "resultFeedDocumentId" in feed else None

    def create_report(self, report_type, marketplace_ids=(DE,), **values):
        """Return the answer of createReport."""
        body = {"reportType": report_type, "marketplaceIds": list(marketplace_ids), **values}
        return self.call("POST", f"{REPORTS}/reports", json=body)

    def report(self, report_id):
        """Return a report."""
        return self.get(f"{REPORTS}/reports/{report_id}").json()

    def read_report(self, report_type, encoding="windows-1252", **values):
        """Create a report and wait for it; return its rows as dicts, or None if Amazon cancelled it."""
        answer = self.create_report(report_type, **values)
        assert answer.status_code == 202, answer.text
        self.amazon.world.advance(3)
        report = self.report(answer.json()["reportId"])
        if report["processingStatus"] == "CANCELLED":
            return None
        lines = self.download(report["reportDocumentId"], REPORTS).decode(encoding).splitlines()
        header, *rows = [line.split("\t") for line in lines]
        return [dict(zip(header, row, strict=True)) for row in rows]

    def download(self, document_id, api="/feeds/2021-06-30"):
        """Return the content of a document."""
        document = self.get(f"{api}/documents/{document_id}").json()
        content = requests.get(document["url"], timeout=10).content
        return gzip.decompress(content) if document.get("compressionAlgorithm") == "GZIP" else content

    def submit_listings(self, messages, marketplace_id=DE, **header):
        """Submit a JSON_LISTINGS_FEED; return its report."""
        header = {"sellerId": self.seller_id, "version": "2.0", **header}
        content = json.dumps({"header": header, "messages": messages})
        _feed, report = self.submit("JSON_LISTINGS_FEED", content, JSON, marketplace_ids=[marketplace_id])
        return json.loads(report)


def token(url, client_id=CLIENT_ID, client_secret=SECRET, **form):
    """Return the answer of LWA."""
    data = {"client_id": client_id, "client_secret": client_secret, **form}
    return requests.post(f"{url}/auth/o2/token", data=data, timeout=10)


def error(answer):
    """Return status and code of an error."""
    return answer.status_code, answer.json()["errors"][0]["code"]


def query_of(address):
    """Return the query of an address: name -> text."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def short_order(**changes):
    """Return the short description of an order of two mugs for 9.99 EUR each in DE."""
    items = [{"sku": "MUG/1", "quantity": 2, "unitPrice": "9.99", "shipping": "4.50"}]
    return {"marketplaceId": DE, "items": items, **changes}


def envelope(message_type, *bodies, merchant=SELLER):
    """Return an XML document with one message for each body."""
    messages = "".join(
        f"<Message><MessageID>{number}</MessageID><{message_type}>{body}</{message_type}></Message>"
        for number, body in enumerate(bodies, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header>'
        f"<DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>{merchant}</MerchantIdentifier></Header><MessageType>{message_type}</MessageType>"
        f"{messages}</AmazonEnvelope>"
    )


def stock(quantity, channel="DEFAULT", op="merge", **more):
    """Return a patch of the stock."""
    value = {"fulfillment_channel_code": channel, "quantity": quantity, **more}
    return {"op": op, "path": "/attributes/fulfillment_availability", "value": [value]}


def price(amount, marketplace_id=DE, op="merge", **changes):
    """Return a patch of the price."""
    value = {
        "marketplace_id": marketplace_id,
        "currency": "EUR",
        "audience": "ALL",
        "our_price": [{"schedule": [{"value_with_tax": amount}]}],
        **changes,
    }
    return {"op": op, "path": "/attributes/purchasable_offer", "value": [value]}


def message(message_id, *patches, sku="MUG/1"):
    """Return a PATCH message of a listings feed."""
    return {
        "messageId": message_id,
        "sku": sku,
        "operationType": "PATCH",
        "productType": "PRODUCT",
        "patches": list(patches),
    }


def pdf(pages=1):
    """Return a real PDF."""
    writer, content = PdfWriter(), io.BytesIO()
    for _number in range(pages):
        writer.add_blank_page(200, 200)
    writer.write(content)
    return content.getvalue()
