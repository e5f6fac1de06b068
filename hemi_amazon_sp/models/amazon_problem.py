from odoo import api, fields, models
from odoo.tools import SQL

from ..client_actions import reload
from .amazon_feed import LATE, OPEN_STATES

ON_HOLD = """
        SELECT o.account_id, o.name, sale.hemi_amazon_hold_reason, o.last_updated_at, o.ship_by,
               NULL::varchar, 'sale.order', sale.id
          FROM sale_order sale JOIN hemi_amazon_order o ON o.id = sale.hemi_amazon_order_id
         WHERE sale.hemi_amazon_hold = '{}' AND sale.state <> 'cancel'"""
# of one kind each; the number of the kind makes the ids of the rows unique
PARTS = {
    "rejected": """
        SELECT message.account_id, coalesce(o.name, listing.sku), message.result_text, message.answered_at,
               o.ship_by, message.flow, 'hemi.amazon.feed.message', message.id
          FROM hemi_amazon_feed_message message
          LEFT JOIN hemi_amazon_order o ON o.id = message.order_id
          LEFT JOIN hemi_amazon_listing listing
            ON message.res_model = 'hemi.amazon.listing' AND listing.id = message.res_id
         WHERE message.state = 'rejected'""",
    "order": """
        SELECT account_id, name, error, failed_at, ship_by, NULL::varchar, 'hemi.amazon.order', id
          FROM hemi_amazon_order WHERE state = 'failed'""",
    "product": """
        SELECT account_id, name, coalesce(error, (
                   SELECT string_agg(line.hemi_amazon_sku, ', ') FROM sale_order_line line
                    WHERE line.order_id = sale_order_id AND line.product_id = %(unknown)s)),
               coalesce(failed_at, purchased_at), ship_by, NULL::varchar, 'hemi.amazon.order', id
          FROM hemi_amazon_order WHERE state = 'held' OR has_unknown_sku""",
    "cancel": ON_HOLD.format("cancellation"),
    "shipped": ON_HOLD.format("shipped"),
    "late": """
        SELECT o.account_id, o.name, NULL::text, o.ship_by, o.ship_by, NULL::varchar, 'sale.order', sale.id
          FROM hemi_amazon_order o JOIN sale_order sale ON sale.id = o.sale_order_id
         WHERE o.fulfilled_by = 'MERCHANT' AND o.status IN ('UNSHIPPED', 'PARTIALLY_SHIPPED')
           AND o.ship_by < %(now)s AND sale.state <> 'cancel' AND sale.hemi_amazon_hold IS NULL
           AND NOT EXISTS (SELECT FROM hemi_amazon_feed_message message WHERE message.order_id = o.id
                              AND message.flow IN ('ship', 'cancel'))""",
    "parcel": """
        SELECT message.account_id, o.name, message.waiting_for, message.create_date, o.ship_by, message.flow,
               message.res_model, message.res_id
          FROM hemi_amazon_feed_message message JOIN hemi_amazon_order o ON o.id = message.order_id
         WHERE message.flow = 'ship' AND message.state = 'pending' AND message.waiting_for IS NOT NULL
           AND NOT EXISTS (SELECT FROM hemi_amazon_feed_message other WHERE other.order_id = o.id
                              AND other.flow = 'cancel' AND other.state IN ('pending', 'in_feed'))""",
    "feed": """
        SELECT account_id, feed_type, error, submitting_at, NULL::timestamp, flow, 'hemi.amazon.feed', id
          FROM hemi_amazon_feed
         WHERE state = 'unknown' OR state IN %(open)s AND submitting_at < %(late)s""",
    "return": """
        SELECT account_id, order_name, problem, write_date, NULL::timestamp, NULL::varchar,
               'hemi.amazon.return', id
          FROM hemi_amazon_return WHERE state = 'failed'""",
    "tax": """
        SELECT o.account_id, o.name, o.tax_missing, o.purchased_at, NULL::timestamp, NULL::varchar,
               'sale.order', sale.id
          FROM hemi_amazon_order o JOIN sale_order sale ON sale.id = o.sale_order_id
         WHERE o.tax_missing IS NOT NULL AND sale.state <> 'cancel' AND sale.invoice_status <> 'invoiced'""",
    "account": """
        SELECT id, name, coalesce(last_error, state_reason), last_run_at, NULL::timestamp, NULL::varchar,
               'hemi.amazon.account', id
          FROM hemi_amazon_account
         WHERE active AND (state = 'failed'
                           OR state = 'authorised' AND (cause IS NOT NULL OR last_error IS NOT NULL))""",
}
COLUMNS = "account_id, name, reason, since, ship_by, flow, res_model, res_id"
RETRIED = ("hemi.amazon.feed.message", "hemi.amazon.order", "hemi.amazon.return")


class HemiAmazonProblem(models.Model):
    """Everything that needs a person, in one list: a view of what other models hold, with the nearest
    promise to a buyer first. It goes by itself when the cause is gone."""

    _name = "hemi.amazon.problem"
    _description = "Amazon Problem"
    _auto = False
    _order = "ship_by, since, id"
    _rec_name = "name"
    _depends = {
        "hemi.amazon.feed.message": [
            "state",
            "result_text",
            "answered_at",
            "order_id",
            "flow",
            "waiting_for",
            "res_id",
        ],
        "hemi.amazon.order": ["state", "status", "error", "ship_by", "has_unknown_sku", "tax_missing"],
        "hemi.amazon.feed": ["state", "submitting_at", "error"],
        "hemi.amazon.return": ["state", "problem"],
        "hemi.amazon.account": ["state", "cause", "last_error", "state_reason", "user_id", "company_id"],
        "sale.order": ["hemi_amazon_hold", "hemi_amazon_hold_reason", "state", "invoice_status"],
    }

    kind = fields.Selection(lambda self: self._kinds(), "Problem", readonly=True)
    name = fields.Char(
        "About", readonly=True, help="Amazon's order number, the SKU, the feed or the account."
    )
    account_id = fields.Many2one("hemi.amazon.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    flow = fields.Selection(lambda self: self.env["hemi.amazon.flow"]._flow_selection(), readonly=True)
    reason = fields.Text(readonly=True, help="What Amazon or Odoo said.")
    what_to_do = fields.Text(compute="_compute_what_to_do")
    since = fields.Datetime(readonly=True)
    ship_by = fields.Datetime(readonly=True, help="What the buyer was promised.")
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    can_retry = fields.Boolean(compute="_compute_can_retry")

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        parts = [
            SQL(
                f"""SELECT part.res_id::bigint * {len(PARTS)} + {number} AS id, '{kind}' AS kind, part.*
                      FROM ({part}) AS part({COLUMNS})""",
                now=now,
                late=now - LATE,
                open=OPEN_STATES,
                unknown=self.env["ir.model.data"]._xmlid_to_res_id("hemi_amazon_sp.product_unknown_sku"),
            )
            for number, (kind, part) in enumerate(PARTS.items())
        ]
        return SQL(
            """SELECT problem.*, account.company_id, account.user_id FROM (%s) AS problem
                 JOIN hemi_amazon_account account ON account.id = problem.account_id AND account.active""",
            SQL(" UNION ALL ").join(parts),
        )

    @api.model
    def _kinds(self):
        return [
            ("cancel", self.env._("The buyer asks to cancel")),
            ("late", self.env._("Late to ship")),
            ("order", self.env._("Order not imported")),
            ("product", self.env._("Unknown SKU")),
            ("shipped", self.env._("Shipped outside Odoo")),
            ("rejected", self.env._("Amazon refused")),
            ("parcel", self.env._("Shipment cannot be told")),
            ("feed", self.env._("Feed without an end")),
            ("return", self.env._("Return not booked")),
            ("tax", self.env._("Missing tax")),
            ("account", self.env._("Account stands still")),
        ]

    @api.depends("kind", "res_id")
    @api.depends_context("lang")
    def _compute_what_to_do(self):
        words, advice = self._words(), self._advice()
        for problem in self:
            problem.what_to_do = advice.get(problem.id) or words[problem.kind]

    @api.model
    def _words(self):
        """Give what to do about each kind of problem."""
        return {
            "cancel": self.env._("Cancel at Amazon, or ship anyway: the buttons are on the order."),
            "late": self.env._("Ship it, or cancel it: the promise to the buyer has passed."),
            "order": self.env._("Mend the cause and press Retry, or enter it by hand and press Ignore."),
            "product": self.env._("Press Map and Continue on the order: say which product the SKU is."),
            "shipped": self.env._("Say on the order where the goods left, so that nothing is shipped twice."),
            "rejected": self.env._("Mend what Amazon names, then press Retry; or Abandon it with a reason."),
            "parcel": self.env._("Enter the carrier and the tracking number on the transfer."),
            "feed": self.env._("Open the feed: it says what is known. Settle a Feed ends it."),
            "return": self.env._("Mend the cause and press Retry, or book it by hand and press Ignore."),
            "tax": self.env._("Set the tax on the lines of the order before you invoice it."),
            "account": self.env._("Open the account: the banner says what Amazon wants."),
        }

    def _advice(self):
        """Give the advice for Amazon's codes.

        :return: id of the problem -> advice
        :rtype: dict[int, str]
        """
        refused = self.filtered(lambda problem: problem.kind == "rejected")
        messages = self.env["hemi.amazon.feed.message"].browse(refused.mapped("res_id"))
        return {problem.id: message.advice for problem, message in zip(refused, messages, strict=True)}

    @api.depends("res_model")
    def _compute_can_retry(self):
        for problem in self:
            problem.can_retry = problem.res_model in RETRIED and problem.kind != "product"

    def action_open(self):
        """Open the record that the problem is about."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)._get_records_action(name=self.name)

    def action_retry(self):
        """Try again what can be tried again."""
        for model, problems in self.filtered("can_retry").grouped("res_model").items():
            self.env[model].browse(problems.mapped("res_id")).action_retry()
        return reload()
