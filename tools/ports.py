"""Ports on the loopback interface."""

import socket

from tools.console import Failure

LOOPBACK = "127.0.0.1"


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def require_free(port, what, variable):
    """Make sure that a server can listen on a port.

    :raise Failure: someone else does; the text names the variable that chooses another port.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise Failure(
                f"Port {port} for {what} cannot be used ({error.strerror}).\n"
                f"Stop the program that listens there, or choose another port: {variable}={port + 100}"
            ) from error
