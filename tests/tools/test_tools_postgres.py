import os
import select
from pathlib import Path

import pytest

from tools import postgres
from tools.console import Failure

USE = """
import contextlib, sys
from tools import postgres
from tools.paths import LOCAL
LOCAL.mkdir(exist_ok=True)
with contextlib.redirect_stdout(sys.stderr):
    postgres.install()
print(postgres.use()["PGHOST"], flush=True)
sys.stdin.read()
"""


def user_of_cluster(checkout):
    """A process that holds the cluster until its input is closed, and the folder of the cluster."""
    process = checkout.start(USE)
    return process, Path(process.stdout.readline().strip())


def wait_for_end(server_id):
    """Block until a process, which is no child of ours, has ended."""
    try:
        handle = os.pidfd_open(server_id)
    except ProcessLookupError:
        return
    ended, _, _ = select.select([handle], [], [], 60)
    os.close(handle)
    assert ended, f"process {server_id} still runs"


def server_id(cluster):
    return int((cluster / "data" / "postmaster.pid").read_text().splitlines()[0])


def query(checkout, cluster, text):
    return checkout.run("psql", "-Atd", "postgres", "-c", text, PGHOST=str(cluster), PGUSER="odoo")


def test_server_runs_until_its_last_user_ends_even_by_force(checkout):
    first, cluster = user_of_cluster(checkout)
    second, same = user_of_cluster(checkout)
    server = server_id(cluster)
    assert cluster == same

    first.communicate()
    assert query(checkout, cluster, "select 42").stdout.strip() == "42"
    assert server_id(cluster) == server

    second.kill()
    second.communicate()
    wait_for_end(server)


def test_server_starts_again_after_it_stopped(checkout):
    first, cluster = user_of_cluster(checkout)
    stopped = server_id(cluster)
    first.communicate()
    wait_for_end(stopped)
    second, _ = user_of_cluster(checkout)
    assert server_id(cluster) != stopped
    second.communicate()


def test_no_other_system_user_can_enter_the_cluster(checkout):
    process, cluster = user_of_cluster(checkout)
    assert cluster.stat().st_mode & 0o077 == 0
    answer = query(checkout, cluster, "show listen_addresses")
    assert answer.returncode == 0
    assert answer.stdout.strip() == ""
    process.communicate()


def test_clean_stops_the_server_and_removes_everything(checkout):
    process, cluster = user_of_cluster(checkout)
    server = server_id(cluster)
    done = checkout.run("make", "clean")
    assert done.returncode == 0, done.stderr
    assert not cluster.exists()
    assert not (checkout.folder / ".local").exists()
    wait_for_end(server)
    process.communicate()


def test_long_paths_and_closed_folders_move_the_cluster(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "can_be_entered", lambda folder: True)
    monkeypatch.setattr(postgres, "LOCAL", tmp_path)
    monkeypatch.setattr(postgres, "SOCKET_PATH_LIMIT", 4096)
    assert postgres.cluster_folder() == tmp_path / "postgresql"
    monkeypatch.setattr(postgres, "SOCKET_PATH_LIMIT", len(str(tmp_path)))
    assert postgres.cluster_folder().parent == Path("/var/tmp")


def test_folder_under_a_private_one_cannot_be_entered(tmp_path):
    (tmp_path / "private" / "inner").mkdir(parents=True)
    (tmp_path / "private").chmod(0o700)
    assert not postgres.can_be_entered(tmp_path / "private" / "inner")
    assert postgres.can_be_entered(Path("/usr/bin"))


def test_database_url_becomes_variables_of_libpq():
    assert postgres.parse_url("postgresql://me:se%40cret@db:5433/") == {
        "PGHOST": "db",
        "PGPORT": "5433",
        "PGUSER": "me",
        "PGPASSWORD": "se@cret",
    }


@pytest.mark.parametrize("url", ["mysql://me@db/", "postgresql://postgres:x@db/"])
def test_database_url_that_odoo_cannot_use_is_refused(url):
    with pytest.raises(Failure, match="DATABASE_URL"):
        postgres.parse_url(url)
