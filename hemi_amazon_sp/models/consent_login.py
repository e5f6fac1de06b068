from datetime import UTC, datetime
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.tools import consteq

from .. import vault
from .amazon_consent import STATE_LIFE, ConsentProblem, digest

PURPOSE = "login"  # what else is encrypted with the same keys is no state


def is_one_of(address, origins):
    """Tell whether an address is at one of these places.

    The whole authority is compared, so that nothing in it can mean another host to a browser.

    :param str address: what came with a request
    :param origins: addresses, such as https://sellercentral.amazon.com
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    known = {urlsplit(origin)[:2] for origin in origins}
    return (parts.scheme, parts.netloc.lower()) in known


class HemiAmazonConsent(models.Model):
    """Sellers who begin in Seller Central: Amazon opens the Login URI of the app.

    Anybody can open it, in the name of any seller. So nothing is written, and a seller who is not known here
    goes the same way as one who is, and at its end sees the page of one whom Amazon did not confirm. Who
    asks whether a seller is connected with this company gets no answer.

    What must be known at the end is in the state itself, encrypted: account, browser, and until when.
    """

    _inherit = "hemi.amazon.consent"

    @api.model
    def _begin_at_amazon(self, merchant_id, callback_uri, amazon_state, browser):
        """Send a seller back to Seller Central who began there.

        :param str merchant_id: whom Amazon says it is
        :param str callback_uri: where Amazon wants the browser back
        :param str amazon_state: what Amazon wants back with it
        :param str browser: as in :meth:`_begin`
        :return: the address
        :raise ConsentProblem: if the address is not Amazon's, or the app is not set up
        """
        accounts = self.env["hemi.amazon.account"].search([("merchant_id", "=", merchant_id)])
        account = accounts.filtered(lambda account: is_one_of(callback_uri, account._seller_centrals()))[:1]
        integration = account.integration_id or self._integration_at(callback_uri)
        some_account = account or integration.account_ids[:1]
        if some_account:
            self.new({"account_id": some_account.id})._need_app()
        state = self._sealed_state(account, browser)
        return integration._confirm_address(callback_uri, amazon_state, state)

    @api.model
    def _integration_at(self, callback_uri):
        """Give the app that a seller whom we do not know authorises: its id is in Amazon's address."""
        apps = self.env["hemi.amazon.integration"].search([("credentials_ids", "!=", False)])
        apps = apps.filtered(lambda app: is_one_of(callback_uri, app._seller_centrals()))
        if not apps:
            raise ConsentProblem("foreign_address")
        ids = urlsplit(callback_uri).path.split("/")
        return apps.filtered(lambda app: app._credentials().application_id in ids)[:1] or apps[0]

    @api.model
    def _sealed_state(self, account, browser):
        """Make a state that is read again by :meth:`_begun_at_amazon`; of one length for all."""
        expires = datetime.now(UTC) + STATE_LIFE
        return vault.encrypt(
            f"{PURPOSE} {account.id or 0:012} {int(expires.timestamp()):012} {digest(browser)}"
        )

    @api.model
    def _begun_at_amazon(self, state, browser):
        """Open a state of :meth:`_sealed_state` for its one use.

        :return: the consent, which keeps that it was used; and what is wrong, then without a consent
        :rtype: tuple
        """
        try:
            purpose, account_id, expires, browser_digest = vault.decrypt(state).split()
            expires_at = datetime.fromtimestamp(int(expires), UTC).replace(tzinfo=None)
        except (vault.SecretUnreadable, ValueError):
            return self.browse(), "state_unknown"
        account = self.env["hemi.amazon.account"].search([("id", "=", int(account_id))])
        if purpose != PURPOSE or not consteq(browser_digest, digest(browser)):
            return self.browse(), "foreign_browser"
        if expires_at <= fields.Datetime.now():
            return self.browse(), "state_expired"
        if not account:
            return self.browse(), "not_connected"
        values = {"opened_at": fields.Datetime.now(), "state_expires_at": expires_at}
        digests = {"state_digest": digest(state), "browser_digest": browser_digest}
        return self.create(values | digests | {"account_id": account.id}), False
