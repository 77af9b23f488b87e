// Stacks of one region, as setup and teardown ask CloudFormation for them.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"
#include "aws/failure.h"

namespace trailwarden::deploy {

using Texts = std::map<std::string, std::string, std::less<>>;

struct Stack {
  std::string id;  // Its ARN: names it also when it was deleted and another has its name.
  std::string name;
  std::string status;
  std::string reason;  // AWS's words about the status; often empty.
  Texts parameters;
  Texts outputs;
  Texts tags;
};

struct StackEvent {
  std::string id;
  std::string resource;  // Its logical id: "Bucket".
  std::string physical;  // "trailwarden-bucket-1a2b3c"; may be empty.
  std::string type;      // "AWS::S3::Bucket"
  std::string status;    // "CREATE_COMPLETE"
  std::string reason;
};

enum class Update { Begun, NothingToChange };

class Stacks {
 public:
  explicit Stacks(const aws::Session& session);

  const std::string& region() const { return client_.region(); }

  // By name or id; nothing when there is none, or it was deleted and named by name.
  aws::Outcome<std::optional<Stack>> find(std::string_view name, const std::stop_token& stop);
  // Begins to make a stack of the embedded template, with setup's tag; answers its id. When it
  // fails, AWS removes all of it again.
  aws::Outcome<std::string> create(std::string_view name, const Texts& parameters,
                                   const std::stop_token& stop);
  aws::Outcome<Update> update(const Stack& stack, const Texts& parameters,
                              const std::stop_token& stop);
  aws::Outcome<void> remove(const Stack& stack, const std::stop_token& stop);

  // The events behind `known` (an event's id; empty: all), the oldest first.
  aws::Outcome<std::vector<StackEvent>> events(std::string_view stack_id, std::string_view known,
                                               const std::stop_token& stop);
  // The id of its latest event; empty when it has none.
  aws::Outcome<std::string> latest_event(std::string_view stack_id, const std::stop_token& stop);
  // The bucket that the stack made and has not removed; empty without one.
  aws::Outcome<std::string> bucket_of(const Stack& stack, const std::stop_token& stop);

 private:
  aws::Client client_;
};

// Whether setup made it: its tag.
bool is_ours(const Stack& stack);

}  // namespace trailwarden::deploy
