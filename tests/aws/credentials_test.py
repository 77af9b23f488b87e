"""From the same environment and files, Trailwarden takes the keys that botocore takes.

Every case is run twice, by botocore and by aws_probe, each in a process of its own, before one
server that stands in for STS, IAM Identity Center, containers and instances.
"""

import datetime
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
import urllib.parse

import pytest

from conftest import PROBE

LATER = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=6)).strftime(
    "%Y-%m-%dT%H:%M:%SZ"
)
EARLIER = "2020-01-01T00:00:00Z"
SECRET = "S3CR3T"

# One process that has loaded botocore already, and forks for each environment that it reads.
BOTOCORE = """
import json, os, pathlib, sys
import botocore.credentials, botocore.session, botocore.tokens

def answer(variables):
    os.environ.clear()
    os.environ.update(variables)
    # Found out when botocore was loaded, with another home.
    cache = str(pathlib.Path.home() / ".aws" / "sso" / "cache")
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = cache
    botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = cache
    try:
        keys = botocore.session.Session().get_credentials().get_frozen_credentials()
        return [keys.access_key, keys.secret_key, keys.token]
    except Exception as refusal:
        return repr(refusal)

for line in sys.stdin:
    if os.fork() == 0:
        print(json.dumps(answer(json.loads(line))), flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def botocore():
    with subprocess.Popen(
        [sys.executable, "-c", BOTOCORE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()


def keys_xml(action, name):
    return f"""<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
<AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/x/y</Arn><AssumedRoleId>A:y</AssumedRoleId>
</AssumedRoleUser><Credentials><AccessKeyId>{name}</AccessKeyId>
<SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>T-{name}</SessionToken>
<Expiration>{LATER}</Expiration></Credentials></{action}Result>
<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"""


def keys_json(name):
    keys = {"AccessKeyId": name, "SecretAccessKey": SECRET, "Token": f"T-{name}"}
    return json.dumps(keys | {"Code": "Success", "Expiration": LATER})


IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::1:user/x</Arn><UserId>U</UserId><Account>1</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def signed_by(self):
        credential = self.headers.get("Authorization", "").partition("Credential=")[2]
        return credential.partition("/")[0]

    def sts(self, form):
        action = form["Action"]
        if action == "GetCallerIdentity":
            self.server.identities.append((self.signed_by(), self.headers["X-Amz-Security-Token"]))
            return 200, IDENTITY
        if action == "AssumeRole":
            return 200, keys_xml(action, f"{form['RoleArn'][31:]}-by-{self.signed_by()}")
        assert not self.signed_by(), "AssumeRoleWithWebIdentity is not signed"
        name = f"{form['RoleArn'][31:]}-by-{form['WebIdentityToken']}"
        return 200, keys_xml(action, name)

    def portal(self):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        name = f"{query['role_name']}-by-{self.headers['x-amz-sso_bearer_token']}"
        milliseconds = int(datetime.datetime.now().timestamp() + 3600) * 1000
        return 200, json.dumps(
            {
                "roleCredentials": {
                    "accessKeyId": name,
                    "secretAccessKey": SECRET,
                    "sessionToken": f"T-{name}",
                    "expiration": milliseconds,
                }
            }
        )

    def instance(self):
        if not self.server.knows_tokens and self.command == "PUT":
            return 404, ""
        if self.command == "PUT":
            return 200, "TOKEN"
        version = 2 if self.headers.get("x-aws-ec2-metadata-token") == "TOKEN" else 1
        if version == 1 and self.server.knows_tokens:
            return 401, ""
        return 200, "role" if self.path.endswith("/") else keys_json(f"INSTANCE-V{version}")

    def answer(self, body):
        if self.path == "/container":
            return 200, keys_json("CONTAINER-" + self.headers.get("Authorization", "none"))
        if self.path.startswith("/federation/credentials"):
            return self.portal()
        if self.path == "/token":
            answer = {"accessToken": "RENEWED", "expiresIn": 28800, "refreshToken": "R2"}
            return 200, json.dumps(answer)
        if self.path.startswith("/latest"):
            return self.instance()
        return self.sts(dict(urllib.parse.parse_qsl(body.decode())))

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, text = self.answer(body)
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_PUT = do_POST = handle_any  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def aws():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.identities = []
    server.knows_tokens = True
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def environment(aws, home, extra):
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": aws.url + "/",
        "AWS_PROBE_SLEEP_SCALE": "0.01",
    } | extra


def by_botocore(botocore, variables):
    botocore.stdin.write(json.dumps(variables) + "\n")
    botocore.stdin.flush()
    answer = json.loads(botocore.stdout.readline())
    if isinstance(answer, str):
        return None, answer
    key, secret, token = answer
    assert secret == SECRET
    return (key, token), ""


def by_us(aws, variables):
    line = json.dumps({"service": "STS", "operation": "GetCallerIdentity", "input": {}})
    run = subprocess.run([PROBE], input=line + "\n", env=variables, capture_output=True, text=True)
    assert SECRET not in run.stdout + run.stderr
    if run.returncode != 0:
        return None, run.stderr
    answer = json.loads(run.stdout)
    if "failure" in answer:
        return None, answer["failure"]["line"]
    return aws.identities[-1], ""


def sso_file(name, **token):
    return f"sso/cache/{hashlib.sha1(name.encode()).hexdigest()}.json", json.dumps(token)


# Role ARNs begin with 31 characters, so that the fake STS can name keys after what follows.
ROLE = "arn:aws:iam::111122223333:role/"
STATIC = f"aws_access_key_id = STATIC\naws_secret_access_key = {SECRET}\n"
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": SECRET}
SSO = """[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.example/start
sso_registration_scopes = sso:account:access
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Audit
[profile legacy]
sso_region = eu-west-1
sso_start_url = https://corp.example/start
sso_account_id = 111122223333
sso_role_name = Audit
"""
PROCESS = (
    "credential_process = printf '%s' "
    f'\'{{"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"{SECRET}"}}\'\n'
)
RENEWABLE = {
    "refreshToken": "R1",
    "clientId": "C",
    "clientSecret": SECRET,
    "registrationExpiresAt": LATER,
    "expiresAt": EARLIER,
    "accessToken": "OLD",
}

# name, config, credentials, environment, the access key that both must find.
FOUND = [
    ("environment", "", f"[default]\n{STATIC}", ENVIRONMENT, "ENV"),
    (
        "environment before AWS_PROFILE",
        "",
        f"[p]\n{STATIC}",
        ENVIRONMENT | {"AWS_PROFILE": "p", "AWS_SESSION_TOKEN": "T"},
        "ENV",
    ),
    ("credentials file", "", f"[default]\n{STATIC}", {}, "STATIC"),
    ("config file", f"[default]\n{STATIC}", "", {}, "STATIC"),
    (
        "credentials over config",
        f"[profile p]\naws_access_key_id = CONFIG\naws_secret_access_key = {SECRET}\n",
        f"[p]\n{STATIC}aws_session_token = T\n",
        {"AWS_PROFILE": "p"},
        "STATIC",
    ),
    (
        "odd spelling",
        f"# c\n; c\n[profile 'a b']\n  AWS_ACCESS_KEY_ID=STATIC\n  s3 =\n    x = y\n\n"
        f"  aws_secret_access_key : {SECRET}\n",
        "",
        {"AWS_PROFILE": "a b"},
        "STATIC",
    ),
    (
        "role",
        f"[profile p]\nrole_arn = {ROLE}R\nsource_profile = default\n",
        f"[default]\n{STATIC}",
        {"AWS_PROFILE": "p"},
        "R-by-STATIC",
    ),
    (
        "role through a role",
        f"[profile p]\nrole_arn = {ROLE}R\nsource_profile = q\n"
        f"[profile q]\nrole_arn = {ROLE}Q\nsource_profile = default\n",
        f"[default]\n{STATIC}",
        {"AWS_PROFILE": "p"},
        "R-by-Q-by-STATIC",
    ),
    (
        "role of a profile with keys of its own",
        f"[default]\nrole_arn = {ROLE}R\nsource_profile = default\n{STATIC}",
        "",
        {},
        "R-by-STATIC",
    ),
    (
        "role whose source has keys and a role",
        f"[profile p]\nrole_arn = {ROLE}R\nsource_profile = q\n"
        f"[profile q]\nrole_arn = {ROLE}Q\nsource_profile = p\n{STATIC}",
        "",
        {"AWS_PROFILE": "p"},
        "R-by-STATIC",
    ),
    (
        "role by a process",
        f"[profile p]\nrole_arn = {ROLE}R\nsource_profile = q\n[profile q]\n{PROCESS}",
        "",
        {"AWS_PROFILE": "p"},
        "R-by-PROCESS",
    ),
    (
        "role by the instance",
        f"[default]\nrole_arn = {ROLE}R\ncredential_source = Ec2InstanceMetadata\n",
        "",
        {},
        "R-by-INSTANCE-V2",
    ),
    (
        "role by the container",
        f"[default]\nrole_arn = {ROLE}R\ncredential_source = EcsContainer\n",
        "",
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "URL/container"},
        "R-by-CONTAINER-none",
    ),
    (
        "web identity of the environment",
        "",
        f"[default]\n{STATIC}",
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/jwt", "AWS_ROLE_ARN": f"{ROLE}W"},
        "W-by-JWT1",
    ),
    (
        "a role before web identity of the environment",
        f"[default]\nrole_arn = {ROLE}R\nsource_profile = default\n",
        f"[default]\n{STATIC}",
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/jwt", "AWS_ROLE_ARN": f"{ROLE}W"},
        "R-by-STATIC",
    ),
    (
        "web identity of the profile",
        f"[default]\nrole_arn = {ROLE}W\nweb_identity_token_file = HOME/jwt\n{STATIC}",
        "",
        {},
        "W-by-JWT1",
    ),
    (
        "role by web identity",
        f"[profile p]\nrole_arn = {ROLE}R\nsource_profile = w\n"
        f"[profile w]\nrole_arn = {ROLE}W\nweb_identity_token_file = HOME/jwt\n",
        "",
        {"AWS_PROFILE": "p"},
        "R-by-W-by-JWT1",
    ),
    ("process", f"[default]\n{PROCESS}", "", {}, "PROCESS"),
    ("keys before a process", f"[default]\n{PROCESS}", f"[default]\n{STATIC}", {}, "STATIC"),
    ("Identity Center", SSO, "", {"AWS_PROFILE": "sso", "SSO": "good"}, "Audit-by-GOOD"),
    ("Identity Center, legacy", SSO, "", {"AWS_PROFILE": "legacy", "SSO": "good"}, "Audit-by-GOOD"),
    ("Identity Center, renewed", SSO, "", {"AWS_PROFILE": "sso", "SSO": "old"}, "Audit-by-RENEWED"),
    (
        "Identity Center before keys",
        f"{SSO}{STATIC}",
        "",
        {"AWS_PROFILE": "legacy", "SSO": "good"},
        "Audit-by-GOOD",
    ),
    (
        "role by Identity Center",
        f"{SSO}[profile p]\nrole_arn = {ROLE}R\nsource_profile = sso\n",
        "",
        {"AWS_PROFILE": "p", "SSO": "good"},
        "R-by-Audit-by-GOOD",
    ),
    (
        "container",
        "",
        "",
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "URL/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "auth",
        },
        "CONTAINER-auth",
    ),
    (
        "container, token in a file",
        "",
        "",
        {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "URL/container",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "auth",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/jwt",
        },
        "CONTAINER-JWT1",
    ),
    ("instance", "[default]\nregion = eu-west-1\n", "", {}, "INSTANCE-V2"),
    ("instance, version 1", "", "", {"TOKENS": "no"}, "INSTANCE-V1"),
]

# Cases that both refuse, and what our message says.
REFUSED = [
    ("half an environment", "", f"[default]\n{STATIC}", {"AWS_ACCESS_KEY_ID": "A"}, "SECRET_ACCESS"),
    ("half a profile", "", "[default]\naws_access_key_id = A\n", {}, "aws_secret_access_key"),
    ("unknown profile", "", "", {"AWS_PROFILE": "x"}, "'x' is in neither"),
    ("broken file", "[default\n", "", {}, "config:1: "),
    ("no key", "[default]\nregion eu-west-1\n", "", {}, "config:2: expected name = value"),
    (
        "circle",
        f"[profile p]\nrole_arn = {ROLE}R\nsource_profile = q\n"
        f"[profile q]\nrole_arn = {ROLE}R\nsource_profile = p\n",
        "",
        {"AWS_PROFILE": "p"},
        "circle: p → q → p",
    ),
    (
        "no such source",
        f"[default]\nrole_arn = {ROLE}R\nsource_profile = q\n",
        "",
        {},
        "does not exist",
    ),
    (
        "two sources",
        f"[default]\nrole_arn = {ROLE}R\nsource_profile = default\n"
        f"credential_source = Environment\n{STATIC}",
        "",
        {},
        "and not both",
    ),
    ("no source", f"[default]\nrole_arn = {ROLE}R\n", "", {}, "source_profile"),
    (
        "unknown credential_source",
        f"[default]\nrole_arn = {ROLE}R\ncredential_source = Sun\n",
        "",
        {},
        "credential_source must be",
    ),
    ("process that fails", "[default]\ncredential_process = false\n", "", {}, "status 1"),
    ("no sign-in", SSO, "", {"AWS_PROFILE": "sso"}, "aws sso login"),
    ("sign-in expired", SSO, "", {"AWS_PROFILE": "legacy", "SSO": "old"}, "aws sso login"),
    ("web identity without a role", "", "", {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/jwt"}, "ROLE_ARN"),
    (
        "container elsewhere",
        "",
        "",
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"},
        "must use https",
    ),
]


def prepare(aws, home, config, credentials, extra):
    """Writes the files; returns the environment."""

    def filled(text):
        return text.replace("HOME/", f"{home}/").replace("URL/", f"{aws.url}/")

    extra = {name: filled(value) for name, value in extra.items()}
    aws.knows_tokens = extra.pop("TOKENS", "yes") == "yes"
    files = {"config": filled(config), "credentials": credentials}
    sign_in = extra.pop("SSO", None)
    good = {"accessToken": "GOOD", "expiresAt": LATER}
    for name in ("corp", "https://corp.example/start") if sign_in else ():
        path, text = sso_file(name, **(good if sign_in == "good" else RENEWABLE))
        files[path] = text
    for name, text in files.items():
        path = home / ".aws" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (home / "jwt").write_text("JWT1")
    return environment(aws, home, extra)


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case[0])
def test_both_find_the_same_keys(aws, botocore, tmp_path_factory, case):
    _, config, credentials, extra, expected = case
    # A home each: a renewed sign-in is written back.
    theirs, error = by_botocore(
        botocore, prepare(aws, tmp_path_factory.mktemp("theirs"), config, credentials, extra)
    )
    assert theirs, error
    ours, error = by_us(
        aws, prepare(aws, tmp_path_factory.mktemp("ours"), config, credentials, extra)
    )
    assert ours, error
    assert ours == theirs
    assert ours[0] == expected


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[0])
def test_both_refuse_the_same(aws, botocore, tmp_path, case):
    _, config, credentials, extra, says = case
    variables = prepare(aws, tmp_path, config, credentials, extra)
    theirs, _ = by_botocore(botocore, variables)
    assert theirs is None
    ours, error = by_us(aws, variables)
    assert ours is None
    assert says in error


def test_a_renewed_sign_in_serves_botocore_too(aws, botocore, tmp_path):
    variables = prepare(aws, tmp_path, SSO, "", {"AWS_PROFILE": "sso", "SSO": "old"})
    assert by_us(aws, variables)[0][0] == "Audit-by-RENEWED"
    theirs, error = by_botocore(botocore, variables | {"AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:9"})
    assert theirs, error
    assert theirs[0] == "Audit-by-RENEWED"
