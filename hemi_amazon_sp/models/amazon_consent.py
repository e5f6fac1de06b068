import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..amazon.errors import AmazonError

LINK_LIFE = timedelta(days=7)
STATE_LIFE = timedelta(minutes=10)  # the code that Amazon returns with it lives 5 minutes
# pages that only a seller may see whom we know
TELLING = (
    "account_archived",
    "code_refused",
    "link_ended",
    "refused",
    "seller_unproven",
    "state_used",
    "wrong_seller",
)
OPEN_LINKS = ("sent", "clicked")


def digest(token):
    """Only digests of tokens are stored: who reads the table can open nothing with it."""
    return hashlib.sha256(token.encode()).hexdigest()


class ConsentProblem(Exception):
    """The seller's way ends here.

    :param str code: what is wrong, by the names of ``controllers/oauth_pages.py``, which tells the seller
    :param account: whose consent it was, if that is known
    """

    def __init__(self, code, account=None):
        super().__init__(code)
        self.code = code
        self.account = account


class HemiAmazonConsent(models.Model):
    """One request for a seller's consent, from the link to the callback.

    The mailed link carries a token of 7 days. *Continue* on the landing page makes a state of 10 minutes
    that is bound to the browser by a cookie; the callback uses it up. The link itself is used up when the
    account is authorised. A new request ends the older ones.

    A seller can come from Seller Central too, without a link (``consent_login.py``). Anybody can call that
    way, so there nothing is written until Amazon has answered. Both ways, only keys that are proved to be
    the seller's change anything.

    The link, as the list *Links* shows it:

    ============== =================== ==============================================
    from           to                  by
    ============== =================== ==============================================
    sent           clicked             :meth:`_begin`
    sent, clicked  authorised          ``_authorise`` of the account
    sent, clicked  replaced            :meth:`_make_links`, of a newer one
    sent, clicked  revoked             ``action_revoke`` of the account
    sent, clicked  expired             :meth:`_expire_links`
    sent           not sent            the mail server refused the mail
    ============== =================== ==============================================
    """

    _name = "hemi.amazon.consent"
    _description = "Amazon Consent"
    _order = "id desc"
    _rec_name = "account_id"

    account_id = fields.Many2one("hemi.amazon.account", required=True, index=True, ondelete="cascade")
    link_state = fields.Selection(
        [
            ("sent", "Sent"),
            ("clicked", "Clicked"),
            ("authorised", "Authorised"),
            ("expired", "Expired"),
            ("replaced", "Replaced"),
            ("revoked", "Revoked"),
            ("not_sent", "Could not be sent"),
        ],
        "Link",
        readonly=True,
        help="What became of the link. Empty if the seller came from Seller Central.",
    )
    mail_id = fields.Many2one("mail.mail", index="btree_not_null", help="The mail, until it is sent.")
    link_digest = fields.Char(
        index=True, groups=fields.NO_ACCESS, copy=False, help="Empty if the seller came from Seller Central."
    )
    link_expires_at = fields.Datetime("Expires On", help="Empty if the seller came from Seller Central.")
    opened_at = fields.Datetime("Clicked On", help="When the seller pressed Continue.")
    state_digest = fields.Char(groups=fields.NO_ACCESS, copy=False)
    state_expires_at = fields.Datetime()
    state_used_at = fields.Datetime()
    browser_digest = fields.Char(groups=fields.NO_ACCESS, copy=False)
    ended_at = fields.Datetime("Ended On", help="The link was used, replaced or revoked.")

    _state_unique = models.UniqueIndex("(state_digest) WHERE state_digest IS NOT NULL")

    # --- the link

    @api.model
    def _make_links(self, accounts):
        """End the older links of accounts and make new ones.

        :return: the new consents, and the token of the link of each
        :rtype: dict
        """
        self._end(accounts, "replaced")
        tokens = [secrets.token_urlsafe(32) for _account in accounts]
        expires_at = fields.Datetime.now() + LINK_LIFE
        consents = self.create(
            [
                {
                    "account_id": account.id,
                    "link_state": "sent",
                    "link_digest": digest(token),
                    "link_expires_at": expires_at,
                }
                for account, token in zip(accounts, tokens, strict=True)
            ]
        )
        return dict(zip(consents, tokens, strict=True))

    @api.model
    def _end(self, accounts, link_state):
        """End all requests of accounts.

        :param str link_state: what becomes of the links that are still open
        """
        consents = self.search([("account_id", "in", accounts.ids), ("ended_at", "=", False)])
        consents.ended_at = fields.Datetime.now()
        consents.filtered(lambda consent: consent.link_state in OPEN_LINKS).link_state = link_state

    @api.model
    def _expire_links(self):
        """Have the list of links show which have run out; a link itself is held against the clock."""
        now = fields.Datetime.now()
        over = self.search([("link_state", "in", OPEN_LINKS), ("link_expires_at", "<=", now)])
        over.link_state = "expired"

    @api.model
    def _of_link(self, token):
        """Find the open request of a link.

        :param str token: what came with the request
        :return: the consent, in the language of the back office
        :raise ConsentProblem: if the link leads no further
        """
        consent = self.search([("link_digest", "=", digest(token))], limit=1)
        return consent._unless(consent._link_problem())

    def _link_problem(self):
        if not self:
            return "link_unknown"
        if not self.account_id.active:
            return "account_archived"
        if self.ended_at:
            return "link_ended"
        return "link_expired" if self.link_expires_at <= fields.Datetime.now() else False

    def _unless(self, problem):
        """Give this consent, in the language of the back office, unless there is a problem with it."""
        account = self.account_id
        if problem in ("link_ended", "state_used") and self._is_done():
            raise ConsentProblem("already_connected", account)
        if problem:
            self._end_of_way(problem)
        return self.with_context(lang=account.user_id.lang)

    def _is_done(self):
        """Tell whether the seller has authorised, so that he need not worry about an old link or page."""
        return self.account_id.state == "authorised" and bool(self.link_digest or self.ended_at)

    def _end_of_way(self, code):
        """End the seller's way.

        Who began in Seller Central may be anybody, in the name of any seller: he is told nothing that depends
        on whether we know the seller.

        :param str code: of the page that says what is wrong
        :raise ConsentProblem: always
        """
        if self and not self.link_digest:
            raise ConsentProblem("not_connected" if code in TELLING else code)
        raise ConsentProblem(code, self.account_id)

    # --- to Seller Central

    def _begin(self, browser):
        """Send the seller of a link to the consent page.

        :param str browser: the value of the cookie that binds the state to the browser
        :return: the address of the consent page
        :raise ConsentProblem: if the app is not set up
        """
        self._need_app()
        return self.account_id._consent_address(self._make_state(browser))

    def _need_app(self):
        try:
            self.account_id._lwa()
        except (AmazonError, UserError) as error:
            self._fail("not_ready", str(error))

    def _make_state(self, browser):
        """Make the state of one passage through Seller Central; it replaces an older one of the same link.

        :param str browser: the value of the cookie that binds the state to the browser
        :return: the state
        :rtype: str
        """
        self.ensure_one()
        state = secrets.token_urlsafe(32)
        now = fields.Datetime.now()
        self.write(
            {
                "opened_at": now,
                "link_state": "clicked",
                "state_digest": digest(state),
                "state_expires_at": now + STATE_LIFE,
                "state_used_at": False,
                "browser_digest": digest(browser),
            }
        )
        return state

    @api.autovacuum
    def _gc_consents(self):
        self.search([("create_date", "<", fields.Datetime.now() - timedelta(days=60))], limit=1000).unlink()
