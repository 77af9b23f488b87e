#include "aws/client.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <utility>

#include "aws/endpoint.h"
#include "aws/protocol.h"
#include "aws/retry.h"
#include "aws/scalar.h"
#include "aws/sigv4.h"

namespace trailwarden::aws {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::string_view kUserAgent = "trailwarden/" TW_VERSION;
// Of one exchange whose caller set no bound: a server that sends a byte now and then would keep it
// for ever. Enough for the largest body that is read by default at 110 KB a second.
constexpr std::chrono::minutes kExchangeMax{10};

void sleep_for(milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wakes;
  std::unique_lock lock(mutex);
  wakes.wait_for(lock, stop, duration, [] { return false; });
}

double machine_random() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// What all calls of one client share.
struct Shared {
  Session session;
  const Service& service;
  std::string region;
  RetryQuota quota;
  std::atomic<milliseconds::rep> clock_offset_ms{0};  // The server's clock less ours.
};

// How one attempt ended.
struct Attempt {
  std::optional<json::object> output = {};  // It worked.
  Failure failure = {};                     // It did not.
  Fault fault = Fault::Permanent;
  bool may_be_done = true;  // Whether the service may have acted on it.
  std::optional<milliseconds> server_asks = {};
  std::optional<milliseconds> skew = {};
  unsigned retry_cost = RetryQuota::kRetryCost;
};

// One call with all its attempts. Used by one thread, once.
class Call {
 public:
  Call(Shared& shared, const Operation& operation, const CallOptions& options,
       const std::stop_token& stop)
      : shared_(shared), operation_(operation), options_(options), stop_(stop) {
    if (limits_.total.count() == 0) limits_.total = kExchangeMax;
  }

  Outcome<json::object> run(const json::object& input);

 private:
  Failure failed(Failure::Kind kind, std::string message) const;
  std::optional<Failure> prepare(const json::object& input);
  Attempt attempt();
  std::optional<Failure> sign_request();
  Attempt after_network(const net::Failure& failure) const;
  Attempt after_answer(net::Response response);
  Attempt after_error(const net::Response& response) const;
  // Whether another attempt is worth it; if so, what it needs is done: waited, keys renewed, clock
  // set.
  bool is_ready_for_another(Attempt& last);
  bool renew_keys();
  bool set_clock(const Attempt& last);
  bool is_ready_for_retry(Attempt& last);

  Shared& shared_;
  const Operation& operation_;
  const CallOptions& options_;
  net::Limits limits_ = options_.limits;
  const std::stop_token& stop_;
  net::Request request_;
  Endpoint endpoint_;
  Credentials keys_;
  milliseconds clock_offset_{0};  // What the last attempt was signed with.
  unsigned attempts_ = 0;
  unsigned retries_ = 0;  // Attempts of the retry mode; corrections of keys and clock are not.
  unsigned cost_of_retry_ = 0;  // What the last retry took from the quota.
  bool renewed_keys_ = false;
  bool has_set_clock_ = false;
};

Failure Call::failed(Failure::Kind kind, std::string message) const {
  return {.kind = kind,
          .service = std::string(operation_.service->id),
          .operation = std::string(operation_.name),
          .code = {},
          .message = std::move(message),
          .request_id = {},
          .attempts = attempts_};
}

std::string_view bucket_of(const Operation& operation, const json::object& input) {
  if (operation.service != &kS3) return {};
  const json::value* bucket = input.if_contains("Bucket");
  return bucket != nullptr && bucket->is_string() ? view(bucket->get_string()) : std::string_view();
}

// "/bucket/key" → "/key".
std::string without_bucket(const std::string& path) {
  const auto slash = path.find('/', 1);
  return slash == path.npos ? "/" : path.substr(slash);
}

std::optional<Failure> Call::prepare(const json::object& input) {
  auto wire = encode(operation_, input);
  if (!wire) return failed(Failure::Kind::Refused, wire.error().message);
  auto endpoint = endpoint_for(*shared_.session.settings, *operation_.service, shared_.region,
                               bucket_of(operation_, input));
  if (!endpoint) return failed(Failure::Kind::Unreachable, to_string(endpoint.error()));
  endpoint_ = *std::move(endpoint);
  request_.method = std::move(wire->method);
  request_.url = endpoint_.url;
  request_.url.target =
      endpoint_.path_prefix + (endpoint_.bucket_in_host ? without_bucket(wire->path) : wire->path);
  if (!wire->query.empty()) request_.url.target += "?" + wire->query;
  request_.headers = std::move(wire->headers);
  request_.headers.emplace_back("User-Agent", kUserAgent);
  request_.body = std::move(wire->body);
  return std::nullopt;
}

std::optional<Failure> Call::sign_request() {
  if (!operation_.is_signed) return std::nullopt;
  if (shared_.session.credentials == nullptr) {
    return failed(Failure::Kind::Credentials, "no credentials were set up");
  }
  auto keys = shared_.session.credentials->get(stop_);
  if (!keys) {
    Failure failure = std::move(keys).error();
    if (failure.service.empty()) failure.service = operation_.service->id;
    if (failure.operation.empty()) failure.operation = operation_.name;
    return failure;
  }
  keys_ = *std::move(keys);
  clock_offset_ = milliseconds(shared_.clock_offset_ms.load());
  const bool is_s3 = operation_.service == &kS3;
  sign(request_, keys_,
       {.region = endpoint_.signing_region,
        .service = endpoint_.signing_name,
        .time = shared_.session.now() + clock_offset_,
        .normalizes_path = !is_s3,
        .signs_body_hash = is_s3});
  return std::nullopt;
}

Attempt Call::attempt() {
  if (auto failure = sign_request()) return {.failure = *std::move(failure)};
  ++attempts_;
  auto response = shared_.session.http->send(request_, limits_, stop_);
  return response ? after_answer(*std::move(response)) : after_network(response.error());
}

Attempt Call::after_network(const net::Failure& failure) const {
  using Kind = net::Failure::Kind;
  const auto kind = failure.kind == Kind::Cancelled  ? Failure::Kind::Cancelled
                    : failure.kind == Kind::TooLarge ? Failure::Kind::Unreadable
                                                     : Failure::Kind::Unreachable;
  Attempt result{.failure = failed(kind, failure.message)};
  result.fault = fault_of(failure);
  result.may_be_done = failure.sent;
  if (failure.kind == Kind::Timeout) result.retry_cost = RetryQuota::kTimeoutCost;
  return result;
}

Attempt Call::after_answer(net::Response response) {
  if (response.status < 200 || response.status > 299 || is_error_in_success(operation_, response)) {
    return after_error(response);
  }
  const unsigned status = response.status;
  const std::string request_id = request_id_of(response);
  if (options_.body != nullptr) *options_.body = std::exchange(response.body, {});
  auto output = decode(operation_, std::move(response));
  if (output) return {.output = *std::move(output)};
  Attempt result{.failure = failed(Failure::Kind::Unreadable, output.error().message)};
  result.failure.status = status;
  result.failure.request_id = request_id;
  result.fault = Fault::Transient;  // A proxy or a broken server; AWS itself does better.
  return result;
}

Attempt Call::after_error(const net::Response& response) const {
  ServiceError error = read_error(*operation_.service, response);
  Attempt result{.failure = failed(Failure::Kind::Refused, std::move(error.message)),
                 .fault = fault_of(error.code, response.status)};
  result.failure.code = std::move(error.code);
  result.failure.request_id = std::move(error.request_id);
  result.failure.status = response.status;
  result.failure.bucket_region = std::move(error.region);
  result.failure.reasons = std::move(error.reasons);
  result.may_be_done = result.fault == Fault::Transient;
  result.server_asks = retry_after(response, shared_.session.now());
  result.skew = clock_skew(response, shared_.session.now() + clock_offset_);
  return result;
}

bool Call::renew_keys() {
  if (renewed_keys_ || !operation_.is_signed) return false;
  renewed_keys_ = true;
  shared_.session.credentials->discard(keys_);
  return true;
}

bool Call::set_clock(const Attempt& last) {
  if (has_set_clock_ || !last.skew) return false;
  has_set_clock_ = true;
  // Not added to what is there: other threads may have found out the same meanwhile.
  shared_.clock_offset_ms.store((clock_offset_ + *last.skew).count());
  return true;
}

bool Call::is_ready_for_retry(Attempt& last) {
  Failure& failure = last.failure;
  if (failure.kind == Failure::Kind::Refused) failure.kind = Failure::Kind::Exhausted;
  if (!operation_.idempotent && last.may_be_done) {
    failure.message += "; not tried again, as it may have been done";
    return false;
  }
  if (retries_ + 1 >= shared_.session.settings->attempts_max) return false;
  if (!shared_.quota.take(last.retry_cost)) {
    failure.message += "; not tried again, as too many calls have been";
    return false;
  }
  cost_of_retry_ = last.retry_cost;
  ++retries_;
  const auto& random = shared_.session.random;
  const auto wait = backoff(retries_, random ? random() : machine_random(), last.server_asks);
  const auto& sleep = shared_.session.sleep;
  sleep ? sleep(wait, stop_) : sleep_for(wait, stop_);
  return true;
}

bool Call::is_ready_for_another(Attempt& last) {
  switch (last.fault) {
    case Fault::Permanent:
      return false;
    case Fault::StaleKeys:
      if (renew_keys()) return true;
      last.failure.kind = Failure::Kind::Credentials;
      return false;
    case Fault::ClockSkew:
      return set_clock(last);
    case Fault::Throttled:
    case Fault::Transient:
      return is_ready_for_retry(last);
  }
  return false;
}

Outcome<json::object> Call::run(const json::object& input) {
  if (auto failure = prepare(input)) return tl::unexpected(*std::move(failure));
  for (;;) {
    Attempt last = attempt();
    if (last.output) {
      retries_ == 0 ? shared_.quota.reward() : shared_.quota.give_back(cost_of_retry_);
      return *std::move(last.output);
    }
    if (!is_ready_for_another(last)) return tl::unexpected(std::move(last.failure));
    if (stop_.stop_requested()) {
      return tl::unexpected(failed(Failure::Kind::Cancelled, "it was stopped"));
    }
  }
}

}  // namespace

struct Client::State : Shared {};

Client::Client(Session session, const Service& service, std::string region) {
  if (region.empty()) region = session.settings->region;
  state_.reset(new State{{std::move(session), service, std::move(region), {}, {0}}});
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Outcome<json::object> Client::call(const Operation& operation, const json::object& input,
                                   const std::stop_token& stop, const CallOptions& options) {
  return Call(*state_, operation, options, stop).run(input);
}

const std::string& Client::region() const { return state_->region; }

}  // namespace trailwarden::aws
