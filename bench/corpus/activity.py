"""What an organisation does in one day in one account: record after record."""

import collections
import math
import time

from .ids import Ids
from .organisation import open_session
from .templates import GLOBAL_REGION, Context, Session, Weighted, load_apis, sign_in
from . import identities

# Share of all records, by who acts. What AWS's own services and workloads do is most of a trail.
SHARES = {"svc": 0.33, "wl": 0.37, "ci": 0.11, "hu": 0.14, "sc": 0.05}
ERROR_RATE = 0.03
SESSION_S = {"wl": 6 * 3600, "hu": 6 * 3600, "ci": 3600, "sc": 3600}
OFFICE_UTC_OFFSET_H = 1


def busyness(actor, now):
    """How busy a class of actors is at a time of the week; relative to itself only."""
    t = time.gmtime(now)
    hour = (t.tm_hour + t.tm_min / 60 + OFFICE_UTC_OFFSET_H) % 24
    weekend = t.tm_wday >= 5

    def bump(center, width):
        return math.exp(-(((hour - center) / width) ** 2))

    if actor == "hu":
        return 0.06 if weekend else 0.05 + bump(10.5, 2.2) + 0.95 * bump(15, 2.3)
    if actor == "ci":
        nightly = 0.8 if 2 <= hour < 3 else 0
        return 0.25 + nightly + (0 if weekend else 1.1 * bump(14, 4))
    if actor == "wl":
        return 0.7 + 0.5 * bump(14, 5)
    if actor == "sc":
        return 2.0 if int(hour) % 6 == 1 else 0.8
    return 1.0


class AccountDay:
    """Makes the records of one account on one day; independent of every other day and account."""

    def __init__(self, organisation, account_index, seed):
        self._organisation, self._index = organisation, account_index
        self._ids = Ids(seed)
        self._context = Context(self._ids, organisation.accounts[account_index])
        self._sessions = {}
        self._everywhere, self._regional = _by_actor(load_apis())

    def window(self, region, begin, length_s, count):
        """`count` records of [begin, begin + length_s), in time order, as JSON texts."""
        ids, middle = self._ids, begin + length_s // 2
        actors = Weighted([(a, share * busyness(a, middle)) for a, share in SHARES.items()])
        self._context.region = region
        apis = self._everywhere if region == GLOBAL_REGION else self._regional
        times = sorted(begin + int(ids.random() * length_s) for _ in range(count))
        return [self._record(actors.draw(ids), apis, now) for now in times]

    def _record(self, actor, apis, now):
        context = self._context.at(now)
        api = apis[actor].draw(self._ids)
        if actor == "svc":
            name = api.actor.removeprefix("svc:") + ".amazonaws.com"
            context.session = Session(*identities.service(name), name, name, is_service=True)
        else:
            context.session = self._session(actor, now, api)
            if actor == "hu" and self._ids.random() < 0.014:
                return sign_in(context, mfa='"IAMUser"' in context.session.identity)
        rate = ERROR_RATE * (2.2 if api.has_own_errors else 0.7)
        return api.record(context, self._ids.random() < rate)

    def _session(self, actor, now, api):
        ids, account = self._ids, self._context.account
        principal = self._organisation.draw(actor, self._index, ids)
        until, session = self._sessions.get(principal.name, (0, None))
        if now >= until:
            session = open_session(principal, account, ids, now)
            self._sessions[principal.name] = (now + SESSION_S[actor], session)
        if actor == "ci":
            session.address = ids.pick(principal.addresses)
        if actor == "hu":
            session.from_console = api.in_console and ids.random() < 0.75
            by_console = "AWS Internal" if ids.random() < 0.25 else principal.browser
            session.user_agent = by_console if session.from_console else principal.user_agent
        return session


def _by_actor(apis):
    everywhere, regional = collections.defaultdict(list), collections.defaultdict(list)
    for api in apis:
        actor = api.actor.split(":")[0]
        everywhere[actor].append((api, api.weight))
        if not api.is_global:
            regional[actor].append((api, api.weight))
    return ({a: Weighted(p) for a, p in everywhere.items()},
            {a: Weighted(p) for a, p in regional.items()})
