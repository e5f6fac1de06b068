from odoo import Command, api, models

from .order_page import OrderPage


class HemiAmazonOrderImport(models.AbstractModel):
    """How an order of Amazon becomes a sale order. Other addons override the ``_prepare_*`` methods.

    In all of it ``record`` is the hemi.amazon.order and ``order`` the :class:`orders.Order` that was read;
    amounts are in the order's currency. The rooms: this file has the order's values, ``order_lines`` its
    lines, ``order_taxes`` their taxes, ``order_products`` what a SKU stands for, ``order_delivery`` what
    Amazon delivers, ``order_changes`` what Amazon changes afterwards.
    """

    _name = "hemi.amazon.order.import"
    _description = "Import of Amazon Orders"

    @api.model
    def _for(self, record):
        """Give the importer in the company of an order's account, and in the order's page.

        What is made is quiet: no entry in the chatter says "created", or follows its first values.
        """
        importer = record.env[self._name].with_company(record.account_id.company_id)
        return importer.with_context(mail_notrack=True, mail_create_nolog=True, mail_create_nosubscribe=True)

    @api.model
    def _make_sale_orders(self, pairs):
        """Create the sale orders of a page.

        :param list pairs: (hemi.amazon.order, :class:`orders.Order`), all of one account
        :return: the sale orders in this order, whose totals equal Amazon's to the cent; quotations
        """
        values = [self._prepare_order(record, order) for record, order in pairs]
        sale_orders = self.env["sale.order"].create(values)
        for (record, order), sale_order in zip(pairs, sale_orders, strict=True):
            self._round_to_amazons_total(record, sale_order, order)
            self._ask_for_missing_tax(record, sale_order)
            self._tell_of_products(record, sale_order)
            self._tell_unfulfillable(record, sale_order)
        return sale_orders

    @api.model
    def _confirm(self, records, sale_orders):
        """Confirm sale orders of an account, whose products are known, if its setting says so."""
        if not records.account_id.confirm_orders:
            return
        ready = sale_orders.filtered(
            lambda sale: sale.state in ("draft", "sent") and sale.hemi_amazon_status != "UNFULFILLABLE"
        )
        if ready:
            ready.action_confirm()
        for sale_order in ready:  # Odoo takes the moment of the confirmation
            sale_order.date_order = sale_order.hemi_amazon_order_id.purchased_at

    @api.model
    def _prepare_order(self, record, order):
        """Give the values of the sale order with its lines.

        :rtype: dict
        """
        buyer, recipient = self.env["hemi.amazon.order.partner"]._find_or_create(record, order)
        position = self.env["account.fiscal.position"]._get_fiscal_position(buyer, recipient)
        return {
            "partner_id": buyer.id,
            "partner_invoice_id": buyer.id,
            "partner_shipping_id": recipient.id,
            "fiscal_position_id": position.id,
            "pricelist_id": self._pricelist(record, order).id,
            "date_order": order.created_at,
            "commitment_date": order.ship_by,
            "client_order_ref": order.buyer.purchase_order or order.order_id,
            "origin": order.order_id,
            "hemi_amazon_order_id": record.id,
            "hemi_amazon_note": self._delivery_note(order),
            "require_payment": False,
            "require_signature": False,
            "order_line": [
                Command.create(values)
                for values in self._prepare_lines(record, order, position, recipient.country_id)
            ],
        } | self._prepare_settings(record)

    @api.model
    def _prepare_settings(self, record):
        """Give the values that the account's settings make, or those of its marketplace.

        :rtype: dict
        """
        account = record.account_id
        values = {
            "company_id": account.company_id.id,
            "user_id": account.salesperson_id.id,
            "warehouse_id": account._order_setting(record.marketplace_id, "warehouse_id").id,
        }
        for name in ("team_id", "payment_term_id", "journal_id"):
            values[name] = account._order_setting(record.marketplace_id, name).id
        return values

    @api.model
    def _pricelist(self, record, order):
        """Give a pricelist in the order's currency: Odoo takes the currency of an order from it."""
        currency = order.currency and record._currency_of(order) or record.marketplace_id.currency_id
        return OrderPage.of(record, order).once(
            ("pricelist", currency), lambda: self._find_pricelist(record.account_id, currency)
        )

    @api.model
    def _find_pricelist(self, account, currency):
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

    @api.model
    def _delivery_note(self, order):
        """Give what the packer must know of the delivery, in a few lines; False if there is nothing."""
        address, delivery = order.address, order.delivery
        lines = [
            address
            and address.address_type == "PICKUP_POINT"
            and self.env._("The address is a pick-up point."),
            "IN_STORE_PICK_UP" in order.programs and self.env._("The buyer picks it up in the store."),
            delivery.drop_off and self.env._("Drop-off location: %s", delivery.drop_off),
            delivery.instruction and self.env._("Instruction: %s", delivery.instruction),
            "PALLET_DISABLED" in delivery.capabilities
            and self.env._("No delivery by pallet at this address."),
            order.cash_on_delivery and self.env._("Cash on delivery: the carrier collects the money."),
            order.replaces and self.env._("Replacement of order %s.", order.replaces),
        ]
        return "\n".join(line for line in lines if line) or False
