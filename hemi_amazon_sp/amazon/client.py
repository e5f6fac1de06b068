"""The one door to the Selling Partner API and to its document storage."""

import math
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from .errors import BAD_ADDRESS, BAD_ANSWER, EXPIRED_ADDRESS, UNKNOWN, AmazonError
from .json_text import json_object, to_json
from .regions import check_secure
from .throttle import case_of
from .transport import MIB, TRANSFER_TIMEOUTS, USER_AGENT, Request, Transport, aside

MAX_DOWNLOAD_BYTES = 64 * MIB
MAX_DOCUMENT_BYTES = 256 * MIB  # after decompression
# What Amazon's errors are called when the body does not say (a 400 or 503 can be HTML).
_CODE_OF_STATUS = {
    400: "InvalidInput",
    401: "Unauthorized",
    403: "Unauthorized",
    404: "NotFound",
    429: "QuotaExceeded",
}


class Limiter(Protocol):
    """Keeps the rate limits; knows whose buckets these are."""

    def take(self, operation):
        """Take one token. Raises AmazonError ``Throttled`` with ``retry_after`` when there is none."""

    def learn(self, operation, rate):
        """Amazon's answer told the rate in force, in calls a second."""

    def empty(self, operation):
        """Amazon answered 429."""

    def failed(self, operation):
        """It failed for a reason that passes, such as a 503 or a broken connection."""

    def succeeded(self, operation):
        """Amazon answered, if only with a refusal of what was asked."""


@dataclass(frozen=True)
class Answer:
    """What Amazon answered to an operation: the JSON object (``{}`` for an answer without a body)."""

    payload: dict = field(repr=False)
    rate_limit: float | None
    request_id: str | None
    status: int


class Door:
    """Calls operations for one authorisation.

    :param Endpoints endpoint: of ``regions.endpoints``
    :param str access_token: of ``LwaClient``
    :param Limiter limiter:
    :param journal: see ``Transport``
    :param session: see ``Transport``
    """

    def __init__(self, endpoint, access_token, limiter, journal=None, session=None, user_agent=USER_AGENT):
        self._api = endpoint.api
        self._access_token = access_token
        self._limiter = limiter
        self._user_agent = user_agent
        self._transport = Transport(session, journal)

    def call(self, operation, method, path, params=None, body=None, *, case=None, template=None, empty=False):
        """Call one operation, once.

        :param str operation: Amazon's name, such as ``createFeed``
        :param str path: with its ids percent-encoded
        :param dict params: query; lists are joined with commas, None is left out
        :param dict body: sent as JSON; ``Decimal`` as exact numbers
        :param str case: the case of the operation that has a limit of its own, such as the feed type
        :param str template: the path with placeholders, for the journal
        :param bool empty: whether Amazon's model promises no body
        :rtype: Answer
        :raise AmazonError: ``Throttled`` before anything is sent; Amazon's errors; ``Timeout``,
            ``Connection``, ``BadAnswer``
        """
        _refuse_dot_segments(path)
        buckets = [name for name in (case_of(operation, case), operation) if name]
        for bucket in buckets:
            self._limiter.take(bucket)
        request = Request(
            operation,
            method,
            self._api + path,
            template or operation,
            headers=self._headers(body),
            params=_query(params),
            body=None if body is None else to_json(body).encode(),
        )
        try:
            answer = self._transport.exchange(
                request, lambda reply: self._answer(reply, operation, buckets, empty)
            )
        except AmazonError as error:
            if error.status != 429:
                note = self._limiter.failed if error.is_transient else self._limiter.succeeded
                aside(note, operation)
            raise
        aside(self._limiter.succeeded, operation)
        return answer

    def upload(self, url, content, content_type):
        """Put a document where Amazon said.

        :param str url: presigned address of ``createFeedDocument``, valid for 5 minutes
        :param bytes content: at most 10 MiB for a feed, not compressed
        :param str content_type: exactly the one given to ``createFeedDocument``
        :raise AmazonError:
        """
        request = _transfer(
            "uploadDocument", "PUT", url, body=content, headers={"Content-Type": content_type}
        )
        self._transport.exchange(request, lambda reply: _check_storage(reply, "uploadDocument"))

    def download(self, url, compression=None):
        """Fetch a document.

        :param str url: presigned address of ``getFeedDocument``, valid for 5 minutes
        :param str compression: its ``compressionAlgorithm``: None or ``GZIP``
        :return: the document as it was written, in the encoding it declares itself
        :rtype: bytes
        :raise AmazonError:
        """
        if compression not in (None, "GZIP"):
            raise AmazonError(
                BAD_ANSWER, f"Amazon compressed the document with {compression}, which is not known."
            )
        request = _transfer("downloadDocument", "GET", url, headers={"Accept-Encoding": "identity"})
        return self._transport.exchange(request, lambda reply: _document(reply, compression))

    def _headers(self, body):
        headers = {
            "accept": "application/json",
            "user-agent": self._user_agent,
            "x-amz-access-token": self._access_token,
            "x-amz-date": datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"),
        }
        return headers if body is None else headers | {"content-type": "application/json"}

    def _answer(self, reply, operation, buckets, empty):
        rate = _number(reply.headers.get("x-amzn-RateLimit-Limit"))
        if rate:
            aside(self._limiter.learn, operation, rate)
        if reply.status == 429:
            for bucket in buckets:
                aside(self._limiter.empty, bucket)
        payload = _payload(reply, operation, empty)
        return Answer(payload, rate, reply.request_id, reply.status)


def _refuse_dot_segments(path):
    """A SKU can be ``..``, which cannot be encoded: HTTP libraries would call another operation."""
    if {".", ".."} & set(path.split("/")):
        raise AmazonError(BAD_ADDRESS, f"{path} holds an id that cannot be part of an address.")


def _query(params):
    """Lists as ``a,b`` (``collectionFormat: csv``, the default of Amazon's models), True as ``true``."""
    return {name: _query_text(value) for name, value in (params or {}).items() if value is not None}


def _query_text(value):
    if isinstance(value, list | tuple):
        return ",".join(str(part) for part in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _payload(reply, operation, empty):
    """Return the JSON object of a good answer; raise what a bad one says."""
    if reply.status == 204 or (empty and 200 <= reply.status < 300 and not reply.content):
        return {}
    payload = json_object(reply.content)
    if 200 <= reply.status < 300 and payload is not None and not payload.get("errors"):
        return payload
    raise _error(reply, operation, payload or {})


def _error(reply, operation, payload):
    errors = [error for error in _list(payload.get("errors")) if isinstance(error, dict)]
    good = 200 <= reply.status < 300
    if not errors and (good or reply.status < 400):
        return AmazonError(
            BAD_ANSWER,
            "Amazon's answer is not the JSON it should be; Amazon or something on the way is disturbed.",
            status=reply.status,
            request_id=reply.request_id,
            operation=operation,
            outcome=UNKNOWN,
        )
    return AmazonError(
        str(errors[0].get("code") or _code(reply.status)) if errors else _code(reply.status),
        "; ".join(map(_sentence, errors)) or f"Amazon answered HTTP {reply.status} without saying why.",
        status=reply.status,
        request_id=reply.request_id,
        operation=operation,
        retry_after=_number(reply.headers.get("Retry-After")),
    )


def _code(status):
    return _CODE_OF_STATUS.get(status, "ServiceUnavailable" if status >= 500 else "InvalidInput")


def _sentence(error):
    return " ".join(str(error[key]) for key in ("message", "details") if error.get(key)) or str(
        error.get("code")
    )


def _list(value):
    return value if isinstance(value, list) else []


def _number(text):
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _transfer(operation, method, url, body=None, headers=None):
    """A request to document storage: no header of the API; its query is a password and is never shown."""
    return Request(
        operation,
        method,
        url,
        check_secure(url).hostname,
        headers=headers or {},
        body=body,
        timeouts=TRANSFER_TIMEOUTS,
        max_bytes=MAX_DOWNLOAD_BYTES,
        decode=False,
    )


def _check_storage(reply, operation):
    if 200 <= reply.status < 300:
        return
    raise AmazonError(
        EXPIRED_ADDRESS if reply.status == 403 else _code(reply.status),
        f"Amazon's document storage answered HTTP {reply.status}; an address is valid for 5 minutes.",
        status=reply.status,
        request_id=reply.request_id,
        operation=operation,
    )


def _document(reply, compression):
    _check_storage(reply, "downloadDocument")
    zipped = compression == "GZIP" or reply.headers.get("Content-Encoding", "").lower() == "gzip"
    return _gunzip(reply.content) if zipped else reply.content


def _gunzip(content):
    """Undo gzip, all members, within the limit."""
    document = bytearray()
    try:
        while content:
            member = zlib.decompressobj(wbits=31)
            document += member.decompress(content, MAX_DOCUMENT_BYTES + 1 - len(document))
            if len(document) > MAX_DOCUMENT_BYTES:
                raise _bad_document(f"is larger than {MAX_DOCUMENT_BYTES // MIB} MiB")
            if not member.eof:
                raise _bad_document("ends too early")
            content = member.unused_data
    except zlib.error as error:
        raise _bad_document("is not the gzip it should be") from error
    return bytes(document)


def _bad_document(what):
    return AmazonError(BAD_ANSWER, f"The downloaded document {what}.", operation="downloadDocument")
