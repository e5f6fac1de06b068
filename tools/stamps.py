"""Remembers what was set up from which content, so that a second call has nothing to do."""

import hashlib

from tools.paths import STAMPS


def digest(*parts):
    """Short hash of texts and of the bytes of files (pathlib.Path)."""
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part.read_bytes()
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()[:16]


def is_current(name, value):
    """Whether step `name` was finished with exactly this value."""
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == value


def forget(name):
    """Mark step `name` as not done, before its work is touched."""
    (STAMPS / name).unlink(missing_ok=True)


def record(name, value):
    """Mark step `name` as finished."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)
