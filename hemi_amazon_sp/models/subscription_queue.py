from datetime import timedelta

from odoo import api, fields, models

from ..amazon.notifications import FEED_FINISHED, REPORT_FINISHED, read_notification

READ_EVERY = timedelta(seconds=30)  # the job is called once a minute at most
AFTER_A_PROBLEM = timedelta(minutes=5)
NOT_READ = timedelta(minutes=15)  # after which events are not relied on


class HemiAmazonIntegrationCredentials(models.Model):
    """Events lie in the same queue as notices about the client secret."""

    _inherit = "hemi.amazon.integration.credentials"

    def _settle(self, messages):
        """Take in events too. Those about others than our accounts, and other kinds, are left for others."""
        settled = super()._settle(messages)
        if not self.integration_id.use_events:
            return settled
        read = [(message, read_notification(message.body)) for message in messages if message not in settled]
        events = [event for _message, event in read if event]
        ours = self.env["hemi.amazon.subscription"]._take(self.integration_id, events)
        return settled + [message for message, event in read if event in ours]


class HemiAmazonSubscription(models.Model):
    """What becomes of the events of one look into the queue."""

    _inherit = "hemi.amazon.subscription"

    @api.model
    def _take(self, integration, events):
        """Mark as due what events tell of, all together.

        :param integration: whose queue it is
        :param list events: the notifications
        :return: those that are about accounts of the integration
        :rtype: list
        """
        sellers = list({event.seller_id for event in events})
        accounts = self.env["hemi.amazon.account"].with_context(active_test=False)
        known = accounts.search([("integration_id", "=", integration.id), ("merchant_id", "in", sellers)])
        told = {}
        for event in events:
            told.setdefault((event.seller_id, event.kind), []).append(event)
        marked = self._mark("hemi.amazon.feed", "amazon_feed_id", FEED_FINISHED, known, events)
        marked |= self._mark("hemi.amazon.report", "amazon_report_id", REPORT_FINISHED, known, events)
        for row in known.subscription_ids:
            if about_row := told.get((row.account_id.merchant_id, row.kind)):
                row._hear(about_row, (row.account_id.id, row.kind) in marked)
        merchants = set(known.mapped("merchant_id"))
        return [event for event in events if event.seller_id in merchants]

    @api.model
    def _mark(self, model, number_field, kind, accounts, events):
        """Have feeds or reports looked at now, those that are waited for.

        :return: account ids of those that were found, each with the kind
        :rtype: set[tuple]
        """
        finished = {(event.seller_id, event.number) for event in events if event.kind == kind}
        records = self.env[model].search(
            [
                ("account_id", "in", accounts.ids),
                (number_field, "in", [number for _seller, number in finished]),
                ("state", "in", ("submitted", "processing", "asked")),
            ]
        )
        ours = records.filtered(
            lambda record: (record.account_id.merchant_id, record[number_field]) in finished
        )
        ours.next_check_at = fields.Datetime.now()
        return {(account.id, kind) for account in ours.account_id}


class HemiAmazonChoreEvents(models.AbstractModel):
    """Reads the queue in every run of the job, before the accounts' turns."""

    _name = "hemi.amazon.chore.events"
    _description = "Events"
    _inherit = ["hemi.amazon.chore"]

    _chore = "events"
    _chore_label = "Events"
    _owner = "hemi.amazon.integration"
    _pause_after_a_problem = AFTER_A_PROBLEM

    @api.model
    def _owners(self):
        return super()._owners().filtered("use_events")

    @api.model
    def _do(self, owner):
        owner._credentials_needed()._read_queue()
        return fields.Datetime.now() + READ_EVERY

    @api.model
    def _is_reading(self, integration):
        """Tell whether the queue of an integration was read lately, and without a problem."""
        if not integration.use_events:
            return False
        mine = [
            ("chore", "=", self._chore),
            ("owner_model", "=", self._owner),
            ("owner_id", "=", integration.id),
        ]
        turn = self.env["hemi.amazon.chore.turn"].sudo().search(mine)
        lately = fields.Datetime.now() - NOT_READ
        return bool(turn.done_at) and turn.done_at > lately and not turn.problem


class HemiAmazonJob(models.AbstractModel):
    """An account is due, too, when an event told of something."""

    _inherit = "hemi.amazon.job"

    @api.model
    def _waiting_account_ids(self):
        due = self.env["hemi.amazon.subscription"].search([("due_at", "<=", fields.Datetime.now())])
        return super()._waiting_account_ids() + due.account_id.ids

    @api.model
    def _next_moments(self):
        due = self.env["hemi.amazon.subscription"].search(
            [
                ("account_id.state", "=", "authorised"),
                ("account_id.paused", "=", False),
                ("due_at", ">", fields.Datetime.now()),
            ],
            order="due_at",
            limit=1,
        )
        return [*super()._next_moments(), due.due_at]
