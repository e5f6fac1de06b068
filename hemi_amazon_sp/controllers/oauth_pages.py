"""What the seller sees on his way. Every page stands for itself: no log-in, no website, no script."""

from typing import NamedTuple
from urllib.parse import urlsplit

from odoo.http import request
from odoo.tools import LazyTranslate
from odoo.tools.image import image_data_uri

from ..models.amazon_visit import WINDOW

_lt = LazyTranslate(__name__)


TEXTS = ("title", "text", "advice")


class Problem(NamedTuple):
    """A page of what is wrong: HTTP status, heading, what happened, and what to do next."""

    status: int
    title: object
    text: object
    advice: object


_AGAIN = _lt("Open the link in our mail once more and press Continue.")
_AGAIN_ANYWHERE = _lt(
    "Begin again where you began: with the link in our mail, or in Seller Central under Manage Your Apps."
)
_NEW_LINK = _lt("Please ask us for a new link.")
_LATER = _lt("Your link stays valid. Please try it again in some minutes.")

PROBLEMS = {
    "garbage": Problem(
        400,
        _lt("This address is not complete"),
        _lt("Something is missing in the address of this page, or was changed on the way."),
        _lt("Open the link in our mail again, or copy the whole of it into your browser."),
    ),
    "no_cookies": Problem(
        400,
        _lt("Your browser kept no cookie"),
        _lt(
            "The page was open for too long, or your browser does not keep cookies. By them we know that "
            "it was you who pressed Continue."
        ),
        _lt("Allow cookies for this page, open the link in our mail again and press Continue."),
    ),
    "link_unknown": Problem(
        404,
        _lt("We do not know this link"),
        _lt("Perhaps it was not copied whole, or it was deleted long ago."),
        _lt("Open the link in our newest mail. If that does not help, please ask us for a new link."),
    ),
    "link_expired": Problem(
        410, _lt("This link has expired"), _lt("For your safety a link is valid for 7 days."), _NEW_LINK
    ),
    "link_ended": Problem(
        410,
        _lt("This link is no longer valid"),
        _lt("It was replaced by a newer one, or withdrawn."),
        _lt("Open the link in our newest mail. If there is none, please ask us for a new link."),
    ),
    "already_connected": Problem(
        410,
        _lt("Your Amazon account is connected"),
        _lt("The seller account %(merchant_id)s works with %(company)s already. This step is done."),
        _lt("You may close this window. If we sent you a newer mail, use the link in that one."),
    ),
    "account_archived": Problem(
        410,
        _lt("This account is closed"),
        _lt("%(company)s does not work on the seller account %(merchant_id)s any more."),
        _lt("If that is not right, please tell us."),
    ),
    "state_unknown": Problem(
        404,
        _lt("We do not know this answer of Amazon"),
        _lt("Perhaps Continue was pressed again meanwhile, in this window or in another one."),
        _AGAIN_ANYWHERE,
    ),
    "state_used": Problem(
        410,
        _lt("This page was opened already"),
        _lt("Amazon's answer can be used once only."),
        _AGAIN_ANYWHERE,
    ),
    "state_expired": Problem(
        410,
        _lt("It took a little too long"),
        _lt("For your safety Amazon's page must be answered within 10 minutes. Nothing was changed."),
        _AGAIN_ANYWHERE,
    ),
    "foreign_browser": Problem(
        403,
        _lt("This is not the browser you began with"),
        _lt(
            "For your safety all steps must be done in one browser, and it must keep cookies. Nothing was "
            "changed."
        ),
        _lt("Go back to the browser in which you pressed Continue, or begin again in this one."),
    ),
    "wrong_seller": Problem(
        403,
        _lt("That was another seller account"),
        _lt(
            "We asked for the seller account %(merchant_id)s, but you were logged in to Amazon as another "
            "seller. We kept nothing of it."
        ),
        _lt("Log out of Amazon, open the link in our mail again, and log in to the right seller account."),
    ),
    "refused": Problem(
        403,
        _lt("You did not give the permission"),
        _lt("Amazon told us that you did not agree. Nothing was changed."),
        _lt(
            "If you did not mean to refuse, begin again and confirm at Amazon. Only the main user of a "
            "seller account may do so."
        ),
    ),
    "code_refused": Problem(
        400,
        _lt("Amazon did not accept the permission"),
        _lt("What Amazon gives us for your permission is valid for some minutes and works once."),
        _AGAIN_ANYWHERE,
    ),
    "amazon_down": Problem(
        502,
        _lt("Amazon does not answer at the moment"),
        _lt("You did everything right, but Amazon could not finish it."),
        _LATER,
    ),
    "not_ready": Problem(
        503,
        _lt("We are not ready yet"),
        _lt("You did everything right. Something is missing on our side."),
        _lt("Please tell us that you saw this page. Your link stays valid for when it is put right."),
    ),
    # for all who began in Seller Central: whether we know the seller is nobody's business but his
    "not_connected": Problem(
        403,
        _lt("This account was not connected"),
        _lt(
            "Amazon did not confirm your permission, or we do not know your seller account. Nothing was "
            "changed: what was connected before still is."
        ),
        _lt(
            "Begin again in Seller Central as the main user of the seller account. If you are new here, "
            "please ask us for a link, and tell us your Merchant ID: Seller Central, Settings, Account "
            "Info, Your Merchant Token."
        ),
    ),
    "seller_unproven": Problem(
        403,
        _lt("We could not see that this account is yours"),
        _lt("Amazon does not show us the listings of %(merchant_id)s with it. Nothing was changed."),
        _lt(
            "Log out of Amazon, begin again, and log in as the main user of that seller account. If that "
            "does not help, please tell us that you saw this page."
        ),
    ),
    "too_many": Problem(
        429,
        _lt("Too many attempts"),
        _lt("This page was opened very often from your network. Nothing was changed."),
        _lt("Please wait ten minutes. A link in our mail stays valid meanwhile."),
    ),
    "foreign_address": Problem(
        400,
        _lt("That address is not Amazon's"),
        _lt("This page was asked to send you to an address that we do not know as one of Seller Central."),
        _lt("Begin in Seller Central, under Manage Your Apps, or with a link that we send by mail."),
    ),
}


def landing(account, link):
    """Give the page that says what will happen, with the button that goes on."""
    seller_central = account._seller_centrals()[0]
    values = {
        "link": link,
        "csrf_token": request.csrf_token(),
        "seller_central": urlsplit(seller_central).hostname,
    }
    # "https:", because browsers hold every redirect against this list, and Amazon's log-in has many hosts
    return _page(
        "hemi_amazon_sp.oauth_landing", account, values, form_action=f"'self' https: {seller_central}"
    )


def success(account):
    """Give the page at the end of the way."""
    return _page("hemi_amazon_sp.oauth_success", account, {})


def problem(code, account):
    """Give the page that says what is wrong and what to do.

    :param str code: a key of :const:`PROBLEMS`
    :param account: whose way it was, or nothing
    """
    found = PROBLEMS[code]
    kind = "good" if code == "already_connected" else "bad"
    response = _page("hemi_amazon_sp.oauth_problem", account, {"kind": kind})
    names = {"company": response.qcontext["company"].name, "merchant_id": account and account.merchant_id}
    for part in TEXTS:
        text = request.env._(getattr(found, part))
        response.qcontext[part] = text % names
    response.status_code = found.status
    if code == "too_many":
        response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response


def protect(response, form_action="'none'"):
    """Set the headers that keep links and codes out of other hands.

    :param str form_action: where forms may lead to, in the words of Content-Security-Policy
    """
    policy = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
        f"form-action {form_action}; frame-ancestors 'none'"
    )
    response.headers.update(
        {
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Content-Security-Policy": policy,
        }
    )
    return response


def _page(template, account, values, **protection):
    """Give a page in the seller's language, of the company that asks."""
    company = (account.company_id if account else request.env.company).sudo()
    if account and account.lang:
        request.update_context(lang=account.lang)
    language = request.env["res.lang"]._get_data(code=request.env.lang or "en_US")
    values |= {
        "account": account,
        "company": company,
        "contact": (account._contact() if account else company.partner_id).sudo(),
        "direction": language.direction or "ltr",
        "language": (language.code or "en").replace("_", "-"),
        "logo": company.logo_web and not company.uses_default_logo and image_data_uri(company.logo_web),
    }
    return protect(request.render(template, values), **protection)
