"""Amazon Bedrock's batch inference (and the calls that ask a record again) on loopback.

It refuses what Bedrock refuses: requests that its service model does not allow, wrong signatures,
roles and buckets that do not exist, input that is no JSONL of modelInput, too few records, tools and
response formats. A job goes on by one status with each look at it.
Source of fact: botocore's service model of bedrock; Amazon Bedrock User Guide, "Process multiple
prompts with batch inference" and "Quotas for Amazon Bedrock".
"""

import datetime
import json
import random
import re
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
import botocore.session
import pydantic
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from botocore.validate import ParamValidator
from fake_service import FakeService, Plan, task_in

ACCOUNT = "111122223333"
KEY, SECRET = "AKIDEXAMPLE", "secret"
CLAUDE = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
NOVA = "eu.amazon.nova-lite-v1:0"
TERMINAL = ("Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired")
SESSION = botocore.session.get_session()
BEDROCK = SESSION.get_service_model("bedrock")
RUNTIME = SESSION.get_service_model("bedrock-runtime")
CLAUDE_PARAMS = pydantic.TypeAdapter(MessageCreateParamsNonStreaming)
FORBIDDEN = {"tools", "tool_choice", "toolConfig", "response_format", "output_config",
             "outputConfig", "stream", "model", "modelId"}


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


def invalid(message):
    return Refused(400, "ValidationException", message)


def check_shape(shape, value, where):
    """What ParamValidator leaves out: patterns, enumerations, and members that there are not."""
    if shape.type_name == "structure":
        for name, member in value.items():
            if name not in shape.members:
                raise invalid(f"{where} has no {name}")
            check_shape(shape.members[name], member, f"{where}.{name}")
    if shape.type_name == "string":
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern, value):
            raise invalid(f"{where}: {value!r} does not match {pattern}")
        if shape.enum and value not in shape.enum:
            raise invalid(f"{where}: {value!r} is none of {shape.enum}")
        if not shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", 1 << 30):
            raise invalid(f"{where} is too short or too long")


def check_input(operation, params):
    shape = operation.input_shape
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        raise invalid(report.generate_report())
    check_shape(shape, params, operation.name)


class Job:
    def __init__(self, arn, params, statuses):
        self.arn, self.params = arn, params
        self.statuses = list(statuses)
        self.status = "Submitted"
        self.message = None
        self.looks = 0
        self.records = {}
        self.done = 0
        self.errors = 0

    @property
    def id(self):
        return self.arn.rpartition("/")[2]


class FakeBedrock(FakeService):
    def __init__(self, s3, region="eu-central-1"):
        self.s3, self.region = s3, region
        self.roles = {f"arn:aws:iam::{ACCOUNT}:role/digest-batch"}
        self.jobs = []  # In the order of their creation.
        self.creations = 0  # Calls, repeated ones included.
        self.asked_directly = []
        self.plan = Plan()
        # What a job's looks find, one after the other; the last for ever.
        self.statuses = ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]
        self.fail_message = None
        self.records_min = 100
        self.refuse_directly = set()  # Task ids.
        super().__init__()

    # The way in.

    def answer(self, method, path, headers, body):
        try:
            self.check_signature(method, path, headers, body)
            return 200, self.route(method, path, body)
        except Refused as refused:
            return refused.status, {"__type": refused.code, "message": str(refused)}

    def check_signature(self, method, path, headers, body):
        """Computes the signature anew, by botocore's own code."""
        given = headers.get("Authorization", "")
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, *"
            r"SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})", given)
        if not found or found.group(1) != KEY:
            raise Refused(403, "UnrecognizedClientException", "no signature of a key that we know")
        if found.group(3) != self.region or found.group(4) != "bedrock":
            raise Refused(403, "InvalidSignatureException", "signed for another place")
        signed = {name: headers[name] for name in found.group(5).split(";")}
        request = botocore.awsrequest.AWSRequest(
            method=method, url=f"http://{headers['Host']}{path}", data=body,
            headers={name: value for name, value in signed.items() if name != "host"})
        request.context["timestamp"] = headers["X-Amz-Date"]
        signer = botocore.auth.SigV4Auth(
            botocore.credentials.Credentials(KEY, SECRET), "bedrock", self.region)
        canonical = signer.canonical_request(request)
        signature = signer.signature(signer.string_to_sign(request, canonical), request)
        if signature != found.group(6):
            raise Refused(403, "InvalidSignatureException", "the signature does not match")

    def route(self, method, path, body):
        parts = [urllib.parse.unquote(part) for part in path.split("/")[1:]]
        if (method, parts) == ("POST", ["model-invocation-job"]):
            return self.create(json.loads(body))
        if parts[0] == "model-invocation-job" and len(parts) == 2 and method == "GET":
            return self.look(parts[1])
        if parts[0] == "model" and method == "POST":
            return self.ask(parts[1], parts[2], json.loads(body))
        raise Refused(404, "UnknownOperationException", f"{method} {path}")

    # Jobs.

    def create(self, params):
        self.creations += 1
        check_input(BEDROCK.operation_model("CreateModelInvocationJob"), params)
        for job in self.jobs:
            if job.params["clientRequestToken"] == params["clientRequestToken"]:
                if job.params != params:
                    raise Refused(400, "ConflictException", "the token is another job's")
                return {"jobArn": job.arn}
        if params["roleArn"] not in self.roles:
            raise invalid(f"Could not assume provided IAM role: {params['roleArn']}")
        if params["modelId"] not in (CLAUDE, NOVA):
            raise invalid("The provided model identifier is invalid.")
        for place in (params["inputDataConfig"]["s3InputDataConfig"],
                      params["outputDataConfig"]["s3OutputDataConfig"]):
            try:
                self.s3.head_bucket(Bucket=urllib.parse.urlsplit(place["s3Uri"]).netloc)
            except botocore.exceptions.ClientError:
                raise invalid(f"The bucket of {place['s3Uri']} does not exist") from None
        name = "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=12))
        arn = f"arn:aws:bedrock:{self.region}:{ACCOUNT}:model-invocation-job/{name}"
        self.jobs.append(Job(arn, params, self.statuses))
        return {"jobArn": arn}

    def look(self, identifier):
        check_input(BEDROCK.operation_model("GetModelInvocationJob"),
                    {"jobIdentifier": identifier})
        job = next((job for job in self.jobs if identifier in (job.arn, job.id)), None)
        if job is None:
            raise Refused(404, "ResourceNotFoundException", "Could not find the job")
        if job.status not in TERMINAL:
            status = job.statuses[min(job.looks, len(job.statuses) - 1)]
            job.looks += 1
            self.enter(job, status)
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        answer = {"jobArn": job.arn, "jobName": job.params["jobName"], "status": job.status,
                  "modelId": job.params["modelId"], "roleArn": job.params["roleArn"],
                  "clientRequestToken": job.params["clientRequestToken"],
                  "submitTime": now, "lastModifiedTime": now, "message": job.message,
                  "inputDataConfig": job.params["inputDataConfig"],
                  "outputDataConfig": job.params["outputDataConfig"],
                  "totalRecordCount": len(job.records), "processedRecordCount": job.done,
                  "successRecordCount": job.done - job.errors, "errorRecordCount": job.errors}
        return {name: value for name, value in answer.items() if value is not None}

    def enter(self, job, status):
        job.status = status
        ends_with_output = status in ("Completed", "PartiallyCompleted", "Stopped")
        if not job.records and status in ("Validating", "InProgress", "Completed",
                                          "PartiallyCompleted", "Stopped"):
            try:
                self.read_input(job)
            except (Refused, ValueError) as refused:
                job.status, job.message = "Failed", str(refused)
                return
        if status == "Failed":
            job.message = self.fail_message
        if status == "InProgress":
            job.done = len(job.records) // 2
        if ends_with_output:
            self.write_output(job)

    def read_input(self, job):
        place = urllib.parse.urlsplit(job.params["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])
        if not place.path.endswith(".jsonl"):
            raise invalid("the input file does not end in .jsonl")
        body = self.s3.get_object(Bucket=place.netloc, Key=place.path[1:])["Body"].read()
        if not body.endswith(b"\n"):
            raise invalid("the last line has no end")
        for number, line in enumerate(body.decode("utf-8").split("\n")[:-1]):
            self.check_record(job, number, line)
        if len(job.records) < self.records_min:
            raise invalid(f"Batch job input contains {len(job.records)} records, which is fewer "
                          f"than the required minimum of {self.records_min} records")
        if len(job.records) > 50_000 or len(body) > 1 << 30:
            raise invalid("the input is too large")

    def check_record(self, job, number, line):
        record = json.loads(line)
        if set(record) != {"recordId", "modelInput"}:
            raise invalid(f"line {number} has {sorted(record)}")
        if not re.fullmatch("[a-zA-Z0-9]{11,64}", record["recordId"]):
            raise invalid(f"line {number}: {record['recordId']!r} is no recordId")
        if record["recordId"] in job.records:
            raise invalid(f"{record['recordId']} is there twice")
        body = record["modelInput"]
        if FORBIDDEN & set(body):
            raise invalid(f"{sorted(FORBIDDEN & set(body))} are not supported in batch inference")
        if job.params.get("modelInvocationType", "InvokeModel") == "Converse":
            check_input(RUNTIME.operation_model("Converse"),
                        {"modelId": job.params["modelId"], **body})
        else:
            self.check_claude(body)
        job.records[record["recordId"]] = body

    def check_claude(self, body):
        params = dict(body)
        if params.pop("anthropic_version", None) != "bedrock-2023-05-31":
            raise invalid("anthropic_version is missing")
        checked = CLAUDE_PARAMS.validate_python({"model": "m", **params})
        if set(checked) != {"model", *params}:
            raise invalid("members that the Messages API does not know")

    def write_output(self, job):
        plan = self.plan
        lines = []
        answered = [name for name in job.records if name not in plan.missing]
        if job.status == "Stopped":
            answered = answered[: len(answered) // 2]
        for name in answered:
            line = {"recordId": name, "modelInput": job.records[name]}
            if name in plan.errors:
                line["error"] = {"errorCode": 500, "errorMessage": "try\nit again"}
            else:
                line["modelOutput"] = self.reply(job.params["modelId"], name)
            lines += [json.dumps(line)] * (2 if name in plan.doubled else 1)
        random.shuffle(lines)
        lines += plan.extra
        job.done = len(answered)
        job.errors = len(plan.errors & set(answered))
        place = urllib.parse.urlsplit(job.params["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
        folder = f"{place.path[1:].rstrip('/')}/{job.id}"
        succeeded = job.done - job.errors
        manifest = {"totalRecordCount": len(job.records), "processedRecordCount": job.done,
                    "successRecordCount": succeeded, "errorRecordCount": job.errors,
                    "inputTokenCount": 900 * succeeded, "outputTokenCount": 120 * succeeded}
        put = self.s3.put_object
        put(Bucket=place.netloc, Key=f"{folder}/input.jsonl.out", Body="\n".join(lines).encode())
        put(Bucket=place.netloc, Key=f"{folder}/manifest.json.out", Body=json.dumps(manifest))

    def reply(self, model, name):
        if model == NOVA:
            return {"output": {"message": {"role": "assistant",
                                           "content": [{"text": self.words(name)}]}},
                    "stopReason": "end_turn",
                    "usage": {"inputTokens": 900, "outputTokens": 120, "totalTokens": 1020}}
        return {"id": "msg_01", "type": "message", "role": "assistant", "model": "claude",
                "content": [{"type": "text", "text": self.words(name)}],
                "stop_reason": "end_turn", "stop_sequence": None,
                "usage": {"input_tokens": 900, "output_tokens": 120}}

    # Calls.

    def ask(self, model, call, body):
        if call == "invoke":
            self.check_claude(body)
            text = body["messages"][-1]["content"]
        else:
            check_input(RUNTIME.operation_model("Converse"), {"modelId": model, **body})
            text = body["messages"][-1]["content"][0]["text"]
        name = task_in(text)
        self.asked_directly.append(name)
        if name in self.refuse_directly:
            raise invalid("Input is too long")
        return self.reply(model, name)
