"""One thread at a time."""

import functools


def locked(method):
    """Let one thread at a time into the world, and finish first what became due."""

    @functools.wraps(method)
    def inside(self, *args, **kwargs):
        with self.lock:
            self.queue.settle(self.clock.now())
            return method(self, *args, **kwargs)

    return inside
