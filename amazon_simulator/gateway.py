"""The door of the Selling Partner API: who calls, how often, with what; then the operation."""

from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .errors import Refusal, invalid, not_found, quota_exceeded, unauthorized
from .faults import answer
from .lwa import SECRET_EXPIRED
from .operations import OPERATIONS
from .operations.operation import Call
from .validation import read_query

PREFIXES = (
    "/sellers/",
    "/feeds/",
    "/reports/",
    "/orders/",
    "/listings/",
    "/applications/",
    "/notifications/",
)
LONGEST_USER_AGENT = 500
# The rate is shown with these answers only ("Usage plans and rate limits").
_RATE_SHOWN = frozenset({200, 201, 202, 204, 400, 404})
_REVOKED = "The access token you provided is revoked, malformed or invalid."
_EXPIRED = "The access token you provided has expired."


def routes(world):
    """Return a route for every operation, and one for everything else below the same prefixes."""
    found = [
        Route(operation.path, Endpoint(world, operation), methods=[operation.method])
        for operation in OPERATIONS
    ]
    return found + [
        Route(f"{prefix}{{rest:path}}", Endpoint(world, None), methods=_METHODS) for prefix in PREFIXES
    ]


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Endpoint:
    """Answers requests for one operation.

    :param Operation operation: None for a path that is no operation
    """

    def __init__(self, world, operation):
        self._world, self._operation = world, operation

    async def __call__(self, scope, receive, send):
        request = Request(scope, receive)
        response = await self._answer(request, await request.body())
        await response(scope, receive, send)

    async def _answer(self, request, content):
        try:
            if self._operation is None:
                raise not_found("The requested resource does not exist.")
            with self._world.lock:
                call = self._identify(request)
        except Refusal as refusal:
            return self._finish(request, content, self._refused(refusal), None, None)
        response, fault = await answer(
            self._world.faults,
            self._operation.name,
            call.seller_id,
            lambda: self._respond(call, request, content),
            self._faulty,
        )
        return self._finish(request, content, response, call.seller_id, fault)

    def _finish(self, request, content, response, seller_id, fault):
        response.headers["x-amzn-RequestId"] = self._world.identifiers.uuid()
        name = self._operation.name if self._operation else "unknown"
        self._world.record.call(request, name, response, seller_id, fault)
        self._world.record.exchange(request, response, content)
        return response

    def _identify(self, request):
        """Return the ``Call`` of an application for a seller, told by the access token."""
        agent = request.headers.get("user-agent", "")
        if not agent or len(agent) > LONGEST_USER_AGENT:
            raise invalid(f"The header user-agent is required, with at most {LONGEST_USER_AGENT} characters.")
        token = self._access_token(request)
        seller = self._world.sellers.get(token.authorization.seller_id) if token.authorization else None
        if token.scope != self._operation.scope:
            raise unauthorized("The scope of the access token is not the one of this operation.")
        if self._operation.roles and not self._operation.roles & token.application.roles:
            raise unauthorized("The application has none of the roles that this operation needs.")
        path = {name: unquote(value) for name, value in request.path_params.items()}
        return Call(self._world, self._operation, token.application, seller, path)

    def _access_token(self, request):
        value = request.headers.get("x-amz-access-token")
        if not value:
            raise unauthorized("Access token is missing in the request header.")
        token, now = self._world.authority.access_token(value), self._world.clock.now()
        if token is None:
            raise unauthorized(_REVOKED)
        if token.expires <= now:
            raise unauthorized(_EXPIRED)
        if token.application.secret_expires <= now:
            raise unauthorized(SECRET_EXPIRED)
        return token

    def _respond(self, call, request, content):
        with self._world.lock:
            call.now = self._world.clock.now()
            self._world.queue.settle(call.now)
            try:
                self._admit(call, [(call.key(self._operation.name), self._limit(call))])
                self._read(call, request, content)
                if self._operation.extra_claims:
                    self._admit(call, self._operation.extra_claims(call))
                status, body = self._operation.handler(call)
            except Refusal as refusal:
                return self._refused(refusal, call)
            return self._with_rate(
                Response(status_code=status) if body is None else JSONResponse(body, status), call
            )

    def _limit(self, call):
        return self._world.limits.of(self._operation.name, self._operation.limit, call.seller_id)

    def _admit(self, call, claims):
        if not self._world.limits.admit(claims, call.now):
            raise quota_exceeded()

    def _read(self, call, request, content):
        """Read the parameters and the body."""
        query = request.scope["query_string"].decode("ascii", "replace")
        pairs = parse_qsl(query, keep_blank_values=True)
        call.query = read_query(self._operation.parameters, pairs)
        if self._operation.body:
            call.body = self._operation.body.read(request.headers.get("content-type", ""), content)

    def _refused(self, refusal, call=None):
        response = JSONResponse(refusal.body, refusal.status)
        return self._with_rate(response, call) if call else response

    def _with_rate(self, response, call):
        if response.status_code in _RATE_SHOWN:
            response.headers["x-amzn-RateLimit-Limit"] = f"{self._limit(call).rate}"
        return response

    def _faulty(self, fault):
        refusals = {
            "throttle": quota_exceeded(),
            "denied": unauthorized(),
            "revoked_token": unauthorized(_REVOKED),
            "expired_token": unauthorized(_EXPIRED),
            "expired_secret": unauthorized(SECRET_EXPIRED),
        }
        return self._refused(refusals.get(fault.kind, unauthorized()))
