"""The documents that Amazon takes and gives: writers per feed type, and the reader of processing reports."""

# "Feeds API best practices": one feed is at most 10 MiB. Last seen: 2026-11-23
MAX_BYTES = 10 * 1024 * 1024
