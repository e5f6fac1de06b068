from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..amazon.errors import NOT_SENT, REFUSED, THROTTLED, AmazonError
from ..amazon.lwa import CLIENT_CREDENTIAL_ROTATION
from ..client_actions import notify
from .client_secret import OLD_SECRET_LIFE

LOOK_AGAIN = timedelta(minutes=5)  # for the new secret, after Amazon was asked
NOTHING_CAME = timedelta(minutes=15)  # after which a request whose answer is not known is made again
TELL_AFTER = timedelta(hours=1)  # without the new secret, a person is told
ASK_AGAIN = timedelta(days=1)  # after a refusal, if it rotates by itself
LONGEST_BEFORE, SHORTEST_BEFORE = 150, 8  # days before the end


class HemiAmazonIntegrationCredentials(models.Model):
    """How the secret is rotated at Amazon; the new one comes by the company's own queue.

    State of the rotation; each arrow is one step of :class:`HemiAmazonChoreSecret`, committed by itself:

    ================= ============ ======================================================
    from              to           by
    ================= ============ ======================================================
    idle, failed      requested    :meth:`_request_rotation`: a person, or the date
    requested         asking       :meth:`_ask_amazon`, committed before Amazon is asked
    asking            waiting      Amazon said yes: the old secret ends in 7 days
    asking            requested    Amazon certainly did nothing, or sent nothing for 15
                                   minutes (asked twice, it makes two new secrets, and
                                   the one that lives longer is taken)
    asking            failed       Amazon refused
    any               received     :meth:`_read_queue`: the new secret is stored, encrypted
    received          idle         :meth:`_promote`: a token request with it succeeded
    waiting           failed       nothing came for 7 days
    ================= ============ ======================================================

    The message is deleted by the :meth:`_read_queue` after that: a secret that is in use, or was, is no news.
    """

    _inherit = "hemi.amazon.integration.credentials"

    rotation_state = fields.Selection(
        [
            ("idle", "None"),
            ("requested", "Requested"),
            ("asking", "Asking Amazon"),
            ("waiting", "Waiting for the new secret"),
            ("received", "New secret received"),
            ("failed", "Failed"),
        ],
        "Rotation",
        default="idle",
        required=True,
        readonly=True,
        copy=False,
    )
    rotation_asked_at = fields.Datetime(readonly=True, copy=False, help="When Amazon was asked to rotate.")

    # --- to Amazon

    def _request_rotation(self):
        self.ensure_one()
        if not self.queue_url:
            raise UserError(
                self.env._(
                    "Amazon sends the new secret to an SQS queue of your own only. Enter its address in "
                    "Integration Credentials, or issue a new secret in Seller Central and enter it there."
                )
            )
        if self.rotation_state in ("idle", "failed"):
            self.rotation_state = "requested"

    def _ask_amazon(self):
        """Ask Amazon for a new secret. That is committed before, so that a death here is seen.

        :return: when to go on, naive UTC
        :raise AmazonError: if Amazon did not do it, and it is known
        """
        application = self._application(CLIENT_CREDENTIAL_ROTATION, self._region())
        self.write({"rotation_state": "asking", "rotation_asked_at": fields.Datetime.now()})
        self.env["ir.cron"]._commit_progress()
        try:
            application.rotate_application_client_secret()
        except AmazonError as error:
            return self._not_rotated(error)
        # the old secret ends now: if the new one never comes, the reminders of the last week begin
        self.write(
            {
                "rotation_state": "waiting",
                "client_secret_ends_at": self.rotation_asked_at + OLD_SECRET_LIFE,
            }
        )
        return fields.Datetime.now()

    def _not_rotated(self, error):
        now = fields.Datetime.now()
        if error.outcome == REFUSED:
            self._rotation_failed(error)
        elif error.outcome == NOT_SENT:
            self.rotation_state = "requested"
        else:
            return now + LOOK_AGAIN  # it may have been done: then the queue tells
        if error.code == THROTTLED:
            return now + timedelta(seconds=error.retry_after or 0) + LOOK_AGAIN
        self.env["ir.cron"]._commit_progress()
        raise error

    def _rotation_failed(self, reason):
        self.rotation_state = "failed"
        self.integration_id._need_person(
            self.env._("The client secret could not be rotated"),
            self.env._(
                "%s The secret in use goes on until its end. Amazon needs your SQS queue in the developer "
                "console, Notification Preferences, for this app. Mend it and press Rotate Now, or issue a "
                "new secret in Seller Central and enter it in Integration Credentials.",
                reason,
            ),
        )

    def _promote(self, secret):
        promoted = super()._promote(secret)
        if promoted and self.rotation_state != "requested":
            self.rotation_state = "idle"
        return promoted

    def _keep_received_secret(self, notice):
        self.rotation_state = "received"
        return super()._keep_received_secret(notice)

    # --- the steps

    def _next_step(self):
        """Do the next step of what is to be done about the secret.

        :return: when the next one is due, naive UTC; None: in a day
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self._has_secret_to_try():
            self._prove_new_secret()
            return now
        if self._is_rotation_due(now):
            self._request_rotation()
        if self.rotation_state == "requested":
            return self._ask_amazon()
        if not self.queue_url:
            return None
        self._read_queue()
        return now if self._has_secret_to_try() else self._after_nothing(now)

    def _has_secret_to_try(self):
        return bool(self.new_secret_encrypted) and self.new_secret_try_at <= fields.Datetime.now()

    def _is_rotation_due(self, now):
        integration = self.integration_id
        if not integration.rotate_automatically or self.rotation_state not in ("idle", "failed"):
            return False
        if self.rotation_asked_at and self.rotation_asked_at > now - ASK_AGAIN:
            return False
        ends_at = self.client_secret_ends_at
        return bool(ends_at) and ends_at <= now + timedelta(days=integration.rotate_days_before)

    def _after_nothing(self, now):
        """Nothing new was in the queue: wait, ask again, or tell a person."""
        if self.rotation_state not in ("asking", "waiting"):
            return None
        waited = now - self.rotation_asked_at
        if self.rotation_state == "asking" and waited >= NOTHING_CAME:
            self.rotation_state = "requested"
            return now
        if waited < TELL_AFTER:
            return now + LOOK_AGAIN
        if waited >= OLD_SECRET_LIFE:
            self._rotation_failed(self.env._("Amazon rotated, but no new secret came to the queue."))
            return None
        raise UserError(
            self.env._(
                "Amazon makes a new secret since %s (UTC), but it has not come to the queue. The old one "
                "works for 7 days from then. Look in the developer console whether the queue is registered, "
                "or issue a new secret in Seller Central and enter it in Integration Credentials.",
                self.rotation_asked_at,
            )
        )


class HemiAmazonIntegration(models.Model):
    _inherit = "hemi.amazon.integration"

    rotate_automatically = fields.Boolean(
        help="Have Amazon issue a new client secret by itself before the old one ends. It needs an SQS queue "
        "of your own, in Integration Credentials and in the developer console."
    )
    rotate_days_before = fields.Integer(
        "Days Before the End", default=30, required=True, help="When the secret is rotated by itself."
    )
    rotation_state = fields.Selection(
        related="credentials_ids.rotation_state", related_sudo=True, string="Rotation of the Secret"
    )

    _rotate_days_before_range = models.Constraint(
        f"CHECK(rotate_days_before BETWEEN {SHORTEST_BEFORE} AND {LONGEST_BEFORE})",
        f"The secret is rotated between {SHORTEST_BEFORE} and {LONGEST_BEFORE} days before its end: the old "
        "one works 7 more days, and Amazon's new one 180.",
    )

    def action_rotate_secret(self):
        """Leave the work to the job, and wake it."""
        self.ensure_one()
        self.check_access("write")
        self._credentials_needed()._request_rotation()
        self.env["hemi.amazon.chore.secret"]._wake(self)
        return notify(self.env._("The job asks Amazon for a new secret within a minute."))

    def _secret_needs_person(self):
        """With automatic rotation, only when it should have happened and did not."""
        if not self.rotate_automatically or self.secret_state != "due":
            return super()._secret_needs_person()
        return self.secret_days_left < self.rotate_days_before - 1


class HemiAmazonChoreSecret(models.AbstractModel):
    """Proves a new secret, rotates the one in use, and looks into the queue."""

    _name = "hemi.amazon.chore.secret"
    _description = "Client Secret"
    _inherit = ["hemi.amazon.chore"]

    _chore = "secret"
    _chore_label = "Client secret"
    _owner = "hemi.amazon.integration"

    @api.model
    def _do(self, owner):
        credentials = owner._credentials()
        return credentials._next_step() if credentials.client_secret_encrypted else None
