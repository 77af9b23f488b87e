#include "report/coverage_map.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>

#include "report/format.h"

namespace trailwarden::report {
namespace {

using integrity::ChainReport;
using integrity::Coverage;
using integrity::Stretch;

constexpr std::size_t kNameColumns = 18;  // "  ap-southeast-2  "
constexpr std::size_t kCells = 62;
constexpr UnixSeconds kHour = 3600;
constexpr UnixSeconds kDay = 24 * kHour;

struct Step {
  UnixSeconds seconds;
  std::string_view name;
};
constexpr std::array<Step, 6> kSteps = {{{kHour, "an hour"},
                                         {6 * kHour, "six hours"},
                                         {kDay, "a day"},
                                         {7 * kDay, "a week"},
                                         {30 * kDay, "30 days"},
                                         {365 * kDay, "365 days"}}};

struct Sign {
  std::string_view character;
  Ink ink;
  std::string_view meaning;
};

Sign sign_of(Coverage coverage) {
  switch (coverage) {
    case Coverage::None:
      return {" ", Ink::Plain, ""};
    case Coverage::Quiet:
      return {"·", Ink::Dim, "digests, no log files: nothing happened"};
    case Coverage::Logs:
      return {"#", Ink::Green, "digests and their log files"};
    case Coverage::Off:
      return {"-", Ink::Yellow, "logging or validation was off"};
    case Coverage::NoDigests:
      return {"?", Ink::Yellow, "log files, and no digests"};
    case Coverage::Damaged:
      return {"x", Ink::Red, "digests or log files invalid or missing"};
    case Coverage::Missing:
      return {"!", Ink::Red, "no digest, though neighbours in time or region have one"};
  }
  return {" ", Ink::Plain, ""};
}

class Map {
 public:
  Map(const std::vector<ChainReport>& chains, const Paint& paint) : chains_(chains), paint_(paint) {
    for (const ChainReport& chain : chains) {
      for (const auto* stretches : {&chain.coverage, &chain.unnamed}) {
        for (const Stretch& stretch : *stretches) {
          from_ = std::min(from_, stretch.from);
          to_ = std::max(to_, stretch.to);
        }
      }
    }
  }

  std::vector<std::string> draw() {
    if (from_ >= to_) return {};
    choose_step();
    lines_.push_back(paint_(Ink::Bold, "coverage") + ", one character " + std::string(step_.name));
    const ChainReport* before = nullptr;
    for (const ChainReport& chain : chains_) {
      if (chain.coverage.empty() && chain.unnamed.empty()) continue;
      if (before == nullptr || !same_trail(*before, chain)) heading(chain);
      row(chain);
      before = &chain;
    }
    axis();
    legend();
    return std::move(lines_);
  }

 private:
  void choose_step() {
    for (const Step& step : kSteps) {
      step_ = step;
      first_ = from_ - from_ % step.seconds;
      cells_ = static_cast<std::size_t>((to_ - first_ + step.seconds - 1) / step.seconds);
      if (cells_ <= kCells) return;
    }
    cells_ = kCells;  // More than a lifetime: the map ends before the time does.
  }

  static bool same_trail(const ChainReport& left, const ChainReport& right) {
    return left.name.account == right.name.account && left.name.trail == right.name.trail &&
           left.name.home_region == right.name.home_region;
  }

  void heading(const ChainReport& chain) {
    const std::string trail =
        chain.name.trail.empty() ? "no digests" : "trail " + printable(chain.name.trail);
    lines_.push_back("  " + shorten("account " + printable(chain.name.account) + ", " + trail, 76));
  }

  void row(const ChainReport& chain) {
    std::string line =
        pad_right("  " + shorten(printable(chain.name.region), kNameColumns - 4), kNameColumns);
    for (std::size_t i = 0; i < cells_; ++i) {
      const Coverage coverage = cell(chain, first_ + static_cast<UnixSeconds>(i) * step_.seconds);
      seen_.insert(coverage);
      const Sign sign = sign_of(coverage);
      line += paint_(sign.ink, sign.character);
    }
    lines_.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  }

  // The worst of what the cell holds, but for the edges of what fills the cells beside it: digests
  // do not begin on the hour.
  Coverage cell(const ChainReport& chain, UnixSeconds begin) const {
    Coverage worst = Coverage::None;
    for (const auto* stretches : {&chain.coverage, &chain.unnamed}) {
      for (const Stretch& stretch : *stretches) {
        const UnixSeconds shared =
            std::min(stretch.to, begin + step_.seconds) - std::max(stretch.from, begin);
        const bool whole = shared == stretch.to - stretch.from;
        if (shared > 0 && (shared >= kHour / 4 || whole)) {
          worst = std::max(worst, stretch.coverage);
        }
      }
    }
    return worst;
  }

  void axis() {
    const UnixSeconds end = first_ + static_cast<UnixSeconds>(cells_) * step_.seconds;
    const std::string left = moment(first_).substr(0, 16);
    const std::string right = moment(end).substr(0, 16);
    const std::size_t width = std::max(cells_, columns(left) + columns(right) + 2);
    lines_.push_back(std::string(kNameColumns, ' ') +
                     paint_(Ink::Dim, left + pad_left(right, width - columns(left))));
  }

  void legend() {
    for (const Coverage coverage : seen_) {
      const Sign sign = sign_of(coverage);
      if (!sign.meaning.empty()) {
        lines_.push_back("  " + paint_(sign.ink, sign.character) + "  " +
                         paint_(Ink::Dim, sign.meaning));
      }
    }
  }

  const std::vector<ChainReport>& chains_;
  const Paint& paint_;
  UnixSeconds from_ = std::numeric_limits<UnixSeconds>::max();
  UnixSeconds to_ = std::numeric_limits<UnixSeconds>::min();
  Step step_ = kSteps.front();
  UnixSeconds first_ = 0;
  std::size_t cells_ = 0;
  std::set<Coverage> seen_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> coverage_map(const std::vector<ChainReport>& chains, const Paint& paint) {
  return Map(chains, paint).draw();
}

}  // namespace trailwarden::report
