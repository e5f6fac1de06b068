import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models

LINK_LIFE = timedelta(days=7)
STATE_LIFE = timedelta(minutes=10)  # the code that Amazon returns with it lives 5 minutes


def digest(token):
    """Only digests of tokens are stored: who reads the table can open nothing with it."""
    return hashlib.sha256(token.encode()).hexdigest()


class HemiAmazonConsent(models.Model):
    """One request for a seller's consent, from the link to the callback.

    The mailed link carries a token of 7 days. *Continue* on the landing page makes a state of 10 minutes
    that is bound to the browser
    by a cookie; the callback uses it up. The link itself is used up when the account is authorised. A new
    request ends the older ones.
    """

    _name = "hemi.amazon.consent"
    _description = "Amazon Consent"
    _order = "id desc"

    account_id = fields.Many2one("hemi.amazon.account", required=True, index=True, ondelete="cascade")
    link_digest = fields.Char(
        index=True, groups=fields.NO_ACCESS, help="Empty if the seller came from Seller Central."
    )
    link_expires_at = fields.Datetime()
    opened_at = fields.Datetime()
    state_digest = fields.Char(index=True, groups=fields.NO_ACCESS)
    state_expires_at = fields.Datetime()
    browser_digest = fields.Char(groups=fields.NO_ACCESS)
    ended_at = fields.Datetime(help="The link was used, replaced or revoked.")

    @api.model
    def _make_link(self, account):
        """End the older links of an account and make a new one.

        :return: the token of the link
        :rtype: str
        """
        self._end(account)
        token = secrets.token_urlsafe(32)
        self.create(
            {
                "account_id": account.id,
                "link_digest": digest(token),
                "link_expires_at": fields.Datetime.now() + LINK_LIFE,
            }
        )
        return token

    @api.model
    def _end(self, account):
        """End all requests of an account."""
        self.search(
            [("account_id", "=", account.id), ("ended_at", "=", False)]
        ).ended_at = fields.Datetime.now()

    @api.model
    def _of_link(self, token):
        """Find the open request of a link.

        :param str token: what came with the request
        :return: the consent, or an empty recordset if the link is unknown, expired, used, replaced or revoked
        """
        return self.search(
            [
                ("link_digest", "=", digest(token)),
                ("link_expires_at", ">", fields.Datetime.now()),
                ("ended_at", "=", False),
                ("account_id.active", "=", True),
            ],
            limit=1,
        )

    def _make_state(self, browser):
        """Make the state of one passage through Seller Central; it replaces an older one of the same link.

        :param str browser: the value of the cookie that binds the state to the browser
        :return: the state
        :rtype: str
        """
        self.ensure_one()
        state = secrets.token_urlsafe(32)
        self.write(
            {
                "state_digest": digest(state),
                "state_expires_at": fields.Datetime.now() + STATE_LIFE,
                "browser_digest": digest(browser),
            }
        )
        return state

    @api.model
    def _use_state(self, state, browser):
        """Use up a state.

        The digest is compared by the index of the database: its timing tells nothing about the state itself.

        :param str state: what came back from Amazon
        :param str browser: the value of the browser's cookie
        :return: the consent, or an empty recordset if the state is unknown, expired, used or of another
            browser
        """
        consent = self.search(
            [
                ("state_digest", "=", digest(state)),
                ("browser_digest", "=", digest(browser)),
                ("state_expires_at", ">", fields.Datetime.now()),
                ("ended_at", "=", False),
                ("account_id.active", "=", True),
            ],
            limit=1,
        )
        consent = consent.try_lock_for_update()
        consent.write({"state_digest": False, "browser_digest": False})
        return consent

    @api.autovacuum
    def _gc_consents(self):
        self.search([("create_date", "<", fields.Datetime.now() - timedelta(days=60))], limit=1000).unlink()
