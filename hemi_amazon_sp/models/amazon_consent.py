import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from ..amazon.errors import BAD_ANSWER, AmazonError
from ..transactions import in_own_transaction

LINK_LIFE = timedelta(days=7)
STATE_LIFE = timedelta(minutes=10)  # the code that Amazon returns with it lives 5 minutes


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

    A seller can come from Seller Central too, without a link. Anybody can call that way, so there only
    keys that are proved to be the seller's change anything.
    """

    _name = "hemi.amazon.consent"
    _description = "Amazon Consent"
    _order = "id desc"

    account_id = fields.Many2one("hemi.amazon.account", required=True, index=True, ondelete="cascade")
    mail_id = fields.Many2one("mail.mail", index="btree_not_null", help="The mail, until it is sent.")
    link_digest = fields.Char(
        index=True, groups=fields.NO_ACCESS, copy=False, help="Empty if the seller came from Seller Central."
    )
    link_expires_at = fields.Datetime()
    opened_at = fields.Datetime(help="When the seller pressed Continue.")
    state_digest = fields.Char(index=True, groups=fields.NO_ACCESS, copy=False)
    state_expires_at = fields.Datetime()
    state_used_at = fields.Datetime()
    browser_digest = fields.Char(groups=fields.NO_ACCESS, copy=False)
    ended_at = fields.Datetime(help="The link was used, replaced or revoked.")

    # --- the link

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
        if problem in ("link_ended", "state_used") and account.state == "authorised":
            problem = "already_connected"
        if problem:
            raise ConsentProblem(problem, account)
        return self.with_context(lang=account.user_id.lang)

    # --- to Seller Central

    def _begin(self, browser):
        """Send the seller of a link to the consent page.

        :param str browser: the value of the cookie that binds the state to the browser
        :return: the address of the consent page
        :raise ConsentProblem: if the app is not set up
        """
        self._need_app()
        return self.account_id._consent_address(self._make_state(browser))

    @api.model
    def _begin_at_amazon(self, merchant_id, callback_uri, amazon_state, browser):
        """Send a seller back to Seller Central who began there, by the Login URI of the app.

        :param str merchant_id: whom Amazon says it is
        :param str callback_uri: where Amazon wants the browser back
        :param str amazon_state: what Amazon wants back with it
        :param str browser: as in :meth:`_begin`
        :return: the address
        :raise ConsentProblem: if there is no such seller here, or the address is not Amazon's
        """
        accounts = self.env["hemi.amazon.account"].search([("merchant_id", "=", merchant_id)])
        if not accounts:
            raise ConsentProblem("seller_unknown")
        account = accounts.filtered(lambda account: account._is_seller_central(callback_uri))[:1]
        if not account:
            raise ConsentProblem("foreign_address")
        consent = self._without_link(account)
        consent._need_app()
        return account._confirm_address(callback_uri, amazon_state, consent._make_state(browser))

    @api.model
    def _without_link(self, account):
        """Give the one open request of an account that has no link, however often the Login URI is called."""
        known = self.search(
            [("account_id", "=", account.id), ("link_digest", "=", False), ("ended_at", "=", False)], limit=1
        )
        return (known or self.create({"account_id": account.id})).with_context(lang=account.user_id.lang)

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
                "state_digest": digest(state),
                "state_expires_at": now + STATE_LIFE,
                "state_used_at": False,
                "browser_digest": digest(browser),
            }
        )
        return state

    # --- back from Seller Central

    @api.model
    def _use_state(self, state, browser):
        """Use up a state, in a transaction of its own: of several requests with it one goes on, once.

        The digest is compared by the index of the database: its timing tells nothing about the state itself.

        :param str state: what came back from Amazon
        :param str browser: the value of the browser's cookie
        :return: the consent, in the language of the back office
        :raise ConsentProblem: if the state leads no further; then nothing is changed
        """

        def use(env):
            consent = env["hemi.amazon.consent"].search([("state_digest", "=", digest(state))], limit=1)
            problem = consent._state_problem(browser)
            if not problem:
                consent.state_used_at = fields.Datetime.now()
            return consent.id, problem

        consent_id, problem = in_own_transaction(self.env, use)
        return self.browse(consent_id)._unless(problem)

    def _state_problem(self, browser):
        if not self:
            return "state_unknown"
        if not consteq(self.browser_digest, digest(browser)):
            return "foreign_browser"
        if not self.account_id.active:
            return "account_archived"
        if self.state_used_at:
            return "state_used"
        if self.ended_at:
            return "link_ended"
        return "state_expired" if self.state_expires_at <= fields.Datetime.now() else False

    def _refused(self, error):
        """The seller said no, or Amazon did.

        :param str error: Amazon's code, such as access_denied
        :raise ConsentProblem: always
        """
        self._fail("refused", self.env._("It was refused in Seller Central (%s).", error[:40]))

    def _finish(self, seller_id, code):
        """Turn Amazon's code into the keys of the account.

        What must be kept is written in transactions of its own, and this one writes nothing: Odoo never has
        a reason to repeat the request after the code, which works once, was spent.

        :param str seller_id: selling_partner_id, who authorised
        :param str code: spapi_oauth_code
        :raise ConsentProblem: if it failed; the account's keys are what they were
        """
        account = self.account_id
        if seller_id != account.merchant_id:
            reason = self.env._(
                "The seller account %(found)s authorised the app, but the Merchant ID here is %(wanted)s.",
                found=seller_id[:40],
                wanted=account.merchant_id,
            )
            self._fail("wrong_seller", reason)
        grant = self._grant(code)
        self._keep(lambda account: account._authorise(grant))
        participations = account._marketplaces_of(grant)
        if participations:
            self._keep(lambda account: account._keep_marketplaces(participations))

    def _grant(self, code):
        account = self.account_id
        try:
            grant = account._lwa().exchange_code(code, account.integration_id.redirect_uri)
            if not grant.refresh_token:
                raise AmazonError(BAD_ANSWER, self.env._("Login with Amazon gave no refresh token."))
            if not self.link_digest:
                account._prove_seller(grant)
        except AmazonError as error:
            self._fail(self._page_of(error), str(error))
        except UserError as error:
            self._fail("not_ready", str(error))
        return grant

    def _page_of(self, error):
        if error.is_transient:
            return "amazon_down"
        if error.code == "invalid_grant":
            return "code_refused"
        return "not_ready" if self.link_digest else "seller_unproven"

    def _fail(self, code, reason):
        """Note why it failed, for the back office, and end the seller's way.

        Who came by a mailed link is the seller. Who began at the Login URI may be anybody, so that changes
        nothing.
        """
        if self.link_digest:
            self._keep(lambda account: account._authorisation_failed(reason))
        raise ConsentProblem(code, self.account_id)

    def _keep(self, work):
        """Have ``work(account)`` write in a transaction of its own."""
        account_id = self.account_id.id
        company = self.account_id.company_id
        in_own_transaction(
            self.with_company(company).env, lambda env: work(env["hemi.amazon.account"].browse(account_id))
        )

    @api.autovacuum
    def _gc_consents(self):
        self.search([("create_date", "<", fields.Datetime.now() - timedelta(days=60))], limit=1000).unlink()


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """A mail with a link that cannot be sent is shown on the account, and not kept."""
        failed = self.filtered(lambda mail: mail.model == "hemi.amazon.account" and mail.state == "exception")
        consents = self.env["hemi.amazon.consent"].sudo().search([("mail_id", "in", failed.ids)])
        for consent in consents:
            consent.account_id._link_not_sent(consent.mail_id.failure_reason)
        consents.ended_at = fields.Datetime.now()
        lost = consents.mail_id
        result = super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )
        lost.exists().unlink()
        return result
