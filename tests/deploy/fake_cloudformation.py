"""CloudFormation's stacks on loopback, for what moto never shows: statuses on the way, failures.

It refuses what CloudFormation refuses: requests that its service model does not allow, wrong
signatures, an update of a stack that is busy, a name that is taken (but not a repeated token).
A stack goes on by one step with each look at it.
Source of fact: botocore's service model of cloudformation; AWS CloudFormation User Guide, "Stack
status codes" and "Stack creation events"; API Reference, "CreateStack" and "UpdateStack".
"""

import datetime
import http.server
import itertools
import re
import threading
import urllib.parse
import xml.sax.saxutils

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.session
from botocore.validate import ParamValidator

KEY, SECRET = "AKIDEXAMPLE", "this/is+a=secret"
ACCOUNT = "111122223333"
SERVICE = botocore.session.get_session().get_service_model("cloudformation")
STATUSES = SERVICE.shape_for("StackStatus").enum
OURS = {"made-by": "trailwarden setup"}
OUTPUTS = {
    "Bucket": "trailwarden-bucket-1a2b", "BucketArn": "arn:aws:s3:::trailwarden-bucket-1a2b",
    "BatchRole": f"arn:aws:iam::{ACCOUNT}:role/trailwarden-BatchRole-1a2b",
    "Topic": f"arn:aws:sns:eu-central-1:{ACCOUNT}:trailwarden-Topic-1a2b",
    "DigestPolicy": f"arn:aws:iam::{ACCOUNT}:policy/trailwarden-DigestPolicy-1a2b",
}


class Refused(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code, self.status = code, status


def nested(form, shape, prefix=""):
    """The Query protocol's form as a value of `shape`; nothing when it is not there."""
    if shape.type_name == "structure":
        value = {name: nested(form, member, f"{prefix}.{name}" if prefix else name)
                 for name, member in shape.members.items()}
        value = {name: member for name, member in value.items() if member is not None}
        return value or ({} if not prefix else None)
    if shape.type_name == "list":
        items = []
        while (item := nested(form, shape.member, f"{prefix}.member.{len(items) + 1}")) is not None:
            items.append(item)
        return items or ([] if prefix in form else None)
    text = form.get(prefix)
    if text is None:
        return None
    if shape.type_name == "boolean":
        return {"true": True, "false": False}[text]
    return int(text) if shape.type_name == "integer" else text


def names_in(value, prefix=""):
    """What nested() understood, as a form's names."""
    if isinstance(value, dict):
        return {name for key, child in value.items()
                for name in names_in(child, f"{prefix}.{key}" if prefix else key)}
    if value == []:
        return {prefix}  # An empty list is said, as botocore does.
    if isinstance(value, list):
        return {name for number, child in enumerate(value, 1)
                for name in names_in(child, f"{prefix}.member.{number}")}
    return {prefix}


def check_shape(shape, value, where):
    """What ParamValidator leaves out: patterns, enumerations, lengths."""
    if shape.type_name == "structure":
        for name, member in value.items():
            check_shape(shape.members[name], member, f"{where}.{name}")
    if shape.type_name == "list":
        for member in value:
            check_shape(shape.member, member, where)
    if shape.type_name == "string":
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern, value):
            raise Refused("ValidationError", f"{where}: {value!r} does not match {pattern}")
        if shape.enum and value not in shape.enum:
            raise Refused("ValidationError", f"{where}: {value!r} is none of {shape.enum}")
        if not shape.metadata.get("min", 0) <= len(value) <= shape.metadata.get("max", 1 << 30):
            raise Refused("ValidationError", f"{where} is too short or too long")


def as_xml(value):
    if isinstance(value, dict):
        return "".join(f"<{name}>{as_xml(child)}</{name}>" for name, child in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{as_xml(child)}</member>" for child in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return xml.sax.saxutils.escape(str(value))


class Step:
    """What the next look finds: a status, and events that came with it."""

    def __init__(self, status, *events):
        self.status, self.events = status, events


def event(resource, kind, status, reason="", physical=""):
    return {"LogicalResourceId": resource, "ResourceType": kind, "ResourceStatus": status,
            "ResourceStatusReason": reason, "PhysicalResourceId": physical}


class FakeStack:
    def __init__(self, name, number, region):
        self.name = name
        self.id = f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{name}/{number:08}"
        self.status = "CREATE_IN_PROGRESS"
        self.parameters, self.tags, self.template = {}, {}, ""
        self.outputs = dict(OUTPUTS)
        self.events = []
        self.steps = []
        self.bucket = ""

    def happen(self, *events):
        for each in events:
            self.events.append({**each, "EventId": f"event-{len(self.events)}"})

    def begin(self, status):
        self.status = status
        self.happen(event(self.name, "AWS::CloudFormation::Stack", status, "User Initiated", self.id))

    def step(self):
        if self.steps:
            step = self.steps.pop(0)
            self.status = step.status
            self.happen(*step.events)

    @property
    def is_gone(self):
        return self.status == "DELETE_COMPLETE"

    def described(self):
        return {
            "StackId": self.id, "StackName": self.name, "StackStatus": self.status,
            "CreationTime": "2026-11-22T10:00:00Z",
            "Parameters": [{"ParameterKey": key, "ParameterValue": value}
                           for key, value in self.parameters.items()],
            "Outputs": [] if self.is_gone else [{"OutputKey": key, "OutputValue": value}
                                                for key, value in self.outputs.items()],
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }


class FakeCloudFormation:
    EVENTS_A_PAGE = 3

    def __init__(self, region):
        self.region = region
        self.stacks = []
        self.calls = []  # (operation, input)
        self.tokens = {}
        # What becomes of stacks that are made, changed, removed.
        self.creation = [Step("CREATE_IN_PROGRESS"), Step("CREATE_COMPLETE")]
        self.update = [Step("UPDATE_IN_PROGRESS"), Step("UPDATE_COMPLETE")]
        self.deletion = [Step("DELETE_IN_PROGRESS"), Step("DELETE_COMPLETE")]
        self.faults = {}  # Operation -> list of Refused (or "lost"), one a call.
        self.lock = threading.RLock()
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with fake.lock:
                    status, text = fake.answer(self.path, self.headers, body)
                if status == 0:
                    self.close_connection = True
                    return
                data = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # For tests.

    def put(self, status, name="trailwarden", tags=None, parameters=None, steps=()):
        """A stack that is there already."""
        stack = FakeStack(name, len(self.stacks), self.region)
        stack.tags = OURS if tags is None else tags
        stack.parameters = parameters or {"Email": "", "KeepDays": "30"}
        stack.begin("CREATE_IN_PROGRESS")
        stack.status = status
        stack.steps = list(steps)
        self.stacks.append(stack)
        return stack

    def count(self, operation):
        return sum(name == operation for name, _ in self.calls)

    def last(self, operation):
        return [given for name, given in self.calls if name == operation][-1]

    # The way in.

    def answer(self, path, headers, body):
        operation = "?"
        try:
            self.check_signature(path, headers, body)
            form = dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True,
                                               strict_parsing=True))
            operation = form.pop("Action")
            if form.pop("Version") != SERVICE.api_version:
                raise Refused("InvalidAction", "of another version")
            given = self.check_input(operation, form)
            self.calls.append((operation, given))
            fault = self.faults[operation].pop(0) if self.faults.get(operation) else None
            if isinstance(fault, Refused):
                raise fault
            result = getattr(self, "do_" + operation)(given)
            if fault == "lost":
                return 0, ""
            return 200, (f"<{operation}Response><{operation}Result>{as_xml(result)}"
                         f"</{operation}Result><ResponseMetadata><RequestId>req-1</RequestId>"
                         f"</ResponseMetadata></{operation}Response>")
        except Refused as refused:
            return refused.status, (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{refused.code}</Code>"
                f"<Message>{as_xml(str(refused))}</Message></Error><RequestId>req-1</RequestId>"
                f"</ErrorResponse>")

    def check_signature(self, path, headers, body):
        """Computes the signature anew, by botocore's own code."""
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, *"
            r"SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})", headers.get("Authorization", ""))
        if not found or found.group(1) != KEY:
            raise Refused("InvalidClientTokenId", "no signature of a key that we know", 403)
        if (found.group(3), found.group(4)) != (self.region, "cloudformation"):
            raise Refused("SignatureDoesNotMatch", "signed for another place", 403)
        signed = {name: headers[name] for name in found.group(5).split(";") if name != "host"}
        request = botocore.awsrequest.AWSRequest(
            method="POST", url=f"http://{headers['Host']}{path}", data=body, headers=signed)
        request.context["timestamp"] = headers["X-Amz-Date"]
        signer = botocore.auth.SigV4Auth(
            botocore.credentials.Credentials(KEY, SECRET), "cloudformation", self.region)
        canonical = signer.canonical_request(request)
        if signer.signature(signer.string_to_sign(request, canonical), request) != found.group(6):
            raise Refused("SignatureDoesNotMatch", "the signature does not match", 403)

    def check_input(self, operation, form):
        shape = SERVICE.operation_model(operation).input_shape
        given = nested(form, shape)
        unknown = set(form) - names_in(given)
        if unknown:
            raise Refused("ValidationError", f"{operation} has no {unknown}")
        report = ParamValidator().validate(given, shape)
        if report.has_errors():
            raise Refused("ValidationError", report.generate_report())
        check_shape(shape, given, operation)
        return given

    def find(self, name):
        """By id, or by the name of one that is not gone."""
        for stack in self.stacks:
            if stack.id == name or (stack.name == name and not stack.is_gone):
                return stack
        raise Refused("ValidationError", f"Stack with id {name} does not exist")

    # The operations.

    def do_CreateStack(self, given):  # noqa: N802
        token = given["ClientRequestToken"]
        if token in self.tokens:
            return {"StackId": self.tokens[token]}
        if "CAPABILITY_IAM" not in given.get("Capabilities", []):
            raise Refused("InsufficientCapabilitiesException", "Requires capabilities")
        if any(s.name == given["StackName"] and not s.is_gone for s in self.stacks):
            raise Refused("AlreadyExistsException", f"Stack [{given['StackName']}] already exists")
        stack = FakeStack(given["StackName"], len(self.stacks), self.region)
        stack.template = given["TemplateBody"]
        stack.tags = {tag["Key"]: tag["Value"] for tag in given.get("Tags", [])}
        self.set_parameters(stack, given)
        stack.begin("CREATE_IN_PROGRESS")
        stack.steps = list(self.creation)
        self.stacks.append(stack)
        self.tokens[token] = stack.id
        return {"StackId": stack.id}

    @staticmethod
    def set_parameters(stack, given):
        stack.parameters = {each["ParameterKey"]: each["ParameterValue"]
                            for each in given.get("Parameters", [])}

    def do_UpdateStack(self, given):  # noqa: N802
        stack = self.find(given["StackName"])
        token = given["ClientRequestToken"]
        if token in self.tokens:
            return {"StackId": stack.id}
        if not re.fullmatch(r"(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE",
                            stack.status):
            raise Refused("ValidationError",
                          f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        before = (stack.template, stack.parameters)
        self.set_parameters(stack, given)
        stack.template = given["TemplateBody"]
        if before == (stack.template, stack.parameters):
            raise Refused("ValidationError", "No updates are to be performed.")
        stack.begin("UPDATE_IN_PROGRESS")
        stack.steps = list(self.update)
        self.tokens[token] = stack.id
        return {"StackId": stack.id}

    def do_DeleteStack(self, given):  # noqa: N802
        stack = self.find(given["StackName"])
        if given["ClientRequestToken"] not in self.tokens:
            self.tokens[given["ClientRequestToken"]] = stack.id
            stack.begin("DELETE_IN_PROGRESS")
            stack.steps = list(self.deletion)
        return {}

    def do_DescribeStacks(self, given):  # noqa: N802
        stack = self.find(given["StackName"])
        stack.step()
        return {"Stacks": [stack.described()]}

    def do_DescribeStackEvents(self, given):  # noqa: N802
        stack = self.find(given["StackName"])
        begin = int(given.get("NextToken", 0))
        latest_first = list(reversed(stack.events))
        page = itertools.islice(latest_first, begin, begin + self.EVENTS_A_PAGE)
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        answer = {"StackEvents": [
            {"StackId": stack.id, "StackName": stack.name, "Timestamp": now,
             **{key: value for key, value in each.items() if value}} for each in page]}
        if begin + self.EVENTS_A_PAGE < len(latest_first):
            answer["NextToken"] = str(begin + self.EVENTS_A_PAGE)
        return answer

    def do_DescribeStackResources(self, given):  # noqa: N802
        stack = self.find(given["StackName"])
        resources = [{"LogicalResourceId": "Topic", "ResourceType": "AWS::SNS::Topic",
                      "ResourceStatus": "CREATE_COMPLETE", "Timestamp": "2026-11-22T10:00:00Z"}]
        if stack.bucket:
            resources.append({"LogicalResourceId": "Bucket", "ResourceType": "AWS::S3::Bucket",
                              "PhysicalResourceId": stack.bucket,
                              "ResourceStatus": "CREATE_COMPLETE",
                              "Timestamp": "2026-11-22T10:00:00Z"})
        return {"StackResources": resources}
