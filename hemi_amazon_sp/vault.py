"""Encryption of secrets at rest.

The keys live outside the database: in the environment variable ``HEMI_AMAZON_SP_KEYS``, else in the option
``hemi_amazon_sp_keys`` of odoo.conf, else in the file ``hemi_amazon_sp.keys`` of the data directory, which
is made
with mode 0600 when it is first needed. Several keys may be given, parted by white space or commas: the
first one
encrypts, all of them decrypt, so a key is rotated by putting the new one in front.
"""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from odoo.tools import config

ENVIRONMENT_VARIABLE = "HEMI_AMAZON_SP_KEYS"
OPTION = "hemi_amazon_sp_keys"
FILE_NAME = "hemi_amazon_sp.keys"


class SecretUnreadable(Exception):
    """The secret was encrypted with a key that this server does not have, or the keys it has are none."""


def encrypt(text):
    """Encrypt a secret.

    :param str text: the secret, or a false value
    :return: the encrypted text for the database, or False for no secret
    :rtype: str or bool
    """
    return _cipher().encrypt(text.encode()).decode() if text else False


def decrypt(encrypted):
    """Decrypt what :func:`encrypt` gave.

    :param encrypted: text of the database, or a false value
    :return: the secret, or False
    :rtype: str or bool
    :raise SecretUnreadable: if no key of this server fits
    """
    if not encrypted:
        return False
    try:
        return _cipher().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def renew(encrypted):
    """Encrypt anew, with the first key, what :func:`encrypt` gave.

    :param str encrypted: text of the database
    :rtype: str
    :raise SecretUnreadable: if no key of this server fits
    """
    try:
        return _cipher().rotate(encrypted.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable from None


def add_key():
    """Put a new key in front of those of the key file.

    :raise ValueError: if the keys are not in the file but in the environment or in odoo.conf
    """
    if os.environ.get(ENVIRONMENT_VARIABLE) or config.get(OPTION):
        raise ValueError(
            f"The keys are in {ENVIRONMENT_VARIABLE} or {OPTION}: put the new one in front there."
        )
    path = _key_file()
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:  # made with mode 0600
        draft.write(Fernet.generate_key() + b"\n" + path.read_bytes())
        draft.flush()
        os.fsync(draft.fileno())
    os.replace(draft.name, path)


def _cipher():
    text = os.environ.get(ENVIRONMENT_VARIABLE) or config.get(OPTION) or _key_file().read_text()
    try:
        return MultiFernet([Fernet(key) for key in text.replace(",", " ").split()])
    except ValueError:  # not "from error": its text could hold a part of a key
        raise SecretUnreadable from None


def _key_file():
    path = Path(config["data_dir"], FILE_NAME)
    if not path.exists():
        _make_key_file(path)
    return path


def _make_key_file(path):
    """Write a new key, whole or not at all, and never over one that another process made meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as draft:  # made with mode 0600
        draft.write(Fernet.generate_key())
        draft.flush()
        os.fsync(draft.fileno())
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
