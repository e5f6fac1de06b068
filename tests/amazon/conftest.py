"""Makes the plain Python part of the addon importable as ``amazon``; a small server; Amazon's models."""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hemi_amazon_sp"))


@pytest.fixture(scope="session")
def spapi():
    """Read a file of Amazon's models and schemas, by its path under the folder of SPAPI_MODELS."""
    folder = os.environ.get("SPAPI_MODELS")
    if not folder:
        pytest.skip("SPAPI_MODELS is not set: it names the folder with Amazon's models/ and schemas/")
    return lambda path: json.loads((Path(folder) / path).read_text())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(
            SimpleNamespace(method=self.command, path=self.path, headers=self.headers, body=body)
        )
        self.server.answer(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def log_message(self, *_values):
        pass


class Server(ThreadingHTTPServer):
    """Answers every request with what a test set, and remembers the requests."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen = []
        self.answers_json({})

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def answers(self, status=200, body=b"", **headers):
        def answer(handler):
            handler.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer

    def answers_json(self, payload, status=200, **headers):
        self.answers(status, json.dumps(payload).encode(), **headers)


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class Limiter:
    """Grants everything, and remembers."""

    def __init__(self):
        self.calls = []

    def take(self, operation):
        self.calls.append(("take", operation))

    def learn(self, operation, rate):
        self.calls.append(("learn", operation, rate))

    def empty(self, operation):
        self.calls.append(("empty", operation))

    def failed(self, operation):
        self.calls.append(("failed", operation))

    def succeeded(self, operation):
        pass


@pytest.fixture
def limiter():
    return Limiter()
