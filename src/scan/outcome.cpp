#include "scan/outcome.h"

#include <utility>
#include <vector>

#include "scan/bytes.h"

namespace trailwarden::scan {
namespace {

// What stands in front of each part.
enum class Part : std::uint8_t { Judged = 1, Filtered = 2, Problem = 3 };

constexpr unsigned kHasFingerprint = 1;
constexpr unsigned kHasTime = 2;
constexpr unsigned kSuppressed = 4;
constexpr unsigned kHasFindings = 8;
constexpr unsigned kHasLine = 16;

unsigned flags_of(const JudgedRecord& record) {
  unsigned flags = 0;
  if (record.fingerprint) flags |= kHasFingerprint;
  if (record.time) flags |= kHasTime;
  if (record.suppressed) flags |= kSuppressed;
  if (!record.event.empty()) flags |= record.line_key.empty() ? kHasFindings : kHasLine;
  return flags;
}

void put(std::string& out, Part part) { out += static_cast<char>(part); }

// Small numbers for small differences of either sign.
std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1U ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1U ^ (~(value & 1U) + 1U));
}
// Times come from logs and may be anything: their difference wraps around.
std::int64_t minus(UnixSeconds left, UnixSeconds right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) -
                                   static_cast<std::uint64_t>(right));
}
UnixSeconds plus(UnixSeconds left, std::int64_t right) {
  return static_cast<UnixSeconds>(static_cast<std::uint64_t>(left) +
                                  static_cast<std::uint64_t>(right));
}

class OutcomeReader {
 public:
  OutcomeReader(std::string_view bytes, OutcomeVisitor& visitor) : in_{bytes}, visitor_(visitor) {}

  // Whether there was one, whole and known.
  bool read_part() {
    switch (static_cast<Part>(in_.byte())) {
      case Part::Judged:
        return read_judged();
      case Part::Filtered: {
        const std::uint64_t records = in_.number();
        if (in_.good) visitor_.on_filtered(records);
        return in_.good;
      }
      case Part::Problem:
        return read_problem();
    }
    return false;
  }
  bool at_end() const { return in_.rest.empty(); }

 private:
  bool read_judged() {
    JudgedRecord record;
    const unsigned flags = in_.byte();
    if ((flags & kHasFingerprint) != 0) record.fingerprint = in_.fixed();
    if ((flags & kHasTime) != 0) {
      last_time_ = plus(last_time_, unzigzag(in_.number()));
      record.time = last_time_;
    }
    record.user = name();
    record.service = name();
    record.region = name();
    record.suppressed = (flags & kSuppressed) != 0;
    if ((flags & (kHasFindings | kHasLine)) != 0) record.event = in_.text();
    if ((flags & kHasLine) != 0) record.line_key = in_.text();
    if (in_.good) visitor_.on_judged(record);
    return in_.good;
  }

  bool read_problem() {
    const std::uint8_t kind = in_.byte();
    if (kind > static_cast<std::uint8_t>(cloudtrail::ProblemKind::NotALog)) return false;
    cloudtrail::Problem problem{static_cast<cloudtrail::ProblemKind>(kind), {}, 0, {}};
    problem.path = in_.text();
    problem.offset = in_.number();
    problem.cause = in_.text();
    if (in_.good) visitor_.on_problem(problem);
    return in_.good;
  }

  // The names are views into the outcome: nothing is copied.
  std::string_view name() {
    const std::uint64_t number = in_.number();
    if (number < names_.size()) return names_[number];
    if (number != names_.size()) in_.good = false;
    const std::string_view name = in_.text();
    if (in_.good) names_.push_back(name);
    return name;
  }

  ByteReader in_;
  OutcomeVisitor& visitor_;
  std::vector<std::string_view> names_;
  UnixSeconds last_time_ = 0;
};

}  // namespace

void OutcomeWriter::put_name(std::string_view name) {
  if (const auto known = names_.find(name); known != names_.end()) {
    return put_number(bytes_, known->second);
  }
  const std::uint64_t number = names_.size();
  names_.emplace(std::string(name), number);
  put_number(bytes_, number);
  put_text(bytes_, name);
}

void OutcomeWriter::add(const JudgedRecord& record) {
  if (!whole_) return;
  put(bytes_, Part::Judged);
  bytes_ += static_cast<char>(flags_of(record));
  if (record.fingerprint) put_fixed(bytes_, *record.fingerprint);
  if (record.time) {
    put_number(bytes_, zigzag(minus(*record.time, last_time_)));
    last_time_ = *record.time;
  }
  put_name(record.user);
  put_name(record.service);
  put_name(record.region);
  if (!record.event.empty()) put_text(bytes_, record.event);
  if (!record.event.empty() && !record.line_key.empty()) put_text(bytes_, record.line_key);
  if (bytes_.size() > kOutcomeBytesMax) {
    take();
    whole_ = false;
  }
}

void OutcomeWriter::add(const cloudtrail::Problem& problem) {
  if (problem.kind == cloudtrail::ProblemKind::Unreadable) whole_ = false;
  if (!whole_) return;
  put(bytes_, Part::Problem);
  bytes_ += static_cast<char>(problem.kind);
  put_text(bytes_, problem.path);
  put_number(bytes_, problem.offset);
  put_text(bytes_, problem.cause);
}

std::string OutcomeWriter::take() {
  if (filtered_ != 0) {
    put(bytes_, Part::Filtered);
    put_number(bytes_, filtered_);
  }
  std::string bytes = std::move(bytes_);
  *this = OutcomeWriter();
  return bytes;
}

Result<void> read_outcome(std::string_view bytes, OutcomeVisitor& visitor) {
  OutcomeReader reader(bytes, visitor);
  while (!reader.at_end()) {
    if (!reader.read_part()) return fail(ErrorCode::Decode, "an entry is damaged");
  }
  return {};
}

}  // namespace trailwarden::scan
