from odoo import api, fields, models
from odoo.tools import SQL

from ..transactions import in_own_transaction

ERASED_AT_ONCE = 10_000


class HemiAmazonCall(models.Model):
    """The log of calls to Amazon: who asked what when, and how it ended. No contents, no ids of orders or
    buyers, no secrets."""

    _name = "hemi.amazon.call"
    _description = "Amazon Call"
    _order = "id desc"
    _rec_name = "operation"
    _log_access = False

    called_at = fields.Datetime(required=True, readonly=True, index=True)
    account_id = fields.Many2one("hemi.amazon.account", readonly=True, index=True, ondelete="cascade")
    integration_id = fields.Many2one(
        "hemi.amazon.integration",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The app, for a call that is not for one account.",
    )
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    operation = fields.Char(required=True, readonly=True, help="Amazon's name of the operation.")
    method = fields.Char(readonly=True)
    path = fields.Char(readonly=True, help="The address, with {} in place of its ids.")
    status = fields.Integer("HTTP Status", readonly=True, aggregator=None, help="0 if there was no answer.")
    duration_ms = fields.Integer("Duration (ms)", readonly=True, aggregator="avg")
    request_id = fields.Char("Request ID", readonly=True, help="Amazon's support asks for it.")
    sent_bytes = fields.Integer(readonly=True)
    received_bytes = fields.Integer(readonly=True)
    error_code = fields.Char(readonly=True)

    @api.depends("account_id.company_id", "integration_id.company_id")
    def _compute_company_id(self):
        for call in self:
            call.company_id = call.account_id.company_id or call.integration_id.company_id

    @api.model
    def _journal(self, owner):
        """Give what the one door calls after each request.

        Each call is kept in a transaction of its own: the log tells of it whatever becomes of the work.

        :param owner: the account that the calls are for, or the integration if they are for the app
        :rtype: callable
        """
        owner_id, env = owner.id, self.env
        name = "account_id" if owner._name == "hemi.amazon.account" else "integration_id"

        def keep(entry):
            values = entry | {"called_at": fields.Datetime.now(), name: owner_id}
            in_own_transaction(env, lambda own: bool(own["hemi.amazon.call"].sudo().create(values)))

        return keep

    @api.autovacuum
    def _gc_calls(self):
        """Erase what is older than the integration says, a batch at a time.

        :return: how many were erased, and whether there may be more
        :rtype: tuple[int, bool]
        """
        self.env.cr.execute(
            SQL(
                """DELETE FROM hemi_amazon_call WHERE id IN (
                       SELECT call.id FROM hemi_amazon_call call
                         LEFT JOIN hemi_amazon_account account ON account.id = call.account_id
                         JOIN hemi_amazon_integration app
                           ON app.id = coalesce(account.integration_id, call.integration_id)
                        WHERE call.called_at < %s - make_interval(days => app.call_log_days) LIMIT %s)""",
                fields.Datetime.now(),
                ERASED_AT_ONCE,
            )
        )
        return self.env.cr.rowcount, self.env.cr.rowcount == ERASED_AT_ONCE
