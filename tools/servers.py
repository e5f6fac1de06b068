"""Servers that run beside us and end with us."""

import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

from tools.console import Failure


@contextmanager
def started(command, name, log, ready_url, patience=120):
    """Run a server until the block is left; the system ends it too when this process is killed.

    :param list command: program and arguments; the program must end on SIGTERM.
    :param str name: what to call it in messages.
    :param Path log: file for its output.
    :param str ready_url: answers with status 200 as soon as the server is ready.
    :param float patience: seconds until the server must be ready.
    :raise Failure: the server ended or was not ready in time.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    words = ["setpriv", "--pdeathsig", "TERM", *(str(word) for word in command)]
    with open(log, "wb") as output:
        # in a session of its own: Ctrl-C reaches us alone, and we end the servers one after the other
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(process, name, log, ready_url, patience)
        yield process
    finally:
        stop(process)


def wait_until_ready(process, name, log, ready_url, patience):
    """Return when the URL answers; fail when the process ends first or the time is over."""
    deadline = time.monotonic() + patience
    while not answers(ready_url):
        if process.poll() is not None:
            raise Failure(f"{name} ended with status {process.returncode} before it was ready.\n{tail(log)}")
        if time.monotonic() > deadline:
            raise Failure(f"{name} was not ready after {patience:.0f} s.\n{tail(log)}")
        time.sleep(0.1)


def answers(url):
    """Whether an HTTP GET gives status 200."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def stop(process, patience=15):
    """End a process politely, then by force."""
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tail(log, lines=15):
    """The path of a log and its last lines, for a message."""
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([f"The end of {log}:", *last])
