"""All benchmarks, one after the other: `make bench`, `make bench-quick`."""

from benchmarks import events, listings, orders, screens, workers
from tools.console import exit_with


def main():
    """Measure everything; the exit status tells whether a limit was not kept."""
    return max([orders.main(), listings.main(), workers.main(), screens.main(), events.main()])


if __name__ == "__main__":
    exit_with(main)
