from decimal import Decimal

from odoo import api, models

from .order_page import OrderPage


class HemiAmazonOrderImport(models.AbstractModel):
    """The taxes of the lines: found by fiscal position, else by rate.

    Amazon states the tax of a charge as an amount. The taxes of the product, mapped by the fiscal position,
    are taken where they give this amount. A tax of zero Amazon states also where it computes none for the
    seller: then the product's taxes are in the price. It means zero where tax comes on top (in the
    marketplace, or on other charges of the item), and for a business. Shipping, gift wrap and promotions are
    taxed as the item that they belong to.
    """

    _inherit = "hemi.amazon.order.import"

    @api.model
    def _usual_taxes(self, sale, product):
        """Give the taxes of a product as the fiscal position maps them."""
        return OrderPage.of(sale.record, sale.order).once(
            ("taxes", sale.position, product),
            lambda: sale.position.map_tax(product.taxes_id._filter_taxes_by_company(self.env.company)),
        )

    @api.model
    def _taxes(self, sale, item, charge, usual):
        """Give the taxes of a line.

        :param Sale sale: what the lines of the order share
        :param usual: taxes that are taken if they fit
        :return: no taxes where Amazon collects it; None where none of Odoo's gives what Amazon states
        """
        if item.facilitator:
            return self.env["account.tax"]
        if charge.tax or (item.tax_told and sale.order.is_business):
            return self._taxes_giving(sale, usual, charge.gross, charge.tax, item)
        in_price = item.tax_included and sale.record.marketplace_id.prices_include_tax
        return usual if in_price else self.env["account.tax"]

    @api.model
    def _taxes_giving(self, sale, taxes, gross, tax, item):
        """Give the taxes that make ``tax`` of ``gross``: the usual ones, else the best by rate, else None."""
        slack = self._slack(sale, item)
        is_ours = taxes.country_id <= self._tax_country(sale)
        if is_ours and abs(self._tax_in(taxes, gross) - float(tax)) <= slack:
            return taxes
        found = self._tax_of_rate(sale, gross, tax, slack)
        if found:
            return found
        self._note_missing_tax(sale, gross, tax, item)
        return None

    @api.model
    def _slack(self, sale, item):
        """Give how far Amazon's tax may be off: it rounds per unit, Odoo per line."""
        return sale.currency.rounding * (0.51 + 0.5 * max(item.quantity_ordered - 1, 0))

    @api.model
    def _tax_in(self, taxes, gross):
        """Give the tax that is in an amount, not rounded."""
        details = taxes._get_tax_details(
            float(gross), 1.0, rounding_method="round_globally", special_mode="total_included"
        )
        return sum(data["tax_amount"] for data in details["taxes_data"])

    @api.model
    def _tax_of_rate(self, sale, gross, tax, slack):
        """Find the sale tax whose rate gives the amount: of the fiscal position, or of the country in which
        an invoice with this position is taxed.

        A tax of zero has a reason (export, reverse charge ...) that the amount does not tell, so only one
        of the fiscal position will do.
        """
        ranked, country = [], self._tax_country(sale)
        for candidate in OrderPage.of(sale.record, sale.order).once("sale taxes", self._sale_taxes):
            of_position = candidate in sale.position.tax_ids
            off = abs(self._tax_in(candidate, gross) - float(tax))
            if off <= slack and candidate.country_id == country and (of_position or tax):
                ranked.append(
                    (not of_position, candidate.tax_scope == "service", off, candidate.sequence, candidate.id)
                )
        return self.env["account.tax"].browse(min(ranked)[-1]) if ranked else self.env["account.tax"]

    @api.model
    def _tax_country(self, sale):
        """Give the country of all taxes of an invoice, for Odoo takes no others on it: that of the fiscal
        position where the company has a tax number, else its own."""
        abroad = sale.position.foreign_vat and sale.position.country_id
        return abroad or self.env.company.account_fiscal_country_id

    @api.model
    def _sale_taxes(self):
        taxes = self.env["account.tax"]
        return taxes.search(
            [
                *taxes._check_company_domain(self.env.company),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
            ]
        )

    # --- what is missing

    @api.model
    def _note_missing_tax(self, sale, gross, tax, item):
        net = gross - tax
        rate = (100 * tax / net).quantize(Decimal("0.01")) if net else Decimal(0)
        text = self.env._(
            "%(rate)s %% in %(country)s (SKU %(sku)s)",
            rate=f"{rate:f}".rstrip("0").rstrip(".") or "0",
            country=sale.country.code or "?",
            sku=item.sku or item.item_id,
        )
        known = sale.record.tax_missing
        if text not in (known or ""):
            sale.record.tax_missing = f"{known}, {text}" if known else text

    @api.model
    def _ask_for_missing_tax(self, record, sale_order):
        """One activity says which taxes are missing."""
        if not record.tax_missing:
            return
        record.account_id._need_person(
            self.env._("Missing tax in order %s", record.name),
            self.env._(
                "Amazon states a tax that none of the sale taxes of %(company)s gives: %(taxes)s. The order "
                "is imported with its total, and the amount of this tax on a line of its own. Create the "
                "tax in the fiscal position of this destination (with your tax number there, if it is "
                "another country's tax), and set position and tax before you invoice the order.",
                company=record.company_id.name,
                taxes=record.tax_missing,
            ),
            record=sale_order,
        )
