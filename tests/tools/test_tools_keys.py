import pytest
from cryptography.fernet import Fernet

from tools import database, keys
from tools.console import Failure


def test_a_key_is_printed(monkeypatch, capsys):
    monkeypatch.delenv("DATABASE", raising=False)
    assert keys.main() == 0
    assert Fernet(capsys.readouterr().out.strip())


@pytest.mark.parametrize("output", ["7 0\n", "a banner of the shell\n7 0\n"])
def test_the_keys_of_a_database(monkeypatch, capsys, output):
    monkeypatch.setenv("DATABASE", "mine")
    monkeypatch.setattr(database, "shell", lambda name, code: output)
    assert keys.main() == 0
    assert "7 secrets of mine" in capsys.readouterr().out


def test_unreadable_secrets_keep_the_old_keys(monkeypatch):
    monkeypatch.setattr(database, "shell", lambda name, code: "7 2")
    with pytest.raises(Failure, match="2 secrets could not be read: keep all keys"):
        keys.rotate("mine")
