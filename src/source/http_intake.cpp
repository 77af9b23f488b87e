#include "source/http_intake.h"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/ascii.h"

namespace trailwarden::source {
namespace {

namespace json = boost::json;

constexpr std::size_t kDepthMax = 128;

std::vector<std::string_view> values_of(const net::Request& request, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [field, value] : request.headers) {
    if (equal_ignoring_case(field, name)) values.push_back(value);
  }
  return values;
}

// A browser asks before it sends this type to another site's page, and is told no. Without that,
// any web page could put events into an endpoint on its reader's machine.
bool is_json_type(const net::Request& request) {
  const std::vector<std::string_view> types = values_of(request, "Content-Type");
  if (types.size() != 1) return false;
  const std::string_view type = types.front().substr(0, types.front().find(';'));
  return equal_ignoring_case(type.substr(0, type.find_last_not_of(" \t") + 1), "application/json");
}

net::Response response(unsigned status, std::string_view why,
                       std::vector<net::Header> headers = {}) {
  headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  return {status, std::move(headers), std::string(why) + "\n"};
}

enum class Content : std::uint8_t { Event, Batch, NoJson };

Content content_of(std::string_view body) {
  json::monotonic_resource memory;
  json::parse_options options;
  options.max_depth = kDepthMax;
  options.allow_invalid_utf8 = true;
  json::error_code error;
  const json::value value = json::parse(body, error, &memory, options);
  if (error || (!value.is_object() && !value.is_array())) return Content::NoJson;
  if (value.is_array()) return Content::Batch;
  const json::value* records = value.get_object().if_contains("Records");
  return records != nullptr && records->is_array() ? Content::Batch : Content::Event;
}

}  // namespace

HttpIntake::HttpIntake(HttpRules rules) : rules_(std::move(rules)), guard_(rules_.keys) {}

std::optional<net::Response> HttpIntake::refusal(const net::Request& request) const {
  if (!guard_.lets_in(request, rules_.key_header)) {
    return response(401, "the key is missing or wrong");
  }
  const std::string_view path =
      std::string_view(request.url.target).substr(0, request.url.target.find('?'));
  if (path != rules_.path) return response(404, "events go to " + rules_.path);
  if (request.method != "POST") return response(405, "events are posted", {{"Allow", "POST"}});
  if (!is_json_type(request)) return response(415, "Content-Type must be application/json");
  if (request.body.size() > rules_.batch_bytes_max) return response(413, "too large");
  const Content content = content_of(request.body);
  if (content == Content::NoJson) return response(400, "no JSON object or array");
  if (content == Content::Event && request.body.size() > rules_.event_bytes_max) {
    return response(413, "too large for one event");
  }
  return std::nullopt;
}

net::Response HttpIntake::answer(const net::Request& request) {
  std::optional<net::Response> refused = refusal(request);
  net::Response answered = refused ? std::move(*refused) : accept(request.body);
  count(answered);
  return answered;
}

net::Response HttpIntake::accept(const std::string& body) {
  const auto until = std::chrono::steady_clock::now() + rules_.deadline;
  std::unique_lock lock(mutex_);
  if (is_closed_) return response(503, "going away", {{"Retry-After", "5"}});
  if (requests_.size() >= rules_.waiting_max) {
    return response(429, "too many events are waiting", {{"Retry-After", "1"}});
  }
  const Receipt receipt{next_receipt_++};
  const auto entry = requests_.emplace(receipt, Waiting{body}).first;
  line_.push_back(receipt);
  lock.unlock();
  added_.ring();
  lock.lock();
  const auto is_over = [&] {
    return entry->second.fate == Fate::Done || entry->second.fate == Fate::Failed ||
           (is_closed_ && entry->second.fate == Fate::Waiting);
  };
  settled_.wait_until(lock, until, is_over);
  // What was not handed out yet is taken back: it will be sent again.
  if (entry->second.fate == Fate::Waiting) {
    line_.erase(std::find(line_.begin(), line_.end(), receipt));
  }
  const Fate fate = entry->second.fate;
  requests_.erase(entry);
  if (fate == Fate::Done) return response(200, "done");
  return response(503, fate == Fate::Failed ? "could not be handled" : "took too long",
                  {{"Retry-After", "1"}});
}

std::optional<Delivery> HttpIntake::next(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = added_.rings();
    {
      const std::lock_guard lock(mutex_);
      if (is_closed_) return std::nullopt;
      if (!line_.empty()) {
        const Receipt receipt = line_.front();
        line_.pop_front();
        Waiting& request = requests_.at(receipt);
        request.fate = Fate::HandedOut;
        return Delivery{"http request " + std::to_string(static_cast<std::uint64_t>(receipt)),
                        std::move(request.body), receipt};
      }
    }
    added_.wait(rings, std::nullopt, stop);
  }
  return std::nullopt;
}

void HttpIntake::settle(Receipt receipt, bool is_done) {
  {
    const std::lock_guard lock(mutex_);
    // Who waited too long was answered, and is gone.
    const auto request = requests_.find(receipt);
    if (request == requests_.end()) return;
    request->second.fate = is_done ? Fate::Done : Fate::Failed;
  }
  settled_.notify_all();
}

void HttpIntake::close() {
  {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
  }
  settled_.notify_all();
  added_.ring();
}

void HttpIntake::count(const net::Response& answered) {
  const std::lock_guard lock(mutex_);
  if (answered.status == 200) ++counts_.accepted;
  if (answered.status == 429) ++counts_.too_many;
  if (answered.status == 503) ++counts_.failed;
  if (answered.status / 100 == 4 && answered.status != 429) ++counts_.refused;
}

HttpIntake::Counts HttpIntake::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace trailwarden::source
