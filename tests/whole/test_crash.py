"""A sample of the crash matrix; `make crash` runs all of it."""

import os

import pytest

from tools import crash

KINDS = [
    ("before", "createFeedDocument"),
    ("after", "uploadDocument"),
    ("before", "createFeed"),
    ("after", "createFeed"),
    ("after", "getFeed"),
    ("after", "downloadDocument"),
    ("after", "createReport"),
    ("before", "getReportDocument"),
]


@pytest.fixture(scope="module")
def matrix():
    with crash.matrix(os.environ["HEMI_DATABASE_TEMPLATE"]) as crashes:
        yield crashes


def test_all_flows_have_their_points(matrix):
    assert len(matrix.points) >= crash.LEAST
    assert matrix.points.count("before createFeed") >= 6


@pytest.mark.parametrize("when,operation", KINDS)
def test_nothing_is_lost_or_doubled_by_a_death_at_a_call(matrix, when, operation):
    point = matrix.points.index(f"{when} {operation}") + 1
    assert matrix.problems_after_death_at(point) == []


@pytest.mark.parametrize("steps", [-2, -1, 1, 2])
def test_nothing_is_lost_or_doubled_by_a_death_near_the_last_submission(matrix, steps):
    """The last feed is the refund's; around its createFeed are the commits of intent and of the feed id."""
    last = len(matrix.points) - matrix.points[::-1].index("before createFeed")
    assert matrix.problems_after_death_at(last + steps) == []


def test_nothing_is_lost_by_a_death_at_a_patch():
    with crash.matrix(os.environ["HEMI_DATABASE_TEMPLATE"], "patches") as crashes:
        first, *_others, last = crashes.around(crash.PATCH)
        for point in (first + crash.NEAR, first + crash.NEAR + 1, last - crash.NEAR):
            assert crashes.problems_after_death_at(point) == [], crashes.points[point - 1]


def test_nothing_is_lost_or_doubled_by_a_death_in_the_queue():
    """The glue addon: when the turns are handed out, when one begins, around a feed, and at its end."""
    template = os.environ["HEMI_QUEUE_TEMPLATE"]
    with crash.matrix(template, module="crash_worker_queue") as crashes:
        feed = crashes.points.index("before createFeed") + 1
        for point in (1, 4, 8, feed, feed + 1, len(crashes.points)):
            assert crashes.problems_after_death_at(point) == [], crashes.points[point - 1]
