from odoo import api, fields, models
from odoo.tools import SQL

from .amazon_call import ERASED_AT_ONCE

COUNTS = ("fields", "messages", "files", "buyers", "buyers_by_law", "buyers_kept")


class HemiAmazonErasure(models.Model):
    """The report of what was erased when, without saying what it was."""

    _name = "hemi.amazon.erasure"
    _description = "Erased Personal Data"
    _order = "erased_at desc, id desc"
    _rec_name = "order_name"
    _log_access = False

    erased_at = fields.Datetime("Erased On", required=True, readonly=True, index=True)
    account_id = fields.Many2one(
        "hemi.amazon.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    order_name = fields.Char("Amazon Order", required=True, readonly=True)
    reason = fields.Selection(
        [("due", "Its time was over"), ("request", "Asked for")], required=True, readonly=True
    )
    user_id = fields.Many2one("res.users", "Erased By", readonly=True, help="Who had it erased on request.")
    fields_count = fields.Integer(
        "Records", readonly=True, help="Orders, lines and transfers of which notes or messages were erased."
    )
    messages_count = fields.Integer("Messages", readonly=True)
    files_count = fields.Integer("Files", readonly=True, help="Labels and other attachments.")
    buyers_count = fields.Integer("Buyers", readonly=True, help="Erased altogether, with all contacts.")
    buyers_by_law_count = fields.Integer(
        "Buyers Kept by Law",
        readonly=True,
        help="What posted invoices must show stays, for accountants; the rest is erased.",
    )
    buyers_kept_count = fields.Integer(
        "Buyers Used Elsewhere",
        readonly=True,
        help="Records outside Amazon name them. They are looked at again every day.",
    )

    @api.model
    def _note(self, orders, reason, counts):
        """Note that orders were erased.

        :param dict counts: id of the order -> Counter
        """
        self.sudo().create(
            [
                {
                    "erased_at": fields.Datetime.now(),
                    "account_id": order.account_id.id,
                    "order_name": order.name,
                    "reason": reason,
                    "user_id": self.env.uid if reason == "request" else False,
                }
                | {f"{kind}_count": counts[order.id][kind] for kind in COUNTS}
                for order in orders
            ]
        )

    @api.autovacuum
    def _gc_erasures(self):
        """Delete what is older than the log of calls may be, a batch at a time.

        :return: how many were deleted, and whether there may be more
        :rtype: tuple[int, bool]
        """
        self.env.cr.execute(
            SQL(
                """DELETE FROM hemi_amazon_erasure WHERE id IN (
                       SELECT erasure.id FROM hemi_amazon_erasure erasure
                         JOIN hemi_amazon_account account ON account.id = erasure.account_id
                         JOIN hemi_amazon_integration app ON app.id = account.integration_id
                        WHERE erasure.erased_at < %s - make_interval(days => app.call_log_days) LIMIT %s)""",
                fields.Datetime.now(),
                ERASED_AT_ONCE,
            )
        )
        return self.env.cr.rowcount, self.env.cr.rowcount == ERASED_AT_ONCE
