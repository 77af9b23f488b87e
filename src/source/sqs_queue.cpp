#include "source/sqs_queue.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <utility>

#include "aws/operations.h"
#include "aws/scalar.h"

namespace trailwarden::source {
namespace {

namespace json = boost::json;

// Beyond the time that SQS itself may stay silent in a long poll.
constexpr std::chrono::seconds kSilenceBeyondPoll{10};
// Three tries must fit into what is left of a message's time when it is prolonged.
constexpr std::chrono::seconds kBatchSilence{10};

// Members that the operation's table calls required are there: Client sees to it.
std::string text_at(const json::object& of, std::string_view name) {
  const json::value* found = of.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(aws::view(found->get_string()))
                                                : std::string();
}

unsigned receive_count_of(const json::object& message) {
  unsigned count = 1;
  if (const json::value* attributes = message.if_contains("Attributes")) {
    const std::string text = text_at(attributes->as_object(), "ApproximateReceiveCount");
    std::from_chars(text.data(), text.data() + text.size(), count);
  }
  return count;
}

const json::array* list_at(const json::object& of, std::string_view name) {
  const json::value* found = of.if_contains(name);
  return found == nullptr ? nullptr : found->if_array();
}

// Ids are positions, so that they are distinct and what came for whom is plain.
std::size_t position_of(const json::value& entry) {
  const std::string text = text_at(entry.as_object(), "Id");
  std::size_t position = SIZE_MAX;
  std::from_chars(text.data(), text.data() + text.size(), position);
  return position;
}

bool is_sender_fault(const json::object& entry) {
  const json::value* fault = entry.if_contains("SenderFault");
  return fault != nullptr && fault->is_bool() && fault->get_bool();
}

std::vector<BatchEntry> fates_of(const json::object& answer, std::size_t count) {
  std::vector<BatchEntry> fates(count);
  if (const json::array* done = list_at(answer, "Successful")) {
    for (const json::value& entry : *done) {
      if (const std::size_t at = position_of(entry); at < count) fates[at].fate = BatchFate::Done;
    }
  }
  if (const json::array* failed = list_at(answer, "Failed")) {
    for (const json::value& entry : *failed) {
      const std::size_t at = position_of(entry);
      if (at >= count) continue;
      fates[at] = {is_sender_fault(entry.as_object()) ? BatchFate::Refused : BatchFate::Again,
                   text_at(entry.as_object(), "Code")};
    }
  }
  return fates;
}

}  // namespace

std::string region_of_queue(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return {};
  const std::string_view host = url.substr(begin + 3, url.find('/', begin + 3) - begin - 3);
  if (host.find(".amazonaws.") == std::string_view::npos &&
      host.find(".api.aws") == std::string_view::npos) {
    return {};
  }
  // sqs.REGION.amazonaws.com, sqs-fips.REGION.amazonaws.com, sqs.REGION.api.aws, and the form of
  // old, REGION.queue.amazonaws.com.
  const std::string_view first = host.substr(0, host.find('.'));
  const std::string_view rest = host.substr(first.size() + 1);
  if (first == "sqs" || first == "sqs-fips") return std::string(rest.substr(0, rest.find('.')));
  return rest.starts_with("queue.") ? std::string(first) : std::string();
}

aws::Outcome<std::vector<SqsMessage>> SqsQueue::receive(std::chrono::seconds wait,
                                                        std::chrono::seconds visibility,
                                                        const std::stop_token& stop) const {
  aws::CallOptions options;
  options.limits.silence = wait + kSilenceBeyondPoll;
  auto answer = call_(aws::kReceiveMessage,
                      {{"QueueUrl", url_},
                       {"MaxNumberOfMessages", kSqsBatchMax},
                       {"WaitTimeSeconds", wait.count()},
                       {"VisibilityTimeout", visibility.count()},
                       {"MessageSystemAttributeNames", json::array{"ApproximateReceiveCount"}}},
                      stop, options);
  if (!answer) return tl::unexpected(std::move(answer).error());
  std::vector<SqsMessage> messages;
  const json::array* list = list_at(*answer, "Messages");  // An empty queue's answer has none.
  if (list == nullptr) return messages;
  messages.reserve(list->size());
  for (const json::value& value : *list) {
    const json::object& message = value.as_object();
    messages.push_back({text_at(message, "MessageId"), text_at(message, "ReceiptHandle"),
                        text_at(message, "Body"), receive_count_of(message)});
  }
  return messages;
}

aws::Outcome<std::vector<BatchEntry>> SqsQueue::batch(const aws::Operation& operation,
                                                      json::array entries,
                                                      const std::stop_token& stop) const {
  const std::size_t count = entries.size();
  aws::CallOptions options;
  options.limits.silence = kBatchSilence;
  auto answer =
      call_(operation, {{"QueueUrl", url_}, {"Entries", std::move(entries)}}, stop, options);
  if (!answer) return tl::unexpected(std::move(answer).error());
  return fates_of(*answer, count);
}

aws::Outcome<std::vector<BatchEntry>> SqsQueue::remove(std::span<const std::string> receipt_handles,
                                                       const std::stop_token& stop) const {
  json::array entries;
  for (const std::string& handle : receipt_handles) {
    entries.push_back({{"Id", std::to_string(entries.size())}, {"ReceiptHandle", handle}});
  }
  return batch(aws::kDeleteMessageBatch, std::move(entries), stop);
}

aws::Outcome<std::vector<BatchEntry>> SqsQueue::hide(std::span<const std::string> receipt_handles,
                                                     std::chrono::seconds visibility,
                                                     const std::stop_token& stop) const {
  json::array entries;
  for (const std::string& handle : receipt_handles) {
    entries.push_back({{"Id", std::to_string(entries.size())},
                       {"ReceiptHandle", handle},
                       {"VisibilityTimeout", visibility.count()}});
  }
  return batch(aws::kChangeMessageVisibilityBatch, std::move(entries), stop);
}

aws::Outcome<void> SqsQueue::send(std::string_view body, const std::stop_token& stop) const {
  auto answer = call_(aws::kSendMessage, {{"QueueUrl", url_}, {"MessageBody", body}}, stop, {});
  if (!answer) return tl::unexpected(std::move(answer).error());
  return {};
}

}  // namespace trailwarden::source
