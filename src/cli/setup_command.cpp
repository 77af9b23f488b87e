// `setup` and `teardown`: what digest needs in an account, made and removed.
#include <algorithm>
#include <optional>
#include <string>

#include "aws/s3.h"
#include "cli/aws_session.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "deploy/model_parts.h"
#include "deploy/set_up.h"
#include "deploy/tear_down.h"
#include "deploy/template.h"

namespace trailwarden::cli {
namespace {

constexpr std::string_view kStackName = "trailwarden";
// CloudFormation takes 128 characters; of more than 40 too little is left in the bucket's name.
constexpr std::size_t kStackNameMax = 40;

// The session of the options; a region must be known.
Result<aws::Session> open_session(const Request& request) {
  auto session = TW_TRY(open_aws_session(request));
  if (!session.settings->region.empty()) return session;
  return fail(ErrorCode::Usage, "in which region? Name it with --region or AWS_REGION");
}

Result<std::string> stack_name(const Request& request) {
  std::string name = request.text("stack", kStackName);
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const bool is_name = !name.empty() && name.size() <= kStackNameMax && is_letter(name.front()) &&
                       std::all_of(name.begin(), name.end(), [&](char c) {
                         return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
                       });
  if (is_name) return name;
  return fail(ErrorCode::Usage,
              "a stack's name begins with a letter and has letters, digits and '-', 40 at most",
              "--stack");
}

bool is_address(const std::string& text) {
  const std::size_t at = text.find('@');
  return at != 0 && at != text.npos && text.find('@', at + 1) == text.npos &&
         at + 1 < text.size() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// What the options say of the template's parameters; an empty text takes something away again.
Result<deploy::Texts> parameters_of(const Request& request) {
  deploy::Texts parameters;
  if (request.has("email")) {
    const std::string email = request.text("email");
    if (!email.empty() && !is_address(email)) {
      return fail(ErrorCode::Usage, "is no e-mail address", "--email " + email);
    }
    parameters["Email"] = email;
  }
  if (request.has("model")) {
    const std::string model = request.text("model");
    const auto parts = model.empty() ? Result<deploy::ModelParts>(deploy::ModelParts{})
                                     : deploy::model_parts(model);
    if (!parts) return fail(ErrorCode::Usage, parts.error().message, "--model " + model);
    parameters["FoundationModel"] = parts->model;
    parameters["InferenceProfile"] = parts->profile;
  }
  if (request.has("keep-days")) parameters["KeepDays"] = request.text("keep-days");
  if (request.has("kms-key")) parameters["KmsKey"] = request.text("kms-key");
  return parameters;
}

deploy::Attendance attendance(const aws::Session& session, const Interrupt& interrupt) {
  return {.tell = [](const std::string& line) { complain(line, kDone); },
          .sleep = session.sleep,
          .stop = interrupt.token()};
}

int failed(const Error& error, const Interrupt& interrupt) {
  if (interrupt.token().stop_requested()) return complain(error, kInterrupted);
  return complain(error, error.code == ErrorCode::Usage ? kUsage : kFailed);
}

// Lines for trailwarden.yaml, whose keys are options' names.
std::string options_for_digest(const deploy::Stack& stack, const std::string& region) {
  const auto output = [&](std::string_view name) {
    const auto found = stack.outputs.find(name);
    return found == stack.outputs.end() ? std::string() : found->second;
  };
  std::string text = "# Of the stack " + stack.name + " in " + region +
                     ". Whoever runs digest needs the policy\n# " + output(deploy::kPolicyOutput) +
                     "\n";
  const std::string bucket = output(deploy::kBucketOutput);
  const std::string role = output(deploy::kBatchRoleOutput);
  if (!role.empty()) {
    text += "batch-bucket: " + bucket + "/" + std::string(deploy::kJobsPrefix) +
            "\nbatch-role: " + role + "\n";
  }
  return text + "digest-sink:\n  - s3:" + bucket + "/" + std::string(deploy::kPagesPrefix) +
         "\n  - sns:" + output(deploy::kTopicOutput) + "\n";
}

void tell_of(const deploy::SetUp& done, const Request& request) {
  using Deed = deploy::SetUp::Deed;
  complain(done.deed == Deed::Nothing   ? "nothing to change"
           : done.deed == Deed::Changed ? "the stack is changed"
                                        : "the stack is made",
           kDone);
  if (done.deed != Deed::Nothing && !request.text("email").empty()) {
    complain("AWS has sent a mail to " + request.text("email") +
                 ": digests arrive when its link was followed",
             kDone);
  }
  if (done.stack.outputs.contains(deploy::kBatchRoleOutput)) return;
  complain("there is no role for batch jobs and no right to Bedrock: --model ID makes them", kDone);
}

}  // namespace

int run_setup(const Request& request) {
  if (request.has("print")) return write_out(deploy::embedded_template()) ? kDone : kFailed;
  const Interrupt interrupt;
  const auto name = stack_name(request);
  if (!name) return failed(name.error(), interrupt);
  const auto parameters = parameters_of(request);
  if (!parameters) return failed(parameters.error(), interrupt);
  const auto session = open_session(request);
  if (!session) return failed(session.error(), interrupt);

  deploy::Stacks stacks(*session);
  const auto done = deploy::set_up(stacks, {.name = *name, .parameters = *parameters},
                                   attendance(*session, interrupt));
  if (!done) return failed(done.error(), interrupt);
  tell_of(*done, request);
  return write_out(options_for_digest(done->stack, stacks.region())) ? kDone : kFailed;
}

int run_teardown(const Request& request) {
  const Interrupt interrupt;
  const auto name = stack_name(request);
  if (!name) return failed(name.error(), interrupt);
  const auto session = open_session(request);
  if (!session) return failed(session.error(), interrupt);

  deploy::Stacks stacks(*session);
  aws::S3 s3(*session);
  const auto done =
      deploy::tear_down(stacks, s3, {.name = *name, .empties_bucket = request.has("empty-bucket")},
                        attendance(*session, interrupt));
  if (!done) return failed(done.error(), interrupt);
  return complain(
      *done == deploy::TornDown::NothingThere
          ? "there is no stack " + *name + " in " + stacks.region() + ": nothing to remove"
          : "the stack is removed",
      kDone);
}

}  // namespace trailwarden::cli
