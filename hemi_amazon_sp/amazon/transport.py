"""HTTP, once: a pooled ``requests`` session, timeouts, size limits, errors, the journal.

Used by the door (``client.py``) and the token client (``lwa.py``) and by nobody else.
"""

import functools
import logging
import os
import platform
import ssl
import time
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import NamedTuple

import requests
import urllib3

from .errors import BAD_ANSWER, CONNECTION, NOT_SENT, TIMEOUT, UNKNOWN, AmazonError
from .redaction import protect_library_logs
from .regions import check_secure, is_loopback

MIB = 1024 * 1024
# "Include a User-Agent header in all requests": App/Version (Language=...; Platform=...). Last seen:
# 2026-11-23
USER_AGENT = f"hemi_amazon_sp/1 (Language=Python/{platform.python_version()}; Platform={platform.system()})"


class Timeouts(NamedTuple):
    """Seconds: to connect, between two pieces of an answer, and for the whole answer."""

    connect: float
    read: float
    total: float


API_TIMEOUTS = Timeouts(connect=10, read=30, total=60)
TRANSFER_TIMEOUTS = Timeouts(connect=10, read=60, total=600)
MAX_ANSWER_BYTES = 32 * MIB
# Hosts a worker keeps connections to: three regions, LWA, document storage of each region.
_POOL_HOSTS = 8
_POOL_CONNECTIONS = 4
_CHUNK = 16 * 1024  # the total time is looked at after each
# Environment proxies are for the outside world: this machine is reached directly.
_NO_PROXY = {"http": None, "https": None, "all": None}

_logger = logging.getLogger(__name__)
protect_library_logs()


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    :param operation: Amazon's name of the operation, for errors and journal
    :param template: path with placeholders for its ids, for the journal
    """

    operation: str
    method: str
    url: str
    template: str
    headers: dict = field(default_factory=dict, repr=False)
    params: dict | None = field(default=None, repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeouts: Timeouts = API_TIMEOUTS
    max_bytes: int = MAX_ANSWER_BYTES
    decode: bool = True  # undo the Content-Encoding of the answer


@dataclass(frozen=True)
class Reply:
    """An answer with any status, read to its end."""

    status: int
    headers: dict = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def request_id(self):
        """The id that Amazon's support asks for."""
        return self.headers.get("x-amzn-RequestId") or self.headers.get("x-amz-request-id")


def new_session():
    """Return a ``requests`` session that keeps nothing but its connections.

    No retries, no cookies, no credentials from a netrc file; proxies and certificates of the environment are
    respected.
    """
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_connections=_POOL_HOSTS, pool_maxsize=_POOL_CONNECTIONS)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = lambda request: request
    return session


@functools.lru_cache(maxsize=1)
def _session_of_process(_process_id):
    return new_session()


def shared_session():
    """Return the session of this process; a forked worker gets its own, sockets must not be shared."""
    return _session_of_process(os.getpid())


def aside(function, *values):
    """Call what only takes notes: its failure is logged, it must not lose what Amazon answered."""
    try:
        function(*values)
    except Exception:
        _logger.exception("Taking notes of a call to Amazon failed")


class Transport:
    """Sends requests, reads answers, writes the journal.

    :param session: a session of ``new_session``; by default the one of this process
    :param journal: called once for every request sent, with a dict of operation, method, path (a template,
        without ids and query), status, duration_ms, request_id, sent_bytes, received_bytes, error_code
    """

    def __init__(self, session=None, journal=None):
        self._session = session or shared_session()
        self._journal = journal

    def exchange(self, request, read):
        """Send ``request`` and return what ``read`` makes of the reply.

        :param Request request:
        :param read: takes the ``Reply``; raises AmazonError for an answer that is an error
        :raise AmazonError: ``Timeout``, ``Connection``, ``BadAnswer``, ``BadAddress``, or what ``read``
            raises
        """
        started, reply, error_code = time.monotonic(), None, None
        try:
            reply = self._send(request)
            return read(reply)
        except AmazonError as error:
            error_code = error.code
            raise
        finally:
            if self._journal:
                aside(self._journal, _entry(request, reply, error_code, time.monotonic() - started))

    def _send(self, request):
        parts = check_secure(request.url)
        deadline = time.monotonic() + request.timeouts.total
        try:
            with self._session.request(
                request.method,
                request.url,
                params=request.params,
                data=request.body,
                headers=request.headers,
                timeout=(request.timeouts.connect, request.timeouts.read),
                proxies=dict(_NO_PROXY) if is_loopback(parts.hostname) else None,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _read(response, request, deadline)
                return Reply(response.status_code, response.headers, content)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # Not "from error": its text holds whole addresses, and tracebacks are logged.
            raise _failure(error, request) from None


def _read(response, request, deadline):
    content = bytearray()
    for chunk in response.raw.stream(_CHUNK, decode_content=request.decode):
        content += chunk
        if len(content) > request.max_bytes:
            raise AmazonError(
                BAD_ANSWER,
                f"The answer is larger than the {request.max_bytes // MIB} MiB allowed.",
                status=response.status_code,
                operation=request.operation,
                outcome=UNKNOWN,
            )
        if time.monotonic() > deadline:
            raise requests.ReadTimeout("the whole answer took too long")
    if response.raw.length_remaining:  # urllib3 before 2.0 does not mind
        raise requests.ConnectionError("the answer was cut short")
    return bytes(content)


def _failure(error, request):
    """Turn an exception of the HTTP libraries into ours, without its text."""
    timed_out = isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError)
    arrived = "before anything was sent" if _never_sent(error) else "after the request may have arrived"
    what = "did not answer in time" if timed_out else "could not be reached or broke the connection"
    return AmazonError(
        TIMEOUT if timed_out else CONNECTION,
        f"{_host(request.url)} {what}, {arrived} ({type(_root(error)).__name__}).",
        operation=request.operation,
        outcome=NOT_SENT if _never_sent(error) else UNKNOWN,
    )


def _never_sent(error):
    """Whether the failure happened before the first byte of the request could leave; in doubt, no."""
    return isinstance(
        _root(error),
        urllib3.exceptions.NewConnectionError
        | urllib3.exceptions.ConnectTimeoutError
        | urllib3.exceptions.ProxyError
        | ssl.SSLCertVerificationError,
    )


def _root(error):
    """The exception that ``requests`` and the retry machinery of ``urllib3`` wrapped."""
    inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else None
    inner = getattr(inner, "reason", None) or inner
    if isinstance(inner, urllib3.exceptions.SSLError) and inner.args:
        return inner.args[0]
    return inner if isinstance(inner, Exception) else error


def _host(url):
    return check_secure(url).hostname


def _entry(request, reply, error_code, seconds):
    return {
        "operation": request.operation,
        "method": request.method,
        "path": request.template,
        "status": reply.status if reply else None,
        "duration_ms": round(seconds * 1000),
        "request_id": reply.request_id if reply else None,
        "sent_bytes": len(request.body or b""),
        "received_bytes": len(reply.content) if reply else 0,
        "error_code": error_code,
    }
