"""Destinations, subscriptions, and what is sent to the queue: held against Amazon's schemas."""

import json

import boto3
import pytest
import requests
from jsonschema import Draft7Validator
from moto.server import ThreadedMotoServer

from tests.simulator.helpers import (
    APPLICATION,
    CLIENT_ID,
    FBA_RETURNS,
    REDIRECT,
    REFRESH_TOKEN,
    RETURNS,
    SECRET,
    SELLER,
    START,
    Client,
    error,
    message,
    short_order,
    stock,
    token,
)

NOTIFICATIONS = "sellingpartnerapi::notifications"
ARN = "arn:aws:sqs:eu-west-1:123456789012:events"
PATH = "/notifications/v1"
ORDER, FEED, REPORT = "ORDER_CHANGE", "FEED_PROCESSING_FINISHED", "REPORT_PROCESSING_FINISHED"
SCHEMAS = {ORDER: "OrderChange", FEED: "FeedProcessingFinished", REPORT: "ReportProcessingFinished"}


@pytest.fixture(scope="module")
def aws():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def received(aws, world, reference):
    """A fresh queue at AWS; gives what came into it, each message as its schema demands."""
    requests.post(f"{aws}/moto-api/reset", timeout=10)
    sqs = boto3.client("sqs", "eu-west-1", endpoint_url=aws, aws_access_key_id="x", aws_secret_access_key="x")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    secrets = {"url": f"{aws}/123456789012/secrets"}
    world.register_application(APPLICATION, CLIENT_ID, SECRET, [REDIRECT], queue=secrets)
    world.authority.authorize(world.applications[APPLICATION], world.sellers[SELLER], REFRESH_TOKEN)

    def receive():
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        bodies = [json.loads(entry["Body"]) for entry in answer.get("Messages", [])]
        for body in bodies:
            name = SCHEMAS[body.get("NotificationType") or body["notificationType"]]
            path = reference / "schemas" / "notifications" / f"{name}Notification.json"
            Draft7Validator(json.loads(path.read_text("utf-8"))).validate(body)
        return bodies

    return receive


@pytest.fixture
def client(amazon, received):
    return Client(amazon)


def grantless(amazon, method, path, **body):
    access = token(amazon.url, grant_type="client_credentials", scope=NOTIFICATIONS).json()["access_token"]
    headers = {"x-amz-access-token": access, "user-agent": "Test/1.0"}
    options = {"json": body} if body else {}
    return requests.request(method, f"{amazon.url}{PATH}/{path}", headers=headers, timeout=10, **options)


def create_destination(amazon, arn=ARN):
    return grantless(amazon, "POST", "destinations", name="Odoo", resourceSpecification={"sqs": {"arn": arn}})


def subscribe(amazon, client, kind=ORDER):
    destination = create_destination(amazon).json().get("payload")
    if destination is None:
        destination = grantless(amazon, "GET", "destinations").json()["payload"][0]
    body = {"destinationId": destination["destinationId"], "payloadVersion": "1.0"}
    return client.call("POST", f"{PATH}/subscriptions/{kind}", json=body)


def test_a_destination_is_made_once(amazon, client):
    made = create_destination(amazon)
    assert made.status_code == 200
    assert error(create_destination(amazon)) == (409, "Conflict")
    payload = made.json()["payload"]
    assert payload["resource"] == {"sqs": {"arn": ARN}}
    assert grantless(amazon, "GET", "destinations").json()["payload"] == [payload]
    one = f"destinations/{payload['destinationId']}"
    assert grantless(amazon, "GET", one).json()["payload"] == payload
    assert grantless(amazon, "DELETE", one).status_code == 200
    assert error(grantless(amazon, "GET", one)) == (404, "NotFound")


@pytest.mark.parametrize(
    "arn", ["", "events", "https://sqs.eu-west-1.amazonaws.com/1/q", "arn:aws:sns:a:b:c"]
)
def test_what_is_no_arn(amazon, client, arn):
    assert error(create_destination(amazon, arn)) == (400, "InvalidInput")


def test_tokens_of_the_right_kind(amazon, client):
    assert error(client.get(f"{PATH}/destinations")) == (403, "Unauthorized")
    assert error(grantless(amazon, "GET", f"subscriptions/{ORDER}")) == (403, "Unauthorized")


def test_one_subscription_of_a_kind(amazon, client):
    path = f"{PATH}/subscriptions/{ORDER}"
    assert error(client.get(path)) == (404, "NotFound")
    made = subscribe(amazon, client)
    assert made.status_code == 200
    assert error(subscribe(amazon, client)) == (409, "StateConflict")
    payload = made.json()["payload"]
    assert client.get(path).json()["payload"] == payload
    by_id = f"subscriptions/{ORDER}/{payload['subscriptionId']}"
    destination = f"destinations/{payload['destinationId']}"
    assert grantless(amazon, "GET", by_id).json()["payload"] == payload
    assert error(grantless(amazon, "DELETE", destination)) == (403, "Unauthorized")
    assert grantless(amazon, "DELETE", by_id).status_code == 200
    assert error(grantless(amazon, "DELETE", by_id)) == (404, "NotFound")
    assert error(client.get(path)) == (404, "NotFound")


def test_what_cannot_be_subscribed_to(amazon, client):
    assert error(subscribe(amazon, client, "NONSENSE")) == (400, "InvalidInput")
    path = f"{PATH}/subscriptions/{ORDER}"
    for body in ({"payloadVersion": "1.0"}, {"destinationId": "none"}, {}):
        assert error(client.call("POST", path, json=body)) == (400, "InvalidInput")
    body = {"destinationId": "none", "payloadVersion": "1.0"}
    assert error(client.call("POST", path, json=body)) == (404, "NotFound")


def test_orders_need_their_role(amazon, world, client):
    world.applications[APPLICATION].roles = frozenset({"Pricing"})
    assert error(subscribe(amazon, client)) == (403, "Unauthorized")
    assert subscribe(amazon, client, FEED).status_code == 200


def test_orders_are_told(amazon, world, client, received):
    subscribe(amazon, client)
    order_id = world.place_order(SELLER, short_order())
    [body] = received()
    told = body["Payload"]["OrderChangeNotification"]
    assert (told["SellerId"], told["AmazonOrderId"]) == (SELLER, order_id)
    assert told["Summary"]["OrderStatus"] == "Unshipped"
    world.change_order(SELLER, order_id, {"buyer": {"buyerName": "Another"}})
    assert received() == []
    world.request_cancellation(SELLER, order_id)
    [body] = received()
    assert body["Payload"]["OrderChangeNotification"]["OrderChangeType"] == "BuyerRequestedChange"
    world.change_order(SELLER, order_id, {"fulfillment": {"fulfillmentStatus": "CANCELLED"}})
    [body] = received()
    assert body["Payload"]["OrderChangeNotification"]["Summary"]["OrderStatus"] == "Canceled"


def test_feeds_and_reports_are_told(amazon, world, client, received):
    subscribe(amazon, client, FEED)
    subscribe(amazon, client, REPORT)
    client.submit_listings([message(1, stock(2))])
    [body] = received()
    told = body["payload"]["feedProcessingFinishedNotification"]
    assert told["processingStatus"] == "DONE"
    assert client.feed(told["feedId"])["resultFeedDocumentId"] == told["resultFeedDocumentId"]
    client.read_report(RETURNS, dataStartTime=START, dataEndTime=world.now())
    [body] = received()
    assert body["payload"]["reportProcessingFinishedNotification"]["processingStatus"] == "CANCELLED"
    report_id = client.create_report(FBA_RETURNS).json()["reportId"]
    client.call("DELETE", f"/reports/2021-06-30/reports/{report_id}")
    [body] = received()
    assert body["payload"]["reportProcessingFinishedNotification"]["reportId"] == report_id


def test_nobody_is_told_after_the_seller_left(amazon, world, client, received):
    subscribe(amazon, client)
    world.revoke(SELLER)
    world.place_order(SELLER, short_order())
    world.authorize(SELLER)
    world.place_order(SELLER, short_order())
    assert received() == []
