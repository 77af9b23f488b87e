"""userIdentity objects, as CloudTrail writes them."""

import hashlib
import json

OIDC_PROVIDER = "token.actions.githubusercontent.com"


def _text(identity):
    return json.dumps(identity, separators=(",", ":"))


def service(name):
    """An AWS service that acts by itself; returns (JSON text, arn-like name)."""
    return _text({"type": "AWSService", "invokedBy": name}), name


def iam_user(account_id, name, user_id, access_key, mfa_since=None):
    """A legacy user: with its long-term key, or (`mfa_since`, an ISO time) in a console session."""
    arn = f"arn:aws:iam::{account_id}:user/{name}"
    identity = {"type": "IAMUser", "principalId": user_id, "arn": arn, "accountId": account_id,
                "accessKeyId": access_key, "userName": name}
    if mfa_since:
        identity["sessionContext"] = {
            "attributes": {"creationDate": mfa_since, "mfaAuthenticated": "true"}}
    return _text(identity), arn


def role_session(account_id, role, role_id, session_name, access_key, since, *, path="",
                 federated_by=None, on_instance=False):
    """A session of a role. `path` is the role's, which only the issuer's ARN shows."""
    arn = f"arn:aws:sts::{account_id}:assumed-role/{role}/{session_name}"
    context = {
        "sessionIssuer": {"type": "Role", "principalId": role_id,
                          "arn": f"arn:aws:iam::{account_id}:role/{path}{role}",
                          "accountId": account_id, "userName": role},
        "attributes": {"creationDate": since, "mfaAuthenticated": "false"},
    }
    if federated_by:
        context["webIdFederationData"] = {
            "federatedProvider": f"arn:aws:iam::{account_id}:oidc-provider/{federated_by}",
            "attributes": {}}
    if on_instance:
        context["ec2RoleDelivery"] = "2.0"
    identity = {"type": "AssumedRole", "principalId": f"{role_id}:{session_name}", "arn": arn,
                "accountId": account_id, "accessKeyId": access_key, "sessionContext": context}
    return _text(identity), arn


def permission_set(name, account_id):
    """The role that IAM Identity Center makes for a permission set: (role, its path)."""
    suffix = hashlib.sha256(f"{account_id}/{name}".encode()).hexdigest()[:16]
    return f"AWSReservedSSO_{name}_{suffix}", "aws-reserved/sso.amazonaws.com/"


def saml_user(provider_arn, user):
    """Who calls AssumeRoleWithSAML: so Identity Center lets a person into an account."""
    return _text({"type": "SAMLUser", "principalId": f"{provider_arn}:{user}", "userName": user,
                  "identityProvider": provider_arn}), user


def web_identity(account_id, subject):
    """Who calls AssumeRoleWithWebIdentity: the CI system's token, no AWS principal yet."""
    provider = f"arn:aws:iam::{account_id}:oidc-provider/{OIDC_PROVIDER}"
    identity = {"type": "WebIdentityUser", "principalId": f"{provider}:sts.amazonaws.com:{subject}",
                "userName": subject, "identityProvider": provider}
    return _text(identity), subject


def foreign_account(account_id, principal_id):
    """Another account's principal, as the owner of an assumed role sees it."""
    return (_text({"type": "AWSAccount", "principalId": principal_id, "accountId": account_id}),
            principal_id)
