from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.hemi_amazon_sp.transactions import in_own_transaction
from odoo.addons.queue_job.exception import RetryableJobError

KEY = "hemi_amazon_sp_queue.turn."  # of the identity keys; the account's id follows
IN_THE_QUEUE = timedelta(minutes=5)  # after which a turn that never came is asked for again
OCCUPIED = 10  # seconds until a turn is tried again that another worker's turn stands in the way of


class HemiAmazonJob(models.AbstractModel):
    """The one job hands the turns of the accounts out, and the workers of the queue take them."""

    _inherit = "hemi.amazon.job"

    @api.model
    def _give_turns(self, accounts):
        """Put each account's turn into the queue, once: who waits there already is not put there again."""
        self._set_back(accounts)
        for account in accounts:
            queued = self.with_delay(
                identity_key=f"{KEY}{account.id}",
                description=self.env._("Amazon: turn of %s", account.display_name),
            )
            queued._take_queued_turn(account)
        self.env["ir.cron"]._commit_progress(len(accounts))

    @api.model
    def _set_back(self, accounts):
        """Let the accounts not be due while they are in the queue, else the job would be called for them
        again and again. The turn itself says when the next one is."""
        account_ids = accounts.ids

        def set_back(env):
            now = fields.Datetime.now()
            accounts = env["hemi.amazon.account"].browse(account_ids).exists()
            late = accounts.filtered(lambda account: not account.next_run_at or account.next_run_at <= now)
            late.next_run_at = now + IN_THE_QUEUE

        in_own_transaction(self.env, set_back)

    @api.model
    def _take_queued_turn(self, account):
        """Work on one account, in a worker of the queue.

        :raise RetryableJobError: if another worker is at it; something new may have come in since it began
        """
        if not account.exists() or account.state != "authorised" or account.paused:
            return
        if not self._run_account(account):
            raise RetryableJobError(
                self.env._("Another worker is at this account."), seconds=OCCUPIED, ignore_retry=True
            )
        self._ask_again()
