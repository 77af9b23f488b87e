// An SQS queue as its documentation has it, with a clock and faults by the test: visibility,
// receive counts, handles of which only the newest deletes though all "succeed", batches that fail
// in part, answers that are lost after the deed. Stricter than SQS about what it is asked.
#pragma once

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <set>

#include "aws/operations.h"
#include "aws/protocol.h"
#include "failures.h"
#include "source/sqs_queue.h"

namespace trailwarden::source {

class FakeSqs {
 public:
  static constexpr const char* kUrl = "https://sqs.eu-north-1.amazonaws.com/1/events";

  struct Message {
    std::string body;
    SteadyTime visible_at{};
    unsigned receive_count = 0;
    std::string handle;
    SteadyTime received{};
    bool is_deleted = false;
  };

  // What becomes of one call.
  enum class Fault { None, Before, After, Partial, SenderFault };

  explicit FakeSqs(SteadyClock now) : now_(std::move(now)) {}

  std::string add(std::string body) {
    std::string id = "m" + std::to_string(messages.size());
    messages[id].body = std::move(body);
    return id;
  }

  Call call() {
    return [this](const aws::Operation& operation, const boost::json::object& input,
                  const std::stop_token& stop, const aws::CallOptions& options) {
      return answer(operation, input, stop, options);
    };
  }

  std::size_t left() const {
    std::size_t count = 0;
    for (const auto& [id, message] : messages) count += message.is_deleted ? 0 : 1;
    return count;
  }

  std::map<std::string, Message> messages;
  std::vector<std::string> sent;   // By SendMessage.
  std::vector<std::string> calls;  // "DeleteMessageBatch 10"
  std::function<Fault(std::string_view operation)> fault = [](std::string_view) {
    return Fault::None;
  };
  aws::Failure failure = failure_of(aws::Failure::Kind::Exhausted, "ServiceUnavailable");
  std::chrono::milliseconds last_silence{};

 private:
  using Answer = aws::Outcome<boost::json::object>;

  Answer answer(const aws::Operation& operation, const boost::json::object& input,
                const std::stop_token& stop, const aws::CallOptions& options) {
    const auto wire = aws::encode(operation, input);
    EXPECT_TRUE(wire) << operation.name;
    EXPECT_EQ(operation.service->id, "SQS");
    last_silence = options.limits.silence;
    const boost::json::value* entries = input.if_contains("Entries");
    calls.push_back(std::string(operation.name) +
                    (entries == nullptr ? "" : " " + std::to_string(entries->as_array().size())));
    if (stop.stop_requested()) {
      return tl::unexpected(failure_of(aws::Failure::Kind::Cancelled));
    }
    const Fault now = fault(operation.name);
    if (now == Fault::Before) return tl::unexpected(failure);
    boost::json::object done = act(operation, input, now);
    if (now == Fault::After) return tl::unexpected(failure);
    return done;
  }

  boost::json::object act(const aws::Operation& operation, const boost::json::object& input,
                          Fault now) {
    if (operation.name == "SendMessage") {
      sent.emplace_back(input.at("MessageBody").as_string());
      return {{"MessageId", "s"}};
    }
    EXPECT_EQ(input.at("QueueUrl").as_string(), kUrl);
    if (operation.name == "ReceiveMessage") return receive(input);
    if (operation.name == "DeleteMessageBatch") {
      return batch(input, now, [](Message& message, const boost::json::object&) {
        message.is_deleted = true;
        return true;
      });
    }
    EXPECT_EQ(operation.name, "ChangeMessageVisibilityBatch");
    return batch(input, now, [this](Message& message, const boost::json::object& entry) {
      if (message.visible_at <= now_()) return false;  // MessageNotInflight
      const auto until = now_() + std::chrono::seconds(entry.at("VisibilityTimeout").as_int64());
      if (until > message.received + std::chrono::hours(12)) return false;
      message.visible_at = until;
      return true;
    });
  }

  boost::json::object receive(const boost::json::object& input) {
    const std::int64_t most = input.at("MaxNumberOfMessages").to_number<std::int64_t>();
    EXPECT_LE(most, 10);
    EXPECT_LE(input.at("WaitTimeSeconds").to_number<std::int64_t>(), 20);
    boost::json::array list;
    for (auto& [id, message] : messages) {
      if (static_cast<std::int64_t>(list.size()) == most) break;
      if (message.is_deleted || message.visible_at > now_()) continue;
      message.visible_at =
          now_() + std::chrono::seconds(input.at("VisibilityTimeout").to_number<std::int64_t>());
      message.received = now_();
      message.handle = id + "#" + std::to_string(++message.receive_count);
      list.push_back(
          {{"MessageId", id},
           {"ReceiptHandle", message.handle},
           {"Body", message.body},
           {"Attributes", {{"ApproximateReceiveCount", std::to_string(message.receive_count)}}}});
    }
    if (list.empty()) return {};  // As SQS: no member at all.
    return {{"Messages", std::move(list)}};
  }

  template <class Deed>
  boost::json::object batch(const boost::json::object& input, Fault now, Deed deed) {
    const boost::json::array& entries = input.at("Entries").as_array();
    EXPECT_GE(entries.size(), 1U);
    EXPECT_LE(entries.size(), 10U);
    boost::json::array successful;
    boost::json::array failed;
    std::set<std::string> ids;
    for (const boost::json::value& value : entries) {
      const boost::json::object& entry = value.as_object();
      const std::string id(entry.at("Id").as_string());
      EXPECT_TRUE(ids.insert(id).second) << "ids must be distinct";
      const std::string handle(entry.at("ReceiptHandle").as_string());
      Message& message = messages.at(handle.substr(0, handle.find('#')));
      const bool is_unlucky = failed.size() < successful.size() + 1;
      if (is_unlucky && now == Fault::Partial) {
        failed.push_back({{"Id", id}, {"SenderFault", false}, {"Code", "InternalError"}});
      } else if (is_unlucky && now == Fault::SenderFault) {
        failed.push_back({{"Id", id}, {"SenderFault", true}, {"Code", "ReceiptHandleIsInvalid"}});
      } else if (handle != message.handle || message.is_deleted || deed(message, entry)) {
        successful.push_back(
            boost::json::object{{"Id", id}});  // An old handle does nothing, and says so not.
      } else {
        failed.push_back({{"Id", id}, {"SenderFault", true}, {"Code", "MessageNotInflight"}});
      }
    }
    // The order of answers is nobody's promise.
    std::reverse(successful.begin(), successful.end());
    return {{"Successful", std::move(successful)}, {"Failed", std::move(failed)}};
  }

  SteadyClock now_;
};

}  // namespace trailwarden::source
