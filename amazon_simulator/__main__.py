"""``python -m amazon_simulator``: serve until interrupted."""

import argparse
import contextlib
import sys
import threading

from .server import HOST, Server, create_world


def main():
    """Read the arguments, serve, and print one line with the addresses when ready.

    :return int: exit status; 1 if a port is taken or the world cannot be made
    """
    arguments = _parser().parse_args()
    try:
        world = create_world(
            arguments.clock,
            arguments.start,
            record=arguments.record,
            world=arguments.world,
            processing_seconds=arguments.processing_seconds,
            order_lag_seconds=arguments.order_lag_seconds,
        )
        server = Server(world, arguments.port, arguments.smtp_port)
    except (OSError, ValueError, KeyError) as error:
        print(f"The simulated Amazon cannot start: {error}", file=sys.stderr)
        return 1
    threading.Thread(target=_announce, args=(server,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    return 0


def _announce(server):
    server.ready.wait()
    print(f"Simulated Amazon ready: {server.url} mail {HOST}:{server.smtp_port}", flush=True)


def _parser():
    parser = argparse.ArgumentParser(prog="amazon_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="for HTTP; default: a free one")
    parser.add_argument("--smtp-port", type=int, default=0, help="for mail; default: a free one")
    parser.add_argument("--clock", choices=("real", "running", "virtual"), default="real")
    parser.add_argument("--start", help="first moment of the virtual clock, ISO 8601 with time zone")
    parser.add_argument("--record", metavar="DIR", help="keep traffic.jsonl and all documents there")
    parser.add_argument("--world", metavar="NAME|FILE.json", help="what exists from the beginning, e.g. demo")
    parser.add_argument("--processing-seconds", type=float, default=2.0, help="how long a feed takes")
    parser.add_argument(
        "--order-lag-seconds",
        type=float,
        default=120,
        help="how old a change of an order must be before searchOrders shows it",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
