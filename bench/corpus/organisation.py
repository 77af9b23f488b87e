"""A made-up organisation: its accounts, and the people, workloads, bots and scanners in them."""

import dataclasses
import ipaddress
import time
import zlib

from . import identities, user_agents
from .ids import BASE64
from .templates import Session, Weighted

FIRST_NAMES = (
    "alice bruno chen diana emil farah goran hana ivan julia karim lena mateo nadia oscar priya "
    "quentin rosa stefan tara ulrich vera wei ximena yara zoe").split()
LAST_NAMES = (
    "adams berger costa dubois evans fischer garcia haddad ito jansen kumar lopez meyer novak "
    "okafor petrov quinn rossi silva tanaka unger vargas weber xu yilmaz zhang").split()
TEAMS = "payments search billing identity catalog mobile data platform checkout fraud".split()
NAMES = "api web worker ingest etl auth gateway reports cron notify".split()
STAGES = ("prod", "staging", "dev", "data", "security", "shared")

OFFICE = ipaddress.ip_network("203.0.113.0/24")
CLOUD = ipaddress.ip_network("192.0.2.0/24")
VENDORS = ipaddress.ip_network("198.51.100.0/26")
HOMES = ipaddress.ip_network("198.18.0.0/16")
RUNNERS = ipaddress.ip_network("198.19.0.0/16")


@dataclasses.dataclass
class Account:
    id: str
    pools: dict  # Token of apis.json -> the values it is drawn from.
    padding: list  # Random texts: the bulk of session tokens, whose content nobody reads.


@dataclasses.dataclass
class Principal:
    kind: str
    name: str
    addresses: list
    user_agent: str
    browser: str = ""
    accounts: list = dataclasses.field(default_factory=list)  # Indices.
    ids: dict = dataclasses.field(default_factory=dict)  # Account id -> role or user id.


def make_padding(ids):
    return [ids.text(220, BASE64) for _ in range(64)]


def make_account(ids, index):
    def hexes(prefix, count):
        return [prefix + ids.hex(16) for _ in range(count)]

    account_id = "%012d" % ids.randrange(10**11, 10**12)
    stage = f"{STAGES[index % len(STAGES)]}-{account_id[-4:]}"

    def names(count, *parts):
        return ["-".join(ids.pick(p) if isinstance(p, (list, tuple)) else p for p in parts)
                for _ in range(count)]

    functions = names(70, TEAMS, NAMES, ("handler", "consumer", "sync", "cleanup"))
    pools = {
        "iid": hexes("i-0", 260), "vol": hexes("vol-0", 200), "snap": hexes("snap-0", 120),
        "sg": hexes("sg-0", 60), "subnet": hexes("subnet-0", 18), "vpc": hexes("vpc-0", 4),
        "ami": hexes("ami-0", 10),
        "bucket": names(36, TEAMS, ("raw", "assets", "exports", "backup", "uploads"), stage),
        "role": names(50, TEAMS, NAMES, "role"),
        "fn": functions,
        "tbl": names(16, TEAMS, ("orders", "sessions", "users", "events", "locks")),
        "queue": names(20, TEAMS, NAMES, "queue"),
        "lg": ["/aws/lambda/" + f for f in functions[:40]] + ["/ecs/" + n for n in NAMES],
        "kms": [ids.uuid() for _ in range(8)],
        "secret": [f"{ids.pick(('prod', 'staging'))}/{team}/db" for team in TEAMS],
        "param": [f"/{ids.pick(('prod', 'staging'))}/{ids.pick(TEAMS)}/"
                  f"{ids.pick(('db-url', 'api-key', 'feature-flags', 'log-level'))}"
                  for _ in range(40)],
        "stack": names(24, TEAMS, NAMES, "stack"),
        "repo": [f"{ids.pick(TEAMS)}/{ids.pick(NAMES)}" for _ in range(24)],
        "logbucket": ["org-logs-" + account_id[-4:]], "tfbucket": ["tfstate-" + stage],
        "cluster": ["main-" + stage], "cirole": ["github-deploy"],
        "name": NAMES, "team": TEAMS, "env": ["prod", "prod", "staging", "dev"],
    }
    return Account(account_id, pools, make_padding(ids))


class Organisation:
    """Accounts and principals. Immutable once made, but for the ids it hands out."""

    def __init__(self, ids, accounts, principals):
        self.accounts = [make_account(ids, i) for i in range(accounts)]
        self._office = [ids.address(OFFICE) for _ in range(12)]
        self._homes = [ids.address(HOMES) for _ in range(120)]
        self._nat = [ids.address(CLOUD) for _ in range(24)]
        self._vendors = [ids.address(VENDORS) for _ in range(6)]
        people = self._people(ids, int(principals * 0.35))
        self.principals = {
            "hu": people,
            "wl": self._workloads(ids, int(principals * 0.45)),
            "ci": self._bots(ids, int(principals * 0.12)),
            "sc": self._scanners(ids, int(principals * 0.08)),
        }
        for account in self.accounts:
            account.pools["person"] = [p.name for p in people]
        self._give_ids(ids)
        self._draws = self._make_draws()

    def draw(self, actor, account_index, ids):
        """A principal of the class `actor` that works in the account; a few do most (Zipf)."""
        return self._draws[actor, account_index].draw(ids)

    def _make_draws(self):
        draws = {}
        for actor, principals in self.principals.items():
            for index in range(len(self.accounts)):
                here = [(p, 1 / (rank + 1) ** 1.1) for rank, p in enumerate(principals)
                        if index in p.accounts]
                draws[actor, index] = Weighted(here or [(principals[0], 1)])
        return draws

    def _give_ids(self, ids):
        for principals in self.principals.values():
            for p in principals:
                is_user = p.kind in ("iam_user", "ci_user")
                p.ids = {a.id: ids.user_id() if is_user else ids.role_id() for a in self.accounts}
                p.ids["key"] = ids.access_key()

    def _some_accounts(self, ids, count):
        return sorted({ids.randrange(len(self.accounts)) for _ in range(count)})

    def _people(self, ids, count):
        names = [f"{first}.{last}" for first in FIRST_NAMES for last in LAST_NAMES]
        people = []
        for i, name in enumerate(ids.sample(names, max(3, count))):
            people.append(Principal(
                "iam_user" if i % 7 == 6 else "person", name,
                [ids.pick(self._office), ids.pick(self._homes)],
                ids.pick(user_agents.COMMAND_LINE), ids.pick(user_agents.BROWSER),
                self._some_accounts(ids, 3 if ids.random() < 0.6 else 1)))
        return people

    def _workloads(self, ids, count):
        workloads = []
        for i in range(max(4, count)):
            inside = ids.random() < 0.5
            addresses = [f"10.{ids.randrange(4)}.{ids.randrange(256)}.{ids.randrange(1, 255)}"
                         if inside else ids.pick(self._nat) for _ in range(3)]
            name = f"{ids.pick(TEAMS)}-{ids.pick(NAMES)}-role-{i}"
            workloads.append(Principal(
                ("ec2", "lambda", "ecs", "ec2")[i % 4], name, addresses,
                ids.pick(user_agents.WORKLOAD), accounts=self._some_accounts(ids, 1)))
        return workloads

    def _bots(self, ids, count):
        everywhere = list(range(len(self.accounts)))
        kinds = (("oidc", "github-deploy"), ("ci_user", "ci-terraform"), ("codebuild", "build"))
        return [Principal(kinds[i % 3][0], f"{kinds[i % 3][1]}-{i}",
                          [ids.address(RUNNERS) for _ in range(12)], ids.pick(user_agents.CI),
                          accounts=everywhere) for i in range(max(2, count))]

    def _scanners(self, ids, count):
        everywhere = list(range(len(self.accounts)))
        names = ("PostureScanner", "MonitoringIntegration", "CostExplorerVendor")
        return [Principal("scanner", f"{names[i % 3]}-{i}", self._vendors,
                          ids.pick(user_agents.SCANNER), accounts=everywhere)
                for i in range(max(1, count))]


def open_session(principal, account, ids, now):
    """A new session of the principal in the account, begun some minutes before `now`."""
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - int(ids.random() * 1200)))
    own_id = principal.ids[account.id]
    if principal.kind == "ci_user":
        identity, arn = identities.iam_user(
            account.id, principal.name, own_id, principal.ids["key"])
    elif principal.kind == "iam_user":
        identity, arn = identities.iam_user(
            account.id, principal.name, own_id, ids.session_key(), mfa_since=since)
    else:
        role, path = principal.name, ""
        if principal.kind == "person":
            permissions = ("Developer", "ReadOnly", "PowerUser", "Administrator", "Billing")
            own_set = permissions[zlib.crc32(own_id.encode()) % len(permissions)]
            role, path = identities.permission_set(own_set, account.id)
        identity, arn = identities.role_session(
            account.id, role, own_id, _session_name(principal, account, ids), ids.session_key(),
            since, path=path, on_instance=principal.kind == "ec2",
            federated_by=identities.OIDC_PROVIDER if principal.kind == "oidc" else None)
    return Session(identity, arn, ids.pick(principal.addresses), principal.user_agent)


def _session_name(principal, account, ids):
    match principal.kind:
        case "person":
            return principal.name + "@example.com"
        case "ec2":
            instances = account.pools["iid"]
            return instances[zlib.crc32(principal.name.encode()) % len(instances)]
        case "lambda":
            return principal.name.replace("-role", "-handler")
        case "ecs":
            return ids.hex(32)
        case "oidc":
            return "GitHubActions"
        case "codebuild":
            return "AWSCodeBuild-" + ids.uuid()
        case _:
            return "posture-scan"
