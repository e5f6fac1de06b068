import base64
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..models.erasure import QUIET
from ..models.personal_data import FIELDS

# what else the export tells of each record, so that one knows what it is about
BESIDES = {
    "res.partner": ("state_id", "country_id", "lang"),
    "sale.order": ("name", "origin", "client_order_ref", "date_order", "amount_total", "currency_id"),
    "sale.order.line": ("order_id", "name", "product_uom_qty", "price_total"),
    "stock.picking": ("name", "origin", "date_done", "carrier_tracking_ref"),
    "account.move": ("name", "invoice_date", "ref", "partner_id", "amount_total", "currency_id"),
    "mail.message": ("date", "email_from", "subject", "body", "model"),
}
LEFT_OUT = ("payload_encrypted", "address_key", "hemi_amazon_key", "image_1920", "signature")


class HemiAmazonBuyerData(models.TransientModel):
    """What is known of a buyer: to give it to the person, or to erase it because the person asks for it."""

    _name = "hemi.amazon.buyer.data"
    _description = "Data of an Amazon Buyer"

    partner_id = fields.Many2one("res.partner", "Buyer", required=True, ondelete="cascade")
    to_erase = fields.Text("Is Erased", compute="_compute_plan")
    to_keep = fields.Text("Is Kept", compute="_compute_plan")
    can_erase = fields.Boolean(compute="_compute_plan")
    file = fields.Binary("Exported", readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    # --- what there is

    def _work(self):
        return self.env["hemi.amazon.erasure.work"].sudo().with_context(**QUIET)

    def _family(self):
        """Give the buyer with all contacts."""
        work = self._work()
        root = work._root(self.partner_id.with_env(work.env))
        return work.env["res.partner"].search([("id", "child_of", root.id)])

    def _sales(self):
        """Give the buyer's sale orders from Amazon, in the companies that the user may see."""
        work = self._work()
        mine = [("hemi_amazon_order_id", "!=", False), ("company_id", "in", self.env.companies.ids)]
        return work.env["sale.order"].search([*mine, *work._naming(self._family())])

    def _orders_over(self):
        sales = self._sales()
        if not sales:
            return sales.hemi_amazon_order_id
        orders = sales.hemi_amazon_order_id
        return orders._over_at(fields.Datetime.now(), orders=orders)

    @api.depends("partner_id")
    def _compute_plan(self):
        for wizard in self:
            over, kept = wizard._orders_over(), wizard._reasons_to_keep()
            wizard.can_erase = bool(over)
            wizard.to_keep = "\n".join(kept) or False
            wizard.to_erase = self.env._(
                "Notes, messages, files and mails of these orders, and of the buyer what is not kept: %s",
                ", ".join(over.mapped("name")) or self.env._("none"),
            )

    def _reasons_to_keep(self):
        """Tell what must be kept, and why.

        :rtype: list[str]
        """
        family, sales = self._family(), self._sales()
        waiting = sales.hemi_amazon_order_id.filtered(lambda order: not order.erased_at) - self._orders_over()
        invoices = sales.invoice_ids.filtered("posted_before")
        reasons = []
        if waiting:
            reasons.append(
                self.env._(
                    "These orders are not delivered yet. They need the address, and the buyer stays until "
                    "then: %s",
                    ", ".join(waiting.mapped("name")),
                )
            )
        if invoices:
            reasons.append(
                self.env._(
                    "Name, address and tax number of posted invoices, by law. Only accountants see them: %s",
                    ", ".join(invoices.mapped("name")),
                )
            )
        if self._work()._foreign(family):
            reasons.append(
                self.env._("The buyer, whom records outside Amazon name. Erase or change those first.")
            )
        return reasons

    # --- actions

    def action_export(self):
        """Write all that is known of the buyer into a file, and show it."""
        self.ensure_one()
        text = json.dumps(self._export(), indent=2, ensure_ascii=False, default=str)
        self.write(
            {"file": base64.b64encode(text.encode()), "file_name": f"amazon_buyer_{self.partner_id.id}.json"}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Data of This Amazon Buyer"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_erase(self):
        """Erase at once what need not be kept.

        :raise UserError: nothing can be erased
        """
        self.ensure_one()
        self.partner_id.check_access("read")
        over = self._orders_over()
        if not over:
            raise UserError(self.env._("There is nothing to erase: see below Is Kept."))
        self.write({"file": False, "file_name": False})
        for account in over.account_id:
            mine = over.filtered(lambda order, account=account: order.account_id == account)
            self.env["hemi.amazon.erasure.work"]._erase(mine, "request")
        return self.env["ir.actions.act_window"]._for_xml_id("hemi_amazon_sp.hemi_amazon_erasure_action")

    # --- the export

    def _export(self):
        """Give all that is known of the buyer: label of the model -> records, as label -> value.

        :rtype: dict
        """
        self.partner_id.check_access("read")
        sales = self._sales()
        records = {
            "res.partner": self._family(),
            "sale.order": sales,
            "sale.order.line": sales.order_line,
            "stock.picking": sales.picking_ids,
            "account.move": sales.invoice_ids,
        }
        records["mail.message"] = self._messages(records)
        return {
            self.env["ir.model"]._get(model).name: [self._described(record) for record in found]
            for model, found in records.items()
        }

    def _messages(self, records):
        messages = self._work().env["mail.message"]
        return messages.union(
            *(
                messages.search([("model", "=", model), ("res_id", "in", found.ids)])
                for model, found in records.items()
            )
        )

    def _described(self, record):
        names = (*BESIDES.get(record._name, ()), *FIELDS.get(record._name, {}))
        described = {}
        for name in dict.fromkeys(name for name in names if name not in LEFT_OUT):
            field, value = record._fields[name], record[name]
            if field.type == "many2one":
                value = value.display_name
            elif field.type == "html":
                value = html2plaintext(value or "")
            if value:
                described[field._description_string(self.env)] = value
        return described
