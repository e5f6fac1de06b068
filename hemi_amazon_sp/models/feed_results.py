import base64
import logging
import random
from datetime import timedelta

import psycopg2
from odoo import api, fields, models

from ..amazon.dates import from_amazon
from ..amazon.documents import report as report_document
from ..amazon.errors import BAD_ANSWER, THROTTLED, AmazonError
from ..amazon.notifications import FEED_FINISHED
from .amazon_feed import FIRST_CHECK

_logger = logging.getLogger(__name__)

LONGEST_CHECK = timedelta(minutes=10)
MANY_FAILURES = 12  # that many in a row are more than a disturbance
TOO_LATE = timedelta(hours=8)
REPORT_AFTER = timedelta(hours=2)  # a feed that is done may have its report only later


class HemiAmazonFeed(models.Model):
    """Feeds on their way: Amazon is asked how they are doing, until each has its report."""

    _inherit = "hemi.amazon.feed"

    @api.model
    def _follow(self, run):
        """Ask Amazon how the open feeds of an account are doing, those that are due."""
        due = self.search(
            [
                ("account_id", "=", run.account.id),
                ("state", "in", ("submitting", "submitted", "processing")),
                ("next_check_at", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        for feed in due:
            feed._follow_one(run)
            run.commit()
        run.account._subscription(FEED_FINISHED).due_at = False

    def _follow_one(self, run):
        """Ask for one feed; what is wrong with it leaves the others alone.

        :raise AmazonError: if a limit is used up: the others would have to wait too
        """
        try:
            self._settle(run) if self.state == "submitting" else self._check(run)
            self._watch(run)
        except psycopg2.OperationalError:
            raise
        except AmazonError as error:
            if error.code == THROTTLED:
                raise
            self._postpone(str(error))
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Amazon feed %s could not be followed", self.id)
            self._postpone(self.env._("An unexpected error (%s). It is in the log.", type(error).__name__))

    def _postpone(self, reason):
        self.write(
            {
                "error": reason,
                "check_count": self.check_count + 1,
                "failure_count": self.failure_count + 1,
                "next_check_at": fields.Datetime.now() + self._pause(),
            }
        )
        if self.failure_count == MANY_FAILURES:
            summary = self.env._("Amazon's answer to %s cannot be read", self.display_name)
            self.account_id._need_person(summary, reason)

    def _pause(self):
        """Give the pause before the next question: ever longer, and not the same for all feeds."""
        pause = min(FIRST_CHECK * 2 ** min(self.check_count, 10), LONGEST_CHECK)
        return pause * random.uniform(0.8, 1)

    def _check(self, run):
        answer = self._how_it_is_doing(run)
        status = answer["processingStatus"]
        if status in ("DONE", "FATAL", "CANCELLED") and not self._report_is_to_come(answer):
            self._finish(run, status, answer.get("resultFeedDocumentId"))
            self.account_id._subscription(FEED_FINISHED)._found_finished(answer)
            return
        now = fields.Datetime.now()
        self.write(
            {
                "state": "submitted" if status == "IN_QUEUE" else "processing",
                "check_count": self.check_count + 1,
                "failure_count": 0,
                "next_check_at": now + self.account_id._look_after(FEED_FINISHED, self._pause()),
            }
        )

    def _how_it_is_doing(self, run):
        """Ask for the feed. One that Amazon does not know any more, after 90 days, ends as one that it
        stopped: what became of it Amazon does not tell.

        :rtype: dict
        :raise AmazonError: if Amazon cannot tell now
        """
        try:
            return run.seller.get_feed(self.amazon_feed_id)
        except AmazonError as error:
            if error.status != 404 or self.failure_count < MANY_FAILURES:
                raise
            return {"processingStatus": "FATAL"}

    @api.model
    def _report_is_to_come(self, answer):
        """Tell whether a feed that is done has no report yet, and it is too early to do without.

        :param dict answer: of getFeed
        """
        if answer["processingStatus"] != "DONE" or answer.get("resultFeedDocumentId"):
            return False
        ended = answer.get("processingEndTime")
        return bool(ended) and from_amazon(ended) > fields.Datetime.now() - REPORT_AFTER

    def _finish(self, run, status, document_id):
        """Take the end of a feed: each message gets its own answer."""
        report = self._readable_report(run, document_id)
        self.write({"next_check_at": False, "finished_at": fields.Datetime.now(), "error": False})
        foreign = report.foreign(self._flow()._message_numbers(self)) if report else None
        if foreign:
            self._not_ours(foreign)
        elif status == "CANCELLED":
            reason = self.env._("The feed was cancelled at Amazon. Its messages are sent again.")
            self._dissolve(AmazonError("CANCELLED", reason))
        elif status == "FATAL" or report is None or not report.settles(self.message_count):
            self._finish_unclear(run, status, report)
        else:
            accepted, rejected = self._flow()._reported(self, report)
            state = "done_errors" if rejected else "done"
            self.write({"state": state, "accepted_count": accepted, "rejected_count": rejected})

    def _finish_unclear(self, run, status, report):
        """Amazon stopped the feed ("some, none, or all of the operations may have completed"), or does not
        tell what became of all its messages."""
        accepted, rejected = self._flow()._stopped(run, self, report)
        state = "done_errors" if status == "DONE" else "fatal"
        self.write({"state": state, "accepted_count": accepted, "rejected_count": rejected})
        self.error = self.env._(
            "Amazon stopped this feed, or its report does not tell what became of every message. Some, none "
            "or all of it may have been carried out: what Amazon holds was looked up where it can be read; "
            "the rest waits for a person, message by message."
        )

    def _readable_report(self, run, document_id):
        """Read the processing report; one that could not be read so many times is taken for none.

        :raise AmazonError: if it cannot be read or fetched now
        """
        try:
            return self._read_report(run, document_id)
        except AmazonError as error:
            if error.code != BAD_ANSWER or self.failure_count < MANY_FAILURES:
                raise
            return None

    def _read_report(self, run, document_id):
        """Fetch and keep the processing report.

        :return: the report, or None if there is none
        :rtype: report.Report
        """
        if not document_id:
            return None
        answer = run.seller.get_feed_document(document_id)
        content = run.door.download(answer["url"], answer.get("compressionAlgorithm"))
        self.report = base64.b64encode(content)
        return report_document.read_report(content, self.feed_type)

    # --- watchdog

    def _watch(self, run):
        """Ask a person about a feed that has been open for too long, and cancel it where Amazon allows that:
        only while it is still in its queue."""
        if self.state not in ("submitted", "processing"):
            return
        if self.submitting_at > fields.Datetime.now() - TOO_LATE:
            return
        if not self.person_asked_at:
            self._ask_about_delay()
        if self.state == "submitted":
            run.seller.cancel_feed(self.amazon_feed_id)

    def _ask_about_delay(self):
        self.person_asked_at = fields.Datetime.now()
        self.account_id._need_person(
            self.env._("Amazon does not finish %s", self.display_name),
            self.env._(
                "The feed has been open for more than 8 hours. It is cancelled if Amazon has not begun it; "
                "if it stays open, ask Amazon's support about feed %s. The other flows go on.",
                self.amazon_feed_id,
            ),
        )
