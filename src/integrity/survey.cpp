#include "integrity/survey.h"

#include <algorithm>
#include <array>
#include <set>

namespace trailwarden::integrity {
namespace {

constexpr std::array<std::string_view, 4> kLogFolders = {
    "CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity", "CloudTrail-Aggregated"};

// A mirror may lie some folders below the one that was named.
constexpr unsigned kDepthMax = 12;

bool is_log_folder(std::string_view name) {
  return std::find(kLogFolders.begin(), kLogFolders.end(), name) != kLogFolders.end();
}

bool is_account(std::string_view name) {
  return name.size() == 12 && name.find_first_not_of("0123456789") == std::string_view::npos;
}

class Survey {
 public:
  Survey(Store& store, const std::stop_token& stop) : store_(store), stop_(stop) {}

  Result<void> look(const std::string& folder, std::string_view name, unsigned depth) {
    if (stop_.stop_requested()) return fail(ErrorCode::Io, "interrupted before all was read");
    const std::vector<std::string> below = TW_TRY(store_.folders(folder));
    if (std::any_of(below.begin(), below.end(), [](const std::string& each) {
          return each == kDigestFolder || is_log_folder(each);
        })) {
      return add(folder, below);
    }
    // Other services log into account folders too; below them is no trail.
    if (is_account(name) || depth == kDepthMax) return {};
    for (const std::string& each : below) TW_TRY(look(folder + each + "/", each, depth + 1));
    return {};
  }

  std::vector<AccountFolder> take() { return std::move(found_); }

 private:
  Result<void> add(const std::string& folder, const std::vector<std::string>& below) {
    AccountFolder account{folder, {}, {}};
    std::set<std::string> regions;
    for (const std::string& name : below) {
      if (name != kDigestFolder && !is_log_folder(name)) continue;
      if (name != kDigestFolder) account.log_folders.push_back(name);
      const std::vector<std::string> known = TW_TRY(store_.folders(folder + name + "/"));
      regions.insert(known.begin(), known.end());
    }
    account.regions.assign(regions.begin(), regions.end());
    found_.push_back(std::move(account));
    return {};
  }

  Store& store_;
  const std::stop_token& stop_;
  std::vector<AccountFolder> found_;
};

// Folders below `folder` whose date, as far as their names have it, is in [first, last]: dates are
// compared as text, part by part.
Result<void> walk_days(Store& store, const std::string& folder, const std::string& date,
                       const std::string& first, const std::string& last,
                       const std::function<void(std::string key)>& on_file) {
  constexpr std::size_t kDayLength = 10;
  if (date.size() == kDayLength) return store.files(folder, on_file);
  for (const std::string& name : TW_TRY(store.folders(folder))) {
    std::string deeper = date;
    if (!deeper.empty()) deeper += '-';
    deeper += name;
    if (deeper < first.substr(0, deeper.size()) || deeper > last.substr(0, deeper.size())) continue;
    TW_TRY(walk_days(store, folder + name + "/", deeper, first, last, on_file));
  }
  return {};
}

}  // namespace

Result<std::vector<AccountFolder>> find_accounts(Store& store, const std::stop_token& stop) {
  Survey survey(store, stop);
  TW_TRY(survey.look(store.top(), "", 0));
  return survey.take();
}

Result<void> files_of_period(Store& store, const std::string& region_folder, const Period& period,
                             const std::function<void(std::string key)>& on_file) {
  if (!period.since && !period.until) return store.files(region_folder, on_file);
  constexpr UnixSeconds kDay = 86'400;
  const std::string first = period.since ? format_utc(*period.since - kDay) : "0000-00-00";
  const std::string last = period.until ? format_utc(*period.until + kDay) : "9999-99-99";
  return walk_days(store, region_folder, "", first.substr(0, 10), last.substr(0, 10), on_file);
}

}  // namespace trailwarden::integrity
