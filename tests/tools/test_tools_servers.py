import os
import select
import signal
import sys

import pytest

from tools import servers
from tools.console import Failure
from tools.ports import LOOPBACK, free_port

KEEPER = """
import sys
from pathlib import Path
from tools.servers import started
folder, port = Path(sys.argv[1]), sys.argv[2]
command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", folder, port]
with started(command, "The server", folder / "log", f"http://127.0.0.1:{port}/") as process:
    print(process.pid, flush=True)
    sys.stdin.read()
"""


def web_server(folder, port):
    return [sys.executable, "-m", "http.server", "--bind", LOOPBACK, "--directory", folder, port]


def test_server_answers_inside_the_block_and_is_gone_after_it(tmp_path):
    port = free_port()
    url = f"http://{LOOPBACK}:{port}/"
    with servers.started(web_server(tmp_path, port), "The server", tmp_path / "log", url) as process:
        assert servers.answers(url)
    assert process.returncode == -signal.SIGTERM
    assert not servers.answers(url)


def test_server_that_ends_at_once_shows_the_end_of_its_log(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit('no such world')"]
    url = f"http://{LOOPBACK}:{free_port()}/"
    with (
        pytest.raises(Failure, match=r"(?s)The server ended with status 1.*no such world"),
        servers.started(command, "The server", tmp_path / "log", url),
    ):
        pytest.fail("a server that never ran was announced")


def test_server_that_never_answers_is_given_up(tmp_path):
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    url = f"http://{LOOPBACK}:{free_port()}/"
    with (
        pytest.raises(Failure, match="not ready"),
        servers.started(command, "The server", tmp_path / "log", url, patience=0.5),
    ):
        pytest.fail("a server that does not answer was announced")


def test_server_ends_when_its_keeper_is_killed(checkout, tmp_path):
    keeper = checkout.start(KEEPER, str(tmp_path), str(free_port()))
    server = os.pidfd_open(int(keeper.stdout.readline()))
    keeper.kill()
    ended, _, _ = select.select([server], [], [], 60)
    os.close(server)
    assert ended
