#include "cli/live_source.h"

#include <unistd.h>

#include <charconv>
#include <chrono>
#include <ctime>
#include <utility>

#include "cli/aws_session.h"
#include "cli/live_parts.h"
#include "cli/period.h"
#include "net/guard.h"
#include "source/file_source.h"
#include "source/http_source.h"
#include "source/lookup_source.h"
#include "source/s3_source.h"
#include "source/sqs_source.h"

namespace trailwarden::cli {
namespace {

// Where what keeps a mark begins without one: CloudTrail needs some minutes to show an event.
constexpr UnixSeconds kBack = 900;

// --since, of a run without a mark.
Result<UnixSeconds> since_of(const Request& request) {
  const UnixSeconds now = std::time(nullptr);
  return request.has("since") ? parse_period_end(request.text("since"), now) : now - kBack;
}

// --poll: between two listings of what is new.
Result<std::chrono::seconds> poll_of(const Request& request) {
  const std::chrono::seconds poll = TW_TRY(parse_span(request.text("poll", "1m")));
  if (poll < std::chrono::seconds{1} || poll > std::chrono::hours{6}) {
    return fail(ErrorCode::Usage, "--poll: must be from 1s to 6h");
  }
  return poll;
}

Result<OpenedSource> open_sqs(const Request& request, std::string url, const source::Note& note) {
  source::SqsSetup setup{.queue_url = std::move(url)};
  const std::string letters = request.text("dead-letters");
  (letters.starts_with("https://") || letters.starts_with("http://") ? setup.dead_letter_queue_url
                                                                     : setup.dead_letter_path) =
      letters;
  const aws::Session session = TW_TRY(open_aws_session(request));
  auto opened = TW_TRY(source::SqsSource::open(session, setup, note));
  return OpenedSource{std::move(opened), {}};
}

Result<OpenedSource> open_http(const Request& request, std::string_view where) {
  const ListenAddress listen = TW_TRY(parse_listen_address(where));
  source::HttpSetup setup{.address = listen.address, .port = listen.port};
  if (request.has("source-keys")) {
    setup.rules.keys = TW_TRY(net::read_keys(request.text("source-keys")));
  }
  auto opened = TW_TRY(source::HttpSource::open(setup));
  return OpenedSource{std::move(opened), {}};
}

Result<OpenedSource> open_file(const std::string& path, const store::Store& store,
                               const source::Note& note) {
  const std::string name = "file:" + path;
  source::FileSetup setup{.path = path};
  if (const auto kept = TW_TRY(store.checkpoint(name)); kept && !kept->empty()) {
    setup.place = TW_TRY(source::parse_file_place(*kept));
  }
  auto opened = TW_TRY(source::FileSource::open(setup, note));
  const auto position = [&file = *opened] {
    const auto place = file.place();
    return place ? to_json(*place) : std::string();
  };
  return OpenedSource{std::move(opened), watch::Checkpoint{name, position}};
}

Result<OpenedSource> open_lookup(const Request& request, const std::string& input,
                                 const store::Store& store, const source::Note& note) {
  const aws::Session session = TW_TRY(open_aws_session(request));
  source::LookupSetup setup{.since = TW_TRY(since_of(request)), .poll = TW_TRY(poll_of(request))};
  auto regions = TW_TRY(source::parse_lookup_input(input, session.settings->region));
  for (std::string& region : regions) setup.add_region(std::move(region));
  constexpr std::string_view kName = "lookup";
  if (const auto kept = TW_TRY(store.checkpoint(kName))) {
    setup.marks = TW_TRY(source::parse_lookup_marks(*kept));
  }
  setup.rate = std::make_shared<source::LookupRate>(std::chrono::steady_clock::now, session.sleep);
  auto opened = std::make_unique<source::LookupSource>(session, setup, note);
  const auto position = [&lookup = *opened] { return to_json(lookup.marks()); };
  return OpenedSource{std::move(opened), watch::Checkpoint{std::string(kName), position}};
}

Result<OpenedSource> open_s3(const Request& request, const std::string& url,
                             const store::Store& store, const source::Note& note) {
  source::S3Setup setup{.location = TW_TRY(aws::parse_s3_url(url)),
                        .mark = source::s3_mark_from(TW_TRY(since_of(request))),
                        .poll = TW_TRY(poll_of(request))};
  if (const auto kept = TW_TRY(store.checkpoint(url))) {
    setup.mark = TW_TRY(source::parse_s3_mark(*kept));
  }
  for (const store::ReadObjectRow& row : TW_TRY(store.read_objects())) {
    const std::chrono::days day(static_cast<int>(row.day));
    setup.read.push_back({.id = row.object, .day = std::chrono::sys_days(day)});
  }
  const aws::Session session = TW_TRY(open_aws_session(request));
  source::S3Ports ports{.store = std::make_shared<source::S3Store>(session),
                        .utc = [] { return UnixSeconds{std::time(nullptr)}; },
                        .sleep = session.sleep,
                        .chance = chance,
                        .note = note};
  auto opened = std::make_unique<source::S3Source>(std::move(setup), std::move(ports));
  const auto position = [&bucket = *opened] { return to_json(bucket.mark()); };
  const auto objects_from = [&bucket = *opened] { return bucket.mark().day; };
  return OpenedSource{std::move(opened), watch::Checkpoint{url, position, objects_from}};
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  std::string_view address = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  ListenAddress listen{.address = address.empty() ? "127.0.0.1" : std::string(address)};
  const std::string_view port = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (error != std::errc() || end != port.data() + port.size() || port.empty()) {
    return fail(ErrorCode::Usage, "is no address with a port, such as 127.0.0.1:8080",
                std::string(text));
  }
  return listen;
}

Result<OpenedSource> open_live_source(const Request& request, const store::Store& store,
                                      const source::Note& note) {
  const std::string spec = request.text("source");
  const auto behind = [&](std::string_view prefix) { return spec.substr(prefix.size()); };
  if (spec == "-") {
    return OpenedSource{source::FileSource::of_stream(STDIN_FILENO, "stdin", note), {}};
  }
  if (spec.starts_with("sqs:")) return open_sqs(request, behind("sqs:"), note);
  if (spec.starts_with("http:")) return open_http(request, behind("http:"));
  if (spec.starts_with("file:")) return open_file(behind("file:"), store, note);
  if (is_s3_url(spec)) return open_s3(request, spec, store, note);
  if (spec == "lookup" || source::is_lookup_input(spec)) {
    return open_lookup(request, spec == "lookup" ? "lookup:" : spec, store, note);
  }
  constexpr std::string_view kSources =
      "s3://BUCKET/PREFIX, sqs:URL, lookup:REGION, http:ADDRESS:PORT, file:PATH or -";
  return fail(ErrorCode::Usage,
              (spec.empty() ? "--source is missing: " : "'" + spec + "' is no source: ") +
                  std::string(kSources));
}

}  // namespace trailwarden::cli
