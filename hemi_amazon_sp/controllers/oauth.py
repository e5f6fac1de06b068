"""The seller's way: the landing page of the mailed link, Seller Central, and back with Amazon's answer.

Amazon's documents: "Website authorization workflow", and for sellers who begin in Seller Central
"Selling Partner Appstore authorization workflow".
"""

import functools
import logging
import re
import secrets

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..models.account_authorisation import LANDING_PATH
from ..models.amazon_consent import STATE_LIFE, ConsentProblem
from ..models.integration import CALLBACK_PATH, LOGIN_PATH
from . import access_log, oauth_pages

_logger = logging.getLogger(__name__)

COOKIE = "hemi_amazon_sp_browser"
COOKIE_VALUE = re.compile(r"[\w-]{43}")
LONGEST_VALUE = 2048  # Amazon's codes and tokens can be that long

access_log.keep_queries_out()


def shows_problems(endpoint):
    """Have an endpoint show the page of what is wrong."""

    @functools.wraps(endpoint)
    def wrapper(self, **params):
        try:
            limit_visits()
            return endpoint(self, **params)
        except ConsentProblem as problem:
            account_id = problem.account.id if problem.account else None
            _logger.info("Amazon account %s: %s shown at %s", account_id, problem.code, endpoint.__name__)
            return oauth_pages.problem(problem.code, problem.account)

    return wrapper


def consents():
    """Give the consents as OdooBot, who acts for a seller: he has no user in Odoo."""
    return request.env(user=SUPERUSER_ID, su=True)["hemi.amazon.consent"]


def limit_visits():
    """Turn away who asks too often.

    :raise ConsentProblem: if so
    """
    values = request.httprequest.args if request.httprequest.method != "POST" else request.httprequest.form
    visits = request.env(user=SUPERUSER_ID, su=True)["hemi.amazon.visit"]
    if not visits._admit(request.httprequest.remote_addr, values.get("link")):
        raise ConsentProblem("too_many")


def single(values, name):
    """Give the value of a parameter.

    :param values: MultiDict of the query or the form
    :raise ConsentProblem: if it is missing, doubled, or nothing that Amazon or we would send
    """
    found = values.getlist(name)
    if len(found) != 1 or not 0 < len(found[0]) <= LONGEST_VALUE or not found[0].isprintable():
        raise ConsentProblem("garbage")
    return found[0]


def browser_key():
    """Give what tells this browser from others: its cookie, or a new value for one.

    The value is kept, so that links of two accounts can be open in one browser.
    """
    return known_browser() or secrets.token_urlsafe(32)


def known_browser():
    known = request.httprequest.cookies.get(COOKIE, "")
    return known if COOKIE_VALUE.fullmatch(known) else ""


def has_csrf_token():
    token = request.httprequest.form.get("csrf_token", "")
    return token.isascii() and request.validate_csrf(token)  # Odoo compares ASCII only, or raises


def to_seller_central(address, browser):
    """Send the browser on, with the cookie that it must bring back.

    Lax, not Strict: it must come along when Amazon redirects to the callback.
    """
    response = request.redirect(address, local=False)
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(STATE_LIFE.total_seconds()),
        expires=None,
        path=access_log.PATH,
        secure=request.httprequest.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return oauth_pages.protect(response)


class OauthController(http.Controller):
    @http.route(LANDING_PATH, type="http", auth="public", methods=["GET"], sitemap=False)
    @shows_problems
    def landing(self, **_params):
        """Say what will happen. It changes nothing: scanners of mails open links, too."""
        link = single(request.httprequest.args, "link")
        consent_sudo = consents()._of_link(link)
        return oauth_pages.landing(consent_sudo.account_id, link)

    # csrf: checked below, so that a browser without cookies gets a page of ours that says what to do
    @http.route(LANDING_PATH, type="http", auth="public", methods=["POST"], csrf=False, sitemap=False)
    @shows_problems
    def go_on(self, **_params):
        """Send the seller to the consent page."""
        form = request.httprequest.form
        if not has_csrf_token():
            raise ConsentProblem("no_cookies")
        browser = browser_key()
        consent_sudo = consents()._of_link(single(form, "link"))
        return to_seller_central(consent_sudo._begin(browser), browser)

    @http.route(LOGIN_PATH, type="http", auth="public", methods=["GET"], sitemap=False, save_session=False)
    @shows_problems
    def login(self, **_params):
        """Send back to Seller Central who began there; Amazon's parameter version is ours to know."""
        values = request.httprequest.args
        names = ("selling_partner_id", "amazon_callback_uri", "amazon_state")
        browser = browser_key()
        address = consents()._begin_at_amazon(*(single(values, name) for name in names), browser)
        return to_seller_central(address, browser)

    @http.route(CALLBACK_PATH, type="http", auth="public", methods=["GET"], sitemap=False, save_session=False)
    @shows_problems
    def callback(self, **_params):
        """Take Amazon's answer."""
        values = request.httprequest.args
        names = ("error",) if "error" in values else ("selling_partner_id", "spapi_oauth_code")
        answer = [single(values, name) for name in names]
        state = single(values, "state")
        consent_sudo = consents()._use_state(state, known_browser())
        if "error" in values:
            consent_sudo._refused(*answer)
        consent_sudo._finish(*answer)
        return oauth_pages.success(consent_sudo.account_id)
