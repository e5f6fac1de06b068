"""Where personal data of buyers is kept, and what is left of it when its time is over: the one list.

Everything else that handles personal data (erasing, exporting, the list in docs/data-protection.md) reads it.
"""

# model -> field -> what is left of it
FIELDS = {
    "hemi.amazon.order": {"payload_encrypted": False, "address_key": False},
    "sale.order": {
        "hemi_amazon_note": False,  # drop-off place, instructions
        "hemi_amazon_hold_reason": False,  # the buyer's words
        "signed_by": False,
        "signature": False,
    },
    "sale.order.line": {"hemi_amazon_note": False},  # gift message, customisation, IOSS number
    "stock.picking": {"note": False},
    "res.partner": {
        "name": "Amazon buyer (erased)",
        "street": False,
        "street2": False,
        "zip": False,
        "city": False,
        "vat": False,
        "company_registry": False,
        "peppol_endpoint": False,  # made of the tax number, where that module is installed
        "peppol_eas": False,
        "company_name": False,
        "email": False,
        "phone": False,
        "comment": False,  # a tax number that Odoo refused
        "function": False,
        "website": False,
        "ref": False,
        "image_1920": False,
        "partner_latitude": 0.0,
        "partner_longitude": 0.0,
        "hemi_amazon_key": False,  # a digest, by which who knows name and address could recognise the buyer
    },
}
# Country and state stay: they are nobody's alone, and tax reports are made of them.

# What a posted invoice must show by law, on the partner whom it names
BY_LAW = (
    "name",
    "street",
    "street2",
    "zip",
    "city",
    "vat",
    "company_registry",
    "peppol_endpoint",
    "peppol_eas",
)

# The buyer's own number for the order, and what it becomes
BUYERS_REFERENCE = {"sale.order": ("client_order_ref", "origin")}

# model -> what is done with its records that belong to an order, its transfers or its buyer
RECORDS = {
    "mail.message": "deleted, but for what only tells of states, dates and amounts; of invoices those that "
    "people wrote",
    "mail.mail": "deleted with its message",
    "mail.tracking.value": "deleted where it holds text",
    "mail.followers": "deleted where the buyer follows",
    "mail.activity": "words of people are emptied; activities about the buyer are deleted",
    "ir.attachment": "deleted: labels and other files; those of invoices stay",
    "hemi.amazon.feed": "the copy of the invoice that was uploaded is deleted",
    "mail.blacklist": "deleted: the alias is personal itself, and no mail can go to it any more",
    "sms.sms": "deleted",
}

# Records that name a partner because of an Amazon order; whether they are of one is looked up (foreign_uses).
PAPERWORK = ("sale.order", "stock.picking", "account.move")
# These follow what they belong to, or are erased themselves.
FOLLOWING = (
    "sale.order.line",
    "stock.move",
    "account.move.line",
    "account.payment",
    "account.bank.statement.line",
    "res.partner",
    "res.partner.category",
)
FOLLOWING_PREFIXES = ("mail.", "sms.", "bus.", "hemi.amazon.")

PARTNER_FIELDS = ("partner_id", "partner_invoice_id", "partner_shipping_id")  # of a sale order
