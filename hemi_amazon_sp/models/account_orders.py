from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..amazon.dates import from_amazon
from ..amazon.errors import REFUSED

INTERVAL = timedelta(minutes=5)  # searchOrders is granted once in 180 s
OVERLAP = timedelta(minutes=5)
BEHIND = timedelta(hours=6)  # more than this to read: what must be shipped is read first
FAILED_ORDERS = "hemi_amazon_sp.mail_activity_type_failed_orders"
TO_SHIP = {"fulfillment_statuses": ["UNSHIPPED", "PARTIALLY_SHIPPED"], "fulfilled_by": ["MERCHANT"]}


class HemiAmazonAccount(models.Model):
    """How far the orders of an account have been read.

    What is read (``orders_pass``); the page token belongs to the pass:

    ======== ======== ==============================================================
    from     to       by
    ======== ======== ==============================================================
    (none)   to_ship  :meth:`_begin_orders_pass`, when there is much to catch up with
    (none)   all      :meth:`_begin_orders_pass`
    to_ship  all      its last page (:meth:`_note_orders_page`)
    all      (none)   its last page, which moves the watermark
    any      (none)   an earlier ``orders_from``
    ======== ======== ==============================================================
    """

    _inherit = "hemi.amazon.account"

    orders_from = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="Orders that changed at Amazon before this moment are not imported, unless somebody recovers "
        "them by their number. Choose an earlier moment, also later on, to have what lies between imported. "
        "Amazon shows orders of the last two years (Japan, Australia and Singapore: since 2016).",
    )
    orders_pass = fields.Selection(
        [("to_ship", "What must be shipped"), ("all", "All changes")],
        "Reading Now",
        readonly=True,
        copy=False,
        help="After more than 6 hours without reading, what must be shipped is read first, then everything.",
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
    failed_orders = fields.Integer(
        "Orders to Look At", readonly=True, copy=False, help="Orders that could not be imported."
    )
    order_ids = fields.One2many("hemi.amazon.order", "account_id", "Amazon Orders")

    @api.constrains("orders_from")
    def _check_orders_from(self):
        for account in self:
            if account.orders_from > fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "%s: the orders are imported from a moment in the past on. Choose now or earlier.",
                        account.name,
                    )
                )

    def write(self, vals):
        """An earlier start brings in what lies between: reading begins there anew."""
        earlier = self.browse()
        if vals.get("orders_from"):
            start = fields.Datetime.to_datetime(vals["orders_from"])
            earlier = self.filtered(lambda account: start < account.orders_from)
        result = super().write(vals)
        if earlier:
            names = ("orders_watermark", "orders_read_at", "orders_page_token", "orders_pass")
            earlier.sudo().write(dict.fromkeys(names, False))
        return result

    def action_run_now(self):
        """Orders are read too, unless they were a minute ago: Amazon grants few looks."""
        minute_ago = fields.Datetime.now() - timedelta(minutes=1)
        read = self.filtered(lambda account: account.orders_read_at and account.orders_read_at < minute_ago)
        read.sudo().orders_read_at = False
        return super().action_run_now()

    def _orders_since(self):
        """Give the moment, naive UTC, after which changes are asked for; a little is read twice so that
        nothing is missed."""
        if not self.orders_watermark:
            return self.orders_from
        return max(self.orders_watermark - OVERLAP, self.orders_from)

    def _orders_due_at(self):
        """Give the moment, naive UTC, at which changes are asked for; now, if pages are left to read."""
        if self.orders_pass or not self.orders_read_at:
            return fields.Datetime.now()
        return self.orders_read_at + self._orders_interval()

    def _orders_interval(self):
        """Give how often changes of orders are asked for."""
        return INTERVAL

    def _begin_orders_pass(self):
        """Decide what is read now, unless a pass is under way."""
        if not self.orders_pass:
            is_behind = fields.Datetime.now() - self._orders_since() > BEHIND
            self.orders_pass = "to_ship" if is_behind else "all"

    def _orders_filter(self):
        """Give what narrows searchOrders in this pass. Other values with a page token Amazon refuses."""
        return TO_SHIP if self.orders_pass == "to_ship" else {}

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
        :return: whether there is more to read now
        :rtype: bool
        """
        if token:
            self.orders_page_token = token
        elif self.orders_pass == "to_ship":
            self.write({"orders_page_token": False, "orders_pass": "all"})
        else:
            self.write(
                {
                    "orders_page_token": False,
                    "orders_pass": False,
                    "orders_watermark": from_amazon(last_updated_before),
                    "orders_read_at": fields.Datetime.now(),
                }
            )
        return bool(self.orders_pass)

    def _tell_failed_orders(self):
        """Have a person look at the orders that could not be imported: one activity for all of them, which
        closes by itself when none is left. It comes again only when more have failed."""
        self.ensure_one()
        failed = [("account_id", "=", self.id), ("state", "=", "failed")]
        count = self.env["hemi.amazon.order"].sudo().search_count(failed)
        if count == self.failed_orders:
            return
        account, is_more = self.sudo(), count > self.failed_orders
        account.failed_orders = count
        activity = account.activity_search([FAILED_ORDERS])
        if not count:
            activity.unlink()
        elif activity or is_more:
            summary = self.env._("Amazon orders that could not be imported: %s", count)
            if activity:
                activity.summary = summary
            else:
                note = self.env._(
                    "Open Orders, Orders to Look At: the reason is beside each of them. Mend it and press "
                    "Retry, or enter the order by hand and press Ignore. The other orders are imported "
                    "meanwhile."
                )
                account._need_person(summary, note, kind=FAILED_ORDERS)
