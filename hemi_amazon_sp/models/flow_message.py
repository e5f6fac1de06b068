from datetime import timedelta

from odoo import api, fields, models

from ..amazon.documents import xml

WAIT_FOR_DATA = timedelta(minutes=15)


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
        items = self._sendable(pending)
        if items:
            document = self._document.write(run.account.merchant_id, list(items.values()))
            feed = self._prepared(run, document, items)
            feed._submit(run)

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
            elif reason := self._waiting_for(message):
                message._wait(reason, fields.Datetime.now() + WAIT_FOR_DATA)
            else:
                item = self._item(message)
                if problems := self._document.problems(item):
                    message._reject("NotSendable", " ".join(problems))
                else:
                    items[message] = item
        return items

    @api.model
    def _prepared(self, run, document, items):
        marketplaces = run.account.marketplace_ids
        feed = self.env["hemi.amazon.feed"]._prepare_feed(
            self, run.account, marketplaces, document, len(items)
        )
        for message in items:
            message._put_in_feed(feed)
        return feed

    @api.model
    def _reported(self, feed, report):
        rejected = 0
        for message in feed.message_ids:
            results = report.results.get(message.id, [])
            texts = " ".join(result.text for result in results)
            if report.outcome(message.id) == "accepted":
                message._accept(texts)
            else:
                rejected += 1
                code = next((result.code for result in results if result.severity == "error"), report.status)
                message._reject(code, texts or self.env._("Amazon refused the whole feed."))
        return len(feed.message_ids) - rejected, rejected

    @api.model
    def _stopped(self, feed):
        feed.message_ids._reject(
            "FATAL",
            self.env._(
                "Amazon stopped the feed %(number)s and gave no report. Look in Seller Central whether "
                "it was carried out. If it was not, "
                "press Retry; if it was, press Abandon.",
                number=feed.amazon_feed_id,
            ),
        )
