"""How people and machines of the company come by a session, and the records that this leaves."""

from corpus import identities, user_agents
from corpus.templates import Session

from . import company
from .day import at, iso

PASS = {"expiration": "<exp>", "sessionToken": "<token>"}


def service(name):
    return Session(*identities.service(name), name, name, is_service=True)


def _credentials(key):
    return {"accessKeyId": key} | PASS


def _role_arn(role, path=""):
    return f"arn:aws:iam::{company.ACCOUNT}:role/{path}{role}"


def _assumed(role, role_id, name):
    arn = f"arn:aws:sts::{company.ACCOUNT}:assumed-role/{role}/{name}"
    return {"assumedRoleId": f"{role_id}:{name}", "arn": arn}


def person(scene, who, clock, address, browser, *, console=True):
    """Identity Center lets a person in: a SAML exchange, and the console's own sign-in."""
    role, path = company.permission_set(who.permissions)
    role_id = company.stable_id("AROA", role)
    mail, key = f"{who.name}@{company.DOMAIN}", scene.ids.session_key()
    now = at(clock) if isinstance(clock, str) else clock
    portal = Session(*identities.saml_user(company.SAML_PROVIDER, mail), address, browser)
    scene.call(
        portal, now, "sts", "AssumeRoleWithSAML",
        {"sAMLAssertionID": "_<uuid>", "roleSessionName": mail, "durationSeconds": 28800,
         "roleArn": _role_arn(role, path), "principalArn": company.SAML_PROVIDER},
        {"credentials": _credentials(key), "assumedRoleUser": _assumed(role, role_id, mail),
         "subject": mail, "subjectType": "persistent",
         "audience": "https://signin.aws.amazon.com/saml"})
    identity, arn = identities.role_session(
        company.ACCOUNT, role, role_id, mail, key, iso(now), path=path)
    session = Session(identity, arn, address, browser, from_console=console)
    if console:
        scene.sign_in(session, now + 2, mfa=False)  # The portal asked for the second factor.
    return session


def workload(scene, who, now):
    """A service assumes the workload's role for it; the session's key is in that record."""
    role = who.name + "-role"
    role_id = company.stable_id("AROA", role)
    name = {"ec2": scene.account.pools["iid"][len(who.name) % 9], "lambda": who.name}.get(
        who.kind) or scene.ids.hex(32)
    key = scene.ids.session_key()
    scene.call(
        service(who.kind + ".amazonaws.com"), now, "sts", "AssumeRole",
        {"roleArn": _role_arn(role), "roleSessionName": name},
        {"credentials": _credentials(key), "assumedRoleUser": _assumed(role, role_id, name)},
        region=who.region, version="1.09",
        resources=[{"accountId": "<acct>", "type": "AWS::IAM::Role", "ARN": _role_arn(role)}])
    identity, arn = identities.role_session(
        company.ACCOUNT, role, role_id, name, key, iso(now), on_instance=who.kind == "ec2")
    return Session(identity, arn, who.address, who.user_agent)


def github(scene, clock, repository, address):
    """A GitHub workflow trades its OIDC token for a session of the Terraform role."""
    role = "github-terraform"
    role_id, key = company.stable_id("AROA", role), scene.ids.session_key()
    subject = f"repo:lindgren-optics/{repository}:ref:refs/heads/main"
    caller = Session(*identities.web_identity(company.ACCOUNT, subject), address,
                     user_agents.GITHUB_LOGIN)
    scene.call(
        caller, clock, "sts", "AssumeRoleWithWebIdentity",
        {"roleArn": _role_arn(role), "roleSessionName": "GitHubActions", "durationSeconds": 3600},
        {"credentials": _credentials(key), "subjectFromWebIdentityToken": subject,
         "assumedRoleUser": _assumed(role, role_id, "GitHubActions"),
         "provider": f"arn:aws:iam::{company.ACCOUNT}:oidc-provider/{identities.OIDC_PROVIDER}",
         "audience": "sts.amazonaws.com"})
    identity, arn = identities.role_session(
        company.ACCOUNT, role, role_id, "GitHubActions", key, iso(at(clock)),
        federated_by=identities.OIDC_PROVIDER)
    return Session(identity, arn, address, user_agents.TERRAFORM)


def service_role(scene, role, name, service_name, now):
    """A service's own role at work, as AWS Config's sweeps show it."""
    path = f"aws-service-role/{service_name}/"
    identity, arn = identities.role_session(
        company.ACCOUNT, role, company.stable_id("AROA", role), name, scene.ids.session_key(),
        iso(now), path=path)
    identity = identity[:-1] + f',"invokedBy":"{service_name}"}}'
    return Session(identity, arn, service_name, service_name, is_service=True)


def scanner(scene, now, address):
    """The posture scanner's vendor assumes the role that it was given."""
    role, name = "PostureScanner", "posture-scan"
    role_id, key = company.stable_id("AROA", role), scene.ids.session_key()
    vendor = Session(*identities.foreign_account("444455556666", "AROAVENDORSCANNER0001:worker"),
                     address, user_agents.SCANNER[0])
    scene.call(
        vendor, now, "sts", "AssumeRole",
        {"roleArn": _role_arn(role), "roleSessionName": name, "externalId": "lindgren-7f31",
         "durationSeconds": 3600},
        {"credentials": _credentials(key), "assumedRoleUser": _assumed(role, role_id, name)})
    identity, arn = identities.role_session(
        company.ACCOUNT, role, role_id, name, key, iso(now))
    return Session(identity, arn, address, user_agents.SCANNER[0])


def legacy_user(name, address, user_agent):
    """An IAM user with a long-term key: they should be gone, and three are not."""
    identity, arn = identities.iam_user(
        company.ACCOUNT, name, company.stable_id("AIDA", name), company.long_term_key(name))
    return Session(identity, arn, address, user_agent)
