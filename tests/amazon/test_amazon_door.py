import gzip
import logging
import tracemalloc
from decimal import Decimal

import pytest
from amazon import client
from amazon.client import Door
from amazon.errors import AmazonError
from amazon.regions import Endpoints
from amazon.transport import new_session

TOKEN = "Atza|IwEBIaccess"


@pytest.fixture
def door(server, limiter):
    return Door(Endpoints(server.url, server.url), TOKEN, limiter, session=new_session())


def refusal(function, *values, **named):
    with pytest.raises(AmazonError) as caught:
        function(*values, **named)
    return caught.value


def call(door, **values):
    return door.call("getFeed", "GET", "/feeds/2021-06-30/feeds/1", **values)


def test_what_is_sent(door, server):
    door.call(
        "patchListingsItem",
        "PATCH",
        "/listings/a%2Fb",
        params={"marketplaceIds": ["A", "B"], "dry": True, "none": None, "size": 5},
        body={"price": Decimal("19.90"), "text": "\u20ac"},
    )
    seen = server.seen[0]
    assert (seen.method, seen.path) == ("PATCH", "/listings/a%2Fb?marketplaceIds=A%2CB&dry=true&size=5")
    assert seen.body == '{"price":19.90,"text":"\u20ac"}'.encode()
    assert seen.headers["x-amz-access-token"] == TOKEN
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["user-agent"].startswith("hemi_amazon_sp/")
    assert seen.headers["host"] == server.url.removeprefix("http://")
    assert len(seen.headers["x-amz-date"]) == len("20261123T101500Z")


def test_a_call_without_body_has_no_content_type(door, server):
    call(door)
    assert server.seen[0].headers["content-type"] is None


def test_a_good_answer(door, server, limiter):
    server.answers_json({"feedId": "1"}, **{"x-amzn-RateLimit-Limit": "2.0", "x-amzn-RequestId": "r-1"})
    answer = call(door)
    assert (answer.payload, answer.rate_limit, answer.request_id, answer.status) == (
        {"feedId": "1"},
        2.0,
        "r-1",
        200,
    )
    assert limiter.calls == [("take", "getFeed"), ("learn", "getFeed", 2.0)]


@pytest.mark.parametrize("header", ["", "fast", "nan", "-1", None])
def test_an_unreadable_rate_is_not_learnt(door, server, limiter, header):
    server.answers_json({"feedId": "1"}, **({"x-amzn-RateLimit-Limit": header} if header is not None else {}))
    call(door)
    assert limiter.calls == [("take", "getFeed")]


def test_no_content_is_an_answer(door, server):
    server.answers(204)
    assert call(door).payload == {}


def test_an_empty_answer_is_fine_only_where_none_is_promised(door, server):
    server.answers(200)
    assert call(door, empty=True).payload == {}
    assert refusal(call, door).code == "BadAnswer"


@pytest.mark.parametrize(
    "body", [b"", b"<html>Sign in</html>", b"[]", b'"text"', b"{", b"\xff", b"[" * 100_000, b"null"]
)
def test_what_is_not_a_json_object_is_no_answer(door, server, body):
    server.answers(200, body)
    error = refusal(call, door)
    assert (error.code, error.status, error.outcome, error.is_transient) == (
        "BadAnswer",
        200,
        "unknown",
        True,
    )


def test_a_redirect_is_no_answer(door, server):
    server.answers(302, Location="https://login.test")
    error = refusal(call, door)
    assert (error.code, error.outcome) == ("BadAnswer", "unknown")


def test_errors_inside_a_good_status(door, server):
    server.answers_json({"errors": [{"code": "InternalFailure", "message": "Half done."}]})
    error = refusal(call, door)
    assert (error.code, error.outcome) == ("InternalFailure", "unknown")


def test_amazons_error(door, server):
    errors = [
        {"code": "InvalidInput", "message": "Bad type.", "details": "feedType"},
        {"message": "And more."},
    ]
    server.answers_json(
        {"errors": errors}, 400, **{"x-amzn-RequestId": "r-9", "x-amzn-RateLimit-Limit": "0.5"}
    )
    error = refusal(call, door)
    assert (error.code, error.message) == ("InvalidInput", "Bad type. feedType; And more.")
    assert (error.status, error.request_id, error.operation) == (400, "r-9", "getFeed")
    assert (error.outcome, error.is_transient) == ("refused", False)


def test_the_rate_is_learnt_from_an_error_too(door, server, limiter):
    server.answers_json({"errors": []}, 404, **{"x-amzn-RateLimit-Limit": "0.5"})
    refusal(call, door)
    assert ("learn", "getFeed", 0.5) in limiter.calls


@pytest.mark.parametrize(
    ("status", "code", "outcome", "transient"),
    [
        (400, "InvalidInput", "refused", False),
        (403, "Unauthorized", "refused", False),
        (404, "NotFound", "refused", False),
        (413, "InvalidInput", "refused", False),
        (500, "ServiceUnavailable", "unknown", True),
        (503, "ServiceUnavailable", "unknown", True),
    ],
)
@pytest.mark.parametrize("body", [b"<html>no</html>", b"", b'{"errors":"x"}', b'{"errors":[1]}'])
def test_errors_that_do_not_say_why(door, server, status, code, outcome, transient, body):
    server.answers(status, body)
    error = refusal(call, door)
    assert (error.code, error.outcome, error.is_transient) == (code, outcome, transient)


def test_429_empties_every_bucket_of_the_call(door, server, limiter):
    server.answers_json({"errors": [{"code": "QuotaExceeded", "message": "Slow."}]}, 429, Retry_After="7")
    error = refusal(door.call, "createFeed", "POST", "/feeds", body={}, case="JSON_LISTINGS_FEED")
    assert (error.code, error.outcome, error.retry_after) == ("QuotaExceeded", "not_sent", 7)
    assert limiter.calls == [
        ("take", "createFeed:JSON_LISTINGS_FEED"),
        ("take", "createFeed"),
        ("empty", "createFeed:JSON_LISTINGS_FEED"),
        ("empty", "createFeed"),
    ]


def test_a_case_without_its_own_limit_takes_one_token(door, limiter):
    door.call("createFeed", "POST", "/feeds", body={}, case="POST_ORDER_FULFILLMENT_DATA")
    assert limiter.calls == [("take", "createFeed")]


def test_our_limiter_stops_a_call_before_it_is_sent(door, server, limiter):
    def take(operation):
        raise AmazonError("Throttled", "Wait.", operation=operation, retry_after=120)

    limiter.take = take
    error = refusal(call, door)
    assert (error.outcome, error.retry_after, server.seen) == ("not_sent", 120, [])


def test_a_limiter_that_fails_afterwards_does_not_lose_the_answer(door, server, limiter):
    limiter.learn = None
    server.answers_json({"feedId": "1"}, **{"x-amzn-RateLimit-Limit": "1"})
    assert call(door).payload == {"feedId": "1"}


@pytest.mark.parametrize("sku", [".", ".."])
def test_ids_that_would_call_another_operation(door, server, sku):
    error = refusal(door.call, "getListingsItem", "GET", f"/listings/2021-08-01/items/SELLER/{sku}")
    assert (error.outcome, server.seen) == ("not_sent", [])


def test_upload_sends_the_document_and_nothing_of_the_api(door, server):
    door.upload(server.url + "/bucket/key?X-Amz-Signature=s", b"\x00pdf", "application/pdf")
    seen = server.seen[0]
    assert (seen.method, seen.path, seen.body) == ("PUT", "/bucket/key?X-Amz-Signature=s", b"\x00pdf")
    assert seen.headers["content-type"] == "application/pdf"
    assert not [name for name in seen.headers if name.lower().startswith("x-amz")]
    assert "hemi" not in seen.headers["user-agent"]


@pytest.mark.parametrize(("status", "code"), [(403, "ExpiredAddress"), (503, "ServiceUnavailable")])
def test_document_storage_refuses(door, server, status, code):
    server.answers(status, b"<Error><Code>AccessDenied</Code><StringToSign>secret</StringToSign></Error>")
    for error in (
        refusal(door.upload, server.url, b"x", "text/xml; charset=UTF-8"),
        refusal(door.download, server.url),
    ):
        assert (error.code, error.status, error.is_transient) == (code, status, True)
        assert "secret" not in str(error)


@pytest.mark.parametrize("method", ["upload", "download"])
def test_documents_travel_encrypted(door, method):
    values = (b"x", "application/pdf") if method == "upload" else ()
    assert refusal(getattr(door, method), "http://storage.test/a?sig=1", *values).code == "BadAddress"


def test_download_plain(door, server):
    server.answers(200, b"\xefreport")
    assert door.download(server.url + "/k") == b"\xefreport"
    assert server.seen[0].headers["accept-encoding"] == "identity"
    assert server.seen[0].headers["x-amz-access-token"] is None


@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}])
def test_download_unpacks_once(door, server, headers):
    server.answers(200, gzip.compress(b"report"), **headers)
    assert door.download(server.url, "GZIP") == b"report"


def test_storage_may_say_gzip_by_header_alone(door, server):
    server.answers(200, gzip.compress(b"report"), Content_Encoding="gzip")
    assert door.download(server.url) == b"report"


def test_all_members_of_a_gzip_count(door, server):
    server.answers(200, gzip.compress(b"one ") + gzip.compress(b"two"))
    assert door.download(server.url, "GZIP") == b"one two"


@pytest.mark.parametrize(
    "content", [b"plain", gzip.compress(b"report" * 99)[:-9], gzip.compress(b"a") + b"rest"]
)
def test_broken_gzip(door, server, content):
    server.answers(200, content)
    assert refusal(door.download, server.url, "GZIP").code == "BadAnswer"


def test_unknown_compression(door, server):
    assert refusal(door.download, server.url, "BROTLI").code == "BadAnswer"
    assert server.seen == []


def test_a_gzip_bomb_does_not_fill_the_memory(door, server, monkeypatch):
    monkeypatch.setattr(client, "MAX_DOCUMENT_BYTES", 1_000_000)
    server.answers(200, gzip.compress(bytes(50_000_000)))
    tracemalloc.start()
    try:
        error = refusal(door.download, server.url, "GZIP")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.code == "BadAnswer"
    assert peak < 10_000_000


def test_the_journal_holds_no_ids(server, limiter):
    entries = []
    door = Door(Endpoints(server.url, ""), TOKEN, limiter, entries.append, new_session())
    door.call("getOrder", "GET", "/orders/123?x=1", template="/orders/{}", params={"token": "page"})
    door.call("getOrder", "GET", "/orders/123")
    door.download(server.url + "/bucket/key?X-Amz-Signature=s")
    assert [entry["path"] for entry in entries] == ["/orders/{}", "getOrder", "127.0.0.1"]
    assert [entry["operation"] for entry in entries] == ["getOrder", "getOrder", "downloadDocument"]


def test_no_secret_is_logged_at_any_level(door, server, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "requests", "sp_api", "httpx", "amazon"):
        caplog.set_level(logging.DEBUG, logger=name)
    server.answers_json({"errors": [{"code": "Unauthorized", "message": f"{TOKEN} expired"}]}, 403)
    refusal(call, door, params={"paginationToken": "page-token"})
    server.answers(200, b"x")
    door.upload(server.url + "/k?X-Amz-Signature=sig-1", b"document-1", "application/pdf")
    door.download(server.url + "/k?X-Amz-Signature=sig-2")
    assert "urllib3" in {record.name.split(".")[0] for record in caplog.records}
    for secret in (TOKEN, "page-token", "sig-1", "sig-2", "document-1"):
        assert secret not in caplog.text
