"""Runs the simulated Amazon: HTTP and SMTP on loopback, in one event loop."""

import asyncio
import contextlib
import socket
import threading

import uvicorn

from .app import create_app
from .clock import RealClock, RunningClock, VirtualClock, parse
from .protocol import AbortableProtocol
from .world import World

HOST = "127.0.0.1"
# The virtual clock promises the same run again; real tokens of an earlier run must not work in the next.
VIRTUAL_SEED = 2026


class Server:
    """The two servers of a world.

    :param int port: for HTTP; 0 takes a free one
    :param smtp_port: for mail; 0 takes a free one, None runs no mail server
    :raise OSError: a port is taken
    """

    def __init__(self, world, port=0, smtp_port=0):
        self.world = world
        self._http_socket = _listen(port)
        self._smtp_socket = None if smtp_port is None else _listen(smtp_port)
        self.url = f"http://{HOST}:{self._http_socket.getsockname()[1]}"
        self.smtp_port = self._smtp_socket and self._smtp_socket.getsockname()[1]
        world.serve_at(self.url)
        config = uvicorn.Config(
            create_app(world, self._lifespan),
            http=AbortableProtocol,
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _ReadyServer(config)

    @property
    def ready(self):
        """A ``threading.Event`` that is set as soon as requests are answered."""
        return self._server.ready

    def run(self):
        """Serve until :meth:`stop`, or a signal if this is the main thread."""
        self._server.run(sockets=[self._http_socket])

    def stop(self):
        """End serving."""
        self._server.should_exit = True

    @contextlib.asynccontextmanager
    async def _lifespan(self, app):
        """Run the mail server beside the HTTP server."""
        async with contextlib.AsyncExitStack() as stack:
            if self._smtp_socket:
                loop = asyncio.get_running_loop()
                server = await loop.create_server(self.world.mail.server, sock=self._smtp_socket)
                stack.callback(server.close)
            yield
        self.world.close()


class _ReadyServer(uvicorn.Server):
    """Tells when it has started."""

    def __init__(self, config):
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.ready.set()


def _listen(port):
    # asyncio switches Nagle's algorithm off only for sockets that name their protocol
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise OSError(
            f"Port {port} on {HOST} cannot be used ({error.strerror}). Choose another one."
        ) from error
    return listener


class Simulator:
    """The simulated Amazon in a thread of this process, from entering to leaving the ``with`` block.

    :param str clock: ``real``, ``running`` or ``virtual`` (see ``clock.py``)
    :param record: folder for traffic and documents, or None
    :param bool smtp: whether to receive mail
    :param str start: first moment of the virtual clock, ISO 8601; default the machine's time
    :param options: of :class:`World`: processing_seconds, order_lag_seconds, world, seed
    """

    def __init__(self, clock="virtual", record=None, smtp=True, start=None, **options):
        self.world = create_world(clock, start, record=record, **options)
        self._server = Server(self.world, smtp_port=0 if smtp else None)
        self.url, self.smtp_port = self._server.url, self._server.smtp_port
        self._thread = threading.Thread(target=self._server.run, name="amazon_simulator", daemon=True)

    def __enter__(self):
        self._thread.start()
        if not self._server.ready.wait(30):
            raise RuntimeError("The simulated Amazon did not start within 30 seconds; see its log above.")
        return self

    def __exit__(self, *exception):
        self._server.stop()
        self._thread.join()


def create_world(clock, start=None, **options):
    """Return a world with a clock.

    :param str clock: see :class:`Simulator`
    :param str start: see :class:`Simulator`
    """
    if clock != "virtual":
        return World({"real": RealClock, "running": RunningClock}[clock](), **options)
    return World(VirtualClock(parse(start) if start else None), **{"seed": VIRTUAL_SEED, **options})
