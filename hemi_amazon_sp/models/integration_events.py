from odoo import api, fields, models

from ..client_actions import notify


class HemiAmazonIntegration(models.Model):
    """Whether the accounts of an app are told by events what happens at Amazon."""

    _inherit = "hemi.amazon.integration"

    use_events = fields.Boolean(
        tracking=True,
        copy=False,
        help="Amazon tells by the company's own SQS queue that an order changed, or that a feed or report is "
        "finished, so that Odoo looks at once and asks less often otherwise. It needs the queue's address, "
        "access_key and secret_key in Integration Credentials.",
    )
    subscription_ids = fields.One2many("hemi.amazon.subscription", "integration_id", "Events", readonly=True)

    @api.constrains("use_events")
    def _check_use_events(self):
        for integration in self.filtered("use_events"):
            integration._credentials_needed()._check_events()

    def write(self, vals):
        result = super().write(vals)
        if "use_events" in vals:
            self._set_up_events()
        return result

    def _set_up_events(self):
        """Leave it to the job to make the subscriptions of all authorised accounts, or to end them."""
        accounts = self._accounts_for_events()
        self.env["hemi.amazon.subscription"].sudo()._want(accounts)
        subscribed = self.sudo().subscription_ids.account_id
        self.env["hemi.amazon.chore.subscriptions"]._wake(subscribed)
        self.env["hemi.amazon.chore.events"]._wake(self.filtered("use_events"))

    def _accounts_for_events(self):
        return self.sudo().account_ids.filtered(lambda account: account._wants_events())

    def action_set_up_events(self):
        """Have the job make what events need, or look whether it is still there."""
        self.ensure_one()
        self.check_access("write")
        if self.use_events:
            self._set_up_events()
        else:
            self.use_events = True
        return notify(self._words_of_set_up())

    def _words_of_set_up(self):
        accounts = self._accounts_for_events()
        others = self.account_ids - accounts
        words = self.env._(
            "The job sets up the events of %(count)s accounts within a minute; under Events you see what "
            "became of each.",
            count=len(accounts),
        )
        if others:
            words += " " + self.env._(
                "%s accounts get theirs when their sellers authorise the app.", len(others)
            )
        return words
