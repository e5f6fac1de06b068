from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..amazon.causes import STALE_KEY, cause_of
from ..amazon.errors import REFUSED, AmazonError
from ..amazon.lwa import NOTIFICATIONS
from ..amazon.notifications import ORDER_CHANGE
from ..amazon.queue import arn_of
from ..amazon.selling_partner import SellingPartner
from ..amazon.subscriptions import destination_of

DESTINATION_NAME = "Odoo hemi_amazon_sp"
CONFLICT, NOT_FOUND, DENIED = 409, 404, (401, 403)


class HemiAmazonIntegrationCredentials(models.Model):
    """The queue as Amazon knows it: a destination of the app in each region."""

    _inherit = "hemi.amazon.integration.credentials"

    destination_ids = fields.Json(
        readonly=True, copy=False, help="Amazon's numbers of the queue, by region and resource name."
    )

    @api.constrains("queue_url", "aws_region")
    def _check_queue_for_events(self):
        self.filtered("integration_id.use_events")._check_events()

    def _check_events(self):
        """See that events can come.

        :raise ValidationError: what is missing
        """
        for credentials in self:
            if not credentials.queue_url:
                raise ValidationError(
                    self.env._(
                        "Amazon sends events to an SQS queue of your own. Enter its address in Integration "
                        "Credentials, with an access_key and a secret_key that may read it."
                    )
                )
            try:
                arn_of(credentials.queue_url, credentials.aws_region)
            except AmazonError as error:
                raise ValidationError(error.message) from error

    def _destination(self, region):
        """Give Amazon's number of the queue in a region, made if there is none.

        :param str region: na, eu or fe
        :raise AmazonError: if Amazon cannot do it now
        :raise UserError: if Amazon does not take the queue
        """
        arn = arn_of(self.queue_url, self.aws_region)
        key, known = f"{region} {arn}", self.destination_ids or {}
        if key not in known:
            application = self._application(NOTIFICATIONS, region)
            found = destination_of(application.get_destinations(), arn)
            self.destination_ids = {**known, key: found or self._new_destination(application, arn)}
        return self.destination_ids[key]

    def _new_destination(self, application, arn):
        try:
            return application.create_destination(DESTINATION_NAME, arn)["destinationId"]
        except AmazonError as error:
            if error.status == CONFLICT and (found := destination_of(application.get_destinations(), arn)):
                return found  # somebody else was faster
            if error.outcome != REFUSED:
                raise
            raise UserError(
                self.env._(
                    "Amazon does not take the queue for events: %s The access policy of the queue must let "
                    "Amazon's AWS account 437568002678 do SQS:SendMessage and SQS:GetQueueAttributes. Mend "
                    "it in AWS, then press Set Up Events.",
                    error,
                )
            ) from error


class HemiAmazonSubscription(models.Model):
    """How a subscription is made at Amazon, or one that is there is taken over."""

    _inherit = "hemi.amazon.subscription"

    def _set_up(self, seller, destination):
        """Have Amazon send these events to our queue. A refusal is kept on the row.

        :param SellingPartner seller: with the seller's key
        :param str destination: Amazon's number of our queue
        :raise AmazonError: if Amazon cannot tell now
        """
        try:
            known = seller.get_subscription(self.kind)
            if known and known["destinationId"] != destination:
                if self.state != "wanted":
                    self._refused(
                        self.env._(
                            "These events go to another queue of the app. If they shall come here, press "
                            "Set Up Events."
                        )
                    )
                    return
                self._delete_at_amazon(known["subscriptionId"])
                known = None
            self._keep(known or self._create_at_amazon(seller, destination))
        except AmazonError as error:
            if error.outcome != REFUSED or cause_of(error) == STALE_KEY:
                raise
            self._refused(self._words_of_refusal(error))

    def _create_at_amazon(self, seller, destination):
        try:
            return seller.create_subscription(self.kind, destination)
        except AmazonError as error:
            known = error.status == CONFLICT and seller.get_subscription(self.kind)
            if known and known["destinationId"] == destination:
                return known  # somebody else was faster
            raise

    def _delete_at_amazon(self, number):
        credentials = self.account_id.integration_id._credentials_needed()
        application = credentials._application(NOTIFICATIONS, self.account_id.region)
        try:
            application.delete_subscription(self.kind, number)
        except AmazonError as error:
            if error.status != NOT_FOUND:
                raise

    def _words_of_refusal(self, error):
        if error.status not in DENIED:
            return self.env._("Amazon refuses these events: %s Press Set Up Events to try again.", error)
        if self.kind == ORDER_CHANGE:
            return self.env._(
                "Amazon denies events about orders: %s The app needs the role Inventory and Order Tracking "
                "(Seller Central, Develop Apps, Edit App). After it has got it, the seller must authorise "
                "the app again: press Resend Link on the account.",
                error,
            )
        return self.env._(
            "Amazon denies these events: %s Look in Seller Central, Develop Apps, whether the app is in "
            "order, then press Set Up Events.",
            error,
        )


class HemiAmazonAccount(models.Model):
    _inherit = "hemi.amazon.account"

    def _authorise(self, grant):
        """New keys: Amazon may have ended the subscriptions with those before."""
        result = super()._authorise(grant)
        if self.integration_id.use_events:
            self.env["hemi.amazon.subscription"].sudo()._want(self)
            self.env["hemi.amazon.chore.subscriptions"]._wake(self)
        return result

    def action_revoke(self):
        result = super().action_revoke()
        subscribed = self.sudo().filtered("subscription_ids")
        self.env["hemi.amazon.chore.subscriptions"]._wake(subscribed)
        return result

    def _wants_events(self):
        return self.active and self.state == "authorised" and self.integration_id.use_events

    def _subscribe(self):
        """See that Amazon sends all events of this account to our queue; commits after each kind.

        :raise AmazonError: if Amazon does not do it now
        :raise UserError: if a person has to do something
        """
        rows = self.env["hemi.amazon.subscription"]
        if len(self.subscription_ids) < len(rows._fields["kind"].selection):
            rows._want(self)
        destination = self.integration_id._credentials_needed()._destination(self.region)
        seller = SellingPartner(self._door(self.env["hemi.amazon.quota"]._limiter(self)), self.merchant_id)
        before = self._words_of_events()
        for row in self.subscription_ids:
            row._set_up(seller, destination)
            self.env["ir.cron"]._commit_progress()
        if (words := self._words_of_events()) != before:
            self._message_log(body=self.env._("Events. %s", words))

    def _words_of_events(self):
        """Tell how the subscriptions stand."""
        kinds, states = (
            dict(self.subscription_ids._fields[name]._description_selection(self.env))
            for name in ("kind", "state")
        )
        return " ".join(
            f"{kinds[row.kind]}: {row.problem or states[row.state]}." for row in self.subscription_ids
        )

    def _unsubscribe(self):
        """Have Amazon send no more events of this account; commits after each kind."""
        for row in self.subscription_ids:
            if row.amazon_subscription_id:
                row._delete_at_amazon(row.amazon_subscription_id)
            row.unlink()
            self.env["ir.cron"]._commit_progress()


class HemiAmazonChoreSubscriptions(models.AbstractModel):
    """Makes the subscriptions of an account, and sees once a day that they are still there."""

    _name = "hemi.amazon.chore.subscriptions"
    _description = "Subscriptions to Events"
    _inherit = ["hemi.amazon.chore"]

    _chore = "subscriptions"
    _chore_label = "Events"

    @api.model
    def _owners(self):
        accounts = self.env["hemi.amazon.account"].with_context(active_test=False)
        candidates = accounts.search(
            [
                ("paused", "=", False),
                "|",
                ("integration_id.use_events", "=", True),
                ("subscription_ids", "!=", False),
            ]
        )
        return candidates.filtered(lambda account: account._wants_events() or account.subscription_ids)

    @api.model
    def _do(self, owner):
        return owner._subscribe() if owner._wants_events() else owner._unsubscribe()
