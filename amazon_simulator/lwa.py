"""Login with Amazon: ``POST /auth/o2/token``."""

import hmac
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse

from .authority import LwaError
from .faults import answer

PATH = "/auth/o2/token"
OPERATION = "lwa"
FORM = "application/x-www-form-urlencoded"
# Words of Amazon's own answer (amzn/selling-partner-api-models issue 4489).
SECRET_EXPIRED = "The LWA secret token you provided has expired."


class TokenEndpoint:
    """Gives tokens.

    :param World world: knows applications and authorisations
    """

    def __init__(self, world):
        self._world = world
        self._grants = {
            "authorization_code": self._authorization_code,
            "refresh_token": self._refresh_token,
            "client_credentials": self._client_credentials,
        }

    async def __call__(self, request):
        """Answer one request, with the faults that strike it, and keep a record."""
        body = await request.body()
        with self._world.lock:
            try:
                form = _read_form(request, body)
            except LwaError as refusal:
                return self._recorded(request, _refused(refusal), None, None)
            seller_id = self._world.authority.seller_of(form)
        response, fault = await answer(
            self._world.faults, OPERATION, seller_id, lambda: self._respond(form), _faulty
        )
        return self._recorded(request, response, seller_id, fault)

    def _recorded(self, request, response, seller_id, fault):
        self._world.record.call(request, OPERATION, response, seller_id, fault)
        self._world.record.exchange(request, response)
        return response

    def _respond(self, form):
        with self._world.lock:
            try:
                application = self._authenticate(form)
                grant = self._grants.get(_required(form, "grant_type"))
                if grant is None:
                    raise LwaError("unsupported_grant_type", "The authorization grant type is not supported.")
                return JSONResponse(grant(application, form), headers={"Cache-Control": "no-store"})
            except LwaError as refusal:
                return _refused(refusal)

    def _authenticate(self, form):
        """Return the application whose id and secret these are."""
        client_id, secret = _required(form, "client_id"), _required(form, "client_secret")
        application = self._world.clients.get(client_id)
        for known, expires in application.secrets() if application else ():
            if hmac.compare_digest(known.encode(), secret.encode()):
                if expires <= self._world.clock.now():
                    raise LwaError("invalid_client", SECRET_EXPIRED, 403)
                return application
        raise LwaError("invalid_client", "Client authentication failed", 401)

    def _authorization_code(self, application, form):
        code, redirect_uri = _required(form, "code"), _required(form, "redirect_uri")
        return self._world.authority.exchange(application, code, redirect_uri, self._world.sellers)

    def _refresh_token(self, application, form):
        return self._world.authority.refresh(application, _required(form, "refresh_token"))

    def _client_credentials(self, application, form):
        return self._world.authority.grantless(application, _required(form, "scope"))


def _read_form(request, body):
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        raise LwaError("invalid_request", f"The content type must be {FORM}.")
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs):
        raise LwaError("invalid_request", "The request repeats a parameter.")
    return form


def _required(form, name):
    if not form.get(name):
        raise LwaError("invalid_request", f"The request is missing a required parameter : {name}")
    return form[name]


def _refused(refusal):
    return JSONResponse({"error": refusal.error, "error_description": refusal.description}, refusal.status)


def _faulty(fault):
    if fault.kind == "throttle":
        return _refused(LwaError("temporarily_unavailable", "Too many requests. Try again later.", 429))
    if fault.kind == "expired_secret":
        return _refused(LwaError("invalid_client", SECRET_EXPIRED, 403))
    return _refused(LwaError("invalid_grant", "The request has an invalid grant parameter : refresh_token"))
