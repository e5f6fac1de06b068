"""Login with Amazon: tokens. Sources: "Connecting to the Selling Partner API", "Grantless operations"."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from .errors import BAD_ANSWER, AmazonError
from .json_text import json_object
from .transport import USER_AGENT, Request, Transport, aside

# Scopes of client_credentials, "Grantless operations". Last seen: 2026-11-23
NOTIFICATIONS = "sellingpartnerapi::notifications"
CLIENT_CREDENTIAL_ROTATION = "sellingpartnerapi::client_credential:rotation"
# "Renew authorizations": the seller must authorise anew after a year. Last seen: 2026-11-23
AUTHORISATION_LIFE = timedelta(days=365)
# Our code for an LWA client secret that is past its 180 days.
EXPIRED_CLIENT_SECRET = "expired_client_secret"
# LWA does not take the secret: wrong, replaced, or too old. The grant itself was not looked at yet, so a code
# is not used up (RFC 6749, 3.2.1: the client is authenticated first).
SECRET_REFUSED = frozenset({"invalid_client", EXPIRED_CLIENT_SECRET})
# Our code for a failure of LWA that says nothing in JSON; it is one of LWA's own.
SERVER_ERROR = "server_error"


@dataclass(frozen=True)
class Grant:
    """What LWA gave. Tokens can be 2048 characters long.

    :param access_token: for ``Door``
    :param refresh_token: None for client credentials; may differ from the one sent
    :param expires_in: seconds the access token is valid for, 3600 today
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_in: int


class LwaClient:
    """Gets tokens for one application.

    :param str url: ``Endpoints.lwa``
    :param str client_id: of the application
    :param str client_secret: of the application
    :param session: see ``Transport``
    :param journal: see ``Transport``
    :param spare_secrets: other secrets of the application, tried in this order when Amazon refuses the first
    :param on_spare: called with the spare secret that worked
    """

    def __init__(
        self,
        url,
        client_id,
        client_secret,
        session=None,
        journal=None,
        user_agent=USER_AGENT,
        spare_secrets=(),
        on_spare=None,
    ):
        self._url = url
        self._client_id = client_id
        self._secrets = (client_secret, *spare_secrets)
        self._on_spare = on_spare
        self._user_agent = user_agent
        self._transport = Transport(session, journal)

    def exchange_code(self, code, redirect_uri):
        """Turn the code of a consent into tokens. A code lives 5 minutes and works once.

        :param str code: ``spapi_oauth_code`` of the redirect
        :param str redirect_uri: the address that Amazon redirected to
        :rtype: Grant
        :raise AmazonError: LWA's codes, such as ``invalid_grant``; ``expired_client_secret``
        """
        return self._grant("authorization_code", code=code, redirect_uri=redirect_uri)

    def refresh(self, refresh_token):
        """Get a new access token.

        :rtype: Grant
        :raise AmazonError: ``invalid_grant`` when the seller revoked the authorisation or it ran out
        """
        return self._grant("refresh_token", refresh_token=refresh_token)

    def client_credentials(self, scope):
        """Get an access token that belongs to the application, not to a seller.

        :param str scope: one of the scopes above
        :rtype: Grant
        """
        return self._grant("client_credentials", scope=scope)

    def _grant(self, grant_type, **values):
        refusal = None
        for secret in self._secrets:
            try:
                grant = self._ask(grant_type, secret, values)
            except AmazonError as error:
                if error.code not in SECRET_REFUSED:
                    raise
                refusal = refusal or error
                continue
            if refusal and self._on_spare:
                aside(self._on_spare, secret)
            return grant
        raise refusal

    def _ask(self, grant_type, secret, values):
        client = {"client_id": self._client_id, "client_secret": secret}
        request = Request(
            f"LWA {grant_type}",
            "POST",
            self._url,
            "/auth/o2/token",
            headers={
                "accept": "application/json",
                "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
                "user-agent": self._user_agent,
            },
            body=urlencode({"grant_type": grant_type, **values, **client}).encode(),
        )
        return self._transport.exchange(request, lambda reply: _read_grant(reply, request.operation))


def _read_grant(reply, operation):
    payload = json_object(reply.content) or {}
    if reply.status != 200:
        raise _error(reply, payload, operation)
    token, lifetime = payload.get("access_token"), payload.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(lifetime, int) or lifetime <= 0:
        raise _bad_answer(reply, operation)
    return Grant(token, payload.get("refresh_token") or None, lifetime)


def _error(reply, payload, operation):
    code, description = payload.get("error"), str(payload.get("error_description") or "")
    if "secret" in description.lower() and "expired" in description.lower():
        code = EXPIRED_CLIENT_SECRET
    elif reply.status >= 500 or reply.status == 429:
        code = code or SERVER_ERROR
    if not isinstance(code, str):
        return _bad_answer(reply, operation)
    return AmazonError(
        code,
        description or "Login with Amazon refused without saying why.",
        status=reply.status,
        request_id=reply.request_id,
        operation=operation,
    )


def _bad_answer(reply, operation):
    return AmazonError(
        BAD_ANSWER,
        "Login with Amazon did not answer as it should; something on the way to it may be in between.",
        status=reply.status,
        request_id=reply.request_id,
        operation=operation,
    )
