import json

import psycopg2
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .. import vault
from ..amazon import orders as amazon_orders
from ..client_actions import notify, reload
from .order_page import OrderPage

MAP = "hemi_amazon_sp.mail_activity_type_map"


class HemiAmazonOrderImport(models.AbstractModel):
    """Which product an item stands for: by its listing, else by the account's rule for unknown SKUs."""

    _inherit = "hemi.amazon.order.import"

    @api.model
    def _products(self, record, order):
        """Give the product of each item.

        :return: mapping of order item id to product; the catch-all product where nobody knows it
        :rtype: dict
        """
        account, unknown = record.account_id, self._product("product_unknown_sku")
        known = self._known_products(record, order)
        products = {}
        for item in order.items:
            product = known.get(item.sku)
            if not product and item.sku and account.unknown_sku_rule == "create":
                product = known[item.sku] = self._make_product(record, item)
            products[item.item_id] = product or unknown
        return products

    @api.model
    def _known_products(self, record, order):
        """Give the products that listings name, archived ones too: what Amazon sold is sold.

        :return: mapping of SKU to product, of all orders of the page
        :rtype: dict
        """
        page = OrderPage.of(record, order)
        return page.once("products", lambda: self._find_products(record.account_id, page.orders))

    @api.model
    def _find_products(self, account, orders):
        listings = self.env["hemi.amazon.listing"].with_context(active_test=False)
        found = listings._of_skus(account, {item.sku for order in orders for item in order.items if item.sku})
        return {sku: listing.product_id for sku, listing in found.items() if listing.product_id}

    @api.model
    def _must_hold(self, record, order):
        """Give the SKUs for which the order must wait by the account's rule, none if it may be imported."""
        if record.account_id.unknown_sku_rule != "hold":
            return []
        known = self._known_products(record, order)
        return [item.sku for item in order.items if item.sku and not known.get(item.sku)]

    @api.model
    def _make_product(self, record, item):
        """Make the product of an unknown SKU, or take the one with this internal reference, and its listing.

        :param Item item: has a SKU
        """
        account, listings = record.account_id, self.env["hemi.amazon.listing"]
        references = listings._products_by_reference(account, [item.sku])
        product = self.env["product.product"].browse(references.get(item.sku))
        if not product:
            product = product.create(self._prepare_product(record, item))
            account._need_person(
                self.env._("Product made for SKU %s", item.sku),
                self.env._(
                    "The order %(order)s has the SKU %(sku)s, which no listing knew, so the product was "
                    "made. Check its category, taxes and cost.",
                    order=record.name,
                    sku=item.sku,
                ),
                record=product.product_tmpl_id,
            )
        listings._map(account, item.sku, product, record.fulfilled_by)
        return product

    @api.model
    def _prepare_product(self, record, item):
        """Give the values of a product that is made for an unknown SKU.

        :rtype: dict
        """
        return {
            "name": item.title or item.sku,
            "default_code": item.sku,
            "type": "consu",
            "is_storable": True,
            "company_id": False,
        }

    # --- after the order is made

    @api.model
    def _unknown_lines(self, sale_orders):
        """Give the lines whose product a person must choose; the order stays a quotation until then."""
        unknown = self._product("product_unknown_sku")
        return sale_orders.order_line.filtered(lambda line: line.product_id == unknown)

    @api.model
    def _tell_of_products(self, record, sale_order):
        """Ask for the products of unknown SKUs, and say which products are archived."""
        for line in self._unknown_lines(sale_order):
            self._ask_for_sku(record, line.hemi_amazon_sku or line.hemi_amazon_item, line.name, sale_order)
        archived = sale_order.order_line.product_id.filtered(lambda product: not product.active)
        if archived:
            sale_order._message_log(
                body=self.env._(
                    "Archived in Odoo, but sold at Amazon: %s", ", ".join(archived.mapped("display_name"))
                )
            )

    @api.model
    def _ask_for_sku(self, record, sku, title, document):
        record.account_id._need_person(
            self.env._("Unknown SKU %(sku)s in order %(order)s", sku=sku, order=record.name),
            self.env._(
                "Amazon sold the SKU %(sku)s (%(title)s), and no listing of %(account)s says which product "
                "that is. Press Map and Continue on the order and choose it: the listing is made, and all "
                "orders that wait for this SKU go on.",
                sku=sku,
                title=title,
                account=record.account_id.name,
            ),
            record=document,
            kind=MAP,
        )

    # --- map and continue

    @api.model
    def _map_lines(self, lines, product):
        """Give lines of an unknown SKU their product; they keep what the buyer paid.

        :param lines: sale order lines of quotations
        :param product: what the SKU stands for
        """
        for line in lines:
            order, gross = line.order_id, line.price_total
            importer = self._for(order.hemi_amazon_order_id)
            taxes = importer._taxes_of_mapped(line, product)
            line.write(
                {
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                    "name": line.name,
                    "price_unit": importer._price_for(gross, taxes, product) / (line.product_uom_qty or 1),
                    "tax_ids": taxes.ids,
                }
            )

    @api.model
    def _taxes_of_mapped(self, line, product):
        """Amazon's own tax was found when the order was imported; where it told none, the product decides."""
        if line.hemi_amazon_tax_told:
            return line.tax_ids
        taxes = product.taxes_id._filter_taxes_by_company(line.company_id)
        return line.order_id.fiscal_position_id.map_tax(taxes)


class HemiAmazonOrder(models.Model):
    """Orders that wait for a product."""

    _inherit = "hemi.amazon.order"

    def _hold(self, order, skus):
        """Keep an order until a person has mapped its SKUs; it has no sale order meanwhile.

        :param orders.Order order: the order as read
        :param list skus: the unknown ones
        """
        if self.state != "held":
            importer = self.env["hemi.amazon.order.import"]
            titles = {item.sku: item.title for item in order.items}
            for sku in skus:
                importer._ask_for_sku(self, sku, titles.get(sku) or "", self.account_id)
        self.write(
            {
                "state": "held",
                "error": self.env._("No listing knows the SKU %s.", ", ".join(skus)),
                "requested": False,
                "failed_at": self.failed_at or fields.Datetime.now(),  # kept 30 days, as all that waits
                "payload_encrypted": vault.encrypt(json.dumps(order.payload)),
                "next_attempt_at": False,
            }
        )

    def _held_order(self):
        """Read what Amazon sent of a held order.

        :return: None if it is lost, or was erased after 30 days
        :rtype: orders.Order | None
        """
        try:
            payload = json.loads(vault.decrypt(self.sudo().payload_encrypted) or "null")
        except vault.SecretUnreadable:
            return None
        return payload and amazon_orders.read_order(payload)

    def _continue(self):
        """Import held orders whose products are known by now; what goes wrong stays with its order."""
        for record in self.filtered(lambda record: record.state == "held"):
            order = record._held_order()
            if not order:
                record._request()
                continue
            try:
                with self.env.cr.savepoint():
                    record._import(order)
            except psycopg2.OperationalError:
                raise  # the database's own trouble is not the order's
            except Exception as error:
                record._note_failure(order.payload, record._reason(error))

    def _unknown_skus(self):
        """Give the SKUs for which these orders wait. Held ones of which nothing is kept are fetched anew.

        :return: SKU -> its title at Amazon
        :rtype: dict[str, str]
        """
        importer = self.env["hemi.amazon.order.import"]
        skus = {
            line.hemi_amazon_sku: line.name.split("\n")[-1]
            for line in importer._unknown_lines(self.sale_order_id)
        }
        for record in self.filtered(lambda record: record.state == "held"):
            order = record._held_order()
            if order:
                known = importer._known_products(record, order)
                skus |= {item.sku: item.title for item in order.items if not known.get(item.sku)}
            else:
                record._request()
        return {sku: title for sku, title in skus.items() if sku}

    def action_map_products(self):
        """Open *Map and Continue* for the SKUs that these orders wait for; those whose SKUs got their
        products in another way go on at once."""
        self.check_access("read")
        held = self.sudo().filtered(lambda order: order.state == "held")
        held._continue()
        skus = [
            {"account_id": account.id, "sku": sku, "title": title}
            for account, orders in self.grouped("account_id").items()
            for sku, title in sorted(orders.sudo()._unknown_skus().items())
        ]
        wizard = self.env["hemi.amazon.map.products"].create(
            {"line_ids": [Command.create(values) for values in skus]}
        )
        if not wizard.line_ids and any(order.state != "held" for order in held):
            return reload()
        if not wizard.line_ids:
            if self.filtered("requested"):
                self.account_id._wake_job()
                return notify(
                    self.env._("What Amazon sent is not kept any more. The job fetches it, then try again.")
                )
            raise UserError(self.env._("No SKU of these orders is unknown."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Map and Continue"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }
