from odoo import fields, models


class HemiAmazonAccount(models.Model):
    """Who makes the invoices for this seller's buyers."""

    _inherit = "hemi.amazon.account"

    invoicing = fields.Selection(
        [
            ("own", "We do, with our own taxes"),
            ("vcs", "We do, and Amazon checks them (VAT Calculation Service)"),
            ("amazon", "Amazon does"),
        ],
        "Invoices",
        required=True,
        default="own",
        help="Seller Central, Settings, Tax Settings, VAT Calculation Service. In the service, Amazon "
        "compares each uploaded invoice with its own taxes: the VAT invoice data report is then read four "
        "times a day, and says of each invoice whether Amazon took it. If Amazon makes the invoices, none is "
        "uploaded.",
    )
