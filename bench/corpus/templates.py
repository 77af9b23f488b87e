"""Turns the table of APIs (apis.json) into CloudTrail records."""

import bisect
import dataclasses
import json
import math
import pathlib
import re
import time

from .ids import ALPHANUMERIC, BASE64

GLOBAL_REGION = "us-east-1"  # Where global services (IAM, Route 53, ...) are recorded.
API_DATE = re.compile(r"20\d{6}(v\d)?$")  # Lambda's names carry one: Invoke20150331.
TOKEN = re.compile(r'"<#(\w+)>"|<#?(\w+(?::\d)?)>')
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclasses.dataclass
class Session:
    """Who calls, as a record shows it."""

    identity: str  # The userIdentity object, as JSON text.
    arn: str
    address: str
    user_agent: str
    from_console: bool = False
    is_service: bool = False  # An AWS service acts: no TLS details.


@dataclasses.dataclass
class Context:
    """What the tokens of one record are filled from. Used again for record after record."""

    ids: object
    account: object = None  # Has an id and pools: token name -> values to choose from.
    region: str = ""
    session: Session = None
    now: int = 0  # Seconds since 1970.
    time: str = ""
    date: str = ""

    def at(self, now):
        if now != self.now:
            self.now = now
            self.time = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
            self.date = self.time[:10].replace("-", "/")
        return self

    def spoken_time(self, later_s=0):
        """The form of STS expirations and IAM dates: Jan 5, 2026, 9:12:44 AM."""
        t = time.gmtime(self.now + later_s)
        half = "PM" if t.tm_hour >= 12 else "AM"
        clock = f"{t.tm_hour % 12 or 12}:{t.tm_min:02d}:{t.tm_sec:02d}"
        return f"{MONTHS[t.tm_mon - 1]} {t.tm_mday}, {t.tm_year}, {clock} {half}"


def _object_key(c):
    if c.ids.random() < 0.5:
        return f"{c.ids.pick(c.account.pools['team'])}/{c.date}/part-{c.ids.uuid()}.parquet"
    return f"uploads/{c.date}/{c.ids.hex(8)}.jpg"


def _private_address(c, separator):
    draw = c.ids.random
    return separator.join(["10"] + [str(int(draw() * size)) for size in (4, 256, 255)])


def _tls(c, service):
    if c.session.is_service or c.session.user_agent == "AWS Internal":
        return ""
    return (
        ',"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
        f'"clientProvidedHostHeader":"{service}.{c.region}.amazonaws.com"}}'
    )


# Token -> how to draw its value. Names that are not here are pools of the account.
TOKENS = {
    "acct": lambda c: c.account.id,
    "region": lambda c: c.region,
    "az": lambda c: c.region + c.ids.pick("abc"),
    "arn": lambda c: c.session.arn,
    "identity": lambda c: c.session.identity,
    "address": lambda c: c.session.address,
    "user_agent": lambda c: c.session.user_agent,
    "time": lambda c: c.time,
    "date": lambda c: c.date,
    "ymd": lambda c: c.date.replace("/", ""),
    "ymddash": lambda c: c.date.replace("/", "-"),
    "humandate": lambda c: c.spoken_time(),
    "exp": lambda c: c.spoken_time(3600),
    "epoch": lambda c: str(c.now),
    "epochms": lambda c: str(c.now * 1000),
    "key": _object_key,
    "prefix": lambda c: f"/{c.ids.pick(c.account.pools['team'])}/",
    "asg": lambda c: c.ids.pick(c.account.pools["name"]) + "-asg",
    "uuid": lambda c: c.ids.uuid(),
    "eni": lambda c: "eni-0" + c.ids.hex(16),
    "mac": lambda c: ":".join([c.ids.hex(2) for _ in range(5)]),
    "hex16": lambda c: c.ids.hex(16),
    "hex32": lambda c: c.ids.hex(32),
    "sha7": lambda c: c.ids.hex(7),
    "rand13": lambda c: c.ids.text(13),
    "rand16": lambda c: c.ids.text(16, ALPHANUMERIC),
    "rand32": lambda c: c.ids.text(32, ALPHANUMERIC),
    "b64_43": lambda c: c.ids.text(43, BASE64),
    "xid2": lambda c: c.ids.pick(c.account.padding)[:60] + c.ids.hex(15) + "=",
    "token": lambda c: "IQoJb3JpZ2luX2Vj" + c.ids.pick(c.account.padding) + c.ids.hex(32),
    "asia": lambda c: c.ids.session_key(),
    "akia": lambda c: c.ids.access_key(),
    "aida": lambda c: c.ids.user_id(),
    "aroa": lambda c: c.ids.role_id(),
    "ip10": lambda c: _private_address(c, "."),
    "ip10d": lambda c: _private_address(c, "-"),
    "n0": lambda c: "0",
    "n1": lambda c: str(1 + int(c.ids.random() * 6)),
    "n3": lambda c: str(10 + int(c.ids.random() * 900)),
    "nbytes": lambda c: str(int(math.exp(4 + c.ids.random() * 11))),
    "s3_request": lambda c: c.ids.hex(16).upper(),
}


class Template:
    """A JSON text with tokens, ready to be filled."""

    def __init__(self, text):
        draws, order = {}, []

        def place(match):
            token = match.group(1) or match.group(2)
            order.append(list(draws).index(token) if token in draws else len(draws))
            draws.setdefault(token, _draw_of(token.split(":")[0]))
            return "%s"

        self._format = TOKEN.sub(place, text.replace("%", "%%"))
        self._draws, self._order = list(draws.values()), order

    def fill(self, context):
        values = [draw(context) for draw in self._draws]
        return self._format % tuple([values[i] for i in self._order])


def _draw_of(token):
    if token in TOKENS:
        return TOKENS[token]
    return lambda c: c.ids.pick(c.account.pools[token])


class Weighted:
    """Draws items in proportion to their weights."""

    def __init__(self, pairs):
        self._items, self._sums, total = [], [], 0.0
        for item, weight in pairs:
            total += weight
            self._items.append(item)
            self._sums.append(total)

    def draw(self, ids):
        at = bisect.bisect(self._sums, ids.random() * self._sums[-1])
        return self._items[min(at, len(self._items) - 1)]


def _json(value):
    return json.dumps(value, separators=(",", ":"))


def record_template(service, name, request, response, *, read_only, error=None, user_agent=None,
                    data_event=False, additional=None, resources=None, version="1.10"):
    """The whole record of one call, with tokens. `error` is (code, message or None)."""
    # S3 alone writes user agents in brackets and request ids of its own form.
    agent = user_agent or "<user_agent>"
    if service == "s3":
        agent = f"[{agent}]"
    text = (
        f'{{"eventVersion":"{version}","userIdentity":<identity>,"eventTime":"<time>",'
        f'"eventSource":"{service}.amazonaws.com","eventName":"{name}","awsRegion":"<region>",'
        f'"sourceIPAddress":"<address>","userAgent":"{agent}"'
    )
    if error:
        text += f',"errorCode":"{error[0]}"'
        if error[1]:
            text += ',"errorMessage":' + _json(error[1])
    text += f',"requestParameters":{_json(request)}'
    text += f',"responseElements":{_json(None if error else response)}'
    if additional:
        text += f',"additionalEventData":{_json(additional)}'
    request_id = "<s3_request>" if service == "s3" else "<uuid:8>"
    text += f',"requestID":"{request_id}","eventID":"<uuid:9>"'
    text += f',"readOnly":{_json(read_only)}'
    if resources:
        text += f',"resources":{_json(resources)}'
    text += f',"eventType":"AwsApiCall","managementEvent":{_json(not data_event)}'
    category = "Data" if data_event else "Management"
    return text + f',"recipientAccountId":"<acct>","eventCategory":"{category}"'


class Api:
    """One row of apis.json, compiled."""

    def __init__(self, row, fragments, default_errors):
        self.actor, self.service, self.name = row["actor"], row["service"], row["name"]
        self.weight = row["weight"]
        self.is_global = row.get("global_service", False)
        self.in_console = row.get("console", False)
        service_acts = self.actor.startswith("svc:")
        self._shared = service_acts and self.service == "sts"
        self._shape = {
            "read_only": row["read_only"],
            "user_agent": row.get("user_agent"),
            "data_event": row.get("data_event", False),
            "additional": _fragment(row.get("additional"), fragments),
            "resources": _fragment(row.get("resources"), fragments),
            "version": "1.11" if row.get("data_event") else "1.09" if service_acts else "1.10",
        }
        self._row = row
        self._success = self._compile(None)
        own = row.get("errors")
        listed = own or default_errors.get(self.service, default_errors["*"])
        self.has_own_errors = bool(own)
        self._failures = Weighted(
            [(self._compile((code, self._message(text))), weight) for code, text, weight in listed])

    def _message(self, text):
        if text is None:
            return None
        return text.replace("<svc>", self.service).replace("<api>", API_DATE.sub("", self.name))

    def _compile(self, error):
        row = self._row
        return Template(record_template(self.service, self.name, row["request"], row["response"],
                                        error=error, **self._shape))

    def record(self, context, fails=False):
        """One record, as JSON text."""
        template = self._failures.draw(context.ids) if fails else self._success
        tail = _tls(context, self.service) + _console(context)
        if self._shared:
            tail += f',"sharedEventID":"{context.ids.uuid()}"'
        return template.fill(context) + tail + "}"


def _fragment(value, fragments):
    return fragments[value] if isinstance(value, str) else value


def _console(context):
    return ',"sessionCredentialFromConsole":"true"' if context.session.from_console else ""


def call(context, service, name, request=None, response=None, **shape):
    """One record of a call that apis.json does not know: for stories, not for millions.

    `shape` is that of record_template().
    """
    text = record_template(service, name, request, response, **shape)
    return Template(text).fill(context) + _tls(context, service) + _console(context) + "}"


def sign_in(context, *, mfa, failure=None):
    """A console sign-in. Federated sessions show MFAUsed "No": their provider asked for it."""
    outcome = "Failure" if failure else "Success"
    text = (
        '{"eventVersion":"1.08","userIdentity":<identity>,"eventTime":"<time>",'
        '"eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"<region>",'
        '"sourceIPAddress":"<address>","userAgent":"<user_agent>",'
    )
    if failure:
        text += f'"errorMessage":{_json(failure)},'
    text += (
        f'"requestParameters":null,"responseElements":{{"ConsoleLogin":"{outcome}"}},'
        '"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home?'
        'hashArgs=%23&isauthcode=true&state=hashArgsFromTB_<region>_<hex16>",'
        f'"MobileVersion":"No","MFAUsed":"{"Yes" if mfa else "No"}"}},'
        '"eventID":"<uuid:9>","readOnly":false,"eventType":"AwsConsoleSignIn",'
        '"managementEvent":true,"recipientAccountId":"<acct>","eventCategory":"Management",'
        '"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256",'
        '"clientProvidedHostHeader":"<region>.signin.aws.amazon.com"}}'
    )
    return Template(text).fill(context)


def load_apis():
    """Every API of the table."""
    table = json.loads((pathlib.Path(__file__).parent / "apis.json").read_text())
    return [Api(row, table["fragments"], table["default_errors"]) for row in table["apis"]]
