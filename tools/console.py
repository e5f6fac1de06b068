"""Progress on the terminal, other programs started quietly, and how a command ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager


class Failure(Exception):
    """Ends the command with exit status 1. The text says what happened, to what, and what to do next."""


def say(text):
    """Print one line at once, even into a pipe."""
    print(text, flush=True)


@contextmanager
def step(title):
    """Print what begins and how long it took."""
    say(f"-> {title}")
    began = time.monotonic()
    yield
    say(f"   {title}: done in {time.monotonic() - began:.0f} s")


def run(command, failure, **options):
    """Run a program quietly and return what it printed.

    :param list command: program and arguments.
    :param str failure: what to tell the user when it does not succeed, after the end of its output.
    :raise Failure: exit status other than 0, or the program does not exist.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        )
    except FileNotFoundError as error:
        raise Failure(f"{failure}\n{error.filename} is not installed.") from error
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise Failure(f"{tail}\n\n{failure}")
    return done.stdout


def exit_with(main):
    """Run a command and exit with the status that it returns. A foreseen problem ends with a sentence.

    SIGTERM ends the command like Ctrl-C does: servers are stopped and databases dropped on the way out.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"\n{os.fsdecode(error.filename or 'The system')}: {error.strerror}.")
