"""Returns: what buyers asked to send back to the seller, and what came back to Amazon.

Sources: "Returns Reports", "FBA Customer Concessions reports attributes". Last seen: 2026-11-24
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .documents.flat_file import read_rows

# Both report what happened between dataStartTime and dataEndTime; the first one takes 60 days at most.
MERCHANT_RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
FBA_RETURNS = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"

_MERCHANT_REQUIRED = ("Order ID", "Return request date", "Merchant SKU", "Return quantity")
_FBA_REQUIRED = ("return-date", "order-id", "sku", "quantity")


@dataclass(frozen=True)
class MerchantReturn:
    """One item of a return to the seller. Times are naive UTC, most are days; amounts are in ``currency``.

    :param str status: Amazon's word, such as Approved
    :param str rma_id: Amazon's number of the authorisation
    :param bool in_policy: whether Amazon's rules give the buyer this return
    """

    order_id: str
    order_date: datetime | None
    request_date: datetime | None
    status: str | None
    rma_id: str | None
    merchant_rma_id: str | None
    label_type: str | None
    label_cost: Decimal | None
    label_payer: str | None
    currency: str | None
    carrier: str | None
    tracking: str | None
    a_to_z_claim: bool | None
    is_prime: bool | None
    asin: str | None
    sku: str | None
    title: str | None
    quantity: int | None
    reason: str | None
    in_policy: bool | None
    return_type: str | None
    resolution: str | None
    invoice_number: str | None
    delivery_date: datetime | None
    order_amount: Decimal | None
    order_quantity: int | None
    refunded_amount: Decimal | None


@dataclass(frozen=True)
class FbaReturn:
    """One item that came back to Amazon.

    :param datetime return_date: naive UTC
    :param str disposition: such as SELLABLE or CUSTOMER_DAMAGED
    :param str license_plate: Amazon's label of the unit
    """

    return_date: datetime | None
    order_id: str
    sku: str | None
    asin: str | None
    fnsku: str | None
    title: str | None
    quantity: int | None
    fulfillment_center: str | None
    disposition: str | None
    reason: str | None
    status: str | None
    license_plate: str | None
    comments: str | None


def read_merchant_returns(content, japan=False):
    """Read GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE.

    :param bytes content: of ``Door.download``
    :param bool japan: see ``flat_file.read_rows``
    :rtype: list[MerchantReturn]
    :raise AmazonError: ``BadAnswer`` that names the missing column, or the one that cannot be read
    """
    return [_merchant_return(row) for row in read_rows(content, _MERCHANT_REQUIRED, japan)]


def _merchant_return(row):
    return MerchantReturn(
        order_id=row.needed("Order ID"),
        order_date=row.time("Order date"),
        request_date=row.time("Return request date"),
        status=row.text("Return request status"),
        rma_id=row.text("Amazon RMA ID"),
        merchant_rma_id=row.text("Merchant RMA ID"),
        label_type=row.text("Label type"),
        label_cost=row.decimal("Label cost"),
        label_payer=row.text("Label to be paid by"),
        currency=row.text("Currency code"),
        carrier=row.text("Return carrier"),
        tracking=row.text("Tracking ID"),
        a_to_z_claim=row.flag("A-to-Z Claim"),
        is_prime=row.flag("Is prime"),
        asin=row.text("ASIN"),
        sku=row.text("Merchant SKU"),
        title=row.text("Item Name"),
        quantity=row.whole("Return quantity"),
        reason=row.text("Return Reason"),
        in_policy=row.flag("In policy"),
        return_type=row.text("Return type"),
        resolution=row.text("Resolution"),
        invoice_number=row.text("Invoice number"),
        delivery_date=row.time("Return delivery date"),
        order_amount=row.decimal("Order Amount"),
        order_quantity=row.whole("Order quantity"),
        refunded_amount=row.decimal("Refunded Amount"),
    )


def read_fba_returns(content, japan=False):
    """Read GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA.

    :param bytes content: of ``Door.download``
    :param bool japan: see ``flat_file.read_rows``
    :rtype: list[FbaReturn]
    :raise AmazonError: ``BadAnswer`` that names the missing column, or the one that cannot be read
    """
    return [_fba_return(row) for row in read_rows(content, _FBA_REQUIRED, japan)]


def _fba_return(row):
    return FbaReturn(
        return_date=row.time("return-date"),
        order_id=row.needed("order-id"),
        sku=row.text("sku"),
        asin=row.text("asin"),
        fnsku=row.text("fnsku"),
        title=row.text("product-name"),
        quantity=row.whole("quantity"),
        fulfillment_center=row.text("fulfillment-center-id"),
        disposition=row.text("detailed-disposition"),
        reason=row.text("reason"),
        status=row.text("status"),
        license_plate=row.text("license-plate-number"),
        comments=row.text("customer-comments"),
    )
