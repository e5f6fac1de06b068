"""What `make` calls: sets up all that is needed, then tests, checks and shows the product.

Run as `python3 -m tools COMMAND` from the folder that holds this package; `python3 -m tools help` lists the
commands. The modules that set up use the standard library only: they run before anything is installed.
"""
