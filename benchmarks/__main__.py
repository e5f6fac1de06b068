"""All benchmarks, one after the other: `make bench`, `make bench-quick`."""

from benchmarks import day, events, listings, orders, overhead, peers, screens, workers
from tools.console import exit_with


def main():
    """Measure everything; the exit status tells whether a limit was not kept."""
    measured = (orders, listings, workers, screens, overhead, peers, day, events)
    return max([benchmark.main() for benchmark in measured])


if __name__ == "__main__":
    exit_with(main)
