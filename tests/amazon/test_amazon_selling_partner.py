"""What SellingPartner asks of the door, held against Amazon's models."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import jsonschema
import pytest
from amazon.client import Answer
from amazon.errors import AmazonError
from amazon.selling_partner import SellingPartner

SELLER, MARKET = "A1SELLER", "A1PA6795UKMFR9"
NASTY_SKU = "a/b c?d=1&e#%2F+\u00e4"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:events"
WHEN = datetime(2026, 11, 20, 10, 15, 30)
PATCHES = [{"op": "merge", "path": "/attributes/purchasable_offer", "value": [{"price": Decimal("1.50")}]}]
SHIPMENT = {
    "marketplaceId": MARKET,
    "packageDetail": {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "00340",
        "shipDate": "2026-11-20T10:15:00Z",
        "orderItems": [{"orderItemId": "12345678901234", "quantity": 1}],
    },
}
FULL = {
    "payload": [],
    "feedId": "1",
    "processingStatus": "DONE",
    "feedDocumentId": "d",
    "url": "https://s.test",
    "feeds": [],
    "reportId": "2",
    "reportDocumentId": "r",
    "orders": [],
    "order": {"orderId": "1"},
    "sku": "s",
    "items": [],
    "status": "ACCEPTED",
    "submissionId": "x",
}
# operation -> model, call
CALLS = {
    "getMarketplaceParticipations": ("sellers", lambda sp: sp.get_marketplace_participations()),
    "createFeedDocument": ("feeds_2021-06-30", lambda sp: sp.create_feed_document("text/xml; charset=UTF-8")),
    "createFeed": (
        "feeds_2021-06-30",
        lambda sp: sp.create_feed("UPLOAD_VAT_INVOICE", [MARKET], "doc", {"metadata:OrderId": "1"}),
    ),
    "getFeed": ("feeds_2021-06-30", lambda sp: sp.get_feed("50001")),
    "getFeeds": (
        "feeds_2021-06-30",
        lambda sp: list(sp.get_feeds(["JSON_LISTINGS_FEED"], [MARKET], WHEN, WHEN)),
    ),
    "cancelFeed": ("feeds_2021-06-30", lambda sp: sp.cancel_feed("50001")),
    "getFeedDocument": ("feeds_2021-06-30", lambda sp: sp.get_feed_document("amzn1.tortuga.4.eu/x")),
    "createReport": (
        "reports_2021-06-30",
        lambda sp: sp.create_report("GET_X", [MARKET], WHEN, WHEN, {"ReportOption=all": "true"}),
    ),
    "getReport": ("reports_2021-06-30", lambda sp: sp.get_report("50002")),
    "getReportDocument": ("reports_2021-06-30", lambda sp: sp.get_report_document("amzn1.spdoc.1.4.eu/x")),
    "searchOrders": (
        "orders_2026-01-01",
        lambda sp: sp.search_orders(
            [MARKET, "A13V1IB3VIYZZH"],
            last_updated_after=WHEN,
            last_updated_before=WHEN,
            included_data=["BUYER", "TAX"],
            fulfillment_statuses=["UNSHIPPED"],
            fulfilled_by=["MERCHANT"],
            pagination_token="next",
        ),
    ),
    "getOrder": ("orders_2026-01-01", lambda sp: sp.get_order("123-1234567-1234567", ["RECIPIENT"])),
    "confirmShipment": ("ordersV0", lambda sp: sp.confirm_shipment("123-1234567-1234567", SHIPMENT)),
    "getListingsItem": (
        "listingsItems_2021-08-01",
        lambda sp: sp.get_listings_item(NASTY_SKU, [MARKET], ["summaries", "offers"]),
    ),
    "searchListingsItems": (
        "listingsItems_2021-08-01",
        lambda sp: sp.search_listings_items([MARKET], ["summaries"], page_token="next"),
    ),
    "patchListingsItem": (
        "listingsItems_2021-08-01",
        lambda sp: sp.patch_listings_item(NASTY_SKU, MARKET, "PRODUCT", PATCHES, "VALIDATION_PREVIEW"),
    ),
    "rotateApplicationClientSecret": (
        "application_2023-11-30",
        lambda sp: sp.rotate_application_client_secret(),
    ),
    "getDestinations": ("notifications", lambda sp: sp.get_destinations()),
    "createDestination": ("notifications", lambda sp: sp.create_destination("Odoo", QUEUE)),
    "getSubscription": ("notifications", lambda sp: sp.get_subscription("ORDER_CHANGE")),
    "createSubscription": ("notifications", lambda sp: sp.create_subscription("ORDER_CHANGE", "d-1")),
    "deleteSubscriptionById": ("notifications", lambda sp: sp.delete_subscription("ORDER_CHANGE", "s-1")),
}


class FakeDoor:
    def __init__(self, *payloads):
        self.payloads = list(payloads)
        self.calls = []

    def call(self, operation, method, path, **values):
        self.calls.append(SimpleNamespace(operation=operation, method=method, path=path, **values))
        return Answer(self.payloads.pop(0) if self.payloads else FULL, None, "r-1", 200)


def called(operation):
    door = FakeDoor()
    CALLS[operation][1](SellingPartner(door, SELLER))
    assert [call.operation for call in door.calls] == [operation]
    return door.calls[0]


class Model:
    """One of Amazon's OpenAPI 2 models."""

    def __init__(self, document):
        self.document = document

    def operation(self, operation_id):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if isinstance(operation, dict) and operation.get("operationId") == operation_id:
                    shared = methods.get("parameters", [])
                    parameters = [self.resolve(part) for part in [*shared, *operation.get("parameters", [])]]
                    return path, method.upper(), parameters, operation["responses"]
        raise LookupError(operation_id)

    def resolve(self, part):
        return self.document["parameters"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part

    def check(self, value, schema):
        jsonschema.validate(value, {"definitions": self.document["definitions"], **schema})


@pytest.mark.parametrize("operation", CALLS)
def test_the_request_is_that_of_the_model(spapi, operation):
    model = Model(spapi(f"models/{CALLS[operation][0]}.json"))
    template, method, parameters, _responses = model.operation(operation)
    call = called(operation)
    assert call.method == method
    pattern = re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(template))
    assert re.fullmatch(pattern, call.path)
    assert call.template == re.sub(r"\{\w+\}", "{}", template)
    query = {name: value for name, value in call.params.items() if value is not None}
    known = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
    assert set(query) <= set(known)
    assert {name for name, parameter in known.items() if parameter["required"]} <= set(query)
    for name, value in query.items():
        check_parameter(known[name], value)
    bodies = [parameter for parameter in parameters if parameter["in"] == "body"]
    assert bool(bodies) == (call.body is not None)
    if bodies:
        model.check(jsonable(call.body), bodies[0]["schema"])


def check_parameter(parameter, value):
    if parameter["type"] == "array":
        assert parameter.get("collectionFormat", "csv") == "csv"
        values = value.split(",") if isinstance(value, str) else value
        assert len(values) <= parameter.get("maxItems", 1000)
        allowed = parameter["items"].get("enum")
        assert not allowed or set(values) <= set(allowed)
    elif parameter["type"] == "integer":
        assert parameter.get("minimum", 0) <= value <= parameter.get("maximum", 1000)
    else:
        assert isinstance(value, str)
        assert value in parameter.get("enum", [value])
        if parameter.get("format") == "date-time":
            assert value == "2026-11-20T10:15:30Z"


def jsonable(value):
    if isinstance(value, dict):
        return {name: jsonable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [jsonable(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("operation", CALLS)
def test_an_answer_that_lacks_what_the_model_requires(spapi, operation):
    model = Model(spapi(f"models/{CALLS[operation][0]}.json"))
    responses = model.operation(operation)[3]
    good = next(response for status, response in responses.items() if status.startswith("2"))
    schema = (
        model.document["definitions"][good["schema"]["$ref"].rpartition("/")[2]] if "schema" in good else {}
    )
    for key in schema.get("required", ()):
        payload = {name: value for name, value in FULL.items() if name != key}
        door = FakeDoor(payload)
        if key in FULL:
            with pytest.raises(AmazonError, match=key) as caught:
                CALLS[operation][1](SellingPartner(door, SELLER))
            assert (caught.value.code, caught.value.outcome) == ("BadAnswer", "unknown")
        else:
            # what is not needed is not insisted on
            CALLS[operation][1](SellingPartner(door, SELLER))


def test_every_operation_of_the_limits_is_offered():
    from amazon.throttle import LIMITS

    assert set(CALLS) == {name for name in LIMITS if ":" not in name}


def test_nothing_is_added_to_the_body():
    assert called("createFeed").body == {
        "feedType": "UPLOAD_VAT_INVOICE",
        "marketplaceIds": [MARKET],
        "inputFeedDocumentId": "doc",
        "feedOptions": {"metadata:OrderId": "1"},
    }
    assert called("createFeedDocument").body == {"contentType": "text/xml; charset=UTF-8"}
    assert called("confirmShipment").body == SHIPMENT
    assert called("createDestination").body == {
        "name": "Odoo",
        "resourceSpecification": {"sqs": {"arn": QUEUE}},
    }
    assert called("createSubscription").body == {"destinationId": "d-1", "payloadVersion": "1.0"}
    assert called("patchListingsItem").body == {"productType": "PRODUCT", "patches": PATCHES}


def test_options_are_left_out_when_there_are_none():
    door = FakeDoor()
    SellingPartner(door, SELLER).create_feed("JSON_LISTINGS_FEED", (MARKET,), "doc")
    assert "feedOptions" not in door.calls[0].body
    assert door.calls[0].case == "JSON_LISTINGS_FEED"


def test_a_report_is_asked_for_with_what_was_given():
    assert called("createReport").body == {
        "reportType": "GET_X",
        "marketplaceIds": [MARKET],
        "dataStartTime": "2026-11-20T10:15:30Z",
        "dataEndTime": "2026-11-20T10:15:30Z",
        "reportOptions": {"ReportOption=all": "true"},
    }
    door = FakeDoor()
    SellingPartner(door, SELLER).create_report("GET_X", (MARKET,))
    assert door.calls[0].body == {"reportType": "GET_X", "marketplaceIds": [MARKET]}


@pytest.mark.parametrize("operation", ["getListingsItem", "patchListingsItem"])
def test_a_sku_is_one_segment_of_the_path(operation):
    path = called(operation).path
    assert path.count("/") == 5
    assert unquote(path.rpartition("/")[2]) == NASTY_SKU
    assert not {"?", "#", " ", "+"} & set(path)


def test_a_dry_run_has_a_limit_of_its_own():
    assert called("patchListingsItem").case == "VALIDATION_PREVIEW"


@pytest.mark.parametrize(
    "operation",
    ["cancelFeed", "confirmShipment", "rotateApplicationClientSecret", "deleteSubscriptionById"],
)
def test_answers_without_body(operation):
    assert called(operation).empty


def test_pages_of_feeds_are_asked_for_by_token_alone():
    door = FakeDoor({"feeds": [1], "nextToken": "t-1"}, {"feeds": [2], "nextToken": "t-2"}, {"feeds": []})
    pages = SellingPartner(door, SELLER).get_feeds(["A"], created_since=WHEN)
    assert next(pages) == [1]
    assert len(door.calls) == 1
    assert list(pages) == [[2], []]
    assert [call.params for call in door.calls[1:]] == [{"nextToken": "t-1"}, {"nextToken": "t-2"}]


def test_orders_want_one_way_to_say_since_when():
    seller = SellingPartner(FakeDoor(), SELLER)
    for values in ({}, {"last_updated_after": WHEN, "created_after": WHEN}):
        with pytest.raises(ValueError, match="exactly one"):
            seller.search_orders([MARKET], **values)


@pytest.mark.parametrize(
    "moment",
    [WHEN.replace(tzinfo=UTC), (WHEN + timedelta(hours=9)).replace(tzinfo=timezone(timedelta(hours=9)))],
)
def test_aware_times_are_written_in_utc(moment):
    door = FakeDoor()
    SellingPartner(door, SELLER).search_orders([MARKET], created_after=moment)
    assert door.calls[0].params["createdAfter"] == "2026-11-20T10:15:30Z"


def test_unwrapped_answers():
    seller = SellingPartner(FakeDoor({"payload": ["here"]}, {"order": {"orderId": "9"}}), SELLER)
    assert seller.get_marketplace_participations() == ["here"]
    assert seller.get_order("9") == {"orderId": "9"}


def test_the_library_looks_up_nothing_and_opens_nothing(tmp_path):
    """In a process that would lead the library astray, with its own transport and log-in out of order."""
    code = """
from types import SimpleNamespace
import sp_api.base.client as library
def fail(*args, **kwargs): raise SystemExit("the library's own machinery was used")
for kind in (library.HttpxTransport, library.CredentialProvider, library.AccessTokenClient):
    kind.__init__ = fail
from amazon.client import Answer
from amazon.selling_partner import SellingPartner
calls = []
class Door:
    def call(self, *args, **kwargs):
        calls.append(kwargs["params"])
        return Answer({"orders": []}, None, None, 200)
from datetime import datetime
SellingPartner(Door(), "S").search_orders(["A1PA6795UKMFR9"], created_after=datetime(2026, 1, 1))
assert calls[0]["marketplaceIds"] == "A1PA6795UKMFR9", calls
assert not {"MarketplaceIds", "MarketplaceId", "marketplace_ids"} & set(calls[0]), calls
"""
    package_parent = Path(sys.modules["amazon"].__file__).parents[1]
    environment = {
        "PYTHONPATH": str(package_parent),
        "SP_API_DEFAULT_MARKETPLACE": "JP",
        "HOME": str(tmp_path),
    }
    subprocess.run([sys.executable, "-c", code], env=os.environ | environment, check=True)


def test_no_subscription_is_no_error():
    class Nothing(FakeDoor):
        def call(self, *_values, **_named):
            raise AmazonError("NotFound", "none", status=404)

    assert SellingPartner(Nothing(), SELLER).get_subscription("ORDER_CHANGE") is None


def test_the_destination_of_a_queue():
    from amazon.subscriptions import destination_of

    others = [
        {"destinationId": "1", "name": "", "resource": {"sqs": None, "eventBridge": {"accountId": "1"}}},
        {"destinationId": "2", "name": "", "resource": {"sqs": {"arn": QUEUE + "2"}}},
        {"destinationId": "3", "name": "", "resource": None},
    ]
    assert destination_of(others, QUEUE) is None
    ours = {"destinationId": "4", "name": "", "resource": {"sqs": {"arn": QUEUE}, "eventBridge": None}}
    assert destination_of([*others, ours], QUEUE) == "4"
