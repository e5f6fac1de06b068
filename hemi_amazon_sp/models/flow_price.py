from odoo import api, models
from odoo.tools import split_every

from .flow_listings_part import BATCH


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
    def _refresh(self, account):
        """Write the price that Odoo has on every offer.

        :param account: the account
        """
        offers = self.env["hemi.amazon.offer"]
        for marketplace in account.marketplace_ids:
            domain = [
                ("account_id", "=", account.id),
                ("marketplace_id", "=", marketplace.id),
                ("listing_id.product_id", "!=", False),
            ]
            for ids in split_every(BATCH, offers.search(domain).ids):
                batch = offers.browse(ids)
                prices = self._prices(account, marketplace, batch.listing_id.product_id)
                self._write_wanted([(offer.id, prices[offer.listing_id.product_id.id]) for offer in batch])
                self.env.invalidate_all()

    @api.model
    def _prices(self, account, marketplace, products):
        """Give the prices that buyers see in a marketplace.

        :return: product id -> price in the marketplace's currency, with tax where buyers see it so
        :rtype: dict[int, float]
        """
        currency = marketplace.currency_id
        products = products.with_company(account.company_id)
        prices = account.pricelist_id._get_products_price(products, quantity=1.0, currency=currency)
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
