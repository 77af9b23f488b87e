#include "parts.h"

#include <utility>

namespace trailwarden::watch {
namespace {

std::string rule(const std::string& call, const std::string& level) {
  return "title: " + call + " was called\nid: 00000000-0000-4000-8000-00000000000" +
         std::to_string(call.size()) + "\nlevel: " + level +
         "\nlogsource:\n  product: aws\n  service: cloudtrail\ntags:\n  - attack.persistence\n"
         "detection:\n  selection:\n    eventName: " +
         call + "\n  condition: selection\n";
}

engine::Engine compile() {
  engine::Content content;
  content.rules = {{"low.yml", rule("Low", "low")},
                   {"medium.yml", rule("Medium", "medium")},
                   {"high.yml", rule("High", "high")},
                   {"critical.yml", rule("Critical", "critical")}};
  return engine::Engine::compile(content).value();
}

}  // namespace

const engine::Engine& four_rules() {
  static const engine::Engine engine = compile();
  return engine;
}

std::string record(const std::string& call, const std::string& id, int seconds,
                   const std::string& actor) {
  const int minute = seconds / 60;
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return R"({"eventVersion":"1.08","eventID":")" + id + R"(","eventTime":"2026-03-01T)" +
         two(12 + minute / 60) + ":" + two(minute % 60) + ":" + two(seconds % 60) +
         R"(Z","eventSource":"iam.amazonaws.com","eventName":")" + call +
         R"(","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.9","userAgent":"aws-cli/2.15",)"
         R"("recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser",)"
         R"("accountId":"111122223333","userName":")" +
         actor + R"(","arn":"arn:aws:iam::111122223333:user/)" + actor + "\"}}\n";
}

void FakeSource::add(std::string bytes) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(bytes));
  }
  changed_.notify_all();
}

void FakeSource::fail_with(Error error) {
  {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  changed_.notify_all();
}

Result<std::optional<source::Delivery>> FakeSource::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return !waiting_.empty() || error_ || ends_; });
  if (waiting_.empty()) {
    if (error_ && !stop.stop_requested()) return tl::unexpected(*error_);
    return std::nullopt;
  }
  if (stop.stop_requested()) return std::nullopt;
  source::Delivery delivery{.name = "made up",
                            .bytes = std::move(waiting_.front()),
                            .receipt = source::Receipt{++receipts_}};
  waiting_.pop_front();
  return delivery;
}

void FakeSource::done(source::Receipt receipt) {
  if (at_done) at_done();
  const std::lock_guard lock(mutex_);
  done_.push_back(static_cast<std::uint64_t>(receipt));
}

void FakeSource::failed(source::Receipt receipt, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  failed_.emplace(static_cast<std::uint64_t>(receipt), reason);
}

std::vector<std::uint64_t> FakeSource::done_ones() {
  const std::lock_guard lock(mutex_);
  return done_;
}

std::map<std::uint64_t, std::string> FakeSource::failed_ones() {
  const std::lock_guard lock(mutex_);
  return failed_;
}

sink::Outcome FakeSink::send(const sink::Dispatch& dispatch, const std::stop_token&) {
  const std::lock_guard lock(mutex_);
  calls_.push_back({dispatch.notice, std::string(dispatch.key), std::string(dispatch.thread),
                    dispatch.attempt, dispatch.in_doubt});
  if (answer) return answer(calls_.back());
  return sink::Sent{"reference-" + std::to_string(calls_.size())};
}

std::vector<FakeSink::Call> FakeSink::calls() {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::vector<std::string> FakeSink::kinds() {
  std::vector<std::string> kinds;
  for (const Call& call : calls()) kinds.emplace_back(to_string(call.notice.kind));
  return kinds;
}

}  // namespace trailwarden::watch
