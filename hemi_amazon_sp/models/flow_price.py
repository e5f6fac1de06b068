from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class HemiAmazonFlowPrice(models.AbstractModel):
    """Update Price: what is wanted is the pricelist's price in the marketplace's currency. It travels with
    the listings."""

    _name = "hemi.amazon.flow.price"
    _inherit = "hemi.amazon.flow.listings.part"
    _description = "Update Price"

    _flow = "price"
    _flow_label = "Update Price"
    _flags = ("update_price",)
    _records = "hemi.amazon.offer"
    _listing = "listing_id"
    _value = "price"

    @api.model
    def _row_ids(self, due):
        return [row.offer_id for row in due if row.price is not None]

    @api.model
    def _compute_wanted(self, account, listing_ids, moment):
        wanted = []
        for marketplace, rows in self._offers(account, listing_ids).items():
            products = self.env["product.product"].browse(
                {product_id for _id, product_id in rows if product_id}
            )
            sells = marketplace in account.marketplace_ids
            prices = self._prices(account, marketplace, products, moment) if sells else {}
            wanted += [(offer_id, prices.get(product_id)) for offer_id, product_id in rows]
        return self._write_wanted(wanted)

    @api.model
    def _offers(self, account, listing_ids):
        """Give the offers of some listings.

        :return: marketplace -> pairs of offer id and product id; no product where nothing is to be told
        :rtype: dict
        """
        self._execute(
            SQL(
                """SELECT offer.marketplace_id, offer.id, CASE WHEN listing.active THEN listing.product_id END
                     FROM hemi_amazon_offer offer
                     JOIN hemi_amazon_listing listing ON listing.id = offer.listing_id
                    WHERE listing.id = ANY(%s) AND listing.account_id = %s""",
                listing_ids,
                account.id,
            )
        )
        offers = defaultdict(list)
        for marketplace_id, *row in self.env.cr.fetchall():
            offers[self.env["hemi.amazon.marketplace"].browse(marketplace_id)].append(row)
        return offers

    @api.model
    def _prices(self, account, marketplace, products, moment):
        """Give the prices that buyers see in a marketplace.

        :return: product id -> price in the marketplace's currency, with tax where buyers see it so
        :rtype: dict[int, float]
        """
        currency = marketplace.currency_id
        products = products.with_company(account.company_id)
        prices = account.pricelist_id._get_products_price(
            products, quantity=1.0, currency=currency, date=moment
        )
        position = self._fiscal_position(marketplace)
        result = {}
        for product in products:
            taxes = position.map_tax(product.taxes_id._filter_taxes_by_company(account.company_id))
            details = taxes._get_tax_details(
                prices[product.id], 1.0, precision_rounding=currency.rounding, product=product
            )
            total = details["total_included" if marketplace.prices_include_tax else "total_excluded"]
            result[product.id] = currency.round(total)
        return result

    @api.model
    def _fiscal_position(self, marketplace):
        buyer = self.env["res.partner"].new({"country_id": marketplace.country_id.id})
        return self.env["account.fiscal.position"]._get_fiscal_position(buyer)
