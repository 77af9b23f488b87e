#include "source/lookup_source.h"

#include <algorithm>
#include <utility>

#include "aws/operations.h"
#include "source/call.h"

namespace trailwarden::source {
namespace {

constexpr std::string_view kScheme = "lookup:";
// Read ahead, for each region: at 50 events of some 2 KB a page, a few hundred KB.
constexpr std::size_t kPagesAhead = 2;

// A receipt says the region's position above and the page's number below.
constexpr unsigned kPageBits = 48;

Receipt receipt_of(std::size_t region, std::uint64_t page) {
  return Receipt{(std::uint64_t{region} << kPageBits) | page};
}

bool is_region_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !name.empty() && name.size() <= 32 &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

LookupTask task_of(const LookupSetup& setup, const std::string& region) {
  return {.region = region,
          .account = {},
          .since = setup.since,
          .until = setup.until,
          .poll = setup.poll};
}

std::vector<std::unique_ptr<LookupRegion>> regions_of(const aws::Session& session,
                                                      const LookupSetup& setup, const Note& note) {
  std::vector<std::unique_ptr<LookupRegion>> regions;
  regions.reserve(setup.regions.size());
  for (const std::string& region : setup.regions) {
    LookupPorts ports{
        .call = calls_of(session, aws::kCloudTrail, region),
        .rate = setup.rate,
        .utc =
            [now = session.now] {
              return std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count();
            },
        .sleep = session.sleep,
        .note = note};
    const auto mark = setup.marks.find(region);
    regions.push_back(std::make_unique<LookupRegion>(
        task_of(setup, region), std::move(ports),
        mark == setup.marks.end() ? std::nullopt : std::optional(mark->second)));
  }
  return regions;
}

}  // namespace

bool is_lookup_input(std::string_view input) { return input.starts_with(kScheme); }

void LookupSetup::add_region(std::string region) {
  if (std::find(regions.begin(), regions.end(), region) == regions.end()) {
    regions.push_back(std::move(region));
  }
}

Result<std::vector<std::string>> parse_lookup_input(std::string_view input,
                                                    std::string_view session_region) {
  if (!is_lookup_input(input)) return fail(ErrorCode::Usage, "not an input of LookupEvents");
  std::string_view rest = input.substr(kScheme.size());
  if (rest.empty()) rest = session_region;
  if (rest.empty()) {
    return fail(ErrorCode::Usage, "no region: say lookup:REGION, or set one for the session");
  }
  std::vector<std::string> regions;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view name = rest.substr(0, comma);
    if (!is_region_name(name)) {
      return fail(ErrorCode::Usage, "no name of a region: '" + std::string(name) + "'");
    }
    if (std::find(regions.begin(), regions.end(), name) == regions.end()) {
      regions.emplace_back(name);
    }
    if (comma == std::string_view::npos) return regions;
    rest.remove_prefix(comma + 1);
  }
}

LookupSource::LookupSource(const aws::Session& session, const LookupSetup& setup, const Note& note)
    : LookupSource(regions_of(session, setup, note)) {}

LookupSource::LookupSource(std::vector<std::unique_ptr<LookupRegion>> regions)
    : regions_(std::move(regions)), listing_(regions_.size()) {
  for (std::size_t region = 0; region < regions_.size(); ++region) {
    threads_.emplace_back([this, region](const std::stop_token& stop) { list(region, stop); });
  }
}

LookupSource::~LookupSource() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

void LookupSource::list(std::size_t region, const std::stop_token& stop) {
  while (true) {
    auto page = regions_[region]->next(stop);
    if (page && *page) {
      Delivery delivery{std::move((*page)->name), std::move((*page)->json),
                        receipt_of(region, (*page)->number)};
      if (push(std::move(delivery), stop)) continue;
    }
    {
      const std::lock_guard lock(mutex_);
      --listing_;
      if (!page && !error_) error_ = std::move(page).error();
    }
    return added_.ring();
  }
}

bool LookupSource::push(Delivery delivery, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = taken_.rings();
    {
      const std::lock_guard lock(mutex_);
      if (pages_.size() < kPagesAhead * regions_.size()) {
        pages_.push_back(std::move(delivery));
        break;
      }
    }
    taken_.wait(rings, std::nullopt, stop);
  }
  added_.ring();
  return !stop.stop_requested();
}

Result<std::optional<Delivery>> LookupSource::next(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t rings = added_.rings();
    {
      const std::lock_guard lock(mutex_);
      if (error_) return tl::unexpected(*error_);
      if (!pages_.empty()) {
        Delivery delivery = std::move(pages_.front());
        pages_.pop_front();
        taken_.ring();
        return delivery;
      }
      if (listing_ == 0) return std::nullopt;
    }
    added_.wait(rings, std::nullopt, stop);
  }
  return std::nullopt;
}

void LookupSource::settle(Receipt receipt, bool is_done) {
  const auto number = static_cast<std::uint64_t>(receipt);
  regions_.at(number >> kPageBits)->settle(number & ((std::uint64_t{1} << kPageBits) - 1), is_done);
}

void LookupSource::done(Receipt receipt) { settle(receipt, true); }

void LookupSource::failed(Receipt receipt, std::string_view) { settle(receipt, false); }

void LookupSource::close() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

LookupMarks LookupSource::marks() const {
  LookupMarks marks;
  for (const auto& region : regions_) marks.emplace(region->region(), region->mark());
  return marks;
}

LookupFeed::LookupFeed(std::unique_ptr<LookupSource> source, cloudtrail::FeedProgress& progress)
    : source_(std::move(source)), progress_(progress) {
  progress_.still_listing = true;
}

Result<std::optional<cloudtrail::Portion>> LookupFeed::next(const std::stop_token& stop) {
  std::optional<Delivery> page = TW_TRY(source_->next(stop));
  if (!page) {
    progress_.still_listing = false;
    return std::nullopt;
  }
  source_->done(page->receipt);
  ++progress_.inputs;
  progress_.bytes += page->bytes.size();
  cloudtrail::Portion portion;
  portion.slice.path = std::move(page->name);
  portion.slice.bytes = page->bytes.size();
  portion.stream = std::make_unique<cloudtrail::TextStream>(std::move(page->bytes));
  return portion;
}

}  // namespace trailwarden::source
