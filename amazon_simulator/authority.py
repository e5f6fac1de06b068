"""Who may do what for whom: consents, codes and tokens of Login with Amazon."""

from dataclasses import dataclass
from datetime import timedelta

from .entities import Application
from .lwa_scopes import SCOPES

# "Website authorization workflow", "Connecting to the Selling Partner API", "Renew authorizations".
CODE_LIFE = timedelta(minutes=5)
TOKEN_LIFE = timedelta(seconds=3600)
AUTHORIZATION_LIFE = timedelta(days=365)


class LwaError(Exception):
    """Login with Amazon refuses: ``{"error", "error_description"}``."""

    def __init__(self, error, description, status=400):
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass
class Authorization:
    """A seller's consent for an application, with the one refresh token that is valid now."""

    application: Application
    seller_id: str
    region: str
    refresh_token: str
    granted: object
    revoked: bool = False
    replaced: bool = False


@dataclass
class Code:
    """A consent on its way: to be exchanged once, within five minutes."""

    application: Application
    seller_id: str
    region: str
    redirect_uri: str
    expires: object
    used: bool = False


@dataclass
class AccessToken:
    """An access token: of a seller's authorisation, or grantless with a scope."""

    application: Application
    expires: object
    authorization: Authorization | None = None
    scope: str | None = None


class Authority:
    """Gives and checks codes and tokens.

    :param Identifiers identifiers: source of tokens
    """

    def __init__(self, clock, identifiers):
        self._clock, self._identifiers = clock, identifiers
        self._codes, self._by_refresh_token, self._access_tokens = {}, {}, {}
        self._authorizations = {}

    def authorization(self, application, seller_id):
        """Return the seller's authorisation of an application that is in force, or None."""
        found = self._authorizations.get((application.id, seller_id))
        return found if found and self._in_force(found) else None

    def authorize(self, application, seller, refresh_token=None):
        """Let an application work for a seller from now on.

        An earlier one is replaced: its refresh token no longer works, its access tokens live out their hour.

        :param str refresh_token: preset, for private applications; None makes one
        """
        token = refresh_token or self._identifiers.secret("Atzr|IwEB", 500)
        grant = Authorization(application, seller.id, seller.region, token, self._clock.now())
        if earlier := self._authorizations.get((application.id, seller.id)):
            earlier.replaced = True
        self._authorizations[application.id, seller.id] = self._by_refresh_token[token] = grant
        return grant

    def revoke(self, application, seller_id):
        """End an authorisation, with all its tokens.

        :raise ValueError: there is none in force
        """
        grant = self.authorization(application, seller_id)
        if grant is None:
            raise ValueError(f"{seller_id} has not authorised {application.id}.")
        grant.revoked = True

    def issue_code(self, application, seller, redirect_uri):
        """Return the ``spapi_oauth_code`` of a consent."""
        value = self._identifiers.secret("AN", 18)
        expires = self._clock.now() + CODE_LIFE
        self._codes[value] = Code(application, seller.id, seller.region, redirect_uri, expires)
        return value

    def exchange(self, application, value, redirect_uri, sellers):
        """Exchange a code, once.

        :raise LwaError: ``invalid_grant``
        """
        code = self._codes.get(value)
        if code is None or code.application is not application or code.redirect_uri != redirect_uri:
            raise LwaError("invalid_grant", "The request has an invalid grant parameter : code")
        if code.used or code.expires <= self._clock.now():
            raise LwaError("invalid_grant", "The authorization code has been used or has expired.")
        code.used = True
        return self._grant_token(self.authorize(application, sellers[code.seller_id]))

    def refresh(self, application, refresh_token):
        """Give another access token.

        :raise LwaError: ``invalid_grant``
        """
        grant = self._by_refresh_token.get(refresh_token)
        if grant is None or grant.application is not application or not self._in_force(grant):
            raise LwaError(
                "invalid_grant",
                "The request has an invalid grant parameter : refresh_token. "
                "User may have revoked or didn't grant the permission.",
            )
        return self._grant_token(grant)

    def grantless(self, application, scope):
        """Give an access token for operations without a seller.

        :raise LwaError: ``invalid_scope``
        """
        if scope not in SCOPES:
            raise LwaError("invalid_scope", f"An unknown scope was requested: {scope}")
        token = self._new_token("Atc|", AccessToken(application, self._clock.now() + TOKEN_LIFE, scope=scope))
        return {"access_token": token, "scope": scope, **_bearer()}

    def access_token(self, value):
        """Return what Amazon knows about an access token; None if it never gave it or took it back."""
        token = self._access_tokens.get(value)
        if token is None or (token.authorization and token.authorization.revoked):
            return None
        return token

    def seller_of(self, form):
        """Return the seller whom a token request is about, None if that cannot be told."""
        known = self._by_refresh_token.get(form.get("refresh_token")) or self._codes.get(form.get("code"))
        return known.seller_id if known else None

    def _in_force(self, grant):
        return (
            not (grant.revoked or grant.replaced) and self._clock.now() < grant.granted + AUTHORIZATION_LIFE
        )

    def _grant_token(self, grant):
        token = AccessToken(grant.application, self._clock.now() + TOKEN_LIFE, authorization=grant)
        value = self._new_token("Atza|IwEB", token)
        return {"access_token": value, "refresh_token": grant.refresh_token, **_bearer()}

    def _new_token(self, prefix, token):
        value = self._identifiers.secret(prefix, 1000)
        self._access_tokens[value] = token
        return value


def _bearer():
    return {"token_type": "bearer", "expires_in": int(TOKEN_LIFE.total_seconds())}
