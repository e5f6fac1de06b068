"""What is measured, and the figures (``results.json``). ``make bench`` and ``make bench-quick`` run it."""
