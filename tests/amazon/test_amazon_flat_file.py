"""Reading Amazon's flat files: encodings, columns, and values as values."""

from datetime import datetime
from decimal import Decimal

import pytest
from amazon.documents.flat_file import read_rows
from amazon.errors import AmazonError
from amazon.invoice_report import read_invoice_report
from amazon.returns import read_fba_returns, read_merchant_returns


def table(*lines, encoding="utf-8", end="\r\n"):
    return "".join(end.join([*lines, ""])).encode(encoding)


def cell(text, column="value", required=("key",)):
    """Return the row of one key and one value."""
    [row] = read_rows(table(f"key\t{column}", f"1\t{text}"), required)
    return row


@pytest.mark.parametrize(
    ("encoding", "text", "japan"),
    [
        ("utf-8", "Gr\u00f6\u00dfe \u20ac", False),
        ("utf-8-sig", "Gr\u00f6\u00dfe \u20ac", False),
        ("cp1252", "Gr\u00f6\u00dfe \u20ac", False),
        ("utf-8", "\u8336\u7897 \u2460", True),
        ("utf-8-sig", "\u8336\u7897 \u2460", True),
        ("cp932", "\u8336\u7897 \u2460", True),
    ],
)
def test_encodings(encoding, text, japan):
    [row] = read_rows(table("key\tvalue", f"1\t{text}", encoding=encoding), ("key",), japan)
    assert (row.text("key"), row.text("value")) == ("1", text)


def test_bytes_that_are_no_text_are_replaced():
    [row] = read_rows(b"key\tvalue\n1\t\x81\xfc\n", ("key",))
    assert row.text("value") == "\ufffd\u00fc"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines(end):
    rows = read_rows(
        table("key\tvalue", "1\ta\x85b", "", "2", "3\tc\t\t", end=end, encoding="utf-8"), ("key",)
    )
    assert [(row.number, row.text("key"), row.text("value")) for row in rows] == [
        (2, "1", "a\x85b"),
        (4, "2", None),
        (5, "3", "c"),
    ]


def test_columns_in_any_order_case_and_number():
    [row] = read_rows(table('"VALUE"\tNew thing\t Key ', '"a"\tx\t1'), ("key", "Value"))
    assert (row.text("KEY"), row.text("value"), row.text("other")) == ("1", "a", None)


@pytest.mark.parametrize("content", [b"", b"\n", b"value\n1\n", b"<html>Not here</html>"])
def test_a_missing_column_is_named(content):
    with pytest.raises(AmazonError, match="no column Order ID") as caught:
        read_rows(content, ("Order ID",))
    assert caught.value.code == "BadAnswer"


def test_more_values_than_columns():
    with pytest.raises(AmazonError, match="Line 2 of the report has more values"):
        read_rows(table("key\tvalue", "1\ta\tb"), ("key",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T09:15:30+01:00", datetime(2026, 3, 2, 8, 15, 30)),
        ("2026-03-02T08:15:30Z", datetime(2026, 3, 2, 8, 15, 30)),
        ("2026-03-02T08:15:30+0000", datetime(2026, 3, 2, 8, 15, 30)),
        ("2026-03-02", datetime(2026, 3, 2)),
        ("2026/03/02", datetime(2026, 3, 2)),
        ("2026/03/02 08:15:30", datetime(2026, 3, 2, 8, 15, 30)),
        ("02-Mar-2026", datetime(2026, 3, 2)),
        ("2-DEC-2026", datetime(2026, 12, 2)),
        ("02-Mar-2026 08:15:30 UTC", datetime(2026, 3, 2, 8, 15, 30)),
        ("02-Mar-2026 UTC", datetime(2026, 3, 2)),
        ("", None),
        ("soon", None),
        ("31-Feb-2026", None),
        ("02-M\u00e4r-2026", None),
    ],
)
def test_times(text, expected):
    assert cell(text).time("value") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24.48", "24.48"),
        ("-9.99", "-9.99"),
        ("24,48", "24.48"),
        ("1,234", "1234"),
        ("1,234.56", "1234.56"),
        ("0.19", "0.19"),
        ("", None),
        ("NaN", None),
        ("1e99", None),
        ("free", None),
    ],
)
def test_decimals(text, expected):
    value = cell(text).decimal("value")
    assert value == (expected and Decimal(expected)) and not isinstance(value, float)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Y", True), ("true", True), ("N", False), ("FALSE", False), ("", None), ("maybe", None)],
)
def test_flags(text, expected):
    assert cell(text).flag("value") is expected


def test_an_unreadable_value_of_a_required_column_is_named_but_not_shown():
    row = cell("Mia Meier", required=("key", "Value"))
    for read in (row.whole, row.decimal, row.time, row.flag):
        with pytest.raises(AmazonError, match=r"value of Value in line 2 of the report cannot") as caught:
            read("Value")
        assert "Meier" not in str(caught.value) and caught.value.code == "BadAnswer"
    with pytest.raises(AmazonError, match="value of Value in line 2 of the report has no value"):
        cell("", required=("key", "Value")).needed("Value")


VIDR = (
    "marketplace-id\torder-id\tshipping-id\ttransaction-id\ttransaction-type\tinvoice-number\tinvoice-status\t"
    "invoice-status-description\tis-amazon-invoiced\tshipment-date\tquantity-purchased\tcurrency\t"
    "item-vat-incl-amount\titem-vat-amount\titem-vat-rate"
)


def vidr(status, rate="0.19"):
    values = ("M", "O-1", "D1", "T1", "Shipment", "", status, "Wrong total", "true")
    values += ("2026-03-02T08:00:00+00:00", "2", "EUR", "19.98", "3.19", rate)
    [row] = read_invoice_report(table(VIDR, "\t".join(values)))
    return row


def test_invoice_report():
    row = vidr("InvoicePending")
    assert (row.marketplace_id, row.order_id, row.shipping_id, row.transaction_id) == ("M", "O-1", "D1", "T1")
    assert (row.transaction_type, row.invoice_number, row.by_amazon) == ("SHIPMENT", None, True)
    assert (row.status_description, row.shipment_date) == ("Wrong total", datetime(2026, 3, 2, 8))
    assert (row.quantity, row.currency, row.amount, row.tax) == (2, "EUR", Decimal("19.98"), Decimal("3.19"))
    assert (row.sku, row.untaxed, row.shipping_amount, row.order_date) == (None, None, None, None)


@pytest.mark.parametrize(
    ("status", "pending", "processing"),
    [
        ("InvoicePending", True, False),
        ("CreditNotePending", True, False),
        ("InvoiceProcessing", False, True),
        ("CreditNoteProcessing", False, True),
        ("InvoiceUploaded", False, False),
    ],
)
def test_statuses_of_invoices(status, pending, processing):
    row = vidr(status)
    assert (row.is_pending, row.is_processing) == (pending, processing)


@pytest.mark.parametrize("rate", ["0.19", "19", "19.00"])
def test_rates_are_fractions(rate):
    assert vidr("InvoicePending", rate).tax_rate == Decimal("0.19")


MERCHANT = "Order ID\tReturn request date\tMerchant SKU\tReturn quantity"


def test_merchant_returns():
    more = "\tAmazon RMA ID\tIs prime\tA-to-Z Claim\tRefunded Amount\tOrder date"
    [row] = read_merchant_returns(
        table(MERCHANT + more, "O-1\t02-Mar-2026\tMUG\t2\tD1RRMA\tY\tN\t9.99\t27-Feb-2026")
    )
    assert (row.order_id, row.sku, row.quantity, row.rma_id) == ("O-1", "MUG", 2, "D1RRMA")
    assert (row.request_date, row.order_date) == (datetime(2026, 3, 2), datetime(2026, 2, 27))
    assert (row.is_prime, row.a_to_z_claim, row.in_policy) == (True, False, None)
    assert (row.refunded_amount, row.label_cost, row.tracking) == (Decimal("9.99"), None, None)


FBA = "return-date\torder-id\tsku\tquantity"


def test_fba_returns():
    line = "2026-03-02T09:00:00+01:00\tO-1\tBULB\t1\tCUSTOMER_DAMAGED\tLPN1\tbroken"
    more = "\tdetailed-disposition\tlicense-plate-number\tcustomer-comments"
    [row] = read_fba_returns(table(FBA + more, line))
    assert (row.return_date, row.order_id, row.sku) == (datetime(2026, 3, 2, 8), "O-1", "BULB")
    assert (row.quantity, row.disposition, row.license_plate) == (1, "CUSTOMER_DAMAGED", "LPN1")
    assert (row.comments, row.asin) == ("broken", None)


@pytest.mark.parametrize(
    ("read", "header"),
    [(read_invoice_report, VIDR), (read_merchant_returns, MERCHANT), (read_fba_returns, FBA)],
)
def test_a_header_alone_is_no_rows_and_required_columns_are_named(read, header):
    assert read(table(header)) == []
    required = {"order-id", "transaction-type", "invoice-status"} if header is VIDR else header.split("\t")
    for name in required:
        columns = [column for column in header.split("\t") if column != name]
        with pytest.raises(AmazonError, match=f"no column {name}"):
            read(table("\t".join(columns)))
