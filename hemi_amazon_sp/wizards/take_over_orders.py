import base64
import csv
import io

from odoo import fields, models
from odoo.exceptions import UserError

from ..amazon.order_numbers import read_order_numbers

COLUMNS = ("merchant_id", "amazon_order", "sales_order")
SHOWN = 10  # problems of a file that are told at once


class HemiAmazonTakeOver(models.TransientModel):
    """Open orders of another connector go on here: a file says which order of Amazon is which sale order."""

    _name = "hemi.amazon.take.over"
    _description = "Take Over Orders"

    file = fields.Binary(
        required=True, help="CSV with the columns merchant_id, amazon_order and sales_order."
    )
    file_name = fields.Char()

    def action_take_over(self):
        """Connect what has a sale order, and have the others fetched from Amazon, all or nothing.

        :raise UserError: with the lines of the file that cannot be understood
        """
        self.ensure_one()
        found, problems = {}, []
        for number, row in enumerate(self._rows(), 2):
            try:
                account, name, sale_order = self._row(row)
            except UserError as error:
                problems.append(self.env._("Line %(number)s: %(problem)s", number=number, problem=error))
            else:
                found.setdefault(account, {})[name] = sale_order
        if problems:
            raise UserError("\n".join(problems[:SHOWN]))
        return self._take(found)

    def _take(self, found):
        orders = self.env["hemi.amazon.order"]
        rows = orders.browse()
        for account, sale_orders in found.items():
            there = {name: sale_order for name, sale_order in sale_orders.items() if sale_order}
            rows |= orders._take_over(account, there)
            rows |= orders._recover(account, [name for name in sale_orders if name not in there])
        action = self.env["ir.actions.act_window"]._for_xml_id("hemi_amazon_sp.hemi_amazon_order_action")
        return action | {"domain": [("id", "in", rows.ids)], "target": "main"}

    def _rows(self):
        """Read the file.

        :rtype: list[dict]
        """
        try:
            text = base64.b64decode(self.file).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(self.env._("The file is not UTF-8 text. Save it as CSV (UTF-8).")) from error
        head = text.partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise UserError(self.env._("The file has no column %s.", ", ".join(missing)))
        return list(reader)

    def _row(self, row):
        """Give account, order number and sale order of a row; no sale order where the file names none.

        :raise UserError: what is wrong with it
        """
        merchant_id, number, reference = ((row[name] or "").strip() for name in COLUMNS)
        account = self.env["hemi.amazon.account"].search([("merchant_id", "=", merchant_id)])
        if len(account) != 1:
            raise UserError(self.env._("%s is the Merchant ID of no account, or of several.", merchant_id))
        if account.state != "authorised":
            raise UserError(self.env._("%s is not connected with Amazon.", account.name))
        numbers, wrong = read_order_numbers(number)
        if wrong or len(numbers) != 1:
            raise UserError(self.env._("%s is no order number of Amazon.", number or "-"))
        return account, numbers[0], self._sale_order(account, reference, numbers[0])

    def _sale_order(self, account, reference, number):
        sale_orders = self.env["sale.order"]
        if not reference:
            return sale_orders
        mine = [("company_id", "=", account.company_id.id), ("name", "=", reference)]
        sale_order = sale_orders.search(mine)
        if len(sale_order) != 1:
            raise UserError(self.env._("There is no sales order %s.", reference))
        known = sale_order.hemi_amazon_order_id.name
        if known and known != number:
            raise UserError(self.env._("%(order)s is %(known)s already.", order=reference, known=known))
        return sale_order
