import json

import jsonschema
import pytest
from amazon.documents import acknowledgement, adjustment, fulfillment, invoice, listings
from amazon.documents.report import WHOLE_FEED, Result, read_report
from amazon.errors import AmazonError
from hypothesis import given
from hypothesis import strategies as st

from tests.amazon.reports import json_report, xml_report, xml_result

XML, JSON, TABLE = adjustment.FEED_TYPE, listings.FEED_TYPE, invoice.FEED_TYPE


def refused(content, feed_type):
    with pytest.raises(AmazonError) as caught:
        read_report(content, feed_type)
    assert caught.value.code == "BadAnswer"
    return caught.value.message


# --- XML ---


@pytest.mark.parametrize(
    "feed_type", [fulfillment.FEED_TYPE, acknowledgement.FEED_TYPE, adjustment.FEED_TYPE]
)
def test_results_per_message(feed_type):
    info = "<AmazonOrderID>123-1234567-1234567</AmazonOrderID>"
    info += "<AmazonOrderItemCode>12345678901234</AmazonOrderItemCode>"
    report = read_report(
        xml_report(
            xml_result(2, info=info) + xml_result(3, "Warning", "Hm.") + xml_result(2, text="And no.")
        ),
        feed_type,
    )
    assert report.results == {
        2: [
            Result("error", "8058", "No.", "12345678901234"),
            Result("error", "8058", "And no."),
        ],
        3: [Result("warning", "8058", "Hm.")],
    }
    assert (report.processed, report.accepted, report.rejected) == (3, 2, 1)
    assert (report.feed_id, report.status) == ("50001", "Complete")
    assert [report.outcome(message_id) for message_id in (1, 2, 3)] == ["accepted", "rejected", "accepted"]


def test_all_went_well():
    report = read_report(xml_report(successful=3, errors=0), XML)
    assert (report.results, report.outcome(1)) == ({}, "accepted")


def test_a_rejected_document_rejects_every_message():
    report = read_report(xml_report(status="Rejected", processed=0, successful=0), XML)
    assert report.outcome(1) == "rejected"


@pytest.mark.parametrize("message_id", ["0", ""])
def test_an_error_of_the_whole_feed(message_id):
    failed = read_report(xml_report(xml_result(message_id), successful=0), XML)
    assert failed.outcome(1) == "rejected"
    assert [result.text for result in failed.results[WHOLE_FEED]] == ["No."]
    # some messages were counted as successful all the same: only what is named failed
    partly = read_report(xml_report(xml_result(message_id), successful=2), XML)
    assert partly.outcome(1) == "accepted"


def test_a_warning_about_the_whole_feed_is_no_failure():
    assert read_report(xml_report(xml_result(0, "Warning"), successful=0), XML).outcome(1) == "accepted"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "UTF-8", "UTF-16", "windows-1252"])
def test_the_declared_encoding_counts(encoding):
    report = read_report(xml_report(xml_result(1, text="Stra\u00dfe fehlt"), encoding=encoding), XML)
    assert report.results[1][0].text == "Stra\u00dfe fehlt"


def test_japanese():
    report = read_report(xml_report(xml_result(1, text="\u5728\u5eab"), encoding="shift_jis"), XML)
    assert report.results[1][0].text == "\u5728\u5eab"


def test_a_report_without_envelope_and_summary():
    content = b"<ProcessingReport><StatusCode>Complete</StatusCode></ProcessingReport>"
    report = read_report(content, XML)
    assert (report.accepted, report.feed_id, report.outcome(5)) == (None, None, "accepted")


def test_a_report_in_a_namespace():
    content = xml_report(xml_result(2)).replace(b"<AmazonEnvelope ", b'<AmazonEnvelope xmlns="urn:x" ')
    assert read_report(content, XML).outcome(2) == "rejected"


def test_an_unfinished_report_is_not_read_as_success():
    assert "not finished" in refused(xml_report(status="Processing"), XML)


def test_entities_reach_neither_files_nor_memory(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("top secret")
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    assert "document type" in refused(xml_report(xml_result(1, text="&e;"), head=outside), XML)
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{laughs}]>'
    refused(xml_report(xml_result(1, text="&e29;"), head=bomb), XML)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n",
        b"<html><body>Service unavailable</body></html>",
        b"Service unavailable",
        xml_report()[:-40],
        b'<?xml version="1.0" encoding="klingon"?><a/>',
        b"<a>" * 5000,
        b"\x00\x01",
        b"{}",
    ],
)
def test_broken_reports(content):
    refused(content, XML)


# --- JSON ---


def test_amazons_example(spapi):
    example = spapi("schemas/listings-feed-processing-report-schema-v2.example.json")
    report = read_report(json.dumps(example).encode(), JSON)
    assert (report.processed, report.accepted, report.rejected, report.feed_id) == (4, 2, 2, "1234567890")
    assert [report.outcome(message_id) for message_id in (2, 3, 4, 5)] == [
        "accepted",
        "accepted",
        "rejected",
        "rejected",
    ]
    assert len(report.results[4]) == 2
    assert report.results[5][0].attribute == "purchasable_offer.our_price"


def test_our_own_examples_are_valid_by_amazons_schema(spapi):
    schema = spapi("schemas/listings-feed-processing-report-schema-v2.json")
    issue = {"messageId": 1, "severity": "ERROR", "message": "No."}
    jsonschema.Draft7Validator(schema).validate(json.loads(json_report([issue])))


def test_severities():
    issues = [
        {"messageId": 1, "severity": "WARNING", "message": "Hm.", "code": "18027"},
        {"messageId": 2, "severity": "INFO", "message": "By the way."},
        {"messageId": 3, "severity": "FATAL", "message": "New word."},
    ]
    report = read_report(json_report(issues), JSON)
    assert report.results == {
        1: [Result("warning", "18027", "Hm.")],
        2: [Result("info", "", "By the way.")],
        3: [Result("error", "", "New word.")],
    }
    assert [report.outcome(message_id) for message_id in (1, 2, 3, 4)] == [
        "accepted",
        "accepted",
        "rejected",
        "accepted",
    ]


def test_an_issue_without_message_is_about_the_feed():
    issue = {"severity": "ERROR", "message": "The feed is not valid JSON.", "code": "4000001"}
    report = read_report(json_report([issue], processed=0, accepted=0, invalid=0), JSON)
    assert report.results[WHOLE_FEED][0].code == "4000001"
    assert report.outcome(77) == "rejected"


def test_a_byte_order_mark_is_no_trouble():
    assert read_report(b"\xef\xbb\xbf" + json_report(), JSON).accepted == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        json_report()[:-1],
        b'{"header":{},"issues":{},"summary":{}}',
        b"<ProcessingReport/>",
        b"[" * 50_000,
        b"\xff\xfe\xff",
    ],
)
def test_broken_json_reports(content):
    refused(content, JSON)


# --- the table that invoices are answered with ---

SUMMARY = (
    b"Feed Processing Summary:\n\tNumber of records processed\t\t1\n\tNumber of records successful\t\t%d\n\n"
)
HEAD = b"original-record-number\tsku\terror-code\terror-type\terror-message\n"


def test_an_accepted_invoice():
    report = read_report(SUMMARY % 1 + HEAD, TABLE)
    assert report.outcome(invoice.REPORT_MESSAGE_ID) == "accepted"
    assert (report.accepted, report.rejected, report.processed) == (1, 0, 1)


def test_a_rejected_invoice():
    row = b"1\t\t79513\tError\tPlease provide metadata:shippingid or metadata:orderid\n"
    report = read_report(SUMMARY % 0 + HEAD + row, TABLE)
    assert report.outcome(invoice.REPORT_MESSAGE_ID) == "rejected"
    assert report.results == {
        1: [Result("error", "79513", "Please provide metadata:shippingid or metadata:orderid")]
    }


def test_a_rejected_invoice_without_a_reason():
    assert read_report(SUMMARY % 0, TABLE).outcome(invoice.REPORT_MESSAGE_ID) == "rejected"


def test_an_invoice_accepted_with_a_warning():
    report = read_report(SUMMARY % 1 + HEAD + b"1\t\t1\tWarning\tHm.\r\n", TABLE)
    assert report.outcome(1) == "accepted"
    assert report.results[1] == [Result("warning", "1", "Hm.")]


def test_an_invoice_answered_in_xml():
    assert read_report(xml_report(xml_result(1)), TABLE).outcome(invoice.REPORT_MESSAGE_ID) == "rejected"


@pytest.mark.parametrize(
    "content", [b"Feed Processing Summary:\n", SUMMARY[:50], b"Number of records processed\t\t1"]
)
def test_broken_tables(content):
    refused(content, TABLE)


# --- anything at all ---


@given(st.binary(max_size=300), st.sampled_from([XML, JSON, TABLE]))
def test_no_bytes_do_worse_than_a_bad_answer(content, feed_type):
    try:
        read_report(content, feed_type)
    except AmazonError as error:
        assert error.code == "BadAnswer"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "header",
                    "issues",
                    "summary",
                    "messageId",
                    "severity",
                    "message",
                    "feedId",
                    "messagesAccepted",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
)


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_no_json_does_worse_than_a_bad_answer(header, issues, summary):
    content = json.dumps({"header": header, "issues": issues, "summary": summary}).encode()
    try:
        report = read_report(content, JSON)
    except AmazonError as error:
        assert error.code == "BadAnswer"
    else:
        assert report.outcome(1) in ("accepted", "rejected")
