"""What to do about Amazon's frequent codes, in plain words. ``docs/error-codes.md`` lists them for people."""

from typing import NamedTuple

from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

CHANNABLE = "https://helpcenter.channable.com/hc/en-us/articles/360013229559-Solving-common-errors-for-Amazon"
STORE = "https://support.storeautomator.com/hc/en-us/articles/8701298285212-Amazon-com-Error-Codes-Explained-and-Solved"
NITRO = "http://forum.nitrosell.com/t/amazon-504-amazon-error-messages-and-what-they-mean/80"
PEDDLER = "https://github.com/lineofflight/peddler/wiki/Amazon-Inventory-File-Upload-Errors"
MARKETPLACE_FEEDS = "https://pdfslide.us/documents/marketplace-feeds-error-codes-y-co-s-selling-on-amazon-marketplace-feeds-.html"
MATCHING = (
    "https://online.documentine.com/how-to-fix-application-errors/1/common-feed-errors-how-to-fix-guide.html"
)
ISSUES = "https://github.com/amzn/selling-partner-api-docs/issues/"
OURS = "docs/architecture.md"


class Advice(NamedTuple):
    """What to do about a code, and where that was read (last seen: 2026-11-24)."""

    text: object
    source: str


_CATALOGUE = _lt(
    "What Amazon's catalogue says about this product differs from the listing. Open the listing in Seller "
    "Central, choose the right product (ASIN), then press Retry."
)
_APPROVAL = _lt(
    "The seller may not sell this product, brand or category. Ask for the approval in Seller Central, or "
    "archive the listing here."
)
_UNKNOWN = _lt(
    "Amazon does not know this product under the SKU. Check the SKU in Seller Central, and create the "
    "listing there first; then press Retry."
)
_ATTRIBUTES = _lt(
    "The listing at Amazon lacks details that Amazon requires. Complete it in Seller Central, then press "
    "Retry."
)
_OURS = _lt(
    "Amazon could not read the document. This is not your fault: send its document and report to the "
    "people who look after the connector."
)

# The product does not exist at Amazon: neither stock nor price is told again until it does.
NOT_AT_AMAZON = ("8566", "13013")

ADVICE = {
    "4002006": Advice(_OURS, ISSUES + "1133"),
    "4002008": Advice(_OURS, ISSUES + "1098"),
    "5000": Advice(
        _lt("A value is too long, below zero or not of the kind Amazon takes. Mend it, then press Retry."),
        NITRO,
    ),
    "5002": Advice(
        _lt(
            "Amazon could not process it. For shipments the date must lie between the order and today. "
            "Check the date of the transfer, then press Retry."
        ),
        STORE,
    ),
    "5003": Advice(
        _lt(
            "Amazon stopped because of too many errors in one feed. Mend the others first, then press Retry."
        ),
        MARKETPLACE_FEEDS,
    ),
    "5004": Advice(_ATTRIBUTES, MARKETPLACE_FEEDS),
    "5161": Advice(_lt("A trademark stands in the search terms. Remove it in Seller Central."), STORE),
    "5461": Advice(_CATALOGUE, STORE),
    "5500": Advice(_CATALOGUE, PEDDLER),
    "5501": Advice(_UNKNOWN, PEDDLER),
    "5503": Advice(_CATALOGUE, PEDDLER),
    "5504": Advice(_CATALOGUE, PEDDLER),
    "5505": Advice(_CATALOGUE, PEDDLER),
    "6024": Advice(_APPROVAL, CHANNABLE),
    "8007": Advice(_UNKNOWN, PEDDLER),
    "8008": Advice(_UNKNOWN, PEDDLER),
    "8016": Advice(_ATTRIBUTES, PEDDLER),
    "8026": Advice(_APPROVAL, CHANNABLE),
    "8059": Advice(_APPROVAL, CHANNABLE),
    "8541": Advice(_CATALOGUE, MATCHING),
    "8542": Advice(_CATALOGUE, MATCHING),
    "8556": Advice(_APPROVAL, MARKETPLACE_FEEDS),
    "8560": Advice(_ATTRIBUTES, CHANNABLE),
    "8566": Advice(_UNKNOWN, CHANNABLE),
    "8571": Advice(
        _lt("The seller has created as many new products as Amazon allows in a week. Press Retry next week."),
        CHANNABLE,
    ),
    "8572": Advice(_CATALOGUE, CHANNABLE),
    "13013": Advice(_UNKNOWN, ISSUES + "1974"),
    "20000": Advice(_lt("Amazon cannot fetch the picture. Replace it in Seller Central."), CHANNABLE),
    "90057": Advice(_ATTRIBUTES, CHANNABLE),
    "99001": Advice(_ATTRIBUTES, CHANNABLE),
    "99010": Advice(_ATTRIBUTES, CHANNABLE),
    "99038": Advice(
        _lt("The description has characters that Amazon refuses. Correct it there, then press Retry."),
        CHANNABLE,
    ),
    "79513": Advice(_OURS, "https://github.com/amzn/selling-partner-api-models/issues/2437"),
    "79525": Advice(
        _lt(
            "Amazon itself issues the invoices of this seller (VAT calculation service). Press Abandon, "
            "and switch Upload Invoices off for this account."
        ),
        ISSUES + "2425",
    ),
    "NotSendable": Advice(
        _lt("It was not sent, because Amazon would refuse it. Mend what the answer names, then press Retry."),
        OURS,
    ),
    "RefundTooHigh": Advice(
        _lt("Reset the credit note to draft, correct its lines and post it again, or press Abandon."), OURS
    ),
    "OrderShipped": Advice(
        _lt("Amazon regards the order as shipped. Refund the buyer by a credit note, then press Abandon."),
        OURS,
    ),
    "OrderCancelled": Advice(
        _lt("Amazon has cancelled the order. Call the parcel back, then press Abandon."), OURS
    ),
    "FATAL": Advice(
        _lt("Look in Seller Central whether it was carried out: if it was, press Abandon, if not, Retry."),
        OURS,
    ),
}


class HemiAmazonAdvice(models.AbstractModel):
    _name = "hemi.amazon.advice"
    _description = "Advice About Amazon's Codes"

    @api.model
    def _for(self, code):
        """Tell what a person can do about a code.

        :param str code: of Amazon's report, or one of ours
        :return: a translated sentence; empty if the code is not known
        :rtype: str
        """
        advice = ADVICE.get(code or "")
        return str(advice.text) if advice else ""
