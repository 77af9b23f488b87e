"""User agents as they stood in records of 2025: {kind of caller: what it sends}."""

WORKLOAD = [
    "aws-sdk-java/2.25.27 Linux/5.10.215-203.850.amzn2.x86_64 "
    "OpenJDK_64-Bit_Server_VM/17.0.11+9-LTS Java/17.0.11 vendor/Amazon.com_Inc. io/sync "
    "http/Apache cfg/retry-mode/standard",
    "Boto3/1.34.108 md/Botocore#1.34.108 ua/2.0 os/linux#5.10.216-225.855.amzn2.x86_64 "
    "md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 "
    "cfg/retry-mode#legacy Botocore/1.34.108",
    "aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.2 md/GOOS#linux md/GOARCH#arm64 api/s3#1.53.1",
    "aws-sdk-js/3.577.0 ua/2.0 os/linux#5.10.215-203.850.amzn2.x86_64 lang/js md/nodejs#20.12.2 "
    "api/dynamodb#3.577.0 exec-env/AWS_ECS_FARGATE",
]
TERRAFORM = (
    "APN/1.0 HashiCorp/1.0 Terraform/1.8.3 (+https://www.terraform.io) "
    "terraform-provider-aws/5.50.0 (+https://registry.terraform.io/providers/hashicorp/aws) "
    "aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.2 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.161.1"
)
GITHUB_LOGIN = (
    "aws-sdk-nodejs/2.1622.0 linux/v20.13.1 configure-aws-credentials-for-github-actions promise"
)
CI = [
    TERRAFORM,
    "aws-cli/2.15.53 Python/3.11.8 Linux/6.5.0-1021-azure exe/x86_64.ubuntu.22 prompt/off "
    "command/ecs.update-service",
    GITHUB_LOGIN,
    "docker/26.1.3 go/go1.21.10 git-commit/8e96db1 kernel/6.5.0-1021-azure os/linux arch/amd64 "
    "UpstreamClient(Docker-Client/26.1.3)",
]
BROWSER = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/125.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0",
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
]
COMMAND_LINE = [
    "aws-cli/2.15.53 Python/3.11.9 Darwin/23.5.0 source/arm64 prompt/off "
    "command/sts.get-caller-identity",
    "aws-cli/2.16.1 md/awscrt#0.20.11 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.11.8 "
    "md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off "
    "md/command#ec2.describe-instances",
    "Boto3/1.34.100 md/Botocore#1.34.100 ua/2.0 os/macos#23.4.0 md/arch#arm64 lang/python#3.12.3 "
    "md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.100",
]
SCANNER = [
    "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#6.1.84 md/arch#x86_64 lang/python#3.11.9 "
    "md/pyimpl#CPython cfg/retry-mode#adaptive Botocore/1.34.84",
    "Datadog",
]
