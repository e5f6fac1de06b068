from decimal import Decimal

from odoo import Command, api, models

# Amazon's categories of proceeds (Orders API 2026-01-01) as they are called in a refund (OrderAdjustment)
COMPONENTS = {
    "ITEM": ("Principal", "Tax"),
    "DISCOUNT": ("Principal", "Tax"),
    "SHIPPING": ("Shipping", "ShippingTax"),
    "GIFT_WRAP": ("GiftWrap", "GiftWrapTax"),
    "COD_FEE": ("COD", "CODTax"),
    "OTHER": ("Other", "Tax"),
}
PRODUCTS = {
    "DISCOUNT": "hemi_amazon_sp.product_promotion",
    "SHIPPING": "hemi_amazon_sp.product_shipping",
    "GIFT_WRAP": "hemi_amazon_sp.product_gift_wrap",
    "COD_FEE": "hemi_amazon_sp.product_fee",
    "OTHER": "hemi_amazon_sp.product_fee",
}


class HemiAmazonOrderImport(models.AbstractModel):
    """How an order of Amazon becomes a sale order. Other addons override the ``_prepare_*`` methods.

    In all of it ``record`` is the hemi.amazon.order and ``order`` the :class:`orders.Order` that was read;
    amounts are in
    the order's currency.
    """

    _name = "hemi.amazon.order.import"
    _description = "Import of Amazon Orders"

    @api.model
    def _make_sale_order(self, record, order):
        """Create and confirm the sale order.

        :return: the sale order, whose total equals Amazon's to the cent
        """
        company = record.account_id.company_id
        importer = self.with_company(company).with_context(mail_notrack=True)
        sale_order = importer.env["sale.order"].create(importer._prepare_order(record, order))
        importer._round_to_amazons_total(sale_order, order)
        importer._ask_for_unknown_skus(sale_order, record)
        if sale_order.hemi_amazon_delivered_elsewhere or not importer._unknown_lines(sale_order):
            sale_order.action_confirm()
            sale_order.date_order = order.created_at  # Odoo takes the moment of the confirmation
        importer._note_delivered_elsewhere(sale_order, order)
        return sale_order

    @api.model
    def _prepare_order(self, record, order):
        """Give the values of the sale order with its lines.

        :rtype: dict
        """
        account = record.account_id
        buyer, recipient = self.env["hemi.amazon.order.partner"]._find_or_create(record, order)
        position = self.env["account.fiscal.position"]._get_fiscal_position(buyer, recipient)
        return {
            "partner_id": buyer.id,
            "partner_invoice_id": buyer.id,
            "partner_shipping_id": recipient.id,
            "fiscal_position_id": position.id,
            "company_id": account.company_id.id,
            "warehouse_id": account.warehouse_id.id,
            "pricelist_id": self._pricelist(account, order.currency).id,
            "team_id": account.team_id.id,
            "user_id": False,
            "date_order": order.created_at,
            "commitment_date": order.ship_by,
            "client_order_ref": order.order_id,
            "origin": order.order_id,
            "hemi_amazon_order_id": record.id,
            "require_payment": False,
            "require_signature": False,
            "order_line": [Command.create(values) for values in self._prepare_lines(record, order, position)],
        }

    @api.model
    def _pricelist(self, account, currency_name):
        """Give a pricelist in the order's currency: Odoo takes the currency of an order from it."""
        currency = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", currency_name)])
        )
        if not currency.active:
            currency.active = True
        if account.pricelist_id.currency_id == currency:
            return account.pricelist_id
        pricelists = self.env["product.pricelist"]
        values = {
            "name": f"Amazon {currency.name}",
            "currency_id": currency.id,
            "company_id": account.company_id.id,
        }
        return pricelists.search(
            [(name, "=", value) for name, value in values.items()], limit=1
        ) or pricelists.create(values)

    # --- lines

    @api.model
    def _prepare_lines(self, record, order, position):
        """Give the values of the lines: one per item and charge, and one per tax that is not ours.

        :return: list of values
        :rtype: list[dict]
        """
        listings = self.env["hemi.amazon.listing"]._of_skus(
            record.account_id, [item.sku for item in order.items]
        )
        lines = []
        for item in order.items:
            listing = listings.get(item.sku)
            product = (listing and listing.product_id) or self.env.ref("hemi_amazon_sp.product_unknown_sku")
            for charge in item.charges:
                lines += self._prepare_charge(item, charge, product, position)
            if item.quantity_ordered and not any(charge.component == "ITEM" for charge in item.charges):
                lines.append(
                    self._prepare_line(
                        item,
                        "Principal",
                        product,
                        item.quantity_ordered,
                        Decimal(0),
                        product.taxes_id.browse(),
                        item.title,
                    )
                )
        return lines

    @api.model
    def _prepare_charge(self, item, charge, product, position):
        """Give the lines of one charge of an item.

        Tax that Amazon collects, or that Amazon added and our taxes do not give, is a line of its own: the
        buyer paid it, but it is
        no revenue of ours.
        """
        is_item = charge.component == "ITEM"
        if not is_item:
            product = self.env.ref(PRODUCTS[charge.component])
        component, tax_component = COMPONENTS[charge.component]
        taxes = self._taxes(product, item, charge, position)
        name = (
            item.title if is_item else self.env._("%(charge)s for %(sku)s", charge=product.name, sku=item.sku)
        )
        tax_apart = Decimal(0) if taxes or (item.tax_included and not item.facilitator) else charge.tax
        quantity = item.quantity_ordered or 1 if is_item else 1
        lines = [
            self._prepare_line(item, component, product, quantity, charge.gross - tax_apart, taxes, name)
        ]
        if tax_apart:
            collected = self.env.ref("hemi_amazon_sp.product_collected_tax")
            name = self.env._("%(tax)s for %(sku)s", tax=collected.name, sku=item.sku)
            lines.append(self._prepare_line(item, tax_component, collected, 1, tax_apart, taxes, name))
        return lines

    @api.model
    def _prepare_line(self, item, component, product, quantity, gross, taxes, name):
        """Give the values of a line whose total, tax included, is ``gross``."""
        details = taxes._get_tax_details(
            float(gross),
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_included",
        )
        price = details["total_excluded"] + sum(
            data["tax_amount"] for data in details["taxes_data"] if data["tax"].price_include
        )
        return {
            "product_id": product.id,
            "name": name or product.display_name,
            "product_uom_qty": quantity,
            "price_unit": price / quantity,
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
            "hemi_amazon_item": item.item_id,
            "hemi_amazon_sku": item.sku,
            "hemi_amazon_component": component,
        }

    @api.model
    def _taxes(self, product, item, charge, position):
        """Give the taxes of the product that apply, none where Amazon collects the tax or added another one
        than they give."""
        none = self.env["account.tax"]
        if item.facilitator:
            return none
        taxes = position.map_tax(product.taxes_id._filter_taxes_by_company(self.env.company))
        if item.tax_included:
            return taxes
        details = taxes._get_tax_details(
            float(charge.gross - charge.tax), 1.0, product=product, special_mode="total_excluded"
        )
        given = sum(data["tax_amount"] for data in details["taxes_data"])
        return taxes if abs(given - float(charge.tax)) < 0.005 else none

    @api.model
    def _round_to_amazons_total(self, sale_order, order):
        """Make the total equal Amazon's: what Odoo's own computation cannot reach is a line that says so."""
        if order.grand_total is None:
            return
        difference = sale_order.currency_id.round(float(order.grand_total) - sale_order.amount_total)
        if difference:
            sale_order.order_line = [
                Command.create(
                    {
                        "product_id": self.env.ref("hemi_amazon_sp.product_rounding").id,
                        "name": self.env._("Difference to Amazon's total"),
                        "price_unit": difference,
                        "tax_ids": [Command.clear()],
                    }
                )
            ]

    # --- after the order is made

    @api.model
    def _unknown_lines(self, sale_order):
        """Give the lines whose product a person must choose; the order stays a quotation until then."""
        unknown = self.env.ref("hemi_amazon_sp.product_unknown_sku")
        return sale_order.order_line.filtered(lambda line: line.product_id == unknown)

    @api.model
    def _ask_for_unknown_skus(self, sale_order, record):
        for line in self._unknown_lines(sale_order):
            record.account_id._need_person(
                self.env._(
                    "Unknown SKU %(sku)s in order %(order)s", sku=line.hemi_amazon_sku, order=record.name
                ),
                self.env._(
                    "Amazon sold the SKU %(sku)s (%(title)s), and no listing of %(account)s says which "
                    "product that is. Choose the product on the line and confirm the order; make the "
                    "listing, so that the next order finds it.",
                    sku=line.hemi_amazon_sku,
                    title=line.name,
                    account=record.account_id.name,
                ),
                record=sale_order,
            )

    @api.model
    def _note_delivered_elsewhere(self, sale_order, order):
        """What Amazon fulfils, or what had left before Odoo knew of it, is delivered as Amazon says."""
        if not sale_order.hemi_amazon_delivered_elsewhere:
            return
        fulfilled = {item.item_id: item.quantity_fulfilled or 0 for item in order.items}
        for line in sale_order.order_line.filtered(lambda line: line.product_id.type == "consu"):
            line.qty_delivered = fulfilled.get(line.hemi_amazon_item, 0)
