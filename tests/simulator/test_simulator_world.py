"""The world itself: /_sim, the clock, the record, the inbox, the pages, the command line."""

import json
import signal
import smtplib
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from amazon_simulator import Simulator
from tests.simulator.helpers import (
    APPLICATION,
    DE,
    REFRESH_TOKEN,
    SELLER,
    START,
    US,
    Client,
    envelope,
    message,
    populate,
    short_order,
    stock,
)


def post(amazon, path, **body):
    return requests.post(f"{amazon.url}/_sim/{path}", json=body, timeout=10)


def look(amazon, path, **query):
    return requests.get(f"{amazon.url}/_sim/{path}", params=query, timeout=10)


def test_a_world_made_over_http(amazon):
    post(amazon, "reset")
    post(
        amazon,
        "applications",
        application_id="app",
        client_id="c",
        client_secret="s",
        redirect_uris=["https://x/"],
    )
    listing = {"sku": "A", "asin": "B0", "title": "Thing", "quantity": 2, "prices": {US: "3.00"}}
    post(amazon, "sellers", seller_id="A1", name="One", region="na", marketplaces=[US], listings=[listing])
    order_id = post(
        amazon,
        "orders",
        seller_id="A1",
        order={"marketplaceId": US, "items": [{"sku": "A", "quantity": 1, "unitPrice": "3.00"}]},
    ).json()
    assert post(amazon, "clock", seconds=60).json() == "2026-03-02T08:01:00Z" == look(amazon, "clock").json()
    books = look(amazon, "books", seller_id="A1").json()
    assert books["stock"] == {"A": {"channel": "DEFAULT", "quantity": 2, "updates": 0}}
    assert books["prices"] == {"A": {US: {"amount": "3.00", "currency": "USD", "updates": 0}}}
    assert next(iter(books["orders"][order_id]["items"].values()))["paid"] == {"Principal": "3.00"}
    assert post(amazon, "authorizations", seller_id="A1").json().startswith("Atzr|")
    assert post(amazon, "revocations", seller_id="A1").status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("orders", {"seller_id": "A9", "order": {}}, "There is no seller 'A9'"),
        ("orders", {"seller": SELLER}, "unexpected keyword argument"),
        ("orders", {"seller_id": SELLER, "order": short_order(marketplaceId=US)}, "does not sell"),
        ("sellers", {"seller_id": "A1", "name": "x", "region": "moon", "marketplaces": []}, "na, eu or fe"),
        (
            "sellers",
            {"seller_id": "A1", "name": "x", "region": "na", "marketplaces": [DE]},
            "no marketplace of",
        ),
        (
            "applications",
            {
                "application_id": "a",
                "client_id": "c",
                "client_secret": "s",
                "redirect_uris": ["http://erp.example/"],
            },
            "must begin with https",
        ),
        (
            "applications",
            {"application_id": "a", "client_id": "c", "client_secret": "s", "redirect_uris": []},
            "at least one redirect URI",
        ),
        ("revocations", {"seller_id": "A2OTHER"}, "has not authorised"),
        ("clock", {"seconds": -1}, "forward only"),
        ("faults", {"operation": "lwa", "kind": "y"}, "There is no fault"),
        (
            "order-changes",
            {"seller_id": SELLER, "order_id": "1", "changes": {"orderId": "2"}},
            "cannot be changed",
        ),
    ],
)
def test_mistakes_are_explained(amazon, path, body, text):
    answer = post(amazon, path, **body)
    assert answer.status_code == 400 and text in answer.json()["error"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"salesChannel": {"marketplaceId": US}}, "does not sell in"),
        ({"orderId": "1"}, "3-7-7"),
        ({"lastUpdatedTime": "2026-01-01T00:00:00Z"}, "before it is created"),
        ({"createdTime": "today"}, "ISO 8601"),
        ({"orderItems": []}, "at least one item"),
        ({}, "already"),
    ],
)
def test_whole_orders_are_checked(world, client, changes, text):
    order_id = world.place_order(SELLER, short_order())
    whole = client.order(order_id, "PROCEEDS", "FULFILLMENT")
    with pytest.raises(ValueError, match=text):
        world.place_order(SELLER, {**whole, **changes})
    assert len(world.books(SELLER)["orders"]) == 1


def test_what_became_due_comes_before_what_is_done_now(world, client, order):
    body = f"<AmazonOrderID>{order[0]}</AmazonOrderID><StatusCode>Failure</StatusCode>"
    client.create_feed(
        "POST_ORDER_ACKNOWLEDGEMENT_DATA", client.upload(envelope("OrderAcknowledgement", body))
    )
    world.clock.advance(5)
    world.change_order(SELLER, order[0], {"programs": ["PREMIUM"]})
    shown = client.order(order[0], "FULFILLMENT")
    assert shown["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert shown["lastUpdatedTime"] == "2026-03-02T08:00:05Z"


def test_real_time_cannot_be_moved():
    with Simulator(clock="real", smtp=False) as amazon, pytest.raises(ValueError, match="clock is real"):
        amazon.world.advance(1)


def test_reset_begins_again(amazon, world, client):
    world.place_order(SELLER, short_order())
    world.advance(500)
    world.reset()
    assert (world.books(), world.calls(), world.inbox(), world.now()) == ({}, [], [], START)
    populate(world)
    assert Client(amazon).listing("MUG/1").status_code == 200


def test_the_same_steps_give_the_same_world():
    def run():
        with Simulator(clock="virtual", start=START, smtp=False) as amazon:
            populate(amazon.world)
            client = Client(amazon)
            amazon.world.place_order(SELLER, short_order())
            client.submit_listings([message(1, stock(4))])
            return json.dumps(amazon.world.books(), default=str), client.headers

    assert run() == run()


def test_demo_world():
    with Simulator(world="demo", smtp=False) as amazon:
        books = amazon.world.books()
        assert {seller: len(book["orders"]) for seller, book in books.items()} == {
            "A2EUSELLER0001": 5,
            "A1NASELLER0002": 5,
        }
        client = Client(amazon, "A2EUSELLER0001", None)
        found = client.search(lastUpdatedAfter="2020-01-01T00:00:00Z", includedData="PROCEEDS").json()[
            "orders"
        ]
        assert len(found) == 5
        totals = {order["orderId"]: order["proceeds"]["grandTotal"]["amount"] for order in found}
        assert totals["404-4471004-1000004"] == "1088.90"
        paid = books["A1NASELLER0002"]["orders"]["113-5582002-2000002"]["items"]["40000000000002"]["paid"]
        assert paid == {"Principal": Decimal("189.00"), "Tax": Decimal("19.37")}


def test_unknown_world():
    with pytest.raises(ValueError, match="There is no world atlantis"):
        Simulator(world="atlantis")


def test_secrets_cannot_be_used_in_the_next_real_run():
    tokens = []
    for _number in range(2):
        with Simulator(clock="real", smtp=False) as amazon:
            populate(amazon.world)
            tokens.append(amazon.world.authorize(SELLER))
    assert tokens[0] != tokens[1]


def test_inbox(amazon, world):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = (
        "Bitte best\u00e4tigen",
        "erp@example.com",
        "seller@example.com",
    )
    mail.set_content("Plain https://erp.example/plain")
    mail.add_alternative(
        '<p>Caf\u00e9 <a href="https://erp.example/start?a=1&amp;b=2">Go</a></p>', subtype="html"
    )
    with smtplib.SMTP("127.0.0.1", amazon.smtp_port) as smtp:
        smtp.send_message(mail)
    received = look(amazon, "inbox").json()[0]
    assert (received["subject"], received["to"]) == ("Bitte best\u00e4tigen", ["seller@example.com"])
    assert "Caf\u00e9" in received["html"] and received["text"].startswith("Plain")
    assert received["links"] == ["https://erp.example/start?a=1&b=2"]
    page = requests.get(f"{amazon.url}/_sim/inbox", headers={"Accept": "text/html"}, timeout=10).text
    assert "best\u00e4tigen" in page and "/_sim/inbox/0" in page
    assert "https://erp.example/start?a=1&amp;b=2" in look(amazon, "inbox/0").text
    assert look(amazon, "inbox/1").status_code == 404


def test_pages_show_the_world(amazon, world, client):
    order_id = world.place_order(SELLER, short_order())
    client.submit_listings([message(1, stock(4))])
    page = look(amazon, "").text
    for text in ("Seller One", "MUG/1", order_id, "JSON_LISTINGS_FEED", "createFeedDocument", "9.99 EUR"):
        assert text in page, text
    assert requests.get(amazon.url, timeout=10).status_code == 200


def test_calls(world, client):
    client.listing("NONE")
    assert world.calls()[-1] == {
        "time": START,
        "operation": "getListingsItem",
        "method": "GET",
        "path": client.item_path("NONE"),
        "status": 404,
        "seller_id": SELLER,
        "fault": None,
    }
    client.upload(b"<x/>")
    assert [call["operation"] for call in world.calls()[-2:]] == ["createFeedDocument", "upload"]


def test_record(tmp_path):
    with Simulator(clock="virtual", start=START, record=tmp_path, smtp=False) as amazon:
        populate(amazon.world)
        client = Client(amazon)
        client.listing("MUG/1", includedData="offers,summaries")
        client.submit_listings([message(1, stock(4))])
        amazon.world.add_fault("getMarketplaceParticipations", "server_error")
        client.get("/sellers/v1/marketplaceParticipations")
    lines = [json.loads(line) for line in (tmp_path / "traffic.jsonl").read_text().splitlines()]
    assert all(set(line) == {"method", "path", "query", "request", "status", "response"} for line in lines)
    assert [line["path"] for line in lines[:2]] == ["/auth/o2/token", client.item_path("MUG/1")]
    assert lines[0]["request"] is None and lines[0]["response"]["token_type"] == "bearer"
    assert lines[1]["query"] == {"marketplaceIds": [DE], "includedData": ["offers,summaries"]}
    assert lines[2]["request"] == {"contentType": "application/json; charset=UTF-8"}
    assert (lines[-1]["status"], lines[-1]["response"]) == (503, None)
    uploaded, written = sorted((tmp_path / "documents").iterdir())
    assert "_uploaded_" in uploaded.name and json.loads(uploaded.read_text())["messages"][0]["sku"] == "MUG/1"
    assert "_written_" in written.name and json.loads(written.read_text())["summary"]["messagesAccepted"] == 1


def run_command(*arguments):
    command = [sys.executable, "-m", "amazon_simulator", *map(str, arguments)]
    root, pipe = Path(__file__).resolve().parents[2], subprocess.PIPE
    return subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True)


def test_command():
    process = run_command("--world", "demo", "--clock", "virtual", "--start", START)
    try:
        words = process.stdout.readline().split()
        assert words[:3] == ["Simulated", "Amazon", "ready:"] and words[5].startswith("127.0.0.1:")
        assert requests.get(f"{words[3]}/_sim/clock", timeout=10).json() == START
        taken = run_command("--port", words[3].rsplit(":", 1)[1])
        _output, complaint = taken.communicate(timeout=20)
        assert taken.returncode == 1
        assert "cannot be used (Address already in use). Choose another one." in complaint
    finally:
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 0


def test_private_application(amazon, world):
    assert (
        world.authority.authorization(world.applications[APPLICATION], SELLER).refresh_token == REFRESH_TOKEN
    )


def test_the_running_clock_goes_on_by_itself_and_can_be_moved():
    with Simulator(clock="running", smtp=False) as amazon:
        clock = amazon.world.clock
        before = clock.now()
        clock.advance(3600)
        moved = clock.now()
        assert moved >= before + timedelta(hours=1)
        while clock.now() == moved:
            pass
        assert clock.now() > moved
        clock.restart()
        assert clock.now() < moved
        with pytest.raises(ValueError, match="forward only"):
            clock.advance(-1)
