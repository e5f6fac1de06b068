import logging

import pytest
from amazon.errors import MAX_MESSAGE, AmazonError
from amazon.redaction import RedactingFilter, hide_secrets, redact

TOKENS = ["Atza|IwEBIabc-DEF_123", "Atzr|IwEBI.x~y+z/=", "Atc|MQEW", "amzn1.oa2-cs.v1.0123456789abcdef"]


@pytest.mark.parametrize(
    ("code", "status", "outcome", "transient"),
    [
        ("Throttled", None, "not_sent", True),
        ("QuotaExceeded", 429, "not_sent", True),
        ("InvalidInput", 400, "refused", False),
        ("Unauthorized", 403, "refused", False),
        ("NotFound", 404, "refused", False),
        ("invalid_grant", 400, "refused", False),
        ("RequestTimeout", 408, "unknown", True),
        ("InternalFailure", 500, "unknown", True),
        ("ServiceUnavailable", 503, "unknown", True),
        ("server_error", None, "unknown", True),
        ("Timeout", None, "unknown", True),
        ("Connection", None, "unknown", True),
        ("BadAnswer", 200, "unknown", True),
        ("BadAddress", None, "not_sent", False),
        ("BadDocument", None, "not_sent", False),
    ],
)
def test_what_became_of_the_call(code, status, outcome, transient):
    error = AmazonError(code, "Words.", status=status)
    assert (error.outcome, error.is_transient) == (outcome, transient)


def test_who_knows_better_says_so():
    assert AmazonError("Connection", "Words.", outcome="not_sent").outcome == "not_sent"


def test_the_text_tells_what_support_asks_for():
    error = AmazonError(
        "InvalidInput", "Bad feed type.", status=400, request_id="r-1", operation="createFeed"
    )
    assert str(error) == "createFeed: Bad feed type. (InvalidInput, HTTP 400, request r-1)"


@pytest.mark.parametrize("token", TOKENS)
def test_no_token_gets_into_an_error(token):
    error = AmazonError("X", f"The token {token} is bad, see https://x.test/a?key={token}&b=1 for it")
    for text in (str(error), repr(error), error.message):
        assert token not in text
        assert "b=1" not in text
    assert error.message.endswith("for it")


def test_long_messages_are_cut():
    assert len(AmazonError("X", "a" * 5000).message) == MAX_MESSAGE


def test_the_filter_redacts_arguments():
    record = logging.LogRecord("x", logging.DEBUG, "", 0, '"%s %s"', ("GET", "/a?X-Amz-Signature=abc"), None)
    RedactingFilter().filter(record)
    assert record.getMessage() == '"GET /a?***"'


def test_plain_text_stays():
    assert redact("Is it 5? Yes | no") == "Is it 5? Yes | no"


@pytest.mark.parametrize("name", ["client_secret", "access_key", "secret_key", "refresh_token"])
@pytest.mark.parametrize("value", ["plain", "with 'quotes'", 'with "double" ones', "both ' and \"", "a\\b"])
def test_values_of_secret_fields_are_hidden_in_calls(name, value):
    call = f"call hemi.amazon.x().web_save({ {'id': 1, name: value, 'arn': 'arn:aws'} })"
    assert (
        hide_secrets(call) == f"call hemi.amazon.x().web_save({{'id': 1, '{name}': '***', 'arn': 'arn:aws'}})"
    )


def test_calls_keep_everything_else():
    call = "call res.partner().write({'website': 'https://example.com/?a=1', 'access_key_stored': 'x'})"
    assert hide_secrets(call) == call
