import logging
from datetime import timedelta

from odoo import api, fields, models

from ..amazon.documents import report as report_document
from ..amazon.documents import xml
from ..amazon.errors import AmazonError

_logger = logging.getLogger(__name__)

WAIT_FOR_DATA = timedelta(minutes=15)
MOST_ATTEMPTS = 3  # feeds that Amazon stopped without doing anything, before a person looks


class HemiAmazonFlowMessage(models.AbstractModel):
    """A flow that sends messages of the outbox, many in one XML feed.

    ``_document`` is the module of ``amazon/documents`` that writes its messages.
    """

    _name = "hemi.amazon.flow.message"
    _inherit = "hemi.amazon.flow"
    _description = "Amazon Flow of Messages"

    _content_type = xml.CONTENT_TYPE
    _document = None

    @api.model
    def _item(self, message):
        """Give what the document says for a message.

        :param message: a pending message
        :return: the dataclass of the flow's document
        """
        raise NotImplementedError

    @api.model
    def _waiting_for(self, message):
        """Tell in words what must happen before the message can be sent; nothing if it can go."""
        return None

    @api.model
    def _not_needed(self, message):
        """Tell whether the message has become needless meanwhile."""
        return not message._record()

    @api.model
    def _not_allowed(self, message):
        """Tell in words why the message must never be sent as it is; nothing if it may.

        :return: a code of ours and the reason, or None
        :rtype: tuple[str, str] | None
        """
        return None

    @api.model
    def _holds(self, run, message):
        """Ask Amazon whether it has carried out what the message says.

        :return: True or False; None where it cannot be read
        :raise AmazonError: if Amazon does not answer
        """
        return None

    @api.model
    def _pending(self, account, limit=None):
        return self.env["hemi.amazon.feed.message"].search(
            [
                ("account_id", "=", account.id),
                ("flow", "=", self._flow),
                ("state", "=", "pending"),
                ("next_attempt_at", "<=", fields.Datetime.now()),
            ],
            order="id",
            limit=limit,
        )

    @api.model
    def _send(self, run):
        if self.env["hemi.amazon.feed"]._is_open(run.account, self._feed_type):
            return
        pending = self._pending(run.account, self._document.MAX_MESSAGES)
        if not pending:
            return
        self._check_limits(run)
        document, messages = self._next_document(run.account, pending)
        if messages:
            self._prepared(run, document, messages)._submit(run)

    @api.model
    def _documents(self, account):
        document, messages = self._next_document(account, self._pending(account, self._document.MAX_MESSAGES))
        if messages:
            yield self._feed_type, document

    @api.model
    def _next_document(self, account, pending):
        """Write as many of the pending messages as Amazon takes in one feed; the others stay pending.

        :return: the document and the messages in it
        :rtype: tuple[bytes, list]
        """
        items = self._sendable(pending)
        if not items:
            return b"", []
        part = next(self._document.split(account.merchant_id, list(items.values())))
        messages = list(items)[: len(part)]
        try:
            return self._document.write(account.merchant_id, part), messages
        except AmazonError as error:
            if len(messages) > 1:
                raise
            messages[0]._reject("NotSendable", error.message)  # too large alone: the others must not wait
            return b"", []

    @api.model
    def _sendable(self, messages):
        """Sort out what cannot be sent.

        :param messages: pending messages
        :return: mapping of message to what the document says for it
        :rtype: dict
        """
        items = {}
        for message in messages:
            if self._not_needed(message):
                message._supersede()
            elif refusal := self._not_allowed(message):
                message._reject(*refusal)
            elif reason := self._waiting_for(message):
                message._wait(reason, fields.Datetime.now() + WAIT_FOR_DATA)
            elif item := self._checked_item(message):
                items[message] = item
        return items

    @api.model
    def _checked_item(self, message):
        """Refuse here what Amazon would refuse for its shape, before it poisons its feed.

        :return: what the document says for the message, or None
        """
        try:
            item = self._item(message)
            problems = self._document.problems(item)
        except (AmazonError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            # whatever is odd about one record costs the others nothing
            _logger.exception("Amazon message %s cannot be written", message.id)
            problems = [self.env._("It cannot be written (%s). The log says why.", type(error).__name__)]
        if problems:
            message._reject("NotSendable", " ".join(problems))
            return None
        return item

    @api.model
    def _prepared(self, run, document, messages):
        marketplaces = run.account.marketplace_ids
        feed = self.env["hemi.amazon.feed"]._prepare_feed(
            self, run.account, marketplaces, document, len(messages)
        )
        for message in messages:
            message._put_in_feed(feed)
        return feed

    @api.model
    def _reported(self, feed, report):
        rejected = 0
        for message in feed.message_ids:
            if report.outcome(message.id) == report_document.ACCEPTED:
                message._accept(self._texts(message, report))
            else:
                rejected += 1
                self._refuse(message, report)
        return len(feed.message_ids) - rejected, rejected

    @api.model
    def _texts(self, message, report):
        return " ".join(result.text for result in report.results.get(message.id, []))

    @api.model
    def _refuse(self, message, report):
        results = report.results.get(message.id) or report.results.get(report_document.WHOLE_FEED, [])
        code = next((result.code for result in results if result.severity == "error"), report.status)
        texts = " ".join(result.text for result in results)
        message._reject(code, texts or self.env._("Amazon refused the whole feed."))

    @api.model
    def _stopped(self, run, feed, report):
        """What the report refuses is refused; of the rest Amazon is asked what it holds, or else a person."""
        for message in feed.message_ids.filtered(lambda message: message.state == "in_feed"):
            if report and report.outcome(message.id) == report_document.REJECTED:
                self._refuse(message, report)
            else:
                self._settle_message(message, self._holds(run, message))
        states = feed.message_ids.mapped("state")
        return states.count("accepted"), states.count("rejected")

    @api.model
    def _settle_message(self, message, held):
        """Give a message its answer by what Amazon holds.

        :param held: True or False; None if it cannot be read
        """
        if held:
            message._accept(self.env._("Amazon stopped the feed, but holds what it said."))
        elif held is False and message.attempts < MOST_ATTEMPTS:
            message._release()
        else:
            message._reject(
                "FATAL",
                self.env._(
                    "Amazon stopped the feed %(number)s. Look in Seller Central whether this was carried "
                    "out. If it was not, press Retry; if it was, press Abandon.",
                    number=message.feed_id.amazon_feed_id,
                ),
            )
