#include "deploy/stacks.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <iterator>
#include <random>

#include "aws/operations.h"
#include "aws/scalar.h"
#include "base/hex.h"
#include "deploy/template.h"

namespace trailwarden::deploy {
namespace {

namespace json = boost::json;

constexpr std::string_view kTagKey = "made-by";
constexpr std::string_view kTagValue = "trailwarden setup";

std::string text_in(const json::object& from, std::string_view name) {
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value == nullptr ? std::string() : std::string(aws::view(value->get_string()));
}

const json::array& list_in(const json::object& from, std::string_view name) {
  static const json::array none;
  const json::value* value = from.if_contains({name.data(), name.size()});
  return value == nullptr ? none : value->get_array();
}

Texts pairs_in(const json::object& from, std::string_view list, std::string_view key,
               std::string_view value) {
  Texts pairs;
  for (const json::value& entry : list_in(from, list)) {
    pairs[text_in(entry.get_object(), key)] = text_in(entry.get_object(), value);
  }
  return pairs;
}

Stack read_stack(const json::object& from) {
  return {.id = text_in(from, "StackId"),
          .name = text_in(from, "StackName"),
          .status = text_in(from, "StackStatus"),
          .reason = text_in(from, "StackStatusReason"),
          .parameters = pairs_in(from, "Parameters", "ParameterKey", "ParameterValue"),
          .outputs = pairs_in(from, "Outputs", "OutputKey", "OutputValue"),
          .tags = pairs_in(from, "Tags", "Key", "Value")};
}

StackEvent read_event(const json::object& from) {
  return {.id = text_in(from, "EventId"),
          .resource = text_in(from, "LogicalResourceId"),
          .physical = text_in(from, "PhysicalResourceId"),
          .type = text_in(from, "ResourceType"),
          .status = text_in(from, "ResourceStatus"),
          .reason = text_in(from, "ResourceStatusReason")};
}

json::string_view shown(std::string_view text) { return {text.data(), text.size()}; }

json::array written(const Texts& parameters) {
  json::array list;
  for (const auto& [name, value] : parameters) {
    list.push_back(json::object{{"ParameterKey", name}, {"ParameterValue", value}});
  }
  return list;
}

// Another one for each call that is meant, the same one when it is tried again: what was done
// already is not done twice.
std::string new_token() {
  std::random_device device;
  std::string token = "trailwarden";
  for (int part = 0; part < 4; ++part) token += "-" + to_hex(std::uint64_t{device()});
  return token;
}

json::object order(std::string_view name, const Texts& parameters) {
  return {{"StackName", shown(name)},
          {"TemplateBody", shown(embedded_template())},
          {"Parameters", written(parameters)},
          // It makes a role and a policy, neither with a name of its own.
          {"Capabilities", json::array{"CAPABILITY_IAM"}},
          {"ClientRequestToken", new_token()}};
}

// CloudFormation has one code for whatever it does not like about a call; the AWS CLI tells these
// apart by their words as well.
bool says(const aws::Failure& failure, std::string_view words) {
  return failure.code == "ValidationError" && failure.message.find(words) != std::string::npos;
}

}  // namespace

Stacks::Stacks(const aws::Session& session) : client_(session, aws::kCloudFormation, {}) {}

aws::Outcome<std::optional<Stack>> Stacks::find(std::string_view name,
                                                const std::stop_token& stop) {
  const auto output = client_.call(aws::kDescribeStacks, {{"StackName", shown(name)}}, stop);
  if (!output) {
    if (says(output.error(), "does not exist")) return std::optional<Stack>();
    return tl::unexpected(output.error());
  }
  const json::array& stacks = list_in(*output, "Stacks");
  if (stacks.empty()) return std::optional<Stack>();
  return read_stack(stacks.front().get_object());
}

aws::Outcome<std::string> Stacks::create(std::string_view name, const Texts& parameters,
                                         const std::stop_token& stop) {
  json::object input = order(name, parameters);
  input.emplace("OnFailure", "DELETE");
  input.emplace("Tags",
                json::array{json::object{{"Key", shown(kTagKey)}, {"Value", shown(kTagValue)}}});
  return client_.call(aws::kCreateStack, input, stop).map([](const json::object& output) {
    return text_in(output, "StackId");
  });
}

aws::Outcome<Update> Stacks::update(const Stack& stack, const Texts& parameters,
                                    const std::stop_token& stop) {
  const auto output = client_.call(aws::kUpdateStack, order(stack.id, parameters), stop);
  if (output) return Update::Begun;
  if (says(output.error(), "No updates are to be performed")) return Update::NothingToChange;
  return tl::unexpected(output.error());
}

aws::Outcome<void> Stacks::remove(const Stack& stack, const std::stop_token& stop) {
  return client_
      .call(aws::kDeleteStack, {{"StackName", stack.id}, {"ClientRequestToken", new_token()}}, stop)
      .map([](const json::object&) {});
}

aws::Outcome<std::vector<StackEvent>> Stacks::events(std::string_view stack_id,
                                                     std::string_view known,
                                                     const std::stop_token& stop) {
  std::vector<StackEvent> events;
  json::object input{{"StackName", shown(stack_id)}};
  for (;;) {
    const auto output = client_.call(aws::kDescribeStackEvents, input, stop);
    if (!output) return tl::unexpected(output.error());
    bool has_met_known = false;
    for (const json::value& entry : list_in(*output, "StackEvents")) {
      StackEvent event = read_event(entry.get_object());
      has_met_known = event.id == known;
      if (has_met_known) break;
      events.push_back(std::move(event));
    }
    const std::string next = text_in(*output, "NextToken");
    if (has_met_known || next.empty()) break;
    input["NextToken"] = next;
  }
  std::reverse(events.begin(), events.end());
  return events;
}

aws::Outcome<std::string> Stacks::latest_event(std::string_view stack_id,
                                               const std::stop_token& stop) {
  const json::object input{{"StackName", shown(stack_id)}};
  return client_.call(aws::kDescribeStackEvents, input, stop).map([](const json::object& output) {
    const json::array& events = list_in(output, "StackEvents");
    return events.empty() ? std::string() : text_in(events.front().get_object(), "EventId");
  });
}

aws::Outcome<std::string> Stacks::bucket_of(const Stack& stack, const std::stop_token& stop) {
  const auto output = client_.call(aws::kDescribeStackResources, {{"StackName", stack.id}}, stop);
  if (!output) return tl::unexpected(output.error());
  for (const json::value& entry : list_in(*output, "StackResources")) {
    const json::object& resource = entry.get_object();
    if (text_in(resource, "LogicalResourceId") != kBucketResource) continue;
    if (text_in(resource, "ResourceStatus") == "DELETE_COMPLETE") continue;
    return text_in(resource, "PhysicalResourceId");
  }
  return std::string();
}

bool is_ours(const Stack& stack) {
  const auto tag = stack.tags.find(kTagKey);
  return tag != stack.tags.end() && tag->second == kTagValue;
}

}  // namespace trailwarden::deploy
