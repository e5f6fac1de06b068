"""Rotation of the client secret: the operation, its queue, and how long the old secret works."""

import json

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from tests.simulator.helpers import APPLICATION, CLIENT_ID, REDIRECT, SECRET, error, token

ROTATION = "sellingpartnerapi::client_credential:rotation"
DAY = 86400


@pytest.fixture(scope="module")
def aws():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def queue(aws, world):
    """A fresh queue, registered with the application."""
    requests.post(f"{aws}/moto-api/reset", timeout=10)
    sqs = boto3.client("sqs", "eu-west-1", endpoint_url=aws, aws_access_key_id="x", aws_secret_access_key="x")
    url = sqs.create_queue(QueueName="secrets")["QueueUrl"]
    world.register_application(APPLICATION, CLIENT_ID, SECRET, [REDIRECT], queue={"url": url})
    world.authorize("A1SELLER")

    def received():
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    return received


def rotate(amazon, scope=ROTATION):
    grantless = token(amazon.url, grant_type="client_credentials", scope=scope).json()["access_token"]
    headers = {"x-amz-access-token": grantless, "user-agent": "Test/1.0"}
    return requests.post(f"{amazon.url}/applications/2023-11-30/clientSecret", headers=headers, timeout=10)


def can_log_in(amazon, secret):
    answer = token(amazon.url, client_secret=secret, grant_type="client_credentials", scope=ROTATION)
    return answer.status_code == 200


def test_a_new_secret_comes_by_the_queue_and_the_old_one_works_7_days(amazon, world, queue):
    answer = rotate(amazon)
    assert (answer.status_code, answer.content) == (204, b"")
    [message] = queue()
    assert message["notificationType"] == "APPLICATION_OAUTH_CLIENT_NEW_SECRET"
    payload = message["payload"]["applicationOAuthClientNewSecret"]
    new = payload["newClientSecret"]
    assert payload["clientId"] == CLIENT_ID
    assert can_log_in(amazon, new)
    world.advance(7 * DAY - 1)
    assert can_log_in(amazon, SECRET)
    world.advance(1)
    assert not can_log_in(amazon, SECRET)
    assert can_log_in(amazon, new)
    world.advance(173 * DAY)
    assert not can_log_in(amazon, new)


def test_without_a_queue(amazon):
    answer = rotate(amazon)
    assert error(answer) == (400, "InvalidInput")
    assert "not enrolled" in answer.json()["errors"][0]["message"]
    assert can_log_in(amazon, SECRET)


def test_once_a_minute(amazon, queue):
    assert rotate(amazon).status_code == 204
    assert error(rotate(amazon)) == (429, "QuotaExceeded")


def test_only_with_a_grantless_token_of_its_scope(amazon, queue):
    assert error(rotate(amazon, "sellingpartnerapi::notifications")) == (403, "Unauthorized")
    seller = token(amazon.url, grant_type="refresh_token", refresh_token=amazon.world.authorize("A1SELLER"))
    headers = {"x-amz-access-token": seller.json()["access_token"], "user-agent": "Test/1.0"}
    path = f"{amazon.url}/applications/2023-11-30/clientSecret"
    assert error(requests.post(path, headers=headers, timeout=10)) == (403, "Unauthorized")


def test_a_grantless_token_is_for_nothing_else(amazon):
    grantless = token(amazon.url, grant_type="client_credentials", scope=ROTATION).json()["access_token"]
    headers = {"x-amz-access-token": grantless, "user-agent": "Test/1.0"}
    path = f"{amazon.url}/sellers/v1/marketplaceParticipations"
    assert error(requests.get(path, headers=headers, timeout=10)) == (403, "Unauthorized")


def test_expiry_notice(world, queue):
    world.send_expiry_notice()
    [message] = queue()
    payload = message["payload"]["applicationOAuthClientSecretExpiry"]
    assert (payload["clientId"], payload["clientSecretExpiryTime"]) == (CLIENT_ID, "2026-08-29T08:00:00Z")


def test_no_expiry_notice_without_a_queue(world):
    with pytest.raises(ValueError, match="has no queue"):
        world.send_expiry_notice()
