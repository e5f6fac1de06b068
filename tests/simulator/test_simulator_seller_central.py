"""Seller Central: consenting, refusing, and everything that Amazon shows an error page for."""

import pytest
import requests

from tests.simulator.helpers import (
    APPLICATION,
    EMAIL,
    LOGIN_URI,
    OTHER,
    PASSWORD,
    REDIRECT,
    SECOND_REDIRECT,
    SELLER,
    query_of,
    token,
)

CONSENT = {"application_id": APPLICATION, "state": "s t&1", "version": "beta"}


@pytest.fixture
def browser(amazon):
    """A browser that is signed in as the first seller."""
    session = requests.Session()
    sign_in(session, amazon, EMAIL, PASSWORD)
    return session


def sign_in(session, amazon, email, password):
    return session.post(f"{amazon.url}/ap/signin", data={"email": email, "password": password})


def press(browser, amazon, button, **changes):
    query = {name: value for name, value in {**CONSENT, **changes}.items() if value is not None}
    return browser.post(
        f"{amazon.url}/apps/authorize/consent", params=query, data={button: "1"}, allow_redirects=False
    )


def consent_page(browser, amazon, **changes):
    query = {name: value for name, value in {**CONSENT, **changes}.items() if value is not None}
    return browser.get(f"{amazon.url}/apps/authorize/consent", params=query)


def test_authorize(amazon, browser):
    page = consent_page(browser, amazon)
    assert page.status_code == 200 and "Seller One" in page.text and 'id="authorize"' in page.text
    answer = press(browser, amazon, "authorize")
    assert answer.status_code == 302 and answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["location"].startswith(f"{REDIRECT}?")
    query = query_of(answer.headers["location"])
    assert (query["state"], query["selling_partner_id"]) == ("s t&1", SELLER)
    grant = {"grant_type": "authorization_code", "code": query["spapi_oauth_code"], "redirect_uri": REDIRECT}
    assert token(amazon.url, **grant).status_code == 200


def test_redirect_uri_with_a_query_keeps_it(amazon, browser):
    answer = press(browser, amazon, "authorize", redirect_uri=SECOND_REDIRECT)
    assert answer.headers["location"].startswith(f"{SECOND_REDIRECT}&")
    assert query_of(answer.headers["location"])["db"] == "1"


def test_refuse(amazon, browser):
    query = query_of(press(browser, amazon, "refuse").headers["location"])
    assert query["error"] == "access_denied" and query["error_description"] and query["state"] == "s t&1"
    assert "spapi_oauth_code" not in query


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": None}, "MD1000"),
        ({"redirect_uri": "https://evil.example/"}, "MD5101"),
        ({"redirect_uri": REDIRECT + "/"}, "MD5101"),
        ({"application_id": "amzn1.sp.solution.none"}, "MD9100"),
        ({"application_id": None}, "MD9100"),
    ],
)
def test_error_pages(amazon, browser, changes, code):
    page = consent_page(browser, amazon, **changes)
    assert page.status_code == 400 and code in page.text
    assert press(browser, amazon, "authorize", **changes).status_code == 400


def test_published_application_refuses_beta(amazon, browser, world):
    world.applications[APPLICATION].state = "published"
    assert "MD1000" in consent_page(browser, amazon).text
    assert consent_page(browser, amazon, version=None).status_code == 200


def test_consent_needs_somebody_signed_in(amazon):
    stranger = requests.Session()
    page = consent_page(stranger, amazon)
    assert 'id="signin"' in page.text and "/ap/signin" in page.url
    after = stranger.post(page.url, data={"email": EMAIL, "password": PASSWORD})
    assert 'id="authorize"' in after.text and "Seller One" in after.text


def test_wrong_password(amazon):
    answer = sign_in(requests.Session(), amazon, EMAIL, "wrong")
    assert answer.status_code == 401 and 'id="wrong"' in answer.text and not answer.cookies


def test_somebody_else_is_signed_in(amazon, browser):
    sign_in(browser, amazon, "two@example.com", "two")
    assert "Seller Two" in consent_page(browser, amazon).text
    assert query_of(press(browser, amazon, "authorize").headers["location"])["selling_partner_id"] == OTHER


def test_sign_out(amazon, browser):
    browser.post(f"{amazon.url}/ap/signout")
    assert "/ap/signin" in consent_page(browser, amazon).url


def test_sign_in_leads_only_to_own_pages(amazon):
    answer = requests.post(
        f"{amazon.url}/ap/signin?return_to=//evil.example/",
        data={"email": EMAIL, "password": PASSWORD},
        allow_redirects=False,
    )
    assert answer.headers["location"] == "/"


def begin_at_amazon(browser, amazon):
    """Press Authorize on Manage Your Apps; return what the application's Login URI is opened with."""
    answer = browser.post(
        f"{amazon.url}/apps/manage",
        data={"application_id": APPLICATION, "authorize": "1"},
        allow_redirects=False,
    )
    assert answer.headers["location"].startswith(f"{LOGIN_URI}?")
    return query_of(answer.headers["location"])


def confirm(browser, opened, **changes):
    query = {"amazon_state": opened["amazon_state"], "state": "ours", "version": "beta", **changes}
    query = {name: value for name, value in query.items() if value is not None}
    return browser.get(opened["amazon_callback_uri"], params=query, allow_redirects=False)


def test_login_uri_way(amazon, browser):
    opened = begin_at_amazon(browser, amazon)
    assert opened["selling_partner_id"] == SELLER and opened["version"] == "beta"
    assert opened["amazon_callback_uri"] == f"{amazon.url}/apps/authorize/confirm/{APPLICATION}"
    query = query_of(confirm(browser, opened).headers["location"])
    assert query["state"] == "ours" and query["spapi_oauth_code"] and query["selling_partner_id"] == SELLER


def test_login_uri_way_works_once(amazon, browser):
    opened = begin_at_amazon(browser, amazon)
    assert confirm(browser, opened).status_code == 302
    assert confirm(browser, opened).status_code == 400


def test_login_uri_way_is_over_after_ten_minutes(amazon, browser, world):
    opened = begin_at_amazon(browser, amazon)
    world.advance(600)
    assert confirm(browser, opened).status_code == 400


@pytest.mark.parametrize(
    "changes", [{"amazon_state": "x"}, {"version": None}, {"redirect_uri": "https://evil.example/"}]
)
def test_login_uri_way_refuses(amazon, browser, changes):
    assert confirm(browser, begin_at_amazon(browser, amazon), **changes).status_code == 400


def test_login_uri_way_belongs_to_one_seller(amazon, browser):
    opened = begin_at_amazon(browser, amazon)
    sign_in(browser, amazon, "two@example.com", "two")
    assert confirm(browser, opened).status_code == 400


def test_manage_shows_and_ends_authorizations(amazon, browser, client):
    page = browser.get(f"{amazon.url}/apps/manage")
    assert "Re-authorize" in page.text
    browser.post(f"{amazon.url}/apps/manage", data={"application_id": APPLICATION, "revoke": "1"})
    assert "Re-authorize" not in browser.get(f"{amazon.url}/apps/manage").text
    assert client.get("/sellers/v1/marketplaceParticipations").status_code == 403
