"""Where things are. Everything that is installed lies below LOCAL, but Debian packages."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"

VENV = LOCAL / "venv"
VENV_PYTHON = VENV / "bin" / "python"
SITE_PACKAGES = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
REQUIREMENTS_ADDONS = ROOT / "requirements-addons.txt"

ODOO_UNPACKED = LOCAL / "odoo"
ODOO_CONFIG = LOCAL / "odoo.conf"
ODOO_DATA = LOCAL / "odoo-data"

STAMPS = LOCAL / "stamps"
LOGS = LOCAL / "logs"
CHROMIUM = Path("/usr/bin/chromium")
