from datetime import timedelta

from odoo import fields, models

from ..amazon.dates import from_amazon
from ..amazon.errors import REFUSED

INTERVAL = timedelta(minutes=5)  # searchOrders is granted once in 180 s
OVERLAP = timedelta(minutes=5)


class HemiAmazonAccount(models.Model):
    """How far the orders of an account have been read."""

    _inherit = "hemi.amazon.account"

    orders_from = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="Orders that changed at Amazon before this moment are not imported.",
    )
    orders_watermark = fields.Datetime(
        readonly=True, copy=False, help="Amazon's own time up to which all changes of orders have been read."
    )
    orders_page_token = fields.Char(
        readonly=True, copy=False, groups=fields.NO_ACCESS, help="Where the next page goes on."
    )
    orders_read_at = fields.Datetime(
        readonly=True, copy=False, help="When the orders were read to the end last."
    )
    read_returns = fields.Boolean(
        default=True, help="Book the returns that Amazon reports: a receipt and a draft credit note each."
    )
    order_ids = fields.One2many("hemi.amazon.order", "account_id", "Amazon Orders")

    def write(self, vals):
        """An earlier start brings in what lies between: reading begins there anew."""
        earlier = self.browse()
        if vals.get("orders_from"):
            start = fields.Datetime.to_datetime(vals["orders_from"])
            earlier = self.filtered(lambda account: start < account.orders_from)
        result = super().write(vals)
        if earlier:
            earlier.sudo().write(
                {"orders_watermark": False, "orders_read_at": False, "orders_page_token": False}
            )
        return result

    def _orders_since(self):
        """Give the moment, naive UTC, after which changes are asked for; a little is read twice so that
        nothing is missed."""
        if not self.orders_watermark:
            return self.orders_from
        return max(self.orders_watermark - OVERLAP, self.orders_from)

    def _orders_are_due(self):
        """Tell whether it is time to ask for changes again, or pages are left to read."""
        return (
            bool(self.orders_page_token)
            or not self.orders_read_at
            or fields.Datetime.now() >= self.orders_read_at + INTERVAL
        )

    def _forget_dead_page(self, error):
        """Begin again at the watermark if Amazon refuses the token of a page: it lives 24 hours.

        :param AmazonError error: what Amazon said
        :return: whether there was such a token
        """
        dead = bool(self.orders_page_token) and error.outcome == REFUSED and error.status not in (401, 403)
        if dead:
            self.orders_page_token = False
        return dead

    def _note_orders_page(self, token, last_updated_before):
        """Keep how far reading has come.

        :param str token: of the next page, if there is one
        :param str last_updated_before: Amazon's own time of the answer
        """
        self.orders_page_token = token
        if not token:
            self.write(
                {
                    "orders_watermark": from_amazon(last_updated_before),
                    "orders_read_at": fields.Datetime.now(),
                }
            )
