"""`make keys`: makes an encryption key; `make keys DATABASE=name`: rotates the key file of a database.

Without a database a key is printed, for the environment variable HEMI_AMAZON_SP_KEYS or for odoo.conf. With
one, a new key is put in front of the key file, and all secrets of the database are encrypted anew with it.
The older keys stay in the file until a person takes them away: other databases and backups may need them.
"""

import os

from cryptography.fernet import Fernet

from tools import database
from tools.console import Failure, exit_with, say

ROTATE = """
from odoo.addons.hemi_amazon_sp import vault
vault.add_key()
print(*env["hemi.amazon.encryption"]._renew())
"""


def main():
    """Make a key, or rotate those of a database. Returns the exit status."""
    name = os.environ.get("DATABASE")
    if not name:
        say(Fernet.generate_key().decode())
        return 0
    return rotate(name)


def rotate(name):
    """Put a new key in front, and encrypt everything anew.

    :param str name: of the database
    :raise Failure: the keys are not in the key file
    """
    renewed, unreadable = map(int, database.shell(name, ROTATE).split()[-2:])
    say(f"{renewed} secrets of {name} are encrypted with the new key.")
    if unreadable:
        raise Failure(
            f"{unreadable} secrets could not be read: keep all keys, and enter those secrets again."
        )
    return 0


if __name__ == "__main__":
    exit_with(main)
