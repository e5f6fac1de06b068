"""``/_sim``: looking at the world and meddling with it, as JSON; and a page that shows it."""

import json
from datetime import datetime
from decimal import Decimal

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from .marketplaces import MARKETPLACES
from .pages import page

# Path below /_sim/ -> method of World. POST bodies are the arguments by name; GET takes them from the query.
ACTIONS = {
    "applications": "register_application",
    "sellers": "register_seller",
    "authorizations": "authorize",
    "revocations": "revoke",
    "expired-secrets": "expire_secret",
    "rotated-secrets": "rotate_secret",
    "expiry-notices": "send_expiry_notice",
    "orders": "place_order",
    "cancellation-requests": "request_cancellation",
    "invoice-refusals": "refuse_invoice",
    "returns": "request_return",
    "fba-returns": "receive_fba_return",
    "order-changes": "change_order",
    "garbled-orders": "garble_order",
    "clock": "advance",
    "faults": "add_fault",
    "limits": "set_limit",
    "reset": "reset",
    "clear-faults": "clear_faults",
}
VIEWS = {"books": "books", "inbox": "inbox", "calls": "calls", "clock": "now"}
# Rows of a table of the page.
MOST_ROWS = 50


def routes(world):
    """Return the addresses below ``/_sim/``."""
    found = [
        Route("/_sim", _to_page),
        Route("/_sim/", _world_page(world)),
        Route("/_sim/inbox/{number:int}", _mail_page(world)),
    ]
    found += [
        Route(f"/_sim/{path}", _action(world, name), methods=["POST"]) for path, name in ACTIONS.items()
    ]
    return found + [Route(f"/_sim/{path}", _view(world, path, name)) for path, name in VIEWS.items()]


def _action(world, name):
    async def answer(request):
        try:
            body = await request.body()
            result = getattr(world, name)(**(json.loads(body) if body else {}))
        except (ValueError, TypeError, KeyError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)
        return _json(result)

    return answer


def _view(world, path, name):
    async def answer(request):
        if path == "inbox" and "text/html" in request.headers.get("accept", ""):
            return page(request, "inbox.html", mails=list(enumerate(world.inbox())))
        try:
            return _json(getattr(world, name)(**request.query_params))
        except (ValueError, TypeError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return answer


def _mail_page(world):
    async def answer(request):
        mails, number = world.inbox(), request.path_params["number"]
        if number >= len(mails):
            return _json({"error": f"There is no mail {number}."}, 404)
        return page(request, "mail.html", mail=mails[number])

    return answer


def _world_page(world):
    async def answer(request):
        mails, calls = list(enumerate(world.inbox())), world.calls()[: -MOST_ROWS - 1 : -1]
        return page(
            request,
            "world.html",
            now=world.now(),
            books=world.books(),
            mails=mails,
            calls=calls,
            sellers=world.sellers,
            marketplaces=MARKETPLACES,
            most=MOST_ROWS,
        )

    return answer


async def _to_page(request):
    return RedirectResponse("/_sim/")


def _json(content, status=200):
    text = json.dumps(content, default=_plain)
    return Response(text, status, media_type="application/json")


def _plain(value):
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")
