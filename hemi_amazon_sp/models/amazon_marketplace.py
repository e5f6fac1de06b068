from odoo import api, fields, models

REGIONS = [("na", "North America"), ("eu", "Europe"), ("fe", "Far East")]


class HemiAmazonMarketplace(models.Model):
    _name = "hemi.amazon.marketplace"
    _description = "Amazon Marketplace"
    _order = "region, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Amazon's two letters for the country, for instance UK or DE.")
    active = fields.Boolean(default=True)
    amazon_id = fields.Char(
        "Marketplace ID", required=True, help="Amazon's identifier, for instance A1PA6795UKMFR9 for Germany."
    )
    region = fields.Selection(
        REGIONS, required=True, help="Amazon keeps one authorisation, one limit and one address per region."
    )
    seller_central_host = fields.Char(
        required=True,
        help="Where sellers of this marketplace log in, for instance sellercentral-europe.amazon.com.",
    )
    country_id = fields.Many2one("res.country", required=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, help="Prices of this marketplace are in this currency."
    )
    issue_locale = fields.Char(
        help="Language in which Amazon explains its answers, for instance en_US.", default="en_US"
    )
    prices_include_tax = fields.Boolean(
        default=True, help="Buyers see prices with tax. In the USA and Canada tax comes on top."
    )
    takes_invoices = fields.Boolean(
        help="Amazon accepts VAT invoices of merchants in this marketplace (feed UPLOAD_VAT_INVOICE).",
    )

    _amazon_id_unique = models.Constraint(
        "unique(amazon_id)", "There is a marketplace with this Marketplace ID already."
    )

    @api.model
    def _by_amazon_id(self, amazon_ids):
        """Find marketplaces by Amazon's identifiers, archived ones included.

        :param amazon_ids: iterable of Amazon's identifiers
        :return: the marketplaces that are known
        """
        return self.with_context(active_test=False).search([("amazon_id", "in", list(amazon_ids))])
