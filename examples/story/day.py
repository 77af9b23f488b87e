"""One day's worth of records, collected out of order and written in CloudTrail's files."""

import calendar
import collections
import json
import time

from corpus.ids import Ids
from corpus.log_files import write_log_file
from corpus.templates import GLOBAL_REGION, Context, call, sign_in

from . import company

DATE = (2026, 3, 11)  # A Wednesday.
MIDNIGHT = calendar.timegm((*DATE, 0, 0, 0))
WINDOW_S = 1800  # What one log file covers.
GLOBAL_SERVICES = {"iam", "organizations", "route53"}
READS = ("Get", "List", "Describe", "Lookup", "Head", "AssumeRole", "Simulate", "Batch")


def at(clock):
    """Seconds since 1970 of a time of the day: "12:41" or "12:41:08", UTC."""
    hours, minutes, seconds = (clock.split(":") + ["0"])[:3]
    return MIDNIGHT + int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def iso(now):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))


class Day:
    """Collects records; every scene draws from a seed of its own, so that none disturbs another."""

    def __init__(self, account):
        self.account = account
        self._records = collections.defaultdict(list)  # (window, region) -> [(time, order, text)]
        self._count = 0

    def scene(self, name):
        return Scene(self, Context(Ids(f"lindgren/{name}"), self.account))

    def add(self, now, region, text):
        window = MIDNIGHT + (now - MIDNIGHT) // WINDOW_S * WINDOW_S
        self._records[window, region].append((now, self._count, text))
        self._count += 1

    def write(self, root):
        """Writes all files below `root` and returns the number of records."""
        names = Ids("lindgren/files")
        for (window, region), records in sorted(self._records.items()):
            texts = [text for _, _, text in sorted(records)]
            write_log_file(root, self.account.id, region, window + WINDOW_S, texts, names, level=9)
        return self._count


class Scene:
    """Records of one part of the day."""

    def __init__(self, day, context):
        self._day, self._context = day, context
        self.ids, self.account = context.ids, day.account

    def _prepare(self, session, clock, region):
        now = at(clock) if isinstance(clock, str) else clock
        self._context.session, self._context.region = session, region
        return self._context.at(now)

    def call(self, session, clock, service, name, request=None, response=None, *,
             region=company.HOME_REGION, read_only=None, **shape):
        """A call written out by hand; returns the record."""
        region = GLOBAL_REGION if service in GLOBAL_SERVICES else region
        if read_only is None:
            read_only = name.startswith(READS)
        context = self._prepare(session, clock, region)
        text = call(context, service, name, request, response, read_only=read_only, **shape)
        self._day.add(context.now, region, text)
        return json.loads(text)

    def routine(self, session, clock, api, *, region=company.HOME_REGION, fails=False):
        """A call out of apis.json."""
        region = GLOBAL_REGION if api.is_global else region
        context = self._prepare(session, clock, region)
        self._day.add(context.now, region, api.record(context, fails))

    def sign_in(self, session, clock, *, mfa, failure=None, region=company.HOME_REGION):
        context = self._prepare(session, clock, region)
        text = sign_in(context, mfa=mfa, failure=failure)
        self._day.add(context.now, region, text)
        return json.loads(text)
