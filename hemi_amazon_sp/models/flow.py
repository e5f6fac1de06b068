from odoo import api, models

from ..amazon.errors import THROTTLED, AmazonError
from ..amazon.throttle import case_of
from ..heirs import heirs


class HemiAmazonFlow(models.AbstractModel):
    """One kind of work that is done at Amazon.

    A flow is a model that inherits this one, in a file ``flow_*.py`` of its own; the job finds it by
    itself. It says:

    * ``_flow``: its code; ``_flow_label``: its name for people
    * ``_flags``: the checkboxes of the account, one of which must be on for it to run
    * ``_urgency``: the job runs flows in this order, lowest first; False: the job does not run it itself
    * ``_feed_type`` and ``_content_type`` of its documents
    * ``_may_repeat``: what it tells Amazon may be told twice without harm
    * ``_reserve``: tokens of createFeed that it leaves for the flows that cannot wait
    """

    _name = "hemi.amazon.flow"
    _description = "Amazon Flow"

    _flow = None
    _flow_label = None
    _flags = ()
    _urgency = False
    _feed_type = None
    _content_type = None
    _may_repeat = False
    _reserve = 0

    @api.model
    def _flows(self):
        """Give all flows, the most urgent first.

        :return: list of the flow models
        """
        flows = [flow for flow in heirs(self.env["hemi.amazon.flow"]) if flow._flow]
        return sorted(flows, key=lambda flow: (flow._urgency, flow._flow))

    @api.model
    def _flow_model(self, code):
        return next(flow for flow in self._flows() if flow._flow == code)

    @api.model
    def _flow_selection(self):
        return [(flow._flow, flow._flow_label) for flow in self._flows()]

    @api.model
    def _is_on(self, account):
        """Tell whether the account wants this flow."""
        return any(account[flag] for flag in self._flags)

    @api.model
    def _send(self, run):
        """Submit what is due for the account of the run.

        :param run: the run of the job
        :raise AmazonError: if Amazon or its limits do not let it pass now
        """
        raise NotImplementedError

    @api.model
    def _documents(self, account):
        """Give the documents that would be sent now, if no limit and no open feed stood in the way.

        :return: iterator of a name and the document
        :rtype: Iterator[tuple[str, bytes]]
        """
        raise NotImplementedError

    @api.model
    def _released(self, feed):
        """What the feed carried never reached Amazon, and is free for the next feed."""
        feed.message_ids._release()

    @api.model
    def _reported(self, feed, report):
        """Give everything that the feed carried its own result.

        :param feed: the feed
        :param report.Report report: Amazon's processing report
        :return: how many were accepted and rejected
        :rtype: tuple[int, int]
        """
        raise NotImplementedError

    @api.model
    def _message_numbers(self, feed):
        """Give the numbers by which the report of a feed can call its messages.

        :rtype: set[int]
        """
        return set(feed.message_ids.ids)

    @api.model
    def _stopped(self, run, feed, report):
        """Amazon stopped the feed, or its report leaves it open: some, none or all of it may have been
        carried out.

        :param run: the run of the job
        :param feed: the feed
        :param report.Report report: Amazon's report, or None: it may give none
        :return: how many were accepted and rejected
        :rtype: tuple[int, int]
        """
        raise NotImplementedError

    @api.model
    def _retry(self, messages):
        """Send rejected messages once more."""
        messages._send_again()

    @api.model
    def _check_limits(self, run):
        """See that a feed can be submitted now, before the work of writing its document is done.

        :raise AmazonError: code Throttled, if it would have to wait
        """
        operations = ("createFeedDocument", case_of("createFeed", self._feed_type))
        waits = [run.limiter.wait(operation) for operation in operations if operation]
        wait = max(run.limiter.wait("createFeed", self._reserve), *waits)
        if wait:
            raise AmazonError(
                THROTTLED, "The limit is used up for now.", operation="createFeed", retry_after=wait
            )
