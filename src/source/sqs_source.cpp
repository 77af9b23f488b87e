#include "source/sqs_source.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "aws/operations.h"
#include "aws/s3.h"
#include "net/http.h"

namespace trailwarden::source {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// With ten messages a call, a queue in the same region gives and deletes some thousand a second.
constexpr unsigned kReceiversMax = 4;
constexpr unsigned kDeleters = 4;
// A log file has 50 MB compressed at most.
constexpr std::uint64_t kObjectBytesMax = std::uint64_t{256} << 20;
constexpr seconds kCloseMax{10};
// A stop lets a poll have so much time for its answer: messages may be on their way to us, and
// would stay hidden from everybody if nobody took them.
constexpr milliseconds kPollGrace{500};

Result<void> check(const SqsSetup& setup) {
  const SqsOptions& options = setup.options;
  TW_TRY(net::parse_url(setup.queue_url));
  if (!setup.dead_letter_queue_url.empty()) TW_TRY(net::parse_url(setup.dead_letter_queue_url));
  if (setup.dead_letter_queue_url == setup.queue_url) {
    return fail(ErrorCode::Usage, "the queue for dead letters is the queue that is read");
  }
  if (options.visibility < seconds{10} || options.visibility > seconds{3'600}) {
    return fail(ErrorCode::Usage, "a message is hidden for 10 s to 3600 s");
  }
  if (options.receives_max == 0) {
    return fail(ErrorCode::Usage, "a message must be received once at least");
  }
  return {};
}

SqsQueue queue_at(const aws::Session& session, const std::string& url) {
  return {url, calls_of(session, aws::kSqs, region_of_queue(url))};
}

}  // namespace

Fetch fetch_from_s3(const aws::Session& session) {
  auto s3 = std::make_shared<aws::S3>(session);
  return [s3](const ObjectRef& object, const std::stop_token& stop) -> aws::Outcome<std::string> {
    auto got = s3->get(object.bucket, object.key, kObjectBytesMax, stop);
    if (!got) return tl::unexpected(std::move(got).error());
    return std::move(got->body);
  };
}

Result<std::unique_ptr<SqsSource>> SqsSource::open(const aws::Session& session,
                                                   const SqsSetup& setup, Note note) {
  TW_TRY(check(setup));
  std::optional<SqsQueue> letters;
  if (!setup.dead_letter_queue_url.empty()) {
    letters.emplace(queue_at(session, setup.dead_letter_queue_url));
  }
  SqsPorts ports{
      .queue = queue_at(session, setup.queue_url),
      .fetch = fetch_from_s3(session),
      .dead_letters = TW_TRY(DeadLetters::open(setup.dead_letter_path, std::move(letters))),
      .note = std::move(note),
      .utc =
          [now = session.now] {
            return std::chrono::floor<seconds>(now()).time_since_epoch().count();
          },
  };
  return std::make_unique<SqsSource>(setup.options, std::move(ports));
}

SqsSource::SqsSource(const SqsOptions& options, SqsPorts ports)
    : consumer_(options, std::move(ports)) {
  threads_.emplace_back([this](const std::stop_token& stop) { end_polls(stop); });
  threads_.emplace_back([this](const std::stop_token& stop) { keep_hidden(stop); });
  for (unsigned i = 0; i < kDeleters; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { keep_deleting(stop); });
  }
}

SqsSource::~SqsSource() {
  late_.request_stop();
  for (std::jthread& thread : threads_) thread.request_stop();
}

bool SqsSource::begin_receiving() {
  if (!consumer_.wants_messages()) return false;
  if (receivers_.fetch_add(1) < kReceiversMax) return true;
  --receivers_;
  return false;
}

Result<std::optional<Delivery>> SqsSource::next(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = work_.rings();
    if (auto delivery = consumer_.take(stop)) return delivery;
    if (begin_receiving()) {
      const std::stop_callback stopping(stop, [this] { stopping_.ring(); });
      auto received = consumer_.receive(hang_up_.get_token());
      --receivers_;
      work_.ring();
      settled_.ring();
      TW_TRY(std::move(received));
      continue;
    }
    std::optional<SteadyTime> until = consumer_.next_part();
    const std::optional<SteadyTime> wanted = consumer_.wants_messages_at();
    if (wanted && receivers_ == 0) until = until ? std::min(*until, *wanted) : wanted;
    work_.wait(rings, until, stop);
  }
  return std::nullopt;
}

void SqsSource::done(Receipt receipt) {
  consumer_.done(receipt);
  settled_.ring();
  work_.ring();
}

void SqsSource::failed(Receipt receipt, std::string_view reason) {
  consumer_.failed(receipt, reason);
  settled_.ring();
  work_.ring();
}

// Waits for a stop, and then for the polls that were under way.
void SqsSource::end_polls(const std::stop_token& stop) {
  stopping_.wait(0, std::nullopt, stop);
  Bell nobody;  // Each poll rings: the others' rings must not end the wait.
  nobody.wait(nobody.rings(), std::chrono::steady_clock::now() + kPollGrace, stop);
  hang_up_.request_stop();
}

void SqsSource::keep_hidden(const std::stop_token& stop) {
  // A message that comes while we wait needs no word before so much time has passed.
  const milliseconds longest = milliseconds(consumer_.options().visibility) / 5;
  Bell nobody;
  while (!stop.stop_requested()) {
    const SteadyTime latest = std::chrono::steady_clock::now() + longest;
    const std::optional<SteadyTime> next = consumer_.prolong(stop);
    nobody.wait(nobody.rings(), next ? std::min(*next, latest) : latest, stop);
  }
}

void SqsSource::keep_deleting(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = settled_.rings();
    const std::uint64_t deleted = counts().deleted;
    const std::optional<SteadyTime> next =
        consumer_.remove(consumer_.options().linger, late_.get_token());
    if (counts().deleted != deleted) work_.ring();  // There is room for more.
    settled_.wait(rings, next, stop);
  }
}

void SqsSource::close() {
  const SteadyTime end = std::chrono::steady_clock::now() + kCloseMax;
  const std::jthread watchdog([this, end](const std::stop_token& stop) {
    Bell nobody;
    nobody.wait(nobody.rings(), end, stop);
    late_.request_stop();
  });
  // Until here messages were kept hidden, so that the deletions below still find them ours.
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
  while (const auto next = consumer_.remove(milliseconds{0}, late_.get_token())) {
    if (late_.stop_requested()) break;
    Bell nobody;
    nobody.wait(nobody.rings(), next, late_.get_token());
  }
  consumer_.give_back(late_.get_token());
}

}  // namespace trailwarden::source
