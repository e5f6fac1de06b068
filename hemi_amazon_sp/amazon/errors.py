"""The one exception that everything in this package raises."""

from .redaction import redact

# Codes of our own, beside Amazon's ("QuotaExceeded", "InvalidInput", ...) and LWA's ("invalid_grant", ...).
THROTTLED = "Throttled"  # our own limiter said wait
TIMEOUT = "Timeout"
CONNECTION = "Connection"
BAD_ANSWER = "BadAnswer"  # an answer that cannot be read as what was asked for
BAD_ADDRESS = "BadAddress"  # an address this package refuses to talk to
EXPIRED_ADDRESS = "ExpiredAddress"  # document storage turned a presigned address down; ask for a new one
BAD_DOCUMENT = "BadDocument"  # a document that Amazon would refuse, so it was not written

REFUSED = "refused"  # Amazon said no and did nothing
NOT_SENT = "not_sent"  # it certainly never arrived, or was turned away at the door
UNKNOWN = "unknown"  # it may have been done: ask Amazon before doing it again

_LWA_TRANSIENT = {"server_error", "temporarily_unavailable"}
TRANSIENT_CODES = {THROTTLED, TIMEOUT, CONNECTION, BAD_ANSWER, EXPIRED_ADDRESS} | _LWA_TRANSIENT
NOT_SENT_CODES = {THROTTLED, BAD_ADDRESS, BAD_DOCUMENT}
MAX_MESSAGE = 1000


class AmazonError(Exception):
    """What went wrong, for programs (``code``, ``outcome``, ``is_transient``) and for people (``message``).

    It never holds a secret, a token, personal data or more of an answer than Amazon's own error messages.

    :param code: Amazon's code, LWA's code, or one of ours above
    :param message: a sentence for people
    :param status: HTTP status of the answer, if there was one
    :param request_id: ``x-amzn-RequestId``, which Amazon's support asks for
    :param operation: Amazon's name of the operation, such as ``createFeed``
    :param retry_after: seconds to wait before the next attempt, if known
    :param outcome: ``refused``, ``not_sent`` or ``unknown``; worked out from code and status when not given
    """

    def __init__(
        self, code, message, *, status=None, request_id=None, operation=None, retry_after=None, outcome=None
    ):
        self.code = code
        self.message = redact(message)[:MAX_MESSAGE]
        self.status = status
        self.request_id = request_id
        self.operation = operation
        self.retry_after = retry_after
        self._outcome = outcome
        super().__init__(code, self.message)

    def __str__(self):
        where = f"{self.operation}: " if self.operation else ""
        status = f", HTTP {self.status}" if self.status else ""
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{where}{self.message} ({self.code}{status}{request})"

    @property
    def is_transient(self):
        """Whether the same call can succeed later without anybody changing anything."""
        return self.code in TRANSIENT_CODES or self.status in (408, 429) or (self.status or 0) >= 500

    @property
    def outcome(self):
        """What became of the call at Amazon: ``refused``, ``not_sent`` or ``unknown``."""
        if self._outcome:
            return self._outcome
        if self.code in NOT_SENT_CODES or self.status == 429:
            return NOT_SENT
        # 408 tells that Amazon gave up waiting, not what it did with what it had.
        if self.status and 400 <= self.status < 500 and self.status != 408:
            return REFUSED
        return UNKNOWN
