"""moto's server, with what its CloudFormation lacks of what the template makes.

moto's S3, SNS and IAM keep all of it when they are asked themselves; its CloudFormation does not
hand on the bucket's blocks, owners and lifecycle, does not change managed policies, makes topics
anew where it should change them, knows no policies of buckets and topics and no subscriptions, and
leaves AWS::NoValue in lists as null, where CloudFormation removes the entry (its User Guide, "Pseudo
parameters reference").
"""

import json

import moto.cloudformation.parsing as parsing
from moto.core.common_models import CloudFormationModel
from moto.iam.access_control import PermissionResult
from moto.iam.models import ManagedPolicy
from moto.s3.models import FakeBucket, s3_backends
from moto.server import main
from moto.sns.models import Topic, sns_backends

MODULE = "moto.deploy"  # moto takes the service from it.

with_nulls = parsing.clean_json


def clean_json(resource, *others):
    value = with_nulls(resource, *others)
    return [each for each in value if each is not None] if isinstance(resource, list) else value


parsing.clean_json = clean_json


def s3_of(account):
    return s3_backends[account]["aws"]


def as_words(value):
    """Truth values as S3's XML has them."""
    return {key: str(each).lower() for key, each in value.items()}


def set_up_bucket(name, properties, account):
    s3 = s3_of(account)
    s3.put_public_access_block(name, as_words(properties["PublicAccessBlockConfiguration"]))
    [owner] = properties["OwnershipControls"]["Rules"]
    s3.put_bucket_ownership_controls(name, owner["ObjectOwnership"])
    s3.put_bucket_lifecycle_configuration(name, [
        {"ID": rule["Id"], "Status": rule["Status"], "Filter": {"Prefix": ""},
         "Expiration": {"Days": int(rule["ExpirationInDays"])},
         **{key: rule[key]
            for key in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")}}
        for rule in properties["LifecycleConfiguration"]["Rules"]])


# moto minds no conditions, and would refuse what does not come by TLS here: everything.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL

make_bucket = FakeBucket.create_from_cloudformation_json.__func__


def create_bucket(cls, name, resource, account, region, **more):
    bucket = make_bucket(cls, name, resource, account, region, **more)
    set_up_bucket(name, resource["Properties"], account)
    return bucket


def update_bucket(cls, original_resource, cloudformation_json, account_id, **_):
    set_up_bucket(original_resource.name, cloudformation_json["Properties"], account_id)
    return original_resource


FakeBucket.create_from_cloudformation_json = classmethod(create_bucket)
FakeBucket.update_from_cloudformation_json = classmethod(update_bucket)


def stays(cls, original_resource, **_):
    return original_resource


ManagedPolicy.update_from_cloudformation_json = classmethod(stays)
Topic.update_from_cloudformation_json = classmethod(stays)


class Addition(CloudFormationModel):
    """A resource that is kept by the one that it belongs to."""

    __module__ = MODULE

    def __init__(self, physical):
        self.physical_resource_id = physical

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return "Tests::Of::This"

    @classmethod
    def has_cfn_attr(cls, attr):
        return False

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, **_):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, *rest):
        pass

    def is_created(self):
        return True


class BucketPolicy(Addition, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::S3::BucketPolicy"

    @classmethod
    def create_from_cloudformation_json(cls, name, resource, account, region, **_):
        properties = resource["Properties"]
        document = json.dumps(properties["PolicyDocument"]).encode()
        s3_of(account).get_bucket(properties["Bucket"]).policy = document
        return cls(properties["Bucket"])


class TopicPolicy(Addition, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::SNS::TopicPolicy"

    @classmethod
    def create_from_cloudformation_json(cls, name, resource, account, region, **_):
        properties = resource["Properties"]
        for topic in properties["Topics"]:
            sns_backends[account][region].set_topic_attribute(
                topic, "_policy_json", properties["PolicyDocument"])
        return cls(name)


class Subscription(Addition, CloudFormationModel):
    __module__ = MODULE

    @staticmethod
    def cloudformation_type():
        return "AWS::SNS::Subscription"

    @classmethod
    def create_from_cloudformation_json(cls, name, resource, account, region, **_):
        properties = resource["Properties"]
        return cls(sns_backends[account][region].subscribe(
            properties["TopicArn"], properties["Endpoint"], properties["Protocol"]).arn)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, resource, account, region):
        sns_backends[account][region].unsubscribe(resource_name)


if __name__ == "__main__":
    main()
