"""Seller Central: signing in, consenting to an application, and managing applications.

Source: "Website authorization workflow", "Authorization errors", the selling partner Appstore workflow.
Assumptions, for Amazon documents neither: a seller who refuses is sent back with ``error=access_denied`` and
``error_description``; in the workflow that begins at Amazon, the button on Manage Your Apps is the consent.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from starlette.responses import RedirectResponse
from starlette.routing import Route

from .entities import DRAFT, PUBLISHED
from .pages import page

COOKIE = "session-id"
CONSENT, SIGN_IN, MANAGE, CONFIRM = (
    "/apps/authorize/consent",
    "/ap/signin",
    "/apps/manage",
    "/apps/authorize/confirm",
)
CONFIRMATION_LIFE = timedelta(minutes=10)


class ConsentError(Exception):
    """Amazon shows an error page instead of the consent page: (code, text)."""


@dataclass
class Confirmation:
    """A workflow that began at Amazon: the seller consented, the application's answer is awaited."""

    application: object
    seller: object
    expires: object


def routes(world):
    """Return the pages."""
    pages = SellerCentral(world)
    return [
        Route("/", pages.home),
        Route(SIGN_IN, pages.sign_in, methods=["GET", "POST"]),
        Route("/ap/signout", pages.sign_out, methods=["GET", "POST"]),
        Route(CONSENT, pages.consent, methods=["GET", "POST"]),
        Route(MANAGE, pages.manage, methods=["GET", "POST"]),
        Route(f"{CONFIRM}/{{application_id}}", pages.confirm),
    ]


class SellerCentral:
    """The pages of a ``World``."""

    def __init__(self, world):
        self._world = world

    async def home(self, request):
        """Say what there is."""
        return page(request, "home.html", seller=self._seller(request))

    async def sign_in(self, request):
        """Ask who it is, and remember it in a cookie."""
        back = _own_path(request.query_params.get("return_to"))
        if request.method == "GET":
            return page(request, "sign_in.html", sellers=self._world.sellers.values(), wrong=False, back=back)
        form = await request.form()
        for seller in self._world.sellers.values():
            if (seller.email, seller.password) == (form.get("email"), form.get("password")):
                return self._signed_in(seller, back)
        return page(request, "sign_in.html", 401, sellers=self._world.sellers.values(), wrong=True, back=back)

    def _signed_in(self, seller, back):
        session = self._world.identifiers.secret("", 32)
        self._world.browsers[session] = seller.id
        response = _redirect(back)
        response.set_cookie(COOKIE, session, httponly=True, samesite="lax")
        return response

    async def sign_out(self, request):
        """Forget who it is."""
        self._world.browsers.pop(request.cookies.get(COOKIE), None)
        response = _redirect(_own_path(request.query_params.get("return_to")))
        response.delete_cookie(COOKIE)
        return response

    async def consent(self, request):
        """Show what an application asks for; send the seller back with a code, or with a refusal."""
        seller = self._seller(request)
        if seller is None:
            return _to_sign_in(request)
        parameters = request.query_params
        try:
            application = self._application(parameters.get("application_id"))
            _check_version(application, parameters)
            redirect_uri = _redirect_uri(application, parameters)
        except ConsentError as error:
            return _error_page(request, error)
        if request.method == "GET":
            known = self._world.authority.authorization(application, seller.id)
            return page(
                request,
                "consent.html",
                seller=seller,
                application=application,
                known=known,
                again=_here(request),
            )
        form = await request.form()
        if "authorize" in form:
            return self._send_code(application, seller, redirect_uri, parameters.get("state"))
        return _send_refusal(redirect_uri, parameters.get("state"))

    def _send_code(self, application, seller, redirect_uri, state):
        with self._world.lock:
            code = self._world.authority.issue_code(application, seller, redirect_uri)
        return _redirect(
            _with_query(redirect_uri, state=state, selling_partner_id=seller.id, spapi_oauth_code=code)
        )

    async def manage(self, request):
        """Show all applications; begin the workflow that starts at Amazon, or end an authorisation."""
        seller = self._seller(request)
        if seller is None:
            return _to_sign_in(request)
        if request.method == "GET":
            return page(request, "manage.html", seller=seller, rows=self._rows(seller))
        form = await request.form()
        try:
            application = self._application(form.get("application_id"))
        except ConsentError as error:
            return _error_page(request, error)
        if "revoke" in form:
            with self._world.lock:
                self._world.authority.revoke(application, seller.id)
            return _redirect(MANAGE)
        return self._open_application(application, seller)

    def _rows(self, seller):
        return [
            (application, self._world.authority.authorization(application, seller.id))
            for application in self._world.applications.values()
        ]

    def _open_application(self, application, seller):
        """Open the application's Login URI with everything that it needs to come back."""
        amazon_state = self._world.identifiers.secret("", 32)
        self._world.confirmations[amazon_state] = Confirmation(
            application, seller, self._world.clock.now() + CONFIRMATION_LIFE
        )
        callback = f"{self._world.url}{CONFIRM}/{application.id}"
        version = {"version": "beta"} if application.state == DRAFT else {}
        return _redirect(
            _with_query(
                application.login_uri,
                amazon_callback_uri=callback,
                amazon_state=amazon_state,
                selling_partner_id=seller.id,
                **version,
            )
        )

    async def confirm(self, request):
        """Take the application's answer in the workflow that began at Amazon, and send the code."""
        parameters = request.query_params
        try:
            confirmation = self._confirmation(request)
            _check_version(confirmation.application, parameters)
            redirect_uri = _redirect_uri(confirmation.application, parameters)
        except ConsentError as error:
            return _error_page(request, error)
        return self._send_code(
            confirmation.application, confirmation.seller, redirect_uri, parameters.get("state")
        )

    def _confirmation(self, request):
        confirmation = self._world.confirmations.pop(request.query_params.get("amazon_state"), None)
        if confirmation is None or confirmation.expires <= self._world.clock.now():
            raise ConsentError("MD9010", "The amazon_state is unknown, was used before, or is too old.")
        if confirmation.application.id != request.path_params["application_id"]:
            raise ConsentError("MD9010", "The amazon_state belongs to another application.")
        if confirmation.seller is not self._seller(request):
            raise ConsentError("MD9010", "The seller who began this is no longer signed in.")
        return confirmation

    def _application(self, application_id):
        application = self._world.applications.get(application_id)
        if application is None:
            raise ConsentError("MD9100", "There is no application with this application_id.")
        return application

    def _seller(self, request):
        """Return the seller who is signed in with this browser, None if there is none."""
        return self._world.sellers.get(self._world.browsers.get(request.cookies.get(COOKIE)))


def _check_version(application, parameters):
    """``version=beta`` belongs to applications in state Draft, and only to them."""
    beta = parameters.get("version") == "beta"
    if beta and application.state == PUBLISHED:
        raise ConsentError("MD1000", "The application is published; leave out version=beta.")
    if not beta and application.state == DRAFT:
        raise ConsentError("MD1000", "The application is in Draft state; add version=beta.")


def _redirect_uri(application, parameters):
    """Return where the seller is sent back to: a registered address, the first one if none is named."""
    redirect_uri = parameters.get("redirect_uri", application.redirect_uris[0])
    if redirect_uri not in application.redirect_uris:
        raise ConsentError("MD5101", "The redirect_uri is not one of those registered for the application.")
    return redirect_uri


def _send_refusal(redirect_uri, state):
    text = "The selling partner refused the authorization."
    return _redirect(_with_query(redirect_uri, state=state, error="access_denied", error_description=text))


def _error_page(request, error):
    code, text = error.args
    return page(request, "error.html", 400, code=code, text=text)


def _with_query(address, **values):
    query = urlencode({name: value for name, value in values.items() if value is not None})
    return f"{address}{'&' if urlsplit(address).query else '?'}{query}"


def _own_path(address):
    """Return a path of this server, whatever a link says."""
    return address if address and address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def _here(request):
    query = request.scope["query_string"].decode("ascii", "replace")
    return request.scope["path"] + (f"?{query}" if query else "")


def _to_sign_in(request):
    return _redirect(_with_query(SIGN_IN, return_to=_here(request)))


def _redirect(address):
    return RedirectResponse(address, 302, {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})
