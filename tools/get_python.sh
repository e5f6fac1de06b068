#!/bin/sh
# Installs Debian's Python, the only thing that tools/ cannot install itself.
set -u
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "Python is missing and there is no permission to install packages. Install python3 and python3-venv." >&2
        exit 1
    fi
    as_root="sudo -n"
fi
echo "-> Debian packages: python3"
install="env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends"
if ! { $as_root apt-get -qq update && $as_root $install python3 python3-venv; } >/dev/null; then
    echo "Python could not be installed. Read apt-get's message above, then run the command again." >&2
    exit 1
fi
