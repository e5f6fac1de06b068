from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq
from psycopg2.errors import UniqueViolation

from ..amazon import causes
from ..amazon.errors import BAD_ANSWER, AmazonError
from ..amazon.lwa import SECRET_REFUSED
from ..transactions import in_own_transaction
from .amazon_consent import ConsentProblem, digest


class HemiAmazonConsent(models.Model):
    """Back from Seller Central: a state is used up, and Amazon's code becomes the keys of the account."""

    _inherit = "hemi.amazon.consent"

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
            if problem == "state_unknown":
                consent, problem = consent._begun_at_amazon(state, browser)
            if not problem:
                consent.state_used_at = fields.Datetime.now()
            return consent.id, problem

        try:
            consent_id, problem = in_own_transaction(self.env, use)
        except UniqueViolation:  # a second request with it was faster
            raise ConsentProblem("not_connected") from None
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
        except AmazonError as error:
            refused = "code_refused" if error.code == "invalid_grant" else "not_ready"
            self._fail("amazon_down" if error.is_transient else refused, self._reason_of(error))
        except UserError as error:
            self._fail("not_ready", str(error))
        self._prove(grant)
        return grant

    def _reason_of(self, error):
        """Say what happened, and of the app's own secret also what to do."""
        is_secret = error.code in SECRET_REFUSED
        to_do = is_secret and self.account_id._cause_words(causes.cause_of(error))
        return " ".join(filter(None, (str(error), to_do)))

    def _prove(self, grant):
        try:
            self.account_id._prove_seller(grant)
        except AmazonError as error:
            if error.is_transient:
                self._fail("amazon_down", str(error))
            reason = self.env._(
                "Amazon does not show the listings of %(merchant_id)s with the keys that came, so they "
                "were not kept. Another seller account was used, or the app lacks the role Product "
                "Listing: %(error)s",
                merchant_id=self.account_id.merchant_id,
                error=error,
            )
            self._fail("seller_unproven", reason)

    def _fail(self, code, reason):
        """Note why it failed, for the back office, and end the seller's way.

        Who came by a mailed link is the seller. Who began at the Login URI may be anybody, so that changes
        nothing.
        """
        if self.link_digest:
            self._keep(lambda account: account._authorisation_failed(reason))
        self._end_of_way(code)

    def _keep(self, work):
        """Have ``work(account)`` write in a transaction of its own."""
        account_id = self.account_id.id
        company = self.account_id.company_id
        in_own_transaction(
            self.with_company(company).env, lambda env: work(env["hemi.amazon.account"].browse(account_id))
        )
