#include "integrity/region.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "integrity/coverage.h"
#include "integrity/read_digest.h"
#include "integrity/share_out.h"

namespace trailwarden::integrity {
namespace {

// Digests this far outside of the period are read for what they say of those within.
constexpr UnixSeconds kContextSeconds = UnixSeconds{3} * 3600;
// A log file's name has the time of its delivery, rounded; it may be named an hour's digest earlier
// or later than that says.
constexpr UnixSeconds kNameSlackSeconds = 900;

UnixSeconds hour_of(UnixSeconds time) { return time - time % 3600; }

class RegionCheck {
 public:
  RegionCheck(Store& store, const AccountFolder& account, std::string region, PublicKeys& keys,
              const Options& options, Progress& progress, const std::stop_token& stop,
              Findings& findings)
      : store_(store),
        account_(account),
        region_(std::move(region)),
        keys_(keys),
        options_(options),
        progress_(progress),
        stop_(stop),
        findings_(findings) {}

  Result<void> run() {
    TW_TRY(find_digests());
    read_digests();
    find_place();
    TW_TRY(fetch_keys());
    group();
    for (auto& [name, nodes] : chains_) judge(name, nodes);
    check_logs();
    for (auto& [name, nodes] : chains_) cover(name, nodes);
    TW_TRY(find_unnamed());
    if (stop_.stop_requested()) return fail(ErrorCode::Io, "interrupted before all was read");
    finish();
    return {};
  }

 private:
  Result<void> find_digests() {
    const std::string folder = account_.path + std::string(kDigestFolder) + "/" + region_ + "/";
    return files_of_period(store_, folder, options_.period, [this](std::string key) {
      if (!is_trail_file(key)) return;
      Node node;
      node.stored_key = std::move(key);
      if (const auto name = parse_digest_name(file_part(node.stored_key))) {
        node.name = *name;
        node.context = !options_.period.wants_digest(name->end);
        if (node.context && !is_near(name->end)) return;
      }
      nodes_.push_back(std::move(node));
    });
  }

  bool is_near(UnixSeconds end) const {
    Period wider = options_.period;
    if (wider.since) *wider.since -= kContextSeconds;
    if (wider.until) *wider.until += kContextSeconds;
    return wider.wants_digest(end);
  }

  void read_digests() {
    std::sort(nodes_.begin(), nodes_.end(), [](const Node& left, const Node& right) {
      return left.stored_key < right.stored_key;
    });
    share_out(nodes_.size(), options_.threads, stop_, [this](std::size_t i, Unpacker& unpacker) {
      read_digest(store_, unpacker, stop_, nodes_[i]);
      ++progress_.digests;
    });
  }

  // A bucket's keys are what they are. Where a mirror's folder was, most of its digests say: each
  // knows its own key, and the mirror has the end of it.
  void find_place() {
    place_ = {account_.path, store_.bucket().value_or(""), account_.path};
    if (!store_.bucket()) {
      std::map<std::pair<std::string, std::string>, std::size_t> votes;
      for (const Node& node : nodes_) vote(node, votes);
      std::size_t most = 0;
      for (const auto& [location, count] : votes) {
        if (count <= most) continue;
        most = count;
        std::tie(place_.bucket, place_.prefix) = location;
      }
    }
    for (Node& node : nodes_) {
      node.key = place_.prefix + node.stored_key.substr(place_.stored.size());
    }
  }

  void vote(const Node& node,
            std::map<std::pair<std::string, std::string>, std::size_t>& votes) const {
    if (!node.digest) return;
    const std::string_view tail = std::string_view(node.stored_key).substr(account_.path.size());
    const std::string& key = node.digest->key;
    if (!ends_with_path(key, tail)) return;
    const std::string prefix = key.substr(0, key.size() - tail.size());
    // Where the mirror shows the account's folder, it must be the same.
    const std::size_t known = account_.path.rfind("AWSLogs/");
    if (known != std::string::npos &&
        !ends_with_path(prefix, std::string_view(account_.path).substr(known))) {
      return;
    }
    ++votes[{node.digest->bucket, prefix}];
  }

  Result<void> fetch_keys() {
    if (!options_.fetch_keys) return {};
    std::optional<Window> window;
    const auto widen = [&window](UnixSeconds from, UnixSeconds to) {
      if (!window) window = Window{from, to};
      window->from = std::min(window->from, from);
      window->to = std::max(window->to, to);
    };
    for (const Node& node : nodes_) {
      if (!node.digest) continue;
      const Window own = key_window(node);
      // A backfill digest without metadata was made nobody knows when.
      widen(own.from, std::min(own.to, node.digest->end + UnixSeconds{30} * 86'400));
    }
    if (!window) return {};
    for (const KeyRecord& record : TW_TRY(options_.fetch_keys(region_, *window, stop_))) {
      TW_TRY(keys_.add(record));
    }
    return {};
  }

  // By the file's name; a file that has no digest's name, by what it says itself.
  void group() {
    for (Node& node : nodes_) {
      auto name = parse_digest_name(file_part(node.stored_key));
      if (!name && node.digest) name = parse_digest_name(file_part(node.digest->key));
      if (!name) {
        findings_.problems.push_back({ProblemKind::DigestDamaged,
                                      {account_id(), region_, "", ""},
                                      node.key,
                                      "",
                                      "a digest",
                                      "neither by name nor by content",
                                      std::nullopt,
                                      std::nullopt});
        ++findings_.digests.invalid;
        continue;
      }
      node.name = *name;
      chains_[{name->account, name->region, name->trail, name->home_region, name->backfill}]
          .push_back(std::move(node));
    }
    nodes_.clear();
  }

  void judge(const ChainName& name, std::vector<Node>& nodes) {
    ChainReport& report = reports_[name];
    report.name = name;
    const Yardstick yardstick{keys_, place_.bucket, store_.bucket().has_value(), options_.period};
    judge_chain(nodes, name, yardstick, findings_.problems, findings_.remarks, report.digests);
  }

  void check_logs() {
    std::vector<LogTask> tasks;
    for (const auto& [name, nodes] : chains_) {
      for (const Node& node : nodes) {
        const bool wanted = node.trust != Trust::Rejected && node.stands && !node.context;
        if (wanted) tasks.push_back({&node, &name, {}, {}, {}});
      }
    }
    check_log_files(tasks, {store_, place_, progress_, stop_, options_.threads});
    for (LogTask& task : tasks) {
      reports_[*task.chain].logs.add(task.counts);
      log_problems_[task.node] = task.problems.size();
      std::move(task.problems.begin(), task.problems.end(), std::back_inserter(findings_.problems));
      for (const NamedFile& named : task.named) named_.push_back(named.key);
    }
    std::sort(named_.begin(), named_.end());
  }

  void cover(const ChainName& name, const std::vector<Node>& nodes) {
    std::vector<CoveredHour> hours;
    for (const Node& node : nodes) {
      if (node.stands && !node.context) hours.push_back({&node, log_problems_[&node]});
    }
    std::vector<Span> spans = spans_of(hours);
    if (!name.backfill) reports_[name].coverage = stretches_of(spans);
    std::move(spans.begin(), spans.end(), std::back_inserter(spans_));
  }

  // Log files that no digest names. Digests that never speak of a kind of log files (Insights, say)
  // do not speak against one; what a trail logs at all they speak of.
  Result<void> find_unnamed() {
    for (const std::string& folder : account_.log_folders) {
      const bool main = folder == "CloudTrail";
      bool any_named = main;
      std::vector<std::string> unnamed;
      const auto look = [&](const std::string& stored) {
        if (!is_trail_file(stored)) return;
        std::string key = key_of(stored);
        if (is_named(key)) {
          any_named = true;
        } else if (main) {
          judge_unnamed(key, true);
        } else {
          unnamed.push_back(std::move(key));
        }
      };
      TW_TRY(files_of_period(store_, account_.path + folder + "/" + region_ + "/", options_.period,
                             look));
      for (const std::string& key : unnamed) judge_unnamed(key, any_named);
    }
    return {};
  }

  std::string key_of(const std::string& stored) const {
    return place_.prefix + stored.substr(place_.stored.size());
  }

  bool is_named(const std::string& key) const {
    return std::binary_search(named_.begin(), named_.end(), short_hash(key));
  }

  void judge_unnamed(const std::string& key, bool of_covered_kind) {
    const auto time = log_time(file_part(key));
    if (!time) {
      if (of_covered_kind && !spans_.empty()) add(key, std::nullopt);
      return;
    }
    const Period& period = options_.period;
    if ((period.since && *time < *period.since) || (period.until && *time >= *period.until)) return;
    const auto is_trusted = [this](UnixSeconds at) {
      const Span* span = span_at(at);
      return span != nullptr && span->trusted;
    };
    if (of_covered_kind && is_trusted(*time) && is_trusted(*time - kNameSlackSeconds) &&
        is_trusted(*time + kNameSlackSeconds)) {
      return add(key, time);
    }
    const Span* span = span_at(*time);
    if (of_covered_kind && span != nullptr && span->coverage != Coverage::Off) {
      ++region_logs().unproven;  // Its digest is missing or not believed, or nearly so.
      return;
    }
    leave_uncovered(*time);
  }

  // The best of the chains' words for that moment.
  const Span* span_at(UnixSeconds time) const {
    const Span* best = nullptr;
    for (const Span& span : spans_) {
      if (time < span.from || time >= span.to) continue;
      if (best == nullptr || span.trusted) best = &span;
    }
    return best;
  }

  void add(const std::string& key, std::optional<UnixSeconds> time) {
    ++region_logs().added;
    findings_.problems.push_back({ProblemKind::LogAdded, main_report().name, key, "",
                                  "named by a digest", "named by none", time, time});
  }

  void leave_uncovered(UnixSeconds time) {
    ++region_logs().uncovered;
    UnixSeconds newest = 0;
    for (const Span& span : spans_) newest = std::max(newest, span.to);
    const bool not_yet = !spans_.empty() && time + kNameSlackSeconds >= newest;
    Remark& remark = not_yet ? not_yet_ : never_;
    ++remark.files;
    remark.from = std::min(remark.from.value_or(time), time);
    remark.to = std::max(remark.to.value_or(time), time);
    if (!not_yet) ++unnamed_hours_[hour_of(time)];
  }

  // The chain that the region's log files are told with: its first trail, or one without a name.
  ChainReport& main_report() {
    for (auto& [name, report] : reports_) {
      if (!name.backfill) return report;
    }
    const ChainName none{account_id(), region_, "", "", false};
    ChainReport& report = reports_[none];
    report.name = none;
    return report;
  }
  Counts& region_logs() { return main_report().logs; }

  std::string account_id() const {
    const std::string_view path(account_.path.data(),
                                account_.path.size() - (account_.path.empty() ? 0 : 1));
    return std::string(file_part(path));
  }

  void finish() {
    for (Remark* remark : {&not_yet_, &never_}) {
      if (remark->files == 0) continue;
      remark->chain = main_report().name;
      findings_.remarks.push_back(*remark);
    }
    for (const auto& [hour, files] : unnamed_hours_) {
      std::vector<Stretch>& unnamed = main_report().unnamed;
      if (!unnamed.empty() && unnamed.back().to == hour) {
        unnamed.back().to = hour + 3600;
        unnamed.back().log_files += files;
      } else {
        unnamed.push_back({hour, hour + 3600, Coverage::NoDigests, files});
      }
    }
    for (auto& [name, report] : reports_) {
      findings_.digests.add(report.digests);
      findings_.logs.add(report.logs);
      findings_.chains.push_back(std::move(report));
    }
  }

  Store& store_;
  const AccountFolder& account_;
  std::string region_;
  PublicKeys& keys_;
  const Options& options_;
  Progress& progress_;
  const std::stop_token& stop_;
  Findings& findings_;

  Place place_;
  std::vector<Node> nodes_;  // Until they are in chains_.
  std::map<ChainName, std::vector<Node>> chains_;
  std::map<ChainName, ChainReport> reports_;
  std::map<const Node*, std::uint64_t> log_problems_;
  std::vector<NamedFile::Short> named_;  // Sorted.
  std::vector<Span> spans_;
  Remark not_yet_{RemarkKind::NotYetCovered, {}, "", 0, std::nullopt, std::nullopt};
  Remark never_{RemarkKind::NeverCovered, {}, "", 0, std::nullopt, std::nullopt};
  std::map<UnixSeconds, std::uint64_t> unnamed_hours_;
};

}  // namespace

Result<void> verify_region(Store& store, const AccountFolder& account, const std::string& region,
                           PublicKeys& keys, const Options& options, Progress& progress,
                           const std::stop_token& stop, Findings& findings) {
  return RegionCheck(store, account, region, keys, options, progress, stop, findings).run();
}

}  // namespace trailwarden::integrity
