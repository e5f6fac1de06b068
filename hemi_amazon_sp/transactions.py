"""Short transactions of their own, for what must be kept whatever becomes of the transaction around them."""

import psycopg2.errors

ATTEMPTS = 20


def in_own_transaction(env, work):
    """Run ``work(env)`` in a transaction of its own and commit it.

    Odoo's cursors are REPEATABLE READ: who waited for a row lock gets a serialization failure once the
    other one has
    committed, and must look again with fresh eyes. The wait is the lock's own, so nothing sleeps here.

    :param env: the environment whose user and context are used
    :param work: callable that takes an environment; it may run several times, so it must touch nothing but
        the database
    :return: what ``work`` returns; never records, they would be bound to a closed cursor
    :raise psycopg2.errors.SerializationFailure: if it failed :const:`ATTEMPTS` times
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with env.registry.cursor() as cr:
                return work(env(cr=cr))
        except psycopg2.errors.SerializationFailure:
            if attempt == ATTEMPTS:
                raise
