"""What was said: the list of calls, and on demand a folder with every exchange and document."""

import json
from collections import deque
from pathlib import Path

from .clock import iso
from .faults import DroppedConnection

# The list of calls keeps so many; older ones are forgotten.
CALLS_KEPT = 100_000
_ENDINGS = {"application/json": "json", "text/xml": "xml", "application/pdf": "pdf"}


class Record:
    """Keeps the calls, and writes ``traffic.jsonl`` and ``documents/`` into a folder if there is one.

    :param folder: path, made if it does not exist; None keeps nothing on disk
    """

    def __init__(self, clock, folder=None):
        self._clock, self._calls, self._documents = clock, deque(maxlen=CALLS_KEPT), 0
        self._folder = self._traffic = None
        if folder is not None:
            self._folder = Path(folder)
            (self._folder / "documents").mkdir(parents=True, exist_ok=True)
            self._traffic = open(self._folder / "traffic.jsonl", "a", encoding="ascii")  # noqa: SIM115

    def call(self, request, operation, response, seller_id, fault):
        """Keep a call of any kind in the list.

        :param Response response: as sent; a dropped connection has the status None
        :param str fault: kind of the fault that made the response, or None
        """
        call = {
            "time": iso(self._clock.now()),
            "operation": operation,
            "method": request.method,
            "path": request.scope["path"],
            "status": _status(response),
            "seller_id": seller_id,
            "fault": fault,
        }
        self._calls.append(call)

    def exchange(self, request, response, body=None):
        """Keep an exchange with LWA or the Selling Partner API in ``traffic.jsonl``.

        :param bytes body: JSON of the request; None if it has none
        """
        if self._traffic:
            status = _status(response)
            self._write(request, status, _json(body), _json(response.body if status else None))

    def _write(self, request, status, body, answer):
        query = {}
        for name, value in request.query_params.multi_items():
            query.setdefault(name, []).append(value)
        line = {
            "method": request.method,
            "path": request.scope["path"],
            "query": query,
            "request": body,
            "status": status,
            "response": answer,
        }
        self._traffic.write(json.dumps(line) + "\n")
        self._traffic.flush()

    def document(self, direction, document_id, content_type, content):
        """Keep an uploaded or written document as a file.

        :param str direction: ``uploaded`` or ``written``
        """
        if self._folder is None:
            return
        self._documents += 1
        ending = _ENDINGS.get(content_type.split(";")[0].strip(), "txt")
        name = f"{self._documents:05}_{direction}_{document_id}.{ending}"
        (self._folder / "documents" / name).write_bytes(content)

    def calls(self):
        """Return the calls, oldest first, as JSON."""
        return list(self._calls)

    def clear(self):
        """Forget the calls; files stay."""
        self._calls.clear()

    def close(self):
        """Close the files."""
        if self._traffic:
            self._traffic.close()


def _status(response):
    return None if isinstance(response, DroppedConnection) else response.status_code


def _json(content):
    """Return the JSON in bytes, None for anything else."""
    try:
        return json.loads(content) if content else None
    except ValueError:
        return None
