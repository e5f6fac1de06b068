"""Reports as they should not be: wrong encodings, broken, lying, hostile."""

import gzip
import json

import pytest
from amazon.client import Door
from amazon.documents import adjustment, invoice, listings
from amazon.documents.report import WHOLE_FEED, Result, read_report
from amazon.errors import AmazonError
from amazon.regions import Endpoints
from amazon.transport import new_session
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.amazon.reports import json_report, xml_report, xml_result

XML, JSON, TABLE = adjustment.FEED_TYPE, listings.FEED_TYPE, invoice.FEED_TYPE
UMLAUTS, KANJI = "Stra\u00dfe fehlt", "\u5728\u5eab"


def results_of(content, feed_type=XML):
    return read_report(content, feed_type).results


def refused(content, feed_type):
    with pytest.raises(AmazonError) as caught:
        read_report(content, feed_type)
    assert caught.value.code == "BadAnswer"
    return caught.value.message


# --- encodings


@pytest.mark.parametrize(
    ("declared", "written", "text"),
    [
        ("iso-8859-1", "iso-8859-1", UMLAUTS),
        ("ISO-8859-1", "iso-8859-1", UMLAUTS),
        ("windows-1252", "windows-1252", "\u20ac " + UMLAUTS),
        ("UTF-16", "utf-16", KANJI),  # with byte order mark
        ("UTF-16", "utf-16-le", KANJI),  # without
        ("UTF-16", "utf-16-be", KANJI),
        ("utf-8", "utf-8-sig", KANJI),
        ("iso-8859-1", "utf-8-sig", KANJI),  # the mark is part of the bytes, the declaration only says so
        ("UTF-8", "utf-16", KANJI),
        ("Shift_JIS", "shift_jis", KANJI),
        ("EUC-JP", "euc_jp", KANJI),
        ("US-ASCII", "ascii", "Street is missing"),
    ],
)
def test_the_bytes_are_read_as_what_they_are(declared, written, text):
    content = (
        xml_report(xml_result(1, text=text)).decode().replace('encoding="UTF-8"', f'encoding="{declared}"')
    )
    assert results_of(content.encode(written)) == {1: [Result("error", "8058", text)]}


def test_without_declaration_it_is_utf_8():
    content = xml_report(xml_result(1, text=KANJI)).decode().partition("?>")[2].encode()
    assert results_of(content)[1][0].text == KANJI


@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>'])
@pytest.mark.parametrize("written", ["iso-8859-1", "windows-1252"])
def test_a_wrong_declaration_costs_no_result(head, written):
    """Whether a refund was refused must not hang on an umlaut."""
    body = xml_report(xml_result(3, text=UMLAUTS)).decode().partition("?>")[2]
    report = read_report((head + body).encode(written), XML)
    assert [report.outcome(number) for number in (1, 2, 3)] == ["accepted", "accepted", "rejected"]
    assert report.results[3][0].text == UMLAUTS


@pytest.mark.parametrize(
    ("declared", "written"),
    [("UTF-8", "shift_jis"), ("UTF-8", "euc_jp"), ("Windows-31J", "cp932"), ("Shift_JIS", "cp932")],
)
def test_japanese_under_a_wrong_name_keeps_its_outcome(declared, written):
    content = xml_report(xml_result(1, text=KANJI + "\u2460")).decode().replace("UTF-8", declared, 1)
    content = content.encode(written, "replace")
    assert [(each.severity, each.code) for each in results_of(content)[1]] == [("error", "8058")]


@pytest.mark.parametrize("blanks", [b"\n", b"  \r\n\t"])
def test_blanks_around_a_report(blanks):
    assert read_report(blanks + xml_report(xml_result(1)) + blanks, XML).outcome(1) == "rejected"
    assert read_report(blanks + json_report() + blanks, JSON).accepted == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_in_any_unicode(encoding):
    issue = {"messageId": 1, "severity": "ERROR", "message": KANJI, "code": "1"}
    report = json.loads(json_report([issue]))
    content = json.dumps(report, ensure_ascii=False).encode(encoding)
    assert results_of(content, JSON) == {1: [Result("error", "1", KANJI)]}


def test_json_with_a_letter_of_another_encoding_keeps_its_outcome():
    issue = {"messageId": 1, "severity": "ERROR", "message": UMLAUTS, "code": "1"}
    content = json.dumps(json.loads(json_report([issue])), ensure_ascii=False).encode("iso-8859-1")
    assert read_report(content, JSON).outcome(1) == "rejected"


# --- what cannot be read


@pytest.mark.parametrize("feed_type", [XML, JSON, TABLE])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \r\n\t ",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x00" * 20,
        b"<!DOCTYPE html><html><body><h1>Service Unavailable</h1></body></html>",
        b"<html><body><p>Bad Gateway<br></body></html>",
        b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Expired</Message></Error>',
        b"\x1f\x8b\x08\x00",
    ],
)
def test_what_is_no_report(content, feed_type):
    refused(content, feed_type)


@given(st.integers(1, 2000))
@settings(max_examples=50)
def test_a_report_that_was_cut_short_is_no_report(missing):
    content = xml_report(xml_result(1) + xml_result(2, "Warning", UMLAUTS))
    refused(content[: -min(missing, len(content))], XML)
    content = json_report([{"messageId": 1, "severity": "ERROR", "message": "No."}])
    refused(content[: -min(missing, len(content))], JSON)


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY e "x">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    ],
)
def test_a_document_type_is_refused(head):
    refused(xml_report(xml_result(1), head=head), XML)


def test_a_very_large_report():
    results = "".join(xml_result(number, text="No. " * 250) for number in range(1, 25_001))
    report = read_report(xml_report(results, processed=25_000, successful=0, errors=25_000), XML)
    assert len(report.results) == 25_000


# --- compressed


@pytest.fixture
def door(server, limiter):
    return Door(Endpoints(server.url, server.url), "token", limiter, session=new_session())


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "shift_jis"])
def test_gzip_is_unpacked_and_then_decoded(door, server, encoding):
    text = KANJI if encoding == "shift_jis" else UMLAUTS
    server.answers(body=gzip.compress(xml_report(xml_result(1, text=text), encoding=encoding)))
    assert results_of(door.download(server.url, "GZIP"))[1][0].text == text


# --- what it says, and what it counts


def test_what_is_said_twice_of_a_message_is_kept_once_as_outcome():
    report = read_report(xml_report(xml_result(1) * 2 + xml_result(1, "Warning")), XML)
    assert [each.severity for each in report.results[1]] == ["error", "error", "warning"]
    assert report.settles(3)


@pytest.mark.parametrize(
    ("successful", "errors", "processed", "results", "settled"),
    [
        (3, 0, 3, "", True),
        (2, 1, 3, xml_result(1), True),
        (3, 0, 3, xml_result(1, "Warning"), True),
        (2, 1, 3, "", False),  # one was refused, and it does not say which
        (1, 2, 3, xml_result(1), False),
        (2, 1, 3, xml_result(0), False),
        (2, 0, 2, "", False),  # one was not looked at
        (0, 0, 0, "", False),
        (5, 0, 5, "", False),  # that was another feed
        (0, 3, 3, xml_result(0), True),  # the whole feed
        (0, 0, 0, xml_result(0), True),
    ],
)
def test_a_report_whose_counts_leave_something_open_settles_nothing(
    successful, errors, processed, results, settled
):
    report = read_report(xml_report(results, "Complete", processed, successful, errors), XML)
    assert report.settles(3) is settled


def test_a_rejected_feed_of_which_something_succeeded_settles_nothing():
    assert read_report(xml_report(status="Rejected", successful=0, processed=0), XML).settles(3)
    report = read_report(xml_report(status="Rejected", successful=2), XML)
    assert not report.settles(3)
    assert report.outcome(1) == "accepted"


def test_counts_that_are_missing_contradict_nothing():
    content = b"<ProcessingReport><StatusCode>Complete</StatusCode></ProcessingReport>"
    assert read_report(content, XML).settles(3)


@pytest.mark.parametrize(
    ("issues", "counts", "settled"),
    [
        ([], (3, 3, 0), True),
        ([1], (3, 2, 1), True),
        ([1, 1], (3, 2, 1), True),
        ([], (3, 2, 1), False),
        ([], (2, 2, 0), False),
    ],
)
def test_counts_of_listings_reports(issues, counts, settled):
    issues = [{"messageId": number, "severity": "ERROR", "message": "No."} for number in issues]
    assert read_report(json_report(issues, *counts), JSON).settles(3) is settled


def test_messages_that_were_not_ours():
    report = read_report(xml_report(xml_result(1) + xml_result(9, "Warning") + xml_result(0)), XML)
    assert report.foreign({1, 2}) == {9}
    assert report.foreign({1, 9}) == set()
    assert report.foreign(set()) == {1, 9}


@pytest.mark.parametrize("number", ["1_0", "1.0", "-1", "+1", "\u0661", "x", "1e1", "9" * 30])
def test_a_message_number_is_plain_digits(number):
    """What is none is about the feed, never about a message that it does not name."""
    report = read_report(xml_report(xml_result(number), successful=2), XML)
    assert set(report.results) == {WHOLE_FEED}
    assert report.outcome(10) == report.outcome(1) == "accepted"


@pytest.mark.parametrize("number", ["Infinity", "1e999", "NaN", "1.5", "true", "null", "[]", '"x"', "-1"])
def test_a_strange_number_in_json(number):
    content = json_report([{"messageId": 7, "severity": "ERROR", "message": "No."}])
    report = read_report(content.replace(b": 7", f": {number}".encode()), JSON)
    assert set(report.results) == {WHOLE_FEED}
    content = json_report(accepted=77).replace(b"77", number.encode())
    assert read_report(content, JSON).accepted is None


@pytest.mark.parametrize("severity", ["FATAL", "", None, 7, {}, "error"])
def test_a_severity_that_is_not_known_is_an_error(severity):
    issue = {"messageId": 1, "severity": severity, "message": "Hm."}
    assert read_report(json_report([issue]), JSON).outcome(1) == "rejected"


@pytest.mark.parametrize("issues", [[None], ["x"], [7], [[]]])
def test_an_issue_that_is_none_is_passed_over(issues):
    assert read_report(json_report(issues, accepted=3, invalid=0), JSON).results == {}


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udfff!"])
def test_texts_that_no_database_takes_are_cleaned(text):
    issue = {"messageId": 1, "severity": "ERROR", "message": text, "code": text, "attributeName": text}
    [result] = results_of(json_report([issue]), JSON)[1]
    for each in (result.text, result.code, result.attribute):
        assert "\x00" not in each
        each.encode()
    table = (
        b"Feed Processing Summary:\n\tNumber of records processed\t\t1\n\tNumber of records successful\t\t0\n"
    )
    [result] = results_of(table + b"1\t\t5\tError\ta\x00b\xff\n", TABLE)[1]
    assert "\x00" not in result.text


WORDS = st.sampled_from(["Error", "Warning", "", "Fatal", "Info"]) | st.text("aE\u00e4", max_size=4)


@given(
    st.lists(st.tuples(st.integers(0, 5), WORDS), max_size=8),
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(0, 5),
    st.sampled_from(["Complete", "Rejected"]),
)
def test_a_settling_report_tells_as_many_failures_as_it_counts(
    results, processed, successful, errors, status
):
    content = xml_report(
        "".join(xml_result(*each) for each in results), status, processed, successful, errors
    )
    report = read_report(content, XML)
    outcomes = [report.outcome(number) for number in range(1, 6)]
    if report.settles(5) and "accepted" in outcomes:
        assert outcomes.count("rejected") >= errors
        assert processed == 5 and status == "Complete"
