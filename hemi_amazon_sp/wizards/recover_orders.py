from odoo import fields, models
from odoo.exceptions import UserError

from ..amazon.order_numbers import read_order_numbers


class HemiAmazonRecover(models.TransientModel):
    """A person asks for orders by their numbers; the job fetches them from Amazon."""

    _name = "hemi.amazon.recover"
    _description = "Recover Orders"

    account_id = fields.Many2one(
        "hemi.amazon.account",
        required=True,
        domain=[("state", "=", "authorised")],
        default=lambda self: self._default_account(),
        help="The seller who sold them.",
    )
    numbers = fields.Text(
        "Amazon Orders",
        required=True,
        help="One or many order numbers, parted by anything: lines, commas, spaces.",
    )

    def _default_account(self):
        accounts = self.env["hemi.amazon.account"].search([("state", "=", "authorised")], limit=2)
        return accounts if len(accounts) == 1 else accounts.browse()

    def action_recover(self):
        """Leave the numbers for the job, and show their rows.

        :raise UserError: with the words that are no order numbers
        """
        self.ensure_one()
        self.account_id.check_access("read")
        numbers, wrong = read_order_numbers(self.numbers)
        if wrong or not numbers:
            raise UserError(
                self.env._(
                    "These are no order numbers of Amazon: %s. An order number has 3, 7 and 7 digits, such "
                    "as 302-1234567-1234567; it is in Seller Central under Orders.",
                    ", ".join(wrong) or "-",
                )
            )
        if self.account_id.state != "authorised":
            raise UserError(
                self.env._("%s is not connected with Amazon. Press Oauth Began first.", self.account_id.name)
            )
        rows = self.env["hemi.amazon.order"]._recover(self.account_id, numbers)
        action = self.env["ir.actions.act_window"]._for_xml_id("hemi_amazon_sp.hemi_amazon_order_action")
        return action | {"domain": [("id", "in", rows.ids)], "target": "main"}
