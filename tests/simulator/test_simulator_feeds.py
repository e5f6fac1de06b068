"""Feeds: their way through the queue, their documents, and what createFeed refuses."""

import pytest
import requests

from tests.simulator.helpers import DE, FR, JSON, US, XML, Client, envelope, error

FEEDS, DOCUMENTS = "/feeds/2021-06-30/feeds", "/feeds/2021-06-30/documents"
ACKNOWLEDGEMENT = "POST_ORDER_ACKNOWLEDGEMENT_DATA"


@pytest.fixture
def room(client):
    """An address to upload XML to."""
    return client.call("POST", DOCUMENTS, json={"contentType": XML}).json()["url"]


def put(url, content_type=XML, content=b"<x/>", **headers):
    return requests.put(url, data=content, headers={"Content-Type": content_type, **headers}, timeout=10)


def s3_code(answer):
    assert answer.headers["content-type"].startswith("application/xml")
    return answer.status_code, answer.text.split("<Code>")[1].split("</Code>")[0]


def test_way_through_the_queue(world, client):
    feed_id = client.create_feed(ACKNOWLEDGEMENT, client.upload(b"<x/>")).json()["feedId"]
    assert client.feed(feed_id) == {
        "feedId": feed_id,
        "feedType": ACKNOWLEDGEMENT,
        "marketplaceIds": [DE],
        "processingStatus": "IN_QUEUE",
        "createdTime": "2026-03-02T08:00:00+00:00",
    }
    world.advance(1)
    feed = client.feed(feed_id)
    assert feed["processingStatus"] == "IN_PROGRESS" and "resultFeedDocumentId" not in feed
    world.advance(1)
    feed = client.feed(feed_id)
    assert (feed["processingStatus"], feed["processingEndTime"]) == ("DONE", "2026-03-02T08:00:02+00:00")
    assert b"ProcessingReport" in client.download(feed["resultFeedDocumentId"])


def test_cancel_in_the_queue_only(world, client):
    first, second = (
        client.create_feed(ACKNOWLEDGEMENT, client.upload(b"<x/>")).json()["feedId"] for _n in "12"
    )
    answer = client.call("DELETE", f"{FEEDS}/{first}")
    assert (answer.status_code, answer.content) == (200, b"")
    world.advance(1)
    assert error(client.call("DELETE", f"{FEEDS}/{second}")) == (400, "InvalidInput")
    world.advance(5)
    assert client.feed(first)["processingStatus"] == "CANCELLED"
    assert client.feed(second)["processingStatus"] == "DONE"


@pytest.mark.parametrize(
    "feed_type", ["POST_PRODUCT_DATA", "POST_INVENTORY_AVAILABILITY_DATA", "POST_PRODUCT_PRICING_DATA"]
)
def test_removed_types_end_fatal(client, feed_type):
    feed, report = client.submit(feed_type, b"<x/>")
    assert (feed["processingStatus"], report) == ("FATAL", None)


def test_document_that_was_never_uploaded_ends_fatal(world, client):
    document = client.call("POST", DOCUMENTS, json={"contentType": XML}).json()["feedDocumentId"]
    feed_id = client.create_feed(ACKNOWLEDGEMENT, document).json()["feedId"]
    world.advance(2)
    assert client.feed(feed_id)["processingStatus"] == "FATAL"


@pytest.mark.parametrize("size", [10 * 1024 * 1024, 10 * 1024 * 1024 + 1])
def test_ten_mebibytes(client, size):
    content = envelope("OrderAcknowledgement").encode().ljust(size)
    feed, report = client.submit(ACKNOWLEDGEMENT, content)
    too_large = size > 10 * 1024 * 1024
    assert feed["processingStatus"] == ("FATAL" if too_large else "DONE")
    assert (b"10485760 are allowed" in report) == too_large


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"feedType": "POST_NONSENSE"}, (400, "InvalidInput")),
        ({"feedType": None}, (400, "InvalidInput")),
        ({"marketplaceIds": []}, (400, "InvalidInput")),
        ({"marketplaceIds": [DE] * 26}, (400, "InvalidInput")),
        ({"marketplaceIds": [US]}, (403, "Unauthorized")),
        ({"marketplaceIds": ["A0NONE"]}, (400, "InvalidInput")),
        ({"feedOptions": {"a": 1}}, (400, "InvalidInput")),
        ({"inputFeedDocumentId": "amzn1.tortuga.none"}, (400, "InvalidInput")),
        ({"path": "/feeds"}, (400, "InvalidInput")),
        ({"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [DE, FR]}, (400, "InvalidInput")),
    ],
)
def test_create_feed_refuses(client, changes, expected):
    body = {
        "feedType": ACKNOWLEDGEMENT,
        "marketplaceIds": [DE],
        "inputFeedDocumentId": client.upload(b"<x/>"),
    }
    body = {name: value for name, value in {**body, **changes}.items() if value is not None}
    assert error(client.call("POST", FEEDS, json=body)) == expected


def test_other_sellers_have_no_access(amazon, world, client):
    document = client.upload(b"<x/>")
    feed_id = client.create_feed(ACKNOWLEDGEMENT, document).json()["feedId"]
    other = Client(amazon, "A2OTHER", None)
    assert error(other.get(f"{FEEDS}/{feed_id}")) == (404, "NotFound")
    assert error(other.get(f"{DOCUMENTS}/{document}")) == (404, "NotFound")
    assert error(other.create_feed(ACKNOWLEDGEMENT, document, [US])) == (400, "InvalidInput")


def test_feeds_of_invoices_need_their_role(world, client):
    application = next(iter(world.applications.values()))
    application.roles = frozenset({"Product Listing"})
    answer = client.create_feed("UPLOAD_VAT_INVOICE", client.upload(b"x", "application/pdf"))
    assert error(answer) == (403, "Unauthorized")


def test_document_lives_two_days(world, client):
    document = client.upload(b"<x/>")
    world.advance(2 * 86400 - 1)
    client.renew()
    assert client.create_feed(ACKNOWLEDGEMENT, document).status_code == 202
    world.advance(1)
    assert error(client.create_feed(ACKNOWLEDGEMENT, document)) == (400, "InvalidInput")
    assert error(client.get(f"{DOCUMENTS}/{document}")) == (404, "NotFound")


def test_result_lives_28_days(world, client):
    feed, _report = client.submit(ACKNOWLEDGEMENT, b"<x/>")
    world.advance(28 * 86400 - 2)
    client.renew()
    assert client.get(f"{DOCUMENTS}/{feed['resultFeedDocumentId']}").status_code == 200
    world.advance(2)
    assert error(client.get(f"{DOCUMENTS}/{feed['resultFeedDocumentId']}")) == (404, "NotFound")


def test_upload_address_lives_five_minutes(world, room):
    world.advance(299)
    assert put(room).status_code == 200
    world.advance(1)
    assert s3_code(put(room)) == (403, "AccessDenied")


def test_upload_needs_exactly_the_content_type(room):
    assert s3_code(put(room, "text/xml")) == (403, "SignatureDoesNotMatch")
    assert s3_code(put(room, "text/xml; charset=utf-8")) == (403, "SignatureDoesNotMatch")
    assert put(room).status_code == 200


def test_upload_takes_no_other_credentials(client, room):
    assert s3_code(put(room, **client.headers)) == (403, "AccessDenied")
    assert s3_code(put(room, Authorization="Bearer x")) == (400, "InvalidArgument")


def test_upload_takes_no_chunks(room):
    assert s3_code(put(room, content=iter([b"<x/>"]))) == (501, "NotImplemented")


def test_addresses_are_for_one_method_and_cannot_be_guessed(amazon, room):
    assert s3_code(requests.get(room, timeout=10)) == (403, "SignatureDoesNotMatch")
    assert s3_code(put(room.split("?")[0])) == (403, "SignatureDoesNotMatch")
    assert s3_code(put(f"{amazon.url}/tortuga-prod/none?X-Amz-Signature=1")) == (403, "AccessDenied")


def test_download_address_lives_five_minutes(world, client):
    feed, _report = client.submit(ACKNOWLEDGEMENT, b"<x/>")
    url = client.get(f"{DOCUMENTS}/{feed['resultFeedDocumentId']}").json()["url"]
    world.advance(300)
    assert s3_code(requests.get(url, timeout=10)) == (403, "AccessDenied")


def test_json_reports_are_gzipped(client):
    feed, report = client.submit("JSON_LISTINGS_FEED", b"{}", JSON)
    path = f"{DOCUMENTS}/{feed['resultFeedDocumentId']}"
    document = client.get(path).json()
    assert document["compressionAlgorithm"] == "GZIP"
    assert requests.get(document["url"], timeout=10).content[:2] == b"\x1f\x8b"
    decoded = requests.get(client.get(path, enableContentEncodingUrlHeader="true").json()["url"], timeout=10)
    assert decoded.headers["content-encoding"] == "gzip" and decoded.content == report


def test_reading_back_what_was_uploaded(client):
    assert client.download(client.upload(b"<x>1</x>")) == b"<x>1</x>"


def make_feeds(world, client, count, feed_type=ACKNOWLEDGEMENT):
    """Create feeds, ten seconds apart; return their ids, newest first."""
    world.set_limit("createFeed", 1, 100)
    world.set_limit("getFeeds", 1, 100)
    document, ids = client.upload(b"<x/>"), []
    for _number in range(count):
        ids.insert(0, client.create_feed(feed_type, document).json()["feedId"])
        world.advance(10)
    return ids


def ids_of(answer):
    return [feed["feedId"] for feed in answer.json()["feeds"]]


def test_get_feeds_pages(world, client):
    ids = make_feeds(world, client, 12)
    first = client.get(FEEDS, feedTypes=ACKNOWLEDGEMENT)
    assert ids_of(first) == ids[:10]
    second = client.get(FEEDS, nextToken=first.json()["nextToken"])
    assert ids_of(second) == ids[10:] and "nextToken" not in second.json()
    assert error(client.get(FEEDS, nextToken=first.json()["nextToken"], pageSize=5)) == (400, "InvalidInput")
    assert error(client.get(FEEDS, nextToken="garbage")) == (400, "InvalidInput")
    assert ids_of(client.get(FEEDS, feedTypes=ACKNOWLEDGEMENT, pageSize=12)) == ids


def test_pages_stay_the_same_while_feeds_are_added(world, client):
    ids = make_feeds(world, client, 3)
    first = client.get(FEEDS, feedTypes=ACKNOWLEDGEMENT, pageSize=2)
    make_feeds(world, client, 2)
    assert ids_of(client.get(FEEDS, nextToken=first.json()["nextToken"])) == ids[2:]


def test_get_feeds_filters(world, client):
    old = make_feeds(world, client, 2)
    other = make_feeds(world, client, 1, "POST_PRODUCT_DATA")
    assert ids_of(client.get(FEEDS, feedTypes=f"{ACKNOWLEDGEMENT},POST_PRODUCT_DATA")) == other + old
    assert ids_of(client.get(FEEDS, feedTypes="POST_PRODUCT_DATA", processingStatuses="DONE")) == []
    assert ids_of(client.get(FEEDS, feedTypes=ACKNOWLEDGEMENT, marketplaceIds=FR)) == []
    since = {"createdSince": "2026-03-02T08:00:10Z", "createdUntil": "2026-03-02T08:00:19Z"}
    assert ids_of(client.get(FEEDS, feedTypes=f"{ACKNOWLEDGEMENT},POST_PRODUCT_DATA", **since)) == old[:1]
    assert error(client.get(FEEDS)) == (400, "InvalidInput")
    assert error(client.get(FEEDS, feedTypes=",".join(["X"] * 11))) == (400, "InvalidInput")


def test_feeds_are_kept_90_days(world, client):
    feed_id = make_feeds(world, client, 1)[0]
    world.advance(90 * 86400 - 10)
    client.renew()
    assert ids_of(client.get(FEEDS, feedTypes=ACKNOWLEDGEMENT)) == [feed_id]
    world.advance(1)
    assert ids_of(client.get(FEEDS, feedTypes=ACKNOWLEDGEMENT)) == []
    assert error(client.get(f"{FEEDS}/{feed_id}")) == (404, "NotFound")
