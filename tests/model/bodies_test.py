"""What is sent, against those who know: the services' own SDK types and botocore's models; and the
SDKs' own replies, as we read them."""

import json

import botocore.session
import pytest
from botocore.validate import ParamValidator
from conftest import KEY, MODEL, lines, opinions
from fake_model import CASE_ANSWER, anthropic_reply, converse_reply, openai_reply

pydantic = pytest.importorskip("pydantic")
BEDROCK_MODEL = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
       "AWS_REGION": "eu-central-1"}


def check_anthropic_params(body):
    types = pytest.importorskip("anthropic.types.message_create_params")
    checked = pydantic.TypeAdapter(types.MessageCreateParamsNonStreaming).validate_python(body)
    assert set(checked) == set(body), "members that the SDK does not know"


def check_evidence(asked):
    evidence = asked.evidence
    assert evidence["identity"]["type"]
    assert evidence["findings"] and evidence["events"]
    assert evidence["events"][0][0] == "e1"


def test_anthropic(serve, ask_anthropic):
    types = pytest.importorskip("anthropic.types")
    reply = types.Message.model_validate_json(anthropic_reply(CASE_ANSWER)).model_dump_json()
    fake = serve(lambda asked, number: (200, {"request-id": "req_1"}, reply.encode()))
    done = ask_anthropic(fake, "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    assert len(fake.asked) == 2, "the day has two cases"
    for asked in fake.asked:
        assert asked.path == "/v1/messages"
        assert asked.headers["x-api-key"] == KEY
        assert asked.headers["anthropic-version"] == "2023-06-01"
        assert "Authorization" not in asked.headers
        check_anthropic_params(asked.body)
        check_evidence(asked)
    assert {finding["why"] for finding in opinions(done)} == {CASE_ANSWER["explanation"]}
    assert "2 questions, 2 answers: 1,800 tokens in, 240 out, $0.0030" in done.stderr


def test_openai(serve, scan):
    types = pytest.importorskip("openai.types.chat")
    params = pytest.importorskip("openai.types.chat.completion_create_params")
    reply = types.ChatCompletion.model_validate_json(openai_reply(CASE_ANSWER)).model_dump_json()
    fake = serve(lambda asked, number: (200, {}, reply.encode()))
    done = scan("--analyst", "openai", "--model", "small", "--format", "jsonl",
                env={"OPENAI_BASE_URL": fake.url + "/v1", "OPENAI_API_KEY": KEY})
    assert done.returncode == 0, done.stderr
    for asked in fake.asked:
        assert asked.path == "/v1/chat/completions"
        assert asked.headers["Authorization"] == "Bearer " + KEY
        checked = pydantic.TypeAdapter(
            params.CompletionCreateParamsNonStreaming).validate_python(asked.body)
        assert set(checked) == set(asked.body)
        check_evidence(asked)
    assert opinions(done)


def check_shape(operation, params):
    model = botocore.session.get_session().get_service_model("bedrock-runtime")
    report = ParamValidator().validate(params, model.operation_model(operation).input_shape)
    assert not report.has_errors(), report.generate_report()


def test_bedrock_converse(serve, scan):
    fake = serve(lambda asked, number: (200, {}, converse_reply(CASE_ANSWER)))
    done = scan("--analyst", "bedrock", "--model", BEDROCK_MODEL, "--format", "jsonl",
                env={**AWS, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": fake.url})
    assert done.returncode == 0, done.stderr
    for asked in fake.asked:
        assert asked.path == "/model/eu.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse"
        assert "/eu-central-1/bedrock/aws4_request" in asked.headers["Authorization"]
        check_shape("Converse", {"modelId": BEDROCK_MODEL, **asked.body})
        check_evidence(asked)
    assert opinions(done)
    # A tenth more than the list says: the profile is one of regions.
    assert "$0.0033" in done.stderr


def test_bedrock_invoke_model(serve, scan):
    fake = serve(lambda asked, number: (200, {}, anthropic_reply(CASE_ANSWER)))
    done = scan("--analyst", "bedrock-invoke", "--model", BEDROCK_MODEL, "--format", "jsonl",
                env={**AWS, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": fake.url})
    assert done.returncode == 0, done.stderr
    for asked in fake.asked:
        assert asked.path.endswith("/invoke")
        check_shape("InvokeModel", {"modelId": BEDROCK_MODEL, "body": asked.raw,
                                    "contentType": asked.headers["Content-Type"],
                                    "accept": asked.headers["Accept"]})
        assert asked.body.pop("anthropic_version") == "bedrock-2023-05-31"
        assert "model" not in asked.body
        check_anthropic_params({"model": MODEL, **asked.body})
    assert opinions(done)


def test_every_format_shows_both_opinions(serve, ask_anthropic):
    settled = {**CASE_ANSWER, "verdict": "safe", "explanation": "It is a test. All is well."}
    fake = serve(lambda asked, number: (200, {}, anthropic_reply(settled)))
    text = " ".join(ask_anthropic(fake).stdout.split())
    assert "A second opinion, by claude-haiku-4-5: safe. It is a test. All is well." in text
    assert "DANGEROUS 100 " in text and "The verdict stays dangerous." in text
    assert "UNCERTAIN 42 → SAFE" in text and "the case is safe." in text
    markdown = ask_anthropic(fake, "--format", "markdown").stdout
    assert "It is a test. All is well." in markdown
    page = ask_anthropic(fake, "--format", "html").stdout
    assert "It is a test. All is well." in page
    cases = {line["case"]: line for line in lines(ask_anthropic(fake, "--format", "jsonl"))
             if "case_rules_verdict" in line}
    assert sorted((line["case_rules_verdict"], line["case_verdict"]) for line in cases.values()) == [
        ("dangerous", "dangerous"), ("uncertain", "safe")]
    assert ask_anthropic(fake, "--fail-on", "dangerous").returncode == 3


def test_a_prompt_of_ones_own(serve, ask_anthropic, tmp_path):
    prompt = tmp_path / "mine.md"
    prompt.write_text("Say what you think, in words.", encoding="utf-8")
    text = "**Type: Dangerous**\nHe took the keys. They were not his."
    fake = serve(lambda asked, number: (200, {}, anthropic_reply(
        {}, content=[{"type": "text", "text": text}], stop_reason="end_turn")))
    done = ask_anthropic(fake, "--prompt", prompt)
    assert fake.asked[0].body["system"][0]["text"] == "Say what you think, in words."
    assert "dangerous. He took the keys. They were not his." in " ".join(done.stdout.split())
    prompt.write_text("")
    assert ask_anthropic(fake, "--prompt", prompt).returncode == 2


def test_keys_by_file_and_secrets_manager(serve, ask_anthropic, tmp_path):
    (tmp_path / "key").write_text(KEY + "\n", encoding="utf-8")
    fake = serve(lambda asked, number: (200, {}, anthropic_reply(CASE_ANSWER)))
    ask_anthropic(fake, env={"ANTHROPIC_API_KEY": f"file:{tmp_path / 'key'}"})
    manager = serve(lambda asked, number: (200, {"Content-Type": "application/x-amz-json-1.1"},
                                           json.dumps({"SecretString": json.dumps({"k": KEY})}).encode()))
    ask_anthropic(fake, env={**AWS, "ANTHROPIC_API_KEY": "secretsmanager:prod/model#k",
                             "AWS_ENDPOINT_URL_SECRETS_MANAGER": manager.url})
    assert [asked.headers["x-api-key"] for asked in fake.asked] == [KEY] * 4
    assert manager.asked[0].body["SecretId"] == "prod/model"
