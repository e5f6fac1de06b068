import time
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..amazon.errors import AmazonError
from ..amazon.queue import MOST_MESSAGES, Queue, check_address, endpoint_of
from ..amazon.regions import CUSTOM
from ..amazon.secret_notices import EXPIRY, read_secret_notice
from .client_secret import digest

LONGEST_READING = 20.0  # seconds that a look into the queue may take from the other chores and the flows


class HemiAmazonIntegrationCredentials(models.Model):
    """The company's own SQS queue, into which Amazon puts what concerns the client secret, and events."""

    _inherit = "hemi.amazon.integration.credentials"

    queue_url = fields.Char(
        "Queue Address",
        help="Optional. The URL of your own SQS queue. Amazon sends the events to it, if they are used, and "
        "the expiry and the new secret of the app, if it is registered in the developer console, under "
        "Notification Preferences.",
    )
    aws_region = fields.Char(
        "AWS Region",
        compute="_compute_aws_region",
        store=True,
        readonly=False,
        help="Of the queue; read from its address.",
    )

    @api.depends("queue_url")
    def _compute_aws_region(self):
        for credentials in self:
            try:
                credentials.aws_region = check_address(credentials.queue_url)
            except AmazonError:
                credentials.aws_region = credentials.aws_region

    @api.constrains("queue_url", "aws_region", "integration_id")
    def _check_queue(self):
        for credentials in self.filtered("queue_url"):
            try:
                credentials._queue_endpoint()
            except AmazonError as error:
                raise ValidationError(error.message) from error
            if not credentials.aws_region:
                raise ValidationError(self.env._("Enter the AWS region of the queue."))

    def _queue_endpoint(self):
        """Give the address that stands in for AWS, None for AWS itself.

        :raise AmazonError: if the address of the queue is not AWS's, but for a simulated Amazon
        """
        if self.integration_id.environment == CUSTOM:
            return endpoint_of(self.queue_url)
        check_address(self.queue_url)
        return None

    def _queue(self):
        """:rtype: Queue"""
        keys = [self._secret(name) for name in ("access_key", "secret_key")]
        if not all(keys):
            raise UserError(
                self.env._(
                    "The queue needs access_key and secret_key. Enter them in Integration Credentials."
                )
            )
        role = self.arn if self.arn and ":role/" in self.arn else None
        journal = self.env["hemi.amazon.call"]._journal(self.integration_id)
        return Queue(self.queue_url, self.aws_region, *keys, role, self._queue_endpoint(), journal)

    def _read_queue(self):
        """Look into the queue, keep what is news, delete what is settled, leave what is not ours.

        Left for others to see: messages of other apps and other kinds of notifications, as the queue may be
        shared and a message may be somebody's only copy; a new secret until it is in use, for the same
        reason. Deleted: notices about the end that are noted; a secret that is in use or was; one that was
        issued before the one in use. All that is kept is committed before anything is deleted.

        :raise AmazonError: if AWS does not do its part
        :raise UserError: if there are no keys
        """
        queue, others = self._queue(), []
        ends = time.monotonic() + LONGEST_READING
        is_more = True
        while is_more:
            messages = queue.receive()
            settled = self._settle(messages)
            self.env["ir.cron"]._commit_progress()
            queue.delete(settled)
            others += [message for message in messages if message not in settled]
            is_more = len(messages) >= MOST_MESSAGES and time.monotonic() < ends
        queue.release(others)

    def _settle(self, messages):
        """Take in what is ours.

        :param list messages: of one look into the queue
        :return: those that are settled and can be deleted, once that is committed
        :rtype: list
        """
        return [message for message in sorted(messages, key=_age, reverse=True) if self._take(message)]

    def _take(self, message):
        """Take in one message.

        :return: whether it is settled and can be deleted
        :rtype: bool
        """
        notice = read_secret_notice(message.body)
        if not notice or notice.client_id != self.client_id:
            return False
        return self._take_expiry(notice) if notice.kind == EXPIRY else self._take_secret(notice)

    def _take_expiry(self, notice):
        """Note the end, unless it is of the secret before the one in use: notices come in any order."""
        if not self.client_secret_set_at or notice.sent_at > self.client_secret_set_at:
            self.client_secret_ends_at = notice.ends_at
        return True

    def _take_secret(self, notice):
        if notice.secret in (self._readable_secret(name) for name in ("client_secret", "old_secret")):
            return True
        if self.client_secret_received and notice.sent_at < self.client_secret_set_at:
            return True
        is_waiting = self.new_secret_encrypted and not self.new_secret_problem
        if not is_waiting and digest(notice.secret) not in (self.refused_digests or ""):
            self._keep_received_secret(notice)
        return False

    def _keep_received_secret(self, notice):
        self._keep_new_secret(notice.secret, notice.sent_at, notice.ends_at)


def _age(message):
    notice = read_secret_notice(message.body)
    return notice.sent_at if notice else datetime.min
