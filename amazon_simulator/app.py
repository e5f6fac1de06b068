"""The whole of the simulated Amazon as one ASGI application."""

from starlette.applications import Starlette
from starlette.routing import Route

from . import control, gateway, lwa, seller_central
from .storage import PREFIX


def create_app(world, lifespan=None):
    """Return the application that serves a ``World``."""

    async def document(request):
        return await world.storage.serve(request)

    routes = [
        Route(lwa.PATH, lwa.TokenEndpoint(world).__call__, methods=["POST"]),
        *gateway.routes(world),
        Route(f"{PREFIX}/{{key}}", document, methods=["GET", "PUT"]),
        *seller_central.routes(world),
        *control.routes(world),
    ]
    return RawPath(Starlette(routes=routes, lifespan=lifespan))


class RawPath:
    """Routes by the path as it was sent, so that an encoded slash stays inside its parameter."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            scope["path"] = scope["raw_path"].decode("latin-1")
        await self._app(scope, receive, send)
