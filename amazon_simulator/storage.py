"""Documents of feeds and reports and their presigned addresses, as Amazon S3 serves them."""

import gzip
import heapq
from dataclasses import dataclass
from datetime import timedelta
from xml.sax.saxutils import escape

from starlette.responses import Response

from .faults import answer

# "Feeds API use case guide": addresses live 5 minutes, documents 2 days; "Feed type values": results 28 days.
URL_LIFE = timedelta(minutes=5)
DOCUMENT_LIFE = timedelta(days=2)
RESULT_LIFE = timedelta(days=28)
PREFIX = "/tortuga-prod"
_SPAPI_HEADERS = ("x-amz-access-token", "x-amz-security-token", "x-amz-date")


@dataclass
class Document:
    """A document: the seller's, a processing report, or a report that was asked for.

    :param str kind: ``feed`` or ``report``: whose operation shows it

    :param bytes content: as uploaded or written, before compression; None until it is uploaded
    :param bool compressed: whether it is served as GZIP
    """

    id: str
    seller_id: str
    content_type: str
    expires: object
    kind: str
    content: bytes | None = None
    compressed: bool = False


@dataclass
class Address:
    """A presigned address."""

    document: Document
    method: str
    expires: object
    encoding_header: bool = False


class Storage:
    """All documents, and the addresses that lead to them.

    :param Record record: keeps each document
    :param Faults faults: strike uploads and downloads
    """

    def __init__(self, clock, identifiers, record, faults):
        self._clock, self._identifiers, self._record, self._faults = clock, identifiers, record, faults
        self._documents, self._addresses, self._expiries = {}, {}, []
        self.base_url = ""

    def new(self, seller, content_type):
        """Make room for a seller's document."""
        return self._keep(seller, content_type, DOCUMENT_LIFE, "feed")

    def write_result(self, seller, outcome, kind):
        """Keep the result of a feed or report; return the id of its document, None if there is none."""
        if outcome.report is None:
            return None
        document = self._keep(seller, outcome.content_type, RESULT_LIFE, kind)
        document.content, document.compressed = outcome.report, outcome.compressed
        self._record.document("written", document.id, document.content_type, document.content)
        return document.id

    def _keep(self, seller, content_type, life, kind):
        document_id, expires = self._identifiers.document_id(seller.region), self._clock.now() + life
        self._documents[document_id] = Document(document_id, seller.id, content_type, expires, kind)
        self._let_expire(self._documents, document_id, expires)
        return self._documents[document_id]

    def _let_expire(self, store, key, expires):
        """Throw away what is too old, and remember when to throw this one away."""
        while self._expiries and self._expiries[0][0] <= self._clock.now():
            _moment, old_key, old_store = heapq.heappop(self._expiries)
            del old_store[old_key]
        heapq.heappush(self._expiries, (expires, key, store))

    def find(self, document_id, seller_id, kind="feed"):
        """Return a seller's document of a kind; None if there is none, or if it is too old."""
        document = self._documents.get(document_id)
        if document is None or (document.seller_id, document.kind) != (seller_id, kind):
            return None
        return document if document.expires > self._clock.now() else None

    def address(self, document, method, encoding_header=False):
        """Return an address for one method (PUT or GET) that lives five minutes.

        It stays known for a day, for S3 tells an expired address from one that never was.
        """
        key, now = self._identifiers.uuid(), self._clock.now()
        self._addresses[key] = Address(document, method, now + URL_LIFE, encoding_header)
        self._let_expire(self._addresses, key, now + timedelta(days=1))
        signature = self._identifiers.secret("", 64)
        return (
            f"{self.base_url}{PREFIX}/{key}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={now:%Y%m%dT%H%M%SZ}"
            f"&X-Amz-Expires={int(URL_LIFE.total_seconds())}&X-Amz-SignedHeaders=content-type%3Bhost"
            f"&X-Amz-Signature={signature}"
        )

    async def serve(self, request):
        """Answer a request for a presigned address."""
        address = self._addresses.get(request.path_params["key"])
        content = await request.body()
        operation = {"PUT": "upload", "GET": "download"}.get(request.method, request.method)
        seller_id = address.document.seller_id if address else None
        response, fault = await answer(
            self._faults, operation, seller_id, lambda: self._respond(request, address, content), _faulty
        )
        self._record.call(request, operation, response, seller_id, fault)
        return response

    def _respond(self, request, address, content):
        refusal = self._refusal(request, address)
        if refusal:
            return refusal
        return _download(address) if request.method == "GET" else self._upload(address.document, content)

    def _refusal(self, request, address):
        """Return S3's error for a request that it would not take."""
        if address is None:
            return _s3_error(403, "AccessDenied", "Access Denied")
        if request.method != address.method or "X-Amz-Signature" not in request.query_params:
            return _s3_error(403, "SignatureDoesNotMatch", _MISMATCH)
        if address.expires <= self._clock.now():
            return _s3_error(403, "AccessDenied", "Request has expired")
        if "authorization" in request.headers:
            return _s3_error(400, "InvalidArgument", "Only one auth mechanism allowed")
        if any(header in request.headers for header in _SPAPI_HEADERS):
            return _s3_error(
                403, "AccessDenied", "There were headers present in the request which were not signed"
            )
        return _upload_refusal(request, address.document) if request.method == "PUT" else None

    def _upload(self, document, content):
        document.content = content
        self._record.document("uploaded", document.id, document.content_type, content)
        return Response(status_code=200)


_MISMATCH = "The request signature we calculated does not match the signature you provided."


def _upload_refusal(request, document):
    """The Content-Type is part of the signature; a presigned upload cannot be chunked."""
    if "transfer-encoding" in request.headers:
        text = "A header you provided implies functionality that is not implemented"
        return _s3_error(501, "NotImplemented", text)
    if request.headers.get("content-type") != document.content_type:
        return _s3_error(403, "SignatureDoesNotMatch", _MISMATCH)
    return None


def _download(address):
    document = address.document
    if document.content is None:
        return _s3_error(404, "NoSuchKey", "The specified key does not exist.")
    headers = {"Content-Type": document.content_type}
    if not document.compressed:
        return Response(document.content, headers=headers)
    if address.encoding_header:
        headers["Content-Encoding"] = "gzip"
    return Response(gzip.compress(document.content, mtime=0), headers=headers)


def _faulty(fault):
    text = "Request has expired" if fault.kind == "expired_url" else "Access Denied"
    if fault.kind == "throttle":
        return _s3_error(503, "SlowDown", "Please reduce your request rate.")
    return _s3_error(403, "AccessDenied", text)


def _s3_error(status, code, message):
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return Response(body, status, media_type="application/xml")
