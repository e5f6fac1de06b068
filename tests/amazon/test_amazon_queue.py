"""The company's own queue, against a simulated AWS over HTTP; and the notices that lie in it."""

import json
import logging
import socket
from datetime import datetime

import boto3
import pytest
import requests
from amazon.errors import AmazonError
from amazon.queue import Queue, arn_of, check_address, endpoint_of
from amazon.secret_notices import read_secret_notice
from moto.server import ThreadedMotoServer

REGION, ACCESS_KEY, SECRET_KEY = "eu-west-1", "AKIAQUEUEREADER00001", "secret/key+of/aws"
ROLE = "arn:aws:iam::123456789012:role/queue-reader"
NEW_SECRET = "amzn1.oa2-cs.v1.new-secret"


@pytest.fixture(scope="module")
def aws():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def sqs(aws):
    requests.post(f"{aws}/moto-api/reset", timeout=10)
    return boto3.client("sqs", REGION, endpoint_url=aws, aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def url(sqs):
    return sqs.create_queue(QueueName="secrets")["QueueUrl"]


def bodies(messages):
    return sorted(message.body for message in messages)


@pytest.mark.parametrize("role", [None, ROLE])
def test_receive_release_delete(aws, sqs, url, role):
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=f"{number:02}")
    entries = []
    queue = Queue(url, REGION, ACCESS_KEY, SECRET_KEY, role, aws, entries.append)
    messages = queue.receive()
    assert bodies(messages) == [f"{number:02}" for number in range(12)]
    assert queue.receive() == []
    kept, gone = messages[:1], messages[1:]
    queue.delete(gone)
    queue.release(kept)
    assert bodies(queue.receive()) == bodies(kept)
    queue.delete([])
    operations = [entry["operation"] for entry in entries]
    assert ("AWS assume_role" in operations) == bool(role)
    assert operations.count("AWS receive_message") == 3  # looks that found nothing are not worth a line
    assert operations[-1] == "AWS receive_message"


def test_a_queue_that_is_not_there(aws, sqs, url):
    with pytest.raises(AmazonError) as caught:
        Queue(url + "x", REGION, ACCESS_KEY, SECRET_KEY, endpoint=aws).receive()
    assert caught.value.code.endswith("NonExistentQueue") or "QueueDoesNotExist" in caught.value.code
    assert caught.value.__cause__ is None


def test_nobody_listens():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        entries = []
        queue = Queue(f"{url}/1/q", REGION, ACCESS_KEY, SECRET_KEY, endpoint=url, journal=entries.append)
        with pytest.raises(AmazonError, match="could not be reached") as caught:
            queue.receive()
    assert caught.value.code == "Connection"
    assert entries[-1]["error_code"] == "Connection"


def test_nothing_secret_is_logged_or_shown(aws, sqs, url, caplog):
    sqs.send_message(QueueUrl=url, MessageBody=NEW_SECRET)
    Queue(url, REGION, ACCESS_KEY, SECRET_KEY, ROLE, aws)  # it quiets what boto3 logged before it was used
    with caplog.at_level(logging.DEBUG):
        for name in ("botocore", "botocore.parsers", "botocore.endpoint", "botocore.auth"):
            caplog.set_level(logging.DEBUG, name)
        queue = Queue(url, REGION, ACCESS_KEY, SECRET_KEY, ROLE, aws)
        messages = queue.receive()
    assert NEW_SECRET not in repr(messages)
    for secret in (NEW_SECRET, SECRET_KEY, "SessionToken"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/name", "eu-west-1"),
        ("https://sqs.us-gov-west-1.amazonaws.com/123456789012/a_b-c.fifo", "us-gov-west-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/name", "cn-north-1"),
    ],
)
def test_addresses_of_queues(url, region):
    assert check_address(url) == region


@pytest.mark.parametrize(
    "url",
    [
        None,
        "http://sqs.eu-west-1.amazonaws.com/123456789012/name",
        "https://sqs.eu-west-1.amazonaws.com.evil.test/123456789012/name",
        "https://evil.test/sqs.eu-west-1.amazonaws.com/123456789012/name",
        "https://sqs.eu-west-1.amazonaws.com@evil.test/123456789012/name",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/name?x=1",
        "http://127.0.0.1/123456789012/name",
    ],
)
def test_addresses_that_are_none(url):
    with pytest.raises(AmazonError, match="not the address of an SQS queue"):
        check_address(url)


def test_the_stand_in_is_on_this_machine_or_https():
    assert endpoint_of("http://127.0.0.1:5000/123456789012/q") == "http://127.0.0.1:5000"
    with pytest.raises(AmazonError, match="Plain http"):
        endpoint_of("http://aws.test/123456789012/q")


def test_the_name_of_a_queue_for_amazon():
    address = "https://sqs.eu-west-1.amazonaws.com/123456789012/name"
    assert arn_of(address, REGION) == "arn:aws:sqs:eu-west-1:123456789012:name"
    assert arn_of("http://127.0.0.1:5000/123456789012/q", REGION) == "arn:aws:sqs:eu-west-1:123456789012:q"


@pytest.mark.parametrize(("ending", "region"), [(".fifo", REGION), ("", "cn-north-1")])
def test_queues_that_get_no_events(ending, region):
    with pytest.raises(AmazonError, match="standard queues only"):
        arn_of(f"https://sqs.{region}.amazonaws.com/123456789012/name{ending}", region)


def notice(kind, name, **values):
    return {
        "notificationType": kind,
        "eventTime": "2026-11-20T10:15:30.123Z",
        "payload": {name: {"clientId": "client", **values}},
    }


EXPIRY = notice(
    "APPLICATION_OAUTH_CLIENT_SECRET_EXPIRY",
    "applicationOAuthClientSecretExpiry",
    clientSecretExpiryTime="2027-01-01T00:00:00Z",
    clientSecretExpiryReason="PERIODIC_ROTATION",
)
BROUGHT = notice(
    "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
    "applicationOAuthClientNewSecret",
    newClientSecret=NEW_SECRET,
    newClientSecretExpiryTime="2027-05-01T02:00:00+02:00",
    oldClientSecretExpiryTime="2026-11-27T00:00:00Z",
)


def test_read_notices():
    expiry = read_secret_notice(json.dumps(EXPIRY))
    assert (expiry.client_id, expiry.secret, expiry.ends_at) == ("client", None, datetime(2027, 1, 1))
    assert expiry.sent_at == datetime(2026, 11, 20, 10, 15, 30)
    brought = read_secret_notice(json.dumps(BROUGHT))
    assert (brought.secret, brought.ends_at) == (NEW_SECRET, datetime(2027, 5, 1))
    assert brought.old_ends_at == datetime(2026, 11, 27)
    assert NEW_SECRET not in repr(brought)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        json.dumps(EXPIRY | {"notificationType": "ORDER_CHANGE"}),
        json.dumps(EXPIRY | {"payload": {}}),
        json.dumps(EXPIRY | {"payload": None}),
        json.dumps(EXPIRY | {"eventTime": "yesterday"}),
        json.dumps(EXPIRY | {"eventTime": "0001-01-01T00:00:00+23:00"}),
        "\ud800",
        json.dumps(EXPIRY | {"notificationType": ["a"]}),
        json.dumps(BROUGHT).replace(NEW_SECRET, ""),
        json.dumps(BROUGHT).replace(f'"{NEW_SECRET}"', "1"),
    ],
)
def test_what_is_no_notice(body):
    assert read_secret_notice(body) is None
