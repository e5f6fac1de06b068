"""Faults on demand: each strikes its call, as often as asked for, and leaves the right traces."""

import json

import pytest
import requests

from tests.simulator.helpers import OTHER, REFRESH_TOKEN, SELLER, XML, Client, error, message, stock, token

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
CREATE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"


def participations(client):
    return client.get(PARTICIPATIONS)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttle", (429, "QuotaExceeded")),
        ("denied", (403, "Unauthorized")),
        ("revoked_token", (403, "Unauthorized")),
        ("expired_token", (403, "Unauthorized")),
        ("expired_secret", (403, "Unauthorized")),
    ],
)
def test_refusals(world, client, kind, expected):
    world.add_fault("getMarketplaceParticipations", kind, count=2)
    assert [error(participations(client)) for _number in range(2)] == [expected] * 2
    assert participations(client).status_code == 200


def test_faults_by_chance_are_the_same_in_every_run(world, client):
    runs = []
    for _run in range(2):
        world.clear_faults()
        options = {"probability": 0.5, "seed": 7}
        world.add_fault("getMarketplaceParticipations", "throttle", count=100, **options)
        runs.append([participations(client).status_code for _number in range(8)])
    assert runs[0] == runs[1] and set(runs[0]) == {200, 429}


@pytest.mark.parametrize("status", [500, 503])
def test_server_errors_are_html(world, client, status):
    world.add_fault("getMarketplaceParticipations", "server_error", status=status)
    answer = participations(client)
    assert answer.status_code == status and answer.headers["content-type"].startswith("text/html")
    assert "x-amzn-RateLimit-Limit" not in answer.headers


@pytest.mark.parametrize(("kind", "feeds"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_connections(world, client, kind, feeds):
    document = client.upload(b"<x/>")
    world.add_fault("createFeed", kind)
    with pytest.raises(requests.ConnectionError):
        client.create_feed(CREATE, document)
    assert len(world.books(SELLER)["feeds"]) == feeds
    assert (world.calls()[-1]["status"], world.calls()[-1]["fault"]) == (None, kind)
    assert client.create_feed(CREATE, document).status_code == 202


def test_server_error_after_the_effect(world, client):
    document = client.upload(b"<x/>")
    world.add_fault("createFeed", "server_error_after", status=500)
    assert client.create_feed(CREATE, document).status_code == 500
    assert len(world.books(SELLER)["feeds"]) == 1


def test_slow_calls_do_not_hold_up_others(world, client):
    world.add_fault("getMarketplaceParticipations", "slow", seconds=3600)
    with pytest.raises(requests.ReadTimeout):
        requests.get(client.url + PARTICIPATIONS, headers=client.headers, timeout=0.1)
    assert participations(client).status_code == 200


def test_faults_of_one_seller_are_his_own(amazon, world, client):
    world.add_fault("*", "throttle", count=100, seller_id=OTHER)
    assert participations(client).status_code == 200
    world.clear_faults()
    other = Client(amazon, OTHER, None)
    world.add_fault("*", "throttle", count=100, seller_id=OTHER)
    assert participations(other).status_code == 429
    assert participations(client).status_code == 200


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("throttle", (429, "temporarily_unavailable")),
        ("revoked_token", (400, "invalid_grant")),
        ("expired_secret", (403, "invalid_client")),
    ],
)
def test_lwa(amazon, world, kind, expected):
    world.add_fault("lwa", kind, seller_id=SELLER)
    answer = token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN)
    assert (answer.status_code, answer.json()["error"]) == expected
    assert token(amazon.url, grant_type="refresh_token", refresh_token=REFRESH_TOKEN).status_code == 200


def test_lwa_answer_lost_after_the_code_was_used(amazon, world):
    application = next(iter(world.applications.values()))
    uri = application.redirect_uris[0]
    code = world.authority.issue_code(application, world.sellers[SELLER], uri)
    world.add_fault("lwa", "drop_after")
    with pytest.raises(requests.ConnectionError):
        token(amazon.url, grant_type="authorization_code", code=code, redirect_uri=uri)
    again = token(amazon.url, grant_type="authorization_code", code=code, redirect_uri=uri)
    assert again.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("kind", "status"), [("throttle", 503), ("denied", 403), ("expired_url", 403), ("server_error", 503)]
)
def test_upload_and_download(world, client, kind, status):
    room = client.call("POST", "/feeds/2021-06-30/documents", json={"contentType": XML}).json()
    world.add_fault("upload", kind)
    put = requests.put(room["url"], data=b"<x/>", headers={"Content-Type": XML}, timeout=10)
    assert put.status_code == status and put.text.startswith("<")
    requests.put(room["url"], data=b"<x/>", headers={"Content-Type": XML}, timeout=10)
    url = client.get(f"/feeds/2021-06-30/documents/{room['feedDocumentId']}").json()["url"]
    world.add_fault("download", kind)
    assert requests.get(url, timeout=10).status_code == status
    assert requests.get(url, timeout=10).content == b"<x/>"


def test_fatal_without_and_with_effect(world, client):
    for effect, quantity in (("none", 5), ("all", 1)):
        world.add_fault("createFeed", "fatal", effect=effect)
        content = f'{{"header":{{"sellerId":"{SELLER}","version":"2.0"}},"messages":[%s]}}'
        feed, report = client.submit(
            "JSON_LISTINGS_FEED", content % json.dumps(message(1, stock(1))), "application/json"
        )
        assert (feed["processingStatus"], report) == ("FATAL", None)
        assert world.books(SELLER)["stock"]["MUG/1"]["quantity"] == quantity


def test_stuck(world, client):
    world.add_fault("createFeed", "stuck", seconds=3600)
    feed_id = client.create_feed(CREATE, client.upload(b"<x/>")).json()["feedId"]
    world.advance(3601)
    client.renew()
    assert client.feed(feed_id)["processingStatus"] == "IN_PROGRESS"
    world.advance(1)
    assert client.feed(feed_id)["processingStatus"] == "DONE"


def test_stuck_for_ever(world, client):
    world.add_fault("createFeed", "stuck")
    feed_id = client.create_feed(CREATE, client.upload(b"<x/>")).json()["feedId"]
    world.advance(80 * 86400)
    client.renew()
    assert client.feed(feed_id)["processingStatus"] == "IN_PROGRESS"


def test_stuck_in_the_queue_can_be_cancelled(world, client):
    world.add_fault("createFeed", "stuck_in_queue", seconds=3600)
    feed_id = client.create_feed(CREATE, client.upload(b"<x/>")).json()["feedId"]
    world.advance(3600)
    client.renew()
    assert client.feed(feed_id)["processingStatus"] == "IN_QUEUE"
    assert client.call("DELETE", f"/feeds/2021-06-30/feeds/{feed_id}").status_code == 200
    world.advance(10)
    assert client.feed(feed_id)["processingStatus"] == "CANCELLED"


def test_stuck_in_the_queue_goes_on(world, client):
    world.add_fault("createFeed", "stuck_in_queue", seconds=3600)
    feed_id = client.create_feed(CREATE, client.upload(b"<x/>")).json()["feedId"]
    world.advance(3602)
    client.renew()
    assert client.feed(feed_id)["processingStatus"] == "DONE"


def test_partial_errors(world, client):
    world.add_fault("createFeed", "partial_errors", every=2, code="9999", message="Try later.")
    report = client.submit_listings([message(number, stock(number)) for number in (1, 2, 3)])
    assert [(issue["messageId"], issue["code"], issue["message"]) for issue in report["issues"]] == [
        (1, "9999", "Try later."),
        (3, "9999", "Try later."),
    ]
    assert world.books(SELLER)["stock"]["MUG/1"]["quantity"] == 2


def test_unknown_kinds_are_refused(world):
    with pytest.raises(ValueError, match="There is no fault 'earthquake'. Choose one of: slow"):
        world.add_fault("createFeed", "earthquake")
    with pytest.raises(ValueError, match="is one of createFeed"):
        world.add_fault("getFeed", "stuck")
    with pytest.raises(ValueError, match="There is no operation 'createfeed'. Choose one of: "):
        world.add_fault("createfeed", "throttle")
    with pytest.raises(ValueError, match="There is no operation 'lwa'"):
        world.set_limit("lwa", 1, 1)


def test_late_report(world, client):
    world.add_fault("createFeed", "late_report", seconds=3600)
    feed_id = client.create_feed(CREATE, client.upload(b"<x/>")).json()["feedId"]
    world.advance(600)
    feed = client.feed(feed_id)
    assert feed["processingStatus"] == "DONE" and "resultFeedDocumentId" not in feed
    world.advance(3600)
    client.renew()
    assert client.feed(feed_id)["resultFeedDocumentId"]


def test_duplicate_results(world, client):
    world.add_fault("createFeed", "duplicate_results")
    unknown = [message(number, stock(number)) | {"sku": "NOBODY"} for number in (1, 2)]
    report = client.submit_listings(unknown)
    assert [issue["messageId"] for issue in report["issues"]] == [1, 2, 1, 2]
    assert report["summary"]["messagesInvalid"] == 2
