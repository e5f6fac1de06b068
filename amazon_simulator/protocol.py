"""uvicorn's HTTP protocol, with a way to end the connection without an answer."""

from uvicorn.protocols.http.auto import AutoHTTPProtocol


class AbortableProtocol(AutoHTTPProtocol):
    """Gives each request ``extensions["amazon_simulator.abort"]``: a function that drops the connection."""

    def connection_made(self, transport):
        """Let requests of this connection reach the transport."""
        super().connection_made(transport)
        app = self.app

        async def abortable(scope, receive, send):
            scope.setdefault("extensions", {})["amazon_simulator.abort"] = transport.abort
            await app(scope, receive, send)

        self.app = abortable
